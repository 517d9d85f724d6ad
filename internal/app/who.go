package app

import (
	"context"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/internal/topic"
	"switchboard/wire"
)

// Ask is a question as it comes in at an edge. Ids are the directory's; At is
// RFC 3339, empty = now.
type Ask struct {
	Text         string // free text, read when Topic is empty
	Offer        string
	Subscription string
	Customer     string
	As           string // the company that asks; see question
	Topic        string
	Severity     string
	At           string
	About        string
	Lang         i18n.Lang
}

// Who answers "who answers this, why, how do I reach them, by when".
func (a *App) Who(ctx context.Context, actor access.Actor, ask Ask) (*wire.Answer, error) {
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	d, err := a.decide(ctx, actor, ask, rules)
	if err != nil {
		return nil, err
	}
	return d.Answer(printer(ask.Lang)), nil
}

func (a *App) decide(ctx context.Context, actor access.Actor, ask Ask, rules *responsibility.Rules) (*responsibility.Decision, error) {
	q, err := a.question(actor, ask)
	if err != nil {
		return nil, err
	}
	var d *responsibility.Decision
	err = a.store.View(ctx, func(tx *store.Tx) error {
		d, err = decideIn(tx, actor, q, ask.Text, rules)
		return err
	})
	return d, err
}

// decideIn answers a question on the data of a transaction.
func decideIn(tx *store.Tx, actor access.Actor, q responsibility.Question, text string, rules *responsibility.Rules) (*responsibility.Decision, error) {
	if err := mayNameCustomer(tx, actor, q); err != nil {
		return nil, err
	}
	s, err := around(tx, &q, actor)
	if err != nil {
		return nil, err
	}
	if err := readText(&q, s, text); err != nil {
		return nil, err
	}
	return responsibility.Decide(q, s, rules)
}

// around loads what the decision looks at. At the local command line a
// question without an asker is the customer's, where one is named; where only
// a subscription is, nobody asks, and the public view of its offer answers
// (spec 1 section 2: the seller stays unnamed).
func around(tx *store.Tx, q *responsibility.Question, actor access.Actor) (*directory.Snapshot, error) {
	if q.Asker == "" && actor.Local && q.Customer != "" {
		q.Asker = q.Customer
	}
	s, err := tx.Around(store.Keys{Asker: q.Asker, Offer: q.Offer, Subscription: q.Subscription, Customer: q.Customer, About: q.About, Portal: q.Portal, At: q.At})
	if err != nil {
		return nil, err
	}
	if sub := s.Subscriptions[q.Subscription]; sub != nil && q.Asker == "" && actor.Local && (q.Offer == "" || q.Offer == sub.Offer) {
		q.Offer, q.Subscription = sub.Offer, ""
	}
	return s, nil
}

// lastYear leaves room for targets, which RFC 3339 can write up to 9999.
const lastYear = 9900

// question says who asks. "as" is honoured for the caller's own company, the
// operator's simulator and the local command line; a signed-out caller is
// always a customer with the public view (spec 3 section 3).
func (a *App) question(actor access.Actor, ask Ask) (responsibility.Question, error) {
	q := responsibility.Question{Asker: actor.Company, Offer: ask.Offer, Subscription: ask.Subscription, Customer: ask.Customer,
		Topic: ask.Topic, About: ask.About, Severity: ask.Severity, Portal: actor.Portal, Lang: string(ask.Lang), At: a.now()}
	switch {
	case actor.Subscription != "": // a signed link: this subscription, as its customer
		if ask.Subscription != "" && ask.Subscription != actor.Subscription {
			return q, fault.New(fault.NotFound, "not-found.subscription", "id", ask.Subscription)
		}
		q.Subscription, q.Customer = actor.Subscription, ""
	case !actor.SignedIn():
	case ask.As == "" || ask.As == actor.Company:
	case actor.Local || actor.Operator && access.May(actor, access.SeeOfferDetails):
		q.Asker = ask.As
	default:
		return q, fault.New(fault.NotFound, "not-found.company", "id", ask.As)
	}
	if ask.At != "" {
		at, err := time.Parse(time.RFC3339, ask.At)
		if err != nil || at.Year() > lastYear {
			return q, fault.New(fault.Invalid, "invalid.at", "value", ask.At)
		}
		q.At = at
	}
	q.At = q.At.UTC().Truncate(time.Second)
	return q, nil
}

// mayNameCustomer: a company may ask for a customer that it has something to
// do with; any other is not found, whether it exists or not, so that nobody
// learns what a rival sold.
func mayNameCustomer(tx *store.Tx, actor access.Actor, q responsibility.Question) error {
	if q.Customer == "" || q.Customer == actor.Company || actor.Local || actor.Operator || !actor.SignedIn() {
		return nil
	}
	_, _, err := tx.See(reader(actor), directory.Companies, q.Customer)
	return err
}

// readText finds the topic of a free text. When it is not sure, the question
// stays without a topic and carries what would settle it.
func readText(q *responsibility.Question, s *directory.Snapshot, text string) error {
	if q.Topic != "" || text == "" {
		return nil
	}
	setting, err := responsibility.Look(*q, s)
	if err != nil {
		return err
	}
	r := topic.Suggest(text, topic.Context{Asker: topic.Asker(setting.Role), OfferKind: setting.OfferKind, Names: namesIn(s)})
	for _, suggestion := range r.Ranked {
		q.Suggested = append(q.Suggested, wire.Suggestion{Topic: suggestion.Topic, Score: suggestion.Score})
	}
	if r.Sure {
		q.Topic = r.Ranked[0].Topic
		return nil
	}
	if r.Question != nil {
		q.Ask, q.Choices = r.Question.Code, r.Question.Choices
	}
	return nil
}

func namesIn(s *directory.Snapshot) []string {
	var out []string
	for _, o := range s.Offers {
		for _, name := range o.Name {
			out = append(out, name)
		}
	}
	for _, c := range s.Companies {
		for _, name := range c.Name {
			out = append(out, name)
		}
	}
	return out
}

// Suggest ranks the topics of a free text, for an asker and an offer kind.
func Suggest(text, asker, offerKind string) topic.Result {
	return topic.Suggest(text, topic.Context{Asker: topic.Asker(asker), OfferKind: offerKind})
}
