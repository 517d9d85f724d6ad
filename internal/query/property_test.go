package query

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"switchboard/internal/fault"
)

// Pieces of which the properties make queries and cases: few, so that they meet.
var (
	someNames = rapid.SampledFrom([]string{"tailspin", "contoso", "us", "none", "a b", "請求、支払", "ＡＢＣ", "vip", "x:y", "-x", "<4h", `5"`})
	someWords = rapid.SampledFrom([]string{"login", "請求書", "税", "12:30", "https://contoso.example/", "SSO", "Müller", "INV-42", "--all", `19"`, "don't"})
	someTimes = rapid.Custom(func(t *rapid.T) time.Time {
		return at(float64(rapid.IntRange(-100, 100).Draw(t, "half hours")) / 2).UTC()
	})
)

func someMoment(t *rapid.T) Moment {
	m := Moment{Op: rapid.SampledFrom([]Op{In, Before, Upto, After, Since}).Draw(t, "op"), Unit: Unit(rapid.IntRange(0, 3).Draw(t, "unit"))}
	switch m.Unit {
	case Length:
		m.Length = time.Duration(rapid.IntRange(0, 50).Draw(t, "half hours")) * 30 * time.Minute
		if m.Op == In {
			m.Op = Upto // a bare length is "within"
		}
	case Day:
		m.At = someTimes.Draw(t, "day").Truncate(24 * time.Hour)
	case Instant:
		m.At = someTimes.Draw(t, "instant").Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "ticks")) * tick)
	}
	return m
}

func someValue(t *rapid.T, f *field) Value {
	if len(f.words) > 0 && (f.kind == choices || rapid.Bool().Draw(t, "word")) {
		return rapid.SampledFrom(f.words).Draw(t, "word")
	}
	switch f.kind {
	case moments:
		return someMoment(t)
	case numbers:
		return Name(rapid.StringMatching(`[0-9]{1,11}`).Draw(t, "number"))
	}
	return Name(someNames.Draw(t, "name"))
}

func somePhrase(t *rapid.T) Phrase {
	if rapid.Bool().Draw(t, "exact") {
		return Phrase{strings.ReplaceAll(strings.Join(rapid.SliceOfN(someWords, 1, 3).Draw(t, "words"), " "), `"`, ""), true}
	}
	return Phrase{someWords.Draw(t, "word"), false}
}

var someTerm = rapid.Custom(func(t *rapid.T) Term {
	not := rapid.Bool().Draw(t, "not")
	i := rapid.IntRange(-1, len(fields)-2).Draw(t, "field") // the last is sort
	if i < 0 {
		p := somePhrase(t)
		return Term{not && (p.Exact || !strings.HasPrefix(p.Text, "-")), Anywhere, []Value{p}}
	}
	f := &fields[i]
	values := make([]Value, rapid.IntRange(1, 3).Draw(t, "values"))
	for i := range values {
		values[i] = someValue(t, f)
	}
	return Term{not, f.name, values}
})

var someQuery = rapid.Custom(func(t *rapid.T) Query {
	q := Query{Sort: rapid.SampledFrom([]Sort{"", Newest, Oldest, ByDue, ByUpdate}).Draw(t, "sort")}
	if terms := rapid.SliceOfN(someTerm, 0, 6).Draw(t, "terms"); len(terms) > 0 {
		q.Terms = terms
	}
	return q
})

var someRow = rapid.Custom(func(t *rapid.T) Row {
	one := func(values ...string) string { return rapid.SampledFrom(values).Draw(t, "value") }
	maybe := func() time.Time {
		if rapid.Bool().Draw(t, "stated") {
			return someTimes.Draw(t, "time")
		}
		return time.Time{}
	}
	return Row{
		Number: rapid.StringMatching(`[0-9]{1,2}`).Draw(t, "number"),
		State:  rapid.SampledFrom([]Word{New, InWork, Waiting, Offered, Proposed, Closed}).Draw(t, "state"),
		With:   one("", "tailspin", "contoso"), Sponsor: one("tailspin", "contoso", "us"), From: one("tailspin", "contoso"),
		Customer: one("", "contoso"), Offer: one("", "contoso", "none"), Topic: one("", "billing"), Severity: one("critical", "none"),
		Assignee: one("", "ken"), Lang: one("", "ja"), Labels: rapid.SliceOfN(someNames, 0, 2).Draw(t, "labels"),
		Texts: rapid.SliceOfN(someWords, 0, 3).Draw(t, "texts"), Opened: someTimes.Draw(t, "opened"), Updated: someTimes.Draw(t, "updated"),
		Due: maybe(), RiskAt: maybe(), Paused: rapid.Bool().Draw(t, "paused"), Test: rapid.Bool().Draw(t, "test"),
		HandedToUs: rapid.Bool().Draw(t, "handed"), Unread: rapid.Bool().Draw(t, "unread"),
	}
})

// A view is an address: what is written can be read again, and says the same.
func TestCanonicalFormReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := someQuery.Draw(t, "query")
		again, err := Parse(q.String())
		if err != nil || !reflect.DeepEqual(again, q) {
			t.Fatalf("%s reads back as\n%#v, %v, want\n%#v", q, again, err, q)
		}
	})
}

// Terms are "and", values are "or", "-" is "not", And is "and".
func TestMatchingIsLogic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row, q, more, term := someRow.Draw(t, "row"), someQuery.Draw(t, "query"), someQuery.Draw(t, "more"), someTerm.Draw(t, "term")
		is := func(terms ...Term) bool { return Matches(Query{Terms: terms}, row, ken) }
		every, any := true, false
		for _, one := range q.Terms {
			every = every && is(one)
		}
		for _, v := range term.Any {
			any = any || is(Term{Field: term.Field, Any: []Value{v}})
		}
		turned := term
		turned.Not = !term.Not
		switch {
		case Matches(q, row, ken) != every:
			t.Fatalf("%s is not all of its terms", q)
		case is(term) == is(turned):
			t.Fatalf("%s and %s say the same", term, turned)
		case is(term) != (any != term.Not):
			t.Fatalf("%s is not any of its values", term)
		case Matches(q.And(more), row, ken) != (Matches(q, row, ken) && Matches(more, row, ken)):
			t.Fatalf("%s and %s is not both", q, more)
		}
	})
}

// A time is before, within or after a moment: one of the three, and <= is the
// first two. A case without the time is none of them.
func TestMomentsCutTimeInThree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, when := someMoment(t), someTimes.Draw(t, "time")
		f := rapid.SampledFrom([]Field{Due, Opened, Updated}).Draw(t, "field")
		has := func(op Op, when time.Time) bool {
			m.Op = op
			return m.Span(f, ken.Now).Has(when)
		}
		count := 0
		for _, op := range []Op{Before, In, After} {
			if has(op, when) {
				count++
			}
			if has(op, time.Time{}) {
				t.Fatalf("%v%v holds for no time", op, m)
			}
		}
		if count != 1 || has(Upto, when) == has(After, when) || has(Since, when) == has(Before, when) {
			t.Fatalf("%s lies in %d of the three parts of %v for %s", when, count, m, f)
		}
	})
}

func TestOrdersAreTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := someRow.Draw(t, "a"), someRow.Draw(t, "b"), someRow.Draw(t, "c")
		s := rapid.SampledFrom([]Sort{Newest, Oldest, ByDue, ByUpdate}).Draw(t, "sort")
		if s.Compare(a, b) != -s.Compare(b, a) {
			t.Fatalf("%s: a to b is %d, b to a %d", s, s.Compare(a, b), s.Compare(b, a))
		}
		if s.Compare(a, b) <= 0 && s.Compare(b, c) <= 0 && s.Compare(a, c) > 0 {
			t.Fatalf("%s: a <= b <= c < a", s)
		}
		if a.Number != b.Number && s.Compare(a, b) == 0 {
			t.Fatalf("%s: the number does not decide", s)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, v := range Views() {
		f.Add(v.Query)
	}
	for _, s := range []string{`login "exact phrase" -税`, "ｗｉｔｈ：ｕｓ　due：≦４ｈ", `label:"a b",c -n:#1-2`, "opened:>2026-11-27T10:00:00+09:00", "https://x 12:30",
		"\"e\u200d\u0301\"", "label:\"x\u0344\u0344\u0344\u0344\"", "＜\u0338", `"x"y"`, "updated:today,<30m", "ofer:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		q, err := Parse(in)
		if err != nil {
			if k := fault.Of(err).Kind; k != fault.Invalid {
				t.Fatalf("Parse(%q) fails as %s: %v", in, k, err)
			}
			return
		}
		canonical := q.String()
		again, err := Parse(canonical)
		if err != nil || !reflect.DeepEqual(again, q) || again.String() != canonical {
			t.Fatalf("Parse(%q) is %q, which reads back as %q, %v\n%#v\n%#v", in, canonical, again, err, q, again)
		}
		if utf8.RuneCountInString(canonical) > MaxLength || !utf8.ValidString(canonical) {
			t.Fatalf("Parse(%q) grows to %q", in, canonical)
		}
		Matches(q, example(), ken)
	})
}
