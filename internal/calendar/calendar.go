// Package calendar answers one question: what do the working hours of a
// company make of an instant or of a promise?
//
// A Calendar is a zone, weekly hours, a holiday set and single closed or open
// dates. Hours that nobody gave stay unknown: nothing here ever guesses them
// (spec 3 section 2). All results are real instants in UTC, exact to the
// minute over the nights on which clocks are put forward or back (spec 2
// section 6: such a night must not create or lose a breach).
//
// One reading holds everywhere: a local time is reached at the first instant
// at which the wall clock shows that time or a later one. A time that the
// spring gap leaves out is reached when the gap ends; a time that the autumn
// overlap shows twice is reached the first time. So opening hours never
// flicker, and their order on the wall is their order in time.
package calendar

import (
	"slices"
	"strings"
	"time"
)

// Spec is a calendar as the world format writes it (spec 3 section 2).
type Spec struct {
	Hours    string   // "24x7" or "Mon-Fri 09:00-12:00,13:00-17:30; Sat 09:00-12:00"; empty = unknown
	Zone     string   // IANA name; empty = unknown
	Holidays string   // code of a holiday set ("JP"); empty = none
	Closed   []string // "2026-12-24": closed all day; "2026-12-24 12:00-18:00": closed in these hours
	Open     []string // "2026-11-23": open in spite of a holiday; "2026-12-24 09:00-12:00": that day's hours are these
}

// Calendar is an immutable value. The zero value has unknown hours.
type Calendar struct{ b *body }

type body struct {
	zone     *zone
	always   bool
	week     [7][]shift        // by weekday, Sunday first
	special  map[int64][]shift // final hours of the days that Closed and Open change
	open     map[int64]bool    // days that Open names: no holiday is announced for them
	holidays *holidaySet       // nil = none
	own      []int64           // days closed by Closed, ascending
	horizon  int64             // days ahead in which a regular opening is certain to come
}

// New builds a calendar. Errors are *fault.Error of kind invalid:
// calendar.hours-invalid {value}, calendar.zone-unknown {zone, nearest},
// calendar.holidays-unknown {set, nearest}, calendar.date-invalid {value}.
// Hours without a zone stay unknown, except 24x7, which is the same everywhere.
func New(spec Spec) (Calendar, error) {
	b := &body{horizon: 400}
	var err error
	if b.zone, err = zoneOf(spec.Zone); err != nil {
		return Calendar{}, err
	}
	week, seven, err := parseHours(spec.Hours)
	if err != nil {
		return Calendar{}, err
	}
	set, err := holidaysOf(spec.Holidays)
	if err != nil {
		return Calendar{}, err
	}
	days, err := parseDates(spec.Closed, spec.Open)
	if err != nil {
		return Calendar{}, err
	}
	if strings.TrimSpace(spec.Hours) == "" || (spec.Zone == "" && !seven) {
		return Calendar{}, nil
	}
	b.week = week
	if !seven { // 24x7 says that no day is left out, holidays included
		b.holidays = set
	}
	b.apply(days)
	b.always = b.holidays == nil && len(b.special) == 0 && everyDay(week)
	return Calendar{b}, nil
}

func everyDay(week [7][]shift) bool {
	for _, hours := range week {
		if !slices.Equal(hours, []shift{{0, day}}) {
			return false
		}
	}
	return true
}

// Known tells whether hours (and the zone they need) were given.
func (c Calendar) Known() bool { return c.b != nil }

// Always tells whether the calendar never closes.
func (c Calendar) Always() bool { return c.b != nil && c.b.always }

// Zone is the zone of the hours; UTC when unknown.
func (c Calendar) Zone() *time.Location {
	if c.b == nil {
		return time.UTC
	}
	return c.b.zone.loc
}
