package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/internal/jobs"
	"switchboard/internal/live"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

// noon is a Monday: noon in Tokyo, 11:00 in Taipei, night in Europe.
var noon = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)

// world is a small world behind a real server.
type world struct {
	app   *app.App
	store *store.Store
	hub   *live.Hub
	http  *httptest.Server
	url   string
	kept  string // the folder of the files
	bare  *world // an installation that nobody has set up, once a page of it is asked for
	hours atomic.Int64
}

// later lets time pass in the world.
func (w *world) later(hours int64) { w.hours.Add(hours) }

// newWorld imports testdata/world.yaml into a database of its own.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := emptyWorld(t)
	file, err := os.Open("testdata/world.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	report, err := w.app.Import(t.Context(), access.Actor{Local: true}, []app.Input{{Name: "world.yaml", Reader: file, Format: "world"}}, app.ImportOptions{Lang: "en"})
	if err != nil {
		t.Fatalf("%v: %+v", err, report)
	}
	people, _, err := w.app.List(t.Context(), access.Actor{Local: true}, directory.People, app.Filter{}, "", 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range people {
		w.undoes(t, person.Object.(*wire.Person).ID, 0) // the tests of undo choose their time
	}
	return w
}

// emptyWorld is a server before anybody has set it up.
func emptyWorld(t testing.TB) *world {
	t.Helper()
	w := &world{}
	now := func() time.Time { return noon.Add(time.Duration(w.hours.Load()) * time.Hour) }
	hub, kept := live.New(app.MostStreams), t.TempDir()
	s, err := store.Open(t.Context(), store.Options{DataDir: t.TempDir(), Now: now, Wake: hub.Wake})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	a, err := app.New(t.Context(), s, app.Options{Now: now, Live: hub, Demo: true, Blobs: testkit.BlobsIn(t, kept)})
	if err != nil {
		t.Fatal(err)
	}
	w.app, w.store, w.hub, w.kept = a, s, hub, kept
	w.http = httptest.NewServer(New(Options{App: a, Now: now, Demo: true}))
	t.Cleanup(w.http.Close)
	w.url = w.http.URL
	return w
}

// unfounded is where an installation is that nobody has set up, and the path of its
// one-time link.
func (w *world) unfounded(t testing.TB) (url, link string) {
	t.Helper()
	w.bare = emptyWorld(t)
	secret, _, err := w.bare.app.SetupLink(t.Context(), access.Actor{Local: true})
	if err != nil {
		t.Fatal(err)
	}
	return w.bare.url, "/setup/" + secret
}

// files is how many files lie on the disk.
func (w *world) files(t testing.TB) (n int) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(w.kept), ".", func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// atWork lets the relay bring what happens to the companies' feeds.
func (w *world) atWork(t testing.TB) {
	t.Helper()
	ear, err := w.hub.Listen(store.TopicCases)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer ear.Close()
		jobs.Run(ctx, jobs.Options{Store: w.store, Node: "web", Now: time.Now, Log: slog.New(slog.DiscardHandler)}, append(w.app.Duties(ear.Woken()), w.app.Releases(nil))...)
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// session signs a person in and gives the session's secret.
func (w *world) session(t testing.TB, person string) string {
	t.Helper()
	link, err := w.app.SigninLink(context.Background(), access.Actor{Local: true}, person)
	if err != nil {
		t.Fatal(err)
	}
	secret, _, err := w.app.ConsumeSigninLink(context.Background(), link)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// link is the path of a subscription's stable link.
func (w *world) link(t testing.TB, subscription string) string {
	t.Helper()
	token, err := w.app.SubscriptionLink(context.Background(), access.Actor{Local: true}, subscription)
	if err != nil {
		t.Fatal(err)
	}
	return "/s/" + token
}

// reader is one person's browser without scripts: cookies and headers.
type reader struct {
	t      testing.TB
	w      *world
	cookie string
	lang   string
	zone   string
	guest  string // what a guest link left in this browser
}

func (w *world) reader(t testing.TB, person, lang string) *reader {
	r := &reader{t: t, w: w, lang: lang}
	if w.home(person) != w.url {
		r.w = w.bare
		return r
	}
	if secret, guest := strings.CutPrefix(person, "/link/"); guest {
		r.guest, _, _ = w.app.EnterAsGuest(context.Background(), secret)
	} else if person != "" {
		r.cookie = w.session(t, person)
	}
	return r
}

// undoes gives a person some seconds to take back what it sends.
func (w *world) undoes(t testing.TB, person string, seconds int64) {
	t.Helper()
	err := w.store.InTx(t.Context(), func(tx *store.Tx) error { return tx.Prefer(person, "undo", strconv.FormatInt(seconds, 10)) })
	if err != nil {
		t.Fatal(err)
	}
}

// answered is what came back.
type answered struct {
	status int
	body   string
	header http.Header
}

func (r *reader) get(path string) answered {
	r.t.Helper()
	path, _, _ = strings.Cut(path, "#") // a browser keeps it
	return r.send(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form the way our own page does.
func (r *reader) post(path, form string) answered {
	r.t.Helper()
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.send(req)
}

func (r *reader) send(req *http.Request) answered {
	r.t.Helper()
	req.Header.Set("Accept-Language", r.lang)
	if r.cookie != "" {
		req.AddCookie(&http.Cookie{Name: "session", Value: r.cookie})
	}
	if r.lang != "" {
		req.AddCookie(&http.Cookie{Name: "lang", Value: r.lang})
	}
	if r.zone != "" {
		req.AddCookie(&http.Cookie{Name: "zone", Value: r.zone})
	}
	if r.guest != "" {
		req.AddCookie(&http.Cookie{Name: "guest", Value: r.guest})
	}
	rec := httptest.NewRecorder()
	r.w.http.Config.Handler.ServeHTTP(rec, req)
	return answered{rec.Code, rec.Body.String(), rec.Header()}
}

// page gets what must be there.
func (r *reader) page(path string) string {
	r.t.Helper()
	a := r.get(path)
	if a.status != http.StatusOK {
		r.t.Fatalf("%s: %d\n%s", path, a.status, a.body)
	}
	return a.body
}

func printerFor(lang string) *i18n.Printer { return i18n.For(i18n.Lang(lang)) }
