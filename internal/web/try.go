package web

import (
	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// tryView is the simulator: a question as somebody else, or with a table that
// is not published.
type tryView struct {
	q         question
	at        string
	text      string
	purchases []purchase
	companies []choice
	answer    *answerView
	fault     mistakes
}

func tryRules(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	view := tryView{q: readQuestion(form), at: form.Get("at")}
	if v.may(access.PublishRules) {
		view.text = form.Get("text")
	}
	if err := view.load(v); err != nil {
		return err
	}
	if view.q.Topic == "" && view.q.Text == "" {
		return v.ok(tryPage(v, view))
	}
	status, err := view.answerIt(v)
	if err != nil {
		return err
	}
	return v.page(status, tryPage(v, view))
}

func (t *tryView) load(v *visit) error {
	var err error
	if t.purchases, err = v.purchases(""); err != nil {
		return err
	}
	if !v.actor.Operator {
		return nil
	}
	items, _, err := v.site.app.List(v.ctx(), v.actor, directory.Companies, app.Filter{}, "", listed)
	for _, item := range items {
		c := item.Object.(*wire.Company)
		t.companies = append(t.companies, choice{c.ID, inLang(v, orID(c.Name, c.ID)), spoken(v, orID(c.Name, c.ID))})
	}
	return err
}

// answerIt asks; what is wrong with the question stands above the form.
func (t *tryView) answerIt(v *visit) (status int, err error) {
	ask := t.q.ask(v)
	ask.At = t.at
	a, err := v.site.app.TryRules(v.ctx(), v.actor, ask, t.text)
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
			return 0, err
		}
		t.fault = mistakes{f}
		return wire.Status(string(f.Kind)), nil
	}
	w := v.arrange(t.q, a)
	w.path = "/rules/try"
	t.answer = &w
	return 200, w.addOffer(v)
}

// tryMethod: a table does not fit into an address; without one the question
// can be shared.
func tryMethod(v *visit) string {
	if v.may(access.PublishRules) {
		return "post"
	}
	return "get"
}

func subscriptionChoices(v *visit, list []purchase) []choice {
	out := []choice{{Text: v.T("web.ask.no-purchase")}}
	for _, p := range list {
		text := inLang(v, p.OfferName) + " · " + p.ID
		if len(p.Customer) > 0 {
			text += " · " + inLang(v, p.Customer)
		}
		out = append(out, choice{p.ID, text, scriptOf(text, string(v.lang()))})
	}
	return out
}
