package bench

import (
	"context"
	"runtime"

	"switchboard/internal/store"
)

// fillBatch is how many cases go in with one commit.
const fillBatch = 250

// fill puts the cases from one number up to another into a store. They are made
// by all processors and written in their order.
func (w *cases) fill(ctx context.Context, s *store.Store, from, to int) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ready := make(chan chan batch, runtime.GOMAXPROCS(0))
	go func() {
		defer close(ready)
		for first := from; first < to; first += fillBatch {
			one := make(chan batch, 1)
			select {
			case ready <- one:
			case <-ctx.Done():
				return
			}
			go func() { one <- w.batch(first, min(first+fillBatch, to)) }()
		}
	}()
	for one := range ready {
		b := <-one
		if b.err != nil {
			return b.err
		}
		if err := s.InTx(ctx, func(tx *store.Tx) error { return tx.OpenCases(b.rows) }); err != nil {
			return err
		}
	}
	return ctx.Err()
}

type batch struct {
	rows []store.Moved
	err  error
}

func (w *cases) batch(from, to int) (b batch) {
	for i := from; i < to; i++ {
		r, err := w.one(i)
		if err != nil {
			return batch{err: err}
		}
		rows := r.Rows()
		rows.Told = rows.Case.Seq // an old story for everybody's feed
		b.rows = append(b.rows, rows)
	}
	return b
}
