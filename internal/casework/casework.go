// Package casework decides what may happen to a case that crosses companies
// (spec 2). A case is an append-only ledger of events; the projection Case is
// a reading of it. A command looks at the projection and gives events; nothing
// here does anything, reads a clock or draws a number: the instant, the facts
// of the directory and the chance are passed in.
//
// The package takes a Route from the answer to "who?" and never learns rules.
package casework

import (
	"time"

	"switchboard/internal/calendar"
)

// By is who acts: a person of a company, a guest, or the system.
type By struct {
	Company string // "" = the system itself
	Person  string
	Via     string // web | api | mail | phone | chat | cli | system
	// OnBehalf names the caller whose words a person writes down, as after a
	// telephone call.
	OnBehalf string
}

// System acts when an instant has come.
var System = By{Via: "system"}

// Link is a company in the role it has on this sale.
type Link struct {
	Company string `json:"company"`
	As      string `json:"as"` // party kind
}

// Route is what the answer to "who?" means for a case. Chain runs from the
// customer's end to the marketplace's: customer, reseller, provider or direct
// partner, publisher, operator.
type Route struct {
	Sponsor         string   `json:"sponsor"`  // faces the customer; the first owner
	Performs        string   `json:"performs"` // whose people do the work, once it has accepted
	Chain           []Link   `json:"chain"`
	HideProvider    bool     `json:"hide_provider,omitempty"`
	PublisherDirect bool     `json:"publisher_direct,omitempty"` // the reseller may go to the publisher itself (S9)
	Reasons         []string `json:"reasons,omitempty"`          // statement numbers
	Rules           string   `json:"rules,omitempty"`            // "csp v1"
}

// Facts are what the directory says at the instant of the command.
type Facts struct {
	Companies map[string]Company
}

// Company is what the ledger needs to know of a company now.
type Company struct {
	Reachable bool
	Calendar  calendar.Calendar
	// Promises are this company's targets for the case's topic and severity;
	// From names the agreement ("contoso-terms v3, moderate").
	Promises map[ClockKind]calendar.Duration
	From     string
	Turn     time.Time // when they change by themselves: an agreement begins or ends; zero = never
}

func (f Facts) reachable(company string) bool { return f.Companies[company].Reachable }

// Command is one verb with its arguments.
type Command interface{ run(*turn) error }

// Decide gives the events that a command leads to and the projection after
// them; the given projection stays as it is. Open starts from a nil one. The
// error is a *fault.Error. Of the chance nothing is kept but the salts.
func Decide(c *Case, cmd Command, by By, now time.Time, facts Facts, chance Chance) (*Case, []Event, error) {
	t := &turn{c: c.clone(), last: c.clone(), by: by, now: now.UTC().Truncate(time.Microsecond), facts: facts, chance: &chance}
	if t.now.Before(t.c.At) {
		t.now = t.c.At // a clock put back does not reorder what happened
	}
	if err := t.admit(cmd); err != nil {
		return nil, nil, err
	}
	if err := t.recompute(); err != nil {
		return nil, nil, err
	}
	if err := cmd.run(t); err != nil {
		return nil, nil, err
	}
	return t.c, t.out, nil
}
