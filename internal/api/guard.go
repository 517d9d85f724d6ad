package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// RequestID gives every request an id: the caller's own when it is a short
// plain word, else a new one. It stands in the answer and in the log.
func RequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		if !plainWord(id) {
			id = uuid.Must(uuid.NewV7()).String()
			r.Header.Set("X-Request-Id", id)
		}
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r)
	})
}

func plainWord(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

// headers that every answer carries. Answers depend on who asks and in which
// language, so nothing between may keep them.
func headers(h http.Header, lang i18n.Lang) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", string(lang))
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Add("Vary", "Authorization, Accept, Accept-Language")
	h.Set("X-Content-Type-Options", "nosniff")
}

// identify turns credentials into an actor. None at all is the signed-out
// caller; wrong ones are refused, so that nobody takes the public view for his
// own.
func (h *Handler) identify(r *http.Request) (access.Actor, wire.Session, error) {
	if r.Context().Value(localKey{}) != nil {
		return h.local(r)
	}
	header := r.Header.Get("Authorization")
	if header == "" {
		return access.Actor{Via: access.ViaAPI}, wire.Session{}, nil
	}
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") || secret == "" {
		return access.Actor{}, wire.Session{}, fault.New(fault.Denied, "auth.scheme")
	}
	if h.o.LocalToken != nil && h.o.LocalToken(secret) {
		return h.local(r)
	}
	return h.o.App.Authenticate(r.Context(), strings.TrimSpace(secret), access.ViaAPI)
}

// comeIn: who is signed out and calls a partner's own portal host looks at that
// partner's shop window (spec 1 section 2). The host is that of the request: a
// header that a proxy may add could be written by anybody. Whether the process
// is alive does not hang on it.
func (h *Handler) comeIn(c *call) error {
	if c.actor.SignedIn() || !strings.HasPrefix(c.request.URL.Path, "/v1/") {
		return nil
	}
	partner, err := h.o.App.Portal(c.ctx, c.request.Host)
	if partner != nil {
		c.actor.Portal = partner.ID
	}
	return err
}

// local is the person at the command line of this machine. Case work is done
// for a company: two headers say for which, and by whom. From anybody else
// they count for nothing.
func (h *Handler) local(r *http.Request) (access.Actor, wire.Session, error) {
	actor := access.Actor{Local: true, Via: access.ViaCLI}
	company, person := r.Header.Get("Switchboard-As"), r.Header.Get("Switchboard-Person")
	if company == "" && person == "" {
		return actor, wire.Session{}, nil
	}
	actor, err := h.o.App.WorkFor(r.Context(), actor, company, person)
	return actor, wire.Session{}, err
}

// admit tells whether an actor may use a route at all; what it may see and do
// there is the use case's to say.
func admit(l line, actor access.Actor) error {
	switch {
	case !actor.SignedIn() && !l.Open:
		return fault.New(fault.Denied, "auth.sign-in-needed")
	case actor.SignedIn() && !access.InScope(actor, l.Needs):
		return fault.New(fault.Denied, "denied.scope", "scope", string(l.Needs))
	}
	return nil
}

type localKey struct{}

// Local is the same interface for the person at the command line of this
// installation: in the same process, without credentials.
func (h *Handler) Local() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), localKey{}, true)))
	})
}

// revalidated answers reads with an ETag, and with 304 when the caller has the
// very same answer already.
func revalidated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		kept := recorders.Get().(*recorder)
		kept.header, kept.status = w.Header(), http.StatusOK
		defer kept.forget()
		next.ServeHTTP(kept, r)
		if kept.status == http.StatusOK && w.Header().Get("ETag") == "" {
			sum := sha256.Sum256(kept.body.Bytes())
			w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
		}
		if kept.status == http.StatusOK && holds(r.Header.Get("If-None-Match"), w.Header().Get("ETag")) {
			w.Header().Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		kept.copyTo(w)
	})
}

func holds(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if tag != "" && (candidate == tag || candidate == "*") {
			return true
		}
	}
	return false
}

// recorder keeps an answer until it is known what to make of it.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// recorders are used again: most answers have about the same size.
var recorders = sync.Pool{New: func() any { return &recorder{} }}

const mostKept = 64 << 10

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

func (r *recorder) copyTo(w http.ResponseWriter) {
	w.Header().Set("Content-Length", strconv.Itoa(r.body.Len()))
	w.WriteHeader(r.status)
	// The reader may have gone; there is nobody left to tell.
	_, _ = w.Write(r.body.Bytes())
}

// forget: nobody holds the answer any more.
func (r *recorder) forget() {
	if r.body.Cap() > mostKept {
		return
	}
	r.header = nil
	r.body.Reset()
	recorders.Put(r)
}
