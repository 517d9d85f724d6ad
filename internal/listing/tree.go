package listing

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

const (
	maxBytes = 32 << 20 // of a listing document, which is read as a whole
	maxDepth = 100
)

// tree is a JSON value whose members are found by key, whatever their spelling.
type tree struct {
	line    int
	text    string // of a string, number or word
	list    []*tree
	members map[string]*tree
	names   []string // of members, as written, in order
}

// get finds a member by one of its names; nil when there is none. A nil tree
// has no members, so chains need no checks.
func (t *tree) get(names ...string) *tree {
	if t == nil {
		return nil
	}
	for _, name := range names {
		if member := t.members[key(name)]; member != nil {
			return member
		}
	}
	return nil
}

// str is the text of a member, "" when there is none.
func (t *tree) str(names ...string) string {
	if member := t.get(names...); member != nil {
		return member.text
	}
	return ""
}

// items are the elements of a list, or the members of an object in order: plans
// are written as either.
func (t *tree) items() []*tree {
	if t == nil {
		return nil
	}
	if t.members == nil {
		return t.list
	}
	var out []*tree
	for _, name := range t.names {
		out = append(out, t.members[key(name)])
	}
	return out
}

// walk visits a tree and all below it, until visit says that it has dealt with
// one and what is below.
func (t *tree) walk(visit func(*tree) (done bool)) {
	if t == nil || visit(t) {
		return
	}
	for _, item := range t.items() {
		item.walk(visit)
	}
}

// json reads a document and gives it to the reader of its format.
func (c *collector) json(r io.Reader) error {
	root, ok, err := c.document(r)
	if err != nil || !ok {
		return err
	}
	switch c.in.Format {
	case ProductIngestion:
		return c.productIngestion(root)
	case IngestionV1:
		return c.ingestionV1(root)
	case Azpc:
		return c.azpc(root)
	}
	return c.saasSample(root)
}

// document parses the whole input; not ok when it has been refused.
func (c *collector) document(r io.Reader) (root *tree, ok bool, err error) {
	in := bufio.NewReader(r)
	if withoutBOM(in) {
		c.refuse(1, "import.not-utf8")
		return nil, false, nil
	}
	data, err := io.ReadAll(io.LimitReader(in, maxBytes+1))
	if err != nil {
		return nil, false, unreadable(err, c.in.Name)
	}
	if code, line := unfit(data); code != "" {
		c.refuse(line, code, "max", maxBytes>>20)
		return nil, false, nil
	}
	p := &parser{dec: json.NewDecoder(bytes.NewReader(data)), data: data, line: 1}
	p.dec.UseNumber()
	root, err = p.value(0)
	if err == nil {
		if _, end := p.dec.Token(); end != io.EOF {
			err = errors.New("listing: more than one document")
		}
	}
	if err != nil {
		c.refuse(p.lineAt(p.dec.InputOffset()), parseCode(err), "format", "JSON")
		return nil, false, nil
	}
	return root, true, nil
}

// unfit finds what no document may be or hold.
func unfit(data []byte) (code string, line int) {
	switch i := bytes.IndexByte(data, 0); {
	case len(data) > maxBytes:
		return "import.document-too-big", 1
	case len(bytes.TrimSpace(data)) == 0:
		return "import.empty", 1
	case i >= 0:
		return "import.nul", 1 + bytes.Count(data[:i], []byte("\n"))
	case !utf8.Valid(data):
		i = slices.IndexFunc(bytes.Split(data, []byte("\n")), func(l []byte) bool { return !utf8.Valid(l) })
		return "import.not-utf8", 1 + i
	}
	return "", 0
}

var errDeep = errors.New("listing: too deep")

func parseCode(err error) string {
	switch {
	case errors.Is(err, errDeep):
		return "import.too-deep"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "import.truncated"
	}
	return "import.syntax"
}

type parser struct {
	dec    *json.Decoder
	data   []byte
	offset int64 // up to which lines are counted
	line   int
}

// lineAt counts on; offsets only grow.
func (p *parser) lineAt(offset int64) int {
	if offset > p.offset {
		p.line += bytes.Count(p.data[p.offset:offset], []byte("\n"))
		p.offset = offset
	}
	return p.line
}

func (p *parser) value(depth int) (*tree, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	token, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	t := &tree{line: p.lineAt(p.dec.InputOffset())}
	switch v := token.(type) {
	case nil:
	case json.Delim:
		if v == '{' {
			err = p.object(t, depth)
		} else {
			err = p.array(t, depth)
		}
	default:
		t.text = fmt.Sprint(v)
	}
	return t, err
}

func (p *parser) object(t *tree, depth int) error {
	t.members = map[string]*tree{}
	for p.dec.More() {
		token, err := p.dec.Token()
		if err != nil {
			return err
		}
		name := fmt.Sprint(token)
		member, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		if t.members[key(name)] == nil { // the first of two spellings counts
			t.members[key(name)] = member
			t.names = append(t.names, name)
		}
	}
	_, err := p.dec.Token()
	return err
}

func (p *parser) array(t *tree, depth int) error {
	for p.dec.More() {
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		t.list = append(t.list, item)
	}
	_, err := p.dec.Token()
	return err
}
