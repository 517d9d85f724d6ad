package api

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"switchboard/internal/access"
)

// The version of the roles is their ETag: two admins do not publish over each
// other.
func TestRolesAreChangedByTheirETag(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.operator()
	h.as("seller", "zqpersonseller", "admin")
	r := h.do("zqpersonseller", "GET", "/v1/roles", "")
	if r.status != 200 || r.header.Get("ETag") != `"1"` {
		t.Fatalf("%d %s %s", r.status, r.header.Get("ETag"), r.body)
	}
	body, err := json.Marshal(map[string]string{"text": strings.Replace(access.Shipped().Text(), "\nversion 1\n", "\nversion 2\n", 1)})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		person, tag string
		want        int
	}{{"zqpersonseller", `"1"`, 403}, {"zqpersonmarket", `"7"`, 412}, {"zqpersonmarket", `"1"`, 200}, {"zqpersonmarket", `"1"`, 412}, {"zqpersonmarket", `"2"`, 409}} {
		if r := h.do(step.person, "PUT", "/v1/roles", string(body), "If-Match", step.tag); r.status != step.want {
			t.Errorf("%+v: %d %s", step, r.status, r.body)
		}
	}
	if r := h.do("zqpersonseller", "GET", "/v1/roles", ""); r.header.Get("ETag") != `"2"` {
		t.Errorf("ETag %s", r.header.Get("ETag"))
	}
	if r := h.do("zqpersonseller", "GET", "/v1/roles?shipped=true", ""); r.header.Get("ETag") != `"1"` {
		t.Errorf("shipped: ETag %s", r.header.Get("ETag"))
	}
	r = h.do("zqpersonmarket", "PUT", "/v1/roles", `{"text":"roles x\nversion 3\nrole a\n  may see-enginering\n"}`)
	if r.status != 422 || !strings.Contains(r.body, `"text:4"`) || !strings.Contains(r.body, "Did you mean “see-engineering”?") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestSettingsAreChangedByTheirETag(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.operator()
	h.as("seller", "zqpersonseller", "admin")
	off := `{"roles":{"sales-agent":{"see-offer-details":false}}}`
	for _, step := range []struct {
		tag  string
		want int
	}{{`"2"`, 412}, {`"1"`, 200}, {`"1"`, 412}, {"", 200}} {
		if r := h.do("zqpersonmarket", "PUT", "/v1/companies/seller/settings", off, "If-Match", step.tag); r.status != step.want {
			t.Errorf("%+v: %d %s", step, r.status, r.body)
		}
	}
	r := h.do("zqpersonmarket", "GET", "/v1/companies/seller/settings", "")
	if r.header.Get("ETag") != `"3"` || r.body != `{"roles":{"helpdesk-agent":{"see-engineering":true,"see-offer-details":true},"sales-agent":{"see-offer-details":false}}}`+"\n" {
		t.Errorf("%s %s", r.header.Get("ETag"), r.body)
	}
}

// Spec 1 section 2: a signed-out caller at a partner's own host asks that
// partner. Any other host, and every header that only claims to be one, gives
// the public view.
func TestAPortalHostNamesItsPartner(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	bearer := []string{"Authorization", "Bearer " + h.operator()}
	if r := h.do("", "PUT", "/v1/portal-hosts/help.seller.example", `{"company":"seller"}`, append(bearer, "If-None-Match", "*")...); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := h.do("", "PUT", "/v1/portal-hosts/help.seller.example", `{"company":"shop"}`, append(bearer, "If-None-Match", "*")...); r.status != 409 {
		t.Errorf("a host that is taken: %d %s", r.status, r.body)
	}
	reach := func(header ...string) string {
		t.Helper()
		r := h.do("", "GET", "/v1/who?offer=backup&topic=partner-terms", "", header...)
		var answer struct{ Reach *struct{ Company string } }
		if err := json.Unmarshal([]byte(r.body), &answer); err != nil || r.status != 200 {
			t.Fatalf("%v: %d %s", header, r.status, r.body)
		}
		if answer.Reach == nil {
			return ""
		}
		return answer.Reach.Company
	}
	for _, tc := range []struct {
		header []string
		want   string
	}{
		{[]string{"Host", "help.seller.example"}, "seller"},
		{[]string{"Host", "HELP.Seller.Example:8443"}, "seller"},
		{[]string{"Host", "example.com"}, ""},
		{[]string{"Host", "seller.example"}, ""},
		{[]string{"Host", "help.seller.example.evil.example"}, ""},
		{[]string{"Host", "127.0.0.1:8080"}, ""},
		{[]string{"X-Forwarded-Host", "help.seller.example"}, ""},
		{[]string{"Forwarded", "host=help.seller.example"}, ""},
		{[]string{"Host", "example.com", "X-Forwarded-Host", "help.seller.example", "X-Original-Host", "help.seller.example"}, ""},
		{[]string{"Host", "help.seller.example", "X-Forwarded-Host", "example.com"}, "seller"},
	} {
		if got := reach(tc.header...); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.header, got, tc.want)
		}
	}
	// Who is signed in is who he is, at every host.
	h.as("buyer", "zqpersonbuyer", "read")
	at := h.do("zqpersonbuyer", "GET", "/v1/who?offer=backup&topic=partner-terms", "", "Host", "help.seller.example")
	elsewhere := h.do("zqpersonbuyer", "GET", "/v1/who?offer=backup&topic=partner-terms", "", "Host", "example.com")
	if at.body != elsewhere.body || at.status != 200 {
		t.Errorf("%s\n%s", at.body, elsewhere.body)
	}
}

// The request's own language, else the one that the person has saved.
func TestAPersonIsAnsweredInItsLanguage(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.as("buyer", "zqpersonbuyer", "write")
	r := h.do("zqpersonbuyer", "GET", "/v1/people/zqpersonbuyer", "")
	var me map[string]any
	if err := json.Unmarshal([]byte(r.body), &me); err != nil || r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	me["lang"], me["tz"] = "ja", "Asia/Tokyo"
	body, err := json.Marshal(me)
	if err != nil {
		t.Fatal(err)
	}
	if r := h.do("zqpersonbuyer", "PUT", "/v1/people/zqpersonbuyer", string(body), "If-Match", r.header.Get("ETag")); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for accept, want := range map[string]string{"": "ja", "zh-TW": "zh-TW", "fr": "ja"} {
		if r := h.do("zqpersonbuyer", "GET", "/v1/session", "", "Accept-Language", accept); r.header.Get("Content-Language") != want || !strings.Contains(r.body, `"tz":"Asia/Tokyo"`) {
			t.Errorf("Accept-Language %q: %s %s", accept, r.header.Get("Content-Language"), r.body)
		}
	}
	me["roles"] = []string{"global-admin"}
	if body, err = json.Marshal(me); err != nil {
		t.Fatal(err)
	}
	if r := h.do("zqpersonbuyer", "PUT", "/v1/people/zqpersonbuyer", string(body)); r.status != 403 {
		t.Errorf("a person gives itself a role: %d %s", r.status, r.body)
	}
}

// Whether the process lives does not hang on a look-up by host.
func TestHealthAsksForNoPortal(t *testing.T) {
	h := New(Options{})
	for _, path := range []string{"/healthz", "/nowhere"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Host = "help.seller.example"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r) // there is no application to ask
		if w.Code >= 500 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
