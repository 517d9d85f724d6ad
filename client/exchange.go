package client

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"time"

	"switchboard/wire"
)

// File is one input of an import.
type File struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// ImportOptions say how to read the files and what to do with them.
type ImportOptions struct {
	Format string // auto, world, product-ingestion, ingestion-v1, azpc, csv; "" = auto
	DryRun bool
	Prune  bool
	Sent   func(bytes int64) // called as the input is read; may be nil
}

// Import sends files as one import: all of them go in, or none. Memory is
// bounded. A report that lists wrong rows comes with the fault as well.
func (c *Client) Import(ctx context.Context, files []File, o ImportOptions) (*wire.ImportReport, error) {
	query := url.Values{}
	for name, value := range map[string]string{"format": o.Format, "dry_run": flag(o.DryRun), "prune": flag(o.Prune)} {
		if value != "" {
			query.Set(name, value)
		}
	}
	reader, writer := io.Pipe()
	form := multipart.NewWriter(writer)
	go func() { writer.CloseWithError(sendFiles(form, files, o.Sent)) }()
	defer reader.Close() // ends the sender when the server stopped listening
	report := &wire.ImportReport{}
	_, err := c.json(ctx, call{method: http.MethodPost, path: "/v1/import", query: query, stream: reader, typ: form.FormDataContentType()}, report)
	if err != nil {
		return nil, err
	}
	return report, nil
}

func flag(on bool) string {
	if on {
		return "true"
	}
	return ""
}

func sendFiles(form *multipart.Writer, files []File, sent func(int64)) error {
	for _, f := range files {
		if err := sendFile(form, f, sent); err != nil {
			return err
		}
	}
	return form.Close()
}

func sendFile(form *multipart.Writer, f File, sent func(int64)) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition("file", f.Name))
	header.Set("Content-Type", "application/octet-stream")
	part, err := form.CreatePart(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(part, &counted{in, sent})
	return err
}

type counted struct {
	io.Reader
	sent func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.sent != nil && n > 0 {
		c.sent(int64(n))
	}
	return n, err
}

// Export opens a stream of the world the caller sees; format is yaml or json
// (lines). The caller closes it; a stream that breaks off ends in an error.
func (c *Client) Export(ctx context.Context, format string) (io.ReadCloser, error) {
	res, err := c.send(ctx, &call{method: http.MethodGet, path: "/v1/export", query: url.Values{"format": {format}}})
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

// NewToken is the wish for a token.
type NewToken struct {
	Company string     `json:"company"`
	Person  string     `json:"person,omitempty"`
	Label   string     `json:"label,omitempty"`
	Scopes  []string   `json:"scopes"`
	Expires *time.Time `json:"expires,omitempty"`
}

// CreateToken makes an API token; its secret is in this one answer only.
func (c *Client) CreateToken(ctx context.Context, t NewToken) (*wire.Token, error) {
	return fetch[wire.Token](ctx, c, call{method: http.MethodPost, path: "/v1/tokens", body: t})
}

// Tokens lists the tokens of the caller's company; the command line of the
// installation, which has none, says which.
func (c *Client) Tokens(ctx context.Context, company string) ([]wire.Token, error) {
	page, err := fetch[wire.Page[wire.Token]](ctx, c, call{path: "/v1/tokens", query: ofCompany(company)})
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// RevokeToken ends a token at once; company as in Tokens.
func (c *Client) RevokeToken(ctx context.Context, id, company string) error {
	_, err := c.json(ctx, call{method: http.MethodDelete, path: resource("tokens", id), query: ofCompany(company)}, nil)
	return err
}

func ofCompany(company string) url.Values {
	if company == "" {
		return nil
	}
	return url.Values{"company": {company}}
}

// SigninLink makes a one-time sign-in link for a person. Only the command line
// of the installation itself may.
func (c *Client) SigninLink(ctx context.Context, person string) (path string, err error) {
	link, err := fetch[struct {
		Path string `json:"path"`
	}](ctx, c, call{method: http.MethodPost, path: resource("people", person) + "/signin-link"})
	if err != nil {
		return "", err
	}
	return link.Path, nil
}

// SetupLink makes the one-time link by which an installation without a company is
// set up, and tells until when it opens. Only the command line of the installation
// itself may; fault conflict setup.done when there is a company.
func (c *Client) SetupLink(ctx context.Context) (path string, until time.Time, err error) {
	link, err := fetch[struct {
		Path  string    `json:"path"`
		Until time.Time `json:"until"`
	}](ctx, c, call{method: http.MethodPost, path: "/v1/setup-link"})
	if err != nil {
		return "", until, err
	}
	return link.Path, link.Until, nil
}

// Finding is something the doctor noticed.
type Finding struct {
	Code  string `json:"code"`
	Level string `json:"level"` // ok | warning | error
	Text  string `json:"text"`
	Fix   string `json:"fix,omitempty"`
}

// Doctor looks for what is or will be wrong with an installation.
func (c *Client) Doctor(ctx context.Context) ([]Finding, error) {
	page, err := fetch[wire.Page[Finding]](ctx, c, call{path: "/v1/doctor"})
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// RetryStuck has all work that did not succeed tried anew, and tells how much
// there was.
func (c *Client) RetryStuck(ctx context.Context) (int64, error) {
	out, err := fetch[struct {
		Retried int64 `json:"retried"`
	}](ctx, c, call{method: http.MethodPost, path: "/v1/doctor/retry"})
	if err != nil {
		return 0, err
	}
	return out.Retried, nil
}

// Health is what /readyz says.
type Health struct {
	Status  string `json:"status"` // ok | unavailable
	Version string `json:"version,omitempty"`
}

// Ready asks whether the server can do its work now.
func (c *Client) Ready(ctx context.Context) (*Health, error) {
	return fetch[Health](ctx, c, call{path: "/readyz"})
}
