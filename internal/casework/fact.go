package casework

import (
	"slices"
	"time"
)

// FactKind says what kind of thing reports count.
type FactKind string

const (
	FactHeld     FactKind = "held"     // a stretch of time with one owner, at one company's turn
	FactClosed   FactKind = "closed"   // the case was closed
	FactDeclined FactKind = "declined" // a handoff came back (a bounce)
	FactAsked    FactKind = "asked"    // a receiver had to ask before it decided (a re-ask)
	FactReplied  FactKind = "replied"  // a first response was given, or its time passed
	FactMissed   FactKind = "missed"   // a clock stopped after its due time
)

// Fact is one thing that reports count, as one company on the case knows it:
// hidden companies stand under the name of the next visible one. It follows
// from the events alone, so that a report is a reading of the ledger (spec 2
// section 1).
type Fact struct {
	Bit   int // of the company on the case
	Kind  FactKind
	Place int64 // unique among the facts of a kind of one company on one case
	From  time.Time
	To    time.Time     // zero: it goes on
	Ends  bool          // of a stretch that began before: only To counts
	Who   string        // the owner; who declined, asked or owed
	Whom  string        // at whose turn; whose handoff it was
	What  string        // reason, verdict or kind of clock
	Took  time.Duration // of a reply, without the time it waited for an answer
}

// FactsOf are what a command adds to the reports of the companies on a case,
// one stretch in one piece. A drill counts in none (spec 2 section 4).
func FactsOf(before *Case, events []Event) ([]Fact, error) {
	c := before.clone()
	running := map[int]int{} // the stretch that has begun here and goes on, by party
	var out []Fact
	for _, e := range events {
		was := c.clone()
		if err := c.Apply(&e); err != nil {
			return nil, err
		}
		for _, f := range factsOf(was, c, e) {
			begun, here := running[f.Bit]
			if f.Ends && here {
				out[begun].To = f.To
				delete(running, f.Bit)
				continue
			}
			if f.Kind == FactHeld && !f.Ends {
				running[f.Bit] = len(out)
			}
			out = append(out, f)
		}
	}
	return WholeFacts(out), nil
}

// factsOf are those of one event. It is looked at with what was known at that
// moment: what the next event of a command reveals is not for this one.
func factsOf(before, c *Case, e Event) (out []Fact) {
	if c.Test {
		return nil
	}
	for i := range c.Parties {
		out = append(out, heldFacts(before, c, i)...)
		if c.listening(before, i) {
			out = append(out, clockFacts(before, c, i)...)
		}
		if e.Readers.has(i) {
			out = append(out, eventFacts(before, c, i, e)...)
		}
	}
	return out
}

// listening tells whether a party took part before a command or does after it.
func (c *Case) listening(before *Case, bit int) bool {
	return !c.Parties[bit].Left || bit < len(before.Parties) && !before.Parties[bit].Left
}

// ball is who owns a case and whose turn it is, for one party.
type ball struct{ owner, turn string }

// ballFor is zero for whom the time does not run: the case is closed, or the
// party is not on it.
func (c *Case) ballFor(bit int) ball {
	if bit >= len(c.Parties) || c.Parties[bit].Left || c.State == Closed {
		return ball{}
	}
	viewer := c.Parties[bit].Company
	return ball{c.Mask(viewer, c.Owner), c.Mask(viewer, c.Turn())}
}

func heldFacts(before, c *Case, bit int) (out []Fact) {
	was, is := before.ballFor(bit), c.ballFor(bit)
	if was == is {
		return nil
	}
	if was != (ball{}) {
		out = append(out, Fact{Bit: bit, Kind: FactHeld, To: c.At, Ends: true})
	}
	if is != (ball{}) {
		out = append(out, Fact{Bit: bit, Kind: FactHeld, Place: c.Seq, From: c.At, Who: is.owner, Whom: is.turn})
	}
	return out
}

// eventFacts are those of an event that a party reads.
func eventFacts(before, c *Case, bit int, e Event) []Fact {
	f := Fact{Bit: bit, Place: e.Seq, From: e.At, To: e.At}
	switch e.Kind {
	case caseClosed:
		f.Kind, f.What = FactClosed, e.Open["reason"]
		return []Fact{f}
	case handoffDeclined:
		f.Kind = FactDeclined
		if reason := e.Sealed["reason"]; reason.Readers.has(bit) {
			f.What = reason.Value
		}
	case handoffAsked:
		f.Kind = FactAsked
	default:
		return nil
	}
	viewer, h := c.Parties[bit].Company, before.Handoff
	f.Who, f.Whom = c.Mask(viewer, h.To), c.Mask(viewer, h.From)
	if f.Who == f.Whom { // between two that it does not know
		return nil
	}
	return []Fact{f}
}

// clockFacts are those of the clocks that a party may look at and that have
// stopped with a command.
func clockFacts(before, c *Case, bit int) (out []Fact) {
	viewer := c.Parties[bit].Company
	for i, k := range c.Clocks {
		was := i < len(before.Clocks) && !before.Clocks[i].Running()
		if k.Running() || was || !c.SeesClock(viewer, k) {
			continue
		}
		if k.Kind == ClockFirstResponse && slices.Contains([]Verdict{ClockMet, ClockMissed, ClockUnmeasured}, k.How) {
			out = append(out, Fact{Bit: bit, Kind: FactReplied, Place: int64(i), From: k.Started, To: k.Stopped, Who: k.Company, What: string(k.How), Took: k.ran()})
		}
		if k.How == ClockMissed {
			out = append(out, Fact{Bit: bit, Kind: FactMissed, Place: int64(i), From: k.Due, To: k.Stopped, Who: k.Company, What: string(k.Kind)})
		}
	}
	return out
}

// ran is the wall time of a clock that has stopped, without its pauses.
func (c Clock) ran() time.Duration {
	out := c.Stopped.Sub(c.Started)
	for _, p := range c.held() {
		out -= p.To.Sub(p.From)
	}
	return max(0, out)
}

// WholeFacts puts the stretches of one case together that follow on one another
// and say the same, and leaves out those of no length: in one instant a case may
// come and go.
func WholeFacts(facts []Fact) (out []Fact) {
	last := map[int]int{}
	for _, f := range facts {
		if f.Kind == FactHeld {
			if f.To.Equal(f.From) {
				continue
			}
			at, known := last[f.Bit]
			if known && out[at].To.Equal(f.From) && out[at].Who == f.Who && out[at].Whom == f.Whom {
				out[at].To = f.To
				continue
			}
			last[f.Bit] = len(out)
		}
		out = append(out, f)
	}
	return out
}
