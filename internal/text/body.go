package text

import (
	"regexp"
	"strings"
	"unicode"
)

// A letter is mostly not about what stands in it: greetings, thanks, names,
// numbers of the sender's office, and the letter it answers. These patterns
// name such parts; each holds for one line or one sentence, folded.
var (
	quoted    = regexp.MustCompile(`^\s*[>|＞]`)
	quoteHead = regexp.MustCompile(`^(-{2,} ?(original|forwarded)|on .{4,80} wrote:?$|am .{4,80} schrieb|from: |寄件者|差出人|-{3,} ?(元の|原始)|\d.{0,20}(来信|來信|寫道|のメール)[:：]?$)`)
	delimiter = regexp.MustCompile(`^(--|—|__+|==+|\*\*+|-{3,}|- ?- ?-.*|sent from my .*|iphoneから送信|從我的 ?iphone ?傳送)\s*$`)
	closing   = regexp.MustCompile(`^((with )?(best|kind|kindest|warm|many|sincere)( regards| wishes| thanks)?|regards|br|rgds|cheers|sincerely|yours (sincerely|faithfully|truly)|many thanks( in advance)?|thanks( a lot| so much| again| in advance| very much| a million)?|thank you( very much| so much| in advance| again| for your (help|time|support))?|thx|ty|敬具|以上|草々|拝|敬上|謹上|謹啟|祝好|順頌商祺|此致|敬祝.{0,8}|祝.{1,8}|感謝(您|你)?|謝謝(您|你|大家)?|多謝|感恩)$`)
	greeting  = regexp.MustCompile(`^((hi|hello|hey|dear|good (morning|afternoon|evening|day)|greetings|morning|to whom it may concern)( (there|all|team|everyone|everybody|folks|support|sir or madam|sirs?|madam|sir/madam|(mr|mrs|ms|dr)\.? [\pL-]+|[\pL-]+( team)?))?|(いつも|大変)?お世話に(なって(おります|います)|なります)|お疲れ(さま|様)です|初めまして|拝啓|こんにちは|おはようございます|突然のご連絡失礼いたします|初めてご連絡(いたします|差し上げます)|(お忙しいところ)?(恐れ入ります|すみません|申し訳ございません)|各位(ご担当者様)?|ご担当者様|.{1,20}(御中|ご担当者様|担当者様)|(您|你|妳|大家)好|早安|午安|晚安|敬啟者|親愛的.{1,10}|.{1,10}(先生|小姐|經理)(您|你)好|不好意思|打擾了|哈囉|嗨)$`)
	courtesy  = regexp.MustCompile(`^((それでは|では|以上|お手数ですが|お忙しいところ恐縮ですが|恐れ入りますが|何卒|どうぞ|どうか|ご確認のほど|ご対応のほど|ご回答のほど|ご査収のほど)*、?(何卒|どうぞ)?(よろしく|宜しく)(お願い|御願い|ご確認).{0,14}|ありがとうございます|.{0,6}(再)?麻煩(您|你|妳)?(們)?(了|囉|協助|幫忙)?|(再)?(感謝|謝謝)(您|你|妳)?(們)?的?(協助|幫忙|幫助)?|best regards.{0,40}|kind regards.{0,40}|thanks(,| a lot| so much| again| in advance)? ?.{0,20}|thank you( very much| in advance| so much)?.{0,20}|cheers,? ?.{0,16}|have a (nice|good|great) (day|one|weekend)|i hope (this (e?mail|message) finds you well|you are (doing )?well)|hope you('re| are) (doing )?well|looking forward to (your|hearing).{0,30})$`)
	selfIntro = regexp.MustCompile(`^((私、|わたくし)?.{1,24}の[^の]{1,8}(です|と申します|でございます)|(我|這裡|這邊)是.{2,20}|敝姓.{1,6}|(my name is|this is|i am|i'm) [\pL]+( [\pL]+)?( (from|at|of|with) .{2,40})?)$`)
	office    = regexp.MustCompile(`(\+?\d[\d ()./-]{6,}\d|[\w.+-]+@[\w-]+\.[a-z]{2,}|https?://|www\.|^(tel|fax|phone|mobile|e-?mail|電話|分機|統編|地址|住所|〒)|(株式会社|有限会社|股份有限公司|有限公司)|\b(ltd|gmbh|inc|llc|corp|co|plc|ag|bv|pty)\b\.?,?)`)
)

// Body returns what a letter is about: s without quoted lines, greeting, closing
// and signature. When nothing else is left it returns s, so a text of
// mere courtesy still is what it was. It never adds or changes a word.
func Body(s string) string {
	lines := content(strings.Split(s, "\n"))
	var kept []string
	for i, line := range lines {
		line = trimOpening(line, i == 0)
		if line = trimEnding(line); hasLetter(line) {
			kept = append(kept, line)
		}
	}
	out := strings.Join(kept, "\n")
	if !hasLetter(out) {
		return s
	}
	return out
}

// content drops quoted lines and all from the closing or the signature on.
func content(lines []string) []string {
	var out []string
	for _, line := range lines {
		bare := plain(line)
		if quoted.MatchString(line) {
			continue
		}
		if len(out) > 0 && (delimiter.MatchString(strings.ToLower(strings.TrimSpace(line))) || closing.MatchString(bare)) {
			break
		}
		if quoteHead.MatchString(strings.ToLower(strings.TrimSpace(line))) {
			break
		}
		if bare != "" {
			out = append(out, line)
		}
	}
	return withoutOffice(out)
}

// withoutOffice takes the lines of a business card off the end: at most eight,
// short, the uppermost of which is a name.
func withoutOffice(lines []string) []string {
	end, found := len(lines), false
	for end > 1 && len(lines)-end < 8 && short(lines[end-1], 60) && office.MatchString(Fold(lines[end-1])) {
		end, found = end-1, true
	}
	if found && end > 1 && short(lines[end-1], 24) && !strings.ContainsAny(lines[end-1], "?？。.!！") {
		end--
	}
	return lines[:end]
}

// trimOpening takes greeting and introduction off the front of a line. In later
// lines only a whole one counts: "hello" there may be a quotation.
func trimOpening(line string, first bool) string {
	for range 4 {
		head, tail := cut(line, first)
		if head == "" || !greeting.MatchString(plain(head)) && !selfIntro.MatchString(plain(head)) {
			return line
		}
		line = tail
	}
	return line
}

// trimEnding takes sentences of mere courtesy off the end of a line.
func trimEnding(line string) string {
	for range 3 {
		at := lastBreak(line)
		if !courtesy.MatchString(plain(line[at:])) || !hasLetter(line[:at]) && at > 0 {
			return line
		}
		line = line[:at]
	}
	return line
}

// cut separates the first piece of a line; commas end a piece only where
// greetings stand.
func cut(line string, comma bool) (head, tail string) {
	stops := "。.!！:：\n"
	if comma {
		stops += ",，、"
	}
	if at := strings.IndexAny(line, stops); at >= 0 {
		_, size := runeAt(line, at)
		return line[:at], line[at+size:]
	}
	return line, ""
}

// lastBreak is where the last sentence or clause of a line begins.
func lastBreak(line string) int {
	trimmed := strings.TrimRightFunc(line, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	at := strings.LastIndexAny(trimmed, "。.!！?？，,")
	if at < 0 {
		return 0
	}
	_, size := runeAt(trimmed, at)
	return at + size
}

func runeAt(s string, at int) (rune, int) {
	for i, r := range s[at:] {
		if i == 0 {
			return r, len(string(r))
		}
	}
	return 0, 0
}

// plain is a line as the patterns expect it: folded, without punctuation around.
func plain(line string) string {
	return strings.TrimFunc(Fold(line), func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) || unicode.IsSymbol(r) })
}

func short(line string, n int) bool { return len([]rune(strings.TrimSpace(line))) <= n }

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}
