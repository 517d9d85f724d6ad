package api

import (
	"switchboard/internal/app"
	"switchboard/wire"
)

// WhoQuestion is who asks what about which purchase (spec 3 section 3).
type WhoQuestion struct {
	Text         string `query:"q" json:"q,omitempty"`
	Offer        string `query:"offer" json:"offer,omitempty"`
	Subscription string `query:"subscription" json:"subscription,omitempty"`
	Customer     string `query:"customer" json:"customer,omitempty"`
	As           string `query:"as" json:"as,omitempty"`
	Topic        string `query:"topic" json:"topic,omitempty"`
	Severity     string `query:"severity" json:"severity,omitempty"`
	At           string `query:"at" json:"at,omitempty"`
	About        string `query:"about" json:"about,omitempty"`
}

// WhoQuery is a question in the address.
type WhoQuery struct{ WhoQuestion }

// WhoBody is a question in the body, where no log of addresses keeps it.
type WhoBody struct{ Body WhoQuestion }

func (q WhoQuestion) ask(c *call) app.Ask {
	return app.Ask{Text: q.Text, Offer: q.Offer, Subscription: q.Subscription, Customer: q.Customer, As: q.As, Topic: q.Topic,
		Severity: q.Severity, At: q.At, About: q.About, Lang: c.lang}
}

func whoByQuery(c *call, in *WhoQuery) (*Document[wire.Answer], error) {
	return document(c.app.Who(c.ctx, c.actor, in.ask(c)))
}

func whoByBody(c *call, in *WhoBody) (*Document[wire.Answer], error) {
	return document(c.app.Who(c.ctx, c.actor, in.Body.ask(c)))
}

func draftMessage(c *call, in *WhoBody) (*Document[wire.Draft], error) {
	return document(c.app.Message(c.ctx, c.actor, in.Body.ask(c)))
}

// suggestTopics ranks a text; who answers is decided on the way, for the
// ranking depends on who asks and about which kind of offer.
func suggestTopics(c *call, in *WhoBody) (*Document[wire.Page[wire.Suggestion]], error) {
	ask := in.Body.ask(c)
	ask.Topic = ""
	answer, err := c.app.Who(c.ctx, c.actor, ask)
	if err != nil {
		return nil, err
	}
	return pageOf(answer.Topics, ""), nil
}
