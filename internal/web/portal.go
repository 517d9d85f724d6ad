package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// sending is the form below an answer that makes a case of its question.
type sending struct {
	to    wire.Party // who gets it first
	own   bool       // that is the asker itself: its own dealings
	q     question
	typed url.Values
	fault mistakes
	files bool // some came, and have to be chosen again
}

func (s *sending) action() string { return s.q.at("/send") }

// value is what was typed, else what the question gives.
func (s *sending) value(name, otherwise string) string {
	if s.typed != nil && s.typed.Has(name) {
		return s.typed.Get(name)
	}
	return otherwise
}

// addSending offers to send the question, to whoever may: somebody of a company
// who asks as himself. Who is signed out is asked to sign in: nobody's case can
// be opened for a company by an unknown person (promises 4).
func (w *answerView) addSending(v *visit) error {
	if !v.actor.SignedIn() || v.actor.Company == "" || w.q.As != "" || !access.MaySome(v.actor, access.OpenCases) {
		return nil
	}
	q := w.q
	if q.Topic == "" && w.a.Outcome == wire.Unclear {
		q.Topic = wire.Other // who faces the customer keeps it until it is clear (S16)
	}
	to, err := v.site.app.Recipient(v.ctx(), v.actor, q.ask(v))
	if f := fault.Of(err); f != nil && f.Kind != fault.Internal && f.Kind != fault.Unavailable {
		return nil // there is nobody to send it to, and the answer says what else to do
	}
	if err == nil {
		w.send = &sending{to: w.partyOr(v, to), own: to == v.actor.Company, q: q, typed: v.kept}
	}
	return err
}

// partyOr is a company as the answer names it, else as the directory does.
func (w *answerView) partyOr(v *visit, id string) wire.Party {
	var known []wire.Party
	if w.a.Reach != nil {
		known = append(known, w.a.Reach.Party)
	}
	for _, p := range []*wire.Party{w.a.Accountable, w.a.Performs} {
		if p != nil {
			known = append(known, *p)
		}
	}
	for _, p := range known {
		if p.Company == id {
			return p
		}
	}
	return newNameBook(v).party(id, "")
}

// signinToSend leads to signing in and back to the same question.
func (w *answerView) signinToSend() string {
	q := w.q
	if w.a.Subscription != nil {
		q.Subscription = *w.a.Subscription // a link says it in its path, which nobody signs in to
	}
	return "/signin?to=" + url.QueryEscape(q.at("/answer"))
}

// subject is the first sentence of the words, short enough for a line.
func (s *sending) subject(v *visit, w answerView) string {
	line, _, _ := strings.Cut(strings.TrimSpace(w.q.Text), "\n")
	if at := strings.IndexAny(line, ".。？?！!"); at > 0 {
		line = strings.TrimRight(line[:at], ".。")
	}
	if short := []rune(line); len(short) > 80 {
		line = string(short[:79]) + "…"
	}
	if line != "" {
		return line
	}
	topic := v.T("topic." + s.q.Topic)
	if len(w.offer) == 0 {
		return topic
	}
	return v.T("web.send.about", "topic", topic, "offer", inLang(v, w.offer))
}

// sendAgain is for who opens the form's address: the answer has the form.
func sendAgain(v *visit) error {
	return v.redirect(readQuestion(v.r.URL.Query()).at("/answer"))
}

// send opens a case. The same form sent twice makes one.
func send(v *visit) error {
	q := readQuestion(v.r.URL.Query())
	p, err := v.parcel("", v.signedIn())
	if err != nil {
		return err
	}
	if !v.signedIn() {
		return v.signinFirst(q.at("/answer"), p.Values)
	}
	err = v.deliver(p, func(made string) string { return "/r/" + made + "/sent" }, func() (string, error) {
		c, err := v.site.app.SendQuestion(v.ctx(), v.actor, q.newCase(p.Values), p.files, v.lang())
		if err != nil {
			return "", err
		}
		p.sent = true
		return c.Number, nil
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	return v.sendFormAgain(q, p, wrong)
}

func (v *visit) sendFormAgain(q question, p *parcel, wrong mistakes) error {
	view, err := v.answerTo(q, "/answer")
	if err != nil {
		return err
	}
	if view.send == nil {
		return wrong.fault
	}
	view.back, view.send.typed, view.send.fault, view.send.files = q.at("/"), p.Values, wrong, p.Has("files")
	return v.page(wire.Status(string(wrong.fault.Kind)), answerPage(v, view))
}

func (q question) newCase(form url.Values) wire.NewCase {
	lang, _ := i18n.Parse(form.Get("lang"))
	return wire.NewCase{Offer: q.Offer, Subscription: q.Subscription, Customer: q.Customer, Topic: cmp.Or(form.Get("topic"), q.Topic), Severity: q.Severity, About: q.About,
		Subject: trimmed(form, "subject"), Text: trimmed(form, "text"), Requester: trimmed(form, "requester"), Lang: string(lang), Confirm: form.Get("confirm")}
}

// signinFirst asks to sign in and carries what was typed in the form itself: no
// address and no cookie holds it.
func (v *visit) signinFirst(to string, typed url.Values) error {
	view := signinView{to: to, kept: url.Values{}}
	for _, name := range keptFields {
		if typed.Get(name) != "" {
			view.kept.Set(name, typed.Get(name))
		}
	}
	return v.page(http.StatusUnauthorized, signinPage(v, view))
}

// keptFields are what a form keeps over signing in, its files not.
var keptFields = []string{"subject", "text", "requester", "lang"}

// keptOf reads them back from the sign-in form.
func keptOf(form url.Values) url.Values {
	var kept url.Values
	for _, name := range keptFields {
		if form.Has("kept." + name) {
			if kept == nil {
				kept = url.Values{}
			}
			kept.Set(name, form.Get("kept."+name))
		}
	}
	return kept
}

// resume shows the page that somebody signed in for, with what was typed before.
func (v *visit) resume(secret, to string, kept url.Values) error {
	if kept == nil {
		return v.redirect(to)
	}
	actor, session, err := v.site.app.Authenticate(v.ctx(), secret, access.ViaWeb)
	if err != nil {
		return err
	}
	v.actor, v.session, v.kept = actor, &session, kept
	page, err := url.Parse(to)
	if err != nil {
		return err
	}
	r := v.r.Clone(v.ctx())
	r.Method, r.URL = http.MethodGet, page
	v.r = r
	if ref, ok := strings.CutPrefix(page.Path, "/r/"); ok {
		r.SetPathValue("ref", ref)
		return request(v)
	}
	if page.Path != "/answer" {
		return v.redirect(to)
	}
	return answer(v)
}

// sent is the page after sending: what happens next, when, and how to keep
// it (GOV.UK's confirmation page).
func sent(v *visit) error {
	view, err := v.openRequest()
	if err != nil || view == nil {
		return err
	}
	return v.ok(sentPage(v, *view))
}

// requests lists what the reader's company has asked.
func requests(v *visit) error {
	page, err := v.site.app.Cases(v.ctx(), v.actor, app.CaseFilter{Query: "sort:updated", Cursor: v.r.URL.Query().Get("cursor")}, v.lang())
	if err != nil {
		return err
	}
	view := requestsView{items: page.Items}
	if page.Next != "" {
		view.next = "/r?cursor=" + url.QueryEscape(page.Next)
	}
	return v.ok(requestsPage(v, view))
}

type requestsView struct {
	items []wire.CaseSummary
	next  string
}

// tone marks what waits for the reader's company.
func (r requestsView) tone(v *visit, c wire.CaseSummary) string {
	switch {
	case c.Status == "attention_needed":
		return "warn"
	case c.Status == "closed":
		return "ok"
	}
	return ""
}

// writtenIn are the languages of somebody's words; none stated, they are looked at.
func writtenIn(v *visit) []choice {
	return append([]choice{{Text: v.T("web.send.language.auto")}}, languageChoices()...)
}
