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
	// test replaces the question for one row, where the reader's side has the
	// worse index.
	test string
	// apart: even for one row the reader's side is listed, once per query.
	apart bool
	// skip: many rows hold the same id, and an index over the column holds
	// exactly the rows in question: the list goes from one id to the next.
	skip bool
}

// key is what the ways of a noun are held against: the row itself or, for what
// is seen by whoever sees a company, its company.
type sight struct {
	key  string
	ways []way
}

const itself, itsCompany = "t.id", "t.company"

// list gives the ids after {since} in order, {most} of them: a page costs what
// stands on it, not what stands behind it.
func (w way) list() string {
	if !w.skip {
		return "SELECT w.id FROM (SELECT DISTINCT " + w.column + " AS id FROM " + w.from + " AND " + w.column + " > {since} ORDER BY 1 LIMIT {most}) AS w"
	}
	next := func(last string) string {
		return "(SELECT " + w.column + " FROM " + w.from + " AND " + w.column + " > " + last + " ORDER BY " + w.column + " LIMIT 1)"
	}
	return "SELECT w.id FROM (WITH RECURSIVE p(id, n) AS (SELECT " + next("{since}") + ", 1 UNION ALL SELECT " + next("p.id") +
		", p.n + 1 FROM p WHERE p.id IS NOT NULL AND p.n < {most}) SELECT p.id FROM p WHERE p.id IS NOT NULL) AS w"
}

func (w way) holds(key string) string {
	switch {
	case w.test != "":
		return strings.ReplaceAll(w.test, itself, key)
	case w.apart:
		return key + " IN (SELECT " + w.column + " FROM " + w.from + ")"
	}
	return "EXISTS (SELECT 1 FROM " + w.from + " AND " + w.column + " = " + key + ")"
}

// oneOf is the condition for single rows, listed the one for all of them.
func (s sight) oneOf() string {
	tests := make([]string, len(s.ways))
	for i, w := range s.ways {
		tests[i] = w.holds(s.key)
	}
	return "(" + strings.Join(tests, "\n OR ") + ")"
}

func (s sight) listed() string {
	lists := make([]string, len(s.ways))
	for i, w := range s.ways {
		lists[i] = w.list()
	}
	return s.key + " IN (SELECT u.id FROM (" + strings.Join(lists, "\n UNION ALL ") + ") AS u GROUP BY u.id ORDER BY u.id LIMIT {most})"
}

// The offers that one discovers are those of directory.Snapshot.SeesOffer for
// any of the reader's kinds (S37, spec 1 section 5). The column exclusive says
// that an offer is held for its audience. The conditions of the first two are
// also those of the indexes that lead to them.
const (
	openToAll      = `o.status NOT IN ('draft', 'preview')`
	openToPartners = openToAll + ` AND o.channel NOT IN ('none', 'terminated', 'some') AND NOT o.exclusive`
	openToAudience = `(o.status = 'preview' OR (o.status <> 'draft' AND {partner} AND o.channel NOT IN ('none', 'terminated')))`
)

// discovered are ways over the offers that one discovers: one's own, those open
// to all or to all partners, and those of whose audience one is; a reseller is
// reached through any of its active providers.
func discovered(column, joined string) []way {
	skip := column != "o.id" && joined == ""
	return []way{
		{column: column, from: "offers o" + joined + " WHERE o.publisher = {me}"},
		{column: column, from: "offers o" + joined + " WHERE {public} AND " + openToAll, skip: skip},
		{column: column, from: "offers o" + joined + " WHERE {partner} AND " + openToPartners, skip: skip},
		{column: column, from: "offer_audience au JOIN offers o ON o.id = au.offers_id" + joined + " WHERE au.company = {me} AND " + openToAudience},
		{column: column, from: "relations r JOIN offer_audience au ON au.company = r.provider JOIN offers o ON o.id = au.offers_id" + joined +
			" WHERE {reseller} AND r.reseller = {me} AND r.state IN ('active', 'selling-stopped') AND " + openToAudience},
	}
}

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
var visible = map[directory.Noun]sight{
	directory.Companies: {itself, visibleCompanies()},
	directory.Relations: {itself, []way{
		{column: "r.id", from: "relations r WHERE r.provider = {me}"},
		{column: "r.id", from: "relations r WHERE r.reseller = {me}"},
	}},
	// Those one discovers, and those with a subscription that one has a part in.
	directory.Offers:     {itself, append(discovered("o.id", ""), throughSubscriptions("s.offer", "", allParts)...)},
	directory.Agreements: {itself, visibleAgreements()},
	// Everybody on the chain, and the publisher after the sale; a rival never.
	directory.Subscriptions: {itself, append(throughSubscriptions("s.id", "", allParts),
		way{column: "s.id", from: "offers o JOIN subscriptions s ON s.offer = o.id WHERE o.publisher = {me}"})},
	directory.People: {itself, []way{{column: "p.id", from: "people p WHERE p.company = {me}"}}},
	// What a company needs to know is for those who could send it a case: who
	// sees the company (spec 2 section 4).
	directory.IntakeForms: {itsCompany, visibleCompanies()},
	directory.Refunds:     {itself, []way{{column: "f.id", from: "policies f WHERE {me} <> ''"}}},
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
	}
	ways = append(ways, discovered("o.publisher", "")...)
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
	const its = " JOIN agreements a ON a.id = o.agreement AND o.agreement <> '' AND a.kind = 'customer-agreement'"
	ways = append(ways, discovered("a.id", its)...)
	return append(ways, apart(throughSubscriptions("a.id", itsOffer+its, allParts))...)
}

// A filter on a field that the reader may not read would tell what stands
// there, so each has its own condition: the customer does not learn its hidden
// provider by trying names, nor the publisher the reseller.
const (
	mayReadSeller   = `(t.customer <> {me} OR EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = t.id AND (` + onChain + ` OR ` + disclosed + `)))`
	mayReadReseller = `(t.customer = {me} OR EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = t.id AND ` + onChain + `))`
)
