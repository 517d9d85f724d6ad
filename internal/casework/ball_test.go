package casework

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchboard/internal/calendar"
)

// However the ball is passed, and however the machine's clock jumps: one
// company holds it at every instant, the wall times add up to the whole time,
// and each business time is what a walk through the minutes counts.
func TestBallTimeAddsUpToTheWholeTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		companies := []string{"northwind", "tailspin", "contoso", "hourless"}
		calendars := map[string]calendar.Calendar{}
		for _, company := range companies[:3] {
			calendars[company], _ = drawClockCalendar(t)
		}
		_, about := drawClockCalendar(t)
		var holdings []Holding
		for range rapid.IntRange(1, 8).Draw(t, "passes") {
			minute := rapid.IntRange(0, 6*1440).Draw(t, "minute")
			holdings = PassBall(holdings, rapid.SampledFrom(companies).Draw(t, "company"), about.Add(time.Duration(minute)*time.Minute))
		}
		until := about.Add(time.Duration(rapid.IntRange(0, 8*1440).Draw(t, "until")) * time.Minute)
		times, err := BallTimes(holdings, func(company string) calendar.Calendar { return calendars[company] }, until)
		if err != nil {
			t.Fatal(err)
		}
		var wall time.Duration
		for _, b := range times {
			wall += b.Wall
			if b.Known != (b.Company != "hourless") {
				t.Fatalf("%+v", b)
			}
		}
		if whole := max(0, until.Sub(holdings[0].From)); wall != whole {
			t.Fatalf("%+v\nadds up to %v of %v", times, wall, whole)
		}
		checkBusinessTime(t, holdings, calendars, until, times)
	})
}

func checkBusinessTime(t *rapid.T, holdings []Holding, calendars map[string]calendar.Calendar, until time.Time, times []BallTime) {
	business := map[string]time.Duration{}
	for at := holdings[0].From; at.Before(until); at = at.Add(time.Minute) {
		holders := 0
		for _, h := range holdings {
			if at.Before(h.From) || !h.To.IsZero() && !at.Before(h.To) {
				continue
			}
			holders++
			if calendars[h.Company].OpenAt(at) {
				business[h.Company] += time.Minute
			}
		}
		if holders != 1 {
			t.Fatalf("%d companies hold the ball at %v: %+v", holders, at, holdings)
		}
	}
	for _, b := range times {
		if b.Business != business[b.Company] {
			t.Fatalf("%s has %v of business time, the walk counts %v", b.Company, b.Business, business[b.Company])
		}
	}
}

func TestBallTimeStory(t *testing.T) {
	tokyo, berlin := clockCalendar(t, clockTokyo), clockCalendar(t, clockBerlin)
	at := func(text string) time.Time { return clockAt(t, "Asia/Tokyo", "2026-11-"+text) }
	holdings := PassBall(nil, "tailspin", at("20 17:00:00"))
	holdings = PassBall(holdings, "tailspin", at("20 17:30:00")) // it has the ball already
	holdings = PassBall(holdings, "contoso", at("24 10:00:00"))
	holdings = PassBall(holdings, "tailspin", at("24 18:00:00"))
	times, err := BallTimes(holdings, func(company string) calendar.Calendar {
		return map[string]calendar.Calendar{"tailspin": tokyo, "contoso": berlin}[company]
	}, at("25 12:00:00"))
	expected := []BallTime{
		{"tailspin", 2, 89*time.Hour + 18*time.Hour, time.Hour + time.Hour + 3*time.Hour, true},
		{"contoso", 1, 8 * time.Hour, time.Hour, true}, // 02:00 to 10:00 in Berlin
	}
	if err != nil || len(times) != 2 || times[0] != expected[0] || times[1] != expected[1] {
		t.Errorf("%+v %v, expected %+v", times, err, expected)
	}
}

func TestHoldingsWithAGapOrAnOverlapAreRefused(t *testing.T) {
	start := clockAt(t, "UTC", "2026-11-13 10:00:00")
	hour := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	for name, holdings := range map[string][]Holding{
		"gap":       {{"a", hour(0), hour(1)}, {"b", hour(2), time.Time{}}},
		"overlap":   {{"a", hour(0), hour(2)}, {"b", hour(1), time.Time{}}},
		"two open":  {{"a", hour(0), time.Time{}}, {"b", hour(1), time.Time{}}},
		"backwards": {{"a", hour(1), hour(0)}, {"b", hour(0), time.Time{}}},
	} {
		if _, err := BallTimes(holdings, func(string) calendar.Calendar { return calendar.Calendar{} }, hour(9)); err == nil {
			t.Errorf("%s: reported", name)
		}
	}
	if times, err := BallTimes(nil, nil, start); err != nil || times != nil {
		t.Errorf("%v %v", times, err)
	}
}
