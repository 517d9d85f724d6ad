package worldfile

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchboard/internal/directory"
	"switchboard/wire"
)

func sequence(objects []any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, o := range objects {
			if !yield(o, nil) {
				return
			}
		}
	}
}

func write(t rapid.TB, syntax Syntax, objects []any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, syntax, sequence(objects)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func objectsIn(t rapid.TB, data []byte) []any {
	t.Helper()
	var out []any
	err := Read(bytes.NewReader(data), "w", func(r Row) error {
		out = append(out, r.Object)
		return nil
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return out
}

// Spec 3 section 2: import(export(x)) changes nothing.
func TestWhatIsWrittenIsReadBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		objects := rapid.SliceOfN(rapid.Custom(anyObject), 0, 8).Draw(t, "world")
		for _, syntax := range []Syntax{YAML, JSONLines} {
			data := write(t, syntax, objects)
			got := objectsIn(t, data)
			if len(got) != len(objects) {
				t.Fatalf("%s: %d objects became %d", syntax, len(objects), len(got))
			}
			for i := range got {
				if !reflect.DeepEqual(got[i], objects[i]) {
					t.Fatalf("%s: %+v\nbecame %+v\nin\n%s", syntax, objects[i], got[i], data)
				}
			}
			if again := write(t, syntax, got); !bytes.Equal(again, data) {
				t.Fatalf("%s: a second export differs\n%s\n%s", syntax, data, again)
			}
		}
	})
}

// anyObject makes an object of any noun with any content that the format can
// hold: fields set and unset, empty and full, in all scripts.
func anyObject(t *rapid.T) any {
	object := directory.New(rapid.SampledFrom(directory.Nouns()).Draw(t, "noun"))
	fill(t, reflect.ValueOf(object).Elem(), false)
	return object
}

func fill(t *rapid.T, v reflect.Value, always bool) {
	if !always && rapid.IntRange(0, 2).Draw(t, "unset") == 0 {
		return
	}
	switch {
	case v.Type() == textType:
		if rapid.Bool().Draw(t, "plain") {
			v.Set(reflect.ValueOf(wire.Plain(word(t))))
			return
		}
		v.Set(reflect.ValueOf(wire.Text{"en": word(t), rapid.SampledFrom([]string{"ja", "zh-TW"}).Draw(t, "lang"): word(t)}))
	case v.Kind() == reflect.String:
		v.SetString(word(t))
	case v.Kind() == reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case v.Kind() == reflect.Int:
		v.SetInt(rapid.Int64Range(-5, 5000).Draw(t, "int"))
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), true)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), false)
			if strings.HasSuffix(v.Type().Field(i).Tag.Get("json"), ",omitzero") && rapid.IntRange(0, 3).Draw(t, "empty") == 0 {
				v.Field(i).Set(reflect.MakeSlice(v.Field(i).Type(), 0, 0))
			}
		}
	case v.Kind() == reflect.Slice:
		n := rapid.IntRange(1, 3).Draw(t, "len")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i), true)
		}
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for i := range rapid.IntRange(1, 3).Draw(t, "len") {
			element := reflect.New(v.Type().Elem()).Elem()
			fill(t, element, true)
			v.SetMapIndex(reflect.ValueOf(fmt.Sprintf("%d %s", i, word(t))), element)
		}
	default:
		t.Fatalf("no way to fill %s", v.Type())
	}
}

// word makes what a writer of YAML stumbles over.
func word(t *rapid.T) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"true", "No", "null", "~", "1", "0x1F", "1e3", ".5", "2026-01-10", "12:30", "a: b", "a #b", "- a", "'a'", "\"", "\\", "{a}", "[a, b]",
			"*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "a:", " a", "a ", "?", "A?", "a:b", "a,b", "---", ",", "...", "=", "<<", "\n", "a\nb", "\t", "\u0085", "\u00a0", "\u2028", "\ufeff",
			"\u007f", "コントソ バックアップ", "玉河物流", "😀", "https://a.example/?b=c&d#e", "Mon-Fri 09:00-12:00,13:00-17:30; Sat 09:00-12:00", "+49 30 1", "24x7"}),
		rapid.StringN(1, 12, -1).Filter(func(s string) bool { return !strings.ContainsAny(s, "\uFFFD") }),
	).Draw(t, "word")
}

func TestDocumentsStaySmall(t *testing.T) {
	var objects []any
	for i := range 2500 {
		objects = append(objects, &wire.Person{ID: fmt.Sprint("p", i), Company: "a"})
	}
	objects = append(objects, &wire.Company{ID: "a"}, &wire.Person{ID: "z", Company: "a"})
	documents := strings.Split(string(write(t, YAML, objects)), "---\n")
	if len(documents) != 4 {
		t.Fatalf("%d documents, want 1000 + 1000 + 501 + 1 rows", len(documents))
	}
	for i, doc := range documents {
		if !strings.HasPrefix(doc, "switchboard: 1\n") || strings.Count(doc, "- id:") > documentRows {
			t.Errorf("document %d has %d rows", i, strings.Count(doc, "- id:"))
		}
	}
	if got := objectsIn(t, []byte(strings.Join(documents, "---\n"))); !reflect.DeepEqual(got, objects) {
		t.Error("the stream reads differently")
	}
}

func TestAnEmptyWorldIsAWorld(t *testing.T) {
	for _, syntax := range []Syntax{YAML, JSONLines} {
		if got := objectsIn(t, write(t, syntax, nil)); got != nil {
			t.Errorf("%s: %v", syntax, got)
		}
	}
}

// The golden files show what people get; both hold the same world.
func TestExportLooksAsDocumented(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("testdata", "world.in.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	objects := objectsIn(t, source)
	for syntax, name := range map[Syntax]string{YAML: "world.golden.yaml", JSONLines: "world.golden.jsonl"} {
		path := filepath.Join("testdata", name)
		got := write(t, syntax, objects)
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs:\n%s", name, got)
		}
		if !reflect.DeepEqual(objectsIn(t, want), objects) {
			t.Errorf("%s reads differently", name)
		}
	}
}

type fullDisk struct{ left int }

var errFull = errors.New("disk full")

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.left -= len(p); d.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteStopsAtTheFirstError(t *testing.T) {
	lost := errors.New("connection lost")
	broken := func(yield func(any, error) bool) { yield(nil, lost) }
	if err := Write(&bytes.Buffer{}, YAML, broken); err != lost {
		t.Errorf("got %v, want the error of the sequence", err)
	}
	for _, syntax := range []Syntax{YAML, JSONLines} {
		drawn := 0
		endless := func(yield func(any, error) bool) {
			for yield(&wire.Person{ID: "p", Company: "a"}, nil) && drawn < 1e6 {
				drawn++
			}
		}
		if err := Write(&fullDisk{100_000}, syntax, endless); err != errFull || drawn > 1e5 {
			t.Errorf("%s: %v after %d objects", syntax, err, drawn)
		}
	}
}
