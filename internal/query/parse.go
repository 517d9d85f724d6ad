package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// Parse reads a query. What cannot be read is a fault of kind invalid whose code
// begins with "query." (or is field.utf8 or field.nul). Punctuation that stands
// alone is no term.
func Parse(input string) (Query, error) {
	if utf8.RuneCountInString(input) > MaxLength {
		return Query{}, tooLong()
	}
	tidied, err := tidy(input)
	if err != nil {
		return Query{}, err
	}
	p := parser{rest: []rune(tidied)}
	for p.spaces(); len(p.rest) > 0; p.spaces() {
		if err := p.term(); err != nil {
			return Query{}, err
		}
	}
	// The canonical form can be longer: 4h is <=4h. It must be readable as well.
	if utf8.RuneCountInString(p.query.String()) > MaxLength {
		return Query{}, tooLong()
	}
	return p.query, nil
}

func tooLong() error { return fault.New(fault.Invalid, "query.too-long", "max", MaxLength) }

// tidy makes one visible line of the input. What text.Line takes away can bring
// together what composes anew, so it is repeated until nothing changes.
func tidy(input string) (string, error) {
	for {
		line, err := text.Line(input)
		switch {
		case err == text.ErrNUL:
			return "", fault.New(fault.Invalid, "field.nul")
		case err != nil:
			return "", fault.New(fault.Invalid, "field.utf8")
		case line == input:
			return line, nil
		}
		input = line
	}
}

// parser reads rest from the left; whatever it understood is in query.
type parser struct {
	rest  []rune
	count int // of values
	query Query
}

func (p *parser) spaces() {
	for len(p.rest) > 0 && p.rest[0] == ' ' {
		p.rest = p.rest[1:]
	}
}

// term reads one term: ["-"] (phrase | field ":" values | word).
func (p *parser) term() error {
	not := p.negation()
	if quote(p.rest[0]) {
		s, err := p.quoted()
		if err != nil {
			return err
		}
		return p.say(not, Phrase{s, true})
	}
	f, err := p.field()
	if err != nil {
		return err
	}
	if f == nil {
		return p.say(not, Phrase{p.bare(isSpace), false})
	}
	values, err := p.values(f)
	if err != nil {
		return err
	}
	if f.name == SortBy {
		return p.sort(not, values)
	}
	return p.add(Term{not, f.name, values})
}

// negation takes a "-" that has something behind it. Two of them are an option
// that somebody copied from a command line, and stay a word.
func (p *parser) negation() bool {
	if len(p.rest) < 2 || !minus(p.rest[0]) || p.rest[1] == ' ' || minus(p.rest[1]) {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// field takes the name of a field and its colon, or nothing: nil.
//
// A colon alone makes no field. People search for what they see, and that is full
// of colons: https://..., 12:30, C:\temp, ORA-01017:..., error:0x80070005. So only
// a field's own name counts. A near miss (ofer:, status:) is refused, because as a
// word it would silently find nothing; everything else is a word.
func (p *parser) field() (*field, error) {
	at := slices.IndexFunc(p.rest, func(r rune) bool { return r == ' ' || narrowed(r) == ':' })
	if at < 1 || p.rest[at] == ' ' {
		return nil, nil
	}
	name, behind := narrow(string(p.rest[:at])), p.rest[at+1:]
	if f := fieldOf(Field(name)); f != nil {
		p.rest = behind
		return f, nil
	}
	if len(behind) == 0 || behind[0] == ' ' || strings.HasPrefix(string(behind), "//") {
		return nil, nil // "Status: ..." is prose, and https://... an address
	}
	if meant, ok := near(name); ok {
		return nil, fault.New(fault.Invalid, "query.field-unknown", "field", clip(name), "nearest", string(meant))
	}
	return nil, nil
}

// values reads value {"," value}.
func (p *parser) values(f *field) (out []Value, err error) {
	for {
		s, quoted, err := p.piece()
		if err != nil {
			return nil, err
		}
		if s == "" {
			return nil, fault.New(fault.Invalid, "query.value-missing", "field", string(f.name))
		}
		v, err := f.read(s, quoted)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if len(p.rest) == 0 || !comma(p.rest[0]) {
			return out, nil
		}
		p.rest = p.rest[1:]
	}
}

func (p *parser) piece() (s string, quoted bool, err error) {
	if len(p.rest) > 0 && quote(p.rest[0]) {
		s, err = p.quoted()
		return s, true, err
	}
	return p.bare(func(r rune) bool { return r == ' ' || comma(r) }), false, nil
}

// bare takes everything before the next end, in its narrow form.
func (p *parser) bare(end func(rune) bool) string {
	at := slices.IndexFunc(p.rest, end)
	if at < 0 {
		at = len(p.rest)
	}
	s := string(p.rest[:at])
	p.rest = p.rest[at:]
	return narrow(s)
}

// quoted takes what stands between two quotation marks, as it is written.
func (p *parser) quoted() (string, error) {
	length := slices.IndexFunc(p.rest[1:], quote)
	if length < 0 {
		return "", fault.New(fault.Invalid, "query.quote-open", "value", clip(string(p.rest[1:])))
	}
	s := string(p.rest[1 : 1+length])
	p.rest = p.rest[2+length:]
	return strings.TrimSpace(s), nil
}

// read makes a value of the field out of what was written. Quotes say that a word
// is meant as a name.
func (f *field) read(s string, quoted bool) (Value, error) {
	w, reserved := f.word(s)
	switch {
	case reserved && !(quoted && f.kind == names):
		return w, nil
	case f.kind == names:
		return Name(s), nil
	case f.kind == numbers:
		return number(s)
	case f.kind == moments:
		return moment(f.name, s)
	}
	known := each[string](f.words)
	if nearest, ok := text.Nearest(s, known); ok {
		return nil, fault.New(fault.Invalid, "query.value-unknown", "field", string(f.name), "value", clip(s), "nearest", nearest)
	}
	return nil, fault.New(fault.Invalid, "query.value-unknown", "field", string(f.name), "value", clip(s), "known", strings.Join(known, ", "))
}

// number reads a case number as people write it: with # and dashes, or without.
func number(s string) (Value, error) {
	digits := strings.ReplaceAll(strings.TrimPrefix(s, "#"), "-", "")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return nil, fault.New(fault.Invalid, "query.number-invalid", "value", clip(s))
	}
	return Name(digits), nil
}

func (p *parser) say(not bool, phrase Phrase) error {
	if len(phrase.Terms()) == 0 {
		return nil
	}
	return p.add(Term{not, Anywhere, []Value{phrase}})
}

func (p *parser) sort(not bool, values []Value) error {
	if not || len(values) > 1 || p.query.Sort != "" {
		return fault.New(fault.Invalid, "query.sort-once")
	}
	p.query.Sort = Sort(values[0].(Word))
	return nil
}

func (p *parser) add(t Term) error {
	if p.count += len(t.Any); p.count > MaxTerms {
		return fault.New(fault.Invalid, "query.too-many", "max", MaxTerms)
	}
	p.query.Terms = append(p.query.Terms, t)
	return nil
}

// narrow is the ASCII form of what an input method writes in full width. All else
// stays as it is, half-width kana too: an id may hold them.
func narrow(s string) string { return norm.NFC.String(strings.Map(narrowed, s)) }

func narrowed(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

func isSpace(r rune) bool { return r == ' ' } // the only one that tidy leaves

func comma(r rune) bool { return narrowed(r) == ',' || r == '、' }

func minus(r rune) bool { return narrowed(r) == '-' || r == '−' }

func quote(r rune) bool { return narrowed(r) == '"' || r == '“' || r == '”' }

// clip keeps what a fault repeats short.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
