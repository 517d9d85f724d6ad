package casework

import (
	"maps"
	"slices"
	"strings"

	"switchboard/internal/fault"
	"switchboard/proof"
)

// Leaves, links and digests are those that others recompute without us.
func leaf(salt Salt, data []byte) Hash { return proof.Leaf(proof.Salt(salt), data) }
func link(head, leaf Hash) Hash        { return proof.Link(proof.Hash(head), proof.Hash(leaf)) }

// Chain is a company's own count and head over what it can read: a shared
// number would betray hidden events, and who reads a part could not check a
// shared chain.
type Chain struct {
	N    int64 `json:"n"`
	Head Hash  `json:"head"`
}

func (c *Chain) append(l Hash) { c.N, c.Head = c.N+1, link(c.Head, l) }

// Line is one entry of a company's view of a case.
type Line struct {
	N     int64
	Event Event // as that company may see it
	Head  Hash
	// Release is the event by which an older message came to be read.
	Release *Event
}

// View is what the i-th party of a case reads, in the order in which it came
// to read it, with its own numbers and heads.
func View(events []Event, bit int) []Line {
	var out []Line
	var chain Chain
	byLeaf := make(map[Hash]int, len(events))
	add := func(e Event, release *Event) {
		chain.append(e.Leaf)
		out = append(out, Line{N: chain.N, Event: e, Head: chain.Head, Release: release})
	}
	for i, e := range events {
		byLeaf[e.Leaf] = i
		if old, ok := byLeaf[e.releases(bit)]; ok {
			add(events[old].shown(e), &events[i])
		}
		if e.Readers.has(bit) {
			add(e.For(bit), nil)
		}
	}
	return out
}

// Until are the events of a case up to the last that a party reads: the case as
// it stood when that party left.
func Until(events []Event, bit int) []Event {
	last := 0
	for i, e := range events {
		if e.Readers.has(bit) {
			last = i + 1
		}
	}
	return events[:last]
}

// releases is the leaf of the older event that this one lets a party read.
func (e Event) releases(bit int) (out Hash) {
	if s, ok := e.Sealed["leaf"]; ok && e.Kind == released && s.Readers.has(bit) {
		// A value that is no hash was not written by us: it releases nothing,
		// and the chain will not fit.
		_ = out.UnmarshalText([]byte(s.Value))
	}
	return out
}

// shown is an older event as it was released: with the values that the
// releasing company chose to show.
func (e Event) shown(release Event) Event {
	e.Sealed = maps.Clone(e.Sealed)
	names := strings.Split(release.Open["shows"], " ")
	maps.DeleteFunc(e.Sealed, func(name string, _ Seal) bool { return !slices.Contains(names, name) })
	return e
}

// Verify recomputes every leaf and head of a case's events in order and holds
// the projection's own chains against them. It finds any event that was
// edited, removed, added or put elsewhere: a fault verify.*.
func Verify(c *Case, events []Event) error {
	var all Chain
	for i, e := range events {
		if e.Seq != int64(i)+1 {
			return broken(c.Number, int64(i)+1, "verify.order")
		}
		read, err := Read(e)
		if err != nil {
			return err
		}
		if err := read.checkReaders(); err != nil {
			return err
		}
		all.append(read.Leaf)
		if all.Head != e.Head {
			return broken(c.Number, e.Seq, "verify.edited")
		}
	}
	if all != c.All {
		return broken(c.Number, all.N, "verify.end", "record", c.All.N)
	}
	for bit, p := range c.Parties {
		var own Chain
		for _, line := range View(events, bit) {
			own = Chain{line.N, line.Head}
		}
		if own != p.Chain {
			return broken(c.Number, own.N, "verify.view", "company", p.Company, "record", p.N)
		}
	}
	return nil
}

// broken says which event of a case is not as it was written. It is for whoever
// runs the installation: seq goes nowhere else.
func broken(number string, seq int64, code string, args ...any) error {
	return fault.New(fault.Internal, code, append(args, "case", number, "event", seq)...)
}
