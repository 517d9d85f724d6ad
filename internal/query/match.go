package query

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"switchboard/internal/text"
)

// Reader is who asks, and when. The zone of Now is the reader's: it decides when
// today begins.
type Reader struct {
	Company string
	Person  string // "" for a program
	Now     time.Time
}

// Row is a case as one company sees it, already masked: what that company may not
// know stands nowhere in it. "" and the zero time mean that nothing is stated.
type Row struct {
	Number       string
	State        Word      // New, InWork, Waiting, Offered, Proposed or Closed
	With         string    // the company whose turn it is; of a closed case nobody's
	WithAs       string    // the part that it plays on the sale
	Since        time.Time // when that turn began; zero = not known
	Sponsor      string
	From         string // handed it to the reader's company, else opened it
	Offer        string
	Customer     string
	Subscription string
	Topic        string
	Severity     string
	Lang         string
	Assignee     string   // in the reader's company
	Labels       []string // of the reader's company
	Refs         []string // of every company whose reference the reader may see
	Texts        []string // subject and messages that the reader may see
	Opened       time.Time
	Updated      time.Time
	Due          time.Time // the next deadline; paused and closed cases have none
	RiskAt       time.Time // when 75 % of the time until Due is used
	Paused       bool
	Test         bool
	HandedToUs   bool      // another company handed it to the reader's: offered, or accepted and still there
	Unread       bool      // by the reader
	Snoozed      time.Time // until when the reader's company has put it aside; it may have passed
}

// Matches tells whether a query means a case. It is slow and plainly right: the
// SQL of the store must agree with it.
func Matches(q Query, row Row, as Reader) bool {
	for _, t := range q.Terms {
		holds := slices.ContainsFunc(t.Any, func(v Value) bool { return row.has(t.Field, v, as) })
		if holds == t.Not {
			return false
		}
	}
	return true
}

func (r *Row) has(f Field, v Value, as Reader) bool {
	switch v := v.(type) {
	case Phrase:
		return r.says(v)
	case Moment:
		return v.Span(f, as.Now).Has(r.time(f))
	case Name:
		return r.named(f, string(v))
	}
	return r.word(f, v.(Word), as)
}

// says looks for a phrase in each text of the case, its references and its number
// (spec 2 section 4: a case is found by any number that the searcher may see).
func (r *Row) says(p Phrase) bool {
	texts := slices.Concat(r.Texts, r.Refs, []string{r.Number})
	return slices.ContainsFunc(texts, func(s string) bool { return contains(text.Analyse(s), p.Terms()) })
}

// contains tells whether the terms follow one another somewhere in the tokens.
func contains(tokens []string, terms []text.Term) bool {
	for i := range max(len(tokens)-len(terms)+1, 0) {
		if begins(tokens[i:], terms) {
			return true
		}
	}
	return false
}

func begins(tokens []string, terms []text.Term) bool {
	for i, term := range terms {
		if tokens[i] != term.Text && !(term.Prefix && strings.HasPrefix(tokens[i], term.Text)) {
			return false
		}
	}
	return true
}

func (r *Row) time(f Field) time.Time {
	switch f {
	case Due:
		return r.Due
	case Opened:
		return r.Opened
	}
	return r.Updated
}

// values are what the case states for a field.
func (r *Row) values(f Field) []string {
	switch f {
	case Label:
		return r.Labels
	case Ref:
		return r.Refs
	}
	if s := r.value(f); s != "" {
		return []string{s}
	}
	return nil
}

// value is what the case states for a field that has one value at the most.
func (r *Row) value(f Field) string {
	switch f {
	case With:
		return r.With
	case Sponsor:
		return r.Sponsor
	case From:
		return r.From
	case Offer:
		return r.Offer
	case Customer:
		return r.Customer
	case Subscription:
		return r.Subscription
	case Topic:
		return r.Topic
	case Severity:
		return r.Severity
	case Lang:
		return r.Lang
	case Assignee:
		return r.Assignee
	}
	return r.Number
}

// named compares ids exactly, for they are identities; labels and references are
// written by people and compared folded.
func (r *Row) named(f Field, name string) bool {
	return slices.ContainsFunc(r.values(f), func(s string) bool {
		return s == name || (f == Label || f == Ref) && text.Fold(s) == text.Fold(name)
	})
}

func (r *Row) word(f Field, w Word, as Reader) bool {
	switch {
	case f == Is:
		return r.is(w, as)
	case f == Due && w == Late:
		return r.IsLate(as.Now)
	case f == Due && w == None:
		return r.Due.IsZero()
	case w == None && f != Severity: // a severity may be called "none"
		return len(r.values(f)) == 0
	}
	values := r.values(f)
	switch w {
	case Us:
		return slices.Contains(values, as.Company)
	case Others:
		return slices.ContainsFunc(values, func(s string) bool { return s != as.Company })
	case TheCustomer:
		return slices.Contains(values, r.Customer)
	case Me:
		return slices.Contains(values, as.Person)
	}
	return slices.Contains(values, string(w))
}

func (r *Row) is(w Word, as Reader) bool {
	switch w {
	case Open:
		return r.State != Closed
	case Paused:
		return r.Paused
	case Late:
		return r.IsLate(as.Now)
	case AtRisk:
		return r.IsAtRisk(as.Now)
	case Test:
		return r.Test
	case Mine:
		return r.word(Assignee, Me, as)
	case Unassigned:
		return r.Assignee == ""
	case HandedToUs:
		return r.HandedToUs
	case Unread:
		return r.Unread
	case Snoozed:
		return r.IsSnoozed(as.Now)
	}
	return r.State == w
}

// IsLate tells whether the next deadline has passed.
func (r *Row) IsLate(now time.Time) bool { return !r.Due.IsZero() && r.Due.Before(now) }

// IsAtRisk tells whether most of the time until then is used.
func (r *Row) IsAtRisk(now time.Time) bool {
	return !r.RiskAt.IsZero() && !r.RiskAt.After(now) && !r.IsLate(now)
}

// IsSnoozed tells whether the case is put aside: at its instant it is back.
func (r *Row) IsSnoozed(now time.Time) bool { return r.State != Closed && r.Snoozed.After(now) }

// Compare orders two cases; no two are equal, for the number decides at last,
// in the direction of the sort, so that one index serves it.
func (s Sort) Compare(a, b Row) int {
	switch s {
	case Oldest:
		return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.Number, b.Number))
	case ByUpdate:
		return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(b.Number, a.Number))
	case ByDue:
		return cmp.Or(cmp.Compare(a.haste(), b.haste()), a.within(b))
	}
	return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(b.Number, a.Number))
}

// haste is the order of what a deadline can be: there is one, there is none, the
// case is on hold, it is closed.
func (r *Row) haste() int {
	switch {
	case r.State == Closed:
		return 3
	case r.Paused:
		return 2
	case r.Due.IsZero():
		return 1
	}
	return 0
}

// within orders two cases of the same haste: by deadline, and closed ones by
// their last change.
func (r *Row) within(b Row) int {
	if r.State == Closed {
		return ByUpdate.Compare(*r, b)
	}
	return cmp.Or(r.Due.Compare(b.Due), cmp.Compare(r.Number, b.Number))
}
