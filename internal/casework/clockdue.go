package casework

import (
	"time"

	"switchboard/internal/calendar"
)

// Pin holds a due time against a later change of rules (see Recompute): from
// At on, only pauses move it.
type Pin struct {
	At  time.Time `json:"at"`
	Due time.Time `json:"due"`
}

// aroundTheClock counts wall time.
var aroundTheClock = func() calendar.Calendar {
	cal, err := calendar.New(calendar.Spec{Hours: "24x7"})
	if err != nil {
		panic(err) // a constant
	}
	return cal
}()

// scale is the calendar in which the clock counts. A customer waits in wall
// time; a promised instant needs no hours: when they are unknown, or hold no
// working time before it, its shares are those of wall time.
func (c Clock) scale(cal calendar.Calendar) calendar.Calendar {
	if c.Kind == ClockCustomer || !c.Promised.IsZero() && cal.Working(c.Started, c.Promised) == 0 {
		return aroundTheClock
	}
	return cal
}

// reckon works the due time out.
func (c Clock) reckon(cal calendar.Calendar) Clock {
	due, ok := c.dueIn(cal)
	if !ok {
		due = time.Time{}
	}
	c.Due = wallTime(due)
	return c
}

// dueIn gives the due time, exact to the second; false while it is unknown.
//
// Working time that was paused does not count. Business days and pinned
// instants move by the working time that the pauses took (spec 2 section 6).
// A pause that begins at the due time or later changes nothing.
func (c Clock) dueIn(cal calendar.Calendar) (time.Time, bool) {
	switch {
	case !c.Promised.IsZero():
		return c.Promised, true
	case c.Pin != nil:
		return c.moved(cal, c.Pin.Due, c.Pin.At)
	case c.Target.IsZero():
		return time.Time{}, false
	case c.Target.BusinessDays() == 0:
		return c.reach(cal, c.Target.Working())
	}
	due, ok := cal.Due(c.Started, c.Target)
	if !ok {
		return time.Time{}, false
	}
	return c.moved(cal, due, c.Started)
}

// moved moves a due time by the working time that pauses after an instant took.
func (c Clock) moved(cal calendar.Calendar, due, since time.Time) (time.Time, bool) {
	for _, p := range c.held() {
		if !p.To.IsZero() && !p.To.After(since) {
			continue
		}
		from := p.From
		if from.Before(since) {
			from = since
		}
		if !from.Before(due) {
			break
		}
		if p.To.IsZero() {
			return time.Time{}, false
		}
		var ok bool
		if due, ok = cal.Add(due, cal.Working(from, p.To)); !ok {
			return time.Time{}, false
		}
	}
	return due, true
}

// reach gives the first instant at which so much has counted; false when the
// hours are unknown or a pause begins before.
func (c Clock) reach(cal calendar.Calendar, work time.Duration) (time.Time, bool) {
	from := c.Started
	for _, p := range c.held() {
		open := cal.Working(from, p.From)
		if open >= work {
			return cal.Add(from, work)
		}
		if p.To.IsZero() {
			return time.Time{}, false
		}
		work, from = work-open, p.To
	}
	return cal.Add(from, work)
}

// counted is what has counted before an instant.
func (c Clock) counted(cal calendar.Calendar, before time.Time) time.Duration {
	var sum time.Duration
	for _, s := range c.counting(before) {
		sum += cal.Working(s.From, s.To)
	}
	return sum
}

// whole is what counts from the start to the due time: the target as working
// time. False when nothing was promised or the hours are unknown.
func (c Clock) whole(cal calendar.Calendar) (time.Duration, bool) {
	switch {
	case !c.Promised.IsZero():
		return cal.Working(c.Started, c.Promised), true
	case !cal.Known():
		return 0, false
	case c.Pin != nil:
		return c.counted(cal, c.Pin.At) + cal.Working(c.Pin.At, c.Pin.Due), true
	case c.Target.BusinessDays() == 0:
		return c.Target.Working(), !c.Target.IsZero()
	}
	due, ok := cal.Due(c.Started, c.Target)
	return cal.Working(c.Started, due), ok
}

// Left is the time of the target that is left, in the obliged company's hours
// and never below zero; also while a pause runs. False when it is unknown.
func (c Clock) Left(cal calendar.Calendar, now time.Time) (time.Duration, bool) {
	cal = c.scale(cal)
	whole, ok := c.whole(cal)
	if !ok {
		return 0, false
	}
	return max(0, whole-c.counted(cal, c.until(now))), true
}

// Late tells whether the due time has passed: the due instant itself is still
// in time.
func (c Clock) Late(now time.Time) bool {
	return !c.Due.IsZero() && c.until(now).After(c.Due)
}

// Percent is the used share of the target, rounded down. It is 100 at the due
// instant, not before (a business day may end at an opening, when the last
// working second lies in the day before), and grows beyond it. False when it
// is unknown.
func (c Clock) Percent(cal calendar.Calendar, now time.Time) (int, bool) {
	cal = c.scale(cal)
	whole, ok := c.whole(cal)
	if !ok {
		return 0, false
	}
	now = c.until(now)
	used := 100
	if whole > 0 {
		used = percent(c.counted(cal, now), whole)
	}
	if due := !c.Due.IsZero() && !now.Before(c.Due); due {
		return used, true
	}
	return min(99, used), true
}

// percent does not overflow for centuries: whole hours and the rest apart.
func percent(used, whole time.Duration) int {
	return int(used/whole)*100 + int((used%whole)/time.Microsecond*100/max(1, whole/time.Microsecond))
}
