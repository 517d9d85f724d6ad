package calendar

import (
	"testing"
	"time"

	"switchboard/internal/fault"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	got, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func mustNew(t testing.TB, spec Spec) Calendar {
	t.Helper()
	c, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustDuration(t testing.TB, text string) Duration {
	t.Helper()
	d, err := ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var (
	berlin = Spec{Hours: "Mon-Fri 09:00-12:00,13:00-17:30; Sat 09:00-12:00", Zone: "Europe/Berlin", Holidays: "DE"}
	tokyo  = Spec{Hours: "Mon-Fri 09:00-18:00", Zone: "Asia/Tokyo", Holidays: "JP"}
	taipei = Spec{Hours: "Mon-Fri 09:00-17:30", Zone: "Asia/Taipei", Holidays: "TW"}
	nights = Spec{Hours: "Mon-Sun 22:00-06:00", Zone: "Europe/Berlin"}
	always = Spec{Hours: "24x7", Zone: "Asia/Tokyo", Holidays: "JP"}
	office = Spec{Hours: "Mon-Fri 09:00-17:00", Zone: "UTC"}
)

// Spec 3 section 2: hours are working time, business days end at the same
// local time, what is asked outside hours counts from the next opening.
func TestDue(t *testing.T) {
	halfDay := berlin
	halfDay.Closed = []string{"2026-12-24", "2026-12-28 12:00-24:00"}
	halfDay.Open = []string{"2026-12-24 09:00-12:00"}
	for _, test := range []struct {
		name     string
		spec     Spec
		from     string
		promise  string
		expected string
	}{
		{"minutes within a shift", tokyo, "2026-11-20T01:00:00Z", "30m", "2026-11-20T01:30:00Z"},
		{"seconds are kept", tokyo, "2026-11-20T01:00:07Z", "1h30m", "2026-11-20T02:30:07Z"},
		{"over the lunch break", berlin, "2026-11-20T10:30:00Z", "1h", "2026-11-20T12:30:00Z"},
		{"to the very end of a shift", berlin, "2026-11-20T10:00:00Z", "1h", "2026-11-20T11:00:00Z"},
		{"over a weekend and Labour Thanksgiving Day", tokyo, "2026-11-20T08:00:00Z", "4h", "2026-11-24T03:00:00Z"},
		{"asked at night", tokyo, "2026-11-19T16:00:00Z", "1h", "2026-11-20T01:00:00Z"},
		{"a shift over midnight", nights, "2026-11-20T04:00:00Z", "2h", "2026-11-20T22:00:00Z"},
		{"a half day", halfDay, "2026-12-24T09:00:00Z", "2h30m", "2026-12-28T08:30:00Z"},
		{"closed hours", halfDay, "2026-12-28T10:00:00Z", "2h", "2026-12-29T09:00:00Z"},
		{"round the clock", always, "2026-11-20T16:00:00Z", "4h", "2026-11-20T20:00:00Z"},
		{"a business day", office, "2026-11-18T15:30:20Z", "1bd", "2026-11-19T15:30:20Z"},
		{"a business day over the weekend", office, "2026-11-20T15:30:00Z", "1bd", "2026-11-23T15:30:00Z"},
		{"business days skip holidays", tokyo, "2026-11-20T01:00:00Z", "2bd", "2026-11-25T01:00:00Z"},
		{"a business day cut to a short Saturday", berlin, "2026-11-20T14:00:00Z", "1bd", "2026-11-21T11:00:00Z"},
		{"a business day asked in the evening", office, "2026-11-20T20:00:00Z", "1bd", "2026-11-24T09:00:00Z"},
		{"a business day into a break ends before it", Spec{Hours: "Mon 09:00-17:00; Tue 09:00-12:00,13:00-17:00", Zone: "UTC"}, "2026-11-16T12:30:00Z", "1bd", "2026-11-17T12:00:00Z"},
		{"a business day before a late opening waits for it", Spec{Hours: "Mon 09:00-17:00; Tue 10:00-17:00", Zone: "UTC"}, "2026-11-16T09:30:00Z", "1bd", "2026-11-17T10:00:00Z"},
		{"a business day of a night shift belongs to the evening before", Spec{Hours: "Mon-Fri 22:00-06:00", Zone: "UTC"}, "2026-11-21T02:00:00Z", "1bd", "2026-11-24T02:00:00Z"},
		{"a business day round the clock", always, "2026-11-20T16:00:00Z", "2bd", "2026-11-22T16:00:00Z"},
		{"the Lunar New Year of Taiwan", taipei, "2026-02-13T09:00:00Z", "1h", "2026-02-23T01:30:00Z"},
		{"a business day keeps the local time over the end of summer time", berlin, "2026-10-24T08:00:00Z", "1bd", "2026-10-26T09:00:00Z"},
		{"the night that loses an hour", Spec{Hours: "Sun 00:00-06:00", Zone: "Europe/Berlin"}, "2026-03-28T23:00:00Z", "5h", "2026-03-29T04:00:00Z"},
		{"the night that wins an hour", Spec{Hours: "Sun 00:00-06:00", Zone: "Europe/Berlin"}, "2026-10-24T22:00:00Z", "7h", "2026-10-25T05:00:00Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			due, ok := mustNew(t, test.spec).Due(at(t, test.from), mustDuration(t, test.promise))
			if !ok || due != at(t, test.expected) {
				t.Errorf("due %v %v, expected %v", due, ok, test.expected)
			}
		})
	}
}

// Unknown stays unknown: no answer is ever guessed (spec 3 section 2).
func TestUnknownHoursAnswerNothing(t *testing.T) {
	now := at(t, "2026-11-20T10:00:00Z")
	for _, spec := range []Spec{{}, {Zone: "Asia/Tokyo", Holidays: "JP"}, {Hours: "Mon-Fri 09:00-17:00"}} {
		c := mustNew(t, spec)
		_, due := c.Due(now, mustDuration(t, "1h"))
		_, until := c.OpenUntil(now)
		_, next := c.NextOpening(now)
		if c.Known() || c.Always() || c.OpenAt(now) || due || until || next || c.Working(now, now.Add(time.Hour)) != 0 || c.Spans(now, now.Add(time.Hour)) != nil || c.HolidaysAhead(now, 1000*time.Hour) != nil {
			t.Errorf("%+v answered", spec)
		}
	}
	if c := mustNew(t, Spec{Hours: "24x7"}); !c.Known() || !c.Always() {
		t.Error("24x7 is the same in every zone and must be known")
	}
}

func TestOpenUntilAndNextOpening(t *testing.T) {
	for _, test := range []struct {
		name, now   string
		spec        Spec
		until, next string
	}{
		{"in the morning", "2026-11-20T08:30:00Z", berlin, "2026-11-20T11:00:00Z", ""},
		{"at lunch", "2026-11-20T11:00:00Z", berlin, "", "2026-11-20T12:00:00Z"},
		{"on Saturday afternoon", "2026-11-21T11:00:00Z", berlin, "", "2026-11-23T08:00:00Z"},
		{"before a holiday", "2026-11-22T05:00:00Z", tokyo, "", "2026-11-24T00:00:00Z"},
		{"after midnight of a night shift", "2026-11-21T01:00:00Z", nights, "2026-11-21T05:00:00Z", ""},
		{"round the clock", "2026-11-21T01:00:00Z", always, "", ""},
		{"round the clock but for Christmas", "2026-12-21T01:00:00Z", Spec{Hours: "24x7", Zone: "UTC", Closed: []string{"2026-12-25"}}, "2026-12-25T00:00:00Z", ""},
		{"days that touch at midnight are one opening", "2026-11-16T12:00:00Z", Spec{Hours: "Mon-Wed 00:00-24:00", Zone: "UTC"}, "2026-11-19T00:00:00Z", ""},
		{"no closing within a year", "2036-11-16T12:00:00Z", Spec{Hours: "Mon-Sun 00:00-24:00", Zone: "UTC", Holidays: "GB"}, "", ""},
		{"an extra Saturday has the hours of the week", "2026-11-21T02:00:00Z", Spec{Hours: "Mon-Fri 09:00-17:30", Zone: "Asia/Taipei", Open: []string{"2026-11-21"}}, "2026-11-21T09:30:00Z", ""},
		{"open in spite of a holiday", "2026-11-23T02:00:00Z", Spec{Hours: "Mon-Fri 09:00-18:00", Zone: "Asia/Tokyo", Holidays: "JP", Open: []string{"2026-11-23"}}, "2026-11-23T09:00:00Z", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := mustNew(t, test.spec)
			for ask, expected := range map[*struct {
				f func(time.Time) (time.Time, bool)
			}]string{{c.OpenUntil}: test.until, {c.NextOpening}: test.next} {
				got, ok := ask.f(at(t, test.now))
				if ok != (expected != "") || (ok && got != at(t, expected)) {
					t.Errorf("got %v %v, expected %q", got, ok, expected)
				}
			}
			if open := c.OpenAt(at(t, test.now)); open == (test.next != "") {
				t.Errorf("open %v with next opening %q", open, test.next)
			}
		})
	}
}

func TestFaultsNameTheNearest(t *testing.T) {
	for _, test := range []struct {
		spec    Spec
		code    string
		arg     string
		nearest any
	}{
		{Spec{Hours: "Mon-Fri 9-17"}, "calendar.hours-invalid", "value", "Mon-Fri 9-17"},
		{Spec{Hours: "Mo-Fr 09:00-17:00"}, "calendar.hours-invalid", "value", "Mo-Fr 09:00-17:00"},
		{Spec{Hours: "Mon 09:00-09:00"}, "calendar.hours-invalid", "value", "Mon 09:00-09:00"},
		{Spec{Hours: "Mon 09:00-25:00"}, "calendar.hours-invalid", "value", "Mon 09:00-25:00"},
		{Spec{Hours: ";"}, "calendar.hours-invalid", "value", ";"},
		{Spec{Zone: "Asia/Tokio"}, "calendar.zone-unknown", "nearest", "Asia/Tokyo"},
		{Spec{Zone: "tokyo"}, "calendar.zone-unknown", "nearest", "Asia/Tokyo"},
		{Spec{Zone: "america/new york"}, "calendar.zone-unknown", "nearest", "America/New_York"},
		{Spec{Zone: "Local"}, "calendar.zone-unknown", "zone", "Local"},
		{Spec{Zone: "../../etc/passwd"}, "calendar.zone-unknown", "nearest", ""},
		{Spec{Holidays: "JA"}, "calendar.holidays-unknown", "set", "JA"},
		{Spec{Closed: []string{"2026-02-30"}}, "calendar.date-invalid", "value", "2026-02-30"},
		{Spec{Open: []string{"2026-02-03 9-12"}}, "calendar.date-invalid", "value", "2026-02-03 9-12"},
	} {
		_, err := New(test.spec)
		got := fault.Of(err)
		if err == nil || got.Kind != fault.Invalid || got.Code != test.code || got.Args[test.arg] != test.nearest {
			t.Errorf("%+v: %v, expected %s %s=%v", test.spec, err, test.code, test.arg, test.nearest)
		}
	}
}

func TestEveryListedZoneLoads(t *testing.T) {
	for _, name := range zoneNames() {
		if _, err := zoneOf(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(zoneNames()) < 500 {
		t.Errorf("%d zones", len(zoneNames()))
	}
}

func TestWorkingAndSpans(t *testing.T) {
	c := mustNew(t, berlin)
	from, to := at(t, "2026-10-24T09:00:00Z"), at(t, "2026-10-27T09:30:00Z")
	// Saturday 11:00-12:00, Monday 3 h + 4.5 h, Tuesday 09:00-10:30, clock put back between.
	if got := c.Working(from, to); got != 10*time.Hour {
		t.Errorf("working %v", got)
	}
	spans := c.Spans(from, to)
	if len(spans) != 4 || spans[0] != (Span{from, at(t, "2026-10-24T10:00:00Z")}) || spans[3].To != to {
		t.Errorf("spans %v", spans)
	}
	if c.Working(to, from) != 0 || c.Spans(to, from) != nil {
		t.Error("a span that ends before it begins holds no work")
	}
	forever := mustNew(t, always)
	if got := forever.Working(from, to); got != to.Sub(from) || len(forever.Spans(from, to)) != 1 {
		t.Errorf("round the clock %v", got)
	}
}

// Extreme instants must neither hang nor overflow: "at" comes from outside.
func TestExtremeInstants(t *testing.T) {
	first, last := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC)
	for _, spec := range []Spec{berlin, tokyo, nights, always} {
		c := mustNew(t, spec)
		for _, moment := range []time.Time{first, last} {
			if due, ok := c.Due(moment, mustDuration(t, "9999h")); !ok || due.Before(moment) {
				t.Errorf("due %v from %v", due, moment)
			}
			if due, ok := c.Due(moment, mustDuration(t, "999bd")); !ok || due.Before(moment) {
				t.Errorf("due %v from %v", due, moment)
			}
			c.OpenUntil(moment)
			c.NextOpening(moment)
			c.HolidaysAhead(moment, time.Hour)
		}
		if c.Working(first, last) <= 0 {
			t.Error("no working time in the first hundred years")
		}
	}
}

// A pause may take odd seconds; what it took is added exactly.
func TestAddCountsWorkingTimeToTheInstant(t *testing.T) {
	c, evening := mustNew(t, berlin), "2026-11-20T17:00:00Z"
	for _, test := range []struct {
		from     string
		working  time.Duration
		expected string
	}{
		{"2026-11-20T10:30:00Z", time.Hour + 7*time.Second + time.Microsecond, "2026-11-20T12:30:07.000001Z"},
		{"2026-11-20T10:30:00Z", 30 * time.Minute, "2026-11-20T11:00:00Z"},
		{evening, time.Second, "2026-11-21T08:00:01Z"},
		{evening, 0, evening},
	} {
		if got, ok := c.Add(at(t, test.from), test.working); !ok || got != at(t, test.expected) {
			t.Errorf("%v after %s: %v %v", test.working, test.from, got, ok)
		}
	}
	if _, ok := (Calendar{}).Add(at(t, evening), time.Second); ok {
		t.Error("unknown hours answered")
	}
}
