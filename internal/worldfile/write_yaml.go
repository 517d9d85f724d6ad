package worldfile

import (
	"bufio"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlWriter writes a row as people would: blocks, quotes only where they are
// needed. The library's emitter does the same at a tenth of the speed.
type yamlWriter struct{ out *bufio.Writer }

// item writes a row as an element of a list at depth one.
func (w *yamlWriter) item(n *yaml.Node) {
	w.print("  - ")
	if len(n.Content) == 0 {
		w.print("{}\n")
		return
	}
	w.members(n, 4, true)
}

func (w *yamlWriter) print(parts ...string) {
	for _, part := range parts {
		_, _ = w.out.WriteString(part) // bufio keeps the first error for Flush
	}
}

func (w *yamlWriter) indent(depth int) { w.print(strings.Repeat(" ", depth)) }

// members writes the pairs of a mapping; the first may stand behind a dash.
func (w *yamlWriter) members(n *yaml.Node, depth int, inline bool) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !inline || i > 0 {
			w.indent(depth)
		}
		w.print(scalar(n.Content[i]), ":")
		w.value(n.Content[i+1], depth)
	}
}

func (w *yamlWriter) value(n *yaml.Node, depth int) {
	switch {
	case n.Kind == yaml.ScalarNode:
		w.print(" ", scalar(n), "\n")
	case n.Kind == yaml.MappingNode && len(n.Content) == 0:
		w.print(" {}\n")
	case n.Kind == yaml.MappingNode:
		w.print("\n")
		w.members(n, depth+2, false)
	case allScalars(n):
		w.flow(n)
	default:
		w.print("\n")
		for _, item := range n.Content {
			w.indent(depth + 2)
			w.print("- ")
			if len(item.Content) == 0 {
				w.print("{}\n")
				continue
			}
			w.members(item, depth+4, true)
		}
	}
}

// flow writes a list of words on one line, as the format's own examples do.
func (w *yamlWriter) flow(n *yaml.Node) {
	w.print(" [")
	for i, item := range n.Content {
		if i > 0 {
			w.print(", ")
		}
		text := scalar(item)
		if strings.ContainsAny(text, ",[]{}?:") && text[0] != '"' {
			text = quote(item.Value)
		}
		w.print(text)
	}
	w.print("]\n")
}

func allScalars(n *yaml.Node) bool {
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			return false
		}
	}
	return true
}

func scalar(n *yaml.Node) string {
	if n.Tag != "!!str" || plain(n.Value) {
		return n.Value
	}
	return quote(n.Value)
}

// reserved are the words that some reader of YAML takes for something else.
var reserved = map[string]bool{"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true,
	"null": true, "nan": true, "inf": true}

// A date, a duration and 24x7 begin with a digit and are words all the same.
var dateLike = regexp.MustCompile(`^(\d{4}-\d\d-\d\d|\d{1,4}(m|h|bd)|24x7)$`)

// plain tells whether a string can stand without quotes and still be read as
// the same string, here and in any other reader of YAML.
func plain(s string) bool {
	if s == "" || s[len(s)-1] == ' ' || s[len(s)-1] == ':' || reserved[strings.ToLower(s)] {
		return false
	}
	if dateLike.MatchString(s) { // our reader takes a date for its text
		return true
	}
	if first, _ := utf8.DecodeRuneInString(s); !unicode.IsLetter(first) {
		return false
	}
	for i, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune("._/@+-()&;,?=%'", r):
		case r == ':' && s[i+1] != ' ':
		case r == ' ' && s[i+1] != '#':
		default:
			return false
		}
	}
	return true
}

// quote writes a string in double quotes; what cannot be seen is escaped.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == ' ' || unicode.IsGraphic(r) && r != '\u00A0' && !unicode.Is(unicode.Zs, r):
			b.WriteRune(r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
