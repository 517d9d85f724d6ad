package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normalise gives the one spelling in which texts are compared: compatibility
// composed (full-width Latin becomes ASCII, half-width katakana full-width,
// ㈱ its letters), case-folded, without invisible characters. White space and
// punctuation stay.
func Normalise(s string) string {
	if ascii(s) {
		return strings.ToLower(s)
	}
	s = norm.NFKC.String(StripZeroWidth(s))
	return norm.NFKC.String(foldCase(s))
}

// foldCase does not use cases.Fold, which swaps the two cases of Cherokee
// instead of folding them, so that folding twice would differ from once.
func foldCase(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 0x2E80 && r < 0xA000 {
			return r // kana and Han have no case
		}
		return unicode.ToLower(unicode.ToUpper(r))
	}, s)
	if strings.ContainsAny(s, "ßẞ") {
		s = strings.NewReplacer("ß", "ss", "ẞ", "ss").Replace(s)
	}
	return s
}

// Fold is the content of the *_fold columns: Normalise, with every run of white
// space as one space and none at the ends. Folding in Go keeps both engines
// equal where LOWER and ILIKE are not. Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	return strings.Join(strings.Fields(Normalise(s)), " ")
}

// unaccent removes the combining marks of Latin, Greek and Cyrillic letters,
// so that "Muller" finds "Müller". Kana keep their voicing marks: か is not が.
func unaccent(s string) string {
	if ascii(s) {
		return s
	}
	var b strings.Builder
	keep := false
	for _, r := range norm.NFD.String(s) {
		if unicode.Is(unicode.Mn, r) {
			if keep {
				b.WriteRune(r)
			}
			continue
		}
		keep = r > 0x530
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
