package app_test

import (
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// failing is a case of northwind at its partner, which can send it to contoso.
func (w *world) failing() *wire.Case {
	w.t.Helper()
	c, err := w.OpenCase(w.t.Context(), w.as("p-nora"), wire.NewCase{Subscription: "nw-backup", Topic: "break-fix", Subject: "Copy stops", Text: "It stops at 40 %."}, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// wholeForm is one with every kind of fact.
func wholeForm() []wire.FormField {
	return []wire.FormField{
		{ID: "tenant", Label: wire.Text{"en": "Tenant ID", "ja": "テナント ID"}, Required: true},
		{ID: "since", Label: wire.Text{"en": "Since when"}, Kind: wire.FactDate, Required: true},
		{Label: wire.Text{"en": " Who is concerned "}, Kind: wire.FactChoice, Choices: []wire.FormChoice{{Label: wire.Text{"en": "One person"}}, {Label: wire.Text{"en": "Everybody", "ja": "全員"}}}},
		{ID: "again", Label: wire.Text{"en": "Does it happen again"}, Kind: wire.FactYesNo},
		{ID: "subscription", Label: wire.Text{"en": "Subscription"}},
	}
}

func (w *world) saveForm(person string, n wire.NewIntake) *wire.IntakeForm {
	w.t.Helper()
	form, err := w.SaveIntake(w.t.Context(), w.as(person), n)
	if err != nil {
		w.t.Fatal(err)
	}
	return form
}

// Each save is a version with its author and time; who has read another does not
// overwrite it, and what has not changed makes none.
func TestAFormIsSavedAsVersions(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		second := w.saveForm("p-priya", wire.NewIntake{Topic: "break-fix", After: new(1), Fields: wholeForm()})
		if second.Version != 2 || second.By != "p-priya" || second.At != "2026-11-21T12:00:00Z" || second.Fields[2].ID != "who-is-concerned" || second.Fields[2].Choices[1].ID != "everybody" || second.Fields[2].Label["en"] != "Who is concerned" {
			t.Errorf("%+v", second)
		}
		if again := w.saveForm("p-priya", wire.NewIntake{Topic: "break-fix", Fields: second.Fields}); again.Version != 2 {
			t.Errorf("nothing has changed, and it is version %d", again.Version)
		}
		_, err := w.SaveIntake(t.Context(), w.as("p-priya"), wire.NewIntake{Topic: "break-fix", After: new(1)})
		wantFault(t, "over something unread", err, fault.Stale, "intake.changed")
		_, err = w.SaveIntake(t.Context(), w.as("p-tom"), wire.NewIntake{Topic: "break-fix"})
		wantFault(t, "without the right", err, fault.Denied, "")
		_, err = w.SaveIntake(t.Context(), w.as("p-priya"), wire.NewIntake{Company: "litware", Topic: "break-fix"})
		wantFault(t, "of another company", err, fault.NotFound, "not-found.company")
		history, err := w.IntakeForms(t.Context(), w.as("p-priya"), app.IntakeFilter{Topic: "break-fix", History: true})
		if err != nil || len(history) != 2 || history[0].Version != 2 || history[1].Fields[0].ID != "tenant" {
			t.Errorf("%v %+v", err, history)
		}
		sender, err := w.IntakeForms(t.Context(), w.as("p-ken"), app.IntakeFilter{Company: "contoso"})
		if err != nil || len(sender) != 1 || sender[0].Version != 2 || sender[0].By != "" {
			t.Errorf("a sender reads %v %+v", err, sender)
		}
		rival, err := w.IntakeForms(t.Context(), w.as("p-ken"), app.IntakeFilter{Company: "hinode", History: true})
		none, err2 := w.IntakeForms(t.Context(), w.as("p-ken"), app.IntakeFilter{Company: "nobody", History: true})
		if err != nil || err2 != nil || len(rival)+len(none) != 0 {
			t.Errorf("a foreign form: %v %v, none: %v %v", rival, err, none, err2)
		}
	})
}

// What comes in wrongly is refused as a whole, field by field.
func TestABadFormIsRefused(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for what, tc := range map[string]struct {
			topic  string
			fields []wire.FormField
			at     string
		}{
			"an unknown topic":          {"breakfix", nil, "topic"},
			"a kind that is none":       {"billing", []wire.FormField{{ID: "a", Kind: "number"}}, "fields[0].kind"},
			"a choice of nothing":       {"billing", []wire.FormField{{ID: "a", Kind: wire.FactChoice}}, "fields[0].choices"},
			"choices of words":          {"billing", []wire.FormField{{ID: "a", Choices: []wire.FormChoice{{ID: "b"}}}}, "fields[0].choices"},
			"a fact twice":              {"billing", []wire.FormField{{ID: "a"}, {ID: "a"}}, "fields[1]"},
			"a label of 10,000 words":   {"billing", []wire.FormField{{ID: "a", Label: wire.Plain(strings.Repeat("word ", 10_000))}}, "fields[0].label"},
			"more facts than anybody":   {"billing", make([]wire.FormField, 61), "fields"},
			"a path in the place of id": {"billing", []wire.FormField{{ID: "../../etc/passwd"}}, "fields[0].id"},
		} {
			_, err := w.SaveIntake(t.Context(), w.as("p-priya"), wire.NewIntake{Topic: tc.topic, Fields: tc.fields})
			f := fault.Of(err)
			if f == nil || f.Kind != fault.Invalid || len(f.Fields) == 0 || f.Fields[0].Path != tc.at {
				t.Errorf("%s: %v", what, err)
			}
		}
		script := []wire.FormField{{ID: "a", Label: wire.Plain("<script>alert(1)</script>")}}
		if form := w.saveForm("p-priya", wire.NewIntake{Topic: "billing", Fields: script}); form.Fields[0].Label[""] != "<script>alert(1)</script>" {
			t.Errorf("words are kept as they are: %+v", form)
		}
		turned := []wire.FormField{{ID: "a", Label: wire.Plain("ten\u202eant")}}
		if form := w.saveForm("p-priya", wire.NewIntake{Topic: "billing", Fields: turned}); form.Fields[0].Label[""] != "tenant" {
			t.Errorf("a direction mark stays: %+v", form)
		}
	})
}

// A package is held against the form of who gets it: what is missing is named,
// what is wrong refused, and the version goes along, readable for ever.
func TestAHandoffKeepsTheFormItWasFilledUnder(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.saveForm("p-priya", wire.NewIntake{Topic: "break-fix", Fields: wholeForm()})
		c, ken := w.failing(), w.as("p-ken")
		preview := func(facts map[string]string, prefill bool) (*wire.HandoffPreview, error) {
			return w.PreviewHandoff(t.Context(), ken, c.Number, wire.NewHandoff{To: "contoso", Package: wire.Package{Summary: "x", Facts: facts}, Prefill: prefill}, i18n.English)
		}
		p, err := preview(map[string]string{"tenant": "T-77", "who-is-concerned": "全員"}, true)
		if err != nil {
			t.Fatal(err)
		}
		if p.Given != 1 || p.Needed != 2 || p.Complete != 50 || strings.Join(p.Missing, " ") != "since" || p.Blocked || p.Package.Facts["who-is-concerned"] != "everybody" || p.Package.Facts["subscription"] != "nw-backup" {
			t.Errorf("%+v", p)
		}
		_, err = preview(map[string]string{"since": "yesterday", "again": "maybe", "who-is-concerned": "nobody"}, false)
		if f := fault.Of(err); f == nil || len(f.Fields) != 3 || f.Fields[0].Code != "intake.not-a-date" || f.Fields[1].Code != "intake.not-a-choice" || f.Fields[2].Code != "intake.not-yes-no" {
			t.Errorf("%v", err)
		}
		filled := &wire.FilledForm{Topic: "break-fix", Version: 2}
		w.saveForm("p-priya", wire.NewIntake{Topic: "break-fix", Fields: []wire.FormField{{ID: "other", Label: wire.Plain("Something else"), Required: true}}})
		sent, err := w.HandOver(t.Context(), ken, c.Number, wire.NewHandoff{To: "contoso", Package: wire.Package{Summary: "x", Facts: map[string]string{"tenant": "T-77", "since": "2026-11-20"}, Form: filled}}, nil, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.Case(t.Context(), w.as("p-priya"), sent.Number, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		form := got.Handoff.Package.Form
		if form == nil || form.Version != 2 || len(form.Fields) != 5 || form.Fields[0].Label["ja"] != "テナント ID" || len(form.Fields[2].Choices) != 0 {
			t.Errorf("%+v", form)
		}
		_, err = w.HandOver(t.Context(), ken, w.failing().Number, wire.NewHandoff{To: "contoso", Package: wire.Package{Summary: "x", Form: &wire.FilledForm{Topic: "billing", Version: 9}}}, nil, i18n.English)
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Code != "intake.unknown-version" {
			t.Errorf("a version that is none: %v", err)
		}
		w.verified()
	})
}

// A form may insist: then nothing is sent that lacks a needed fact. A form for all
// topics counts where a topic has none; one's own without a fact is none.
func TestAFormMayInsist(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.saveForm("p-priya", wire.NewIntake{Topic: wire.AllTopics, Complete: true, Fields: []wire.FormField{{ID: "tenant", Label: wire.Plain("Tenant"), Required: true}}})
		w.saveForm("p-priya", wire.NewIntake{Topic: "break-fix", Fields: []wire.FormField{}})
		c := w.failing()
		h := wire.NewHandoff{To: "contoso", Package: wire.Package{Summary: "x"}}
		p, err := w.PreviewHandoff(t.Context(), w.as("p-ken"), c.Number, h, i18n.English)
		if err != nil || !p.Blocked || p.Package.Form.Topic != wire.AllTopics {
			t.Errorf("%v %+v", err, p)
		}
		_, err = w.HandOver(t.Context(), w.as("p-ken"), c.Number, h, nil, i18n.English)
		wantFault(t, "without a needed fact", err, fault.Invalid, "intake.incomplete")
		h.Facts = map[string]string{"tenant": "T-77"}
		if _, err = w.HandOver(t.Context(), w.as("p-ken"), c.Number, h, nil, i18n.English); err != nil {
			t.Error(err)
		}
	})
}

// What the case holds is offered to the next sender, from what that has read; the
// form of a company to which it cannot be sent tells nothing.
func TestTheNextPackageIsPrefilled(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.failing()
		h := wire.NewHandoff{To: "contoso", Package: wire.Package{Summary: "x", Facts: map[string]string{"tenant": "T-77", "since": "Monday"}}}
		if _, err := w.HandOver(t.Context(), w.as("p-ken"), c.Number, h, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		now, err := w.Case(t.Context(), w.as("p-priya"), c.Number, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		w.step("p-priya", now.Handoff.ID, "decline", wire.HandoffStep{Reason: "other", Evidence: "x"})
		fields := []wire.FormField{{ID: "t", Label: wire.Text{"en": "The tenant ID", "ja": "テナント ID"}, Required: true}, {ID: "since", Kind: wire.FactDate, Required: true}}
		w.saveForm("p-priya", wire.NewIntake{Topic: "break-fix", Fields: fields})
		p, err := w.PreviewHandoff(t.Context(), w.as("p-ken"), c.Number, wire.NewHandoff{To: "contoso", Package: wire.Package{Summary: "x"}}, i18n.English)
		if err != nil || len(p.Held) != 1 || p.Held[0].Field != "t" || p.Held[0].Value != "T-77" || p.Held[0].N == 0 || len(p.Package.Facts) != 0 {
			t.Errorf("%v %+v", err, p)
		}
		_, err = w.HandOver(t.Context(), w.as("p-ken"), c.Number, wire.NewHandoff{To: "litware", Package: wire.Package{Summary: "x", Form: &wire.FilledForm{Topic: "security", Version: 2}}}, nil, i18n.English)
		_, missing := w.HandOver(t.Context(), w.as("p-ken"), c.Number, wire.NewHandoff{To: "nobody", Package: wire.Package{Summary: "x", Form: &wire.FilledForm{Topic: "security", Version: 2}}}, nil, i18n.English)
		if plain(fault.Of(err), "litware") != plain(fault.Of(missing), "nobody") {
			t.Errorf("a form of nobody's business: %v, none: %v", err, missing)
		}
	})
}

// Who asks what is answered is shown the answer in his language, and may insist.
func TestAQuestionThatIsAnsweredIsNotSent(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c, priya := w.failing(), w.as("p-priya")
		h := wire.NewHandoff{To: "contoso", Package: wire.Package{Summary: "x", Facts: map[string]string{"tenant": "T-77", "since": "Monday"}}}
		if _, err := w.HandOver(t.Context(), w.as("p-ken"), c.Number, h, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		now, err := w.Case(t.Context(), priya, c.Number, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		ask := func(q wire.Question) error {
			_, err := w.Step(t.Context(), priya, now.Handoff.ID, "ask", wire.HandoffStep{Questions: []wire.Question{q}}, nil, i18n.Japanese)
			return err
		}
		err = ask(wire.Question{Text: "What is the tenant ID?"})
		known, _ := fault.Of(err).Args["answered"].([]wire.KnownAnswer)
		if len(known) != 1 || known[0].Asked != "テナント ID" || known[0].Answer != "T-77" || known[0].Final || fault.Of(err).Args["field"] != "テナント ID" {
			t.Errorf("%v %+v", err, known)
		}
		wantFault(t, "a fact of the form", ask(wire.Question{Field: "tenant", Text: "?", Because: "x"}), fault.Conflict, "handoff.answered-already")
		if err := ask(wire.Question{Text: "What is the tenant ID?", Because: "T-77 is none of ours"}); err != nil {
			t.Error(err)
		}
		w.verified()
	})
}
