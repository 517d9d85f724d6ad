package app_test

import (
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

func (w *world) draft(person, number string, t app.Typed) error {
	w.t.Helper()
	return w.KeepDraft(w.t.Context(), w.as(person), number, t)
}

func (w *world) drafts(person string) []app.CaseDraft {
	w.t.Helper()
	out, err := w.Drafts(w.t.Context(), w.as(person))
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func isFor(audience string) app.DraftKey { return app.DraftKey{Audience: audience} }

// A draft is its writer's: no colleague and no other company on the case reads
// it, and for who is not on the case there is none.
func TestADraftIsItsWritersAlone(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		if err := w.draft("p-fiona", c.Number, app.Typed{For: isFor("woodgrove"), Text: "half", Seen: 1}); err != nil {
			t.Fatal(err)
		}
		if got := w.drafts("p-fiona"); len(got) != 1 || got[0].Text != "half" || got[0].Subject != "Flow stops" || got[0].Seen != 1 || !got[0].Kept.Equal(noon) {
			t.Errorf("its writer reads %+v", got)
		}
		colleague := w.as("p-fiona")
		colleague.Person = "p-other"
		on, err := w.DraftsOn(t.Context(), colleague, c.Number)
		if err != nil || len(on) > 0 {
			t.Errorf("a colleague reads %+v: %v", on, err)
		}
		if got := w.drafts("p-will"); len(got) > 0 {
			t.Errorf("the customer reads %+v", got)
		}
		for what, err := range map[string]error{
			"a stranger":          w.draft("p-rosa", c.Number, app.Typed{For: isFor(app.DraftInternal), Text: "x"}),
			"a stranger, nowhere": w.draft("p-rosa", "00000000018", app.Typed{For: isFor(app.DraftInternal), Text: "x"}),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		// Who is on the case without the customer's knowing is not named to it.
		a, b := w.draft("p-will", c.Number, app.Typed{For: isFor("wideworld"), Text: "x"}), w.draft("p-will", c.Number, app.Typed{For: isFor("nobody"), Text: "x"})
		if fault.Of(a).Code != "message.not-on-case" || fault.Of(b).Code != fault.Of(a).Code {
			t.Errorf("for a hidden company %v, for none %v", a, b)
		}
		program := w.as("p-fiona")
		program.Person = ""
		if err := w.KeepDraft(t.Context(), program, c.Number, app.Typed{For: isFor(app.DraftInternal), Text: "x"}); !fault.Is(err, fault.Denied) {
			t.Errorf("a program keeps a draft: %v", err)
		}
	})
}

// What is sent is no draft any more, with the same commit; what is refused stays.
func TestADraftGoesWithWhatIsSent(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		keep := func(audience string) {
			t.Helper()
			if err := w.draft("p-fiona", c.Number, app.Typed{For: isFor(audience), Text: "to " + audience, Seen: 1}); err != nil {
				t.Fatal(err)
			}
		}
		keep("woodgrove")
		w.clock.pass(time.Second)
		keep(app.DraftInternal)
		say := func(version int64) error {
			_, err := w.SayWith(t.Context(), w.as("p-fiona"), c.Number, wire.NewMessage{Text: "to woodgrove", Audience: []string{"woodgrove"}}, app.Beside{Draft: isFor("woodgrove")}, &version, i18n.English)
			return err
		}
		if err := say(7); !fault.Is(err, fault.Stale) || len(w.drafts("p-fiona")) != 2 {
			t.Fatalf("refused with %v, left are %+v", err, w.drafts("p-fiona"))
		}
		if err := say(1); err != nil {
			t.Fatal(err)
		}
		if left := w.drafts("p-fiona"); len(left) != 1 || left[0].Audience != app.DraftInternal {
			t.Errorf("left are %+v", left)
		}
		if err := w.DropDraft(t.Context(), w.as("p-will"), c.Number, isFor(app.DraftInternal)); err != nil || len(w.drafts("p-fiona")) != 1 {
			t.Errorf("another throws it away: %v", err)
		}
		if err := w.DropDraft(t.Context(), w.as("p-fiona"), c.Number, isFor(app.DraftInternal)); err != nil || len(w.drafts("p-fiona")) != 0 {
			t.Errorf("it cannot be thrown away: %v", err)
		}
	})
}

// A draft for other readers is moved; one that its writer does not see is not
// written over. What has been sent does not come back by a keeping that is late.
func TestNoDraftIsWrittenOver(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		note, reply := isFor(app.DraftInternal), isFor("woodgrove")
		step := func(typed app.Typed, code string, want ...string) {
			t.Helper()
			err := w.draft("p-fiona", c.Number, typed)
			if got := fault.Of(err); (err == nil) != (code == "") || err != nil && got.Code != code {
				t.Errorf("%+v: %v", typed, err)
			}
			var left []string
			for _, d := range w.drafts("p-fiona") {
				left = append(left, d.Audience+" "+d.Text)
			}
			if asJSON(t, left) != asJSON(t, want) {
				t.Errorf("%+v leaves %q, not %q", typed, left, want)
			}
			w.clock.pass(time.Second)
		}
		step(app.Typed{For: note, Text: "one"}, "", "internal one")
		step(app.Typed{For: note, From: note, Text: "one and more"}, "", "internal one and more")
		step(app.Typed{For: reply, From: note, Text: "one and more"}, "", "woodgrove one and more")
		step(app.Typed{For: note, Text: "two"}, "", "internal two", "woodgrove one and more")
		step(app.Typed{For: reply, From: note, Text: "two"}, "draft.another", "internal two", "woodgrove one and more")
		step(app.Typed{For: reply, Text: "three"}, "draft.another", "internal two", "woodgrove one and more")
		step(app.Typed{For: reply, From: reply, Text: " "}, "", "internal two")

		actor := w.as("p-fiona")
		form := access.Request{Caller: "web:x", Route: "POST /c/x/say", Key: "mark", Body: [32]byte{1}}
		actor.Request = &form
		if _, err := w.Say(t.Context(), actor, c.Number, wire.NewMessage{Text: "four"}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		late := form
		late.Body = [32]byte{2}
		step(app.Typed{For: reply, Text: "four", Form: &form}, "", "internal two")
		step(app.Typed{For: reply, Text: "fou", Form: &late}, "", "internal two")
		late.Key = "another"
		step(app.Typed{For: reply, Text: "five", Form: &late}, "", "woodgrove five", "internal two")
	})
}
