package store

import (
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/internal/fault"
	grammar "switchboard/internal/query"
)

// $11 is who has acted (see InboxRow.By): what was snoozed wakes up, unless it is
// who has snoozed it or nobody.
var inboxPut = sqlQuery("INSERT INTO case_inbox (" + InboxColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12)
ON CONFLICT (id) DO UPDATE SET live = excluded.live, with_us = excluded.with_us, handed = excluded.handed, closing = excluded.closing,
due_at = excluded.due_at, updated_at = excluded.updated_at, doc = excluded.doc,
snoozed_until = CASE WHEN excluded.live AND $11 IN ('*', case_inbox.snoozed_by) THEN case_inbox.snoozed_until ELSE 0 END`)

// walk is a way through a company's lists that has an index in its order.
type walk struct {
	field grammar.Field // of its order
	down  bool
	rows  *query // $1 company, $2 $3 the place after which, $4 the last key, $5 how many
}

// newWalk goes through all rows for which one of some conditions holds, in the
// order of a column. Each condition is the beginning of an index or its WHERE; of
// several the rows come merged.
func newWalk(field grammar.Field, down bool, each ...string) *walk {
	column := map[grammar.Field]string{grammar.Due: "due_at", grammar.Opened: "opened_at", grammar.Updated: "updated_at"}[field]
	than, upto, order := ">", "<=", ""
	if down {
		than, upto, order = "<", ">=", " DESC"
	}
	sorted := " ORDER BY " + column + order + ", number" + order + " LIMIT $5"
	var arms []string
	for _, only := range each {
		if only != "" {
			only = " AND " + only
		}
		arms = append(arms, "SELECT "+column+", number, "+rowColumns+" FROM case_inbox WHERE company = $1"+only+" AND ("+column+", number) "+than+" ($2, $3) AND "+column+" "+upto+" $4"+sorted)
	}
	if len(arms) == 1 {
		return &walk{field, down, sqlQuery(arms[0])}
	}
	for i, arm := range arms { // a page of each, so that no more than that is put in order
		arms[i] = fmt.Sprintf("SELECT * FROM (%s) arm%d", arm, i)
	}
	return &walk{field, down, sqlQuery(strings.Join(arms, " UNION ALL ") + sorted)}
}

// The walks. A list of an own meaning has an index of its own (migrations 10, 20
// and 36), which holds nothing else: a page costs the same however little of all the
// cases is in it.
var (
	walkUs      = newWalk(grammar.Due, false, "live AND with_us = TRUE")
	walkOthers  = newWalk(grammar.Due, false, "live AND with_us = FALSE")
	walkLive    = newWalk(grammar.Due, false, "live AND with_us = TRUE", "live AND with_us = FALSE")
	walkHanded  = newWalk(grammar.Due, false, "handed")
	walkClosing = newWalk(grammar.Due, false, "closing")
	walkSnoozed = newWalk(grammar.Due, false, "snoozed_until <> 0")
	walkDone    = newWalk(grammar.Updated, true, "NOT live")
	walkNewest  = newWalk(grammar.Opened, true, "")
	walkOldest  = newWalk(grammar.Opened, false, "")
	walkUpdated = newWalk(grammar.Updated, true, "")
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
	live := []grammar.Word{grammar.Open, grammar.New, grammar.InWork, grammar.Waiting, grammar.Offered, grammar.Proposed, grammar.Paused, grammar.Late, grammar.AtRisk, grammar.Snoozed}
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
	switch {
	case says(q, grammar.Is, grammar.Proposed) && says(q, grammar.Sponsor, grammar.Us):
		return walkClosing
	case says(q, grammar.Is, grammar.Snoozed):
		return walkSnoozed
	case says(q, grammar.Is, grammar.HandedToUs):
		return walkHanded
	case says(q, grammar.With, grammar.Us):
		return walkUs
	case says(q, grammar.With, grammar.Others):
		return walkOthers
	}
	return walkLive
}

// says tells whether a query asks for one word of a field.
func says(q grammar.Query, f grammar.Field, w grammar.Word) bool {
	return slices.ContainsFunc(q.Terms, func(t grammar.Term) bool {
		return !t.Not && t.Field == f && len(t.Any) == 1 && t.Any[0] == grammar.Value(w)
	})
}

// stretch is the part of a walk in which everything is that a query can mean,
// by the first and the last key.
func (w *walk) stretch(q grammar.Query, now time.Time) (first, last int64) {
	first, last = math.MinInt64, math.MaxInt64
	for _, t := range q.Terms {
		from, to := w.reach(t, now)
		first, last = max(first, from), min(last, to)
	}
	return first, last
}

// reach is the stretch of one term, from the earliest of its values to the last.
func (w *walk) reach(t grammar.Term, now time.Time) (first, last int64) {
	if t.Not {
		if w.field == grammar.Due && t.Field == grammar.Is && t.Any[0] == grammar.Value(grammar.Paused) {
			return math.MinInt64, never
		}
		return math.MinInt64, math.MaxInt64
	}
	first, last = math.MaxInt64, math.MinInt64
	for _, v := range t.Any {
		from, to := w.keys(t.Field, v, now)
		first, last = min(first, from), max(last, to)
	}
	return first, last
}

// keys are the first and the last key that a value can mean.
func (w *walk) keys(f grammar.Field, v grammar.Value, now time.Time) (first, last int64) {
	first, last = math.MinInt64, math.MaxInt64
	moment, timed := v.(grammar.Moment)
	span := grammar.Span{}
	switch {
	case timed && f == w.field:
		span = moment.Span(f, now)
	case w.field == grammar.Due && v == grammar.Value(grammar.Late):
		span.Until = now
	case w.field == grammar.Due && f == grammar.Is && v == grammar.Value(grammar.Paused):
		first = asleep
	}
	if !span.From.IsZero() {
		first = micros(span.From)
	}
	if !span.Until.IsZero() {
		last = micros(span.Until)
	}
	return first, last
}

// stride is how many rows are read at once, at the most.
const stride = 200

// Inbox lists the cases of a company that a query means, in its order, and the
// cursor of what follows. What no index narrows is looked at row by row, so
// many at a time: a page may hold fewer cases than asked for and still have a
// cursor. Words of the text are not looked for here: see SearchCases.
func (tx *Tx) Inbox(as grammar.Reader, q grammar.Query, limit int, cursor string) (rows []Listed, next string, err error) {
	if numbers := numbersOf(q); numbers != nil {
		return tx.namedPage(as, q, numbers, limit, cursor)
	}
	walks := walksFor(q)
	at, err := openPlace(cursor, walks)
	if err != nil {
		return nil, "", err
	}
	size := min(limit, stride) // a view that has an index is done with the first
	for looked := 0; at.walk < len(walks); size = stride {
		batch, err := tx.stride(walks[at.walk], as, q, at, size)
		if err != nil {
			return nil, "", err
		}
		for _, r := range batch {
			at.key, at.number, at.begun = r.key, r.row.Number, true
			if looked++; grammar.Matches(q, r.row.Row, as) {
				r.row.at = at
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

// numbersOf are the cases that a query names; nil when it does not.
func numbersOf(q grammar.Query) (out []string) {
	for _, t := range q.Terms {
		if t.Field == grammar.N && !t.Not {
			for _, v := range t.Any {
				out = append(out, string(v.(grammar.Name)))
			}
			return out
		}
	}
	return nil
}

var inboxNamed = sqlQuery("SELECT i.doc, i.labels, i.snoozed_until FROM cases c JOIN case_inbox i ON i.id >= c.serial * 64 AND i.id < c.serial * 64 + 64 WHERE c.number = $1 AND i.company || '' = $2")

// namedPage is a page of the cases that a query names.
func (tx *Tx) namedPage(as grammar.Reader, q grammar.Query, numbers []string, limit int, cursor string) ([]Listed, string, error) {
	at, err := openPlace(cursor, []*walk{nil})
	if err != nil {
		return nil, "", err
	}
	rows, err := tx.named(as, q, numbers)
	if i := slices.IndexFunc(rows, func(r Listed) bool { return r.Number == at.number }); at.begun {
		rows = rows[i+1:]
	}
	if err != nil || len(rows) <= limit {
		return rows, "", err
	}
	return rows[:limit], place{number: rows[limit-1].Number}.seal(), nil
}

// named reads the cases that a query names by their numbers: no list is walked.
// There are no more of them than a query has terms.
func (tx *Tx) named(as grammar.Reader, q grammar.Query, numbers []string) (rows []Listed, err error) {
	slices.Sort(numbers)
	for _, number := range slices.Compact(numbers) {
		row := rowText{number: number}
		found, err := tx.one(inboxNamed, []any{number, as.Company}, &row.doc, &row.labels, &row.snoozed)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		listed, err := row.read()
		if err != nil {
			return nil, err
		}
		if grammar.Matches(q, listed.Row, as) {
			rows = append(rows, listed)
		}
	}
	slices.SortFunc(rows, func(a, b Listed) int { return q.Order().Compare(a.Row, b.Row) })
	return rows, nil
}

type keyedRow struct {
	key int64
	row Listed
}

// stride reads the next rows of a walk, as far as a query can mean them.
func (tx *Tx) stride(w *walk, as grammar.Reader, q grammar.Query, at place, size int) (out []keyedRow, err error) {
	first, last := w.stretch(q, as.Now)
	number := "" // before all others
	if w.down {
		first, last, number = last, first, "\U0010FFFF"
	}
	if at.begun {
		first, number = at.key, at.number
	}
	out = make([]keyedRow, 0, size)
	err = tx.each(w.rows, []any{as.Company, first, number, last, size}, func(rows *sql.Rows) error {
		var key int64
		var row rowText
		if err := rows.Scan(&key, &row.number, &row.doc, &row.labels, &row.snoozed); err != nil {
			return err
		}
		listed, err := row.read()
		out = append(out, keyedRow{key, listed})
		return err
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
