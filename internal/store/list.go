package store

import (
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// Filter narrows a list; "" = not asked. A filter that the noun does not have
// is refused: fault invalid fields.invalid with a field field.unknown-word.
type Filter struct {
	Query     string // words that ids, names and addresses must contain, folded
	Company   string // in whatever role
	Customer  string
	Offer     string
	Publisher string
	Partner   string // of partner terms
	Provider  string // of a subscription: its seller
	Seller    string
	Reseller  string
	Kind      string // of a company, offer, agreement or refund policy
	Status    string // state of a relation or agreement; "live" subscriptions are all but cancelled
}

// Lists have 50 rows unless asked otherwise, 500 at the most.
const (
	pageSize = 50
	pageMost = 500
)

// queryWords is how many words of a query are told apart; the last takes in
// the rest, so that no word is passed over.
const queryWords = 3

func (f Filter) set() map[string]string {
	all := map[string]string{"company": f.Company, "customer": f.Customer, "offer": f.Offer, "publisher": f.Publisher, "partner": f.Partner,
		"provider": f.Provider, "seller": f.Seller, "reseller": f.Reseller, "kind": f.Kind, "status": f.Status}
	for i, word := range strings.SplitN(text.Fold(f.Query), " ", queryWords) {
		if word != "" {
			all["q"+strconv.Itoa(i+1)] = "%" + likeEscape.Replace(word) + "%"
		}
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// condition is what a filter asks of a row. quick says that an index leads to
// the rows; without one a list examines only so many rows at a time.
type condition struct {
	text  string
	quick bool
	guard string // for readers who do not see everything
}

// plain is a condition that compares a column with the filter of its name.
func plain(column string) condition { return condition{text: "t." + column + " = {" + column + "}"} }

// keyed is plain for a column with an index; the index leaves ” out.
func keyed(column string) condition {
	return condition{text: "t." + column + " = {" + filterParam(column) + "} AND t." + column + " <> ''", quick: true}
}

func searched(conditions map[string]condition) map[string]condition {
	for i := range queryWords {
		name := "q" + strconv.Itoa(i+1)
		conditions[name] = condition{text: "t.search_fold LIKE {" + name + `} ESCAPE '\'`}
	}
	return conditions
}

var conditions = map[directory.Noun]map[string]condition{
	directory.Companies: searched(map[string]condition{"kind": {text: `t.kinds LIKE '% ' || {kind} || ' %'`}}),
	directory.Relations: {
		"provider": keyed("provider"), "reseller": keyed("reseller"), "status": {text: "t.state = {status}"},
		"company": {text: "(t.provider = {company} OR t.reseller = {company})", quick: true}},
	directory.Offers: searched(map[string]condition{
		"publisher": keyed("publisher"), "company": {text: "t.publisher = {company}", quick: true}, "kind": plain("kind"), "status": plain("status")}),
	directory.Agreements: searched(map[string]condition{
		"publisher": keyed("publisher"), "partner": keyed("partner"), "provider": keyed("provider"), "reseller": keyed("reseller"), "customer": keyed("customer"),
		"company": {text: "(t.publisher = {company} OR t.partner = {company} OR t.provider = {company} OR t.reseller = {company})"},
		"offer":   {text: "(t.id IN (SELECT l.agreements_id FROM agreement_offer l WHERE l.offer = {offer}) OR t.id IN (SELECT f.agreement FROM offers f WHERE f.id = {offer}))", quick: true},
		"kind":    plain("kind"), "status": {text: "t.state = {status}"}}),
	directory.Subscriptions: searched(map[string]condition{
		"customer": keyed("customer"), "offer": keyed("offer"),
		"seller":    {text: "t.seller = {seller} AND t.seller <> ''", quick: true, guard: mayReadSeller},
		"provider":  {text: "t.seller = {provider} AND t.seller <> ''", quick: true, guard: mayReadSeller},
		"reseller":  {text: "t.reseller = {reseller_} AND t.reseller <> ''", quick: true, guard: mayReadReseller},
		"publisher": {text: "t.offer IN (SELECT f.id FROM offers f WHERE f.publisher = {publisher})", quick: true},
		"status":    {text: "(t.status = {status} OR ({status} = 'live' AND t.status <> 'cancelled'))"}}),
	directory.People:      searched(map[string]condition{"company": keyed("company")}),
	directory.IntakeForms: {"company": keyed("company")},
	directory.Refunds:     {"kind": plain("kind")},
}

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
	if l.quick || r.all() && len(l.filters) == 0 {
		return l.page(listRows)
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
}

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
	if !l.reader.all() && len(l.filters) == 0 {
		l.window = probed
	}
	items, next, err := l.page(listWindow)
	if err != nil || next != "" {
		return items, next, err
	}
	var last string
	var n int
	if _, err := l.tx.one(tableOf[l.noun].sql.window, []any{l.after, l.window}, &last, &n); err != nil {
		return nil, "", err
	}
	switch {
	case n < l.window: // that was the end
		return items, "", nil
	case !l.reader.all():
		return l.page(listListed)
	}
	return items, sealCursor(last), nil
}

// page reads one more row than asked for, to know whether there is more.
func (l *list) page(shape string) ([]Item, string, error) {
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
	values := map[string]any{"after": l.after, "more": l.limit + 1, "limit": l.limit, "window": l.window}
	for name, value := range l.filters {
		values[filterParam(name)] = value
	}
	return c, c.args(l.reader, values)
}

func (tx *Tx) items(noun directory.Noun, c *composed, args []any) ([]Item, error) {
	var out []Item
	err := tx.each(c.query, args, func(rows *sql.Rows) error {
		var item Item
		var doc string
		err := rows.Scan(&item.ID, &item.Version, &doc)
		if err == nil {
			item.Object, err = decode(noun, doc)
		}
		out = append(out, item)
		return err
	})
	return out, err
}

// The shapes of a query over visible rows. {one} and {listed} are the two forms
// of what is visible, {where} are the filters, which come first: they cost less.
const (
	seeRow      = "SELECT t.id, t.version, t.doc FROM {table} t WHERE t.id = {id}{one}"
	listRows    = "SELECT t.id, t.version, t.doc FROM {table} t WHERE t.id > {after}{where}{one} ORDER BY t.id LIMIT {more}"
	listListed  = "SELECT t.id, t.version, t.doc FROM {table} t WHERE t.id > {after}{where}{listed} ORDER BY t.id LIMIT {more}"
	listWindow  = "SELECT t.id, t.version, t.doc FROM (SELECT * FROM {table} WHERE id > {after} ORDER BY id LIMIT {window}) t WHERE TRUE{where}{one} ORDER BY t.id LIMIT {more}"
	countRows   = "SELECT count(*) FROM (SELECT t.id FROM {table} t WHERE TRUE{where}{one} LIMIT {limit}) AS capped"
	countListed = "SELECT count(*) FROM (SELECT t.id FROM {table} t WHERE TRUE{where}{listed} LIMIT {limit}) AS capped"
)

// composed is a query put together from the fragments; a test prepares every
// combination there is.
type composed struct {
	query *query
	names []string // of its parameters, in order
}

var composedQueries sync.Map // text with names in braces -> *composed

func compose(noun directory.Noun, all bool, filters []string, shape string) *composed {
	where, one, list := "", "", ""
	for _, name := range filters {
		c := conditions[noun][name]
		where += " AND " + c.text
		if c.guard != "" && !all {
			where += " AND " + c.guard
		}
	}
	if !all {
		one, list = " AND "+oneOf(visible[noun]), " AND "+fromMySide(visible[noun])
	}
	named := strings.NewReplacer("{table}", string(noun), "{where}", where, "{one}", one, "{listed}", list).Replace(shape)
	if c, ok := composedQueries.Load(named); ok {
		return c.(*composed)
	}
	c, _ := composedQueries.LoadOrStore(named, numbered(named))
	return c.(*composed)
}

// numbered puts $1..$n in the place of names in braces.
func numbered(named string) *composed {
	c := &composed{}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(named, "{")
		b.WriteString(before)
		if !found {
			c.query = &query{text: b.String()}
			return c
		}
		name, after, _ := strings.Cut(rest, "}")
		at := slices.Index(c.names, name)
		if at < 0 {
			at, c.names = len(c.names), append(c.names, name)
		}
		b.WriteString(param(at + 1))
		named = after
	}
}

func (c *composed) args(r Reader, values map[string]any) []any {
	out := make([]any, len(c.names))
	for i, name := range c.names {
		if fact, ok := readerFacts[name]; ok {
			out[i] = fact(r)
		} else {
			out[i] = values[name]
		}
	}
	return out
}

// filterParam: {reseller} is a fact about the reader.
func filterParam(name string) string {
	if _, taken := readerFacts[name]; taken {
		return name + "_"
	}
	return name
}
