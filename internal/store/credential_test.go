package store

import (
	"crypto/sha256"
	"errors"
	"sync"
	"testing"
	"time"

	"switchboard/internal/fault"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

var secret = sha256.Sum256([]byte("secret"))

// withClock is a store whose time the test moves, with ken of tailspin in it.
func withClock(t *testing.T, test func(t *testing.T, s *Store, clock *time.Time)) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		clock := start
		o := optionsOf(engine, database)
		o.Now = func() time.Time { return clock }
		s := open(t, o)
		put(t, s, company("tailspin", wire.DirectPartner), company("northwind", wire.Customer), &wire.Person{ID: "ken", Company: "tailspin", Email: "Ken@Tailspin.example"})
		test(t, s, &clock)
	})
}

func add(t *testing.T, s *Store, kind string, expires time.Time) {
	t.Helper()
	inTx(t, s, func(tx *Tx) error {
		return tx.AddCredential(secret, Credential{ID: "c1", Kind: kind, Company: "tailspin", Person: "ken", Scopes: []string{"read", "write"}, Label: "laptop", Expires: expires})
	})
}

func opens(t *testing.T, s *Store) bool {
	t.Helper()
	err := s.View(t.Context(), func(tx *Tx) error { _, err := tx.FindCredential(secret); return err })
	if err != nil && !fault.Is(err, fault.NotFound) {
		t.Fatal(err)
	}
	if _, door := s.Admit(t.Context(), secret, "", ""); (door == nil) != (err == nil) || door != nil && !fault.Is(door, fault.NotFound) {
		t.Errorf("a transaction finds %v, the door %v", err, door)
	}
	return err == nil
}

func TestACredentialComesBackAsItWasAdded(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		add(t, s, Token, start.Add(time.Hour))
		view(t, s, func(tx *Tx) error {
			c, err := tx.FindCredential(secret)
			if err != nil {
				return err
			}
			if c.ID != "c1" || c.Kind != Token || c.Company != "tailspin" || c.Person != "ken" || len(c.Scopes) != 2 || c.Label != "laptop" ||
				!c.Created.Equal(start) || !c.Expires.Equal(start.Add(time.Hour)) || !c.Used.IsZero() || !c.Revoked.IsZero() {
				t.Errorf("got %+v", c)
			}
			list, err := tx.Credentials("tailspin", Token, "ken")
			if err == nil && (len(list) != 1 || list[0].ID != "c1") {
				t.Errorf("list = %+v", list)
			}
			return err
		})
	})
}

func TestACredentialOpensNoLonger(t *testing.T) {
	endings := map[string]func(s *Store, tx *Tx, clock *time.Time) error{
		"after its time": func(s *Store, tx *Tx, clock *time.Time) error { *clock = clock.Add(2 * time.Hour); return nil },
		"when revoked":   func(s *Store, tx *Tx, clock *time.Time) error { return tx.RevokeCredential("tailspin", "c1") },
		"after a new password": func(s *Store, tx *Tx, clock *time.Time) error {
			return tx.SetPassword("ken", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA")
		},
		"after the epoch was raised": func(s *Store, tx *Tx, clock *time.Time) error { return tx.RaiseEpoch("ken") },
		"when the person is gone":    func(s *Store, tx *Tx, clock *time.Time) error { return tx.Delete("people", "ken", nil) },
		"when the person works elsewhere": func(s *Store, tx *Tx, clock *time.Time) error {
			_, err := tx.Put(&wire.Person{ID: "ken", Company: "northwind"}, nil)
			return err
		},
	}
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
				add(t, s, Session, start.Add(time.Hour))
				if !opens(t, s) {
					t.Fatal("it does not open at all")
				}
				inTx(t, s, func(tx *Tx) error { return end(s, tx, clock) })
				if opens(t, s) {
					t.Error("it still opens")
				}
			})
		})
	}
}

func TestACredentialMadeAfterTheEpochOpens(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		inTx(t, s, func(tx *Tx) error { return tx.RaiseEpoch("ken") })
		add(t, s, Session, time.Time{})
		if !opens(t, s) {
			t.Error("it does not open")
		}
	})
}

func TestNobodyRevokesTheCredentialOfAnotherCompany(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		add(t, s, Token, time.Time{})
		err := s.InTx(t.Context(), func(tx *Tx) error { return tx.RevokeCredential("northwind", "c1") })
		wantFault(t, err, fault.NotFound, "not-found")
		if !opens(t, s) {
			t.Error("it no longer opens")
		}
		for range 2 { // revoking twice is no error
			inTx(t, s, func(tx *Tx) error { return tx.RevokeCredential("tailspin", "c1") })
		}
	})
}

func TestALinkOpensOnceEvenForTwoAtOnce(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		add(t, s, Link, start.Add(time.Hour))
		results := make(chan error, 8)
		var wg sync.WaitGroup
		for range cap(results) {
			wg.Go(func() {
				results <- s.InTx(t.Context(), func(tx *Tx) error { _, err := tx.TakeCredential(secret); return err })
			})
		}
		wg.Wait()
		close(results)
		opened := 0
		for err := range results {
			if err == nil {
				opened++
			} else if !fault.Is(err, fault.NotFound) {
				t.Error(err)
			}
		}
		if opened != 1 {
			t.Errorf("opened %d times", opened)
		}
	})
}

func TestUseIsNotedNowAndThen(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		add(t, s, Token, time.Time{})
		for _, step := range []struct{ after, noted time.Duration }{{time.Minute, time.Minute}, {time.Minute, time.Minute}, {5 * time.Minute, 7 * time.Minute}} {
			*clock = clock.Add(step.after)
			inTx(t, s, func(tx *Tx) error { return tx.UseCredential("c1", 5*time.Minute) })
			view(t, s, func(tx *Tx) error {
				c, err := tx.FindCredential(secret)
				if err == nil && !c.Used.Equal(start.Add(step.noted)) {
					t.Errorf("used %v, want %v after the start", c.Used, step.noted)
				}
				return err
			})
		}
	})
}

func TestExpiredCredentialsAreSweptAndOthersStay(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		add(t, s, Session, start.Add(time.Hour))
		inTx(t, s, func(tx *Tx) error {
			return tx.AddCredential(sha256.Sum256([]byte("for ever")), Credential{ID: "c2", Kind: Token, Company: "tailspin", Person: "ken"})
		})
		*clock = start.Add(30*24*time.Hour + 2*time.Hour)
		var swept int64
		inTx(t, s, func(tx *Tx) (err error) { swept, err = tx.Sweep("credential"); return err })
		if swept != 1 {
			t.Errorf("swept %d, want 1", swept)
		}
	})
}

func TestPasswordsAndPeopleByAddress(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		for i, want := range []string{"", "one", "two"} {
			if want != "" {
				inTx(t, s, func(tx *Tx) error { return tx.SetPassword("ken", want) })
			}
			view(t, s, func(tx *Tx) error {
				got, err := tx.Password("ken")
				epoch, other := tx.Epoch("ken")
				if got != want || epoch != int64(i) {
					t.Errorf("password %q epoch %d, want %q %d", got, epoch, want, i)
				}
				return errors.Join(err, other)
			})
		}
		view(t, s, func(tx *Tx) error {
			ids, err := tx.PeopleByEmail("ken@tailspin.example")
			if len(ids) != 1 || ids[0] != "ken" {
				t.Errorf("people = %v", ids)
			}
			none, other := tx.PeopleByEmail("")
			if len(none) != 0 {
				t.Errorf("people without address = %v", none)
			}
			return errors.Join(err, other)
		})
	})
}

func TestAttemptsAreCountedWithinAWindow(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		for _, step := range []struct {
			after time.Duration
			want  int64
		}{{0, 1}, {time.Minute, 2}, {13 * time.Minute, 3}, {2 * time.Minute, 1}} {
			*clock = clock.Add(step.after)
			var n int64
			inTx(t, s, func(tx *Tx) (err error) { n, err = tx.CountAttempt("ken", 15*time.Minute); return err })
			if n != step.want {
				t.Errorf("at %v: %d, want %d", clock.Sub(start), n, step.want)
			}
		}
		inTx(t, s, func(tx *Tx) error { return tx.ClearAttempts("ken") })
		var n int64
		inTx(t, s, func(tx *Tx) (err error) { n, err = tx.CountAttempt("ken", 15*time.Minute); return err })
		if n != 1 {
			t.Errorf("after a success: %d, want 1", n)
		}
		*clock = clock.Add(25 * time.Hour)
		inTx(t, s, func(tx *Tx) (err error) { n, err = tx.Sweep("signin_attempt"); return err })
		if n != 1 {
			t.Errorf("swept %d, want 1", n)
		}
	})
}

func TestWhoHasARole(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put := func(object any) {
			inTx(t, s, func(tx *Tx) error { _, err := tx.Put(object, nil); return err })
		}
		put(&wire.Company{ID: "tailspin", Kinds: []string{wire.DirectPartner}})
		put(&wire.Person{ID: "helpdesk-agent", Company: "tailspin", Name: "helpdesk-agent", Roles: []string{"sales-agent"}})
		put(&wire.Person{ID: "mika", Company: "tailspin", Roles: []string{"sales-agent", "admin-agent"}})
		view(t, s, func(tx *Tx) error {
			for role, want := range map[string]string{"admin-agent": "mika", "sales-agent": "helpdesk-agent", "helpdesk-agent": "", "admin": ""} {
				if got, err := tx.PersonWithRole(role); got != want || err != nil {
					t.Errorf("%s: %q %v", role, got, err)
				}
			}
			return nil
		})
	})
}
