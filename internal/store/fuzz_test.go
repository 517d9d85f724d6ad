package store

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	grammar "switchboard/internal/query"
)

// Whatever somebody sends as a cursor: a place that a list can go on from, or
// one problem; and what a list gave out is read back.
func FuzzCursor(f *testing.F) {
	for _, s := range []string{"", "nonsense", sealCursor("contoso"), sealCursor("17"), sealCursor("-1"), place{walk: 1, key: 5, number: "48151623420"}.seal(), sealCursor("9 9 9"), sealCursor("a\x00b")} {
		f.Add(s)
	}
	walks := []*walk{{}, {}}
	f.Fuzz(func(t *testing.T, in string) {
		id, err := openCursor(in)
		if wrongly(err) || err == nil && (strings.ContainsRune(id, 0) || !utf8.ValidString(id)) {
			t.Fatalf("%q is %q, %v", in, id, err)
		}
		if again, err := openCursor(sealCursor(id)); err != nil || again != id {
			t.Fatalf("%q comes back as %q, %v", id, again, err)
		}
		if at, err := openSerial(in); wrongly(err) || at < 0 {
			t.Fatalf("%q is serial %d, %v", in, at, err)
		}
		p, err := openPlace(in, walks)
		if wrongly(err) || err == nil && (p.walk < 0 || p.walk >= len(walks)) {
			t.Fatalf("%q is %+v, %v", in, p, err)
		}
		if err == nil && p.begun {
			if again, err := openPlace(p.seal(), walks); err != nil || again != p {
				t.Fatalf("%+v comes back as %+v, %v", p, again, err)
			}
		}
	})
}

func wrongly(err error) bool {
	f := fault.Of(err)
	return f != nil && (f.Kind != fault.Invalid || f.Code != "cursor.invalid")
}

// A row that reads at all is written and read back the same; any other is an
// error, never a panic.
func FuzzListedRow(f *testing.F) {
	row := Listed{Row: grammar.Row{Number: "1", State: grammar.Closed, Labels: []string{"a", "ü"}, Opened: time.Unix(1, 0), Unread: true}, Subject: "請求", Version: 3}
	f.Add(row.pack())
	f.Add(strings.Replace(row.pack(), partEnd, "", 1))
	f.Add(`{"State":"new","Subject":"x"}`)
	f.Add("{")
	f.Fuzz(func(t *testing.T, doc string) {
		got, err := unpack("1", doc)
		if err != nil || strings.HasPrefix(doc, "{") { // rows that were JSON hold what a packed one cannot
			return
		}
		again, err := unpack("1", got.pack())
		if err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		if third, err := unpack("1", again.pack()); err != nil || !reflect.DeepEqual(third, again) {
			t.Fatalf("%q:\n%+v\n%+v %v", doc, again, third, err)
		}
		if again.Subject != unseparated.Replace(got.Subject) || again.Version != got.Version || again.State != got.State || again.marks() != got.marks() {
			t.Fatalf("%q:\n%+v\n%+v", doc, got, again)
		}
	})
}

// Any text of a person goes into a row and comes out of it.
func FuzzPackedText(f *testing.F) {
	f.Add("subject", "ref")
	f.Add("a\x1fb", "a\x1eb")
	f.Add("\u202e", "")
	f.Fuzz(func(t *testing.T, subject, ref string) {
		row := Listed{Row: grammar.Row{Number: "1", State: grammar.New, Refs: []string{"first", ref}}, Subject: subject}
		got, err := unpack("1", row.pack())
		if err != nil || got.Subject != unseparated.Replace(subject) || len(got.Refs) != 2 || got.Refs[1] != unseparated.Replace(ref) || got.WithAs != "" {
			t.Fatalf("%q %q: %+v %v", subject, ref, got, err)
		}
	})
}

// What stands in the outbox is the entries that were put there, or an error with
// the number of the case: it is put aside, and nothing panics.
func FuzzOutboxRow(f *testing.F) {
	f.Add(`[{"c":"contoso","n":3,"k":"message","t":1700000000000000}]`)
	f.Add(`[]`)
	f.Add(`null`)
	f.Add(`[{"n":1e999}]`)
	f.Add(`{`)
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" {
			return // a row of the time before: its entries are read from the ledger
		}
		got, err := (*Tx)(nil).sentEntries("48151623420", 0, 1, text)
		if err != nil {
			if !strings.Contains(err.Error(), "48151623420") || got != nil {
				t.Fatalf("%q: %v %v", text, got, err)
			}
			return
		}
		row := make([]sent, len(got))
		for i, e := range got {
			row[i] = sent{e.Company, e.N, e.Kind, micros(e.At)}
		}
		kept, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		again, err := (*Tx)(nil).sentEntries("48151623420", 0, 1, string(kept))
		if err != nil || len(again) != len(got) {
			t.Fatalf("%q: %v %v %v", text, got, again, err)
		}
		for i := range got {
			if !sameEntry(got[i], again[i]) {
				t.Fatalf("%q: %+v %+v", text, got[i], again[i])
			}
		}
	})
}

func sameEntry(a, b casework.Entry) bool {
	return a.Company == b.Company && a.N == b.N && a.Kind == b.Kind && a.At.Equal(b.At)
}
