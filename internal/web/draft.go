package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// draftName writes for whom a draft is meant as an address and a form have it.
func draftName(k app.DraftKey) string {
	if k.Answers == 0 {
		return k.Audience
	}
	return k.Audience + "." + strconv.FormatInt(k.Answers, 10)
}

// draftKey reads it back. No company has the name of an audience.
func draftKey(name string) app.DraftKey {
	if n, ok := strings.CutPrefix(name, toReaders+"."); ok {
		if answers, err := strconv.ParseInt(n, 10, 64); err == nil {
			return app.DraftKey{Audience: toReaders, Answers: answers}
		}
	}
	return app.DraftKey{Audience: name}
}

// loadDrafts reads what the reader has typed here before, and opens the one that
// the address names, else the last: a tab that was closed loses nothing. Who
// begins an answer gets the draft of that answer alone.
func (w *caseView) loadDrafts(v *visit) (err error) {
	if !w.mayWork(v) || v.actor.Person == "" {
		return nil
	}
	if w.drafts, err = v.site.app.DraftsOn(v.ctx(), v.actor, w.c.Number); err != nil || len(w.drafts) == 0 {
		return err
	}
	q := v.r.URL.Query()
	switch {
	case q.Get("draft") != "":
		w.open(draftKey(q.Get("draft")))
	case w.answers != nil:
		w.open(app.DraftKey{Audience: toReaders, Answers: w.answers.N})
	default:
		if i := slices.IndexFunc(w.drafts, func(d app.Draft) bool { return app.FormVerb(d.DraftKey) == "" }); i >= 0 {
			w.open(w.drafts[i].DraftKey)
		}
	}
	if w.draft != nil {
		w.came = w.since(w.draft.Seen, v.actor.Company, v.actor.Person)
	}
	return nil
}

// open puts a draft into the composer, or into the form of its verb, if there is
// such a one.
func (w *caseView) open(k app.DraftKey) {
	w.draft = nil
	if verb := app.FormVerb(k); verb != "" {
		w.openForm(verb)
	} else if i := slices.IndexFunc(w.drafts, func(d app.Draft) bool { return d.DraftKey == k }); i >= 0 {
		w.draft = &w.drafts[i]
		w.answers = w.line(k.Answers)
	}
}

// since is what others have written after the reader has read the case.
func (w *caseView) since(seen int64, company, person string) (out []wire.CaseEvent) {
	for _, e := range w.lines {
		own := e.By != nil && e.By.Company == company && e.Person == person
		if e.N > seen && !own {
			out = append(out, e)
		}
	}
	return out
}

func (w *caseView) draftText() string {
	if w.draft == nil {
		return ""
	}
	return w.draft.Text
}

// fromDraft names the draft that stands in the composer.
func (w *caseView) fromDraft() string {
	if w.draft == nil {
		return ""
	}
	return draftName(w.draft.DraftKey)
}

// others are the drafts that do not stand in the composer.
func (w *caseView) otherDrafts() (out []app.Draft) {
	for i := range w.drafts {
		if w.draft != &w.drafts[i] {
			out = append(out, w.drafts[i])
		}
	}
	return out
}

// draftAt is the page of the case with a draft open.
func (w *caseView) draftAt(k app.DraftKey) string {
	if k == sendDraft {
		return "/c/" + w.c.Number + "/handoff"
	}
	u, err := url.Parse(w.back)
	if err != nil {
		u = &url.URL{Path: "/c/" + w.c.Number}
	}
	q := u.Query()
	q.Del("done")
	q.Del("answer")
	q.Del("macro")
	q.Set("draft", draftName(k))
	u.RawQuery, u.Fragment = q.Encode(), "compose"
	return u.String()
}

// draftPage is where a draft is gone on with.
func draftPage(d app.Draft) string {
	if d.DraftKey == sendDraft {
		return "/c/" + d.Number + "/handoff"
	}
	out := "/c/" + d.Number + "?draft=" + url.QueryEscape(draftName(d.DraftKey))
	if app.FormVerb(d.DraftKey) == "" {
		out += "#compose"
	}
	return out
}

// key is for whom the composer's words are meant.
func (a act) key() app.DraftKey {
	to := a.get("to")
	switch answers := a.numbers("answers"); {
	case to == "":
		return app.DraftKey{Audience: toInternal}
	case to == toReaders && len(answers) == 1:
		return app.DraftKey{Audience: to, Answers: answers[0]}
	}
	return app.DraftKey{Audience: to}
}

// from is the draft that the words were made of.
func (a act) from() app.DraftKey { return draftKey(a.get("from")) }

func (a act) typed() app.Typed {
	return app.Typed{For: a.key(), From: a.from(), Text: a.get("text"), Seen: max(0, *a.version())}
}

// done is what the page says afterwards.
func (a act) done() string {
	switch do := a.values.Get("do"); {
	case a.verb == "say" && a.values.Get("macro") != "":
		return "macro"
	case a.verb == "say" && do == "keep":
		return "kept"
	case a.verb == "say" && do == "drop":
		return "dropped"
	}
	return a.verb
}

// keepRefused keeps the words that were refused, so that they outlive the page
// that shows them, and tells as which draft. Where they cannot be kept that page
// has them all the same.
func (a act) keepRefused() (app.DraftKey, error) {
	if a.verb != "say" || a.get("text") == "" {
		return app.DraftKey{}, nil
	}
	err := a.v.site.app.KeepDraft(a.v.ctx(), a.v.actor, a.number, a.typed())
	if _, refused := rejected(err); refused || fault.Is(err, fault.NotFound) {
		return a.from(), nil
	}
	return a.key(), err
}

// keepTyped keeps what stands in a composer while somebody types. The mark of the
// form goes with it: what has been sent by then is no draft any more.
func keepTyped(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	a := act{v: v, verb: "say", number: v.r.PathValue("n"), values: form}
	typed, sent := a.typed(), v.request()
	sent.Route, sent.Key = "POST /c/"+a.number+"/say", form.Get("say.mark")
	typed.Form = &sent
	if err := v.site.app.KeepDraft(v.ctx(), v.actor, a.number, typed); err != nil {
		return err
	}
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.WriteHeader(http.StatusNoContent)
	return nil
}

// draftsView are the reader's own drafts.
type draftsView struct {
	list  []app.CaseDraft
	names *nameBook
	done  string
	saved []wire.SavedView
}

func drafts(v *visit) (err error) {
	view := draftsView{names: newNameBook(v)}
	switch done := v.r.URL.Query().Get("done"); done {
	case "dropped", "undone":
		view.done = "web.case.done." + done
	}
	if view.list, err = v.site.app.Drafts(v.ctx(), v.actor); err != nil {
		return err
	}
	if view.saved, err = v.site.app.SavedViews(v.ctx(), v.actor); err != nil {
		return err
	}
	return v.ok(draftsPage(v, view))
}

// draftFor tells for whom a draft is meant, as the composer calls it.
func draftFor(v *visit, names *nameBook, k app.DraftKey) string {
	switch k.Audience {
	case toInternal:
		return v.T("web.compose.internal")
	case toPropose:
		return v.T("web.compose.propose")
	case toReaders:
		return v.T("web.compose.answer", "n", k.Answers)
	}
	if verb := app.FormVerb(k); verb != "" {
		return v.T("web.held.verb." + verb)
	}
	return v.T("web.compose.message", "company", names.party(k.Audience, ""))
}

// glimpse is the beginning of a text.
func glimpse(text string) string {
	const most = 120
	words := []rune(strings.Join(strings.Fields(text), " "))
	if len(words) <= most {
		return string(words)
	}
	return string(words[:most]) + "…"
}
