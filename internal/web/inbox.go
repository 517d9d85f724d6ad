package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// inboxView is a list of cases (W4): a default view, or what was asked in its
// place in the one grammar.
type inboxView struct {
	name   string // of the view in the address
	query  string // what the list shows
	own    string // the query of the view itself
	page   wire.Page[wire.CaseSummary]
	next   string
	first  bool // nothing was turned over yet
	empty  emptyInbox
	fault  mistakes
	beside *caseView // the case that is open beside the list
	names  *nameBook
	told   *doneWith        // what was done with a case before
	saved  []wire.SavedView // what the reader can go to besides
	view   *wire.SavedView  // the saved one that is shown; nil = a default view

	colleagues []choice    // to whom many cases can be given
	done       int         // cases on which something was just done
	undone     bool        // what was pressed was just taken back
	result     *manyResult // of an action on many, where it has to be told
	typed      url.Values  // for that action
}

// emptyInbox is what is known where nothing needs the reader.
type emptyInbox struct {
	waiting int
	more    bool
	unused  bool              // there has never been a case
	due     *wire.CaseSummary // the one that is due next
}

// firstView leads to the view of what needs the reader's company.
func firstView(v *visit) error { return v.redirect("/inbox/" + app.CaseViews()[0].Name) }

func inbox(v *visit) error {
	view, err := v.inboxView()
	if err != nil {
		return err
	}
	return view.show(v, http.StatusOK)
}

// show reads the list and writes its page.
func (i inboxView) show(v *visit, status int) error {
	view, q := i, v.r.URL.Query()
	err := view.load(v, q.Get("cursor"))
	if wrong, again := rejected(err); again {
		view.fault = wrongQuery(wrong)
		return v.page(http.StatusUnprocessableEntity, inboxPage(v, view))
	}
	if err != nil {
		return err
	}
	view.undone = q.Get("done") == "undone" && q.Get("case") == ""
	if view.done, err = strconv.Atoi(q.Get("done")); err != nil || view.done < 0 {
		view.done = 0
	}
	if number := q.Get("case"); number != "" {
		if view.beside, err = v.caseView(number); err != nil {
			return err
		}
		view.beside.back, view.beside.list = v.here(), view.at(cursorOf(q))
		if view.beside.next, err = view.nextTo(v, view.beside.c.Number); err != nil {
			return err
		}
	} else if view.told, err = v.toldOf(""); err != nil {
		return err
	}
	return v.page(status, inboxPage(v, view))
}

// inboxView reads the address.
func (v *visit) inboxView() (inboxView, error) {
	return v.viewAt(v.r.PathValue("view"), v.r.URL.Query())
}

// viewAt is a list by its name and what its address says besides. A view that is
// none is not found.
func (v *visit) viewAt(name string, q url.Values) (inboxView, error) {
	view := inboxView{name: name, first: q.Get("cursor") == "", names: newNameBook(v)}
	var err error
	if view.saved, err = v.site.app.SavedViews(v.ctx(), v.actor); err != nil {
		return view, err
	}
	if !view.known() {
		return view, fault.New(fault.NotFound, "web.not-found")
	}
	view.query = view.own
	if q.Has("q") {
		view.query = strings.TrimSpace(q.Get("q"))
	}
	return view, nil
}

// known finds the view that the address names.
func (i *inboxView) known() bool {
	for _, known := range app.CaseViews() {
		if known.Name == i.name {
			i.own = known.Query
			return true
		}
	}
	for n, saved := range i.saved {
		if savedAt(saved) == "/inbox/"+i.name {
			i.own, i.view = saved.Query, &i.saved[n]
			return true
		}
	}
	return false
}

// load reads the list. What was typed is the whole query, not a part of it: what
// stands in the field is what the list shows.
func (i *inboxView) load(v *visit, cursor string) error {
	page, err := v.site.app.Cases(v.ctx(), v.actor, app.CaseFilter{Query: i.query, Cursor: cursor}, v.lang())
	if err != nil {
		return err
	}
	i.page = page
	if page.Next != "" {
		i.next = i.at(url.Values{"cursor": {page.Next}})
	}
	if len(page.Items) > 0 && len(i.many(v)) > 0 {
		if err := i.loadColleagues(v); err != nil {
			return err
		}
	}
	if len(page.Items) == 0 && i.isView() && i.name == app.CaseViews()[0].Name {
		return i.lookAhead(v)
	}
	return nil
}

// lookAhead counts what waits on others, where nothing needs the reader.
func (i *inboxView) lookAhead(v *visit) error {
	page, err := v.site.app.Cases(v.ctx(), v.actor, app.CaseFilter{View: "waiting-on-others"}, v.lang())
	if err != nil {
		return err
	}
	i.empty.waiting, i.empty.more = len(page.Items), page.Next != ""
	if len(page.Items) > 0 && page.Items[0].Due != nil {
		i.empty.due = &page.Items[0]
	}
	if len(page.Items) > 0 {
		return nil
	}
	ever, err := v.site.app.Cases(v.ctx(), v.actor, app.CaseFilter{Limit: 1}, v.lang())
	i.empty.unused = err == nil && len(ever.Items) == 0 && ever.Next == ""
	return err
}

// isView tells the view itself from what was asked in its place.
func (i *inboxView) isView() bool { return i.query == i.own }

// here is the address of the view that is shown as it is.
func (i *inboxView) here() string {
	if !i.isView() {
		return ""
	}
	return "/inbox/" + i.name
}

// at is the address of the list with something more in it.
func (i *inboxView) at(with url.Values) string {
	if !i.isView() {
		with.Set("q", i.query)
	}
	if len(with) == 0 {
		return "/inbox/" + i.name
	}
	return "/inbox/" + i.name + "?" + with.Encode()
}

// with is the list with a case open beside it, on the same page of it.
func (i *inboxView) with(v *visit, number string) string {
	out := url.Values{"case": {number}}
	if cursor := v.r.URL.Query().Get("cursor"); cursor != "" {
		out.Set("cursor", cursor)
	}
	return i.at(out)
}

func (i *inboxView) isOpen(number string) bool { return i.beside != nil && i.beside.c.Number == number }

func (i *inboxView) title(v *visit) string {
	if !i.isView() {
		return v.T("web.inbox.found")
	}
	return i.viewName(v)
}

// viewName is what the view of the address is called.
func (i *inboxView) viewName(v *visit) string {
	if i.view != nil {
		return i.view.Name
	}
	return v.T("view." + i.name)
}

// wrongQuery puts what is wrong with a query at its field, in one sentence.
func wrongQuery(m mistakes) mistakes {
	f := m.fault
	if len(f.Fields) > 0 {
		return m
	}
	return mistakes{&fault.Error{Kind: f.Kind, Code: "fields.invalid", Fields: []fault.Field{{Path: "q", Code: f.Code, Args: f.Args}}}}
}

// clockChip is a deadline as a word, an icon and a colour, never one alone.
type clockChip struct{ Tone, Icon, Text string }

// chipOf is the deadline of a case in a list.
func chipOf(v *visit, c wire.CaseSummary) clockChip {
	switch {
	case c.State == "closed":
		return clockChip{"ok", "check", v.T("case.state.closed")}
	case c.Paused:
		return clockChip{"", "pause", v.T("web.inbox.on-hold")}
	case c.Due == nil:
		return clockChip{"", "clock", v.T("clock.none")}
	case c.Late:
		return clockChip{"danger", "alert", v.T("web.clock.late", "d", v.p.Duration(v.now.Sub(*c.Due)), "time", v.short(*c.Due))}
	case c.AtRisk:
		return clockChip{"warn", "alert", v.T("web.clock.at-risk", "time", v.short(*c.Due), "d", v.soon(*c.Due))}
	}
	return clockChip{"", "clock", v.T("web.clock.due", "time", v.short(*c.Due), "d", v.soon(*c.Due))}
}

// personName is how a page calls a person: a colleague by name, anybody else by
// what stands on the case.
func (b *nameBook) person(id string) string {
	if id == "" {
		return ""
	}
	return inLang(b.v, b.look("people", id))
}

// sentence says what goes on elsewhere while nothing needs the reader.
func (e emptyInbox) sentence(v *visit) string {
	switch {
	case e.more:
		return v.T("web.inbox.clear.many", "n", e.waiting)
	case e.due == nil:
		return v.T("web.inbox.clear.no-due", "n", e.waiting)
	}
	return v.T("empty.inbox", "n", e.waiting, "time", v.short(*e.due.Due))
}

func (i *inboxView) pageTitle(v *visit) string {
	if i.beside != nil {
		return i.beside.title()
	}
	return i.title(v)
}
