package app_test

import (
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

// offer reads an offer as its owner would, to change a copy of it.
func (w *world) offer(id string) wire.Offer {
	w.t.Helper()
	object, _, err := w.Get(w.t.Context(), local, directory.Offers, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return *object.(*wire.Offer)
}

func (w *world) company(id string) wire.Company {
	w.t.Helper()
	object, _, err := w.Get(w.t.Context(), local, directory.Companies, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return *object.(*wire.Company)
}

func TestOnlyTheOwnerWrites(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		backup, tailspin := w.offer("contoso-backup"), w.company("tailspin")
		stolen := w.offer("litware-guard")
		stolen.Publisher = "contoso"
		firstParty := backup
		firstParty.FirstParty = true
		operator := tailspin
		operator.Kinds = []string{wire.DirectPartner, wire.Provider}
		ken := wire.Person{ID: "p-ken", Company: "tailspin", Roles: []string{"sales-agent"}}
		hugo := wire.Person{ID: "p-hugo", Company: "tailspin", Name: "Hugo Stein", Email: "hugo@tailspin.example", Roles: []string{"helpdesk-agent"}, Lang: "ja"}
		taken := wire.Person{ID: "p-rosa", Company: "tailspin"}
		for _, tc := range []struct {
			what, person string
			object       any
			kind         fault.Kind // "" = it is written
			code         string
		}{
			{"the publisher, its offer", "p-priya", &backup, "", ""},
			{"another publisher, which does not see it", "p-lena", &backup, fault.NotFound, "not-found"},
			{"a partner, which sees it", "p-greta", &backup, fault.Denied, "denied.not-yours"},
			{"the operator's helpdesk", "p-diego", &backup, fault.Denied, "denied.not-yours"},
			{"the operator's admin", "p-marta", &backup, "", ""},
			{"a publisher that takes another's offer", "p-priya", &stolen, fault.NotFound, "not-found"},
			{"a publisher that makes its offer the operator's", "p-priya", &firstParty, fault.Denied, "denied.not-yours"},
			{"a company, its own profile", "p-greta", &tailspin, "", ""},
			{"a company that gives itself a kind", "p-greta", &operator, fault.Denied, "denied.not-yours"},
			{"an admin agent, the profile", "p-ken", &tailspin, fault.Denied, "denied.role"},
			{"a rival, the profile", "p-rosa", &tailspin, fault.NotFound, "not-found"},
			{"an admin, a person of the company", "p-greta", &ken, "", ""},
			{"an admin who takes a rival's person", "p-greta", &taken, fault.NotFound, "not-found"},
			{"an admin agent, another person", "p-ken", &hugo, fault.Denied, "denied.role"},
			{"a rival, a person", "p-rosa", &hugo, fault.NotFound, "not-found"},
			{"a new offer in another's name", "p-lena", &wire.Offer{ID: "fresh", Publisher: "contoso"}, fault.NotFound, "not-found"},
			{"a new offer of one's own", "p-lena", &wire.Offer{ID: "fresh", Publisher: "proseware"}, "", ""},
			{"a support split past the other side", "p-omar", &wire.Agreement{ID: "forged", Kind: wire.SupportSplitKind, Provider: "wideworld", Reseller: "coho", Version: 1, From: "2026-01-01"}, fault.NotFound, "not-found"},
			{"one's own partner terms", "p-omar", &wire.Agreement{ID: "ours", Kind: wire.PartnerTermsKind, Partner: "wideworld", Version: 1, From: "2026-01-01"}, "", ""},
			{"a subscription", "p-greta", &wire.Subscription{ID: "gift", Customer: "northwind", Offer: "contoso-backup", Model: wire.Direct, Seller: "tailspin"}, fault.NotFound, "not-found"},
			{"a relation", "p-omar", &wire.Relation{Provider: "wideworld", Reseller: "fabrikam", State: "ended"}, fault.Denied, "denied.not-yours"},
		} {
			_, err := w.Put(t.Context(), w.as(tc.person), tc.object, nil)
			if tc.kind == "" && err != nil {
				t.Errorf("%s: %v", tc.what, err)
			}
			if tc.kind != "" {
				wantFault(t, tc.what, err, tc.kind, tc.code)
			}
		}
		_, err := w.Put(t.Context(), access.Actor{}, &backup, nil)
		wantFault(t, "signed out", err, fault.Denied, "auth.sign-in-needed")
	})
}

// Spec 1 section 6: a publisher's support edits contacts only.
func TestPublishersSupportChangesContactsOnly(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		contacts := w.offer("contoso-backup")
		contacts.Contacts = append([]wire.Contact{}, contacts.Contacts...)
		contacts.Contacts[0].Email = "new-desk@contoso.example"
		if _, err := w.Put(t.Context(), w.as("p-tom"), &contacts, nil); err != nil {
			t.Errorf("contacts: %v", err)
		}
		if got := w.offer("contoso-backup").Contacts[0].Email; got != "new-desk@contoso.example" {
			t.Errorf("the address is %s", got)
		}
		more := contacts
		more.Links = more.Links[1:]
		_, err := w.Put(t.Context(), w.as("p-tom"), &more, nil)
		wantFault(t, "a document", err, fault.Denied, "denied.role")
		_, err = w.Put(t.Context(), w.as("p-tom"), &wire.Offer{ID: "fresh", Publisher: "contoso"}, nil)
		wantFault(t, "a new offer", err, fault.Denied, "denied.role")
	})
}

// An offer cannot be put under somebody else's agreement, which would show it,
// and the refusal does not tell whether it exists.
func TestOfferStandsUnderItsOwnAgreement(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, id := range []string{"ww-fabrikam", "tailspin-terms", "litware-terms", "market-terms", "nothing"} {
			o := w.offer("contoso-backup")
			o.Agreement = id
			_, err := w.Put(t.Context(), w.as("p-priya"), &o, nil)
			wantFault(t, id, err, fault.Invalid, "fields.invalid")
			if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Path != "agreement" || f.Fields[0].Code != "field.unknown-reference" {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

func TestStaleWriteIsRefused(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		o := w.offer("contoso-backup")
		_, version, err := w.Get(t.Context(), w.as("p-priya"), directory.Offers, "contoso-backup")
		if err != nil {
			t.Fatal(err)
		}
		read := version
		o.Name = wire.Plain("Contoso Backup 2")
		if version, err = w.Put(t.Context(), w.as("p-priya"), &o, &read); err != nil || version != read+1 {
			t.Fatalf("%v, version %d", err, version)
		}
		_, err = w.Put(t.Context(), w.as("p-priya"), &o, &read)
		wantFault(t, "put", err, fault.Stale, "stale")
		wantFault(t, "delete", w.Delete(t.Context(), w.as("p-priya"), directory.Offers, "contoso-backup", &read), fault.Stale, "stale")
		_, err = w.Put(t.Context(), w.as("p-priya"), &o, new(int64))
		wantFault(t, "create what is there", err, fault.Conflict, "conflict.exists")
	})
}

// What is in use stays; and who uses it is named only to those who see it.
func TestWhatIsInUseIsNotDeleted(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		err := w.Delete(t.Context(), w.as("p-priya"), directory.Offers, "contoso-shield", nil)
		wantFault(t, "an offer with subscriptions", err, fault.Conflict, "conflict.in-use")
		if by := fault.Of(err).Args; by["id"] == "ww-fabrikam-shield" {
			t.Errorf("it names an agreement of others: %v", by)
		}
		w.put(&wire.Offer{ID: "lone", Publisher: "contoso"})
		wantFault(t, "by a partner", w.Delete(t.Context(), w.as("p-greta"), directory.Offers, "lone", nil), fault.Denied, "denied.not-yours")
		wantFault(t, "by another publisher", w.Delete(t.Context(), w.as("p-maki"), directory.Offers, "lone", nil), fault.NotFound, "not-found")
		if err := w.Delete(t.Context(), w.as("p-priya"), directory.Offers, "lone", nil); err != nil {
			t.Error(err)
		}
		wantFault(t, "twice", w.Delete(t.Context(), w.as("p-priya"), directory.Offers, "lone", nil), fault.NotFound, "not-found")
		wantFault(t, "a company with people", w.Delete(t.Context(), w.as("p-greta"), directory.Companies, "tailspin", nil), fault.Conflict, "conflict.in-use")
	})
}

func TestVerifyingIsForTheOwner(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for person, want := range map[string]fault.Kind{"p-greta": fault.Denied, "p-diego": fault.Denied, "p-priya": fault.NotFound, "p-nora": fault.Denied} {
			_, err := w.VerifyContact(t.Context(), w.as(person), "litware-vault", "support", "en")
			wantFault(t, person, err, want, "")
		}
		before := w.offer("litware-vault").Contacts
		if before[0].Bounced == "" || before[2].Unanswered != 3 {
			t.Fatalf("%+v", before)
		}
		details, err := w.VerifyContact(t.Context(), w.as("p-maki"), "litware-vault", "support", "en")
		if err != nil || !details.May.Verify {
			t.Fatal(err)
		}
		after := w.offer("litware-vault").Contacts
		if after[0].Verified != "2026-11-21" || after[0].VerifiedBy != "p-maki" || after[0].Bounced != "" {
			t.Errorf("a check by a person ends the bounce: %+v", after[0])
		}
		if after[1].Verified != before[1].Verified || after[2].Unanswered != 3 {
			t.Errorf("another contact was stamped: %+v", after[1:])
		}
		_, err = w.VerifyContact(t.Context(), w.as("p-maki"), "litware-vault", "support-9", "en")
		wantFault(t, "no such contact", err, fault.NotFound, "not-found.contact")
		if _, err := w.VerifyContact(t.Context(), w.as("p-maki"), "litware-vault", "", "en"); err != nil {
			t.Fatal(err)
		}
		for i, c := range w.offer("litware-vault").Contacts {
			if c.Verified != "2026-11-21" || c.Bounced != "" || c.Unanswered != 0 {
				t.Errorf("contact %d: %+v", i, c)
			}
		}
	})
}

func TestListsNeedASignIn(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		holder, _, err := w.OpenLink(t.Context(), w.link("nw-backup"))
		if err != nil {
			t.Fatal(err)
		}
		for name, actor := range map[string]access.Actor{"signed out": {}, "link holder": holder} {
			for _, noun := range everyNoun {
				_, _, err := w.List(t.Context(), actor, noun, store.Filter{}, "", 10)
				if noun == directory.Offers && err != nil || noun != directory.Offers && !fault.Is(err, fault.Denied) {
					t.Errorf("%s lists %s: %v", name, noun, err)
				}
			}
			_, err := w.ContactSheet(t.Context(), actor, "northwind", "en")
			wantFault(t, name+", sheet", err, fault.Denied, "")
			_, err = w.Gaps(t.Context(), actor, "en")
			wantFault(t, name+", gaps", err, fault.Denied, "auth.sign-in-needed")
			_, err = w.Tokens(t.Context(), actor)
			wantFault(t, name+", tokens", err, fault.Denied, "")
		}
	})
}
