package calendar

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The reference walks minute by minute and asks the time package for the wall
// clock, nothing else. It follows the definition of the package comment: the
// local time reached so far never goes back, so it is the highest reading of
// the wall clock up to now.
type reference struct {
	start time.Time
	open  []bool  // by minute since start
	shift []int64 // by minute: number of the local day on which the shift began
}

type model struct {
	zone    string
	week    [7][]shift         // in minutes
	special map[string][]shift // date -> hours in minutes
}

func (m model) hours(date time.Time) []shift {
	if hours, ok := m.special[date.Format(time.DateOnly)]; ok {
		return hours
	}
	return m.week[date.Weekday()]
}

func (m model) spec() Spec {
	spec := Spec{Zone: m.zone}
	var groups []string
	for i, hours := range m.week {
		if len(hours) > 0 {
			groups = append(groups, strings.ToUpper(dayNames[i][:1])+dayNames[i][1:3]+" "+written(hours))
		}
	}
	spec.Hours = strings.Join(groups, "; ")
	for date, hours := range m.special {
		if len(hours) == 0 {
			spec.Closed = append(spec.Closed, date)
		} else {
			spec.Open = append(spec.Open, date+" "+written(hours))
		}
	}
	return spec
}

func written(hours []shift) string {
	var parts []string
	for _, h := range hours {
		end := h.to
		if end > 1440 {
			end -= 1440
		}
		parts = append(parts, fmt.Sprintf("%02d:%02d-%02d:%02d", h.from/60, h.from%60, end/60, end%60))
	}
	return strings.Join(parts, ",")
}

func (m model) walk(t *rapid.T, start time.Time, minutes int) reference {
	loc, err := time.LoadLocation(m.zone)
	if err != nil {
		t.Fatal(err)
	}
	ref := reference{start: start, open: make([]bool, minutes), shift: make([]int64, minutes)}
	var reached time.Time // the wall clock written as if it were UTC
	for i := -3 * 1440; i < minutes; i++ {
		w := start.Add(time.Duration(i) * time.Minute).In(loc)
		wall := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), 0, 0, time.UTC)
		if wall.After(reached) {
			reached = wall
		}
		if i < 0 {
			continue
		}
		for back := 2; back >= 0; back-- { // the local day itself has the last word
			date := reached.Truncate(24*time.Hour).AddDate(0, 0, -back)
			since := int64(reached.Sub(date) / time.Minute)
			for _, h := range m.hours(date) {
				if h.from <= since && since < h.to {
					ref.open[i], ref.shift[i] = true, date.Unix()/day
				}
			}
		}
	}
	return ref
}

func (r reference) due(from, minutes int) int {
	for i := from; i < len(r.open); i++ {
		if r.open[i] {
			if minutes--; minutes == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// Nights on which clocks change, in zones that do it differently: by half an
// hour, by two, at midnight, over a skipped day, twice a year around Ramadan.
var nightsOfChange = []struct{ zone, about string }{
	{"Europe/Berlin", "2026-03-29"}, {"Europe/Berlin", "2026-10-25"},
	{"America/New_York", "2026-03-08"}, {"America/New_York", "2026-11-01"},
	{"Australia/Lord_Howe", "2026-04-05"}, {"Australia/Lord_Howe", "2026-10-04"},
	{"Antarctica/Troll", "2026-03-29"}, {"Antarctica/Troll", "2026-10-25"},
	{"America/Havana", "2026-03-08"}, {"America/Havana", "2026-11-01"},
	{"America/Santiago", "2026-04-05"}, {"America/Santiago", "2026-09-06"},
	{"Africa/Cairo", "2026-04-24"}, {"Africa/Cairo", "2026-10-30"},
	{"Africa/Casablanca", "2026-02-15"}, {"Africa/Casablanca", "2026-03-22"},
	{"Pacific/Apia", "2011-12-30"}, {"Asia/Kathmandu", "2026-06-01"}, {"Asia/Tokyo", "2026-11-23"},
}

func drawHours(t *rapid.T, label string) []shift {
	var hours []shift
	from := int64(0)
	for range rapid.IntRange(0, 3).Draw(t, label) {
		from += int64(rapid.IntRange(0, 24).Draw(t, "gap")) * 15
		to := from + int64(rapid.IntRange(1, 40).Draw(t, "length"))*15
		if from >= 1440 || to >= from+1440 || to%1440 == from%1440 {
			break
		}
		hours = append(hours, shift{from, to})
		from = to
	}
	return hours
}

func drawModel(t *rapid.T) (model, time.Time) {
	night := rapid.SampledFrom(nightsOfChange).Draw(t, "night")
	about, err := time.Parse(time.DateOnly, night.about)
	if err != nil {
		t.Fatal(err)
	}
	m := model{zone: night.zone, special: map[string][]shift{}}
	some := false
	for i := range m.week {
		m.week[i] = drawHours(t, "shifts")
		some = some || len(m.week[i]) > 0
	}
	if !some {
		m.week[1] = []shift{{540, 1020}}
	}
	for range rapid.IntRange(0, 2).Draw(t, "special days") {
		date := about.AddDate(0, 0, rapid.IntRange(-2, 3).Draw(t, "day"))
		m.special[date.Format(time.DateOnly)] = drawHours(t, "special shifts")
	}
	return m, about.AddDate(0, 0, -1).Add(-14 * time.Hour)
}

// Every answer equals a walk minute by minute over random calendars on the
// nights of a clock change.
func TestAnswersEqualAMinuteWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, start := drawModel(t)
		c, err := New(m.spec())
		if err != nil {
			t.Fatalf("%+v: %v", m.spec(), err)
		}
		const minutes = 5 * 1440
		ref := m.walk(t, start, minutes)
		i := rapid.IntRange(0, minutes-2).Draw(t, "minute")
		now := start.Add(time.Duration(i) * time.Minute)
		second := time.Duration(rapid.IntRange(0, 59).Draw(t, "second")) * time.Second

		if got := c.OpenAt(now.Add(second)); got != ref.open[i] {
			t.Fatalf("%+v open at %v: %v", m.spec(), now, got)
		}
		checkEdges(t, c, ref, i)
		checkDue(t, c, ref, i, rapid.IntRange(1, 2000).Draw(t, "promise"))
		checkWorking(t, c, ref, i, rapid.IntRange(i+1, minutes-1).Draw(t, "end"))
	})
}

func (r reference) time(i int) time.Time { return r.start.Add(time.Duration(i) * time.Minute) }

// change finds the first minute after i that is not like it, -1 if none.
func (r reference) change(i int) int {
	for j := i + 1; j < len(r.open); j++ {
		if r.open[j] != r.open[i] {
			return j
		}
	}
	return -1
}

func checkEdges(t *rapid.T, c Calendar, ref reference, i int) {
	edge := ref.change(i)
	if edge < 0 {
		return // beyond the walk
	}
	ask, name := c.OpenUntil, "open until"
	if !ref.open[i] {
		ask, name = c.NextOpening, "next opening"
	}
	if got, ok := ask(ref.time(i)); !ok || !got.Equal(ref.time(edge)) {
		t.Fatalf("%s after %v: %v %v, expected %v", name, ref.time(i), got, ok, ref.time(edge))
	}
}

func checkDue(t *rapid.T, c Calendar, ref reference, i, promise int) {
	expected := ref.due(i, promise)
	got, ok := c.Due(ref.time(i), Duration{minutes: int64(promise)})
	if !ok || (expected >= 0 && !got.Equal(ref.time(expected))) {
		t.Fatalf("due %d minutes after %v: %v %v, expected minute %d", promise, ref.time(i), got, ok, expected)
	}
}

func checkWorking(t *rapid.T, c Calendar, ref reference, from, to int) {
	expected := 0
	for j := from; j < to; j++ {
		if ref.open[j] {
			expected++
		}
	}
	if got := c.Working(ref.time(from), ref.time(to)); got != time.Duration(expected)*time.Minute {
		t.Fatalf("working %v to %v: %v, expected %d minutes", ref.time(from), ref.time(to), got, expected)
	}
	var sum time.Duration
	last := time.Time{}
	for _, s := range c.Spans(ref.time(from), ref.time(to)) {
		if !s.From.Before(s.To) || !s.From.After(last) {
			t.Fatalf("spans overlap, touch or are empty: %v", c.Spans(ref.time(from), ref.time(to)))
		}
		sum, last = sum+s.To.Sub(s.From), s.To
	}
	if sum != time.Duration(expected)*time.Minute {
		t.Fatalf("spans sum to %v, expected %d minutes", sum, expected)
	}
}

// A business day ends on the right working day, within its hours, and not
// later on the wall clock than the question, but for a later opening.
func TestBusinessDaysEndWithinTheRightDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, start := drawModel(t)
		c, err := New(m.spec())
		if err != nil {
			t.Fatal(err)
		}
		const minutes = 8 * 1440
		ref := m.walk(t, start, minutes)
		i := rapid.IntRange(0, 3*1440).Draw(t, "minute")
		n := rapid.IntRange(1, 3).Draw(t, "days")
		due, ok := c.Due(ref.time(i), Duration{days: int64(n)})
		if !ok {
			t.Fatal("no due time")
		}
		asked := i
		for asked < minutes && !ref.open[asked] {
			asked++
		}
		if asked == minutes {
			return
		}
		want := ref.shift[asked]
		for left := n; left > 0; {
			want++
			if len(m.hours(time.Unix(want*day, 0).UTC())) > 0 {
				left--
			}
		}
		// The due time is in a shift of that day or at the end of one.
		loc := c.Zone()
		for _, h := range m.hours(time.Unix(want*day, 0).UTC()) {
			from, to := c.b.zone.instant(want*day+h.from*60), c.b.zone.instant(want*day+h.to*60)
			if due.Unix() >= from && due.Unix() <= to {
				return
			}
		}
		t.Fatalf("%d business days after %v end at %v, outside day %v", n, ref.time(i), due.In(loc), time.Unix(want*day, 0).UTC())
	})
}
