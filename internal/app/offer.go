package app

import (
	"context"
	"slices"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

// OfferFilter narrows the list of offers a reader can discover (S37).
type OfferFilter struct {
	Query, Publisher, Kind, Status, Cursor string
	Limit                                  int
}

// Offers lists the offers that the actor may see, by name.
func (a *App) Offers(ctx context.Context, actor access.Actor, f OfferFilter, lang i18n.Lang) (wire.Page[wire.OfferSummary], error) {
	actor = public(actor)
	page := wire.Page[wire.OfferSummary]{Items: []wire.OfferSummary{}}
	err := a.store.View(ctx, func(tx *store.Tx) error {
		filter := store.Filter{Query: f.Query, Publisher: f.Publisher, Kind: f.Kind, Status: f.Status}
		items, next, err := tx.List(reader(actor), directory.Offers, filter, f.Limit, f.Cursor)
		if err != nil {
			return err
		}
		if err := settled(tx, actor, items); err != nil {
			return err
		}
		page.Next, page.Items = next, make([]wire.OfferSummary, 0, len(items))
		s, err := tx.Around(store.Keys{Asker: actor.Company})
		if err != nil {
			return err
		}
		names := map[string]wire.Party{}
		for _, item := range items {
			o := item.Object.(*wire.Offer)
			if _, ok := names[o.Publisher]; !ok {
				names[o.Publisher] = publisherParty(tx, o.Publisher, lang)
			}
			v, err := viewerIn(tx, actor, s, o)
			if err != nil {
				return err
			}
			page.Items = append(page.Items, summarise(o, v, names[o.Publisher]))
		}
		return nil
	})
	return page, err
}

func publisherParty(tx *store.Tx, id string, lang i18n.Lang) wire.Party {
	c, _, err := tx.Company(id)
	if err != nil {
		c = &wire.Company{ID: id}
	}
	return partyOf(c, wire.Publisher, lang)
}

func partyOf(c *wire.Company, kind string, lang i18n.Lang) wire.Party {
	name, tag := c.Name.In(string(lang))
	if name == "" {
		name = c.ID
	}
	return wire.Party{Company: c.ID, Kind: kind, Name: name, Lang: tag}
}

// viewerOf is the actor's role toward an offer without a subscription.
func viewerOf(actor access.Actor, o *wire.Offer) directory.Viewer {
	v := directory.Viewer{Company: actor.Company, Kind: wire.Customer}
	switch {
	case actor.Local || actor.Operator && actor.Company != o.Publisher:
		v.Kind = wire.Operator
	case actor.Company == o.Publisher && actor.Company != "":
		v.Kind = wire.Publisher
	default:
		for _, kind := range actor.Kinds {
			if kind != wire.Publisher {
				v.Kind = kind
				break
			}
		}
	}
	return v
}

func summarise(o *wire.Offer, v directory.Viewer, publisher wire.Party) wire.OfferSummary {
	out := wire.OfferSummary{ID: o.ID, Name: o.Name, Publisher: publisher, Kind: directory.OfferKind(o), Status: directory.Status(o),
		Listing: o.Listing, Exclusive: o.Exclusive, FirstParty: o.FirstParty}
	if out.Listing == "" {
		out.Listing = "transact"
	}
	for i := range o.Contacts {
		c := &o.Contacts[i]
		if c.Role == wire.ContactSupport && directory.Usable(c) == "" && (v.SeesContact(o, c) || c.URL != "") {
			out.HasContact = true
		}
		if v.SeesContact(o, c) && c.Verified != "" && (out.Verified == nil || c.Verified < *out.Verified) {
			date := c.Verified
			out.Verified = &date
		}
	}
	return out
}

// OfferDetails is the Offer details page as data, filtered for the actor
// (S30-S36, S38).
func (a *App) OfferDetails(ctx context.Context, actor access.Actor, id string, lang i18n.Lang) (*wire.OfferDetails, error) {
	actor = public(actor)
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	var out *wire.OfferDetails
	err = a.store.View(ctx, func(tx *store.Tx) error {
		object, version, err := tx.See(reader(actor), directory.Offers, id)
		if err != nil {
			return err
		}
		at := a.now().UTC()
		s, err := tx.Around(store.Keys{Asker: actor.Company, Offer: id, At: at})
		if err != nil {
			return err
		}
		holds, err := tx.Holds(id)
		if err != nil {
			return err
		}
		written := object.(*wire.Offer)
		b := detailsPage{rules: rules, actor: actor, s: s, written: written, holds: holds[id], o: directory.Effective(written, holds[id], at),
			lang: lang, p: printer(lang), at: at}
		if b.v, err = viewerIn(tx, actor, s, b.o); err != nil {
			return err
		}
		out = b.build()
		out.Version = version
		return nil
	})
	return out, err
}

type detailsPage struct {
	rules *responsibility.Rules
	actor access.Actor
	s     *directory.Snapshot
	o     *wire.Offer // as partners see it
	v     directory.Viewer

	written *wire.Offer // with the changes that wait
	holds   []directory.Hold

	lang i18n.Lang
	p    *i18n.Printer
	at   time.Time
}

func (b *detailsPage) build() *wire.OfferDetails {
	publisher := wire.Party{Company: b.o.Publisher, Kind: wire.Publisher, Name: b.o.Publisher}
	if c := b.s.Companies[b.o.Publisher]; c != nil {
		publisher = partyOf(c, wire.Publisher, b.lang)
	}
	out := &wire.OfferDetails{OfferSummary: summarise(b.o, b.v, publisher), As: b.v.Kind, License: b.o.License,
		PublicURL: b.s.PublicURL(b.o), Warnings: []wire.Warning{}, Links: []wire.OfferLink{}, Contacts: []wire.OfferContact{}}
	if out.License == "" {
		out.License = "included"
	}
	if b.v.Kind != wire.Customer {
		out.Channel, out.External = directory.Channel(b.o), b.o.External
	}
	out.Answers = b.answers()
	b.addContacts(out)
	b.addLinks(out)
	out.Agreement = b.agreement()
	out.Holidays = b.holidays()
	out.May.Edit = b.owns() && access.May(b.actor, access.EditOffers)
	out.May.Verify = b.owns() && access.May(b.actor, access.EditContacts)
	out.Rules = wire.RuleSet{ID: b.rules.ID, Version: b.rules.Version}
	if directory.Status(b.o) == "delisted" {
		out.Warnings = append(out.Warnings, wire.Warning{Code: "offer.delisted", Text: b.p.T("warning.offer.delisted", nil)})
	}
	if !out.HasContact {
		out.Warnings = append(out.Warnings, wire.Warning{Code: "contact.missing", Company: b.o.Publisher, Role: wire.ContactSupport,
			Text: b.p.T("warning.contact.missing", map[string]any{"company": publisher.Name, "role": i18n.Key("contact-role.support")})})
	}
	return out
}

func (b *detailsPage) owns() bool {
	return keepsContacts(b.actor, b.o)
}

// viewerIn is the actor's role toward an offer, with what a reseller's
// providers pass on to it. Who supports a purchase that others made has the
// default share (spec 1 section 10); a reseller without any provider, such as a
// former one, is passed nothing.
func viewerIn(tx *store.Tx, actor access.Actor, s *directory.Snapshot, o *wire.Offer) (directory.Viewer, error) {
	v := viewerOf(actor, o)
	if v.Kind != wire.Reseller {
		return v, nil
	}
	providers := s.Providers(v.Company, "active", "selling-stopped")
	if len(providers) == 0 {
		n, err := tx.Count(reader(actor), directory.Subscriptions, store.Filter{Offer: o.ID}, 1)
		if err != nil || n > 0 {
			return v, err
		}
	}
	v.Share = map[string]bool{}
	for _, key := range directory.ShareKeys() {
		v.Share[key] = slices.ContainsFunc(providers, func(provider string) bool {
			return directory.Shares(s.Relations[directory.Pair{Provider: provider, Reseller: v.Company}].Share, key)
		})
	}
	return v, nil
}

// The columns of the page: who helps with what (W7).
var columns = []wire.OfferAnswer{
	{Group: "using", Topics: []string{wire.BreakFix, wire.HowTo}},
	{Group: "money", Topics: []string{wire.Billing, wire.Payment, wire.AccountSetup}},
	{Group: "buying", Topics: []string{wire.SubscriptionTopic, wire.PartnerTerms}},
}

func (b *detailsPage) answers() []wire.OfferAnswer {
	out := []wire.OfferAnswer{}
	for _, column := range columns {
		q := responsibility.Question{Asker: b.actor.Company, Offer: b.o.ID, Topic: column.Topics[0], At: b.at, Portal: b.actor.Portal}
		if b.actor.Local {
			q.Asker = b.s.Operator
		}
		d, err := responsibility.Decide(q, b.s, b.rules)
		if err != nil {
			continue // the reader has no question of this kind here
		}
		answer := d.Answer(b.p)
		column.Outcome, column.Reach, column.Performs = answer.Outcome, answer.Reach, answer.Performs
		column.Summary, column.Targets = answer.Summary, answer.Targets
		out = append(out, column)
	}
	return out
}

func (b *detailsPage) addContacts(out *wire.OfferDetails) {
	for i := range b.o.Contacts {
		c := &b.o.Contacts[i]
		if !b.v.SeesContact(b.o, c) || !roleAllows(b.actor, c.Role) {
			continue
		}
		shown := wire.OfferContact{ContactPoint: b.contactPoint(c), Ref: directory.ContactName(b.o.Contacts, i),
			VerifiedBy: c.VerifiedBy, Source: c.Source, Freshness: responsibility.Freshness(c, b.at)}
		if b.owns() {
			shown.VisibleTo = c.VisibleTo
			shown.Pending = b.pending(shown.Ref)
		}
		out.Contacts = append(out.Contacts, shown)
	}
}

// pending is the change of a contact point that waits, for the publisher and
// the operator.
func (b *detailsPage) pending(contact string) *wire.PendingContact {
	for i := range b.holds {
		h := &b.holds[i]
		fresh, asked := directory.Pending(b.written, h)
		if h.Contact != contact || !h.Runs(b.at) || !asked {
			continue
		}
		out := &wire.PendingContact{Removed: fresh == nil, Effective: h.Until, By: h.Person,
			MayApprove: access.May(b.actor, access.EditContacts) && (b.actor.Local || b.actor.Operator || b.actor.Person != h.Person)}
		if fresh != nil {
			out.Email, out.Phone, out.URL = fresh.Email, fresh.Phone, fresh.URL
		}
		return out
	}
	return nil
}

// roleAllows: within a company its own roles decide who sees the engineering
// contact, or contacts at all (spec 1 section 6). The public has no roles.
func roleAllows(actor access.Actor, role string) bool {
	if !actor.SignedIn() || actor.Person == "" {
		return true
	}
	if role == wire.ContactEngineering || role == wire.ContactEscalation {
		return access.May(actor, access.SeeEngineering)
	}
	return access.May(actor, access.SeeOfferDetails)
}

func (b *detailsPage) contactPoint(c *wire.Contact) wire.ContactPoint {
	point := responsibility.ContactPoint(b.s, b.o, c, b.at)
	for i := range point.Warnings {
		point.Warnings[i].Text = b.p.T("warning."+point.Warnings[i].Code, map[string]any{"company": b.o.Publisher, "role": i18n.Key("contact-role." + c.Role)})
	}
	return point
}

func (b *detailsPage) addLinks(out *wire.OfferDetails) {
	for i := range b.o.Links {
		l := &b.o.Links[i]
		if b.v.SeesLink(b.o, l) && (b.v.Kind == wire.Customer || roleAllows(b.actor, l.Kind)) {
			out.Links = append(out.Links, wire.OfferLink{Kind: l.Kind, URL: l.URL, Title: l.Title, Lang: l.Lang})
		}
	}
}

func (b *detailsPage) agreement() *wire.OfferAgreement {
	a := b.s.Agreements[b.o.Agreement]
	if a == nil {
		return nil
	}
	return &wire.OfferAgreement{ID: a.ID, Title: a.Title, URL: a.URL, Version: a.Version, From: a.From, Until: a.Until,
		InForce: directory.InForce(a, directory.Date(b.at)), Targets: a.Targets}
}

func (b *detailsPage) holidays() []wire.Holiday {
	out := []wire.Holiday{}
	for _, h := range b.s.Calendar(b.o.Publisher).HolidaysAhead(b.at, 30*24*time.Hour) {
		out = append(out, wire.Holiday{Date: h.Date, Name: b.p.T(h.Code, nil)})
	}
	return out
}

// VerifyContact stamps a contact point, or all of them (ref ""), as checked
// today: "everything is still right" is one click.
func (a *App) VerifyContact(ctx context.Context, actor access.Actor, offer, ref string, lang i18n.Lang) (*wire.OfferDetails, error) {
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		object, version, err := tx.See(reader(actor), directory.Offers, offer)
		if err != nil {
			return err
		}
		o := object.(*wire.Offer)
		if !keepsContacts(actor, o) {
			return fault.New(fault.Denied, "denied.role", "ability", string(access.EditContacts))
		}
		if err := access.Need(actor, access.EditContacts); err != nil {
			return err
		}
		changed := *o
		changed.Contacts = slices.Clone(o.Contacts)
		if err := stamp(changed.Contacts, ref, directory.Date(a.now()), actor.Person); err != nil {
			return err
		}
		if _, err = tx.Put(&changed, &version); err != nil {
			return err
		}
		return audit(tx, actor, "verify-contact", directory.Offers, offer)
	})
	if err != nil {
		return nil, err
	}
	return a.OfferDetails(ctx, actor, offer, lang)
}

// stamp: a person's check of a contact also ends its bounce.
func stamp(contacts []wire.Contact, ref, date, person string) error {
	at := -1
	if ref != "" {
		if at = directory.ContactIndex(contacts, ref); at < 0 {
			return fault.New(fault.NotFound, "not-found.contact", "id", ref)
		}
	}
	for i := range contacts {
		if at >= 0 && i != at {
			continue
		}
		contacts[i].Verified, contacts[i].VerifiedBy = date, person
		contacts[i].Bounced, contacts[i].Unanswered = "", 0
	}
	return nil
}
