package casework

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"switchboard/internal/fault"
	"switchboard/internal/text"
	"switchboard/wire"
)

// Known is what a company has been told on a case and could ask for again: a
// fact of a package, or the answer to a question.
type Known struct {
	Handoff string    // by which it was told
	Field   string    // of the intake form, where it is a fact of one
	Asked   wire.Text // what it answers
	Answer  string
	N       int64 // of the line that told it, as its reader counts

	senses []text.Sense
}

func known(handoff, field string, asked wire.Text, answer string, n int64) Known {
	out := Known{Handoff: handoff, Field: field, Asked: asked, Answer: answer, N: n}
	for _, words := range asked {
		out.senses = append(out.senses, text.SenseOf(words))
	}
	return out
}

// NewKnown is what the case itself says under a name.
func NewKnown(field string, asked wire.Text, answer string) Known {
	return known("", field, asked, answer, 0)
}

// Means tells whether it answers what is asked for: by field, or because it was
// asked for in the same words.
func (k Known) Means(field string, asked ...text.Sense) bool {
	if field != "" && k.Field == field {
		return true
	}
	return slices.ContainsFunc(k.senses, func(s text.Sense) bool { return slices.ContainsFunc(asked, s.Same) })
}

// KnownBy is what the lines of a company tell, the newest first. Nothing comes
// in that its reader cannot read there.
func KnownBy(lines []Line) []Known {
	r := recall{asked: map[string][]Question{}, forms: map[string]*wire.FilledForm{}}
	for _, l := range lines {
		switch l.Event.Kind {
		case handoffSent:
			r.sent(l)
		case handoffAsked:
			var list []Question
			if json.Unmarshal([]byte(l.Event.Word("questions")), &list) == nil { // else erased, or of a later program
				r.asked[l.Event.Open["handoff"]] = list
			}
		case handoffAnswered:
			r.answered(l)
		}
	}
	slices.Reverse(r.out)
	return r.out
}

// recall goes through the lines of a company.
type recall struct {
	asked map[string][]Question // that await an answer, by handoff
	forms map[string]*wire.FilledForm
	out   []Known
}

func (r *recall) sent(l Line) {
	id := l.Event.Open["handoff"]
	pack, err := packed(l.Event.Word("package"))
	if err != nil {
		return // erased, or for others
	}
	r.forms[id] = pack.Form
	r.facts(id, pack.Facts, l.N)
}

func (r *recall) facts(id string, facts map[string]string, n int64) {
	for _, field := range slices.Sorted(maps.Keys(facts)) {
		r.out = append(r.out, known(id, field, called(r.forms[id], field), facts[field], n))
	}
}

// answered takes in an answer: its facts by field, and its words for every
// question that no fact answers.
func (r *recall) answered(l Line) {
	id, facts := l.Event.Open["handoff"], map[string]string{}
	if words := l.Event.Word("facts"); words != "" && json.Unmarshal([]byte(words), &facts) != nil {
		return
	}
	for _, q := range r.asked[id] {
		if _, given := facts[q.Field]; !given && l.Event.Word("text") != "" {
			r.out = append(r.out, known(id, q.Field, wire.Plain(q.Text), l.Event.Word("text"), l.N))
		}
	}
	r.facts(id, facts, l.N)
	delete(r.asked, id)
}

// called is what a form calls a fact; without a form it is called as its field.
func called(form *wire.FilledForm, field string) wire.Text {
	if form != nil {
		for _, f := range form.Fields {
			if f.ID == field && len(f.Label) > 0 {
				return f.Label
			}
		}
	}
	return wire.Plain(field)
}

// Answered is a question that needs no asking, with what answers it.
type Answered struct {
	Question string
	Known
	Final bool // the package holds it as this fact of the form
}

// unanswered refuses questions that are answered already (spec 2 section 4: a
// receiver may not ask for what the package already holds). What stands in the
// package as a fact of the form is never asked again; what was answered in other
// words, or elsewhere, can be asked with a reason.
func (t *turn) unanswered(h *Handoff, a Ask) error {
	var told []Answered
	refused := fault.New(fault.Conflict, "handoff.answered-already", "case", t.c.Number)
	for i, q := range a.Questions {
		k, ok := h.told(a.Known, q)
		if !ok || q.Because != "" && !k.Final {
			continue
		}
		told = append(told, k)
		refused.At("questions["+strconv.Itoa(i)+"]", "handoff.answered-already", "field", k.Asked, "answer", k.Answer)
	}
	if told == nil {
		return nil
	}
	refused.Args["field"], refused.Args["answer"], refused.Args["answered"] = told[0].Asked, told[0].Answer, told
	return refused
}

// told is what answers a question: first what this handoff was given as the same
// fact, then what the asker knows besides.
func (h *Handoff) told(all []Known, q Question) (Answered, bool) {
	if given, ok := h.Given[q.Field]; ok && q.Field != "" {
		for _, k := range all {
			if k.Handoff == h.ID && k.Field == q.Field && k.Answer == given {
				return Answered{q.Text, k, true}, true
			}
		}
		return Answered{q.Text, known(h.ID, q.Field, wire.Plain(q.Field), given, 0), true}, true
	}
	sense := text.SenseOf(q.Text)
	for _, k := range all {
		if k.Means(q.Field, sense) {
			return Answered{q.Text, k, false}, true
		}
	}
	return Answered{}, false
}
