package store

import (
	"database/sql"
	"time"
)

// JobHeld is a command of the desk whose time to be taken back is over.
const JobHeld = "held"

// TopicHeld is that of the commands of the desk that wait.
const TopicHeld = "held"

// Held is a command of the desk that waits to be carried out, and can be taken
// back until then (spec 2 section 4). It is no event: nobody else reads of it.
type Held struct {
	ID     string
	Bundle string // of those that were pressed together
	Writer
	Number    string
	Verb      string
	Request   string // as JSON
	Seen      int64  // the version of the case that its writer had read
	NotBefore time.Time
	Created   time.Time
}

const heldColumns = "id, bundle, company, person, number, verb, request, seen, not_before, created_at"

var (
	// What one person presses on a case has an order, however fast it is.
	heldAdd = sqlQuery("INSERT INTO held (" + heldColumns + `) SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS BIGINT), CAST($9 AS BIGINT),
CASE WHEN m.at >= CAST($10 AS BIGINT) THEN m.at + 1 ELSE CAST($10 AS BIGINT) END FROM (SELECT coalesce(max(created_at), 0) AS at FROM held WHERE company = $3 AND number = $5) m`)
	heldRead    = sqlQuery("SELECT " + heldColumns + " FROM held WHERE id = $1")
	heldTake    = sqlQuery("DELETE FROM held WHERE id = $1")
	heldUnstick = sqlQuery("DELETE FROM stuck WHERE job = '" + JobHeld + "' AND id = $1")
	heldOn      = sqlQuery("SELECT " + heldColumns + " FROM held WHERE company = $1 AND number = $2 ORDER BY created_at, id")
	heldOf      = sqlQuery("SELECT " + heldColumns + " FROM held WHERE person = $2 AND company = $1 ORDER BY created_at, number, id LIMIT $3")
	heldNamed   = sqlQuery("SELECT " + heldColumns + " FROM held WHERE person = $2 AND company = $1 AND (id = $3 OR bundle = $3) ORDER BY created_at, id")
	heldDue     = sqlQuery("SELECT id, " + triesOf(JobHeld, "held.id") + " FROM held WHERE not_before <= $1 AND NOT " + waits(JobHeld, "held.id") + " ORDER BY not_before, created_at, id LIMIT $3")
	heldNext    = sqlQuery("SELECT coalesce(min(not_before), 0) FROM held WHERE not_before > $1")
	heldGone    = sqlQuery("DELETE FROM held WHERE person = $1")
	heldPruned  = stagingQuery("DELETE FROM held WHERE NOT EXISTS (SELECT 1 FROM stage_people s WHERE s.id = held.person)")

	outcomeDrop = sqlQuery("DELETE FROM idempotency WHERE caller = $1 AND route = $2 AND key = $3")
)

// HoldBack keeps a command until its instant; Created is set here.
func (tx *Tx) HoldBack(h Held) error {
	tx.wake(TopicHeld)
	_, err := tx.exec(heldAdd, h.ID, h.Bundle, h.Company, h.Person, h.Number, h.Verb, h.Request, h.Seen, micros(h.NotBefore), micros(tx.now))
	return err
}

// TakeHeld takes a command out, to be carried out or given back in the same
// transaction. False = somebody else has: of all who try one succeeds.
func (tx *Tx) TakeHeld(id string) (bool, error) {
	n, err := tx.exec(heldTake, id)
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.exec(heldUnstick, id)
	return true, err
}

// HeldCommand gives a command that waits; nil = there is none.
func (tx *Tx) HeldCommand(id string) (*Held, error) {
	list, err := tx.helds(heldRead, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// HeldOn gives what the people of a company have pressed on a case, in its order.
func (tx *Tx) HeldOn(company, number string) ([]Held, error) {
	return tx.helds(heldOn, company, number)
}

// HeldOf gives what a person has pressed, in its order.
func (tx *Tx) HeldOf(w Writer, limit int) ([]Held, error) {
	return tx.helds(heldOf, w.Company, w.Person, limit)
}

// HeldNamed gives one command of a person, or all of a bundle.
func (tx *Tx) HeldNamed(w Writer, id string) ([]Held, error) {
	return tx.helds(heldNamed, w.Company, w.Person, id)
}

// DueHeld lists the commands whose instant has come; those that are stuck wait.
func (tx *Tx) DueHeld(limit int) ([]Piece, error) { return tx.pieces(heldDue, tx.waiting(limit)...) }

// NextHeld is the instant of the next one; zero = there is none.
func (tx *Tx) NextHeld() (time.Time, error) {
	var at int64
	_, err := tx.one(heldNext, []any{micros(tx.now)}, &at)
	return fromMicros(at), err
}

func (tx *Tx) helds(q *query, args ...any) (out []Held, err error) {
	err = tx.each(q, args, func(rows *sql.Rows) error {
		var h Held
		var notBefore, created int64
		err := rows.Scan(&h.ID, &h.Bundle, &h.Company, &h.Person, &h.Number, &h.Verb, &h.Request, &h.Seen, &notBefore, &created)
		h.NotBefore, h.Created = fromMicros(notBefore), fromMicros(created)
		out = append(out, h)
		return err
	})
	return out, err
}

// DropOutcome forgets what a request has led to: it was taken back.
func (tx *Tx) DropOutcome(r Request) error {
	_, err := tx.exec(outcomeDrop, r.Caller, r.Route, r.Key)
	return err
}
