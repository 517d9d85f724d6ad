package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

// hidden is a case of woodgrove, which bought from fabrikam and knows nothing
// of wideworld behind it.
func (w *world) hidden() *wire.Case {
	w.t.Helper()
	c, err := w.OpenCase(w.t.Context(), w.as("p-will"), wire.NewCase{Subscription: "wg-flow-2", Topic: "break-fix", Subject: "Flow stops", Text: "The nightly flow stops at step 3."}, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) handOver(person, number, to string, messages ...int64) *wire.Case {
	w.t.Helper()
	c, err := w.HandOver(w.t.Context(), w.as(person), number, wire.NewHandoff{To: to, Package: wire.Package{Summary: "stops at step 3"}, Messages: messages}, nil, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) step(person, handoff, verb string, s wire.HandoffStep) *wire.Case {
	w.t.Helper()
	c, err := w.Step(w.t.Context(), w.as(person), handoff, verb, s, nil, i18n.English)
	if err != nil {
		w.t.Fatalf("%s %s: %v", person, verb, err)
	}
	return c
}

// verified holds every case of the store against its own chains.
func (w *world) verified() {
	w.t.Helper()
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		numbers, err := tx.CaseNumbers("", 1000)
		if err != nil {
			return err
		}
		for _, number := range numbers {
			c, err := tx.Case(number)
			if err != nil {
				return err
			}
			events, err := tx.CaseEvents(number, 0)
			if err != nil {
				return err
			}
			folded, err := casework.Fold(events)
			if err != nil {
				return err
			}
			if asJSON(w.t, folded) != asJSON(w.t, c) {
				w.t.Errorf("case %s is not what its events fold to", number)
			}
			if err := casework.Verify(c, events); err != nil {
				w.t.Error(err)
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestACaseMovesFromTheResellerToThePublisherAndBack(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		if c.Owner.Company != "fabrikam" || c.Sponsor.Company != "fabrikam" || c.State != "new" {
			t.Fatalf("%s", asJSON(t, c))
		}
		sent := w.handOver("p-fiona", c.Number, "contoso", 1)
		if sent.Owner.Company != "fabrikam" || sent.Handoff == nil {
			t.Fatalf("%s", asJSON(t, sent))
		}
		w.clock.pass(30 * time.Minute)
		accepted := w.step("p-priya", sent.Handoff.ID, "accept", wire.HandoffStep{Reference: "CON-77"})
		if accepted.Owner.Company != "contoso" || accepted.Reference != "CON-77" {
			t.Fatalf("%s", asJSON(t, accepted))
		}
		if _, err := w.Solve(t.Context(), w.as("p-priya"), c.Number, "propose", wire.CaseStep{Text: "Fixed in 2.1"}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		closed, err := w.Solve(t.Context(), w.as("p-will"), c.Number, "confirm", wire.CaseStep{}, nil, i18n.Japanese)
		if err != nil || closed.State != "closed" || closed.Outcome != "confirmed" {
			t.Fatalf("%v %s", err, asJSON(t, closed))
		}
		w.verified()
	})
}

func TestTheCustomerReadsNothingOfTheHiddenProvider(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		sent := w.handOver("p-fiona", c.Number, "wideworld", 1)
		w.step("p-jo", sent.Handoff.ID, "accept", wire.HandoffStep{Reference: "WW-1"})
		if _, err := w.Say(t.Context(), w.as("p-jo"), c.Number, wire.NewMessage{Text: "between us", Audience: []string{"fabrikam"}}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		shown, err := w.Case(t.Context(), w.as("p-will"), c.Number, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := w.Timeline(t.Context(), w.as("p-will"), c.Number, 0, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		all := asJSON(t, shown) + asJSON(t, lines)
		for _, word := range []string{"wideworld", "Wide World", "p-jo", "WW-1", "between us", "S28", "S29"} {
			if strings.Contains(all, word) {
				t.Errorf("the customer reads %q:\n%s", word, all)
			}
		}
		w.verified()
	})
}

func TestAForeignCaseIsNotThere(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		for _, person := range []string{"p-marta", "p-ken", "p-nora", "p-priya", "p-jo"} {
			_, err := w.Case(t.Context(), w.as(person), c.Number, i18n.English)
			wantFault(t, person, err, fault.NotFound, "not-found.case")
			_, missing := w.Case(t.Context(), w.as(person), "00000000018", i18n.English)
			if fault.Of(missing).Code != fault.Of(err).Code {
				t.Errorf("%s: foreign and missing differ", person)
			}
			_, err = w.Say(t.Context(), w.as(person), c.Number, wire.NewMessage{Text: "x"}, nil, i18n.English)
			wantFault(t, person, err, fault.NotFound, "not-found.case")
			_, err = w.Step(t.Context(), w.as(person), c.Number+"-abcdefgh", "accept", wire.HandoffStep{}, nil, i18n.English)
			if code := fault.Of(err).Code; code != "not-found.handoff" && code != "denied.role" {
				t.Errorf("%s: %v", person, err)
			}
		}
	})
}

func TestAStaleVersionAndARepeatedKey(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		actor := w.as("p-fiona")
		old := int64(1)
		if _, err := w.Say(t.Context(), actor, c.Number, wire.NewMessage{Text: "note"}, &old, i18n.English); err != nil {
			t.Fatal(err)
		}
		_, err := w.Say(t.Context(), actor, c.Number, wire.NewMessage{Text: "note"}, &old, i18n.English)
		wantFault(t, "stale", err, fault.Stale, "case.changed")
		actor.Request = &access.Request{Caller: "c", Route: "r", Key: "k"}
		if _, err := w.Say(t.Context(), actor, c.Number, wire.NewMessage{Text: "once"}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		earlier, err := w.Earlier(t.Context(), *actor.Request)
		if err != nil || earlier == nil || earlier.ID != c.Number {
			t.Fatalf("%+v %v", earlier, err)
		}
		_, err = w.Say(t.Context(), actor, c.Number, wire.NewMessage{Text: "once"}, nil, i18n.English)
		wantFault(t, "the same key", err, fault.Conflict, "idempotency.running")
		w.verified()
	})
}

func TestTwoAcceptsAtOnceMakeOneOwner(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		sent := w.handOver("p-fiona", c.Number, "contoso")
		results, priya := make(chan error, 8), w.as("p-priya")
		for range cap(results) {
			go func() {
				_, err := w.Step(t.Context(), priya, sent.Handoff.ID, "accept", wire.HandoffStep{}, nil, i18n.English)
				results <- err
			}()
		}
		accepted := 0
		for range cap(results) {
			switch err := <-results; {
			case err == nil:
				accepted++
			case fault.Of(err).Code != "handoff.over" && fault.Of(err).Code != "case.changed":
				t.Error(err)
			}
		}
		if accepted != 1 {
			t.Errorf("%d accepted", accepted)
		}
		w.verified()
	})
}

func TestAStoredProjectionIsPlainJSON(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		var doc map[string]any
		err := w.store.View(t.Context(), func(tx *store.Tx) error {
			stored, err := tx.Case(c.Number)
			if err != nil {
				return err
			}
			return json.Unmarshal([]byte(asJSON(t, stored)), &doc)
		})
		if err != nil || doc["number"] != c.Number {
			t.Fatalf("%v %v", err, doc)
		}
	})
}

func TestEachCompanyListsItsOwnSideOfACase(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		w.handOver("p-fiona", c.Number, "contoso", 1)
		for _, want := range []struct{ person, view, query, status string }{
			{"p-fiona", "waiting-on-others", "", "open"},
			{"p-priya", "needs-us", "topic:break-fix", "attention_needed"},
			{"p-priya", "handed-to-us", "from:fabrikam", "attention_needed"},
			{"p-will", "", "is:offered", "open"},
		} {
			page, err := w.Cases(t.Context(), w.as(want.person), app.CaseFilter{View: want.view, Query: want.query}, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Items) != 1 || page.Items[0].Number != c.Number || page.Items[0].Status != want.status || page.Items[0].Subject != map[bool]string{true: "stops at step 3", false: "Flow stops"}[want.person == "p-priya"] { // a later one reads what it was told
				t.Errorf("%+v: %s", want, asJSON(t, page))
			}
		}
		for _, person := range []string{"p-jo", "p-marta", "p-ken"} {
			page, err := w.Cases(t.Context(), w.as(person), app.CaseFilter{}, i18n.English)
			if err != nil || len(page.Items) > 0 {
				t.Errorf("%s lists %s, %v", person, asJSON(t, page), err)
			}
		}
	})
}

// A clock that is put back or far forward between commands does not reorder what
// happened: the ledger goes on from its last instant, and its chains hold.
func TestAMovedClockKeepsTheOrderOfACase(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		for i, by := range []time.Duration{time.Hour, -2 * time.Hour, 365 * 24 * time.Hour, -366 * 24 * time.Hour, time.Hour} {
			w.clock.pass(by)
			if _, err := w.Say(t.Context(), w.as("p-fiona"), c.Number, wire.NewMessage{Text: "number " + string(rune('a'+i)), Audience: []string{"customer"}}, nil, i18n.English); err != nil {
				t.Fatal(err)
			}
		}
		lines, err := w.Timeline(t.Context(), w.as("p-will"), c.Number, 0, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for i, l := range lines {
			if l.N != int64(i)+1 || i > 0 && l.At.Before(lines[i-1].At) {
				t.Errorf("entry %d has number %d and stands at %v, after %v", i+1, l.N, l.At, lines[max(i-1, 0)].At)
			}
			said += strings.TrimPrefix(l.Text, "number ")
		}
		if !strings.HasSuffix(said, "abcde") {
			t.Errorf("the order of what was said: %s", said)
		}
		w.verified()
	})
}

// A number that is taken is drawn again, and nobody hears of the case that has it.
func TestATakenNumberIsDrawnAgain(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		draws := []byte{1, 1, 1, 2}
		a, err := app.New(t.Context(), w.store, app.Options{Now: w.clock.now, Live: w.hub, Blobs: testkit.Blobs(t), Chance: func() (out casework.Chance) {
			out.Seed[7], draws = draws[0], draws[1:]
			return out
		}})
		if err != nil {
			t.Fatal(err)
		}
		open := func() string {
			t.Helper()
			c, err := a.OpenCase(t.Context(), w.as("p-will"), wire.NewCase{Subscription: "wg-flow-2", Topic: "break-fix", Subject: "x", Text: "y"}, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			return c.Number
		}
		if one, two := open(), open(); one != casework.Number(1) || two != casework.Number(2) || len(draws) != 0 {
			t.Errorf("%s, then %s; %v are left", one, two, draws)
		}
		draws = []byte{1, 1, 1, 1, 1, 1, 1, 1}
		_, err = a.OpenCase(t.Context(), w.as("p-will"), wire.NewCase{Subscription: "wg-flow-2", Topic: "break-fix", Subject: "x", Text: "y"}, i18n.English)
		wantFault(t, "eight times the same", err, fault.Conflict, "case.exists")
	})
}
