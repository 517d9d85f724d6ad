package store

import (
	"strings"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// Reader is who looks. Operator and Local see everything; a company what this
// file says; nobody (no company) the public offers.
type Reader struct {
	Company  string
	Kinds    []string
	Operator bool
	Local    bool
}

// role is the party kind in which a reader discovers offers: its first kind
// that is not publisher, a publisher when it is nothing else, a customer when
// it is signed out.
func (r Reader) role() string {
	for _, kind := range r.Kinds {
		if kind != wire.Publisher {
			return kind
		}
	}
	if len(r.Kinds) > 0 {
		return wire.Publisher
	}
	return wire.Customer
}

// args are the first three parameters of every query that shows something:
// $1 the company, $2 whether it sees all, $3 its role.
func (r Reader) args() []any { return []any{r.Company, r.Operator || r.Local, r.role()} }

// This is the one place that says which rows a company sees (spec 1 section
// 5). Each condition speaks of the id of the noun's own table.

// onChain are the subscriptions that a company has a part in. A former reseller
// has none in new questions (spec 1 section 10).
const onChain = `
SELECT id FROM subscriptions WHERE customer = $1 AND $1 <> ''
UNION ALL SELECT id FROM subscriptions WHERE seller = $1 AND seller <> ''
UNION ALL SELECT id FROM subscriptions WHERE purchaser = $1 AND purchaser <> seller AND $1 <> ''
UNION ALL SELECT id FROM subscriptions WHERE support_partner = $1 AND support_partner <> ''
UNION ALL SELECT id FROM subscriptions WHERE designated_support = $1 AND designated_support <> ''
UNION ALL SELECT s.id FROM subscriptions s WHERE s.reseller = $1 AND s.reseller <> '' AND NOT ` + endedRelation

const endedRelation = `EXISTS (SELECT 1 FROM relations r WHERE r.provider = s.seller AND r.reseller = s.reseller AND r.state = 'ended')`

// sold are the subscriptions of a publisher's own offers.
const sold = `SELECT s.id FROM offers o JOIN subscriptions s ON s.offer = o.id WHERE o.publisher = $1 AND $1 <> ''`

// hidden: the customer does not learn of the provider behind its reseller,
// unless the reseller allows it or has left.
const hidden = `(s.hides_provider AND NOT ` + endedRelation + `)`

// myProviders are those through which a reseller is reached.
const myProviders = `SELECT provider FROM relations WHERE reseller = $1 AND state <> 'ended'`

// inAudience of the offer o: itself or, for a reseller, one of its providers.
const inAudience = `EXISTS (SELECT 1 FROM offer_audience oa WHERE oa.offers_id = o.id AND $1 <> ''
 AND (oa.company = $1 OR $3 = 'reseller' AND oa.company IN (` + myProviders + `)))`

// discovers: what directory.Snapshot.SeesOffer says, in SQL.
const discovers = `(o.publisher = $1 AND $1 <> ''
 OR o.status = 'preview' AND ` + inAudience + `
 OR o.status IN ('live', 'delisted') AND (
  $3 = 'customer'
  OR $3 IN ('provider', 'reseller', 'direct-partner') AND (
   o.channel = 'some' AND ` + inAudience + `
   OR o.channel = 'all' AND (NOT o.exclusive OR NOT EXISTS (SELECT 1 FROM offer_audience x WHERE x.offers_id = o.id) OR ` + inAudience + `))))`

// visibleOffers: own ones, those to discover, and those with a subscription.
const visibleOffers = `SELECT o.id FROM offers o WHERE ` + discovers + `
UNION ALL SELECT offer FROM subscriptions WHERE id IN (` + onChain + `)`

// offerVisible is visibleOffers for one offer o, without making the whole set.
const offerVisible = `(` + discovers + ` OR o.id IN (SELECT offer FROM subscriptions WHERE id IN (` + onChain + `)))`

// knownCompanies: itself, the operator, the publishers of what it sees, its
// providers and resellers, and those that stand on a subscription with it - but
// no provider for the customer of its reseller, and no reseller for a publisher.
const knownCompanies = `
SELECT id FROM companies WHERE id = $1 OR operator AND $1 <> ''
UNION ALL SELECT provider FROM relations WHERE reseller = $1
UNION ALL SELECT reseller FROM relations WHERE provider = $1
UNION ALL SELECT o.publisher FROM offers o WHERE $1 <> '' AND ` + offerVisible + `
UNION ALL SELECT reseller FROM subscriptions WHERE customer = $1
UNION ALL SELECT support_partner FROM subscriptions WHERE customer = $1
UNION ALL SELECT s.seller FROM subscriptions s WHERE s.customer = $1 AND NOT ` + hidden + `
UNION ALL SELECT s.purchaser FROM subscriptions s WHERE s.customer = $1 AND NOT ` + hidden + `
UNION ALL SELECT s.designated_support FROM subscriptions s WHERE s.customer = $1 AND NOT (s.designated_support = s.seller AND ` + hidden + `)
UNION ALL SELECT customer FROM subscriptions WHERE id IN (` + asPartner + `)
UNION ALL SELECT seller FROM subscriptions WHERE id IN (` + asPartner + `)
UNION ALL SELECT purchaser FROM subscriptions WHERE id IN (` + asPartner + `)
UNION ALL SELECT reseller FROM subscriptions WHERE id IN (` + asPartner + `)
UNION ALL SELECT support_partner FROM subscriptions WHERE id IN (` + asPartner + `)
UNION ALL SELECT designated_support FROM subscriptions WHERE id IN (` + asPartner + `)
UNION ALL SELECT customer FROM subscriptions WHERE id IN (` + sold + `)
UNION ALL SELECT seller FROM subscriptions WHERE id IN (` + sold + `)
UNION ALL SELECT purchaser FROM subscriptions WHERE purchaser <> reseller AND id IN (` + sold + `)`

// asPartner is onChain without the company's own purchases.
const asPartner = `SELECT id FROM (` + onChain + `) AS chain WHERE id NOT IN (SELECT id FROM subscriptions WHERE customer = $1)`

// visible is the condition of each noun on the row t.
var visible = map[directory.Noun]string{
	directory.Companies:     `t.id IN (` + knownCompanies + `)`,
	directory.Relations:     `$1 <> '' AND (t.provider = $1 OR t.reseller = $1)`,
	directory.Offers:        strings.ReplaceAll(offerVisible, "o.", "t."),
	directory.Subscriptions: `t.id IN (` + onChain + ` UNION ALL ` + sold + `)`,
	directory.Agreements: `$1 <> '' AND (t.publisher = $1 OR t.partner = $1 OR t.provider = $1 OR t.reseller = $1
 OR t.kind = 'operator-terms' AND $3 <> 'customer'
 OR t.kind = 'customer-agreement' AND EXISTS (SELECT 1 FROM offers o WHERE o.agreement = t.id AND o.agreement <> '' AND ` + offerVisible + `))`,
	directory.People:      `$1 <> '' AND t.company = $1`,
	directory.IntakeForms: `$1 <> ''`,
	directory.Refunds:     `$1 <> ''`,
}

// seen wraps a noun's condition: who sees all sees all.
func seen(noun directory.Noun) string {
	return `(CAST($2 AS BOOLEAN) OR $1 = $1 AND $3 = $3 AND (` + visible[noun] + `))`
}
