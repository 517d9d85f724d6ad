package worldfile

import (
	"bufio"
	"bytes"
	"io"
	"reflect"

	"go.yaml.in/yaml/v3"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/text"
	"switchboard/wire"
)

// MaxDocument is the size of one YAML document (and of one row of JSON), in
// bytes, above which it is refused: a document has to fit into memory.
const MaxDocument = 32 << 20

// Read reads a stream of the world format and gives every row that can be read
// to emit, in order. name stands in the messages.
//
// A stream that begins with { is JSON: one document of any size, or JSON lines,
// one document a line, of which export writes one row each. Everything else is
// YAML, in documents of at most MaxDocument bytes. The first document says
// switchboard: 1.
//
// The error is *Errors when rows are bad, the first error of emit, or a fault
// import.unreadable when the stream breaks off.
func Read(r io.Reader, name string, emit func(Row) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	rd := &reading{name: name, emit: emit}
	rd.decoder.report = rd.report
	head, err := in.Peek(4)
	if err != nil && err != io.EOF {
		return unreadable(err, name)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}), bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		rd.wrong(1, "", "import.not-utf8") // UTF-16
		return rd.errs.Err()
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, err = in.Discard(3)
		if err != nil {
			return unreadable(err, name)
		}
	}
	if startsJSON(in) {
		err = rd.json(in)
	} else {
		err = rd.yaml(in)
	}
	if err != nil {
		return err
	}
	if rd.documents == 0 && rd.errs.Count == 0 {
		rd.wrong(0, "", "import.empty")
	}
	return rd.errs.Err()
}

// startsJSON looks past white space for the brace.
func startsJSON(in *bufio.Reader) bool {
	for size := 64; ; size *= 2 {
		head, err := in.Peek(size)
		if trimmed := bytes.TrimLeft(head, " \t\r\n"); len(trimmed) > 0 {
			return trimmed[0] == '{'
		}
		if err != nil {
			return false
		}
	}
}

func unreadable(err error, name string) error {
	return fault.Wrap(err, fault.Unavailable, "import.unreadable", "file", name)
}

type reading struct {
	name      string
	emit      func(Row) error
	errs      Errors
	decoder   decoder
	documents int // read so far

	// of the row at hand
	offset int // what to add to a node's line
	bad    bool
}

func (rd *reading) wrong(line int, field, code string, args ...any) {
	rd.errs.Add(RowError{File: rd.name, Line: line, Field: field, Code: code, Args: fault.New(fault.Invalid, code, args...).Args})
}

func (rd *reading) report(n *yaml.Node, at *path, code string, args ...any) {
	rd.bad = true
	rd.wrong(n.Line+rd.offset, at.String(), code, args...)
}

// section names of a document and the nouns of their rows.
var sections = map[string]directory.Noun{
	"companies": directory.Companies, "relations": directory.Relations, "offers": directory.Offers,
	"agreements": directory.Agreements, "subscriptions": directory.Subscriptions, "people": directory.People,
	"intake_forms": directory.IntakeForms,
}

const (
	versionKey  = "switchboard"
	policiesKey = "policies"
	refundKey   = "refund"
)

// document keeps what is known of the document at hand.
type document struct {
	seen    map[string]bool
	version bool
}

func (rd *reading) begin() *document { return &document{seen: map[string]bool{}} }

// end: the first document of a stream says which format it is. A later one
// need not, so that streams can be cut and joined.
func (rd *reading) end(d *document, line int) {
	if rd.documents == 0 && !d.version {
		rd.wrong(line, versionKey, "import.version-missing")
	}
	rd.documents++
}

// key takes note of a top-level key; false when its value is to be passed over.
func (rd *reading) key(d *document, key string, line int) bool {
	if d.seen[key] {
		rd.wrong(line, clip(key), "import.duplicate-key", "key", clip(key))
		return false
	}
	d.seen[key] = true
	if _, rows := sections[key]; rows || key == versionKey || key == policiesKey {
		return true
	}
	near, _ := text.Nearest(key, topKeys())
	rd.wrong(line, clip(key), "import.unknown-key", "key", clip(key), "nearest", near)
	return false
}

func topKeys() []string { return shapeOf(reflect.TypeFor[wire.World]()).names }

func (rd *reading) version(d *document, n *yaml.Node, line int) {
	d.version = true
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || n.Value != "1" {
		rd.wrong(line, versionKey, "import.version-unknown", "value", clip(n.Value), "known", wire.Format)
	}
}

// row decodes one row and hands it on if nothing is wrong with it.
func (rd *reading) row(noun directory.Noun, section string, index int, n *yaml.Node) error {
	rd.bad = false
	top := path{name: section}
	here := path{up: &top, index: index}
	object := directory.New(noun)
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		rd.report(n, &here, "import.type-object", "value", "null")
	} else {
		rd.decoder.value(n, reflect.ValueOf(object).Elem(), &here)
	}
	if rd.bad {
		return nil
	}
	return rd.emit(Row{Noun: noun, Object: object, File: rd.name, Line: n.Line + rd.offset, Section: section, Index: index, node: n})
}
