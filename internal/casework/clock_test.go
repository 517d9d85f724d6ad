package casework

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/fault"
)

func clockCalendar(t testing.TB, spec calendar.Spec) calendar.Calendar {
	t.Helper()
	cal, err := calendar.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func clockTarget(t testing.TB, text string) calendar.Duration {
	t.Helper()
	d, err := calendar.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// clockAt reads an instant as the wall clock of a zone shows it.
func clockAt(t testing.TB, zone, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05.999999", text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func clockStart(t testing.TB, cal calendar.Calendar, started time.Time, target string) Clock {
	t.Helper()
	c, err := StartClock(Clock{Kind: ClockResolution, Company: "contoso", Started: started, Target: clockTarget(t, target), From: "agr-1 v2, critical"}, cal)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	clockTokyo  = calendar.Spec{Hours: "Mon-Fri 09:00-18:00", Zone: "Asia/Tokyo", Holidays: "JP"}
	clockBerlin = calendar.Spec{Hours: "Mon-Fri 09:00-12:00,13:00-17:30", Zone: "Europe/Berlin", Holidays: "DE"}
	clockNight  = calendar.Spec{Hours: "24x7", Zone: "Europe/Berlin"}
	clockHalf   = calendar.Spec{Hours: "Mon-Fri 09:00-17:00", Zone: "Europe/Berlin", Closed: []string{"2026-12-24 12:00-24:00", "2026-12-28"}}
	clockLeap   = calendar.Spec{Hours: "Mon-Fri 09:00-17:00", Zone: "Asia/Taipei"}
)

type clockStory struct {
	name             string
	spec             calendar.Spec
	started, target  string
	from, to         string // one pause
	due, half, three string // 50 and 75 %
}

// Local times are those of the obliged company.
func clockStories() []clockStory {
	return []clockStory{
		{"Labour Thanksgiving Day JP does not count", clockTokyo, "2026-11-20 17:00:00", "4h", "", "", "2026-11-24 12:00:00", "2026-11-24 10:00:00", "2026-11-24 11:00:00"},
		{"asked Friday 17:50 with 4 h", clockTokyo, "2026-11-13 17:50:00", "4h", "", "", "2026-11-16 12:50:00", "2026-11-16 10:50:00", "2026-11-16 11:50:00"},
		{"asked at an odd second", clockTokyo, "2026-11-13 17:50:07.25", "4h", "", "", "2026-11-16 12:50:07.25", "2026-11-16 10:50:07.25", "2026-11-16 11:50:07.25"},
		{"a minute has half of its seconds", clockTokyo, "2026-11-13 10:00:00", "1m", "", "", "2026-11-13 10:01:00", "2026-11-13 10:00:30", "2026-11-13 10:00:45"},
		{"a pause over a weekend takes its working time only", clockBerlin, "2026-11-13 15:30:00", "4h", "2026-11-13 16:30:00", "2026-11-16 10:00:00", "2026-11-16 14:00:00", "2026-11-16 11:00:00", "2026-11-16 12:00:00"},
		{"a pause within closed hours takes nothing", clockBerlin, "2026-11-13 15:30:00", "4h", "2026-11-13 20:00:00", "2026-11-15 20:00:00", "2026-11-16 11:00:00", "2026-11-13 17:30:00", "2026-11-16 10:00:00"},
		{"a pause that begins at the due time changes nothing", clockTokyo, "2026-11-13 10:00:00", "4h", "2026-11-13 14:00:00", "2026-11-16 10:00:00", "2026-11-13 14:00:00", "2026-11-13 12:00:00", "2026-11-13 13:00:00"},
		{"a pause from the start begins the clock later", clockTokyo, "2026-11-13 10:00:00", "4h", "2026-11-13 10:00:00", "2026-11-13 11:30:15", "2026-11-13 15:30:15", "2026-11-13 13:30:15", "2026-11-13 14:30:15"},
		{"24 h round the clock over the spring gap are 24 real hours", clockNight, "2026-03-28 12:00:00", "24h", "", "", "2026-03-29 13:00:00", "2026-03-29 00:00:00", "2026-03-29 07:00:00"},
		{"24 h round the clock over the autumn overlap are 24 real hours", clockNight, "2026-10-24 12:00:00", "24h", "", "", "2026-10-25 11:00:00", "2026-10-25 00:00:00", "2026-10-25 05:00:00"},
		{"1 business day keeps the local time over the spring gap", clockBerlin, "2026-03-27 10:00:00", "1bd", "", "", "2026-03-30 10:00:00", "2026-03-27 14:45:00", "2026-03-27 16:37:30"},
		{"1 business day is not 24 h of schedule", clockTokyo, "2026-11-12 10:00:00", "1bd", "", "", "2026-11-13 10:00:00", "2026-11-12 14:30:00", "2026-11-12 16:45:00"},
		{"business days move by the working time of a pause over a weekend", clockBerlin, "2026-11-13 15:00:00", "1bd", "2026-11-13 16:30:00", "2026-11-16 10:00:00", "2026-11-16 17:00:00", "2026-11-16 13:15:00", "2026-11-16 15:07:30"},
		{"a pause that begins at the due time of a business day changes nothing", clockTokyo, "2026-11-12 10:00:00", "1bd", "2026-11-13 10:00:00", "2026-11-16 12:00:00", "2026-11-13 10:00:00", "2026-11-12 14:30:00", "2026-11-12 16:45:00"},
		{"business days skip the holiday and move past the evening", clockTokyo, "2026-11-20 17:00:00", "1bd", "2026-11-24 09:00:00", "2026-11-24 11:00:00", "2026-11-25 10:00:00", "2026-11-24 14:30:00", "2026-11-24 16:45:00"},
		{"a half-day ends at noon", clockHalf, "2026-12-24 10:00:00", "4h", "", "", "2026-12-25 11:00:00", "2026-12-24 12:00:00", "2026-12-25 10:00:00"},
		{"a closed date is left out", clockHalf, "2026-12-25 15:00:00", "4h", "", "", "2026-12-29 11:00:00", "2026-12-25 17:00:00", "2026-12-29 10:00:00"},
		{"the leap day is a day like others", clockLeap, "2028-02-28 16:00:00", "4h", "2028-02-29 09:30:00", "2028-02-29 16:30:00", "2028-03-01 11:00:00", "2028-02-29 17:00:00", "2028-03-01 10:00:00"},
		{"2038 is a year like others", clockNight, "2038-01-19 00:00:00", "12h", "", "", "2038-01-19 12:00:00", "2038-01-19 06:00:00", "2038-01-19 09:00:00"},
	}
}

func TestClockIsDue(t *testing.T) {
	for _, s := range clockStories() {
		t.Run(s.name, func(t *testing.T) {
			cal := clockCalendar(t, s.spec)
			zone := s.spec.Zone
			c := clockStart(t, cal, clockAt(t, zone, s.started), s.target)
			var err error
			if s.from != "" {
				if c, err = c.Pause(clockAt(t, zone, s.from), PauseQuestion, "2"); err != nil {
					t.Fatal(err)
				}
				if c, err = c.Resume(cal, clockAt(t, zone, s.to), PauseQuestion, "2"); err != nil {
					t.Fatal(err)
				}
			}
			for share, expected := range map[Share]string{50: s.half, 75: s.three, 100: s.due} {
				if at, ok := c.WarnAt(cal, share); !ok || !at.Equal(clockAt(t, zone, expected)) {
					t.Errorf("%d %% at %v %v, expected %s", share, at.In(cal.Zone()), ok, expected)
				}
			}
		})
	}
}

func TestARunningPauseHasNoDueTimeButTellsWhatIsLeft(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	at := func(text string) time.Time { return clockAt(t, "Asia/Tokyo", "2026-11-13 "+text) }
	c := clockStart(t, cal, at("10:00:00"), "4h")
	paused, err := c.Pause(at("11:30:00"), PauseQuestion, "1")
	if err != nil {
		t.Fatal(err)
	}
	left, ok := paused.Left(cal, at("16:00:00"))
	if !paused.Due.IsZero() || !paused.Paused() || !ok || left != 150*time.Minute || paused.Late(at("17:59:00")) {
		t.Errorf("%+v, left %v", paused, left)
	}
	if len(c.Pauses) != 0 || c.Due.IsZero() {
		t.Errorf("the old value has changed: %+v", c)
	}
	both, err := paused.Pause(at("12:00:00"), PauseMaintenance, "ntc-7")
	if err != nil {
		t.Fatal(err)
	}
	one, err := both.Resume(cal, at("13:00:00"), PauseQuestion, "1")
	if err != nil || !one.Due.IsZero() || !one.Paused() {
		t.Errorf("the maintenance still runs: %+v %v", one, err)
	}
	on, err := one.Resume(cal, at("13:30:00"), PauseMaintenance, "ntc-7")
	if err != nil || !on.Due.Equal(at("16:00:00")) || !both.Pauses[0].To.IsZero() {
		t.Errorf("due %v %v: two hours were paused, the overlap counts once", on.Due, err)
	}
}

func TestUnknownHoursGiveNoDueTimeAndNoVerdict(t *testing.T) {
	started := clockAt(t, "UTC", "2026-11-13 10:00:00")
	c := clockStart(t, calendar.Calendar{}, started, "4h")
	now := started.Add(1000 * time.Hour)
	_, left := c.Left(calendar.Calendar{}, now)
	_, percent := c.Percent(calendar.Calendar{}, now)
	_, _, warning := c.NextWarning(calendar.Calendar{})
	if !c.Due.IsZero() || left || percent || warning || c.Late(now) {
		t.Errorf("%+v was guessed", c)
	}
	stopped, err := c.Stop(calendar.Calendar{}, now, ClockMet)
	if err != nil || stopped.How != ClockUnmeasured {
		t.Errorf("%+v %v", stopped, err)
	}
}

func TestAPromisedInstantNeedsNoHours(t *testing.T) {
	started := clockAt(t, "UTC", "2026-11-13 10:00:00")
	promise := Clock{Kind: ClockNextUpdate, Company: "contoso", Started: started, Promised: started.Add(10 * time.Hour)}
	for name, test := range map[string]struct {
		cal  calendar.Calendar
		half time.Time
	}{
		"wall time when hours are unknown":     {calendar.Calendar{}, started.Add(5 * time.Hour)},
		"working time when they are known":     {clockCalendar(t, calendar.Spec{Hours: "Mon-Fri 09:00-12:00", Zone: "UTC"}), started.Add(time.Hour)},
		"wall time when nobody works until it": {clockCalendar(t, calendar.Spec{Hours: "Mon 09:00-12:00", Zone: "UTC"}), started.Add(5 * time.Hour)},
	} {
		c, err := StartClock(promise, test.cal)
		if err != nil {
			t.Fatal(err)
		}
		if at, ok := c.WarnAt(test.cal, 50); !ok || !at.Equal(test.half) || !c.Due.Equal(promise.Promised) {
			t.Errorf("%s: half at %v %v, due %v", name, at, ok, c.Due)
		}
		if used, ok := c.Percent(test.cal, promise.Promised); !ok || used != 100 || c.Late(promise.Promised) || !c.Late(promise.Promised.Add(time.Microsecond)) {
			t.Errorf("%s: %d %v", name, used, ok)
		}
	}
}

func clockFails(t *testing.T, name, code string, err error) {
	t.Helper()
	if err == nil || fault.Of(err).Code != code {
		t.Errorf("%s: %v, expected %s", name, err, code)
	}
}

func TestClocksRefuse(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	now := clockAt(t, "Asia/Tokyo", "2026-11-13 10:00:00")
	c := clockStart(t, cal, now, "4h")
	paused, err := c.Pause(now, PauseQuestion, "2")
	if err != nil {
		t.Fatal(err)
	}
	stopped, err := c.Stop(cal, now, ClockEnded)
	if err != nil {
		t.Fatal(err)
	}
	customer, err := StartClock(Clock{Kind: ClockCustomer, Company: "northwind", Started: now}, cal)
	if err != nil {
		t.Fatal(err)
	}
	_, err = customer.Pause(now, PauseQuestion, "2")
	clockFails(t, "the customer clock never pauses (invariant 5)", "clock.never-pauses", err)
	promised, err := StartClock(Clock{Kind: ClockNextUpdate, Company: "contoso", Started: now, Promised: now.Add(time.Hour)}, cal)
	if err != nil {
		t.Fatal(err)
	}
	_, err = promised.Pause(now, PauseQuestion, "2")
	clockFails(t, "a promised instant", "clock.never-pauses", err)
	_, err = c.Pause(now, "lunch", "2")
	clockFails(t, "a reason of its own", "clock.pause-reason", err)
	_, err = c.Pause(now, PauseQuestion, "")
	clockFails(t, "a reason without a reference", "clock.pause-reference.question", err)
	_, err = c.Pause(now, PauseAgreedDate, "soon")
	clockFails(t, "no date", "clock.pause-reference.agreed-date", err)
	_, err = c.Pause(now, PauseMaintenance, "two words")
	clockFails(t, "no notice", "clock.pause-reference.planned-maintenance", err)
	_, err = paused.Pause(now, PauseQuestion, "2")
	clockFails(t, "the same pause twice", "clock.paused-already", err)
	_, err = paused.Resume(cal, now, PauseQuestion, "3")
	clockFails(t, "another question", "clock.not-paused", err)
	_, err = stopped.Pause(now, PauseQuestion, "2")
	clockFails(t, "a stopped clock", "clock.stopped", err)
	_, err = stopped.Stop(cal, now, ClockMet)
	clockFails(t, "stopped twice", "clock.stopped", err)
	_, err = stopped.Resume(cal, now, PauseQuestion, "2")
	clockFails(t, "resumed after the end", "clock.stopped", err)
	_, err = c.Stop(cal, now, ClockMissed)
	clockFails(t, "the due time alone says missed", "internal", err)
	_, err = StartClock(Clock{Kind: ClockNextUpdate, Company: "contoso", Started: now, Promised: now}, cal)
	clockFails(t, "an update promised for now", "clock.promise-past", err)
	_, err = StartClock(Clock{Kind: ClockCustomer, Company: "northwind", Started: now, Target: clockTarget(t, "4h")}, cal)
	clockFails(t, "a customer with a target", "internal", err)
}

func TestStoppedClocksHaveAVerdict(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	now := clockAt(t, "Asia/Tokyo", "2026-11-13 10:00:00")
	c := clockStart(t, cal, now, "1h")
	paused, err := c.Pause(now.Add(30*time.Minute), PauseQuestion, "1")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		clock   Clock
		after   time.Duration
		how     Verdict
		verdict Verdict
	}{
		{"answered at the due instant is in time", c, time.Hour, ClockMet, ClockMet},
		{"a microsecond later is not", c, time.Hour + time.Microsecond, ClockMet, ClockMissed},
		{"the leg ends before", c, time.Minute, ClockEnded, ClockEnded},
		{"a breach is not lost with the leg", c, 2 * time.Hour, ClockEnded, ClockMissed},
		{"a breach is not lost by withdrawing", c, 2 * time.Hour, ClockWithdrawn, ClockMissed},
		{"withdrawn before", c, time.Minute, ClockWithdrawn, ClockWithdrawn},
		{"answered while paused is in time", paused, 100 * time.Hour, ClockMet, ClockMet},
		{"the machine's clock was put back", c, -time.Hour, ClockMet, ClockMet},
	} {
		stopped, err := test.clock.Stop(cal, now.Add(test.after), test.how)
		if err != nil || stopped.How != test.verdict || stopped.Paused() || stopped.Stopped.Before(now) {
			t.Errorf("%s: %+v %v", test.name, stopped, err)
		}
		if late := stopped.Late(now.Add(1e6 * time.Hour)); late != (test.verdict == ClockMissed) {
			t.Errorf("%s: late %v long after", test.name, late)
		}
		if s, _, ok := stopped.NextWarning(cal); ok {
			t.Errorf("%s: still warns of %d", test.name, s)
		}
	}
	if !paused.Pauses[0].To.IsZero() {
		t.Error("the old value has changed")
	}
}

// A clock stands in the projection of its case: it is the same after a round
// through JSON.
func TestClocksSurviveJSON(t *testing.T) {
	for _, s := range clockStories() {
		cal := clockCalendar(t, s.spec)
		c := clockStart(t, cal, clockAt(t, s.spec.Zone, s.started), s.target)
		c, err := c.Pause(c.Started.Add(time.Minute), PauseAgreedDate, "2026-12-01")
		if err != nil {
			t.Fatal(err)
		}
		c, _, _ = c.Recompute(cal, clockTarget(t, "1m"), "agr-1 v3, critical", c.Started.Add(48*time.Hour))
		c, _ = c.Warn(cal, c.Started.Add(2000*time.Hour))
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back Clock
		if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(c, back) {
			t.Errorf("%v: %s\n%+v\n%+v", err, data, c, back)
		}
	}
}

// A pause that ends at the due instant and another that begins there are two: the
// due time was reached between them, and stays.
func TestAPauseThatBeginsAtTheDueInstantChangesNothing(t *testing.T) {
	cal, err := calendar.New(calendar.Spec{Hours: "Mon-Sun 00:00-00:01", Zone: "Europe/Berlin"})
	if err != nil {
		t.Fatal(err)
	}
	target, err := calendar.ParseDuration("1bd")
	if err != nil {
		t.Fatal(err)
	}
	c, err := StartClock(Clock{Kind: ClockResolution, Company: "contoso", Started: time.Date(2026, 3, 29, 15, 49, 0, 0, time.UTC), Target: target}, cal)
	if err != nil {
		t.Fatal(err)
	}
	due := c.Due
	if c, err = c.Pause(due.Add(-10*time.Hour), PauseQuestion, "1"); err == nil {
		c, err = c.Resume(cal, due, PauseQuestion, "1")
	}
	if err == nil {
		c, err = c.Pause(due, PauseQuestion, "2")
	}
	if err != nil || due.IsZero() || !c.Due.Equal(due) || !c.reckon(cal).Due.Equal(due) {
		t.Errorf("due %v, kept %v, reckoned %v (%v)", due, c.Due, c.reckon(cal).Due, err)
	}
}
