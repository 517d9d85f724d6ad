package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
)

var (
	caseAdd = sqlQuery("INSERT INTO cases (number, seq, due_at, doc, untold) SELECT $1, CAST($2 AS BIGINT), CAST($3 AS BIGINT), $4, CAST($6 AS BIGINT) WHERE " + stillSo + " ON CONFLICT (number) DO NOTHING RETURNING serial")
	// A case that is marked to be looked at keeps its mark until the timer has come
	// (see MarkCases): the command may have read the directory as it was before.
	caseMove = sqlQuery("UPDATE cases SET seq = $2, due_at = CASE WHEN due_at = 1 THEN 1 ELSE CAST($3 AS BIGINT) END, doc = $4 WHERE number = $1 AND " + stillSo + " AND seq = $6 RETURNING serial")
	eventAdd = sqlQuery("INSERT INTO case_event (readers, salt, bytes, sealed, head, id) VALUES ($1, $2, $3, $4, $5, $6)")
)

// stillSo holds when the directory is in the state that a command was decided on.
const stillSo = "CAST($5 AS BIGINT) IN (-1, (SELECT generation FROM directory_state))"

// Stamp is the state of the directory that a command was decided on.
type Stamp int64

// Whatever is the stamp of a command that is decided where it is written.
const Whatever Stamp = -1

// CaseRows are the rows of what a command has led to, ready to be written: who
// writes holds up all others on SQLite, so nothing is computed there.
type CaseRows struct {
	number       string
	move         *query // that writes the case itself and gives its serial
	args         []any
	on           Stamp
	taken        error // when that has written nothing although it is still so
	events, list []placed
	outbox       []any // nil: it is told to nobody
	facts        casesFacts
	words        []wordText
}

// placed are the values of a row, and its place among those of its case.
type placed struct {
	values []any
	place  int64
}

// putPlaced writes rows whose id is the serial of their case and their place in it.
func (tx *Tx) putPlaced(q *query, rows []placed, begin int64) error {
	for _, r := range rows {
		if err := tx.put(q, append(slices.Clip(r.values), begin|r.place)...); err != nil {
			return err
		}
	}
	return nil
}

// CaseRows makes the rows of a command ready that was decided on a state of the
// directory; nothing is written.
func (tx *Tx) CaseRows(m Moved, on Stamp) (*CaseRows, error) {
	doc, err := json.Marshal(m.Case)
	if err != nil {
		return nil, err
	}
	r := &CaseRows{number: m.Case.Number, args: []any{m.Case.Number, m.Case.Seq, micros(m.Due), string(doc), on}, on: on}
	switch {
	case m.Before == 0 && m.Untold:
		r.move, r.taken, r.args = caseAdd, caseExists(m.Case.Number), append(r.args, m.Case.Seq)
	case m.Before == 0:
		r.move, r.taken, r.args = caseAdd, caseExists(m.Case.Number), append(r.args, 0)
	case m.Untold:
		return nil, fmt.Errorf("store: case %s: only a new case can go untold", m.Case.Number)
	default:
		r.move, r.taken, r.args = caseMove, caseChanged(m.Case.Number), append(r.args, m.Before)
	}
	for _, e := range m.Events {
		values, err := eventValues(e)
		if err != nil {
			return nil, err
		}
		r.events = append(r.events, placed{values, e.Seq})
	}
	for _, row := range m.Inbox {
		r.list = append(r.list, row.placed())
	}
	r.facts = casesFactsOf(m.Case, m.Facts)
	events, err := tx.withReleased(m)
	if err != nil {
		return nil, err
	}
	for _, w := range wordsOf(m, events) {
		r.words = append(r.words, wordText{w.place, tx.store.eng.words(w.tokens, m.Case.Companies(w.readers))})
	}
	if !m.Untold {
		r.outbox, err = outboxRow(m, events)
	}
	return r, err
}

// withReleased are the events of a command; when one of them releases an older
// one to somebody, with all that came before.
func (tx *Tx) withReleased(m Moved) ([]casework.Event, error) {
	if m.Before == 0 || !casework.Releases(m.Events) {
		return m.Events, nil
	}
	older, err := tx.caseEvents(eventsTo, m.Case.Number, m.Events[0].Seq)
	return append(older, m.Events...), err
}

// wordText is a row of the search index as the engine takes it.
type wordText struct {
	place int64
	text  string
}

func caseExists(number string) error { return fault.New(fault.Conflict, "case.exists", "case", number) }

func caseChanged(number string) error { return fault.New(fault.Stale, "case.changed", "case", number) }

func eventValues(e casework.Event) ([]any, error) {
	sealed, err := json.Marshal(e.Sealed)
	return []any{int64(e.Readers), e.Salt[:], e.Bytes, string(sealed), e.Head[:]}, err
}

// MoveCase is CaseRows and WriteCase, for who decides where it writes.
func (tx *Tx) MoveCase(m Moved) error {
	rows, err := tx.CaseRows(m, Whatever)
	if err != nil {
		return err
	}
	return tx.WriteCase(rows)
}

// WriteCase writes what a command has led to. Faults conflict case.exists when
// the number of a new case is taken, stale case.changed when another command
// was quicker or the directory has changed.
func (tx *Tx) WriteCase(r *CaseRows) error {
	var serial int64
	found, err := tx.one(r.move, r.args, &serial)
	switch {
	case err != nil:
		return err
	case !found:
		return tx.refused(r)
	}
	if err := tx.putPlaced(eventAdd, r.events, serial<<serialBits); err != nil {
		return err
	}
	if err := tx.putPlaced(inboxPut, r.list, serial<<partyBits); err != nil {
		return err
	}
	if err := tx.putFacts(r.facts, serial); err != nil {
		return err
	}
	if r.outbox != nil {
		if err := tx.put(outboxAdd, r.outbox...); err != nil {
			return err
		}
	}
	for _, w := range r.words {
		if err := tx.put(wordAdd, serial<<serialBits|w.place, w.text); err != nil {
			return err
		}
	}
	tx.wake(TopicCases)
	return nil
}

// refused tells why a case was not written.
func (tx *Tx) refused(r *CaseRows) error {
	now, err := tx.Stamp()
	switch {
	case err != nil:
		return err
	case r.on != Whatever && r.on != now:
		return caseChanged(r.number)
	}
	return r.taken
}

// Stamp is the state of the directory as this transaction sees it.
func (tx *Tx) Stamp() (Stamp, error) {
	for _, s := range tx.states {
		return s.stamp, nil
	}
	s, err := tx.state("")
	return s.stamp, err
}
