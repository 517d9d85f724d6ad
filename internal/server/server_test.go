package server

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"log/slog"

	"github.com/andybalholm/brotli"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/internal/web"
)

func openServer(t *testing.T, o Options) *Server {
	t.Helper()
	if o.DataDir == "" {
		o.DataDir = t.TempDir()
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// listening starts a server and gives its address and what ends it.
func listening(t *testing.T, s *Server) (address string, stop func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	stop = func() error { cancel(); return <-done }
	t.Cleanup(cancel)
	return "http://" + l.Addr().String(), stop
}

// eventually waits for what another goroutine is about to do.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for range 2000 {
		if is() {
			return
		}
		<-again.C
	}
	t.Fatal(what)
}

// A listening server says where it is and gives the command line of its own
// machine a token, which nobody else may read; both end with it.
func TestAServerAnnouncesItselfToItsMachine(t *testing.T) {
	s := openServer(t, Options{})
	address, stop := listening(t, s)
	var running *Running
	eventually(t, "no announcement", func() bool {
		var err error
		running, err = FindRunning(s.o.DataDir)
		return err == nil && running != nil
	})
	info, err := os.Stat(filepath.Join(s.o.DataDir, runningFile))
	if err != nil || info.Mode().Perm() != 0o600 || running.Address != address {
		t.Errorf("%v %v %+v", err, info.Mode(), running)
	}
	c, err := client.New(client.Options{Server: running.Address, Token: running.Token, Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Doctor(t.Context()); err != nil {
		t.Errorf("the command line is refused: %v", err)
	}
	wrong, _ := client.New(client.Options{Server: running.Address, Token: running.Token + "x", Tries: 1})
	var failed *client.Error
	if _, err := wrong.Doctor(t.Context()); !errors.As(err, &failed) || failed.Status != http.StatusUnauthorized {
		t.Errorf("a wrong token: %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(s.o.DataDir, runningFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the announcement is still there: %v", err)
	}
}

func TestASecondWriterIsRefused(t *testing.T) {
	s := openServer(t, Options{})
	if _, err := Open(t.Context(), Options{DataDir: s.o.DataDir}); fault.Of(err).Code != "store.locked" {
		t.Errorf("%v", err)
	}
}

// What runs when the server is told to stop is finished.
func TestRunningRequestsFinish(t *testing.T) {
	s := openServer(t, Options{})
	entered, leave := make(chan struct{}), make(chan struct{})
	s.web = func() http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(entered)
			<-leave
			io.WriteString(w, "done")
		})
	}
	address, stop := listening(t, s)
	got := make(chan string, 1)
	go func() {
		res, err := http.Get(address + "/slow")
		if err != nil {
			got <- err.Error()
			return
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		got <- string(body)
	}()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	eventually(t, "it still listens", func() bool {
		conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	close(leave)
	if body, err := <-got, <-stopped; body != "done" || err != nil {
		t.Errorf("%q %v", body, err)
	}
}

func TestAnswersArePackedForThoseWhoReadThem(t *testing.T) {
	text := strings.Repeat("Who answers, and why? ", 200)
	h := compressed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/text":
			w.Header().Set("Content-Type", "text/plain")
			io.WriteString(w, text)
		case "/short":
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, "short")
		case "/picture":
			w.Header().Set("Content-Type", "image/png")
			io.WriteString(w, text)
		case "/packed":
			w.Header().Set("Content-Type", "text/css")
			w.Header().Set("Content-Encoding", "br")
			io.WriteString(w, text)
		case "/nothing":
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	for _, test := range []struct{ path, accept, encoding, body string }{
		{"/text", "gzip, deflate, br", "br", text},
		{"/text", "gzip", "gzip", text},
		{"/text", "br;q=0, gzip", "gzip", text},
		{"/text", "", "", text},
		{"/short", "br", "", "short"},
		{"/picture", "br", "", text},
		{"/packed", "gzip", "br", text},
		{"/nothing", "br", "", ""},
	} {
		r := httptest.NewRequest("GET", test.path, nil)
		r.Header.Set("Accept-Encoding", test.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		got := w.Header().Get("Content-Encoding")
		if body := unpacked(t, test.path, got, w.Body); got != test.encoding || body != test.body || !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%s %q: %q, %d bytes", test.path, test.accept, got, len(body))
		}
	}
}

func unpacked(t *testing.T, path, encoding string, in io.Reader) string {
	t.Helper()
	switch {
	case path == "/packed":
	case encoding == "br":
		in = brotli.NewReader(in)
	case encoding == "gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		in = z
	}
	body, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// A page of another site cannot act with a person's session.
func TestOtherSitesCannotAct(t *testing.T) {
	s := openServer(t, Options{})
	s.web = func() http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	}
	for name, test := range map[string]struct {
		method, site string
		refused      bool
	}{
		"a form of another site": {"POST", "cross-site", true},
		"a form of our own":      {"POST", "same-origin", false},
		"a link of another site": {"GET", "cross-site", false},
	} {
		r := httptest.NewRequest(test.method, "http://desk.example/signin", strings.NewReader("email=a"))
		r.Header.Set("Sec-Fetch-Site", test.site)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if refused := w.Code == http.StatusForbidden; refused != test.refused {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

// The log tells who asked for what and how it ended, and no secret.
func TestTheLogHoldsNoSecret(t *testing.T) {
	var lines strings.Builder
	h := logged(slog.New(slog.NewTextHandler(&lines, nil)), time.Now, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }))
	paths := []string{"/v1/who?q=hunter2", "/a\nb"}
	for _, pattern := range web.Patterns() { // what opens a door is called so in all of them
		if _, path, _ := strings.Cut(pattern, " "); strings.Contains(path, "{secret}") || strings.Contains(path, "{token}") {
			paths = append(paths, strings.NewReplacer("{secret}", "hunter2", "{token}", "hunter2").Replace(path))
		}
	}
	if len(paths) < 10 {
		t.Fatalf("%q are few", paths)
	}
	for _, path := range paths {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
		r.Header.Set("Authorization", "Bearer hunter2")
		r.Header.Set("Cookie", "session=hunter2")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if got := lines.String(); strings.Contains(got, "hunter2") || strings.Count(got, "\n") != len(paths) || !strings.Contains(got, "status=404") {
		t.Error(got)
	}
}

// A panic is an answer of 500 for the one who asked, and nothing for others.
func TestAPanicIsOneAnswer(t *testing.T) {
	h := recovered(slog.New(slog.DiscardHandler), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || w.Body.Len() != 0 {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

// In the same process answers stream, and one that breaks off is an error.
func TestInProcessAnswersStreamAndBreakOff(t *testing.T) {
	more := make(chan struct{})
	c := &http.Client{Transport: inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "first")
		<-more
		if r.URL.Path == "/broken" {
			panic(http.ErrAbortHandler)
		}
		io.WriteString(w, "second")
	})}}
	for path, want := range map[string]error{"/whole": nil, "/broken": http.ErrAbortHandler} {
		res, err := c.Get("http://here.invalid" + path)
		if err != nil {
			t.Fatal(err)
		}
		head := make([]byte, 5)
		if _, err := io.ReadFull(res.Body, head); err != nil || string(head) != "first" {
			t.Fatalf("%s: %q %v", path, head, err)
		}
		more <- struct{}{}
		rest, err := io.ReadAll(res.Body)
		if !errors.Is(err, want) || want == nil && string(rest) != "second" {
			t.Errorf("%s: %q %v", path, rest, err)
		}
		res.Body.Close()
	}
}
