package client

import (
	"bufio"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"switchboard/wire"
)

// FeedFrom says whose feed and from where on. As is for the command line of
// the installation, which has no company of its own.
type FeedFrom struct {
	After int64 // position; Stream: below 0 = from now on
	Limit int   // of Events; 0 = the server's
	As    string
	Ready func() // Stream: called once, when it stands: what happens from then on comes
}

// Events reads what came to the caller's company after a position.
func (c *Client) Events(ctx context.Context, from FeedFrom) ([]wire.FeedEntry, error) {
	query := url.Values{"after": {strconv.FormatInt(from.After, 10)}}
	if from.Limit > 0 {
		query.Set("limit", strconv.Itoa(from.Limit))
	}
	if from.As != "" {
		query.Set("as", from.As)
	}
	page, err := fetch[wire.Page[wire.FeedEntry]](ctx, c, call{path: "/v1/events", query: query})
	if err != nil {
		return nil, err
	}
	return page.Items, nil
}

// Stream follows the feed of the caller's company. A connection that is cut is
// made again where it was, without a gap or a repetition. It ends with the
// context, or with the error that the server gives.
func (c *Client) Stream(ctx context.Context, from FeedFrom) iter.Seq2[wire.FeedEntry, error] {
	return func(yield func(wire.FeedEntry, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // whoever stops listening hangs up
		f := &follower{client: c, as: from.As, ready: from.Ready, yield: yield}
		if from.After >= 0 {
			f.last = strconv.FormatInt(from.After, 10)
		}
		for {
			more, err := f.connect(ctx)
			switch {
			case !more || ctx.Err() != nil:
				return
			case err != nil:
				yield(wire.FeedEntry{}, err)
				return
			}
			if !f.heard && !wait(ctx, time.Second) {
				return
			}
		}
	}
}

// follower is a stream over as many connections as it takes.
type follower struct {
	client *Client
	as     string
	last   string // id of the last entry
	heard  bool   // this connection has brought something
	ready  func() // nil = has been called, or nobody waits
	yield  func(wire.FeedEntry, error) bool
}

// connect reads one connection until it is cut. more = the listener wants to
// go on.
func (f *follower) connect(ctx context.Context) (more bool, err error) {
	f.heard = false
	k := call{method: http.MethodGet, path: "/v1/stream", accept: "text/event-stream", last: f.last}
	if f.as != "" {
		k.query = url.Values{"as": {f.as}}
	}
	res, err := f.client.send(ctx, &k)
	if err != nil {
		return true, err
	}
	defer res.Body.Close()
	if f.ready != nil {
		f.ready()
		f.ready = nil
	}
	lines := bufio.NewReader(res.Body)
	var id, data string
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return true, nil // cut: what was not ended by an empty line is sent again
		}
		name, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ": ")
		switch {
		case name == "id":
			id = value
		case name == "data":
			data = value
		case strings.TrimSpace(line) == "":
			if more, err := f.take(id, data); !more || err != nil {
				return more, err
			}
			id, data = "", ""
		}
	}
}

// take hands one entry over, once: then it counts as read.
func (f *follower) take(id, data string) (more bool, err error) {
	if id != "" {
		f.last = id
	}
	if data == "" {
		return true, nil
	}
	var entry wire.FeedEntry
	if err := json.Unmarshal([]byte(data), &entry); err != nil {
		return true, unreachable(f.client.base.Host, err)
	}
	f.heard = true
	return f.yield(entry, nil), nil
}
