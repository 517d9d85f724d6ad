package store

import (
	"slices"
	"strings"
	"sync"

	"switchboard/internal/directory"
)

// The shapes of a query over visible rows. {one} and {listed} are the two forms
// of what is visible, {where} are the filters, which come first: they cost less.
const (
	seeRow      = "SELECT t.id, t.version, t.doc FROM {table} t WHERE t.id = {id}{one}"
	listRows    = "SELECT t.id, t.version, t.doc FROM {table} t WHERE t.id > {after}{where}{one} ORDER BY t.id LIMIT {more}"
	listListed  = "SELECT t.id, t.version, t.doc FROM {table} t WHERE t.id > {after}{where}{listed} ORDER BY t.id LIMIT {more}"
	listWindow  = "SELECT t.id, t.version, t.doc FROM {table} t WHERE t.id > {after} AND t.id <= {last}{where}{one} ORDER BY t.id LIMIT {more}"
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
		one, list = " AND "+visible[noun].oneOf(), " AND "+visible[noun].listed()
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
