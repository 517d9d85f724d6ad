package bench

import (
	"fmt"
	"time"

	"switchboard/wire"
)

func (w *World) offers(yield func(any) bool) {
	_ = series(w.Offers, yield, func(i int) any { return w.offer(i) })
}

func (w *World) publisherOf(offer int) int { return offer / 20 % w.Publishers }

func (w *World) offer(i int) *wire.Offer {
	publisher := w.publisherOf(i)
	at := places[pick(len(places), publisher, wire.Publisher+"-place")]
	o := &wire.Offer{ID: offerID(i), Publisher: publisherID(publisher), Name: name(productWords, i, "product"),
		External: wire.External{"publisherId": publisherID(publisher), "offerId": fmt.Sprint(i)},
		Kind:     offerKind(i), Agreement: fmt.Sprintf("terms-%d", publisher), Contacts: contactsOf(i, at), Links: linksOf(i)}
	switch {
	case o.Kind != wire.Saas && chance(20, i, "byol"):
		o.License = "byol"
	case chance(3, i, "first-party"):
		o.FirstParty = true
	}
	switch pick(20, i, "channel") {
	case 0:
		o.Channel, o.Audience = "some", []string{directID(i % w.Directs), providerID(i % w.Providers)}
	case 1:
		o.Listing = "contact-me"
	}
	return o
}

// offerKind: two of three offers are software as a service.
func offerKind(i int) string {
	kinds := wire.OfferKinds()
	if chance(66, i, "saas") {
		return wire.Saas
	}
	return kinds[1+pick(len(kinds)-1, i, "kind")]
}

// contactsOf: all have a support contact, most the others; some are stale or
// have bounced.
func contactsOf(i int, at place) []wire.Contact {
	host := fmt.Sprintf("%s.example", offerID(i))
	support := wire.Contact{Role: wire.ContactSupport, Name: "Support desk", Email: "support@" + host, Phone: at.phone + " 0001",
		URL: "https://" + host + "/help", Hours: at.hours, TZ: at.zone, Languages: languagesOf(at), Verified: "2026-11-03"}
	if chance(10, i, "stale") {
		support.Verified = "2025-01-15"
	}
	if chance(2, i, "bounced") {
		support.Bounced = "2026-11-10"
	}
	out := []wire.Contact{support}
	if chance(70, i, "engineering") {
		out = append(out, wire.Contact{Role: wire.ContactEngineering, Name: "Engineering", Email: "engineering@" + host, Verified: "2026-10-03"})
	}
	if chance(50, i, "program") {
		out = append(out, wire.Contact{Role: wire.ContactProgram, Name: "Channel", Email: "channel@" + host, Phone: at.phone + " 0002", Verified: "2026-09-03"})
	}
	return out
}

func linksOf(i int) []wire.Link {
	host := "https://docs." + offerID(i) + ".example"
	return []wire.Link{
		{Kind: wire.LinkDocumentation, URL: host + "/guide", Title: wire.Text{"en": "User guide", "ja": "利用者ガイド", "zh-TW": "使用手冊"}, Lang: "en"},
		{Kind: wire.LinkTraining, URL: host + "/training", Title: wire.Text{"en": "Partner training", "ja": "パートナー研修", "zh-TW": "合作夥伴訓練"}, Lang: "en"},
		{Kind: wire.LinkMarketing, URL: host + "/campaign", Title: wire.Text{"en": "Campaign kit", "ja": "販促キット", "zh-TW": "行銷素材"}, Lang: "en"}}
}

func (w *World) agreements(yield func(any) bool) {
	_ = yield(operatorTerms()) &&
		series(w.Publishers, yield, func(i int) any { return customerTerms(i) }) &&
		series(w.Directs, yield, func(i int) any { return partnerTerms(i) }) &&
		w.allSplits(yield)
}

func operatorTerms() *wire.Agreement {
	return &wire.Agreement{ID: "market-terms", Kind: wire.OperatorTerms, Targets: targets("2h", "4h", "1bd")}
}

func customerTerms(publisher int) *wire.Agreement {
	return &wire.Agreement{ID: fmt.Sprintf("terms-%d", publisher), Kind: wire.CustomerAgreement, Publisher: publisherID(publisher),
		Version: 1 + publisher%4, From: "2025-01-01", Targets: targets("1h", "4h", "2bd")}
}

func partnerTerms(direct int) *wire.Agreement {
	return &wire.Agreement{ID: fmt.Sprintf("direct-terms-%d", direct), Kind: wire.PartnerTermsKind, Partner: directID(direct),
		From: "2025-01-01", Targets: targets("1h", "8h", "1bd")}
}

func targets(critical, moderate, minimal string) map[string]wire.Targets {
	return map[string]wire.Targets{
		"critical": {Acknowledge: "30m", FirstResponse: critical, Resolution: "8h"},
		"moderate": {FirstResponse: moderate}, "minimal": {FirstResponse: minimal}}
}

func (w *World) allSplits(yield func(any) bool) bool {
	for reseller := range w.Resellers {
		for _, a := range w.splitsOf(reseller) {
			if !yield(a) {
				return false
			}
		}
	}
	return true
}

// splitsOf: each pair has one in force, every third an older version, every
// eighth a proposal; every tenth pair has none and the default table counts.
func (w *World) splitsOf(reseller int) (out []*wire.Agreement) {
	if reseller%10 == 9 {
		return nil
	}
	for _, provider := range w.providersOf(reseller) {
		out = append(out, splitVersions(provider, reseller)...)
	}
	return out
}

func splitVersions(provider, reseller int) []*wire.Agreement {
	version := func(n int, state, from, until string) *wire.Agreement {
		return &wire.Agreement{ID: fmt.Sprintf("split-%d-%d-v%d", provider, reseller, n), Kind: wire.SupportSplitKind,
			Provider: providerID(provider), Reseller: resellerID(reseller), Version: n, State: state, From: from, Until: until,
			Scope: "reseller-and-customer", Topics: shares(reseller + n), Targets: targets("1h", "4h", "1bd")}
	}
	out := []*wire.Agreement{version(2, "accepted", "2026-01-01", "")}
	if reseller%3 == 0 {
		out = append(out, version(1, "accepted", "2025-01-01", "2025-12-31"))
	}
	if reseller%8 == 0 {
		out = append(out, version(3, "proposed", "2027-01-01", ""))
	}
	return out
}

// shares: who does what for half of the topics (S28); the rest is the default.
func shares(i int) map[string]wire.Share {
	sides := []string{wire.Provider, wire.Reseller}
	out := map[string]wire.Share{}
	for n, topic := range wire.Topics() {
		if chance(50, i*31+n, "share") && topic != wire.SupportSplit {
			direct := chance(70, i*31+n, "direct")
			out[topic] = wire.Share{Accountable: sides[pick(2, i*31+n, "accountable")], Performs: sides[pick(2, i*31+n, "performs")],
				Face: sides[pick(2, i*31+n, "face")], PublisherDirect: &direct}
		}
	}
	return out
}

// Subscription makes one sale. Of a hundred 45 are direct, 38 over two tiers,
// 8 inside a partner's subscription, 9 bought alone. Every seventeenth is
// cancelled, and the next one replaces it.
func (w *World) Subscription(i int) *wire.Subscription {
	s := &wire.Subscription{ID: saleID(i), Customer: customerID(i % w.Customers), Offer: offerID(pick(w.Offers, i, "offer")),
		Plan: "pro", Term: []string{"monthly", "annual"}[pick(2, i, "term")], From: "2026-01-10",
		External: wire.External{"subscriptionId": fmt.Sprintf("c0ffee00-0000-4000-8000-%012d", i)}}
	w.sell(s, i)
	switch {
	case i%17 == 5:
		s.Status, s.Until = "cancelled", "2026-06-30"
	case i%17 == 6:
		s.Customer, s.Offer, s.Replaces = customerID((i-1)%w.Customers), offerID(pick(w.Offers, i-1, "offer")), saleID(i-1)
	case chance(4, i, "suspended"):
		s.Status = "suspended"
	}
	if chance(5, i, "supported") && s.Seller != "" {
		s.SupportPartner, s.SupportTopics = directID(pick(w.Directs, i, "supporter")), []string{wire.HowTo, wire.BreakFix}
	}
	if chance(6, i, "redirect") {
		s.RedirectTechnical = []string{"redirect", "forward"}[i%2]
	}
	return s
}

func (w *World) sell(s *wire.Subscription, i int) {
	no := false
	switch kind := pick(100, i, "model"); {
	case kind < 45:
		s.Model, s.Seller = wire.Direct, directID(pick(w.Directs, i, "seller"))
	case kind < 83:
		reseller := pick(w.Resellers, i, "reseller")
		s.Model, s.Seller, s.Reseller = wire.Indirect, providerID(w.providersOf(reseller)[0]), resellerID(reseller)
		if chance(25, i, "disclosed") {
			s.HideProvider = &no
		}
	case kind < 91:
		s.Model, s.Seller = wire.InPartner, directID(pick(w.Directs, i, "seller"))
		if chance(40, i, "accountable") {
			s.PartnerAccountable = &no
		}
	default:
		s.Model = wire.SelfServe
	}
	s.Purchaser = s.Seller
}

// Ask is one question about the world, as the API takes it.
type Ask struct {
	As, Offer, Subscription, Customer, Topic, Severity string
	At                                                 time.Time
}

// Now is the instant that the world's questions are asked around.
var Now = time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)

// Question makes a question that the world can answer: two of three come from
// customers, the others from who sold, who published, and the operator; every
// tenth from a customer before it bought anything.
func (w *World) Question(i int) Ask {
	topics, severities := wire.Topics(), wire.Severities()
	s := w.Subscription(pick(w.Subscriptions, i, "question"))
	q := Ask{As: s.Customer, Subscription: s.ID, Topic: topics[pick(len(topics), i, "topic")],
		Severity: severities[pick(len(severities), i, "severity")], At: Now.Add(time.Duration(pick(7*24*60, i, "at")) * time.Minute)}
	switch kind := i % 30; {
	case kind < 17:
	case kind < 20: // by offer, where the one subscription has to be found
		q.Offer, q.Subscription = s.Offer, ""
	case kind < 23:
		q.Offer, q.Subscription = offerID(pick(w.Offers, i, "wanted")), ""
	case kind < 27:
		q.As = or(s.Reseller, s.Seller, s.Customer)
	case kind < 29:
		q.As = publisherID(w.publisherOf(pick(w.Offers, pick(w.Subscriptions, i, "question"), "offer")))
		if s.Replaces != "" {
			q.As = s.Customer
		}
	default:
		q.As = OperatorID
	}
	return q
}

// or gives the first that is not empty.
func or(words ...string) string {
	for _, word := range words {
		if word != "" {
			return word
		}
	}
	return ""
}
