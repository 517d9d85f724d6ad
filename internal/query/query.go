// Package query is the one grammar in which people ask for cases: in the search
// field, in the address of a saved view, in GET /v1/cases?q= and on the command
// line (design/experience 4.1). docs/query.md tells it to users.
//
//	with:us due:<4h offer:contoso-backup lang:ja -is:paused sort:due login "exact phrase"
//
// A query is a list of terms that must all hold. A term is a word or phrase, or
// a field with one or several values of which any is enough; "-" turns it round.
// What is typed with a Japanese or Chinese input method (：，＜ and full-width
// letters, digits, quotes and spaces) reads like its ASCII form.
//
//	Parse        text -> Query; String goes back, and Parse(q.String()) is q
//	Views, View  the default views, which are nothing but queries
//	Matches      whether a case is meant: the oracle for the SQL of the store
//
// It is pure: who asks and at what instant comes in as a Reader, so one view
// means "us" and "today" for whoever opens it.
package query

import (
	"slices"
	"strings"

	"switchboard/internal/text"
)

// Limits of one query, so that no address and no statement grows without end.
const (
	MaxLength = 1000 // characters, typed and in canonical form
	MaxTerms  = 32   // words, phrases and values together
)

// Query asks for cases: those for which every term holds, in an order. The zero
// Query asks for all cases, newest first.
type Query struct {
	Terms []Term
	Sort  Sort // "" when not said: see Order
}

// Term is one condition. Any has at least one value, of the types that its field
// reads: Phrase for Anywhere, Moment for times, Name for what users named
// themselves, and Word for what is listed in the grammar.
type Term struct {
	Not   bool
	Field Field
	Any   []Value
}

// Value is a Word, a Name, a Moment or a Phrase.
type Value interface{ written(Field) string }

// Word is a value of a closed list, such as "open", "us" or "break-fix".
type Word string

// Name is a value that the grammar does not know: an id, a label, a reference or
// a case number.
type Name string

// Phrase is free text. Exact (quoted) finds these words as they stand; otherwise
// the last word may be the beginning of a longer one.
type Phrase struct {
	Text  string
	Exact bool
}

// Order is the order of the result: newest first unless the query says another.
func (q Query) Order() Sort {
	if q.Sort == "" {
		return Newest
	}
	return q.Sort
}

// Words tells whether the query looks for words of the text.
func (q Query) Words() bool {
	return slices.ContainsFunc(q.Terms, func(t Term) bool { return t.Field == Anywhere })
}

// And narrows q by another query, as a search within a view does. The order that
// the other one states wins.
func (q Query) And(more Query) Query {
	both := Query{Terms: slices.Concat(q.Terms, more.Terms), Sort: q.Sort}
	if more.Sort != "" {
		both.Sort = more.Sort
	}
	return both
}

// Terms are the tokens that a text must hold one after the other, as text.Analyse
// cuts it, to contain the phrase. Only the last can be a prefix. A Japanese or
// Chinese run at the end may go on in the text: there its last character, which
// Analyse emits alone where a run ends, is not asked for.
func (p Phrase) Terms() []text.Term {
	tokens := text.Analyse(p.Text)
	out := make([]text.Term, len(tokens))
	for i, token := range tokens {
		out[i].Text = token
	}
	last := len(tokens) - 1
	switch {
	case last < 0:
		return nil
	case !dense(tokens[last]):
		out[last].Prefix = !p.Exact
	case last > 0 && dense(tokens[last-1]) && len([]rune(tokens[last-1])) > 1:
		return out[:last]
	default:
		out[last].Prefix = true
	}
	return out
}

func dense(token string) bool { return text.Dense([]rune(token)[0]) }

// String is the canonical form, which is what addresses and saved views hold.
func (q Query) String() string {
	var parts []string
	for _, t := range q.Terms {
		parts = append(parts, t.String())
	}
	if q.Sort != "" {
		parts = append(parts, string(SortBy)+":"+string(q.Sort))
	}
	return strings.Join(parts, " ")
}

// String is the term as it stands in a query: a chip of the filter bar.
func (t Term) String() string {
	var b strings.Builder
	if t.Not {
		b.WriteByte('-')
	}
	if t.Field != Anywhere {
		b.WriteString(string(t.Field) + ":")
	}
	for i, v := range t.Any {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(v.written(t.Field))
	}
	return b.String()
}

func (w Word) written(Field) string { return string(w) }

// written quotes a name that would be read as something else: as two values, as
// its narrow form, or as a word of the field (a company may be called "us").
func (n Name) written(f Field) string {
	s := string(n)
	_, reserved := fieldOf(f).word(s)
	if reserved || narrow(s) != s || strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || comma(r) }) {
		return `"` + s + `"`
	}
	return s
}

func (p Phrase) written(Field) string {
	if p.Exact {
		return `"` + p.Text + `"`
	}
	return p.Text
}
