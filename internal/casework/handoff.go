package casework

import (
	"encoding/json"
	"slices"
	"time"

	"switchboard/internal/fault"
	"switchboard/internal/text"
	"switchboard/wire"
)

// Handoff is an offer of a case from its owner to another company. Until it
// is accepted the sender stays the owner (invariant 2).
type Handoff struct {
	ID         string            `json:"id"`
	From       string            `json:"from"`
	To         string            `json:"to"`
	For        string            `json:"for,omitempty"`  // where a relay is meant to end
	Back       bool              `json:"back,omitempty"` // given back, work done
	Leg        int               `json:"leg"`
	Sent       time.Time         `json:"sent"`
	Fresh      bool              `json:"fresh,omitempty"` // the receiver was not on the case before
	Given      map[string]string `json:"given,omitempty"` // facts of the package, by field of the intake form
	Rounds     int               `json:"rounds,omitempty"`
	Clarifying bool              `json:"clarifying,omitempty"`
	Question   int               `json:"question,omitempty"` // number of the round's questions
	Questions  []Question        `json:"questions,omitempty"`
	Overdue    bool              `json:"overdue,omitempty"`
	Contact    int               `json:"contact,omitempty"` // how many contacts of the receiver were tried before this one
}

// Question is one thing that a receiver needs to know before it decides.
type Question struct {
	Field   string `json:"field,omitempty"` // of its intake form, when it is one
	Text    string `json:"text"`
	Because string `json:"because,omitempty"` // why it is asked although it is answered
}

// Package is what the receiver is given.
type Package struct {
	Summary     string            `json:"summary"`
	Impact      string            `json:"impact,omitempty"`
	Tried       string            `json:"tried,omitempty"`
	Environment string            `json:"environment,omitempty"`
	Facts       map[string]string `json:"facts,omitempty"` // by field of the intake form
	Lang        string            `json:"lang,omitempty"`
	Form        *wire.FilledForm  `json:"form,omitempty"` // by which they were given, as it was then
}

// mostRounds of questions; then the receiver decides.
const mostRounds = 2

// jointAfter so many bounces both sides sit down together.
const jointAfter = 2

// Send offers the case to another company.
type Send struct {
	ID       string
	To       string // where it is meant to go; a relay goes by the company between
	Package  Package
	Messages []Event // chosen messages, as they are stored
	Back     bool
}

func (s Send) run(t *turn) error {
	if err := t.owning(); err != nil {
		return err
	}
	if t.c.Handoff != nil {
		return t.refuse("handoff.open")
	}
	if err := needed("summary", s.Package.Summary); err != nil {
		return err
	}
	to, err := t.destination(s.To)
	if err != nil {
		return err
	}
	return t.send(s, to)
}

func (t *turn) send(s Send, to string) error {
	pack, err := json.Marshal(s.Package)
	if err != nil {
		return err
	}
	fresh := !t.c.present(to)
	t.join(to)
	t.reveal(to, t.by.Company)
	t.reveal(to, s.To)
	two := t.c.only(t.by.Company, to)
	t.startHandoff(to)
	if err := t.emit(handoffSent, t.c.everyone(), open{"handoff": s.ID, "back": yes(s.Back), "fresh": yes(fresh), "lang": s.Package.Lang}, words{
		"to":        t.named(to),
		"for":       sealed(relayed(s.To, to), two),
		"package":   sealed(string(pack), two),
		"reference": sealed(t.c.Party(t.by.Company).Reference, two),
	}); err != nil {
		return err
	}
	return t.release(to, s.Messages)
}

func relayed(meant, to string) string {
	if meant == to {
		return ""
	}
	return meant
}

// destination is the company that a handoff really goes to. What is not on
// the chain of this sale, or not known to the sender, is not found.
func (t *turn) destination(meant string) (string, error) {
	from := t.by.Company
	role := t.c.role(meant)
	switch {
	case meant == from:
		return "", fault.New(fault.Invalid, "handoff.to-oneself")
	case role == "" || !t.c.Sees(from, meant):
		return "", fault.New(fault.NotFound, "handoff.not-on-chain", "company", text.Typed(meant))
	case role == wire.Customer:
		return "", fault.New(fault.Invalid, "handoff.to-customer")
	}
	to := t.c.by(from, meant)
	if !t.facts.reachable(to) {
		return "", t.refuse("handoff.unreachable", "company", Named(to))
	}
	return to, nil
}

// Through is the company that gets a case first that is sent from one to
// another.
func (c *Case) Through(from, to string) string { return c.by(from, to) }

// by is the company through which one reaches another: a reseller reaches the
// operator through its provider (S22), whoever looks for a reseller from the
// other side does so through the purchaser.
func (c *Case) by(from, to string) string {
	between := c.inRole(wire.Provider, wire.DirectPartner)
	if between == "" || between == from || between == to {
		return to
	}
	sender, receiver := c.role(from), c.role(to)
	switch {
	case small(sender) && receiver == wire.Operator,
		small(sender) && receiver == wire.Publisher && !c.Route.PublisherDirect,
		small(receiver) && (sender == wire.Publisher || sender == wire.Operator):
		return between
	}
	return to
}

// Supporter is the part of a company that supports what it did not sell; it
// asks and sees like a reseller (spec 1 section 3.2).
const Supporter = "support-partner"

// small is the side of the channel that does not deal with the marketplace.
func small(role string) bool { return role == wire.Reseller || role == Supporter }

// receiving finds the open handoff for the company it was sent to.
func (t *turn) receiving(id string) (*Handoff, error) {
	return t.openFor(id, func(h *Handoff) string { return h.To })
}

// sending finds the open handoff for the company that sent it.
func (t *turn) sending(id string) (*Handoff, error) {
	return t.openFor(id, func(h *Handoff) string { return h.From })
}

func (t *turn) openFor(id string, side func(*Handoff) string) (*Handoff, error) {
	h := t.c.Handoff
	switch {
	case h == nil || h.ID != id:
		return nil, t.refuse("handoff.over")
	case side(h) != t.by.Company:
		return nil, fault.New(fault.NotFound, "not-found.handoff", "id", text.Typed(id))
	}
	return h, nil
}

// Withdraw takes an offer back, any time before it is accepted.
type Withdraw struct{ ID, Reason string }

func (w Withdraw) run(t *turn) error {
	h, err := t.sending(w.ID)
	if err != nil {
		return err
	}
	t.endHandoff(h, endWithdrawn)
	return t.emit(handoffWithdrawn, t.c.everyone(), open{"handoff": h.ID}, words{"reason": sealed(w.Reason, t.c.only(h.From, h.To))})
}

// Accept makes the receiver the owner now.
type Accept struct {
	ID        string
	Person    string    // who works on it
	Reference string    // the receiver's own case number
	Next      time.Time // when it will report; zero = not promised
}

func (a Accept) run(t *turn) error {
	h, err := t.receiving(a.ID)
	if err != nil {
		return err
	}
	if err := needed("person", a.Person); err != nil {
		return err
	}
	if !t.facts.reachable(h.To) {
		return t.refuse("handoff.unreachable", "company", Named(h.To))
	}
	if err := t.later("next", a.Next); err != nil {
		return err
	}
	t.acceptHandoff(h, a.Next)
	return t.emit(handoffAccepted, t.c.everyone(), open{"handoff": h.ID, "next": instant(a.Next)}, words{
		"assignee":  sealed(a.Person, t.c.knowers(h.To)),
		"reference": sealed(a.Reference, t.c.knowers(h.To)),
	})
}

// Decline gives an offer back to its sender.
type Decline struct {
	ID       string
	Reason   string // code, see DeclineReasons
	Evidence string
	Other    string  // the company that should have it instead
	Attached []Event // messages that bear it out, as they are stored
}

// DeclineReasons is the closed list.
func DeclineReasons() []string {
	return []string{"not-our-product", "not-our-topic", "not-entitled", "duplicate", "no-information", "other"}
}

func (d Decline) run(t *turn) error {
	h, err := t.receiving(d.ID)
	if err != nil {
		return err
	}
	if !slices.Contains(DeclineReasons(), d.Reason) {
		return fault.New(fault.Invalid, "handoff.unknown-reason", "reason", text.Typed(d.Reason))
	}
	if err := needed("evidence", d.Evidence); err != nil {
		return err
	}
	if h.Back {
		return t.refuse("handoff.back-not-declined")
	}
	if !t.newEvidence(d, h) {
		return t.refuse("handoff.joint-session")
	}
	if d.Other != "" && (t.c.role(d.Other) == "" || !t.c.Sees(h.To, d.Other)) {
		return fault.New(fault.NotFound, "handoff.not-on-chain", "company", text.Typed(d.Other))
	}
	t.endHandoff(h, endDeclined)
	two := t.c.only(h.From, h.To)
	if err := t.emit(handoffDeclined, t.c.everyone(), open{"handoff": h.ID}, words{
		"reason":   sealed(d.Reason, t.c.behind()),
		"evidence": sealed(d.Evidence, two|t.c.only(t.c.Route.Sponsor)),
		"other":    sealed(d.Other, two&t.c.knowers(d.Other)),
	}); err != nil {
		return err
	}
	return t.breakPingPong(h)
}

// newEvidence: in a joint session only a message that both sides read, written
// since it began, lets a company decline once more.
func (t *turn) newEvidence(d Decline, h *Handoff) bool {
	if t.c.Joint == nil {
		return true
	}
	return slices.ContainsFunc(d.Attached, func(e Event) bool {
		return e.Kind == message && e.Case == t.c.Number && e.Seq > t.c.Joint.Seq && e.Readers.has(t.c.Bit(h.From)) && e.Word("by") == h.To
	})
}

// breakPingPong calls a joint session after so many bounces: both engineers
// are named, a neutral company coordinates.
func (t *turn) breakPingPong(h *Handoff) error {
	if t.c.Bounces < jointAfter || t.c.Joint != nil {
		return nil
	}
	coordinator := t.c.neutral(h.From, h.To)
	if coordinator == "" {
		return nil
	}
	t.join(coordinator)
	t.join(h.To)
	for _, side := range []string{h.From, h.To} {
		t.reveal(coordinator, side)
	}
	between := t.c.only(h.From, h.To, coordinator)
	return t.emit(jointSession, t.c.behind(), nil, words{
		"coordinator": sealed(coordinator, t.c.knowers(coordinator)),
		"sides":       sealed(h.From+" "+h.To, between),
	})
}

// neutral is the company that stands between two: the provider between a
// reseller and a publisher, else the operator.
func (c *Case) neutral(a, b string) string {
	for _, company := range []string{c.inRole(wire.Provider), c.inRole(wire.Operator)} {
		if company != "" && company != a && company != b {
			return company
		}
	}
	return ""
}

// Ask puts questions before the decision; the receiver's clocks pause for them
// alone.
type Ask struct {
	ID        string
	Questions []Question
	Known     []Known // what the asker has been told on this case
}

func (a Ask) run(t *turn) error {
	h, err := t.receiving(a.ID)
	if err != nil {
		return err
	}
	switch {
	case len(a.Questions) == 0:
		return needed("questions", "")
	case h.Clarifying:
		return t.refuse("handoff.asked-already")
	case h.Rounds >= mostRounds:
		return t.refuse("handoff.no-more-rounds", "rounds", mostRounds)
	}
	for _, q := range a.Questions {
		if err := needed("questions", q.Text); err != nil {
			return err
		}
	}
	if err := t.unanswered(h, a); err != nil {
		return err
	}
	list, err := json.Marshal(a.Questions)
	if err != nil {
		return err
	}
	t.pauseHandoff(h)
	return t.emit(handoffAsked, t.c.behind(), open{"handoff": h.ID}, words{"questions": sealed(string(list), t.c.only(h.From, h.To))})
}

// Answer answers the questions; the handoff is offered again.
type Answer struct {
	ID      string
	Text    string
	Lang    string
	Facts   map[string]string // by field of the receiver's intake form
	Release []Event           // messages that answer, as they are stored
}

func (a Answer) run(t *turn) error {
	h, err := t.sending(a.ID)
	if err != nil {
		return err
	}
	if !h.Clarifying {
		return t.refuse("handoff.not-asked")
	}
	if err := needed("text", a.Text); err != nil {
		return err
	}
	facts, err := json.Marshal(a.Facts)
	if err != nil {
		return err
	}
	t.resumeHandoff(h)
	two := t.c.only(h.From, h.To)
	w := words{"text": sealed(a.Text, two)}
	if len(a.Facts) > 0 {
		w["facts"] = sealed(string(facts), two)
	}
	if err := t.emit(handoffAnswered, t.c.behind(), open{"handoff": h.ID, "lang": a.Lang}, w); err != nil {
		return err
	}
	return t.release(h.To, a.Release)
}

// Join helps without owning: the offer ends, the company stays on the case.
type Join struct{ ID, Person string }

func (j Join) run(t *turn) error {
	h, err := t.receiving(j.ID)
	if err != nil {
		return err
	}
	if err := needed("person", j.Person); err != nil {
		return err
	}
	t.endHandoff(h, endJoined)
	return t.emit(handoffJoined, t.c.everyone(), open{"handoff": h.ID}, words{"assignee": sealed(j.Person, t.c.knowers(h.To))})
}

// GiveBack offers the case to the company it came from, with what was done.
type GiveBack struct {
	ID     string
	Done   string
	Reason string
	Lang   string
}

func (g GiveBack) run(t *turn) error {
	if err := t.owning(); err != nil {
		return err
	}
	from := t.c.previous()
	if from == "" {
		return t.refuse("handoff.nobody-before")
	}
	if err := needed("done", g.Done); err != nil {
		return err
	}
	return Send{ID: g.ID, To: from, Back: true, Package: Package{Summary: g.Done, Tried: g.Reason, Lang: g.Lang}}.run(t)
}

// previous is the company from which the case came to its owner.
func (c *Case) previous() string {
	if n := len(c.Came); n > 1 {
		return c.Came[n-2]
	}
	return ""
}

// PassOn sends the case to a third company. A company between forwards what
// was meant for another: it accepts and sends in one step.
type PassOn struct {
	ID     string // the handoff that is forwarded; "" = the owner passes on
	Person string
	Send   Send
}

func (p PassOn) run(t *turn) error {
	if h := t.c.Handoff; p.ID != "" && h != nil {
		if p.Send.To == "" {
			p.Send.To = h.For
		}
		if err := (Accept{ID: p.ID, Person: p.Person}).run(t); err != nil {
			return err
		}
		t.reveal(p.Send.To, h.From)
	}
	return p.Send.run(t)
}

// Overdue is what happens when the receiver's target has passed without a
// word: the sender is told, the receiver's next contact is tried.
type Overdue struct{ ID string }

func (o Overdue) run(t *turn) error {
	h := t.c.Handoff
	if h == nil || h.ID != o.ID || h.Overdue || t.by != System {
		return t.refuse("handoff.over")
	}
	return t.emit(handoffOverdue, t.c.behind(), open{"handoff": h.ID}, words{"to": sealed(h.To, t.c.behind()&t.c.knowers(h.To))})
}

// packed reads a package.
func packed(text string) (p Package, err error) {
	err = json.Unmarshal([]byte(text), &p)
	return p, err
}

func (t *turn) later(field string, at time.Time) error {
	if at.IsZero() || at.After(t.now) {
		return nil
	}
	return fault.New(fault.Invalid, "invalid.past", "field", field)
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
