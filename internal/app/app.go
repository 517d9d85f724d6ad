// Package app holds the use cases: may the actor? -> one transaction -> load
// -> decide -> write. One file per noun. The actor is explicit; a foreign
// thing is not found.
package app

import (
	"context"
	"sync/atomic"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/authn"
	"switchboard/internal/blob"
	"switchboard/internal/casework"
	"switchboard/internal/i18n"
	"switchboard/internal/live"
	"switchboard/internal/store"
)

// App is the product without its edges.
type App struct {
	store  *store.Store
	now    func() time.Time
	rules  rulesCache
	roles  parsedRoles
	links  linkKey
	signer authn.Signer // proves to other companies what they have read
	stale  lastSeen

	presence presence
	live     *live.Hub
	demo     bool
	blobs    *blob.Store

	gallery *gallery // where pictures of cases are decoded

	founded atomic.Bool // there is a company

	chance func() casework.Chance
}

// Options are what the composition root decides.
type Options struct {
	Now  func() time.Time
	Live *live.Hub // where the store's wakes arrive; nil = nothing is ever woken
	Demo bool      // a throw-away world: labelled everywhere, never sends anything

	Blobs *blob.Store // files of cases

	Chance func() casework.Chance // draws the number of a case; nil = at random
}

// New makes the application on an open store.
func New(ctx context.Context, s *store.Store, o Options) (*App, error) {
	a := &App{store: s, now: o.Now, live: o.Live, demo: o.Demo, blobs: o.Blobs, gallery: newGallery()}
	if a.live == nil {
		a.live = live.New(MostStreams)
	}
	if a.now == nil {
		a.now = time.Now
	}
	if a.chance = o.Chance; a.chance == nil {
		a.chance = chance
	}
	if err := a.loadRules(ctx); err != nil {
		return nil, err
	}
	return a, a.loadKeys(ctx)
}

// What edges need of the store to page and filter.
type (
	Filter     = store.Filter
	Item       = store.Item
	AuditEntry = store.Entry
)

// Demo tells whether this is a demonstration.
func (a *App) Demo() bool { return a.demo }

// Now is the application's clock.
func (a *App) Now() time.Time { return a.now() }

// public is the actor toward the directory: who holds a subscription's link is
// nobody there.
func public(actor access.Actor) access.Actor {
	if actor.SignedIn() {
		return actor
	}
	return access.Actor{Via: actor.Via, Portal: actor.Portal}
}

// reader is what the store needs to know about an actor to show it the
// directory.
func reader(actor access.Actor) store.Reader {
	actor = public(actor)
	return store.Reader{Company: actor.Company, Kinds: actor.Kinds, Operator: actor.Operator, Local: actor.Local}
}

func printer(lang i18n.Lang) *i18n.Printer { return i18n.For(lang) }
