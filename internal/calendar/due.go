package calendar

import "time"

// Due gives the instant at which a promise made at an instant falls due; false
// when the hours are unknown (spec 3 section 2).
//
// Hours and minutes are working time. Business days end at the same local
// time that many working days later, cut to the hours of that day. A question
// asked outside hours counts from the next opening.
func (c Calendar) Due(from time.Time, d Duration) (time.Time, bool) {
	if c.b == nil || d.IsZero() {
		return time.Time{}, false
	}
	if d.BusinessDays() > 0 {
		return c.b.dueDays(from, int64(d.BusinessDays()))
	}
	return c.Add(from, d.Working())
}

// Add gives the first instant at which so much working time has passed since
// an instant; false when the hours are unknown. No time at all is over at once.
func (c Calendar) Add(from time.Time, working time.Duration) (time.Time, bool) {
	switch {
	case c.b == nil:
		return time.Time{}, false
	case working <= 0:
		return from.UTC(), true
	case c.b.always:
		return from.Add(working).UTC(), true
	}
	return c.b.dueTime(from, working)
}

func (b *body) dueTime(from time.Time, left time.Duration) (time.Time, bool) {
	// One regular day may hold a single minute; the walk ends at the answer.
	w := b.from(from.Unix(), b.horizon*(2+int64(left/time.Minute)))
	for at := from; ; {
		t, ok := w.turn(at.Unix())
		if !ok {
			return time.Time{}, false
		}
		start, end := later(at, time.Unix(t.from, 0)), time.Unix(t.to, 0)
		if open := end.Sub(start); open < left {
			left, at = left-open, end
			continue
		}
		return start.Add(left).UTC(), true
	}
}

func (b *body) dueDays(from time.Time, n int64) (time.Time, bool) {
	at, rest := from.Unix(), from.Nanosecond()
	asked, open := b.during(at)
	local := b.zone.wall(at) - asked.on*day // in seconds of the shift's day, above 24 h after midnight
	if !open {
		w := b.from(at, b.horizon)
		var ok bool
		if asked, ok = w.turn(at); !ok {
			return time.Time{}, false
		}
		local, rest = asked.shift.from, 0
	}
	on, ok := b.workingDay(asked.on, n)
	if !ok {
		return time.Time{}, false
	}
	cut := clip(local, b.shifts(on))
	if cut != local {
		rest = 0
	}
	return time.Unix(b.zone.instant(on*day+cut), int64(rest)).UTC(), true
}

// workingDay finds the n-th day with hours after a day.
func (b *body) workingDay(on, n int64) (int64, bool) {
	for last := on + b.horizon*(n+1); on < last; {
		on++
		if len(b.shifts(on)) == 0 {
			continue
		}
		if n--; n == 0 {
			return on, true
		}
	}
	return 0, false
}

// clip moves a local time into the hours of a day: not before they begin, and
// from a break or after the end back to the end of the shift before it, so
// that a promise never ends later than the same local time.
func clip(local int64, hours []shift) int64 {
	cut := hours[0].from
	for _, s := range hours {
		if local < s.from {
			break
		}
		cut = min(local, s.to)
	}
	return cut
}

// Working gives the working time between two instants, zero when unknown or
// when to is not after from. It counts no more than a hundred years.
func (c Calendar) Working(from, to time.Time) time.Duration {
	if c.b == nil || !from.Before(to) {
		return 0
	}
	span := min(to.Sub(from), century)
	if c.b.always {
		return span
	}
	to = from.Add(span)
	var sum time.Duration
	w := c.b.from(from.Unix(), c.b.daysTo(from, to))
	for at := from; at.Before(to); {
		t, ok := w.turn(at.Unix())
		if !ok {
			break
		}
		start, end := later(at, time.Unix(t.from, 0)), earlier(to, time.Unix(t.to, 0))
		if start.Before(end) {
			sum += end.Sub(start)
		}
		at = later(start, end)
	}
	return sum
}
