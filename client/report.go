package client

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"switchboard/wire"
)

// Report reads a report of the caller's company. Week is an ISO week, like
// 2026-W47; "" is the last whole one.
func (c *Client) Report(ctx context.Context, name, week string) (*wire.Report, error) {
	return fetch[wire.Report](ctx, c, call{path: resource("reports", name), query: weekQuery(week)})
}

// ReportCSV gives it as CSV.
func (c *Client) ReportCSV(ctx context.Context, name, week string) (io.ReadCloser, error) {
	res, err := c.send(ctx, &call{method: http.MethodGet, path: resource("reports", name), query: weekQuery(week), accept: "text/csv"})
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

func weekQuery(week string) url.Values {
	if week == "" {
		return nil
	}
	return url.Values{"week": {week}}
}
