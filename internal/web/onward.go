package web

import (
	"net/url"
	"slices"
	"strings"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// What finishes a turn on a case leads to the next one of the list that it was
// opened from (experience 4.1, rule 7). The list and the next case come back with
// the form as addresses of ours, and are read anew before anybody is led there.

// listPlace is a list of cases, with one of them open or none.
type listPlace struct {
	view   inboxView
	cursor url.Values
	number string
}

// placeAt reads the address of a list; whatever else it is, is none.
func (v *visit) placeAt(address string) (p listPlace, ok bool) {
	u, err := url.Parse(local(address))
	if err != nil {
		return p, false
	}
	name, ok := strings.CutPrefix(u.Path, "/inbox/")
	if !ok {
		return p, false
	}
	q := u.Query()
	p.cursor, p.number = cursorOf(q), q.Get("case")
	p.view, err = v.viewAt(name, q)
	return p, err == nil
}

func cursorOf(q url.Values) url.Values {
	out := url.Values{}
	if cursor := q.Get("cursor"); cursor != "" {
		out.Set("cursor", cursor)
	}
	return out
}

// address is that of the list alone.
func (p listPlace) address() string { return p.view.at(cursorOf(p.cursor)) }

// caseAt is a case beside a page of the list.
func (i *inboxView) caseAt(number, cursor string) string {
	with := url.Values{"case": {number}}
	if cursor != "" {
		with.Set("cursor", cursor)
	}
	return i.at(with)
}

// nextTo is the page of the case that follows one in the list as it is loaded;
// where that one is not on its page any more, of the first.
func (i *inboxView) nextTo(v *visit, number string) (string, error) {
	at := slices.IndexFunc(i.page.Items, func(c wire.CaseSummary) bool { return c.Number == number })
	if at+1 < len(i.page.Items) {
		return i.with(v, i.page.Items[at+1].Number), nil
	}
	if i.page.Next == "" {
		return "", nil
	}
	more, err := v.site.app.Cases(v.ctx(), v.actor, app.CaseFilter{Query: i.query, Cursor: i.page.Next, Limit: 1}, v.lang())
	if err != nil || len(more.Items) == 0 {
		return "", err
	}
	return i.caseAt(more.Items[0].Number, i.page.Next), nil
}

// openedFrom notes the list from which a case was opened that stands alone.
func (w *caseView) openedFrom(v *visit, address string) error {
	p, ok := v.placeAt(address)
	if !ok {
		return nil
	}
	err := p.view.load(v, p.cursor.Get("cursor"))
	if _, wrong := rejected(err); wrong {
		return nil
	}
	if err != nil {
		return err
	}
	w.list = p.address()
	w.back = w.at("/c/" + w.c.Number)
	w.next, err = p.view.nextTo(v, w.c.Number)
	return err
}

// at is a page of the case that goes back to the same list.
func (w *caseView) at(path string) string {
	if w.list == "" {
		return path
	}
	return path + "?" + url.Values{"in": {w.list}}.Encode()
}

// answerAt is the page of the case where an entry is answered.
func (w *caseView) answerAt(n int64) string {
	u, err := url.Parse(w.back)
	if err != nil {
		u = &url.URL{Path: "/c/" + w.c.Number}
	}
	q := u.Query()
	for _, name := range []string{"done", "of", "to", "draft", "files"} {
		q.Del(name)
	}
	q.Set("answer", itoa(int(n)))
	u.RawQuery, u.Fragment = q.Encode(), "compose"
	return u.String()
}

// stays takes over from a form that comes back where it was opened from.
func (a act) stays(w *caseView) {
	back, ok := a.back()
	if !ok {
		return
	}
	w.back = back.String()
	list, found := a.list()
	if found {
		w.list = list.address()
	}
	if p, ok := a.v.placeAt(a.values.Get("next")); ok && p.number != "" {
		w.next = p.view.caseAt(p.number, p.cursor.Get("cursor"))
	}
}

// back is the page that the form was on, if it is one of ours.
func (a act) back() (*url.URL, bool) {
	u, err := url.Parse(local(a.values.Get("back")))
	if err == nil {
		_, isList := a.v.placeAt(u.String())
		if isList || strings.HasPrefix(u.Path, "/c/") || u.Path == "/drafts" {
			return u, true
		}
	}
	return &url.URL{Path: "/c/" + a.number}, false
}

// list is the one from which the case was opened.
func (a act) list() (listPlace, bool) {
	u, _ := a.back()
	if in := u.Query().Get("in"); in != "" {
		return a.v.placeAt(in)
	}
	return a.v.placeAt(u.String())
}

// goesTo is where the form leads once it has done its work. What is asked of the
// lists is asked before, so that going there cannot fail.
func (a act) goesTo() (func(string) string, error) {
	if !a.finishes() {
		return a.page, nil
	}
	after, err := a.v.site.app.After(a.v.ctx(), a.v.actor)
	if err != nil || after == app.AfterStay {
		return a.page, err
	}
	list, known := a.list()
	if !known && after == app.AfterNext {
		return a.page, nil // it was not opened from a list
	}
	if !known {
		if list, known = a.v.placeAt("/inbox/" + app.CaseViews()[0].Name); !known {
			return a.page, nil
		}
	}
	address := list.address()
	if after == app.AfterNext {
		if address, err = a.nextOf(list); err != nil {
			return nil, err
		}
	}
	return there(a.telling(address)), nil
}

// nextOf is the next case of a list: the one that the page has shown, if it is
// still in it, else the first other one; the list, when there is none.
func (a act) nextOf(list listPlace) (string, error) {
	if p, ok := a.v.placeAt(a.values.Get("next")); ok && p.number != a.number && p.view.query == list.view.query {
		page, err := a.cases("n:"+p.number, p.view)
		if err == nil && len(page) > 0 && p.number != "" {
			return p.view.caseAt(page[0].Number, p.cursor.Get("cursor")), nil
		}
		if _, wrong := rejected(err); err != nil && !wrong {
			return "", err
		}
	}
	page, err := a.cases("", list.view)
	if _, wrong := rejected(err); err != nil && !wrong {
		return "", err
	}
	for _, c := range page {
		if c.Number != a.number {
			return list.view.caseAt(c.Number, ""), nil
		}
	}
	return list.view.at(url.Values{}), nil
}

// cases are the first of a list, narrowed by a query.
func (a act) cases(narrow string, view inboxView) ([]wire.CaseSummary, error) {
	page, err := a.v.site.app.Cases(a.v.ctx(), a.v.actor, app.CaseFilter{Query: view.query + " " + narrow, Limit: 2}, a.v.lang())
	return page.Items, err
}

// telling is a page that says what was done with this case, with its heading in
// focus.
func (a act) telling(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set("done", a.done())
	q.Set("of", a.number)
	if to := a.get("to"); a.verb == "say" && to != toReaders && to != toPropose {
		q.Set("to", to)
	}
	u.RawQuery, u.Fragment = q.Encode(), "list"
	if q.Get("case") != "" {
		u.Fragment = "case"
	}
	return u.String()
}

// finishing are the verbs after which the case waits for somebody else, or rests.
var finishing = []string{"send", "hold", "snooze", "close", "confirm", "reject", "decline", "ask", "answer", "pass-on", "give-back"}

// finishes tells whether the form ends the writer's turn: a note does not, nor
// does what only changes the case.
func (a act) finishes() bool {
	switch a.verb {
	case "say":
		do, to := a.values.Get("do"), a.get("to")
		return do != "keep" && do != "drop" && do != "inside" && to != toInternal && to != ""
	case "assign":
		to := a.get("assignee")
		return to != "" && to != a.v.actor.Person
	}
	return slices.Contains(finishing, a.verb)
}

// doneWith is what was done with a case before, told on the page that follows.
type doneWith struct {
	c    *wire.Case
	text string
}

// toldOf reads from the address what was done with a case other than one. It is
// told only of a case that the reader may read.
func (v *visit) toldOf(here string) (*doneWith, error) {
	q := v.r.URL.Query()
	key, number := "web.after."+q.Get("done"), q.Get("of")
	if number == "" || number == here || !v.p.Has(key) {
		return nil, nil
	}
	c, err := v.site.app.Case(v.ctx(), v.actor, number, v.lang())
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Denied) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	args := map[string]any{"company": nil, "time": nil, "person": nil}
	if p := partyOn(c, q.Get("to")); p != nil {
		args["company"] = p.Name
	}
	switch {
	case c.Handoff != nil && (key == "web.after.send" || key == "web.after.pass-on" || key == "web.after.give-back"):
		args["company"] = c.Handoff.To.Name
	case c.SnoozedUntil != nil && key == "web.after.snooze":
		args["time"] = v.stamp(*c.SnoozedUntil)
	case c.OnHold != nil && key == "web.after.hold":
		args["time"] = v.stamp(*c.OnHold)
	case c.Assignee != "" && key == "web.after.assign":
		args["person"] = newNameBook(v).person(c.Assignee)
	}
	return &doneWith{c, v.p.T(key, args)}, nil
}

// partyOn is a company on a case, as its reader may know it.
func partyOn(c *wire.Case, id string) *wire.Party {
	i := slices.IndexFunc(c.Companies, func(p wire.CaseParty) bool { return p.Company == id })
	if i < 0 {
		return nil
	}
	return &c.Companies[i].Party
}
