package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"switchboard/internal/fault"
	"switchboard/internal/text"
)

const (
	mostBytes = 1 << 20 // of a JSON body; an import has its own way in
	mostDepth = 32
)

// strict decodes a JSON body into the value that into points to, and refuses
// what encoding/json would quietly repair, because two readers of such a text
// may read two different things (promises 4, JSON layer): duplicate keys, keys
// that differ from a known one in case, unknown keys, broken UTF-8, NUL, lone
// surrogates, and depth or size beyond reason. Faults: invalid json.* with the
// place of the first thing wrong.
func strict(data []byte, into any) error {
	if len(data) > mostBytes {
		return fault.New(fault.Invalid, "json.too-large", "limit", mostBytes)
	}
	if !utf8.Valid(data) {
		return fault.New(fault.Invalid, "json.utf8")
	}
	if err := syntax(data); err != nil {
		return err
	}
	if err := escapes(data); err != nil {
		return err
	}
	s := scan{dec: json.NewDecoder(bytes.NewReader(data))}
	if err := s.value("", reflect.TypeOf(into).Elem(), 0); err != nil {
		return err
	}
	return mistyped(json.Unmarshal(data, into))
}

// syntax tells where the text stops being one JSON value.
func syntax(data []byte) error {
	var raw json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(data))
	err := dec.Decode(&raw)
	if err == nil {
		if _, err = dec.Token(); err == io.EOF {
			return nil
		}
		return fault.New(fault.Invalid, "json.trailing", "offset", int(dec.InputOffset()))
	}
	offset := len(data)
	if wrong := new(json.SyntaxError); errors.As(err, &wrong) {
		offset = int(wrong.Offset)
	}
	return fault.New(fault.Invalid, "json.syntax", "offset", offset)
}

// escapes looks at the \u of a valid JSON text: U+0000 and halves of surrogate
// pairs, which the decoder would replace by U+FFFD.
func escapes(data []byte) error {
	for i := 0; i+1 < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		i++
		if data[i] != 'u' {
			continue
		}
		unit := hex4(data, i+1)
		i += 4
		switch {
		case unit == 0:
			return fault.New(fault.Invalid, "json.nul", "offset", i)
		case unit >= 0xDC00 && unit <= 0xDFFF:
			return fault.New(fault.Invalid, "json.surrogate", "offset", i)
		case unit >= 0xD800 && unit <= 0xDBFF:
			low := -1
			if i+2 < len(data) && data[i+1] == '\\' && data[i+2] == 'u' {
				low = hex4(data, i+3)
			}
			if low < 0xDC00 || low > 0xDFFF {
				return fault.New(fault.Invalid, "json.surrogate", "offset", i)
			}
			i += 6
		}
	}
	return nil
}

func hex4(data []byte, at int) int {
	if at+4 > len(data) {
		return -1
	}
	n, err := strconv.ParseUint(string(data[at:at+4]), 16, 16)
	if err != nil {
		return -1
	}
	return int(n)
}

// scan walks the tokens of a valid JSON text beside the Go type it is meant
// for. A type of nil accepts any keys, each once.
type scan struct{ dec *json.Decoder }

func (s *scan) value(path string, t reflect.Type, depth int) error {
	if depth > mostDepth {
		return fault.New(fault.Invalid, "json.too-deep", "limit", mostDepth)
	}
	token, err := s.dec.Token()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "json.syntax", "offset", int(s.dec.InputOffset()))
	}
	switch token {
	case json.Delim('{'):
		return s.object(path, plain(t), depth)
	case json.Delim('['):
		return s.array(path, plain(t), depth)
	}
	return nil
}

func (s *scan) array(path string, t reflect.Type, depth int) error {
	var element reflect.Type
	if t != nil && t.Kind() == reflect.Slice {
		element = t.Elem()
	}
	for i := 0; s.dec.More(); i++ {
		if err := s.value(path+"["+strconv.Itoa(i)+"]", element, depth+1); err != nil {
			return err
		}
	}
	_, err := s.dec.Token()
	return err
}

func (s *scan) object(path string, t reflect.Type, depth int) error {
	seen := map[string]bool{}
	for s.dec.More() {
		token, err := s.dec.Token()
		if err != nil {
			return err
		}
		key := token.(string) // within an object the decoder gives nothing else here
		at := strings.TrimPrefix(path+"."+key, ".")
		if seen[key] {
			return fault.New(fault.Invalid, "fields.invalid").At(at, "json.duplicate-key", "key", key)
		}
		seen[key] = true
		inner, err := member(t, key, at)
		if err != nil {
			return err
		}
		if err := s.value(at, inner, depth+1); err != nil {
			return err
		}
	}
	_, err := s.dec.Token()
	return err
}

// member is the type of an object's key; an unknown key is a fault that names
// the nearest known one.
func member(t reflect.Type, key, at string) (reflect.Type, error) {
	switch {
	case t == nil:
		return nil, nil
	case t.Kind() == reflect.Map:
		return t.Elem(), nil
	case t.Kind() != reflect.Struct:
		return nil, nil // an object where none belongs: the decoder says so
	}
	fields := jsonFields(t)
	if inner, ok := fields[key]; ok {
		return inner, nil
	}
	known := make([]string, 0, len(fields))
	for name := range fields {
		known = append(known, name)
	}
	wrong := fault.New(fault.Invalid, "fields.invalid")
	if near, ok := text.Nearest(key, known); ok {
		return nil, wrong.At(at, "field.unknown-near", "key", key, "near", near)
	}
	return nil, wrong.At(at, "field.unknown", "key", key)
}

var (
	jsonReader = reflect.TypeFor[json.Unmarshaler]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// plain takes pointers off a type; one that reads itself has no known keys.
func plain(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() == reflect.Interface || reflect.PointerTo(t).Implements(jsonReader) || reflect.PointerTo(t).Implements(textReader) {
		return nil
	}
	return t
}

// jsonFields lists the keys of a struct with their types, embedded ones too.
func jsonFields(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case f.Anonymous && name == "":
			for inner, typ := range jsonFields(plain(f.Type)) {
				out[inner] = typ
			}
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			out[name] = f.Type
		}
	}
	return out
}

// mistyped turns what the decoder says about a value of a wrong type into a
// field.
func mistyped(err error) error {
	if err == nil {
		return nil
	}
	wrong := new(json.UnmarshalTypeError)
	if errors.As(err, &wrong) && wrong.Field != "" {
		return fault.New(fault.Invalid, "fields.invalid").At(wrong.Field, "field.type", "want", jsonKind(wrong.Type), "got", wrong.Value)
	}
	return fault.Wrap(err, fault.Invalid, "json.type")
}

func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Slice:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	}
	return "number"
}
