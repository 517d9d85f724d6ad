package casework

import (
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/i18n"
)

// RecomputeRule is how a recomputed due time was found.
type RecomputeRule string

const (
	FromStart   RecomputeRule = "from-start"   // as if the new rule had held since the start
	FromChange  RecomputeRule = "from-change"  // that would be over already: the new target counts from the change
	BreachStays RecomputeRule = "breach-stays" // the due time had passed: the old promise stays missed
	Unchanged   RecomputeRule = "unchanged"    // the due time is the same
)

// Recomputed is the log entry of a changed rule or calendar: what was promised
// before and what is now. A zero due time was or is unknown.
type Recomputed struct {
	Kind    ClockKind         `json:"kind"`
	Company string            `json:"company"`
	Leg     int               `json:"leg"`
	At      time.Time         `json:"at"`
	Rule    RecomputeRule     `json:"rule"`
	Target  calendar.Duration `json:"target,omitzero"`
	From    string            `json:"from,omitempty"`
	Due     time.Time         `json:"due,omitzero"`

	WasTarget calendar.Duration `json:"was_target,omitzero"`
	WasFrom   string            `json:"was_from,omitempty"`
	WasDue    time.Time         `json:"was_due,omitzero"`
}

// Recompute applies a new target (and where it comes from) or a changed
// calendar to a running clock, and tells whether anything changed.
//
// A rule changes what lies ahead. A due time that has passed stays with its
// target: the breach is not lost. A new due time that would have passed already
// is not taken either: the breach would be created in the past. Then the new
// target counts from the moment of change, but never to an instant later than
// the old due time. What has been told stays told.
func (c Clock) Recompute(cal calendar.Calendar, target calendar.Duration, from string, now time.Time) (Clock, Recomputed, bool) {
	now = c.notBefore(now)
	if !c.Running() || c.Kind == ClockCustomer || !c.Promised.IsZero() {
		return c, c.entry(c, now, Unchanged), false
	}
	if c.Late(now) {
		return c.breached(cal, target, from, now)
	}
	next, rule := c.ahead(cal, target, now)
	next.From = from
	return next, c.entry(next, now, rule), rule != Unchanged || next.Target != c.Target || next.From != c.From
}

// breached pins a due time that has passed, once, so that no later calendar
// can move it.
func (c Clock) breached(cal calendar.Calendar, target calendar.Duration, from string, now time.Time) (Clock, Recomputed, bool) {
	pinned := c.Pin != nil && c.Pin.At.Equal(c.Pin.Due)
	same := c.Target == target && c.From == from && c.reckon(cal).Due.Equal(c.Due)
	if pinned || same {
		return c, c.entry(c, now, Unchanged), false
	}
	next := c
	next.Pin = &Pin{At: c.Due, Due: c.Due}
	return next, c.entry(next, now, BreachStays), true
}

// ahead gives a clock that is not late its new due time.
func (c Clock) ahead(cal calendar.Calendar, target calendar.Duration, now time.Time) (Clock, RecomputeRule) {
	next := c
	if target != c.Target { // a pinned instant stays as long as its target does
		next.Target, next.Pin = target, nil
	}
	next = next.reckon(cal)
	switch {
	case !next.Due.IsZero() && next.Due.Before(now):
		return next.countFrom(cal, c.Due, now), FromChange
	case next.Due.Equal(c.Due):
		return next, Unchanged
	}
	return next, FromStart
}

// countFrom pins the due time of a target that counts from now, at the latest
// to the due time that was promised before.
func (c Clock) countFrom(cal calendar.Calendar, latest, now time.Time) Clock {
	due, ok := cal.Due(now, c.Target)
	if !ok {
		return c
	}
	if !latest.IsZero() && latest.Before(due) {
		due = latest
	}
	c.Pin = &Pin{At: now, Due: wallTime(due)}
	return c.reckon(cal)
}

func (c Clock) entry(next Clock, at time.Time, rule RecomputeRule) Recomputed {
	return Recomputed{
		Kind: c.Kind, Company: c.Company, Leg: c.Leg, At: at, Rule: rule,
		Target: next.Target, From: next.From, Due: next.Due,
		WasTarget: c.Target, WasFrom: c.From, WasDue: c.Due,
	}
}

// Key is the key of the entry's sentence.
func (r Recomputed) Key() string { return "clock.recomputed." + string(r.Rule) }

// Args are the values of the sentence, times in the zone of the calendar that
// counts. An unknown due time is left out.
func (r Recomputed) Args(zone *time.Location) map[string]any {
	args := map[string]any{"company": r.Company, "clock": i18n.Key(r.Kind.Key()), "target": r.Target, "was_target": r.WasTarget}
	for name, due := range map[string]time.Time{"due": r.Due, "was_due": r.WasDue} {
		if !due.IsZero() {
			args[name] = due.In(zone)
		}
	}
	return args
}
