package store

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"
)

// What has served goes page by page, the oldest first; what may still be asked for
// stays, and an empty house is not looked through again.
func TestWhatHasServedIsSwept(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		rows := sweepPage + 30
		for i := range rows {
			inTx(t, s, func(tx *Tx) error {
				return tx.KeepOutcome(Request{Caller: "c", Route: "r", Key: fmt.Sprint(i)}, Outcome{Kind: "cases", ID: "1"})
			})
			*clock = clock.Add(time.Second)
		}
		inTx(t, s, func(tx *Tx) error {
			if err := tx.AddGuestLink(sha256.Sum256([]byte("link")), GuestLink{ID: "g", Case: "1", Company: "tailspin", Person: "ken", Expires: clock.Add(time.Hour)}); err != nil {
				return err
			}
			return tx.AddGuestSession(sha256.Sum256([]byte("session")), "g", clock.Add(time.Hour))
		})
		due := func() (out []string) {
			inTx(t, s, func(tx *Tx) error {
				pieces, err := tx.DueSweeps()
				for _, p := range pieces {
					out = append(out, p.ID)
				}
				return err
			})
			return out
		}
		swept := func(table string) (n int64) {
			inTx(t, s, func(tx *Tx) (err error) { n, err = tx.Sweep(table); return err })
			return n
		}
		for _, step := range []struct {
			after time.Duration // the last row
			due   []string
		}{{OutcomeAge - time.Hour, []string{"guest_session"}}, {OutcomeAge + sweepSlack + time.Minute, []string{"guest_session", "idempotency"}},
			{91*24*time.Hour + sweepSlack, []string{"guest_link", "guest_session", "idempotency"}}} {
			last := start.Add(time.Duration(rows) * time.Second)
			*clock = last.Add(step.after)
			if got := due(); !slices.Equal(got, step.due) {
				t.Errorf("%v after: %v are due, want %v", step.after, got, step.due)
			}
		}
		if first, second, third := swept("idempotency"), swept("idempotency"), swept("idempotency"); first != sweepPage || second != 30 || third != 0 {
			t.Errorf("swept %d, %d, %d", first, second, third)
		}
		if swept("guest_link") != 1 || swept("guest_session") != 1 || due() != nil {
			t.Errorf("%v are still due", due())
		}
		err := s.InTx(t.Context(), func(tx *Tx) error { _, err := tx.Sweep("cases"); return err })
		if err == nil {
			t.Error("it sweeps cases")
		}
	})
}
