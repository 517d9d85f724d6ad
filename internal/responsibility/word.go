package responsibility

import (
	"strings"

	"switchboard/internal/i18n"
	"switchboard/wire"
)

// wording puts a masked decision into sentences. It names only companies that
// mask has let through.
type wording struct {
	d    *Decision
	p    *i18n.Printer
	cast map[string]any
}

func (w *wording) name(id string) (text, lang string) {
	if c := w.d.sc.s.Companies[id]; c != nil {
		if text, lang = c.Name.In(string(w.p.Lang())); text != "" {
			return text, lang
		}
	}
	return id, ""
}

func (w *wording) called(id string) string {
	text, _ := w.name(id)
	return text
}

func (w *wording) party(x who) *wire.Party {
	if x.id == "" {
		return nil
	}
	text, lang := w.name(x.id)
	return &wire.Party{Company: x.id, Kind: x.kind, Name: text, Lang: lang}
}

func (w *wording) point(p *point) wire.Reach {
	return wire.Reach{Party: *w.party(p.who), Contact: w.contact(p)}
}

func (w *wording) contact(p *point) *wire.ContactPoint {
	c := w.d.contactPoint(p)
	if c != nil {
		c.Warnings = w.warnings(c.Warnings)
	}
	return c
}

func (w *wording) parties(a *wire.Answer) {
	d := w.d
	a.Accountable, a.Performs = w.party(d.accountable), w.party(d.performs)
	if d.reach != nil {
		r := w.point(d.reach)
		a.Reach = &r
		w.raise(r.Contact)
	}
	a.AlsoReach = []wire.Reach{}
	for i := range d.also {
		a.AlsoReach = append(a.AlsoReach, w.point(&d.also[i]))
	}
	w.setCast()
	a.Path = make([]wire.Step, 0, len(d.path))
	for _, h := range d.path {
		step := wire.Step{Company: h.id, Name: w.called(h.id), Kind: h.kind, ContactRole: h.role, URL: h.url, When: h.when}
		if h.when != "" {
			step.Text = w.say("when." + h.when)
		}
		a.Path = append(a.Path, step)
	}
	a.MayDelegate = list(d.delegate)
	for i := range a.MayDelegate {
		a.MayDelegate[i].Text = w.say("delegate." + a.MayDelegate[i].How)
	}
}

// raise: the warnings of the contact in use stand also among the answer's.
func (w *wording) raise(c *wire.ContactPoint) {
	if c == nil {
		if w.d.reach.id != w.d.sc.q.Asker {
			w.d.warn("contact.missing", w.d.reach.who, wire.ContactSupport)
		}
		return
	}
	for _, warning := range c.Warnings {
		w.d.warn(warning.Code, w.d.reach.who, warning.Role)
	}
}

// setCast names the companies that sentences speak of.
func (w *wording) setCast() {
	d, sc := w.d, w.d.sc
	w.cast = map[string]any{
		"operator": w.called(d.operator()),
		"asker":    w.called(sc.q.Asker),
		"topic":    i18n.Key("topic." + sc.q.Topic),
		"customer": w.called(sc.customer),
	}
	if sc.offer != nil {
		w.cast["publisher"] = w.called(sc.offer.Publisher)
		w.cast["offer"] = d.OfferName(w.p.Lang())
	} else {
		w.cast["publisher"], w.cast["offer"] = w.p.T("cast.the-publisher", nil), w.p.T("cast.the-offer", nil)
	}
	w.cast["partner"] = w.castOf(d.partner(d.sp.face), "cast.the-seller")
	w.cast["provider"] = w.castOf(d.partner(sc.provider), "cast.the-provider")
	w.cast["seller"] = w.castOf(d.partner(sc.seller), "cast.the-seller")
	w.cast["supporter"] = w.castOf(d.partner(sc.supporter), "cast.the-seller")
	w.cast["accountable"] = w.castOf(d.accountable, "cast.the-seller")
	w.cast["performs"] = w.castOf(d.performs, "cast.the-seller")
	w.cast["reach"] = w.castOf(w.reached(), "cast.the-seller")
}

func (w *wording) reached() who {
	if w.d.reach == nil {
		return who{}
	}
	return w.d.reach.who
}

func (w *wording) castOf(x who, otherwise string) string {
	if x = w.d.seen(x); x.id != "" {
		return w.called(x.id)
	}
	return w.p.T(otherwise, nil)
}

func (w *wording) say(key string) string { return w.p.T(key, w.cast) }

func (w *wording) reasons(a *wire.Answer) {
	d := w.d
	a.Reasons = []wire.Reason{{Code: d.because, Statements: d.statements, Text: w.say("reason." + d.because)}}
	a.Rejected = []wire.Rejection{}
	for _, r := range d.rejected {
		reason := wire.Reason{Code: r.code, Statements: []string{r.statement}, Text: w.say("reject." + r.code)}
		a.Rejected = append(a.Rejected, wire.Rejection{Company: r.id, Name: w.called(r.id), Reasons: []wire.Reason{reason}})
	}
}

func (w *wording) all(in []warning) []wire.Warning {
	out := make([]wire.Warning, len(in))
	for i, about := range in {
		out[i] = wire.Warning{Code: about.code, Company: about.id, Role: about.role}
	}
	return w.warnings(out)
}

func (w *wording) warnings(in []wire.Warning) []wire.Warning {
	out := make([]wire.Warning, len(in))
	for i, warning := range in {
		args := map[string]any{"role": "", "company": "", "partner": w.cast["partner"]}
		if warning.Company != "" {
			args["company"] = w.called(warning.Company)
		}
		if warning.Role != "" {
			args["role"] = i18n.Key("contact-role." + warning.Role)
		}
		warning.Text = w.p.T("warning."+w.worded(warning.Code), args)
		out[i] = warning
	}
	return out
}

// worded: who may not know that a second partner exists reads of a change on
// the selling side, not of a provider and a reseller.
func (w *wording) worded(code string) string {
	role := w.d.sc.role
	if code == "relation.selling-stopped" && role == wire.Customer || strings.HasPrefix(code, "relation.") && role == wire.Publisher {
		return "relation.changed"
	}
	return code
}

// questions are those that settle what is missing, two or three options each.
func (w *wording) questions(a *wire.Answer) {
	a.Questions = []wire.Choice{}
	if w.d.outcome != wire.Unclear {
		return
	}
	for _, missing := range w.d.missing {
		a.Missing = append(a.Missing, missing)
		a.Questions = append(a.Questions, w.question(missing))
	}
}

func (w *wording) question(missing string) wire.Choice {
	d := w.d
	choice := wire.Choice{Code: "question." + missing, Text: w.say("question." + missing), Options: []wire.Option{}}
	switch missing {
	case "platform-or-product":
		choice.Options = w.topicOptions(wire.PlatformProvisioning, wire.SaasProvisioning, wire.BreakFix)
	case "subscription":
		for _, id := range d.sc.choices {
			choice.Options = append(choice.Options, wire.Option{Param: "subscription", Value: id, Text: w.subscription(id)})
		}
	case "provider":
		for _, id := range d.sc.choices {
			choice.Options = append(choice.Options, wire.Option{Param: "about", Value: id, Text: w.called(id)})
		}
	case "topic":
		if d.sc.q.Ask != "" {
			choice.Code, choice.Text = d.sc.q.Ask, w.say(d.sc.q.Ask)
		}
		choice.Options = w.topicOptions(d.sc.q.Choices...)
		if len(choice.Options) == 0 { // the text said nothing: the plain choice
			choice.Options = w.topicOptions(wire.BreakFix, wire.Billing, wire.SubscriptionTopic)
		}
	}
	return choice
}

// topicOptions leaves out the topic that cannot be, given the offer.
func (w *wording) topicOptions(topics ...string) []wire.Option {
	out := []wire.Option{}
	for _, topic := range topics {
		if !contradicts(topic, w.d.sc.offer) {
			out = append(out, wire.Option{Param: "topic", Value: topic, Text: w.p.T("topic."+topic, nil)})
		}
	}
	return out
}

func (w *wording) subscription(id string) string {
	sub := w.d.sc.s.Subscriptions[id]
	if sub.Plan == "" {
		return id
	}
	return id + " (" + sub.Plan + ")"
}

// next: every answer has a next step (no dead ends).
func (w *wording) next(a *wire.Answer) {
	d, sc := w.d, w.d.sc
	n := wire.Next{Do: "contact"}
	if d.reach != nil {
		n.Company = orNil(d.reach.id)
	}
	if p := d.targets.FirstResponse; p != nil {
		by := p.By
		n.By = &by
	}
	n.Do, n.Text = w.nextStep()
	if n.Do == "answer" {
		n.Company = orNil(sc.q.Asker)
	}
	if sc.q.Topic == wire.PlatformSLACredit && d.outcome != wire.Unclear {
		by := endOfNextMonth(sc.q.At.UTC())
		n.By = &by
		n.Text = w.join(n.Text, w.p.T("next.claim-by", map[string]any{"date": w.p.Date(by, by.Location())}))
	}
	if sc.sub != nil && sc.sub.Status == "cancelled" {
		if next := sc.s.Successor(sc.sub.ID); next != nil && sc.roleOn(next) != "" {
			n.Subscription = orNil(next.ID)
			n.Text = w.join(n.Text, w.p.T("next.successor", map[string]any{"subscription": next.ID}))
		}
	}
	a.Next = n
}

// join sets two whole sentences side by side, with a space where the language
// puts one.
func (w *wording) join(a, b string) string {
	if w.p.Lang() == "en" {
		return a + " " + b
	}
	return a + b
}

func (w *wording) nextStep() (do, text string) {
	d, sc := w.d, w.d.sc
	key := "contact"
	switch {
	case d.outcome == wire.Unclear && d.reach == nil:
		return "answer-questions", w.say("next.answer-questions")
	case d.outcome == wire.Unclear:
		return "answer-questions", w.say("next.answer-or-contact")
	case d.performs.id != "" && d.performs.id == sc.q.Asker:
		return "answer", w.say("next.answer")
	case d.reach == nil:
		key = "contact-seller"
	case d.reach.id == sc.q.Asker:
		return "answer", w.say("next.answer")
	case d.contactDataOnly:
		key = "contact-data-only"
	case d.reach.kind == wire.Publisher && d.reach.door.role == wire.LinkDocumentation:
		key = "read-document"
	case d.rule != nil && strings.HasPrefix(d.rule.Because, "provider.relays"):
		key = "relay"
	case sc.role == wire.Publisher && sc.onBehalf && d.performs.kind != wire.Operator:
		key = "hand-over"
	}
	return "contact", w.say("next." + key)
}

// summary is the answer in one or two sentences: who, and how it gets there.
func (w *wording) summary() string {
	d := w.d
	switch {
	case d.outcome == wire.Unclear && d.reach != nil:
		return w.say("summary.unclear")
	case d.outcome == wire.Unclear:
		return w.say("summary.unclear-here")
	case d.outcome == wire.OutOfScope:
		return w.say("summary.out-of-scope")
	case d.outcome == wire.NotAgreed:
		return w.say("summary.not-agreed")
	case d.performs.id == "":
		return w.say("summary.the-seller")
	case d.performs.id == d.sc.q.Asker:
		return w.say("summary.yourself")
	case d.contactDataOnly:
		return w.say("summary.no-contact")
	case d.accountable != d.performs:
		return w.say("summary.with-behind")
	case d.reach != nil && d.reach.id != d.performs.id:
		return w.say("summary.passed-on")
	}
	return w.say("summary.directly")
}
