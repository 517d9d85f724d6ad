package casework

import (
	"encoding/json"

	"switchboard/internal/fault"
	"switchboard/wire"
)

// Open makes a case of a question and its answer.
type Open struct {
	Number       string
	Route        Route
	Customer     string // whose question it is; a partner's own: the partner
	Requester    Requester
	Offer        string
	Subscription string
	Topic        string
	Severity     string
	Lang         string // of Subject and Text
	Subject      string
	Text         string
	Test         bool
	Follows      string
}

// run opens the case: the sponsor is its first owner and keeps the duty toward
// the customer to the end (invariant 3).
func (o Open) run(t *turn) error {
	if err := o.check(t); err != nil {
		return err
	}
	route, err := json.Marshal(o.Route)
	if err != nil {
		return err
	}
	t.c.Number, t.c.Route, t.c.Hidden = o.Number, o.Route, o.Route.Hidden()
	for _, company := range o.parties(t.by) {
		t.join(company)
	}
	all := t.c.everyone()
	t.startCase(o)
	return t.emit(opened, all, open{"topic": o.Topic, "severity": o.Severity, "lang": o.Lang, "offer": o.Offer, "subscription": o.Subscription,
		"test": yes(o.Test), "follows": o.Follows, "rules": o.Route.Rules}, words{
		"customer":  t.named(o.Customer),
		"sponsor":   t.named(o.Route.Sponsor),
		"requester": sealed(o.Requester.Person, all),
		"asker":     t.named(o.Requester.Company),
		"subject":   sealed(o.Subject, all),
		"text":      sealed(o.Text, all),
		"route":     sealed(string(route), kept),
	})
}

func (o Open) check(t *turn) error {
	bad := fault.New(fault.Invalid, "invalid")
	for _, f := range []struct{ field, value string }{{"subject", o.Subject}, {"text", o.Text}, {"topic", o.Topic}} {
		if f.value == "" {
			bad.At(f.field, "invalid.required", "field", f.field)
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	if o.Route.Sponsor == "" || !t.facts.reachable(o.Route.Sponsor) {
		return fault.New(fault.Conflict, "case.no-owner", "company", Named(o.Route.Sponsor))
	}
	return nil
}

// parties are on the case from the start, in the order of their bits.
func (o Open) parties(by By) []string { return []string{o.Customer, o.Route.Sponsor, by.Company} }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// ForCustomer tells whether the case is a customer's and not a partner's own.
func (c *Case) ForCustomer() bool { return c.role(c.Customer) == wire.Customer }
