package store

import (
	"database/sql"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
)

// The jobs whose pieces are cases or companies.
const (
	JobTick    = "tick"    // a case of which something has fallen due
	JobRelay   = "relay"   // a case with events that are not in the feeds
	JobRecheck = "recheck" // a company whose hours or promises have changed
)

// Topics under which is said, after a commit, that something has changed. They
// carry no content.
const TopicCases = "cases"

// TopicFeed is that of a company's feed.
func TopicFeed(company string) string { return "feed/" + company }

// Fed is one entry of a company's feed: the n-th line of its view of a case.
type Fed struct {
	Position int64
	Case     string
	N        int64
	Kind     string
	At       time.Time
}

var (
	relayDue = sqlQuery("SELECT number, " + triesOf(JobRelay, "cases.number") + " FROM cases WHERE relayed < seq AND number > $3 AND NOT " +
		waits(JobRelay, "cases.number") + " ORDER BY number LIMIT $4")
	relayFrom = sqlQuery("SELECT relayed FROM cases WHERE number = $1")
	relayDone = sqlQuery("UPDATE cases SET relayed = $2 WHERE number = $1 AND relayed = $3")
	// Only the holder of the relay's lease comes here, one transaction after the
	// other: the position after the last one is free, and no reader ever sees a
	// position before those below it.
	feedAdd  = sqlQuery("INSERT INTO feed (company, position, number, n, kind, at) SELECT CAST($1 AS TEXT), coalesce(max(position), 0) + 1, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS BIGINT) FROM feed WHERE company = $1")
	feedRead = sqlQuery("SELECT position, number, n, kind, at FROM feed WHERE company = $1 AND position > $2 ORDER BY position LIMIT $3")
	feedEnd  = sqlQuery("SELECT coalesce(max(position), 0) FROM feed WHERE company = $1")
)

// UnrelayedCases lists cases after a number with events that are not in the
// feeds yet; those that are stuck wait for their time.
func (tx *Tx) UnrelayedCases(after string, limit int) ([]Piece, error) {
	return tx.pieces(relayDue, tx.waiting(after, limit)...)
}

// News is what a case adds to the feeds of the companies that read it.
type News struct {
	number     string
	from, till int64 // seq
	entries    []casework.Entry
}

// News reads what of a case is not in the feeds yet; nothing is written.
func (tx *Tx) News(number string) (*News, error) {
	c, err := tx.Case(number)
	if err != nil {
		return nil, err
	}
	n := &News{number: number, till: c.Seq}
	if _, err := tx.one(relayFrom, []any{number}, &n.from); err != nil || n.from == n.till {
		return n, err
	}
	n.entries, err = tx.newEntries(c, n.from)
	return n, err
}

// Relay takes news into the feeds. The transaction is fenced; when somebody has
// relayed since they were read, the lease had been lost meanwhile.
func (tx *Tx) Relay(n *News) error {
	if n.from == n.till {
		return nil
	}
	for _, e := range n.entries {
		if err := tx.put(feedAdd, e.Company, n.number, e.N, e.Kind, micros(e.At)); err != nil {
			return err
		}
		tx.wake(TopicFeed(e.Company))
	}
	done, err := tx.exec(relayDone, n.number, n.till, n.from)
	if err == nil && done == 0 {
		err = fault.New(fault.Conflict, "lease.lost", "job", JobRelay)
	}
	return err
}

// newEntries reads the events that are new; all of them when an old one is
// released by one.
func (tx *Tx) newEntries(c *casework.Case, after int64) ([]casework.Entry, error) {
	events, err := tx.eventsUntil(c, after)
	if err != nil {
		return nil, err
	}
	if casework.Releases(events) && after > 0 {
		if events, err = tx.eventsUntil(c, 0); err != nil {
			return nil, err
		}
	}
	return c.Entries(events, after)
}

// eventsUntil leaves out what was committed after the case was read.
func (tx *Tx) eventsUntil(c *casework.Case, after int64) ([]casework.Event, error) {
	events, err := tx.CaseEvents(c.Number, after)
	for len(events) > 0 && events[len(events)-1].Seq > c.Seq {
		events = events[:len(events)-1]
	}
	return events, err
}

// Feed reads a company's feed after a position, in order.
func (tx *Tx) Feed(company string, after int64, limit int) (out []Fed, err error) {
	err = tx.each(feedRead, []any{company, after, limit}, func(rows *sql.Rows) error {
		var f Fed
		var at int64
		err := rows.Scan(&f.Position, &f.Case, &f.N, &f.Kind, &at)
		f.At = fromMicros(at)
		out = append(out, f)
		return err
	})
	return out, err
}

// FeedEnd is the last position of a company's feed; 0 = it is empty.
func (tx *Tx) FeedEnd(company string) (end int64, err error) {
	_, err = tx.one(feedEnd, []any{company}, &end)
	return end, err
}
