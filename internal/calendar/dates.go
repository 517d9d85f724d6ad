package calendar

import (
	"slices"
	"strings"
	"time"

	"switchboard/internal/fault"
)

// dates are the single days that differ from the week.
type dates struct {
	closed []int64           // whole days
	shut   []shift           // closed hours, in local seconds since 1970
	open   map[int64][]shift // nil hours = those of the weekday
}

func parseDates(closed, open []string) (dates, error) {
	out := dates{open: map[int64][]shift{}}
	for _, entry := range closed {
		on, hours, err := parseDate(entry)
		if err != nil {
			return dates{}, err
		}
		if hours == nil {
			out.closed = append(out.closed, on)
		}
		for _, h := range hours {
			out.shut = append(out.shut, shift{on*day + h.from, on*day + h.to})
		}
	}
	for _, entry := range open {
		on, hours, err := parseDate(entry)
		if err != nil {
			return dates{}, err
		}
		out.open[on] = union(append(out.open[on], hours...))
	}
	slices.Sort(out.closed)
	out.closed = slices.Compact(out.closed)
	return out, nil
}

// parseDate reads "2026-12-24" or "2026-12-24 09:00-12:00,13:00-15:00".
func parseDate(entry string) (on int64, hours []shift, err error) {
	date, rest, timed := strings.Cut(strings.TrimSpace(entry), " ")
	t, parseErr := time.Parse(time.DateOnly, date)
	if parseErr != nil {
		return 0, nil, dateInvalid(entry)
	}
	if timed {
		var ok bool
		if hours, ok = parseTimes(rest); !ok {
			return 0, nil, dateInvalid(entry)
		}
	}
	return floorDiv(t.Unix(), day), hours, nil
}

func dateInvalid(entry string) error {
	return fault.New(fault.Invalid, "calendar.date-invalid", "value", shorten(entry))
}

// apply works the single dates into the hours of their days, once, so that
// every later question is one look-up. Open stands above holidays and closed
// days (a half-day is "closed" on the holiday list and "open" for some
// hours); closed hours are taken out last.
func (b *body) apply(d dates) {
	b.own = d.closed
	final := map[int64][]shift{}
	for _, on := range d.closed {
		final[on] = nil
	}
	for on, hours := range d.open {
		if hours == nil {
			hours = b.usual(on)
		}
		final[on] = hours
	}
	for _, shut := range d.shut {
		// A shift that began the day before may still run.
		for on := floorDiv(shut.from, day) - 1; on*day < shut.to; on++ {
			hours, seen := final[on]
			if !seen {
				hours = b.shifts(on)
			}
			final[on] = minus(hours, shift{shut.from - on*day, shut.to - on*day})
		}
	}
	b.special, b.horizon = final, b.horizon+7*int64(len(final))
	b.open = make(map[int64]bool, len(d.open))
	for on := range d.open {
		b.open[on] = true
	}
}

// usual gives the hours of an extra open day: those of its weekday, else
// those of the first day of the week that has some.
func (b *body) usual(on int64) []shift {
	if hours := b.week[weekday(on)]; len(hours) > 0 {
		return hours
	}
	for i := range 7 {
		if hours := b.week[(1+i)%7]; len(hours) > 0 {
			return hours
		}
	}
	return nil
}

// shifts gives the hours of a day (counted from 1970-01-01).
func (b *body) shifts(on int64) []shift {
	if len(b.special) > 0 {
		if hours, ok := b.special[on]; ok {
			return hours
		}
	}
	if b.holidays != nil && b.holidays.has(on) {
		return nil
	}
	return b.week[weekday(on)]
}

// weekday of a day counted from 1970-01-01, a Thursday; Sunday is 0.
func weekday(on int64) int64 { return floorMod(on+4, 7) }

func floorDiv(a, b int64) int64 { return (a - floorMod(a, b)) / b }

func floorMod(a, b int64) int64 {
	if m := a % b; m >= 0 {
		return m
	}
	return a%b + b
}
