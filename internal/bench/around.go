package bench

import (
	"strconv"
	"strings"

	"switchboard/internal/responsibility"
	"switchboard/wire"
)

// around collects what one question looks at, as the store does for a request,
// so that deciding can be measured without a database.
func (w *World) around(q Ask) *wire.World {
	a := &around{w: w, have: map[string]bool{}}
	offer := q.Offer
	if q.Subscription != "" {
		i := numberOf(q.Subscription)
		s := a.sale(i)
		offer = s.Offer
		if s.Status == "cancelled" {
			a.sale(i + 1)
		}
		if s.Replaces != "" {
			a.sale(i - 1)
		}
	} else {
		a.purchases(q.As, offer)
	}
	a.offer(numberOf(offer))
	a.company(q.As)
	a.company(OperatorID)
	return &a.world
}

type around struct {
	w     *World
	world wire.World
	have  map[string]bool
}

// purchases are a customer's live subscriptions of an offer.
func (a *around) purchases(customer, offer string) {
	if !strings.HasPrefix(customer, "customer-") {
		return
	}
	for i := numberOf(customer); i <= a.w.Subscriptions; i += a.w.Customers {
		for _, i := range []int{i, i + 1} { // the next one may replace it
			if i >= a.w.Subscriptions {
				continue
			}
			if s := a.w.Subscription(i); s.Customer == customer && s.Offer == offer && s.Status != "cancelled" && !a.have[s.ID] {
				a.sale(i)
			}
		}
	}
}

func (a *around) sale(i int) *wire.Subscription {
	s := a.w.Subscription(i)
	a.have[s.ID] = true
	a.world.Subscriptions = append(a.world.Subscriptions, *s)
	for _, id := range []string{s.Customer, s.Seller, s.Reseller, s.Purchaser, s.SupportPartner} {
		a.company(id)
	}
	return s
}

func (a *around) offer(i int) {
	o := a.w.offer(i)
	a.world.Offers = append(a.world.Offers, *o)
	a.company(o.Publisher)
	a.world.Agreements = append(a.world.Agreements, *customerTerms(a.w.publisherOf(i)), *operatorTerms())
	for object := range a.w.rest {
		if p, ok := object.(*wire.RefundPolicy); ok {
			a.world.Policies.Refund = append(a.world.Policies.Refund, *p)
		}
	}
}

// company adds a company, its terms, and for a reseller its relations and
// splits with the companies on the other side.
func (a *around) company(id string) {
	if id == "" || a.have[id] {
		return
	}
	a.have[id] = true
	if id == OperatorID {
		a.world.Companies = append(a.world.Companies, *operator())
		return
	}
	i := numberOf(id)
	switch id[:strings.LastIndexByte(id, '-')] {
	case "customer":
		a.world.Companies = append(a.world.Companies, *company(id, i, wire.Customer))
	case "publisher":
		a.world.Companies = append(a.world.Companies, *company(id, i, wire.Publisher))
	case "provider":
		a.world.Companies = append(a.world.Companies, *company(id, i, wire.Provider, wire.DirectPartner))
	case "direct":
		a.world.Companies = append(a.world.Companies, *a.w.direct(i).(*wire.Company))
		a.world.Agreements = append(a.world.Agreements, *partnerTerms(i))
	case "reseller":
		a.world.Companies = append(a.world.Companies, *company(id, i, wire.Reseller))
		for _, split := range a.w.splitsOf(i) {
			a.world.Agreements = append(a.world.Agreements, *split)
		}
		for _, r := range a.w.relationsOf(i) {
			a.world.Relations = append(a.world.Relations, *r)
			a.company(r.Provider)
		}
	}
}

// numberOf is the number at the end of an id of this world.
func numberOf(id string) int {
	n, err := strconv.Atoi(id[strings.LastIndexByte(id, '-')+1:])
	if err != nil {
		panic("bench: not an id of the generated world: " + id)
	}
	return n
}

func engineQuestion(q Ask) responsibility.Question {
	return responsibility.Question{Asker: q.As, Offer: q.Offer, Subscription: q.Subscription, Customer: q.Customer,
		Topic: q.Topic, Severity: q.Severity, At: q.At}
}
