package client

import (
	"context"
	"net/http"

	"switchboard/wire"
)

// Views lists the caller's saved views and then those that its company shares.
func (c *Client) Views(ctx context.Context) ([]wire.SavedView, error) {
	return itemsOf[wire.SavedView](ctx, c, "views")
}

// SaveView keeps a new view.
func (c *Client) SaveView(ctx context.Context, v wire.NewView) (*wire.SavedView, error) {
	return fetch[wire.SavedView](ctx, c, call{method: http.MethodPost, path: "/v1/views", body: v})
}

// ChangeView puts a view in the place of the one with an id; ifMatch as in Put.
func (c *Client) ChangeView(ctx context.Context, id string, v wire.NewView, ifMatch string) (*wire.SavedView, error) {
	return fetch[wire.SavedView](ctx, c, call{method: http.MethodPut, path: resource("views", id), body: v, ifMatch: ifMatch})
}

// Macros lists what the caller's company often writes.
func (c *Client) Macros(ctx context.Context) ([]wire.Macro, error) {
	return itemsOf[wire.Macro](ctx, c, "macros")
}

// FillMacro gives a macro as it would stand in the composer of a case; nothing is
// sent.
func (c *Client) FillMacro(ctx context.Context, number, id string) (*wire.FilledMacro, error) {
	return fetch[wire.FilledMacro](ctx, c, call{path: resource("cases", number) + resource("macros", id)[len("/v1"):]})
}

func itemsOf[T any](ctx context.Context, c *Client, noun string) ([]T, error) {
	page, err := List[T](ctx, c, noun, nil, "", 0)
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}
