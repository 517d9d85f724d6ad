package store

import (
	"database/sql"
	"maps"
	"slices"
	"strings"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
)

// Item is one row of a list.
type Item struct {
	ID      string
	Version int64
	Object  any // a pointer to the wire type
}

// How many rows a list without an index looks at in one go: of a reader who
// sees everything each costs little, of another each is a question.
const (
	examined = 5000
	probed   = 500
)

// List gives what the reader may see and the filter lets through, in the order
// of ids, and the cursor of what follows, "" at the end. A page may hold fewer
// items than asked for, even none, and still have a cursor: for a reader who
// sees everything, a list without a fitting index examines only so many rows at
// a time. Faults: invalid fields.invalid, cursor.invalid.
func (tx *Tx) List(r Reader, noun directory.Noun, f Filter, limit int, cursor string) (items []Item, next string, err error) {
	after, err := openCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	if limit <= 0 {
		limit = pageSize
	}
	l, err := newList(tx, r, noun, f, min(limit, pageMost))
	if err != nil {
		return nil, "", err
	}
	l.after = after
	switch {
	case l.quick || r.all() && len(l.filters) == 0:
		return l.page(listRows)
	case l.bounded():
		return l.page(listListed)
	}
	return l.windowed()
}

// Count counts what List would give, up to a limit ("999+"); it examines as
// many rows as it takes.
func (tx *Tx) Count(r Reader, noun directory.Noun, f Filter, limit int) (n int, err error) {
	l, err := newList(tx, r, noun, f, limit)
	if err != nil {
		return 0, err
	}
	shape := countRows
	if !l.quick {
		shape = countListed
	}
	c, args := l.compose(shape)
	_, err = tx.one(c.query, args, &n)
	return n, err
}

// See reads one object that the reader may see; a foreign one is not found.
func (tx *Tx) See(r Reader, noun directory.Noun, id string) (object any, version int64, err error) {
	c := compose(noun, r.all(), nil, seeRow)
	args := map[string]any{"id": id}
	items, err := tx.items(noun, c, c.args(r, args))
	if err != nil {
		return nil, 0, err
	}
	if len(items) == 0 {
		return nil, 0, notFound(string(noun), id)
	}
	return items[0].Object, items[0].Version, nil
}

// list is one question for rows of a noun.
type list struct {
	tx      *Tx
	noun    directory.Noun
	reader  Reader
	filters map[string]string
	quick   bool // an index leads to the rows
	after   string
	limit   int
	window  int
	last    string // id of the window
}

// bounded tells a list of whose ways no more has to be read than the page: no
// filter passes over rows, and the ways come in the order of the page.
func (l *list) bounded() bool {
	return len(l.filters) == 0 && !l.reader.all() && visible[l.noun].key == itself
}

// unbounded is more than any way has.
const unbounded = 1 << 30

func newList(tx *Tx, r Reader, noun directory.Noun, f Filter, limit int) (*list, error) {
	l := &list{tx: tx, noun: noun, reader: r, filters: f.set(), limit: limit}
	var refused *fault.Error
	for _, name := range slices.Sorted(maps.Keys(l.filters)) {
		c, ok := conditions[noun][name]
		if !ok {
			if refused == nil {
				refused = fault.New(fault.Invalid, "fields.invalid")
			}
			refused.At(name, "field.unknown-word", "value", name, "known", strings.Join(slices.Sorted(maps.Keys(conditions[noun])), ", "))
		}
		l.quick = l.quick || c.quick
	}
	if refused != nil {
		return nil, refused
	}
	return l, nil
}

// windowed examines a stretch of rows in the order of ids. When it does not
// fill the page, the rows of a company are found from its side instead.
func (l *list) windowed() ([]Item, string, error) {
	l.window = examined
	if len(l.filters) == 0 {
		l.window = probed
	}
	var n int
	if _, err := l.tx.one(tableOf[l.noun].sql.window, []any{l.after, l.window}, &l.last, &n); err != nil {
		return nil, "", err
	}
	items, next, err := l.page(listWindow)
	switch {
	case err != nil || next != "" || n < l.window: // that was enough, or the end
		return items, next, err
	case !l.reader.all():
		return l.page(listListed)
	}
	return items, sealCursor(l.last), nil
}

// planAnew: a union of short questions is planned for this reader and page; a
// plan for any reader at all, which PostgreSQL makes after a few, reads far more.
var planAnew = &query{text: "SET LOCAL plan_cache_mode = force_custom_plan"}

// page reads one more row than asked for, to know whether there is more.
func (l *list) page(shape string) ([]Item, string, error) {
	if shape == listListed && l.tx.store.sqlite == nil {
		if _, err := l.tx.exec(planAnew); err != nil {
			return nil, "", err
		}
	}
	c, args := l.compose(shape)
	items, err := l.tx.items(l.noun, c, args)
	if err != nil || len(items) <= l.limit {
		return items, "", err
	}
	items = items[:l.limit]
	return items, sealCursor(items[len(items)-1].ID), nil
}

func (l *list) compose(shape string) (*composed, []any) {
	c := compose(l.noun, l.reader.all(), slices.Sorted(maps.Keys(l.filters)), shape)
	values := map[string]any{"after": l.after, "more": l.limit + 1, "limit": l.limit, "window": l.window, "since": "", "most": unbounded}
	if l.bounded() {
		values["since"], values["most"] = l.after, l.limit+1
	}
	for name, value := range l.filters {
		values[filterParam(name)] = value
	}
	values["last"] = l.last
	return c, c.args(l.reader, values)
}

func (tx *Tx) items(noun directory.Noun, c *composed, args []any) ([]Item, error) {
	var out []Item
	err := tx.each(c.query, args, func(rows *sql.Rows) error {
		var item Item
		var doc sql.RawBytes
		err := rows.Scan(&item.ID, &item.Version, &doc)
		if err == nil {
			item.Object, err = decode(noun, doc)
		}
		out = append(out, item)
		return err
	})
	return out, err
}
