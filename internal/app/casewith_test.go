package app_test

import (
	"slices"
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// What comes with a case is what the calls for each of them say, to everybody on
// it: nothing more, and the newest lines.
func TestWhatComesWithACaseIsWhatTheOtherCallsSay(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		for range 30 {
			w.say("p-fiona", c.Number, "a line", "customer")
		}
		w.say("p-fiona", c.Number, "only we read this")
		sent := w.handOver("p-fiona", c.Number, "wideworld", 1, 2)
		w.step("p-jo", sent.Handoff.ID, "accept", wire.HandoffStep{Reference: "WW-1"})
		answers := 0
		for _, person := range []string{"p-will", "p-fiona", "p-jo"} {
			actor := w.as(person)
			got, err := w.CaseWith(t.Context(), actor, c.Number, app.With{Timeline: true, Answer: true}, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			lines, err := w.Timeline(t.Context(), actor, c.Number, 0, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			if newest := lines[max(0, len(lines)-20):]; asJSON(t, got.Timeline) != asJSON(t, newest) {
				t.Errorf("%s: %s\nwant %s", person, asJSON(t, got.Timeline), asJSON(t, newest))
			}
			if got.Answer != nil {
				answers++
				said := w.who(actor, app.Ask{Subscription: c.Subscription, Topic: c.Topic, Severity: c.Severity, Lang: i18n.English})
				if asJSON(t, got.Answer) != asJSON(t, said) {
					t.Errorf("%s: %s\nwant %s", person, asJSON(t, got.Answer), asJSON(t, said))
				}
			}
			alone, err := w.Case(t.Context(), actor, c.Number, i18n.English)
			got.Timeline, got.TimelineBefore, got.Answer = nil, 0, nil
			if err != nil || asJSON(t, got) != asJSON(t, alone) {
				t.Errorf("%s: %s\nwant %s, %v", person, asJSON(t, got), asJSON(t, alone), err)
			}
		}
		if answers == 0 {
			t.Error("nobody is told who answers")
		}
	})
}

// Who signed a line is called by name wherever the line is read, and nowhere
// where its company is hidden (W3).
func TestALineSaysWhoSignedIt(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		w.say("p-fiona", c.Number, "we look at it", "customer")
		sent := w.handOver("p-fiona", c.Number, "wideworld", 1, 2)
		w.step("p-jo", sent.Handoff.ID, "accept", wire.HandoffStep{Reference: "WW-1"})
		for person, want := range map[string]string{"p-will": "Fiona Clarke, Will Archer", "p-fiona": "Fiona Clarke, Jo Whitfield, Will Archer", "p-jo": "Fiona Clarke, Jo Whitfield, Will Archer"} {
			lines, err := w.Timeline(t.Context(), w.as(person), c.Number, 0, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range lines {
				if (l.PersonName == "") != (l.Person == "") {
					t.Errorf("%s reads line %d of %q, called %q", person, l.N, l.Person, l.PersonName)
				}
				if l.PersonName != "" && !slices.Contains(got, l.PersonName) {
					got = append(got, l.PersonName)
				}
			}
			slices.Sort(got)
			if strings.Join(got, ", ") != want {
				t.Errorf("%s reads of %s, want %s", person, strings.Join(got, ", "), want)
			}
		}
	})
}
