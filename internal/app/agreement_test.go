package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// The pair of the demo world whose agreement each test changes.
func proposal(topics map[string]wire.Share) wire.Agreement {
	return wire.Agreement{Provider: "wideworld", Reseller: "fabrikam", From: "2026-12-01", Topics: topics}
}

var providerBills = map[string]wire.Share{wire.Billing: {Accountable: wire.Provider, Performs: wire.Provider, Face: wire.Provider}}

// Spec 1 section 6, the line "propose a support agreement / accept it", as test
// data of its own.
var splitRoles = []struct {
	role            string
	propose, accept bool
}{
	{"global-admin", true, true}, {"admin-agent", true, false}, {"helpdesk-agent", false, false}, {"sales-agent", false, false},
	{"billing-admin", false, false}, {"publisher-owner", false, false}, {"publisher-support", false, false}, {"customer-user", false, false},
}

func TestRolesDecideWhoProposesAndWhoAccepts(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for i, tc := range splitRoles {
			provider, reseller := w.as("p-omar"), w.as("p-fiona")
			provider.Roles = []string{tc.role}
			p := proposal(providerBills)
			p.ID, p.From = "by-"+tc.role, fmt.Sprintf("2027-%02d-01", i+1)
			_, err := w.ProposeSplit(t.Context(), provider, p)
			if (err == nil) != tc.propose {
				t.Errorf("%s proposes: %v", tc.role, err)
			}
			if err != nil {
				wantFault(t, tc.role, err, fault.Denied, "denied.role")
				if _, err := w.ProposeSplit(t.Context(), w.as("p-omar"), p); err != nil {
					t.Fatal(err)
				}
			}
			reseller.Roles = []string{tc.role}
			if _, err = w.AcceptSplit(t.Context(), reseller, p.ID, nil); (err == nil) != tc.accept {
				t.Errorf("%s accepts: %v", tc.role, err)
			}
			if _, err = w.EndSplit(t.Context(), reseller, "ww-fabrikam-shield", nil); err != nil && tc.accept || err == nil && !tc.accept {
				t.Errorf("%s ends: %v", tc.role, err)
			}
			if _, err = w.WithdrawSplit(t.Context(), reseller, p.ID, nil); !tc.propose {
				wantFault(t, tc.role+" withdraws", err, fault.Denied, "denied.role")
			}
		}
	})
}

func TestOtherSideAccepts(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for i, tc := range []struct{ proposer, other string }{{"p-omar", "p-fiona"}, {"p-fiona", "p-omar"}} {
			p := proposal(providerBills)
			p.From = fmt.Sprintf("202%d-01-01", 7+i)
			made, err := w.ProposeSplit(t.Context(), w.as(tc.proposer), p)
			if err != nil {
				t.Fatal(err)
			}
			if made.State != "proposed" || made.Version != 4+i || made.Proposer != w.as(tc.proposer).Company || made.Accepted != nil {
				t.Errorf("%+v", made)
			}
			_, err = w.AcceptSplit(t.Context(), w.as(tc.proposer), made.ID, nil)
			wantFault(t, "own proposal", err, fault.Denied, "agreement.own-proposal")
			done, err := w.AcceptSplit(t.Context(), w.as(tc.other), made.ID, nil)
			if err != nil || done.State != "accepted" || done.Accepted.Company != w.as(tc.other).Company || done.Accepted.Person != tc.other || done.Accepted.At != "2026-11-21T12:00:00Z" {
				t.Errorf("%v, %+v", err, done)
			}
			_, err = w.AcceptSplit(t.Context(), w.as(tc.other), made.ID, nil)
			wantFault(t, "twice", err, fault.Conflict, "agreement.not-proposed")
		}
	})
}

// A forged proposal cannot be in force at once, nor speak for the other side.
func TestProposalSaysItselfNothingAboutItsState(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		p := proposal(providerBills)
		p.State, p.Proposer, p.Accepted, p.Version, p.Kind = "accepted", "wideworld", &wire.Acceptance{Company: "wideworld"}, 99, "operator-terms"
		made, err := w.ProposeSplit(t.Context(), w.as("p-fiona"), p)
		if err != nil || made.State != "proposed" || made.Proposer != "fabrikam" || made.Accepted != nil || made.Version != 4 || made.Kind != wire.SupportSplitKind {
			t.Errorf("%v, %+v", err, made)
		}
	})
}

func TestAcceptedVersionEndsTheOneBeforeTheDayBefore(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		made, err := w.ProposeSplit(t.Context(), w.as("p-omar"), proposal(providerBills))
		if err != nil {
			t.Fatal(err)
		}
		if got := w.split("ww-fabrikam").Until; got != "" {
			t.Errorf("a proposal ends the old version: %s", got)
		}
		if _, err := w.AcceptSplit(t.Context(), w.as("p-fiona"), made.ID, nil); err != nil {
			t.Fatal(err)
		}
		for id, until := range map[string]string{"ww-fabrikam": "2026-11-30", "ww-fabrikam-shield": "", "ww-fabrikam-1": "2026-03-31", made.ID: ""} {
			if got := w.split(id); got.Until != until || got.State != "accepted" {
				t.Errorf("%s: until %q, state %s", id, got.Until, got.State)
			}
		}
		if got := w.split("ww-fabrikam-3").State; got != "proposed" {
			t.Errorf("the other proposal became %s", got)
		}
	})
}

func (w *world) split(id string) *wire.Agreement {
	w.t.Helper()
	object, _, err := w.Get(w.t.Context(), local, directory.Agreements, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return object.(*wire.Agreement)
}

func TestOverlapWithALaterOneIsAConflict(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		if _, err := w.AcceptSplit(t.Context(), w.as("p-fiona"), "ww-fabrikam-3", nil); err != nil { // from 2027
			t.Fatal(err)
		}
		made, err := w.ProposeSplit(t.Context(), w.as("p-omar"), proposal(providerBills)) // from December, no end
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.AcceptSplit(t.Context(), w.as("p-fiona"), made.ID, nil)
		wantFault(t, "overlap", err, fault.Conflict, "import.overlap")
		if got := w.split(made.ID).State; got != "proposed" {
			t.Errorf("it is %s", got)
		}
		if got := w.split("ww-fabrikam").Until; got != "2026-12-31" {
			t.Errorf("the version in force ends %q", got)
		}
	})
}

func TestStaleVersionChangesNothing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		old := int64(7)
		for what, do := range map[string]func() error{
			"accept": func() error { _, err := w.AcceptSplit(t.Context(), w.as("p-fiona"), "ww-fabrikam-3", &old); return err },
			"withdraw": func() error {
				_, err := w.WithdrawSplit(t.Context(), w.as("p-omar"), "ww-fabrikam-3", &old)
				return err
			},
			"end": func() error { _, err := w.EndSplit(t.Context(), w.as("p-omar"), "ww-fabrikam", &old); return err },
		} {
			wantFault(t, what, do(), fault.Stale, "stale")
		}
		if got := w.split("ww-fabrikam"); got.Until != "" {
			t.Errorf("until %s", got.Until)
		}
	})
}

func TestWithdrawnProposalCannotBeAccepted(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		got, err := w.WithdrawSplit(t.Context(), w.as("p-omar"), "ww-fabrikam-3", nil)
		if err != nil || got.State != "ended" {
			t.Fatalf("%v, %+v", err, got)
		}
		_, err = w.AcceptSplit(t.Context(), w.as("p-fiona"), "ww-fabrikam-3", nil)
		wantFault(t, "accept", err, fault.Conflict, "agreement.not-proposed")
		_, err = w.WithdrawSplit(t.Context(), w.as("p-omar"), "ww-fabrikam", nil)
		wantFault(t, "withdraw what is in force", err, fault.Conflict, "agreement.not-proposed")
	})
}

// Ending takes effect after the last day; what was answered for earlier
// instants stays answered.
func TestEndedAgreementHoldsUntilTheEndOfTheDay(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ask := app.Ask{Subscription: "sk-backup", Topic: wire.Billing}
		before := asJSON(t, w.who(w.as("p-fiona"), at(ask, "2026-10-01T10:00:00Z")))
		got, err := w.EndSplit(t.Context(), w.as("p-fiona"), "ww-fabrikam", nil)
		if err != nil || got.Until != "2026-11-21" {
			t.Fatalf("%v, %+v", err, got)
		}
		for when, outcome := range map[string]string{"2026-11-21T23:59:59Z": wire.Decided, "2026-11-22T00:00:00Z": wire.NotAgreed} {
			if a := w.who(w.as("p-fiona"), at(ask, when)); a.Outcome != outcome {
				t.Errorf("%s: %s, want %s", when, a.Outcome, outcome)
			}
		}
		if after := asJSON(t, w.who(w.as("p-fiona"), at(ask, "2026-10-01T10:00:00Z"))); after != before {
			t.Errorf("an earlier answer changed:\n%s\n%s", before, after)
		}
		w.clock.pass(24 * time.Hour)
		_, err = w.EndSplit(t.Context(), w.as("p-fiona"), "ww-fabrikam", nil)
		wantFault(t, "end what has ended", err, fault.Conflict, "agreement.not-in-force")
	})
}

func at(ask app.Ask, when string) app.Ask {
	ask.At = when
	return ask
}

// An agreement that has not begun is called off, not given an end before its
// beginning.
func TestAgreementThatHasNotBegunEndsBeforeItBegins(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		if _, err := w.AcceptSplit(t.Context(), w.as("p-fiona"), "ww-fabrikam-3", nil); err != nil {
			t.Fatal(err)
		}
		got, err := w.EndSplit(t.Context(), w.as("p-omar"), "ww-fabrikam-3", nil)
		if err != nil {
			t.Fatal(err)
		}
		if directory.InForce(got, "2027-02-01") || got.State != "ended" {
			t.Errorf("%+v", got)
		}
		if problems := directory.Check(got); directory.Refuse(problems) != nil {
			t.Errorf("what is kept does not pass the check: %v", problems)
		}
	})
}

// Answers change exactly on the day from which the new version is in force.
func TestAnswersChangeOnTheDayItStarts(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ask := app.Ask{Subscription: "sk-backup", Topic: wire.Billing}
		days := []string{"2025-06-01T10:00:00Z", "2026-04-01T00:00:00Z", "2026-11-21T12:00:00Z", "2026-11-30T23:59:59Z"}
		var before []string
		for _, day := range days {
			a := w.who(w.as("p-fiona"), at(ask, day))
			a.Lost = nil
			before = append(before, asJSON(t, a))
		}
		made, err := w.ProposeSplit(t.Context(), w.as("p-omar"), proposal(providerBills))
		if err != nil {
			t.Fatal(err)
		}
		if a := w.who(w.as("p-fiona"), at(ask, "2026-12-01T00:00:00Z")); a.Accountable.Company != "fabrikam" {
			t.Errorf("a proposal moved the answer to %s", a.Accountable.Company)
		}
		if _, err := w.AcceptSplit(t.Context(), w.as("p-fiona"), made.ID, nil); err != nil {
			t.Fatal(err)
		}
		for i, day := range days {
			after := w.who(w.as("p-fiona"), at(ask, day))
			after.Lost = nil // it lists the new version as one that did not count yet
			if got := asJSON(t, after); got != before[i] {
				t.Errorf("%s changed:\n%s\n%s", day, before[i], got)
			}
		}
		a := w.who(w.as("p-fiona"), at(ask, "2026-12-01T00:00:00Z"))
		if a.Accountable.Company != "wideworld" || !slices.ContainsFunc(a.Matched, func(m wire.Match) bool { return m.Agreement == made.ID && m.Version == 4 }) {
			t.Errorf("on the day: %s by %+v", a.Accountable.Company, a.Matched)
		}
	})
}

// A former reseller, a stranger, the customer and the publisher do not learn
// that there is an agreement.
func TestAgreementIsNotThereForOutsiders(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, person := range []string{"p-greta", "p-rosa", "p-shufen", "p-nora", "p-will", "p-priya", "p-eva", "p-jonas"} {
			actor := w.as(person)
			actor.Roles = []string{"global-admin"}
			for _, id := range []string{"ww-fabrikam-3", "nothing-3"} {
				for what, do := range map[string]func() error{
					"accept":   func() error { _, err := w.AcceptSplit(t.Context(), actor, id, nil); return err },
					"withdraw": func() error { _, err := w.WithdrawSplit(t.Context(), actor, id, nil); return err },
					"end":      func() error { _, err := w.EndSplit(t.Context(), actor, id, nil); return err },
					"get":      func() error { _, _, err := w.Get(t.Context(), actor, directory.Agreements, id); return err },
				} {
					wantFault(t, person+" "+what+" "+id, do(), fault.NotFound, "not-found")
				}
			}
			for _, reseller := range []string{"fabrikam", "nobody"} {
				_, err := w.Splits(t.Context(), actor, "wideworld", reseller)
				wantFault(t, person+" lists", err, fault.NotFound, "not-found")
				p := proposal(nil)
				p.Reseller = reseller
				_, err = w.ProposeSplit(t.Context(), actor, p)
				wantFault(t, person+" proposes", err, fault.NotFound, "not-found")
			}
		}
	})
}

func TestSplitsAreListedForBothSides(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, person := range []string{"p-omar", "p-jo", "p-fiona", "p-marta"} {
			list, err := w.Splits(t.Context(), w.as(person), "wideworld", "fabrikam")
			var ids []string
			for _, a := range list {
				ids = append(ids, a.ID)
			}
			slices.Sort(ids)
			if err != nil || !slices.Equal(ids, []string{"ww-fabrikam", "ww-fabrikam-1", "ww-fabrikam-3", "ww-fabrikam-shield"}) {
				t.Errorf("%s: %v, %v", person, err, ids)
			}
		}
	})
}

// What a proposal names must be known to its author: a customer of somebody
// else is as unknown as one that does not exist.
func TestProposalDoesNotTellWhoExists(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, names := range [][2]wire.Agreement{
			{{Customer: "northwind"}, {Customer: "nobody"}},
			{{Offers: []string{"proseware-next"}}, {Offers: []string{"nothing"}}},
		} {
			var faults [2]*fault.Error
			for i, p := range names {
				p.Provider, p.Reseller, p.From, p.Topics = "wideworld", "fabrikam", "2026-12-01", providerBills
				_, err := w.ProposeSplit(t.Context(), w.as("p-fiona"), p)
				faults[i] = fault.Of(err)
			}
			if faults[0] == nil || faults[1] == nil || faults[0].Kind != faults[1].Kind || faults[0].Code != faults[1].Code || len(faults[0].Fields) != len(faults[1].Fields) {
				t.Errorf("hidden: %v\nmissing: %v", faults[0], faults[1])
			}
		}
	})
}

// Two people of the two sides press at once: exactly one acceptance counts.
func TestTwoAcceptancesAtOnceAreOne(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		actor := w.as("p-fiona")
		results := make(chan error, 4)
		for range cap(results) {
			go func() {
				_, err := w.AcceptSplit(t.Context(), actor, "ww-fabrikam-3", nil)
				results <- err
			}()
		}
		accepted := 0
		for range cap(results) {
			switch err := <-results; {
			case err == nil:
				accepted++
			case !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Stale):
				t.Errorf("%v", err)
			}
		}
		if got := w.split("ww-fabrikam"); accepted != 1 || got.Until != "2026-12-31" {
			t.Errorf("%d accepted, the old version ends %q", accepted, got.Until)
		}
	})
}
