// Package worldfile reads and writes the world format (spec 3 section 2): YAML
// in documents, JSON, or JSON lines. It reads as a stream, row by row, strictly,
// and goes on after a bad row, so that one run shows all that is wrong. Whether
// a row makes sense is not its business: directory.Check knows.
package worldfile

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
)

// Row is one object of the input and where it stands.
type Row struct {
	Noun    directory.Noun
	Object  any // pointer to the noun's type in wire
	File    string
	Line    int    // of its first character, from 1
	Section string // "offers", "policies.refund"
	Index   int    // within its section of its document, from 0

	node *yaml.Node
}

// Problem places a problem that directory.Check found in the row: its exact
// line and its path from the top. Call it before emit returns; afterwards the
// line is that of the row.
func (r Row) Problem(p directory.Problem) RowError {
	field := p.Path
	if r.Section != "" { // a row that came of a listing stands in no section
		field = strings.TrimSuffix(fmt.Sprintf("%s[%d].%s", r.Section, r.Index, p.Path), ".")
	}
	return RowError{File: r.File, Line: r.lineOf(p.Path), Field: field, Code: p.Code, Args: p.Args, Warning: p.Warning}
}

// lineOf follows a path like "contacts[0].email" as far as the input has it.
func (r Row) lineOf(path string) int {
	line, n := r.Line, r.node
	offset := 0
	if n != nil {
		offset = r.Line - n.Line
	}
	for _, step := range strings.FieldsFunc(path, func(c rune) bool { return c == '.' || c == '[' || c == ']' }) {
		if n = child(n, step); n == nil {
			return line
		}
		line = n.Line + offset
	}
	return line
}

func child(n *yaml.Node, step string) *yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind == yaml.SequenceNode {
		for i, item := range n.Content {
			if fmt.Sprint(i) == step {
				return item
			}
		}
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == step {
			return n.Content[i+1]
		}
	}
	return nil
}

// RowError is one thing wrong with the input. Code is the key of its sentence.
type RowError struct {
	File    string
	Line    int    // from 1; 0 = the file as a whole
	Field   string // "offers[3].contacts[0].email"; "" = none
	Code    string
	Args    fault.Args
	Warning bool
}

// Kept is how many errors are kept of an input; the rest is only counted.
const Kept = 100

// Errors collects what is wrong with an input. It unwraps to a fault of kind
// invalid, code import.rows {count}, with a field per kept error.
type Errors struct {
	Rows  []RowError // the first Kept
	Count int        // all of them
}

// Add takes one more.
func (e *Errors) Add(row RowError) {
	if e.Count++; len(e.Rows) < Kept {
		e.Rows = append(e.Rows, row)
	}
}

// Take adds the errors that Read returned; any other error it gives back.
func (e *Errors) Take(err error) error {
	more, ok := err.(*Errors)
	if !ok {
		return err
	}
	for _, row := range more.Rows {
		e.Add(row)
	}
	e.Count += more.Count - len(more.Rows)
	return nil
}

// Err gives the collection as an error; nil when it is empty.
func (e *Errors) Err() error {
	if e.Count == 0 {
		return nil
	}
	return e
}

// Error is for logs.
func (e *Errors) Error() string { return e.Unwrap().Error() }

// Unwrap makes the fault that users read.
func (e *Errors) Unwrap() error {
	f := fault.New(fault.Invalid, "import.rows", "count", e.Count)
	for _, row := range e.Rows {
		f.Fields = append(f.Fields, fault.Field{Path: row.Place(), Code: row.Code, Args: row.Args})
	}
	return f
}

// Place is where the error stands: "world.yaml:12: offers[3].kind".
func (r RowError) Place() string {
	place := r.File
	if r.Line > 0 {
		place += fmt.Sprintf(":%d", r.Line)
	}
	if r.Field != "" {
		place += ": " + r.Field
	}
	return place
}
