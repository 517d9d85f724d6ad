package calendar

import (
	"cmp"
	"embed"
	"slices"
	"strings"
	"sync"
	"time"

	"switchboard/internal/fault"
)

// Holiday is a day on which a calendar is closed beyond its weekly hours.
type Holiday struct {
	Date string // "2026-11-23"
	Code string // translation key: "holiday.jp.labour-thanksgiving", or "holiday.own" for a closed date of the company
}

const ownHoliday = "holiday.own"

//go:embed holidays/*.txt
var holidayFiles embed.FS

// holidaySet holds the days of one set for the years firstYear to lastYear;
// beyond them it names none.
type holidaySet struct {
	days []namedDay // ascending, one entry a day
	bits []uint64   // one bit a day from the first of January of firstYear
}

type namedDay struct {
	on   int64 // days since 1970-01-01
	code string
}

const (
	firstYear = 2019
	lastYear  = 2035
)

var firstDay = dayNumber(firstYear, time.January, 1)

func dayNumber(year int, month time.Month, d int) int64 {
	return floorDiv(time.Date(year, month, d, 0, 0, 0, 0, time.UTC).Unix(), day)
}

// HolidaySets gives the codes of the embedded sets: ISO 3166 countries,
// ascending.
var HolidaySets = sync.OnceValue(func() []string {
	entries, _ := holidayFiles.ReadDir("holidays") // an embedded folder can be read
	var out []string
	for _, entry := range entries {
		out = append(out, strings.TrimSuffix(entry.Name(), ".txt"))
	}
	return out
})

var holidaySets sync.Map // code -> *holidaySet

// holidaysOf finds a set by its code in any case; nil for "".
func holidaysOf(code string) (*holidaySet, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	if code == "" {
		return nil, nil
	}
	if set, ok := holidaySets.Load(code); ok {
		return set.(*holidaySet), nil
	}
	if _, listed := slices.BinarySearch(HolidaySets(), code); !listed {
		return nil, fault.New(fault.Invalid, "calendar.holidays-unknown", "set", shorten(code), "nearest", nearest(code, HolidaySets()))
	}
	set, err := readHolidays(code)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "internal")
	}
	kept, _ := holidaySets.LoadOrStore(code, set)
	return kept.(*holidaySet), nil
}

func readHolidays(code string) (*holidaySet, error) {
	text, err := holidayFiles.ReadFile("holidays/" + code + ".txt")
	if err != nil {
		return nil, err
	}
	rules, err := parseRules(string(text))
	if err != nil {
		return nil, err
	}
	return newHolidaySet(rules.days()), nil
}

func newHolidaySet(days []namedDay) *holidaySet {
	slices.SortStableFunc(days, func(a, b namedDay) int { return cmp.Compare(a.on, b.on) })
	days = slices.CompactFunc(days, func(a, b namedDay) bool { return a.on == b.on })
	set := &holidaySet{days: days, bits: make([]uint64, (dayNumber(lastYear+1, time.January, 1)-firstDay)/64+1)}
	for _, d := range days {
		if i := d.on - firstDay; i >= 0 && i/64 < int64(len(set.bits)) {
			set.bits[i/64] |= 1 << (i % 64)
		}
	}
	return set
}

func (s *holidaySet) has(on int64) bool {
	i := on - firstDay
	return i >= 0 && i/64 < int64(len(s.bits)) && s.bits[i/64]&(1<<(i%64)) != 0
}

// HolidaysAhead gives the holidays and own closed dates from the local day of
// an instant to the local day of the end of the span, ascending; dates that
// Open names are left out.
func (c Calendar) HolidaysAhead(from time.Time, within time.Duration) []Holiday {
	if c.b == nil || within < 0 {
		return nil
	}
	first := floorDiv(c.b.zone.wall(from.Unix()), day)
	last := floorDiv(c.b.zone.wall(from.Add(within).Unix()), day)
	var days []namedDay
	for _, on := range c.b.own {
		days = append(days, namedDay{on, ownHoliday})
	}
	if c.b.holidays != nil {
		days = append(slices.Clone(c.b.holidays.days), days...) // the public name stands above the own one
	}
	slices.SortStableFunc(days, func(a, b namedDay) int { return cmp.Compare(a.on, b.on) })
	days = slices.CompactFunc(days, func(a, b namedDay) bool { return a.on == b.on })
	var out []Holiday
	for _, d := range days {
		if d.on >= first && d.on <= last && !c.b.open[d.on] {
			out = append(out, Holiday{time.Unix(d.on*day, 0).UTC().Format(time.DateOnly), d.code})
		}
	}
	return out
}

// HolidayCodes gives every code that HolidaysAhead can name, ascending: the
// catalogs need a name for each.
func HolidayCodes() ([]string, error) {
	codes := []string{ownHoliday}
	for _, name := range HolidaySets() {
		set, err := holidaysOf(name)
		if err != nil {
			return nil, err
		}
		for _, d := range set.days {
			codes = append(codes, d.code)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes), nil
}
