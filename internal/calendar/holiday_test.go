package calendar

import (
	"slices"
	"testing"
	"time"
)

// datesOf lists the days of a set in a year as "01-02".
func datesOf(t *testing.T, set string, year int) []string {
	t.Helper()
	s, err := holidaysOf(set)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range s.days {
		if on := time.Unix(d.on*day, 0).UTC(); on.Year() == year {
			out = append(out, on.Format("01-02"))
		}
	}
	return out
}

// Years as the governments published them, weekdays and weekend days alike.
func TestHolidayYearsAsPublished(t *testing.T) {
	for _, test := range []struct {
		set  string
		year int
		days []string
	}{
		{"JP", 2019, []string{"01-01", "01-14", "02-11", "03-21", "04-29", "04-30", "05-01", "05-02", "05-03", "05-04", "05-05", "05-06", "07-15", "08-11", "08-12", "09-16", "09-23", "10-14", "10-22", "11-03", "11-04", "11-23"}},
		{"JP", 2021, []string{"01-01", "01-11", "02-11", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05", "07-22", "07-23", "08-08", "08-09", "09-20", "09-23", "11-03", "11-23"}},
		{"JP", 2026, []string{"01-01", "01-12", "02-11", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05", "05-06", "07-20", "08-11", "09-21", "09-22", "09-23", "10-12", "11-03", "11-23"}},
		{"TW", 2023, []string{"01-01", "01-02", "01-20", "01-21", "01-22", "01-23", "01-24", "01-25", "01-26", "01-27", "02-27", "02-28", "04-03", "04-04", "04-05", "05-01", "06-22", "06-23", "09-29", "10-09", "10-10"}},
		{"TW", 2025, []string{"01-01", "01-27", "01-28", "01-29", "01-30", "01-31", "02-28", "04-03", "04-04", "05-01", "05-30", "05-31", "09-28", "09-29", "10-06", "10-10", "10-24", "10-25", "12-25"}},
		{"TW", 2026, []string{"01-01", "02-15", "02-16", "02-17", "02-18", "02-19", "02-20", "02-27", "02-28", "04-03", "04-04", "04-05", "04-06", "05-01", "06-19", "09-25", "09-28", "10-09", "10-10", "10-25", "10-26", "12-25"}},
		{"US", 2021, []string{"01-01", "01-18", "02-15", "05-31", "06-18", "06-19", "07-04", "07-05", "09-06", "10-11", "11-11", "11-25", "12-24", "12-25", "12-31"}},
		{"GB", 2022, []string{"01-01", "01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-25", "12-26", "12-27"}},
		{"DE", 2026, []string{"01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26"}},
		{"FR", 2026, []string{"01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"}},
		{"NL", 2025, []string{"01-01", "04-20", "04-21", "04-26", "05-05", "05-29", "06-08", "06-09", "12-25", "12-26"}},
		{"CA", 2026, []string{"01-01", "04-03", "05-18", "07-01", "09-07", "09-30", "10-12", "11-11", "12-25", "12-26", "12-28"}},
		{"AU", 2026, []string{"01-01", "01-26", "04-03", "04-06", "04-25", "12-25", "12-26", "12-28"}},
		{"IN", 2026, []string{"01-26", "08-15", "10-02"}},
		{"SG", 2023, []string{"01-01", "01-02", "01-22", "01-23", "01-24", "04-07", "04-22", "05-01", "06-02", "06-29", "08-09", "09-01", "11-12", "11-13", "12-25"}},
		{"KR", 2025, []string{"01-01", "01-27", "01-28", "01-29", "01-30", "03-01", "03-03", "05-01", "05-05", "05-06", "06-03", "06-06", "08-15", "10-03", "10-05", "10-06", "10-07", "10-08", "10-09", "12-25"}},
	} {
		if got := datesOf(t, test.set, test.year); !slices.Equal(got, test.days) {
			t.Errorf("%s %d\ngot      %v\nexpected %v", test.set, test.year, got, test.days)
		}
	}
}

func TestHolidaysAhead(t *testing.T) {
	spec := tokyo
	spec.Closed = []string{"2026-11-25", "2026-11-23", "2026-11-26 12:00-18:00"}
	spec.Open = []string{"2026-12-29 09:00-12:00"}
	got := mustNew(t, spec).HolidaysAhead(at(t, "2026-11-20T10:00:00Z"), 45*24*time.Hour)
	expected := []Holiday{{"2026-11-23", "holiday.jp.labour-thanksgiving"}, {"2026-11-25", "holiday.own"}, {"2027-01-01", "holiday.jp.new-year"}}
	if !slices.Equal(got, expected) {
		t.Errorf("got %v", got)
	}
	spec.Open = []string{"2026-11-23"}
	if got := mustNew(t, spec).HolidaysAhead(at(t, "2026-11-22T15:00:00Z"), 0); got != nil {
		t.Errorf("a holiday on which the company works was announced: %v", got)
	}
	if got := mustNew(t, tokyo).HolidaysAhead(at(t, "2026-11-22T15:00:00Z"), 0); len(got) != 1 {
		t.Errorf("the holiday of the present local day is missing: %v", got)
	}
}

func TestEverySetReachesEveryYear(t *testing.T) {
	for _, set := range HolidaySets() {
		for year := firstYear; year <= lastYear; year++ {
			if len(datesOf(t, set, year)) < 3 {
				t.Errorf("%s %d has fewer than three holidays", set, year)
			}
		}
	}
	for _, set := range []string{"US", "GB", "DE", "FR", "JP", "TW", "CA", "AU", "NL", "IN", "SG", "KR"} {
		if !slices.Contains(HolidaySets(), set) {
			t.Errorf("%s is missing", set)
		}
	}
}

func TestBadHolidayLinesAreRefused(t *testing.T) {
	for _, text := range []string{"x", "x 13-45", "x foo#1/02", "x easter*2", "x 01-01 +sideways", "x 01-01 in:soon", "x y:+1", "x equinox/winter", "x foo<=01-02"} {
		if _, err := parseRules(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

// Easter Sundays as the Book of Common Prayer tables give them.
func TestEaster(t *testing.T) {
	for year, expected := range map[int]string{1954: "04-18", 1981: "04-19", 2019: "04-21", 2024: "03-31", 2026: "04-05", 2035: "03-25", 2038: "04-25", 2049: "04-18", 2076: "04-19"} {
		if got := time.Unix(easter(year)*day, 0).UTC().Format("01-02"); got != expected {
			t.Errorf("%d: %s, expected %s", year, got, expected)
		}
	}
}
