package app_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// sold is a case of northwind, which bought of a direct partner: the publisher's
// contact for it, backup-help@contoso.example, is nobody's account.
func (w *world) sold() *wire.Case {
	w.t.Helper()
	c, err := w.OpenCase(w.t.Context(), w.as("p-nora"), wire.NewCase{Subscription: "nw-backup", Topic: "break-fix", Severity: "critical", Subject: "Copy stops", Text: "The nightly copy stops."}, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// letters are those of a demonstration on the same data, by kind and company.
func (w *world) letters(number string) map[string]app.Letter {
	w.t.Helper()
	w.relay()
	list, more, err := w.node(true).Letters(w.t.Context(), app.LetterFilter{Case: number, Base: "http://desk.example"})
	if err != nil || more {
		w.t.Fatal(err, more)
	}
	out := map[string]app.Letter{}
	for _, l := range list {
		if out[l.Kind+" "+l.Company].ID != "" {
			w.t.Errorf("two letters %s to %s", l.Kind, l.Company)
		}
		out[l.Kind+" "+l.Company] = l
	}
	return out
}

// guestOf is who follows the link of a letter.
func (w *world) guestOf(l app.Letter, number string) access.Actor {
	w.t.Helper()
	u, err := url.Parse(l.Link)
	if err != nil {
		w.t.Fatal(err)
	}
	secret, ok := strings.CutPrefix(u.Path, "/link/")
	if !ok {
		w.t.Fatalf("%s leads to %s", l.Kind, l.Link)
	}
	session, _, err := w.EnterAsGuest(w.t.Context(), secret)
	if err != nil {
		w.t.Fatal(err)
	}
	guest, err := w.Guest(w.t.Context(), session, number)
	if err != nil {
		w.t.Fatal(err)
	}
	return guest
}

// A handoff to a contact without an account makes a link to that one case, with
// which the company decides and goes on to the end (spec 2 section 4).
func TestAHandoffInvitesAContactWithoutAnAccount(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.sold()
		h := w.handOver("p-ken", c.Number, "contoso", 1).Handoff
		l := w.letters(c.Number)["handed contoso"]
		if l.To != "backup-help@contoso.example" || !l.Guest || !strings.HasPrefix(l.Subject, "["+c.Number+"] Tailspin Toys asks Contoso Software: stops at step 3 – accept by ") ||
			strings.Count(l.Body, l.Link) != 1 || !strings.Contains(l.Body, "> stops at step 3") {
			t.Fatalf("%+v", l)
		}
		guest := w.guestOf(l, c.Number)
		for verb, want := range map[string]bool{"pass-on": false, "reclaim": false, "accept": true} {
			_, err := w.Step(t.Context(), guest, h.ID, verb, wire.HandoffStep{Person: "Priya", Reference: "CON-1", To: "market", Summary: "x", Reason: "x"}, nil, i18n.English)
			if (err == nil) != want || !want && !fault.Is(err, fault.Denied) {
				t.Errorf("%s: %v", verb, err)
			}
		}
		taken, err := w.CaseWith(t.Context(), w.as("p-nora"), c.Number, app.With{}, i18n.English)
		if err != nil || taken.Owner.Company != "contoso" {
			t.Fatalf("%v %+v", err, taken)
		}
		for what, err := range map[string]error{
			"send":    second(w.HandOver(t.Context(), guest, c.Number, wire.NewHandoff{To: "market", Package: wire.Package{Summary: "x"}}, nil, i18n.English)),
			"preview": second(w.PreviewHandoff(t.Context(), guest, c.Number, wire.NewHandoff{To: "market"}, i18n.English)),
			"list":    second(w.Cases(t.Context(), guest, app.CaseFilter{}, i18n.English)),
		} {
			if !fault.Is(err, fault.Denied) {
				t.Errorf("a guest may %s: %v", what, err)
			}
		}
		if err := second(w.Case(t.Context(), guest, w.hidden().Number, i18n.English)); !fault.Is(err, fault.NotFound) {
			t.Errorf("a guest sees another case: %v", err)
		}
		if _, err := w.Solve(t.Context(), guest, c.Number, "propose", wire.CaseStep{Text: "Install 2.1."}, nil, i18n.English); err != nil {
			t.Error(err)
		}
		w.verified()
	})
}

func second[T any](_ T, err error) error { return err }

// The secret is not kept, and is another one for each handoff; who has an account
// gets a letter that leads to the desk.
func TestAnInvitationIsForOneHandoffAndForNobodyWithAnAccount(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.sold()
		h := w.handOver("p-ken", c.Number, "contoso").Handoff
		first := w.letters(c.Number)["handed contoso"]
		w.step("p-ken", h.ID, "withdraw", wire.HandoffStep{Reason: "by mistake"})
		w.clock.pass(time.Minute)
		offer := w.offer("contoso-backup")
		for i := range offer.Contacts {
			if offer.Contacts[i].Email == "backup-help@contoso.example" {
				offer.Contacts[i].Email = "Priya@Contoso.example"
			}
		}
		w.put(&offer)
		w.handOver("p-ken", c.Number, "contoso")
		var again []app.Letter
		w.relay()
		list, _, err := w.node(true).Letters(t.Context(), app.LetterFilter{Case: c.Number, Company: "contoso"})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			if l.Kind == "handed" {
				again = append(again, l)
			}
		}
		if len(again) != 2 || again[0].To != "priya@contoso.example" || again[0].Guest || !strings.HasPrefix(again[0].Link, "/c/"+c.Number+"?") || again[0].Link == first.Link {
			t.Errorf("%+v\n%+v", again, first)
		}
		other := w.sold()
		w.handOver("p-ken", other.Number, "contoso")
		if l := w.letters(other.Number)["handed contoso"]; l.Guest || l.Link == first.Link {
			t.Errorf("%+v", l)
		}
	})
}

// An invitation ends with its time, and with the case of another it opens nothing.
func TestAnInvitationEnds(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.sold()
		w.handOver("p-ken", c.Number, "contoso")
		l := w.letters(c.Number)["handed contoso"]
		secret := strings.TrimPrefix(mustURL(t, l.Link).Path, "/link/")
		landing, err := w.GuestLanding(t.Context(), secret, i18n.Japanese)
		if err != nil || !landing.Holds || landing.Request.Handoff == nil || landing.Request.Handoff.Package != nil || landing.Request.Subject != "" || landing.Company.Company != "contoso" {
			t.Fatalf("%v %+v", err, landing)
		}
		w.clock.pass(30*24*time.Hour + time.Second)
		if _, _, err := w.EnterAsGuest(t.Context(), secret); !fault.Is(err, fault.Denied) {
			t.Errorf("after thirty days: %v", err)
		}
	})
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// What one life of a case writes to whom, each in the reader's language; a hidden
// provider's own steps are no letter to the customer.
func TestTheLettersOfACase(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.sold()
		h := w.handOver("p-ken", c.Number, "contoso", 1).Handoff
		w.step("p-priya", h.ID, "ask", wire.HandoffStep{Questions: []wire.Question{{Text: "Which version?"}}})
		w.step("p-ken", h.ID, "answer", wire.HandoffStep{Text: "2.0"})
		w.step("p-priya", h.ID, "accept", wire.HandoffStep{Person: "p-priya"})
		if _, err := w.Say(t.Context(), w.as("p-priya"), c.Number, wire.NewMessage{Text: "Since when?", Audience: []string{"customer"}, Wait: true}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Reply(t.Context(), w.as("p-nora"), c.Number, app.Reply{Verb: "message", Text: "Since Monday."}, i18n.English); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Solve(t.Context(), w.as("p-priya"), c.Number, "propose", wire.CaseStep{Text: "Install 2.1."}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Solve(t.Context(), w.as("p-nora"), c.Number, "confirm", wire.CaseStep{}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		got := w.letters(c.Number)
		for key, to := range map[string]string{
			"received northwind": "nora@northwind.example", "new tailspin": "help@tailspin.example", "passed-on northwind": "nora@northwind.example",
			"handed contoso": "backup-help@contoso.example", "asked tailspin": "help@tailspin.example", "news contoso": "backup-help@contoso.example",
			"accepted northwind": "nora@northwind.example", "accepted tailspin": "help@tailspin.example", "needs-you northwind": "nora@northwind.example",
			"message contoso": "priya@contoso.example", "answered northwind": "nora@northwind.example", "closed contoso": "priya@contoso.example",
		} {
			if l := got[key]; l.To != to {
				t.Errorf("%s goes to %q, want %s", key, l.To, to)
			}
		}
		for key, l := range got {
			if strings.ContainsAny(l.Subject+l.Body, "{}") || strings.Contains(l.Subject+l.Body, "mail.") || !strings.HasPrefix(l.Subject, "["+c.Number+"] ") || !strings.Contains(l.Body, l.Link) {
				t.Errorf("%s: %s\n%s", key, l.Subject, l.Body)
			}
		}
		if text := got["asked tailspin"].Body; !strings.Contains(text, "> Which version?") {
			t.Error(text)
		}
		hidden := w.hidden()
		sent := w.handOver("p-fiona", hidden.Number, "wideworld")
		w.step("p-omar", sent.Handoff.ID, "accept", wire.HandoffStep{Person: "p-omar"})
		for key, l := range w.letters(hidden.Number) {
			if strings.HasSuffix(key, " woodgrove") && (strings.Contains(l.Subject+l.Body, "Wide World") || strings.HasPrefix(key, "passed-on")) {
				t.Errorf("the customer is told: %s\n%s", l.Subject, l.Body)
			}
		}
	})
}

// Only a demonstration has them.
func TestThereIsNoMailboxElsewhere(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.sold()
		w.relay()
		if _, _, err := w.Letters(t.Context(), app.LetterFilter{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
	})
}

// By pages each letter comes once, in the same order.
func TestLettersByPages(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for range 25 {
			w.sold()
			w.clock.pass(time.Second)
		}
		w.relay()
		demo, seen := w.node(true), map[string]bool{}
		last := app.Letter{At: w.clock.now()}
		for more, after := true, ""; more; {
			var list []app.Letter
			var err error
			if list, more, err = demo.Letters(t.Context(), app.LetterFilter{After: after}); err != nil || more && len(list) == 0 {
				t.Fatal(err)
			}
			for _, l := range list {
				if seen[l.ID] || l.At.After(last.At) {
					t.Errorf("%s comes again or too late", l.ID)
				}
				seen[l.ID], last = true, l
				after = l.ID
			}
		}
		if len(seen) != 50 {
			t.Errorf("%d letters of 25 cases, want one to the customer and one to the desk of each", len(seen))
		}
	})
}
