package query

import (
	"strconv"
	"strings"
	"time"

	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// Op compares with a moment. None means "within it": on that day, at that instant.
type Op string

const (
	In     Op = ""
	Before Op = "<"
	Upto   Op = "<="
	After  Op = ">"
	Since  Op = ">="
)

// Unit says how a Moment is meant.
type Unit int

const (
	Length  Unit = iota // so long from now: left of a deadline, passed since anything else
	Day                 // a date, in the zone of whoever reads
	Today               // the date of whoever reads
	Instant             // a point of time
)

// Moment is a time that a field is compared with. It stays relative until Span
// resolves it, so that a saved view means the same tomorrow.
type Moment struct {
	Op     Op
	Unit   Unit
	Length time.Duration // of a Length
	At     time.Time     // of a Day (its midnight in UTC, as a date) or an Instant (in UTC)
}

// Span is a stretch of time: From is in it, Until is not. A zero end is open.
type Span struct{ From, Until time.Time }

// Has tells whether t lies in the span. No time lies in none.
func (s Span) Has(t time.Time) bool {
	return !t.IsZero() && !t.Before(s.From) && (s.Until.IsZero() || t.Before(s.Until))
}

// tick is the step of our clock (design/architecture 3.7): an instant is one long.
const tick = time.Microsecond

// Span resolves a moment for a field at an instant, in the zone of that instant.
// Lengths compare what is left of a deadline (due:<4h: less than 4 h left, or
// late) and what has passed since anything else (opened:>2d: more than 2 days ago).
func (m Moment) Span(f Field, now time.Time) Span {
	op := m.Op
	if m.Unit == Length && f != Due {
		op = backwards[op]
	}
	from, until := m.within(f, now)
	switch op {
	case Before:
		return Span{Until: from}
	case Upto:
		return Span{Until: until}
	case After:
		return Span{From: until}
	case Since:
		return Span{From: from}
	}
	return Span{from, until}
}

// The longer ago, the earlier.
var backwards = map[Op]Op{Before: After, Upto: Since, After: Before, Since: Upto}

// within is the stretch of time that the moment itself takes.
func (m Moment) within(f Field, now time.Time) (from, until time.Time) {
	switch {
	case m.Unit == Today:
		return midnight(now, 0, now.Location()), midnight(now, 1, now.Location())
	case m.Unit == Day:
		return midnight(m.At, 0, now.Location()), midnight(m.At, 1, now.Location())
	case m.Unit == Instant:
		from = m.At
	case f == Due:
		from = now.Add(m.Length)
	default:
		from = now.Add(-m.Length)
	}
	return from, from.Add(tick)
}

// Midnight is when the date of t, so many days later, begins in the zone of t.
func Midnight(t time.Time, days int) time.Time { return midnight(t, days, t.Location()) }

// midnight is when the date of t, so many days later, begins in a zone. Where the
// clocks jump over midnight, the day begins with the jump.
func midnight(t time.Time, days int, zone *time.Location) time.Time {
	date := time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, time.UTC)
	begin := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, zone)
	if begin.Format(time.DateOnly) < date.Format(time.DateOnly) { // still the evening before
		_, begin = begin.ZoneBounds()
	}
	return begin
}

// moment reads [op] (length | today | date | instant). A bare length is "within":
// due:4h is due:<=4h.
func moment(f Field, s string) (Value, error) {
	op, rest := operator(s)
	m := Moment{Op: op}
	var ok bool
	switch {
	case text.Fold(rest) == "today":
		m.Unit, ok = Today, true
	case m.isLength(rest):
		ok = true
		if op == In {
			m.Op = Upto
		}
	default:
		ok = m.isDate(rest)
	}
	if !ok {
		return nil, fault.New(fault.Invalid, "query.time-invalid", "field", string(f), "value", clip(s))
	}
	return m, nil
}

// operators in the order in which they are tried; ≦ and ≧ are what Japanese input
// methods offer.
var operators = []struct {
	sign string
	op   Op
}{{"<=", Upto}, {">=", Since}, {"≤", Upto}, {"≦", Upto}, {"≥", Since}, {"≧", Since}, {"<", Before}, {">", After}}

func operator(s string) (Op, string) {
	for _, o := range operators {
		if rest, ok := strings.CutPrefix(s, o.sign); ok {
			return o.op, rest
		}
	}
	return In, s
}

var units = []struct {
	letter string
	length time.Duration
}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}}

// maxDigits keeps the longest length, 99,999 days, within a time.Duration.
const maxDigits = 5

func (m *Moment) isLength(s string) bool {
	s = strings.ToLower(s)
	for _, u := range units {
		digits, ok := strings.CutSuffix(s, u.letter)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		m.Length = time.Duration(n) * u.length
		return err == nil && len(digits) <= maxDigits
	}
	return false
}

// isDate reads a date or an RFC 3339 instant of the years 1970 to 9999.
func (m *Moment) isDate(s string) bool {
	at, err := time.Parse(time.DateOnly, s)
	m.Unit = Day
	if err != nil {
		at, err = time.Parse(time.RFC3339, strings.ToUpper(s))
		m.Unit = Instant
	}
	m.At = at.UTC().Truncate(tick)
	return err == nil && m.At.Year() >= 1970 && m.At.Year() <= 9999
}

func (m Moment) written(Field) string {
	switch m.Unit {
	case Today:
		return string(m.Op) + "today"
	case Day:
		return string(m.Op) + m.At.Format(time.DateOnly)
	case Instant:
		return string(m.Op) + m.At.Format(time.RFC3339Nano)
	}
	for _, u := range units {
		if m.Length%u.length == 0 && m.Length > 0 {
			return string(m.Op) + strconv.Itoa(int(m.Length/u.length)) + u.letter
		}
	}
	return string(m.Op) + "0m"
}
