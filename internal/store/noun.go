package store

import (
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
	ref  directory.Noun // what it refers to; "" = nothing
	of   func(object any) any
}

// listColumn is a list inside an object, kept in a child table.
type listColumn struct {
	table string
	name  string
	ref   directory.Noun
	of    func(object any) []string
}

// parent is the column of the child table that names the object.
func (t *table) parent() string { return string(t.noun) + "_id" }

func of[T any](get func(*T) string) func(any) any {
	return func(object any) any { return get(object.(*T)) }
}

func yes[T any](get func(*T) bool) func(any) any {
	return func(object any) any { return get(object.(*T)) }
}

// tables in the order in which the nouns refer to each other.
var tables = []*table{
	{noun: directory.Companies, columns: []column{
		{"kinds", "", of(func(c *wire.Company) string { return " " + strings.Join(c.Kinds, " ") + " " })},
		{"operator", "", yes(func(c *wire.Company) bool { return directory.Has(c.Kinds, wire.Operator) })},
		{"search_fold", "", of(func(c *wire.Company) string {
			return searchText(append([]string{c.ID}, append(names(c.Name), c.Domains...)...)...)
		})},
	}},
	{noun: directory.Relations, columns: []column{
		{"provider", directory.Companies, of(func(r *wire.Relation) string { return r.Provider })},
		{"reseller", directory.Companies, of(func(r *wire.Relation) string { return r.Reseller })},
		{"state", "", of(directory.RelationState)},
	}},
	{noun: directory.Offers, columns: []column{
		{"publisher", directory.Companies, of(func(o *wire.Offer) string { return o.Publisher })},
		{"agreement", directory.Agreements, of(func(o *wire.Offer) string { return o.Agreement })},
		{"kind", "", of(directory.OfferKind)},
		{"status", "", of(directory.Status)},
		{"channel", "", of(directory.Channel)},
		{"exclusive", "", yes(func(o *wire.Offer) bool { return o.Exclusive })},
		{"search_fold", "", of(func(o *wire.Offer) string { return searchText(append(names(o.Name), o.ID, o.Publisher)...) })},
	}, list: &listColumn{"offer_audience", "company", directory.Companies, func(object any) []string { return object.(*wire.Offer).Audience }}},
	{noun: directory.Agreements, columns: []column{
		{"kind", "", of(func(a *wire.Agreement) string { return a.Kind })},
		{"publisher", directory.Companies, of(func(a *wire.Agreement) string { return a.Publisher })},
		{"partner", directory.Companies, of(func(a *wire.Agreement) string { return a.Partner })},
		{"provider", directory.Companies, of(func(a *wire.Agreement) string { return a.Provider })},
		{"reseller", directory.Companies, of(func(a *wire.Agreement) string { return a.Reseller })},
		{"customer", directory.Companies, of(func(a *wire.Agreement) string { return a.Customer })},
		{"state", "", of(directory.AgreementState)},
		{"search_fold", "", of(func(a *wire.Agreement) string { return searchText(append(names(a.Title), a.ID)...) })},
	}, list: &listColumn{"agreement_offer", "offer", directory.Offers, func(object any) []string { return object.(*wire.Agreement).Offers }}},
	{noun: directory.Subscriptions, columns: []column{
		{"customer", directory.Companies, of(func(s *wire.Subscription) string { return s.Customer })},
		{"offer", directory.Offers, of(func(s *wire.Subscription) string { return s.Offer })},
		{"seller", directory.Companies, of(func(s *wire.Subscription) string { return s.Seller })},
		{"reseller", directory.Companies, of(func(s *wire.Subscription) string { return s.Reseller })},
		{"purchaser", directory.Companies, of(func(s *wire.Subscription) string { return s.Purchaser })},
		{"replaces", directory.Subscriptions, of(func(s *wire.Subscription) string { return s.Replaces })},
		{"designated_support", directory.Companies, of(func(s *wire.Subscription) string { return s.DesignatedSupport })},
		{"support_partner", directory.Companies, of(func(s *wire.Subscription) string { return s.SupportPartner })},
		{"status", "", of(subscriptionStatus)},
		{"hides_provider", "", yes(directory.HidesProvider)},
	}},
	{noun: directory.People, columns: []column{
		{"company", directory.Companies, of(func(p *wire.Person) string { return p.Company })},
		{"email_fold", "", of(func(p *wire.Person) string { return text.Fold(p.Email) })},
		{"search_fold", "", of(func(p *wire.Person) string { return searchText(p.ID, p.Name, p.Email) })},
	}},
	{noun: directory.IntakeForms, columns: []column{
		{"company", directory.Companies, of(func(f *wire.IntakeForm) string { return f.Company })},
		{"topic", "", of(func(f *wire.IntakeForm) string { return f.Topic })},
	}},
	{noun: directory.Refunds, columns: []column{
		{"kind", "", of(func(p *wire.RefundPolicy) string { return p.Kind })},
		{"term", "", of(func(p *wire.RefundPolicy) string { return p.Term })},
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
