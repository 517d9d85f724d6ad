package worldfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"strconv"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// Syntax is how the world format is written.
type Syntax string

const (
	YAML      Syntax = "yaml"  // documents of at most 1,000 rows, for people
	JSONLines Syntax = "jsonl" // one row a line, for big worlds and line tools
)

// A document ends at whichever of the two it reaches first, far below what Read
// refuses.
const (
	documentRows  = 1000
	documentBytes = 4 << 20
)

// Write writes the objects (pointers to types of the world format) as a stream
// that Read takes back as the same objects: what is unset stays unset. Objects
// of one noun should follow each other, best in the order of directory.Nouns.
// It stops at the first error of the sequence or of w.
func Write(w io.Writer, syntax Syntax, objects iter.Seq2[any, error]) error {
	out := &writer{out: bufio.NewWriterSize(w, 64<<10), syntax: syntax}
	out.json = json.NewEncoder(&out.row)
	out.json.SetEscapeHTML(false)
	if syntax == JSONLines {
		out.version()
	}
	for object, err := range objects {
		if err == nil {
			err = out.object(object)
		}
		if err != nil {
			return err
		}
	}
	if out.documents == 0 && syntax == YAML { // an empty world is one too
		out.version()
	}
	return out.out.Flush()
}

type writer struct {
	out       *bufio.Writer
	syntax    Syntax
	json      *json.Encoder
	row       bytes.Buffer
	tree      jsonTree
	documents int
	rows      int // in this document
	bytes     int
	seen      map[directory.Noun]bool
	section   directory.Noun
}

func (w *writer) version() {
	if w.documents++; w.syntax == JSONLines {
		w.print(`{"`, versionKey, `":`, strconv.Itoa(wire.Format), "}\n")
		return
	}
	if w.documents > 1 {
		w.print("---\n")
	}
	w.print(versionKey, ": ", strconv.Itoa(wire.Format), "\n")
	w.rows, w.bytes, w.section, w.seen = 0, 0, "", map[directory.Noun]bool{}
}

// print relies on bufio: the first error stays and Flush returns it.
func (w *writer) print(parts ...string) {
	for _, part := range parts {
		_, _ = w.out.WriteString(part)
	}
}

func (w *writer) object(object any) error {
	noun, _ := directory.Identify(object)
	w.row.Reset()
	if err := w.json.Encode(object); err != nil {
		return err
	}
	row := bytes.TrimSuffix(w.row.Bytes(), []byte("\n"))
	if w.syntax == JSONLines {
		w.line(noun, row)
		return w.failed()
	}
	n, err := w.tree.parse(string(row), 1)
	if err != nil {
		return err
	}
	w.place(noun)
	w.rows++
	w.bytes += len(row)
	(&yamlWriter{w.out}).item(n)
	return w.failed()
}

// failed asks the buffer for the error of an earlier write, so that a broken
// pipe ends a long export.
func (w *writer) failed() error {
	_, err := w.out.Write(nil)
	return err
}

func (w *writer) line(noun directory.Noun, row []byte) {
	before, after := `{"`+string(noun)+`":[`, "]}\n"
	if noun == directory.Refunds {
		before, after = `{"`+policiesKey+`":{"`+refundKey+`":[`, "]}}\n"
	}
	w.print(before)
	_, _ = w.out.Write(row)
	w.print(after)
}

// place begins a document or a section where one is due.
func (w *writer) place(noun directory.Noun) {
	full := w.rows >= documentRows || w.bytes >= documentBytes
	if w.documents == 0 || full || noun != w.section && w.seen[noun] {
		w.version()
	}
	if noun == w.section {
		return
	}
	w.section, w.seen[noun] = noun, true
	if noun == directory.Refunds {
		w.print(policiesKey, ":\n  ", refundKey, ":\n")
		return
	}
	w.print(string(noun), ":\n")
}
