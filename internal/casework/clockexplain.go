package casework

import (
	"slices"
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/i18n"
)

// LineCode names what a line of an explanation tells; "clock.line." + code is
// the key of its sentence.
type LineCode string

const (
	LineStarted      LineCode = "started"
	LineTarget       LineCode = "target"        // so much was promised, by this agreement
	LinePromised     LineCode = "promised"      // an instant was
	LineNoTarget     LineCode = "no-target"     // nothing was
	LineHoursUnknown LineCode = "hours-unknown" // no due time: nothing is guessed
	LineCounted      LineCode = "counted"
	LineOver         LineCode = "over"     // working time after the due time
	LineOutside      LineCode = "outside"  // closed: outside the weekly hours
	LineHoliday      LineCode = "holiday"  // closed: a named holiday
	LineClosedDate   LineCode = "closed"   // closed: a date of the company's own
	LineQuestion     LineCode = "question" // paused
	LineAgreedDate   LineCode = "agreed-date"
	LineMaintenance  LineCode = "planned-maintenance"
	LineForward      LineCode = "clock-forward" // summer time and the like
	LineBack         LineCode = "clock-back"
	LineWarned       LineCode = "warned"
	LinePinned       LineCode = "pinned" // a change of rules fixed the due time
	LineDue          LineCode = "due"
	LineLeft         LineCode = "left"
	LineStopped      LineCode = "stopped." // + verdict
)

// LineCodes gives every code, each of which has a sentence.
func LineCodes() []LineCode {
	codes := []LineCode{LineStarted, LineTarget, LinePromised, LineNoTarget, LineHoursUnknown, LineCounted, LineOver,
		LineOutside, LineHoliday, LineClosedDate, LineQuestion, LineAgreedDate, LineMaintenance, LineForward, LineBack,
		LineWarned, LinePinned, LineDue, LineLeft}
	for _, v := range []Verdict{ClockMet, ClockMissed, ClockEnded, ClockWithdrawn, ClockUnmeasured} {
		codes = append(codes, LineStopped+LineCode(v))
	}
	return codes
}

// ClockLine is one line of an explanation, in local times. Lines with From and
// To follow each other without a gap from the start to the end; the others
// mark an instant.
type ClockLine struct {
	Code   LineCode          `json:"code"`
	From   time.Time         `json:"from,omitzero"`
	To     time.Time         `json:"to,omitzero"`
	Length time.Duration     `json:"length,omitempty"` // what counts or would have counted: working time
	Share  Share             `json:"share,omitempty"`
	Ref    string            `json:"ref,omitempty"`  // question, date, notice, agreement or zone
	Name   string            `json:"name,omitempty"` // key of a holiday
	Target calendar.Duration `json:"target,omitzero"`
}

// Key is the key of the line's sentence.
func (l ClockLine) Key() string { return "clock.line." + string(l.Code) }

// Args are the values of the sentence.
func (l ClockLine) Args() map[string]any {
	args := map[string]any{"from": l.From, "to": l.To, "length": any(workingTime(l.Length)), "share": int(l.Share), "ref": l.Ref, "target": l.Target}
	switch {
	case l.Code == LineTarget && l.Length == 0:
		delete(args, "length") // unknown hours
	case l.Length < time.Minute:
		args["length"] = l.Length
	}
	if l.Name != "" {
		args["name"] = i18n.Key(l.Name)
	}
	if l.Code == LineAgreedDate {
		args["ref"] = i18n.Day(l.Ref)
	}
	return args
}

// workingTime is written in hours however many there are: 30 working hours
// are not a day and six hours.
type workingTime time.Duration

func (workingTime) BusinessDays() int        { return 0 }
func (w workingTime) Working() time.Duration { return time.Duration(w) }

// Explain tells minute by minute how the clock came to stand where it stands.
// What counted before the due time adds up to the target, or to what of it is
// used; with what is left it always does.
func (c Clock) Explain(cal calendar.Calendar, now time.Time) []ClockLine {
	e := explanation{c: c, cal: c.scale(cal), zone: cal.Zone(), end: c.until(wallTime(now))}
	e.opening()
	e.marks()
	e.spans()
	slices.SortStableFunc(e.lines, func(a, b ClockLine) int { return a.From.Compare(b.From) })
	e.closing()
	for i := range e.lines {
		e.lines[i].localise(e.zone)
	}
	return e.lines
}

func (l *ClockLine) localise(zone *time.Location) {
	for _, t := range []*time.Time{&l.From, &l.To} {
		if !t.IsZero() {
			*t = t.In(zone)
		}
	}
}

type explanation struct {
	c     Clock
	cal   calendar.Calendar
	zone  *time.Location
	end   time.Time
	lines []ClockLine
}

func (e *explanation) add(lines ...ClockLine) { e.lines = append(e.lines, lines...) }

// opening tells what began and what was promised; both stand at the start.
func (e *explanation) opening() {
	c := e.c
	e.add(ClockLine{Code: LineStarted, From: c.Started, Ref: e.zone.String()})
	switch {
	case c.Kind == ClockCustomer:
	case !c.Promised.IsZero():
		e.add(ClockLine{Code: LinePromised, From: c.Started, To: c.Promised})
	case c.Target.IsZero():
		e.add(ClockLine{Code: LineNoTarget, From: c.Started})
	default:
		whole, _ := c.whole(e.cal)
		e.add(ClockLine{Code: LineTarget, From: c.Started, Length: whole, Target: c.Target, Ref: c.From})
	}
	if !e.cal.Known() {
		e.add(ClockLine{Code: LineHoursUnknown, From: c.Started})
	}
}

// closing tells what is left, or how it ended: the last line.
func (e *explanation) closing() {
	if !e.c.Running() {
		e.add(ClockLine{Code: LineStopped + LineCode(e.c.How), From: e.c.Stopped})
		return
	}
	if left, ok := e.c.Left(e.cal, e.end); ok && !e.c.Late(e.end) {
		e.add(ClockLine{Code: LineLeft, From: e.end, Length: left})
	}
}

// marks are the instants between: warnings, the due time, clock changes.
func (e *explanation) marks() {
	mark := func(l ClockLine) {
		if !l.From.Before(e.c.Started) && !l.From.After(e.end) {
			e.add(l)
		}
	}
	for _, s := range Shares() {
		if at, ok := e.c.WarnAt(e.cal, s); ok && e.c.Warned.Has(s) {
			mark(ClockLine{Code: LineWarned, From: at, Share: s})
		}
	}
	if p := e.c.Pin; p != nil {
		mark(ClockLine{Code: LinePinned, From: p.At, To: p.Due})
	}
	if !e.c.Due.IsZero() {
		e.add(ClockLine{Code: LineDue, From: e.c.Due})
	}
	e.clockChanges(mark)
}

// clockChanges looks at each day: no zone changes twice within one.
func (e *explanation) clockChanges(mark func(ClockLine)) {
	for at := e.c.Started; at.Before(e.end); at = at.Add(24 * time.Hour) {
		before, after := e.offset(at), e.offset(at.Add(24*time.Hour))
		if before == after {
			continue
		}
		line := ClockLine{Code: LineForward, From: e.change(at, before), Length: after - before}
		if after < before {
			line.Code, line.Length = LineBack, before-after
		}
		mark(line)
	}
}

func (e *explanation) offset(at time.Time) time.Duration {
	_, seconds := at.In(e.zone).Zone()
	return time.Duration(seconds) * time.Second
}

// change finds the second in the day after an instant at which the offset
// stops to be what it was.
func (e *explanation) change(at time.Time, before time.Duration) time.Time {
	low, high := int64(0), int64(24*60*60) // seconds; before holds at low only
	start := at.Truncate(time.Second)
	for low+1 < high {
		mid := (low + high) / 2
		if e.offset(start.Add(time.Duration(mid)*time.Second)) == before {
			low = mid
		} else {
			high = mid
		}
	}
	return start.Add(time.Duration(high) * time.Second)
}
