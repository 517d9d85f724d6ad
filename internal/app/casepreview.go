package app

import (
	"context"
	"slices"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

// PreviewHandoff shows what sending would do and writes nothing: it takes the
// very decision that sending takes, and looks at where that leads.
func (a *App) PreviewHandoff(ctx context.Context, actor access.Actor, number string, h wire.NewHandoff, lang i18n.Lang) (*wire.HandoffPreview, error) {
	if err := access.Need(actor, access.HandOver); err != nil {
		return nil, err
	}
	if err := cleanPackage(&h.Package); err != nil {
		return nil, err
	}
	var out *wire.HandoffPreview
	err := a.look(ctx, actor, number, func(tx *store.Tx, c *casework.Case, d *desk) error {
		send, f, err := sending(tx, c, actor.Company, h)
		if err != nil {
			return err
		}
		sent, events, err := d.decide(c, send, by(actor, "", ""), a.now(), chance(), lang)
		if err != nil {
			return err
		}
		before, err := tx.CaseEvents(c.Number, 0)
		if err != nil {
			return err
		}
		p := &preview{desk: d, c: c, sent: sent, before: before, new: events, sender: actor, lang: lang, at: sent.At}
		out, err = p.show(tx, f)
		return err
	})
	return out, err
}

// Receivers lists to whom a company may hand a case over, each with the one
// between and whether it can be reached now.
func (a *App) Receivers(ctx context.Context, actor access.Actor, number string, lang i18n.Lang) (out []wire.Receiver, err error) {
	err = a.look(ctx, actor, number, func(_ *store.Tx, c *casework.Case, d *desk) error {
		for _, r := range c.Receivers(actor.Company) {
			to := wire.Receiver{Party: *d.party(c, r.Company, actor.Company, lang), Reachable: d.facts.Companies[r.By].Reachable, Answers: r.Company == c.Route.Performs}
			if r.By != r.Company {
				to.By = d.party(c, r.By, actor.Company, lang)
			}
			out = append(out, to)
		}
		return nil
	})
	return out, err
}

type preview struct {
	*desk
	c, sent     *casework.Case
	before, new []casework.Event
	sender      access.Actor
	lang        i18n.Lang
	at          time.Time
}

func (p *preview) show(tx *store.Tx, f *filling) (*wire.HandoffPreview, error) {
	h, viewer := p.sent.Handoff, p.sender.Company
	out := &wire.HandoffPreview{To: *p.party(p.sent, h.To, viewer, p.lang), For: p.party(p.sent, h.For, viewer, p.lang), Package: f.pack,
		Clocks: []wire.Clock{}, Customer: p.customer()}
	out.Receives, out.Stays = p.lines(h.To)
	for _, k := range p.sent.Clocks[len(p.c.Clocks):] {
		out.Clocks = append(out.Clocks, clockOf(k, p.at))
	}
	var err error
	if out.Contact, err = p.contact(tx, h.To); err != nil {
		return nil, err
	}
	if out.Contact != nil {
		out.OpenNow = out.Contact.Contact.OpenNow
	}
	f.score(out)
	return out, nil
}

// lines parts what the sender reads into what the receiver will read as well
// and what stays.
func (p *preview) lines(to string) (receives, stays []wire.CaseEvent) {
	receives, stays = []wire.CaseEvent{}, []wire.CaseEvent{}
	given := map[casework.Hash]bool{}
	for _, l := range casework.View(slices.Concat(p.before, p.new), p.sent.Bit(to)) {
		given[l.Event.Leaf] = true
	}
	for _, l := range casework.View(p.before, p.c.Bit(p.sender.Company)) {
		line := p.line(p.c, l, p.sender.Company, p.lang)
		if given[l.Event.Leaf] {
			receives = append(receives, line)
		} else {
			stays = append(stays, line)
		}
	}
	return receives, stays
}

// customer is the sentence that stands in the customer's timeline afterwards.
func (p *preview) customer() string {
	if !p.sent.ForCustomer() {
		return ""
	}
	lines := casework.View(slices.Concat(p.before, p.new), p.sent.Bit(p.sent.Customer))
	return p.line(p.sent, lines[len(lines)-1], p.sent.Customer, p.lang).Sentence
}

// contact is where the receiver gets it, as the sender may read it: of a
// publisher its live support contact for this offer, else the company's own
// door for the sender's kind.
func (p *preview) contact(tx *store.Tx, to string) (*wire.Reach, error) {
	out := &wire.Reach{Party: *p.party(p.sent, to, p.sender.Company, p.lang)}
	if offer := p.world.Offers[p.c.Offer]; offer != nil && out.Kind == wire.Publisher {
		v, err := viewerIn(tx, p.sender, p.world, offer)
		if err != nil {
			return nil, err
		}
		for i := range offer.Contacts {
			c := &offer.Contacts[i]
			if c.Role == wire.ContactSupport && directory.Usable(c) == "" && v.SeesContact(offer, c) {
				out.Contact = p.point(responsibility.ContactPoint(p.world, offer, c, p.at), out.Party)
				return out, nil
			}
		}
	}
	if door := p.doorFor(to, p.sender); door != nil {
		out.Contact = p.point(responsibility.ProfilePoint(p.world, to, wire.ContactSupport, door, p.at), out.Party)
		return out, nil
	}
	return nil, nil
}

// doorFor is the way in that a company keeps for the sender's kind: a marketplace
// has one for partners and one for publishers (S21, S22).
func (d *desk) doorFor(to string, sender access.Actor) *wire.Support {
	company := d.world.Companies[to]
	if company == nil {
		return nil
	}
	if e := company.EntryPoints; e != nil {
		switch {
		case access.IsPartner(sender) && e.Partner != nil:
			return e.Partner
		case slices.Contains(sender.Kinds, wire.Publisher) && e.Publisher != nil:
			return e.Publisher
		}
	}
	return company.Support
}

func (p *preview) point(c wire.ContactPoint, of wire.Party) *wire.ContactPoint {
	for i := range c.Warnings {
		c.Warnings[i].Company = of.Company
		c.Warnings[i].Text = printer(p.lang).T("warning."+c.Warnings[i].Code, map[string]any{"company": of.Name, "role": i18n.Key("contact-role." + c.Role)})
	}
	return &c
}
