package web

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/wire"
)

// caseView is a case as the reader's company may see it (W4, right side), with
// the form that came back, if one did.
type caseView struct {
	c          *wire.Case
	lines      []wire.CaseEvent
	clocks     *wire.CaseClocks
	colleagues []choice
	names      names // for sentences that speak of companies
	book       *nameBook
	lostFiles  bool   // files were chosen for what was kept as a draft: it holds words alone
	back       string // the page that the forms come back to
	list       string // the list that the case was opened from; "" = none
	next       string // the page of the next case of that list; "" = there is none
	before     *doneWith
	present    []app.Present
	known      []string // labels of the company
	done       string   // key of what was just done
	answers    *wire.CaseEvent
	form       typedForm
	came       []wire.CaseEvent // while the form that came back, or the draft, was open
	drafts     []app.Draft      // the reader's own, the last first
	draft      *app.Draft       // the one that stands in the composer
	macros     []wire.Macro     // that can be filled in
	filled     *wire.FilledMacro
	to         app.DraftKey // for whom it is filled in
	held       []wire.Held  // what the own company has pressed and what still waits
	undo       int64        // for how many seconds what the reader sends can be taken back
	pictures   pictures     // files that can be shown
}

func showCase(v *visit) error {
	view, err := v.caseView(v.r.PathValue("n"))
	if err != nil {
		return err
	}
	if err := view.openedFrom(v, v.r.URL.Query().Get("in")); err != nil {
		return err
	}
	return v.ok(casePage(v, view))
}

// caseTimeline is what was said and done, to be printed.
func caseTimeline(v *visit) error {
	view, err := v.caseView(v.r.PathValue("n"))
	if err != nil {
		return err
	}
	return v.ok(timelinePage(v, view))
}

// caseProof is what the reader's company has read of a case, signed: whoever gets the
// file can check it without this server (docs/proof.md).
func caseProof(v *visit) error {
	export, err := v.site.app.ExportCase(v.ctx(), v.actor, v.r.PathValue("n"))
	if err != nil {
		return err
	}
	text, err := json.Marshal(export)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+plainName(export.Case+"-"+export.Company)+`.json"`)
	return v.file("application/json", text)
}

// toCase: the address of a form is a page as well, for whoever comes back to it.
func toCase(v *visit) error { return v.redirect("/c/" + v.r.PathValue("n")) }

// caseView reads a case with all that its page shows.
func (v *visit) caseView(number string) (*caseView, error) {
	c, err := v.site.app.Case(v.ctx(), v.actor, number, v.lang())
	if err != nil {
		return nil, err
	}
	w := &caseView{c: c, book: newNameBook(v), back: "/c/" + c.Number}
	if w.lines, err = v.site.app.Timeline(v.ctx(), v.actor, number, 0, v.lang()); err != nil {
		return nil, err
	}
	if w.pictures, err = v.picturesOf(number, w.lines); err != nil {
		return nil, err
	}
	if w.clocks, err = v.site.app.CaseClocks(v.ctx(), v.actor, number, v.lang()); err != nil {
		return nil, err
	}
	w.book.learn(w.lines)
	w.collectNames(v)
	w.readAddress(v)
	for _, load := range []func(*visit) error{w.loadHeld, w.loadDrafts, w.loadMarks, w.loadMacros, w.loadColleagues} {
		if err := load(v); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// readAddress: what was just done, and which message is answered.
func (w *caseView) readAddress(v *visit) {
	q := v.r.URL.Query()
	if key := "web.case.done." + q.Get("done"); q.Get("done") != "" && v.p.Has(key) {
		w.done = key
	}
	w.lostFiles = q.Get("files") == "again"
	n, err := strconv.ParseInt(q.Get("answer"), 10, 64)
	if err == nil {
		w.answers = w.line(n)
	}
}

// line is an entry by the company's own number.
func (w *caseView) line(n int64) *wire.CaseEvent {
	for i := range w.lines {
		if w.lines[i].N == n {
			return &w.lines[i]
		}
	}
	return nil
}

func (w *caseView) collectNames(v *visit) {
	w.names = names{}
	for _, person := range []string{w.book.person(w.c.Requester), v.session.Name} {
		w.names.add(person, scriptOf(person, string(v.lang())))
	}
	for _, p := range w.c.Companies {
		w.names.add(p.Name, partyLang(v, p.Party))
	}
	for _, p := range []*wire.Party{&w.c.Customer, &w.c.Owner, &w.c.Sponsor, w.c.With} {
		if p != nil {
			w.names.add(p.Name, partyLang(v, *p))
		}
	}
	for _, e := range w.lines {
		if e.By != nil {
			w.names.add(e.By.Name, partyLang(v, *e.By))
		}
		for _, name := range []string{"to", "for", "other", "from", "coordinator"} {
			if p := w.party(v, e.Details[name]); e.Details[name] != "" {
				w.names.add(p.Name, partyLang(v, p))
			}
		}
	}
}

// partyLang is the language of a company's name, guessed where it was not said.
func partyLang(v *visit, p wire.Party) string {
	if p.Lang != "" {
		return p.Lang
	}
	return scriptOf(p.Name, string(v.lang()))
}

// loadColleagues lists the people to whom the case can be given in the house.
func (w *caseView) loadColleagues(v *visit) error {
	w.colleagues = []choice{{Value: "", Text: v.T("web.case.nobody")}}
	if !w.mayWork(v) {
		return nil
	}
	items, _, err := v.site.app.List(v.ctx(), v.actor, directory.People, app.Filter{}, "", listed)
	for _, item := range items {
		if p := item.Object.(*wire.Person); p.Company == v.actor.Company && p.Name != "" {
			w.colleagues = append(w.colleagues, choice{p.ID, p.Name, scriptOf(p.Name, string(v.lang()))})
		}
	}
	if a := w.c.Assignee; a != "" && !slices.ContainsFunc(w.colleagues, func(c choice) bool { return c.Value == a }) {
		w.colleagues = append(w.colleagues, choice{Value: a, Text: a})
	}
	return err
}

// mayWork and mayHandOver tell whether to show what needs an ability; the use
// case decides again.
func (w *caseView) mayWork(v *visit) bool {
	return access.May(v.actor, access.WorkCases, w.c.Topic)
}

func (w *caseView) mayHandOver(v *visit) bool {
	return access.May(v.actor, access.HandOver, w.c.Topic)
}

// may tells whether the reader's company may try a verb now.
func (w *caseView) may(verbs ...string) bool {
	return slices.ContainsFunc(verbs, func(verb string) bool { return slices.Contains(w.c.May, verb) })
}

func (w *caseView) title() string { return w.c.Subject }

// party is a company on the case by its id.
func (w *caseView) party(v *visit, id string) wire.Party {
	for _, p := range w.c.Companies {
		if p.Company == id {
			return p.Party
		}
	}
	return w.book.party(id, "")
}

// partyNames are some companies in words.
func (w *caseView) partyNames(v *visit, ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = w.party(v, id).Name
	}
	return v.p.List(out)
}

// us is the reader's own company.
func (w *caseView) us(v *visit) wire.Party { return w.party(v, v.actor.Company) }

// isOwn tells what nobody but the reader's company reads.
func isOwn(v *visit, audience []string) bool {
	return len(audience) == 1 && audience[0] == v.actor.Company
}

// nextDue is the clock that the company whose turn it is has to keep next.
func (w *caseView) nextDue() (next *wire.Clock) {
	for i := range w.c.Clocks {
		k := &w.c.Clocks[i]
		if w.c.With != nil && k.Company == w.c.With.Company && k.Stopped == nil && !k.Paused && k.Due != nil && (next == nil || k.Due.Before(*next.Due)) {
			next = k
		}
	}
	return next
}

// clockName is what is to be done by then.
func clockName(v *visit, kind string) string {
	for code, key := range map[string]string{"acknowledge": "clock.acknowledge", "first_response": "clock.first-response", "next_update": "clock.next-update",
		"resolution": "clock.resolution", "customer": "clock.customer"} {
		if code == kind {
			return v.T(key)
		}
	}
	return kind
}

// clockState is a clock's state as a word, an icon and a colour. The one that
// counts how long the customer waits has no time to keep.
func clockState(v *visit, k wire.Clock) clockChip {
	switch {
	case k.Kind == "customer":
		return clockChip{"", "clock", v.T("web.case.waits", "d", v.p.Duration(cmp.Or(value(k.Stopped), v.now).Sub(k.Started)))}
	case k.Stopped != nil && k.How == "missed":
		return clockChip{"danger", "alert", v.T("web.case.how.missed")}
	case k.Stopped != nil:
		return clockChip{"ok", "check", v.T("web.case.how." + k.How)}
	case k.Paused:
		return clockChip{"", "pause", v.T("web.case.paused")}
	case k.Due == nil:
		return clockChip{"", "clock", v.T("clock.none")}
	case k.Late:
		return clockChip{"danger", "alert", v.T("clock.late", "d", v.p.Duration(v.now.Sub(*k.Due)))}
	}
	return clockChip{"", "clock", v.T("web.case.running")}
}

func value(t *time.Time) (out time.Time) {
	if t != nil {
		out = *t
	}
	return out
}

// zone is the zone of a company, where the reader may know it.
func (b *nameBook) zone(company string) string {
	object, _, err := b.v.site.app.Get(b.v.ctx(), b.v.actor, directory.Companies, company)
	if c, ok := object.(*wire.Company); ok && err == nil {
		return c.TZ
	}
	return ""
}

func caseFile(v *visit) error { return v.give(v.r.PathValue("n"), v.r.PathValue("file")) }

// tone is that of whose turn it is: what is over, what is late.
func (w *caseView) tone() string {
	if w.c.With == nil {
		return "ok"
	}
	if k := w.nextDue(); k != nil && k.Late {
		return "danger"
	}
	return ""
}
