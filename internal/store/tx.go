package store

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"time"

	"switchboard/internal/fault"
)

// Tx is one transaction; it is used by one goroutine and is dead after the
// function it was given to has returned.
type Tx struct {
	store *Store
	ctx   context.Context // of the caller, asked before each statement
	now   time.Time
	run   runner

	reading bool // a View
	raise   bool // the directory's generation, before the commit

	wakes []string // topics to say after the commit

	states map[string]state // what a View has read of the directory's state, by subscription
}

// runner is a transaction of one engine: SQLite keeps prepared statements per
// connection here, pgx does so itself.
type runner interface {
	query(ctx context.Context, q *query, args []any) (*sql.Rows, error)
	exec(ctx context.Context, q *query, args []any) (sql.Result, error)
	put(ctx context.Context, q *query, args []any) error
}

// Now is the instant of the transaction: the same for everything it writes.
func (tx *Tx) Now() time.Time { return tx.now }

// Isolation of a transaction that writes.
type Isolation int

const (
	// ReadCommitted is enough for commands that are safe by version and key.
	ReadCommitted Isolation = iota
	// Serializable is for the few that read much and decide on all of it:
	// accept an agreement, close a company, remove a relation, publish rules.
	Serializable
)

const attempts = 5

// InTx runs f in a transaction that writes. When f or the commit fails,
// nothing of it is kept. The result is returned after the data is on disk.
//
// f may run more than once: keep everything it makes inside it. It must not
// open another transaction of the same store.
func (s *Store) InTx(ctx context.Context, f func(*Tx) error, isolation ...Isolation) error {
	for attempt := 1; ; attempt++ {
		err := s.once(ctx, attempt, f, isolation)
		if err == nil || attempt == attempts || !s.eng.again(err) {
			return s.eng.mapError(err)
		}
		pause := time.NewTimer(time.Duration(rand.IntN(8<<attempt)+1) * time.Millisecond)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		}
	}
}

func (s *Store) once(ctx context.Context, attempt int, f func(*Tx) error, isolation []Isolation) error {
	body := func(tx *Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		if s.trouble != nil {
			if err := s.trouble(attempt); err != nil {
				return err
			}
		}
		return tx.finish()
	}
	var done *Tx
	keeping := func(tx *Tx) error { done = tx; return body(tx) }
	err := s.writing(ctx, keeping, isolation)
	if err == nil {
		s.tell(done.wakes)
	}
	return err
}

func (s *Store) writing(ctx context.Context, body func(*Tx) error, isolation []Isolation) error {
	if s.sqlite != nil {
		return s.sqlite.writer.do(ctx, func(run runner) error { return body(s.begin(ctx, run)) })
	}
	begin := beginWrite
	if len(isolation) > 0 && isolation[0] == Serializable {
		begin = beginSerializable
	}
	return s.inPostgres(ctx, begin, body)
}

// View runs f on one consistent state of the data. Nothing can be written.
func (s *Store) View(ctx context.Context, f func(*Tx) error) error {
	body := func(tx *Tx) error {
		tx.reading = true
		return f(tx)
	}
	if s.sqlite != nil {
		return s.eng.mapError(s.sqlite.readers.do(ctx, func(run runner) error { return body(s.begin(ctx, run)) }))
	}
	return s.eng.mapError(s.inPostgres(ctx, beginRead, body))
}

// glance runs the one statement of f, which sees one consistent state by
// itself: a transaction around it would cost as much again.
func (s *Store) glance(ctx context.Context, f func(*Tx) error) error {
	if s.sqlite != nil {
		return s.eng.mapError(s.sqlite.readers.use(ctx, func(run *session) error { return f(s.begin(ctx, run)) }))
	}
	return s.eng.mapError(f(s.begin(ctx, pgPool{s.pool})))
}

func (s *Store) begin(ctx context.Context, run runner) *Tx {
	return &Tx{store: s, ctx: ctx, now: s.instant(), run: run}
}

// each runs a query and hands its rows over. The rows are read to the end
// before anything else is asked: neither driver allows two at once.
func (tx *Tx) each(q *query, args []any, row func(*sql.Rows) error) error {
	if err := tx.ctx.Err(); err != nil {
		return err
	}
	rows, err := tx.run.query(tx.ctx, q, args)
	if err != nil {
		return tx.store.eng.mapError(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return tx.store.eng.mapError(err)
		}
	}
	return tx.store.eng.mapError(rows.Err())
}

// one reads the first row of a query; found tells whether there was one.
func (tx *Tx) one(q *query, args []any, into ...any) (found bool, err error) {
	err = tx.each(q, args, func(rows *sql.Rows) error {
		if found {
			return nil
		}
		found = true
		return rows.Scan(into...)
	})
	return found, err
}

// texts reads the single text column of a query.
func (tx *Tx) texts(q *query, args ...any) ([]string, error) {
	var out []string
	err := tx.each(q, args, func(rows *sql.Rows) error {
		var s string
		if err := rows.Scan(&s); err != nil {
			return err
		}
		out = append(out, s)
		return nil
	})
	return out, err
}

// exec runs a statement and tells how many rows it touched.
func (tx *Tx) exec(q *query, args ...any) (int64, error) {
	if err := tx.ctx.Err(); err != nil {
		return 0, err
	}
	result, err := tx.run.exec(tx.ctx, q, args)
	if err != nil {
		return 0, tx.store.eng.mapError(err)
	}
	return result.RowsAffected()
}

// put writes rows that nobody reads in this transaction: they are there when it
// commits, and a failure may come out only then. PostgreSQL takes all of them
// in one round trip; SQLite writes those of a last query once for a whole group.
func (tx *Tx) put(q *query, args ...any) error {
	if err := tx.ctx.Err(); err != nil {
		return err
	}
	return tx.store.eng.mapError(tx.run.put(tx.ctx, q, args))
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func notFound(noun, id string) error {
	return fault.New(fault.NotFound, "not-found", "noun", noun, "id", id)
}

// Ended tells whether nothing can be asked any more: the caller has gone.
func (tx *Tx) Ended() bool { return tx.ctx.Err() != nil }
