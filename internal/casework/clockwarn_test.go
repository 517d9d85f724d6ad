package casework

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However the machine's clock jumps and however late the timers come, each
// share is told once and in order, and not before its instant.
func TestEachWarningIsToldOnceAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, about := drawClockCalendar(t)
		c, _ := drawClock(t, cal, about)
		var told, due []Share
		latest := time.Time{}
		for range rapid.IntRange(1, 12).Draw(t, "timers") {
			now := drawInstant(t, about.AddDate(0, 0, -4), 20) // also before the start, and back and forth
			if now.After(latest) {
				latest = now
			}
			var shares []Share
			c, shares = c.Warn(cal, now)
			told = append(told, shares...)
			if s, at, ok := c.NextWarning(cal); ok && (!at.After(now) || slices.Contains(told, s)) {
				t.Fatalf("the next timer tells %d at %v again at %v", s, at, now)
			}
		}
		for _, s := range Shares() {
			if at, ok := c.WarnAt(cal, s); ok && !at.After(latest) {
				due = append(due, s)
			}
		}
		if !slices.Equal(told, due) {
			t.Fatalf("%+v\ntold %v until %v, due were %v", c, told, latest, due)
		}
	})
}

func TestALateTimerTellsAllThatIsDueInOrder(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	c := clockStart(t, cal, clockAt(t, "Asia/Tokyo", "2026-11-13 10:00:00"), "4h")
	c, first := c.Warn(cal, c.Started.Add(2*time.Hour))
	c, rest := c.Warn(cal, c.Started.Add(24*time.Hour))
	c, again := c.Warn(cal, c.Started.Add(time.Hour))
	if !slices.Equal(first, []Share{50}) || !slices.Equal(rest, []Share{75, 100}) || again != nil {
		t.Errorf("%v %v %v", first, rest, again)
	}
	if !c.Warned.Has(50) || !c.Warned.Has(75) || !c.Warned.Has(100) {
		t.Errorf("%b", c.Warned)
	}
}

// The share is used up at the instant of its warning and not before, to the
// microsecond.
func TestPercentAndWarningsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, about := drawClockCalendar(t)
		c, _ := drawClock(t, cal, about)
		c.Started = c.Started.Add(-time.Duration(rapid.IntRange(1, 999_999).Draw(t, "microseconds")) * time.Microsecond)
		c = c.reckon(cal)
		for _, s := range Shares() {
			at, ok := c.WarnAt(cal, s)
			if !ok {
				continue
			}
			on, _ := c.Percent(cal, at)
			before, _ := c.Percent(cal, at.Add(-time.Microsecond))
			if on < int(s) || before >= int(s) {
				t.Fatalf("%+v\n%d %% at %v: %d before, %d on it", c, s, at, before, on)
			}
		}
	})
}
