package casework

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/fault"
)

// ClockKind says which duty a clock measures (spec 2 section 6).
type ClockKind string

const (
	ClockAcknowledge   ClockKind = "acknowledge"    // the receiver of a handoff decides
	ClockFirstResponse ClockKind = "first_response" // the first human answer to the requester
	ClockNextUpdate    ClockKind = "next_update"    // the update that was promised
	ClockResolution    ClockKind = "resolution"     // the requester's need is met
	ClockCustomer      ClockKind = "customer"       // wall time since the customer asked; never pauses
)

// ClockKinds gives all kinds in the order in which a case meets them.
func ClockKinds() []ClockKind {
	return []ClockKind{ClockCustomer, ClockAcknowledge, ClockFirstResponse, ClockNextUpdate, ClockResolution}
}

// Key is the key of the kind's name.
func (k ClockKind) Key() string { return "clock." + strings.ReplaceAll(string(k), "_", "-") }

// Verdict is how a clock ended.
type Verdict string

const (
	ClockMet        Verdict = "met"
	ClockMissed     Verdict = "missed"     // the due time passed before it stopped, whatever stopped it
	ClockEnded      Verdict = "ended"      // the leg of the company is over
	ClockWithdrawn  Verdict = "withdrawn"  // the handoff or the case was taken back
	ClockUnmeasured Verdict = "unmeasured" // the duty was done, but without a target or known hours there is no verdict
)

// Clock is one measured span of a company's duty on a case. It is a value: all
// methods give a new one. Due is kept beside what it follows from, so that a
// list needs no calendar; zero means that no instant is known, because no
// hours or no target are, or because a pause runs (then Left says what is left).
//
// The calendar passed in is that of the obliged company. When it changes, the
// running clocks are recomputed before anything else happens to them.
type Clock struct {
	Kind     ClockKind         `json:"kind"`
	Company  string            `json:"company"` // the obliged company: its calendar counts
	Leg      int               `json:"leg"`
	Started  time.Time         `json:"started"`
	Target   calendar.Duration `json:"target,omitzero"`
	Promised time.Time         `json:"promised,omitzero"` // an instant given instead of a target
	Due      time.Time         `json:"due,omitzero"`
	From     string            `json:"from,omitempty"` // agreement, version, severity
	Pauses   []Pause           `json:"pauses,omitempty"`
	Pin      *Pin              `json:"pin,omitempty"`
	Stopped  time.Time         `json:"stopped,omitzero"`
	How      Verdict           `json:"how,omitempty"`
	Warned   Warnings          `json:"warned,omitempty"`
}

// StartClock begins to measure. Given are kind, company, leg, start, source
// and a target or a promised instant, or neither: then time is only told.
func StartClock(c Clock, cal calendar.Calendar) (Clock, error) {
	started := Clock{Kind: c.Kind, Company: c.Company, Leg: c.Leg, Started: wallTime(c.Started), Target: c.Target, Promised: wallTime(c.Promised), From: c.From}
	if err := started.check(); err != nil {
		return Clock{}, err
	}
	return started.reckon(cal), nil
}

func (c Clock) check() error {
	switch {
	case !slices.Contains(ClockKinds(), c.Kind), c.Company == "", c.Started.IsZero():
		return fault.New(fault.Internal, "internal")
	case c.Kind == ClockCustomer && !(c.Target.IsZero() && c.Promised.IsZero()):
		return fault.New(fault.Internal, "internal") // it tells how long the customer waits, it owes nothing
	case !c.Target.IsZero() && !c.Promised.IsZero():
		return fault.New(fault.Internal, "internal")
	case !c.Promised.IsZero() && !c.Promised.After(c.Started):
		return fault.New(fault.Invalid, "clock.promise-past", "promised", c.Promised)
	}
	return nil
}

// wallTime drops what two equal instants may differ in, and what no database
// keeps.
func wallTime(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Round(0).Truncate(time.Microsecond)
}

// Running tells whether the clock has not been stopped; a paused one runs.
func (c Clock) Running() bool { return c.Stopped.IsZero() }

// Paused tells whether a pause is running.
func (c Clock) Paused() bool {
	return slices.ContainsFunc(c.Pauses, func(p Pause) bool { return p.To.IsZero() })
}

// Pausable tells whether the clock may pause at all. The customer waits on
// whatever the companies agree (invariant 5), and a promised instant is that
// instant: who cannot keep it promises another one.
func (c Clock) Pausable() bool {
	return c.Running() && c.Kind != ClockCustomer && c.Promised.IsZero()
}

// Pause holds the clock for a listed reason with its reference. Several may
// run at the same time; the clock goes on when the last one ends. A due time
// that has been reached stays; another is unknown from here on.
func (c Clock) Pause(at time.Time, why PauseReason, ref string) (Clock, error) {
	if err := checkPause(why, ref); err != nil {
		return Clock{}, err
	}
	switch {
	case !c.Running():
		return Clock{}, fault.New(fault.Conflict, "clock.stopped")
	case !c.Pausable():
		return Clock{}, fault.New(fault.Conflict, "clock.never-pauses")
	case c.running(why, ref) >= 0:
		return Clock{}, fault.New(fault.Conflict, "clock.paused-already")
	}
	at = c.notBefore(at)
	c.Pauses = append(slices.Clone(c.Pauses), Pause{From: at, Why: why, Ref: ref})
	if at.Before(c.Due) {
		c.Due = time.Time{}
	}
	return c, nil
}

// Resume ends the pause with this reason and reference.
func (c Clock) Resume(cal calendar.Calendar, at time.Time, why PauseReason, ref string) (Clock, error) {
	if !c.Running() {
		return Clock{}, fault.New(fault.Conflict, "clock.stopped")
	}
	i := c.running(why, ref)
	if i < 0 {
		return Clock{}, fault.New(fault.Conflict, "clock.not-paused")
	}
	at = c.notBefore(at)
	c.Pauses = slices.Clone(c.Pauses)
	c.Pauses[i].To = at
	return c.reckon(cal), nil
}

func (c Clock) running(why PauseReason, ref string) int {
	return slices.IndexFunc(c.Pauses, func(p Pause) bool { return p.To.IsZero() && p.Why == why && p.Ref == ref })
}

// Stop ends the clock: ClockMet when the duty was done, ClockEnded or
// ClockWithdrawn when it is owed no longer. A due time that has passed makes
// each of them missed: a breach is not lost with the leg. Without a due time
// there is no verdict on a duty that was done.
func (c Clock) Stop(cal calendar.Calendar, at time.Time, how Verdict) (Clock, error) {
	switch {
	case !c.Running():
		return Clock{}, fault.New(fault.Conflict, "clock.stopped")
	case how != ClockMet && how != ClockEnded && how != ClockWithdrawn:
		return Clock{}, fault.New(fault.Internal, "internal")
	}
	at = c.notBefore(at)
	if c.Paused() {
		c.Pauses = slices.Clone(c.Pauses)
		for i := range c.Pauses {
			if c.Pauses[i].To.IsZero() {
				c.Pauses[i].To = at
			}
		}
		c = c.reckon(cal)
	}
	c.Stopped, c.How = at, how
	switch {
	case !c.Due.IsZero() && at.After(c.Due):
		c.How = ClockMissed
	case c.Due.IsZero() && how == ClockMet:
		c.How = ClockUnmeasured
	}
	return c, nil
}

// notBefore keeps the order of what happened when the machine's clock was put
// back: nothing lies before what the clock has noted already.
func (c Clock) notBefore(at time.Time) time.Time {
	latest := c.Started
	for _, p := range c.Pauses {
		latest = slices.MaxFunc([]time.Time{latest, p.From, p.To}, time.Time.Compare)
	}
	return slices.MaxFunc([]time.Time{latest, wallTime(at)}, time.Time.Compare)
}

// until is the instant up to which the clock tells: now, or when it stopped.
func (c Clock) until(now time.Time) time.Time {
	if !c.Running() && now.After(c.Stopped) {
		return c.Stopped
	}
	return now
}

// byStart orders pauses; one that was noted first stays first.
func byStart(a, b Pause) int { return cmp.Compare(a.From.UnixMicro(), b.From.UnixMicro()) }
