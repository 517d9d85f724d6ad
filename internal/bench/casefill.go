package bench

import (
	"context"
	"runtime"

	"switchboard/internal/store"
)

const (
	// fillBatch is how many cases go in with one commit.
	fillBatch = 1000
	// fillRoom is how many MB of pages the writer keeps meanwhile: an index page that
	// many cases touch is written once.
	fillRoom = 1000
)

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
			go func() { one <- w.batch(ctx, s, first, min(first+fillBatch, to)) }()
		}
	}()
	for one := range ready {
		b := <-one
		if b.err != nil {
			return b.err
		}
		if err := s.InTx(ctx, b.write); err != nil {
			return err
		}
	}
	return ctx.Err()
}

type batch struct {
	rows []*store.CaseRows
	err  error
}

func (b batch) write(tx *store.Tx) error {
	for _, rows := range b.rows {
		if err := tx.WriteCase(rows); err != nil {
			return err
		}
	}
	return nil
}

func (w *cases) batch(ctx context.Context, s *store.Store, from, to int) (b batch) {
	b.err = s.View(ctx, func(tx *store.Tx) error {
		for i := from; i < to; i++ {
			r, err := w.one(i)
			if err != nil {
				return err
			}
			moved, err := r.Rows()
			if err != nil {
				return err
			}
			moved.Untold = true // an old story for everybody's feed
			rows, err := tx.CaseRows(moved, store.Whatever)
			if err != nil {
				return err
			}
			b.rows = append(b.rows, rows)
		}
		return nil
	})
	return b
}
