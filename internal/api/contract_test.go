package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"pgregory.net/rapid"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// contract is the document as another program reads it.
type contract struct {
	doc    *openapi3.T
	router routers.Router
}

func readContract(t *testing.T, h *house) contract {
	t.Helper()
	r := h.do("", "GET", "/v1/openapi.json", "")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatalf("the document is not OpenAPI: %v", err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return contract{doc, router}
}

// obeys checks an answer against what the document says of the route.
func (c contract) obeys(t interface{ Errorf(string, ...any) }, r *http.Request, w *httptest.ResponseRecorder) {
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		t.Errorf("%s %s is not in the document: %v", r.Method, r.URL, err)
		return
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), in); err != nil {
		t.Errorf("%s %s: %d is not as the document says: %v\n%.600s", r.Method, r.URL, w.Code, err, w.Body)
	}
}

func (h *house) request(person, method, path, body string) (*http.Request, *httptest.ResponseRecorder) {
	r := httptest.NewRequest(method, "http://example.com"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if person != "" {
		r.Header.Set("Authorization", "Bearer "+h.tokens[person])
	}
	w := httptest.NewRecorder()
	h.api.ServeHTTP(w, r)
	return r, w
}

// Every answer of every route is as the document says: for the operator, a
// partner and nobody, on ids that exist and that do not.
func TestEveryAnswerObeysTheDocument(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{LocalToken: func(secret string) bool { return secret == "of-this-machine" }})
	h.tokens["local"] = "of-this-machine"
	h.as("market", "zqpersonmarket", "admin")
	h.as("seller", "zqpersonseller", "admin")
	h.as("contoso", "zqpersoncontoso", "write")
	for _, old := range []string{"zqsupportmail", "zqengineermail"} { // two changes of contacts that wait
		body := h.do("zqpersoncontoso", "GET", "/v1/offers/backup", "").body
		if r := h.do("zqpersoncontoso", "PUT", "/v1/offers/backup", strings.Replace(body, old, "new", 1)); r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	c := readContract(t, h)
	answered := map[string]bool{}
	for _, person := range []string{"zqpersonmarket", "zqpersonseller", ""} {
		for _, call := range calls() {
			method, rest, _ := strings.Cut(call, " ")
			path, body, _ := strings.Cut(rest, " ")
			r, w := h.request(person, method, path, body)
			if w.Code >= 500 {
				t.Errorf("%q %s: %d %s", person, call, w.Code, w.Body)
			}
			c.obeys(t, r, w)
			if route, _, err := c.router.FindRoute(r); err == nil && w.Code < 300 {
				answered[route.Operation.OperationID] = true
			}
		}
	}
	note := func(r *http.Request) {
		if route, _, err := c.router.FindRoute(r); err == nil {
			answered[route.Operation.OperationID] = true
		}
	}
	h.lifeOfACase(c, note)
	h.lifeOfAView(c, note)
	r, w := h.request("local", "GET", "/v1/verify", "") // for the machine's own command line alone
	if c.obeys(t, r, w); w.Code == http.StatusOK && strings.Contains(w.Body.String(), `"checked":2,"troubles":[]`) {
		note(r)
	} else {
		t.Errorf("the check of the store: %d %s", w.Code, w.Body)
	}
	h.takesBack(t, c, note)
	for _, e := range routes() {
		if name := e.line().Name; !answered[name] && !neverHere[name] {
			t.Errorf("%s has answered nobody: this test proves nothing about it", name)
		}
	}
}

// takesBack presses something at the desk, which the interface lists and takes back.
func (h *house) takesBack(t *testing.T, c contract, note func(*http.Request)) {
	t.Helper()
	h.request("zqpersonbuyer", "POST", "/v1/cases", `{"subscription":"zqsubindirect","topic":"break-fix","severity":"moderate","subject":"Again","text":"It stops again."}`)
	actor, _, err := h.app.Authenticate(t.Context(), h.tokens["shopagent"], access.ViaWeb)
	if err != nil {
		t.Fatal(err)
	}
	page, err := h.app.Cases(t.Context(), actor, app.CaseFilter{}, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range page.Items {
		p := app.Press{Verb: app.VerbSay, Message: &wire.NewMessage{Text: "to be taken back", Audience: []string{"all"}}, For: app.DraftKey{Audience: app.DraftInternal}}
		out, err := h.app.Press(t.Context(), actor, of.Number, p, nil, i18n.English)
		if err != nil || out.Bundle == "" {
			continue
		}
		r, w := h.request("shopagent", "GET", "/v1/held", "")
		if c.obeys(t, r, w); !strings.Contains(w.Body.String(), "to be taken back") {
			t.Errorf("what waits is not listed: %s", w.Body)
		}
		r, w = h.request("shopagent", "DELETE", "/v1/held/"+out.Bundle, "")
		if c.obeys(t, r, w); w.Code < 300 {
			note(r)
		}
		return
	}
	t.Error("nothing waits: this test proves nothing about it")
}

// neverHere succeed only with what these calls do not have.
var neverHere = map[string]bool{"stream": true, "signin-link": true, "setup-link": true, "publish-rules": true, "import": true, "accept-agreement": true, "withdraw-agreement": true, "end-agreement": true, "propose-agreement": true, "revoke-token": true}

// calls are every read, and a right and a wrong write of every other route.
func calls() []string {
	var out []string
	secondRoles, err := json.Marshal(strings.Replace(access.Shipped().Text(), "\nversion 1\n", "\nversion 2\n", 1))
	if err != nil {
		panic(err)
	}
	for _, path := range everyRead() {
		out = append(out, "GET "+path)
	}
	return append(out,
		`POST /v1/who {"offer":"backup","topic":"billing","customer":"buyer"}`,
		`POST /v1/who {"offer":"backup","q":"I was charged twice"}`,
		`POST /v1/who {"topic":"nonsense"}`,
		`POST /v1/message {"subscription":"zqsubdirect","topic":"break-fix"}`,
		`POST /v1/topics {"offer":"backup","q":"I was charged twice"}`,
		`POST /v1/offers/backup/contacts/support/verify`,
		`POST /v1/offers/backup/contacts/nobody/verify`,
		`POST /v1/offers/backup/contacts/support/approve`,
		`POST /v1/offers/backup/contacts/engineering/withdraw`,
		`POST /v1/offers/backup/contacts/engineering/approve`,
		`POST /v1/doctor/retry`,
		`POST /v1/intake-forms {"topic":"billing","fields":[{"label":"Invoice number","required":true}]}`,
		`POST /v1/intake-forms {"topic":"biling","fields":[{"id":"a","kind":"number"}]}`,
		`POST /v1/agreements {"id":"new-split","kind":"support-split","provider":"distributor","reseller":"shop","from":"2027-01-01"}`,
		`POST /v1/agreements {"id":"x"}`,
		`POST /v1/agreements/nowhere/accept`,
		`POST /v1/agreements/zqsplit/withdraw`,
		`POST /v1/rules/try {"text":"","ask":{"offer":"backup","topic":"billing"}}`,
		`POST /v1/rules {"text":"nonsense"}`,
		`PUT /v1/roles {"text":"nonsense"}`,
		`PUT /v1/roles {"text":`+string(secondRoles)+`}`,
		`PUT /v1/companies/seller/settings {"roles":{"helpdesk-agent":{"see-engineering":false}}}`,
		`PUT /v1/companies/seller/settings {"roles":{"helpdesk-agent":{"see-engneering":false}}}`,
		`PUT /v1/companies/nowhere/settings {"roles":{}}`,
		`PUT /v1/portal-hosts/help.seller.example {"company":"seller"}`,
		`PUT /v1/portal-hosts/localhost {"company":"seller"}`,
		`GET /v1/portal-hosts/help.seller.example`, `DELETE /v1/portal-hosts/help.seller.example`, `DELETE /v1/portal-hosts/nowhere.example`,
		`POST /v1/tokens {"company":"market","person":"zqpersonmarket","scopes":["read"]}`,
		`POST /v1/tokens {"company":"market","scopes":["everything"]}`,
		`DELETE /v1/tokens/nowhere`,
		`POST /v1/people/zqpersonbuyer/signin-link`, `POST /v1/setup-link`,
		`PUT /v1/companies/added {"kinds":["customer"],"name":"Added"}`,
		`PUT /v1/companies/added {"kinds":["wizard"]}`,
		`PUT /v1/companies/reseller2 {"kinds":["reseller"],"name":"Second"}`,
		`PUT /v1/relations/distributor:reseller2 {"state":"active"}`,
		`PUT /v1/offers/added {"publisher":"contoso","name":{"en":"Added"}}`,
		`PUT /v1/subscriptions/added {"customer":"buyer","offer":"backup","model":"self-serve"}`,
		`PUT /v1/agreements/added {"kind":"customer-agreement","publisher":"contoso","version":1,"from":"2027-01-01"}`,
		`PUT /v1/people/added {"company":"market","name":"Added","email":"added@market.example","roles":["helpdesk-agent"]}`,
		`DELETE /v1/people/added`, `DELETE /v1/subscriptions/added`, `DELETE /v1/offers/added`, `DELETE /v1/agreements/added`,
		`DELETE /v1/relations/distributor:reseller2`, `DELETE /v1/companies/added`, `DELETE /v1/companies/contoso`,
	)
}

// No question makes the server fail, and every answer is as documented.
func TestNoQuestionMakesItFail(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.as("market", "zqpersonmarket", "admin")
	c := readContract(t, h)
	words := rapid.SampledFrom([]string{"", "backup", "zqsubdirect", "zqsubindirect", "buyer", "seller", "market", "billing", "break-fix", "critical", "2026-11-20T10:00:00Z",
		"\u0000", "😀", "'; DROP TABLE offers; --", "../../etc/passwd", strings.Repeat("a", 5000), "%", "请求", "nothing"})
	rapid.Check(t, func(rt *rapid.T) {
		q := url.Values{}
		for _, name := range []string{"q", "offer", "subscription", "customer", "as", "topic", "severity", "at", "about", "limit", "cursor"} {
			if rapid.Bool().Draw(rt, "with "+name) {
				q.Set(name, words.Draw(rt, name))
			}
		}
		path := rapid.SampledFrom([]string{"/v1/who", "/v1/offers", "/v1/companies", "/v1/subscriptions", "/v1/audit", "/v1/rules"}).Draw(rt, "path")
		person := rapid.SampledFrom([]string{"", "zqpersonmarket"}).Draw(rt, "person")
		r, w := h.request(person, "GET", path+"?"+q.Encode(), "")
		if w.Code >= 500 {
			rt.Errorf("%s?%s: %d %s", path, q.Encode(), w.Code, w.Body)
		}
		c.obeys(rt, r, w)
	})
}

// The document is whole in every language.
func TestTheDocumentSpeaksThreeLanguages(t *testing.T) {
	for _, lang := range i18n.Langs() {
		doc := newDocument(i18n.For(lang))
		for _, e := range routes() {
			op := operation(doc, e.line())
			if op.Summary == "" || strings.HasPrefix(op.Summary, "api.") {
				t.Errorf("%s: %s has no sentence", lang, op.OperationID)
			}
			for _, param := range op.Parameters {
				if param.Description == "" {
					t.Errorf("%s: %s: the parameter %s has no sentence", lang, op.OperationID, param.Name)
				}
			}
		}
	}
}
