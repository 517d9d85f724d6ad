package store

import "strings"

// query is one SQL text, in PostgreSQL's spelling with $1..$n; modernc's driver
// binds them by number as well. Every query is a package variable, registered
// here, and a test prepares all of them on both engines.
type query struct {
	text    string
	locking string // appended on PostgreSQL alone: SQLite has one writer and needs no row locks
	sqlite  string // in place of text, for the search index alone: the engines share no form of it
	once    bool   // not worth keeping prepared
	last    bool   // put by many, SQLite runs it once for all of a group: see Tx.put
}

var registered []*query

func sqlQuery(text string) *query {
	q := &query{text: strings.TrimSpace(text)}
	registered = append(registered, q)
	return q
}

// onceQuery is a text of the moment, such as DDL of an import.
func onceQuery(text string) *query { return &query{text: text, once: true} }

func lockingQuery(text, suffix string) *query {
	q := sqlQuery(text)
	q.locking = suffix
	return q
}

func lastQuery(q *query) *query {
	q.last = true
	return q
}

func wordQuery(postgres, sqlite string) *query {
	q := sqlQuery(postgres)
	q.sqlite = sqlite
	return q
}

// slots is the number of values in a list condition. A list of a fixed length
// is one text for both engines and one prepared statement.
const slots = 16

// inSlots is the condition "one of the n parameters from $1 on".
func inSlots(n int) string { return "IN (" + params(1, n) + ")" }

// fill puts at most n values into the slots; an empty id matches nothing.
func fill(ids []string, n int) []any {
	args := make([]any, n)
	for i := range args {
		args[i] = ""
		if i < len(ids) {
			args[i] = ids[i]
		}
	}
	return args
}

func chunks(ids []string, size int) [][]string {
	var out [][]string
	for len(ids) > size {
		out, ids = append(out, ids[:size]), ids[size:]
	}
	if len(ids) > 0 {
		out = append(out, ids)
	}
	return out
}
