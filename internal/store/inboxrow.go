package store

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	grammar "switchboard/internal/query"
)

// InboxRow is a case in the lists of one company.
type InboxRow struct {
	Company string
	Bit     int // of the company on the case
	Row     Listed
	By      string // who has acted, as ActedBy writes it
}

// Listed is the row that the view grammar looks at, already masked for its
// company, with what a list shows of the case besides.
type Listed struct {
	grammar.Row
	Subject string
	Version int64 // what the company has read of it

	at place // of Inbox
}

// Cursor is where Inbox goes on behind this row of it.
func (r Listed) Cursor() string { return r.at.seal() }

// Nobody is who has acted when nothing gives the company a reason to look at the
// case again; somebody who is none of its own people is "".
const Nobody = "*"

// ActedBy writes down a person of the company itself; a program has no person.
func ActedBy(person string) string { return "=" + person }

// InboxColumns are the columns of case_inbox in which a row stands, and its id.
// What the company has marked stands beside them (see Marks).
const InboxColumns = "company, number, live, with_us, handed, closing, due_at, opened_at, updated_at, doc, id"

// Sorted by deadline, what has none comes behind all others, and what is on hold
// behind that: a list of what is not on hold ends there.
const (
	never  = math.MaxInt64 - 1
	asleep = math.MaxInt64
)

// Values are the values of InboxColumns but the id.
func (r InboxRow) Values() []any {
	row, live := r.Row, r.Row.State != grammar.Closed
	return []any{r.Company, row.Number, live, live && row.With == r.Company, live && row.HandedToUs, row.State == grammar.Proposed && row.Sponsor == r.Company,
		row.dueKey(), micros(row.Opened), micros(row.Updated), row.pack()}
}

// placed is a row on its way to inboxPut.
func (r InboxRow) placed() placed { return placed{append(r.Values(), r.By), int64(r.Bit)} }

func (r Listed) dueKey() int64 {
	switch {
	case r.Paused:
		return asleep
	case r.Due.IsZero():
		return never
	}
	return micros(r.Due)
}

// A page reads fifty rows and a search many more, so a row is packed: its parts
// stand one behind the other, and reading them copies nothing. The number has a
// column of its own; words of messages stand in the search index.
const (
	partEnd = "\x1f"
	itemEnd = "\x1e"
	parts   = 22
	older   = 20 // until WithAs and Since were added
)

var unseparated = strings.NewReplacer(partEnd, " ", itemEnd, " ")

// pack writes a row as text. No text of a person holds a control character.
func (r Listed) pack() string {
	list := func(items []string) string {
		clean := make([]string, len(items))
		for i, item := range items {
			clean[i] = unseparated.Replace(item)
		}
		return strings.Join(clean, itemEnd)
	}
	at := func(t time.Time) string { return strconv.FormatInt(micros(t), 10) }
	words := [parts]string{string(r.State), r.With, r.Sponsor, r.From, r.Offer, r.Customer, r.Subscription, r.Topic, r.Severity, r.Lang, r.Assignee, r.Subject}
	for i := range words {
		words[i] = unseparated.Replace(words[i])
	}
	copy(words[12:], []string{list(r.Labels), list(r.Refs), at(r.Opened), at(r.Updated), at(r.Due), at(r.RiskAt), strconv.FormatInt(r.Version, 10), r.marks(),
		unseparated.Replace(r.WithAs), at(r.Since)})
	return strings.Join(words[:], partEnd)
}

func (r Listed) marks() (out string) {
	for _, m := range markers(&r) {
		if *m.is {
			out += m.letter
		}
	}
	return out
}

type marker struct {
	letter string
	is     *bool
}

func markers(r *Listed) [4]marker {
	return [...]marker{{"p", &r.Paused}, {"t", &r.Test}, {"h", &r.HandedToUs}, {"u", &r.Unread}}
}

// rowColumns are the columns of a row beside its number and its place in a list.
const rowColumns = "doc, labels, snoozed_until"

// rowText is a row as it is stored: what commands of the case have written, and
// what the company has marked.
type rowText struct {
	number, doc, labels string
	snoozed             int64
}

func (t rowText) read() (Listed, error) {
	r, err := unpack(t.number, t.doc)
	r.Labels, r.Snoozed = readLabels(t.labels), fromMicros(t.snoozed)
	return r, err
}

// unpack reads a row of a case.
func unpack(number, doc string) (r Listed, err error) {
	if strings.HasPrefix(doc, "{") { // until version 20 of the schema rows were JSON
		err = json.Unmarshal([]byte(doc), &r)
	} else {
		err = r.read(doc)
	}
	if r.Number = number; err != nil {
		return r, fmt.Errorf("store: inbox row of case %s: %w", number, err)
	}
	return r, nil
}

func (r *Listed) read(doc string) (err error) {
	words, n, err := cut(doc)
	if err != nil {
		return err
	}
	list := func(s string) []string {
		if s == "" {
			return nil
		}
		return strings.Split(s, itemEnd)
	}
	whole := func(s string) int64 {
		n, bad := strconv.ParseInt(s, 10, 64)
		if bad != nil {
			err = bad
		}
		return n
	}
	at := func(s string) time.Time { return fromMicros(whole(s)) }
	r.State, r.With, r.Sponsor, r.From, r.Offer, r.Customer = grammar.Word(words[0]), words[1], words[2], words[3], words[4], words[5]
	r.Subscription, r.Topic, r.Severity, r.Lang, r.Assignee, r.Subject = words[6], words[7], words[8], words[9], words[10], words[11]
	r.Labels, r.Refs, r.Opened, r.Updated, r.Due, r.RiskAt = list(words[12]), list(words[13]), at(words[14]), at(words[15]), at(words[16]), at(words[17])
	r.Version = whole(words[18])
	for _, m := range markers(r) {
		*m.is = strings.Contains(words[19], m.letter)
	}
	if n == parts {
		r.WithAs, r.Since = words[20], at(words[21])
	}
	return err
}

// cut takes a row apart: one of today, or one that was written before it had all
// its parts and is read without them until its case moves.
func cut(doc string) (words [parts]string, n int, err error) {
	for more := true; more; n++ {
		if n == parts {
			return words, n, fmt.Errorf("more than %d parts", n)
		}
		words[n], doc, more = strings.Cut(doc, partEnd)
	}
	if n != parts && n != older {
		return words, n, fmt.Errorf("%d parts", n)
	}
	return words, n, nil
}
