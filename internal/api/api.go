// Package api is /v1: one list of routes, which registers itself with huma for
// decoding and for the OpenAPI document. It is a thin edge: it finds out who
// calls, hands typed input to a use case, and writes what comes back, or its
// fault, in the caller's language. It decides nothing and reads no table.
package api

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
)

// Options are what the composition root decides.
type Options struct {
	App        *app.App
	LocalToken func(secret string) bool // nil, or tells the token of the command line on this machine
	Rate       int                      // requests per minute for a token, a tenth of it for an address without one; 0 = no limit
	Version    string                   // of the program, for /readyz
	Log        *slog.Logger             // defects; nil = nowhere
}

// Handler serves /v1, /healthz and /readyz.
type Handler struct {
	o      Options
	mux    *http.ServeMux
	signed *httprate.RateLimiter
	public *httprate.RateLimiter
	docs   documents
}

// New makes the handler. It is cheap: what a route needs is built at its first
// request.
func New(o Options) *Handler {
	h := &Handler{o: o, mux: http.NewServeMux()}
	for _, e := range routes() {
		l := e.line()
		handler := lazily(e.build)
		if !l.Stream {
			handler = revalidated(handler)
		}
		h.mux.Handle(l.pattern(), h.admitted(l, handler))
	}
	h.mux.HandleFunc("GET /v1/openapi.json", h.openAPI)
	h.mux.HandleFunc("GET /v1/docs", h.page)
	h.mux.HandleFunc("GET /healthz", h.alive)
	h.mux.HandleFunc("GET /readyz", h.ready)
	h.mux.HandleFunc("/", h.nowhere)
	if o.Rate > 0 {
		h.signed = h.limiter(o.Rate)
		h.public = h.limiter(max(o.Rate/10, 1))
	}
	return h
}

// ServeHTTP finds out who calls and how much of it may be, then goes to the
// route.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	RequestID(http.HandlerFunc(h.serve)).ServeHTTP(w, r)
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request) {
	c := &call{app: h.o.App, id: r.Header.Get("X-Request-Id"), log: h.o.Log, request: r, identify: h.identify}
	var err error
	c.actor, c.session, err = h.identify(r)
	// A program names its language with each request; else the person's own holds.
	c.lang = i18n.Match(r.Header.Get("Accept-Language"), c.session.Lang)
	headers(w.Header(), c.lang)
	if err != nil {
		writeProblem(w, c.problem(err))
		return
	}
	c.ctx = context.WithValue(r.Context(), callKey{}, c)
	if h.limited(w, r, c) {
		writeProblem(w, c.problem(fault.New(fault.TooMany, "too-many.requests")))
		return
	}
	if err := h.comeIn(c); err != nil {
		writeProblem(w, c.problem(err))
		return
	}
	h.mux.ServeHTTP(w, r.WithContext(c.ctx))
}

// limiter counts over a minute; it answers nothing itself, serve does.
func (h *Handler) limiter(perMinute int) *httprate.RateLimiter {
	return httprate.NewRateLimiter(perMinute, time.Minute)
}

// limited counts a request: by company and person with a credential, by
// network address without. The command line on the machine is not counted.
func (h *Handler) limited(w http.ResponseWriter, r *http.Request, c *call) bool {
	switch {
	case h.signed == nil || c.actor.Local:
		return false
	case c.actor.SignedIn():
		return h.signed.OnLimit(w, r, c.actor.Company+"/"+c.actor.Person)
	}
	return h.public.OnLimit(w, r, networkOf(r))
}

// networkOf is the address that the connection comes from; a header could say
// anything. Behind a proxy all callers without a credential share one limit.
func networkOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return httprate.CanonicalizeIP(host)
}

func (h *Handler) admitted(l line, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r.Context())
		if err := admit(l, c.actor); err != nil {
			writeProblem(w, c.problem(err))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// nowhere answers an address without a route: 405 when another method has one.
func (h *Handler) nowhere(w http.ResponseWriter, r *http.Request) {
	c := callOf(r.Context())
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := h.mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		writeProblem(w, c.problem(fault.New(fault.NotFound, "not-found.address")))
		return
	}
	if slices.Contains(allowed, http.MethodGet) {
		allowed = append(allowed, http.MethodHead)
	}
	p := c.problem(fault.New(fault.Invalid, "invalid.method", "method", r.Method))
	p.Status = http.StatusMethodNotAllowed
	p.with("Allow", strings.Join(allowed, ", "))
	writeProblem(w, p)
}
