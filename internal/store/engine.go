package store

import (
	"strings"
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
}

var sqliteEngine = &engine{
	name:             "sqlite",
	driver:           "sqlite",
	rowsPerStatement: 1,
	ddl: strings.NewReplacer(
		` COLLATE "C"`, "", // SQLite compares bytes anyway
		" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", " INTEGER PRIMARY KEY AUTOINCREMENT",
		" BIGINT", " INTEGER", " BOOLEAN", " INTEGER", " BYTEA", " BLOB",
		"\n) /* child */;", "\n) STRICT, WITHOUT ROWID;",
		"\n);", "\n) STRICT;",
	).Replace,
	mapError: mapSQLite,
	again:    sqliteBusy,
}

var postgresEngine = &engine{
	name:             "postgres",
	driver:           "pgx",
	rowsPerStatement: 64,
	rowLocks:         true,
	ddl:              func(text string) string { return text },
	mapError:         mapPostgres,
	again:            postgresSerialization,
}

// text is the query as this engine wants it.
func (e *engine) text(q *query) string {
	if e.rowLocks {
		return q.text + q.locking
	}
	return q.text
}
