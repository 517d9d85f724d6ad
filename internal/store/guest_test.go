package store

import (
	"crypto/sha256"
	"testing"
	"time"

	"switchboard/internal/fault"
	"switchboard/wire"
)

var guestSecret, seatSecret = sha256.Sum256([]byte("link")), sha256.Sum256([]byte("seat"))

func addGuest(t *testing.T, s *Store) {
	t.Helper()
	inTx(t, s, func(tx *Tx) error {
		g := GuestLink{ID: "g1", Case: "00000000018", Company: "tailspin", Contact: "Sota", Person: "ken", Expires: start.Add(time.Hour)}
		if err := tx.AddGuestLink(guestSecret, g); err != nil {
			return err
		}
		return tx.AddGuestSession(seatSecret, "g1", start.Add(2*time.Hour))
	})
}

// guestOpens tells whether link and session open; they hold together.
func guestOpens(t *testing.T, s *Store) (holds bool) {
	t.Helper()
	view(t, s, func(tx *Tx) error {
		g, link, err := tx.GuestLink(guestSecret)
		if err != nil {
			return err
		}
		if g == nil || g.Case != "00000000018" || g.Company != "tailspin" || g.Contact != "Sota" || !g.Expires.Equal(start.Add(time.Hour)) {
			t.Errorf("the link came back as %+v", g)
		}
		_, err = tx.GuestSession(seatSecret)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		list, listErr := tx.GuestLinks("00000000018", "tailspin")
		if holds = err == nil; holds != link || (len(list) == 1) != link {
			t.Errorf("the link holds: %v, the session: %v, listed: %d", link, holds, len(list))
		}
		return listErr
	})
	return holds
}

// Guest link (promises 4): hashed, of one case, ends by time, by hand, and with
// the person who made it.
func TestAGuestLinkEnds(t *testing.T) {
	for name, end := range map[string]func(*Store, *time.Time) error{
		"by time": func(_ *Store, clock *time.Time) error { *clock = start.Add(time.Hour); return nil },
		"by hand": func(s *Store, _ *time.Time) error {
			return s.InTx(t.Context(), func(tx *Tx) error { return tx.RevokeGuestLink("00000000018", "tailspin", "g1") })
		},
		"with its maker": func(s *Store, _ *time.Time) error {
			return s.InTx(t.Context(), func(tx *Tx) error {
				_, version, err := tx.Person("ken")
				if err == nil {
					_, err = tx.Put(&wire.Person{ID: "ken", Company: "northwind"}, &version)
				}
				return err
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
				addGuest(t, s)
				if !guestOpens(t, s) {
					t.Fatal("it does not open")
				}
				if err := end(s, clock); err != nil {
					t.Fatal(err)
				}
				if guestOpens(t, s) {
					t.Error("it still opens")
				}
			})
		})
	}
}

func TestAGuestLinkIsEndedByItsCompanyAlone(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, _ *time.Time) {
		addGuest(t, s)
		for _, of := range [][2]string{{"00000000018", "northwind"}, {"00000000026", "tailspin"}} {
			err := s.InTx(t.Context(), func(tx *Tx) error { return tx.RevokeGuestLink(of[0], of[1], "g1") })
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%v ends it: %v", of, err)
			}
		}
		if !guestOpens(t, s) {
			t.Error("it was ended")
		}
	})
}
