package casework

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"switchboard/proof"
)

// Bits is a set of the companies on a case: bit i is the i-th party.
type Bits uint64

// mostParties keeps a set of readers within a signed number of the store.
const mostParties = 63

// Has tells whether the i-th party is one of them.
func (b Bits) Has(i int) bool { return b.has(i) }

func (b Bits) has(i int) bool { return i >= 0 && b>>i&1 == 1 }

// Event is one fact of a case. Bytes are what is stored and hashed; they are
// the same for every reader and are never made again to verify.
type Event struct {
	Case    string
	Seq     int64 // gap-free, and never leaves the installation: a gap would betray a hidden event
	At      time.Time
	Kind    string            // "message/1"
	Readers Bits              // fixed at write time
	Open    map[string]string // codes, ids and instants, which every reader may see
	Sealed  map[string]Seal   // words, names, companies and addresses
	Salt    Salt              // of the leaf
	Bytes   []byte
	Leaf    Hash
	Head    Hash // of the chain over all events, which is the operator's
}

// Seal is a value that stands in the bytes only as its salted digest, so that
// it can be kept from a reader and erased while the chains stay valid.
type Seal struct {
	Value   string `json:"v"`
	Salt    Salt   `json:"s"`
	Readers Bits   `json:"r"`
	Erased  bool   `json:"erased,omitempty"` // value and salt are gone, the digest stays
}

// Erase removes a value for good; the chains stay valid.
func (s Seal) Erase() Seal { return Seal{Readers: s.Readers, Erased: true} }

// Salt makes a digest of a short word impossible to guess.
type Salt [16]byte

// Hash is a SHA-256.
type Hash [32]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes a hash as hexadecimal digits.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads a hash from hexadecimal digits.
func (h *Hash) UnmarshalText(text []byte) error { return fromHex(h[:], text) }

func (s Salt) String() string { return hex.EncodeToString(s[:]) }

// MarshalText writes a salt as hexadecimal digits.
func (s Salt) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a salt from hexadecimal digits.
func (s *Salt) UnmarshalText(text []byte) error { return fromHex(s[:], text) }

func fromHex(out, text []byte) error {
	if hex.DecodedLen(len(text)) != len(out) {
		return fmt.Errorf("casework: %d hexadecimal digits, want %d", len(text), hex.EncodedLen(len(out)))
	}
	_, err := hex.Decode(out, text)
	return err
}

func (s Seal) digest() string {
	sum := proof.Seal(proof.Salt(s.Salt), s.Value)
	return hex.EncodeToString(sum[:])
}

// Chance is what was drawn for one command. Salts come from it one after the
// other; the seed itself is kept nowhere, so that an erased salt is gone.
type Chance struct {
	Seed [32]byte
	used uint64
}

func (c *Chance) salt() (out Salt) {
	c.used++
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(c.Seed[:], c.used))
	copy(out[:], sum[:])
	return out
}

// body is the shape of the bytes: keys sorted, no floats, integers below 2^53.
type body struct {
	At     int64             `json:"at"` // microseconds
	Case   string            `json:"case"`
	Kind   string            `json:"kind"`
	Open   map[string]string `json:"open,omitempty"`
	Sealed map[string]string `json:"sealed,omitempty"` // digests
}

// readers is the name under which the sets of readers are sealed, from
// everybody: bytes that named them would betray who else is on the case, and
// bytes that did not commit to them would let somebody widen them unseen.
const readers = "readers"

// readerText writes down who may read an event and each of its values.
func (e *Event) readerText() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%x", uint64(e.Readers))
	for _, name := range slices.Sorted(maps.Keys(e.Sealed)) {
		if name != readers {
			fmt.Fprintf(&b, " %s=%x", name, uint64(e.Sealed[name].Readers))
		}
	}
	return b.String()
}

func (e *Event) checkReaders() error {
	if e.Sealed[readers].Value == e.readerText() {
		return nil
	}
	return broken(e.Case, e.Seq, "verify.readers")
}

// close gives an event its bytes and its leaf.
func (e *Event) close(salt Salt) error {
	if e.Sealed == nil {
		e.Sealed = map[string]Seal{}
	}
	e.Sealed[readers] = Seal{Value: e.readerText(), Salt: salt}
	b := body{At: e.At.UnixMicro(), Case: e.Case, Kind: e.Kind, Open: e.Open, Sealed: make(map[string]string, len(e.Sealed))}
	for name, s := range e.Sealed {
		b.Sealed[name] = s.digest()
	}
	var buf bytes.Buffer
	out := json.NewEncoder(&buf)
	out.SetEscapeHTML(false)
	if err := out.Encode(b); err != nil {
		return err
	}
	e.Bytes = bytes.TrimRight(buf.Bytes(), "\n")
	e.Leaf = leaf(e.Salt, e.Bytes)
	return nil
}

// Read restores an event from what is stored: the bytes, and the values beside
// them. A value whose digest does not stand in the bytes is refused; one that
// is missing has been erased.
func Read(e Event) (Event, error) {
	var b body
	if err := json.Unmarshal(e.Bytes, &b); err != nil {
		return e, broken(e.Case, e.Seq, "verify.bytes")
	}
	e.Kind, e.At, e.Open = b.Kind, time.UnixMicro(b.At).UTC(), b.Open
	e.Leaf = leaf(e.Salt, e.Bytes)
	if b.Case != e.Case {
		return e, broken(e.Case, e.Seq, "verify.other-case", "other", b.Case)
	}
	for name, s := range e.Sealed {
		if !s.Erased && s.digest() != b.Sealed[name] {
			return e, broken(e.Case, e.Seq, "verify.value", "name", name)
		}
	}
	return e, nil
}

// For gives the event as one reader may see it: without the values that are
// sealed for others.
func (e Event) For(bit int) Event {
	e.Sealed = maps.Clone(e.Sealed)
	maps.DeleteFunc(e.Sealed, func(_ string, s Seal) bool { return !s.Readers.has(bit) })
	return e
}

// Word is a sealed value, "" where there is none or it was erased.
func (e Event) Word(name string) string { return e.Sealed[name].Value }

func (e Event) instant(name string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, e.Open[name])
	if err != nil {
		return time.Time{}
	}
	return t
}
