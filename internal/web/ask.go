package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// question is what the reader has told so far; it stands in the address, so a
// page can be shared and nothing is created by looking.
type question struct {
	Text, Offer, Subscription, Customer, As, Topic, Severity, About string
}

func readQuestion(q url.Values) question {
	return question{Text: strings.TrimSpace(q.Get("q")), Offer: q.Get("offer"), Subscription: q.Get("subscription"), Customer: q.Get("customer"),
		As: q.Get("as"), Topic: q.Get("topic"), Severity: q.Get("severity"), About: q.Get("about")}
}

func (q question) values() url.Values {
	out := url.Values{}
	for name, value := range map[string]string{"q": q.Text, "offer": q.Offer, "subscription": q.Subscription, "customer": q.Customer,
		"as": q.As, "topic": q.Topic, "severity": q.Severity, "about": q.About} {
		if value != "" {
			out.Set(name, value)
		}
	}
	return out
}

// with is the same question with one answer changed.
func (q question) with(param, value string) question {
	switch param {
	case "topic":
		q.Topic = value
	case "subscription":
		q.Subscription = value
	case "about":
		q.About = value
	case "offer":
		q.Offer, q.Subscription = value, ""
	case "severity":
		q.Severity = value
	}
	return q
}

// names tells whether the question says which product it is about.
func (q question) names() bool { return q.Offer != "" || q.Subscription != "" }

// at is the address of the question on a page.
func (q question) at(path string) string {
	if query := q.values().Encode(); query != "" {
		return path + "?" + query
	}
	return path
}

func (q question) ask(v *visit) app.Ask {
	return app.Ask{Text: q.Text, Offer: q.Offer, Subscription: q.Subscription, Customer: q.Customer, As: q.As, Topic: q.Topic,
		Severity: q.Severity, About: q.About, Lang: v.lang()}
}

// purchase is a subscription the reader can choose, with names to tell it by.
type purchase struct {
	ID, Plan, Offer string
	OfferName       wire.Text
	Customer        wire.Text
	CustomerID      string
}

// askView is the page "What do you need help with?".
type askView struct {
	q         question
	action    string     // where the question goes
	known     *purchase  // a link or an address named the subscription: nothing to fill in
	purchases []purchase // the reader's own
	offers    []wire.OfferSummary
	chosen    *wire.OfferSummary
	find      string
	more      bool
	others    bool     // none of the reader's own
	missing   mistakes // what a question lacked
	common    []string // topics shown first
	rest      []string
}

// chose tells whether the topic of the question is one of these.
func (a *askView) chose(topics []string) bool { return slices.Contains(topics, a.q.Topic) }

// ownFirst: what the reader has bought or sold comes before all offers, until
// he looks for another.
func (a *askView) ownFirst() bool {
	return len(a.purchases) > 0 && a.find == "" && a.chosen == nil && !a.others
}

// offersShown keeps the list short enough to read; the search box finds the
// others.
const offersShown = 12

// ask is W1. It works signed out; topics first, free text as the shortcut. Where
// nobody has set anything up there is nothing to ask about.
func ask(v *visit) error {
	waits, err := v.site.app.NeedsSetup(v.ctx())
	if err != nil {
		return err
	}
	if waits {
		return v.ok(setupWaitingPage(v))
	}
	view, err := v.askView()
	if err != nil {
		return err
	}
	return v.ok(askPage(v, view))
}

func (v *visit) askView() (askView, error) {
	query := v.r.URL.Query()
	view := askView{q: readQuestion(query), action: "/answer", find: strings.TrimSpace(query.Get("find"))}
	view.others = query.Has("subscription") && view.q.Subscription == ""
	view.setTopics(v)
	if err := view.loadPurchases(v); err != nil {
		return view, err
	}
	return view, view.loadOffers(v)
}

// askAgain shows the form with what was given, and says what it still needs.
func (v *visit) askAgain(fields ...fault.Field) error {
	view, err := v.askView()
	if err != nil {
		return err
	}
	view.missing = lacking(fields)
	return v.page(http.StatusUnprocessableEntity, askPage(v, view))
}

func lacking(fields []fault.Field) mistakes {
	return mistakes{&fault.Error{Kind: fault.Invalid, Code: "fields.invalid", Fields: fields}}
}

// What a question cannot do without.
var (
	lacksProduct = fault.Field{Path: "product", Code: "web.ask.lacks-product"}
	lacksTopic   = fault.Field{Path: "q", Code: "web.ask.lacks-topic"}
)

// setTopics puts the topics of everyday first for the kind of company that
// reads.
func (a *askView) setTopics(v *visit) {
	a.common = commonTopics(v)
	for _, topic := range wire.Topics() {
		if !slices.Contains(a.common, topic) {
			a.rest = append(a.rest, topic)
		}
	}
}

func commonTopics(v *visit) []string {
	switch {
	case slices.Contains(v.actor.Kinds, wire.Publisher), v.actor.Operator:
		return []string{wire.OfferManagement, wire.Transaction, wire.MarketplaceAccount, wire.Billing, wire.BreakFix, wire.Outage, wire.ContactDetails, wire.Other}
	case slices.Contains(v.actor.Kinds, wire.Reseller), slices.Contains(v.actor.Kinds, wire.Provider), slices.Contains(v.actor.Kinds, wire.DirectPartner):
		return []string{wire.BreakFix, wire.HowTo, wire.Outage, wire.Billing, wire.SubscriptionTopic, wire.Transaction, wire.SupportSplit, wire.ContactDetails}
	}
	return []string{wire.BreakFix, wire.HowTo, wire.Outage, wire.ProductAccess, wire.Billing, wire.Payment, wire.SubscriptionTopic, wire.AccountSetup}
}

// loadPurchases lists what a signed-in reader has, bought or sold.
func (a *askView) loadPurchases(v *visit) error {
	if !v.signedIn() {
		return nil
	}
	all, err := v.purchases("")
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].ID == a.q.Subscription {
			a.known = &all[i]
		}
	}
	a.purchases = all
	return nil
}

// purchases lists the live subscriptions this reader sees, of one customer or
// of all, with the names of offer and customer.
func (v *visit) purchases(customer string) ([]purchase, error) {
	items, _, err := v.site.app.List(v.ctx(), v.actor, directory.Subscriptions, app.Filter{Customer: customer}, "", listed)
	if err != nil {
		return nil, err
	}
	names := newNameBook(v)
	out := make([]purchase, 0, len(items))
	for _, item := range items {
		sub := item.Object.(*wire.Subscription)
		if !directory.Live(sub) {
			continue
		}
		p := purchase{ID: sub.ID, Plan: sub.Plan, Offer: sub.Offer, CustomerID: sub.Customer, OfferName: names.offer(sub.Offer)}
		if sub.Customer != v.actor.Company {
			p.Customer = names.company(sub.Customer)
		}
		out = append(out, p)
	}
	return out, nil
}

// knownCustomers are the customers of some purchases, by name.
func knownCustomers(v *visit, list []purchase) []choice {
	return known(v, list, func(p purchase) (string, wire.Text) { return p.CustomerID, p.Customer })
}

// knownOffers are the offers of some purchases, by name.
func knownOffers(v *visit, list []purchase) []choice {
	return known(v, list, func(p purchase) (string, wire.Text) { return p.Offer, p.OfferName })
}

func known(v *visit, list []purchase, of func(purchase) (string, wire.Text)) (out []choice) {
	for _, p := range list {
		id, name := of(p)
		if len(name) == 0 || slices.ContainsFunc(out, func(c choice) bool { return c.Value == id }) {
			continue // the reader's own company is not asked for
		}
		out = append(out, choice{id, inLang(v, name), spoken(v, name)})
	}
	return out
}

// listed is how many rows a page shows of a list.
const listed = 100

// loadOffers finds the offers to choose from; only those the reader may see.
func (a *askView) loadOffers(v *visit) error {
	page, err := v.site.app.Offers(v.ctx(), v.actor, app.OfferFilter{Query: a.find, Status: "live", Limit: offersShown}, v.lang())
	if err != nil {
		return err
	}
	a.offers, a.more = page.Items, page.Next != ""
	if a.q.Offer == "" {
		return nil
	}
	for i := range a.offers {
		if a.offers[i].ID == a.q.Offer {
			a.chosen = &a.offers[i]
			return nil
		}
	}
	details, err := v.site.app.OfferDetails(v.ctx(), v.actor, a.q.Offer, v.lang())
	if err != nil {
		return err
	}
	a.chosen = &details.OfferSummary
	return nil
}
