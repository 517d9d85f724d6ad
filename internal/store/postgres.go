package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"switchboard/internal/fault"
)

// openPostgres connects and checks the one promise that cannot be kept without
// the server: a commit is on disk when it is acknowledged.
func openPostgres(ctx context.Context, dsn string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "store.dsn")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(promising))
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := preparePostgres(ctx, db); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// promising makes a session one that keeps its word: a commit is on disk before it
// is acknowledged, whatever the server does by default (promises 1.1; a setting
// that waits for copies as well stays). And it compiles no queries: a list of
// what one sees is a union of many short questions, whose estimate is high, and
// compiling it costs a hundred times what running it does.
func promising(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SELECT set_config('jit', 'off', false), set_config('synchronous_commit',
  CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`)
	return err
}

func preparePostgres(ctx context.Context, db *sql.DB) error {
	found, err := postgresVersion(ctx, db)
	if err != nil {
		return err
	}
	return migrate(ctx, postgresEngine, db, found)
}

func postgresVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var there bool
	err := db.QueryRowContext(ctx, "SELECT to_regclass('"+versionTable+"') IS NOT NULL").Scan(&there)
	if err != nil || !there {
		return 0, err
	}
	return schemaVersion(ctx, db)
}

// How a transaction begins.
const (
	beginWrite        = "BEGIN"
	beginSerializable = "BEGIN ISOLATION LEVEL SERIALIZABLE"
	beginRead         = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
)

// rollbackTime is how long a connection may take to forget a transaction; one
// that takes longer is closed by the pool.
const rollbackTime = 5 * time.Second

func (s *Store) inPostgres(ctx context.Context, begin string, f func(*Tx) error) error {
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // gives it back to the pool
	return s.onPostgres(ctx, conn, begin, f)
}

func (s *Store) onPostgres(ctx context.Context, conn *sql.Conn, begin string, f func(*Tx) error) error {
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return err
	}
	t := &pgTx{conn: conn}
	defer t.rollback(ctx) // after a commit it does nothing
	if err := f(s.begin(ctx, t)); err != nil {
		return err
	}
	return t.commit(ctx)
}

// pgTx runs queries in a transaction of PostgreSQL. What is put waits for the
// next query or the commit, and goes there with it: the way to the server and
// back costs as much as a row.
type pgTx struct {
	conn  *sql.Conn
	puts  *pgx.Batch
	ended bool
}

func (t *pgTx) query(ctx context.Context, q *query, args []any) (*sql.Rows, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	return t.conn.QueryContext(ctx, postgresEngine.text(q), args...)
}

func (t *pgTx) exec(ctx context.Context, q *query, args []any) (sql.Result, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	return t.conn.ExecContext(ctx, postgresEngine.text(q), args...)
}

func (t *pgTx) put(_ context.Context, q *query, args []any) error {
	if t.puts == nil {
		t.puts = new(pgx.Batch)
	}
	t.puts.Queue(postgresEngine.text(q), args...)
	return nil
}

func (t *pgTx) flush(ctx context.Context) error {
	if t.puts == nil {
		return nil
	}
	_, err := t.send(ctx)
	return err
}

// send hands over what waits, and gives what the last of it said.
func (t *pgTx) send(ctx context.Context) (last pgconn.CommandTag, err error) {
	puts := t.puts
	t.puts = nil
	err = t.conn.Raw(func(c any) error {
		results := c.(*stdlib.Conn).Conn().SendBatch(ctx, puts)
		for range puts.Len() {
			if last, err = results.Exec(); err != nil {
				break
			}
		}
		return errors.Join(err, results.Close())
	})
	return last, err
}

// commit goes with what waits. A transaction in which a statement has failed
// says ROLLBACK to a commit, and no error.
func (t *pgTx) commit(ctx context.Context) error {
	if t.puts == nil {
		t.puts = new(pgx.Batch)
	}
	t.puts.Queue("COMMIT")
	said, err := t.send(ctx)
	if err != nil {
		return err
	}
	t.ended = true
	if said.String() != "COMMIT" {
		return pgx.ErrTxCommitRollback
	}
	return nil
}

// rollback leaves the connection as it was. A broken one, or one that stays in
// its transaction, is not used again: the pool looks.
func (t *pgTx) rollback(ctx context.Context) {
	if t.ended {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
	defer stop()
	_, _ = t.conn.ExecContext(ctx, "ROLLBACK")
}

// pgPool runs a single query outside of a transaction.
type pgPool struct{ db *sql.DB }

func (p pgPool) query(ctx context.Context, q *query, args []any) (*sql.Rows, error) {
	return p.db.QueryContext(ctx, postgresEngine.text(q), args...)
}

func (p pgPool) exec(ctx context.Context, q *query, args []any) (sql.Result, error) {
	return p.db.ExecContext(ctx, postgresEngine.text(q), args...)
}

func (p pgPool) put(ctx context.Context, q *query, args []any) error {
	_, err := p.exec(ctx, q, args)
	return err
}
