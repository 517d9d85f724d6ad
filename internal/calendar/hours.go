package calendar

import (
	"slices"
	"strings"

	"switchboard/internal/fault"
)

const (
	minute = int64(60)
	day    = int64(24 * 60 * 60)
)

// shift is a span of local time in seconds from the midnight that begins its
// day; one that runs over midnight ends after day. It belongs to the day on
// which it begins: a holiday closes the shifts that begin on it.
type shift struct{ from, to int64 }

const alwaysOpen = "24x7"

// parseHours reads "24x7" or groups of days and times:
//
//	Mon-Fri 09:00-12:00,13:00-17:30; Sat 09:00-12:00
//	Mon,Wed 22:00-06:00; Sun 00:00-24:00
//
// Several groups for one day add up. seven is true for 24x7. An empty text
// gives no hours and no error: unknown.
func parseHours(text string) (week [7][]shift, seven bool, err error) {
	text = strings.TrimSpace(text)
	switch text {
	case "":
		return week, false, nil
	case alwaysOpen:
		for i := range week {
			week[i] = []shift{{0, day}}
		}
		return week, true, nil
	}
	for _, group := range strings.Split(text, ";") {
		if strings.TrimSpace(group) == "" { // a trailing semicolon is harmless
			continue
		}
		if !addGroup(&week, group) {
			return [7][]shift{}, false, hoursInvalid(group)
		}
	}
	for _, hours := range week {
		if len(hours) > 0 {
			return week, false, nil
		}
	}
	return week, false, hoursInvalid(text)
}

func hoursInvalid(value string) error {
	return fault.New(fault.Invalid, "calendar.hours-invalid", "value", shorten(value))
}

// shorten keeps hostile input out of error sentences.
func shorten(value string) string {
	value = strings.ToValidUTF8(strings.TrimSpace(value), "?")
	if runes := []rune(value); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return value
}

func addGroup(week *[7][]shift, group string) bool {
	cut := strings.IndexAny(group, "0123456789")
	if cut < 0 {
		return false
	}
	days, ok := parseDays(group[:cut])
	if !ok {
		return false
	}
	shifts, ok := parseTimes(group[cut:])
	if !ok {
		return false
	}
	for i, on := range days {
		if on {
			week[i] = union(append(slices.Clone(week[i]), shifts...))
		}
	}
	return true
}

var dayNames = [7]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func dayOf(name string) (int, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	for i, full := range dayNames {
		if name == full || name == full[:3] {
			return i, true
		}
	}
	return 0, false
}

// parseDays reads "Mon-Fri", "Mon,Wed" and mixtures; a range may turn the
// week ("Fri-Mon").
func parseDays(text string) (days [7]bool, ok bool) {
	for _, part := range strings.Split(text, ",") {
		first, last, ranged := strings.Cut(part, "-")
		from, ok := dayOf(first)
		if !ok {
			return days, false
		}
		to := from
		if ranged {
			if to, ok = dayOf(last); !ok {
				return days, false
			}
		}
		days[from] = true
		for i := from; i != to; {
			i = (i + 1) % 7
			days[i] = true
		}
	}
	return days, true
}

// parseTimes reads "09:00-12:00,13:00-17:30". An end at or before midnight of
// the next day that is earlier than its beginning runs over midnight.
func parseTimes(text string) ([]shift, bool) {
	var shifts []shift
	for _, part := range strings.Split(text, ",") {
		first, last, found := strings.Cut(part, "-")
		from, fromOK := parseClock(first)
		to, toOK := parseClock(last)
		if !found || !fromOK || !toOK || from == to || from == day {
			return nil, false
		}
		if to < from {
			to += day
		}
		shifts = append(shifts, shift{from, to})
	}
	return union(shifts), true
}

// parseClock reads "9:00", "09:00" and "24:00" into seconds of the day.
func parseClock(text string) (int64, bool) {
	hours, minutes, found := strings.Cut(strings.TrimSpace(text), ":")
	h, hOK := digits(hours, 1, 2)
	m, mOK := digits(minutes, 2, 2)
	if !found || !hOK || !mOK || m > 59 || h > 24 || (h == 24 && m > 0) {
		return 0, false
	}
	return (h*60 + m) * minute, true
}

// digits reads a plain number of shortest to longest ASCII digits.
func digits(text string, shortest, longest int) (n int64, ok bool) {
	if len(text) < shortest || len(text) > longest {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(text[i]-'0')
	}
	return n, true
}

// union sorts spans of local time and joins those that touch.
func union(shifts []shift) []shift {
	slices.SortFunc(shifts, func(a, b shift) int { return int(a.from - b.from) })
	var out []shift
	for _, s := range shifts {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// minus takes a closed span out of some shifts.
func minus(shifts []shift, closed shift) []shift {
	var out []shift
	for _, s := range shifts {
		if left := (shift{s.from, min(s.to, closed.from)}); left.from < left.to {
			out = append(out, left)
		}
		if right := (shift{max(s.from, closed.to), s.to}); right.from < right.to {
			out = append(out, right)
		}
	}
	return out
}
