package casework

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"switchboard/internal/calendar"
	"switchboard/internal/fault"
)

// PauseReason is the closed list of what may hold a clock (spec 2 section 6).
type PauseReason string

const (
	PauseQuestion    PauseReason = "question"            // reference: the number of the question
	PauseAgreedDate  PauseReason = "agreed-date"         // reference: the date, "2026-12-01"
	PauseMaintenance PauseReason = "planned-maintenance" // reference: the notice
)

// PauseReasons gives the list.
func PauseReasons() []PauseReason {
	return []PauseReason{PauseQuestion, PauseAgreedDate, PauseMaintenance}
}

// Pause is a time that does not count, To excluded; zero while it runs.
type Pause struct {
	From time.Time   `json:"from"`
	To   time.Time   `json:"to,omitzero"`
	Why  PauseReason `json:"why"`
	Ref  string      `json:"ref"`
}

// longestRef keeps hostile input out of sentences.
const longestRef = 80

// checkPause refuses a pause that names no listed reason, or no reference of
// the form that the reason needs: a clock is never held without saying for what.
func checkPause(why PauseReason, ref string) error {
	if !slices.Contains(PauseReasons(), why) {
		return fault.New(fault.Invalid, "clock.pause-reason")
	}
	ok := false
	switch why {
	case PauseQuestion:
		ok = questionNumber(ref)
	case PauseAgreedDate:
		_, err := time.Parse(time.DateOnly, ref)
		ok = err == nil
	case PauseMaintenance:
		ok = noticeID(ref)
	}
	if !ok {
		return fault.New(fault.Invalid, "clock.pause-reference."+string(why))
	}
	return nil
}

func questionNumber(ref string) bool {
	if len(ref) == 0 || len(ref) > 6 || ref[0] == '0' {
		return false
	}
	return !strings.ContainsFunc(ref, func(r rune) bool { return r < '0' || r > '9' })
}

func noticeID(ref string) bool {
	return ref != "" && len(ref) <= longestRef && utf8.ValidString(ref) &&
		!strings.ContainsFunc(ref, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}

// held gives the pauses as spans in order, those that overlap joined; To is zero
// in the last one while a pause runs. One that begins when another ends is a pause
// of its own: at that instant the due time may have been reached.
func (c Clock) held() []calendar.Span {
	pauses := slices.SortedStableFunc(slices.Values(c.Pauses), byStart)
	var out []calendar.Span
	for _, p := range pauses {
		last := len(out) - 1
		switch {
		case last >= 0 && out[last].To.IsZero():
			return out
		case last >= 0 && p.From.Before(out[last].To):
			if p.To.IsZero() || p.To.After(out[last].To) {
				out[last].To = p.To
			}
		default:
			out = append(out, calendar.Span{From: p.From, To: p.To})
		}
	}
	return out
}

// counting gives the spans in which the clock counts, before an instant.
func (c Clock) counting(end time.Time) []calendar.Span {
	var out []calendar.Span
	add := func(from, to time.Time) {
		if to.After(end) {
			to = end
		}
		if from.Before(to) {
			out = append(out, calendar.Span{From: from, To: to})
		}
	}
	from := c.Started
	for _, p := range c.held() {
		add(from, p.From)
		if p.To.IsZero() {
			return out
		}
		from = p.To
	}
	add(from, end)
	return out
}
