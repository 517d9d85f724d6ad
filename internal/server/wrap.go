package server

import (
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"

	"switchboard/internal/web"
)

// secured sets what every answer carries; a page or a route may be stricter.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// recovered turns a panic into 500 and a line in the log with the id that the
// caller sees; an abort goes on and breaks the connection off.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == http.ErrAbortHandler {
				panic(p)
			}
			if p != nil {
				log.Error("panic", "request", r.Header.Get("X-Request-Id"), "value", p, "stack", string(debug.Stack()))
				w.WriteHeader(http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// logged writes a line per request. The query is left out, and so is what
// follows a one-time word in the path: neither belongs into a log.
func logged(log *slog.Logger, now func() time.Time, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !log.Enabled(r.Context(), slog.LevelInfo) {
			next.ServeHTTP(w, r)
			return
		}
		start := now()
		seen := &counting{ResponseWriter: w}
		defer func() {
			ms := float64(now().Sub(start).Microseconds()) / 1000
			log.Info("request", "id", w.Header().Get("X-Request-Id"), "method", r.Method, "path", publicPath(r.URL.Path),
				"status", seen.status, "bytes", seen.bytes, "ms", ms, "from", r.RemoteAddr)
		}()
		next.ServeHTTP(seen, r)
	})
}

// secretPaths are the beginnings of all addresses that go on with what opens a door.
var secretPaths = sync.OnceValue(func() (out []string) {
	for _, pattern := range web.Patterns() {
		_, path, _ := strings.Cut(pattern, " ")
		begins, name, _ := strings.Cut(path, "{")
		if strings.HasPrefix(name, "secret}") || strings.HasPrefix(name, "token}") {
			out = append(out, begins)
		}
	}
	return out
})

func publicPath(path string) string {
	for _, secret := range secretPaths() {
		if strings.HasPrefix(path, secret) {
			return secret + "***"
		}
	}
	return path
}

type counting struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *counting) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counting) Write(p []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(p)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (c *counting) Unwrap() http.ResponseWriter { return c.ResponseWriter }

const (
	worthwhile  = 860 // bytes below which a packet is a packet
	brotliLevel = 4   // answers are made once and read once
	// 256 kB: a larger window costs memory per answer and gains nothing on pages.
	brotliWindow = 18
)

// compressed packs text for those who read it packed: brotli, else gzip. What
// has an encoding already (precomputed assets) is left alone.
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		encoding := accepted(r.Header.Get("Accept-Encoding"))
		if encoding == "" || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		p := &packing{ResponseWriter: w, encoding: encoding}
		next.ServeHTTP(p, r)
		p.close()
	})
}

func accepted(header string) string {
	best := ""
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.ReplaceAll(params, " ", "") == "q=0" {
			continue
		}
		if name == "br" || name == "gzip" && best == "" {
			best = name
		}
	}
	return best
}

// packing holds the first bytes back until it is known whether packing pays.
type packing struct {
	http.ResponseWriter
	encoding string
	status   int
	decided  bool
	head     []byte
	out      io.WriteCloser // nil = as it is
}

func (p *packing) WriteHeader(status int) {
	if p.status == 0 {
		p.status = status
	}
	if status == http.StatusNoContent || status == http.StatusNotModified || status < 200 {
		p.decide(false)
	}
}

func (p *packing) Write(b []byte) (int, error) {
	if p.decided {
		return p.write(b)
	}
	p.head = append(p.head, b...)
	if len(p.head) < worthwhile {
		return len(b), nil
	}
	return len(b), p.begin(true)
}

// FlushError sends what there is: a stream does not wait for enough to pack.
func (p *packing) FlushError() error {
	if !p.decided {
		if err := p.begin(false); err != nil {
			return err
		}
	}
	return http.NewResponseController(p.ResponseWriter).Flush()
}

func (p *packing) begin(pays bool) error {
	p.decide(pays)
	_, err := p.write(p.head)
	p.head = nil
	return err
}

func (p *packing) write(b []byte) (int, error) {
	if p.out != nil {
		return p.out.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

func (p *packing) decide(pays bool) {
	if p.decided {
		return
	}
	p.decided = true
	h := p.Header()
	if pays && h.Get("Content-Encoding") == "" && isText(h.Get("Content-Type")) {
		h.Set("Content-Encoding", p.encoding)
		h.Del("Content-Length")
		p.out = gzip.NewWriter(p.ResponseWriter)
		if p.encoding == "br" {
			p.out = brotli.NewWriterOptions(p.ResponseWriter, brotli.WriterOptions{Quality: brotliLevel, LGWin: brotliWindow})
		}
	}
	if p.status != 0 {
		p.ResponseWriter.WriteHeader(p.status)
	}
}

func (p *packing) close() {
	if !p.decided && (p.status != 0 || len(p.head) > 0) {
		// The reader may have gone; there is nobody left to tell.
		_ = p.begin(false)
	}
	if p.out != nil {
		_ = p.out.Close()
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (p *packing) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func isText(typ string) bool {
	for _, word := range []string{"text/", "json", "javascript", "xml", "svg", "yaml"} {
		if strings.Contains(typ, word) {
			return true
		}
	}
	return false
}
