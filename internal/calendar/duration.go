package calendar

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"switchboard/internal/fault"
)

// Duration is a promised time: working minutes or business days, never both.
// The zero value is no promise. Durations can be compared with ==.
type Duration struct{ minutes, days int64 }

const (
	maxMinutes = 9999 * 60
	maxDays    = 999
)

// ParseDuration reads "30m", "4h", "1h30m" or "2bd". Nothing, zero, and more
// than 9999 hours or 999 business days are refused with the fault
// calendar.duration-invalid {value}.
func ParseDuration(text string) (Duration, error) {
	trimmed := strings.TrimSpace(text)
	var d Duration
	ok := false
	if count, days := strings.CutSuffix(trimmed, "bd"); days {
		d.days, ok = digits(count, 1, 4)
	} else {
		d.minutes, ok = parseMinutes(trimmed)
	}
	if !ok || d.IsZero() || d.minutes > maxMinutes || d.days > maxDays {
		return Duration{}, fault.New(fault.Invalid, "calendar.duration-invalid", "value", shorten(text))
	}
	return d, nil
}

func parseMinutes(text string) (int64, bool) {
	total, ok := int64(0), false
	if count, rest, found := strings.Cut(text, "h"); found {
		hours, valid := digits(count, 1, 4)
		if !valid {
			return 0, false
		}
		total, text, ok = hours*60, rest, true
	}
	if text == "" {
		return total, ok
	}
	count, found := strings.CutSuffix(text, "m")
	minutes, valid := digits(count, 1, 6)
	return total + minutes, found && valid
}

// BusinessDays of a promise in business days, else 0.
func (d Duration) BusinessDays() int { return int(d.days) }

// Working time of a promise in hours and minutes, else 0.
func (d Duration) Working() time.Duration { return time.Duration(d.minutes) * time.Minute }

// IsZero tells whether nothing is promised.
func (d Duration) IsZero() bool { return d == Duration{} }

// String is the form that ParseDuration reads: "1h30m", "45m", "2bd", "" for
// none. 90m and 1h30m are one promise and print alike.
func (d Duration) String() string {
	switch {
	case d.days > 0:
		return strconv.FormatInt(d.days, 10) + "bd"
	case d.minutes == 0:
		return ""
	case d.minutes < 60:
		return strconv.FormatInt(d.minutes, 10) + "m"
	case d.minutes%60 == 0:
		return strconv.FormatInt(d.minutes/60, 10) + "h"
	}
	return fmt.Sprintf("%dh%dm", d.minutes/60, d.minutes%60)
}

// officeDay is what a business day weighs against hours when two promises are
// compared without a calendar.
const officeDay = 8 * 60

// Less orders promises from the shortest. Between the two units it is a rule of
// thumb (a business day weighs 8 hours and loses a tie); only Due knows the
// truth for a given calendar.
func (d Duration) Less(other Duration) bool {
	weigh := cmp.Compare(d.minutes+d.days*officeDay, other.minutes+other.days*officeDay)
	return weigh < 0 || (weigh == 0 && d.days < other.days)
}

// MarshalText writes String.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDuration reads; empty is no promise.
func (d *Duration) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Duration{}
		return nil
	}
	parsed, err := ParseDuration(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}
