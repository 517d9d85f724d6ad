// Package store holds all SQL of the product: the schema and its migrations,
// the transactions, the queries of the directory and of credentials, and the
// staging of an import. One text runs on SQLite and on PostgreSQL.
//
// InTx and View are the only doors, and queries are methods of *Tx, so that a
// write outside a transaction does not compile. Rules are never decided here;
// what is decided here is who may see a row, in one file: visible.go.
package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"time"

	"switchboard/internal/fault"
)

// Options says where the data is. DSN wins over DataDir; Now is the only clock.
type Options struct {
	DataDir string             // folder of the SQLite file, created when missing
	DSN     string             // postgres://...; "" or "sqlite" = SQLite in DataDir
	Now     func() time.Time   // nil = time.Now
	Wake    func(topic string) // told after a commit what has changed; nil = nobody
}

// Store is an open database. It is safe for many goroutines.
type Store struct {
	eng    *engine
	now    func() time.Time
	sqlite *sqliteFile // nil on PostgreSQL
	pool   *sql.DB     // PostgreSQL's connections
	shelf  *shelf
	wake   func(topic string)
	others outbound

	importing sync.Mutex // held by the one import of this process

	// trouble is set by tests alone: an error it gives after the function has
	// run is treated as the database's own, so that the second run is proven.
	trouble func(attempt int) error
}

// Open opens the database, brings its schema up to date when it is behind and
// refuses one that is newer than this program. Faults: conflict store.locked
// {path}, conflict store.newer-schema {found, known}, unavailable
// store.unreachable, store.disk-full, store.corrupt, store.failed.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{now: o.Now, shelf: newShelf(), wake: o.Wake, others: outbound{ready: make(chan struct{}, 1)}}
	if s.now == nil {
		s.now = time.Now
	}
	if s.wake == nil {
		s.wake = func(string) {}
	}
	var err error
	switch {
	case o.DSN == "" || o.DSN == "sqlite":
		s.eng = sqliteEngine
		s.sqlite, err = openSQLite(ctx, o.DataDir)
	case strings.HasPrefix(o.DSN, "postgres://") || strings.HasPrefix(o.DSN, "postgresql://"):
		s.eng = postgresEngine
		s.pool, err = openPostgres(ctx, o.DSN)
	default:
		return nil, fault.New(fault.Invalid, "store.dsn")
	}
	if err != nil {
		return nil, s.eng.mapError(err)
	}
	return s, nil
}

// Engine names the database: sqlite or postgres.
func (s *Store) Engine() string { return s.eng.name }

// Close waits for the running transactions and lets the data go.
func (s *Store) Close() error {
	if s.sqlite != nil {
		return s.eng.mapError(s.sqlite.close())
	}
	return s.pool.Close()
}

// instant is the one time of a transaction; microseconds are what both engines
// keep.
func (s *Store) instant() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
