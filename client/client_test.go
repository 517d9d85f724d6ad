package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"switchboard/wire"
)

func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := New(Options{Server: s.URL + "/prefix/", Token: "secret", Lang: "ja"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	io.WriteString(w, `{"code":"`+code+`","detail":"A sentence.","errors":[{"field":"topic","code":"x","text":"y"}]}`)
}

func TestARequestCarriesWhoAsksAndHow(t *testing.T) {
	var got *http.Request
	var body string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		data, _ := io.ReadAll(r.Body)
		body = string(data)
		io.WriteString(w, `{"outcome":"decided"}`)
	})
	answer, err := c.Who(t.Context(), Question{Offer: "backup", Text: "why?"})
	if err != nil || answer.Outcome != "decided" {
		t.Fatal(answer, err)
	}
	for name, want := range map[string]string{"Authorization": "Bearer secret", "Accept-Language": "ja", "Content-Type": "application/json"} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if got.URL.Path != "/prefix/v1/who" || body != `{"q":"why?","offer":"backup"}` || got.Header.Get("Idempotency-Key") == "" {
		t.Errorf("%s %s key %q", got.URL, body, got.Header.Get("Idempotency-Key"))
	}
}

// The kind follows from the status by wire's table, read backwards.
func TestAProblemBecomesAnErrorOfItsKind(t *testing.T) {
	for _, kind := range []string{KindInvalid, KindDenied, KindNotFound, KindConflict, KindStale, KindInternal} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, wire.Status(kind), "some.code") })
		_, err := c.OfferDetails(t.Context(), "x")
		var failed *Error
		if !errors.As(err, &failed) || failed.Kind != kind || failed.Code != "some.code" || failed.Problem.Detail != "A sentence." || len(failed.Problem.Errors) != 1 {
			t.Errorf("%s: %+v", kind, err)
		}
	}
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, 401, "auth.token-unknown") })
	var failed *Error
	if _, err := c.Session(t.Context()); !errors.As(err, &failed) || failed.Kind != KindDenied || failed.Status != 401 {
		t.Errorf("401: %+v", err)
	}
}

func TestAnAnswerThatIsNotOursIsUnreachable(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a page of a proxy": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502); io.WriteString(w, "<html>") },
		"a redirect":        func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"no JSON":           func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") },
		"JSON that ends":    func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"outcome":`) },
	} {
		c := serve(t, h)
		c.tries = 1
		var failed *Error
		if _, err := c.Gaps(t.Context()); !errors.As(err, &failed) || failed.Kind != KindUnreachable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What may be repeated is, with the same key; what may not is sent once.
func TestRetriesOnlyWhatIsSafe(t *testing.T) {
	var sent atomic.Int32
	keys := make(chan string, 10)
	fail := func(w http.ResponseWriter, r *http.Request) {
		keys <- r.Header.Get("Idempotency-Key")
		if sent.Add(1) < 3 {
			refuse(w, http.StatusServiceUnavailable, "unavailable")
			return
		}
		io.WriteString(w, `{}`)
	}
	c := serve(t, fail)
	if _, err := c.Who(t.Context(), Question{}); err != nil || sent.Load() != 3 {
		t.Errorf("a question: %v after %d", err, sent.Load())
	}
	if a, b, d := <-keys, <-keys, <-keys; a == "" || a != b || b != d {
		t.Errorf("keys %q %q %q", a, b, d)
	}
	sent.Store(0)
	files := []File{{Name: "a.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("x")), nil }}}
	if _, err := c.Import(t.Context(), files, ImportOptions{}); err == nil || sent.Load() != 1 {
		t.Errorf("a stream was sent %d times: %v", sent.Load(), err)
	}
	sent.Store(0)
	c = serve(t, func(w http.ResponseWriter, _ *http.Request) { sent.Add(1); refuse(w, 422, "invalid") })
	if _, err := c.Who(t.Context(), Question{}); err == nil || sent.Load() != 1 {
		t.Errorf("a wrong question was sent %d times", sent.Load())
	}
}

func TestAServerThatSaysWhenIsBelievedWithinReason(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		refuse(w, 429, "too-many.requests")
	})
	_, err := c.Gaps(t.Context())
	var failed *Error
	if !errors.As(err, &failed) || failed.Kind != KindTooMany || failed.RetryAfter.Hours() != 1 {
		t.Errorf("%+v", err)
	}
}

func TestNobodyThereAndNoTime(t *testing.T) {
	c, err := New(Options{Server: "http://127.0.0.1:1", Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	var failed *Error
	if _, err := c.Gaps(t.Context()); !errors.As(err, &failed) || failed.Kind != KindUnreachable {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Gaps(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	for _, address := range []string{"", "localhost:8080", "ftp://x", "http://"} {
		if _, err := New(Options{Server: address}); err == nil {
			t.Errorf("%q was taken for an address", address)
		}
	}
}

func TestAllGoesThroughEveryPage(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("cursor") == "" {
			io.WriteString(w, `{"items":[{"id":"a"},{"id":"b"}],"next":"b"}`)
			return
		}
		io.WriteString(w, `{"items":[{"id":"c"}]}`)
	})
	var ids []string
	for company, err := range All[wire.Company](t.Context(), c, "companies", Filter{"kind": "customer", "q": ""}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, company.ID)
	}
	if strings.Join(ids, "") != "abc" {
		t.Error(ids)
	}
}
