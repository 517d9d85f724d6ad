package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/responsibility"
	"switchboard/wire"
)

// version is the shipped table under another number.
func version(n int) string {
	shipped := responsibility.Shipped()
	return strings.Replace(shipped.Text(), fmt.Sprintf("\nversion %d\n", shipped.Version), fmt.Sprintf("\nversion %d\n", n), 1)
}

var aQuestion = app.Ask{Subscription: "nw-backup", Topic: wire.Billing, As: "northwind"}

func TestOnlyTheOperatorsGlobalAdminPublishesRules(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		operator := w.as("p-marta")
		for _, role := range access.Shipped().IDs() {
			actor := operator
			actor.Roles = []string{role}
			if _, err := w.PublishRules(t.Context(), actor, version(99), ""); role == "global-admin" {
				wantFault(t, "the version is wrong, the role is right", err, fault.Conflict, "rules.version")
			} else {
				wantFault(t, role, err, fault.Denied, "denied.role")
			}
		}
		for _, person := range []string{"p-diego", "p-greta", "p-priya", "p-nora"} {
			_, err := w.PublishRules(t.Context(), w.as(person), version(2), "")
			wantFault(t, person, err, fault.Denied, "denied.role")
		}
		_, err := w.PublishRules(t.Context(), access.Actor{}, version(2), "")
		wantFault(t, "signed out", err, fault.Denied, "")
		if v := w.who(local, aQuestion).Rules.Version; v != 1 {
			t.Errorf("version %d is in force", v)
		}
	})
}

func TestPublishedRulesAnswerFromThenOn(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		second := strings.Replace(version(2), "\nauthor Switchboard\n", "\nauthor Marta Keller\nnote of the version before\n", 1)
		got, err := w.PublishRules(t.Context(), w.as("p-marta"), second, "Words made\nclearer")
		if err != nil || got.Version != 2 || got.Note != "Words made clearer" || got.Author != "Marta Keller" {
			t.Fatalf("%v, %+v", err, got)
		}
		if v := w.who(local, aQuestion).Rules.Version; v != 2 {
			t.Errorf("the answer names version %d", v)
		}
		details, err := w.OfferDetails(t.Context(), local, "contoso-backup", "en")
		sheet, failed := w.ContactSheet(t.Context(), local, "northwind", "en")
		if err != nil || failed != nil || details.Rules.Version != 2 || sheet.Rules.Version != 2 {
			t.Errorf("%v, %v: details by %d, sheet by %d", err, failed, details.Rules.Version, sheet.Rules.Version)
		}
		for _, wrong := range []int{1, 2, 4} {
			_, err := w.PublishRules(t.Context(), w.as("p-marta"), version(wrong), "")
			wantFault(t, fmt.Sprint("version ", wrong), err, fault.Conflict, "rules.version")
		}
		history, err := w.RulesHistory(t.Context())
		if err != nil || len(history) != 2 || history[0].Version != 2 || history[0].Note != "Words made clearer" || history[1].Version != 1 {
			t.Errorf("%v, %+v", err, history)
		}
		if _, first, err := w.Rules(t.Context(), 1); err != nil || first.Version != 1 {
			t.Errorf("%v, %+v", err, first)
		}
		_, _, err = w.Rules(t.Context(), 7)
		wantFault(t, "version 7", err, fault.NotFound, "")
	})
}

func TestUnreadableTableNamesItsLine(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		text := version(2) + "\nrule broken\nasks nobody-at-all\n"
		line := strings.Count(text, "\n")
		for what, try := range map[string]func() error{
			"publish": func() error { _, err := w.PublishRules(t.Context(), w.as("p-marta"), text, "a note"); return err },
			"try":     func() error { _, err := w.TryRules(t.Context(), w.as("p-marta"), aQuestion, text); return err },
		} {
			err := try()
			wantFault(t, what, err, fault.Invalid, "rules.line")
			if args := fault.Of(err).Args; args["line"] != line || args["text"] != "asks nobody-at-all" {
				t.Errorf("%s: %v, want line %d", what, args, line)
			}
		}
	})
}

// Another node answers by the new rules within seconds, without being asked
// for the rules themselves.
func TestOtherNodeSeesNewRulesWithinSeconds(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		other := w.node(false)
		if _, err := w.PublishRules(t.Context(), local, version(2), ""); err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			wait    time.Duration
			version int
		}{{4 * time.Second, 1}, {time.Second, 2}} {
			w.clock.pass(tc.wait)
			answer, err := other.Who(t.Context(), local, aQuestion)
			if err != nil || answer.Rules.Version != tc.version {
				t.Errorf("%v: %v, version %d, want %d", tc.wait, err, answer.Rules.Version, tc.version)
			}
		}
		if third := w.node(false); third == nil || w.whoAt(third).Rules.Version != 2 {
			t.Error("a node that starts later answers by old rules")
		}
	})
}

func (w *world) whoAt(node *app.App) *wire.Answer {
	w.t.Helper()
	answer, err := node.Who(w.t.Context(), local, aQuestion)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

// The simulator is for people who are signed in, publishes nothing, and shows
// nobody more than asking does.
func TestTryingRulesChangesAndShowsNothing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		answer, err := w.TryRules(t.Context(), w.as("p-marta"), aQuestion, version(8))
		if err != nil || answer.Rules.Version != 8 {
			t.Fatalf("%v, %+v", err, answer)
		}
		if v := w.who(local, aQuestion).Rules.Version; v != 1 {
			t.Errorf("trying put version %d in force", v)
		}
		_, err = w.TryRules(t.Context(), access.Actor{}, aQuestion, "")
		wantFault(t, "signed out", err, fault.Denied, "auth.sign-in-needed")
		holder, _, err := w.OpenLink(t.Context(), w.link("nw-backup"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.TryRules(t.Context(), holder, app.Ask{Topic: wire.Billing}, "")
		wantFault(t, "link holder", err, fault.Denied, "auth.sign-in-needed")
		_, err = w.TryRules(t.Context(), w.as("p-rosa"), app.Ask{Subscription: "nw-backup", Topic: wire.Billing}, version(8))
		wantFault(t, "a rival", err, fault.NotFound, "")
	})
}

func (w *world) link(subscription string) string {
	w.t.Helper()
	token, err := w.SubscriptionLink(w.t.Context(), local, subscription)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// Two admins publish the same version at once: one of them is told.
func TestTwoPublicationsAtOnceAreOne(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		results := make([]error, 4)
		for i := range results {
			all.Go(func() { _, results[i] = w.PublishRules(t.Context(), local, version(2), fmt.Sprint("try ", i)) })
			all.Go(func() { w.whoAt(w.App) })
		}
		all.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else {
				wantFault(t, "the others", err, fault.Conflict, "")
			}
		}
		if won != 1 {
			t.Errorf("%d publications of version 2", won)
		}
	})
}
