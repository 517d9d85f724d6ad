package listing

import (
	"reflect"
	"testing"

	"switchboard/wire"
)

func TestMergeKeepsWhatPeopleAdded(t *testing.T) {
	old := &wire.Offer{ID: "a.o", Publisher: "a", Name: wire.Text{"en": "One", "ja": "ワン"}, Kind: wire.Container, Agreement: "terms", Audience: []string{"p"}, Exclusive: true,
		Contacts: []wire.Contact{
			{Role: wire.ContactSupport, Email: "help@a.example", Hours: "24x7", VisibleTo: []string{}, Verified: "2026-01-01", Source: CSV},
			{Role: wire.ContactEngineering, Email: "core@a.example", Source: CSV},
			{Role: wire.ContactEscalation, Email: "boss@a.example"}},
		Links: []wire.Link{{Kind: wire.LinkTerms, URL: "https://a.example/terms"}}}
	listed := &wire.Offer{ID: "a.o", Publisher: "publisher-of-o", External: wire.External{"offerId": "o"}, Name: wire.Plain("One"), Status: "delisted",
		Contacts: []wire.Contact{{Role: wire.ContactSupport, Name: "Desk", Email: "help@a.example", Source: CSV}},
		Links:    []wire.Link{{Kind: wire.LinkPrivacy, URL: "https://a.example/privacy"}}}
	want := &wire.Offer{ID: "a.o", Publisher: "a", External: wire.External{"offerId": "o"}, Name: wire.Text{"en": "One", "ja": "ワン"}, Kind: wire.Container,
		Agreement: "terms", Audience: []string{"p"}, Exclusive: true, Status: "delisted",
		Contacts: []wire.Contact{
			{Role: wire.ContactSupport, Name: "Desk", Email: "help@a.example", Hours: "24x7", VisibleTo: []string{}, Verified: "2026-01-01", Source: CSV},
			{Role: wire.ContactEscalation, Email: "boss@a.example"}},
		Links: []wire.Link{{Kind: wire.LinkTerms, URL: "https://a.example/terms"}, {Kind: wire.LinkPrivacy, URL: "https://a.example/privacy"}}}
	got := Merge(old, listed)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if again := Merge(got, listed); !reflect.DeepEqual(again, want) {
		t.Errorf("a second import changes %+v", again)
	}
	if old.Contacts[0].Name != "" || len(listed.Links) != 1 {
		t.Error("Merge changed its arguments")
	}
}

func TestAContactThatMovedIsUnverified(t *testing.T) {
	old := &wire.Offer{Contacts: []wire.Contact{{Role: wire.ContactSupport, Email: "old@a.example", Verified: "2026-01-01", Bounced: "2026-02-01", Hours: "24x7"}}}
	got := Merge(old, &wire.Offer{Contacts: []wire.Contact{{Role: wire.ContactSupport, Email: "new@a.example"}}}).(*wire.Offer)
	if want := (wire.Contact{Role: wire.ContactSupport, Email: "new@a.example", Hours: "24x7"}); len(got.Contacts) != 1 || !reflect.DeepEqual(got.Contacts[0], want) {
		t.Errorf("got %+v", got.Contacts)
	}
}

func TestMergeLeavesACompanyAlone(t *testing.T) {
	old := &wire.Company{ID: "a", Kinds: []string{wire.Provider}, Name: wire.Text{"ja": "エー"}, Support: &wire.Support{Email: "x@a.example"}, External: wire.External{"publisherId": "mine"}}
	got := Merge(old, &wire.Company{ID: "a", Kinds: []string{wire.Publisher}, Name: wire.Plain("A"), External: wire.External{"publisherId": "A", "mpnId": "7"}})
	want := &wire.Company{ID: "a", Kinds: []string{wire.Provider, wire.Publisher}, Name: wire.Text{"ja": "エー"}, Support: old.Support, External: wire.External{"publisherId": "mine", "mpnId": "7"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if listed := (&wire.Offer{ID: "o"}); Merge(nil, listed) != any(listed) || Merge((*wire.Offer)(nil), listed) != any(listed) {
		t.Error("without an old one, the listed one is it")
	}
}
