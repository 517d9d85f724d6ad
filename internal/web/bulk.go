package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// manyAction is something that can be done to many cases of a list at once. The
// list below is all there is to it: its part of the form, and the command that it
// makes of what stands there.
type manyAction struct {
	name  string // in the form; its button is web.many.<name>
	needs access.Ability
	part  func(*visit, *inboxView) templ.Component
	press func(url.Values) app.Press
}

var manyActions = []manyAction{
	{"assign", access.WorkCases, assignPart, func(form url.Values) app.Press {
		to := form.Get("assignee")
		return app.Press{Verb: app.VerbAssign, Change: &wire.CaseChange{Assignee: &to}, For: app.FormDraft(app.VerbAssign)}
	}},
	{"close", access.WorkCases, closePart, func(form url.Values) app.Press {
		return app.Press{Verb: casework.VerbClose, Solve: &wire.CaseStep{Reason: form.Get("reason"), Text: trimmed(form, "text"), Confirm: form.Get("confirm")}, For: app.FormDraft(casework.VerbClose)}
	}},
	{"withdraw", access.HandOver, withdrawPart, func(url.Values) app.Press {
		return app.Press{Verb: casework.VerbWithdraw, Step: &wire.HandoffStep{}, For: app.FormDraft(casework.VerbWithdraw)}
	}},
}

// many are the actions that the reader may take on this list.
func (i *inboxView) many(v *visit) (out []manyAction) {
	for _, a := range manyActions {
		if access.MaySome(v.actor, a.needs) && v.actor.Person != "" {
			out = append(out, a)
		}
	}
	return out
}

// manyResult is what has become of an action on many cases.
type manyResult struct {
	done   int
	waits  bool // all of it can be taken back
	failed []app.Failed
	fault  mistakes // nothing was tried
}

// toView: the address of the form is a page as well.
func toView(v *visit) error {
	view, err := v.inboxView()
	if err != nil {
		return err
	}
	return v.redirect(view.at(url.Values{}))
}

// actOnMany takes one action on the cases that were ticked, or on all of the view.
// What can be taken back says so on the page that follows; what failed is told case
// by case.
func actOnMany(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	view, err := v.inboxView()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(manyActions, func(a manyAction) bool { return a.name == form.Get("do") })
	if i < 0 {
		return v.redirect(view.at(url.Values{}))
	}
	var out manyResult
	err = v.do(func(string) string { return view.after(v, out) }, func() (string, error) {
		if out, err = view.press(v, manyActions[i], form); err == nil && len(out.failed) > 0 {
			err = errTold
		}
		return "", err
	})
	if wrong, again := rejected(err); again {
		out.fault, err = wrong, errTold
	}
	if !errors.Is(err, errTold) {
		return err
	}
	view.result, view.typed = &out, form
	return view.show(v, out.status())
}

// errTold: the page itself says what has become of it.
var errTold = errors.New("web: told on the page")

// after is where the reader goes on: the same page of the list. Of what can be taken
// back the page itself says where it is.
func (i *inboxView) after(v *visit, out manyResult) string {
	with := url.Values{}
	if cursor := v.r.URL.Query().Get("cursor"); cursor != "" {
		with.Set("cursor", cursor)
	}
	if out.done > 0 && !out.waits {
		with.Set("done", strconv.Itoa(out.done))
	}
	return i.at(with)
}

func (i *inboxView) press(v *visit, a manyAction, form url.Values) (out manyResult, err error) {
	picks, err := i.picked(v, form)
	if err != nil {
		return out, err
	}
	if len(picks) == 0 {
		return out, fault.New(fault.Invalid, "web.many.none")
	}
	pressed, done, failed, err := v.site.app.PressAll(v.ctx(), v.actor, picks, a.press(form), v.lang())
	return manyResult{done: done, waits: pressed.Bundle != "", failed: failed}, err
}

// picked are the cases that were ticked, each with the version that its row showed.
func (i *inboxView) picked(v *visit, form url.Values) (out []app.Pick, err error) {
	if form.Get("all") != "" {
		return i.everyCase(v)
	}
	for _, text := range form["case"] {
		number, version, _ := strings.Cut(text, ".")
		if n, err := strconv.ParseInt(version, 10, 64); err == nil {
			out = append(out, app.Pick{Number: number, Version: &n})
		}
	}
	return out, nil
}

// everyCase are those of the view, as far as one action reaches.
func (i *inboxView) everyCase(v *visit) (out []app.Pick, err error) {
	page, err := v.site.app.Cases(v.ctx(), v.actor, app.CaseFilter{Query: i.query, Limit: app.MostPicked}, v.lang())
	for _, c := range page.Items {
		out = append(out, app.Pick{Number: c.Number, Version: &c.Version})
	}
	return out, err
}

// everyText says which cases "all of this view" are.
func (i *inboxView) everyText(v *visit) string {
	if i.first && i.next == "" {
		return v.T("web.many.all", "n", len(i.page.Items))
	}
	return v.T("web.many.all-most", "n", app.MostPicked)
}

// manyAt is the address of the form.
func (i *inboxView) manyAt(v *visit) string {
	with := url.Values{}
	if cursor := v.r.URL.Query().Get("cursor"); cursor != "" {
		with.Set("cursor", cursor)
	}
	path, query, _ := strings.Cut(i.at(with), "?")
	if query != "" {
		query = "?" + query
	}
	return path + "/many" + query
}

// loadColleagues lists whom a case can be given to.
func (i *inboxView) loadColleagues(v *visit) error {
	i.colleagues = []choice{{Value: v.actor.Person, Text: v.T("web.many.me")}, {Text: v.T("web.case.nobody")}}
	items, _, err := v.site.app.List(v.ctx(), v.actor, directory.People, app.Filter{}, "", listed)
	for _, item := range items {
		if p := item.Object.(*wire.Person); p.Company == v.actor.Company && p.Name != "" && p.ID != v.actor.Person {
			i.colleagues = append(i.colleagues, choice{p.ID, p.Name, scriptOf(p.Name, string(v.lang()))})
		}
	}
	return err
}

// sentence says why a case was left out.
func (r manyResult) sentence(v *visit, f app.Failed) string {
	if len(f.Fault.Fields) > 0 {
		return fieldSentence(v, f.Fault.Fields[0])
	}
	return v.p.T(f.Fault.Code, f.Fault.Args)
}

// secrets: something was left out because the words look like they hold some.
func (r manyResult) secrets() bool {
	return slices.ContainsFunc(r.failed, func(f app.Failed) bool { return f.Fault.Code == "secrets.found" })
}

func (r *manyResult) leftOut(number string) bool {
	return r != nil && slices.ContainsFunc(r.failed, func(f app.Failed) bool { return f.Number == number })
}

// status of the page that shows what failed.
func (r manyResult) status() int {
	if r.fault.fault != nil {
		return wire.Status(string(r.fault.fault.Kind))
	}
	return http.StatusOK
}
