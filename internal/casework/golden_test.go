package casework

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/proof"
)

var update = flag.Bool("update", false, "write the golden files anew")

// everyKind gives the first event of each kind, of cases played with fixed
// chance.
func everyKind(t *testing.T) map[string]Event {
	played := eventfulDesk(t)
	joint := newDesk(t, direct)
	bouncedTwice(joint)
	late := newDesk(t, indirect)
	longAgoAccepted(late)
	late.must("fabrikam", Reclaim{Reason: "no word"})
	late.must("fabrikam", Attach{Name: "trace.txt", Type: "text/plain", Size: 3, Sum: "00", Blob: "b", Audience: []string{"northwind"}})
	waits := newDesk(t, indirect)
	waits.must("fabrikam", send("contoso"))
	waits.must("", Overdue{ID: "h-contoso"})
	warned := newDesk(t, indirect)
	warned.now = warned.now.Add(100 * time.Hour)
	warned.must("", Warn{})
	out := map[string]Event{}
	for _, d := range []*desk{played, joint, late, waits, warned} {
		for _, e := range d.events {
			if _, ok := out[e.Kind]; !ok {
				out[e.Kind] = e
			}
		}
	}
	return out
}

// What is hashed never changes: for each kind one event, its salt, its bytes
// and its leaf. A change of this file means that a kind has another meaning,
// and that needs a new version of the kind.
func TestTheBytesOfEachKindStayForEver(t *testing.T) {
	events := everyKind(t)
	var b strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(folds)) {
		e, ok := events[kind]
		if !ok {
			t.Errorf("no case has led to %s", kind)
			continue
		}
		sealed, err := json.Marshal(e.Sealed)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n  salt   %s\n  bytes  %s\n  sealed %s\n  leaf   %s\n", kind, e.Salt, e.Bytes, sealed, e.Leaf)
	}
	golden(t, "events.txt", b.String())
}

// An export that was given out once is proven for ever.
func TestAnOldExportIsStillProven(t *testing.T) {
	d := eventfulDesk(t)
	data, err := json.MarshalIndent(signedExport(d.c, d.events, "northwind"), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "export.json", string(data)+"\n")
	file, err := os.Open(filepath.Join("testdata", "export.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	x, err := proof.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if found := proof.Check(x, pinned); len(found) > 0 {
		t.Error(found)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not as it was", file)
	}
}
