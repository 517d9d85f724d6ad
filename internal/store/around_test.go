package store

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/testkit"
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
			"contoso fabrikam market wideworld", "backup", "", "wideworld:fabrikam", "contoso-terms market-terms ww-fabrikam"},
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

func TestTheMemoForgets(t *testing.T) {
	m := newMemo()
	m.limit = 1000
	for i := range 500 {
		doc := fmt.Sprintf(`{"id":"c-%d","kinds":["customer"]}`, i)
		if _, err := m.decode(directory.Companies, doc); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(m.young) + len(m.old); n > 80 {
		t.Errorf("the memo holds %d texts, want at most two generations of 1000 bytes", n)
	}
	if _, err := m.decode(directory.Companies, "{"); err == nil {
		t.Error("broken JSON was decoded")
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
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					aroundOne(b, s, w, i*6007%w.subscriptions)
				}
			})
		})
	})
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
