package store

import (
	"strconv"
	"strings"

	"switchboard/internal/directory"
)

// tableQueries are the texts of one noun, made once from its description.
type tableQueries struct {
	get      *query // $1 id -> doc, version
	lock     *query // $1 id -> version, and nobody else changes it
	exist    *query // $1..$16 ids -> those that exist, and nobody deletes them
	upsert   *query // all columns -> version; no row when nothing changed
	insert   *query // all columns; no row touched when it exists
	update   *query // all columns, the version expected
	remove   *query // $1 id
	export   *query // -> id, doc in order of id
	window   *query // $1 id, $2 how many -> the last id of so many after it, and their number
	unlist   *query // $1 id: the child rows
	relist   *query // $1 id, $2 value
	incoming []incoming
}

// incoming is a question for who refers to an object of this noun: $1 id -> id.
type incoming struct {
	noun  directory.Noun
	query *query
}

func newTableQueries(t *table) tableQueries {
	name, all := string(t.noun), t.columnNames()
	set := make([]string, 0, len(all))
	for _, c := range all[1:] {
		if c != "version" {
			set = append(set, c+" = excluded."+c)
		}
	}
	insert := "INSERT INTO " + name + " (" + strings.Join(all, ", ") + ") VALUES (" + params(1, len(all)) + ")"
	q := tableQueries{
		get:    sqlQuery("SELECT doc, version FROM " + name + " WHERE id = $1"),
		lock:   lockingQuery("SELECT version FROM "+name+" WHERE id = $1", " FOR UPDATE"),
		exist:  lockingQuery("SELECT id FROM "+name+" WHERE id "+inSlots(slots), " FOR KEY SHARE"),
		insert: sqlQuery(insert + " ON CONFLICT (id) DO NOTHING"),
		upsert: sqlQuery(insert + " ON CONFLICT (id) DO UPDATE SET " + strings.Join(set, ", ") +
			", version = " + name + ".version + 1 WHERE " + name + ".doc <> excluded.doc RETURNING version"),
		update: sqlQuery(updateText(name, all)),
		remove: sqlQuery("DELETE FROM " + name + " WHERE id = $1"),
		export: sqlQuery("SELECT id, doc FROM " + name + " WHERE id > $1 ORDER BY id LIMIT $2"),
		window: sqlQuery("SELECT coalesce(max(w.id), ''), count(*) FROM (SELECT id FROM " + name + " WHERE id > $1 ORDER BY id LIMIT $2) w"),
	}
	if t.list != nil {
		q.unlist = sqlQuery("DELETE FROM " + t.list.table + " WHERE " + t.parent() + " = $1")
		q.relist = sqlQuery("INSERT INTO " + t.list.table + " (" + t.parent() + ", " + t.list.name + ") VALUES ($1, $2) ON CONFLICT DO NOTHING")
	}
	q.incoming = incomingOf(t.noun)
	return q
}

// updateText: $1 id, then the columns in their order, then the version that the
// caller has read. The new version is one more.
func updateText(name string, all []string) string {
	var set []string
	for i, c := range all {
		switch c {
		case "id":
		case "version":
			set = append(set, "version = version + 1")
		default:
			set = append(set, c+" = "+param(i+1))
		}
	}
	// version is the last but one column; its parameter is the one expected
	return "UPDATE " + name + " SET " + strings.Join(set, ", ") + " WHERE id = $1 AND version = " + param(len(all)-1)
}

// incomingOf asks every column and list that may name an object of the noun.
func incomingOf(noun directory.Noun) []incoming {
	var out []incoming
	for _, t := range tables {
		for _, c := range t.columns {
			if c.ref == noun {
				out = append(out, incoming{t.noun, sqlQuery("SELECT id FROM " + string(t.noun) +
					" WHERE " + c.name + " = $1 AND " + c.name + " <> '' LIMIT 1")})
			}
		}
		if t.list != nil && t.list.ref == noun {
			out = append(out, incoming{t.noun, sqlQuery("SELECT " + t.parent() + " FROM " + t.list.table +
				" WHERE " + t.list.name + " = $1 LIMIT 1")})
		}
	}
	return out
}

func param(n int) string { return "$" + strconv.Itoa(n) }

// params is "$first, ..." for n parameters.
func params(first, n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = param(first + i)
	}
	return strings.Join(names, ", ")
}
