package store

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync"
)

var (
	sqlBegin  = &query{text: "BEGIN"}
	sqlCommit = &query{text: "COMMIT"}
)

// readers is the pool of SQLite's reading connections. Each keeps its prepared
// statements for life; database/sql's own pool would look for them each time.
// The one used last is lent first: its pages are in its cache.
type readers struct {
	db    *sql.DB
	turns chan struct{} // as many as there may be connections

	mu   sync.Mutex
	idle []*session
}

func newReaders(db *sql.DB) *readers {
	return &readers{db: db, turns: make(chan struct{}, max(4, 2*runtime.GOMAXPROCS(0)))}
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
func (r *readers) use(ctx context.Context, f func(*session) error) error {
	select {
	case r.turns <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-r.turns }()
	s, err := r.take(ctx)
	if err != nil {
		return err
	}
	defer r.put(s) // deferred because f may panic or end its goroutine
	return f(s)
}

func (r *readers) take(ctx context.Context) (*session, error) {
	r.mu.Lock()
	if last := len(r.idle) - 1; last >= 0 {
		defer r.mu.Unlock()
		s := r.idle[last]
		r.idle = r.idle[:last]
		return s, nil
	}
	r.mu.Unlock()
	return newSession(context.WithoutCancel(ctx), r.db)
}

func (r *readers) put(s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.idle = append(r.idle, s)
}

// stop waits for those that are lent out.
func (r *readers) stop() error {
	for range cap(r.turns) {
		r.turns <- struct{}{}
	}
	var errs []error
	for _, s := range r.idle {
		errs = append(errs, s.conn.Close())
	}
	return errors.Join(errs...)
}
