package api

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
)

var local = access.Actor{Local: true, Via: access.ViaCLI}

// house is a handler over a world on real SQLite.
type house struct {
	t      *testing.T
	app    *app.App
	api    *Handler
	clock  *clock
	files  string            // folder of the files of cases
	tokens map[string]string // by person
}

// clock is the only time of a test; it goes on when the test says so.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func open(t *testing.T, worldFile string, o Options) *house {
	t.Helper()
	return openOn(t, worldFile, o, store.Options{DataDir: t.TempDir()})
}

// openOn opens a house on a database of either engine.
func openOn(t *testing.T, worldFile string, o Options, on store.Options) *house {
	t.Helper()
	clock := &clock{at: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}
	on.Now = clock.now
	data, err := store.Open(t.Context(), on)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := data.Close(); err != nil {
			t.Error(err)
		}
	})
	files := t.TempDir()
	use, err := app.New(t.Context(), data, app.Options{Now: clock.now, Blobs: testkit.BlobsIn(t, files)})
	if err != nil {
		t.Fatal(err)
	}
	world, err := os.Open(worldFile)
	if err != nil {
		t.Fatal(err)
	}
	defer world.Close()
	report, err := use.Import(t.Context(), local, []app.Input{{Name: worldFile, Reader: world, Format: "world"}}, app.ImportOptions{Lang: i18n.English})
	if err != nil {
		t.Fatalf("%v: %+v", err, report)
	}
	o.App = use
	return &house{t: t, app: use, api: New(o), clock: clock, files: files, tokens: map[string]string{}}
}

// as gives a person a token.
func (h *house) as(company, person string, scopes ...string) {
	h.t.Helper()
	token, err := h.app.CreateToken(context.Background(), local, company, person, "", scopes, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	h.tokens[person] = token.Secret
}

// operator gives the secret of a token of the operator's admin.
func (h *house) operator() string {
	h.t.Helper()
	h.as("market", "zqpersonmarket", "admin")
	return h.tokens["zqpersonmarket"]
}

// reply is an answer of the handler.
type reply struct {
	status int
	header http.Header
	body   string
}

// do sends a request as a person; "" = signed out.
func (h *house) do(person, method, path, body string, header ...string) reply {
	h.t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, in)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	if person != "" {
		r.Header.Set("Authorization", "Bearer "+h.tokens[person])
	}
	w := httptest.NewRecorder()
	h.api.ServeHTTP(w, r)
	return reply{w.Code, w.Result().Header, w.Body.String()}
}
