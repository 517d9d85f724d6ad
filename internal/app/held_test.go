package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// reply is a message of the desk to the customer.
func reply(text string, files ...app.Upload) app.Press {
	return app.Press{Verb: app.VerbSay, Message: &wire.NewMessage{Audience: []string{"woodgrove"}, Text: text}, For: isFor("woodgrove"), Files: files}
}

func (w *world) press(person, number string, p app.Press) app.Pressed {
	w.t.Helper()
	out, err := w.Press(w.t.Context(), w.as(person), number, p, nil, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// releases does what is due of the waiting commands, as a node does.
func (w *world) releases() {
	w.t.Helper()
	job := w.Releases(nil)
	pieces, _, err := job.Look(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range pieces {
		if err := job.Do(w.t.Context(), store.Lease{}, pieces[i:i+1]); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) waits(person string) []wire.Held {
	w.t.Helper()
	out, err := w.Helds(w.t.Context(), w.as(person))
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// colleague is one more person of fabrikam.
func (w *world) colleague() access.Actor {
	w.t.Helper()
	w.put(&wire.Person{ID: "p-ola", Company: "fabrikam", Name: "Ola", Email: "ola@fabrikam.example", Roles: w.as("p-fiona").Roles})
	return w.as("p-ola")
}

func (w *world) text(person, number string) (out []string) {
	w.t.Helper()
	lines, err := w.Timeline(w.t.Context(), w.as(person), number, 0, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range lines {
		out = append(out, l.Text)
	}
	return out
}

// What is pressed waits: the case does not move, nobody else reads of it, its own
// company does. At its instant it goes out, once; the clocks count the click.
func TestWhatIsPressedWaitsUntilItsInstant(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		before, events := asJSON(t, w.seen("p-will", c.Number)), len(w.events(c.Number))
		out := w.press("p-fiona", c.Number, reply("we look into it"))
		if out.Bundle == "" || !out.Out.Equal(noon.Add(15*time.Second)) {
			t.Fatalf("%+v", out)
		}
		w.clock.pass(14 * time.Second)
		w.releases()
		if n := len(w.events(c.Number)); n != events {
			t.Errorf("%d events before the instant, want %d", n, events)
		}
		on, err := w.HeldsOn(t.Context(), w.colleague(), c.Number)
		if err != nil || len(on) != 1 || on[0].Text != "we look into it" || on[0].Person != "p-fiona" || !slices.Equal(on[0].To, []string{"woodgrove"}) {
			t.Errorf("a colleague reads %+v: %v", on, err)
		}
		if others, err := w.HeldsOn(t.Context(), w.as("p-will"), c.Number); err != nil || len(others) > 0 {
			t.Errorf("the customer reads %+v: %v", others, err)
		}
		if _, err := w.HeldsOn(t.Context(), w.as("p-rosa"), c.Number); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger: %v", err)
		}
		w.clock.pass(-14 * time.Second)
		if after := asJSON(t, w.seen("p-will", c.Number)); after != before {
			t.Errorf("the customer is shown another case:\n%s\n%s", before, after)
		}
		w.clock.pass(15 * time.Second)
		w.releases()
		w.releases()
		if got := w.text("p-will", c.Number); len(got) != 2 || got[1] != "we look into it" {
			t.Errorf("the customer reads %q", got)
		}
		said := w.events(c.Number)[events]
		if said.Kind != "message/1" || !said.At.Equal(noon) || said.Word("person") != "p-fiona" || said.Open["via"] != "web" {
			t.Errorf("%s at %v by %s via %s", said.Kind, said.At, said.Word("person"), said.Open["via"])
		}
		if len(w.waits("p-fiona")) > 0 || len(w.drafts("p-fiona")) > 0 {
			t.Error("something is left of it")
		}
		w.verified()
	})
}

// What is taken back stands as a draft, with its files; it can be sent again, and
// what is thrown away leaves no file.
func TestWhatIsTakenBackIsADraftAgain(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		events := len(w.events(c.Number))
		out := w.press("p-fiona", c.Number, reply("half", w.upload("p-fiona", c.Number, "log.txt", "bytes")))
		for what, actor := range map[string]access.Actor{"a colleague": w.colleague(), "the customer": w.as("p-will")} {
			_, err := w.TakeBack(t.Context(), actor, out.Bundle)
			wantFault(t, what, err, fault.NotFound, "not-found.held")
		}
		taken, err := w.TakeBack(t.Context(), w.as("p-fiona"), out.Bundle)
		if err != nil || taken.Number != c.Number || taken.Draft != isFor("woodgrove") || taken.All != 1 {
			t.Fatalf("%+v %v", taken, err)
		}
		_, err = w.TakeBack(t.Context(), w.as("p-fiona"), out.Bundle)
		wantFault(t, "twice", err, fault.NotFound, "not-found.held")
		w.clock.pass(time.Hour)
		w.releases()
		if n := len(w.events(c.Number)); n != events {
			t.Fatalf("%d events, want %d", n, events)
		}
		list := w.drafts("p-fiona")
		if len(list) != 1 || list[0].Text != "half" || list[0].Stopped != "" {
			t.Fatalf("%+v", list)
		}
		// What is typed on keeps the file.
		if err := w.draft("p-fiona", c.Number, app.Typed{For: isFor("woodgrove"), From: isFor("woodgrove"), Text: "whole"}); err != nil {
			t.Fatal(err)
		}
		files, err := w.DraftFiles(t.Context(), w.as("p-fiona"), c.Number, isFor("woodgrove"))
		if err != nil || len(files) != 1 || files[0].Name != "log.txt" {
			t.Fatalf("%+v %v", files, err)
		}
		again := reply("whole", files...)
		again.Draft = isFor("woodgrove")
		w.press("p-fiona", c.Number, again)
		w.clock.pass(time.Minute)
		w.releases()
		if got := w.filesFor("p-will", c.Number); !slices.Equal(got, []string{"log.txt"}) || len(w.drafts("p-fiona")) > 0 {
			t.Errorf("the customer is sent %v, drafts %+v", got, w.drafts("p-fiona"))
		}
		_, err = w.TakeBack(t.Context(), w.as("p-fiona"), out.Bundle)
		wantFault(t, "an old one", err, fault.NotFound, "not-found.held")
	})
}

// What cannot go out comes back to its writer with the reason, and is never lost:
// rights are asked again, and so is whether somebody has written meanwhile.
func TestWhatCannotGoOutComesBack(t *testing.T) {
	handing := app.Press{Verb: casework.VerbSend, Send: &wire.NewHandoff{To: "wideworld", Package: wire.Package{Summary: "it stops", Tried: "again"}}, For: app.FormDraft("send"), Draft: app.FormDraft("send")}
	for name, tc := range map[string]struct {
		press app.Press
		then  func(w *world, number string)
		says  string
		key   app.DraftKey
	}{
		"the right is lost": {reply("words"), func(w *world, _ string) {
			changePerson(w, "p-fiona", func(p *wire.Person) { p.Roles = nil })
		}, "", isFor("woodgrove")},
		"the customer wrote": {reply("words"), func(w *world, n string) { w.say("p-will", n, "wait", "fabrikam") }, "Something was written", isFor("woodgrove")},
		"a colleague wrote a note": {reply("words"), func(w *world, n string) {
			w.colleague()
			w.say("p-ola", n, "do not send that")
		}, "Something was written", isFor("woodgrove")},
		"the receiver is gone": {handing, func(w *world, _ string) {
			w.put(&wire.Company{ID: "wideworld", Kinds: []string{wire.Provider}, Name: wire.Plain("Wide World"), TZ: "Europe/London"})
		}, "Wide World", app.FormDraft("send")},
	} {
		t.Run(name, func(t *testing.T) {
			eachWorld(t, func(t *testing.T, w *world) {
				c := w.hidden()
				w.press("p-fiona", c.Number, tc.press)
				tc.then(w, c.Number)
				events := len(w.events(c.Number))
				w.clock.pass(time.Minute)
				w.releases()
				if n := len(w.events(c.Number)); n != events {
					t.Errorf("it went out: %d events, want %d", n, events)
				}
				var list []store.Draft
				err := w.store.View(t.Context(), func(tx *store.Tx) (err error) {
					list, err = tx.DraftsOn(store.Writer{Company: "fabrikam", Person: "p-fiona"}, c.Number)
					return err
				})
				if err != nil || len(list) != 1 || list[0].DraftKey != tc.key || list[0].Stopped == "" || !strings.Contains(list[0].Stopped, tc.says) || strings.ContainsAny(list[0].Stopped, "{}") {
					t.Fatalf("%+v %v", list, err)
				}
				if p, err := app.FormOf(list[0]); err != nil || p.Verb != tc.press.Verb || p.Send != nil && p.Send.Tried != "again" {
					t.Errorf("%+v %v", p, err)
				}
			})
		})
	}
}

// What changes nothing for its writer stops nothing: its own note, an assignment.
func TestTheOwnHouseInOrderStopsNothing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		w.press("p-fiona", c.Number, reply("words"))
		w.say("p-fiona", c.Number, "a note of my own")
		who := "p-fiona"
		if _, err := w.ChangeCase(t.Context(), w.colleague(), c.Number, wire.CaseChange{Assignee: &who}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		w.clock.pass(time.Minute)
		w.releases()
		if got := w.text("p-will", c.Number); !slices.Contains(got, "words") {
			t.Errorf("the customer reads %q, drafts %+v", got, w.drafts("p-fiona"))
		}
	})
}

// What the same person presses next on the case comes after what waits; when that
// cannot go out, nor can what was meant to follow.
func TestWhatWaitsGoesOutInOrder(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		read := w.version("p-fiona", c.Number)
		w.press("p-fiona", c.Number, reply("first"))
		id := w.waits("p-fiona")[0].ID
		stale := read - 1
		_, err := w.Before(t.Context(), w.as("p-fiona"), c.Number, &stale)
		wantFault(t, "over something unread", err, fault.Stale, "case.changed")
		if len(w.waits("p-fiona")) != 1 {
			t.Fatal("a refused command has sent the one before it")
		}
		after, err := w.Before(t.Context(), w.as("p-fiona"), c.Number, &read)
		if err != nil || *after != w.version("p-fiona", c.Number) || *after == read {
			t.Fatalf("%v %v", after, err)
		}
		if got, err := w.ReadUpTo(t.Context(), w.as("p-fiona"), c.Number, app.Read{Version: read, Held: []string{id, "none"}}); err != nil || got != *after {
			t.Errorf("who saw it wait has read up to %d, want %d: %v", got, *after, err)
		}
		closing := app.Press{Verb: casework.VerbClose, Solve: &wire.CaseStep{Reason: casework.NotPossible, Text: "it cannot be done"}, For: app.FormDraft("close")}
		w.press("p-fiona", c.Number, reply("second"))
		w.press("p-fiona", c.Number, closing) // from another tab, at the same moment
		w.clock.pass(time.Minute)
		w.releases()
		if got := w.text("p-will", c.Number); !slices.Equal(got[1:3], []string{"first", "second"}) || w.seen("p-will", c.Number).State != "closed" {
			t.Errorf("%q %s", got, w.seen("p-will", c.Number).State)
		}

		d := w.hidden()
		read = w.version("p-fiona", d.Number)
		w.press("p-fiona", d.Number, reply("third"))
		w.press("p-fiona", d.Number, closing)
		w.say("p-will", d.Number, "one thing more", "fabrikam")
		w.clock.pass(time.Minute)
		w.releases()
		if w.seen("p-will", d.Number).State == "closed" || len(w.drafts("p-fiona")) != 2 {
			t.Errorf("%s, %+v", w.seen("p-will", d.Number).State, w.drafts("p-fiona"))
		}
		e := w.hidden()
		w.press("p-fiona", e.Number, reply("fourth"))
		w.say("p-will", e.Number, "wait", "fabrikam")
		_, err = w.Before(t.Context(), w.as("p-fiona"), e.Number, nil)
		wantFault(t, "behind what cannot go out", err, fault.Conflict, "held.stopped-before")
	})
}

// Taken back at the very instant at which it goes out, it is one of the two.
func TestUndoAtTheLastInstant(t *testing.T) {
	const rounds = 12
	eachWorld(t, func(t *testing.T, w *world) {
		back := 0
		for i := range rounds {
			c := w.hidden()
			text := fmt.Sprintf("race %d", i)
			out := w.press("p-fiona", c.Number, reply(text))
			w.clock.pass(15 * time.Second)
			var both sync.WaitGroup
			var undo error
			both.Go(w.releases)
			both.Go(func() { _, undo = w.TakeBack(t.Context(), w.as("p-fiona"), out.Bundle) })
			both.Wait()
			sent := slices.Contains(w.text("p-will", c.Number), text)
			kept := slices.ContainsFunc(w.drafts("p-fiona"), func(d app.CaseDraft) bool { return d.Text == text && d.Stopped == "" })
			if sent == kept || kept != (undo == nil) {
				t.Fatalf("round %d: sent %v, a draft %v, undo %v", i, sent, kept, undo)
			}
			if kept {
				back++
			}
		}
		t.Logf("%d of %d were taken back", back, rounds)
	})
}

// Several nodes look for what is due: each command goes out once.
func TestSeveralNodesSendOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		numbers := map[string]string{}
		for i := range 10 {
			c := w.hidden()
			numbers[c.Number] = fmt.Sprintf("words %d", i)
			w.press("p-fiona", c.Number, reply(numbers[c.Number]))
		}
		w.atWork("a")
		if w.o.DSN != "" {
			w.atWorkElsewhere("b")
		}
		w.clock.pass(15 * time.Second)
		var all sync.WaitGroup
		for range 4 { // and some that care for no lease
			all.Go(w.releases)
		}
		all.Wait()
		eventually(t, "something still waits", func() bool { return len(w.waits("p-fiona")) == 0 })
		for number, text := range numbers {
			n := 0
			for _, said := range w.text("p-will", number) {
				if said == text {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%q was sent %d times", text, n)
			}
		}
		if list := w.drafts("p-fiona"); len(list) > 0 {
			t.Errorf("%+v", list)
		}
	})
}

// A command whose transaction fails after all is tried again, and is not lost.
func TestWhatFailsIsTriedAgain(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		w.press("p-fiona", c.Number, reply("words"))
		w.clock.pass(time.Minute)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		job := w.Releases(nil)
		pieces, _, err := job.Look(t.Context())
		if err != nil || len(pieces) != 1 {
			t.Fatalf("%v %v", pieces, err)
		}
		if err := job.Do(gone, store.Lease{}, pieces); err == nil || len(w.waits("p-fiona")) != 1 || len(w.drafts("p-fiona")) > 0 {
			t.Fatalf("%v: %+v %+v", err, w.waits("p-fiona"), w.drafts("p-fiona"))
		}
		w.releases()
		if got := w.text("p-will", c.Number); !slices.Contains(got, "words") {
			t.Errorf("%q", got)
		}
	})
}

// A critical case does not wait, nor does who has chosen not to.
func TestWhatDoesNotWait(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c, err := w.OpenCase(t.Context(), w.as("p-will"), wire.NewCase{Subscription: "wg-flow-2", Topic: "break-fix", Severity: "critical", Subject: "All is down", Text: "Nothing works."}, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		if out := w.press("p-fiona", c.Number, reply("at once")); out.Bundle != "" || !slices.Contains(w.text("p-will", c.Number), "at once") {
			t.Errorf("%+v", out)
		}
		wantFault(t, "another time", w.SetUndoTime(t.Context(), w.as("p-fiona"), 7), fault.Invalid, "fields.invalid")
		if err := w.SetUndoTime(t.Context(), w.as("p-fiona"), 0); err != nil {
			t.Fatal(err)
		}
		d := w.hidden()
		if out := w.press("p-fiona", d.Number, reply("no undo")); out.Bundle != "" || !slices.Contains(w.text("p-will", d.Number), "no undo") {
			t.Errorf("%+v", out)
		}
		_, err = w.Press(t.Context(), w.as("p-rosa"), d.Number, reply("foreign"), nil, i18n.English)
		wantFault(t, "a stranger", err, fault.NotFound, "not-found.case")
		secret := reply("-----BEGIN PRIVATE KEY-----")
		_, err = w.Press(t.Context(), w.as("p-fiona"), d.Number, secret, nil, i18n.English)
		wantFault(t, "a secret", err, fault.Conflict, "secrets.found")
		if err := w.SetUndoTime(t.Context(), w.as("p-fiona"), 150); err != nil {
			t.Fatal(err)
		}
		_, err = w.Press(t.Context(), w.as("p-fiona"), d.Number, secret, nil, i18n.English)
		wantFault(t, "a secret that would wait", err, fault.Conflict, "secrets.found")
		if len(w.waits("p-fiona")) > 0 {
			t.Error("it waits all the same")
		}
	})
}

// Of many cases those that can be are taken together and taken back together; of
// the others it is told why.
func TestManyCasesAreOneCommand(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		var picks []app.Pick
		for range 3 {
			n := w.hidden().Number
			v := w.version("p-fiona", n)
			picks = append(picks, app.Pick{Number: n, Version: &v})
		}
		old := *picks[2].Version - 1
		picks[2].Version = &old
		picks = append(picks, app.Pick{Number: "00000000018"})
		closing := app.Press{Verb: casework.VerbClose, Solve: &wire.CaseStep{Reason: casework.Duplicate, Text: "the same as another"}, For: app.FormDraft("close")}
		all := func() app.Pressed {
			t.Helper()
			out, done, failed, err := w.PressAll(t.Context(), w.as("p-fiona"), picks, closing, i18n.English)
			if err != nil || done != 2 || len(failed) != 2 || failed[0].Fault.Code != "case.changed" || failed[1].Fault.Code != "not-found.case" {
				t.Fatalf("%d %+v %v", done, failed, err)
			}
			return out
		}
		out := all()
		taken, err := w.TakeBack(t.Context(), w.as("p-fiona"), out.Bundle)
		if err != nil || taken.All != 2 || len(w.waits("p-fiona")) != 0 || len(w.drafts("p-fiona")) != 2 {
			t.Fatalf("%+v %v", taken, err)
		}
		all()
		w.clock.pass(time.Minute)
		w.releases()
		for i, pick := range picks[:3] {
			if closed := w.seen("p-will", pick.Number).State == "closed"; closed != (i < 2) {
				t.Errorf("case %d: closed %v", i, closed)
			}
		}
		_, _, _, err = w.PressAll(t.Context(), w.as("p-fiona"), make([]app.Pick, app.MostPicked+1), closing, i18n.English)
		wantFault(t, "too many", err, fault.Invalid, "held.too-many")
	})
}
