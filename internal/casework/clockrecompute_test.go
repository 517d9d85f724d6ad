package casework

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchboard/internal/calendar"
)

// Whatever rule or calendar comes: a breach is not lost, none is created in
// the past, what was told stays told, the log says exactly what changed, and
// the same change again changes nothing.
func TestAChangeOfRulesNeitherCreatesNorLosesABreach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, about := drawClockCalendar(t)
		c, last := drawClock(t, cal, about)
		now := drawInstant(t, last, 5)
		c, _ = c.Warn(cal, now)
		changed := cal
		if rapid.Bool().Draw(t, "new calendar") {
			changed, _ = drawClockCalendar(t)
		}
		target := c.Target
		if rapid.Bool().Draw(t, "new target") {
			target = drawTarget(t)
		}
		next, entry, moved := c.Recompute(changed, target, "agr-1 v3, critical", now)

		if c.Late(now) != next.Late(now) || c.Late(now) && !next.Due.Equal(c.Due) {
			t.Fatalf("%+v\nwas late %v at %v, now %+v", c, c.Late(now), now, next)
		}
		if !c.Late(now) && (next.Target != target || next.From != "agr-1 v3, critical" || next.Paused() != c.Paused()) {
			t.Fatalf("%+v\nhas not taken the new rule: %+v", c, next)
		}
		if !next.reckon(changed).Due.Equal(next.Due) {
			t.Fatalf("%+v\nis due at %v by what it holds", next, next.reckon(changed).Due)
		}
		if next.Warned != c.Warned {
			t.Fatalf("told %b, now %b", c.Warned, next.Warned)
		}
		if entry.Due != next.Due || entry.WasDue != c.Due || entry.Target != next.Target || entry.WasTarget != c.Target || entry.Rule == Unchanged && !next.Due.Equal(c.Due) {
			t.Fatalf("%+v\n%+v\n%+v", c, next, entry)
		}
		if !moved && !next.Late(now) {
			t.Fatal("the agreement is another one, and the log is silent")
		}
		checkRecomputedAgain(t, next, changed, target, now)
	})
}

func checkRecomputedAgain(t *rapid.T, c Clock, cal calendar.Calendar, target calendar.Duration, now time.Time) {
	for _, later := range []time.Time{now, drawInstant(t, now, 4)} {
		again, entry, moved := c.Recompute(cal, target, "agr-1 v3, critical", later)
		switch {
		case !again.Due.Equal(c.Due):
			t.Fatalf("%+v\nrecomputed again at %v: %+v %+v", c, later, again, entry)
		case moved && entry.Rule != BreachStays:
			t.Fatalf("%+v\nthe log repeats itself: %+v", c, entry)
		}
	}
}

// A pause after the change moves the new due time as it moves every other.
func TestAPauseAfterAChangeOfRulesMovesTheDueTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal, about := drawClockCalendar(t)
		c, last := drawClock(t, cal, about)
		now := drawInstant(t, last, 3)
		c, _, _ = c.Recompute(cal, drawTarget(t), "agr-1 v3, critical", now)
		if c.Due.IsZero() || !c.Due.After(now) {
			return
		}
		from := drawInstant(t, now, 1)
		to := drawInstant(t, from, 2)
		paused, err := c.Pause(from, PauseMaintenance, "ntc-1")
		if err != nil {
			t.Fatal(err)
		}
		resumed, err := paused.Resume(cal, to, PauseMaintenance, "ntc-1")
		if err != nil {
			t.Fatal(err)
		}
		moved := time.Duration(0)
		if from.Before(c.Due) {
			moved = cal.Working(from, to)
		}
		if got := cal.Working(c.Due, resumed.Due); got != moved || resumed.Due.Before(c.Due) {
			t.Fatalf("%+v\npaused %v to %v: due %v, %v later, expected %v", c, from, to, resumed.Due, got, moved)
		}
	})
}

func TestRecomputedClocks(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	longer := clockTokyo
	longer.Closed = []string{"2026-11-13"}
	at := func(text string) time.Time { return clockAt(t, "Asia/Tokyo", "2026-11-"+text) }
	for _, test := range []struct {
		name   string
		cal    calendar.Calendar
		target string
		now    string
		rule   RecomputeRule
		due    string
	}{
		{"a longer target counts from the start", cal, "6h", "12 12:00:00", FromStart, "12 16:00:00"},
		{"a shorter target counts from the start", cal, "3h", "12 12:00:00", FromStart, "12 13:00:00"},
		{"a target that would be over counts from the change", cal, "1h", "12 12:00:00", FromChange, "12 13:00:00"},
		{"but never past the old due time", cal, "3h", "12 13:30:00", FromChange, "12 14:00:00"},
		{"a breach stays", cal, "8h", "12 14:00:01", BreachStays, "12 14:00:00"},
		{"at the due instant it is none yet", cal, "8h", "12 14:00:00", FromStart, "12 18:00:00"},
		{"business days for hours", cal, "1bd", "12 12:00:00", FromStart, "13 10:00:00"},
		{"business days over a date that was closed since", clockCalendar(t, longer), "1bd", "12 12:00:00", FromStart, "16 10:00:00"},
		{"the same again", cal, "4h", "12 12:00:00", Unchanged, "12 14:00:00"},
		{"hours that are unknown now", calendar.Calendar{}, "4h", "12 12:00:00", FromStart, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := clockStart(t, cal, at("12 10:00:00"), "4h")
			next, entry, changed := c.Recompute(test.cal, clockTarget(t, test.target), c.From, at(test.now))
			expected := time.Time{}
			if test.due != "" {
				expected = at(test.due)
			}
			if entry.Rule != test.rule || !next.Due.Equal(expected) || changed != (test.rule != Unchanged) {
				t.Errorf("%s, due %v, changed %v", entry.Rule, next.Due.In(cal.Zone()), changed)
			}
		})
	}
}

func TestAPauseThatRanAtTheChangeTakesTheRestOfItOnly(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	at := func(text string) time.Time { return clockAt(t, "Asia/Tokyo", "2026-11-12 "+text) }
	c, err := clockStart(t, cal, at("10:00:00"), "4h").Pause(at("11:00:00"), PauseQuestion, "1")
	if err != nil {
		t.Fatal(err)
	}
	c, entry, _ := c.Recompute(cal, clockTarget(t, "30m"), "agr-1 v3, critical", at("12:00:00"))
	if left, ok := c.Left(cal, at("12:30:00")); entry.Rule != FromChange || !c.Due.IsZero() || !ok || left != 30*time.Minute {
		t.Errorf("%+v: %v left", c, left)
	}
	if c, err = c.Resume(cal, at("13:00:00"), PauseQuestion, "1"); err != nil || !c.Due.Equal(at("13:30:00")) {
		t.Errorf("%+v %v", c, err)
	}
}

func TestAnotherTargetLetsGoOfThePinnedTime(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	at := func(text string) time.Time { return clockAt(t, "Asia/Tokyo", "2026-11-12 "+text) }
	c := clockStart(t, cal, at("10:00:00"), "4h")
	c, _, _ = c.Recompute(cal, clockTarget(t, "1h"), "agr-1 v3, critical", at("12:00:00"))
	c, entry, _ := c.Recompute(cal, clockTarget(t, "5h"), "agr-1 v4, critical", at("12:30:00"))
	if entry.Rule != FromStart || c.Pin != nil || !c.Due.Equal(at("15:00:00")) {
		t.Errorf("%+v", c)
	}
}

func TestHoursThatBecomeKnownCreateNoBreach(t *testing.T) {
	started := clockAt(t, "Asia/Tokyo", "2026-11-12 10:00:00")
	c := clockStart(t, calendar.Calendar{}, started, "4h")
	cal := clockCalendar(t, clockTokyo)
	next, entry, _ := c.Recompute(cal, c.Target, c.From, clockAt(t, "Asia/Tokyo", "2026-11-13 09:30:00"))
	if expected := clockAt(t, "Asia/Tokyo", "2026-11-13 13:30:00"); entry.Rule != FromChange || !next.Due.Equal(expected) {
		t.Errorf("%+v", next)
	}
}

func TestCustomersAndPromisesAreNotRecomputed(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	now := clockAt(t, "Asia/Tokyo", "2026-11-12 10:00:00")
	for _, c := range []Clock{{Kind: ClockCustomer, Company: "northwind", Started: now}, {Kind: ClockNextUpdate, Company: "contoso", Started: now, Promised: now.Add(time.Hour)}} {
		c, err := StartClock(c, cal)
		if err != nil {
			t.Fatal(err)
		}
		next, _, changed := c.Recompute(cal, clockTarget(t, "1m"), "agr-9 v1, critical", now.Add(time.Minute))
		if changed || next.Due != c.Due || !next.Target.IsZero() {
			t.Errorf("%+v", next)
		}
	}
}
