package casework

import (
	"fmt"
	"maps"
	"slices"
	"strings"

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
// edited, removed, added or put elsewhere.
func Verify(c *Case, events []Event) error {
	var all Chain
	parties := make([]Chain, len(c.Parties))
	for i, e := range events {
		if e.Seq != int64(i)+1 {
			return fmt.Errorf("case %s: event %d is missing or out of order", c.Number, i+1)
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
			return fmt.Errorf("case %s: event %d is not the one that was written", c.Number, e.Seq)
		}
	}
	if all != c.All {
		return fmt.Errorf("case %s: it ends at event %d, its record at %d", c.Number, all.N, c.All.N)
	}
	for bit := range parties {
		for _, line := range View(events, bit) {
			parties[bit] = Chain{line.N, line.Head}
		}
		if parties[bit] != c.Parties[bit].Chain {
			return fmt.Errorf("case %s: the view of %s ends at %d, its record at %d", c.Number, c.Parties[bit].Company, parties[bit].N, c.Parties[bit].Chain.N)
		}
	}
	return nil
}
