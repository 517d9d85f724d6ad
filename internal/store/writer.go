package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"switchboard/internal/fault"
)

var (
	sqlBeginWrite = &query{text: "BEGIN IMMEDIATE"}
	sqlRollback   = &query{text: "ROLLBACK"}
	sqlSavepoint  = &query{text: "SAVEPOINT request"}
	sqlUndo       = &query{text: "ROLLBACK TO request"}
	sqlRelease    = &query{text: "RELEASE request"}
	sqlChanges    = &query{text: "SELECT total_changes()"}
)

// A group ends when nobody waits any more, or at these limits.
const (
	groupSize = 128
	groupTime = 10 * time.Millisecond
)

// writer is SQLite's one writing connection with group commit: requests that
// wait together share one fsync. No result leaves before the commit, errors
// included: an error may tell of a state that is not on disk yet.
//
// A request that fails leaves nothing behind, and the others of its group stay.
// A savepoint for each of them would copy every page before it is written, a
// quarter of the work of a new case. So a group runs without; only when one has
// failed after it had written, which is rare, the group is undone and runs once
// more, each in a savepoint.
type writer struct {
	session *session
	queue   chan *request
	closing chan struct{}
	closed  chan struct{}
	once    sync.Once
	broken  error // after a failed write to the disk nothing is known any more
}

// request is one function that wants to write. It runs in the goroutine of its
// caller, whose turn the writer announces, so that a panic ends the caller.
type request struct {
	state atomic.Int32 // waiting, taken or left
	turn  chan runner
	ran   chan error
	out   chan error
}

const (
	waiting int32 = iota
	taken
	left
)

var (
	errClosed  = fault.New(fault.Unavailable, "store.closed")
	errStopped = errors.New("store: the function ended without a result")
)

func startWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	s, err := newSession(context.WithoutCancel(ctx), db)
	if err != nil {
		return nil, err
	}
	w := &writer{session: s, queue: make(chan *request, groupSize), closing: make(chan struct{}), closed: make(chan struct{})}
	go w.loop()
	return w, nil
}

func (w *writer) stop() error {
	w.once.Do(func() { close(w.closing) })
	<-w.closed
	return w.session.conn.Close()
}

// do runs f in a transaction and returns when its fate is on disk.
func (w *writer) do(ctx context.Context, f func(runner) error) error {
	if err := ctx.Err(); err != nil {
		return err // a select would choose at random between the queue and the end
	}
	r := &request{turn: make(chan runner), ran: make(chan error), out: make(chan error, 1)}
	select {
	case w.queue <- r:
	case <-w.closed:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	leave := ctx.Done()
	for {
		select {
		case run := <-r.turn:
			leave = nil // from here on only the disk knows the result
			r.call(run, f)
		case err := <-r.out:
			return err
		case <-w.closed:
			return r.atClose()
		case <-leave:
			if r.state.CompareAndSwap(waiting, left) {
				return ctx.Err()
			}
			leave = nil
		}
	}
}

// call runs f and reports even when f panics or ends its goroutine.
func (r *request) call(run runner, f func(runner) error) {
	err := errStopped
	defer func() { r.ran <- err }()
	err = f(run)
}

// atClose: the last group has been answered before the writer closed.
func (r *request) atClose() error {
	select {
	case err := <-r.out:
		return err
	default:
		return errClosed
	}
}

func (w *writer) loop() {
	defer close(w.closed)
	for {
		select {
		case r := <-w.queue:
			w.group(r)
		case <-w.closing:
			return
		}
	}
}

// errSpoilt: a request has failed and what it wrote cannot be taken out.
var errSpoilt = errors.New("store: a request of the group is to be undone")

// group runs a request and whoever waits behind it, then commits once.
func (w *writer) group(first *request) {
	if w.broken != nil {
		first.out <- w.broken
		return
	}
	members, results, err := w.collect(first)
	if errors.Is(err, errSpoilt) {
		results, err = w.again(members)
	}
	if err == nil {
		err = w.commit()
	}
	if err != nil {
		w.failed(members, err)
		return
	}
	for i, r := range members {
		r.out <- results[i]
	}
}

func (w *writer) collect(first *request) (members []*request, results []error, err error) {
	if err := w.session.command(sqlBeginWrite); err != nil {
		return []*request{first}, nil, err
	}
	deadline := time.Now().Add(groupTime)
	for r := first; r != nil; r = w.next(len(members), deadline) {
		if !r.state.CompareAndSwap(waiting, taken) && r.state.Load() == left {
			continue
		}
		members = append(members, r)
		result, err := w.turn(r, len(members) == 1)
		if err != nil {
			return members, nil, err
		}
		results = append(results, result)
	}
	return members, results, nil
}

// again runs the members of a group that was spoilt, each in a savepoint.
func (w *writer) again(members []*request) (results []error, err error) {
	if err := w.undo(); err != nil {
		return nil, err
	}
	for _, r := range members {
		result, err := w.carefully(r)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}

// undo throws away what the transaction has written and begins another.
func (w *writer) undo() error {
	w.session.last = nil
	if err := w.session.command(sqlRollback); err != nil && rollbackTrouble(err) != nil {
		return err
	}
	return w.session.command(sqlBeginWrite)
}

func (w *writer) commit() error {
	if err := w.session.finish(); err != nil {
		return err
	}
	return w.session.command(sqlCommit)
}

func (w *writer) next(size int, deadline time.Time) *request {
	if size >= groupSize || time.Now().After(deadline) {
		return nil
	}
	select {
	case r := <-w.queue:
		return r
	default:
		return nil
	}
}

// turn runs one request. When it fails and is the first, the transaction is
// begun anew; one behind others has to have changed nothing.
func (w *writer) turn(r *request, first bool) (result, err error) {
	var before int64
	if !first {
		if before, err = w.session.number(sqlChanges); err != nil {
			return nil, err
		}
	}
	waits := len(w.session.last)
	result = w.run(r)
	switch {
	case result == nil:
		return nil, nil
	case first:
		return result, w.undo()
	case !w.untouched(before):
		return nil, errSpoilt
	}
	w.session.last = w.session.last[:waits]
	return result, nil
}

func (w *writer) run(r *request) error {
	r.turn <- w.session
	return <-r.ran
}

// untouched: nothing has changed, and the transaction is still open. SQLite
// itself rolls it back when the disk is full, and a second one can begin then.
func (w *writer) untouched(before int64) bool {
	now, err := w.session.number(sqlChanges)
	return err == nil && now == before && w.session.command(sqlBeginWrite) != nil
}

// carefully runs one request in a savepoint. An err is the group's: SQLite rolls
// the whole transaction back when the disk is full, and the savepoint is gone.
func (w *writer) carefully(r *request) (result, err error) {
	if err := w.session.command(sqlSavepoint); err != nil {
		return nil, err
	}
	before := len(w.session.last)
	if result = w.run(r); result != nil {
		w.session.last = w.session.last[:before]
		if err := w.session.command(sqlUndo); err != nil {
			return nil, result
		}
	}
	return result, w.session.command(sqlRelease)
}

// failed answers a group that could not be committed. Of several, each runs
// once more on its own, so that one that fills the disk fails alone.
func (w *writer) failed(members []*request, err error) {
	w.session.last = nil
	if rollback := w.session.command(sqlRollback); rollback != nil {
		err = errors.Join(err, rollbackTrouble(rollback))
	}
	if sqliteBroken(err) {
		// A failed fsync may not be repeated: the kernel has dropped the pages.
		w.broken = fault.Wrap(err, fault.Unavailable, "store.failed")
	}
	if len(members) == 1 || w.broken != nil {
		for _, r := range members {
			r.out <- err
		}
		return
	}
	for _, r := range members {
		w.alone(r)
	}
}

func (w *writer) alone(r *request) {
	err := w.session.command(sqlBeginWrite)
	var result error
	if err == nil {
		result, err = w.turn(r, true)
	}
	if err == nil {
		err = w.commit()
	}
	if err != nil {
		w.failed([]*request{r}, err)
		return
	}
	r.out <- result
}

// rollbackTrouble: "no transaction is active" only says that SQLite has rolled
// back by itself.
func rollbackTrouble(err error) error {
	if sqliteBroken(err) {
		return err
	}
	return nil
}
