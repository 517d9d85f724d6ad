package web

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"switchboard/wire"
)

// spoke tells what somebody wrote from what merely happened.
func spoke(e wire.CaseEvent) bool { return e.Text != "" }

// signer is how the person of an entry is called; "" = that is not told. An id
// says something in its own company alone, and a guest is called by the address.
func signer(v *visit, e wire.CaseEvent) string {
	if e.Via == "link" || e.By != nil && e.By.Company == v.actor.Company {
		return cmp.Or(e.PersonName, e.Person)
	}
	return e.PersonName
}

// detail is one more thing that an entry of the timeline tells.
type detail struct{ Name, Value, Lang string }

// details are those worth reading; ids and codes that repeat the sentence are
// not.
func (w *caseView) details(v *visit, e wire.CaseEvent) (out []detail) {
	add := func(name, value, lang string) {
		if value != "" {
			out = append(out, detail{v.T("web.case.detail." + name), value, lang})
		}
	}
	d := e.Details
	add("subject", d["subject"], textLang(d["subject"]))
	add("topic", wordOf(v, "topic.", d["topic"]), "")
	add("severity", wordOf(v, "severity.", d["severity"]), "")
	add("assignee", w.book.person(d["assignee"]), scriptOf(w.book.person(d["assignee"]), string(v.lang())))
	add("engineer", d["engineer"], scriptOf(d["engineer"], string(v.lang())))
	add("reference", d["reference"], textLang(d["reference"]))
	if e.Kind == "handoff-declined" {
		add("reason", wordOf(v, "web.handoff.reason.", d["reason"]), "")
	} else if e.Kind != "closed" {
		add("reason", d["reason"], textLang(d["reason"]))
	}
	add("evidence", d["evidence"], textLang(d["evidence"]))
	if d["other"] != "" {
		p := w.party(v, d["other"])
		add("other", p.Name, partyLang(v, p))
	}
	add("next", stamped(v, d["next"]), "")
	add("until", stamped(v, d["until"]), "")
	for _, q := range questionsOf(d["questions"]) {
		add("question", q.Text, textLang(q.Text))
		add("because", q.Because, textLang(q.Because))
	}
	return append(out, factsOf(v, w.formOf(d["handoff"]), d["facts"])...)
}

// wordOf is the word of a code; one that has none stays as it is.
func wordOf(v *visit, prefix, code string) string {
	if code != "" && v.p.Has(prefix+code) {
		return v.T(prefix + code)
	}
	return code
}

// stamped is an instant of an event.
func stamped(v *visit, instant string) string {
	t, err := time.Parse(time.RFC3339Nano, instant)
	if err != nil {
		return ""
	}
	return v.stamp(t)
}

func questionsOf(list string) (out []wire.Question) {
	if json.Unmarshal([]byte(list), &out) != nil {
		return nil // none, or of a later program
	}
	return out
}

func factsOf(v *visit, form *wire.FilledForm, list string) (out []detail) {
	var facts map[string]string
	if json.Unmarshal([]byte(list), &facts) != nil {
		return nil // none, or of a later program
	}
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		out = append(out, factSaid(v, form, name, facts[name]))
	}
	return out
}

// formOf is the form by which a handoff was filled in, where the reader reads it.
func (w *caseView) formOf(handoff string) *wire.FilledForm {
	for _, e := range w.lines {
		if e.Package != nil && handoff != "" && e.Details["handoff"] == handoff {
			return e.Package.Form
		}
	}
	return nil
}

// packed is what the receiver of a handoff is given, line by line.
func packed(v *visit, p *wire.Package) (out []detail) {
	add := func(name, value string) {
		if value != "" {
			out = append(out, detail{v.T("web.case.detail." + name), value, orText(p.Lang, textLang(value))})
		}
	}
	add("summary", p.Summary)
	add("impact", p.Impact)
	add("tried", p.Tried)
	add("environment", p.Environment)
	for _, id := range factIDs(p) {
		out = append(out, factSaid(v, p.Form, id, p.Facts[id]))
	}
	if p.Form != nil {
		out = append(out, detail{v.T("web.case.detail.complete"), scoreSaid(v, p.Form.Fields, p.Facts), ""})
	}
	return out
}

// beginning is the first line of a text, short enough to tell it by.
func beginning(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	runes := []rune(line)
	if len(runes) <= 60 {
		return line
	}
	return string(runes[:59]) + "…"
}

// shareable are the messages and files among some entries.
func shareable(e wire.CaseEvent) bool {
	return e.Kind == "opened" || e.Kind == "message" || e.Kind == "file"
}

// mayAnswer: words of another company can be answered, by those who may write.
func (w *caseView) mayAnswer(v *visit, e wire.CaseEvent) bool {
	return shareable(e) && spoke(e) && e.By != nil && e.By.Company != v.actor.Company && w.may("message") && w.mayWork(v)
}

// heldText says who held the case for how long, in wall time and in its own
// working hours where they are known.
func (w *caseView) heldText(v *visit, b wire.BallHolder) string {
	args := []any{"company", b.Party, "wall", v.p.Duration(time.Duration(b.Wall) * time.Second), "business", nil}
	if b.Business != nil {
		args = append(args, "business", v.p.Duration(time.Duration(*b.Business)*time.Second))
	}
	return v.T("web.case.held", args...)
}
