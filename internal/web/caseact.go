package web

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/wire"
)

type casePageOf func(*visit, *caseView) templ.Component

// caseActs are the forms of a case, each by the verb in its address.
var caseActs = map[string]func(act) (*wire.Case, error){
	"say":      sayInCase,
	"assign":   func(a act) (*wire.Case, error) { return a.change(wire.CaseChange{Assignee: a.set("assignee")}) },
	"refer":    func(a act) (*wire.Case, error) { return a.change(wire.CaseChange{Reference: a.set("reference")}) },
	"engineer": func(a act) (*wire.Case, error) { return a.change(wire.CaseChange{Engineer: a.set("engineer")}) },
	"change": func(a act) (*wire.Case, error) {
		return a.change(wire.CaseChange{Subject: a.set("subject"), Topic: a.set("topic"), Severity: a.set("severity")})
	},
	"hold":    holdCase,
	"snooze":  snoozeCase,
	"wake":    wakeCase,
	"label":   labelCase,
	"resume":  func(a act) (*wire.Case, error) { return a.change(wire.CaseChange{OnHold: &time.Time{}}) },
	"confirm": solve(casework.VerbConfirm),
	"reject":  solve(casework.VerbReject),
	"close":   solve(casework.VerbClose),
	"reopen":  solve(casework.VerbReopen),

	"accept":    step(casework.VerbAccept),
	"decline":   step(casework.VerbDecline),
	"ask":       step(casework.VerbAsk),
	"answer":    step(casework.VerbAnswer),
	"join":      step(casework.VerbJoin),
	"pass-on":   step(casework.VerbPassOn),
	"give-back": step(casework.VerbGiveBack),
	"withdraw":  step(casework.VerbWithdraw),
	"reclaim":   step(casework.VerbReclaim),
	"update":    step(casework.VerbUpdate),
}

func (a act) change(ch wire.CaseChange) (*wire.Case, error) {
	return a.v.site.app.ChangeCase(a.v.ctx(), a.v.actor, a.number, ch, a.version(), a.v.lang())
}

func holdCase(a act) (*wire.Case, error) {
	until, err := a.time("until")
	if err != nil {
		return nil, err
	}
	if until == nil {
		return nil, lacksField("until")
	}
	return a.change(wire.CaseChange{OnHold: until, Reason: a.get("reason")})
}

func solve(verb string) func(act) (*wire.Case, error) {
	return func(a act) (*wire.Case, error) {
		return a.v.site.app.Solve(a.v.ctx(), a.v.actor, a.number, verb, wire.CaseStep{Text: a.get("text"), Reason: a.get("reason"), Confirm: a.values.Get("confirm")}, a.version(), a.v.lang())
	}
}

// step is a verb of the handoff with what its form has of it.
func step(verb string) func(act) (*wire.Case, error) {
	return func(a act) (*wire.Case, error) {
		next, err := a.time("next")
		if err != nil {
			return nil, err
		}
		s := wire.HandoffStep{Person: a.get("person"), Reference: a.get("reference"), Next: next, Reason: a.get("reason"), Evidence: a.get("evidence"),
			Other: a.get("other"), Text: a.get("text"), Summary: a.get("summary"), To: a.get("to"), Messages: a.numbers("messages"), Facts: a.facts(), Confirm: a.values.Get("confirm")}
		for _, text := range a.values[a.verb+".question"] {
			if text = strings.TrimSpace(text); text != "" {
				s.Questions = append(s.Questions, wire.Question{Text: text, Because: a.get("because")})
			}
		}
		s.Audience = a.audience()
		return a.v.site.app.Step(a.v.ctx(), a.v.actor, a.handoff(), verb, s, a.version(), a.v.lang())
	}
}

// facts are what the form tells by field of the receiver's intake form.
func (a act) facts() map[string]string {
	var out map[string]string
	for name, values := range a.values {
		field, ok := strings.CutPrefix(name, a.verb+".facts.")
		if text := strings.TrimSpace(values[0]); ok && text != "" {
			if out == nil {
				out = map[string]string{}
			}
			out[field] = text
		}
	}
	return out
}

// audience is whom the form names; one without the field speaks to nobody else.
func (a act) audience() []string {
	if to := a.get("audience"); to != "" {
		return []string{to}
	}
	return []string{"internal"}
}

// sayInCase writes what was typed in the composer for those whom it names.
func sayInCase(a act) (*wire.Case, error) {
	app, to, text, confirm := a.v.site.app, a.get("to"), a.get("text"), a.values.Get("confirm")
	switch a.values.Get("do") {
	case "keep":
		return &wire.Case{Number: a.number}, app.KeepDraft(a.v.ctx(), a.v.actor, a.number, a.typed())
	case "drop":
		return &wire.Case{Number: a.number}, app.DropDraft(a.v.ctx(), a.v.actor, a.number, a.from())
	case "inside":
		to = toInternal
	}
	with := a.beside()
	switch to {
	case toPropose:
		return app.SolveWith(a.v.ctx(), a.v.actor, a.number, casework.VerbPropose, wire.CaseStep{Text: text, Confirm: confirm}, with, a.version(), a.v.lang())
	case toInternal, "":
		// A note collides with nothing: it is kept whatever came meanwhile.
		return app.SayWith(a.v.ctx(), a.v.actor, a.number, wire.NewMessage{Audience: []string{"internal"}, Text: text}, with, nil, a.v.lang())
	case toReaders:
		answers := a.numbers("answers")
		if len(answers) != 1 {
			return nil, lacksField("to")
		}
		return app.SayWith(a.v.ctx(), a.v.actor, a.number, wire.NewMessage{Text: text, Answers: answers[0], Confirm: confirm}, with, a.version(), a.v.lang())
	}
	m := wire.NewMessage{Audience: []string{to}, Text: text, Wait: pressedOf(a.values) == "wait", Confirm: confirm}
	return app.SayWith(a.v.ctx(), a.v.actor, a.number, m, with, a.version(), a.v.lang())
}

// beside is what comes with the words of the composer.
func (a act) beside() app.Beside { return app.Beside{Files: a.files, Draft: a.from()} }

func lacksField(name string) error {
	return fault.New(fault.Invalid, "invalid.required", "field", name)
}

// CaseVerbs lists the verbs of the forms of a case, for whoever holds each of
// them against something.
func CaseVerbs() []string { return slices.Sorted(maps.Keys(caseActs)) }
