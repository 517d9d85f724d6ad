package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"switchboard/internal/fault"
)

// steered opens a store whose clock the test moves.
func eachSteered(t *testing.T, test func(t *testing.T, s *Store, pass func(time.Duration))) {
	t.Helper()
	eachStore(t, func(t *testing.T, s *Store) {
		at := start
		s.now = func() time.Time { return at }
		test(t, s, func(d time.Duration) { at = at.Add(d) })
	})
}

func claim(t *testing.T, s *Store, node string, again bool) (l *Lease) {
	t.Helper()
	inTx(t, s, func(tx *Tx) (err error) { l, err = tx.Claim(JobRelay, node, again); return err })
	return l
}

func fenced(t *testing.T, s *Store, l Lease) error {
	t.Helper()
	return s.InTx(t.Context(), func(tx *Tx) error { return tx.Fence(l) })
}

func TestOneNodeHoldsALease(t *testing.T) {
	eachSteered(t, func(t *testing.T, s *Store, pass func(time.Duration)) {
		a := claim(t, s, "a", true)
		if a == nil || claim(t, s, "b", true) != nil || claim(t, s, "a", false) != nil {
			t.Fatal("a lease that is held was given away")
		}
		pass(LeaseTime - time.Second)
		inTx(t, s, func(tx *Tx) error { return tx.Renew(a) })
		pass(LeaseTime - time.Second)
		if claim(t, s, "b", true) != nil {
			t.Fatal("a lease that was renewed was given away")
		}
		pass(time.Second)
		b := claim(t, s, "b", true)
		if b == nil || b.Token <= a.Token {
			t.Fatalf("%+v after %+v", b, a)
		}
		wantFault(t, fenced(t, s, *a), fault.Conflict, "lease.lost")
		wantFault(t, s.InTx(t.Context(), func(tx *Tx) error { return tx.Renew(a) }), fault.Conflict, "lease.lost")
		if err := fenced(t, s, *b); err != nil {
			t.Error(err)
		}
		inTx(t, s, func(tx *Tx) error { return tx.Release(*b) })
		if claim(t, s, "a", false) == nil {
			t.Error("a lease that was let go is not free")
		}
	})
}

// A node that starts takes its own lease back at once; what it was before it
// was killed can write no more.
func TestANodeReclaimsItsOwnLease(t *testing.T) {
	eachSteered(t, func(t *testing.T, s *Store, _ func(time.Duration)) {
		before := claim(t, s, "a", true)
		after := claim(t, s, "a", true)
		if after == nil {
			t.Fatal("it waits for itself")
		}
		wantFault(t, fenced(t, s, *before), fault.Conflict, "lease.lost")
	})
}

// A clock that was a year ahead blocks nobody for a year.
func TestALeaseOfAWrongClockIsFree(t *testing.T) {
	eachSteered(t, func(t *testing.T, s *Store, pass func(time.Duration)) {
		pass(365 * 24 * time.Hour)
		wrong := claim(t, s, "a", true)
		pass(-365 * 24 * time.Hour)
		if claim(t, s, "b", false) == nil {
			t.Fatal("nobody gets it for a year")
		}
		wantFault(t, fenced(t, s, *wrong), fault.Conflict, "lease.lost")
	})
}

// A node that is paused in the middle of its transaction keeps nobody waiting,
// and its late commit is refused (promises 3).
func TestAPausedHolderCannotCommitLate(t *testing.T) {
	eachSteered(t, func(t *testing.T, s *Store, pass func(time.Duration)) {
		if s.sqlite != nil {
			return // one process writes at all; the lock of the data directory sees to it
		}
		a := claim(t, s, "a", true)
		inside, resumed, late := make(chan bool), make(chan bool), make(chan error)
		go func() {
			late <- s.InTx(context.WithoutCancel(t.Context()), func(tx *Tx) error {
				if err := tx.Fence(*a); err != nil {
					return err
				}
				close(inside)
				<-resumed
				return tx.Set("late", "written")
			})
		}()
		<-inside
		pass(2 * LeaseTime)
		b := claim(t, s, "b", true) // waits until the server has ended the paused one
		close(resumed)
		if err := <-late; b == nil || err == nil {
			t.Fatalf("%+v %v", b, err)
		}
		view(t, s, func(tx *Tx) error {
			if _, set, err := tx.Setting("late"); set || err != nil {
				t.Errorf("set %v, %v", set, err)
			}
			return nil
		})
	})
}

func TestWhatFailsWaitsLongerEachTimeAndIsParked(t *testing.T) {
	eachSteered(t, func(t *testing.T, s *Store, pass func(time.Duration)) {
		put(t, s, company("acme"))
		due := func() (out []Piece) {
			t.Helper()
			view(t, s, func(tx *Tx) (err error) { out, err = tx.DueRechecks(10); return err })
			return out
		}
		pause := time.Second
		for try := range int64(mostTries) {
			list := due()
			if len(list) != 1 || list[0].Tries != try {
				t.Fatalf("try %d: %+v", try, list)
			}
			inTx(t, s, func(tx *Tx) error {
				parked, err := tx.Stick(JobRecheck, list[0], "poison")
				if parked != (try == mostTries-1) {
					t.Errorf("try %d: parked %v", try, parked)
				}
				return err
			})
			pass(pause - time.Microsecond)
			if len(due()) != 0 {
				t.Fatalf("try %d: it does not wait %v", try, pause)
			}
			pass(time.Microsecond)
			pause = min(4*pause, longestPause)
		}
		pass(1000 * time.Hour)
		if len(due()) != 0 {
			t.Fatal("what is parked is tried")
		}
		inTx(t, s, func(tx *Tx) error {
			stuck, err := tx.Stuck(10)
			if len(stuck) != 1 || !stuck[0].Parked || stuck[0].Error != "poison" {
				t.Errorf("%+v", stuck)
			}
			if n, err := tx.RetryStuck(); n != 1 || err != nil {
				t.Errorf("%d %v", n, err)
			}
			return err
		})
		list := due()
		if len(list) != 1 {
			t.Fatal("it is not tried again")
		}
		inTx(t, s, func(tx *Tx) error { return errors.Join(tx.MarkCases("acme"), tx.Settle(JobRecheck, list[0])) })
		view(t, s, func(tx *Tx) error {
			stuck, err := tx.Stuck(10)
			if len(stuck) != 0 {
				t.Errorf("%+v", stuck)
			}
			return err
		})
	})
}

// A pause that a wrong clock has set ends with the error of the clock.
func TestAPauseOfAWrongClockEnds(t *testing.T) {
	eachSteered(t, func(t *testing.T, s *Store, pass func(time.Duration)) {
		put(t, s, company("acme"))
		pass(365 * 24 * time.Hour)
		inTx(t, s, func(tx *Tx) error { _, err := tx.Stick(JobRecheck, Piece{ID: "acme"}, "x"); return err })
		pass(-365 * 24 * time.Hour)
		view(t, s, func(tx *Tx) error {
			list, err := tx.DueRechecks(10)
			if len(list) != 1 {
				t.Error("it waits for a year")
			}
			return err
		})
	})
}
