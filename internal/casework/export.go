package casework

import (
	"slices"

	"switchboard/wire"
)

// Proven is a party's view of a case with what proves it: the bytes as they
// were hashed, and of the values beside them those that this party may read.
// What is kept for the ledger, seqs and sets of readers do not leave.
func Proven(events []Event, bit int) []wire.ProvenLine {
	out := []wire.ProvenLine{}
	for _, l := range View(events, bit) {
		e := l.Event
		line := wire.ProvenLine{N: l.N, Head: l.Head.String(), Salt: e.Salt.String(), Bytes: string(e.Bytes), Values: map[string]wire.ProvenValue{}, Released: l.Release != nil}
		for name, s := range e.Sealed {
			switch {
			case s.Readers == kept:
			case s.Erased:
				line.Erased = append(line.Erased, name)
			default:
				line.Values[name] = wire.ProvenValue{Value: s.Value, Salt: s.Salt.String()}
			}
		}
		slices.Sort(line.Erased)
		out = append(out, line)
	}
	return out
}
