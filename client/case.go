package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"switchboard/wire"
)

// OpenCase makes a case of a question.
func (c *Client) OpenCase(ctx context.Context, n wire.NewCase) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{method: http.MethodPost, path: "/v1/cases", body: n})
}

// CaseFilter is a list of cases: a default view, narrowed by a query.
type CaseFilter struct{ View, Query string }

// Cases gives one page of the cases that the caller's company may see and that
// a view and a query mean.
func (c *Client) Cases(ctx context.Context, f CaseFilter, cursor string, limit int) (*wire.Page[wire.CaseSummary], error) {
	return List[wire.CaseSummary](ctx, c, "cases", Filter{"view": f.View, "q": f.Query}, cursor, limit)
}

// Search gives one page of the cases that a query finds.
func (c *Client) Search(ctx context.Context, query, cursor string, limit int) (*wire.Page[wire.CaseSummary], error) {
	return List[wire.CaseSummary](ctx, c, "search", Filter{"q": query}, cursor, limit)
}

// Case reads a case as the caller's company may see it. Its Version is what a
// later change can insist on.
func (c *Client) Case(ctx context.Context, number string) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{path: resource("cases", number)})
}

// CaseWith shows a case with what its page needs besides, in one call: any of
// wire.WithTimeline and wire.WithAnswer. Of a long timeline it has the newest
// lines; TimelineBefore reads those before them.
func (c *Client) CaseWith(ctx context.Context, number string, parts ...string) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{path: resource("cases", number), query: url.Values{"include": {strings.Join(parts, ",")}}})
}

// Timeline reads what the caller's company may read of a case after its own
// number; 0 = from the start.
func (c *Client) Timeline(ctx context.Context, number string, after int64) ([]wire.CaseEvent, error) {
	var out []wire.CaseEvent
	for next := strconv.FormatInt(after, 10); next != ""; {
		page, err := fetch[wire.Page[wire.CaseEvent]](ctx, c, call{path: resource("cases", number) + "/timeline", query: url.Values{"after": {next}, "limit": {"200"}}})
		if err != nil {
			return nil, err
		}
		out, next = append(out, page.Items...), page.Next
	}
	return out, nil
}

// TimelineBefore gives one page of what came before the caller's company's own
// number, the newest of it; Next of the page is the number for what is older.
func (c *Client) TimelineBefore(ctx context.Context, number string, before int64, limit int) (*wire.Page[wire.CaseEvent], error) {
	query := url.Values{"before": {strconv.FormatInt(before, 10)}}
	if limit > 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	return fetch[wire.Page[wire.CaseEvent]](ctx, c, call{path: resource("cases", number) + "/timeline", query: query})
}

// CaseClocks reads the clocks of a case, each with its explanation, and who
// held the case for how long.
func (c *Client) CaseClocks(ctx context.Context, number string) (*wire.CaseClocks, error) {
	return fetch[wire.CaseClocks](ctx, c, call{path: resource("cases", number) + "/clocks"})
}

// ExportCase reads what the caller's company has read of a case, with its proof;
// package proof checks it.
func (c *Client) ExportCase(ctx context.Context, number string) (*wire.CaseExport, error) {
	return fetch[wire.CaseExport](ctx, c, call{path: resource("cases", number) + "/export"})
}

// PublicKeys are those by which others check what the server signs.
func (c *Client) PublicKeys(ctx context.Context) ([]wire.PublicKey, error) {
	page, err := fetch[wire.Page[wire.PublicKey]](ctx, c, call{path: "/v1/keys"})
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// VerifyStore checks the next cases of the whole store; for the command line of
// the server's own machine. Next of the answer is the cursor of what follows.
func (c *Client) VerifyStore(ctx context.Context, cursor string) (*wire.StoreCheck, error) {
	return fetch[wire.StoreCheck](ctx, c, call{path: "/v1/verify", query: url.Values{"cursor": {cursor}, "limit": {"200"}}})
}

// ChangeCase changes one thing that the caller's company says about a case.
// With a version it fails as stale when the company has read another one; 0
// does not insist. So do all changes of a case.
func (c *Client) ChangeCase(ctx context.Context, number string, ch wire.CaseChange, version int64) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{method: http.MethodPatch, path: resource("cases", number), body: ch, ifMatch: readVersion(version)})
}

// Say writes a message to a case; without an audience it stays in the company.
func (c *Client) Say(ctx context.Context, number string, m wire.NewMessage, version int64) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{method: http.MethodPost, path: resource("cases", number) + "/messages", body: m, ifMatch: readVersion(version)})
}

// LabelCase sets labels of the caller's company on a case and takes others away;
// no other company hears of them.
func (c *Client) LabelCase(ctx context.Context, number string, ch wire.LabelChange) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{method: http.MethodPatch, path: resource("cases", number) + "/labels", body: ch})
}

// Labels are those that the caller's company uses.
func (c *Client) Labels(ctx context.Context) ([]string, error) {
	page, err := fetch[wire.Page[string]](ctx, c, call{path: "/v1/labels"})
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// SnoozeCase puts a case aside for the caller's company until an instant; its
// clocks go on. It comes back before, when anybody else acts on it.
func (c *Client) SnoozeCase(ctx context.Context, number string, until time.Time, version int64) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{method: http.MethodPut, path: resource("cases", number) + "/snooze", body: wire.Snooze{Until: until}, ifMatch: readVersion(version)})
}

// WakeCase takes a snoozed case back.
func (c *Client) WakeCase(ctx context.Context, number string) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{method: http.MethodDelete, path: resource("cases", number) + "/snooze"})
}

// HandOver offers a case to another company.
func (c *Client) HandOver(ctx context.Context, number string, h wire.NewHandoff, version int64) (*wire.Case, error) {
	h.Preview = false
	return fetch[wire.Case](ctx, c, call{method: http.MethodPost, path: resource("cases", number) + "/handoffs", body: h, ifMatch: readVersion(version)})
}

// PreviewHandoff shows what HandOver would do; nothing is written.
func (c *Client) PreviewHandoff(ctx context.Context, number string, h wire.NewHandoff) (*wire.HandoffPreview, error) {
	h.Preview = true
	return fetch[wire.HandoffPreview](ctx, c, call{method: http.MethodPost, path: resource("cases", number) + "/handoffs", body: h})
}

// HandoffFilter narrows a list of handoffs: Direction to in or out, State to
// open, offered, clarifying, accepted, declined, withdrawn or joined.
type HandoffFilter struct{ Direction, State string }

// Handoffs gives one page of the handoffs that the caller's company has sent or
// been sent, the open ones first.
func (c *Client) Handoffs(ctx context.Context, f HandoffFilter, cursor string, limit int) (*wire.Page[wire.HandoffSummary], error) {
	return List[wire.HandoffSummary](ctx, c, "handoffs", Filter{"direction": f.Direction, "state": f.State}, cursor, limit)
}

// StepHandoff is a verb on a handoff: withdraw, accept, decline, ask, answer,
// join, pass-on, give-back, reclaim or update. The last four may name the case
// instead.
func (c *Client) StepHandoff(ctx context.Context, id, verb string, s wire.HandoffStep, version int64) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{method: http.MethodPost, path: resource("handoffs", id) + "/" + url.PathEscape(verb), body: s, ifMatch: readVersion(version)})
}

// StepCase is a verb on a case: propose, confirm, reject, close or reopen.
func (c *Client) StepCase(ctx context.Context, number, verb string, s wire.CaseStep, version int64) (*wire.Case, error) {
	return fetch[wire.Case](ctx, c, call{method: http.MethodPost, path: resource("cases", number) + "/" + url.PathEscape(verb), body: s, ifMatch: readVersion(version)})
}

// readVersion is the ETag of a version, "" for 0.
func readVersion(version int64) string {
	if version == 0 {
		return ""
	}
	return `"` + strconv.FormatInt(version, 10) + `"`
}
