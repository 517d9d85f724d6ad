package store

import (
	"strings"

	"switchboard/internal/text"
)

// engine is what differs between the two databases; everything else is one
// text (design: two engines, one text).
type engine struct {
	name             string
	driver           string
	rowsPerStatement int // PostgreSQL pays per round trip, SQLite per bound value
	rowLocks         bool
	ddl              func(string) string
	mapError         func(error) error
	again            func(error) bool // worth running the function once more
	words            func(tokens, companies []string) string
	finds            func(company string, terms []text.Term) string
}

var sqliteEngine = &engine{
	name:             "sqlite",
	driver:           "sqlite",
	rowsPerStatement: 1,
	ddl: strings.NewReplacer(
		"CREATE TABLE case_word (\n    id BIGINT NOT NULL PRIMARY KEY,\n    words TSVECTOR NOT NULL\n) /* words */;",
		`CREATE VIRTUAL TABLE case_word USING fts5(words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 tokenchars '_'");`,
		"CREATE INDEX case_word_words ON case_word USING GIN (words);", "",
		"p.place - 1", "p.key",
		"CROSS JOIN LATERAL jsonb_array_elements(c.doc::jsonb -> 'parties') WITH ORDINALITY AS p(party, place)", "JOIN json_each(c.doc, '$.parties') p",
		"p.party ->> 'company'", "json_extract(p.value, '$.company')",
		` COLLATE "C"`, "", // SQLite compares bytes anyway
		" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", " INTEGER PRIMARY KEY AUTOINCREMENT",
		" BIGINT", " INTEGER", " BOOLEAN", " INTEGER", " BYTEA", " BLOB",
		"\n) /* child */;", "\n) STRICT, WITHOUT ROWID;",
		"\n);", "\n) STRICT;",
	).Replace,
	mapError: mapSQLite,
	again:    sqliteBusy,
	words:    sqliteWords,
	finds:    sqliteFinds,
}

var postgresEngine = &engine{
	name:             "postgres",
	driver:           "pgx",
	rowsPerStatement: 64,
	rowLocks:         true,
	ddl:              func(text string) string { return text },
	mapError:         mapPostgres,
	again:            postgresSerialization,
	words:            postgresWords,
	finds:            postgresFinds,
}

// text is the query as this engine wants it.
func (e *engine) text(q *query) string {
	switch {
	case e.rowLocks:
		return q.text + q.locking
	case q.sqlite != "":
		return q.sqlite
	}
	return q.text
}
