package proof

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"switchboard/wire"
)

// Trouble is something of an export that is not as it was written. Code is one
// of the constants below; Line 0 is the export as a whole.
type Trouble struct {
	Line int64
	Code string
	Args map[string]any
}

func (t Trouble) Error() string {
	if t.Line == 0 {
		return t.Code
	}
	return fmt.Sprintf("line %d: %s", t.Line, t.Code)
}

// What can be wrong.
const (
	BadFormat    = "proof.format"     // a format that this program does not know
	BadNumber    = "proof.number"     // the numbers do not count: a line is missing, was added or moved
	BadHex       = "proof.hex"        // a salt or a head is not one
	BadBytes     = "proof.bytes"      // the bytes are no event
	OtherCase    = "proof.other-case" // the event is one of another case
	BrokenChain  = "proof.chain"      // bytes, salt or place are not those that were hashed
	BadValue     = "proof.value"      // a value is not the one that was sealed
	NoSuchValue  = "proof.no-value"   // a value that was never sealed in this event
	BadTime      = "proof.time"       // earlier than the line before
	NotReleased  = "proof.release"    // an older message that the next line does not release
	BadEnd       = "proof.end"        // the export does not end where it says
	BadSignature = "proof.signature"  // not signed by the key
	OtherKey     = "proof.other-key"  // signed with another key than the one asked for
	CutOff       = "proof.cut-off"    // a receipt tells of lines that are not there
	Rehashed     = "proof.rehashed"   // a receipt tells of another head: the lines up to it are others
)

// Receipt is what an installation said about a company's view at some time: in
// the answer to a change, in a webhook, in a mail.
type Receipt struct {
	N    int64
	Head string
}

// ReadReceipt reads a receipt as people write it: number:head.
func ReadReceipt(text string) (Receipt, error) {
	n, head, _ := strings.Cut(text, ":")
	number, err := strconv.ParseInt(n, 10, 64)
	if _, bad := read32(head); err != nil || bad != nil || number < 1 {
		return Receipt{}, fmt.Errorf("proof: %q is no receipt", text)
	}
	return Receipt{number, strings.ToLower(head)}, nil
}

// ReadKey reads a public key in base64.
func ReadKey(text string) (ed25519.PublicKey, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("proof: %q is no Ed25519 public key in base64", text)
	}
	return raw, nil
}

// Against is what an export is held against, besides itself.
type Against struct {
	// Key is the installation's key, from another source than the export. With
	// nil the key in the export counts, which proves nothing about who made it.
	Key      ed25519.PublicKey
	Receipts []Receipt
}

// Check recomputes every leaf, digest and head of an export and gives all that
// does not fit; none = it is as it was written.
func Check(x *wire.CaseExport, a Against) []Trouble {
	if x.Format != wire.ExportFormat {
		return []Trouble{{Code: BadFormat, Args: map[string]any{"format": x.Format}}}
	}
	c := checker{export: x}
	for i := range x.Lines {
		c.line(i)
	}
	c.end()
	c.signature(a.Key)
	for _, r := range a.Receipts {
		c.receipt(r)
	}
	return c.out
}

// checker goes through an export. After a line that does not fit it goes on
// from the head that the line states, so that each trouble is told where it is.
type checker struct {
	export *wire.CaseExport
	head   Hash  // stated by the last line
	at     int64 // of the last line that was not released later
	out    []Trouble
}

func (c *checker) wrong(line int64, code string, args ...any) {
	t := Trouble{Line: line, Code: code, Args: map[string]any{}}
	for i := 0; i+1 < len(args); i += 2 {
		t.Args[args[i].(string)] = args[i+1]
	}
	c.out = append(c.out, t)
}

// event is what the checker reads of the bytes.
type event struct {
	At     int64             `json:"at"`
	Case   string            `json:"case"`
	Sealed map[string]string `json:"sealed"`
}

func (c *checker) line(i int) {
	l := &c.export.Lines[i]
	n := int64(i) + 1
	if l.N != n {
		c.wrong(n, BadNumber, "found", l.N)
	}
	c.chain(n, l)
	var e event
	if json.Unmarshal([]byte(l.Bytes), &e) != nil {
		c.wrong(n, BadBytes)
		return
	}
	if e.Case != c.export.Case {
		c.wrong(n, OtherCase, "case", e.Case)
	}
	c.values(n, l, e)
	switch {
	case l.Released:
		c.release(i)
	case e.At < c.at:
		c.wrong(n, BadTime)
	default:
		c.at = e.At
	}
}

// chain recomputes the head of a line from the one before.
func (c *checker) chain(n int64, l *wire.ProvenLine) {
	before := c.head
	head, bad := read32(l.Head)
	salt, salted := read16(l.Salt)
	if bad != nil || salted != nil {
		c.wrong(n, BadHex)
		return
	}
	c.head = head
	if Link(before, Leaf(salt, []byte(l.Bytes))) != head {
		c.wrong(n, BrokenChain)
	}
}

func (c *checker) values(n int64, l *wire.ProvenLine, e event) {
	for _, name := range slices.Sorted(maps.Keys(l.Values)) {
		v := l.Values[name]
		digest, ok := e.Sealed[name]
		salt, bad := read16(v.Salt)
		sum := Seal(salt, v.Value)
		switch {
		case !ok:
			c.wrong(n, NoSuchValue, "name", name)
		case bad != nil || hex.EncodeToString(sum[:]) != digest:
			c.wrong(n, BadValue, "name", name)
		}
	}
	for _, name := range l.Erased {
		if _, ok := e.Sealed[name]; !ok {
			c.wrong(n, NoSuchValue, "name", name)
		}
	}
}

// release: an older message stands where its release let the company read it,
// so the event after it, or after the others released with it, names its leaf.
func (c *checker) release(i int) {
	l := c.export.Lines[i]
	salt, bad := read16(l.Salt)
	leaf := Leaf(salt, []byte(l.Bytes))
	if bad != nil || i+1 >= len(c.export.Lines) || c.export.Lines[i+1].Values["leaf"].Value != hex.EncodeToString(leaf[:]) {
		c.wrong(int64(i)+1, NotReleased)
	}
}

func (c *checker) end() {
	x := c.export
	if int64(len(x.Lines)) != x.N || hex.EncodeToString(c.head[:]) != strings.ToLower(x.Head) {
		c.wrong(0, BadEnd, "lines", len(x.Lines), "n", x.N)
	}
}

func (c *checker) signature(pinned ed25519.PublicKey) {
	key, err := ReadKey(c.export.Key)
	if pinned != nil {
		if err != nil || !key.Equal(pinned) {
			c.wrong(0, OtherKey)
		}
		key, err = pinned, nil
	}
	signature, bad := base64.StdEncoding.DecodeString(c.export.Signature)
	if err != nil || bad != nil || !ed25519.Verify(key, Statement(c.export.Case, c.export.Company, c.export.N, c.export.Head), signature) {
		c.wrong(0, BadSignature)
	}
}

func (c *checker) receipt(r Receipt) {
	switch {
	case r.N > int64(len(c.export.Lines)):
		c.wrong(0, CutOff, "n", r.N, "lines", len(c.export.Lines))
	case r.N < 1 || !strings.EqualFold(c.export.Lines[r.N-1].Head, r.Head):
		c.wrong(r.N, Rehashed, "n", r.N)
	}
}

func read32(text string) (out Hash, err error) {
	err = fromHex(out[:], text)
	return out, err
}

func read16(text string) (out Salt, err error) {
	err = fromHex(out[:], text)
	return out, err
}

func fromHex(out []byte, text string) error {
	if len(text) != hex.EncodedLen(len(out)) {
		return hex.ErrLength
	}
	_, err := hex.Decode(out, []byte(text))
	return err
}
