package api

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// call is one request as a route sees it: who calls, in which language. It
// travels through huma in the context and goes no further: a use case is given
// the actor itself.
type call struct {
	ctx     context.Context
	app     *app.App
	actor   access.Actor
	session wire.Session
	lang    i18n.Lang
	id      string // of the request
	log     *slog.Logger
	request *http.Request
	body    []byte // as it came, where it is JSON

	identify func(*http.Request) (access.Actor, wire.Session, error) // for an answer that lasts
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{ctx: ctx, lang: i18n.English}
}

// note keeps the cause of a defect for the operator of the installation.
func (c *call) note(f *fault.Error) {
	if c.log != nil {
		c.log.Error("defect", "request", c.id, "code", f.Code, "cause", f.Cause)
	}
}

// Conditions are the headers that tie a change to what the caller has read.
type Conditions struct {
	IfMatch     string `header:"If-Match"`
	IfNoneMatch string `header:"If-None-Match"`
}

// version is the version a change insists on: nil = none, 0 = that there is
// nothing yet.
func (k Conditions) version() (*int64, error) {
	if strings.TrimSpace(k.IfNoneMatch) == "*" {
		return new(int64), nil
	}
	tag := strings.TrimSpace(k.IfMatch)
	if tag == "" || tag == "*" {
		return nil, nil
	}
	number, _, _ := strings.Cut(strings.Trim(tag, `"`), "-") // see caseTag
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 {
		// An ETag that we never gave cannot be the one that is there.
		return nil, fault.New(fault.Stale, "stale.etag", "etag", tag)
	}
	return &n, nil
}

func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// Resource is one object with its version.
type Resource[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// Document is an answer without a version of its own.
type Document[T any] struct{ Body T }

// Empty is an answer without a body: 204.
type Empty struct{}

func document[T any](v *T, err error) (*Document[T], error) {
	if err != nil {
		return nil, err
	}
	return &Document[T]{Body: *v}, nil
}

func pageOf[T any](items []T, next string) *Document[wire.Page[T]] {
	if items == nil {
		items = []T{}
	}
	return &Document[wire.Page[T]]{Body: wire.Page[T]{Items: items, Next: next}}
}
