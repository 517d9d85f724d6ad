package responsibility

import (
	"testing"
	"time"

	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// benchWorld is a sale over two tiers with a split, contacts, hours and
// targets: the longest way through the engine.
func benchWorld() *wire.World {
	no := false
	profile := func(name string) *wire.Support {
		return &wire.Support{Email: name + "@" + name + ".example", URL: "https://" + name + ".example", Hours: "Mon-Fri 09:00-12:00,13:00-17:30", Holidays: "JP"}
	}
	company := func(id, kind string) wire.Company {
		return wire.Company{ID: id, Kinds: []string{kind}, Name: wire.Text{"en": id, "ja": id}, TZ: "Asia/Tokyo", Support: profile(id)}
	}
	return &wire.World{
		Companies: []wire.Company{company("market", wire.Operator), company("maker", wire.Publisher), company("wide", wire.Provider),
			company("near", wire.Reseller), company("shop", wire.Customer)},
		Relations: []wire.Relation{{Provider: "wide", Reseller: "near"}},
		Offers: []wire.Offer{{ID: "backup", Publisher: "maker", Name: wire.Text{"en": "Backup", "ja": "バックアップ"}, Agreement: "terms",
			Contacts: []wire.Contact{{Role: wire.ContactSupport, Email: "s@maker.example", Hours: "Mon-Fri 09:00-18:00", Verified: "2026-11-03"},
				{Role: wire.ContactEngineering, Email: "e@maker.example"}}}},
		Agreements: []wire.Agreement{
			{ID: "terms", Kind: wire.CustomerAgreement, Publisher: "maker", Version: 3, Targets: map[string]wire.Targets{"moderate": {Acknowledge: "30m", FirstResponse: "4h", Resolution: "2bd"}}},
			{ID: "old", Kind: wire.SupportSplitKind, Provider: "wide", Reseller: "near", Version: 1, From: "2025-01-01", Until: "2025-12-31", Topics: map[string]wire.Share{wire.BreakFix: {Face: wire.Provider}}},
			{ID: "new", Kind: wire.SupportSplitKind, Provider: "wide", Reseller: "near", Version: 2, From: "2026-01-01", Topics: map[string]wire.Share{wire.BreakFix: {Face: wire.Reseller}}}},
		Subscriptions: []wire.Subscription{{ID: "s-1", Customer: "shop", Offer: "backup", Model: wire.Indirect, Seller: "wide", Reseller: "near", Purchaser: "wide", HideProvider: &no}},
	}
}

func BenchmarkDecide(b *testing.B) {
	s, rules := directory.NewSnapshot(benchWorld()), Shipped()
	q := Question{Asker: "shop", Subscription: "s-1", Topic: wire.BreakFix, At: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)}
	for _, lang := range []i18n.Lang{"", "en", "ja"} {
		b.Run("words="+string(lang), func(b *testing.B) {
			p := i18n.For(lang)
			b.ReportAllocs()
			for b.Loop() {
				d, err := Decide(q, s, rules)
				if err != nil {
					b.Fatal(err)
				}
				if lang != "" {
					d.Answer(p)
				}
			}
		})
	}
}
