package i18n

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"sync"
)

//go:embed catalog/*/*.json
var files embed.FS

type catalog map[string]*message

// catalogs are read when a language is first used: within 5 ms.
var catalogs = map[Lang]func() (catalog, error){
	English:            sync.OnceValues(func() (catalog, error) { return read(English) }),
	Japanese:           sync.OnceValues(func() (catalog, error) { return read(Japanese) }),
	TraditionalChinese: sync.OnceValues(func() (catalog, error) { return read(TraditionalChinese) }),
}

// read merges all files of a language.
func read(lang Lang) (catalog, error) {
	folder := path.Join("catalog", string(lang))
	entries, err := files.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	out := make(catalog, 2048)
	for _, entry := range entries {
		data, err := files.ReadFile(path.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		if err := out.add(string(data)); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", folder, entry.Name(), err)
		}
	}
	return out, nil
}

// meta is the key of a file's notes: {"reviewed": false} marks a draft that no
// native reader has checked.
const meta = "_meta"

// add reads one file. A key that exists already is an error, in the same file
// too: a decoder into a map would let it silently replace the first.
func (c catalog) add(data string) error {
	in := &scanner{rest: data}
	err := in.object(func(key string) error {
		if key == meta {
			return in.object(func(string) error { return in.skip() })
		}
		if _, twice := c[key]; twice {
			return fmt.Errorf("the key exists already")
		}
		m, err := readMessage(in)
		c[key] = m
		return err
	})
	if err == nil && !in.done() {
		err = fmt.Errorf("something follows the object")
	}
	return err
}

// readMessage reads the value of a key: a sentence, or plural forms.
func readMessage(in *scanner) (m *message, err error) {
	m = &message{}
	if in.peek() == '"' {
		m.other, err = readForm(in)
		return m, err
	}
	m.count = "n"
	err = in.object(func(name string) (err error) {
		switch name {
		case "count":
			m.count, err = in.text()
		case "one":
			m.one, err = readForm(in)
		case "other":
			m.other, err = readForm(in)
		default:
			err = fmt.Errorf("no plural form of ours")
		}
		return err
	})
	if err == nil && (m.one == nil || m.other == nil) {
		err = fmt.Errorf("a plural needs one and other")
	}
	return m, err
}

func readForm(in *scanner) (form, error) {
	text, err := in.text()
	if err != nil {
		return nil, err
	}
	return parseForm(text)
}

// Check reads all catalogs and tells the first thing that is wrong with them.
func Check() error {
	for _, lang := range Langs() {
		if _, err := catalogs[lang](); err != nil {
			return err
		}
	}
	return nil
}

// Keys gives all keys, ascending.
func Keys() []string { return slices.Sorted(maps.Keys(For(English).catalog)) }
