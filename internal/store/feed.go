package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
)

// The jobs whose pieces are cases or companies.
const (
	JobTick    = "tick"    // a case of which something has fallen due
	JobRelay   = "relay"   // a case with events that are not in the feeds
	JobRecheck = "recheck" // a company whose hours or promises have changed
	JobFacts   = "facts"   // a case from before there were reports
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
	relayDue = sqlQuery("SELECT DISTINCT number, " + triesOf(JobRelay, "outbox.number") + " FROM outbox WHERE number > $3 AND NOT " +
		waits(JobRelay, "outbox.number") + " ORDER BY number LIMIT $4")
	outboxAdd  = sqlQuery("INSERT INTO outbox (number, seq, since, entries) VALUES ($1, $2, $3, $4)")
	outboxRead = sqlQuery("SELECT seq, since, entries FROM outbox WHERE number = $1 ORDER BY seq")
	outboxCase = sqlQuery("SELECT serial FROM cases WHERE number = $1")
	outboxDrop = sqlQuery("DELETE FROM outbox WHERE number = $1 AND seq <= $2")
	// Only the holder of the relay's lease comes here, one transaction after the
	// other: the position after the last one is free, and no reader ever sees a
	// position before those below it.
	feedAdd  = sqlQuery("INSERT INTO feed (company, position, number, n, kind, at, serial) SELECT CAST($1 AS TEXT), coalesce(max(position), 0) + 1, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS BIGINT) FROM feed WHERE company = $1")
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
	number  string
	serial  int64
	till    int64 // seq
	rows    int64 // of the outbox
	entries []casework.Entry
}

// sent is one entry as the outbox keeps it.
type sent struct {
	Company string `json:"c"`
	N       int64  `json:"n"`
	Kind    string `json:"k"`
	At      int64  `json:"t"` // microseconds
}

func sentOf(e casework.Entry) sent { return sent{e.Company, e.N, e.Kind, micros(e.At)} }

// outboxRow is what a command adds to the feeds; events are its own, and before
// them those of which they may release one.
func outboxRow(m Moved, events []casework.Event) ([]any, error) {
	entries, err := m.Case.Entries(events, m.Before)
	if err != nil {
		return nil, err
	}
	out := make([]sent, len(entries))
	for i, e := range entries {
		out[i] = sentOf(e)
	}
	text, err := json.Marshal(out)
	return []any{m.Case.Number, m.Case.Seq, m.Before, string(text)}, err
}

// outboxed is a row of the outbox.
type outboxed struct {
	seq, since int64
	entries    string
}

// outbox is what of a case is not in the feeds yet, in order.
func (tx *Tx) outbox(number string) (rows []outboxed, err error) {
	err = tx.each(outboxRead, []any{number}, func(r *sql.Rows) error {
		var o outboxed
		err := r.Scan(&o.seq, &o.since, &o.entries)
		rows = append(rows, o)
		return err
	})
	return rows, err
}

// News reads what of a case is not in the feeds yet; nothing is written.
func (tx *Tx) News(number string) (*News, error) {
	rows, err := tx.outbox(number)
	if err != nil {
		return nil, err
	}
	n := &News{number: number, rows: int64(len(rows))}
	_, err = tx.one(outboxCase, []any{number}, &n.serial)
	for _, o := range rows {
		entries, e := tx.sentEntries(number, o.since, o.seq, o.entries)
		if e != nil {
			return nil, e
		}
		n.till, n.entries = o.seq, append(n.entries, entries...)
	}
	return n, err
}

func (tx *Tx) sentEntries(number string, since, till int64, text string) (out []casework.Entry, err error) {
	if text == "" {
		return tx.readEntries(number, since, till)
	}
	var list []sent
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("store: outbox of case %s: %w", number, err)
	}
	for _, s := range list {
		out = append(out, casework.Entry{Company: s.Company, N: s.N, Kind: s.Kind, At: fromMicros(s.At)})
	}
	return out, nil
}

// Relay takes news into the feeds. The transaction is fenced; when somebody has
// relayed since they were read, the lease had been lost meanwhile.
func (tx *Tx) Relay(n *News) error {
	if n.rows == 0 {
		return nil
	}
	for _, e := range n.entries {
		if err := tx.put(feedAdd, e.Company, n.number, e.N, e.Kind, micros(e.At), n.serial); err != nil {
			return err
		}
		tx.wake(TopicFeed(e.Company))
	}
	gone, err := tx.exec(outboxDrop, n.number, n.till)
	if err == nil && gone != n.rows {
		err = fault.New(fault.Conflict, "lease.lost", "job", JobRelay)
	}
	return err
}

// readEntries are those of the events after one until another.
func (tx *Tx) readEntries(number string, since, till int64) ([]casework.Entry, error) {
	events, err := tx.CaseEvents(number, 0)
	if err != nil {
		return nil, err
	}
	events = events[:min(till, int64(len(events)))]
	c, err := casework.Fold(events)
	if err != nil {
		return nil, err
	}
	return c.Entries(events, since)
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
