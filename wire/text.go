package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"unicode/utf8"
)

// Text is a name or title in one or several languages: a plain string, kept
// under the empty tag, or a map of language tags (en, ja, zh-TW) to strings.
type Text map[string]string

// Plain makes a text whose language is not stated.
func Plain(s string) Text {
	if s == "" {
		return nil
	}
	return Text{"": s}
}

// In gives the text in a language and the language it really is in: the one
// asked for, else the plain one, else English, else the first by tag. The
// returned tag is "" when the language is not stated.
func (t Text) In(lang string) (text, tag string) {
	for _, tag := range []string{lang, "", "en"} {
		if s, ok := t[tag]; ok {
			return s, tag
		}
	}
	for _, tag := range t.Tags() {
		return t[tag], tag
	}
	return "", ""
}

// Tags lists the languages in a stable order.
func (t Text) Tags() []string {
	tags := make([]string, 0, len(t))
	for tag := range t {
		tags = append(tags, tag)
	}
	sort.Strings(tags)
	return tags
}

// MarshalJSON writes a plain text as a string, else the map in order of tags.
func (t Text) MarshalJSON() ([]byte, error) {
	if s, ok := t[""]; ok && len(t) == 1 {
		return json.Marshal(s)
	}
	return json.Marshal(map[string]string(t))
}

// UnmarshalJSON reads a string or a map of language tags.
func (t *Text) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	*t = nil
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = Plain(s)
		return nil
	}
	m, ok := plainStrings(data)
	if !ok && json.Unmarshal(data, &m) != nil {
		return errors.New("text: a string, or a map of language tags to strings")
	}
	if len(m) > 0 {
		*t = m
	}
	return nil
}

// External holds a company's, offer's or subscription's ids in other systems.
// Numbers and booleans are read as the strings they look like.
type External map[string]string

// UnmarshalJSON reads an object whose values are scalars.
func (e *External) UnmarshalJSON(data []byte) error {
	if m, ok := plainStrings(data); ok && len(m) > 0 {
		*e = m
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var raw map[string]any
	if err := dec.Decode(&raw); err != nil {
		return err
	}
	*e = nil
	for key, value := range raw {
		switch v := value.(type) {
		case nil:
			continue
		case string, json.Number, bool:
			if *e == nil {
				*e = External{}
			}
			(*e)[key] = fmt.Sprint(v)
		default:
			return fmt.Errorf("external.%s: a string", key)
		}
	}
	return nil
}

// plainStrings reads an object of strings without escapes, as nearly all are:
// rows are read by the thousand, and a decoder for each small map costs more
// than the rest of the row. False = somebody else should read it.
func plainStrings(data []byte) (map[string]string, bool) {
	if len(data) < 2 || data[0] != '{' || !utf8.Valid(data) {
		return nil, false
	}
	m := map[string]string{}
	for rest := data[1:]; ; rest = rest[1:] {
		key, after, ok := plainString(rest)
		if !ok || len(after) == 0 || after[0] != ':' {
			return nil, false
		}
		value, after, ok := plainString(after[1:])
		if !ok || len(after) == 0 {
			return nil, false
		}
		m[key] = value
		if after[0] == '}' {
			return m, len(after) == 1
		}
		if after[0] != ',' {
			return nil, false
		}
		rest = after
	}
}

// plainString takes a quoted string from the front.
func plainString(data []byte) (s string, rest []byte, ok bool) {
	if len(data) == 0 || data[0] != '"' {
		return "", nil, false
	}
	for i, c := range data[1:] {
		switch {
		case c == '"':
			return string(data[1 : i+1]), data[i+2:], true
		case c == '\\' || c < ' ':
			return "", nil, false
		}
	}
	return "", nil, false
}
