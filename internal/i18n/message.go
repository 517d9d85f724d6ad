package i18n

import (
	"fmt"
	"slices"
	"strings"
)

// message is one sentence, taken apart once when its catalog is read.
type message struct {
	count string // placeholder that chooses the plural form, "" for one form
	one   form   // only with count
	other form
}

type form []segment

// segment is a literal, a placeholder, or an optional part.
type segment struct {
	literal  string
	name     string
	optional form // [[...]]
}

// parseForm takes a sentence apart.
func parseForm(text string) (form, error) {
	r := reader{text: text}
	out, err := r.form(false)
	if err == nil && r.text != "" {
		err = fmt.Errorf("]] without [[ in %q", text)
	}
	return out, err
}

// reader takes segments from the front of a text.
type reader struct{ text string }

// form reads up to "]]" within an optional part, else up to the end.
func (r *reader) form(within bool) (out form, err error) {
	for r.text != "" {
		special := strings.IndexAny(r.text, "{}[]")
		if special < 0 {
			special = len(r.text)
		}
		if special > 0 {
			out, r.text = append(out, segment{literal: r.text[:special]}), r.text[special:]
			continue
		}
		if strings.HasPrefix(r.text, "]]") {
			if within {
				r.text = r.text[2:]
			}
			return out, nil
		}
		s, err := r.segment(within)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	if within {
		return nil, fmt.Errorf("[[ without ]]")
	}
	return out, nil
}

// segment reads what begins with a brace or a bracket.
func (r *reader) segment(within bool) (s segment, err error) {
	text := r.text
	switch {
	case strings.HasPrefix(text, "{{"), strings.HasPrefix(text, "}}"):
		r.text = text[2:]
		return segment{literal: text[:1]}, nil
	case strings.HasPrefix(text, "[["):
		if within {
			return s, fmt.Errorf("[[ within [[ at %q", text)
		}
		r.text = text[2:]
		s.optional, err = r.form(true)
		return s, err
	case text[0] == '{':
		name, after, found := strings.Cut(text[1:], "}")
		if !found || !validName(name) {
			return s, fmt.Errorf("bad placeholder at %q", text)
		}
		r.text = after
		return segment{name: name}, nil
	case text[0] == '}':
		return s, fmt.Errorf("} without { at %q", text)
	}
	r.text = text[1:] // a single bracket is text
	return segment{literal: text[:1]}, nil
}

// validName: lower-case words, digits and underscores, as in fault.Args.
func validName(name string) bool {
	for _, r := range name {
		if r != '_' && r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// placeholders names every placeholder, sorted, each once.
func (m *message) placeholders() []string {
	names := append(m.one.placeholders(), m.other.placeholders()...)
	slices.Sort(names)
	return slices.Compact(names)
}

func (f form) placeholders() (names []string) {
	for _, s := range f {
		if s.name != "" {
			names = append(names, s.name)
		}
		names = append(names, s.optional.placeholders()...)
	}
	return names
}
