package store

import (
	"database/sql"
	"time"
)

// Piece is work on one thing, named by its id. Tries is how often it failed.
type Piece struct {
	ID    string
	Tries int64
}

// Work that fails is tried again after 1 s, 4 s, 16 s ... an hour, then parked.
const (
	mostTries    = 8
	longestPause = time.Hour
)

// StuckPiece is work that did not succeed.
type StuckPiece struct {
	Job string
	Piece
	Again  time.Time
	Parked bool // until somebody asks for it
	Error  string
}

var (
	stuckPut = sqlQuery(`INSERT INTO stuck (job, id, tries, again_at, parked, error, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (job, id) DO UPDATE SET tries = excluded.tries, again_at = excluded.again_at, parked = excluded.parked, error = excluded.error, changed_at = excluded.changed_at`)
	stuckDrop  = sqlQuery("DELETE FROM stuck WHERE job = $1 AND id = $2")
	stuckList  = sqlQuery("SELECT job, id, tries, again_at, parked, error FROM stuck ORDER BY parked DESC, job, id LIMIT $1")
	stuckRetry = sqlQuery("UPDATE stuck SET tries = 1, again_at = 0, parked = $2, changed_at = $1")
)

// waits is the condition that a piece (%job, its id) is stuck for now: $1 is
// now, $2 later than any pause ends, unless the clock was wrong.
func waits(job, id string) string {
	return "EXISTS (SELECT 1 FROM stuck s WHERE s.job = '" + job + "' AND s.id = " + id + " AND (s.parked OR s.again_at > $1 AND s.again_at <= $2))"
}

func triesOf(job, id string) string {
	return "coalesce((SELECT s.tries FROM stuck s WHERE s.job = '" + job + "' AND s.id = " + id + "), 0)"
}

// waiting are the first two values of a query with waits.
func (tx *Tx) waiting(more ...any) []any {
	return append([]any{micros(tx.now), micros(tx.now.Add(longestPause))}, more...)
}

// Stick puts a piece aside after a failure, and tells whether for good.
func (tx *Tx) Stick(job string, p Piece, cause string) (parked bool, err error) {
	p.Tries++
	pause := min(time.Second<<(2*(p.Tries-1)), longestPause)
	parked = p.Tries >= mostTries
	_, err = tx.exec(stuckPut, job, p.ID, p.Tries, micros(tx.now.Add(pause)), parked, cause, micros(tx.now))
	return parked, err
}

// Settle forgets the failures of a piece, in the transaction that succeeds.
func (tx *Tx) Settle(job string, p Piece) error {
	if p.Tries == 0 {
		return nil
	}
	_, err := tx.exec(stuckDrop, job, p.ID)
	return err
}

// Stuck lists what did not succeed, what is parked first.
func (tx *Tx) Stuck(limit int) (out []StuckPiece, err error) {
	err = tx.each(stuckList, []any{limit}, func(rows *sql.Rows) error {
		var s StuckPiece
		var again int64
		err := rows.Scan(&s.Job, &s.ID, &s.Tries, &again, &s.Parked, &s.Error)
		s.Again = fromMicros(again)
		out = append(out, s)
		return err
	})
	return out, err
}

// RetryStuck has everything that is stuck tried anew, at once.
func (tx *Tx) RetryStuck() (int64, error) { return tx.exec(stuckRetry, micros(tx.now), false) }

func (tx *Tx) pieces(q *query, args ...any) (out []Piece, err error) {
	err = tx.each(q, args, func(rows *sql.Rows) error {
		var p Piece
		err := rows.Scan(&p.ID, &p.Tries)
		out = append(out, p)
		return err
	})
	return out, err
}
