package app_test

import (
	"io"
	"strings"
	"testing"

	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

func TestAFileIsReadByItsAudienceAlone(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		add := func(person string, f wire.NewFile) *wire.Case {
			out, err := w.AddFile(t.Context(), w.as(person), c.Number, f, strings.NewReader("trace of "+person), nil, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		note := add("p-fiona", wire.NewFile{Name: `C:\secret\prices.txt`, Type: "text/plain"})
		shared := add("p-fiona", wire.NewFile{Name: "trace.txt", Audience: []string{"customer"}})
		w.handOver("p-fiona", c.Number, "contoso", shared.Version)
		for _, want := range []struct {
			person string
			n      int64
			found  bool
		}{{"p-fiona", note.Version, true}, {"p-fiona", shared.Version, true}, {"p-will", 2, true}, {"p-will", 1, false}, {"p-will", 3, false}, {"p-priya", 1, false}, {"p-priya", 2, true}, {"p-ken", 1, false}} {
			f, in, err := w.File(t.Context(), w.as(want.person), c.Number, want.n)
			if !want.found {
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("%s reads %d: %+v %v", want.person, want.n, f, err)
				}
				continue
			}
			if err != nil {
				t.Fatalf("%s %d: %v", want.person, want.n, err)
			}
			data, err := io.ReadAll(in)
			if err != nil || in.Close() != nil || string(data) != "trace of p-fiona" || strings.ContainsAny(f.Name, `\/:`) {
				t.Errorf("%+v %q %v", f, data, err)
			}
		}
		w.verified()
	})
}

func TestAStrangerLeavesNoFile(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		_, err := w.AddFile(t.Context(), w.as("p-ken"), c.Number, wire.NewFile{Name: "x"}, unread{t}, nil, i18n.English)
		wantFault(t, "a stranger", err, fault.NotFound, "not-found.case")
		_, err = w.AddFile(t.Context(), w.as("p-fiona"), c.Number, wire.NewFile{Name: "x"}, io.LimitReader(zeros{}, 26<<20), nil, i18n.English)
		wantFault(t, "too large", err, fault.Invalid, "file.too-large")
	})
}

// The name of a file is what is left without folders and what cannot be seen: it
// holds a letter, and no more bytes than a file system takes.
func TestNamesOfFiles(t *testing.T) {
	long := strings.Repeat("n", 251) + ".txt"
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		for _, tc := range []struct{ name, kept, code string }{
			{"", "", "file.no-name"}, {" ", "", "file.no-name"}, {"...", "", "file.no-name"}, {". .\u00a0\u3000.", "", "file.no-name"}, {"\u200b\u202e", "", "file.no-name"}, {"a/..", "", "file.no-name"},
			{`C:\`, "", "file.no-name"}, {"a/", "", "file.no-name"}, {"\x01\x7f", "", "file.no-name"}, {"a\x00b", "", "field.nul"}, {"a\xffb", "", "field.utf8"},
			{long + "x", "", "file.name-too-long"}, {strings.Repeat("請", 86), "", "file.name-too-long"}, {strings.Repeat("n", 300), "", "file.name-too-long"},
			{long, long, ""}, {strings.Repeat("請", 85), strings.Repeat("請", 85), ""}, {strings.Repeat("folder/", 99) + "a.txt", "a.txt", ""}, {"\x01\u202ea\tb\u200b.txt ", "a b.txt", ""}, {".env", ".env", ""},
			{strings.Repeat("\u200b", 300) + "b", "b", ""},
		} {
			body := io.Reader(strings.NewReader("x"))
			if tc.code != "" {
				body = unread{t}
			}
			_, err := w.AddFile(t.Context(), w.as("p-fiona"), c.Number, wire.NewFile{Name: tc.name}, body, nil, i18n.English)
			_, inForm := w.KeepUpload(t.Context(), w.as("p-fiona"), c.Number, tc.name, "", body)
			for _, err := range []error{err, inForm} {
				if got := fieldOf(err); got != tc.code {
					t.Errorf("%.40q is refused with %q (%v), want %q", tc.name, got, err, tc.code)
				}
			}
			if tc.code != "" {
				continue
			}
			lines, err := w.Timeline(t.Context(), w.as("p-fiona"), c.Number, 0, i18n.English)
			if err != nil || lines[len(lines)-1].Details["name"] != tc.kept {
				t.Errorf("%.40q is kept as %v, want %q: %v", tc.name, lines[len(lines)-1].Details, tc.kept, err)
			}
		}
	})
}

// fieldOf is the code of the field that a fault is about.
func fieldOf(err error) string {
	if f := fault.Of(err); err != nil && len(f.Fields) == 1 {
		return f.Fields[0].Code
	} else if err != nil {
		return f.Code
	}
	return ""
}

// unread is a body that nobody may begin to read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the bytes of a stranger are read")
	return 0, io.EOF
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
