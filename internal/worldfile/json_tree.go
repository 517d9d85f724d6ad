package worldfile

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxDepth of a JSON value; a row of the world format has five levels.
const maxDepth = 64

// jsonTree parses values into the tree that YAML gives, strictly after RFC
// 8259. Nodes are used again for every value: rows pass by the million.
type jsonTree struct {
	text  string
	at    int
	line  int
	nodes []*yaml.Node
	used  int
}

// parse reads one value that begins on a line. Errors are mishaps.
func (t *jsonTree) parse(text string, line int) (*yaml.Node, error) {
	t.text, t.at, t.line, t.used = text, 0, line, 0
	n, err := t.value(0)
	if err != nil {
		return nil, err
	}
	if t.space(); t.at != len(t.text) {
		return nil, t.bad()
	}
	return n, nil
}

func (t *jsonTree) bad() error { return mishap{"import.syntax", t.line} }

func (t *jsonTree) node(kind yaml.Kind, tag string) *yaml.Node {
	if t.used == len(t.nodes) {
		t.nodes = append(t.nodes, &yaml.Node{})
	}
	n := t.nodes[t.used]
	t.used++
	*n = yaml.Node{Kind: kind, Tag: tag, Line: t.line, Content: n.Content[:0]}
	return n
}

func (t *jsonTree) space() {
	for t.at < len(t.text) {
		switch t.text[t.at] {
		case '\n':
			t.line++
		case ' ', '\t', '\r':
		default:
			return
		}
		t.at++
	}
}

// peek gives the next character that is no white space; 0 at the end.
func (t *jsonTree) peek() byte {
	if t.space(); t.at < len(t.text) {
		return t.text[t.at]
	}
	return 0
}

var words = []struct{ text, tag string }{{"true", "!!bool"}, {"false", "!!bool"}, {"null", "!!null"}}

func (t *jsonTree) value(depth int) (*yaml.Node, error) {
	if depth > maxDepth {
		return nil, mishap{"import.too-deep", t.line}
	}
	switch c := t.peek(); {
	case c == '{':
		return t.object(depth)
	case c == '[':
		return t.array(depth)
	case c == '"':
		return t.stringNode()
	case c == '-' || c >= '0' && c <= '9':
		return t.number()
	}
	for _, w := range words {
		if strings.HasPrefix(t.text[t.at:], w.text) {
			n := t.node(yaml.ScalarNode, w.tag)
			n.Value = w.text
			t.at += len(w.text)
			return n, nil
		}
	}
	return nil, t.bad()
}

func (t *jsonTree) object(depth int) (*yaml.Node, error) {
	n := t.node(yaml.MappingNode, "!!map")
	err := t.items('}', func() error {
		if t.peek() != '"' {
			return t.bad()
		}
		key, err := t.stringNode()
		if err != nil {
			return err
		}
		if t.peek() != ':' {
			return t.bad()
		}
		t.at++
		value, err := t.value(depth + 1)
		n.Content = append(n.Content, key, value)
		return err
	})
	return n, err
}

func (t *jsonTree) array(depth int) (*yaml.Node, error) {
	n := t.node(yaml.SequenceNode, "!!seq")
	err := t.items(']', func() error {
		item, err := t.value(depth + 1)
		n.Content = append(n.Content, item)
		return err
	})
	return n, err
}

func (t *jsonTree) items(end byte, item func() error) error {
	t.at++ // the opening bracket
	if t.peek() == end {
		t.at++
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		switch t.peek() {
		case end:
			t.at++
			return nil
		case ',':
			t.at++
		default:
			return t.bad()
		}
	}
}

// number takes a number as it is written; big ones lose nothing.
func (t *jsonTree) number() (*yaml.Node, error) {
	start, tag := t.at, "!!int"
	if t.text[t.at] == '-' {
		t.at++
	}
	whole := t.at
	if t.digits() == 0 || t.text[whole] == '0' && t.at > whole+1 {
		return nil, t.bad()
	}
	if t.at < len(t.text) && t.text[t.at] == '.' {
		tag = "!!float"
		if t.at++; t.digits() == 0 {
			return nil, t.bad()
		}
	}
	if t.at < len(t.text) && t.text[t.at]|0x20 == 'e' {
		tag = "!!float"
		if t.at++; t.at < len(t.text) && (t.text[t.at] == '+' || t.text[t.at] == '-') {
			t.at++
		}
		if t.digits() == 0 {
			return nil, t.bad()
		}
	}
	n := t.node(yaml.ScalarNode, tag)
	n.Value = t.text[start:t.at]
	return n, nil
}

func (t *jsonTree) digits() int {
	start := t.at
	for t.at < len(t.text) && t.text[t.at] >= '0' && t.text[t.at] <= '9' {
		t.at++
	}
	return t.at - start
}

func (t *jsonTree) stringNode() (*yaml.Node, error) {
	n := t.node(yaml.ScalarNode, "!!str")
	n.Style = yaml.DoubleQuotedStyle
	start := t.at + 1
	for i := start; i < len(t.text); i++ {
		switch c := t.text[i]; {
		case c == '"':
			n.Value, t.at = t.text[start:i], i+1
			return n, t.encoded(n.Value)
		case c == '\\':
			value, err := t.escaped(start, i)
			n.Value = value
			return n, err
		case c == 0:
			return nil, mishap{"import.nul", t.line}
		case c < ' ':
			return nil, t.bad()
		}
	}
	return nil, t.bad()
}

func (t *jsonTree) encoded(s string) error {
	if !utf8.ValidString(s) {
		return mishap{"import.not-utf8", t.line}
	}
	return nil
}

// escaped reads a string with escapes; plain is the part before the first.
func (t *jsonTree) escaped(start, first int) (string, error) {
	b := []byte(t.text[start:first])
	for t.at = first; t.at < len(t.text); {
		switch c := t.text[t.at]; {
		case c == '"':
			t.at++
			return string(b), t.encoded(string(b))
		case c == 0:
			return "", mishap{"import.nul", t.line}
		case c < ' ':
			return "", t.bad()
		case c == '\\':
			var err error
			if b, err = t.escape(b); err != nil {
				return "", err
			}
		default:
			b = append(b, c)
			t.at++
		}
	}
	return "", t.bad()
}

const escapes = "\"\"\\\\//b\bf\fn\nr\rt\t"

func (t *jsonTree) escape(b []byte) ([]byte, error) {
	t.at++
	if t.at >= len(t.text) {
		return nil, t.bad()
	}
	c := t.text[t.at]
	if c == 'u' {
		r, err := t.unicode()
		return utf8.AppendRune(b, r), err
	}
	for i := 0; i < len(escapes); i += 2 {
		if escapes[i] == c {
			t.at++
			return append(b, escapes[i+1]), nil
		}
	}
	return nil, t.bad()
}

// unicode reads uXXXX, with its second half if it is a surrogate.
func (t *jsonTree) unicode() (rune, error) {
	first, ok := t.hex(t.at + 1)
	if !ok {
		return 0, t.bad()
	}
	t.at += 5
	if !utf16.IsSurrogate(first) {
		return first, nil
	}
	if strings.HasPrefix(t.text[t.at:], `\u`) {
		if second, ok := t.hex(t.at + 2); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				t.at += 6
				return r, nil
			}
		}
	}
	return 0, mishap{"import.not-utf8", t.line} // half a character
}

func (t *jsonTree) hex(at int) (rune, bool) {
	if at+4 > len(t.text) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(t.text[at : at+4]) {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
