package text

import (
	"encoding/hex"
	"unicode"
)

// maxToken is the longest token in characters. Longer ones (keys, encoded
// blobs) are cut the same way in index and query, so they still find.
const maxToken = 64

// Term is one piece of a query. With Prefix every token that begins with Text
// matches, else only Text itself.
type Term struct {
	Text   string
	Prefix bool
}

// Words returns the words of s that are written with spaces between them,
// normalised, without accents, in order, with repetitions. Digits count as
// letters; an apostrophe inside a word joins ("don't" is "dont"). Japanese and
// Chinese runs are left out: see Analyse.
func Words(s string) []string {
	var out []string
	pieces(s, func(run []rune, dense bool) {
		if !dense {
			out = append(out, string(run))
		}
	})
	return out
}

// Analyse returns the tokens of s for an index: words as Words gives them, and
// of every Japanese or Chinese run the overlapping pairs of characters,
// followed by its last character alone. Thanks to that last one, a prefix query
// of a single character finds it wherever it stands. Order is kept, so phrases
// can be matched by position.
func Analyse(s string) []string {
	var out []string
	pieces(s, func(run []rune, dense bool) {
		if !dense {
			out = append(out, string(run))
			return
		}
		for i := 0; i+1 < len(run); i++ {
			out = append(out, string(run[i:i+2]))
		}
		out = append(out, string(run[len(run)-1:]))
	})
	return out
}

// Terms returns what a query must look for so that every text whose Analyse
// contains the same words or the same run of characters is found. A run of one
// Japanese or Chinese character is a prefix term; so is the last word when the
// query does not end in a space, because it may still be in typing.
func Terms(s string) []Term {
	var out []Term
	pieces(s, func(run []rune, dense bool) {
		if !dense || len(run) == 1 {
			out = append(out, Term{string(run), dense})
			return
		}
		for i := 0; i+1 < len(run); i++ {
			out = append(out, Term{Text: string(run[i : i+2])})
		}
	})
	if n := len(out); n > 0 && wordAtEnd(s) {
		out[n-1].Prefix = true
	}
	return out
}

// Reader is the reserved token that marks a company as a reader of an indexed
// text. It begins with "_", which Analyse and Terms never put into a token, so
// no question can name a company's readers (design/architecture section 4).
func Reader(company string) string { return "_" + hex.EncodeToString([]byte(company)) }

func wordAtEnd(s string) bool {
	r := []rune(s)
	return len(r) > 0 && !Dense(r[len(r)-1]) && inWord(r[len(r)-1])
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// pieces calls emit for every word and for every run of dense characters of s,
// normalised. The slice is only valid during the call.
func pieces(s string, emit func(run []rune, dense bool)) {
	runes := []rune(unaccent(Normalise(s)))
	run, dense := make([]rune, 0, maxToken), false
	flush := func() {
		if len(run) > 0 {
			if !dense && len(run) > maxToken {
				run = run[:maxToken]
			}
			emit(run, dense)
		}
		run = run[:0]
	}
	for i, r := range runes {
		d := Dense(r)
		switch {
		case !d && !inWord(r):
			if !(apostrophe(r) && !dense && len(run) > 0 && i+1 < len(runes) && unicode.IsLetter(runes[i+1])) {
				flush()
			}
			continue
		case d != dense:
			flush()
		}
		dense = d
		run = append(run, r)
	}
	flush()
}
