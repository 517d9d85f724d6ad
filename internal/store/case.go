package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
)

var (
	caseRead = sqlQuery("SELECT doc FROM cases WHERE number = $1")
	caseAdd  = sqlQuery("INSERT INTO cases (number, seq, relayed, due_at, doc) VALUES ($1, $2, $5, $3, $4) ON CONFLICT (number) DO NOTHING RETURNING serial")
	// A case that is marked to be looked at keeps its mark until the timer has come
	// (see MarkCases): the command may have read the directory as it was before.
	caseMove  = sqlQuery("UPDATE cases SET seq = $2, due_at = CASE WHEN due_at = 1 THEN 1 ELSE CAST($3 AS BIGINT) END, doc = $4 WHERE number = $1 AND seq = $5 RETURNING serial")
	caseRedue = sqlQuery("UPDATE cases SET due_at = $2 WHERE number = $1 AND seq = $3")
	caseTake  = sqlQuery("UPDATE cases SET due_at = 0 WHERE number = $1 AND due_at <> 0")
	caseDue   = sqlQuery("SELECT number, " + triesOf(JobTick, "cases.number") + " FROM cases WHERE due_at <> 0 AND due_at <= $1 AND NOT " +
		waits(JobTick, "cases.number") + " ORDER BY due_at, number LIMIT $3")
	caseNext  = sqlQuery("SELECT coalesce(min(due_at), 0) FROM cases WHERE due_at <> 0 AND due_at > $1")
	caseAll   = sqlQuery("SELECT number FROM cases WHERE number > $1 ORDER BY number LIMIT $2")
	eventAdd  = sqlQuery("INSERT INTO case_event (number, seq, readers, salt, bytes, sealed, head) VALUES ($1, $2, $3, $4, $5, $6, $7)")
	eventSeen = sqlQuery("SELECT seq, readers, salt, bytes, sealed, head FROM case_event WHERE number = $1 AND (readers & $2) <> 0 ORDER BY seq")
	eventList = sqlQuery("SELECT seq, readers, salt, bytes, sealed, head FROM case_event WHERE number = $1 AND seq > $2 ORDER BY seq")
)

// Moved is a case after a command, with everything that is written with it in
// one transaction.
type Moved struct {
	Case   *casework.Case
	Events []casework.Event // of this command
	Due    time.Time        // when something falls due by itself; zero = nothing
	Inbox  []InboxRow       // of each company whose lists change
	Told   int64            // up to which event a new case need not go out any more: nought, but for old cases that are filled in
}

// Case reads the projection of a case, whoever asks; the caller holds it
// against the reader before anything of it is shown. Fault not-found.case.
func (tx *Tx) Case(number string) (*casework.Case, error) {
	var doc string
	found, err := tx.one(caseRead, []any{number}, &doc)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, fault.New(fault.NotFound, "not-found.case", "id", number)
	}
	c := new(casework.Case)
	if err := json.Unmarshal([]byte(doc), c); err != nil {
		return nil, fmt.Errorf("store: case %s: %w", number, err)
	}
	if c.Shape != casework.Shape {
		return tx.refold(c)
	}
	return c, nil
}

// refold makes a projection of another shape anew from the events. With an
// event of a kind that a newer program has written it stays as that program
// left it, for reading alone.
func (tx *Tx) refold(c *casework.Case) (*casework.Case, error) {
	events, err := tx.CaseEvents(c.Number, 0)
	if err != nil {
		return nil, err
	}
	folded, err := casework.Fold(events)
	var unknown casework.Unknown
	if errors.As(err, &unknown) {
		c.Newer = unknown.Kind
		return c, nil
	}
	return folded, err
}

// OpenCase writes a new case. Fault conflict case.exists when its number is
// taken.
func (tx *Tx) OpenCase(m Moved) error { return tx.OpenCases([]Moved{m}) }

// OpenCases writes many, and the words of all in the end: each other statement
// between them would make SQLite write what its search index has gathered.
func (tx *Tx) OpenCases(all []Moved) error {
	serials := make([]int64, len(all))
	for i, m := range all {
		var err error
		if serials[i], err = tx.writeCase(m, caseAdd, "case.exists", fault.Conflict, m.Told); err != nil {
			return err
		}
	}
	for i, m := range all {
		if err := tx.addAllWords(m, serials[i]); err != nil {
			return err
		}
	}
	return nil
}

// MoveCase writes what a command has led to. Fault stale case.changed when
// another command was quicker.
func (tx *Tx) MoveCase(before int64, m Moved) error {
	serial, err := tx.writeCase(m, caseMove, "case.changed", fault.Stale, before)
	if err != nil {
		return err
	}
	return tx.addAllWords(m, serial)
}

func (tx *Tx) writeCase(m Moved, q *query, code string, kind fault.Kind, more ...any) (serial int64, err error) {
	doc, err := json.Marshal(m.Case)
	if err != nil {
		return 0, err
	}
	found, err := tx.one(q, append([]any{m.Case.Number, m.Case.Seq, micros(m.Due), string(doc)}, more...), &serial)
	if err != nil {
		return 0, err
	}
	if !found {
		return 0, fault.New(kind, code, "case", m.Case.Number)
	}
	for _, e := range m.Events {
		if err := tx.addEvent(e); err != nil {
			return 0, err
		}
	}
	for _, row := range m.Inbox {
		if err := tx.putInbox(row); err != nil {
			return 0, err
		}
	}
	return serial, nil
}

func (tx *Tx) addAllWords(m Moved, serial int64) error {
	for _, e := range m.Events {
		if err := tx.addWords(m.Case, e, serial); err != nil {
			return err
		}
	}
	tx.wake(TopicCases)
	return nil
}

func (tx *Tx) addEvent(e casework.Event) error {
	sealed, err := json.Marshal(e.Sealed)
	if err != nil {
		return err
	}
	_, err = tx.exec(eventAdd, e.Case, e.Seq, int64(e.Readers), e.Salt[:], e.Bytes, string(sealed), e.Head[:])
	return err
}

// CaseEvents reads the events of a case after a seq, in order, as the ledger
// keeps them. What a company may read of them says casework.View.
func (tx *Tx) CaseEvents(number string, after int64) ([]casework.Event, error) {
	return tx.caseEvents(eventList, number, after)
}

// SeenEvents reads what the View of the i-th party needs: the events that it
// reads, and all of them when an older one has been released to it.
func (tx *Tx) SeenEvents(number string, bit int) ([]casework.Event, error) {
	events, err := tx.caseEvents(eventSeen, number, 1<<bit)
	for _, e := range events {
		if _, readers, ok := e.Released(); ok && readers>>bit&1 == 1 {
			return tx.CaseEvents(number, 0)
		}
	}
	return events, err
}

func (tx *Tx) caseEvents(q *query, number string, by int64) (out []casework.Event, err error) {
	err = tx.each(q, []any{number, by}, func(rows *sql.Rows) error {
		e := casework.Event{Case: number}
		var readers int64
		var salt, head []byte
		var sealed string
		if err := rows.Scan(&e.Seq, &readers, &salt, &e.Bytes, &sealed, &head); err != nil {
			return err
		}
		e.Readers = casework.Bits(readers)
		if copy(e.Salt[:], salt) != len(e.Salt) || copy(e.Head[:], head) != len(e.Head) {
			return fault.New(fault.Internal, "verify.bytes", "case", number, "event", e.Seq)
		}
		if err := json.Unmarshal([]byte(sealed), &e.Sealed); err != nil {
			return fault.Wrap(err, fault.Internal, "verify.bytes", "case", number, "event", e.Seq)
		}
		if e, err = casework.Read(e); err != nil {
			return err
		}
		out = append(out, e)
		return nil
	})
	return out, err
}

// CaseNumbers lists the numbers of all cases after one, for a check of the
// whole store.
func (tx *Tx) CaseNumbers(after string, limit int) ([]string, error) {
	return tx.texts(caseAll, after, limit)
}

// DueCases lists the cases of which something has fallen due by now, the
// longest first; those that are stuck wait for their time.
func (tx *Tx) DueCases(limit int) ([]Piece, error) { return tx.pieces(caseDue, tx.waiting(limit)...) }

// NextDue is when something falls due after now; zero = nothing does.
func (tx *Tx) NextDue() (time.Time, error) {
	var at int64
	_, err := tx.one(caseNext, []any{micros(tx.now)}, &at)
	return fromMicros(at), err
}

// AtOnce is a due time that the timer sees first and no command moves.
var AtOnce = time.UnixMicro(1)

// TakeDue is the first statement of the timer's turn on a case: until the
// commit nobody else writes the case. False = nothing is due any more.
func (tx *Tx) TakeDue(number string) (bool, error) {
	n, err := tx.exec(caseTake, number)
	return n > 0, err
}

// SetDue says when something of a case falls due, when its events say the same
// as before. A case that has moved meanwhile keeps its own.
func (tx *Tx) SetDue(number string, seq int64, due time.Time) error {
	_, err := tx.exec(caseRedue, number, micros(due), seq)
	return err
}
