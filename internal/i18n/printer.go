package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Key is an argument that is itself a key: Key("topic.billing") is written as
// its text in the language of the sentence.
type Key string

// Day is an argument that is a date without a time: "2026-11-03".
type Day string

// promise is what calendar.Duration looks like from here.
type promise interface {
	BusinessDays() int
	Working() time.Duration
}

// Printer writes texts in one language. It is safe for concurrent use.
type Printer struct {
	lang    Lang
	catalog catalog
	over    catalog // an operator's own words, looked up first
}

// For gives the printer of a language, English for an unknown one. A catalog
// that cannot be read is a defect of the build: For panics (Check tells).
func For(lang Lang) *Printer {
	load, known := catalogs[lang]
	if !known {
		lang, load = English, catalogs[English]
	}
	c, err := load()
	if err != nil {
		panic("i18n: " + err.Error())
	}
	return &Printer{lang: lang, catalog: c}
}

// With gives a printer that uses other words for some keys: vocabulary is data
// of a programme (experience 9.8). A text may use only the placeholders of the
// key it replaces; an unknown key or a bad text is an error.
func (p *Printer) With(words map[string]string) (*Printer, error) {
	over := make(catalog, len(words))
	for key, text := range words {
		known, ok := p.catalog[key]
		if !ok {
			return nil, fmt.Errorf("unknown key %q", key)
		}
		f, err := parseForm(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		m := &message{other: f}
		for _, name := range m.placeholders() {
			if !contains(known.placeholders(), name) {
				return nil, fmt.Errorf("%s: unknown placeholder {%s}", key, name)
			}
		}
		over[key] = m
	}
	return &Printer{lang: p.lang, catalog: p.catalog, over: over}, nil
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// Lang is the language of the printer.
func (p *Printer) Lang() Lang { return p.lang }

// Has tells whether a key has a text.
func (p *Printer) Has(key string) bool {
	_, ok := p.catalog[key]
	return ok
}

// T writes the text of a key. Arguments may be strings, numbers, time.Time (in
// its own location), time.Duration, Day, Key, a list of strings or a promise
// (calendar.Duration). An unknown key is written as it is, an argument that is
// missing as its {name}: a test of the catalogs finds both.
func (p *Printer) T(key string, args map[string]any) string {
	f, ok := p.form(key, args)
	if !ok {
		return key
	}
	if len(f) == 1 && f[0].literal != "" {
		return f[0].literal
	}
	w := writer{printer: p, args: args, countdown: strings.HasPrefix(key, countdown), text: make([]byte, 0, 256)}
	w.form(f)
	return string(w.text)
}

// Part is a piece of a text: a literal, or the value of the placeholder Arg.
type Part struct{ Text, Arg string }

// Parts writes the text of a key in pieces, so that a page can escape each and
// set names apart with <bdi> (experience 8.1, rule 9).
func (p *Printer) Parts(key string, args map[string]any) []Part {
	f, ok := p.form(key, args)
	if !ok {
		return []Part{{Text: key}}
	}
	w := writer{printer: p, args: args, countdown: strings.HasPrefix(key, countdown), parts: []Part{}}
	w.form(f)
	w.cut("")
	return w.parts
}

func (p *Printer) form(key string, args map[string]any) (form, bool) {
	m := p.catalog[key]
	if p.over != nil && p.over[key] != nil {
		m = p.over[key]
	}
	if m == nil {
		return nil, false
	}
	if m.count != "" && isOne(args[m.count]) {
		return m.one, true
	}
	return m.other, true
}

// isOne is the CLDR rule of English cardinal numbers; Japanese and Chinese
// have one form.
func isOne(n any) bool {
	switch n := n.(type) {
	case int:
		return n == 1
	case int64:
		return n == 1
	}
	return false
}

// named writes an argument. A noun or an ability is a word of the programs
// ("offers"): faults name it, and readers get the word of their language.
func (p *Printer) named(name string, value any) string {
	text := p.value(value)
	if name == "noun" || name == "ability" {
		if key := name + "." + text; p.Has(key) {
			return p.T(key, nil)
		}
	}
	return text
}

func (p *Printer) value(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case Key:
		return p.T(string(v), nil)
	case int:
		return p.Number(v)
	case int64:
		return p.Number(int(v))
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return p.DateTime(v, v.Location())
	case Day:
		return p.day(v)
	case time.Duration:
		return p.Duration(v)
	case promise:
		return p.Promise(v)
	case []string:
		return p.List(v)
	}
	return strings.TrimSpace(fmt.Sprint(value))
}
