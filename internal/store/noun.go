package store

import (
	"slices"
	"strings"

	"switchboard/internal/directory"
	"switchboard/internal/text"
	"switchboard/wire"
)

// table describes how the objects of one noun are kept. All eight are handled
// by the same code; only what stands here differs.
type table struct {
	noun    directory.Noun
	columns []column
	list    *listColumn
	sql     tableQueries
}

// column is a part of an object that conditions or references need.
type column struct {
	name string
	ref  directory.Noun // what it refers to; "" = nothing; the field has the same name
	kind string         // TEXT or BOOLEAN
	of   func(object any) any
}

// listColumn is a list inside an object, kept in a child table.
type listColumn struct {
	table string
	name  string
	field string // of the object
	ref   directory.Noun
	of    func(object any) []string
}

// parent is the column of the child table that names the object.
func (t *table) parent() string { return string(t.noun) + "_id" }

func col[T any](name string, get func(*T) string) column {
	return column{name: name, kind: `TEXT COLLATE "C"`, of: func(object any) any { return get(object.(*T)) }}
}

func boolean[T any](name string, get func(*T) bool) column {
	return column{name: name, kind: "BOOLEAN", of: func(object any) any { return get(object.(*T)) }}
}

func ref[T any](name string, noun directory.Noun, get func(*T) string) column {
	c := col(name, get)
	c.ref = noun
	return c
}

// tables in the order in which the nouns refer to each other.
var tables = []*table{
	{noun: directory.Companies, columns: []column{
		col("kinds", func(c *wire.Company) string { return " " + strings.Join(c.Kinds, " ") + " " }),
		boolean("operator", func(c *wire.Company) bool { return directory.Has(c.Kinds, wire.Operator) }),
		col("search_fold", func(c *wire.Company) string {
			return searchText(append([]string{c.ID}, append(names(c.Name), c.Domains...)...)...)
		}),
	}},
	{noun: directory.Relations, columns: []column{
		ref("provider", directory.Companies, func(r *wire.Relation) string { return r.Provider }),
		ref("reseller", directory.Companies, func(r *wire.Relation) string { return r.Reseller }),
		col("state", directory.RelationState),
	}},
	{noun: directory.Offers, columns: []column{
		ref("publisher", directory.Companies, func(o *wire.Offer) string { return o.Publisher }),
		ref("agreement", directory.Agreements, func(o *wire.Offer) string { return o.Agreement }),
		col("kind", directory.OfferKind),
		col("status", directory.Status),
		col("channel", directory.Channel),
		// An exclusive offer without an audience is held for nobody.
		boolean("exclusive", func(o *wire.Offer) bool { return o.Exclusive && len(o.Audience) > 0 }),
		col("search_fold", func(o *wire.Offer) string { return searchText(append(names(o.Name), o.ID, o.Publisher)...) }),
	}, list: &listColumn{"offer_audience", "company", "audience", directory.Companies, func(object any) []string { return object.(*wire.Offer).Audience }}},
	{noun: directory.Agreements, columns: []column{
		col("kind", func(a *wire.Agreement) string { return a.Kind }),
		ref("publisher", directory.Companies, func(a *wire.Agreement) string { return a.Publisher }),
		ref("partner", directory.Companies, func(a *wire.Agreement) string { return a.Partner }),
		ref("provider", directory.Companies, func(a *wire.Agreement) string { return a.Provider }),
		ref("reseller", directory.Companies, func(a *wire.Agreement) string { return a.Reseller }),
		ref("customer", directory.Companies, func(a *wire.Agreement) string { return a.Customer }),
		col("state", directory.AgreementState),
		col("search_fold", func(a *wire.Agreement) string { return searchText(append(names(a.Title), a.ID)...) }),
	}, list: &listColumn{"agreement_offer", "offer", "offers", directory.Offers, func(object any) []string { return object.(*wire.Agreement).Offers }}},
	{noun: directory.Subscriptions, columns: []column{
		ref("customer", directory.Companies, func(s *wire.Subscription) string { return s.Customer }),
		ref("offer", directory.Offers, func(s *wire.Subscription) string { return s.Offer }),
		ref("seller", directory.Companies, func(s *wire.Subscription) string { return s.Seller }),
		ref("reseller", directory.Companies, func(s *wire.Subscription) string { return s.Reseller }),
		ref("purchaser", directory.Companies, func(s *wire.Subscription) string { return s.Purchaser }),
		ref("replaces", directory.Subscriptions, func(s *wire.Subscription) string { return s.Replaces }),
		ref("designated_support", directory.Companies, func(s *wire.Subscription) string { return s.DesignatedSupport }),
		ref("support_partner", directory.Companies, func(s *wire.Subscription) string { return s.SupportPartner }),
		col("status", subscriptionStatus),
		boolean("hides_provider", directory.HidesProvider),
		col("search_fold", func(s *wire.Subscription) string { return searchText(s.ID, s.Plan) }),
	}},
	{noun: directory.People, columns: []column{
		ref("company", directory.Companies, func(p *wire.Person) string { return p.Company }),
		col("email_fold", func(p *wire.Person) string { return text.Fold(p.Email) }),
		col("search_fold", func(p *wire.Person) string { return searchText(p.ID, p.Name, p.Email) }),
		col("roles", personRoles),
	}},
	{noun: directory.IntakeForms, columns: []column{
		ref("company", directory.Companies, func(f *wire.IntakeForm) string { return f.Company }),
		col("topic", func(f *wire.IntakeForm) string { return f.Topic }),
	}},
	{noun: directory.Refunds, columns: []column{
		col("kind", func(p *wire.RefundPolicy) string { return p.Kind }),
		col("term", func(p *wire.RefundPolicy) string { return p.Term }),
	}},
}

var tableOf = func() map[directory.Noun]*table {
	byNoun := map[directory.Noun]*table{}
	for _, t := range tables {
		t.sql = newTableQueries(t)
		byNoun[t.noun] = t
	}
	return byNoun
}()

func subscriptionStatus(s *wire.Subscription) string {
	if s.Status == "" {
		return "active"
	}
	return s.Status
}

// personRoles: the same roles in another order are the same roles.
func personRoles(p *wire.Person) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(p.Roles))), " ")
}

func names(t wire.Text) []string {
	out := make([]string, 0, len(t))
	for _, tag := range t.Tags() {
		out = append(out, t[tag])
	}
	return out
}

// searchText is what a list is searched in: folded in Go, because LOWER and
// ILIKE differ between the engines. The separator keeps a query from matching
// across two names.
func searchText(parts ...string) string {
	for i := range parts {
		parts[i] = text.Fold(parts[i])
	}
	return strings.Join(parts, "\n")
}

// columnNames lists id, the noun's own columns, then those of every table.
func (t *table) columnNames() []string {
	out := []string{"id"}
	for _, c := range t.columns {
		out = append(out, c.name)
	}
	return append(out, "doc", "version", "changed_at")
}

// values are the noun's own columns of an object.
func (t *table) values(object any) []any {
	out := make([]any, 0, len(t.columns)+4)
	for _, c := range t.columns {
		out = append(out, c.of(object))
	}
	return out
}
