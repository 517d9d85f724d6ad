package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Blank is a place in a text that is to be filled: {{customer}}.
type Blank struct {
	Name     string // as it was meant: small letters, nothing invisible
	From, To int    // where it stands, braces included
}

// mostBlank is how long what stands between the braces may be.
const mostBlank = 200

// Blanks finds what is to be filled in a text: a word of letters, digits, "-" and
// "_" between double braces, which may be full-width as an input method writes
// them. What stands between back quotes is code and means itself, as does
// everything else in braces: {{ .Values.name }}, {{ user.name }}.
func Blanks(s string) (out []Blank) {
	for i := 0; i < len(s); {
		if s[i] == '`' {
			i = behindCode(s, i)
			continue
		}
		if b, ok := blankAt(s, i); ok {
			out = append(out, b)
			i = b.To
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return out
}

// Fill puts values in the place of blanks; one without a value stays. A value is
// put in as it is: what looks like a blank in it is none.
func Fill(s string, value func(name string) (string, bool)) string {
	var b strings.Builder
	at := 0
	for _, blank := range Blanks(s) {
		words, known := value(blank.Name)
		if !known {
			continue
		}
		b.WriteString(s[at:blank.From])
		b.WriteString(words)
		at = blank.To
	}
	b.WriteString(s[at:])
	return b.String()
}

// behindCode is the end of what back quotes enclose, or of the quotes alone where
// nothing closes them.
func behindCode(s string, i int) int {
	quotes := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
	from := i + quotes
	for rest := from; rest < len(s); {
		at := strings.IndexByte(s[rest:], '`')
		if at < 0 {
			break
		}
		rest += at
		n := len(s[rest:]) - len(strings.TrimLeft(s[rest:], "`"))
		rest += n
		if n == quotes {
			return rest
		}
	}
	return from
}

var braces = [][2]string{{"{{", "}}"}, {"｛｛", "｝｝"}}

func blankAt(s string, i int) (Blank, bool) {
	for _, pair := range braces {
		rest, ok := strings.CutPrefix(s[i:], pair[0])
		if !ok {
			continue
		}
		inner, _, closed := strings.Cut(rest[:min(len(rest), mostBlank)], pair[1])
		if name, ok := blankName(inner); closed && ok {
			return Blank{name, i, i + len(pair[0]) + len(inner) + len(pair[1])}, true
		}
	}
	return Blank{}, false
}

func blankName(inner string) (string, bool) {
	if strings.ContainsAny(inner, "\n\r") {
		return "", false
	}
	name := strings.ToLower(strings.TrimSpace(StripZeroWidth(inner)))
	for i, r := range name {
		if !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '-' && r != '_') {
			return "", false
		}
	}
	return name, name != ""
}
