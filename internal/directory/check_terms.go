package directory

import (
	"sort"
	"time"

	"switchboard/wire"
)

func (c *checker) agreement(v *wire.Agreement) {
	if c.required("id", v.ID) {
		c.id("id", v.ID)
	}
	if c.required("kind", v.Kind) {
		c.word("kind", v.Kind, wire.AgreementKinds())
	}
	c.agreementParties(v)
	c.atLeast("version", v.Version, 0)
	c.word("state", v.State, []string{"proposed", "accepted", "ended"})
	c.span(v.From, v.Until)
	c.hours("hours", v.Hours)
	c.languages("languages", v.Languages)
	c.targets(v.Targets)
	c.names("title", v.Title)
	c.url("url", v.URL)
	c.companyID("proposer", v.Proposer)
	c.acceptance(v.Accepted)
	c.agreementAge(v)
}

// agreementParties: each kind of agreement names its own parties and no others.
func (c *checker) agreementParties(v *wire.Agreement) {
	parties := []struct{ field, id, kind string }{
		{"publisher", v.Publisher, wire.CustomerAgreement},
		{"partner", v.Partner, wire.PartnerTermsKind},
		{"provider", v.Provider, wire.SupportSplitKind},
		{"reseller", v.Reseller, wire.SupportSplitKind},
	}
	for _, p := range parties {
		switch {
		case v.Kind != p.kind:
			if Has(wire.AgreementKinds(), v.Kind) {
				c.absent(p.field, p.id, "kind", v.Kind)
			}
		case v.Kind != wire.SupportSplitKind && c.required(p.field, p.id):
			c.companyID(p.field, p.id)
		}
	}
	if v.Kind == wire.SupportSplitKind {
		c.split(v)
	} else if Has(wire.AgreementKinds(), v.Kind) {
		c.noSplit(v)
	}
}

// split checks a support agreement (S28; spec 1 section 4).
func (c *checker) split(v *wire.Agreement) {
	c.pair(v.Provider, v.Reseller)
	c.companyID("customer", v.Customer)
	for i, offer := range v.Offers {
		if c.required(at("offers", i), offer) {
			c.id(at("offers", i), offer)
		}
	}
	c.distinct("offers", v.Offers)
	c.word("scope", v.Scope, []string{"reseller-only", "reseller-and-customer", "escalation-only"})
	sides := []string{wire.Provider, wire.Reseller}
	for _, topic := range sortedKeys(v.Topics) {
		path, row := in("topics", clip(topic)), v.Topics[topic]
		if topic == "" {
			c.wrong("topics", "field.required")
		}
		c.word(path, topic, wire.Topics())
		c.word(in(path, "accountable"), row.Accountable, sides)
		c.word(in(path, "performs"), row.Performs, sides)
		c.word(in(path, "face"), row.Face, sides)
	}
	c.word("redirect_technical", v.Redirect, []string{"redirect", "forward", "none"})
	c.contacts(v.Contacts, false)
}

// noSplit refuses the fields that only a support split has.
func (c *checker) noSplit(v *wire.Agreement) {
	c.absent("customer", v.Customer, "kind", v.Kind)
	c.absent("scope", v.Scope, "kind", v.Kind)
	c.absent("redirect_technical", v.Redirect, "kind", v.Kind)
	lists := []struct {
		field string
		n     int
	}{{"offers", len(v.Offers)}, {"topics", len(v.Topics)}, {"contacts", len(v.Contacts)}}
	for _, list := range lists {
		if list.n > 0 {
			c.wrong(list.field, "field.not-beside", "field", "kind", "value", v.Kind)
		}
	}
}

func (c *checker) targets(all map[string]wire.Targets) {
	for _, severity := range sortedKeys(all) {
		path, t := in("targets", clip(severity)), all[severity]
		if severity == "" {
			c.wrong("targets", "field.required")
		}
		c.word(path, severity, wire.Severities())
		c.duration(in(path, "acknowledge"), t.Acknowledge)
		c.duration(in(path, "first_response"), t.FirstResponse)
		c.duration(in(path, "next_update"), t.NextUpdate)
		c.duration(in(path, "resolution"), t.Resolution)
	}
}

func (c *checker) acceptance(a *wire.Acceptance) {
	if a == nil {
		return
	}
	if c.required("accepted.company", a.Company) {
		c.companyID("accepted.company", a.Company)
	}
	c.id("accepted.person", a.Person)
	if a.At == "" {
		return
	}
	if _, err := time.Parse(time.RFC3339, a.At); err != nil {
		c.wrong("accepted.at", "field.time-invalid", "value", clip(a.At))
	}
}

// agreementAge warns of an agreement that is not in force. An old version of a
// support split has a successor, so for those WorldCheck looks.
func (c *checker) agreementAge(v *wire.Agreement) {
	switch {
	case AgreementState(v) == "proposed":
		c.warn("state", "agreement.proposed", "agreement", v.ID)
	case c.Today != "" && v.Kind != wire.SupportSplitKind && expired(v, c.Today):
		c.warn("until", "agreement.expired", "agreement", v.ID, "until", v.Until)
	}
}

func expired(v *wire.Agreement, today string) bool {
	return AgreementState(v) == "accepted" && v.Until != "" && v.Until < today
}

func (c *checker) subscription(v *wire.Subscription) {
	if c.required("id", v.ID) {
		c.id("id", v.ID)
	}
	if c.required("customer", v.Customer) {
		c.companyID("customer", v.Customer)
	}
	if c.required("offer", v.Offer) {
		c.id("offer", v.Offer)
	}
	c.line("plan", v.Plan, maxID)
	c.id("term", v.Term)
	c.sale(v)
	c.companyID("purchaser", v.Purchaser)
	c.word("status", v.Status, []string{"active", "suspended", "cancelled"})
	c.span(v.From, v.Until)
	c.id("replaces", v.Replaces)
	if v.ID != "" && v.Replaces == v.ID {
		c.wrong("replaces", "import.cycle", "ids", v.ID)
	}
	c.companyID("designated_support", v.DesignatedSupport)
	c.companyID("support_partner", v.SupportPartner)
	c.words("support_topics", v.SupportTopics, SupportTopics())
	c.word("redirect_technical", v.RedirectTechnical, []string{"redirect", "forward", "none"})
	c.external(v.External)
}

// sale checks who sold: a model has its seller of record (spec 1 section 2).
func (c *checker) sale(v *wire.Subscription) {
	if c.required("model", v.Model) {
		c.word("model", v.Model, wire.Models())
	}
	c.companyID("seller", v.Seller)
	c.companyID("reseller", v.Reseller)
	switch v.Model {
	case wire.Direct:
		c.required("seller", v.Seller)
		c.absent("reseller", v.Reseller, "model", v.Model)
	case wire.Indirect, wire.InPartner:
		c.required("seller", v.Seller)
	case wire.SelfServe, wire.PrePurchase:
		c.absent("seller", v.Seller, "model", v.Model)
		c.absent("reseller", v.Reseller, "model", v.Model)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
