package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// Writers of one object, each reading before it writes: without versions some
// changes would be lost; with them each is applied or refused as stale.
func TestConcurrentWritersLoseNothing(t *testing.T) {
	const writers, rounds = 8, 10
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, &wire.Company{ID: "a", Kinds: []string{wire.Customer}})
		var applied atomic.Int64
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range rounds {
					err := s.InTx(t.Context(), func(tx *Tx) error {
						c, version, err := tx.Company("a")
						if err != nil {
							return err
						}
						c.Domains = append(c.Domains, fmt.Sprintf("w%d-%d.example", w, i))
						_, err = tx.Put(c, &version)
						return err
					})
					if err == nil {
						applied.Add(1)
					} else if !fault.Is(err, fault.Stale) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		view(t, s, func(tx *Tx) error {
			c, version, err := tx.Company("a")
			if int64(len(c.Domains)) != applied.Load() || version != applied.Load()+1 {
				t.Errorf("%d domains, version %d, %d writes succeeded", len(c.Domains), version, applied.Load())
			}
			return err
		})
	})
}

// A reference and the removal of what it names, at the same time: one of the
// two must be refused.
func TestNobodyDeletesWhatIsJustBeingReferredTo(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		for i := range 20 {
			id := fmt.Sprint("c", i)
			put(t, s, company(id, wire.Publisher))
			var wg sync.WaitGroup
			wg.Go(func() {
				err := s.InTx(t.Context(), func(tx *Tx) error {
					_, err := tx.Put(&wire.Offer{ID: "o-" + id, Publisher: id}, nil)
					return err
				})
				if err != nil && !fault.Is(err, fault.Invalid) {
					t.Error(err)
				}
			})
			wg.Go(func() {
				err := s.InTx(t.Context(), func(tx *Tx) error { return tx.Delete(directory.Companies, id, nil) })
				if err != nil && !fault.Is(err, fault.Conflict) {
					t.Error(err)
				}
			})
			wg.Wait()
		}
		view(t, s, func(tx *Tx) error {
			dangling, err := tx.texts(&query{text: "SELECT id FROM offers o WHERE NOT EXISTS (SELECT 1 FROM companies c WHERE c.id = o.publisher)"})
			if len(dangling) > 0 {
				t.Errorf("offers of nobody: %v", dangling)
			}
			return err
		})
	})
}

func TestOneRefusedRequestDoesNotSpoilItsGroup(t *testing.T) {
	s := open(t, Options{DataDir: t.TempDir()})
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			err := s.InTx(t.Context(), func(tx *Tx) error {
				if _, err := tx.Put(company(fmt.Sprint("c", i), wire.Customer), nil); err != nil {
					return err
				}
				if i%3 == 0 {
					return fault.New(fault.Denied, "refused")
				}
				return nil
			})
			if (i%3 == 0) != fault.Is(err, fault.Denied) {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	n := 0
	view(t, s, func(tx *Tx) (err error) {
		n, err = tx.Count(Reader{Local: true}, directory.Companies, Filter{}, 100)
		return err
	})
	if n != 40 {
		t.Errorf("%d companies, want 40", n)
	}
}

// group makes requests wait behind one that is running, so that they share its
// transaction.
func group(t *testing.T, s *Store, functions ...func(*Tx) error) []error {
	t.Helper()
	results := make([]error, len(functions))
	running, release := make(chan bool, 1), make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.InTx(t.Context(), func(tx *Tx) error {
			select {
			case running <- true:
			default: // the second run, alone
			}
			<-release
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	<-running
	for i, f := range functions {
		wg.Go(func() { results[i] = s.InTx(t.Context(), f) })
	}
	for len(s.sqlite.writer.queue) < len(functions) {
		runtime.Gosched()
	}
	close(release)
	wg.Wait()
	return results
}

// A savepoint for each request costs a quarter of the work of a new case: only a
// group in which one has failed after it wrote runs again, with savepoints.
func TestAGroupRunsAgainOnlyWhenItIsSpoilt(t *testing.T) {
	refused := fault.New(fault.Denied, "refused")
	for name, c := range map[string]struct {
		fails func(*Tx) error
		runs  int64 // of each of the others, at most: who comes after the one that fails runs once
	}{
		"nobody fails":       {func(*Tx) error { return nil }, 1},
		"one reads":          {func(tx *Tx) error { _, err := tx.Stamp(); return errors.Join(refused, err) }, 1},
		"one changes no row": {func(tx *Tx) error { _, err := tx.exec(eventsGone, 0); return errors.Join(refused, err) }, 1},
		"one has written": {func(tx *Tx) error {
			_, err := tx.Put(company("bad", wire.Customer), nil)
			return errors.Join(refused, err)
		}, 2},
		"one has gone": {func(tx *Tx) error { panic("away") }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, Options{DataDir: t.TempDir()})
			var runs [3]atomic.Int64
			put := func(i int) func(*Tx) error {
				return func(tx *Tx) error {
					runs[i].Add(1)
					_, err := tx.Put(company(fmt.Sprint("good", i), wire.Customer), nil)
					return err
				}
			}
			fails := func(tx *Tx) (err error) {
				defer func() {
					if recover() != nil {
						err = refused
					}
				}()
				return c.fails(tx)
			}
			results := group(t, s, put(0), fails, put(1), put(2))
			for i, ran := range []*atomic.Int64{&runs[0], &runs[1], &runs[2]} {
				if got := ran.Load(); got < 1 || got > c.runs {
					t.Errorf("good%d ran %d times, want %d", i, got, c.runs)
				}
			}
			if errors.Join(results[0], results[2], results[3]) != nil {
				t.Errorf("results = %v", results)
			}
			view(t, s, func(tx *Tx) error {
				n, err := tx.Count(Reader{Local: true}, directory.Companies, Filter{}, 100)
				if n != 3 {
					t.Errorf("%d companies, want 3", n)
				}
				return err
			})
		})
	}
}

var eventsGone = &query{text: "DELETE FROM case_event WHERE id = $1"}

func TestARequestThatFillsTheDiskFailsAlone(t *testing.T) {
	s := open(t, Options{DataDir: t.TempDir()})
	put(t, s, company("before", wire.Customer))
	limitPages(t, s, 40)
	huge := company("huge", wire.Customer)
	huge.Domains = []string{strings.Repeat("x", 4<<20)}
	write := func(c *wire.Company) func(*Tx) error {
		return func(tx *Tx) error { _, err := tx.Put(c, nil); return err }
	}
	results := group(t, s, write(company("one", wire.Customer)), write(huge), write(company("two", wire.Customer)))
	if results[0] != nil || results[2] != nil {
		t.Errorf("small requests failed: %v, %v", results[0], results[2])
	}
	wantFault(t, results[1], fault.Unavailable, "store.disk-full")

	// Reads go on, and with room again so do writes, without a restart.
	view(t, s, func(tx *Tx) error {
		for _, id := range []string{"before", "one", "two"} {
			if _, _, err := tx.Company(id); err != nil {
				return err
			}
		}
		_, _, err := tx.Company("huge")
		wantFault(t, err, fault.NotFound, "not-found")
		return nil
	})
	limitPages(t, s, 1<<20)
	put(t, s, huge)
}

// limitPages makes the disk small: from there on SQLite reports it as full. The
// file has its schema already, so the limit is counted from what it uses.
func limitPages(t *testing.T, s *Store, more int) {
	t.Helper()
	inTx(t, s, func(tx *Tx) error {
		var used, limit int
		if _, err := tx.one(&query{text: "PRAGMA page_count"}, nil, &used); err != nil {
			return err
		}
		_, err := tx.one(&query{text: fmt.Sprintf("PRAGMA max_page_count = %d", used+more)}, nil, &limit)
		return err
	})
}

func TestAnImportThatFillsTheDiskLeavesNothing(t *testing.T) {
	s := open(t, Options{DataDir: t.TempDir()})
	im := begin(t, s)
	if err := stageWorld(t.Context(), im, world{offers: 2000, subscriptions: 10}); err != nil {
		t.Fatal(err)
	}
	limitPages(t, s, 100)
	wantFault(t, im.Apply(t.Context(), false), fault.Unavailable, "store.disk-full")
	if got := dump(t, s); got != "" {
		t.Errorf("half an import is there: %.200s", got)
	}
	limitPages(t, s, 1<<20)
	apply(t, im, false)
}

func TestWhoeverNoLongerWaitsIsNotServed(t *testing.T) {
	s := open(t, Options{DataDir: t.TempDir()})
	ctx, cancel := context.WithCancel(t.Context())
	results := group(t, s, func(tx *Tx) error { cancel(); return nil }, func(tx *Tx) error { return nil })
	if results[0] != nil || results[1] != nil {
		t.Errorf("results = %v", results)
	}
	ran := false
	if err := s.InTx(ctx, func(tx *Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) || ran {
		t.Errorf("err = %v, ran = %v", err, ran)
	}
	if err := s.View(ctx, func(tx *Tx) error { _, err := tx.Around(Keys{}); return err }); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestAClosedStoreRefuses(t *testing.T) {
	s, err := Open(t.Context(), Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	err = s.InTx(t.Context(), func(tx *Tx) error { return nil })
	wantFault(t, err, fault.Unavailable, "store.closed")
}

func BenchmarkWrites(b *testing.B) {
	benchEngines(b, func(b *testing.B, s *Store) {
		for _, clients := range []int{1, 8} {
			b.Run(fmt.Sprint(clients), func(b *testing.B) {
				var next atomic.Int64
				var wg sync.WaitGroup
				for range clients {
					wg.Go(func() {
						for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
							err := s.InTx(b.Context(), func(tx *Tx) error { return tx.Set(fmt.Sprint("k", n%1000), "v") })
							if err != nil {
								b.Error(err)
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
			})
		}
	})
}

func BenchmarkColdOpen(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		s, err := Open(b.Context(), Options{DataDir: dir})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
