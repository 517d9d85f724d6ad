package store

import (
	"strings"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// Reader is who reads: a company with its party kinds, the operator, or the
// local command line. The zero Reader is somebody who is not signed in.
type Reader struct {
	Company  string
	Kinds    []string
	Operator bool
	Local    bool
}

// all tells who sees everything.
func (r Reader) all() bool { return r.Operator || r.Local }

// This file is the one place that says who may see a row of the directory. What
// is not visible does not exist for the reader: it is not found, not counted,
// and no filter tells whether it is there. A property test compares every
// condition with the same rule in Go.
//
// In the fragments t is the table of the noun; {me} is the reader's company and
// the other names in braces are facts about the reader.
var readerFacts = map[string]func(Reader) any{
	"me":       func(r Reader) any { return r.Company },
	"reseller": func(r Reader) any { return r.Company != "" && directory.Has(r.Kinds, wire.Reseller) },
	"partner":  func(r Reader) any { return r.partner() },
	"insider":  func(r Reader) any { return r.partner() || r.Company != "" && directory.Has(r.Kinds, wire.Publisher) },
	"public":   func(r Reader) any { return r.public() },
}

func (r Reader) partner() bool {
	return r.Company != "" && (directory.Has(r.Kinds, wire.Provider) || directory.Has(r.Kinds, wire.Reseller) || directory.Has(r.Kinds, wire.DirectPartner))
}

// public tells who sees every offer that is not held back: a customer, and
// whoever is not signed in.
func (r Reader) public() bool {
	return r.Company == "" || len(r.Kinds) == 0 || directory.Has(r.Kinds, wire.Customer)
}

// inAudience: a reseller is reached through any of its active providers.
const inAudience = `(EXISTS (SELECT 1 FROM offer_audience a WHERE a.offers_id = o.id AND a.company = {me} AND {me} <> '')
 OR ({reseller} AND EXISTS (SELECT 1 FROM relations r JOIN offer_audience a ON a.company = r.provider
   WHERE r.reseller = {me} AND r.state IN ('active', 'selling-stopped') AND a.offers_id = o.id)))`

// ended: the relation behind the subscription s is over. The former reseller is
// no longer on its chain (spec 1 section 10), and the provider is disclosed.
const ended = `EXISTS (SELECT 1 FROM relations r WHERE r.provider = s.seller AND r.reseller = s.reseller AND r.state = 'ended')`

// onChain: the companies that sell, buy for or support the subscription s.
const onChain = `(s.seller = {me} OR s.purchaser = {me} OR s.support_partner = {me} OR s.designated_support = {me} OR (s.reseller = {me} AND NOT ` + ended + `))`

// seesOffer is the twin of directory.Snapshot.SeesOffer for any of the reader's
// kinds; a subscription on the offer shows it as well (S37, spec 1 section 5).
const seesOffer = `((o.publisher = {me} AND {me} <> '')
 OR (o.status = 'preview' AND ` + inAudience + `)
 OR (o.status NOT IN ('draft', 'preview') AND ({public} OR ({partner} AND (
   (o.channel = 'some' AND ` + inAudience + `)
   OR (o.channel NOT IN ('none', 'terminated', 'some') AND (NOT o.exclusive
     OR NOT EXISTS (SELECT 1 FROM offer_audience a WHERE a.offers_id = o.id) OR ` + inAudience + `))))))
 OR ({me} <> '' AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.offer = o.id AND (s.customer = {me} OR ` + onChain + `))))`

// disclosed: the customer may know the provider of s. The provider is hidden
// behind a reseller unless the reseller allows it, or the relation has ended.
const disclosed = `(NOT s.hides_provider OR ` + ended + `)`

// visible is the condition of each noun.
var visible = map[directory.Noun]string{
	// Oneself, the operator, the other side of a relation, the publisher of an
	// offer that one sees, and who stands on a subscription with oneself.
	directory.Companies: `((t.operator AND {me} <> '') OR EXISTS (SELECT 1 FROM offers o WHERE o.publisher = t.id AND ` + seesOffer + `)
 OR ({me} <> '' AND (t.id = {me}
   OR EXISTS (SELECT 1 FROM relations r WHERE r.provider = {me} AND r.reseller = t.id)
   OR EXISTS (SELECT 1 FROM relations r WHERE r.reseller = {me} AND r.provider = t.id)
   OR EXISTS (SELECT 1 FROM subscriptions s WHERE s.customer = t.id AND (` + onChain + `
     OR EXISTS (SELECT 1 FROM offers o WHERE o.id = s.offer AND o.publisher = {me})))
   OR EXISTS (SELECT 1 FROM subscriptions s WHERE s.customer = {me}
     AND t.id IN (s.seller, s.purchaser, s.reseller, s.support_partner, s.designated_support)
     AND (t.id NOT IN (s.seller, s.purchaser) OR ` + disclosed + `))
   OR t.id IN (` + chainOf + `)
   OR t.id IN (` + soldFor + `))))`,

	directory.Relations: `({me} <> '' AND (t.provider = {me} OR t.reseller = {me}))`,

	directory.Offers: `EXISTS (SELECT 1 FROM offers o WHERE o.id = t.id AND ` + seesOffer + `)`,

	// Its parties. A split never shows to the customer it is made for; the
	// operator's terms are for partners and publishers; a customer agreement is
	// for whoever sees the offer (S8).
	directory.Agreements: `(({me} <> '' AND (t.publisher = {me} OR t.partner = {me} OR t.provider = {me} OR t.reseller = {me}))
 OR (t.kind = 'operator-terms' AND {insider})
 OR (t.kind = 'customer-agreement' AND EXISTS (SELECT 1 FROM offers o WHERE o.agreement = t.id AND o.agreement <> '' AND ` + seesOffer + `)))`,

	// Everybody on the chain, and the publisher after the sale; a rival never.
	directory.Subscriptions: `({me} <> '' AND (t.customer = {me} OR t.offer IN (SELECT o.id FROM offers o WHERE o.publisher = {me})
 OR ` + strings.ReplaceAll(onChain, "s.", "t.") + `))`,

	directory.People:      `(t.company = {me} AND {me} <> '')`,
	directory.IntakeForms: `({me} <> '')`,
	directory.Refunds:     `({me} <> '')`,
}

// chainOf lists the partners with which the reader sells or supports a
// subscription; asked from the reader's side, once per query.
const chainOf = `SELECT s.seller FROM subscriptions s WHERE s.seller <> '' AND ` + onChain + `
 UNION SELECT s.purchaser FROM subscriptions s WHERE s.purchaser <> '' AND ` + onChain + `
 UNION SELECT s.reseller FROM subscriptions s WHERE s.reseller <> '' AND ` + onChain + `
 UNION SELECT s.support_partner FROM subscriptions s WHERE s.support_partner <> '' AND ` + onChain + `
 UNION SELECT s.designated_support FROM subscriptions s WHERE s.designated_support <> '' AND ` + onChain

// soldFor lists the purchasers of what the reader publishes, without the
// reseller behind a provider (spec 1 section 5).
const soldFor = `SELECT s.seller FROM offers o JOIN subscriptions s ON s.offer = o.id WHERE o.publisher = {me} AND s.seller <> s.reseller
 UNION SELECT s.purchaser FROM offers o JOIN subscriptions s ON s.offer = o.id WHERE o.publisher = {me} AND s.purchaser <> s.reseller`

// A filter on a field that the reader may not read would tell what stands
// there, so each has its own condition: the customer does not learn its hidden
// provider by trying names, nor the publisher the reseller.
const (
	mayReadSeller   = `(t.customer <> {me} OR EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = t.id AND (` + onChain + ` OR ` + disclosed + `)))`
	mayReadReseller = `(t.customer = {me} OR EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = t.id AND ` + onChain + `))`
)
