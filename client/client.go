// Package client speaks to a Switchboard server over its REST interface. It is
// what the command line itself uses, so whatever the product can do a program
// can do. It needs nothing but net/http and the shapes of package wire.
package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Options say which server, as whom and in which language.
type Options struct {
	Server    string            // "https://support.example:8443"; a path prefix is kept
	Token     string            // bearer token; "" = signed out
	As        string            // company that the command line of the server's own machine works for
	Person    string            // of As, whose work it is; from others both count for nothing
	Lang      string            // en, ja or zh-TW: the language of sentences in answers
	Transport http.RoundTripper // nil = http.DefaultTransport
	Tries     int               // attempts for requests that may be repeated; 0 = 3
}

// Client is a server as one caller sees it. It is safe for concurrent use.
type Client struct {
	base   *url.URL
	token  string
	as     string
	person string
	lang   string
	tries  int
	http   *http.Client
}

// New checks the address and makes a client; nothing is sent yet.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(o.Server, "/"))
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, &Error{Kind: KindInvalid, Code: "client.server", Cause: err, Args: map[string]any{"server": o.Server}}
	}
	if o.Tries == 0 {
		o.Tries = 3
	}
	c := &Client{base: base, token: o.Token, as: o.As, person: o.Person, lang: o.Lang, tries: o.Tries}
	// A redirect would carry the token to another place; the API has none.
	c.http = &http.Client{Transport: o.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return c, nil
}

// call is one request. A body that is a stream can be sent once only.
type call struct {
	method  string
	path    string
	query   url.Values
	body    any       // sent as JSON
	stream  io.Reader // sent as it is
	typ     string    // content type of stream
	ifMatch string
	create  bool // If-None-Match: *
	accept  string
	key     string // Idempotency-Key
	last    string // Last-Event-ID
}

// repeatable: sending it twice has the effect of sending it once. A PATCH leaves
// a mark of its own in the ledger each time.
func (k *call) repeatable() bool {
	return k.stream == nil && k.method != http.MethodPatch && (k.method != http.MethodPost || k.key != "")
}

// json performs a call and decodes its answer into out (nil = not wanted). The
// ETag of the answer is returned.
func (c *Client) json(ctx context.Context, k call, out any) (etag string, err error) {
	res, err := c.send(ctx, &k)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, res.Body)
	} else {
		err = json.NewDecoder(res.Body).Decode(out)
	}
	if err != nil {
		return "", unreachable(c.base.Host, err)
	}
	return res.Header.Get("ETag"), nil
}

// send performs a call, again when that is safe and may help. The answer is
// one of success; the caller closes its body.
func (c *Client) send(ctx context.Context, k *call) (*http.Response, error) {
	if k.method == http.MethodPost {
		k.key = rand.Text()
	}
	for attempt := 1; ; attempt++ {
		res, err := c.once(ctx, k)
		if err == nil {
			return res, nil
		}
		pause, again := err.(*Error).retry(attempt)
		if !again || attempt >= c.tries || !k.repeatable() || !wait(ctx, pause) {
			return nil, err
		}
	}
}

func (c *Client) once(ctx context.Context, k *call) (*http.Response, error) {
	req, err := c.request(ctx, k)
	if err != nil {
		return nil, &Error{Kind: KindInvalid, Code: "client.request", Cause: err}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, unreachable(c.base.Host, err)
	}
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		return res, nil
	}
	defer res.Body.Close()
	return nil, problem(res)
}

func (c *Client) request(ctx context.Context, k *call) (*http.Request, error) {
	body, typ := k.stream, k.typ
	if k.body != nil {
		data, err := json.Marshal(k.body)
		if err != nil {
			return nil, err
		}
		body, typ = strings.NewReader(string(data)), "application/json"
	}
	at := c.base.String() + k.path
	if len(k.query) > 0 {
		at += "?" + k.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, k.method, at, body)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"Content-Type": typ, "Accept": k.accept, "Accept-Language": c.lang, "If-Match": k.ifMatch, "Idempotency-Key": k.key,
		"Switchboard-As": c.as, "Switchboard-Person": c.person, "Last-Event-ID": k.last} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	if k.create {
		req.Header.Set("If-None-Match", "*")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return req, nil
}

// wait pauses, and tells false when the context ended first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
