package directory

import (
	"slices"
	"strings"
	"testing"

	"switchboard/wire"
)

func valid() (wire.Company, wire.Offer, wire.Agreement, wire.Subscription) {
	company := wire.Company{ID: "tailspin", Kinds: []string{wire.DirectPartner}, Name: wire.Plain("Tailspin"), Locale: "en",
		TZ: "Europe/Berlin", Domains: []string{"tailspin.example"}, External: wire.External{"tenantId": "1"},
		Support: &wire.Support{Email: "help@tailspin.example", URL: "https://tailspin.example/help", Languages: []string{"en", "de"}}}
	offer := wire.Offer{ID: "contoso.backup", Publisher: "contoso", Name: wire.Text{"en": "Backup", "ja": "バックアップ"},
		Contacts: []wire.Contact{{Role: wire.ContactSupport, Email: "help@contoso.example", VisibleTo: []string{"partner"}}},
		Links:    []wire.Link{{Kind: wire.LinkTerms, URL: "https://contoso.example/terms"}}}
	split := wire.Agreement{ID: "split", Kind: wire.SupportSplitKind, Provider: "wideworld", Reseller: "fabrikam", State: "accepted",
		From: "2026-01-01", Topics: map[string]wire.Share{wire.Billing: {Face: wire.Reseller}}}
	sub := wire.Subscription{ID: "s-1", Customer: "northwind", Offer: "contoso.backup", Model: wire.Direct, Seller: "tailspin",
		From: "2026-01-10", SupportTopics: []string{wire.HowTo}, RedirectTechnical: "none"}
	company.RedirectTechnical = "none"
	return company, offer, split, sub
}

func TestCheckAcceptsWhatTheFormatAllows(t *testing.T) {
	company, offer, split, sub := valid()
	person := wire.Person{ID: "ken", Company: "tailspin", Email: "ken@tailspin.example", Roles: []string{"admin-agent"}, Lang: "ja"}
	form := wire.IntakeForm{Company: "contoso", Topic: wire.BreakFix, Version: 1, Fields: []wire.FormField{{ID: "tenant", Label: wire.Plain("Tenant")}}}
	refund := wire.RefundPolicy{Kind: wire.Saas, Term: "monthly", Window: "72h", From: "2024-01-01"}
	relation := wire.Relation{Provider: "wideworld", Reseller: "fabrikam", Share: map[string]bool{"engineering": true}}
	for _, object := range []any{&company, &offer, &split, &sub, &person, &form, &refund, &relation} {
		if found := Check(object); len(found) > 0 {
			t.Errorf("%T: %+v", object, found)
		}
	}
}

func TestCheckNamesTheFieldAndTheReason(t *testing.T) {
	for name, tc := range badObjects() {
		t.Run(name, func(t *testing.T) {
			found := Fatal(Check(tc.object))
			if len(found) != 1 || found[0].Path != tc.path || found[0].Code != tc.code {
				t.Fatalf("got %+v, want one %s at %s", found, tc.code, tc.path)
			}
			if tc.near != "" && found[0].Args["nearest"] != tc.near {
				t.Errorf("nearest = %v, want %s", found[0].Args["nearest"], tc.near)
			}
		})
	}
}

type badObject struct {
	object           any
	path, code, near string
}

func badObjects() map[string]badObject {
	cases := map[string]badObject{}
	badCompanies(func(name string, change func(*wire.Company), path, code, near string) {
		v, _, _, _ := valid()
		change(&v)
		cases["company "+name] = badObject{&v, path, code, near}
	})
	badOffers(func(name string, change func(*wire.Offer), path, code, near string) {
		_, v, _, _ := valid()
		change(&v)
		cases["offer "+name] = badObject{&v, path, code, near}
	})
	badSplits(func(name string, change func(*wire.Agreement), path, code, near string) {
		_, _, v, _ := valid()
		change(&v)
		cases["agreement "+name] = badObject{&v, path, code, near}
	})
	badSubscriptions(func(name string, change func(*wire.Subscription), path, code, near string) {
		_, _, _, v := valid()
		change(&v)
		cases["subscription "+name] = badObject{&v, path, code, near}
	})
	cases["person e-mail"] = badObject{&wire.Person{ID: "a", Company: "b", Email: "a@b@c.example"}, "email", "field.email-invalid", ""}
	cases["relation itself"] = badObject{&wire.Relation{Provider: "a", Reseller: "a"}, "reseller", "import.self-relation", ""}
	cases["relation share"] = badObject{&wire.Relation{Provider: "a", Reseller: "b", Share: map[string]bool{"suport": true}}, "share.suport", "field.unknown-word", "support"}
	cases["form topic"] = badObject{&wire.IntakeForm{Company: "a", Topic: "breakfix", Version: 1}, "topic", "field.unknown-word", "break-fix"}
	cases["form field twice"] = badObject{&wire.IntakeForm{Company: "a", Topic: "other", Version: 1, Fields: []wire.FormField{{ID: "x"}, {ID: "x"}}}, "fields[1]", "field.duplicate", ""}
	cases["refund window"] = badObject{&wire.RefundPolicy{Window: "three days"}, "window", "calendar.duration-invalid", ""}
	return cases
}

func badCompanies(add func(string, func(*wire.Company), string, string, string)) {
	add("without id", func(v *wire.Company) { v.ID = "" }, "id", "field.required", "")
	add("id with a slash", func(v *wire.Company) { v.ID = "a/b" }, "id", "field.id-invalid", "")
	add("id with a colon", func(v *wire.Company) { v.ID = "a:b" }, "id", "field.id-invalid", "")
	add("id too long", func(v *wire.Company) { v.ID = strings.Repeat("a", 129) }, "id", "field.id-invalid", "")
	add("id decomposed", func(v *wire.Company) { v.ID = "cafe\u0301" }, "id", "field.id-invalid", "")
	add("kind", func(v *wire.Company) { v.Kinds = []string{"resellr"} }, "kinds[0]", "field.unknown-word", "reseller")
	add("no kind", func(v *wire.Company) { v.Kinds = nil }, "kinds", "field.required", "")
	add("kind twice", func(v *wire.Company) { v.Kinds = []string{"customer", "customer"} }, "kinds[1]", "field.duplicate", "")
	add("zone", func(v *wire.Company) { v.TZ = "Europe/Berln" }, "tz", "calendar.zone-unknown", "Europe/Berlin")
	add("holiday set", func(v *wire.Company) { v.Support.Holidays = "QQ" }, "support.holidays", "calendar.holidays-unknown", "")
	add("hours", func(v *wire.Company) { v.Support.Hours = "Mon-Fri 9 to 5" }, "support.hours", "calendar.hours-invalid", "")
	add("closed day", func(v *wire.Company) { v.Support.Closed = []string{"2026-02-30"} }, "support.closed[0]", "calendar.date-invalid", "")
	add("language", func(v *wire.Company) { v.Locale = "jp" }, "locale", "field.language-unknown", "")
	add("name language", func(v *wire.Company) { v.Name = wire.Text{"x!": "y"} }, "name.x!", "field.language-unknown", "")
	add("name with NUL", func(v *wire.Company) { v.Name = wire.Plain("a\x00b") }, "name", "field.nul", "")
	add("name with a bidi override", func(v *wire.Company) { v.Name = wire.Plain("a\u202Eb") }, "name", "field.hidden-character", "")
	add("name too long", func(v *wire.Company) { v.Name = wire.Plain(strings.Repeat("字", 301)) }, "name", "field.too-long", "")
	add("broken UTF-8", func(v *wire.Company) { v.Support.Phone = "\xff" }, "support.phone", "field.utf8", "")
	add("domain", func(v *wire.Company) { v.Domains = []string{"https://a.example"} }, "domains[0]", "field.domain-invalid", "")
	add("script link", func(v *wire.Company) { v.Support.URL = "javascript:alert(1)" }, "support.url", "field.url-invalid", "")
	add("link with user", func(v *wire.Company) { v.Support.URL = "https://bank.example@evil.example" }, "support.url", "field.url-invalid", "")
	add("doors of no operator", func(v *wire.Company) { v.EntryPoints = &wire.EntryPoints{} }, "entry_points", "field.not-beside", "")
	add("redirect", func(v *wire.Company) { v.RedirectTechnical = "foward" }, "redirect_technical", "field.unknown-word", "forward")
}

func badOffers(add func(string, func(*wire.Offer), string, string, string)) {
	add("without publisher", func(v *wire.Offer) { v.Publisher = "" }, "publisher", "field.required", "")
	add("kind", func(v *wire.Offer) { v.Kind = "conatiner" }, "kind", "field.unknown-word", "container")
	add("channel", func(v *wire.Offer) { v.Channel = "any" }, "channel", "field.unknown-word", "")
	add("contact role", func(v *wire.Offer) { v.Contacts[0].Role = "suport" }, "contacts[0].role", "field.unknown-word", "support")
	add("contact without role", func(v *wire.Offer) { v.Contacts[0].Role = "" }, "contacts[0].role", "field.required", "")
	add("contact reader", func(v *wire.Offer) { v.Contacts[0].VisibleTo = []string{"world"} }, "contacts[0].visible_to[0]", "field.unknown-word", "")
	add("verified", func(v *wire.Offer) { v.Contacts[0].Verified = "3 Nov 2026" }, "contacts[0].verified", "field.date-invalid", "")
	add("link without address", func(v *wire.Offer) { v.Links[0].URL = "" }, "links[0].url", "field.required", "")
	add("too many contacts", func(v *wire.Offer) {
		v.Contacts = slices.Repeat(v.Contacts, 51)
	}, "contacts", "field.too-many", "")
}

func badSplits(add func(string, func(*wire.Agreement), string, string, string)) {
	add("kind", func(v *wire.Agreement) { v.Kind = "support-splitt" }, "kind", "field.unknown-word", "support-split")
	add("topic", func(v *wire.Agreement) { v.Topics["biling"] = wire.Share{} }, "topics.biling", "field.unknown-word", "billing")
	add("side", func(v *wire.Agreement) { v.Topics["other"] = wire.Share{Performs: "publisher"} }, "topics.other.performs", "field.unknown-word", "")
	add("party of another kind", func(v *wire.Agreement) { v.Publisher = "contoso" }, "publisher", "field.not-beside", "")
	add("without reseller", func(v *wire.Agreement) { v.Reseller = "" }, "reseller", "field.required", "")
	add("order of dates", func(v *wire.Agreement) { v.Until = "2025-12-31" }, "until", "field.date-order", "")
	add("severity", func(v *wire.Agreement) { v.Targets = map[string]wire.Targets{"moderat": {}} }, "targets.moderat", "field.unknown-word", "moderate")
	add("target", func(v *wire.Agreement) {
		v.Targets = map[string]wire.Targets{"none": {Resolution: "2 weeks"}}
	}, "targets.none.resolution", "calendar.duration-invalid", "")
	add("topics of other terms", func(v *wire.Agreement) {
		v.Kind, v.Partner, v.Provider, v.Reseller = wire.PartnerTermsKind, "a", "", ""
	}, "topics", "field.not-beside", "")
	add("acceptance", func(v *wire.Agreement) { v.Accepted = &wire.Acceptance{Company: "a", At: "today"} }, "accepted.at", "field.time-invalid", "")
}

func badSubscriptions(add func(string, func(*wire.Subscription), string, string, string)) {
	add("model", func(v *wire.Subscription) { v.Model = "direkt" }, "model", "field.unknown-word", "direct")
	add("partner as model", func(v *wire.Subscription) { v.Model = "partner" }, "model", "field.unknown-word", "")
	add("direct without seller", func(v *wire.Subscription) { v.Seller = "" }, "seller", "field.required", "")
	add("direct with reseller", func(v *wire.Subscription) { v.Reseller = "fabrikam" }, "reseller", "field.not-beside", "")
	add("self-serve with seller", func(v *wire.Subscription) { v.Model = wire.SelfServe }, "seller", "field.not-beside", "")
	add("support topic outside the five", func(v *wire.Subscription) { v.SupportTopics = []string{"billing"} }, "support_topics[0]", "field.unknown-word", "")
	add("replaces itself", func(v *wire.Subscription) { v.Replaces = v.ID }, "replaces", "import.cycle", "")
	add("date", func(v *wire.Subscription) { v.From = "2026-02-29" }, "from", "field.date-invalid", "")
	add("external value", func(v *wire.Subscription) { v.External = wire.External{"id": "a\x00"} }, "external.id", "field.nul", "")
}

func TestCheckWarnsWithoutRefusing(t *testing.T) {
	_, offer, _, _ := valid()
	offer.Contacts[0] = wire.Contact{Role: wire.ContactEngineering}
	old := wire.Agreement{ID: "t", Kind: wire.OperatorTerms, Until: "2025-12-31"}
	proposed := wire.Agreement{ID: "p", Kind: wire.OperatorTerms, State: "proposed"}
	rules := Rules{Today: "2026-01-01"}
	got := codes(slices.Concat(rules.Check(&offer), rules.Check(&old), rules.Check(&proposed)))
	want := []string{"contact.missing", "offer.no-support-contact", "agreement.expired", "agreement.proposed"}
	if !slices.Equal(got, want) {
		t.Errorf("warnings = %v, want %v", got, want)
	}
	if Refuse(rules.Check(&offer)) != nil {
		t.Error("a warning refused the offer")
	}
}

func codes(found []Problem) []string {
	var out []string
	for _, p := range found {
		if p.Warning {
			out = append(out, p.Code)
		}
	}
	return out
}

// Which roles there are is the installation's to say.
func TestRolesAreData(t *testing.T) {
	rules := Rules{Roles: []string{"night-watch"}}
	found := rules.Check(&wire.Person{ID: "a", Company: "b", Roles: []string{"night-wacth"}})
	if len(found) != 1 || found[0].Path != "roles[0]" || found[0].Code != "field.unknown-word" || found[0].Args["nearest"] != "night-watch" {
		t.Errorf("an unknown role: %+v", found)
	}
	if found := rules.Check(&wire.Person{ID: "a", Company: "b", Roles: []string{"night-watch"}}); len(found) != 0 {
		t.Errorf("the installation's own role was refused: %+v", found)
	}
	if found := (Rules{Roles: []string{}}).Check(&wire.Person{ID: "a", Company: "b", Roles: []string{"night-watch"}}); len(found) != 1 {
		t.Errorf("where there are no roles: %+v", found)
	}
}

func TestRefuseListsTheFields(t *testing.T) {
	err := Refuse(Check(&wire.Person{Email: "x"}))
	for _, field := range []string{"[id: field.required]", "[company: field.required]", "[email: field.email-invalid]"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%v lacks %s", err, field)
		}
	}
}
