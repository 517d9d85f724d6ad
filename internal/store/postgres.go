package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
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
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(withoutJIT))
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := preparePostgres(ctx, db); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// withoutJIT: a list of what one sees is a union of many short questions. Its
// estimate is high, and compiling it costs a hundred times what running it does.
func withoutJIT(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SET jit = off")
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

// pgTx runs queries in a transaction of PostgreSQL. What is put waits for the
// next query or the commit, and goes there with the rest of it.
type pgTx struct {
	conn *sql.Conn
	tx   *sql.Tx
	puts *pgx.Batch
}

func (t *pgTx) query(ctx context.Context, q *query, args []any) (*sql.Rows, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	return t.tx.QueryContext(ctx, postgresEngine.text(q), args...)
}

func (t *pgTx) exec(ctx context.Context, q *query, args []any) (sql.Result, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	return t.tx.ExecContext(ctx, postgresEngine.text(q), args...)
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
	puts := t.puts
	t.puts = nil
	return t.conn.Raw(func(c any) error { return c.(*stdlib.Conn).Conn().SendBatch(ctx, puts).Close() })
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
