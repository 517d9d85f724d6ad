// Package directory knows the companies, relations, offers, agreements,
// subscriptions and people of a world: what is valid, what their defaults
// mean, and who may see a contact point. It decides nothing about questions.
package directory

import (
	"sort"
	"time"

	"switchboard/internal/calendar"
	"switchboard/wire"
)

// OperatorID names the operator in answers of a world that has none.
const OperatorID = "operator"

// Pair is a provider and a reseller.
type Pair struct{ Provider, Reseller string }

// Snapshot is a part of the world, or all of it, indexed for decisions. What
// is not in it does not exist. It is built once and then only read, by one
// goroutine at a time (calendars are compiled on first use).
type Snapshot struct {
	Companies     map[string]*wire.Company
	Offers        map[string]*wire.Offer
	Subscriptions map[string]*wire.Subscription
	Relations     map[Pair]*wire.Relation
	Agreements    map[string]*wire.Agreement
	Refunds       []wire.RefundPolicy
	Operator      string // "" when the world has none

	splits    map[Pair][]*wire.Agreement
	terms     map[string][]*wire.Agreement // operator and partner terms by company
	calendars map[string]calendar.Calendar
}

// NewSnapshot indexes a world. The world must have passed Check.
func NewSnapshot(w *wire.World) *Snapshot {
	s := EmptySnapshot()
	for i := range w.Companies {
		s.Add(&w.Companies[i])
	}
	for i := range w.Offers {
		s.Add(&w.Offers[i])
	}
	for i := range w.Subscriptions {
		s.Add(&w.Subscriptions[i])
	}
	for i := range w.Relations {
		s.Add(&w.Relations[i])
	}
	for i := range w.Agreements {
		s.Add(&w.Agreements[i])
	}
	s.Refunds = w.Policies.Refund
	return s
}

// EmptySnapshot is a world of nothing, to be added to.
func EmptySnapshot() *Snapshot {
	return &Snapshot{Companies: map[string]*wire.Company{}, Offers: map[string]*wire.Offer{}, Subscriptions: map[string]*wire.Subscription{},
		Relations: map[Pair]*wire.Relation{}, Agreements: map[string]*wire.Agreement{}, splits: map[Pair][]*wire.Agreement{},
		terms: map[string][]*wire.Agreement{}, calendars: map[string]calendar.Calendar{}}
}

// Add takes in an object, a pointer to a type of the world format, without
// copying it. Each object may come once.
func (s *Snapshot) Add(object any) {
	switch v := object.(type) {
	case *wire.Company:
		s.Companies[v.ID] = v
		if s.Operator == "" && Has(v.Kinds, wire.Operator) {
			s.Operator = v.ID
		}
	case *wire.Offer:
		s.Offers[v.ID] = v
	case *wire.Subscription:
		s.Subscriptions[v.ID] = v
	case *wire.Relation:
		s.Relations[Pair{v.Provider, v.Reseller}] = v
	case *wire.Agreement:
		s.addAgreement(v)
	case *wire.RefundPolicy:
		s.Refunds = append(s.Refunds, *v)
	}
}

func (s *Snapshot) addAgreement(a *wire.Agreement) {
	s.Agreements[a.ID] = a
	switch a.Kind {
	case wire.SupportSplitKind:
		pair := Pair{a.Provider, a.Reseller}
		s.splits[pair] = append(s.splits[pair], a)
	case wire.PartnerTermsKind:
		s.terms[a.Partner] = append(s.terms[a.Partner], a)
	case wire.OperatorTerms:
		s.terms[OperatorID] = append(s.terms[OperatorID], a)
	}
}

// Splits lists the support agreements of a pair, latest start first.
func (s *Snapshot) Splits(p Pair) []*wire.Agreement {
	list := append([]*wire.Agreement(nil), s.splits[p]...)
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].From != list[j].From {
			return list[i].From > list[j].From
		}
		return list[i].Version > list[j].Version
	})
	return list
}

// Terms gives the operator's or a partner's terms in force on a date, the
// latest first; nil when there are none.
func (s *Snapshot) Terms(company, date string) *wire.Agreement {
	var best *wire.Agreement
	for _, a := range s.termsOf(company) {
		if InForce(a, date) && (best == nil || a.From > best.From) {
			best = a
		}
	}
	return best
}

func (s *Snapshot) termsOf(company string) []*wire.Agreement {
	if company == s.Operator {
		company = OperatorID
	}
	return s.terms[company]
}

// TermsTurn is the next instant after one at which the operator's or a partner's
// terms begin or end; zero when none is known.
func (s *Snapshot) TermsTurn(company string, at time.Time) time.Time {
	return Turn(at, s.termsOf(company)...)
}

// Turn is the next instant after one at which an agreement begins or ends, of
// those that are accepted; zero when none does.
func Turn(at time.Time, agreements ...*wire.Agreement) (next time.Time) {
	for _, a := range agreements {
		if a == nil || AgreementState(a) != "accepted" {
			continue
		}
		begin, _ := time.Parse(time.DateOnly, a.From) // "" is no date: it has always run
		last, err := time.Parse(time.DateOnly, a.Until)
		if err == nil {
			last = last.AddDate(0, 0, 1) // it runs on its last day
		}
		for _, turn := range []time.Time{begin, last} {
			if turn.After(at) && (next.IsZero() || turn.Before(next)) {
				next = turn
			}
		}
	}
	return next
}

// Providers lists the providers of a reseller whose relation is in one of the
// states, by id.
func (s *Snapshot) Providers(reseller string, states ...string) []string {
	var out []string
	for pair, r := range s.Relations {
		if pair.Reseller == reseller && Has(states, RelationState(r)) {
			out = append(out, pair.Provider)
		}
	}
	sort.Strings(out)
	return out
}

// LiveSubscriptions lists a customer's live subscriptions of an offer, by id.
func (s *Snapshot) LiveSubscriptions(customer, offer string) []*wire.Subscription {
	var out []*wire.Subscription
	for _, sub := range s.Subscriptions {
		if sub.Customer == customer && sub.Offer == offer && Live(sub) {
			out = append(out, sub)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// Successor gives the live subscription that in the end replaces this one; nil
// when there is none.
func (s *Snapshot) Successor(id string) *wire.Subscription {
	for range s.Subscriptions { // as many steps as there are; a circle ends too
		next := s.replacement(id)
		if next == nil || Live(next) {
			return next
		}
		id = next.ID
	}
	return nil
}

// replacement is what replaces a subscription: a live one first, then by id.
func (s *Snapshot) replacement(id string) *wire.Subscription {
	var best *wire.Subscription
	for _, sub := range s.Subscriptions {
		if sub.Replaces != id || sub.ID == id {
			continue
		}
		if best == nil || Live(sub) && !Live(best) || Live(sub) == Live(best) && sub.ID < best.ID {
			best = sub
		}
	}
	return best
}

// Calendar gives the working calendar of a company's support profile. Unknown
// hours give the zero Calendar.
func (s *Snapshot) Calendar(company string) calendar.Calendar {
	if cal, ok := s.calendars[company]; ok {
		return cal
	}
	var cal calendar.Calendar
	if c := s.Companies[company]; c != nil && c.Support != nil {
		cal = ProfileCalendar(c, c.Support)
	}
	s.calendars[company] = cal
	return cal
}

// ProfileCalendar compiles a support profile's hours in its zone, else the
// company's. Hours that cannot be read are unknown: import has refused them.
func ProfileCalendar(c *wire.Company, p *wire.Support) calendar.Calendar {
	zone := p.TZ
	if zone == "" {
		zone = c.TZ
	}
	cal, err := calendar.New(calendar.Spec{Hours: p.Hours, Zone: zone, Holidays: p.Holidays, Closed: p.Closed, Open: p.Open})
	if err != nil {
		return calendar.Calendar{}
	}
	return cal
}

// ContactCalendar compiles a contact point's hours in its zone, else the
// publisher's; the publisher's holidays and closed days apply.
func (s *Snapshot) ContactCalendar(o *wire.Offer, c *wire.Contact) calendar.Calendar {
	if c.Hours == "" {
		return calendar.Calendar{}
	}
	profile := wire.Support{Hours: c.Hours, TZ: c.TZ}
	owner := s.Companies[o.Publisher]
	if owner == nil {
		owner = &wire.Company{}
	}
	if owner.Support != nil {
		profile.Holidays, profile.Closed, profile.Open = owner.Support.Holidays, owner.Support.Closed, owner.Support.Open
	}
	key := o.ID + "\x00" + c.Hours + "\x00" + c.TZ
	cal, ok := s.calendars[key]
	if !ok {
		cal = ProfileCalendar(owner, &profile)
		s.calendars[key] = cal
	}
	return cal
}

// Live tells whether a subscription counts: a suspended one does, a cancelled
// one does not (spec 1 section 10).
func Live(sub *wire.Subscription) bool { return sub.Status != "cancelled" }

// RelationState is the state of a relation; none stated means active.
func RelationState(r *wire.Relation) string {
	if r == nil || r.State == "" {
		return "active"
	}
	return r.State
}

// Status is the status of an offer; none stated means live.
func Status(o *wire.Offer) string { return orElse(o.Status, "live") }

// OfferKind is the kind of an offer; none stated means saas.
func OfferKind(o *wire.Offer) string { return orElse(o.Kind, wire.Saas) }

// Channel is the reseller channel of an offer; none stated means all.
func Channel(o *wire.Offer) string { return orElse(o.Channel, "all") }

// AgreementState is the state of an agreement; none stated means accepted.
func AgreementState(a *wire.Agreement) string { return orElse(a.State, "accepted") }

// PlatformBased tells an offer that is deployed on the operator's platform and
// billed by usage: every kind but saas (spec 1 section 2).
func PlatformBased(o *wire.Offer) bool { return OfferKind(o) != wire.Saas }

// InForce tells whether an agreement is accepted and runs on a date; both its
// dates are inclusive.
func InForce(a *wire.Agreement, date string) bool {
	return AgreementState(a) == "accepted" && (a.From == "" || a.From <= date) && (a.Until == "" || date <= a.Until)
}

// HidesProvider tells whether the customer must not learn of the provider: so
// unless the reseller allows it, when there is a reseller.
func HidesProvider(sub *wire.Subscription) bool {
	if sub.Reseller == "" {
		return false
	}
	return sub.HideProvider == nil || *sub.HideProvider
}

// Date is the day of an instant, in UTC, as the world format writes days.
func Date(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// Has tells whether a closed list holds a word.
func Has(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
