package responsibility

import (
	"strings"
	"testing"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// Cases that the demo world has only after a change.
var masked = []struct {
	name   string
	change func(w *wire.World)
	q      Question
	reach  string // "" is not looked at
	says   string
	hides  []string
}{
	{
		name: "a promise of the hidden provider without hours",
		change: func(w *wire.World) {
			companyOf(w, "wideworld").Support.Hours = ""
		},
		q: Question{Asker: "aoba", Subscription: "aoba-backup", Topic: wire.Billing}, reach: "hinode", hides: []string{"wideworld", "Wide World"},
	},
	{
		name: "a hidden provider that is no partner any more",
		change: func(w *wire.World) {
			companyOf(w, "wideworld").Kinds = []string{wire.Customer}
		},
		q: Question{Asker: "aoba", Subscription: "aoba-backup", Topic: wire.Billing}, reach: "hinode", hides: []string{"wideworld", "Wide World"},
	},
	{
		name: "a hidden provider that has no support profile",
		change: func(w *wire.World) {
			companyOf(w, "wideworld").Support = nil
		},
		q: Question{Asker: "aoba", Subscription: "aoba-backup", Topic: wire.BreakFix}, reach: "hinode", hides: []string{"wideworld", "Wide World"},
	},
	{
		name: "a redirect to a contact that the partner may not read",
		change: func(w *wire.World) {
			offer := offerOf(w, "contoso-backup")
			for i := range offer.Contacts {
				offer.Contacts[i].VisibleTo = []string{wire.Operator}
			}
		},
		q: Question{Asker: "woodgrove", Subscription: "wg-backup", Topic: wire.HowTo}, reach: "relecloud", hides: []string{"backup-help@contoso.example", "Priya"},
	},
	{
		name: "a company that redirects, and a subscription that says none",
		change: func(w *wire.World) {
			saleOf(w, "wg-backup").RedirectTechnical = "none"
		},
		q: Question{Asker: "woodgrove", Subscription: "wg-backup", Topic: wire.HowTo}, reach: "relecloud", hides: []string{"backup-help@contoso.example"},
	},
	{
		name: "a redirect to one of two contacts",
		change: func(w *wire.World) {
			offerOf(w, "contoso-backup").Contacts[0].Bounced = "2026-11-20"
		},
		q: Question{Asker: "woodgrove", Subscription: "wg-backup", Topic: wire.HowTo}, reach: "contoso", says: "backup-duty@contoso.example", hides: []string{"backup-help@contoso.example"},
	},
	{
		name: "a reseller whose two providers share nothing",
		change: func(w *wire.World) {
			for i := range w.Relations {
				w.Relations[i].Share = map[string]bool{"support": false, "csp-program": false}
			}
		},
		q: Question{Asker: "mingyue", Offer: "contoso-backup", Topic: wire.OfferManagement}, hides: []string{"backup-channel@contoso.example", "backup-help@contoso.example", "Moreau"},
	},
	{
		name: "dead contacts, and engineering is not shared",
		change: func(w *wire.World) {
			offerOf(w, "contoso-backup").Contacts[0].Bounced = "2026-11-20"
			offerOf(w, "contoso-backup").Contacts[1].Bounced = "2026-11-20"
		},
		q: Question{Asker: "fabrikam", Subscription: "sk-backup", Topic: wire.BreakFix}, reach: "wideworld", hides: []string{"backup-core@contoso.example", "backup-help@contoso.example"},
	},
	{
		name: "a supporting partner of a first-party product that the customer bought alone",
		change: func(w *wire.World) {
			sub := saleOf(w, "aoba-notes")
			sub.Offer = "market-storage"
		},
		q: Question{Asker: "alpine", Subscription: "aoba-notes", Topic: wire.Billing}, reach: "market",
	},
	{
		name: "the publisher is the designated support",
		change: func(w *wire.World) {
			saleOf(w, "aoba-insight").DesignatedSupport = "proseware"
		},
		q: Question{Asker: "proseware", Subscription: "aoba-insight", Topic: wire.Billing}, reach: "wideworld", hides: []string{"fabrikam"},
	},
	{
		name: "a disclosed provider is no licence to cite the split",
		change: func(w *wire.World) {
			no := false
			saleOf(w, "aoba-backup").HideProvider = &no
		},
		q: Question{Asker: "aoba", Subscription: "aoba-backup", Topic: wire.BreakFix}, reach: "wideworld", hides: []string{`"S28"`, "ww-hinode", `"split.`},
	},
	{
		name: "no operator in the world",
		change: func(w *wire.World) {
			companyOf(w, "market").Kinds = []string{wire.Publisher}
		},
		q: Question{Asker: "tailspin", Subscription: "nw-backup", Topic: wire.Transaction}, reach: directory.OperatorID, hides: []string{"partners@market.example", "support@market.example"},
	},
}

func TestMaskedByHand(t *testing.T) {
	for _, tc := range masked {
		t.Run(tc.name, func(t *testing.T) {
			w := demoWorld(t)
			tc.change(w)
			tc.q.At = asked
			d, err := Decide(tc.q, directory.NewSnapshot(w), Shipped())
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range everyLanguage() {
				a := d.Answer(p)
				text := jsonOf(a)
				if tc.reach != "" && reachID(a) != tc.reach {
					t.Errorf("reach %s, want %s", reachID(a), tc.reach)
				}
				if !strings.Contains(text, tc.says) {
					t.Errorf("does not say %s", tc.says)
				}
				for _, word := range tc.hides {
					if strings.Contains(text, word) {
						t.Errorf("says %s: %s", word, text)
					}
				}
			}
			for _, wrong := range (oracle{w: w}).judge(tc.q, d, everyLanguage()[0]) {
				t.Error(wrong)
			}
		})
	}
}

func companyOf(w *wire.World, id string) *wire.Company {
	for i := range w.Companies {
		if w.Companies[i].ID == id {
			return &w.Companies[i]
		}
	}
	panic("no company " + id)
}

func offerOf(w *wire.World, id string) *wire.Offer {
	for i := range w.Offers {
		if w.Offers[i].ID == id {
			return &w.Offers[i]
		}
	}
	panic("no offer " + id)
}

func saleOf(w *wire.World, id string) *wire.Subscription {
	for i := range w.Subscriptions {
		if w.Subscriptions[i].ID == id {
			return &w.Subscriptions[i]
		}
	}
	panic("no subscription " + id)
}
