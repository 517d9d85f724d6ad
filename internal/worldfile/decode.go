package worldfile

import (
	"reflect"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"switchboard/internal/text"
	"switchboard/wire"
)

// The tree of a row is decoded by this file whether it was written in YAML or
// JSON, so that both are equally strict: unknown and repeated keys, wrong types
// and aliases are errors, each with its line and path.

// path is where a value stands; it becomes a string only when an error needs it.
type path struct {
	up    *path
	name  string
	index int // used when name is empty
}

func (p *path) String() string {
	var steps []string
	for at := p; at != nil; at = at.up {
		switch {
		case at.name == "":
			steps = append(steps, "["+strconv.Itoa(at.index)+"]")
		case at.up != nil:
			steps = append(steps, "."+at.name)
		default:
			steps = append(steps, at.name)
		}
	}
	var b strings.Builder
	for i := len(steps) - 1; i >= 0; i-- {
		b.WriteString(steps[i])
	}
	return b.String()
}

type decoder struct {
	report func(n *yaml.Node, at *path, code string, args ...any)
}

var (
	textType     = reflect.TypeFor[wire.Text]()
	externalType = reflect.TypeFor[wire.External]()
)

// value decodes a node; null leaves what is there, which is nothing.
func (d *decoder) value(n *yaml.Node, v reflect.Value, at *path) {
	if n.Kind == yaml.AliasNode {
		d.report(n, at, "import.alias")
		return
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	switch {
	case v.Type() == textType:
		d.text(n, v, at)
		return
	case v.Type() == externalType:
		d.external(n, v, at)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), at)
	case reflect.Struct:
		d.object(n, v, at)
	case reflect.Slice:
		d.list(n, v, at)
	case reflect.Map:
		d.mapping(n, v, at)
	default:
		d.scalar(n, v, at)
	}
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, at *path) {
	switch v.Kind() {
	case reflect.String:
		if isString(n) {
			v.SetString(n.Value)
			return
		}
		d.wrongType(n, at, "string")
	case reflect.Bool:
		if n.Kind == yaml.ScalarNode && n.Tag == "!!bool" {
			v.SetBool(strings.EqualFold(n.Value, "true"))
			return
		}
		d.wrongType(n, at, "bool")
	case reflect.Int:
		if number, err := strconv.ParseInt(n.Value, 10, 32); err == nil && n.Tag == "!!int" {
			v.SetInt(number)
			return
		}
		d.wrongType(n, at, "int")
	default:
		panic("worldfile: no rule for " + v.Type().String())
	}
}

// isString takes what YAML reads as a number or a date for the text it is:
// mpnId: 7000011 and from: 2026-01-01 need no quotes.
func isString(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode {
		return false
	}
	switch n.Tag {
	case "!!str", "!!int", "!!float", "!!timestamp":
		return true
	}
	return false
}

func (d *decoder) wrongType(n *yaml.Node, at *path, want string) {
	d.report(n, at, "import.type-"+want, "value", clip(n.Value))
}

// object decodes a mapping into a struct by the json names of its fields.
func (d *decoder) object(n *yaml.Node, v reflect.Value, at *path) {
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, at, "object")
		return
	}
	shape := shapeOf(v.Type())
	var seen uint64
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		index, known := shape.index[key.Value]
		if !known || key.Kind != yaml.ScalarNode {
			d.unknownKey(key, at, shape.names)
			continue
		}
		here := path{up: at, name: key.Value}
		if seen&(1<<index) != 0 {
			d.report(key, &here, "import.duplicate-key", "key", key.Value)
			continue
		}
		seen |= 1 << index
		d.value(value, v.Field(index), &here)
		if shape.omitEmpty[index] {
			dropEmpty(v.Field(index))
		}
	}
}

// dropEmpty makes an empty list or map an absent one: only visible_to tells
// the two apart, and a row must equal itself after export and import.
func dropEmpty(v reflect.Value) {
	if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.Len() == 0 {
		v.SetZero()
	}
}

func (d *decoder) unknownKey(key *yaml.Node, at *path, known []string) {
	near, _ := text.Nearest(key.Value, known)
	d.report(key, &path{up: at, name: clip(key.Value)}, "import.unknown-key", "key", clip(key.Value), "nearest", near)
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, at *path) {
	if n.Kind != yaml.SequenceNode {
		d.wrongType(n, at, "list")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		here := path{up: at, index: i}
		if item.Kind == yaml.ScalarNode && item.Tag == "!!null" {
			d.report(item, &here, "field.required")
			continue
		}
		d.value(item, out.Index(i), &here)
	}
	v.Set(out)
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, at *path) {
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, at, "object")
		return
	}
	out := reflect.MakeMapWithSize(v.Type(), len(n.Content)/2)
	d.pairs(n, at, func(key string, value *yaml.Node, here *path) {
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(value, element, here)
		out.SetMapIndex(reflect.ValueOf(key), element)
	})
	v.Set(out)
}

// pairs goes through a mapping with free keys, each once.
func (d *decoder) pairs(n *yaml.Node, at *path, take func(key string, value *yaml.Node, here *path)) {
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		here := path{up: at, name: clip(key.Value)}
		switch {
		case key.Kind != yaml.ScalarNode:
			d.wrongType(key, at, "string")
		case seen[key.Value]:
			d.report(key, &here, "import.duplicate-key", "key", clip(key.Value))
		default:
			seen[key.Value] = true
			take(key.Value, value, &here)
		}
	}
}

// text decodes a string, or a map of language tags to strings.
func (d *decoder) text(n *yaml.Node, v reflect.Value, at *path) {
	if isString(n) {
		v.Set(reflect.ValueOf(wire.Plain(n.Value)))
		return
	}
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, at, "text")
		return
	}
	out := wire.Text{}
	d.pairs(n, at, func(tag string, value *yaml.Node, here *path) {
		var s string
		d.value(value, reflect.ValueOf(&s).Elem(), here)
		out[tag] = s
	})
	v.Set(reflect.ValueOf(out))
}

// external decodes ids of other systems; a number or true is the text it is.
func (d *decoder) external(n *yaml.Node, v reflect.Value, at *path) {
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, at, "object")
		return
	}
	out := wire.External{}
	d.pairs(n, at, func(key string, value *yaml.Node, here *path) {
		switch {
		case value.Kind == yaml.AliasNode:
			d.report(value, here, "import.alias")
		case value.Kind == yaml.ScalarNode && value.Tag == "!!null":
		case isString(value), value.Tag == "!!bool":
			out[key] = value.Value
		default:
			d.wrongType(value, here, "string")
		}
	})
	v.Set(reflect.ValueOf(out))
}

// shape is how a struct is written: its keys and their fields.
type shape struct {
	index     map[string]int
	names     []string
	omitEmpty [64]bool
}

var shapes sync.Map // reflect.Type -> *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := &shape{index: map[string]int{}}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		s.index[name] = i
		s.names = append(s.names, name)
		s.omitEmpty[i] = options == "omitempty"
	}
	kept, _ := shapes.LoadOrStore(t, s)
	return kept.(*shape)
}

// clip shortens a value for a message.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if runes := []rune(s); len(runes) > 64 {
		return string(runes[:64]) + "…"
	}
	return s
}
