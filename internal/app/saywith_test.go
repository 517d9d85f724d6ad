package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// upload puts a file on disk for a case.
func (w *world) upload(person, number, name, bytes string) app.Upload {
	w.t.Helper()
	u, err := w.KeepUpload(w.t.Context(), w.as(person), number, name, "text/plain", strings.NewReader(bytes))
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

// filesFor are the names of the files that somebody is told of.
func (w *world) filesFor(person, number string) (out []string) {
	w.t.Helper()
	lines, err := w.Timeline(w.t.Context(), w.as(person), number, 0, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range lines {
		if l.Kind == "file" {
			out = append(out, l.Details["name"])
		}
	}
	return out
}

// version is the number of the newest event that somebody's company reads.
func (w *world) version(person, number string) int64 {
	w.t.Helper()
	c, err := w.Case(w.t.Context(), w.as(person), number, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	return c.Version
}

// The files of a message are read by who reads the message, and by nobody else:
// those of a note, of a reply, of an answer, of a solution.
func TestFilesHaveTheReadersOfTheirMessage(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		w.handOver("p-fiona", c.Number, "wideworld", 1)
		w.say("p-jo", c.Number, "which version?", "fabrikam")
		n := w.version("p-fiona", c.Number)
		for _, m := range []struct {
			said wire.NewMessage
			file string
		}{
			{wire.NewMessage{Text: "a note", Audience: []string{"internal"}}, "note.txt"},
			{wire.NewMessage{Text: "a reply", Audience: []string{"customer"}}, "reply.txt"},
			{wire.NewMessage{Answers: n}, "answer.txt"},
		} {
			_, err := w.SayWith(t.Context(), w.as("p-fiona"), c.Number, m.said, app.Beside{Files: []app.Upload{w.upload("p-fiona", c.Number, m.file, "x"), w.upload("p-fiona", c.Number, "2-"+m.file, "y")}}, nil, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
		}
		for person, want := range map[string][]string{
			"p-fiona": {"note.txt", "2-note.txt", "reply.txt", "2-reply.txt", "answer.txt", "2-answer.txt"},
			"p-will":  {"reply.txt", "2-reply.txt"},
			"p-jo":    {"answer.txt", "2-answer.txt"},
		} {
			if got := w.filesFor(person, c.Number); !slices.Equal(got, want) {
				t.Errorf("%s is told of %v, want %v", person, got, want)
			}
		}
		w.verified()
	})
}

// A message and its files are one: what cannot come with all of them is not said.
func TestAMessageIsNotSaidWithoutItsFiles(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		var files []app.Upload
		for i := range 101 { // a case has 100 at most
			files = append(files, w.upload("p-fiona", c.Number, fmt.Sprintf("%d.txt", i), "x"))
		}
		fiona := w.as("p-fiona")
		before := w.version("p-fiona", c.Number)
		_, err := w.SayWith(t.Context(), fiona, c.Number, wire.NewMessage{Text: "all of it", Audience: []string{"customer"}}, app.Beside{Files: files}, nil, i18n.English)
		wantFault(t, "one file too many", err, fault.Conflict, "case.too-many-files")
		_, err = w.SolveWith(t.Context(), fiona, c.Number, "propose", wire.CaseStep{Text: "all of it"}, app.Beside{Files: files}, nil, i18n.English)
		wantFault(t, "one file too many", err, fault.Conflict, "case.too-many-files")
		stale := before - 1
		_, err = w.SayWith(t.Context(), fiona, c.Number, wire.NewMessage{Audience: []string{"customer"}}, app.Beside{Files: files[:1]}, &stale, i18n.English)
		wantFault(t, "over something unread", err, fault.Stale, "case.changed")
		_, err = w.SayWith(t.Context(), fiona, c.Number, wire.NewMessage{Audience: []string{"customer"}, Wait: true}, app.Beside{Files: files[:1]}, nil, i18n.English)
		wantFault(t, "a question without words", err, fault.Invalid, "invalid.required")
		if after := w.version("p-fiona", c.Number); after != before {
			t.Errorf("the case went from %d to %d", before, after)
		}
		if _, err = w.SolveWith(t.Context(), fiona, c.Number, "propose", wire.CaseStep{Text: "do this"}, app.Beside{Files: files[:2]}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		if got := w.filesFor("p-will", c.Number); !slices.Equal(got, []string{"0.txt", "1.txt"}) {
			t.Errorf("the customer is told of %v", got)
		}
		w.verified()
	})
}
