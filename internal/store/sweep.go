package store

import (
	"fmt"
	"strings"
	"time"
)

// JobSweep takes away what has served: a piece is a table.
const JobSweep = "sweep"

// sweep says when rows of a table have served.
type sweep struct {
	table, at string        // at is the column of the instant that counts
	age       time.Duration // after it
}

// What a row may still be asked for is kept: an old guest link leads to the page that
// says that it has ended.
var sweeps = []sweep{
	{"idempotency", "at", OutcomeAge},
	{"credential", "expires_at", 30 * 24 * time.Hour},
	{"guest_session", "expires_at", 24 * time.Hour},
	{"guest_link", "expires_at", 90 * 24 * time.Hour},
	{"signin_attempt", "since", 24 * time.Hour},
}

const (
	// sweepPage is how many rows go in one transaction.
	sweepPage = 500
	// sweepSlack lets rows gather, so that not each goes with a commit of its own.
	sweepSlack = time.Hour
)

// served is true of a row that has: 0 is never.
func (s sweep) served(before string) string {
	return fmt.Sprintf("%[1]s.%[2]s <> 0 AND %[1]s.%[2]s < %[3]s", s.table, s.at, before)
}

var (
	sweepDue = func() *query {
		tables := make([]string, len(sweeps))
		for i, s := range sweeps {
			tables[i] = fmt.Sprintf("SELECT '%s' AS id WHERE EXISTS (SELECT 1 FROM %[1]s WHERE %s)", s.table, s.served(fmt.Sprintf("$%d", 3+i)))
		}
		return sqlQuery("SELECT w.id, " + triesOf(JobSweep, "w.id") + " FROM (" + strings.Join(tables, " UNION ALL ") + ") w WHERE NOT " + waits(JobSweep, "w.id") + " ORDER BY w.id")
	}()
	sweepRows = func() map[string]*query {
		out := map[string]*query{}
		for _, s := range sweeps {
			out[s.table] = sqlQuery(fmt.Sprintf("DELETE FROM %[1]s WHERE %[2]s AND %[1]s.%[3]s <= (SELECT max(o.at) FROM (SELECT %[1]s.%[3]s AS at FROM %[1]s WHERE %[2]s ORDER BY 1 LIMIT %[4]d) o)",
				s.table, s.served("$1"), s.at, sweepPage))
		}
		return out
	}()
)

// DueSweeps lists the tables with rows that have served.
func (tx *Tx) DueSweeps() ([]Piece, error) {
	args := tx.waiting()
	for _, s := range sweeps {
		args = append(args, micros(tx.now.Add(-s.age-sweepSlack)))
	}
	return tx.pieces(sweepDue, args...)
}

// Sweep takes away the oldest of what has served in a table, so many that nobody waits
// for it.
func (tx *Tx) Sweep(table string) (n int64, err error) {
	for _, s := range sweeps {
		if s.table == table {
			return tx.exec(sweepRows[table], micros(tx.now.Add(-s.age)))
		}
	}
	return 0, fmt.Errorf("store: nothing of %q is swept", table)
}
