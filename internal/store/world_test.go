package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"switchboard/wire"
)

func sameObject(t testing.TB, a, b any) bool {
	t.Helper()
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x, y)
}

// world makes a marketplace of any size, the same each time: one operator,
// a publisher per 20 offers, providers, resellers, direct partners, and a
// customer per 10 subscriptions.
type world struct{ offers, subscriptions int }

func (w world) publishers() int { return w.offers/20 + 1 }
func (w world) customers() int  { return w.subscriptions/10 + 1 }
func (w world) partners() int   { return w.subscriptions/500 + 1 }

// each hands over every object, what is referred to first.
func (w world) each(f func(object any) error) error {
	for _, part := range []func(func(any) error) error{w.companies, w.terms, w.listings, w.purchases} {
		if err := part(f); err != nil {
			return err
		}
	}
	return nil
}

func many(n int, f func(any) error, make func(i int) any) error {
	for i := range n {
		if err := f(make(i)); err != nil {
			return err
		}
	}
	return nil
}

func (w world) companies(f func(any) error) error {
	support := func(id string) *wire.Support {
		return &wire.Support{Email: "help@" + id + ".example", Phone: "+49 30 1", URL: "https://" + id + ".example/support",
			Hours: "Mon-Fri 09:00-12:00,13:00-17:30", Holidays: "DE", Languages: []string{"en", "de"}}
	}
	kind := func(prefix, kind string) func(int) any {
		return func(i int) any {
			id := fmt.Sprintf("%s-%d", prefix, i)
			return &wire.Company{ID: id, Kinds: []string{kind}, Name: wire.Plain("The " + id + " company"), TZ: "Europe/Berlin", Support: support(id)}
		}
	}
	if err := f(&wire.Company{ID: "market", Kinds: []string{wire.Operator}, Name: wire.Plain("Example Market"), Support: support("market")}); err != nil {
		return err
	}
	for _, group := range []struct {
		n            int
		prefix, kind string
	}{
		{w.publishers(), "publisher", wire.Publisher}, {w.partners(), "provider", wire.Provider},
		{w.partners(), "reseller", wire.Reseller}, {w.partners(), "direct", wire.DirectPartner}, {w.customers(), "customer", wire.Customer},
	} {
		if err := many(group.n, f, kind(group.prefix, group.kind)); err != nil {
			return err
		}
	}
	return nil
}

func (w world) terms(f func(any) error) error {
	targets := map[string]wire.Targets{"critical": {Acknowledge: "30m", FirstResponse: "1h"}, "moderate": {FirstResponse: "4h"}}
	if err := f(&wire.Agreement{ID: "market-terms", Kind: wire.OperatorTerms, Targets: targets}); err != nil {
		return err
	}
	if err := many(w.publishers(), f, func(i int) any {
		return &wire.Agreement{ID: fmt.Sprintf("terms-%d", i), Kind: wire.CustomerAgreement, Publisher: fmt.Sprintf("publisher-%d", i), Version: 1, From: "2026-01-01", Targets: targets}
	}); err != nil {
		return err
	}
	if err := many(w.partners(), f, func(i int) any {
		return &wire.Relation{Provider: fmt.Sprintf("provider-%d", i), Reseller: fmt.Sprintf("reseller-%d", i)}
	}); err != nil {
		return err
	}
	return many(w.partners(), f, func(i int) any {
		return &wire.Agreement{ID: fmt.Sprintf("split-%d", i), Kind: wire.SupportSplitKind, Provider: fmt.Sprintf("provider-%d", i), Reseller: fmt.Sprintf("reseller-%d", i),
			Version: 1, From: "2026-01-01", Topics: map[string]wire.Share{"billing": {Performs: wire.Reseller}, "break-fix": {Face: wire.Reseller}}}
	})
}

func (w world) listings(f func(any) error) error {
	return many(w.offers, f, func(i int) any {
		at := fmt.Sprintf("offer-%d.example", i)
		return &wire.Offer{ID: fmt.Sprintf("offer-%d", i), Publisher: fmt.Sprintf("publisher-%d", i/20), Agreement: fmt.Sprintf("terms-%d", i/20),
			Name: wire.Text{"en": fmt.Sprintf("Product %d", i), "ja": fmt.Sprintf("製品 %d", i)},
			Contacts: []wire.Contact{
				{Role: wire.ContactSupport, Name: "Support", Email: "support@" + at, Phone: "+81 3 1", URL: "https://" + at + "/help", Hours: "24x7", Verified: "2026-11-03"},
				{Role: wire.ContactEngineering, Name: "Engineering", Email: "eng@" + at, Verified: "2026-10-03"},
				{Role: wire.ContactProgram, Name: "Program", Email: "csp@" + at, Verified: "2026-09-03"}},
			Links: []wire.Link{{Kind: wire.LinkDocumentation, URL: "https://" + at + "/guide", Lang: "en"}}}
	})
}

func (w world) purchases(f func(any) error) error {
	return many(w.subscriptions, f, func(i int) any {
		s := &wire.Subscription{ID: fmt.Sprintf("sub-%d", i), Customer: fmt.Sprintf("customer-%d", i/10), Offer: fmt.Sprintf("offer-%d", i*7919%w.offers),
			Plan: "pro", Term: "monthly", From: "2026-01-10", Model: wire.Direct}
		partner := i % w.partners()
		if i%2 == 0 {
			s.Seller = fmt.Sprintf("direct-%d", partner)
		} else {
			s.Model, s.Seller, s.Reseller = wire.Indirect, fmt.Sprintf("provider-%d", partner), fmt.Sprintf("reseller-%d", partner)
		}
		s.Purchaser = s.Seller
		return s
	})
}
