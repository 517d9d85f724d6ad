package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

func (w *world) label(person, number string, add, remove []string) (*wire.Case, error) {
	return w.Label(w.t.Context(), w.as(person), number, wire.LabelChange{Add: add, Remove: remove}, i18n.English)
}

func (w *world) snooze(person, number string, until time.Time, version *int64) (*wire.Case, error) {
	return w.Snooze(w.t.Context(), w.as(person), number, until, version, i18n.English)
}

// found are the numbers of the cases that a query means for a person.
func (w *world) found(person, query string) (out []string) {
	w.t.Helper()
	page, err := w.Cases(w.t.Context(), w.as(person), app.CaseFilter{Query: query}, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range page.Items {
		out = append(out, c.Number)
	}
	return out
}

// seenBy is all that a person's company reads of a case.
func (w *world) seenBy(person, number string) string {
	w.t.Helper()
	c, err := w.Case(w.t.Context(), w.as(person), number, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	lines, err := w.Timeline(w.t.Context(), w.as(person), number, 0, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := w.Cases(w.t.Context(), w.as(person), app.CaseFilter{}, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	return asJSON(w.t, []any{c, lines, list})
}

// Marks are the company's own: nobody else on the case reads a word of them, and
// no number of theirs moves.
func TestMarksAreKnownToTheirCompanyAlone(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		number := w.hidden().Number
		before := w.seenBy("p-will", number)
		c, err := w.label("p-fiona", number, []string{"  Invoice ", "請求書", "invoice"}, nil)
		if err != nil || !slices.Equal(c.Labels, []string{"Invoice", "請求書"}) {
			t.Fatalf("%+v, %v", c, err)
		}
		if c, err = w.snooze("p-fiona", number, noon.Add(time.Hour), &c.Version); err != nil || c.SnoozedUntil == nil {
			t.Fatalf("%+v, %v", c, err)
		}
		if after := w.seenBy("p-will", number); after != before {
			t.Errorf("the customer reads\n%s\n%s", before, after)
		}
		for query, want := range map[string]int{"label:invoice": 1, "label:ＩＮＶＯＩＣＥ,x": 1, "label:請求書": 1, "label:請求": 0, "-label:invoice": 0, "label:none": 0, "is:snoozed": 1, "is:snoozed flow": 1} {
			if got := w.found("p-fiona", query); len(got) != want {
				t.Errorf("%s finds %v", query, got)
			}
			if theirs := w.found("p-will", query); strings.HasPrefix(query, "label:i") && len(theirs) > 0 || strings.HasPrefix(query, "is:") && len(theirs) > 0 {
				t.Errorf("the customer finds %v by %s", theirs, query)
			}
		}
		if labels, err := w.Labels(t.Context(), w.as("p-will")); err != nil || len(labels) > 0 {
			t.Errorf("the customer is offered %q, %v", labels, err)
		}
		if labels, err := w.Labels(t.Context(), w.as("p-fiona")); err != nil || !slices.Equal(labels, []string{"Invoice", "請求書"}) {
			t.Errorf("offered are %q, %v", labels, err)
		}
		for what, err := range map[string]error{"a label": second(w.label("p-rosa", number, []string{"x"}, nil)), "a snooze": second(w.snooze("p-rosa", number, noon.Add(time.Hour), nil))} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s of a stranger: %v", what, err)
			}
		}
		w.verified()
	})
}

// A label is a short line that can be asked for; setting one twice and taking
// away what is not there are no mistakes. Another tab's labels stay.
func TestLabelsAreSetAndTakenAway(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		number := w.hidden().Number
		for _, tc := range []struct {
			add, remove []string
			code        string
			has         string
		}{
			{[]string{"a b", "VIP"}, nil, "", "a b|VIP"},
			{[]string{"vip"}, []string{"none such"}, "", "a b|VIP"},
			{[]string{"x,y"}, []string{"A B"}, "", "VIP|x,y"},
			{[]string{"  "}, nil, "label.empty", "VIP|x,y"},
			{[]string{strings.Repeat("長", 41)}, nil, "field.too-long", "VIP|x,y"},
			{[]string{`say "x" y`}, nil, "label.invalid", "VIP|x,y"},
			{[]string{"a\x00b"}, nil, "field.nul", "VIP|x,y"},
			{strings.Split("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19", " "), nil, "label.too-many", "VIP|x,y"},
			{[]string{strings.Repeat("長", 40)}, []string{"VIP"}, "", "x,y|" + strings.Repeat("長", 40)},
		} {
			_, err := w.label("p-fiona", number, tc.add, tc.remove)
			code := ""
			if f := fault.Of(err); f != nil {
				if code = f.Code; len(f.Fields) > 0 {
					code = f.Fields[0].Code
				}
			}
			c, err := w.Case(t.Context(), w.as("p-fiona"), number, i18n.English)
			if err != nil || code != tc.code || strings.Join(c.Labels, "|") != tc.has {
				t.Errorf("%q, %q: %s, %q, want %s, %q", tc.add, tc.remove, code, strings.Join(c.Labels, "|"), tc.code, tc.has)
			}
		}
		for _, name := range []string{"x,y", strings.Repeat("長", 40)} {
			if got := w.found("p-fiona", app.LabelQuery(name)); len(got) != 1 {
				t.Errorf("%s finds %v", app.LabelQuery(name), got)
			}
		}
	})
}

// What is snoozed leaves what needs the company and comes back: at its instant,
// when anybody else acts, when a clock of the company's warns. No clock stops.
func TestASnoozedCaseComesBack(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		number := w.hidden().Number
		needs := func() bool {
			t.Helper()
			page, err := w.Cases(t.Context(), w.as("p-fiona"), app.CaseFilter{View: "needs-us"}, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			return len(page.Items) == 1
		}
		snooze := func(for_ time.Duration) {
			t.Helper()
			c, err := w.Case(t.Context(), w.as("p-fiona"), number, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			clocks := asJSON(t, c.Clocks)
			now, err := w.snooze("p-fiona", number, w.clock.now().Add(for_), &c.Version)
			if err != nil || needs() || asJSON(t, now.Clocks) != clocks || now.Version != c.Version {
				t.Fatalf("it needs us: %v, %v", needs(), err)
			}
		}
		snooze(time.Minute)
		w.clock.pass(time.Minute)
		if !needs() {
			t.Error("its instant has come")
		}
		snooze(300 * 24 * time.Hour)
		w.say("p-fiona", number, "a note of who has snoozed it")
		if needs() {
			t.Error("who has snoozed it has written")
		}
		w.say("p-will", number, "to ourselves")
		if needs() {
			t.Error("something was written that the company does not read")
		}
		w.say("p-will", number, "are you there?", "fabrikam")
		if !needs() {
			t.Error("the customer has written")
		}
		snooze(300 * 24 * time.Hour)
		colleague := w.as("p-fiona")
		colleague.Person = "p-other"
		if _, err := w.Say(t.Context(), colleague, number, wire.NewMessage{Text: "a colleague's note"}, nil, i18n.English); err != nil || !needs() {
			t.Errorf("a colleague has written: %v", err)
		}
		snooze(300 * 24 * time.Hour)
		if c, err := w.Wake(t.Context(), w.as("p-fiona"), number, i18n.English); err != nil || c.SnoozedUntil != nil || !needs() {
			t.Errorf("it was woken up: %v", err)
		}
		w.verified()
	})
}

// A clock wakes up its own company, and no other that has snoozed the case.
func TestAWarningWakesUpWhoseClockItIs(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		number := w.hidden().Number
		w.handOver("p-fiona", number, "contoso")
		for _, person := range []string{"p-fiona", "p-priya"} {
			if _, err := w.snooze(person, number, w.clock.now().Add(300*24*time.Hour), nil); err != nil {
				t.Fatal(err)
			}
		}
		stop := w.atWork("a")
		eventually(t, "nothing falls due", func() bool { due, err := w.nextDue(); return err == nil && w.idle() && !due.IsZero() })
		due, err := w.nextDue()
		if err != nil {
			t.Fatal(err)
		}
		w.clock.pass(due.Sub(w.clock.now()))
		eventually(t, "no warning", func() bool { return w.count(number, "clock-warned/1") > 0 && w.idle() })
		stop()
		if ours, theirs := w.found("p-priya", "is:snoozed"), w.found("p-fiona", "is:snoozed"); len(ours) > 0 || len(theirs) != 1 {
			t.Errorf("snoozed are %v of whose clock it is, %v of the other", ours, theirs)
		}
		w.verified()
	})
}

func TestASnoozeIsRefused(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		version := c.Version
		w.say("p-will", c.Number, "one more thing", "fabrikam")
		now := w.clock.now()
		for what, tc := range map[string]struct {
			until   time.Time
			version *int64
			code    string
		}{"past": {now, nil, "snooze.past"}, "too far": {now.AddDate(1, 0, 1), nil, "snooze.too-far"}, "unread": {now.Add(time.Hour), &version, "case.changed"}} {
			f := fault.Of(second(w.snooze("p-fiona", c.Number, tc.until, tc.version)))
			if f == nil || f.Code != tc.code && (len(f.Fields) == 0 || f.Fields[0].Code != tc.code) {
				t.Errorf("%s: %v", what, f)
			}
		}
		if _, err := w.snooze("p-fiona", c.Number, now.AddDate(1, 0, 0), nil); err != nil {
			t.Errorf("a year: %v", err)
		}
		if _, err := w.Solve(t.Context(), w.as("p-fiona"), c.Number, "close", wire.CaseStep{Reason: "withdrawn"}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		if got := w.found("p-fiona", "is:snoozed"); len(got) > 0 {
			t.Error("a closed case is snoozed")
		}
		wantFault(t, "closed", second(w.snooze("p-fiona", c.Number, now.Add(time.Hour), nil)), fault.Conflict, "snooze.closed")
	})
}

// Colleagues hear of each other on a case, and of nobody else; a page that is
// closed is forgotten, and whoever has written a minute ago only reads.
func TestColleaguesOnACaseAreNamedToEachOther(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		number := w.hidden().Number
		other := w.as("p-fiona")
		other.Person = "p-other"
		attend := func(actor access.Actor) func() {
			t.Helper()
			leave, err := w.Attend(t.Context(), actor, number)
			if err != nil {
				t.Fatal(err)
			}
			return leave
		}
		first, again := attend(w.as("p-fiona")), attend(w.as("p-fiona"))
		attend(w.as("p-will"))
		if got := w.Present(other, number); !slices.Equal(got, []app.Present{{Person: "p-fiona"}}) {
			t.Errorf("a colleague hears of %+v", got)
		}
		for _, person := range []string{"p-fiona", "p-will"} {
			if got := w.Present(w.as(person), number); len(got) > 0 {
				t.Errorf("%s hears of %+v", person, got)
			}
		}
		if err := w.draft("p-fiona", number, app.Typed{For: isFor(app.DraftInternal), Text: "half"}); err != nil {
			t.Fatal(err)
		}
		if got := w.Present(other, number); !slices.Equal(got, []app.Present{{Person: "p-fiona", Writing: true}}) {
			t.Errorf("while somebody writes: %+v", got)
		}
		w.clock.pass(time.Minute)
		if first(); !slices.Equal(w.Present(other, number), []app.Present{{Person: "p-fiona"}}) {
			t.Errorf("with one page left: %+v", w.Present(other, number))
		}
		if again(); len(w.Present(other, number)) > 0 {
			t.Errorf("after the last has closed: %+v", w.Present(other, number))
		}
		if _, err := w.Attend(t.Context(), w.as("p-rosa"), number); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger is there: %v", err)
		}
	})
}

func TestWhereAPersonGoesOn(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		fiona := w.as("p-fiona")
		if after, err := w.After(t.Context(), fiona); after != app.AfterNext || err != nil {
			t.Errorf("%s, %v", after, err)
		}
		if err := w.PreferAfter(t.Context(), fiona, app.AfterList); err != nil {
			t.Fatal(err)
		}
		wantFault(t, "nowhere", w.PreferAfter(t.Context(), fiona, "https://example.com"), fault.Invalid, "fields.invalid")
		if after, err := w.After(t.Context(), fiona); after != app.AfterList || err != nil {
			t.Errorf("%s, %v", after, err)
		}
		if after, err := w.After(t.Context(), w.as("p-will")); after != app.AfterNext || err != nil {
			t.Errorf("another's: %s, %v", after, err)
		}
	})
}

// nextDue is when something falls due by itself.
func (w *world) nextDue() (next time.Time, err error) {
	err = w.store.View(w.t.Context(), func(tx *store.Tx) error {
		next, err = tx.NextDue()
		return err
	})
	return next, err
}
