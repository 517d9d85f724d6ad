package jobs

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// bench is a job over an in-memory list of pieces; the store keeps the leases
// and what is stuck.
type bench struct {
	t    *testing.T
	o    Options
	mu   sync.Mutex
	due  []string
	did  []string
	bad  func(id string) error
	wake chan struct{}
}

func eachBench(t *testing.T, test func(t *testing.T, b *bench)) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		o := store.Options{DSN: database, Now: func() time.Time { return now }}
		if engine == "sqlite" {
			o.DSN, o.DataDir = "", filepath.Dir(database)
		}
		s, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		test(t, &bench{t: t, o: Options{Store: s, Node: "a", Now: o.Now, Log: slog.New(slog.DiscardHandler)},
			bad: func(string) error { return nil }, wake: make(chan struct{}, 1)})
	})
}

func (b *bench) job() Job {
	return Job{Name: "bench", Batch: 4, Wake: b.wake, Look: func(context.Context) (out []store.Piece, _ time.Time, _ error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, id := range b.due {
			out = append(out, store.Piece{ID: id})
		}
		return out, time.Time{}, nil
	}, Do: func(_ context.Context, _ store.Lease, pieces []store.Piece) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, p := range pieces {
			if len(pieces) == 1 { // done or put aside
				b.due = slices.DeleteFunc(b.due, func(id string) bool { return id == p.ID })
			}
			if err := b.bad(p.ID); err != nil {
				return err
			}
		}
		for _, p := range pieces {
			b.did = append(b.did, p.ID)
			b.due = slices.DeleteFunc(b.due, func(id string) bool { return id == p.ID })
		}
		return nil
	}}
}

// run works until nothing is due.
func (b *bench) run() {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	done := make(chan struct{})
	go func() { defer close(done); Run(ctx, b.o, b.job()) }()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for left := 1; left > 0; <-again.C {
		b.mu.Lock()
		left = len(b.due)
		b.mu.Unlock()
	}
	cancel()
	<-done
}

func (b *bench) stuck() (out []string) {
	b.t.Helper()
	err := b.o.Store.View(b.t.Context(), func(tx *store.Tx) error {
		list, err := tx.Stuck(100)
		for _, s := range list {
			out = append(out, s.ID+": "+s.Error)
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func TestABadPieceIsPutAsideAndTheOthersOfItsBatchAreDone(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		b.due = []string{"1", "2", "bad", "3", "4", "5", "panic", "6"}
		b.bad = func(id string) error {
			switch id {
			case "bad":
				return errors.New("poison")
			case "panic":
				panic("boom")
			}
			return nil
		}
		b.run()
		if slices.Sort(b.did); !slices.Equal(b.did, []string{"1", "2", "3", "4", "5", "6"}) {
			t.Errorf("did %v", b.did)
		}
		if got := b.stuck(); !slices.Equal(got, []string{"bad: poison", "panic: panic: boom"}) {
			t.Errorf("stuck %v", got)
		}
	})
}

// The trouble of the database is not a piece's: nothing is put aside for it.
func TestTroubleOfTheDatabaseIsNoPiecesFault(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		b.due = []string{"1"}
		failures := 0
		b.bad = func(string) error {
			if failures++; failures > 2 {
				return nil
			}
			b.wake <- struct{}{} // it would look again in a second
			return fault.New(fault.Unavailable, "store.busy")
		}
		// bench.Do forgets a single piece that fails; this one stays due.
		job := b.job()
		do := job.Do
		job.Do = func(ctx context.Context, l store.Lease, pieces []store.Piece) error {
			err := do(ctx, l, pieces)
			if err != nil {
				b.mu.Lock()
				b.due = []string{"1"}
				b.mu.Unlock()
			}
			return err
		}
		ctx, cancel := context.WithCancel(t.Context())
		look := job.Look
		job.Look = func(ctx context.Context) ([]store.Piece, time.Time, error) {
			out, next, err := look(ctx)
			if len(out) == 0 {
				cancel()
			}
			return out, next, err
		}
		Run(ctx, b.o, job)
		if got := b.stuck(); len(b.did) != 1 || failures != 3 || len(got) != 0 {
			t.Errorf("did %v after %d, stuck %v", b.did, failures, got)
		}
	})
}

// What has been begun is finished when the node stops, and the next node does
// not wait for the lease.
func TestStoppingFinishesWhatIsBegunAndLetsTheLeaseGo(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, cancel := context.WithCancel(t.Context())
		b.due = []string{"1", "2", "3", "4", "5"}
		b.bad = func(id string) error {
			if id == "1" {
				cancel()
			}
			return nil
		}
		job := b.job()
		alive := false
		do := job.Do
		job.Do = func(ctx context.Context, l store.Lease, pieces []store.Piece) error {
			err := do(ctx, l, pieces)
			alive = ctx.Err() == nil
			return err
		}
		Run(ctx, b.o, job)
		if !alive || !slices.Equal(b.did, []string{"1", "2", "3", "4"}) {
			t.Errorf("did %v, alive %v", b.did, alive)
		}
		err := b.o.Store.InTx(t.Context(), func(tx *store.Tx) error {
			l, err := tx.Claim("bench", "b", false)
			if l == nil {
				t.Error("the next node waits")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
