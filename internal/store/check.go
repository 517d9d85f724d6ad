package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/text"
)

var (
	checkCase   = sqlQuery("SELECT serial, seq, due_at, untold, doc FROM cases WHERE number = $1")
	checkWord   = wordQuery("SELECT id FROM case_word WHERE words @@ $1::tsquery AND id = $2", "SELECT rowid FROM case_word WHERE case_word MATCH $1 AND rowid = $2")
	checkWords  = wordQuery("SELECT id FROM case_word WHERE id >= $1 AND id < $2", "SELECT rowid FROM case_word WHERE rowid >= $1 AND rowid < $2")
	strayEvents = sqlQuery("SELECT DISTINCT '#' || CAST(id / 16777216 AS TEXT) FROM case_event e WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.serial = e.id / 16777216) ORDER BY 1 LIMIT $1")
	strayFacts  = sqlQuery("SELECT DISTINCT number FROM case_fact f WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.serial = f.id / 1073741824 AND c.number = f.number) ORDER BY number LIMIT $1")
	strayInbox  = sqlQuery("SELECT DISTINCT number FROM case_inbox i WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.serial = i.id / 64 AND c.number = i.number) ORDER BY number LIMIT $1")
	strayFeed   = sqlQuery("SELECT number FROM feed f WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.serial = f.serial AND c.number = f.number) UNION SELECT number FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.number = o.number) ORDER BY number LIMIT $1")
	gappedFeeds = sqlQuery("SELECT company FROM feed GROUP BY company HAVING min(position) <> 1 OR max(position) <> count(*) ORDER BY company LIMIT $1")
)

// mostStray is how many of each kind a check names.
const mostStray = 100

// Derived makes what is kept of a case besides its events and its projection,
// as who writes it does.
type Derived interface {
	// NextDue is when something falls due by itself; zero = nothing does.
	NextDue(c *casework.Case) time.Time
	// InboxRow is the case in the lists of its i-th party.
	InboxRow(c *casework.Case, i int) InboxRow
}

// CheckCase holds everything that is stored of a case against its events: its
// chains, its projection, its timer, its rows in the lists, in the search index
// and in the feeds, and what the reports count of it. What does not fit are faults
// verify.*; the error is that of a store that cannot be read.
func (tx *Tx) CheckCase(number string, derive func(*casework.Case) (Derived, error)) (troubles []*fault.Error, err error) {
	k := caseCheck{tx: tx, number: number, derive: derive}
	for _, look := range []func() error{k.read, k.chains, k.projection, k.timer, k.inbox, k.index, k.feeds, k.facts} {
		err := look()
		if f := fault.Of(err); err != nil && !k.found(f) {
			return nil, err
		} else if err != nil {
			break // what follows would rest on what is broken
		}
	}
	return k.troubles, nil
}

type caseCheck struct {
	tx       *Tx
	number   string
	serial   int64
	seq      int64
	due      int64
	untold   int64
	derive   func(*casework.Case) (Derived, error)
	derived  Derived
	c        *casework.Case
	events   []casework.Event
	troubles []*fault.Error
}

// found notes a trouble; a fault of another kind is none.
func (k *caseCheck) found(f *fault.Error) bool {
	const prefix = "verify."
	if len(f.Code) <= len(prefix) || f.Code[:len(prefix)] != prefix {
		return false
	}
	k.troubles = append(k.troubles, f)
	return true
}

func (k *caseCheck) broken(code string, args ...any) *fault.Error {
	return fault.New(fault.Internal, code, append(args, "case", k.number)...)
}

func (k *caseCheck) read() error {
	var doc string
	found, err := k.tx.one(checkCase, []any{k.number}, &k.serial, &k.seq, &k.due, &k.untold, &doc)
	if err != nil {
		return err
	}
	k.c = new(casework.Case)
	if !found || json.Unmarshal([]byte(doc), k.c) != nil {
		return k.broken("verify.record")
	}
	k.events, err = k.tx.CaseEvents(k.number, 0)
	return err
}

func (k *caseCheck) chains() error {
	if k.seq != k.c.Seq || k.number != k.c.Number {
		return k.broken("verify.record")
	}
	return casework.Verify(k.c, k.events)
}

// projection: the events fold to what is kept. One of another shape is made
// anew when it is next read, so it is not compared.
func (k *caseCheck) projection() error {
	folded, err := casework.Fold(k.events)
	if unknown, ok := err.(casework.Unknown); ok {
		return k.broken("verify.unknown-kind", "kind", unknown.Kind)
	}
	if err != nil {
		return k.broken("verify.fold")
	}
	if k.c.Shape != casework.Shape {
		k.c = folded
		return nil
	}
	a, err := json.Marshal(folded)
	if err != nil {
		return err
	}
	b, err := json.Marshal(k.c)
	if err == nil && string(a) != string(b) {
		err = k.broken("verify.fold")
	}
	return err
}

// facts: the reports count what its events tell. One that is still to be read is
// in none of them.
func (k *caseCheck) facts() error {
	due, err := k.tx.texts(factDue, k.number)
	if err != nil || len(due) > 0 {
		return err
	}
	want, err := casework.FactsOf(nil, k.events)
	if err != nil {
		return k.broken("verify.fold")
	}
	have, err := k.storedFacts()
	if err != nil {
		return err
	}
	if !slices.Equal(factLines(casework.WholeFacts(have)), factLines(want)) {
		k.found(k.broken("verify.facts"))
	}
	return nil
}

// storedFacts are the rows of the case; one that stands under another company
// than its bit is of nobody.
func (k *caseCheck) storedFacts() (out []casework.Fact, err error) {
	err = k.tx.each(factCase, []any{k.serial << factBits, (k.serial + 1) << factBits}, func(rows *sql.Rows) error {
		company, f, err := scanFact(rows)
		if f.Bit >= len(k.c.Parties) || k.c.Parties[f.Bit].Company != company || f.Case != k.number {
			f.Bit = -1
		}
		out = append(out, f.Fact)
		return err
	})
	return out, err
}

// factLines write facts down so that two lists of them can be compared; places
// differ where several events were one command.
func factLines(facts []casework.Fact) []string {
	out := make([]string, len(facts))
	for i, f := range facts {
		out[i] = fmt.Sprint(f.Bit, f.Kind, micros(f.From), micros(f.To), f.Who, f.Whom, f.What, f.Took.Microseconds())
	}
	slices.Sort(out)
	return out
}

// index: each word is found by its readers and by no other company on the case.
func (k *caseCheck) index() error {
	wanted := map[int64]bool{}
	for _, e := range k.events {
		for _, r := range wordRows(k.c, e, k.events) {
			wanted[k.serial<<serialBits|r.place] = true
			if err := k.indexed(e.Seq, r); err != nil {
				return err
			}
		}
	}
	return k.tx.each(checkWords, []any{k.serial << serialBits, (k.serial + 1) << serialBits}, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		if err == nil && !wanted[id] {
			k.found(k.broken("verify.words", "event", id>>placeBits&(1<<(serialBits-placeBits)-1)))
		}
		return err
	})
}

// phrase is how many tokens of a row are looked for at once.
const phrase = 32

func (k *caseCheck) indexed(seq int64, r wordRow) error {
	for i, p := range k.c.Parties {
		asks := k.tx.store.eng.finds(p.Company, exactly(r.tokens[:min(len(r.tokens), phrase)]))
		var id int64
		found, err := k.tx.one(checkWord, []any{asks, k.serial<<serialBits | r.place}, &id)
		if err != nil {
			return err
		}
		if found != (r.readers>>i&1 == 1) {
			k.found(k.broken("verify.words", "event", seq))
			return nil
		}
	}
	return nil
}

func exactly(tokens []string) (out []text.Term) {
	for _, token := range tokens {
		out = append(out, text.Term{Text: token})
	}
	return out
}

// CheckRest finds what belongs to no case: events, rows of lists and lines of
// feeds whose case is gone, and feeds with a gap.
func (tx *Tx) CheckRest() (troubles []*fault.Error, err error) {
	for _, look := range []struct {
		query     *query
		code, arg string
	}{{strayEvents, "verify.stray-events", "case"}, {strayInbox, "verify.stray-inbox", "case"}, {strayFacts, "verify.stray-facts", "case"},
		{strayFeed, "verify.stray-feed", "case"}, {gappedFeeds, "verify.feed", "company"}} {
		names, err := tx.texts(look.query, mostStray)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			troubles = append(troubles, fault.New(fault.Internal, look.code, look.arg, name))
		}
	}
	return troubles, nil
}
