package topic

import (
	"strings"
	"unicode"

	"switchboard/internal/text"
)

// feature is one observation about a text: a bucket of the model and how much
// it weighs.
type feature struct {
	bucket uint32
	value  float32
}

// buckets is the number of rows of the model. Features are placed by hash;
// collisions among the learned ones are rare enough not to matter.
const buckets = 1 << 16

// maxText is how many characters are read. What a letter is about stands in
// its first paragraphs. Of maxLetter the frame of the letter is taken off before.
const (
	maxText   = 1500
	maxLetter = 6000
)

// group is a family of features that share one budget of weight, so that long
// texts do not shout louder than short ones.
type group struct {
	budget float32
	seen   map[uint32]struct{}
	order  []uint32
}

func (g *group) add(parts ...string) {
	h := hash(parts...) % buckets
	if _, dup := g.seen[h]; dup {
		return
	}
	if g.seen == nil {
		g.seen = make(map[uint32]struct{}, 64)
	}
	g.seen[h] = struct{}{}
	g.order = append(g.order, h)
}

// hash is FNV-1a over the parts with a separator between them.
func hash(parts ...string) uint32 {
	h := uint32(2166136261)
	for _, p := range parts {
		for i := 0; i < len(p); i++ {
			h = (h ^ uint32(p[i])) * 16777619
		}
		h = (h ^ 0x1f) * 16777619
	}
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 13
	return h
}

// prepared is a text as all readers of this package see it.
type prepared struct {
	folded string
	words  []string // Latin words, folded, numbers as "0"
	runs   [][]rune // Japanese and Chinese runs
}

// prepare folds s and cuts it up with the analysis of package text.
func prepare(s string, names []string) prepared {
	s = first(text.Body(first(s, maxLetter)), maxText)
	p := prepared{folded: forget(text.Fold(s), names)}
	for _, w := range text.Words(p.folded) {
		if strings.ContainsFunc(w, unicode.IsDigit) && len(w) > 1 {
			w = shape(w)
		}
		p.words = append(p.words, w)
	}
	var run []rune
	for _, r := range p.folded + " " {
		if text.Dense(r) {
			run = append(run, r)
			continue
		}
		if len(run) > 0 {
			p.runs = append(p.runs, run)
			run = nil
		}
	}
	return p
}

// first is the first n characters of s.
func first(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// shape makes all numbers alike but keeps what is around them: 50mb -> 0mb.
func shape(w string) string {
	var b strings.Builder
	last := false
	for _, r := range w {
		digit := unicode.IsDigit(r)
		if !digit {
			b.WriteRune(r)
		} else if !last {
			b.WriteByte('0')
		}
		last = digit
	}
	return b.String()
}

// forget takes names out of a folded text: "Seaglass Sync" is no hint that
// something does not sync.
func forget(folded string, names []string) string {
	for _, n := range names {
		if n = text.Fold(n); len(n) > 2 {
			folded = strings.ReplaceAll(folded, n, " ")
		}
	}
	return folded
}

// features observes a text in its context; found are the concepts in it.
func features(p prepared, found []string, c Context) []feature {
	words := group{budget: 1.0}
	letters := group{budget: 0.7}
	dense := group{budget: 1.3}
	idea := group{budget: 1.3}
	setting := group{budget: 0.5}

	addWords(&words, &letters, p.words)
	addDense(&dense, p.runs)
	addIdeas(&idea, found, c)
	addSetting(&setting, p, found, c)

	return collect(&words, &letters, &dense, &idea, &setting)
}

func addWords(words, letters *group, list []string) {
	last := "^"
	for _, w := range list {
		s := stem(w)
		words.add("w", s)
		words.add("b", last, s)
		last = s
		if r := []rune("^" + w + "$"); len(r) > 5 {
			for i := 0; i+4 <= len(r); i++ {
				letters.add("c", string(r[i:i+4]))
			}
		}
	}
	if len(list) > 0 {
		words.add("b", last, "$")
	}
}

func addDense(dense *group, runs [][]rune) {
	for _, r := range runs {
		s := string(r)
		at := boundaries(s)
		for i := range r {
			for n := 1; n <= 4 && i+n <= len(r); n++ {
				dense.add("d", s[at[i]:at[i+n]])
			}
		}
	}
}

// addIdeas adds what the lexicon found: every concept, every pair of them, and
// every concept in the mouth of this asker and about this kind of offer.
func addIdeas(idea *group, found []string, c Context) {
	side := sideOf(c.Asker)
	for i, k := range found {
		idea.add("k", k)
		idea.add("a", side, k)
		idea.add("o", kindOf(c.OfferKind), k)
		for _, l := range found[i+1:] {
			idea.add("p", k, l)
		}
	}
}

// addSetting adds the circumstances: who asks, about what kind of offer, how
// much was said, and how little of it means anything.
func addSetting(setting *group, p prepared, found []string, c Context) {
	setting.add("asker", sideOf(c.Asker))
	setting.add("kind", kindOf(c.OfferKind))
	size := len(p.words)
	for _, r := range p.runs {
		size += (len(r) + 1) / 2
	}
	switch {
	case size <= 1:
		setting.add("size", "1")
	case size <= 3:
		setting.add("size", "3")
	case size <= 8:
		setting.add("size", "8")
	default:
		setting.add("size", "more")
	}
	if len(found) == 0 {
		setting.add("no-idea")
	}
}

func collect(groups ...*group) []feature {
	var out []feature
	for _, g := range groups {
		if len(g.order) == 0 {
			continue
		}
		v := g.budget * scale(len(g.order))
		for _, b := range g.order {
			out = append(out, feature{b, v})
		}
	}
	return out
}

// sideOf folds the party kinds to the four that talk differently.
func sideOf(a Asker) string {
	switch a {
	case "customer", "":
		return "customer"
	case "provider", "direct-partner":
		return "partner"
	}
	return string(a)
}

// kindOf folds the offer kinds to the two that matter: spec 1 section 2,
// platform-based is every kind but saas.
func kindOf(kind string) string {
	if kind == "" || kind == "saas" {
		return kind
	}
	return "platform"
}

// stem takes the commonest English endings off, so that cancel, cancels and
// cancelled are one word. It need not be right, only the same every time.
func stem(w string) string {
	if len(w) < 4 || w[len(w)-1] >= 0x80 {
		return w
	}
	for _, end := range []string{"ations", "ation", "ings", "ing", "ied", "ies", "ers", "ed", "es", "er", "s", "e", "y"} {
		if rest, ok := strings.CutSuffix(w, end); ok && len(rest) >= 3 {
			if n := len(rest); n > 3 && rest[n-1] == rest[n-2] {
				rest = rest[:n-1]
			}
			return rest
		}
	}
	return w
}
