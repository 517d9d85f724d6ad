package store

import (
	"database/sql"
	"strings"

	"switchboard/internal/directory"
	"switchboard/internal/text"
)

// Filter narrows a list; empty fields do not. Status "live" of subscriptions
// means every one that is not cancelled.
type Filter struct {
	Query     string // words that id and names must contain
	Company   string
	Customer  string
	Offer     string
	Publisher string
	Partner   string
	Provider  string
	Seller    string
	Reseller  string
	Kind      string
	Status    string
}

// Item is one row of a list.
type Item struct {
	ID      string
	Object  any // pointer to its wire type, the caller's to change
	Version int64
}

// Lists are paged by id. A page has 50 rows unless asked otherwise, 500 at the
// most.
const (
	pageSize = 50
	pageMost = 500
)

// narrowing is one filter of a noun: the column it compares.
type narrowing struct {
	column string
	of     func(Filter) string
}

var narrowings = []narrowing{
	{"customer", func(f Filter) string { return f.Customer }},
	{"offer", func(f Filter) string { return f.Offer }},
	{"reseller", func(f Filter) string { return f.Reseller }},
	{"seller", func(f Filter) string { return f.Seller }},
	{"provider", func(f Filter) string { return f.Provider }},
	{"publisher", func(f Filter) string { return f.Publisher }},
	{"partner", func(f Filter) string { return f.Partner }},
	{"company", func(f Filter) string { return f.Company }},
	{"kind", func(f Filter) string { return f.Kind }},
	{"kinds", func(f Filter) string { return f.Kind }},
	{"state", func(f Filter) string { return f.Status }},
	{"status", func(f Filter) string { return f.Status }},
	{"search_fold", func(f Filter) string { return wordOf(f.Query, 0) }},
	{"search_fold", func(f Filter) string { return wordOf(f.Query, 1) }},
	{"search_fold", func(f Filter) string { return wordOf(f.Query, 2) }},
}

// wordOf is a word of a query, ready for LIKE. The third takes in the rest, so
// that no word is passed over.
func wordOf(query string, n int) string {
	words := strings.SplitN(strings.Join(strings.Fields(text.Fold(query)), " "), " ", 3)
	if n >= len(words) {
		return ""
	}
	return likeEscape.Replace(words[n])
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// listQueries of a noun: the page and the count, once for each filter that may
// lead. The leading filter is a plain condition, so that its index is used;
// the others are skipped when empty.
type listQueries struct {
	has   []narrowing
	page  map[string]*query
	count map[string]*query
	see   *query
}

var lists = func() map[directory.Noun]*listQueries {
	out := map[directory.Noun]*listQueries{}
	for _, t := range tables {
		out[t.noun] = newListQueries(t)
	}
	return out
}()

func newListQueries(t *table) *listQueries {
	q := &listQueries{page: map[string]*query{}, count: map[string]*query{}}
	for _, n := range narrowings {
		for _, c := range t.columns {
			if c.name == n.column {
				q.has = append(q.has, n)
			}
		}
	}
	name := string(t.noun)
	q.see = sqlQuery("SELECT t.doc, t.version FROM " + name + " t WHERE t.id = $4 AND " + seen(t.noun))
	for _, leading := range append([]narrowing{{}}, q.has...) {
		if leading.column == "search_fold" || leading.column == "kinds" {
			continue // no index leads by these
		}
		where := q.where(leading.column) + " AND " + seen(t.noun)
		q.page[leading.column] = sqlQuery("SELECT t.id, t.doc, t.version FROM " + name + " t WHERE t.id > $4 AND " + where + " ORDER BY t.id LIMIT $5")
		q.count[leading.column] = sqlQuery("SELECT count(*) FROM (SELECT t.id FROM " + name + " t WHERE t.id > $4 AND " + where + " LIMIT $5) AS capped")
	}
	return q
}

// where compares every filter of the noun, parameters from $6 on.
func (q *listQueries) where(leading string) string {
	conditions := []string{"$4 = $4"}
	for i, n := range q.has {
		p := param(6 + i)
		condition := "t." + n.column + " = " + p
		switch n.column {
		case "kinds":
			condition = "t.kinds LIKE '% ' || " + p + " || ' %'"
		case "search_fold":
			condition = "t.search_fold LIKE '%' || " + p + ` || '%' ESCAPE '\'`
		case "status":
			condition = "(" + condition + liveSubscriptions(q, p) + ")"
		}
		if n.column != leading {
			condition = "(" + p + " = '' OR " + condition + ")"
		}
		conditions = append(conditions, condition)
	}
	return strings.Join(conditions, " AND ")
}

// liveSubscriptions: "live" is a status of offers, and for subscriptions every
// status but cancelled.
func liveSubscriptions(q *listQueries, p string) string {
	for _, n := range q.has {
		if n.column == "seller" {
			return " OR " + p + " = 'live' AND t.status <> 'cancelled'"
		}
	}
	return ""
}

func (q *listQueries) args(r Reader, f Filter, after string, limit int) (leading string, args []any) {
	args = append(r.args(), after, limit)
	for _, n := range q.has {
		value := n.of(f)
		if value != "" && leading == "" && n.column != "search_fold" && n.column != "kinds" && n.column != "status" && n.column != "state" {
			leading = n.column
		}
		args = append(args, value)
	}
	return leading, args
}

// See reads an object as a reader may: a foreign one is not found, exactly like
// a missing one.
func (tx *Tx) See(r Reader, noun directory.Noun, id string) (object any, version int64, err error) {
	var doc string
	found, err := tx.one(lists[noun].see, append(r.args(), id), &doc, &version)
	if err != nil {
		return nil, 0, err
	}
	if !found {
		return nil, 0, notFound(string(noun), id)
	}
	object, err = decode(noun, doc)
	return object, version, err
}

// List gives a page of what a reader may see, in order of id, and the cursor of
// the next page, "" at the end.
func (tx *Tx) List(r Reader, noun directory.Noun, f Filter, limit int, cursor string) (items []Item, next string, err error) {
	if limit <= 0 {
		limit = pageSize
	}
	limit = min(limit, pageMost)
	q := lists[noun]
	leading, args := q.args(r, f, cursor, limit+1)
	err = tx.each(q.page[leading], args, func(rows *sql.Rows) error {
		var item Item
		var doc string
		if err := rows.Scan(&item.ID, &doc, &item.Version); err != nil {
			return err
		}
		item.Object, err = decode(noun, doc)
		items = append(items, item)
		return err
	})
	if len(items) > limit {
		items, next = items[:limit], items[limit-1].ID
	}
	return items, next, err
}

// Count counts what a reader may see, up to a limit: "999+".
func (tx *Tx) Count(r Reader, noun directory.Noun, f Filter, limit int) (n int, err error) {
	q := lists[noun]
	leading, args := q.args(r, f, "", limit)
	_, err = tx.one(q.count[leading], args, &n)
	return n, err
}
