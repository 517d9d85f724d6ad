package web

import (
	"switchboard/internal/directory"
	"switchboard/wire"
)

// nameBook looks up the names of companies and offers once per page. What the
// reader may not see keeps its id as its name.
type nameBook struct {
	v     *visit
	known map[string]wire.Text
}

func newNameBook(v *visit) *nameBook { return &nameBook{v, map[string]wire.Text{}} }

func (b *nameBook) company(id string) wire.Text { return b.look(directory.Companies, id) }

func (b *nameBook) offer(id string) wire.Text { return b.look(directory.Offers, id) }

func (b *nameBook) look(noun directory.Noun, id string) wire.Text {
	key := string(noun) + "/" + id
	if name, ok := b.known[key]; ok {
		return name
	}
	name := wire.Plain(id)
	object, _, err := b.v.site.app.Get(b.v.ctx(), b.v.actor, noun, id)
	if err == nil {
		switch o := object.(type) {
		case *wire.Company:
			name = orID(o.Name, id)
		case *wire.Offer:
			name = orID(o.Name, id)
		case *wire.Person:
			name = wire.Plain(o.Name)
		}
	}
	b.known[key] = name
	return name
}

// learn takes over how they are called who signed lines that the reader reads.
func (b *nameBook) learn(lines []wire.CaseEvent) {
	for _, l := range lines {
		if l.PersonName != "" {
			b.known[string(directory.People)+"/"+l.Person] = wire.Plain(l.PersonName)
		}
	}
}

func orID(name wire.Text, id string) wire.Text {
	if len(name) == 0 {
		return wire.Plain(id)
	}
	return name
}

// party is a company with its name for this reader.
func (b *nameBook) party(id, kind string) wire.Party {
	name, lang := b.company(id).In(string(b.v.lang()))
	if lang == "" {
		lang = scriptOf(name, string(b.v.lang()))
	}
	return wire.Party{Company: id, Kind: kind, Name: name, Lang: lang}
}
