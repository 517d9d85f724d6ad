package access_test

import (
	"slices"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// The table of spec 1 section 6, typed in once more by hand. Columns: the eight
// roles in its order; y = yes. Settings stand at their default.
var roles = []string{"global-admin", "admin-agent", "helpdesk-agent", "sales-agent", "billing-admin", "publisher-owner", "publisher-support", "customer-user"}

var table = map[access.Ability]string{
	access.SeeOfferDetails:    "yyyynyyy", // the customer's part is cut by the contact's readers
	access.SeeEngineering:     "yyynnyyn",
	access.OpenCases:          "yyyyyyyy",
	access.HandOver:           "yyynyyyn",
	access.ProposeAgreement:   "yynnnnnn",
	access.AcceptAgreement:    "ynnnnnnn",
	access.EditOffers:         "nnnnnynn",
	access.EditContacts:       "nnnnnyyn",
	access.PublishNotices:     "nnnnnyyn",
	access.ManagePeople:       "ynnnnynn",
	access.PublishRules:       "nnnnnnnn",
	access.EditDirectory:      "nnnnnnnn",
	access.ImportDirectory:    "nnnnnnnn",
	access.SeeCustomerRecords: "yyyyyyyy",
}

func TestRolesGrantWhatTheSpecificationSays(t *testing.T) {
	if !slices.Equal(access.Roles(), roles) {
		t.Fatalf("roles are %v", access.Roles())
	}
	for ability, line := range table {
		for i, role := range roles {
			actor := access.Actor{Company: "tailspin", Kinds: []string{wire.DirectPartner}, Person: "p", Roles: []string{role}}
			want := line[i] == 'y'
			if got := access.May(actor, ability); got != want {
				t.Errorf("%s, %s: %v", role, ability, got)
			}
			if err := access.Need(actor, ability); (err == nil) != want || err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("%s needs %s: %v", role, ability, err)
			}
		}
	}
}

// Only the operator's global admin keeps the directory and the rules.
func TestOperatorsAdminMayMore(t *testing.T) {
	extra := []access.Ability{access.PublishRules, access.EditDirectory, access.ImportDirectory, access.PublishNotices}
	for _, role := range roles {
		for _, ability := range extra {
			actor := access.Actor{Company: "market", Operator: true, Roles: []string{role}}
			want := role == "global-admin" || slices.Contains(access.Abilities(role), ability)
			if access.May(actor, ability) != want {
				t.Errorf("operator's %s, %s: %v", role, ability, !want)
			}
		}
	}
}

func TestAbilitiesOfSeveralRolesAddUp(t *testing.T) {
	actor := access.Actor{Company: "x", Roles: []string{"sales-agent", "billing-admin", "no-such-role"}}
	for ability, want := range map[access.Ability]bool{access.SeeOfferDetails: true, access.HandOver: true, access.ManagePeople: false} {
		if access.May(actor, ability) != want {
			t.Errorf("%s: %v", ability, !want)
		}
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
