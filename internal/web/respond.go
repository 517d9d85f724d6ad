package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"switchboard/internal/fault"
	"switchboard/wire"
)

// policy lets a page load what this server serves and nothing else; no script
// or style stands in a page.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// guard wraps the whole edge: headers of every answer, and forms only from our
// own pages.
func (s *site) guard(next http.Handler) http.Handler {
	crossing := http.NewCrossOriginProtection()
	crossing.SetDenyHandler(s.serve(route{"", anyone, refuseForeignForm}))
	return setHeaders(crossing.Handler(next))
}

func setHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		next.ServeHTTP(w, r)
	})
}

func refuseForeignForm(*visit) error { return fault.New(fault.Denied, "web.form.foreign") }

func missing(*visit) error { return fault.New(fault.NotFound, "web.not-found") }

// serve runs a route's handler and makes a page of its error.
func (s *site) serve(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		v, err := s.visit(w, req)
		switch {
		case err != nil:
		case r.door == keeping && !v.signedIn():
			err = v.keepWords()
		case r.door == signedIn && !v.signedIn():
			err = v.redirect("/signin?to=" + url.QueryEscape(v.wayBack()))
		default:
			if err = v.listen(); err == nil {
				err = r.handle(v)
			}
		}
		if err != nil {
			v.fail(err)
		}
	})
}

// wayBack is where to go after signing in: a form's answer cannot be shown
// again, so its page is.
func (v *visit) wayBack() string {
	if v.r.Method == http.MethodPost {
		return "/"
	}
	return v.here()
}

// page writes a whole page. It is rendered first, so that a template's error
// never leaves half a page.
func (v *visit) page(status int, content templ.Component) error {
	v.status = status
	if err := v.loadHeld(); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := content.Render(v.ctx(), &b); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.lang()))
	h.Set("Vary", "Accept-Language, Cookie")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", v.id)
	v.w.WriteHeader(status)
	if v.r.Method == http.MethodHead {
		return nil
	}
	if _, err := v.w.Write(b.Bytes()); err != nil {
		slog.Debug("reader went away", "request", v.id, "err", err)
	}
	return nil
}

// ok writes a page that answers the request.
func (v *visit) ok(content templ.Component) error { return v.page(http.StatusOK, content) }

// redirect goes to another page of ours after a form (303).
func (v *visit) redirect(address string) error {
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, local(address), http.StatusSeeOther)
	return nil
}

// fail makes a page of an error. What is missing and what is foreign look the
// same.
func (v *visit) fail(err error) {
	if v.ctx().Err() != nil { // the reader has gone on: nobody is there to be told
		slog.Debug("reader went away", "request", v.id, "err", err)
		return
	}
	f := fault.Of(err)
	status := wire.Status(string(f.Kind))
	if f.Code == "auth.expired-link" {
		status = http.StatusGone
	}
	if f.Kind == fault.Internal {
		slog.Error("page failed", "request", v.id, "page", v.r.Pattern, "err", err)
	}
	if err := v.page(status, faultPage(v, faultView{status: status, fault: f})); err != nil {
		slog.Error("page of an error failed", "request", v.id, "err", err)
		http.Error(v.w, http.StatusText(status), status)
	}
}

// file writes what is not a page.
func (v *visit) file(contentType string, data []byte) error {
	v.w.Header().Set("Content-Type", contentType)
	v.w.Header().Set("Cache-Control", "no-store")
	if _, err := v.w.Write(data); err != nil {
		slog.Debug("reader went away", "request", v.id, "err", err)
	}
	return nil
}

type requestKey struct{}

// WithRequestID gives the pages the id under which the server logs a request.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

func requestID(r *http.Request) string {
	if id, ok := r.Context().Value(requestKey{}).(string); ok {
		return id
	}
	return randomName()
}

func randomName() string {
	var b [12]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// give sends a file of a case, by the reader's own number of the event that
// brought it, to be kept and never to be shown: what a browser would run is only
// another file here.
func (v *visit) give(number, event string) error {
	n, err := strconv.ParseInt(event, 10, 64)
	if err != nil {
		n = 0 // no event has this number
	}
	f, data, err := v.site.app.File(v.ctx(), v.actor, number, n)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	_, err = io.Copy(v.w, data)
	if err = errors.Join(err, data.Close()); err != nil { // the answer has begun
		slog.Debug("reader went away", "request", v.id, "err", err)
	}
	return nil
}
