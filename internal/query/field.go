package query

import (
	"slices"

	"switchboard/internal/text"
	"switchboard/wire"
)

// Field is what a term looks at. The list is closed.
type Field string

const (
	Anywhere     Field = ""        // a word or phrase: messages, references, number
	With         Field = "with"    // the company whose turn it is
	Sponsor      Field = "sponsor" // the company that faces the customer
	From         Field = "from"    // the company that handed the case to us, else the one that opened it
	Is           Field = "is"      // state and marks
	Due          Field = "due"     // the reader's next deadline
	Opened       Field = "opened"
	Updated      Field = "updated" // the last event that the reader may see
	Offer        Field = "offer"
	Customer     Field = "customer"
	Subscription Field = "subscription"
	Topic        Field = "topic"
	Severity     Field = "severity"
	Lang         Field = "lang"     // of the requester
	Label        Field = "label"    // of the reader's company
	Assignee     Field = "assignee" // a person of the reader's company
	Ref          Field = "ref"      // any company's own reference
	N            Field = "n"        // the case number
	SortBy       Field = "sort"     // the order of the result, not a condition
)

// Words that more than one field knows.
const (
	Us          Word = "us"
	Others      Word = "others"
	TheCustomer Word = "customer"
	Me          Word = "me"
	None        Word = "none" // nothing is stated
	Late        Word = "late"
)

// Words of is:. Closed to Proposed are the states of a case (spec 2 section 3).
const (
	Open       Word = "open"
	Closed     Word = "closed"
	New        Word = "new"
	InWork     Word = "in-work"
	Waiting    Word = "waiting" // for the customer
	Offered    Word = "offered" // a handoff awaits its answer
	Proposed   Word = "proposed"
	Paused     Word = "paused"  // on hold until an agreed date
	AtRisk     Word = "at-risk" // 75 % of the time is used
	Test       Word = "test"    // a drill
	Mine       Word = "mine"
	Unassigned Word = "unassigned"
	HandedToUs Word = "handed-to-us"
	Unread     Word = "unread"
	Snoozed    Word = "snoozed" // put aside by the reader's company until an instant
)

// Sort is the order of a result; the list is closed because each has an index.
type Sort string

const (
	Newest   Sort = "newest"  // opened last, first
	Oldest   Sort = "oldest"  // opened first, first
	ByDue    Sort = "due"     // soonest deadline first, without deadline last
	ByUpdate Sort = "updated" // changed last, first
)

// kind says what a field reads beside its own words.
type kind int

const (
	choices kind = iota // nothing: the list is closed
	names               // what users named
	numbers             // case numbers
	moments             // times
)

type field struct {
	name  Field
	kind  kind
	words []Word
}

// fields is the grammar.
var fields = []field{
	{With, names, []Word{Us, Others, TheCustomer, None}},
	{Sponsor, names, []Word{Us, Others, TheCustomer}},
	{From, names, []Word{Us, Others, TheCustomer}},
	{Is, choices, []Word{Open, Closed, New, InWork, Waiting, Offered, Proposed, Paused, Late, AtRisk, Mine, Unassigned,
		HandedToUs, Unread, Snoozed, Test}},
	{Due, moments, []Word{Late, None}},
	{Opened, moments, nil},
	{Updated, moments, nil},
	{Offer, names, []Word{None}},
	{Customer, names, []Word{None}},
	{Subscription, names, []Word{None}},
	{Topic, choices, append(each[Word](wire.Topics()), None)},
	{Severity, choices, each[Word](wire.Severities())},
	{Lang, choices, append(each[Word](wire.Languages()), None)},
	{Label, names, []Word{None}},
	{Assignee, names, []Word{Me, None}},
	{Ref, names, []Word{None}},
	{N, numbers, nil},
	{SortBy, choices, each[Word]([]Sort{ByDue, Newest, Oldest, ByUpdate})},
}

// each turns a list of words of one type into those of another.
func each[To, From ~string](list []From) []To {
	out := make([]To, len(list))
	for i, s := range list {
		out[i] = To(s)
	}
	return out
}

// elsewhere are names that other desks use for a field of ours.
var elsewhere = map[string]Field{
	"status": Is, "state": Is, "tag": Label, "created": Opened, "assigned": Assignee, "company": With, "owner": With,
	"language": Lang, "case": N,
}

// fieldOf finds a field by its name in any case; nil when there is none.
func fieldOf(name Field) *field {
	folded := Field(text.Fold(string(name)))
	if i := slices.IndexFunc(fields, func(f field) bool { return f.name == folded }); i >= 0 {
		return &fields[i]
	}
	return nil
}

// word finds s among the words of a field, in any case.
func (f *field) word(s string) (Word, bool) {
	folded := text.Fold(s)
	for _, w := range f.words {
		if text.Fold(string(w)) == folded {
			return w, true
		}
	}
	return "", false
}

// near guesses which field was meant by a name that is none: one that is in use
// elsewhere, or one slip away. Of names below four letters ("re:", "id:") nearly
// every one is a slip away from some field, and "port:" is no slip for "sort:":
// people get the first letter right.
func near(name string) (Field, bool) {
	folded := text.Fold(name)
	if f, ok := elsewhere[folded]; ok {
		return f, true
	}
	i := slices.IndexFunc(fields, func(f field) bool {
		return len(folded) > 3 && folded[0] == f.name[0] && text.Distance(folded, string(f.name)) == 1
	})
	if i < 0 {
		return "", false
	}
	return fields[i].name, true
}
