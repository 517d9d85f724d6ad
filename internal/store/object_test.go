package store

import (
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// small is a world with every noun and every kind of reference.
func small() []any {
	yes := true
	return []any{
		company("market", wire.Operator), company("contoso", wire.Publisher), company("rival", wire.Publisher),
		company("wideworld", wire.Provider), company("fabrikam", wire.Reseller), company("tailspin", wire.DirectPartner),
		company("northwind", wire.Customer), company("adatum", wire.Customer), company("litware", wire.DirectPartner),
		&wire.Relation{Provider: "wideworld", Reseller: "fabrikam"},
		&wire.Agreement{ID: "contoso-terms", Kind: wire.CustomerAgreement, Publisher: "contoso", Version: 3},
		&wire.Agreement{ID: "market-terms", Kind: wire.OperatorTerms},
		&wire.Agreement{ID: "tailspin-terms", Kind: wire.PartnerTermsKind, Partner: "tailspin"},
		&wire.Offer{ID: "backup", Publisher: "contoso", Name: wire.Text{"en": "Contoso Backup", "ja": "コントソ バックアップ"}, Agreement: "contoso-terms"},
		&wire.Offer{ID: "secret", Publisher: "rival", Channel: "some", Audience: []string{"tailspin"}},
		&wire.Agreement{ID: "ww-fabrikam", Kind: wire.SupportSplitKind, Provider: "wideworld", Reseller: "fabrikam", Offers: []string{"backup"}, Version: 2},
		&wire.Subscription{ID: "sub-1", Customer: "northwind", Offer: "backup", Model: wire.Direct, Seller: "tailspin", Purchaser: "tailspin", SupportPartner: "litware"},
		&wire.Subscription{ID: "sub-2", Customer: "adatum", Offer: "backup", Model: wire.Indirect, Seller: "wideworld", Reseller: "fabrikam", Status: "cancelled"},
		&wire.Subscription{ID: "sub-3", Customer: "adatum", Offer: "backup", Model: wire.Indirect, Seller: "wideworld", Reseller: "fabrikam", Replaces: "sub-2"},
		&wire.Person{ID: "ken", Company: "tailspin", Name: "Ken", Email: "Ken@Tailspin.example"},
		&wire.IntakeForm{Company: "contoso", Topic: wire.BreakFix, Version: 1, Fields: []wire.FormField{{ID: "tenant", Required: yes}}},
		&wire.RefundPolicy{Kind: wire.Saas, Term: "monthly", Window: "72h", From: "2024-01-01"},
	}
}

func TestEveryNounComesBackAsItWasPut(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		world := small()
		put(t, s, world...)
		view(t, s, func(tx *Tx) error {
			seen := map[directory.Noun]bool{}
			for _, want := range world {
				noun, id := directory.Identify(want)
				seen[noun] = true
				got, version, err := tx.Get(noun, id)
				if err != nil {
					return err
				}
				if !sameObject(t, got, want) || version != 1 {
					t.Errorf("%s %s: got %+v version %d", noun, id, got, version)
				}
			}
			if len(seen) != len(directory.Nouns()) {
				t.Errorf("nouns tried: %v", seen)
			}
			return nil
		})
	})
}

func TestVersionsGuardAgainstLostUpdates(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		c := company("contoso", wire.Publisher)
		one, two, none := int64(1), int64(2), int64(0)
		steps := []struct {
			name    string
			change  string
			expect  *int64
			kind    fault.Kind
			version int64
		}{
			{"replacing what is not there", "", &one, fault.NotFound, 0},
			{"creating", "", &none, "", 1},
			{"creating again", "", &none, fault.Conflict, 0},
			{"an equal object keeps its version", "", nil, "", 1},
			{"a changed one gets the next", "de", nil, "", 2},
			{"a stale version", "fr", &one, fault.Stale, 0},
			{"the right version", "fr", &two, "", 3},
		}
		for _, step := range steps {
			c.Locale = step.change
			var version int64
			err := s.InTx(t.Context(), func(tx *Tx) (err error) { version, err = tx.Put(c, step.expect); return err })
			if step.kind != "" {
				if !fault.Is(err, step.kind) {
					t.Errorf("%s: err = %v, want %s", step.name, err, step.kind)
				}
				continue
			}
			if err != nil || version != step.version {
				t.Errorf("%s: version %d, %v; want %d", step.name, version, err, step.version)
			}
		}
	})
}

func TestAReferenceToNothingIsNamed(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, company("contoso", wire.Publisher))
		err := s.InTx(t.Context(), func(tx *Tx) error {
			_, err := tx.Put(&wire.Offer{ID: "o", Publisher: "contoso", Agreement: "none", Audience: []string{"contoso", "nobody"}}, nil)
			return err
		})
		f := wantFault(t, err, fault.Invalid, "fields.invalid")
		if len(f.Fields) != 2 || f.Fields[0].Path != "agreement" || f.Fields[1].Path != "audience[1]" ||
			f.Fields[1].Code != "field.unknown-reference" || f.Fields[1].Args["id"] != "nobody" {
			t.Errorf("fields = %+v", f.Fields)
		}
	})
}

func TestWhatIsReferredToCannotBeDeleted(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		world := small()
		put(t, s, world...)
		for _, object := range world {
			for _, ref := range directory.Refs(object) {
				err := s.InTx(t.Context(), func(tx *Tx) error { return tx.Delete(ref.Noun, ref.ID, nil) })
				if !fault.Is(err, fault.Conflict) {
					_, by := directory.Identify(object)
					t.Errorf("%s %s is named by %s.%s, but was deleted: %v", ref.Noun, ref.ID, by, ref.Field, err)
				}
			}
		}
		// Taken apart from the end, everything goes.
		for i := len(world) - 1; i >= 0; i-- {
			noun, id := directory.Identify(world[i])
			inTx(t, s, func(tx *Tx) error { return tx.Delete(noun, id, nil) })
		}
		for _, tb := range tables {
			if tb.list == nil {
				continue
			}
			view(t, s, func(tx *Tx) error {
				left, err := tx.texts(&query{text: "SELECT " + tb.parent() + " FROM " + tb.list.table})
				if len(left) != 0 {
					t.Errorf("%s keeps %v", tb.list.table, left)
				}
				return err
			})
		}
	})
}

func TestDeletingAsksForTheVersion(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, company("a", wire.Customer))
		remove := func(version int64) error {
			return s.InTx(t.Context(), func(tx *Tx) error { return tx.Delete(directory.Companies, "a", &version) })
		}
		wantFault(t, remove(7), fault.Stale, "stale")
		if err := remove(1); err != nil {
			t.Fatal(err)
		}
		wantFault(t, remove(1), fault.NotFound, "not-found")
	})
}

func TestExportStreamsInTheOrderOfBytes(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, company("b", wire.Customer), company("B", wire.Customer), company("a-1", wire.Customer), company("a1", wire.Customer), company("日本", wire.Customer))
		var got []string
		view(t, s, func(tx *Tx) error {
			return tx.Export(directory.Companies, func(id string, doc []byte) error { got = append(got, id); return nil })
		})
		want := []string{"B", "a-1", "a1", "b", "日本"}
		if len(got) != len(want) {
			t.Fatalf("got %v", got)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
	})
}

func TestExportReadsBeyondOnePage(t *testing.T) {
	s := open(t, Options{DataDir: t.TempDir()})
	g := world{offers: 1200}
	inTx(t, s, func(tx *Tx) error {
		return g.each(func(object any) error { _, err := tx.Put(object, nil); return err })
	})
	n := 0
	view(t, s, func(tx *Tx) error {
		return tx.Export(directory.Offers, func(string, []byte) error { n++; return nil })
	})
	if n != 1200 {
		t.Errorf("exported %d offers, want 1200", n)
	}
}
