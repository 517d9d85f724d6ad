package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/store"
)

// Present is a colleague who has a case before his eyes.
type Present struct {
	Person  string
	Writing bool
}

// writesFor is how long somebody counts as writing after the last word that was
// kept: a draft is kept a second after each.
const writesFor = time.Minute

// presence is who has which case open on this node. It is in memory alone, as
// long as the stream of his page lasts, and each company has its own.
type presence struct {
	mu    sync.Mutex
	seats map[seatKey]map[string]*seat // by the person
}

type seatKey struct{ company, number string }

type seat struct {
	pages int // that are open
	wrote time.Time
}

// Attend says that the actor has a case open, until leave is called. Only who may
// read the case is there.
func (a *App) Attend(ctx context.Context, actor access.Actor, number string) (leave func(), err error) {
	if err := mayDraft(actor, access.OpenCases); err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err == nil {
			number = c.Number
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	key := seatKey{actor.Company, number}
	a.presence.sit(key, actor.Person, 1)
	return func() { a.presence.sit(key, actor.Person, -1) }, nil
}

func (p *presence) sit(key seatKey, person string, pages int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seats == nil {
		p.seats = map[seatKey]map[string]*seat{}
	}
	if p.seats[key] == nil {
		p.seats[key] = map[string]*seat{}
	}
	s := p.seats[key][person]
	if s == nil {
		s = &seat{}
		p.seats[key][person] = s
	}
	if s.pages += pages; s.pages > 0 {
		return
	}
	if delete(p.seats[key], person); len(p.seats[key]) == 0 {
		delete(p.seats, key)
	}
}

// wrote notes that the actor, who is there, has typed something, or has taken it
// all away.
func (a *App) wrote(actor access.Actor, number, text string) {
	a.presence.mu.Lock()
	defer a.presence.mu.Unlock()
	s := a.presence.seats[seatKey{actor.Company, number}][actor.Person]
	switch {
	case s == nil:
	case strings.TrimSpace(text) == "":
		s.wrote = time.Time{}
	default:
		s.wrote = a.now()
	}
}

// Present are the colleagues of the actor who have a case open at this node. A
// company never hears who of another is there.
func (a *App) Present(actor access.Actor, number string) (out []Present) {
	p, now := &a.presence, a.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for person, s := range p.seats[seatKey{actor.Company, number}] {
		if person != actor.Person {
			out = append(out, Present{person, now.Sub(s.wrote) < writesFor})
		}
	}
	slices.SortFunc(out, func(a, b Present) int { return cmp.Compare(a.Person, b.Person) })
	return out
}
