package casework

import (
	"slices"
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/fault"
)

// Holding says that a company holds the ball: it owns the case. To is zero in
// the last one while it does.
type Holding struct {
	Company string    `json:"company"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to,omitzero"`
}

// PassBall ends the present holding and begins the next in the same instant,
// so that exactly one company holds the ball at every instant (invariant 1). A
// machine's clock that was put back does not turn the order.
func PassBall(holdings []Holding, company string, at time.Time) []Holding {
	at = wallTime(at)
	out := slices.Clone(holdings)
	if last := len(out) - 1; last >= 0 {
		if out[last].Company == company && out[last].To.IsZero() {
			return out
		}
		if at.Before(out[last].From) {
			at = out[last].From
		}
		out[last].To = at
	}
	return append(out, Holding{Company: company, From: at})
}

// BallTime is how long a company held a case, in wall time and in its own
// business time; the latter is unknown without its hours.
type BallTime struct {
	Company  string        `json:"company"`
	Times    int           `json:"times"` // how often it got the ball
	Wall     time.Duration `json:"wall"`
	Business time.Duration `json:"business"`
	Known    bool          `json:"known"` // whether the business time is
}

// BallTimes reports each company in the order in which it first held the ball,
// until an instant. Their wall times add up to the whole time. Holdings with a
// gap or an overlap are a defect, not a report.
func BallTimes(holdings []Holding, calendarOf func(company string) calendar.Calendar, until time.Time) ([]BallTime, error) {
	if !unbroken(holdings) {
		return nil, fault.New(fault.Internal, "internal")
	}
	var out []BallTime
	for _, h := range holdings {
		if h.From.After(until) {
			break
		}
		to := until
		if !h.To.IsZero() && h.To.Before(until) {
			to = h.To
		}
		out = heldBy(out, h.Company, calendarOf(h.Company), calendar.Span{From: h.From, To: to})
	}
	return out, nil
}

func unbroken(holdings []Holding) bool {
	for i, h := range holdings {
		if !h.To.IsZero() && h.To.Before(h.From) {
			return false
		}
		if i+1 < len(holdings) && !h.To.Equal(holdings[i+1].From) {
			return false
		}
	}
	return true
}

func heldBy(times []BallTime, company string, cal calendar.Calendar, span calendar.Span) []BallTime {
	i := slices.IndexFunc(times, func(b BallTime) bool { return b.Company == company })
	if i < 0 {
		i = len(times)
		times = append(times, BallTime{Company: company, Known: cal.Known()})
	}
	times[i].Times++
	times[i].Wall += span.To.Sub(span.From)
	times[i].Business += cal.Working(span.From, span.To)
	return times
}
