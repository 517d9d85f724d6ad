package api

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/live"
	"switchboard/wire"
)

func feedRoutes() []entry {
	return []entry{
		route[FeedQuery, Document[wire.Page[wire.FeedEntry]]]{Name: "events", Method: get, Path: "/v1/events", Needs: access.ScopeRead, Statement: "spec 3 section 3", Call: readFeed},
		route[StreamQuery, Written]{Name: "stream", Method: get, Path: "/v1/stream", Needs: access.ScopeRead, Statement: "spec 3 section 3", Stream: true, Document: describeStream, Call: streamFeed},
		route[struct{}, Document[Retried]]{Name: "retry-stuck", Method: post, Path: "/v1/doctor/retry", Needs: access.ScopeAdmin, Statement: "spec 3 section 1", Call: retryStuck},
	}
}

// FeedQuery says from where on.
type FeedQuery struct {
	After int64  `query:"after"`
	Limit int    `query:"limit"`
	As    string `query:"as"`
}

// readFeed is what came to the caller's company after a position.
func readFeed(c *call, in *FeedQuery) (*Document[wire.Page[wire.FeedEntry]], error) {
	if in.After < 0 {
		return nil, noPosition("after", strconv.FormatInt(in.After, 10))
	}
	entries, err := c.app.Feed(c.ctx, c.actor, in.As, in.After, in.Limit, c.lang)
	if err != nil {
		return nil, err
	}
	next := ""
	if n := len(entries); n == app.FeedLimit(in.Limit) {
		next = strconv.FormatInt(entries[n-1].Position, 10)
	}
	return pageOf(entries, next), nil
}

func noPosition(name, text string) error {
	return fault.New(fault.Invalid, "fields.invalid").At(name, "field.unreadable", "value", text)
}

// Retried is how much was tried anew.
type Retried struct {
	Retried int64 `json:"retried"`
}

func retryStuck(c *call, _ *struct{}) (*Document[Retried], error) {
	n, err := c.app.RetryStuck(c.ctx, c.actor)
	return document(&Retried{n}, err)
}

// StreamQuery says from where on: Last-Event-ID as a browser sends it when it
// comes back, else after, else from now on.
type StreamQuery struct {
	LastID string `header:"Last-Event-ID"`
	After  string `query:"after"`
	As     string `query:"as"`
}

func (in *StreamQuery) from(c *call) (int64, error) {
	for _, text := range []string{in.LastID, in.After} {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return 0, noPosition("after", text)
		}
		return n, nil
	}
	return c.app.FeedEnd(c.ctx, c.actor, in.As)
}

func describeStream(op *huma.Operation) {
	described(op, "200", map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}})
}

const streamPage = 100

// streamFeed follows the feed of the caller's company. Before the head is out
// a fault is a problem like any other.
func streamFeed(c *call, in *StreamQuery) (*Written, error) {
	ear, err := c.app.Follow(c.actor, in.As)
	if fault.Is(err, fault.TooMany) {
		full := c.problem(err)
		full.with("Retry-After", "30")
		return nil, full
	}
	if err != nil {
		return nil, err
	}
	at, err := in.from(c)
	if err != nil {
		ear.Close()
		return nil, err
	}
	return &Written{Body: func(ctx huma.Context) {
		defer ear.Close()
		_, w := humago.Unwrap(ctx)
		s := &stream{call: c, as: in.As, at: at, out: live.Open(w, fmt.Sprintf("retry: 1000\nid: %d\n\n", at))}
		err := s.out.Follow(c.ctx, ear, s.send)
		if err != nil && !fault.Is(err, fault.Denied) && !fault.Is(err, fault.NotFound) {
			c.note(fault.Of(err))
		}
	}}, nil
}

// stream is one connection that is told of a feed. It tells at once where it
// stands, so that a reader that is cut off before the first entry resumes there.
type stream struct {
	call *call
	as   string
	at   int64 // the last position that was sent
	out  *live.Stream
}

// send asks anew who calls, then sends what is new in pages.
func (s *stream) send() error {
	if err := s.call.again(); err != nil {
		return err
	}
	for {
		entries, err := s.call.app.Feed(s.call.ctx, s.call.actor, s.as, s.at, streamPage, s.call.lang)
		if err != nil {
			return err
		}
		var b strings.Builder
		for _, e := range entries {
			data, err := json.Marshal(e)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "id: %d\ndata: %s\n\n", e.Position, data)
		}
		if b.Len() > 0 {
			if err := s.out.Write(b.String()); err != nil {
				return err
			}
			s.at = entries[len(entries)-1].Position
		}
		if len(entries) < streamPage {
			return nil
		}
	}
}

// again asks who calls once more, for an answer that lasts: the credential may
// have ended, the person may have left.
func (c *call) again() error {
	actor, _, err := c.identify(c.request)
	if err == nil && actor.Company != c.actor.Company {
		err = live.ErrGone
	}
	if err != nil {
		return err
	}
	c.actor = actor
	return admit(line{Needs: access.ScopeRead}, actor)
}
