package client

import (
	"context"
	"net/http"
	"net/url"

	"switchboard/wire"
)

// Roles gives the set of roles in force, or the one that comes with the product,
// and its ETag.
func (c *Client) Roles(ctx context.Context, shipped bool) (set *wire.RoleSet, etag string, err error) {
	var query url.Values
	if shipped {
		query = url.Values{"shipped": {"true"}}
	}
	set = &wire.RoleSet{}
	etag, err = c.json(ctx, call{method: http.MethodGet, path: "/v1/roles", query: query}, set)
	if err != nil {
		return nil, "", err
	}
	return set, etag, nil
}

// PublishRoles puts a set of roles in force, as it is written; ifMatch as in
// Put.
func (c *Client) PublishRoles(ctx context.Context, text, ifMatch string) (*wire.RoleSet, error) {
	body := struct {
		Text string `json:"text"`
	}{text}
	return fetch[wire.RoleSet](ctx, c, call{method: http.MethodPut, path: "/v1/roles", body: body, ifMatch: ifMatch})
}

// CompanySettings gives what a company decides for itself, and its ETag.
func (c *Client) CompanySettings(ctx context.Context, company string) (settings *wire.CompanySettings, etag string, err error) {
	settings = &wire.CompanySettings{}
	etag, err = c.json(ctx, call{method: http.MethodGet, path: resource("companies", company) + "/settings"}, settings)
	if err != nil {
		return nil, "", err
	}
	return settings, etag, nil
}

// SetCompanySettings keeps a company's decision; ifMatch as in Put.
func (c *Client) SetCompanySettings(ctx context.Context, company string, settings wire.CompanySettings, ifMatch string) (*wire.CompanySettings, error) {
	return fetch[wire.CompanySettings](ctx, c, call{method: http.MethodPut, path: resource("companies", company) + "/settings", body: settings, ifMatch: ifMatch})
}
