package worldfile

import (
	"bytes"
	"os"
	"reflect"
	"testing"

	"switchboard/internal/directory"
)

// What the reader takes from any bytes, the writer must write so that the
// reader takes the same; and no bytes may make either fail otherwise than with
// a list of errors.
func fuzzRead(f *testing.F, seeds ...string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var objects []any
		err := Read(bytes.NewReader(data), "f", func(r Row) error {
			if len(directory.Fatal(directory.Check(r.Object))) == 0 {
				objects = append(objects, r.Object)
			}
			if r.Line < 1 || r.Line > 1+bytes.Count(data, []byte("\n")) {
				t.Fatalf("row at line %d", r.Line)
			}
			return nil
		})
		if list, ok := err.(*Errors); err != nil && (!ok || list.Count == 0) {
			t.Fatalf("%v", err)
		}
		for _, syntax := range []Syntax{YAML, JSONLines} {
			written := write(t, syntax, objects)
			if got := objectsIn(t, written); !reflect.DeepEqual(got, objects) {
				t.Fatalf("%s: %s", syntax, written)
			}
		}
	})
}

func FuzzReadYAML(f *testing.F) {
	seed, err := os.ReadFile("testdata/world.in.yaml")
	if err != nil {
		f.Fatal(err)
	}
	fuzzRead(f, yamlWorld, string(seed), "switchboard: 1\n---\n- &a [*a]\n", "%YAML 1.2\n---\n\"\\0\": |\n  a\n...\n")
}

func FuzzReadJSON(f *testing.F) {
	fuzzRead(f, jsonLines, jsonDocument, `{"switchboard":1,"offers":[{"id":"\ud83d\ude00","first_party":true,"contacts":[{"unanswered":-1e3}]}]}`, "{\n{}\n")
}

func FuzzDetect(f *testing.F) {
	f.Add("a.json", []byte(`{"switchboard":1}`))
	f.Fuzz(func(t *testing.T, name string, head []byte) {
		if got := Detect(name, head); got != Unknown && got != SaasSample && !directory.Has(Formats(), string(got)) {
			t.Errorf("%q is no format", got)
		}
	})
}
