package app_test

import (
	"encoding/json"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

const tailspinHost = "help.tailspin.example"

func (w *world) portal(host, company string) {
	w.t.Helper()
	if _, _, err := w.SetPortal(w.t.Context(), local, wire.PortalHost{Host: host, Company: company}, nil); err != nil {
		w.t.Fatal(err)
	}
}

// Nobody claims a host: every actor of the market tries, for itself and for
// another.
func TestWhoGivesAPortalHost(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.portal("taken.tailspin.example", "tailspin")
		for name, actor := range w.everybody() {
			for _, company := range []string{actor.Company, "tailspin"} {
				_, _, err := w.SetPortal(t.Context(), actor, wire.PortalHost{Host: tailspinHost, Company: company}, nil)
				if name == "operator's admin" {
					if (err == nil) != (company == "tailspin") {
						t.Errorf("%s for %s: %v", name, company, err)
					}
					continue
				}
				wantFault(t, name+" for "+company, err, fault.Denied, "denied.role")
			}
			if name != "operator's admin" {
				for _, host := range []string{"taken.tailspin.example", "nobody.example"} {
					wantFault(t, name+" removes", w.RemovePortal(t.Context(), actor, host, nil), fault.Denied, "denied.role")
				}
			}
			wantsToSee := actor.Local || actor.Operator || actor.SignedIn() && actor.Company == "tailspin"
			_, _, err := w.PortalHost(t.Context(), actor, "taken.tailspin.example")
			if (err == nil) != wantsToSee {
				t.Errorf("%s reads a portal host: %v", name, err)
			}
			list, err := w.Portals(t.Context(), actor, "")
			if (len(list) > 0) != wantsToSee || actor.SignedIn() != (err == nil) {
				t.Errorf("%s lists %v %v", name, list, err)
			}
		}
	})
}

func TestAHostIsThatOfOnePartner(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		none, one, two := int64(0), int64(1), int64(2)
		set := func(host, company string, ifVersion *int64) error {
			_, _, err := w.SetPortal(t.Context(), w.as("p-marta"), wire.PortalHost{Host: host, Company: company}, ifVersion)
			return err
		}
		for _, host := range []string{"", "localhost", "127.0.0.1", "::1", "a..example", "-a.example", "ヘルプ.example", "https://a.example", "a.example/x", "a b.example"} {
			wantFault(t, "host "+host, set(host, "tailspin", nil), fault.Invalid, "fields.invalid")
		}
		for _, company := range []string{"", "nowhere", "northwind", "contoso"} { // none, unknown, a customer, a publisher
			wantFault(t, "company "+company, set(tailspinHost, company, nil), fault.Invalid, "fields.invalid")
		}
		if err := set("Help.Tailspin.Example.", "tailspin", &none); err != nil {
			t.Fatal(err)
		}
		wantFault(t, "a host that is taken", set(tailspinHost, "wideworld", &none), fault.Conflict, "portal.taken")
		wantFault(t, "another version", set(tailspinHost, "wideworld", &two), fault.Stale, "stale")
		wantFault(t, "a host that is not there", set("other.example", "wideworld", &one), fault.NotFound, "not-found.portal")
		for host, want := range map[string]string{tailspinHost: "tailspin", "HELP.tailspin.example:8443": "tailspin", "help.tailspin.example.": "tailspin",
			"tailspin.example": "", "x.help.tailspin.example": "", "": "", "127.0.0.1:8080": "", "[::1]:80": "", "localhost:8080": ""} {
			partner, err := w.Portal(t.Context(), host)
			if err != nil || (partner == nil) != (want == "") || partner != nil && partner.ID != want {
				t.Errorf("%q: %v %v", host, partner, err)
			}
		}
		if err := set(tailspinHost, "wideworld", &one); err != nil {
			t.Error(err)
		}
		if partner, _ := w.Portal(t.Context(), tailspinHost); partner == nil || partner.ID != "wideworld" {
			t.Errorf("given away, it leads to %v", partner)
		}
		wantFault(t, "removed at another version", w.RemovePortal(t.Context(), local, tailspinHost, &one), fault.Stale, "stale")
		if err := w.RemovePortal(t.Context(), local, tailspinHost, &two); err != nil {
			t.Error(err)
		}
		wantFault(t, "removed twice", w.RemovePortal(t.Context(), local, tailspinHost, nil), fault.NotFound, "not-found.portal")
		if partner, _ := w.Portal(t.Context(), tailspinHost); partner != nil {
			t.Errorf("removed, it leads to %v", partner)
		}
		log, _, err := w.AuditLog(t.Context(), w.as("p-marta"), "", 3)
		if err != nil || len(log) != 3 || log[0].Act != "remove-portal" || log[1].Act != "set-portal" || log[1].Person != "p-marta" || log[1].ID != tailspinHost {
			t.Errorf("%+v %v", log, err)
		}
	})
}

// A company that sells nothing any more has no portal.
func TestAPortalEndsWithThePartner(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.put(&wire.Company{ID: "brief", Kinds: []string{wire.Reseller}})
		w.portal("brief.example", "brief")
		w.put(&wire.Company{ID: "brief", Kinds: []string{wire.Customer}})
		if partner, err := w.Portal(t.Context(), "brief.example"); partner != nil || err != nil {
			t.Errorf("%v %v", partner, err)
		}
	})
}

// Spec 1 section 2: signed out is the pre-purchase view with the partner
// unnamed, unless its own portal host identifies it.
func TestAPortalNamesItsPartner(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, tc := range []struct{ offer, topic, portal, want string }{
			{"litware-guard", wire.SubscriptionTopic, "tailspin", "tailspin"},
			{"litware-guard", wire.PartnerTerms, "fabrikam", "fabrikam"},
			{"litware-guard", wire.SubscriptionTopic, "", ""},
			{"litware-guard", wire.BreakFix, "tailspin", "litware"},
		} {
			answer := w.who(access.Actor{Portal: tc.portal}, app.Ask{Offer: tc.offer, Topic: tc.topic})
			if reached(answer) != tc.want {
				t.Errorf("%+v: reach %q, %s", tc, reached(answer), asJSON(t, answer))
			}
		}
		// A portal does not make anybody see more.
		details, err := w.OfferDetails(t.Context(), access.Actor{Portal: "tailspin"}, "litware-guard", "en")
		if err != nil {
			t.Fatal(err)
		}
		public, err := w.OfferDetails(t.Context(), access.Actor{}, "litware-guard", "en")
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(details.Contacts)
		b, _ := json.Marshal(public.Contacts)
		if string(a) != string(b) {
			t.Errorf("at the portal: %s, elsewhere: %s", a, b)
		}
	})
}
