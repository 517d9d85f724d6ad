// Package text is the one analysis of what people write: search, topics and
// readers all look at a sentence through it, so that what is indexed, what is
// asked and what is classified are cut into the same pieces.
//
// It is pure and knows three writing systems well: Latin words are split at
// everything that is neither letter nor digit; Japanese and Chinese, which put
// no spaces between words, are cut into overlapping pairs of characters.
//
//	Check, Clean, Line   what may enter at the border
//	Normalise, Fold      one spelling for comparison
//	Words, Analyse, Terms, Reader   tokens for index and query
//	Language, Count      which language, which script
//	Nearest, Distance    "did you mean"
package text

import "unicode"

// Script is the writing system of one character, as far as analysis cares.
type Script int

const (
	Neutral  Script = iota // spaces, punctuation, symbols, marks, digits
	Latin                  // Latin letters
	Hiragana               // ひらがな
	Katakana               // カタカナ and the long mark ー
	Han                    // 漢字, 々 and 〆
	Foreign                // letters of every other script
)

// ScriptOf says to which script r belongs.
func ScriptOf(r rune) Script {
	switch {
	case r < 0x80:
		if r|0x20 >= 'a' && r|0x20 <= 'z' {
			return Latin
		}
		return Neutral
	case r == 'ー' || unicode.Is(unicode.Katakana, r):
		return Katakana
	case unicode.Is(unicode.Hiragana, r):
		return Hiragana
	case r == '々' || r == '〆' || unicode.Is(unicode.Han, r):
		return Han
	case !unicode.IsLetter(r):
		return Neutral
	case unicode.Is(unicode.Latin, r):
		return Latin
	}
	return Foreign
}

// Dense reports whether r is written without spaces between words and is
// therefore analysed in pairs.
func Dense(r rune) bool {
	if r < 0x2E80 {
		return false
	}
	s := ScriptOf(r)
	return s == Hiragana || s == Katakana || s == Han
}
