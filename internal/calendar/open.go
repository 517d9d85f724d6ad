package calendar

import "time"

// Span is a time without a break, To excluded, both in UTC.
type Span struct{ From, To time.Time }

// walk goes through the shifts of a calendar as instants, in the order in
// which they begin, leaving out those that a clock change swallowed.
type walk struct {
	b        *body
	on, last int64 // the day at hand and the last one
	next     int   // the next shift of that day
}

// turn is one shift as instants (Unix seconds, end excluded) and its day.
type turn struct {
	from, to int64
	on       int64
	shift    shift
}

// from starts a walk at the shifts that may still run at an instant.
func (b *body) from(at, days int64) walk {
	// A shift may have begun the day before, and the day before that one when
	// the clock was put back over midnight.
	on := floorDiv(b.zone.wall(at), day)
	return walk{b: b, on: on - 2, last: on + days}
}

// turn gives the next shift that ends after an instant.
func (w *walk) turn(after int64) (turn, bool) {
	for ; w.on <= w.last; w.on, w.next = w.on+1, 0 {
		hours := w.b.shifts(w.on)
		for w.next < len(hours) {
			s := hours[w.next]
			w.next++
			t := turn{on: w.on, shift: s, to: w.b.zone.instant(w.on*day + s.to)}
			if t.to <= after {
				continue
			}
			if t.from = w.b.zone.instant(w.on*day + s.from); t.from < t.to {
				return t, true
			}
		}
	}
	return turn{}, false
}

// spans calls yield with the open spans after an instant, those that touch
// or overlap joined, until it returns false or the days are used up.
func (b *body) spans(after, days int64, yield func(from, to int64) bool) {
	w := b.from(after, days)
	current, ok := w.turn(after)
	for ok {
		next, more := w.turn(after)
		if more && next.from <= current.to {
			current.to = max(current.to, next.to)
			continue
		}
		if !yield(current.from, current.to) {
			return
		}
		current, ok = next, more
	}
}

// during finds the shift that runs at an instant: that of the local day if
// several do.
func (b *body) during(at int64) (turn, bool) {
	on := floorDiv(b.zone.wall(at), day)
	for d := on + 1; d >= on-2; d-- {
		for _, s := range b.shifts(d) {
			if s.to <= (on-d)*day-4*60*minute || s.from > (on-d+2)*day {
				continue // far from the wall clock, whatever was put back
			}
			t := turn{b.zone.instant(d*day + s.from), b.zone.instant(d*day + s.to), d, s}
			if t.from <= at && at < t.to {
				return t, true
			}
		}
	}
	return turn{}, false
}

// OpenAt tells whether somebody works at an instant; false when unknown: ask
// Known first.
func (c Calendar) OpenAt(t time.Time) bool {
	if c.b == nil {
		return false
	}
	if c.b.always {
		return true
	}
	_, open := c.b.during(t.Unix())
	return open
}

// OpenUntil gives the instant at which the present opening ends; false when
// closed, unknown, or without an end in sight (24x7).
func (c Calendar) OpenUntil(t time.Time) (time.Time, bool) {
	if c.b == nil || c.b.always {
		return time.Time{}, false
	}
	at, end, open := t.Unix(), int64(0), false
	limit := (floorDiv(c.b.zone.wall(at), day) + c.b.horizon - 1) * day
	c.b.spans(at, c.b.horizon, func(from, to int64) bool {
		end, open = to, from <= at && to < limit
		return false
	})
	if !open {
		return time.Time{}, false
	}
	return time.Unix(end, 0).UTC(), true
}

// NextOpening gives the first instant after t at which a closed calendar
// opens; false when it is open at t, or unknown.
func (c Calendar) NextOpening(t time.Time) (time.Time, bool) {
	if c.b == nil || c.b.always || c.OpenAt(t) {
		return time.Time{}, false
	}
	at := t.Unix()
	w := c.b.from(at, c.b.horizon)
	next, ok := w.turn(at)
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(next.from, 0).UTC(), true
}

// century bounds what one question may walk through.
const century = 36525 * 24 * time.Hour

// Spans gives the open spans between two instants, cut to them; none when
// unknown. It looks at no more than a hundred years.
func (c Calendar) Spans(from, to time.Time) []Span {
	if c.b == nil || !from.Before(to) {
		return nil
	}
	if to.Sub(from) > century {
		to = from.Add(century)
	}
	if c.b.always {
		return []Span{{from.UTC(), to.UTC()}}
	}
	var out []Span
	c.b.spans(from.Unix(), c.b.daysTo(from, to), func(a, e int64) bool {
		s := Span{later(from, time.Unix(a, 0)).UTC(), earlier(to, time.Unix(e, 0)).UTC()}
		if s.From.Before(s.To) {
			out = append(out, s)
		}
		return time.Unix(e, 0).Before(to)
	})
	return out
}

// daysTo is the number of local days from one instant past the other.
func (b *body) daysTo(from, to time.Time) int64 {
	return floorDiv(to.Unix()-from.Unix(), day) + 3
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
