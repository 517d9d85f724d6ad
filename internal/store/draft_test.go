package store

import (
	"testing"

	"switchboard/internal/directory"
	"switchboard/wire"
)

var ken = Writer{Company: "tailspin", Person: "ken"}

func keepOne(t *testing.T, s *Store) {
	t.Helper()
	inTx(t, s, func(tx *Tx) error {
		return tx.KeepDraft(ken, Draft{DraftKey: DraftKey{Audience: "northwind"}, Number: "00000000018", Text: "half", Seen: 3})
	})
}

func draftsOfKen(t *testing.T, s *Store) (out []Draft) {
	t.Helper()
	view(t, s, func(tx *Tx) (err error) { out, err = tx.DraftsOf(ken, 10); return err })
	return out
}

// One draft for the same readers; nobody else has it, nor the same person for
// another company.
func TestADraftIsOfOnePerson(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		keepOne(t, s)
		inTx(t, s, func(tx *Tx) error {
			if err := tx.KeepDraft(ken, Draft{DraftKey: DraftKey{Audience: "northwind"}, Number: "00000000018", Text: "whole", Seen: 4}); err != nil {
				return err
			}
			return tx.KeepDraft(ken, Draft{DraftKey: DraftKey{Audience: "readers", Answers: 2}, Number: "00000000018", Text: "answer", Seen: 4})
		})
		view(t, s, func(tx *Tx) error {
			for _, w := range []Writer{{"tailspin", "greta"}, {"northwind", "ken"}, {"tailspin", ""}} {
				on, err := tx.DraftsOn(w, "00000000018")
				if err != nil {
					return err
				}
				all, err := tx.DraftsOf(w, 10)
				if err != nil || len(on)+len(all) > 0 {
					t.Errorf("%v reads %v %v: %v", w, on, all, err)
				}
			}
			on, err := tx.DraftsOn(ken, "00000000018")
			if err == nil && (len(on) != 2 || on[0].Text != "whole" || on[0].Seen != 4 || !on[0].Kept.Equal(start) || on[1].Answers != 2) {
				t.Errorf("kept are %+v", on)
			}
			return err
		})
		inTx(t, s, func(tx *Tx) error {
			for _, w := range []Writer{{"tailspin", "greta"}, {"northwind", "ken"}} {
				if err := tx.DropDraft(w, "00000000018", DraftKey{Audience: "northwind"}); err != nil {
					return err
				}
			}
			return tx.DropDraft(ken, "00000000018", DraftKey{Audience: "readers", Answers: 2})
		})
		if left := draftsOfKen(t, s); len(left) != 1 || left[0].Text != "whole" {
			t.Errorf("left are %+v", left)
		}
	})
}

// Whoever comes to have the id of a person that is gone inherits no draft.
func TestDraftsGoWithTheirWriter(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		person := &wire.Person{ID: "ken", Company: "tailspin"}
		for name, remove := range map[string]func() error{
			"alone": func() error {
				return s.InTx(t.Context(), func(tx *Tx) error { return tx.Delete(directory.People, "ken", nil) })
			},
			"by an import": func() error {
				im := begin(t, s)
				stage(t, im, company("tailspin", wire.DirectPartner), &wire.Person{ID: "greta", Company: "tailspin"})
				return im.Apply(t.Context(), true)
			},
		} {
			put(t, s, company("tailspin", wire.DirectPartner), person)
			keepOne(t, s)
			if len(draftsOfKen(t, s)) != 1 {
				t.Fatal("nothing was kept")
			}
			if err := remove(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if left := draftsOfKen(t, s); len(left) > 0 {
				t.Errorf("%s: left are %+v", name, left)
			}
		}
	})
}
