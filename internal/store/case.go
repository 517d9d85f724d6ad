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
	caseRead  = sqlQuery("SELECT doc FROM cases WHERE number = $1")
	caseRedue = sqlQuery("UPDATE cases SET due_at = $2 WHERE number = $1 AND seq = $3")
	caseTake  = sqlQuery("UPDATE cases SET due_at = 0 WHERE number = $1 AND due_at <> 0")
	caseDue   = sqlQuery("SELECT number, " + triesOf(JobTick, "cases.number") + " FROM cases WHERE due_at <> 0 AND due_at <= $1 AND NOT " +
		waits(JobTick, "cases.number") + " ORDER BY due_at, number LIMIT $3")
	caseNext = sqlQuery("SELECT coalesce(min(due_at), 0) FROM cases WHERE due_at <> 0 AND due_at > $1")
	caseAll  = sqlQuery("SELECT number FROM cases WHERE number > $1 ORDER BY number LIMIT $2")

	eventSeen = eventQuery("id > %[1]s AND id < %[1]s + 16777216 AND (readers & $2) <> 0")
	eventList = eventQuery("id > %[1]s + $2 AND id < %[1]s + 16777216")
	eventsTo  = eventQuery("id > %[1]s AND id < %[1]s + $2")
)

// eventQuery asks for events of a case, $1, by their id: the case's serial and
// the seq (see serialBits). %[1]s in the condition is where those of the case begin.
func eventQuery(condition string) *query {
	begin := "(SELECT serial * 16777216 FROM cases WHERE number = $1)"
	return sqlQuery("SELECT id, readers, salt, bytes, sealed, head FROM case_event WHERE " + fmt.Sprintf(condition, begin) + " ORDER BY id")
}

// Moved is a case after a command, with everything that is written with it in
// one transaction.
type Moved struct {
	Before int64 // the seq at which the command was decided; 0 = the case is new
	Case   *casework.Case
	Events []casework.Event // of this command
	Due    time.Time        // when something falls due by itself; zero = nothing
	Inbox  []InboxRow       // of each company whose lists change
	Facts  []casework.Fact  // for the reports of the companies
	Untold bool             // it goes to no feed: an old case that is filled in as a new one
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
		e.Seq &= 1<<serialBits - 1
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
