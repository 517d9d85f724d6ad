package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"switchboard/wire"
)

// AddFile adds a file to a case; without an audience it stays in the company.
// It is sent once: bytes that were read cannot be read again. The caller closes them.
func (c *Client) AddFile(ctx context.Context, number string, f wire.NewFile, in io.Reader) (*wire.Case, error) {
	query := url.Values{"name": {f.Name}}
	if len(f.Audience) > 0 {
		query.Set("audience", strings.Join(f.Audience, ","))
	}
	if f.Answers > 0 {
		query.Set("answers", strconv.FormatInt(f.Answers, 10))
	}
	if f.Confirm != "" {
		query.Set("confirm", f.Confirm)
	}
	typ := f.Type
	if typ == "" {
		typ = "application/octet-stream"
	}
	return fetch[wire.Case](ctx, c, call{method: http.MethodPost, path: resource("cases", number) + "/files", query: query, stream: struct{ io.Reader }{in}, typ: typ})
}

// GetFile opens the bytes of a file by the company's own number of the event
// that brought it; the caller closes them.
func (c *Client) GetFile(ctx context.Context, number string, n int64) (io.ReadCloser, error) {
	res, err := c.send(ctx, &call{method: http.MethodGet, path: resource("cases", number) + "/files/" + strconv.FormatInt(n, 10), accept: "application/octet-stream"})
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}
