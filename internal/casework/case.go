package casework

import (
	"maps"
	"slices"
	"time"
)

// Shape is the version of the projection. A stored one of another shape is
// folded anew from its events. A new kind of event is a new shape as well, so
// that an older program notices.
const Shape = 3

// State is where a case stands (spec 2 section 3). Being on hold until an
// agreed date is a pause, not a state.
type State string

const (
	New      State = "new"
	InWork   State = "in-work"
	Waiting  State = "waiting-customer"
	Offered  State = "offered" // handed over, not yet accepted; asking keeps it so
	Proposed State = "proposed"
	Closed   State = "closed"
)

// Why a case was closed.
const (
	Confirmed   = "confirmed"
	NoAnswer    = "no-answer"
	Withdrawn   = "withdrawn"
	Duplicate   = "duplicate"
	NotPossible = "not-possible"
)

// Case is the projection: what the events of a case come to. Commands load it
// and never replay.
type Case struct {
	Shape int `json:"shape"`
	// Newer is the kind of an event that this program does not know; the
	// projection is then that of the newer program. Nothing may happen here.
	Newer string `json:"-"`

	Number string    `json:"number"`
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"` // of the last event
	All    Chain     `json:"all"`

	Parties []Party `json:"parties"` // the i-th has bit i
	Route   Route   `json:"route"`
	Hidden  []Hide  `json:"hidden,omitempty"`

	Customer     string    `json:"customer"` // whose question it is; the opener for a partner's own
	Requester    Requester `json:"requester"`
	Offer        string    `json:"offer,omitempty"`
	Subscription string    `json:"subscription,omitempty"`
	Topic        string    `json:"topic"`
	Severity     string    `json:"severity"`
	Lang         string    `json:"lang,omitempty"`
	Subject      string    `json:"subject"`
	Test         bool      `json:"test,omitempty"`    // a drill: counts in no report
	Follows      string    `json:"follows,omitempty"` // the earlier case

	Opened   time.Time `json:"opened"`
	Owner    string    `json:"owner"`
	Came     []string  `json:"came"`     // by which owners it came to this one; given back, it goes the way it came
	Holdings []Holding `json:"holdings"` // who has held it, without a gap
	State    State     `json:"state"`
	Before   State     `json:"before,omitempty"` // to go back to when a handoff comes to nothing
	Outcome  string    `json:"outcome,omitempty"`
	Ended    time.Time `json:"ended,omitzero"`
	Asked    time.Time `json:"asked,omitzero"` // since when a proposed solution waits for a word
	Hold     *Hold     `json:"hold,omitempty"`
	Answered bool      `json:"answered,omitempty"` // a person has answered the requester

	Files     int `json:"files,omitempty"`
	Questions int `json:"questions,omitempty"` // put so far, to whomever: clocks pause for one by its number
	Waits     int `json:"waits,omitempty"`     // the question that the requester has not answered

	Handoff  *Handoff `json:"handoff,omitempty"` // the one that is open
	Handoffs int      `json:"handoffs,omitempty"`
	Bounces  int      `json:"bounces,omitempty"`
	Joint    *Joint   `json:"joint,omitempty"`

	Clocks []Clock `json:"clocks,omitempty"`
}

// Requester is the person who asked.
type Requester struct {
	Company string `json:"company"`
	Person  string `json:"person,omitempty"`
}

// Party is a company on the case.
type Party struct {
	Link
	Chain
	Joined    time.Time `json:"joined"`
	Began     bool      `json:"began,omitempty"` // reads how the case was opened
	Updated   time.Time `json:"updated"`         // when it last came to read something
	Subject   string    `json:"subject"`         // what the case is called for it
	Left      bool      `json:"left,omitempty"`  // reads what it has read, and nothing new
	Assignee  string    `json:"assignee,omitempty"`
	Named     string    `json:"named,omitempty"` // the person that it has named to NamedTo
	NamedTo   Bits      `json:"named_to,omitempty"`
	Reference string    `json:"reference,omitempty"` // its own case number, which ReferTo may read
	ReferTo   Bits      `json:"refer_to,omitempty"`
	From      string    `json:"from,omitempty"` // who handed the case to it, last
}

// Hide keeps a company's name from another: the provider behind its reseller
// from the customer, the reseller behind its provider from the publisher (spec
// 1 section 5).
type Hide struct {
	From    string `json:"from"`
	Company string `json:"company"`
}

// Hold is the agreed date until which nothing is expected.
type Hold struct {
	Until time.Time `json:"until"`
	By    string    `json:"by"`
}

// Joint is the session that breaks a ping-pong: both sides name an engineer, a
// neutral company coordinates.
type Joint struct {
	Coordinator string            `json:"coordinator"`
	Engineers   map[string]string `json:"engineers"` // by company, "" until it has named one
	NamedTo     map[string]Bits   `json:"named_to,omitempty"`
	Seq         int64             `json:"seq"` // only what came later is new evidence
}

func (c *Case) clone() *Case {
	if c == nil {
		return &Case{Shape: Shape}
	}
	out := *c
	out.Parties = slices.Clone(c.Parties)
	out.Hidden = slices.Clone(c.Hidden)
	out.Holdings = slices.Clone(c.Holdings)
	out.Came = slices.Clone(c.Came)
	out.Clocks = slices.Clone(c.Clocks)
	out.Route.Chain = slices.Clone(c.Route.Chain)
	if c.Hold != nil {
		hold := *c.Hold
		out.Hold = &hold
	}
	if c.Joint != nil {
		j := *c.Joint
		j.Engineers, j.NamedTo = maps.Clone(j.Engineers), maps.Clone(j.NamedTo)
		out.Joint = &j
	}
	if c.Handoff != nil {
		h := *c.Handoff
		h.Questions, h.Given = slices.Clone(h.Questions), maps.Clone(h.Given)
		out.Handoff = &h
	}
	return &out
}

// Bit is a company's place among the readers; -1 when it is not on the case.
func (c *Case) Bit(company string) int {
	return slices.IndexFunc(c.Parties, func(p Party) bool { return p.Company == company })
}

// Party is a company on the case; nil when it is not.
func (c *Case) Party(company string) *Party {
	if i := c.Bit(company); i >= 0 {
		return &c.Parties[i]
	}
	return nil
}

// present tells whether a company is on the case and has not left it.
func (c *Case) present(company string) bool {
	p := c.Party(company)
	return p != nil && !p.Left
}

// role is the part that a company plays on this sale, "" when it has none.
func (c *Case) role(company string) string {
	for _, l := range c.Route.Chain {
		if l.Company == company {
			return l.As
		}
	}
	return ""
}

// inRole is the company that plays a part, "" when nobody does.
func (c *Case) inRole(as ...string) string {
	for _, l := range c.Route.Chain {
		if slices.Contains(as, l.As) {
			return l.Company
		}
	}
	return ""
}
