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
// What is visible of a noun is a union of ways. Each is written once and used
// twice: as the question whether one row is among them, and as the list of
// them all, found from the reader's side, for one who sees few of many.
//
// In the texts {me} is the reader's company, and the other names in braces are
// facts about the reader. For nobody, {me} is empty and finds nothing.
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

// way is one way in which rows become visible: the ids in a column.
type way struct {
	column, from string
	// test replaces the question for one row, t.id, where the reader's side has
	// the worse index.
	test string
	// apart: even for one row the reader's side is listed, once per query.
	apart bool
}

func (w way) list() string { return "SELECT " + w.column + " FROM " + w.from }

func (w way) holds() string {
	switch {
	case w.test != "":
		return w.test
	case w.apart:
		return "t.id IN (" + w.list() + ")"
	}
	return "EXISTS (SELECT 1 FROM " + w.from + " AND " + w.column + " = t.id)"
}

// oneOf is the condition for single rows, listed the one for all of them.
func oneOf(ways []way) string {
	tests := make([]string, len(ways))
	for i, w := range ways {
		tests[i] = w.holds()
	}
	return "(" + strings.Join(tests, "\n OR ") + ")"
}

func fromMySide(ways []way) string {
	lists := make([]string, len(ways))
	for i, w := range ways {
		lists[i] = w.list()
	}
	return "t.id IN (" + strings.Join(lists, "\n UNION ALL ") + ")"
}

// inAudience: a reseller is reached through any of its active providers.
const inAudience = `(EXISTS (SELECT 1 FROM offer_audience a WHERE a.offers_id = o.id AND a.company = {me})
 OR ({reseller} AND EXISTS (SELECT 1 FROM relations r JOIN offer_audience a ON a.company = r.provider
   WHERE r.reseller = {me} AND r.state IN ('active', 'selling-stopped') AND a.offers_id = o.id)))`

// discovers is the twin of directory.Snapshot.SeesOffer for any of the
// reader's kinds (S37, spec 1 section 5).
const discovers = `(o.publisher = {me}
 OR (o.status = 'preview' AND ` + inAudience + `)
 OR (o.status NOT IN ('draft', 'preview') AND ({public} OR ({partner} AND (
   (o.channel = 'some' AND ` + inAudience + `)
   OR (o.channel NOT IN ('none', 'terminated', 'some') AND (NOT o.exclusive
     OR NOT EXISTS (SELECT 1 FROM offer_audience a WHERE a.offers_id = o.id) OR ` + inAudience + `)))))))`

// ended: the relation behind the subscription s is over. The former reseller is
// no longer on its chain (spec 1 section 10), and the provider is disclosed.
const ended = `EXISTS (SELECT 1 FROM relations r WHERE r.provider = s.seller AND r.reseller = s.reseller AND r.state = 'ended')`

// disclosed: the customer may know the provider of s. The provider is hidden
// behind a reseller unless the reseller allows it, or the relation has ended.
const disclosed = `(NOT s.hides_provider OR ` + ended + `)`

// The parts that a company may have in a subscription s: those of partners,
// each with the condition of its index, and the customer's.
var (
	partnerParts = []string{
		"s.seller = {me} AND s.seller <> ''",
		"s.purchaser = {me} AND s.purchaser <> s.seller AND {me} <> ''",
		"s.support_partner = {me} AND s.support_partner <> ''",
		"s.designated_support = {me} AND s.designated_support <> ''",
		"s.reseller = {me} AND s.reseller <> '' AND NOT " + ended,
	}
	allParts = append([]string{"s.customer = {me}"}, partnerParts...)
)

// onChain: the reader is one of the partners of the subscription s.
const onChain = `({me} <> '' AND (s.seller = {me} OR s.purchaser = {me} OR s.support_partner = {me} OR s.designated_support = {me}
 OR (s.reseller = {me} AND NOT ` + ended + `)))`

var partnerColumns = []string{"s.seller", "s.purchaser", "s.reseller", "s.support_partner", "s.designated_support"}

// throughSubscriptions are ways over the subscriptions that the reader has a
// part in; joined adds a table to them.
func throughSubscriptions(column, joined string, parts []string) []way {
	var out []way
	for _, part := range parts {
		out = append(out, way{column: column, from: "subscriptions s" + joined + " WHERE " + part})
	}
	return out
}

const itsOffer = " JOIN offers o ON o.id = s.offer"

// visible says how the rows of each noun become visible.
var visible = map[directory.Noun][]way{
	directory.Companies: visibleCompanies(),
	directory.Relations: {
		{column: "r.id", from: "relations r WHERE r.provider = {me}"},
		{column: "r.id", from: "relations r WHERE r.reseller = {me}"},
	},
	// Those one discovers, and those with a subscription that one has a part in.
	directory.Offers: append([]way{{column: "o.id", from: "offers o WHERE " + discovers}},
		throughSubscriptions("s.offer", "", allParts)...),
	directory.Agreements: visibleAgreements(),
	// Everybody on the chain, and the publisher after the sale; a rival never.
	directory.Subscriptions: append(throughSubscriptions("s.id", "", allParts),
		way{column: "s.id", from: "offers o JOIN subscriptions s ON s.offer = o.id WHERE o.publisher = {me}"}),
	directory.People:      {{column: "p.id", from: "people p WHERE p.company = {me}"}},
	directory.IntakeForms: {{column: "f.id", from: "intake_forms f WHERE {me} <> ''"}},
	directory.Refunds:     {{column: "f.id", from: "policies f WHERE {me} <> ''"}},
}

// visibleCompanies: oneself, the operator, the other side of a relation, the
// publisher of an offer that one sees, and who stands on a subscription with
// oneself - but no provider for the customer of its reseller, and no reseller
// for the publisher.
func visibleCompanies() []way {
	ways := []way{
		{column: "c.id", from: "companies c WHERE c.id = {me}"},
		{column: "c.id", from: "companies c WHERE c.operator AND {me} <> ''"},
		{column: "r.reseller", from: "relations r WHERE r.provider = {me}"},
		{column: "r.provider", from: "relations r WHERE r.reseller = {me}"},
		{column: "o.publisher", from: "offers o WHERE " + discovers},
	}
	ways = append(ways, apart(throughSubscriptions("o.publisher", itsOffer, allParts))...)
	// A customer has few subscriptions, its partner may have any number.
	const ofCustomer = "EXISTS (SELECT 1 FROM subscriptions s WHERE s.customer = t.id AND " + onChain + ")"
	customers := throughSubscriptions("s.customer", "", partnerParts)
	for i := range customers {
		customers[i].test = ofCustomer
	}
	ways = append(ways, customers...)
	for _, column := range partnerColumns {
		ways = append(ways, way{column: column, from: "subscriptions s WHERE s.customer = {me} AND (" + column + " NOT IN (s.seller, s.purchaser) OR " + disclosed + ")"})
		ways = append(ways, apart(throughSubscriptions(column, "", partnerParts))...)
	}
	for _, column := range []string{"s.customer", "s.seller", "s.purchaser"} {
		ways = append(ways, way{column: column, from: "offers o JOIN subscriptions s ON s.offer = o.id WHERE o.publisher = {me} AND (" + column + " = s.customer OR " + column + " <> s.reseller)",
			apart: true})
	}
	return ways
}

func apart(ways []way) []way {
	for i := range ways {
		ways[i].apart = true
	}
	return ways
}

// visibleAgreements: one's own. A split never shows to the customer it is made
// for; the operator's terms are for partners and publishers; a customer
// agreement is for whoever sees an offer under it (S8).
func visibleAgreements() []way {
	ways := []way{{column: "a.id", from: "agreements a WHERE a.kind = 'operator-terms' AND {insider}"}}
	for _, party := range []string{"publisher", "partner", "provider", "reseller"} {
		ways = append(ways, way{column: "a.id", from: "agreements a WHERE a." + party + " = {me} AND a." + party + " <> ''"})
	}
	const its = " JOIN agreements a ON a.id = o.agreement AND a.kind = 'customer-agreement'"
	ways = append(ways, way{column: "a.id", from: "offers o" + its + " WHERE o.agreement <> '' AND " + discovers})
	return append(ways, apart(throughSubscriptions("a.id", itsOffer+its, allParts))...)
}

// A filter on a field that the reader may not read would tell what stands
// there, so each has its own condition: the customer does not learn its hidden
// provider by trying names, nor the publisher the reseller.
const (
	mayReadSeller   = `(t.customer <> {me} OR EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = t.id AND (` + onChain + ` OR ` + disclosed + `)))`
	mayReadReseller = `(t.customer = {me} OR EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = t.id AND ` + onChain + `))`
)
