package casework

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/i18n"
)

func explained(c Clock, cal calendar.Calendar, now time.Time) string {
	var out strings.Builder
	for _, l := range c.Explain(cal, now) {
		fmt.Fprintf(&out, "%s %s", l.Code, l.From.Format("Mon 02 15:04"))
		if !l.To.IsZero() {
			out.WriteString(" to " + l.To.Format("Mon 02 15:04"))
		}
		for _, part := range []string{l.Ref, l.Name, l.Target.String()} {
			if part != "" {
				out.WriteString(" " + part)
			}
		}
		if l.Length != 0 {
			out.WriteString(" " + l.Length.String())
		}
		if l.Share != 0 {
			fmt.Fprintf(&out, " %d%%", l.Share)
		}
		out.WriteString("\n")
	}
	return out.String()
}

// Spec 2 section 6: "started, paused 3 h for question 2, Labour Thanksgiving
// Day JP ...".
func TestAClockExplainsItself(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	at := func(text string) time.Time { return clockAt(t, "Asia/Tokyo", "2026-11-"+text) }
	c := clockStart(t, cal, at("20 17:00:00"), "4h")
	c, err := c.Pause(at("24 10:00:00"), PauseQuestion, "2")
	if err != nil {
		t.Fatal(err)
	}
	if c, err = c.Resume(cal, at("24 13:00:00"), PauseQuestion, "2"); err != nil {
		t.Fatal(err)
	}
	c, _ = c.Warn(cal, at("24 15:30:00"))
	if c, err = c.Stop(cal, at("24 15:30:00"), ClockMet); err != nil {
		t.Fatal(err)
	}
	expected := `started Fri 20 17:00 Asia/Tokyo
target Fri 20 17:00 agr-1 v2, critical 4h 4h0m0s
counted Fri 20 17:00 to Fri 20 18:00 1h0m0s
outside Fri 20 18:00 to Mon 23 00:00
holiday Mon 23 00:00 to Tue 24 00:00 holiday.jp.labour-thanksgiving
outside Tue 24 00:00 to Tue 24 09:00
counted Tue 24 09:00 to Tue 24 10:00 1h0m0s
warned Tue 24 10:00 50%
question Tue 24 10:00 to Tue 24 13:00 2 3h0m0s
counted Tue 24 13:00 to Tue 24 15:00 2h0m0s
warned Tue 24 14:00 75%
warned Tue 24 15:00 100%
due Tue 24 15:00
over Tue 24 15:00 to Tue 24 15:30 30m0s
stopped.missed Tue 24 15:30
`
	if got := explained(c, cal, at("30 12:00:00")); got != expected {
		t.Errorf("got\n%s\nexpected\n%s", got, expected)
	}
}

func TestAClockExplainsSummerTimeAndClosedDates(t *testing.T) {
	cal := clockCalendar(t, calendar.Spec{Hours: "Mon-Sun 00:00-24:00", Zone: "Europe/Berlin", Closed: []string{"2026-03-28"}})
	at := func(text string) time.Time { return clockAt(t, "Europe/Berlin", "2026-03-"+text) }
	c := clockStart(t, cal, at("27 22:00:00"), "6h")
	expected := `started Fri 27 22:00 Europe/Berlin
target Fri 27 22:00 agr-1 v2, critical 6h 6h0m0s
counted Fri 27 22:00 to Sat 28 00:00 2h0m0s
closed Sat 28 00:00 to Sun 29 00:00
counted Sun 29 00:00 to Sun 29 04:00 3h0m0s
clock-forward Sun 29 03:00 1h0m0s
left Sun 29 04:00 1h0m0s
due Sun 29 05:00
`
	got := explained(c, cal, at("29 04:00:00"))
	if got != strings.ReplaceAll(expected, "left Sun 29 04:00 1h0m0s\ndue Sun 29 05:00\n", "due Sun 29 05:00\nleft Sun 29 04:00 1h0m0s\n") {
		t.Errorf("got\n%s\nexpected\n%s", got, expected)
	}
	back := clockCalendar(t, clockNight)
	c = clockStart(t, back, clockAt(t, "Europe/Berlin", "2026-10-24 12:00:00"), "24h")
	if got := explained(c, back, c.Due); !strings.Contains(got, "clock-back Sun 25 02:00 1h0m0s\n") {
		t.Error(got)
	}
}

func TestAClockWithUnknownHoursSaysSo(t *testing.T) {
	c := clockStart(t, calendar.Calendar{}, clockAt(t, "UTC", "2026-11-13 10:00:00"), "4h")
	c, err := c.Pause(c.Started.Add(time.Hour), PauseQuestion, "1")
	if err != nil {
		t.Fatal(err)
	}
	expected := `started Fri 13 10:00 UTC
target Fri 13 10:00 agr-1 v2, critical 4h
hours-unknown Fri 13 10:00
question Fri 13 11:00 to Fri 13 12:00 1
`
	if got := explained(c, calendar.Calendar{}, c.Started.Add(2*time.Hour)); got != expected {
		t.Errorf("got\n%s\nexpected\n%s", got, expected)
	}
}

func TestACustomerClockTellsWallTime(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	c, err := StartClock(Clock{Kind: ClockCustomer, Company: "northwind", Started: clockAt(t, "Asia/Tokyo", "2026-11-20 17:00:00")}, cal)
	if err != nil {
		t.Fatal(err)
	}
	expected := `started Fri 20 17:00 Asia/Tokyo
counted Fri 20 17:00 to Tue 24 17:00 96h0m0s
`
	if got := explained(c, cal, c.Started.Add(96*time.Hour)); got != expected {
		t.Errorf("got\n%s\nexpected\n%s", got, expected)
	}
}

// Every line, fault and log entry is a sentence in each language, and every
// value that it names is given.
func TestEveryLineHasASentence(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 11, 24, 10, 0, 0, 0, tokyo)
	for _, lang := range i18n.Langs() {
		p := i18n.For(lang)
		tell := func(key string, args map[string]any) {
			if text := p.T(key, args); !p.Has(key) || strings.ContainsAny(text, "{}") || strings.Contains(text, "holiday.") || strings.Contains(text, "clock.") {
				t.Errorf("%s: %s is %q", lang, key, text)
			}
		}
		for _, code := range LineCodes() {
			line := ClockLine{Code: code, From: from, To: from.Add(time.Hour), Length: 30 * time.Hour, Share: 75, Ref: "2026-12-01", Name: "holiday.jp.labour-thanksgiving", Target: clockTarget(t, "4h")}
			tell(line.Key(), line.Args())
			line.Length, line.Name, line.Ref = 0, "", ""
			if code != LineHoliday {
				tell(line.Key(), line.Args())
			}
		}
		for _, rule := range []RecomputeRule{FromStart, FromChange, BreachStays, Unchanged} {
			for _, kind := range ClockKinds() {
				r := Recomputed{Kind: kind, Company: "contoso", Rule: rule, Target: clockTarget(t, "4h"), Due: from}
				tell(r.Key(), r.Args(tokyo))
				r.WasDue, r.Due = r.Due, time.Time{}
				tell(r.Key(), r.Args(tokyo))
			}
		}
		for _, why := range PauseReasons() {
			tell("clock.reason."+string(why), nil)
			tell("clock.pause-reference."+string(why), nil)
		}
		for _, code := range []string{"stopped", "never-pauses", "paused-already", "not-paused", "pause-reason"} {
			tell("clock."+code, nil)
		}
		tell("clock.promise-past", map[string]any{"promised": from})
	}
}

func TestSentencesOfAClock(t *testing.T) {
	cal := clockCalendar(t, clockTokyo)
	c := clockStart(t, cal, clockAt(t, "Asia/Tokyo", "2026-11-20 17:00:00"), "30h")
	c, err := c.Pause(clockAt(t, "Asia/Tokyo", "2026-11-24 10:00:00"), PauseQuestion, "2")
	if err != nil {
		t.Fatal(err)
	}
	lines := c.Explain(cal, clockAt(t, "Asia/Tokyo", "2026-11-24 13:00:00"))
	i := slices.IndexFunc(lines, func(l ClockLine) bool { return l.Code == LineQuestion })
	for lang, expected := range map[i18n.Lang][]string{
		i18n.English:            {"Target: 30 h, by agr-1 v2, critical; working time: 30 h.", "Tue 24 Nov 2026, 10:00 to Tue 24 Nov 2026, 13:00: paused for question 2; 3 h of working time did not count."},
		i18n.Japanese:           {"目標：30時間（agr-1 v2, critical）、営業時間で30時間。", "2026年11月24日(火) 10:00から2026年11月24日(火) 13:00まで：質問2の回答待ちで一時停止しました。営業時間3時間は計上されません。"},
		i18n.TraditionalChinese: {"目標：30 小時（agr-1 v2, critical），相當於服務時間 30 小時。", "2026/11/24（週二）10:00 至 2026/11/24（週二）13:00：因等候提問 2 的回覆而暫停，服務時間 3 小時不計入。"},
	} {
		p := i18n.For(lang)
		for n, l := range []ClockLine{lines[1], lines[i]} {
			if got := p.T(l.Key(), l.Args()); got != expected[n] {
				t.Errorf("%s: %s", lang, got)
			}
		}
	}
}
