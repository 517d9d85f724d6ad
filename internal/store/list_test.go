package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// twoTiers is a sale over two tiers beside a rival's direct sale.
func twoTiers() []any {
	return []any{
		&wire.Company{ID: "market", Kinds: []string{wire.Operator}, Name: wire.Plain("Market")},
		&wire.Company{ID: "maker", Kinds: []string{wire.Publisher}, Name: wire.Plain("Maker")},
		&wire.Company{ID: "other-maker", Kinds: []string{wire.Publisher}},
		&wire.Company{ID: "wide", Kinds: []string{wire.Provider}},
		&wire.Company{ID: "near", Kinds: []string{wire.Reseller}},
		&wire.Company{ID: "left", Kinds: []string{wire.Reseller}},
		&wire.Company{ID: "rival", Kinds: []string{wire.DirectPartner}},
		&wire.Company{ID: "shop", Kinds: []string{wire.Customer}},
		&wire.Company{ID: "farm", Kinds: []string{wire.Customer}},
		&wire.Company{ID: "inn", Kinds: []string{wire.Customer}},
		&wire.Relation{Provider: "wide", Reseller: "near"},
		&wire.Relation{Provider: "wide", Reseller: "left", State: "ended"},
		&wire.Offer{ID: "backup", Publisher: "maker", Name: wire.Text{"en": "Backup 100%", "ja": "バックアップ"}},
		&wire.Offer{ID: "closed", Publisher: "maker", Channel: "none"},
		&wire.Offer{ID: "some", Publisher: "other-maker", Channel: "some", Audience: []string{"wide"}},
		&wire.Offer{ID: "early", Publisher: "other-maker", Status: "draft"},
		&wire.Agreement{ID: "split", Kind: wire.SupportSplitKind, Provider: "wide", Reseller: "near"},
		&wire.Subscription{ID: "s-hidden", Customer: "shop", Offer: "backup", Model: wire.Indirect, Seller: "wide", Reseller: "near", Purchaser: "wide"},
		&wire.Subscription{ID: "s-left", Customer: "inn", Offer: "backup", Model: wire.Indirect, Seller: "wide", Reseller: "left", Purchaser: "wide"},
		&wire.Subscription{ID: "s-rival", Customer: "farm", Offer: "closed", Model: wire.Direct, Seller: "rival", Purchaser: "rival"},
		&wire.Person{ID: "ann", Company: "near", Email: "ann@near.example"},
	}
}

func TestEachCompanySeesItsPart(t *testing.T) {
	cases := []struct {
		reader        string
		kinds         []string
		companies     string
		offers        string
		subscriptions string
	}{
		{"shop", []string{wire.Customer}, "maker market near other-maker shop", "backup closed some", "s-hidden"},
		{"inn", []string{wire.Customer}, "inn left maker market other-maker wide", "backup closed some", "s-left"},
		{"near", []string{wire.Reseller}, "maker market near other-maker shop wide", "backup some", "s-hidden"},
		{"left", []string{wire.Reseller}, "left maker market wide", "backup", ""},
		{"wide", []string{wire.Provider}, "inn left maker market near other-maker shop wide", "backup some", "s-hidden s-left"},
		{"rival", []string{wire.DirectPartner}, "farm maker market rival", "backup closed", "s-rival"},
		{"maker", []string{wire.Publisher}, "farm inn maker market rival shop wide", "backup closed", "s-hidden s-left s-rival"},
		{"other-maker", []string{wire.Publisher}, "market other-maker", "early some", ""},
		{"", nil, "maker other-maker", "backup closed some", ""},
	}
	eachStore(t, func(t *testing.T, s *Store) {
		inTx(t, s, func(tx *Tx) error { return putAll(tx, twoTiers()) })
		for _, c := range cases {
			r := Reader{Company: c.reader, Kinds: c.kinds}
			wants := map[directory.Noun]string{directory.Companies: c.companies, directory.Offers: c.offers, directory.Subscriptions: c.subscriptions}
			if c.reader == "" {
				delete(wants, directory.Companies) // nobody lists companies
			}
			for noun, want := range wants {
				if got := listed(t, s, r, noun, Filter{}); got != want {
					t.Errorf("%q lists %s: %s; want %s", c.reader, noun, got, want)
				}
				seesWhatItLists(t, s, r, noun, want)
			}
		}
	})
}

func putAll(tx *Tx, objects []any) error {
	for _, object := range objects {
		if _, err := tx.Put(object, nil); err != nil {
			return fmt.Errorf("%+v: %w", object, err)
		}
	}
	return nil
}

// listed pages through a list two rows at a time.
func listed(t *testing.T, s *Store, r Reader, noun directory.Noun, f Filter) string {
	t.Helper()
	var out []string
	for cursor := ""; ; {
		err := s.View(t.Context(), func(tx *Tx) error {
			items, next, err := tx.List(r, noun, f, 2, cursor)
			for _, item := range items {
				out = append(out, item.ID)
			}
			cursor = next
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if cursor == "" {
			return strings.Join(out, " ")
		}
	}
}

// seesWhatItLists: See and List are the same condition.
func seesWhatItLists(t *testing.T, s *Store, r Reader, noun directory.Noun, want string) {
	t.Helper()
	for _, object := range twoTiers() {
		n, id := directory.Identify(object)
		if n != noun {
			continue
		}
		err := s.View(t.Context(), func(tx *Tx) error {
			_, _, err := tx.See(r, noun, id)
			return err
		})
		sees := err == nil
		if err != nil && !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		if sees != slices.Contains(strings.Fields(want), id) {
			t.Errorf("%q sees %s %s: %v", r.Company, noun, id, sees)
		}
	}
}

func TestListsAreNarrowed(t *testing.T) {
	all := Reader{Local: true}
	cases := []struct {
		noun directory.Noun
		f    Filter
		want string
	}{
		{directory.Offers, Filter{Query: "backup"}, "backup"},
		{directory.Offers, Filter{Query: "maker BACKUP"}, "backup"},
		{directory.Offers, Filter{Query: "バック"}, "backup"},
		{directory.Offers, Filter{Query: "100%"}, "backup"},
		{directory.Offers, Filter{Query: "1_0"}, ""},
		{directory.Offers, Filter{Publisher: "other-maker", Status: "live"}, "some"},
		{directory.Companies, Filter{Kind: wire.Reseller}, "left near"},
		{directory.Subscriptions, Filter{Customer: "shop", Status: "live"}, "s-hidden"},
		{directory.Subscriptions, Filter{Offer: "backup", Seller: "wide"}, "s-hidden s-left"},
		{directory.Agreements, Filter{Provider: "wide", Reseller: "near"}, "split"},
		{directory.People, Filter{Company: "near"}, "ann"},
	}
	eachStore(t, func(t *testing.T, s *Store) {
		inTx(t, s, func(tx *Tx) error { return putAll(tx, twoTiers()) })
		for _, c := range cases {
			if got := listed(t, s, all, c.noun, c.f); got != c.want {
				t.Errorf("%s %+v: %q, want %q", c.noun, c.f, got, c.want)
			}
			var n int
			inTx(t, s, func(tx *Tx) (err error) {
				n, err = tx.Count(all, c.noun, c.f, 999)
				return err
			})
			if n != len(strings.Fields(c.want)) {
				t.Errorf("%s %+v: counted %d, listed %q", c.noun, c.f, n, c.want)
			}
		}
	})
}
