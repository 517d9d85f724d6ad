package web

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strings"
	"time"

	"switchboard/internal/app"
	"switchboard/wire"
)

// morning is when the day begins to which a case is snoozed.
const morning = 9

// morningAfter is the morning of a day, so many days later, in the zone of t.
func morningAfter(t time.Time, days int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+days, morning, 0, 0, 0, t.Location())
}

// nap is an instant that is offered for snoozing.
type nap struct {
	name  string
	until time.Time
}

// naps are counted from the instant at which one is chosen, in the reader's zone.
func naps(now time.Time) []nap {
	monday := (8 - int(now.Weekday())) % 7
	if monday == 0 {
		monday = 7
	}
	return []nap{{"4h", now.Add(4 * time.Hour)}, {"tomorrow", morningAfter(now, 1)}, {"monday", morningAfter(now, monday)}}
}

func (v *visit) naps() []nap { return naps(v.now.In(v.clock())) }

// snoozeCase puts the case aside until what was pressed or typed.
func snoozeCase(a act) (*wire.Case, error) {
	until, err := a.time("until")
	if err != nil {
		return nil, err
	}
	for _, n := range a.v.naps() {
		if a.values.Get("do") == n.name {
			until = &n.until
		}
	}
	if until == nil {
		return nil, lacksField("until")
	}
	return a.v.site.app.Snooze(a.v.ctx(), a.v.actor, a.number, *until, a.version(), a.v.lang())
}

func wakeCase(a act) (*wire.Case, error) {
	return a.v.site.app.Wake(a.v.ctx(), a.v.actor, a.number, a.v.lang())
}

// labelCase takes away what was unticked and sets what was typed. What another tab
// has done meanwhile stays.
func labelCase(a act) (*wire.Case, error) {
	had, kept := a.values["label.had"], a.values["label.keep"]
	ch := wire.LabelChange{Add: typedLabels(a.get("add"))}
	for _, name := range had {
		if !slices.Contains(kept, name) {
			ch.Remove = append(ch.Remove, name)
		}
	}
	return a.v.site.app.Label(a.v.ctx(), a.v.actor, a.number, ch, a.v.lang())
}

// typedLabels reads a list of labels as people type one.
func typedLabels(text string) (out []string) {
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",、，;；", r) }) {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// loadMarks reads what the company's own people see of a case beside it: who else
// is there, and the labels in use.
func (w *caseView) loadMarks(v *visit) (err error) {
	if v.actor.Person != "" {
		w.present = v.site.app.Present(v.actor, w.c.Number)
		v.attending = "&" + url.Values{"on": {w.c.Number}, "here": {faces(w.present)}}.Encode()
	}
	if w.before, err = v.toldOf(w.c.Number); err != nil || !w.mayWork(v) {
		return err
	}
	w.known, err = v.site.app.Labels(v.ctx(), v.actor)
	return err
}

// otherLabels are those in use that the case has not.
func (w *caseView) otherLabels(v *visit) (out []choice) {
	for _, name := range w.known {
		if !slices.Contains(w.c.Labels, name) {
			out = append(out, choice{Value: name, Text: name, Lang: scriptOf(name, string(v.lang()))})
		}
	}
	return out
}

// labelAt is the list of the cases with a label.
func labelAt(name string) string {
	return "/inbox/" + app.CaseViews()[0].Name + "?" + url.Values{"q": {app.LabelQuery(name)}}.Encode()
}

// presentAs is a colleague who is there, in words.
func (w *caseView) presentAs(v *visit, p app.Present) string {
	if p.Writing {
		return v.T("web.case.present.writing", "person", w.book.person(p.Person))
	}
	return w.book.person(p.Person)
}

// faces is a sum of who is there, by which a stream knows what its page shows.
func faces(present []app.Present) string {
	sum := fnv.New32a()
	fmt.Fprint(sum, present)
	return fmt.Sprintf("%08x", sum.Sum32())
}

// wrote are those who have written what came meanwhile, each once: a colleague by
// name, another company as the reader knows it.
func (w *caseView) wrote(v *visit) (out []string) {
	for _, e := range w.came {
		if e.By == nil {
			continue
		}
		name := e.By.Name
		if e.By.Company == v.actor.Company && e.Person != "" {
			name = w.book.person(e.Person)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// cameTitle says who has written while the form was open.
func (w *caseView) cameTitle(v *visit) string {
	if names := w.wrote(v); len(names) > 0 {
		return v.T("web.case.came.by", "names", v.p.List(names))
	}
	return v.T("web.case.came", "n", len(w.came))
}
