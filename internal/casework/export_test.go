package casework

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchboard/proof"
	"switchboard/wire"
)

var signingKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// signed is a party's export, as app makes it.
func signedExport(c *Case, events []Event, company string) *wire.CaseExport {
	p := c.Party(company)
	x := &wire.CaseExport{Format: wire.ExportFormat, Case: c.Number, Company: company, N: p.N, Head: p.Head.String(), At: c.At, Lines: Proven(events, c.Bit(company))}
	return resign(x, signingKey)
}

func resign(x *wire.CaseExport, key ed25519.PrivateKey) *wire.CaseExport {
	x.Key = base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	x.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(key, proof.Statement(x.Case, x.Company, x.N, x.Head)))
	return x
}

// rehash makes all that follows fit again, as somebody would who owns the key.
func rehash(x *wire.CaseExport, key ed25519.PrivateKey) *wire.CaseExport {
	var chain Chain
	for i := range x.Lines {
		l := &x.Lines[i]
		var salt Salt
		if err := salt.UnmarshalText([]byte(l.Salt)); err != nil {
			panic(err)
		}
		chain.append(leaf(salt, []byte(l.Bytes)))
		l.N, l.Head = chain.N, chain.Head.String()
	}
	x.N, x.Head = chain.N, chain.Head.String()
	return resign(x, key)
}

func copied(x *wire.CaseExport) *wire.CaseExport {
	data, err := json.Marshal(x)
	if err != nil {
		panic(err)
	}
	out, err := proof.Read(strings.NewReader(string(data)))
	if err != nil {
		panic(err)
	}
	return out
}

// eventfulDesk is a case with nearly every kind of event and a release.
func eventfulDesk(t tester) *desk {
	d := newDesk(t, indirect)
	eventful(d)
	return d
}

var pinned = proof.Against{Key: signingKey.Public().(ed25519.PublicKey)}

func TestEachPartysExportIsProven(t *testing.T) {
	d := eventfulDesk(t)
	for _, p := range d.c.Parties {
		x := copied(signedExport(d.c, d.events, p.Company))
		if found := proof.Check(x, pinned); len(found) > 0 || x.N == 0 {
			t.Errorf("%s: %v", p.Company, found)
		}
	}
}

// Nothing leaves that is kept for the ledger or sealed for others: no set of
// readers, no seq, no value of another company.
func TestAnExportHoldsWhatItsCompanyReadsAndNothingElse(t *testing.T) {
	d := eventfulDesk(t)
	d.must("fabrikam", Say{Text: "only-fabrikam", Lang: "en"})
	kinds := map[string]bool{}
	for bit, p := range d.c.Parties {
		x := signedExport(d.c, d.events, p.Company)
		if got, want := len(x.Lines), len(View(d.events, bit)); got != want {
			t.Fatalf("%d lines, want %d", got, want)
		}
		for _, l := range x.Lines {
			e := d.events[slices.IndexFunc(d.events, func(e Event) bool { return string(e.Bytes) == l.Bytes })]
			if l.Salt != e.Salt.String() {
				t.Fatal("another salt")
			}
			for name, v := range l.Values {
				kinds[name] = true
				if s := e.Sealed[name]; s.Readers == kept || !l.Released && !s.Readers.has(bit) || s.Value != v.Value {
					t.Errorf("%s: line %d tells %s", p.Company, l.N, name)
				}
			}
		}
		text, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "only-fabrikam") != (p.Company == "fabrikam") {
			t.Errorf("%s: another company's note is in the export, or its own is not", p.Company)
		}
	}
	for _, name := range []string{readers, "joins", "reveals", "route", clocksChanged, "shares"} {
		if kinds[name] {
			t.Errorf("%s leaves the installation", name)
		}
	}
	for _, name := range []string{"text", "package", "leaf", "by"} {
		if !kinds[name] {
			t.Errorf("no export holds a %s: this test proves nothing about it", name)
		}
	}
}

// An erased value is gone and said to be; the chain and the signature stay.
func TestAnErasedValueLeavesTheProofWhole(t *testing.T) {
	d := eventfulDesk(t)
	before := signedExport(d.c, d.events, "northwind")
	d.events[0].Sealed["text"] = d.events[0].Sealed["text"].Erase()
	if err := Verify(d.c, d.events); err != nil {
		t.Fatal(err)
	}
	x := signedExport(d.c, d.events, "northwind")
	if !slices.Contains(x.Lines[0].Erased, "text") || x.Lines[0].Values["text"].Value != "" || x.Head != before.Head || x.Signature != before.Signature {
		t.Errorf("%+v", x.Lines[0])
	}
	if found := proof.Check(copied(x), pinned); len(found) > 0 {
		t.Error(found)
	}
}

// forgery is one way to change an export, and where it must be found.
type forgery struct {
	name string
	do   func(x *wire.CaseExport, i int)
	line bool // it is told of the very line
}

var forgeries = []forgery{
	{"a value is changed", func(x *wire.CaseExport, i int) {
		for name, v := range x.Lines[i].Values {
			v.Value += "x"
			x.Lines[i].Values[name] = v
			return
		}
		x.Lines[i].Salt = "" // it has none
	}, true},
	{"a value is added", func(x *wire.CaseExport, i int) { x.Lines[i].Values = map[string]wire.ProvenValue{"extra": {}} }, true},
	{"the bytes are changed", func(x *wire.CaseExport, i int) {
		x.Lines[i].Bytes = strings.Replace(x.Lines[i].Bytes, `"at":1`, `"at":2`, 1)
	}, true},
	{"the salt is changed", func(x *wire.CaseExport, i int) { x.Lines[i].Salt = strings.Repeat("0", 32) }, true},
	{"the head is changed", func(x *wire.CaseExport, i int) { x.Lines[i].Head = strings.Repeat("0", 64) }, true},
	{"a line is removed", func(x *wire.CaseExport, i int) { x.Lines = slices.Delete(x.Lines, i, i+1) }, false},
	{"a line is removed and the rest numbered anew", func(x *wire.CaseExport, i int) {
		x.Lines = slices.Delete(x.Lines, i, i+1)
		for k := range x.Lines {
			x.Lines[k].N = int64(k) + 1
		}
	}, false},
	{"two lines change places", func(x *wire.CaseExport, i int) {
		k := (i + 1) % len(x.Lines)
		x.Lines[i], x.Lines[k] = x.Lines[k], x.Lines[i]
	}, true},
	{"the end is cut off", func(x *wire.CaseExport, i int) { x.Lines = x.Lines[:i] }, false},
	{"the end is cut off and the count with it", func(x *wire.CaseExport, i int) {
		x.Lines, x.N, x.Head = x.Lines[:i], int64(i), strings.Repeat("0", 64)
		if i > 0 {
			x.Head = x.Lines[i-1].Head
		}
	}, false},
	{"all is hashed anew without the key", func(x *wire.CaseExport, i int) {
		x.Lines = slices.Delete(x.Lines, i, i+1)
		signature := x.Signature
		rehash(x, signingKey).Signature = signature
	}, false},
	{"all is hashed and signed anew with another key", func(x *wire.CaseExport, i int) {
		x.Lines = slices.Delete(x.Lines, i, i+1)
		rehash(x, ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", 32))))
	}, false},
	{"it is given out as another company's", func(x *wire.CaseExport, _ int) { x.Company = "rival" }, false},
	{"it is given out as another case", func(x *wire.CaseExport, _ int) { x.Case = Number(7) }, false},
}

// Every forgery of every line is found (promise 15).
func TestEveryForgeryOfAnExportIsFound(t *testing.T) {
	d := eventfulDesk(t)
	for _, company := range []string{"northwind", "fabrikam", "contoso"} {
		whole := signedExport(d.c, d.events, company)
		for _, f := range forgeries {
			for i := range whole.Lines {
				x := copied(whole)
				f.do(x, i)
				found := proof.Check(x, pinned)
				if len(found) == 0 {
					t.Fatalf("%s: %s at line %d is not found", company, f.name, i+1)
				}
				if f.line && !slices.ContainsFunc(found, func(t proof.Trouble) bool { return t.Line == int64(i)+1 }) {
					t.Errorf("%s: %s at line %d: %v", company, f.name, i+1, found)
				}
			}
		}
	}
}

// Who owns the key can write a whole new export; a receipt that was given
// before tells all the same, and so does one for a part that was cut off.
func TestAReceiptFindsWhatTheOwnerOfTheKeyRewrites(t *testing.T) {
	d := eventfulDesk(t)
	whole := signedExport(d.c, d.events, "fabrikam")
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(1, len(whole.Lines)).Draw(t, "receipt")
		receipt := proof.Against{Key: pinned.Key, Receipts: []proof.Receipt{{N: int64(at), Head: whole.Lines[at-1].Head}}}
		if found := proof.Check(copied(whole), receipt); len(found) > 0 {
			t.Fatalf("the whole export: %v", found)
		}
		x := copied(whole)
		gone := rapid.IntRange(0, at-1).Draw(t, "gone")
		cut := rapid.Bool().Draw(t, "cut")
		if cut {
			x.Lines = x.Lines[:gone]
		} else {
			x.Lines = slices.Delete(x.Lines, gone, gone+1)
		}
		found := proof.Check(rehash(x, signingKey), receipt)
		if !slices.ContainsFunc(found, func(t proof.Trouble) bool { return t.Code == proof.CutOff || t.Code == proof.Rehashed }) {
			t.Fatalf("a receipt of line %d does not tell that line %d is gone (cut %v): %v", at, gone+1, cut, found)
		}
	})
}
