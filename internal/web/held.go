package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// sendDraft is the draft of the page on which a case is handed over.
var sendDraft = app.FormDraft(casework.VerbSend)

// holdable are the forms whose commands can be taken back for a while.
var holdable = []string{"say", "close", casework.VerbSend}

func canWait(verb string) bool { return slices.Contains(holdable, verb) }

// inOrder are the forms of what a company keeps in order for itself. They are
// carried out at once and beside what waits; any other lets that go out first.
var inOrder = []string{"assign", "refer", "engineer"}

// settle makes a form of a case ready to be carried out: what its writer has read,
// the files of its draft, and what the same person has pressed before.
func (a *act) settle() (err error) {
	if done := a.done(); done == "kept" || done == "dropped" || done == "macro" {
		return nil
	}
	read, err := a.v.site.app.ReadUpTo(a.v.ctx(), a.v.actor, a.number, app.Read{Version: *a.version(), Held: a.values["held"]})
	if err != nil {
		return err
	}
	a.read = &read
	if err := a.takeFiles(); err != nil {
		return err
	}
	if slices.Contains(inOrder, a.verb) || a.verb == "say" && a.to() == toInternal {
		return nil
	}
	a.read, err = a.v.site.app.Before(a.v.ctx(), a.v.actor, a.number, a.read)
	return err
}

// takeFiles adds the files that came back with the draft; those that are not ticked
// any more go with it.
func (a *act) takeFiles() error {
	if a.verb != "say" || a.get("from") == "" || a.v.actor.Person == "" {
		return nil
	}
	files, err := a.v.site.app.DraftFiles(a.v.ctx(), a.v.actor, a.number, a.from())
	for i, u := range files {
		if slices.Contains(a.values["say.kept"], strconv.Itoa(i)) {
			a.files = append(a.files, u)
		} else {
			a.let = append(a.let, u)
		}
	}
	return err
}

// press gives a command to the server, where it waits so that it can be taken back.
func (a *act) press(p app.Press) (*wire.Case, error) {
	if p.Verb != casework.VerbClose && p.Verb != casework.VerbSend {
		p.Draft, p.Files = a.from(), a.files
	}
	out, err := a.v.site.app.Press(a.v.ctx(), a.v.actor, a.number, p, a.version(), a.v.lang())
	a.waits = out.Bundle != ""
	return &wire.Case{Number: a.number}, err
}

// loadHeld reads what the people of the company have pressed on the case and what
// still waits.
func (w *caseView) loadHeld(v *visit) (err error) {
	v.onCase = w.c.Number
	if !w.mayWork(v) || v.actor.Person == "" {
		return nil
	}
	if w.undo, err = v.site.app.UndoTime(v.ctx(), v.actor); err != nil {
		return err
	}
	w.held, err = v.site.app.HeldsOn(v.ctx(), v.actor, w.c.Number)
	return err
}

// ownHeld are those of the reader.
func (w *caseView) ownHeld(v *visit) (out []wire.Held) {
	for _, h := range w.held {
		if h.Person == v.actor.Person {
			out = append(out, h)
		}
	}
	return out
}

// stopped are the drafts that came back because they could not go out.
func (w *caseView) stopped() (out []app.Draft) {
	for _, d := range w.drafts {
		if d.Stopped != "" {
			out = append(out, d)
		}
	}
	return out
}

// keptFiles are the names of the files that lie with the draft in the composer.
func (w *caseView) keptFiles() ([]string, error) {
	if w.draft == nil {
		return nil, nil
	}
	p, err := app.FormOf(*w.draft)
	if p == nil || err != nil {
		return nil, err
	}
	var out []string
	for _, u := range p.Files {
		out = append(out, u.Name)
	}
	return out, nil
}

// openForm fills the form of a verb with what came back of it.
func (w *caseView) openForm(verb string) {
	for _, d := range w.drafts {
		if app.FormVerb(d.DraftKey) != verb {
			continue
		}
		if p, err := app.FormOf(d); err == nil && p != nil && p.Solve != nil {
			w.form = typedForm{verb: verb, values: url.Values{verb + ".reason": {p.Solve.Reason}, verb + ".text": {d.Text}}}
		}
	}
}

// begun is the form of the handoff as it was begun: in the address, else as it came
// back.
func (h *handoffView) begun(q url.Values) (url.Values, error) {
	i := slices.IndexFunc(h.drafts, func(d app.Draft) bool { return d.DraftKey == sendDraft })
	if i < 0 || q.Has("send.summary") {
		return q, nil
	}
	p, err := app.FormOf(h.drafts[i])
	if err != nil || p == nil || p.Send == nil {
		return q, err
	}
	to := orText(q.Get("send.to"), p.Send.To)
	out := url.Values{"send.to": {to}, "send.summary": {h.drafts[i].Text}, "send.impact": {p.Send.Impact}, "send.tried": {p.Send.Tried}, "send.environment": {p.Send.Environment}}
	for name, text := range p.Send.Facts {
		out.Set("send.facts."+name, text)
	}
	for _, n := range p.Send.Messages {
		out.Add("send.messages", strconv.FormatInt(n, 10))
	}
	return out, nil
}

// loadHeld reads what the reader can still take back, for every page of the desk.
func (v *visit) loadHeld() (err error) {
	if v.status >= http.StatusInternalServerError || !v.worksHere() || v.actor.Person == "" || v.held != nil {
		return nil
	}
	v.held, err = v.site.app.Helds(v.ctx(), v.actor)
	return err
}

// heldOn is what the reader can take back of a case.
func (v *visit) heldOn(number string) (out []wire.Held) {
	for _, h := range v.held {
		if h.Case == number {
			out = append(out, h)
		}
	}
	return out
}

// bundle is what was pressed together.
type bundle struct {
	wire.Held
	cases int
}

// elsewhere is what the reader can take back and what stands not on this page, the
// last first.
func (v *visit) elsewhere() (out []bundle) {
	for _, h := range v.held {
		if i := slices.IndexFunc(out, func(b bundle) bool { return b.Bundle == h.Bundle }); i >= 0 {
			out[i].cases++
			continue
		}
		out = append(out, bundle{h, 1})
	}
	out = slices.DeleteFunc(out, func(b bundle) bool { return b.cases == 1 && b.Case == v.onCase })
	slices.Reverse(out)
	return out
}

// isLast tells the command that the key takes back.
func (v *visit) isLast(h wire.Held) bool {
	return len(v.held) > 0 && v.held[len(v.held)-1].Bundle == h.Bundle
}

// heldWhat says what waits, with the names of its readers.
func heldWhat(v *visit, names *nameBook, h wire.Held) string {
	var to []string
	for _, id := range h.To {
		to = append(to, names.party(id, "").Name)
	}
	return v.T("web.held.what."+h.Verb, "companies", v.p.List(to))
}

func (b bundle) what(v *visit, names *nameBook) string {
	if b.cases > 1 {
		return v.T("web.held.many", "n", b.cases, "what", v.T("web.held.verb."+b.Verb))
	}
	return heldWhat(v, names, b.Held)
}

// clockTime is a time of today to the second.
func (v *visit) clockTime(t time.Time) string { return t.In(v.clock()).Format(time.TimeOnly) }

// left is how many seconds are left.
func (v *visit) left(t time.Time) string {
	return itoa(int(max(0, t.Sub(v.now)+time.Second-1) / time.Second))
}

// toDrafts: the address of the form is a page as well.
func toDrafts(v *visit) error { return v.redirect("/drafts") }

// undoHeld takes back what was pressed; its words stand in the composer again.
func undoHeld(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	var taken app.Taken
	err = v.do(func(number string) string {
		taken.Number = number
		return undonePage(form.Get("back"), taken)
	}, func() (string, error) {
		taken, err = v.site.app.TakeBack(v.ctx(), v.actor, v.r.PathValue("id"))
		return taken.Number, err
	})
	if f := fault.Of(err); f != nil && f.Code == "held.sent" {
		return v.redirect("/c/" + f.Args["case"].(string) + "?done=undo-late")
	}
	return err
}

// undonePage is where the words are now.
func undonePage(back string, taken app.Taken) string {
	u, err := url.Parse(local(back))
	one := taken.All <= 1
	switch beside := err == nil && strings.HasPrefix(u.Path, "/inbox/"); {
	case one && taken.Draft == sendDraft:
		return "/c/" + taken.Number + "/handoff"
	case beside && (!one || u.Query().Get("case") == taken.Number):
	case one:
		u = &url.URL{Path: "/c/" + taken.Number}
	default:
		u = &url.URL{Path: "/drafts"}
	}
	q := u.Query()
	for _, name := range []string{"answer", "draft", "files"} {
		q.Del(name)
	}
	q.Set("done", "undone")
	if one && taken.Draft != (app.DraftKey{}) {
		q.Set("draft", draftName(taken.Draft))
	}
	u.RawQuery, u.Fragment = q.Encode(), ""
	return u.String()
}

// undoChoices are the times that a person can choose from.
func undoChoices(v *visit) (out []choice) {
	for _, s := range app.UndoTimes() {
		c := choice{Value: strconv.FormatInt(s, 10), Text: v.T("web.me.undo.seconds", "n", int(s))}
		if s == 0 {
			c.Text = v.T("web.me.undo.none")
		}
		out = append(out, c)
	}
	return out
}

func (v *visit) saveUndo(form url.Values) error {
	if !form.Has("undo") {
		return nil
	}
	seconds, err := strconv.ParseInt(form.Get("undo"), 10, 64)
	if err != nil {
		seconds = -1 // none of the choices
	}
	return v.site.app.SetUndoTime(v.ctx(), v.actor, seconds)
}
