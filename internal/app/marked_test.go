package app_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/demo"
	"switchboard/internal/directory"
	"switchboard/internal/worldfile"
	"switchboard/wire"
)

// mark says where in the world a unique word stands.
type mark struct {
	object any
	field  string
	at     int // of a contact or link
}

// marked is the demo world in which every field that may be shown carries a
// word of its own, so that a word in a result says which field was shown.
type marked struct {
	objects []any
	words   map[string]mark // zq17z -> field; ids of objects as well
}

var wordPattern = regexp.MustCompile(`zq[0-9]+z|[a-z][a-z0-9]*(?:-[a-z0-9]+)*`)

func markedWorld(t *testing.T) *marked {
	t.Helper()
	m := &marked{words: map[string]mark{}}
	err := worldfile.Read(bytes.NewReader(demo.World()), "world.yaml", func(r worldfile.Row) error {
		m.mark(r.Object)
		m.objects = append(m.objects, r.Object)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// text writes the world, to be imported like any other.
func (m *marked) text(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	err := worldfile.Write(&b, worldfile.JSONLines, func(yield func(any, error) bool) {
		for _, noun := range directory.Nouns() {
			for _, object := range m.objects {
				if n, _ := directory.Identify(object); n == noun && !yield(object, nil) {
					return
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (m *marked) word(object any, field string, at int) string {
	word := fmt.Sprintf("zq%dz", len(m.words)+1)
	m.words[word] = mark{object, field, at}
	return word
}

func (m *marked) mark(object any) {
	switch v := object.(type) {
	case *wire.Company:
		m.words[v.ID] = mark{object, "id", 0}
		m.names(object, "name", 0, v.Name)
		v.Domains = append(v.Domains, m.word(object, "domains", 0)+".example")
		v.External = m.external(object, v.External)
		m.profile(object, "support", v.Support)
		if v.EntryPoints != nil {
			m.profile(object, "partner door", v.EntryPoints.Partner)
			m.profile(object, "publisher door", v.EntryPoints.Publisher)
		}
	case *wire.Offer:
		m.words[v.ID] = mark{object, "id", 0}
		m.names(object, "name", 0, v.Name)
		v.External = m.external(object, v.External)
		m.contacts(object, v.Contacts)
		for i := range v.Links {
			v.Links[i].URL += "/" + m.word(object, "link", i)
			m.names(object, "link", i, v.Links[i].Title)
		}
	case *wire.Agreement:
		m.words[v.ID] = mark{object, "id", 0}
		if v.Title == nil {
			v.Title = wire.Text{"en": v.ID}
		}
		m.names(object, "title", 0, v.Title)
		m.contacts(object, v.Contacts)
	case *wire.Subscription:
		m.words[v.ID] = mark{object, "id", 0}
		v.Plan = m.word(object, "plan", 0) + v.Plan
		v.External = m.external(object, v.External)
	case *wire.IntakeForm:
		for i := range v.Fields {
			m.names(object, "label", i, v.Fields[i].Label)
		}
	case *wire.Person:
		m.words[v.ID] = mark{object, "id", 0}
		v.Name += " " + m.word(object, "name", 0)
		v.Email = m.word(object, "email", 0) + v.Email
	}
}

func (m *marked) names(object any, field string, at int, text wire.Text) {
	for tag, name := range text {
		text[tag] = name + " " + m.word(object, field, at)
	}
}

func (m *marked) external(object any, e wire.External) wire.External {
	if e == nil {
		e = wire.External{}
	}
	e["tenantId"] = m.word(object, "external", 0)
	return e
}

func (m *marked) profile(object any, field string, s *wire.Support) {
	if s == nil {
		return
	}
	s.Name = strings.TrimSpace(s.Name + " " + m.word(object, field, 0))
	s.Email = m.word(object, field, 0) + s.Email
	if s.URL != "" {
		s.URL += "/" + m.word(object, field+" url", 0)
	}
}

func (m *marked) contacts(object any, contacts []wire.Contact) {
	for i := range contacts {
		c := &contacts[i]
		c.Name += " " + m.word(object, "contact", i)
		c.Source = m.word(object, "contact", i)
		c.VerifiedBy = m.word(object, "contact", i)
		if c.Email != "" {
			c.Email = m.word(object, "contact", i) + c.Email
		}
		if c.URL != "" {
			c.URL += "/" + m.word(object, "contact url", i)
		}
	}
}

// markedOn imports the marked world, with a person in every company and role
// that the actors need.
func (m *marked) into(w *world) {
	w.t.Helper()
	w.must(w.takeAs(local, "marked.jsonl", m.text(w.t), app.ImportOptions{}))
	w.put(&wire.Person{ID: "p-old", Company: "oldport", Roles: []string{"global-admin"}}, &wire.Person{ID: "p-clerk", Company: "contoso", Roles: []string{"billing-admin"}})
}
