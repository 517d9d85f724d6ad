// Package jobs does the work that comes up by itself: one node at a time for
// each job, by a lease; piece by piece, so that one that fails is put aside and
// delays no other. It knows no job by name and no piece by content; the
// composition root hands both in.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"switchboard/internal/fault"
	"switchboard/internal/store"
)

// Job is work of one kind.
type Job struct {
	Name  string
	Batch int // pieces that are done in one transaction
	// Pace is the least time from one look to the next while there is work; who
	// wakes a job that rests is served at once.
	Pace time.Duration
	// Look lists what is to be done now, and when something falls due by itself;
	// zero = nothing known of.
	Look func(ctx context.Context) ([]store.Piece, time.Time, error)
	// Do does pieces whole or not at all; the lease fences what it writes.
	Do   func(ctx context.Context, l store.Lease, pieces []store.Piece) error
	Wake <-chan struct{} // looks at once; nil = only by polling
}

// Options are what all jobs of a node share.
type Options struct {
	Store *store.Store
	Node  string // the same after a restart
	Now   func() time.Time
	Log   *slog.Logger
}

const (
	// Polling is the truth, waking is for speed.
	poll = time.Second
	// A piece that takes longer is stuck.
	longest = 10 * time.Second
)

// Run does the jobs until the context ends; what has been begun is finished,
// and the leases are let go.
func Run(ctx context.Context, o Options, list ...Job) {
	var all sync.WaitGroup
	for _, job := range list {
		all.Go(func() { (&worker{Options: o, job: job, starting: true}).run(ctx) })
	}
	all.Wait()
}

type worker struct {
	Options
	job      Job
	lease    *store.Lease
	starting bool // has not held the lease yet
}

func (w *worker) run(ctx context.Context) {
	for ctx.Err() == nil {
		began := time.Now()
		next, more := w.round(ctx)
		if more {
			pause(ctx, w.job.Pace-time.Since(began))
		} else {
			w.rest(ctx, next)
		}
	}
	w.release(ctx)
}

func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// rest waits for a wake, for what falls due next, or for the next poll.
func (w *worker) rest(ctx context.Context, next time.Time) {
	pause := poll
	if !next.IsZero() {
		pause = max(0, min(pause, next.Sub(w.Now())))
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case _, open := <-w.job.Wake:
		if !open { // nobody wakes any more
			w.job.Wake = nil
		}
	}
}

// round does what is due now; more = there may be more at once.
func (w *worker) round(ctx context.Context) (next time.Time, more bool) {
	pieces, next, err := w.job.Look(ctx)
	if err != nil {
		w.failed(ctx, "look", err)
		return time.Time{}, false
	}
	for batch := range slices.Chunk(pieces, w.job.Batch) {
		if ctx.Err() != nil || !w.holds(ctx) || !w.batch(ctx, batch) {
			return time.Time{}, false
		}
	}
	return next, len(pieces) > 0
}

// holds takes the lease, or holds on to it. A node that starts takes back at
// once what it held before it was killed.
func (w *worker) holds(ctx context.Context) bool {
	left := time.Duration(0)
	if w.lease != nil {
		left = w.lease.Until.Sub(w.Now())
	}
	if left > store.LeaseTime/2 && left <= store.LeaseTime {
		return true
	}
	var lease *store.Lease
	err := w.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		if w.lease != nil {
			held := *w.lease
			lease = &held
			return tx.Renew(lease)
		}
		lease, err = tx.Claim(w.job.Name, w.Node, w.starting)
		return err
	})
	if err != nil {
		w.failed(ctx, "lease", err)
		lease = nil
	}
	if w.lease = lease; lease != nil {
		w.starting = false
	}
	return lease != nil
}

func (w *worker) release(ctx context.Context) {
	if w.lease == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	defer cancel()
	if err := w.Store.InTx(ctx, func(tx *store.Tx) error { return tx.Release(*w.lease) }); err != nil {
		w.failed(ctx, "lease", err)
	}
}

// batch does pieces together; when that fails each on its own, so that the bad
// one is known. False = this node cannot go on now.
func (w *worker) batch(ctx context.Context, pieces []store.Piece) bool {
	err := w.do(ctx, pieces)
	switch {
	case err == nil:
		return true
	case is(err, "lease.lost"):
		w.lease = nil
		return false
	case fault.Is(err, fault.Unavailable): // the database's trouble is no piece's fault
		w.failed(ctx, "work", err)
		return false
	case len(pieces) == 1:
		return w.stick(ctx, pieces[0], err)
	}
	for i := range pieces {
		if !w.batch(ctx, pieces[i:i+1]) {
			return false
		}
	}
	return true
}

// do runs the work to its end even when the server is told to stop. A panic is
// a failure like another.
func (w *worker) do(ctx context.Context, pieces []store.Piece) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			w.Log.Error("panic", "job", w.job.Name, "value", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return w.job.Do(ctx, *w.lease, pieces)
}

// mostCause is how much of an error is kept for the operator.
const mostCause = 300

func (w *worker) stick(ctx context.Context, p store.Piece, cause error) bool {
	text := cause.Error()
	var parked bool
	err := w.Store.InTx(context.WithoutCancel(ctx), func(tx *store.Tx) (err error) {
		parked, err = tx.Stick(w.job.Name, p, text[:min(len(text), mostCause)])
		return err
	})
	if err != nil {
		w.failed(ctx, "stick", err)
		return false
	}
	w.Log.Warn("stuck", "job", w.job.Name, "id", p.ID, "tries", p.Tries+1, "parked", parked, "cause", text)
	return true
}

func (w *worker) failed(ctx context.Context, what string, err error) {
	if ctx.Err() == nil && !is(err, "lease.lost") && !errors.Is(err, context.Canceled) {
		w.Log.Error("job", "job", w.job.Name, "at", what, "cause", err)
	}
}

func is(err error, code string) bool {
	f := fault.Of(err)
	return f != nil && f.Code == code
}
