package casework

import (
	"time"

	"switchboard/internal/calendar"
)

// Share is a part of the target, in percent, at which people are told.
type Share int

// Shares are the three, in order (spec 2 section 6).
func Shares() []Share { return []Share{50, 75, 100} }

// Warnings is the set of shares that have been told: one bit each.
type Warnings uint8

func (s Share) bit() Warnings {
	switch s {
	case 50:
		return 1
	case 75:
		return 2
	}
	return 4
}

// Has tells whether a share has been told.
func (w Warnings) Has(s Share) bool { return w&s.bit() != 0 }

// WarnAt gives the instant at which a share of the target is used up, pauses
// left out; 100 is the due time. False while no instant is known.
func (c Clock) WarnAt(cal calendar.Calendar, s Share) (time.Time, bool) {
	if s == 100 {
		return c.Due, !c.Due.IsZero()
	}
	cal = c.scale(cal)
	whole, ok := c.whole(cal)
	if !ok {
		return time.Time{}, false
	}
	at, ok := c.reach(cal, part(whole, s))
	return wallTime(at), ok
}

// part rounds up to what a database keeps, so that the share is used up at the
// instant of its warning.
func part(whole time.Duration, s Share) time.Duration {
	micros := int64(whole / time.Microsecond)
	return time.Duration((micros/100*int64(s))+((micros%100)*int64(s)+99)/100) * time.Microsecond
}

// NextWarning gives the warning for which a timer is to be set: the first one
// that has not been told. It may lie in the past when a timer came late.
func (c Clock) NextWarning(cal calendar.Calendar) (Share, time.Time, bool) {
	if !c.Running() {
		return 0, time.Time{}, false
	}
	for _, s := range Shares() {
		if c.Warned.Has(s) {
			continue
		}
		at, ok := c.WarnAt(cal, s)
		return s, at, ok
	}
	return 0, time.Time{}, false
}

// Warn tells what is to be told by now, each share once and in order, however
// late the timer or however far the machine's clock has jumped. Told shares
// stay told when the due time moves.
func (c Clock) Warn(cal calendar.Calendar, now time.Time) (Clock, []Share) {
	var told []Share
	for {
		s, at, ok := c.NextWarning(cal)
		if !ok || at.After(now) {
			return c, told
		}
		c.Warned |= s.bit()
		told = append(told, s)
	}
}
