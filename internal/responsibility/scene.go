package responsibility

import (
	"time"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/text"
	"switchboard/wire"
)

// Question is what somebody asks. Ids are the directory's.
type Question struct {
	Asker        string    // company; "" = signed out, a customer with the public view
	Offer        string    // may be empty when a subscription is given, or for own dealings
	Subscription string    // "" = find the one that is meant
	Customer     string    // for whom a partner, publisher or operator asks
	Topic        string    // "" = not known
	About        string    // the company that a complaint is about
	Severity     string    // "" = moderate
	At           time.Time // the instant the answer is computed for
	Portal       string    // the partner whose own portal the question came through
	Lang         string    // the reader's language, for a company that states none

	// What free text may be about, when no topic is sure enough.
	Suggested []wire.Suggestion
	Ask       string   // key of the question that settles the topic
	Choices   []string // the topics it offers
}

// Setting is what a reader of free text needs to know about a question.
type Setting struct{ Role, OfferKind string }

// Look tells who asks and about what kind of offer, before a topic is known.
func Look(q Question, s *directory.Snapshot) (Setting, error) {
	sc, err := look(q, s)
	if err != nil {
		return Setting{}, err
	}
	out := Setting{Role: sc.role}
	if sc.offer != nil {
		out.OfferKind = directory.OfferKind(sc.offer)
	}
	return out, nil
}

// scene is the question with everything that the directory knows around it.
type scene struct {
	q     Question
	s     *directory.Snapshot
	date  string
	offer *wire.Offer
	sub   *wire.Subscription

	role     string // party kind the asker has here
	onBehalf bool
	customer string
	model    string // "" for a company's own dealings

	seller    string // seller of record, or the payer of an in-partner subscription
	reseller  string // "" when there is none, or when its relation has ended
	provider  string // the company behind a reseller or supporting partner
	supporter string
	relation  *wire.Relation
	ended     bool // the reseller's relation has ended: the provider steps forward

	viewer  directory.Viewer
	missing string   // the fact without which nothing can be decided
	choices []string // its possible values
}

// look resolves a question against the directory. What the asker may not know
// of is not found, exactly like what is not there.
func look(q Question, s *directory.Snapshot) (*scene, error) {
	if q.Severity == "" {
		q.Severity = wire.DefaultSev
	}
	sc := &scene{q: q, s: s, date: directory.Date(q.At)}
	steps := []func() error{sc.checkWords, sc.findThings, sc.findSubscription, sc.findRole, sc.findChain, sc.mayKnow}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return sc, nil
}

func (sc *scene) checkWords() error {
	if sc.q.Topic != "" && !directory.Has(wire.Topics(), sc.q.Topic) {
		nearest, _ := text.Nearest(sc.q.Topic, wire.Topics())
		return fault.New(fault.Invalid, "invalid.unknown-topic", "topic", sc.q.Topic, "nearest", nearest)
	}
	if !directory.Has(wire.Severities(), sc.q.Severity) {
		return fault.New(fault.Invalid, "invalid.unknown-severity", "severity", sc.q.Severity)
	}
	return nil
}

func notFound(what, id string) error {
	return fault.New(fault.NotFound, "not-found."+what, "id", id)
}

func (sc *scene) findThings() error {
	for _, id := range []string{sc.q.Asker, sc.q.Customer, sc.q.About, sc.q.Portal} {
		if id != "" && sc.s.Companies[id] == nil {
			return notFound("company", id)
		}
	}
	if id := sc.q.Subscription; id != "" {
		sc.sub = sc.s.Subscriptions[id]
		if sc.sub == nil || sc.q.Asker == "" || sc.roleOn(sc.sub) == "" {
			return notFound("subscription", id)
		}
		if sc.q.Offer != "" && sc.q.Offer != sc.sub.Offer {
			return fault.New(fault.Invalid, "invalid.offer-subscription-mismatch", "subscription", id, "offer", sc.q.Offer)
		}
		if sc.q.Customer != "" && sc.q.Customer != sc.sub.Customer {
			return fault.New(fault.Invalid, "invalid.customer-subscription-mismatch", "subscription", id, "customer", sc.q.Customer)
		}
		sc.q.Offer = sc.sub.Offer
	}
	if sc.q.Offer == "" {
		return nil
	}
	if sc.offer = sc.s.Offers[sc.q.Offer]; sc.offer == nil {
		return notFound("offer", sc.q.Offer)
	}
	return nil
}

// roleOn is the asker's role on a subscription, or "" when it has none. The
// publisher of its offer and the operator have one on every subscription.
func (sc *scene) roleOn(sub *wire.Subscription) string {
	asker := sc.q.Asker
	switch {
	case asker == sub.Customer && asker != sub.Seller && asker != sub.Reseller:
		return wire.Customer // one that sold to itself asks as the partner it is
	case asker == sub.Reseller && sc.formerReseller(sub):
		return "" // it reads its old cases, but asks nothing new (spec 1 section 10)
	case asker == sub.Reseller:
		return wire.Reseller
	case asker == sub.Seller || asker == sub.Purchaser:
		return sc.sellerKind(sub)
	case asker == sub.SupportPartner && asker != sub.Reseller:
		return wire.Reseller // a supporting partner sees and asks like a reseller
	}
	if offer := sc.s.Offers[sub.Offer]; offer != nil && asker == offer.Publisher {
		return wire.Publisher
	}
	switch asker {
	case sc.s.Operator:
		return wire.Operator
	case sub.DesignatedSupport:
		return wire.Reseller
	}
	return ""
}

func (sc *scene) formerReseller(sub *wire.Subscription) bool {
	r := sc.s.Relations[directory.Pair{Provider: sub.Seller, Reseller: sub.Reseller}]
	return r != nil && directory.RelationState(r) == "ended"
}

func (sc *scene) sellerKind(sub *wire.Subscription) string {
	switch {
	case sub.Model == wire.Indirect:
		return wire.Provider
	case sub.Model == wire.Direct:
		return wire.DirectPartner
	case sub.Reseller != "":
		return wire.Provider
	}
	return sc.kindAmong(sub.Seller, wire.DirectPartner, wire.Provider)
}

// kindAmong is the first of the kinds that a company has, else the first one.
func (sc *scene) kindAmong(company string, kinds ...string) string {
	if c := sc.s.Companies[company]; c != nil {
		for _, kind := range kinds {
			if directory.Has(c.Kinds, kind) {
				return kind
			}
		}
	}
	return kinds[0]
}

// findSubscription: one live subscription of that customer and offer is the
// one that is meant; several leave the question open (spec 1 section 2).
func (sc *scene) findSubscription() error {
	if sc.sub != nil {
		sc.customer = sc.sub.Customer
		return nil
	}
	sc.customer = sc.q.Customer
	if sc.customer == "" && sc.firstKind() == wire.Customer && sc.q.Asker != "" {
		sc.customer = sc.q.Asker
	}
	if sc.q.Asker == "" && sc.customer != "" {
		return notFound("company", sc.customer)
	}
	if sc.customer == "" || sc.offer == nil {
		return nil
	}
	live := sc.s.LiveSubscriptions(sc.customer, sc.offer.ID)
	var seen []*wire.Subscription
	for _, sub := range live {
		if sc.roleOn(sub) != "" {
			seen = append(seen, sub)
		}
	}
	switch {
	case len(live) > 0 && len(seen) == 0:
		return notFound("subscription", sc.customer) // a rival's customer
	case len(seen) == 1:
		sc.sub = seen[0]
	case len(seen) > 1:
		sc.missing = "subscription"
		for _, sub := range seen {
			sc.choices = append(sc.choices, sub.ID)
		}
		sc.sub = seen[0] // gives the role; nothing is decided from it
	}
	return nil
}

// firstKind is the asker's first kind that can stand in this question: a
// publisher is one for its own offers only.
func (sc *scene) firstKind() string {
	c := sc.s.Companies[sc.q.Asker]
	if c == nil {
		return wire.Customer // signed out
	}
	if sc.offer != nil && sc.offer.Publisher == c.ID {
		return wire.Publisher
	}
	if c.ID == sc.s.Operator {
		return wire.Operator
	}
	for _, kind := range c.Kinds {
		if kind != wire.Publisher || sc.offer == nil {
			return kind
		}
	}
	return ""
}

// findRole: the role on the subscription, else publisher of the offer, else
// the first kind. With a subscription or customer a partner, publisher or
// operator asks on behalf of that customer, without about its own dealings.
func (sc *scene) findRole() error {
	switch {
	case sc.sub != nil:
		sc.role = sc.roleOn(sc.sub)
	case sc.customer != "" && sc.customer == sc.q.Asker:
		sc.role = wire.Customer
	default:
		sc.role = sc.firstKind()
	}
	switch {
	case sc.role == "":
		return notFound("offer", sc.q.Offer)
	case sc.role == wire.Customer && sc.customer != sc.q.Asker && sc.q.Customer != "":
		return notFound("company", sc.q.Customer)
	}
	sc.onBehalf = sc.role != wire.Customer && sc.customer != ""
	if sc.role == wire.Customer && sc.offer == nil {
		return fault.New(fault.Invalid, "invalid.required", "field", "offer")
	}
	return nil
}

// findChain names the companies between publisher and customer.
func (sc *scene) findChain() error {
	switch {
	case sc.sub != nil:
		sc.chainOfSubscription()
	case sc.role == wire.Customer:
		sc.model, sc.seller = wire.PrePurchase, sc.q.Portal
	case sc.onBehalf:
		sc.model = wire.PrePurchase
		return sc.chainBeforeSale()
	case sc.role == wire.Reseller:
		err := sc.onlyProvider()
		sc.seller, sc.reseller = sc.provider, sc.q.Asker // its agreements count for its own questions too
		return err
	}
	return nil
}

func (sc *scene) chainOfSubscription() {
	sub := sc.sub
	sc.model, sc.seller, sc.reseller = sub.Model, sub.Seller, sub.Reseller
	if sc.seller == "" && sc.model != wire.SelfServe {
		sc.seller = sub.Purchaser
	}
	sc.supporter = sub.SupportPartner
	if sc.reseller != "" {
		sc.relation = sc.s.Relations[directory.Pair{Provider: sc.seller, Reseller: sc.reseller}]
		if sc.ended = sc.formerReseller(sub); sc.ended {
			if sc.supporter == sc.reseller {
				sc.supporter = ""
			}
			sc.reseller = "" // the provider becomes reach and is disclosed
		}
	}
	sc.provider = sc.seller
}

// chainBeforeSale: a partner that asks for a customer without a subscription
// would be the seller itself; a reseller would sell for its provider.
func (sc *scene) chainBeforeSale() error {
	switch sc.role {
	case wire.Provider, wire.DirectPartner:
		sc.seller = sc.q.Asker
	case wire.Reseller:
		if err := sc.onlyProvider(); err != nil {
			return err
		}
		sc.seller, sc.reseller = sc.provider, sc.q.Asker
	}
	return nil
}

// onlyProvider finds a reseller's provider; of several, About settles which.
func (sc *scene) onlyProvider() error {
	providers := sc.s.Providers(sc.q.Asker, "active")
	if len(providers) == 0 {
		providers = sc.s.Providers(sc.q.Asker, "selling-stopped")
	}
	switch {
	case len(providers) == 0 && len(sc.s.Providers(sc.q.Asker, "ended")) > 0:
		return notFound("company", sc.q.Asker) // a former reseller
	case len(providers) == 1:
		sc.provider = providers[0]
	case directory.Has(providers, sc.q.About):
		sc.provider = sc.q.About
	default:
		sc.missing, sc.choices = "provider", providers
		return nil
	}
	sc.relation = sc.s.Relations[directory.Pair{Provider: sc.provider, Reseller: sc.q.Asker}]
	return nil
}

// mayKnow: an offer that the asker may not see is not found, unless a
// subscription of it ties the asker to it.
func (sc *scene) mayKnow() error {
	sc.viewer = directory.Viewer{Company: sc.q.Asker, Kind: sc.role}
	if sc.role == wire.Reseller {
		sc.viewer.Share = sc.share()
	}
	if sc.offer == nil || sc.sub != nil || sc.s.SeesOffer(sc.viewer, sc.offer) {
		return nil
	}
	for _, sub := range sc.s.Subscriptions {
		if sub.Offer == sc.offer.ID && directory.Live(sub) && sc.roleOn(sub) != "" {
			return nil
		}
	}
	return notFound("offer", sc.offer.ID)
}

// share is what the provider passes on to the asker. A supporting partner of a
// sale without a relation has the default share; without a provider nobody
// shares anything.
func (sc *scene) share() map[string]bool {
	if r := sc.s.Relations[directory.Pair{Provider: sc.provider, Reseller: sc.q.Asker}]; r != nil {
		return r.Share
	}
	if sc.sub != nil {
		return nil
	}
	closed := map[string]bool{}
	for _, key := range directory.ShareKeys() {
		closed[key] = false
	}
	return closed
}

// holds tells whether a condition of a rule is met.
func (sc *scene) holds(condition string) bool {
	switch condition {
	case "first-party":
		return sc.offer != nil && sc.offer.FirstParty
	case "byol":
		return sc.offer != nil && sc.offer.License == "byol"
	case "contact-me":
		return sc.offer != nil && sc.offer.Listing == "contact-me"
	case "exclusive":
		return sc.offer != nil && sc.offer.Exclusive
	case "provider-known":
		return sc.provider != "" || sc.missing == "provider"
	case "platform-based":
		return sc.offer != nil && directory.PlatformBased(sc.offer)
	case "about-partner":
		return sc.aboutPartner()
	case "partner-accountable":
		return sc.sub == nil || sc.sub.PartnerAccountable == nil || *sc.sub.PartnerAccountable
	}
	return false
}

// aboutPartner: a complaint about any company of the partner side goes to the
// operator. Whether that company is on this very chain makes no difference,
// so that a hidden name is not confirmed (spec 1 section 10).
func (sc *scene) aboutPartner() bool {
	c := sc.s.Companies[sc.q.About]
	if c == nil {
		return false
	}
	return directory.Has(c.Kinds, wire.Provider) || directory.Has(c.Kinds, wire.Reseller) ||
		directory.Has(c.Kinds, wire.DirectPartner) || c.ID == sc.seller || c.ID == sc.reseller
}
