package web

import (
	"context"
	"io"
	"sort"
	"strings"

	"github.com/a-h/templ"

	"switchboard/internal/i18n"
	"switchboard/internal/text"
	"switchboard/wire"
)

// say writes the sentence of a key with its names set apart: a company keeps
// its own direction and language (experience 8.1, rule 9).
func say(v *visit, key string, args ...any) templ.Component {
	langs := map[string]string{}
	isolate := map[string]bool{}
	for i := 0; i+1 < len(args); i += 2 {
		if party, ok := args[i+1].(wire.Party); ok {
			langs[args[i].(string)], isolate[args[i].(string)] = party.Lang, true
		}
	}
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, part := range v.p.Parts(key, named(args)) {
			if isolate[part.Arg] {
				writeName(&b, part.Text, langs[part.Arg])
				continue
			}
			b.WriteString(templ.EscapeString(part.Text))
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// gap is what stands between a label and its value: full-width punctuation
// brings its own space.
func (v *visit) gap() string {
	if v.lang() == i18n.English {
		return " "
	}
	return ""
}

func writeName(b *strings.Builder, name, lang string) {
	b.WriteString("<bdi")
	if lang != "" {
		b.WriteString(` lang="` + templ.EscapeString(lang) + `"`)
	}
	b.WriteString(">" + templ.EscapeString(name) + "</bdi>")
}

// names are what sentences made elsewhere may speak of, each with its language.
type names map[string]string

func (n names) add(name, lang string) {
	if name != "" {
		n[name] = lang
	}
}

func (n names) party(p *wire.Party) {
	if p != nil {
		n.add(p.Name, p.Lang)
	}
}

// namesIn collects the companies of an answer.
func namesIn(a *wire.Answer) names {
	n := names{}
	n.party(a.Accountable)
	n.party(a.Performs)
	if a.Reach != nil {
		n.party(&a.Reach.Party)
	}
	for i := range a.AlsoReach {
		n.party(&a.AlsoReach[i].Party)
	}
	for _, step := range a.Path {
		if _, known := n[step.Name]; !known {
			n.add(step.Name, scriptOf(step.Name, a.Language))
		}
	}
	for _, r := range a.Rejected {
		if _, known := n[r.Name]; !known {
			n.add(r.Name, scriptOf(r.Name, a.Language))
		}
	}
	return n
}

// told writes a finished sentence and sets the names in it apart, longest
// first, so that one name within another is not cut.
func told(n names, sentence string) templ.Component {
	known := make([]string, 0, len(n))
	for name := range n {
		known = append(known, name)
	}
	sort.Slice(known, func(i, j int) bool {
		if len(known[i]) != len(known[j]) {
			return len(known[i]) > len(known[j])
		}
		return known[i] < known[j]
	})
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		writeTold(&b, n, known, sentence)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func writeTold(b *strings.Builder, n names, known []string, rest string) {
	for rest != "" {
		at, found := len(rest), ""
		for _, name := range known {
			if i := strings.Index(rest, name); i >= 0 && i < at {
				at, found = i, name
			}
		}
		b.WriteString(templ.EscapeString(rest[:at]))
		if found == "" {
			return
		}
		writeName(b, found, n[found])
		rest = rest[at+len(found):]
	}
}

// scriptOf guesses the language of a name that came without one. Han alone is
// the reader's own language where that is written with it.
func scriptOf(name, reader string) string {
	lang := text.Language(name)
	if lang == text.Chinese && reader != text.English {
		return reader
	}
	return lang
}
