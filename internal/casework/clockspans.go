package casework

import (
	"slices"
	"time"

	"switchboard/internal/calendar"
)

const ownHoliday = "holiday.own" // the calendar's code for a closed date of the company

// spans cuts the life of the clock where something begins or ends, names each
// piece and joins those that say the same.
func (e *explanation) spans() {
	if !e.cal.Known() && len(e.c.Pauses) == 0 {
		return
	}
	open := e.cal.Spans(e.c.Started, e.end)
	days := e.closedDays()
	cuts := e.cuts(open, days)
	var last *ClockLine
	var lines []ClockLine
	for i := 0; i+1 < len(cuts); i++ {
		line := e.piece(cuts[i], cuts[i+1], open, days)
		if !e.cal.Known() && line.Code == LineOutside {
			last = nil // nobody knows whether they were open
			continue
		}
		if last != nil && last.sameAs(line) {
			last.To, last.Length = line.To, last.Length+line.Length
			continue
		}
		lines = append(lines, line)
		last = &lines[len(lines)-1]
	}
	e.add(lines...)
}

func (l ClockLine) sameAs(next ClockLine) bool {
	return l.Code == next.Code && l.Ref == next.Ref && l.Name == next.Name
}

// closedDay is a holiday or closed date as a span of real time.
type closedDay struct {
	calendar.Span
	code string
}

// closedDays gives the days that are closed beyond the weekly hours. What is
// closed in the small hours counts to the day that the wall clock shows.
func (e *explanation) closedDays() (out []closedDay) {
	if !e.c.Started.Before(e.end) {
		return nil
	}
	for _, h := range e.cal.HolidaysAhead(e.c.Started, e.end.Sub(e.c.Started)) {
		day, err := time.ParseInLocation(time.DateOnly, h.Date, e.zone)
		if err != nil {
			continue // the calendar writes dates
		}
		next := time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, e.zone)
		out = append(out, closedDay{calendar.Span{From: day.UTC(), To: next.UTC()}, h.Code})
	}
	return out
}

func (e *explanation) cuts(open []calendar.Span, days []closedDay) []time.Time {
	cuts := []time.Time{e.c.Started, e.end}
	add := func(t time.Time) {
		if t.After(e.c.Started) && t.Before(e.end) {
			cuts = append(cuts, t)
		}
	}
	for _, s := range open {
		add(s.From)
		add(s.To)
	}
	for _, d := range days {
		add(d.From)
		add(d.To)
	}
	for _, p := range e.c.Pauses {
		add(p.From)
		add(p.To)
	}
	add(e.c.Due)
	slices.SortFunc(cuts, time.Time.Compare)
	return slices.CompactFunc(cuts, time.Time.Equal)
}

// piece names a span in which nothing begins or ends.
func (e *explanation) piece(from, to time.Time, open []calendar.Span, days []closedDay) ClockLine {
	line := ClockLine{From: from, To: to}
	i, working := slices.BinarySearchFunc(open, from, holds)
	working = working && i < len(open)
	if working {
		line.Length = to.Sub(from)
	}
	pause := slices.IndexFunc(e.c.Pauses, func(p Pause) bool {
		return !from.Before(p.From) && (p.To.IsZero() || from.Before(p.To))
	})
	switch {
	case pause >= 0:
		line.Code, line.Ref = LineCode(e.c.Pauses[pause].Why), e.c.Pauses[pause].Ref
	case working && !e.c.Due.IsZero() && !from.Before(e.c.Due):
		line.Code = LineOver
	case working:
		line.Code = LineCounted
	default:
		line.Code, line.Name = closedBecause(from, days)
	}
	return line
}

// holds orders a span against an instant: zero when the instant is within.
func holds(s calendar.Span, at time.Time) int {
	switch {
	case at.Before(s.From):
		return 1
	case at.Before(s.To):
		return 0
	}
	return -1
}

func closedBecause(at time.Time, days []closedDay) (LineCode, string) {
	i := slices.IndexFunc(days, func(d closedDay) bool { return holds(d.Span, at) == 0 })
	switch {
	case i < 0:
		return LineOutside, ""
	case days[i].code == ownHoliday:
		return LineClosedDate, ""
	}
	return LineHoliday, days[i].code
}
