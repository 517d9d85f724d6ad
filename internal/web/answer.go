package web

import (
	"slices"
	"strings"
	"time"

	"switchboard/internal/fault"
	"switchboard/wire"
)

// answerView is W2: who answers, why, how to reach them, by when.
type answerView struct {
	q     question
	path  string // where a changed question goes
	a     *wire.Answer
	names names
	chain []link
	later []link // where it goes if it is not settled there
	draft *wire.Draft
	back  string
	offer wire.Text
	docs  []wire.OfferLink
	send  *sending // nil = there is nobody to send it to, or nobody who may
}

// link is one company of the chain a question passes.
type link struct {
	You     bool
	Party   wire.Party
	Task    string // key of what the company does here
	Answers bool
	Contact *wire.ContactPoint
	By      *wire.Promise
	When    string // condition, in words
}

func answer(v *visit) error {
	q := readQuestion(v.r.URL.Query())
	switch {
	case q.Topic == "" && q.Text == "" && !v.r.URL.Query().Has("q"):
		return v.redirect(q.at("/"))
	case q.Topic == "" && q.Text == "" && !q.names():
		return v.askAgain(lacksProduct, lacksTopic)
	case q.Topic == "" && q.Text == "":
		return v.askAgain(lacksTopic)
	}
	view, err := v.answerTo(q, "/answer")
	if fault.Is(err, fault.Invalid) && !q.names() {
		return v.askAgain(lacksProduct)
	}
	if err != nil {
		return err
	}
	view.back = q.at("/")
	return v.ok(answerPage(v, view))
}

// answerTo asks and arranges the answer for the page.
func (v *visit) answerTo(q question, path string) (answerView, error) {
	a, err := v.site.app.Who(v.ctx(), v.actor, q.ask(v))
	if err != nil {
		return answerView{}, err
	}
	view := v.arrange(q, a)
	view.path = path
	if err := view.addDraft(v); err != nil {
		return view, err
	}
	if err := view.addOffer(v); err != nil {
		return view, err
	}
	return view, view.addSending(v)
}

// arrange lays an answer out: the chain to the company that does the work,
// and where it would go after that.
func (v *visit) arrange(q question, a *wire.Answer) answerView {
	view := answerView{q: q, a: a, names: namesIn(a)}
	view.chain = []link{{You: true, Task: "you"}}
	view.addReach()
	for _, step := range a.Path {
		view.addStep(step)
	}
	view.addPerformer()
	return view
}

// addDraft prepares the message for the company to turn to; a company without
// a contact gets none.
func (w *answerView) addDraft(v *visit) error {
	if w.a.Reach == nil || w.a.Reach.Contact == nil || w.a.Outcome == wire.Unclear || w.isMe(v, w.a.Reach.Company) {
		return nil
	}
	draft, err := v.site.app.Message(v.ctx(), v.actor, w.q.ask(v))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	w.draft = draft
	return err
}

func (w *answerView) isMe(v *visit, company string) bool {
	return v.actor.Company != "" && company == v.actor.Company && w.q.As == ""
}

// addOffer finds the offer's name, and what is published about it: documents
// come before any company.
func (w *answerView) addOffer(v *visit) error {
	if w.a.Offer == nil {
		return nil
	}
	details, err := v.site.app.OfferDetails(v.ctx(), v.actor, *w.a.Offer, v.lang())
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Denied) {
		return nil // a delisted offer still has its answer
	}
	if err != nil {
		return err
	}
	w.offer = details.Name
	w.names.add(inLang(v, w.offer), spoken(v, w.offer))
	for _, l := range details.Links {
		if w.wants(l.Kind) {
			w.docs = append(w.docs, l)
		}
	}
	return nil
}

// wants: which published pages may settle the question.
func (w *answerView) wants(kind string) bool {
	switch w.a.Topic {
	case wire.HowTo, wire.Documentation, wire.ProductAccess, wire.AccountSetup:
		return kind == wire.LinkDocumentation || kind == wire.LinkTraining
	case wire.Outage, wire.BreakFix:
		return kind == wire.LinkStatus || kind == wire.LinkDocumentation
	case wire.Contract, wire.ProductSLA:
		return kind == wire.LinkTerms
	}
	return false
}

func (w *answerView) addReach() {
	r := w.a.Reach
	if r == nil {
		return
	}
	if w.asks(r.Company) {
		w.youAnswer() // nobody is told to contact himself
		return
	}
	l := link{Party: r.Party, Contact: r.Contact, Task: "passes-on"}
	if w.performs(r.Company) {
		l.Task, l.Answers = "answers", true
	} else if w.a.Accountable != nil && w.a.Accountable.Company == r.Company {
		l.Task = "accountable"
	}
	w.chain = append(w.chain, w.promised(l))
}

// asks tells whether a company is the one that asks.
func (w *answerView) asks(company string) bool {
	return w.a.Asker.Company != nil && *w.a.Asker.Company == company
}

func (w *answerView) youAnswer() {
	w.chain[0].Answers, w.chain[0].Task = true, "you-answer"
}

func (w *answerView) performs(company string) bool {
	return w.a.Performs != nil && w.a.Performs.Company == company
}

// promised adds the time by which a company has to give its first answer.
func (w *answerView) promised(l link) link {
	if p := w.a.Targets.FirstResponse; p != nil && p.Company == l.Party.Company {
		l.By = p
	}
	return l
}

func (w *answerView) addStep(step wire.Step) {
	if w.asks(step.Company) || slices.ContainsFunc(w.chain, func(l link) bool { return l.Party.Company == step.Company }) {
		return
	}
	l := link{Party: wire.Party{Company: step.Company, Kind: step.Kind, Name: step.Name, Lang: w.names[step.Name]}, Task: "helps", When: step.Text}
	if step.URL != "" {
		l.Contact = &wire.ContactPoint{URL: step.URL}
	}
	switch {
	case w.performs(step.Company):
		l.Task, l.Answers, l.When = "answers", true, ""
		w.chain = append(w.chain, w.promised(l))
	case w.answered() || step.When != "":
		w.later = append(w.later, l)
	default:
		l.Task = "passes-on"
		w.chain = append(w.chain, w.promised(l))
	}
}

func (w *answerView) answered() bool {
	return slices.ContainsFunc(w.chain, func(l link) bool { return l.Answers })
}

// addPerformer: whoever does the work stands in the chain, always.
func (w *answerView) addPerformer() {
	if w.a.Performs == nil || w.answered() || w.a.Outcome == wire.Unclear {
		return
	}
	if w.a.Asker.Company != nil && w.performs(*w.a.Asker.Company) {
		w.youAnswer()
		return
	}
	w.later = slices.DeleteFunc(w.later, func(l link) bool { return w.performs(l.Party.Company) })
	w.chain = append(w.chain, w.promised(link{Party: *w.a.Performs, Task: "answers", Answers: true}))
}

// headline: a company answers, plainly; everything less plain is said in the
// answer's own words.
func (w *answerView) plain() bool {
	a := w.a
	return a.Outcome == wire.Decided && a.Performs != nil && a.Accountable != nil && a.Performs.Company == a.Accountable.Company &&
		a.Next.Do != "answer"
}

// youKey is how the page speaks to the one who asks: only a customer is
// addressed as one.
func (w *answerView) youKey() string {
	if w.a.Asker.As == wire.Customer {
		return "web.answer.you"
	}
	return "web.answer.you-company"
}

// byKey names the time of the next step: the promise of the first answer, or a
// date to keep.
func (w *answerView) byKey() string {
	if p := w.a.Targets.FirstResponse; p != nil && w.a.Next.By != nil && p.By.Equal(*w.a.Next.By) {
		return "web.answer.first-reply"
	}
	return "web.answer.by"
}

// promiseOf is what stands behind a promise; which row of it applied stands
// among the severities already.
func promiseOf(from string) string {
	source, _, _ := strings.Cut(from, ", ")
	return source
}

// passedOn tells whether another company takes the question to the one that
// answers.
func (w *answerView) passedOn() bool {
	return w.plain() && w.a.Reach != nil && w.a.Reach.Company != w.a.Performs.Company
}

// promises are the targets that apply, in the order in which they fall due.
func promises(t wire.AnswerBy) []namedPromise {
	all := []namedPromise{{"acknowledge", t.Acknowledge}, {"first-response", t.FirstResponse}, {"next-update", t.NextUpdate}, {"resolution", t.Resolution}}
	return slices.DeleteFunc(all, func(p namedPromise) bool { return p.Promise == nil })
}

type namedPromise struct {
	Name string
	*wire.Promise
}

// sameSource promises are told together.
func (p namedPromise) sameSource(q namedPromise) bool {
	return p.Company == q.Company && p.From == q.From
}

// zoneFor is the zone of a company in the answer, where known.
func (w *answerView) zoneFor(company string) string {
	for _, r := range append([]wire.Reach{}, w.reaches()...) {
		if r.Company == company && r.Contact != nil {
			return r.Contact.TZ
		}
	}
	return ""
}

func (w *answerView) reaches() []wire.Reach {
	out := slices.Clone(w.a.AlsoReach)
	if w.a.Reach != nil {
		out = append(out, *w.a.Reach)
	}
	return out
}

// otherTopics are the corrections one press away: what the text may also be
// about, then the everyday topics.
func (w *answerView) otherTopics(v *visit) []string {
	var out []string
	for _, s := range w.a.Topics {
		out = append(out, s.Topic)
	}
	out = append(out, commonTopics(v)...)
	seen := map[string]bool{w.a.Topic: true}
	out = slices.DeleteFunc(out, func(t string) bool {
		again := seen[t]
		seen[t] = true
		return again
	})
	return out[:min(len(out), 6)]
}

// nameOf is how the page calls a company that the answer names by id alone.
func (w *answerView) nameOf(id string) wire.Party {
	for _, p := range []*wire.Party{w.a.Performs, w.a.Accountable} {
		if p != nil && p.Company == id {
			return *p
		}
	}
	for _, r := range w.reaches() {
		if r.Company == id {
			return r.Party
		}
	}
	for _, s := range w.a.Path {
		if s.Company == id {
			return wire.Party{Company: id, Kind: s.Kind, Name: s.Name, Lang: w.names[s.Name]}
		}
	}
	return wire.Party{Company: id, Name: id}
}

// until is the end of the opening hours, or the next opening.
func contactMoment(c *wire.ContactPoint) *time.Time {
	if c.OpenNow != nil && *c.OpenNow {
		return c.Until
	}
	return c.Opens
}
