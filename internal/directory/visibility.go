package directory

import (
	"strconv"
	"strings"

	"switchboard/wire"
)

// Viewer is a company in the role it has toward an offer: the role on the
// subscription or, without one, its party kind. Share is what its provider
// passes on, for a reseller (spec 1 section 5).
type Viewer struct {
	Company string
	Kind    string
	Share   map[string]bool
}

// shareKey names the part of a relation's share that opens a contact role or
// a link kind to a reseller; "" means no share is needed.
var shareKey = map[string]string{
	wire.ContactSupport:     "support",
	wire.ContactProgram:     "csp-program",
	wire.ContactEngineering: "engineering",
	wire.ContactEscalation:  "engineering",
	wire.LinkCollateral:     "collateral",
	wire.LinkMarketing:      "collateral",
}

// ShareKeys lists what a provider may pass on to its reseller.
func ShareKeys() []string { return []string{"support", "csp-program", "collateral", "engineering"} }

// Shares tells whether a share opens a key; engineering is closed by default.
func Shares(share map[string]bool, key string) bool {
	if open, ok := share[key]; ok {
		return open
	}
	return key != "engineering"
}

// SeesContact tells whether the viewer may read a contact point in full.
func (v Viewer) SeesContact(o *wire.Offer, c *wire.Contact) bool {
	return v.sees(o, c.Role, c.VisibleTo, defaultReaders(c.Role))
}

// SeesLink tells whether the viewer may read a link of an offer.
func (v Viewer) SeesLink(o *wire.Offer, l *wire.Link) bool {
	return v.sees(o, l.Kind, l.VisibleTo, defaultReaders(l.Kind))
}

func (v Viewer) sees(o *wire.Offer, role string, explicit, fallback []string) bool {
	if v.Company != "" && v.Company == o.Publisher {
		return true
	}
	readers := fallback
	if explicit != nil {
		readers = explicit
	}
	key := shareKey[role]
	switch v.Kind {
	case wire.Operator:
		return Has(readers, wire.Operator)
	case wire.Provider, wire.DirectPartner:
		// provider in visible_to includes direct partners (spec 1 section 10)
		return Has(readers, wire.Provider) || Has(readers, "partner") || Has(readers, v.Kind)
	case wire.Reseller:
		return v.resellerSees(readers, explicit != nil, key)
	case wire.Customer:
		return Has(readers, wire.Customer)
	}
	return false // another publisher, or nobody
}

// resellerSees: the provider's share decides; an explicit list without
// reseller or partner beats the share (spec 1 section 10).
func (v Viewer) resellerSees(readers []string, explicit bool, key string) bool {
	listed := Has(readers, wire.Reseller) || Has(readers, "partner")
	if key == "" {
		return listed
	}
	if explicit && !listed {
		return false
	}
	return Shares(v.Share, key)
}

// defaultReaders are the readers of a contact role or link kind for which the
// publisher stated none. S31 shows engineering to partners, the publisher's
// own pages keep it for the operator: a contradiction, so it is a setting.
func defaultReaders(role string) []string {
	switch role {
	case wire.ContactEngineering, wire.ContactEscalation:
		return []string{wire.Provider, wire.DirectPartner, wire.Operator}
	case wire.ContactSupport, wire.ContactProgram, wire.LinkCollateral, wire.LinkMarketing:
		return []string{"partner", wire.Operator}
	case wire.LinkTraining: // S12: training is for partners
		return []string{"partner", wire.Operator}
	}
	return []string{wire.Customer, "partner", wire.Operator}
}

// SeesOffer tells whether a company may know of an offer without having a
// subscription of it: by status and by reseller channel (S37).
func (s *Snapshot) SeesOffer(v Viewer, o *wire.Offer) bool {
	if v.Company != "" && v.Company == o.Publisher || v.Kind == wire.Operator {
		return true
	}
	switch Status(o) {
	case "draft":
		return false
	case "preview":
		return s.inAudience(v, o)
	}
	if !isPartner(v.Kind) {
		return v.Kind != wire.Publisher
	}
	switch Channel(o) {
	case "none", "terminated":
		return false
	case "some":
		return s.inAudience(v, o)
	}
	return !o.Exclusive || len(o.Audience) == 0 || s.inAudience(v, o)
}

// inAudience: a reseller is reached through any of its active providers.
func (s *Snapshot) inAudience(v Viewer, o *wire.Offer) bool {
	if v.Company == "" {
		return false
	}
	if Has(o.Audience, v.Company) {
		return true
	}
	if v.Kind != wire.Reseller {
		return false
	}
	for _, provider := range s.Providers(v.Company, "active", "selling-stopped") {
		if Has(o.Audience, provider) {
			return true
		}
	}
	return false
}

func isPartner(kind string) bool {
	return kind == wire.Provider || kind == wire.DirectPartner || kind == wire.Reseller
}

// PublicURL is the publisher's public support URL for an offer: the URL of its
// first working support contact, whoever may read the rest of it, else of the
// publisher's own profile, else of any support contact. "" when there is none.
func (s *Snapshot) PublicURL(o *wire.Offer) string {
	spare := ""
	for i := range o.Contacts {
		c := &o.Contacts[i]
		if c.Role != wire.ContactSupport || c.URL == "" {
			continue
		}
		if Usable(c) == "" {
			return c.URL
		}
		if spare == "" {
			spare = c.URL
		}
	}
	if p := s.Companies[o.Publisher]; p != nil && p.Support != nil && p.Support.URL != "" {
		return p.Support.URL
	}
	return spare
}

// Usable says why a contact point is skipped, or "": after a bounce, three
// unanswered offers, or without any channel (spec 1 section 8). Age only warns.
func Usable(c *wire.Contact) string {
	switch {
	case c.Email == "" && c.Phone == "" && c.URL == "":
		return "contact.missing"
	case c.Bounced != "":
		return "contact.bounced"
	case c.Unanswered >= 3:
		return "contact.unanswered"
	}
	return ""
}

// ContactName is the name of a contact point in the API: its role, from the
// second of a role on with a number: support, support-2.
func ContactName(contacts []wire.Contact, at int) string {
	n := 0
	for i := 0; i <= at; i++ {
		if contacts[i].Role == contacts[at].Role {
			n++
		}
	}
	if n == 1 {
		return contacts[at].Role
	}
	return contacts[at].Role + "-" + strconv.Itoa(n)
}

// ContactIndex finds a contact point by its name; -1 when there is none.
func ContactIndex(contacts []wire.Contact, name string) int {
	for i := range contacts {
		if strings.EqualFold(ContactName(contacts, i), name) {
			return i
		}
	}
	return -1
}
