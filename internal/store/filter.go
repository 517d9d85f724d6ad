package store

import (
	"maps"
	"strconv"
	"strings"

	"switchboard/internal/directory"
	"switchboard/internal/text"
)

// Filter narrows a list; "" = not asked. A filter that the noun does not have
// is refused: fault invalid fields.invalid with a field field.unknown-word.
type Filter struct {
	Query     string // words that ids, names and addresses must contain, folded
	Company   string // in whatever role
	Customer  string
	Offer     string
	Publisher string
	Partner   string // of partner terms
	Provider  string // of a subscription: its seller
	Seller    string
	Reseller  string
	Kind      string // of a company, offer, agreement or refund policy
	Status    string // state of a relation or agreement; "live" subscriptions are all but cancelled
	Topic     string // of an intake form
}

// Lists have 50 rows unless asked otherwise, 500 at the most.
const (
	pageSize = 50
	pageMost = 500
)

// queryWords is how many words of a query are told apart; the last takes in
// the rest, so that no word is passed over.
const queryWords = 3

func (f Filter) set() map[string]string {
	all := map[string]string{"company": f.Company, "customer": f.Customer, "offer": f.Offer, "publisher": f.Publisher, "partner": f.Partner,
		"provider": f.Provider, "seller": f.Seller, "reseller": f.Reseller, "kind": f.Kind, "status": f.Status, "topic": f.Topic}
	for i, word := range strings.SplitN(text.Fold(f.Query), " ", queryWords) {
		if word != "" {
			all["q"+strconv.Itoa(i+1)] = "%" + likeEscape.Replace(word) + "%"
		}
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// condition is what a filter asks of a row. quick says that an index leads to
// the rows; without one a list examines only so many rows at a time.
type condition struct {
	text  string
	quick bool
	guard string // for readers who do not see everything
}

// plain is a condition that compares a column with the filter of its name.
func plain(column string) condition { return condition{text: "t." + column + " = {" + column + "}"} }

// keyed is plain for a column with an index; the index leaves ” out.
func keyed(column string) condition {
	return condition{text: "t." + column + " = {" + filterParam(column) + "} AND t." + column + " <> ''", quick: true}
}

func searched(conditions map[string]condition) map[string]condition {
	for i := range queryWords {
		name := "q" + strconv.Itoa(i+1)
		conditions[name] = condition{text: "t.search_fold LIKE {" + name + `} ESCAPE '\'`}
	}
	return conditions
}

var conditions = map[directory.Noun]map[string]condition{
	directory.Companies: searched(map[string]condition{"kind": {text: `t.kinds LIKE '% ' || {kind} || ' %'`}}),
	directory.Relations: {
		"provider": keyed("provider"), "reseller": keyed("reseller"), "status": {text: "t.state = {status}"},
		"company": {text: "(t.provider = {company} OR t.reseller = {company})", quick: true}},
	directory.Offers: searched(map[string]condition{
		"publisher": keyed("publisher"), "company": {text: "t.publisher = {company}", quick: true}, "kind": plain("kind"), "status": plain("status")}),
	directory.Agreements: searched(map[string]condition{
		"publisher": keyed("publisher"), "partner": keyed("partner"), "provider": keyed("provider"), "reseller": keyed("reseller"), "customer": keyed("customer"),
		"company": {text: "(t.publisher = {company} OR t.partner = {company} OR t.provider = {company} OR t.reseller = {company})"},
		"offer":   {text: "(t.id IN (SELECT l.agreements_id FROM agreement_offer l WHERE l.offer = {offer}) OR t.id IN (SELECT f.agreement FROM offers f WHERE f.id = {offer}))", quick: true},
		"kind":    plain("kind"), "status": {text: "t.state = {status}"}}),
	directory.Subscriptions: searched(map[string]condition{
		"customer": keyed("customer"), "offer": keyed("offer"),
		"seller":    {text: "t.seller = {seller} AND t.seller <> ''", quick: true, guard: mayReadSeller},
		"provider":  {text: "t.seller = {provider} AND t.seller <> ''", quick: true, guard: mayReadSeller},
		"reseller":  {text: "t.reseller = {reseller_} AND t.reseller <> ''", quick: true, guard: mayReadReseller},
		"publisher": {text: "t.offer IN (SELECT f.id FROM offers f WHERE f.publisher = {publisher})", quick: true},
		"status":    {text: "(t.status = {status} OR ({status} = 'live' AND t.status <> 'cancelled'))"}}),
	directory.People:      searched(map[string]condition{"company": keyed("company")}),
	directory.IntakeForms: {"company": keyed("company"), "topic": plain("topic")},
	directory.Refunds:     {"kind": plain("kind")},
}
