package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"switchboard/wire"
)

// Spec 3 section 3: a fault is a problem document with a stable code and a
// sentence in the reader's language.
func TestFaultsAreProblemsInTheReadersLanguage(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	for lang, want := range map[string]string{"en": "Not found", "ja": "見つかりません", "zh-TW,zh;q=0.9": "找不到", "fr": "Not found"} {
		r := h.do("", "GET", "/v1/offers/nothing/details", "", "Accept-Language", lang)
		var p wire.Problem
		if err := json.Unmarshal([]byte(r.body), &p); err != nil {
			t.Fatal(err)
		}
		if r.status != 404 || p.Status != 404 || p.Title != want || p.Code == "" || p.Detail == "" || p.Detail == p.Code {
			t.Errorf("%s: %d %+v", lang, r.status, p)
		}
		if got := r.header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	for _, path := range []string{"/v1/offers", "/v1/nowhere", "/v1/subscriptions", "/v1/openapi.json", "/healthz"} {
		r := h.do("", "GET", path, "", "X-Request-Id", "of-my-own.1")
		for name, want := range map[string]string{"X-Request-Id": "of-my-own.1", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if r.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s invites other sites", path)
		}
	}
	for _, bad := range []string{"", "a b", "é", strings.Repeat("a", 65), "<script>"} {
		r := h.do("", "GET", "/healthz", "", "X-Request-Id", bad)
		if id := r.header.Get("X-Request-Id"); id == bad || len(id) != 36 {
			t.Errorf("the id %q became %q", bad, id)
		}
	}
}

// Requests beyond the rate are refused with the time to wait; a token has its
// own count.
func TestTheRateIsLimited(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{Rate: 50})
	h.as("seller", "zqpersonseller", "read")
	refused := h.burst("", 8)
	if refused == nil || refused.header.Get("Retry-After") == "" || !strings.Contains(refused.body, `"code":"too-many.requests"`) {
		t.Fatalf("signed out: %+v", refused)
	}
	if r := h.do("zqpersonseller", "GET", "/v1/session", ""); r.status != 200 {
		t.Errorf("a token was refused for what others asked: %d", r.status)
	}
	if h.burst("zqpersonseller", 60) == nil {
		t.Error("a token may ask without end")
	}
}

func (h *house) burst(person string, n int) *reply {
	for range n {
		if r := h.do(person, "GET", "/v1/offers", ""); r.status == http.StatusTooManyRequests {
			return &r
		}
	}
	return nil
}

// A broken head of an ETag, and one of nobody's.
func TestConditionsThatCannotHold(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.as("market", "zqpersonmarket", "admin")
	for _, tag := range []string{`"nonsense"`, `"0"`, `"-1"`, `"99"`, `W/"1"`} {
		r := h.do("zqpersonmarket", "PUT", "/v1/companies/buyer", `{"kinds":["customer"]}`, "If-Match", tag)
		if r.status != http.StatusPreconditionFailed {
			t.Errorf("If-Match %s: %d %s", tag, r.status, r.body)
		}
	}
	list := h.do("zqpersonmarket", "GET", "/v1/companies", "")
	again := h.do("zqpersonmarket", "GET", "/v1/companies", "", "If-None-Match", `"x", W/`+list.header.Get("ETag"))
	if again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("a list that did not change: %d %q", again.status, again.body)
	}
}

// A list goes on where it stopped, and ends.
func TestListsPage(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.as("market", "zqpersonmarket", "admin")
	seen, path := map[string]bool{}, "/v1/companies?limit=2"
	for pages := 0; path != ""; pages++ {
		var page wire.Page[wire.Company]
		r := h.do("zqpersonmarket", "GET", path, "")
		if err := json.Unmarshal([]byte(r.body), &page); err != nil || len(page.Items) > 2 || pages > 10 {
			t.Fatalf("%s: %v %s", path, err, r.body)
		}
		for _, c := range page.Items {
			if seen[c.ID] {
				t.Errorf("%s came twice", c.ID)
			}
			seen[c.ID] = true
		}
		if path = ""; page.Next != "" {
			path = "/v1/companies?limit=2&cursor=" + page.Next
		}
	}
	if len(seen) != 9 {
		t.Errorf("%d companies, want 9", len(seen))
	}
}
