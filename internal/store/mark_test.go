package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	grammar "switchboard/internal/query"
)

// What was snoozed wakes up when somebody else acts, and not when nobody or who
// has snoozed it does; what is closed is not snoozed. No command touches a label.
func TestACommandWakesUpWhatAnotherHasSnoozed(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		until := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
		for i, tc := range []struct {
			by    string
			state grammar.Word
			wakes bool
		}{{Nobody, grammar.InWork, false}, {ActedBy("ken"), grammar.Waiting, false}, {ActedBy("mika"), grammar.InWork, true}, {ActedBy(""), grammar.InWork, true}, {"", grammar.InWork, true},
			{Nobody, grammar.Closed, true}, {ActedBy("ken"), grammar.Closed, true}} {
			row := InboxRow{Company: "fabrikam", Bit: 1, Row: Listed{Row: grammar.Row{Number: fmt.Sprintf("%011d", i), State: grammar.InWork, With: "fabrikam"}}}
			marks := row.Row.Row
			marks.Snoozed, marks.Labels = until, []string{"VIP", "請求書"}
			inTx(t, s, func(tx *Tx) error {
				if err := putListed(tx, i, row); err != nil {
					return err
				}
				m := Marks{id: int64(i)<<partyBits | 1}
				if err := tx.Snooze(m, until, ActedBy("ken")); err != nil {
					return err
				}
				return tx.SetLabels("fabrikam", m, marks.Labels)
			})
			row.By, row.Row.State = tc.by, tc.state
			inTx(t, s, func(tx *Tx) error { return putListed(tx, i, row) })
			view(t, s, func(tx *Tx) error {
				var got rowText
				_, err := tx.one(inboxOf, []any{int64(i) << partyBits, int64(i+1) << partyBits, "fabrikam"}, &got.number, &got.doc, &got.labels, &got.snoozed)
				if err != nil {
					return err
				}
				listed, err := got.read()
				if listed.Snoozed.IsZero() != tc.wakes || !slices.Equal(listed.Labels, marks.Labels) || listed.State != tc.state {
					t.Errorf("%+v: %+v", tc, listed)
				}
				return err
			})
		}
	})
}

// The labels of a company are those that its cases have, each once.
func TestLabelsOfACompanyAreThoseOfItsCases(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		r := rand.New(rand.NewPCG(1, 9))
		names := []string{"invoice", "VIP", "請求書", "a b", "ü", "zz"}
		has := map[int][]string{}
		for range 60 {
			i := r.IntN(8)
			labels := slices.Clone(names[r.IntN(3):][:r.IntN(4)])
			inTx(t, s, func(tx *Tx) error {
				m := Marks{id: int64(i) << partyBits, Labels: has[i]}
				return tx.SetLabels("fabrikam", m, labels)
			})
			has[i] = labels
			var want []string
			for _, name := range names {
				for _, labels := range has {
					if slices.Contains(labels, name) && !slices.Contains(want, name) {
						want = append(want, name)
					}
				}
			}
			view(t, s, func(tx *Tx) error {
				got, err := tx.Labels("fabrikam", 100)
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Fatalf("%q, want %q", got, want)
				}
				if other, err := tx.Labels("rival", 100); err != nil || other != nil {
					t.Fatalf("a rival has %q, %v", other, err)
				}
				return err
			})
		}
		view(t, s, func(tx *Tx) error {
			inAll, err := tx.Labels("fabrikam", 2)
			if len(inAll) > 2 {
				t.Errorf("more than asked for: %q", inAll)
			}
			return err
		})
	})
}
