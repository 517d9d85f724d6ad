package calendar

import (
	"testing"
	"time"

	"switchboard/internal/fault"
)

func TestParseDurationPrintsTheSamePromise(t *testing.T) {
	for text, expected := range map[string]string{"30m": "30m", "4h": "4h", "1h30m": "1h30m", "90m": "1h30m", "72h": "72h", "2bd": "2bd", " 8h ": "8h", "0h5m": "5m"} {
		d, err := ParseDuration(text)
		if err != nil || d.String() != expected {
			t.Errorf("%q: %q %v", text, d, err)
		}
	}
	for _, text := range []string{"", "0m", "0bd", "4", "h", "bd", "-1h", "1d", "1.5h", "30m1h", "1bd4h", "2bd ago", "10000h", "1000bd", "99999999999999999999m", "4H"} {
		if d, err := ParseDuration(text); err == nil || fault.Of(err).Code != "calendar.duration-invalid" {
			t.Errorf("%q was read as %q, %v", text, d, err)
		}
	}
}

func TestDurationsAreOrdered(t *testing.T) {
	order := []string{"30m", "1h", "4h", "8h", "1bd", "9h", "2bd", "17h"}
	for i, a := range order {
		for j, b := range order {
			if got := mustDuration(t, a).Less(mustDuration(t, b)); got != (i < j) {
				t.Errorf("%s < %s = %v", a, b, got)
			}
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"30m", "4h", "1h30m", "2bd", "0m", "9999h", "h", "1h1h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		again, err := ParseDuration(d.String())
		if err != nil || again != d || d.IsZero() || (d.BusinessDays() > 0) == (d.Working() > 0) {
			t.Errorf("%q -> %q -> %q %v", text, d, again, err)
		}
	})
}

func FuzzParseHours(f *testing.F) {
	for _, seed := range []string{"24x7", "Mon-Fri 09:00-12:00,13:00-17:30; Sat 09:00-12:00", "Fri-Mon,Wed 22:00-06:00", "Sun 00:00-24:00;", "Mon"} {
		f.Add(seed)
	}
	monday := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := New(Spec{Hours: text, Zone: "Europe/Berlin"})
		if err != nil || !c.Known() {
			return
		}
		week := 7 * 24 * time.Hour
		if got := c.Working(monday, monday.Add(week)); got <= 0 || got > week {
			t.Errorf("%q has %v of work in a week", text, got)
		}
		if due, ok := c.Due(monday, Duration{minutes: 1}); !ok || !due.After(monday) {
			t.Errorf("%q: due %v %v", text, due, ok)
		}
	})
}
