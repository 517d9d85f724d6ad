package store

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
)

var (
	sqlBegin  = &query{text: "BEGIN"}
	sqlCommit = &query{text: "COMMIT"}
)

// readers is the pool of SQLite's reading connections. Each keeps its prepared
// statements for life; database/sql's own pool would look for them each time.
type readers struct {
	db   *sql.DB
	idle chan *session // nil = a connection not opened yet
}

func newReaders(db *sql.DB) *readers {
	size := max(4, 2*runtime.GOMAXPROCS(0))
	r := &readers{db: db, idle: make(chan *session, size)}
	for range size {
		r.idle <- nil
	}
	return r
}

// do runs f on one consistent state.
func (r *readers) do(ctx context.Context, f func(runner) error) error {
	return r.use(ctx, func(s *session) (err error) {
		if err := s.command(sqlBegin); err != nil {
			return err
		}
		// Deferred because f may panic or end its goroutine.
		defer func() { err = errors.Join(err, s.command(sqlCommit)) }()
		return f(s)
	})
}

// use lends f a connection.
func (r *readers) use(ctx context.Context, f func(*session) error) (err error) {
	var s *session
	select {
	case s = <-r.idle:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { r.idle <- s }()
	if s == nil {
		if s, err = newSession(context.WithoutCancel(ctx), r.db); err != nil {
			return err
		}
	}
	return f(s)
}

func (r *readers) stop() error {
	var errs []error
	for range cap(r.idle) {
		if s := <-r.idle; s != nil {
			errs = append(errs, s.conn.Close())
		}
	}
	return errors.Join(errs...)
}
