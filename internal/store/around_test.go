//go:build unix

package store

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"switchboard/internal/directory"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

func TestAroundLoadsWhatADecisionNeedsAndNothingElse(t *testing.T) {
	cases := []struct {
		name                                                  string
		keys                                                  Keys
		companies, offers, subscriptions, relations, contents string
	}{
		{"a subscription sold by a direct partner", Keys{Asker: "northwind", Subscription: "sub-1"},
			"contoso litware market northwind tailspin", "backup", "sub-1", "", "contoso-terms market-terms tailspin-terms"},
		{"a customer and an offer", Keys{Asker: "northwind", Offer: "backup"},
			"contoso litware market northwind tailspin", "backup", "sub-1", "", "contoso-terms market-terms tailspin-terms"},
		{"the customer's live subscription, for its reseller", Keys{Asker: "fabrikam", Offer: "backup", Customer: "adatum"},
			"adatum contoso fabrikam market wideworld", "backup", "sub-3", "wideworld:fabrikam", "contoso-terms market-terms ww-fabrikam"},
		{"a cancelled subscription and its successor", Keys{Asker: "adatum", Subscription: "sub-2"},
			"adatum contoso fabrikam market wideworld", "backup", "sub-2 sub-3", "wideworld:fabrikam", "contoso-terms market-terms ww-fabrikam"},
		{"a subscription and what it replaced", Keys{Asker: "adatum", Subscription: "sub-3", Offer: "backup"},
			"adatum contoso fabrikam market wideworld", "backup", "sub-2 sub-3", "wideworld:fabrikam", "contoso-terms market-terms ww-fabrikam"},
		{"a reseller on its own", Keys{Asker: "fabrikam", Offer: "backup"},
			"adatum contoso fabrikam market wideworld", "backup", "sub-3", "wideworld:fabrikam", "contoso-terms market-terms ww-fabrikam"},
		{"a complaint about a company", Keys{Asker: "northwind", Subscription: "sub-1", About: "fabrikam"},
			"contoso fabrikam litware market northwind tailspin", "backup", "sub-1", "", "contoso-terms market-terms tailspin-terms"},
		{"nobody signed in", Keys{Offer: "backup"}, "contoso market", "backup", "", "", "contoso-terms market-terms"},
		{"nothing that exists", Keys{Asker: "none", Offer: "none", Subscription: "none"}, "market", "", "", "", "market-terms"},
		{"no keys at all", Keys{}, "market", "", "", "", "market-terms"},
	}
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, small()...)
		for _, tc := range cases {
			view(t, s, func(tx *Tx) error {
				got, err := tx.Around(tc.keys)
				if err != nil {
					return err
				}
				var relations []string
				for pair := range got.Relations {
					relations = append(relations, pair.Provider+":"+pair.Reseller)
				}
				for _, part := range []struct{ name, got, want string }{
					{"companies", keysOf(got.Companies), tc.companies}, {"offers", keysOf(got.Offers), tc.offers},
					{"subscriptions", keysOf(got.Subscriptions), tc.subscriptions}, {"agreements", keysOf(got.Agreements), tc.contents},
					{"relations", strings.Join(relations, " "), tc.relations},
				} {
					if part.got != part.want {
						t.Errorf("%s: %s = %q, want %q", tc.name, part.name, part.got, part.want)
					}
				}
				if got.Operator != "market" || len(got.Refunds) != 1 {
					t.Errorf("%s: operator %q, %d refund policies", tc.name, got.Operator, len(got.Refunds))
				}
				return nil
			})
		}
	})
}

func keysOf[V any](m map[string]V) string { return strings.Join(slices.Sorted(maps.Keys(m)), " ") }

// A change must show in the next decision although decoded objects are kept.
func TestAroundNeverGivesWhatIsOutOfDate(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, small()...)
		c := company("northwind")
		for i := range 5 {
			c.Kinds, c.Locale = []string{"customer"}, fmt.Sprint("en-", i%2)
			put(t, s, c)
			view(t, s, func(tx *Tx) error {
				snapshot, err := tx.Around(Keys{Asker: "northwind"})
				if err == nil && snapshot.Companies["northwind"].Locale != c.Locale {
					t.Errorf("locale %s, want %s", snapshot.Companies["northwind"].Locale, c.Locale)
				}
				return err
			})
		}
	})
}

func TestTheShelfIsBoundedAndOfOneGeneration(t *testing.T) {
	s := newShelf()
	s.rows.limit = 1000
	key := func(i int) shelfKey { return shelfKey{aroundCompany, fmt.Sprint(i)} }
	for i := range 500 {
		s.keep(1, key(i), nil, 50)
	}
	if n := len(s.rows.young) + len(s.rows.old); n > 50 {
		t.Errorf("the shelf holds %d rows, want at most two halves of 1000 bytes", n)
	}
	if _, ok := s.find(1, key(499)); !ok {
		t.Error("the newest is not there")
	}
	if _, ok := s.find(2, key(499)); ok {
		t.Error("a row of generation 1 was given to generation 2")
	}
	s.keep(2, key(1), nil, 50)
	s.keep(1, key(2), nil, 50)
	if _, ok := s.find(2, key(2)); ok || len(s.rows.young) != 1 {
		t.Error("a View of an older generation filled the shelf")
	}
}

// What is asked for stays when the halves change places; the rest goes.
func TestTheShelfKeepsWhatIsAskedFor(t *testing.T) {
	h := halves[int, string]{limit: 100}
	h.keep(0, "asked for", 10)
	h.keep(1, "not asked for", 10)
	for i := range 100 {
		h.keep(2+i, "", 10)
		if v, ok := h.find(0); !ok || v != "asked for" {
			t.Fatalf("after %d others: %q, %v", i+1, v, ok)
		}
	}
	if _, ok := h.find(1); ok {
		t.Error("what nobody asked for is still there")
	}
}

// An object that is kept by its text is the one that the text says, and the
// same one for the same text.
func TestTheShelfKnowsObjectsByTheirText(t *testing.T) {
	s := newShelf()
	read := func(doc string) *wire.Person {
		t.Helper()
		object, err := s.object(directory.People, doc)
		if err != nil {
			t.Fatal(err)
		}
		return object.(*wire.Person)
	}
	first, other := read(`{"id":"p","name":"First"}`), read(`{"id":"p","name":"Other"}`)
	if first.Name != "First" || other.Name != "Other" || read(`{"id":"p","name":"First"}`) != first {
		t.Errorf("%+v, %+v", first, other)
	}
	company, err := s.object(directory.Companies, `{"id":"p","name":"First"}`)
	if _, ok := company.(*wire.Company); err != nil || !ok {
		t.Errorf("the same text of another noun: %T, %v", company, err)
	}
	if _, err := s.object(directory.People, `{`); err == nil {
		t.Error("what cannot be read was read")
	}
}

// What a transaction wrote and then took back may never be seen by another.
func TestTheShelfTakesNothingFromATransactionThatWrites(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, company("a", wire.Customer))
		view(t, s, func(tx *Tx) error { _, err := tx.Around(Keys{Asker: "a"}); return err }) // it is on the shelf
		boom := errors.New("boom")
		err := s.InTx(t.Context(), func(tx *Tx) error {
			changed := company("a", wire.Customer)
			changed.Locale = "taken back"
			if _, err := tx.Put(changed, nil); err != nil {
				return err
			}
			snapshot, err := tx.Around(Keys{Asker: "a"})
			if err == nil && snapshot.Companies["a"].Locale != "taken back" {
				t.Error("a transaction does not see what it wrote")
			}
			return errors.Join(err, boom)
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		put(t, s, company("b", wire.Customer)) // the generation that was taken back is now this one's
		view(t, s, func(tx *Tx) error {
			snapshot, err := tx.Around(Keys{Asker: "a"})
			if err == nil && snapshot.Companies["a"].Locale != "" {
				t.Errorf("locale %q", snapshot.Companies["a"].Locale)
			}
			return err
		})
	})
}

// While a change of a contact point waits, partners get a copy of the offer. The
// one on the shelf, which all share, stays as the publisher wrote it.
func TestAroundShowsAHoldWithoutTouchingTheShelf(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, small()...)
		o := wire.Offer{ID: "backup", Publisher: "contoso", Contacts: []wire.Contact{{Role: wire.ContactSupport, Email: "new@contoso.example"}}}
		hold := directory.Hold{Offer: o.ID, Contact: wire.ContactSupport, Was: wire.Contact{Role: wire.ContactSupport, Email: "old@contoso.example"},
			Until: start.Add(directory.HoldTime)}
		put(t, s, &o)
		reads := func(at time.Time) (email string) {
			view(t, s, func(tx *Tx) error {
				snapshot, err := tx.Around(Keys{Offer: o.ID, At: at})
				if err == nil {
					email = snapshot.Offers[o.ID].Contacts[0].Email
				}
				return err
			})
			return email
		}
		without, old := "new@contoso.example", "old@contoso.example"
		check := func(when string, wants ...string) {
			t.Helper()
			for i, at := range []time.Time{start, hold.Until, hold.Until.Add(-1), hold.Until, start} {
				if got := reads(at); got != wants[i] {
					t.Errorf("%s, question %d: %s, want %s", when, i, got, wants[i])
				}
			}
		}
		check("before the hold", without, without, without, without, without)
		inTx(t, s, func(tx *Tx) error { return tx.PutHold(hold) })
		check("while it runs", old, without, old, without, old)
		inTx(t, s, func(tx *Tx) error { return tx.DropHold(hold.Offer, hold.Contact) })
		check("after it was approved", without, without, without, without, without)
	})
}

// Two nodes on one PostgreSQL: what one changes the other sees at once.
func TestTheShelfOfAnotherNodeIsNotOutOfDate(t *testing.T) {
	o := Options{DSN: testkit.Postgres(t), Now: fixedNow}
	one, other := open(t, o), open(t, o)
	c := company("a", wire.Customer)
	for i := range 4 {
		c.Locale = fmt.Sprint(i)
		put(t, one, c)
		for _, s := range []*Store{one, other} {
			view(t, s, func(tx *Tx) error {
				snapshot, err := tx.Around(Keys{Asker: "a"})
				if err == nil && snapshot.Companies["a"].Locale != c.Locale {
					t.Errorf("locale %q, want %q", snapshot.Companies["a"].Locale, c.Locale)
				}
				return err
			})
		}
	}
}

// A decision may not get slower with the size of the world: SQLite names every
// table that a query reads from end to end.
func TestAroundReadsByIndexOnly(t *testing.T) {
	s := open(t, Options{DataDir: t.TempDir()})
	for _, q := range []*query{aroundStart, aroundSubscription, aroundSuccessors, aroundPurchases, aroundStake, aroundOffer.query, aroundAgreement.query, aroundReseller.query,
		aroundCompany.query, aroundOperator.query, credentialDoor} {
		view(t, s, func(tx *Tx) error {
			return tx.each(&query{text: "EXPLAIN QUERY PLAN " + q.text}, fill(nil, 4), func(rows *sql.Rows) error {
				var id, parent, unused int
				var step string
				err := rows.Scan(&id, &parent, &unused, &step)
				small := step == "SCAN policies" || step == "SCAN arm" || strings.HasSuffix(step, "companies_operator") || strings.HasSuffix(step, "agreements_operator_terms")
				if strings.HasPrefix(step, "SCAN") && !small {
					t.Errorf("%s in %s", step, q.text)
				}
				// an offer may have any number of subscriptions: two columns must lead to them
				if q == aroundStake && strings.Contains(step, "(offer=?)") {
					t.Errorf("%s in %s", step, q.text)
				}
				if strings.Contains(step, "kind=?") {
					t.Errorf("%s in %s", step, q.text)
				}
				return err
			})
		})
	}
}

// SWITCHBOARD_BENCH_WORLD=large measures on 10,000 offers and 100,000 subscriptions.
func benchWorld() world {
	if os.Getenv("SWITCHBOARD_BENCH_WORLD") == "large" {
		return world{offers: 10_000, subscriptions: 100_000}
	}
	return world{offers: 1_000, subscriptions: 10_000}
}

func BenchmarkAround(b *testing.B) {
	w := benchWorld()
	benchEngines(b, func(b *testing.B, s *Store) {
		load(b, s, w)
		b.Run("parallel", func(b *testing.B) {
			b.SetParallelism(4) // 8 clients on 2 cores
			before := cpuTime(b)
			defer func() { b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(b.N), "cpu-us/op") }()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					aroundOne(b, s, w, i*6007%w.subscriptions)
				}
			})
		})
	})
}

// cpuTime is what the process has used: on a busy machine the clock says little.
func cpuTime(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func aroundOne(b *testing.B, s *Store, w world, n int) {
	err := s.View(b.Context(), func(tx *Tx) error {
		snapshot, err := tx.Around(Keys{Asker: fmt.Sprintf("customer-%d", n/10), Subscription: fmt.Sprintf("sub-%d", n)})
		if err == nil && len(snapshot.Subscriptions) != 1 {
			b.Errorf("%d subscriptions", len(snapshot.Subscriptions))
		}
		return err
	})
	if err != nil {
		b.Error(err)
	}
}

// benchEngines measures on both engines, each a store of its own; PostgreSQL
// only keeps its promises in a durable cluster, which the other tests do not use.
func benchEngines(b *testing.B, bench func(b *testing.B, s *Store)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, open(b, Options{DataDir: b.TempDir()})) })
	b.Run("postgres", func(b *testing.B) {
		cluster, err := testkit.StartCluster(testkit.Durable)
		if err != nil {
			b.Fatal(err)
		}
		s, err := Open(b.Context(), Options{DSN: cluster.DSN("postgres")})
		if err != nil {
			b.Fatal(err)
		}
		defer func() {
			if err := errors.Join(s.Close(), cluster.Stop()); err != nil {
				b.Error(err)
			}
		}()
		bench(b, s)
	})
}
