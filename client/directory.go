package client

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"switchboard/wire"
)

// Filter narrows a list; an empty field does not narrow. Which fields a noun
// knows stands in the API's document.
type Filter map[string]string

// List gives one page of a noun: companies, relations, offers, subscriptions,
// agreements, people. T is its wire type, or json.RawMessage.
func List[T any](ctx context.Context, c *Client, noun string, f Filter, cursor string, limit int) (*wire.Page[T], error) {
	query := url.Values{}
	for name, value := range f {
		if value != "" {
			query.Set(name, value)
		}
	}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	if limit > 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	return fetch[wire.Page[T]](ctx, c, call{path: "/v1/" + noun, query: query})
}

// All goes through every page of a noun.
func All[T any](ctx context.Context, c *Client, noun string, f Filter) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for cursor, first := "", true; first || cursor != ""; first = false {
			page, err := List[T](ctx, c, noun, f, cursor, 200)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			cursor = page.Next
		}
	}
}

// Get reads an object and its ETag, which a later Put or Delete can insist on.
func Get[T any](ctx context.Context, c *Client, noun, id string) (object *T, etag string, err error) {
	object = new(T)
	etag, err = c.json(ctx, call{method: http.MethodGet, path: resource(noun, id)}, object)
	if err != nil {
		return nil, "", err
	}
	return object, etag, nil
}

// Put creates or replaces an object. With ifMatch it fails as stale when the
// object has another ETag; "" does not insist.
func (c *Client) Put(ctx context.Context, noun, id string, object any, ifMatch string) (etag string, err error) {
	return c.json(ctx, call{method: http.MethodPut, path: resource(noun, id), body: object, ifMatch: ifMatch}, nil)
}

// Create puts an object that must not exist yet.
func (c *Client) Create(ctx context.Context, noun, id string, object any) (etag string, err error) {
	return c.json(ctx, call{method: http.MethodPut, path: resource(noun, id), body: object, create: true}, nil)
}

// Delete removes an object; ifMatch as in Put.
func (c *Client) Delete(ctx context.Context, noun, id, ifMatch string) error {
	_, err := c.json(ctx, call{method: http.MethodDelete, path: resource(noun, id), ifMatch: ifMatch}, nil)
	return err
}

// ProposeSplit proposes a support agreement to the other side.
func (c *Client) ProposeSplit(ctx context.Context, a wire.Agreement) (*wire.Agreement, error) {
	return fetch[wire.Agreement](ctx, c, call{method: http.MethodPost, path: "/v1/agreements", body: a})
}

// MoveSplit accepts, ends or withdraws a support agreement: verb is one of
// accept, end, withdraw.
func (c *Client) MoveSplit(ctx context.Context, id, verb, ifMatch string) (*wire.Agreement, error) {
	return fetch[wire.Agreement](ctx, c, call{method: http.MethodPost, path: resource("agreements", id) + "/" + verb, ifMatch: ifMatch})
}

func resource(noun, id string) string { return "/v1/" + noun + "/" + url.PathEscape(id) }
