package calendar

import (
	"testing"
	"time"
)

// The whole answer to "who answers this" has 20 us; a calendar is asked a few
// times in it.
func BenchmarkCalendar(b *testing.B) {
	c := mustNew(b, berlin)
	now := time.Date(2026, 11, 20, 15, 10, 0, 0, time.UTC)
	closed := now.Add(30 * time.Hour)
	for name, f := range map[string]func(){
		"OpenAt":      func() { c.OpenAt(now) },
		"OpenUntil":   func() { c.OpenUntil(now) },
		"NextOpening": func() { c.NextOpening(closed) },
		"Due/4h":      func() { c.Due(now, Duration{minutes: 240}) },
		"Due/40h":     func() { c.Due(now, Duration{minutes: 2400}) },
		"Due/2bd":     func() { c.Due(now, Duration{days: 2}) },
		"Working/30d": func() { c.Working(now, now.Add(30*24*time.Hour)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		mustNew(b, berlin)
	}
}
