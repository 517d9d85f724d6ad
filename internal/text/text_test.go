package text

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestBorderRefusesWhatCannotBeStored(t *testing.T) {
	for in, want := range map[string]error{"a\x00b": ErrNUL, "a\xffb": ErrUTF8, "\xed\xa0\x80": ErrUTF8, "日本": nil, "": nil} {
		if err := Check(in); !errors.Is(err, want) {
			t.Errorf("Check(%q) = %v, want %v", in, err, want)
		}
		if _, err := Clean(in); !errors.Is(err, want) {
			t.Errorf("Clean(%q) = %v, want %v", in, err, want)
		}
	}
}

func TestCleanRemovesOnlyTricks(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\rc":                        "a\nb\nc",
		"pay\u202Eexe.fdp":                 "payexe.fdp",
		"\u2066x\u2069":                    "x",
		"bell\a tab\t":                     "bell tab\t",
		"e\u0301":                          "é",
		"👩\u200d👩":                         "👩\u200d👩",
		"z" + strings.Repeat("\u0335", 40): "z" + strings.Repeat("\u0335", maxMarks),
		"か\u3099":                          "が",
		"paragraph\u2029next":              "paragraph\nnext",
	} {
		if got, err := Clean(in); err != nil || got != want {
			t.Errorf("Clean(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestLineIsOneVisibleLine(t *testing.T) {
	for in, want := range map[string]string{
		"  North\u200bwind \n Ltd ": "Northwind Ltd",
		"soft\u00adhyphen":          "softhyphen",
		"全角　空白":                     "全角 空白",
		"\ufeffbom":                 "bom",
	} {
		if got, err := Line(in); err != nil || got != want {
			t.Errorf("Line(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestFoldMakesEqualSpellingsEqual(t *testing.T) {
	for _, same := range [][]string{
		{"INVOICE", "invoice", "Ｉｎｖｏｉｃｅ", " invoice\t"},
		{"Straße", "STRASSE"},
		{"ｻﾎﾟｰﾄ", "サポート"},
		{"㈱ソラノ", "(株)ソラノ"},
		{"ΣΑΣ", "σας"},
		{"É", "e\u0301"},
	} {
		for _, s := range same[1:] {
			if Fold(s) != Fold(same[0]) {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q", s, Fold(s), same[0], Fold(same[0]))
			}
		}
	}
	if Fold("か") == Fold("が") || Fold("Muller") == Fold("Müller") {
		t.Error("Fold may not merge different names")
	}
}

func TestAnalyseCutsWordsAndPairs(t *testing.T) {
	for in, want := range map[string][]string{
		"Don't re-send INV-42": {"dont", "re", "send", "inv", "42"},
		"請求書":                  {"請求", "求書", "書"},
		"ﾃｽﾄ OK":               {"テス", "スト", "ト", "ok"},
		"Teams無法登入。":           {"teams", "無法", "法登", "登入", "入"},
		"税":                    {"税"},
		"Zoë's café":           {"zoes", "cafe"},
		"... !":                nil,
		"がぎ":                   {"がぎ", "ぎ"},
	} {
		if got := Analyse(in); !reflect.DeepEqual(got, want) {
			t.Errorf("Analyse(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Words("Teams 無法 login"); !reflect.DeepEqual(got, []string{"teams", "login"}) {
		t.Errorf("Words = %q", got)
	}
}

// A query must find a text that contains it, whatever the two scripts are.
func TestTermsFindWhatAnalyseIndexed(t *testing.T) {
	for _, c := range []struct {
		text, query string
		found       bool
	}{
		{"所得税の請求書", "税", true}, {"所得税の請求書", "求書", true}, {"所得税", "税", true}, {"所得税", "請", false},
		{"Invoice 4711 is wrong", "invo", true}, {"Invoice 4711 is wrong", "invo ", false},
		{"サポートの連絡先", "ｻﾎﾟｰﾄ", true}, {"退款申請", "退款", true}, {"Müller", "MULLER ", true},
	} {
		if got := finds(Analyse(c.text), Terms(c.query)); got != c.found {
			t.Errorf("%q in %q = %v, want %v", c.query, c.text, got, c.found)
		}
	}
}

func finds(tokens []string, terms []Term) bool {
	for _, term := range terms {
		hit := false
		for _, tok := range tokens {
			hit = hit || tok == term.Text || term.Prefix && strings.HasPrefix(tok, term.Text)
		}
		if !hit {
			return false
		}
	}
	return true
}

func TestNobodyCanTypeAReaderToken(t *testing.T) {
	token := Reader("contoso")
	for _, typed := range []string{token, "x " + token, "＿" + token[1:]} {
		for _, term := range Terms(typed) {
			if strings.HasPrefix(token, term.Text) {
				t.Errorf("Terms(%q) gives %q", typed, term.Text)
			}
		}
	}
}

func TestLanguage(t *testing.T) {
	for in, want := range map[string]string{
		"The invoice is wrong": English,
		"請求書が届きません":            Japanese,
		"請求書再発行":               Japanese,
		"無法登入系統":               Chinese,
		"我的發票金額有誤":             Chinese,
		"退款":                   Chinese,
		"返金":                   Japanese,
		"障害":                   Japanese,
		"Seaglass Sync 無法同步 error 0x80070005": Chinese,
		"ログインできない please help":                Japanese,
		"好の味餐廳的帳號無法開通":                        Chinese,
		"12345 !!":                            "",
		"":                                    "",
		"Привет":                              "",
		"ﾛｸﾞｲﾝ":                               Japanese,
	} {
		if got := Language(in); got != want {
			t.Errorf("Language(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	topics := []string{"billing", "payment", "refund", "break-fix", "outage"}
	for in, want := range map[string]string{
		"biling": "billing", "Refudn": "refund", "breakfix": "break-fix", "PAYMENT": "payment", "outtage": "outage",
		"zebra": "", "": "", "x": "",
	} {
		got, ok := Nearest(in, topics)
		if got != want || ok != (want != "") {
			t.Errorf("Nearest(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		d    int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"請求", "請球", 1}, {"abc", "abc", 0}} {
		if got := Distance(c.a, c.b); got != c.d {
			t.Errorf("Distance(%q, %q) = %d, want %d", c.a, c.b, got, c.d)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"a\x00", "\xff", "日本\u202e", "e\u0301\u0301\u0301\u0301\u0301\u0301", "\r\n\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := Clean(s)
		if (err == nil) != (Check(s) == nil) {
			t.Fatalf("Clean and Check disagree about %q", s)
		}
		if err != nil {
			return
		}
		if !utf8.ValidString(once) || strings.ContainsFunc(once, func(r rune) bool {
			return unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) && r != '\n' && r != '\t'
		}) {
			t.Fatalf("Clean(%q) = %q", s, once)
		}
		if line, err := Line(s); err != nil || strings.ContainsAny(line, "\n\t") || strings.TrimSpace(line) != line {
			t.Fatalf("Line(%q) = %q, %v", s, line, err)
		}
	})
}

func FuzzAnalyse(f *testing.F) {
	for _, s := range []string{"Don't", "請求書 INV", "ﾃｽﾄ", "İstanbul ΐ", "a\u0301'b", "㈱"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if Check(s) != nil {
			return
		}
		if fold := Fold(s); Fold(fold) != fold {
			t.Fatalf("Fold is not stable: %q %q", fold, Fold(fold))
		}
		tokens := Analyse(s)
		for _, tok := range tokens {
			if tok == "" || strings.ContainsAny(tok, " _'\"*") || utf8.RuneCountInString(tok) > maxToken {
				t.Fatalf("token %q of %q", tok, s)
			}
		}
		if !finds(tokens, Terms(s)) {
			t.Fatalf("%q does not find itself: %q %v", s, tokens, Terms(s))
		}
		Language(s)
	})
}

func FuzzNearest(f *testing.F) {
	f.Add("biling", "billing")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 400 {
			return
		}
		if Distance(a, b) != Distance(b, a) {
			t.Fatalf("Distance(%q, %q) is not symmetric", a, b)
		}
		if _, ok := Nearest(a, []string{a}); ok != (Fold(a) != "") {
			t.Fatalf("%q is not nearest to itself", a)
		}
	})
}

func TestFoldIsStableForEveryCharacter(t *testing.T) {
	for r := rune(1); r < 0x1FFFF; r++ { // beyond are rare Han and private use, all without case
		if !utf8.ValidRune(r) {
			continue
		}
		for _, s := range []string{string(r), "a" + string(r) + "\u0301"} {
			if once := Fold(s); Fold(once) != once {
				t.Fatalf("Fold(%q) = %q, again %q", s, once, Fold(once))
			}
		}
	}
}
