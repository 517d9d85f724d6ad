package casework

import (
	"fmt"
	"strings"
	"time"
)

// Entry tells a company of one line of its view of a case: which, and when it
// came to read it. It holds no word of the line.
type Entry struct {
	Company string
	N       int64
	Kind    string // "message"
	At      time.Time
	Seq     int64 // of the event with which it came, for the store alone
}

// Releases tells whether an event among these lets a party read an older one.
func Releases(events []Event) bool {
	for _, e := range events {
		if e.Kind == released {
			return true
		}
	}
	return false
}

// Entries are the lines that the events after a seq add to the views of the
// parties. The events are the last ones of the case, without a gap; of an event
// that releases an older one they begin early enough to hold that.
func (c *Case) Entries(events []Event, after int64) (out []Entry, err error) {
	if int64(len(events)) < c.Seq-after || len(events) > 0 && events[len(events)-1].Seq != c.Seq {
		return nil, fmt.Errorf("casework: case %s: %d events, want those from %d to %d", c.Number, len(events), after+1, c.Seq)
	}
	kinds := make(map[Hash]string, len(events))
	for _, e := range events {
		kinds[e.Leaf] = e.Kind
		if e.Seq > after {
			lines, err := c.linesOf(e, kinds)
			if err != nil {
				return nil, err
			}
			out = append(out, lines...)
		}
	}
	c.number(out)
	return out, nil
}

// linesOf are what one event adds: what it releases, then itself.
func (c *Case) linesOf(e Event, kinds map[Hash]string) (out []Entry, err error) {
	for i, p := range c.Parties {
		if old := e.releases(i); old != (Hash{}) {
			kind, known := kinds[old]
			if !known {
				return nil, fmt.Errorf("casework: case %s: event %d releases one that is not there", c.Number, e.Seq)
			}
			out = append(out, Entry{Company: p.Company, Kind: plain(kind), At: e.At, Seq: e.Seq})
		}
		if e.Readers.has(i) {
			out = append(out, Entry{Company: p.Company, Kind: plain(e.Kind), At: e.At, Seq: e.Seq})
		}
	}
	return out, nil
}

// number counts back from where each party's chain ends.
func (c *Case) number(entries []Entry) {
	end := make(map[string]int64, len(c.Parties))
	for _, p := range c.Parties {
		end[p.Company] = p.N
	}
	for i := len(entries) - 1; i >= 0; i-- {
		entries[i].N = end[entries[i].Company]
		end[entries[i].Company]--
	}
}

// plain is a kind without its version.
func plain(kind string) string {
	kind, _, _ = strings.Cut(kind, "/")
	return kind
}
