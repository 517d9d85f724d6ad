package app_test

import (
	"slices"

	"switchboard/internal/access"
	"switchboard/wire"
)

// oracle says, from the world alone and spec 1 sections 5, 6 and 10, what an
// actor may read. It was written from the text and calls no rule of the
// product; only directory reads ask for roles, an answer goes to the company.
type oracle struct {
	m     *marked
	actor access.Actor
}

func objects[T any](m *marked) (out []T) {
	for _, object := range m.objects {
		if v, ok := object.(T); ok {
			out = append(out, v)
		}
	}
	return out
}

func (o oracle) all() bool    { return o.actor.Operator || o.actor.Local }
func (o oracle) nobody() bool { return o.actor.Company == "" && !o.actor.Local }
func (o oracle) holder() bool { return o.actor.Subscription != "" }
func (o oracle) me(ids ...string) bool {
	return o.actor.Company != "" && !o.holder() && slices.Contains(ids, o.actor.Company)
}

func (o oracle) is(kinds ...string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(o.actor.Kinds, k) })
}

func (o oracle) sells() bool { return o.is(wire.Provider, wire.Reseller, wire.DirectPartner) }

func (o oracle) state(provider, reseller string) string {
	for _, r := range objects[*wire.Relation](o.m) {
		if r.Provider == provider && r.Reseller == reseller {
			return r.State
		}
	}
	return ""
}

// buys: the subscription is the actor's own, or the one its link opens.
func (o oracle) buys(s *wire.Subscription) bool {
	return o.me(s.Customer) || o.holder() && s.ID == o.actor.Subscription
}

// chain: the actor sells or supports it. A former reseller no longer does.
func (o oracle) chain(s *wire.Subscription) bool {
	return o.me(s.Seller, s.Purchaser, s.SupportPartner, s.DesignatedSupport) || o.me(s.Reseller) && o.state(s.Seller, s.Reseller) != "ended"
}

func (o oracle) published(s *wire.Subscription) bool {
	return slices.ContainsFunc(objects[*wire.Offer](o.m), func(x *wire.Offer) bool { return x.ID == s.Offer && o.me(x.Publisher) })
}

// hides: the provider behind a reseller, unless the reseller allows it or is a
// former one.
func (o oracle) hides(s *wire.Subscription) bool {
	return s.Reseller != "" && (s.HideProvider == nil || *s.HideProvider) && o.state(s.Seller, s.Reseller) != "ended"
}

func (o oracle) invited(x *wire.Offer) bool {
	return slices.ContainsFunc(x.Audience, func(id string) bool {
		return o.me(id) || o.is(wire.Reseller) && o.me(o.actor.Company) && slices.Contains([]string{"active", "selling-stopped"}, o.state(id, o.actor.Company))
	})
}

func (o oracle) offer(x *wire.Offer) bool {
	if o.all() || o.me(x.Publisher) {
		return true
	}
	for _, s := range objects[*wire.Subscription](o.m) {
		if s.Offer == x.ID && (o.buys(s) || o.chain(s)) {
			return true
		}
	}
	switch {
	case x.Status == "draft":
		return false
	case x.Status == "preview":
		return o.invited(x)
	case o.nobody() || o.holder() || o.is(wire.Customer):
		return true
	case !o.sells() || x.Channel == "none" || x.Channel == "terminated":
		return false
	}
	return x.Channel != "some" && !x.Exclusive || o.invited(x)
}

func (o oracle) company(c *wire.Company) bool {
	if o.all() || o.me(c.ID) || slices.Contains(c.Kinds, wire.Operator) {
		return true
	}
	for _, x := range objects[*wire.Offer](o.m) {
		if x.Publisher == c.ID && o.offer(x) {
			return true
		}
	}
	for _, r := range objects[*wire.Relation](o.m) {
		if o.me(r.Provider) && r.Reseller == c.ID || o.me(r.Reseller) && r.Provider == c.ID {
			return true
		}
	}
	return slices.ContainsFunc(objects[*wire.Subscription](o.m), func(s *wire.Subscription) bool { return o.meets(c.ID, s) })
}

// meets: the actor and the company are on one subscription and the one may know
// of the other.
func (o oracle) meets(id string, s *wire.Subscription) bool {
	sold := id == s.Seller || id == s.Purchaser
	switch {
	case o.chain(s):
		return sold || slices.Contains([]string{s.Customer, s.Reseller, s.SupportPartner, s.DesignatedSupport}, id)
	case o.buys(s):
		if sold {
			return !o.hides(s)
		}
		return slices.Contains([]string{s.Customer, s.Reseller, s.SupportPartner, s.DesignatedSupport}, id)
	case o.published(s):
		return id == s.Customer || sold && id != s.Reseller
	}
	return false
}

func (o oracle) agreement(a *wire.Agreement) bool {
	switch a.Kind {
	case wire.SupportSplitKind:
		return o.me(a.Provider, a.Reseller)
	case wire.PartnerTermsKind:
		return o.me(a.Partner)
	case wire.OperatorTerms:
		return o.sells() || o.is(wire.Publisher)
	}
	return o.me(a.Publisher) || slices.ContainsFunc(objects[*wire.Offer](o.m), func(x *wire.Offer) bool { return x.Agreement == a.ID && o.offer(x) })
}

// named: an answer says by whose promise it is due.
func (o oracle) named(a *wire.Agreement) bool {
	switch a.Kind {
	case wire.PartnerTermsKind:
		return slices.ContainsFunc(objects[*wire.Company](o.m), func(c *wire.Company) bool { return c.ID == a.Partner && o.company(c) })
	case wire.OperatorTerms:
		return true
	case wire.SupportSplitKind: // a supporting partner sees and asks like a reseller (section 3.2)
		return o.agreement(a) || slices.ContainsFunc(objects[*wire.Subscription](o.m), func(s *wire.Subscription) bool {
			return o.me(s.SupportPartner, s.DesignatedSupport) && s.Seller == a.Provider && s.Reseller == a.Reseller
		})
	}
	return o.agreement(a)
}

// hidden tells whether a word may not be shown to the actor; answer says that
// it stands in an answer to "who", not in the directory.
func (o oracle) hidden(k mark, answer bool) bool {
	if o.all() {
		return false
	}
	switch v := k.object.(type) {
	case *wire.Company:
		return o.companyHides(v, k.field)
	case *wire.Offer:
		return o.offerHides(v, k, answer)
	case *wire.Agreement:
		return !(o.agreement(v) || k.field == "id" && answer && o.named(v))
	case *wire.Subscription:
		return !(o.buys(v) || o.chain(v) || o.published(v))
	case *wire.IntakeForm:
		return !slices.ContainsFunc(objects[*wire.Company](o.m), func(c *wire.Company) bool { return c.ID == v.Company && o.company(c) })
	case *wire.Person:
		return !o.me(v.Company) && !(k.field == "id" && o.signedFor(v.ID))
	}
	return false
}

// signedFor: who accepted an agreement is known to both sides.
func (o oracle) signedFor(person string) bool {
	return slices.ContainsFunc(objects[*wire.Agreement](o.m), func(a *wire.Agreement) bool {
		return a.Accepted != nil && a.Accepted.Person == person && o.agreement(a)
	})
}

func (o oracle) companyHides(c *wire.Company, field string) bool {
	switch field {
	case "domains", "external":
		return !o.me(c.ID)
	case "partner door", "partner door url":
		return !o.sells()
	case "publisher door", "publisher door url":
		return !o.is(wire.Publisher)
	case "support":
		return !o.company(c) || (o.nobody() || o.holder()) && !o.onLink(c.ID) && !slices.Contains(c.Kinds, wire.Operator)
	}
	return !o.company(c)
}

func (o oracle) onLink(id string) bool {
	return slices.ContainsFunc(objects[*wire.Subscription](o.m), func(s *wire.Subscription) bool { return o.buys(s) && o.meets(id, s) })
}

func (o oracle) offerHides(x *wire.Offer, k mark, answer bool) bool {
	switch {
	case !o.offer(x):
		return true
	case k.field == "external":
		return !o.me(x.Publisher) && !o.sells()
	case k.field == "waiting contact":
		return !o.me(x.Publisher)
	case k.field == "contact":
		c := &x.Contacts[k.at]
		return !o.reads(x, c.Role, c.VisibleTo, answer) && !(c.Role == wire.ContactSupport && o.redirected(x))
	case k.field == "contact url":
		c := &x.Contacts[k.at]
		return c.Role != wire.ContactSupport && !o.reads(x, c.Role, c.VisibleTo, answer)
	case k.field == "link":
		l := &x.Links[k.at]
		return !o.reads(x, l.Kind, l.VisibleTo, answer)
	}
	return false
}

// redirected: the customer is sent to the publisher itself (S20).
func (o oracle) redirected(x *wire.Offer) bool {
	company := func(id string) bool {
		return slices.ContainsFunc(objects[*wire.Company](o.m), func(c *wire.Company) bool { return c.ID == id && c.RedirectTechnical == "redirect" })
	}
	split := func(s *wire.Subscription) bool {
		return slices.ContainsFunc(objects[*wire.Agreement](o.m), func(a *wire.Agreement) bool {
			return a.Provider == s.Seller && a.Reseller == s.Reseller && s.Reseller != "" && a.Redirect == "redirect" && (len(a.Offers) == 0 || slices.Contains(a.Offers, x.ID))
		})
	}
	return slices.ContainsFunc(objects[*wire.Subscription](o.m), func(s *wire.Subscription) bool {
		return s.Offer == x.ID && o.buys(s) && (s.RedirectTechnical == "redirect" || s.RedirectTechnical == "" && (split(s) || company(s.Reseller) || company(s.Seller)))
	})
}

// reads is the table of section 5 for a contact role or a kind of link.
func (o oracle) reads(x *wire.Offer, what string, listed []string, answer bool) bool {
	if !answer && !o.roleReads(x, what) {
		return false
	}
	if o.me(x.Publisher) {
		return true
	}
	share, listedFor := "", []string{"customer", "partner"}
	switch what {
	case wire.ContactSupport:
		share, listedFor = "support", []string{"partner"}
	case wire.ContactProgram:
		share, listedFor = "csp-program", []string{"partner"}
	case wire.ContactEngineering, wire.ContactEscalation:
		share, listedFor = "engineering", []string{"provider"}
	case wire.LinkCollateral, wire.LinkMarketing:
		share, listedFor = "collateral", []string{"partner"}
	case wire.LinkTraining:
		listedFor = []string{"partner"}
	}
	if listed != nil {
		listedFor = listed
	}
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(listedFor, w) })
	}
	switch {
	case o.nobody() || o.holder() || o.is(wire.Customer):
		return has("customer")
	case o.is(wire.Provider, wire.DirectPartner):
		return has("provider", "partner", "direct-partner")
	case o.is(wire.Reseller):
		return (share == "" || listed != nil) && has("reseller", "partner") && (share == "" || o.shared(share)) || share != "" && listed == nil && o.shared(share)
	}
	return false
}

// roleReads is the table of section 6: engineering, and the page as a whole.
func (o oracle) roleReads(x *wire.Offer, what string) bool {
	if o.nobody() || o.holder() {
		return true
	}
	has := func(roles ...string) bool {
		return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(o.actor.Roles, r) })
	}
	if what == wire.ContactEngineering || what == wire.ContactEscalation {
		return has("global-admin", "admin-agent", "helpdesk-agent", "publisher-owner", "publisher-support")
	}
	return has("global-admin", "admin-agent", "helpdesk-agent", "sales-agent", "publisher-owner", "publisher-support", "customer-user") || o.is(wire.Customer)
}

// shared: some provider passes it on. A supporting partner has the default.
func (o oracle) shared(key string) bool {
	byDefault := key != "engineering"
	for _, s := range objects[*wire.Subscription](o.m) {
		if o.me(s.SupportPartner, s.DesignatedSupport) && byDefault {
			return true
		}
	}
	for _, r := range objects[*wire.Relation](o.m) {
		if o.me(r.Reseller) && r.State != "ended" {
			if open, ok := r.Share[key]; ok && open || !ok && byDefault {
				return true
			}
		}
	}
	return false
}
