// Package casewalk walks one case through random commands of random companies.
// The commands come of a seed and of the model alone, so that the pure core, the
// app on each store and the HTTP client are driven through the same ones; after
// each the model says what every company must find. The model knows the protocol
// of spec 2 section 4 as a picture, and nothing of events, tables or routes.
package casewalk

import (
	_ "embed"
	"slices"

	"switchboard/wire"
)

// World is the directory of the walk, in the world format.
//
//go:embed world.yaml
var World string

// Rival is a company that has nothing to do with any of the sales.
const Rival = "zrival"

// Person is who works for a company.
func Person(company string) string { return "p-" + company }

// Link is a company in the role it has on a sale.
type Link struct{ Company, As string }

// Sale is what a case is opened of.
type Sale struct {
	Subscription, Offer           string
	Customer, Sponsor, Performs   string
	Chain                         []Link // from the customer's end to the marketplace's
	HideProvider, PublisherDirect bool
}

// supporter is the role of a company that supports what it did not sell.
const supporter = "support-partner"

// Sales are those of the world: through a provider that its customer does not
// know, which may or may not pass the publisher on, and which may be agreed to
// face the customer; direct; each also with a company that supports what it did
// not sell; and bought alone.
func Sales() []Sale {
	indirect := Sale{Subscription: "zindirect", Offer: "zoffer", Customer: "zcustomer", Sponsor: "zreseller", Performs: "zpublisher", HideProvider: true,
		Chain: chain(Link{"zreseller", wire.Reseller}, Link{"zprovider", wire.Provider})}
	directly, faced, helped := indirect, indirect, indirect
	directly.Subscription, directly.Offer, directly.PublisherDirect = "zpubdirect", "zdirectly", true
	faced.Subscription, faced.Offer = "zfacing-sub", "zfaced"
	helped.Subscription, helped.Chain = "zhelped", chain(Link{"zhelper", supporter}, Link{"zreseller", wire.Reseller}, Link{"zprovider", wire.Provider})
	direct := Sale{Subscription: "zdirect", Offer: "zoffer", Customer: "zcustomer", Sponsor: "zpartner", Performs: "zpublisher", Chain: chain(Link{"zpartner", wire.DirectPartner})}
	helpedDirect, alone := direct, direct
	helpedDirect.Subscription, helpedDirect.Chain = "zhelped-direct", chain(Link{"zhelper", supporter}, Link{"zpartner", wire.DirectPartner})
	alone.Subscription, alone.Sponsor, alone.Chain = "zalone", "zpublisher", chain()
	return []Sale{indirect, directly, direct, faced, helped, helpedDirect, alone}
}

// chain is that of a sale by some partners.
func chain(partners ...Link) []Link {
	return slices.Concat([]Link{{"zcustomer", wire.Customer}}, partners, []Link{{"zpublisher", wire.Publisher}, {"market", wire.Operator}})
}

// Everybody are the companies of all the sales.
func Everybody() (out []string) {
	for _, sale := range Sales() {
		for _, company := range sale.Companies() {
			if !slices.Contains(out, company) {
				out = append(out, company)
			}
		}
	}
	return out
}

// Companies are those of the sale.
func (s Sale) Companies() (out []string) {
	for _, l := range s.Chain {
		out = append(out, l.Company)
	}
	return out
}

func (s Sale) role(company string) string {
	for _, l := range s.Chain {
		if l.Company == company {
			return l.As
		}
	}
	return ""
}

func (s Sale) inRole(roles ...string) string {
	for _, role := range roles {
		for _, l := range s.Chain {
			if l.As == role {
				return l.Company
			}
		}
	}
	return ""
}

// between is the company that stands between the two ends of a sale.
func (s Sale) between() string { return s.inRole(wire.Provider, wire.DirectPartner) }

// reaches is the company through which one reaches another (S22, S28).
func (s Sale) reaches(from, to string) string {
	between := s.between()
	if between == "" || from == between || to == between {
		return to
	}
	a, b := s.role(from), s.role(to)
	switch {
	case small(a) && (b == wire.Operator || b == wire.Publisher && !s.PublisherDirect):
		return between
	case small(b) && (a == wire.Operator || a == wire.Publisher):
		return between
	}
	return to
}

// small is who does not deal with the marketplace itself.
func small(role string) bool { return role == wire.Reseller || role == supporter }
