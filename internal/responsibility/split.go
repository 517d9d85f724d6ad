package responsibility

import (
	"switchboard/internal/directory"
	"switchboard/wire"
)

// split is how provider and reseller share one topic (S28), or what stands in
// its place when there is nothing to share. It names companies, not words.
type split struct {
	accountable, performs, face string

	shared  bool            // there are two sides to agree
	found   bool            // an accepted agreement has a row for the topic
	direct  bool            // the reseller may go to the publisher itself
	matched *wire.Agreement // the agreement whose row it is
	general *wire.Agreement // the nearest agreement in force, row or no row
	lost    []wire.Match
}

// splitOf applies the precedence of spec 1 section 4: an agreement for the
// customer, for the offer, for the pair; the latest start first; per topic.
func (sc *scene) splitOf(topic string) split {
	sp := split{accountable: sc.seller, performs: sc.seller, face: sc.seller, direct: true}
	if sc.reseller == "" || sc.seller == "" || sc.model == wire.InPartner {
		return sp // one company is the whole partner side
	}
	sp.shared, sp.face = true, sc.reseller
	for _, level := range sc.levels() {
		for _, a := range level {
			sc.consider(&sp, a, topic)
		}
	}
	return sp
}

// levels sorts the pair's agreements into customer, offer and pair, and keeps
// those that are about somebody else apart.
func (sc *scene) levels() [4][]*wire.Agreement {
	var out [4][]*wire.Agreement
	for _, a := range sc.s.Splits(directory.Pair{Provider: sc.seller, Reseller: sc.reseller}) {
		forOffer := len(a.Offers) == 0 || sc.offer != nil && directory.Has(a.Offers, sc.offer.ID)
		switch {
		case !forOffer || a.Customer != "" && a.Customer != sc.customer:
			out[3] = append(out[3], a)
		case a.Customer != "":
			out[0] = append(out[0], a)
		case len(a.Offers) > 0:
			out[1] = append(out[1], a)
		default:
			out[2] = append(out[2], a)
		}
	}
	return out
}

func (sc *scene) consider(sp *split, a *wire.Agreement, topic string) {
	row, has := a.Topics[topic]
	why := sc.loses(a)
	if why == "" && sp.general == nil {
		sp.general = a
	}
	switch {
	case why != "":
	case !has:
		why = "no-row"
	case sp.found && (a.From < sp.matched.From || a.Version < sp.matched.Version):
		why = "older"
	case sp.found:
		why = "less-specific"
	default:
		sc.take(sp, a, row)
		return
	}
	sp.lost = append(sp.lost, wire.Match{Agreement: a.ID, Version: a.Version, Why: why, Statements: []string{"S28"}})
}

// loses says why an agreement is not in force here, or "".
func (sc *scene) loses(a *wire.Agreement) string {
	state := directory.AgreementState(a)
	switch {
	case state != "accepted":
		return state // proposed, ended
	case a.From != "" && sc.date < a.From:
		return "not-yet"
	case a.Until != "" && a.Until < sc.date:
		return "expired"
	case a.Customer != "" && a.Customer != sc.customer:
		return "other-customer"
	case len(a.Offers) > 0 && (sc.offer == nil || !directory.Has(a.Offers, sc.offer.ID)):
		return "other-offer"
	}
	return ""
}

// take reads a row; keys left out: accountable = provider, performs =
// accountable, face = reseller, publisher_direct = true (spec 1 section 10).
func (sc *scene) take(sp *split, a *wire.Agreement, row wire.Share) {
	sp.found, sp.matched = true, a
	sp.accountable = sc.side(row.Accountable, sc.seller)
	sp.performs = sc.side(row.Performs, sp.accountable)
	sp.face = sc.side(row.Face, sc.reseller)
	// it binds the reseller of the pair, not a supporting partner
	sp.direct = row.PublisherDirect == nil || *row.PublisherDirect || sc.role == wire.Reseller && sc.q.Asker != sc.reseller
}

func (sc *scene) side(word, fallback string) string {
	switch word {
	case wire.Provider:
		return sc.seller
	case wire.Reseller:
		return sc.reseller
	}
	return fallback
}

// redirected tells whether the partner sends technical questions straight to
// the publisher (S20). It is set on the subscription, the agreement or the
// company; the nearest wins, and the face decides.
func (sc *scene) redirected(sp *split) bool {
	if sc.sub == nil || sc.model != wire.Direct && sc.model != wire.Indirect {
		return false
	}
	for _, setting := range []string{sc.sub.RedirectTechnical, sc.agreedRedirect(sp), sc.companyRedirect(sp.face)} {
		if setting != "" {
			return setting == "redirect"
		}
	}
	return false
}

func (sc *scene) agreedRedirect(sp *split) string {
	a := sp.matched
	if a == nil || a.Redirect == "" {
		a = sp.general
	}
	if !sp.shared {
		a = sc.s.Terms(sc.seller, sc.date)
	}
	if a == nil {
		return ""
	}
	return a.Redirect
}

func (sc *scene) companyRedirect(id string) string {
	if c := sc.s.Companies[id]; c != nil {
		return c.RedirectTechnical
	}
	return ""
}
