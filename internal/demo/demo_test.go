package demo_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/demo"
	"switchboard/internal/directory"
	"switchboard/internal/worldfile"
	"switchboard/wire"
)

const today = "2026-11-21"

func rows(t *testing.T) []worldfile.Row {
	t.Helper()
	var out []worldfile.Row
	err := worldfile.Read(bytes.NewReader(demo.World()), "world.yaml", func(r worldfile.Row) error {
		out = append(out, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What the demo shows on purpose: everything else that a check finds is a slip.
var intended = []string{
	"ww-fabrikam-3 state agreement.proposed",
	"ww-mingyue state agreement.proposed",
	"proseware-terms-2025 until agreement.expired",
	"litware-lamp contacts[0] contact.missing",
	"sk-legacy seller partner.deauthorised",
}

func TestWorldIsValid(t *testing.T) {
	rules := directory.Rules{Today: today}
	known := map[directory.Noun]map[string]bool{}
	var objects []any
	var found []string
	for _, row := range rows(t) {
		noun, id := directory.Identify(row.Object)
		if known[noun] == nil {
			known[noun] = map[string]bool{}
		}
		if known[noun][id] {
			t.Errorf("%s %s is there twice", noun, id)
		}
		known[noun][id] = true
		objects = append(objects, row.Object)
		for _, p := range rules.Check(row.Object) {
			found = append(found, fmt.Sprintf("%s %s %s", id, p.Path, p.Code))
		}
	}
	for _, f := range directory.CheckWorld(slices.Values(objects), today) {
		found = append(found, fmt.Sprintf("%s %s %s", f.ID, f.Path, f.Code))
	}
	slices.Sort(found)
	want := slices.Sorted(slices.Values(intended))
	if !slices.Equal(found, want) {
		t.Errorf("checks found\n%s\nwant\n%s", strings.Join(found, "\n"), strings.Join(want, "\n"))
	}
	for _, object := range objects {
		for _, ref := range directory.Refs(object) {
			if !known[ref.Noun][ref.ID] {
				t.Errorf("%T: %s names %s %q, which is not there", object, ref.Field, ref.Noun, ref.ID)
			}
		}
	}
}

func TestEverythingIsMadeUp(t *testing.T) {
	hosts := regexp.MustCompile(`(?:https?://|@)([a-z0-9.-]+)`).FindAllStringSubmatch(string(demo.World()), -1)
	if len(hosts) < 100 {
		t.Fatalf("only %d addresses found", len(hosts))
	}
	for _, h := range hosts {
		if !strings.HasSuffix(h[1], ".example") {
			t.Errorf("%s is not a reserved domain", h[1])
		}
	}
}

func TestNamesAreInThreeLanguages(t *testing.T) {
	for _, row := range rows(t) {
		var id string
		var name wire.Text
		switch v := row.Object.(type) {
		case *wire.Company:
			id, name = v.ID, v.Name
		case *wire.Offer:
			id, name = v.ID, v.Name
		default:
			continue
		}
		for _, lang := range wire.Languages() {
			if name[lang] == "" {
				t.Errorf("%s has no name in %s", id, lang)
			}
		}
	}
}

// The demo is only worth looking around in when it has one of everything.
func TestOneOfEverything(t *testing.T) {
	have := map[string]bool{}
	for _, row := range rows(t) {
		for _, word := range shownBy(row.Object) {
			have[word] = true
		}
	}
	var want []string
	want = append(want, prefixed("kind ", wire.Kinds())...)
	want = append(want, prefixed("offer ", wire.OfferKinds())...)
	want = append(want, prefixed("model ", []string{wire.Direct, wire.Indirect, wire.SelfServe, wire.InPartner})...)
	want = append(want, prefixed("role ", access.Shipped().IDs())...)
	want = append(want, prefixed("split ", []string{"accepted", "proposed", "one customer", "some offers", "redirect", "none"})...)
	want = append(want, prefixed("relation ", []string{"active", "selling-stopped", "ended"})...)
	want = append(want, prefixed("listing ", []string{"transact", "trial", "free", "contact-me"})...)
	want = append(want, prefixed("channel ", []string{"none", "some", "all", "terminated"})...)
	want = append(want, prefixed("status ", []string{"draft", "preview", "live", "delisted"})...)
	want = append(want, prefixed("sale ", []string{"cancelled", "suspended", "active", "replaces", "designated", "supported", "redirect", "forward", "hidden", "disclosed", "not accountable"})...)
	want = append(want, prefixed("contact ", []string{"bounced", "unanswered", "unverified", "without channel", "for customers"})...)
	want = append(want, prefixed("agreement ", wire.AgreementKinds())...)
	want = append(want, prefixed("holidays ", []string{"JP", "TW", "US", "DE", "GB"})...)
	want = append(want, prefixed("locale ", wire.Languages())...)
	want = append(want, "byol", "first-party", "exclusive", "two kinds", "company redirect", "company forward")
	for _, word := range want {
		if !have[word] {
			t.Errorf("the demo shows no %q", word)
		}
	}
}

func prefixed(prefix string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = prefix + w
	}
	return out
}

func shownBy(object any) []string {
	switch v := object.(type) {
	case *wire.Company:
		return shownByCompany(v)
	case *wire.Relation:
		return []string{"relation " + directory.RelationState(v)}
	case *wire.Offer:
		return shownByOffer(v)
	case *wire.Agreement:
		return shownByAgreement(v)
	case *wire.Subscription:
		return shownBySale(v)
	case *wire.Person:
		return prefixed("role ", v.Roles)
	}
	return nil
}

func when(holds bool, word string) string {
	if holds {
		return word
	}
	return ""
}

func shownByCompany(v *wire.Company) []string {
	out := append(prefixed("kind ", v.Kinds), "locale "+v.Locale, "company "+v.RedirectTechnical, when(len(v.Kinds) > 1, "two kinds"))
	if v.Support != nil {
		out = append(out, "holidays "+v.Support.Holidays)
	}
	return out
}

func shownByOffer(v *wire.Offer) []string {
	listing := v.Listing
	if listing == "" {
		listing = "transact"
	}
	out := []string{"offer " + directory.OfferKind(v), "channel " + directory.Channel(v), "status " + directory.Status(v), "listing " + listing,
		when(v.License == "byol", "byol"), when(v.FirstParty, "first-party"), when(v.Exclusive, "exclusive")}
	for i := range v.Contacts {
		c := &v.Contacts[i]
		out = append(out, when(c.Bounced != "", "contact bounced"), when(c.Unanswered >= 3, "contact unanswered"),
			when(c.Verified == "" && directory.Usable(c) == "", "contact unverified"),
			when(directory.Usable(c) == "contact.missing", "contact without channel"),
			when(directory.Has(c.VisibleTo, wire.Customer), "contact for customers"))
	}
	return out
}

func shownByAgreement(v *wire.Agreement) []string {
	out := []string{"agreement " + v.Kind}
	if v.Kind == wire.SupportSplitKind {
		out = append(out, "split "+directory.AgreementState(v), "split "+v.Redirect,
			when(v.Customer != "", "split one customer"), when(len(v.Offers) > 0, "split some offers"))
	}
	return out
}

func shownBySale(v *wire.Subscription) []string {
	return []string{"model " + v.Model, "sale " + v.Status, when(v.Replaces != "", "sale replaces"),
		when(v.DesignatedSupport != "", "sale designated"), when(v.SupportPartner != "", "sale supported"), "sale " + v.RedirectTechnical,
		when(v.HideProvider != nil && *v.HideProvider, "sale hidden"), when(v.HideProvider != nil && !*v.HideProvider, "sale disclosed"),
		when(v.PartnerAccountable != nil && !*v.PartnerAccountable, "sale not accountable")}
}

func TestWorldIsNotShared(t *testing.T) {
	demo.World()[0] = '!'
	if demo.World()[0] == '!' {
		t.Error("a caller can change the demo world of the others")
	}
}

// Each language has a case in every state.
func TestCasesInEveryLanguageAndState(t *testing.T) {
	have := map[string]bool{}
	for _, c := range demo.Cases() {
		have[c.Lang+" "+c.Fate] = true
	}
	for _, lang := range wire.Languages() {
		for _, fate := range demo.Fates() {
			if !have[lang+" "+fate] {
				t.Errorf("no case in %s is %s", lang, fate)
			}
		}
	}
}
