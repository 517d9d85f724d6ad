package proof

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// Whatever somebody calls an export: it is refused, or it reads the same when it
// is written again, and checking it ends.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "{}", `{"format":"x"}`, `{"format":"switchboard-case-1","lines":[null,{}]}`, `{"a":1,"A":2}`, "[[[[", `{"lines":[{"n":1,"leaf":"00"}]}`} {
		f.Add([]byte(s))
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		troubles := Check(x, Against{})
		written, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Read(bytes.NewReader(written))
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if got := Check(again, Against{}); !reflect.DeepEqual(got, troubles) {
			t.Fatalf("%s:\n%v\n%v", data, troubles, got)
		}
	})
}

func FuzzReceiptAndKey(f *testing.F) {
	f.Add("3:" + "ab12")
	f.Add("1:0000000000000000000000000000000000000000000000000000000000000000")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := ReadReceipt(text); err == nil && (r.N < 1 || len(r.Head) != 64) {
			t.Fatalf("%q: %+v", text, r)
		}
		if key, err := ReadKey(text); err == nil && len(key) != 32 {
			t.Fatalf("%q: %x", text, key)
		}
	})
}
