package casework

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The kinds of events. A kind never changes its meaning: a new meaning is a
// new version beside the old one.
const (
	opened           = "opened/1"
	message          = "message/1"
	released         = "released/1"
	fileAttached     = "file/1"
	handoffSent      = "handoff-sent/1"
	handoffWithdrawn = "handoff-withdrawn/1"
	handoffAccepted  = "handoff-accepted/1"
	handoffDeclined  = "handoff-declined/1"
	handoffAsked     = "handoff-asked/1"
	handoffAnswered  = "handoff-answered/1"
	handoffJoined    = "handoff-joined/1"
	handoffOverdue   = "handoff-overdue/1"
	jointSession     = "joint-session/1"
	engineerNamed    = "engineer-named/1"
	updatePromised   = "update-promised/1"
	caseReclaimed    = "reclaimed/1"
	casePaused       = "paused/1"
	caseResumed      = "resumed/1"
	caseAssigned     = "assigned/1"
	caseReferred     = "referred/1"
	caseChanged      = "changed/1"
	solutionProposed = "proposed/1"
	solutionRejected = "rejected/1"
	caseClosed       = "closed/1"
	caseReopened     = "reopened/1"
	clockWarned      = "clock-warned/1"
	clockRecomputed  = "clock-recomputed/1"
	caseMoved        = "moved/1"
)

// clocksChanged is the sealed value with the clocks that an event changed.
const clocksChanged = "clocks"

// kept is for values that the ledger needs and no company reads as they are.
const kept Bits = 0

type handoffEnd int

const (
	endWithdrawn handoffEnd = iota
	endDeclined
	endJoined
)

// Unknown is an event of a kind that this program does not know: it is shown
// as unknown and blocks commands on its case, and only on that.
type Unknown struct{ Case, Kind string }

func (u Unknown) Error() string {
	return fmt.Sprintf("casework: case %s has an event of kind %s", u.Case, u.Kind)
}

var folds = map[string]func(*Case, *Event) error{
	opened:           (*Case).foldOpened,
	message:          fold((*Case).foldMessage),
	released:         fold(nothing),
	fileAttached:     fold(func(c *Case, e *Event) { c.Files++; c.foldMessage(e) }),
	handoffSent:      (*Case).foldSent,
	handoffWithdrawn: fold(func(c *Case, _ *Event) { c.handoffOver(endWithdrawn) }),
	handoffAccepted:  fold((*Case).foldAccepted),
	handoffDeclined:  fold(func(c *Case, _ *Event) { c.handoffOver(endDeclined); c.Bounces++ }),
	handoffAsked:     (*Case).foldAsked,
	handoffAnswered:  (*Case).foldAnswered,
	handoffJoined:    fold((*Case).foldJoined),
	handoffOverdue:   fold(func(c *Case, _ *Event) { c.Handoff.Overdue = true; c.Handoff.Contact++ }),
	jointSession:     fold((*Case).foldJoint),
	engineerNamed:    fold((*Case).foldEngineer),
	updatePromised:   fold((*Case).work),
	caseReclaimed:    fold((*Case).foldReclaimed),
	casePaused:       fold(func(c *Case, e *Event) { c.Hold = &Hold{e.instant("until"), e.Word("by")} }),
	caseResumed:      fold(func(c *Case, _ *Event) { c.Hold = nil }),
	caseAssigned:     fold((*Case).foldAssigned),
	caseReferred:     fold(func(c *Case, e *Event) { c.refer(e.Word("by"), e) }),
	caseChanged:      fold((*Case).foldChanged),
	solutionProposed: fold((*Case).foldProposed),
	solutionRejected: fold(func(c *Case, _ *Event) { c.State, c.Waits = InWork, 0 }),
	caseClosed:       fold((*Case).foldClosed),
	caseReopened:     fold((*Case).foldReopened),
	clockWarned:      fold(nothing),
	clockRecomputed:  fold(nothing),
	caseMoved:        fold(nothing),
}

func fold(f func(*Case, *Event)) func(*Case, *Event) error {
	return func(c *Case, e *Event) error { f(c, e); return nil }
}

func nothing(*Case, *Event) {}

// Fold makes the projection of a case's events.
func Fold(events []Event) (*Case, error) {
	c := (*Case)(nil).clone()
	for i := range events {
		if err := c.Apply(&events[i]); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Apply takes the next event into the projection. It decides nothing: what an
// event means stands in it.
func (c *Case) Apply(e *Event) error {
	do, known := folds[e.Kind]
	switch {
	case !known:
		return Unknown{e.Case, e.Kind}
	case e.Seq != c.Seq+1:
		return fmt.Errorf("casework: case %s: event %d after %d", e.Case, e.Seq, c.Seq)
	}
	c.foldParties(e)
	if err := do(c, e); err != nil {
		return err
	}
	if err := c.foldClocks(e); err != nil {
		return err
	}
	c.Seq, c.At = e.Seq, e.At
	c.All.append(e.Leaf)
	e.Head = c.All.Head
	for i := range c.Parties {
		c.Parties[i].read(e, i)
	}
	return nil
}

// read is what an event means for what one party knows of the case.
func (p *Party) read(e *Event, bit int) {
	old := e.releases(bit)
	if old != (Hash{}) {
		p.append(old)
	}
	if e.Readers.has(bit) {
		p.append(e.Leaf)
	}
	if old != (Hash{}) || e.Readers.has(bit) {
		p.Updated = e.At
	}
	if s := e.Sealed["subject"]; s.Value != "" && s.Readers.has(bit) {
		p.Subject = s.Value
	}
}

// refer notes the own number of a company, for those that are told it here.
func (c *Case) refer(company string, e *Event) {
	p := c.Party(company)
	p.Reference, p.ReferTo = e.Word("reference"), e.Sealed["reference"].Readers
}

// name notes the person that a company names to the others.
func (p *Party) name(e *Event) {
	p.Assignee = e.Word("assignee")
	p.Named, p.NamedTo = p.Assignee, e.Sealed["assignee"].Readers
}

// join puts a company on the case; its bit stays for ever. Who had left takes
// part again.
func (c *Case) join(company string, at time.Time) {
	if company == "" {
		return
	}
	if p := c.Party(company); p != nil {
		p.Left = false
		return
	}
	as := c.role(company)
	c.Parties = append(c.Parties, Party{Link: Link{company, as}, Joined: at})
}

// foldParties takes in who came to the case and who may learn whose name from
// here on. Both stand in the event, not in what it means.
func (c *Case) foldParties(e *Event) {
	for _, company := range strings.Fields(e.Word("joins")) {
		c.join(company, e.At)
	}
	pairs := strings.Fields(e.Word("reveals"))
	for i := 0; i+1 < len(pairs); i += 2 {
		c.reveal(pairs[i], pairs[i+1])
	}
}

// reveal lets one company learn another's name.
func (c *Case) reveal(viewer, company string) {
	c.Hidden = slices.DeleteFunc(c.Hidden, func(h Hide) bool { return h == Hide{viewer, company} })
}

func (c *Case) foldOpened(e *Event) error {
	if err := json.Unmarshal([]byte(e.Word("route")), &c.Route); err != nil {
		return fmt.Errorf("casework: case %s: route: %w", e.Case, err)
	}
	c.Number, c.Hidden = e.Case, c.Route.Hidden()
	c.Topic, c.Severity, c.Lang = e.Open["topic"], e.Open["severity"], e.Open["lang"]
	c.Offer, c.Subscription = e.Open["offer"], e.Open["subscription"]
	c.Test, c.Follows = e.Open["test"] != "", e.Open["follows"]
	c.Customer, c.Subject = e.Word("customer"), e.Word("subject")
	c.Requester = Requester{e.Word("asker"), e.Word("requester")}
	for i := range c.Parties {
		c.Parties[i].As, c.Parties[i].Began = c.role(c.Parties[i].Company), e.Readers.has(i)
	}
	c.Opened, c.State = e.At, New
	c.Came = []string{e.Word("sponsor")}
	c.hold(e.Word("sponsor"), e.At)
	return nil
}

// hold makes a company the owner from an instant on.
func (c *Case) hold(company string, at time.Time) {
	c.Owner, c.Holdings = company, PassBall(c.Holdings, company, at)
}

// came keeps the way by which the case goes back.
func (c *Case) came(to string, back bool) {
	if at := slices.Index(c.Came, to); back && at >= 0 {
		c.Came = c.Came[:at+1]
		return
	}
	c.Came = append(c.Came, to)
}

// work: somebody has begun.
func (c *Case) work(*Event) {
	for _, s := range []*State{&c.State, &c.Before} {
		if *s == New {
			*s = InWork
		}
	}
}

func (c *Case) foldMessage(e *Event) {
	toCustomer := e.Readers&c.only(c.Customer) != 0
	fromCustomer := e.Word("by") == c.Customer
	switch {
	case !toCustomer || c.State == Closed || e.Open["via"] == "system":
	case fromCustomer:
		if c.State == Waiting {
			c.State, c.Waits = InWork, 0
		}
	default:
		c.Answered = true
		c.work(e)
		if e.Open["wait"] != "" && (c.State == InWork) {
			c.Questions++
			c.State, c.Waits = Waiting, c.Questions
		}
	}
}

func (c *Case) foldSent(e *Event) error {
	pack, err := packed(e.Word("package"))
	if err != nil {
		return fmt.Errorf("casework: case %s: package: %w", e.Case, err)
	}
	to := e.Word("to")
	c.Handoffs++
	c.Handoff = &Handoff{ID: e.Open["handoff"], From: e.Word("by"), To: to, For: e.Word("for"), Back: e.Open["back"] != "",
		Leg: c.Handoffs, Sent: e.At, Fresh: e.Open["fresh"] != "", Given: pack.Facts}
	sender, receiver := c.Party(c.Handoff.From), c.Party(to)
	receiver.From = sender.Company
	if receiver.Subject == "" { // what the customer called it is not for who comes later
		receiver.Subject, _, _ = strings.Cut(pack.Summary, "\n")
	}
	sender.ReferTo |= e.Sealed["reference"].Readers // both numbers go along
	c.Before, c.State = c.State, Offered
	return nil
}

// handoffOver: the case stays where it was. A receiver that came for this
// offer alone reads nothing more.
func (c *Case) handoffOver(how handoffEnd) {
	h := c.Handoff
	if p := c.Party(h.To); h.Fresh && how != endJoined && p != nil {
		p.Left = true
	}
	c.State, c.Before, c.Handoff = c.Before, "", nil
}

func (c *Case) foldAccepted(e *Event) {
	h := c.Handoff
	c.Party(h.To).name(e)
	if e.Word("reference") != "" {
		c.refer(h.To, e)
	}
	c.came(h.To, h.Back)
	c.hold(h.To, e.At)
	c.State, c.Before, c.Handoff = InWork, "", nil
}

func (c *Case) foldAsked(e *Event) error {
	h := c.Handoff
	c.Questions++
	h.Clarifying, h.Rounds, h.Question = true, h.Rounds+1, c.Questions
	return json.Unmarshal([]byte(e.Word("questions")), &h.Questions)
}

func (c *Case) foldAnswered(e *Event) error {
	c.Handoff.Clarifying = false
	if e.Word("facts") == "" {
		return nil
	}
	return json.Unmarshal([]byte(e.Word("facts")), &c.Handoff.Given) // beside what was given before
}

func (c *Case) foldJoined(e *Event) {
	c.Party(c.Handoff.To).name(e)
	c.handoffOver(endJoined)
}

func (c *Case) foldJoint(e *Event) {
	coordinator := e.Word("coordinator")
	c.Joint = &Joint{Coordinator: coordinator, Engineers: map[string]string{}, Seq: e.Seq}
	for _, side := range strings.Fields(e.Word("sides")) {
		c.Joint.Engineers[side] = ""
	}
}

func (c *Case) foldEngineer(e *Event) {
	by := e.Word("by")
	c.Joint.Engineers[by] = e.Word("engineer")
	if c.Joint.NamedTo == nil {
		c.Joint.NamedTo = map[string]Bits{}
	}
	c.Joint.NamedTo[by] = e.Sealed["engineer"].Readers
}

func (c *Case) foldReclaimed(e *Event) {
	if c.Handoff != nil {
		c.handoffOver(endWithdrawn)
	}
	c.Came = []string{c.Route.Sponsor}
	c.hold(c.Route.Sponsor, e.At)
	c.State = InWork
}

func (c *Case) foldAssigned(e *Event) {
	c.Party(e.Word("by")).Assignee = e.Word("assignee")
	if e.Word("by") == c.Owner {
		c.work(e)
	}
}

func (c *Case) foldChanged(e *Event) {
	for _, f := range []struct {
		to    *string
		value string
	}{{&c.Severity, e.Open["severity"]}, {&c.Topic, e.Open["topic"]}, {&c.Subject, e.Word("subject")}} {
		if f.value != "" {
			*f.to = f.value
		}
	}
}

func (c *Case) foldProposed(e *Event) {
	c.Questions++
	c.State, c.Asked, c.Waits = Proposed, e.At, c.Questions
	c.Answered = true
}

func (c *Case) foldClosed(e *Event) {
	c.State, c.Outcome, c.Ended, c.Hold, c.Waits = Closed, e.Open["reason"], e.At, nil, 0
}

func (c *Case) foldReopened(e *Event) {
	if owner := e.Word("owner"); owner != c.Owner {
		c.Came = []string{owner}
		c.hold(owner, e.At)
	}
	c.State, c.Outcome, c.Ended = InWork, "", time.Time{}
}

func (c *Case) foldClocks(e *Event) error {
	text := e.Word(clocksChanged)
	if text == "" {
		return nil
	}
	var changed map[int]Clock
	if err := json.Unmarshal([]byte(text), &changed); err != nil {
		return fmt.Errorf("casework: case %s: clocks: %w", e.Case, err)
	}
	for i := range changed {
		for i >= len(c.Clocks) {
			c.Clocks = append(c.Clocks, Clock{})
		}
		c.Clocks[i] = changed[i]
	}
	return nil
}
