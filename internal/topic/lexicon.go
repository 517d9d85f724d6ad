package topic

import (
	"embed"
	"slices"
	"strings"
	"sync"

	"switchboard/internal/text"
)

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// lexicon reads the embedded files once; about a millisecond.
var lexicon = sync.OnceValue(readLexicon)

// dictionary maps the words of three languages to concepts, which have one
// name in all of them. What is learned about a concept in one language holds
// in the others.
type dictionary struct {
	phrases map[string][]string // Latin phrases of one to three words, stemmed
	prefix  map[string][]string // beginnings of Latin words, written "crash*"
	dense   map[string][]string // Japanese and Chinese strings
	longest int                 // of dense, in characters
}

// readLexicon parses lines of the form "concept: phrase, phrase, ...". A line
// that begins with # is a comment.
func readLexicon() *dictionary {
	d := &dictionary{phrases: map[string][]string{}, prefix: map[string][]string{}, dense: map[string][]string{}}
	for _, lang := range []string{"en", "ja", "zh-TW"} {
		raw, err := lexiconFiles.ReadFile("lexicon/" + lang + ".txt")
		if err != nil {
			panic("topic: the lexicon is not embedded: " + err.Error())
		}
		for _, line := range strings.Split(string(raw), "\n") {
			name, list, ok := strings.Cut(line, ":")
			if !ok || strings.HasPrefix(line, "#") {
				continue
			}
			for _, phrase := range strings.Split(list, ",") {
				d.add(strings.TrimSpace(name), text.Fold(phrase))
			}
		}
	}
	return d
}

func (d *dictionary) add(concept, phrase string) {
	if phrase == "" {
		return
	}
	if strings.ContainsFunc(phrase, text.Dense) {
		phrase = tight(phrase)
		enter(d.dense, phrase, concept)
		d.longest = max(d.longest, len([]rune(phrase)))
		return
	}
	if start, ok := strings.CutSuffix(phrase, "*"); ok {
		enter(d.prefix, start, concept)
		return
	}
	words := text.Words(phrase)
	for i := range words {
		words[i] = stem(words[i])
	}
	enter(d.phrases, strings.Join(words, " "), concept)
}

func enter(m map[string][]string, key, concept string) {
	if !slices.Contains(m[key], concept) {
		m[key] = append(m[key], concept)
	}
}

// find returns the concepts of a text, sorted, each once.
func (d *dictionary) find(p prepared) []string {
	var out []string
	stems := make([]string, len(p.words))
	for i, w := range p.words {
		stems[i] = stem(w)
	}
	for i, w := range p.words {
		key := stems[i]
		out = append(out, d.phrases[key]...)
		for n := 1; n < 4 && i+n < len(stems); n++ {
			key += " " + stems[i+n]
			out = append(out, d.phrases[key]...)
		}
		for n := 3; n <= len(w); n++ {
			out = append(out, d.prefix[w[:n]]...)
		}
	}
	out = append(out, d.findDense(p.folded)...)
	slices.Sort(out)
	return slices.Compact(out)
}

// findDense takes the longest entry at each place: 返金保証 is not 返金 and 保証.
func (d *dictionary) findDense(folded string) []string {
	var out []string
	s := tight(folded)
	at := boundaries(s)
	for i := 0; i+1 < len(at); i++ {
		for n := min(d.longest, len(at)-1-i); n > 0; n-- {
			if c, ok := d.dense[s[at[i]:at[i+n]]]; ok {
				out = append(out, c...)
				i += n - 1
				break
			}
		}
	}
	return out
}

// boundaries are the places in s where characters begin, and its end.
func boundaries(s string) []int {
	at := make([]int, 0, len(s)+1)
	for i := range s {
		at = append(at, i)
	}
	return append(at, len(s))
}

// tight removes the spaces beside Japanese and Chinese characters, which some
// people type and others do not: "SLA 抵免" is "SLA抵免".
func tight(s string) string {
	if !strings.Contains(s, " ") {
		return s
	}
	r := []rune(s)
	out := make([]rune, 0, len(r))
	for i, c := range r {
		if c == ' ' && i > 0 && i+1 < len(r) && (text.Dense(r[i-1]) || text.Dense(r[i+1])) {
			continue
		}
		out = append(out, c)
	}
	return string(out)
}
