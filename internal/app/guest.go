package app

import (
	"context"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/authn"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// GuestLink lets one contact at one case without an account.
type GuestLink = store.GuestLink

const guestLife = 30 * 24 * time.Hour

// ShareCase makes a private link to a case for one contact of the company that
// asked: whoever holds it reads and answers there as that company does, and
// nothing else. Only that company makes one: its own words among itself are on
// the page. The secret is given once.
func (a *App) ShareCase(ctx context.Context, actor access.Actor, number, contact string) (secret string, g GuestLink, err error) {
	if err := clean("contact", &contact, mostLine); err != nil {
		return "", g, err
	}
	if contact == "" {
		return "", g, fault.New(fault.Invalid, "fields.invalid").At("contact", "field.required")
	}
	err = a.sharing(ctx, actor, number, func(tx *store.Tx, c *casework.Case) error {
		secret = authn.NewSecret(authn.GuestPrefix)
		g = GuestLink{ID: authn.PublicID(secret), Case: c.Number, Company: actor.Company, Contact: contact, Person: actor.Person,
			Created: tx.Now(), Expires: tx.Now().Add(guestLife)}
		if err := tx.AddGuestLink(authn.Digest(secret), g); err != nil {
			return err
		}
		return audit(tx, actor, "share-case", cases, c.Number)
	})
	return secret, g, err
}

// UnshareCase ends a link and every browser that came by it.
func (a *App) UnshareCase(ctx context.Context, actor access.Actor, number, link string) error {
	return a.sharing(ctx, actor, number, func(tx *store.Tx, c *casework.Case) error {
		if err := tx.RevokeGuestLink(c.Number, actor.Company, link); err != nil {
			return err
		}
		return audit(tx, actor, "unshare-case", cases, c.Number)
	})
}

// sharing is for a person of the company that asked; no guest invites another.
func (a *App) sharing(ctx context.Context, actor access.Actor, number string, do func(*store.Tx, *casework.Case) error) error {
	if err := mayWork(actor, access.WorkCases); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		if c.Customer != actor.Company || actor.Person == "" {
			return fault.New(fault.Denied, "case.not-requester", "case", c.Number)
		}
		if err := access.Need(actor, access.WorkCases, c.Topic); err != nil {
			return err
		}
		return do(tx, c)
	})
}

// Landing is what a guest link says before anybody goes on: nothing of what was
// written.
type Landing struct {
	Link    GuestLink
	Company wire.Party // whose request it is, or who is asked to take it on
	Holds   bool
	Request *Request // nil when the link does not hold
}

// GuestLanding reads a link and changes nothing: mail scanners open links. An
// unknown link is the fault auth.expired-link.
func (a *App) GuestLanding(ctx context.Context, secret string, lang i18n.Lang) (out Landing, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		g, holds, err := guestLink(tx, secret)
		if err == nil {
			out.Link, out.Holds = *g, holds
			company, _, found := tx.Company(g.Company)
			if err = found; err == nil {
				out.Company = partyOf(company, partOfGuest(g), lang)
			}
		}
		return err
	})
	if err != nil || !out.Holds {
		return out, err
	}
	full, err := a.Request(ctx, guest(&out.Link), out.Link.Case, lang)
	if err != nil {
		return out, err
	}
	full.Lines, full.AskedBy, full.Subject = nil, "", ""
	if full.Handoff != nil {
		full.Handoff.Package, full.Handoff.Questions = nil, nil
	}
	out.Request = full
	return out, nil
}

func partOfGuest(g *GuestLink) string {
	if g.Handoff != "" {
		return ""
	}
	return wire.Customer
}

func guestLink(tx *store.Tx, secret string) (*GuestLink, bool, error) {
	g, holds, err := tx.GuestLink(authn.Digest(secret))
	if err == nil && g == nil {
		err = fault.New(fault.Denied, "auth.expired-link")
	}
	return g, holds, err
}

// guest is who came by a link, on this case alone: as the company that asked, or
// as the one that the case was handed to. The contact's address is no name for the
// others on the case.
func guest(g *GuestLink) access.Actor {
	if g.Handoff != "" {
		return access.Actor{Company: g.Company, Via: access.ViaLink, Case: g.Case, Invited: true}
	}
	return access.Actor{Company: g.Company, Kinds: []string{wire.Customer}, Person: g.Contact, Via: access.ViaLink, Case: g.Case}
}

// EnterAsGuest gives the secret that the guest's browser keeps in the place of
// the link, and what the link opens.
func (a *App) EnterAsGuest(ctx context.Context, secret string) (session string, g *GuestLink, err error) {
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		var holds bool
		g, holds, err = guestLink(tx, secret)
		if err != nil {
			return err
		}
		if !holds {
			return fault.New(fault.Denied, "auth.expired-link")
		}
		until := tx.Now().Add(sessionLife)
		if until.After(g.Expires) {
			until = g.Expires
		}
		session = authn.NewSecret(authn.GuestPrefix)
		return tx.AddGuestSession(authn.Digest(session), g.ID, until)
	})
	return session, g, err
}

// Guest turns what a guest's browser holds into an actor for one case. What has
// ended, and what belongs to another case, is the fault auth.expired-link.
func (a *App) Guest(ctx context.Context, session, number string) (access.Actor, error) {
	var g *GuestLink
	err := a.store.View(ctx, func(tx *store.Tx) (err error) {
		g, err = tx.GuestSession(authn.Digest(session))
		return err
	})
	if plain, ok := casework.ValidNumber(number); fault.Is(err, fault.NotFound) || err == nil && (!ok || plain != g.Case) {
		return access.Actor{}, fault.New(fault.Denied, "auth.expired-link")
	}
	if err != nil {
		return access.Actor{}, err
	}
	return guest(g), nil
}
