package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"switchboard/wire"
)

// IntakeForms are the newest forms of a company, or with history every version
// of them; topic narrows to one. Without a company they are the caller's own.
func (c *Client) IntakeForms(ctx context.Context, company, topic string, history bool) ([]wire.IntakeForm, error) {
	query := url.Values{}
	for name, value := range map[string]string{"company": company, "topic": topic} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if history {
		query.Set("history", strconv.FormatBool(history))
	}
	page, err := fetch[wire.Page[wire.IntakeForm]](ctx, c, call{path: "/v1/intake-forms", query: query})
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// SaveIntake keeps the next version of a form of the caller's company.
func (c *Client) SaveIntake(ctx context.Context, n wire.NewIntake) (*wire.IntakeForm, error) {
	return fetch[wire.IntakeForm](ctx, c, call{method: http.MethodPost, path: "/v1/intake-forms", body: n})
}
