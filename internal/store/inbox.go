package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/fault"
	grammar "switchboard/internal/query"
)

// InboxRow is a case in the lists of one company.
type InboxRow struct {
	Company string
	Row     Listed
}

// Listed is the row that the view grammar looks at, already masked for its
// company, with what a list shows of the case besides.
type Listed struct {
	grammar.Row
	Subject string
	Version int64 // what the company has read of it
}

var (
	inboxPut = sqlQuery(`INSERT INTO case_inbox (company, number, live, with_us, handed, closing, due_at, opened_at, updated_at, doc)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (company, number) DO UPDATE SET live = excluded.live, with_us = excluded.with_us, handed = excluded.handed, closing = excluded.closing,
due_at = excluded.due_at, updated_at = excluded.updated_at, doc = excluded.doc`)
)

// never is the deadline of what has none: it sorts behind every other.
const never = math.MaxInt64

func inboxValues(in InboxRow) ([]any, error) {
	doc, err := json.Marshal(in.Row)
	row, due := in.Row, int64(never)
	if !row.Due.IsZero() {
		due = micros(row.Due)
	}
	live := row.State != grammar.Closed
	return []any{in.Company, row.Number, live, live && row.With == in.Company, live && row.HandedToUs,
		row.State == grammar.Proposed && row.Sponsor == in.Company, due, micros(row.Opened), micros(row.Updated), string(doc)}, err
}

// walk is a way through a company's lists that has an index in its order.
type walk struct {
	name   string
	only   string // on top of the company
	column string
	down   bool
	rows   *query // $1 company, $2 $3 the place after which, $4 how many
}

func newWalk(name, only, column string, down bool) *walk {
	than, order := ">", ""
	if down {
		than, order = "<", " DESC"
	}
	if only != "" {
		only = " AND " + only
	}
	return &walk{name, only, column, down, sqlQuery("SELECT " + column + ", number, doc FROM case_inbox WHERE company = $1" + only +
		" AND (" + column + ", number) " + than + " ($2, $3) ORDER BY " + column + order + ", number" + order + " LIMIT $4")}
}

// The walks, each with an index of its own (migration 10).
var (
	walkUs      = newWalk("us", "live AND with_us", "due_at", false)
	walkHanded  = newWalk("handed", "live AND handed", "due_at", false)
	walkClosing = newWalk("closing", "live AND closing", "due_at", false)
	walkLive    = newWalk("live", "live", "due_at", false)
	walkDone    = newWalk("done", "NOT live", "updated_at", true)
	walkNewest  = newWalk("newest", "", "opened_at", true)
	walkOldest  = newWalk("oldest", "", "opened_at", false)
	walkUpdated = newWalk("updated", "", "updated_at", true)
)

// walksFor gives the ways that hold every case a query can mean, in its order.
// Sorted by deadline, what is closed has none and comes last.
func walksFor(q grammar.Query) []*walk {
	open, closed := states(q)
	switch q.Order() {
	case grammar.ByDue:
		var out []*walk
		if !closed {
			out = append(out, narrowest(q))
		}
		if !open {
			out = append(out, walkDone)
		}
		return out
	case grammar.ByUpdate:
		if closed {
			return []*walk{walkDone}
		}
		return []*walk{walkUpdated}
	case grammar.Oldest:
		return []*walk{walkOldest}
	}
	return []*walk{walkNewest}
}

// states tells whether a query means open cases only, or closed ones only.
func states(q grammar.Query) (open, closed bool) {
	live := []grammar.Word{grammar.Open, grammar.New, grammar.InWork, grammar.Waiting, grammar.Offered, grammar.Proposed, grammar.Paused, grammar.Late, grammar.AtRisk}
	for _, t := range q.Terms {
		if t.Field != grammar.Is || len(t.Any) != 1 {
			open = open || !t.Not && t.Field == grammar.Due && !slices.Contains(t.Any, grammar.Value(grammar.None))
			open = open || !t.Not && t.Field == grammar.With && !slices.Contains(t.Any, grammar.Value(grammar.None))
			continue
		}
		word, _ := t.Any[0].(grammar.Word)
		open = open || !t.Not && slices.Contains(live, word) || t.Not && word == grammar.Closed
		closed = closed || !t.Not && word == grammar.Closed || t.Not && word == grammar.Open
	}
	return open, closed
}

// narrowest is the shortest list of open cases that holds what a query means.
func narrowest(q grammar.Query) *walk {
	best := walkLive
	for _, t := range q.Terms {
		if t.Not || len(t.Any) != 1 {
			continue
		}
		switch {
		case t.Field == grammar.With && t.Any[0] == grammar.Value(grammar.Us):
			return walkUs
		case t.Field == grammar.Is && t.Any[0] == grammar.Value(grammar.HandedToUs):
			best = walkHanded
		case t.Field == grammar.Is && t.Any[0] == grammar.Value(grammar.Proposed) && sponsoredByUs(q):
			best = walkClosing
		}
	}
	return best
}

func sponsoredByUs(q grammar.Query) bool {
	return slices.ContainsFunc(q.Terms, func(t grammar.Term) bool {
		return !t.Not && t.Field == grammar.Sponsor && len(t.Any) == 1 && t.Any[0] == grammar.Value(grammar.Us)
	})
}

// stride is how many rows are read at once, at the most.
const stride = 200

// Inbox lists the cases of a company that a query means, in its order, and the
// cursor of what follows. What no index narrows is looked at row by row, so
// many at a time: a page may hold fewer cases than asked for and still have a
// cursor. Words of the text are not looked for here: see SearchCases.
func (tx *Tx) Inbox(as grammar.Reader, q grammar.Query, limit int, cursor string) (rows []Listed, next string, err error) {
	walks := walksFor(q)
	at, err := openPlace(cursor, walks)
	if err != nil {
		return nil, "", err
	}
	size := min(limit, stride) // a view that has an index is done with the first
	for looked := 0; at.walk < len(walks); size = stride {
		batch, err := tx.stride(walks[at.walk], as.Company, at, size)
		if err != nil {
			return nil, "", err
		}
		for _, r := range batch {
			at.key, at.number, at.begun = r.key, r.row.Number, true
			if looked++; grammar.Matches(q, r.row.Row, as) {
				rows = append(rows, r.row)
			}
			if len(rows) == limit || looked == examined {
				return rows, at.seal(), nil
			}
		}
		if len(batch) < size {
			at = place{walk: at.walk + 1}
		}
	}
	return rows, "", nil
}

type keyedRow struct {
	key int64
	row Listed
}

func (tx *Tx) stride(w *walk, company string, at place, size int) (out []keyedRow, err error) {
	key, number := at.key, at.number
	switch {
	case at.begun:
	case w.down:
		key, number = math.MaxInt64, "\U0010FFFF"
	default:
		key, number = math.MinInt64, ""
	}
	err = tx.each(w.rows, []any{company, key, number, size}, func(rows *sql.Rows) error {
		var r keyedRow
		var doc string
		if err := rows.Scan(&r.key, &r.row.Number, &doc); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(doc), &r.row); err != nil {
			return fmt.Errorf("store: inbox row of case %s: %w", r.row.Number, err)
		}
		out = append(out, r)
		return nil
	})
	return out, err
}

// place is where a list has come to.
type place struct {
	walk   int
	begun  bool
	key    int64
	number string
}

func (p place) seal() string {
	return sealCursor(strings.Join([]string{strconv.Itoa(p.walk), strconv.FormatInt(p.key, 10), p.number}, " "))
}

func openPlace(cursor string, walks []*walk) (p place, err error) {
	if cursor == "" {
		return p, nil
	}
	words, err := openCursor(cursor)
	if err != nil {
		return p, err
	}
	parts := strings.Fields(words)
	if len(parts) == 3 {
		var bad error
		p.begun, p.number = true, parts[2]
		if p.walk, err = strconv.Atoi(parts[0]); err == nil {
			p.key, bad = strconv.ParseInt(parts[1], 10, 64)
		}
		if err == nil && bad == nil && p.walk >= 0 && p.walk < len(walks) {
			return p, nil
		}
	}
	return p, fault.New(fault.Invalid, "cursor.invalid")
}
