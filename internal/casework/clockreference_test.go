package casework

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchboard/internal/calendar"
)

// The reference walks second by second. It asks the calendar only whether
// somebody works in a minute (and, for business days, for the plain due time);
// the rest is counting.
type clockReference struct {
	start  time.Time
	open   []bool // by second since the start
	paused []bool
}

const clockWalk = 9 * 24 * 60 * 60 // seconds

func newClockReference(c Clock, cal calendar.Calendar) clockReference {
	r := clockReference{c.Started, make([]bool, clockWalk), make([]bool, clockWalk)}
	minute, open := time.Time{}, false
	for s := range clockWalk {
		at := r.at(s)
		if m := at.Truncate(time.Minute); m != minute {
			minute, open = m, cal.OpenAt(m)
		}
		r.open[s] = open
	}
	for _, p := range c.Pauses {
		end := clockWalk
		if !p.To.IsZero() {
			end = min(end, int(p.To.Sub(c.Started)/time.Second))
		}
		for s := int(p.From.Sub(c.Started) / time.Second); s < end; s++ {
			r.paused[s] = true
		}
	}
	return r
}

func (r clockReference) at(second int) time.Time {
	return r.start.Add(time.Duration(second) * time.Second)
}

// reach gives the first second at which so many seconds have counted, -1 when
// that is not within the walk.
func (r clockReference) reach(seconds int) int {
	for s := range clockWalk {
		if seconds == 0 {
			return s
		}
		if r.open[s] && !r.paused[s] {
			seconds--
		}
	}
	return -1
}

// moved lets each open second of a pause that began before the due second push
// it one open second on.
func (r clockReference) moved(due int) int {
	counts := false
	for s := 0; due < clockWalk && s < clockWalk; s++ {
		switch {
		case !r.paused[s]:
			counts = false
		case s == 0 || !r.paused[s-1]:
			counts = s < due
		}
		if !counts && s >= due {
			return due
		}
		if counts && r.open[s] {
			for due < clockWalk && !r.open[due] {
				due++
			}
			due++
		}
	}
	return -1
}

func (r clockReference) counted(before int) int {
	n := 0
	for s := range before {
		if r.open[s] && !r.paused[s] {
			n++
		}
	}
	return n
}

// clockNights are zones and days around which clocks change, holidays move the
// week, or the year has a day more.
var clockNights = []struct{ zone, about, holidays string }{
	{"Europe/Berlin", "2026-03-29", "DE"}, {"Europe/Berlin", "2026-10-25", ""},
	{"America/New_York", "2026-03-08", "US"}, {"America/New_York", "2026-11-01", ""},
	{"Australia/Lord_Howe", "2026-04-05", "AU"}, {"Australia/Lord_Howe", "2026-10-04", ""},
	{"Antarctica/Troll", "2026-03-29", ""}, {"America/Havana", "2026-11-01", ""},
	{"America/Santiago", "2026-09-06", ""}, {"Africa/Cairo", "2026-04-24", ""},
	{"Africa/Casablanca", "2026-02-15", ""}, {"Asia/Kathmandu", "2026-06-01", ""},
	{"Asia/Tokyo", "2026-11-23", "JP"}, {"Asia/Tokyo", "2026-05-04", "JP"}, {"Asia/Taipei", "2026-02-16", "TW"},
	{"Europe/Berlin", "2026-12-25", "DE"}, {"Asia/Kolkata", "2028-02-29", "IN"}, {"America/St_Johns", "2028-02-29", "CA"},
	{"UTC", "2038-01-19", ""},
}

func drawShifts(t *rapid.T) string {
	var parts []string
	from := 0
	for range rapid.IntRange(1, 3).Draw(t, "shifts") {
		from += rapid.IntRange(0, 36).Draw(t, "gap") * 15
		to := from + rapid.IntRange(1, 40).Draw(t, "length")*15
		if from >= 1440 || to >= from+1440 || to%1440 == from%1440 {
			break
		}
		parts = append(parts, fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, to%1440/60, to%60))
		from = to
	}
	if len(parts) == 0 {
		return "09:00-17:00"
	}
	return strings.Join(parts, ",")
}

// drawClockCalendar gives a calendar and a day near which it is interesting.
func drawClockCalendar(t *rapid.T) (calendar.Calendar, time.Time) {
	night := rapid.SampledFrom(clockNights).Draw(t, "night")
	about, err := time.Parse(time.DateOnly, night.about)
	if err != nil {
		t.Fatal(err)
	}
	spec := calendar.Spec{Zone: night.zone, Holidays: night.holidays}
	if rapid.IntRange(0, 7).Draw(t, "kind") == 0 {
		spec.Hours = "24x7"
	} else {
		groups := []string{"Mon-Fri " + drawShifts(t)}
		if rapid.Bool().Draw(t, "weekend") {
			groups = append(groups, "Sat "+drawShifts(t), "Sun "+drawShifts(t))
		}
		spec.Hours = strings.Join(groups, "; ")
	}
	for range rapid.IntRange(0, 2).Draw(t, "special days") {
		date := about.AddDate(0, 0, rapid.IntRange(-2, 3).Draw(t, "day")).Format(time.DateOnly)
		switch rapid.IntRange(0, 2).Draw(t, "special") {
		case 0:
			spec.Closed = append(spec.Closed, date)
		case 1:
			spec.Closed = append(spec.Closed, date+" 12:00-24:00")
		case 2:
			spec.Open = append(spec.Open, date+" "+drawShifts(t))
		}
	}
	cal, err := calendar.New(spec)
	if err != nil {
		t.Fatalf("%+v: %v", spec, err)
	}
	return cal, about
}

func drawTarget(t *rapid.T) calendar.Duration {
	text := fmt.Sprintf("%dm", rapid.IntRange(1, 2400).Draw(t, "minutes"))
	if rapid.IntRange(0, 2).Draw(t, "unit") == 0 {
		text = fmt.Sprintf("%dbd", rapid.IntRange(1, 3).Draw(t, "days"))
	}
	target, err := calendar.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// drawInstant gives a whole minute half of the time, else an odd second.
func drawInstant(t *rapid.T, from time.Time, days int) time.Time {
	at := from.Add(time.Duration(rapid.IntRange(0, days*1440).Draw(t, "minute")) * time.Minute)
	if rapid.Bool().Draw(t, "odd") {
		at = at.Add(time.Duration(rapid.IntRange(1, 59).Draw(t, "second")) * time.Second)
	}
	return at
}

// drawClock gives a started clock that has been paused up to three times, also
// for two reasons at once, and its last known instant.
func drawClock(t *rapid.T, cal calendar.Calendar, about time.Time) (Clock, time.Time) {
	c, err := StartClock(Clock{Kind: ClockResolution, Company: "contoso", Started: drawInstant(t, about.AddDate(0, 0, -2), 3), Target: drawTarget(t), From: "agr-1 v2, critical"}, cal)
	if err != nil {
		t.Fatal(err)
	}
	at := c.Started
	for n := range rapid.IntRange(0, 3).Draw(t, "pauses") {
		at = drawInstant(t, at, 1)
		if c, err = c.Pause(at, PauseQuestion, fmt.Sprint(n+1)); err != nil {
			t.Fatal(err)
		}
		if c.reckon(cal).Due != c.Due {
			t.Fatalf("a pause left due %v, reckoned %v", c.Due, c.reckon(cal).Due)
		}
		if rapid.IntRange(0, 4).Draw(t, "running") == 0 {
			continue // it may overlap the next one, or run on
		}
		at = drawInstant(t, at, 2)
		if c, err = c.Resume(cal, at, PauseQuestion, fmt.Sprint(n+1)); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range c.Pauses { // a long pause may hold a short one
		if p.To.IsZero() && rapid.Bool().Draw(t, "ends") {
			at = drawInstant(t, at, 1)
			if c, err = c.Resume(cal, at, p.Why, p.Ref); err != nil {
				t.Fatal(err)
			}
		}
	}
	return c, at
}

// dueSecond works the due time out by counting, -1 when it is out of sight.
func (r clockReference) dueSecond(t *rapid.T, c Clock, cal calendar.Calendar) (due, whole int) {
	if c.Target.BusinessDays() == 0 {
		whole = int(c.Target.Working() / time.Second)
		return r.reach(whole), whole
	}
	plain, ok := cal.Due(c.Started, c.Target)
	if !ok {
		t.Fatal("no due time of a known calendar")
	}
	base := int(plain.Sub(c.Started) / time.Second)
	if base >= clockWalk {
		return -1, -1
	}
	for s := range base {
		if r.open[s] {
			whole++
		}
	}
	return r.moved(base), whole
}

func TestClocksEqualASecondWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, about := drawClockCalendar(t)
		c, last := drawClock(t, cal, about)
		r := newClockReference(c, cal)
		due, whole := r.dueSecond(t, c, cal)
		switch {
		case due < 0 && !c.Due.IsZero() && c.Due.Before(r.at(clockWalk)):
			t.Fatalf("%+v is due at %v, the walk finds no due time", c, c.Due)
		case due >= 0 && !c.Due.Equal(r.at(due)):
			t.Fatalf("%+v\nis due at %v, the walk says %v", c, c.Due, r.at(due))
		}
		if whole >= 0 {
			now := drawInstant(t, last, 2)
			checkClockCount(t, c, cal, r, now, whole, due)
			checkClockWarnings(t, c, cal, r, whole)
			checkClockLines(t, c, cal, r, now)
		}
	})
}

func checkClockCount(t *rapid.T, c Clock, cal calendar.Calendar, r clockReference, now time.Time, whole, due int) {
	second := int(now.Sub(c.Started) / time.Second)
	if second >= clockWalk {
		return
	}
	used := r.counted(second)
	if left, ok := c.Left(cal, now); !ok || left != time.Duration(max(0, whole-used))*time.Second {
		t.Fatalf("%+v\nhas %v left at %v, the walk says %d of %d s are used", c, left, now, used, whole)
	}
	over := due >= 0 && second >= due
	expected := used * 100 / whole
	if over {
		expected = max(100, expected)
	} else {
		expected = min(99, expected)
	}
	if got, ok := c.Percent(cal, now); !ok || got != expected {
		t.Fatalf("%+v\nis at %d %%, expected %d", c, got, expected)
	}
	if late := due >= 0 && second > due; c.Late(now) != late {
		t.Fatalf("%+v\nlate %v at %v", c, c.Late(now), now)
	}
}

func checkClockWarnings(t *rapid.T, c Clock, cal calendar.Calendar, r clockReference, whole int) {
	last := c.Started
	for _, share := range []Share{50, 75} {
		expected := r.reach((whole*int(share) + 99) / 100)
		at, ok := c.WarnAt(cal, share)
		switch {
		case expected < 0 && ok && at.Before(r.at(clockWalk)):
			t.Fatalf("%+v\nwarns of %d at %v, the walk finds no instant", c, share, at)
		case expected >= 0 && (!ok || at.After(r.at(expected)) || !at.After(r.at(expected-1))):
			t.Fatalf("%+v\nwarns of %d at %v %v, the walk says %v", c, share, at, ok, r.at(expected))
		}
		if ok && (at.Before(last) || !c.Due.IsZero() && at.After(c.Due)) {
			t.Fatalf("%+v\nwarns of %d at %v, out of order", c, share, at)
		}
	}
}

// checkClockLines: the pieces of an explanation follow each other without a
// gap, each says what the walk sees in every second, and they add up.
func checkClockLines(t *rapid.T, c Clock, cal calendar.Calendar, r clockReference, now time.Time) {
	next := c.Started
	var counted time.Duration
	for _, l := range c.Explain(cal, now) {
		if l.To.IsZero() || slices.Contains([]LineCode{LinePromised, LinePinned}, l.Code) {
			continue
		}
		if !l.From.Equal(next) || !l.From.Before(l.To) {
			t.Fatalf("%+v\na line %s from %v to %v follows %v", c, l.Code, l.From, l.To, next)
		}
		next = l.To
		if l.Code == LineCounted {
			counted += l.Length
		}
		checkClockLine(t, c, r, l)
	}
	if !next.Equal(now) && !now.Equal(c.Started) {
		t.Fatalf("%+v\nis explained until %v, not %v", c, next, now)
	}
	whole, _ := c.whole(cal)
	left, _ := c.Left(cal, now)
	if reached := !c.Due.IsZero() && !now.Before(c.Due); reached && counted != whole || !reached && counted+left != whole {
		t.Fatalf("%+v\ncounted %v and left %v of %v", c, counted, left, whole)
	}
}

func checkClockLine(t *rapid.T, c Clock, r clockReference, l ClockLine) {
	from, to := int(l.From.Sub(c.Started)/time.Second), int(l.To.Sub(c.Started)/time.Second)
	length := 0
	for s := from; s < min(to, clockWalk); s++ {
		after := !c.Due.IsZero() && !r.at(s).Before(c.Due)
		expected := map[LineCode]bool{
			LineCounted: r.open[s] && !r.paused[s] && !after, LineOver: r.open[s] && !r.paused[s] && after,
			LineQuestion: r.paused[s],
			LineOutside:  !r.open[s] && !r.paused[s], LineHoliday: !r.open[s] && !r.paused[s], LineClosedDate: !r.open[s] && !r.paused[s],
		}
		if !expected[l.Code] {
			t.Fatalf("%+v\nline %s holds at %v, the walk sees open %v paused %v", c, l.Code, r.at(s), r.open[s], r.paused[s])
		}
		if r.open[s] {
			length++
		}
	}
	if to <= clockWalk && l.Length != time.Duration(length)*time.Second {
		t.Fatalf("%+v\nline %s from %v to %v has %v, the walk %d s", c, l.Code, l.From, l.To, l.Length, length)
	}
}
