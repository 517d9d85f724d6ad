package responsibility

import (
	"slices"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// Route is what a decision means for a case: who faces the customer, who does
// the work, and which companies stand in the chain of this sale. Nothing in it
// is masked: it is for the ledger, which keeps its own names from its readers.
type Route struct {
	Customer, Offer, Subscription string
	Model, Topic, Severity        string
	Sponsor, Performs             string
	Chain                         []Stop
	HideProvider, PublisherDirect bool
	Statements                    []string
	Rules                         string
}

// Stop is a company in the role it has on this sale.
type Stop struct{ Company, Kind string }

// SupportPartner is the role of a company that supports what it did not sell.
const SupportPartner = "support-partner"

// Route gives the decision's route. The sponsor is the partner's face if there
// is one, else whom the customer reaches; for a company's own question itself
// (spec 2 section 2).
func (d *Decision) Route() Route { return d.route }

func (d *Decision) makeRoute() Route {
	sc := d.sc
	r := Route{Customer: sc.customer, Model: sc.model, Topic: sc.q.Topic, Severity: sc.q.Severity, Performs: d.performs.id,
		PublisherDirect: d.sp.direct, Statements: slices.Clone(d.statements), Rules: d.set.ID + " v" + itoa(d.set.Version)}
	if sc.offer != nil {
		r.Offer = sc.offer.ID
	}
	if sc.sub != nil && sc.missing != "subscription" {
		r.Subscription, r.HideProvider = sc.sub.ID, directory.HidesProvider(sc.sub) && sc.reseller != ""
	}
	switch {
	case sc.customer == "":
		r.Customer, r.Sponsor = sc.q.Asker, sc.q.Asker
	case d.sp.face != "":
		r.Sponsor = d.sp.face
	case d.reach != nil:
		r.Sponsor = d.reach.id
	}
	if r.HideProvider && sc.customer != "" && r.Sponsor == sc.provider {
		r.Sponsor = sc.reseller // whose name is kept from the customer cannot face it (spec 1 section 5)
	}
	r.Chain = d.chain(r.Customer)
	return r
}

// chain runs from the customer's end to the marketplace's; each company stands
// in it once, in its first role.
func (d *Decision) chain(customer string) (out []Stop) {
	sc := d.sc
	add := func(company, kind string) {
		known := slices.ContainsFunc(out, func(s Stop) bool { return s.Company == company })
		if company != "" && !known {
			out = append(out, Stop{company, kind})
		}
	}
	if sc.customer != "" {
		add(customer, wire.Customer)
	} else {
		add(customer, sc.role)
	}
	add(sc.supporter, SupportPartner)
	add(sc.reseller, wire.Reseller)
	if sc.customer == "" {
		add(sc.provider, wire.Provider)
	}
	add(sc.seller, d.partner(sc.seller).kind)
	if sc.offer != nil {
		add(sc.offer.Publisher, wire.Publisher)
	}
	add(sc.s.Operator, wire.Operator)
	return out
}

// Outcome is the outcome, and the fact that is missing when it is unclear.
func (d *Decision) Outcome() (outcome, missing string) { return d.outcome, d.sc.missing }
