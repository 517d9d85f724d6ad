package directory

import (
	"strings"

	"switchboard/wire"
)

func (c *checker) company(v *wire.Company) {
	if c.required("id", v.ID) {
		c.companyID("id", v.ID)
	}
	if len(v.Kinds) == 0 {
		c.wrong("kinds", "field.required")
	}
	c.words("kinds", v.Kinds, wire.Kinds())
	c.names("name", v.Name)
	c.language("locale", v.Locale)
	c.zone("tz", v.TZ)
	for i, domain := range v.Domains {
		if !ValidDomain(domain) || domain != strings.ToLower(domain) {
			c.wrong(at("domains", i), "field.domain-invalid", "value", clip(domain))
		}
	}
	c.distinct("domains", v.Domains)
	c.external(v.External)
	c.word("redirect_technical", v.RedirectTechnical, []string{"redirect", "forward", "none"})
	c.support("support", v.Support)
	if v.EntryPoints != nil {
		if !Has(v.Kinds, wire.Operator) { // S21, S22: they are the operator's doors
			c.wrong("entry_points", "field.not-beside", "field", "kinds", "value", strings.Join(v.Kinds, ", "))
		}
		c.support("entry_points.partner", v.EntryPoints.Partner)
		c.support("entry_points.publisher", v.EntryPoints.Publisher)
	}
}

func (c *checker) relation(v *wire.Relation) {
	c.pair(v.Provider, v.Reseller)
	c.word("state", v.State, []string{"active", "selling-stopped", "ended"})
	for _, key := range sortedKeys(v.Share) {
		c.word(in("share", clip(key)), key, ShareKeys())
	}
}

// pair checks the two sides of the indirect model: both there, and two.
func (c *checker) pair(provider, reseller string) {
	if c.required("provider", provider) {
		c.companyID("provider", provider)
	}
	if c.required("reseller", reseller) {
		c.companyID("reseller", reseller)
	}
	if provider != "" && provider == reseller {
		c.wrong("reseller", "import.self-relation", "company", clip(reseller))
	}
}

func (c *checker) offer(v *wire.Offer) {
	if c.required("id", v.ID) {
		c.id("id", v.ID)
	}
	if c.required("publisher", v.Publisher) {
		c.companyID("publisher", v.Publisher)
	}
	c.external(v.External)
	c.names("name", v.Name)
	c.word("kind", v.Kind, wire.OfferKinds())
	c.word("license", v.License, []string{"included", "byol"})
	c.word("listing", v.Listing, []string{"transact", "trial", "free", "contact-me"})
	c.word("channel", v.Channel, []string{"none", "some", "all", "terminated"})
	c.companyIDs("audience", v.Audience)
	c.word("status", v.Status, []string{"draft", "preview", "live", "delisted"})
	c.contacts(v.Contacts, true)
	c.links(v.Links)
	c.id("agreement", v.Agreement)
	if Status(v) != "draft" && !hasSupport(v) {
		c.warn("contacts", "offer.no-support-contact", "offer", v.ID)
	}
}

func hasSupport(v *wire.Offer) bool {
	for i := range v.Contacts {
		if v.Contacts[i].Role == wire.ContactSupport {
			return true
		}
	}
	return false
}

func (c *checker) person(v *wire.Person) {
	if c.required("id", v.ID) {
		c.id("id", v.ID)
	}
	if c.required("company", v.Company) {
		c.companyID("company", v.Company)
	}
	c.line("name", v.Name, maxName)
	c.email("email", v.Email)
	if c.Roles != nil {
		c.words("roles", v.Roles, c.Roles)
	}
	c.language("lang", v.Lang)
	c.zone("tz", v.TZ)
}

func (c *checker) refund(v *wire.RefundPolicy) {
	c.word("kind", v.Kind, wire.OfferKinds())
	c.id("term", v.Term)
	_, _, err := RefundWindow(v.Window)
	c.relay("window", err)
	c.date("from", v.From)
	c.line("source", v.Source, maxURL)
}
