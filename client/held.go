package client

import (
	"context"
	"net/http"
	"net/url"

	"switchboard/wire"
)

// Held lists what the caller has pressed at the desk and can still take back.
func (c *Client) Held(ctx context.Context) ([]wire.Held, error) {
	page, err := fetch[wire.Page[wire.Held]](ctx, c, call{path: "/v1/held"})
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// TakeBackHeld takes one of them back, or with the id of a bundle all that were
// pressed together; the words are drafts again.
func (c *Client) TakeBackHeld(ctx context.Context, id string) error {
	_, err := c.json(ctx, call{method: http.MethodDelete, path: "/v1/held/" + url.PathEscape(id)}, nil)
	return err
}
