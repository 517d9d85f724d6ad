package i18n

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// literals gives the text of a message without placeholders, which are
// written as one private character.
func literals(f form) string {
	var out strings.Builder
	for _, s := range f {
		switch {
		case s.optional != nil:
			out.WriteString(literals(s.optional))
		case s.name != "":
			out.WriteRune('\uE000')
		default:
			out.WriteString(s.literal)
		}
	}
	return out.String()
}

// eachText visits every form of every text.
func eachText(lang Lang, visit func(key, text string)) {
	for key, m := range For(lang).catalog {
		if m.count != "" {
			visit(key, literals(m.one))
		}
		visit(key, literals(m.other))
	}
}

// The copy guide (experience 8), as far as a machine can read it.
func TestTextsFollowTheCopyGuide(t *testing.T) {
	banned := map[Lang][]string{
		English:            {" please", " sorry", " oops", " invalid", " ticket", " escalate", " actionable", " we ", " we'll", " submit"},
		Japanese:           {"弊社", "貴社", "私たち", "させていただき", "プランの詳細", "商用マーケットプレース", "チケット"},
		TraditionalChinese: {"我們", "你", "账", "数据", "登录", "用户", "软件", "服务", "订阅", "訂閱", "優惠", "商業 marketplace", "質量", "信息", "默認", "網絡", "协", "经", "进", "这", "对"},
	}
	for lang, words := range banned {
		eachText(lang, func(key, text string) {
			if strings.TrimSpace(text) == "" || text != strings.TrimSpace(text) && !strings.HasPrefix(key, "list.") {
				t.Errorf("%s: %s is empty or has loose space: %q", lang, key, text)
			}
			for _, word := range words {
				if strings.Contains(" "+strings.ToLower(text)+" ", word) {
					t.Errorf("%s: %s says %q: %s", lang, key, word, text)
				}
			}
		})
	}
}

func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー'
}

// ja: no typed space between Japanese and Latin, and full-width punctuation;
// zh-TW: a half-width space between Chinese and Latin or digits (experience
// 8.1, rules 6 and 7). The countdown is as the design writes it.
func TestSpacingOfJapaneseAndChinese(t *testing.T) {
	// The terms of the programme stand as the glossary writes them.
	terms := regexp.MustCompile(`CSP プログラム|ISV 発行元|ISV に問い合わせる|SaaS の利用開始`)
	code := regexp.MustCompile(`(^|[^a-z0-9])--?[a-z0-9]|\d [^\d]+、\d |[a-z]:[a-z]`) // options, codes and addresses are set off as they are typed
	eachText(Japanese, func(key, text string) {
		if code.MatchString(text) {
			return
		}
		runes := []rune(terms.ReplaceAllString(text, ""))
		for i := 1; i+1 < len(runes); i++ {
			if a, b := runes[i-1], runes[i+1]; runes[i] == ' ' && (ideograph(a) && latin(b) || latin(a) && ideograph(b)) {
				t.Errorf("ja: %s has a typed space: %s", key, text)
			}
		}
	})
	eachText(TraditionalChinese, func(key, text string) {
		runes := []rune(text)
		for i := 1; i < len(runes); i++ {
			if a, b := runes[i-1], runes[i]; unicode.Is(unicode.Han, a) && latin(b) || latin(a) && unicode.Is(unicode.Han, b) {
				t.Errorf("zh-TW: %s lacks a space between Chinese and Latin: %s", key, text)
			}
		}
	})
	for _, lang := range Langs()[1:] {
		eachText(lang, func(key, text string) {
			runes := []rune(text)
			for i := 1; i < len(runes); i++ {
				if strings.ContainsRune(",;:?!", runes[i]) && ideograph(runes[i-1]) {
					t.Errorf("%s: %s has half-width punctuation: %s", lang, key, text)
				}
			}
		})
	}
}
