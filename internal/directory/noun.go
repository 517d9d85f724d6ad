package directory

import (
	"fmt"
	"strconv"

	"switchboard/wire"
)

// Noun names a kind of object of the directory, as the world format does.
type Noun string

const (
	Companies     Noun = "companies"
	Relations     Noun = "relations"
	Offers        Noun = "offers"
	Agreements    Noun = "agreements"
	Subscriptions Noun = "subscriptions"
	People        Noun = "people"
	IntakeForms   Noun = "intake_forms"
	Refunds       Noun = "policies"
)

// Nouns lists them in the order in which they refer to each other.
func Nouns() []Noun {
	return []Noun{Companies, Relations, Offers, Agreements, Subscriptions, People, IntakeForms, Refunds}
}

// RelationID is the id of a relation in the API: provider:reseller.
func RelationID(r *wire.Relation) string { return r.Provider + ":" + r.Reseller }

// Identify gives the noun and the id of an object of the world format (a
// pointer to one of its types). A relation, an intake form and a policy have
// no id of their own: theirs is made of the fields that tell them apart.
func Identify(object any) (Noun, string) {
	switch v := object.(type) {
	case *wire.Company:
		return Companies, v.ID
	case *wire.Relation:
		return Relations, RelationID(v)
	case *wire.Offer:
		return Offers, v.ID
	case *wire.Agreement:
		return Agreements, v.ID
	case *wire.Subscription:
		return Subscriptions, v.ID
	case *wire.Person:
		return People, v.ID
	case *wire.IntakeForm:
		return IntakeForms, v.Company + ":" + v.Topic + ":" + strconv.Itoa(v.Version)
	case *wire.RefundPolicy:
		return Refunds, "refund:" + v.Kind + ":" + v.Term + ":" + v.From
	}
	panic(fmt.Sprintf("directory: %T is no object of the world format", object))
}

// New gives an empty object of a noun, to decode into.
func New(noun Noun) any {
	switch noun {
	case Companies:
		return &wire.Company{}
	case Relations:
		return &wire.Relation{}
	case Offers:
		return &wire.Offer{}
	case Agreements:
		return &wire.Agreement{}
	case Subscriptions:
		return &wire.Subscription{}
	case People:
		return &wire.Person{}
	case IntakeForms:
		return &wire.IntakeForm{}
	case Refunds:
		return &wire.RefundPolicy{}
	}
	panic("directory: no noun " + string(noun))
}

// Ref is a field of an object that names another object.
type Ref struct {
	Field string // "offer", "audience[2]"
	Noun  Noun
	ID    string
}

// Refs lists what an object refers to; all of it must exist.
func Refs(object any) []Ref {
	var r refs
	switch v := object.(type) {
	case *wire.Relation:
		r.add("provider", Companies, v.Provider)
		r.add("reseller", Companies, v.Reseller)
	case *wire.Offer:
		r.add("publisher", Companies, v.Publisher)
		r.add("agreement", Agreements, v.Agreement)
		r.list("audience", Companies, v.Audience)
	case *wire.Agreement:
		r.agreement(v)
	case *wire.Subscription:
		r.subscription(v)
	case *wire.Person:
		r.add("company", Companies, v.Company)
	case *wire.IntakeForm:
		r.add("company", Companies, v.Company)
	}
	return r
}

type refs []Ref

func (r *refs) add(field string, noun Noun, id string) {
	if id != "" {
		*r = append(*r, Ref{field, noun, id})
	}
}

func (r *refs) list(field string, noun Noun, ids []string) {
	for i, id := range ids {
		r.add(field+"["+strconv.Itoa(i)+"]", noun, id)
	}
}

func (r *refs) agreement(a *wire.Agreement) {
	r.add("publisher", Companies, a.Publisher)
	r.add("partner", Companies, a.Partner)
	r.add("provider", Companies, a.Provider)
	r.add("reseller", Companies, a.Reseller)
	r.add("customer", Companies, a.Customer)
	r.list("offers", Offers, a.Offers)
}

func (r *refs) subscription(s *wire.Subscription) {
	r.add("customer", Companies, s.Customer)
	r.add("offer", Offers, s.Offer)
	r.add("seller", Companies, s.Seller)
	r.add("reseller", Companies, s.Reseller)
	r.add("purchaser", Companies, s.Purchaser)
	r.add("replaces", Subscriptions, s.Replaces)
	r.add("designated_support", Companies, s.DesignatedSupport)
	r.add("support_partner", Companies, s.SupportPartner)
}
