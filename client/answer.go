package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"switchboard/wire"
)

// Question is what one asks of /v1/who. Ids are the directory's; At is RFC
// 3339, empty = now; As is the company that asks, for those who may say so.
type Question struct {
	Text         string `json:"q,omitempty"`
	Offer        string `json:"offer,omitempty"`
	Subscription string `json:"subscription,omitempty"`
	Customer     string `json:"customer,omitempty"`
	As           string `json:"as,omitempty"`
	Topic        string `json:"topic,omitempty"`
	Severity     string `json:"severity,omitempty"`
	At           string `json:"at,omitempty"`
	About        string `json:"about,omitempty"`
}

// Who asks who answers, why, how to reach them and by when. The question goes
// in the body, where no log of addresses keeps it.
func (c *Client) Who(ctx context.Context, q Question) (*wire.Answer, error) {
	return fetch[wire.Answer](ctx, c, call{method: http.MethodPost, path: "/v1/who", body: q})
}

// Message drafts the message to the company that answers, in its language.
func (c *Client) Message(ctx context.Context, q Question) (*wire.Draft, error) {
	return fetch[wire.Draft](ctx, c, call{method: http.MethodPost, path: "/v1/message", body: q})
}

// Topics ranks the topics that a text may be about.
func (c *Client) Topics(ctx context.Context, q Question) ([]wire.Suggestion, error) {
	page, err := fetch[wire.Page[wire.Suggestion]](ctx, c, call{method: http.MethodPost, path: "/v1/topics", body: q})
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// OfferDetails gives the Offer details page as data.
func (c *Client) OfferDetails(ctx context.Context, offer string) (*wire.OfferDetails, error) {
	return fetch[wire.OfferDetails](ctx, c, call{path: "/v1/offers/" + url.PathEscape(offer) + "/details"})
}

// VerifyContact stamps a contact point of an offer ("support", "support-2") as
// checked today.
func (c *Client) VerifyContact(ctx context.Context, offer, contact string) (*wire.OfferDetails, error) {
	return c.onContact(ctx, offer, contact, "verify")
}

// ApproveContact lets the change of a contact point that waits count at once.
// Only a second person of the publisher may, and the operator.
func (c *Client) ApproveContact(ctx context.Context, offer, contact string) (*wire.OfferDetails, error) {
	return c.onContact(ctx, offer, contact, "approve")
}

// WithdrawContact takes the change of a contact point that waits back.
func (c *Client) WithdrawContact(ctx context.Context, offer, contact string) (*wire.OfferDetails, error) {
	return c.onContact(ctx, offer, contact, "withdraw")
}

func (c *Client) onContact(ctx context.Context, offer, contact, verb string) (*wire.OfferDetails, error) {
	return fetch[wire.OfferDetails](ctx, c, call{method: http.MethodPost,
		path: "/v1/offers/" + url.PathEscape(offer) + "/contacts/" + url.PathEscape(contact) + "/" + verb})
}

// Sheet gives a customer's contact sheet.
func (c *Client) Sheet(ctx context.Context, customer string) (*wire.ContactSheet, error) {
	return fetch[wire.ContactSheet](ctx, c, call{path: "/v1/customers/" + url.PathEscape(customer) + "/sheet"})
}

// SheetCSV gives it as CSV.
func (c *Client) SheetCSV(ctx context.Context, customer string) (io.ReadCloser, error) {
	res, err := c.send(ctx, &call{method: http.MethodGet, path: "/v1/customers/" + url.PathEscape(customer) + "/sheet", accept: "text/csv"})
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

// Gaps lists what would leave somebody without an answer.
func (c *Client) Gaps(ctx context.Context) (*wire.GapReport, error) {
	return fetch[wire.GapReport](ctx, c, call{path: "/v1/gaps"})
}

// Session tells who the caller is.
func (c *Client) Session(ctx context.Context) (*wire.Session, error) {
	return fetch[wire.Session](ctx, c, call{path: "/v1/session"})
}

// Rules gives a version of the rules with its text; 0 = the current one.
func (c *Client) Rules(ctx context.Context, version int) (*wire.RulesVersion, error) {
	k := call{path: "/v1/rules"}
	if version > 0 {
		k.query = url.Values{"version": {strconv.Itoa(version)}}
	}
	return fetch[wire.RulesVersion](ctx, c, k)
}

// RulesHistory lists the published versions, newest first.
func (c *Client) RulesHistory(ctx context.Context) ([]wire.RulesVersion, error) {
	page, err := fetch[wire.Page[wire.RulesVersion]](ctx, c, call{path: "/v1/rules/history"})
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// Publication is a rule table to publish or to try.
type Publication struct {
	Text string    `json:"text"`
	Note string    `json:"note,omitempty"`
	Ask  *Question `json:"ask,omitempty"` // only to try
}

// TryRules answers a question with a table that is not published.
func (c *Client) TryRules(ctx context.Context, text string, q Question) (*wire.Answer, error) {
	return fetch[wire.Answer](ctx, c, call{method: http.MethodPost, path: "/v1/rules/try", body: Publication{Text: text, Ask: &q}})
}

// PublishRules makes a table the one that decides from now on.
func (c *Client) PublishRules(ctx context.Context, text, note string) (*wire.RulesVersion, error) {
	return fetch[wire.RulesVersion](ctx, c, call{method: http.MethodPost, path: "/v1/rules", body: Publication{Text: text, Note: note}})
}

// fetch performs a call whose answer is a T; GET unless it says otherwise.
func fetch[T any](ctx context.Context, c *Client, k call) (*T, error) {
	if k.method == "" {
		k.method = http.MethodGet
	}
	out := new(T)
	if _, err := c.json(ctx, k, out); err != nil {
		return nil, err
	}
	return out, nil
}
