package casewalk

import (
	"slices"
	"time"
)

var verbs = []string{"say", "attach", "send", "withdraw", "accept", "decline", "ask", "answer", "join", "pass-on", "give-back", "reclaim", "update", "hold", "unhold",
	"assign", "refer", "name", "change", "severity", "propose", "confirm", "reject", "close", "reopen", Tick, Relate}

// severities of a case; it is opened with the first.
var severities = []string{"moderate", "critical", "minimal"}

// relations are what may become of the one between the provider and the reseller.
var relations = []string{"ended", "selling-stopped", Removed, "active"}

// Verbs are those of the walk, and what else must have been walked through.
func Verbs() []string {
	out := append(slices.Clone(verbs), Behind)
	for _, sale := range Sales() {
		out = append(out, ofSale(sale))
	}
	return out
}

// draw gives the next step: mostly what may come next, by whose turn it is, and
// sometimes anything by anybody.
func (w *walk) draw(word string) Step {
	s := Step{Word: word, Verb: w.verb()}
	s.By = w.who(s.Verb)
	switch s.Verb {
	case Tick:
		return Step{Verb: Tick}
	case Relate:
		return Step{Verb: Relate, Reason: w.one(relations...)}
	case "severity":
		return Step{Verb: s.Verb, By: s.By, Reason: w.one(severities...)}
	}
	companies := w.everybody()
	s.To = w.one(companies...)
	s.Wait = s.Verb == "say" && w.r.IntN(4) == 0
	if s.Verb == "accept" || s.Verb == "update" || s.Verb == "hold" {
		s.Next = w.m.now.Add(time.Duration(w.r.IntN(60)-3) * time.Hour).Truncate(time.Second)
	}
	if s.Verb == "accept" && w.r.IntN(3) == 0 {
		s.Next = time.Time{}
	}
	if s.Verb == "close" {
		s.Reason = w.one("withdrawn", "duplicate", "not-possible", "confirmed", "no-answer")
	}
	if slices.Contains([]string{"say", "attach", "update"}, s.Verb) {
		s.Audience = w.some(companies)
	}
	if slices.Contains([]string{"send", "decline", "answer", "pass-on"}, s.Verb) && w.r.IntN(2) == 0 {
		s.Messages = w.messages(s.By)
	}
	return s
}

func (w *walk) one(some ...string) string { return some[w.r.IntN(len(some))] }

func (w *walk) verb() string {
	if w.r.IntN(5) == 0 {
		return w.one(verbs...)
	}
	switch m := w.m; {
	case m.state == "closed":
		return w.one("reopen", "reopen", "say", "refer", Tick)
	case m.handoff != nil && m.handoff.clarifying:
		return w.one("answer", "answer", "accept", "decline", "say", "ask")
	case m.handoff != nil:
		return w.one("withdraw", "accept", "accept", "accept", "decline", "decline", "ask", "ask", "join", "pass-on", "say", "reclaim", "update")
	case m.state == "proposed":
		return w.one("confirm", "reject", "reject", "say", "send", Tick, Tick)
	case m.joint > 0 && w.r.IntN(4) == 0:
		return "name"
	}
	return w.one("say", "say", "say", "attach", "send", "send", "send", "send", "give-back", "reclaim", "reclaim", "update", "hold", "unhold", "assign", "refer", "severity", "propose", "close", Tick, Relate)
}

// who is mostly whose turn it is to say that verb.
func (w *walk) who(verb string) string {
	m := w.m
	if w.r.IntN(5) == 0 {
		return w.one(w.everybody()...)
	}
	switch verb {
	case "send", "give-back", "update", "hold", "unhold", "propose", "change", "severity":
		return m.owner
	case "reclaim":
		return m.sale.Sponsor
	case "confirm", "reject", "reopen", "close":
		return w.one(m.sale.Customer, m.sale.Sponsor)
	case "name":
		if len(m.sides) > 0 {
			return w.one(m.sides...)
		}
	case "withdraw", "answer":
		if m.handoff != nil {
			return m.handoff.from
		}
	case "accept", "decline", "ask", "join", "pass-on":
		if m.handoff != nil {
			return m.handoff.to
		}
	}
	return w.one(m.owner, m.sale.Customer, m.sale.Sponsor, w.one(w.everybody()...))
}

// some is mostly companies that are there.
func (w *walk) some(companies []string) (out []string) {
	for _, company := range companies {
		if w.m.here(company) && w.r.IntN(2) == 0 || w.r.IntN(20) == 0 {
			out = append(out, company)
		}
	}
	return out
}

// messages are up to three, mostly of those that the company reads.
func (w *walk) messages(by string) (out []string) {
	for _, written := range w.m.words {
		if written.kind != "" && len(out) < 3 && w.r.IntN(3) == 0 && (written.readers[by] || w.r.IntN(20) == 0) {
			out = append(out, written.word)
		}
	}
	return out
}
