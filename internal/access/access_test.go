package access_test

import (
	"slices"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// The table of spec 1 section 6, typed in once more by hand. Columns: the eight
// roles in its order; y = yes. Settings stand at their default.
var roles = []string{"global-admin", "admin-agent", "helpdesk-agent", "sales-agent", "billing-admin", "publisher-owner", "publisher-support", "customer-user"}

// y = yes, s = a company may switch it off, m = for money topics alone.
var table = map[access.Ability]string{
	access.SeeOfferDetails:    "yyssnyyy", // the customer's part is cut by the contact's readers
	access.SeeEngineering:     "yysnnyyn",
	access.OpenCases:          "yyyymyyy",
	access.WorkCases:          "yyynmyyy",
	access.HandOver:           "yyynmyyn",
	access.ProposeAgreement:   "yynnnnnn",
	access.AcceptAgreement:    "ynnnnnnn",
	access.EditOffers:         "nnnnnynn",
	access.EditContacts:       "nnnnnyyn",
	access.PublishNotices:     "nnnnnyyn",
	access.ManagePeople:       "ynnnnynn",
	access.ManageSettings:     "ynnnnnnn",
	access.ArrangeDesk:        "yynnnynn", // not of the specification's table: who arranges what all colleagues use
	access.PublishRules:       "nnnnnnnn",
	access.PublishRoles:       "nnnnnnnn",
	access.EditDirectory:      "nnnnnnnn",
	access.ImportDirectory:    "nnnnnnnn",
	access.SeeCustomerRecords: "yyyyyyyy",
}

func person(role string, set *access.Set) access.Actor {
	return access.Actor{Company: "tailspin", Kinds: []string{wire.DirectPartner}, Person: "p", Roles: []string{role}, Set: set}
}

func TestRolesGrantWhatTheSpecificationSays(t *testing.T) {
	shipped := access.Shipped()
	if !slices.Equal(shipped.IDs(), roles) || len(table) != len(access.Abilities()) {
		t.Fatalf("roles are %v, abilities %v", shipped.IDs(), access.Abilities())
	}
	for ability, line := range table {
		for i, role := range roles {
			actor := person(role, nil)
			want := line[i] == 'y' || line[i] == 's'
			if got := access.May(actor, ability); got != want {
				t.Errorf("%s, %s: %v", role, ability, got)
			}
			if err := access.Need(actor, ability); (err == nil) != want || err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("%s needs %s: %v", role, ability, err)
			}
			if got := access.MaySome(actor, ability); got != (line[i] != 'n') {
				t.Errorf("%s, %s, for some topic: %v", role, ability, got)
			}
		}
	}
}

// A billing admin works on billing topics (spec 1 section 6) and on no other.
func TestALimitHoldsForItsTopicsAlone(t *testing.T) {
	money := []string{wire.Billing, wire.Payment, wire.SubscriptionTopic, wire.Refund}
	for ability, line := range table {
		for i, role := range roles {
			for _, topic := range wire.Topics() {
				want := line[i] == 'y' || line[i] == 's' || line[i] == 'm' && slices.Contains(money, topic)
				if got := access.May(person(role, nil), ability, topic); got != want {
					t.Errorf("%s, %s, %s: %v", role, ability, topic, got)
				}
			}
		}
	}
	clerk := person("billing-admin", nil)
	if access.May(clerk, access.OpenCases, wire.Billing, wire.BreakFix) || !access.May(clerk, access.OpenCases, wire.Billing, wire.Refund) {
		t.Error("of several topics every one has to be granted")
	}
}

// The cells "setting, default yes": each can be switched off, alone, and no
// other cell can be.
func TestSettingsCanBeSwitchedOff(t *testing.T) {
	kinds := []string{wire.DirectPartner}
	var settings []access.Cell
	for i, role := range roles {
		for _, ability := range access.Abilities() {
			cell := access.Cell{Role: role, Ability: ability}
			if table[ability][i] == 's' {
				settings = append(settings, cell)
			}
			off := access.Shipped().Without([]access.Cell{cell})
			for ability, line := range table {
				for j, other := range roles {
					want := (line[j] == 'y' || line[j] == 's') && (line[j] != 's' || cell != access.Cell{Role: other, Ability: ability})
					if got := access.May(person(other, off), ability); got != want {
						t.Errorf("without %v: %s, %s: %v", cell, other, ability, got)
					}
				}
			}
		}
	}
	if got := access.Shipped().Settings(kinds); len(settings) != 3 || !slices.Equal(got, settings) {
		t.Errorf("settings are %v, want %v", got, settings)
	}
	if got := access.Shipped().Settings([]string{wire.Customer, wire.Publisher}); got != nil {
		t.Errorf("a customer and publisher has settings %v", got)
	}
}

// Roles are offered where they make sense.
func TestRolesOfAKindOfCompany(t *testing.T) {
	for kind, want := range map[string]string{wire.Customer: "global-admin customer-user", wire.Publisher: "publisher-owner publisher-support",
		wire.Reseller: "global-admin admin-agent helpdesk-agent sales-agent billing-admin"} {
		var got []string
		for _, role := range access.Shipped().For([]string{kind}) {
			got = append(got, role.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

// Only the operator's global admin keeps the directory, the rules and the roles.
func TestOperatorsAdminMayMore(t *testing.T) {
	extra := []access.Ability{access.PublishRules, access.PublishRoles, access.EditDirectory, access.ImportDirectory, access.PublishNotices}
	for i, role := range roles {
		for _, ability := range extra {
			actor := access.Actor{Company: "market", Operator: true, Roles: []string{role}}
			want := role == "global-admin" || table[ability][i] == 'y'
			if access.May(actor, ability) != want {
				t.Errorf("operator's %s, %s: %v", role, ability, !want)
			}
		}
	}
}

func TestAbilitiesOfSeveralRolesAddUp(t *testing.T) {
	actor := access.Actor{Company: "x", Roles: []string{"sales-agent", "billing-admin", "no-such-role"}}
	for ability, want := range map[access.Ability]bool{access.SeeOfferDetails: true, access.OpenCases: true, access.HandOver: false, access.ManagePeople: false} {
		if access.May(actor, ability) != want {
			t.Errorf("%s: %v", ability, !want)
		}
	}
	if !access.May(actor, access.HandOver, wire.Refund) || access.May(actor, access.WorkCases, wire.Outage) {
		t.Error("limits of several roles add up wrongly")
	}
}

// Nobody, the holder of a link and the person at the command line.
func TestWhoIsSignedIn(t *testing.T) {
	for name, tc := range map[string]struct {
		actor access.Actor
		in    bool
		may   bool
	}{
		"nobody":        {access.Actor{Roles: []string{"global-admin"}}, false, false},
		"a link holder": {access.Actor{Company: "northwind", Subscription: "s", Roles: []string{"global-admin"}}, false, false},
		"a person":      {access.Actor{Company: "northwind", Roles: []string{"global-admin"}}, true, true},
		"local":         {access.Actor{Local: true}, true, true},
	} {
		if tc.actor.SignedIn() != tc.in || access.May(tc.actor, access.ManagePeople) != tc.may {
			t.Errorf("%s: signed in %v, may %v", name, tc.actor.SignedIn(), access.May(tc.actor, access.ManagePeople))
		}
	}
}

func TestScopeReachesDownwardsOnly(t *testing.T) {
	order := []access.Scope{access.ScopeAnswers, access.ScopeRead, access.ScopeWrite, access.ScopeAdmin}
	for i, have := range order {
		for j, need := range order {
			if got := access.InScope(access.Actor{Scopes: []string{string(have)}}, need); got != (j <= i) {
				t.Errorf("%s for %s: %v", have, need, got)
			}
		}
	}
	for name, tc := range map[string]struct {
		scopes []string
		want   bool
	}{"a session": {nil, true}, "no scope": {[]string{}, false}, "an unknown scope": {[]string{"root"}, false}} {
		if got := access.InScope(access.Actor{Scopes: tc.scopes}, access.ScopeRead); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPartnersAreWhoSellsOrResells(t *testing.T) {
	for kind, want := range map[string]bool{wire.Provider: true, wire.Reseller: true, wire.DirectPartner: true, wire.Customer: false, wire.Publisher: false, wire.Operator: false} {
		if access.IsPartner(access.Actor{Company: "x", Kinds: []string{kind}}) != want {
			t.Errorf("%s: %v", kind, !want)
		}
	}
}

// A guest reads and answers one case, and is nobody anywhere else.
func TestAGuestMayOnOneCaseAlone(t *testing.T) {
	guest := access.Actor{Company: "aoba", Kinds: []string{wire.Customer}, Roles: []string{"global-admin"}, Case: "1"}
	for _, ability := range access.Abilities() {
		want := ability == access.OpenCases || ability == access.WorkCases
		if got := access.MayOn(guest, ability, "1", wire.Billing); got != want {
			t.Errorf("%s on its case: %v", ability, got)
		}
		if access.MayOn(guest, ability, "2", wire.Billing) || access.May(guest, ability) || access.MaySome(guest, ability) {
			t.Errorf("%s elsewhere", ability)
		}
	}
	if guest.SignedIn() {
		t.Error("a guest is signed in")
	}
	if a := (access.Actor{Company: "aoba", Roles: []string{"customer-user"}}); !access.MayOn(a, access.WorkCases, "2", wire.Billing) || access.MayOn(a, access.HandOver, "2", wire.Billing) {
		t.Error("a person of the company may something else than before")
	}
}
