package api

import (
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/wire"
)

// The words an outsider may read all the same, with the reason.
var readable = map[string][]string{
	// The partner terms and contacts of a partner are how it is reached by those
	// who deal with it; a partner sees support contacts of what it may sell (S31),
	// and the marketplace's door for partners (S21).
	// What a company needs to know is for those who could send it a case: who sees
	// the company, as all do who may buy or sell what it has published (spec 2
	// section 4).
	"otheragent":  {"zqsupportname", "zqsupportmail", "zqentrypartner", "zqofferexternal", "zqfield", "zqfieldlabel"},
	"otherperson": {"zqfield", "zqfieldlabel"},
	"rivalowner":  {"zqentrypublisher"}, // its own door (S22)
}

// The support profile of a company that one can meet is how to reach it (spec 1
// section 5).
var profiles = []string{"zqpublisherdesk"}

var word = regexp.MustCompile(`zq[a-z]+`)

// planted are the words of the world; a token's random id may look like one.
func planted(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/words.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return word.FindAllString(string(text), -1)
}

// Architecture rule 4: a test calls every read and every route as a foreign
// company and expects nothing.
func TestNoReadTellsOutsidersAWord(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.as("rival", "rivalowner", "admin")
	h.as("other-partner", "otheragent", "admin")
	h.as("other-customer", "otherperson", "admin")
	if r := h.do("", "PUT", "/v1/portal-hosts/zqhost.seller.example", `{"company":"seller"}`, "Authorization", "Bearer "+h.operator()); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	words := planted(t)
	for _, person := range []string{"", "rivalowner", "otheragent", "otherperson"} {
		for _, path := range everyRead() {
			asked := word.FindAllString(path, -1) // an answer may repeat what was asked
			r := h.do(person, "GET", path, "")
			if r.status >= 500 {
				t.Errorf("%q GET %s: %d %s", person, path, r.status, r.body)
			}
			for _, told := range word.FindAllString(r.body, -1) {
				if slices.Contains(words, told) && !slices.Contains(readable[person], told) && (person == "" || !slices.Contains(profiles, told)) && !slices.Contains(asked, told) {
					t.Errorf("%q GET %s: %d tells %s", person, path, r.status, told)
				}
			}
		}
	}
}

// Foreign and missing are the same answer, byte for byte, but for the id that
// was asked for.
func TestForeignIsTheSameAsMissing(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	if r := h.do("", "PUT", "/v1/portal-hosts/help.seller.example", `{"company":"seller"}`, "Authorization", "Bearer "+h.operator()); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	h.as("rival", "rivalowner", "admin")
	h.as("other-customer", "otherperson", "admin")
	for _, person := range []string{"rivalowner", "otherperson"} {
		for foreign, missing := range map[string]string{
			"/v1/subscriptions/zqsubdirect":              "/v1/subscriptions/zqsubnowhere",
			"/v1/agreements/zqsplit":                     "/v1/agreements/zqnone",
			"/v1/relations/distributor:shop":             "/v1/relations/distributor:none",
			"/v1/people/zqpersonseller":                  "/v1/people/zqpersonnobody",
			"/v1/offers/zqdraftoffer":                    "/v1/offers/zqmissingoffer",
			"/v1/offers/zqdraftoffer/details":            "/v1/offers/zqmissingoffer/details",
			"/v1/customers/buyer/sheet":                  "/v1/customers/nobody/sheet",
			"/v1/companies/buyer":                        "/v1/companies/nobody",
			"/v1/who?subscription=zqsubdirect":           "/v1/who?subscription=zqsubnowhere",
			"/v1/who?offer=zqdraftoffer&topic=break-fix": "/v1/who?offer=zqmissingoffer&topic=break-fix",
			"/v1/who?offer=backup&as=buyer":              "/v1/who?offer=backup&as=nobody",
			"/v1/companies/buyer/settings":               "/v1/companies/nobody/settings",
			"/v1/portal-hosts/help.seller.example":       "/v1/portal-hosts/none.seller.example",
			"/v1/events?as=buyer":                        "/v1/events?as=nobody",
			"/v1/stream?as=buyer":                        "/v1/stream?as=nobody",
		} {
			a, b := h.do(person, "GET", foreign, ""), h.do(person, "GET", missing, "")
			if a.status != 404 || b.status != 404 || without(a.body, foreign) != without(b.body, missing) {
				t.Errorf("%s: %s\n%d %s\n%d %s", person, foreign, a.status, a.body, b.status, b.body)
			}
		}
	}
}

// without takes the ids of an address out of a text.
func without(body, path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("/?=&:", r) })
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) }) // zqoffer before offer
	for _, part := range parts {
		body = strings.ReplaceAll(body, part, "ID")
	}
	return body
}

// everyRead lists every GET of the list for every object of the world, lists
// with each filter, and questions about everything.
func everyRead() []string {
	ids := map[string][]string{
		"companies":     {"market", "contoso", "seller", "distributor", "shop", "buyer"},
		"relations":     {"distributor:shop"},
		"offers":        {"backup", "zqdraftoffer", "zqprivateoffer"},
		"subscriptions": {"zqsubdirect", "zqsubindirect"},
		"agreements":    {"terms", "zqpartnerterms", "zqsplit"},
		"people":        {"zqpersonmarket", "zqpersoncontoso", "zqpersonseller", "zqpersonbuyer"},
		"customers":     {"buyer", "seller"},
		"tokens":        {"zqtoken"},
		"portal-hosts":  {"zqhost.seller.example"},
		"intake-forms":  {"contoso:break-fix:1", "nowhere:break-fix:1"},
	}
	var out []string
	for _, e := range routes() {
		l := e.line()
		if l.Method != get || l.Path == "/v1/stream" { // it never ends; it reads what /v1/events reads, see internal/server
			continue
		}
		noun := strings.Split(l.Path, "/")[2]
		if !strings.Contains(l.Path, "{id}") {
			out = append(out, l.Path)
			continue
		}
		for _, id := range ids[noun] {
			out = append(out, strings.ReplaceAll(l.Path, "{id}", url.PathEscape(id)))
		}
	}
	for _, q := range []string{"q=zq", "q=Backup", "publisher=contoso", "customer=buyer", "seller=seller", "provider=distributor", "reseller=shop", "company=contoso", "kind=customer", "status=draft"} {
		for _, noun := range []string{"companies", "relations", "offers", "subscriptions", "agreements", "people"} {
			out = append(out, "/v1/"+noun+"?"+q)
		}
	}
	for _, name := range append(wire.Reports(), "none") {
		out = append(out, "/v1/reports/"+name, "/v1/reports/"+name+"?week=2026-W47&format=csv", "/v1/reports/"+name+"?week=2027-W47", "/v1/reports/"+name+"?format=pdf")
	}
	out = append(out, "/v1/intake-forms?company=contoso", "/v1/intake-forms?company=contoso&history=true", "/v1/intake-forms?company=nowhere", "/v1/cases?view=needs-us", "/v1/cases?view=needs-them", "/v1/cases?q=with:nobody", "/v1/cases?limit=1&cursor=wrong", "/v1/search?q=zq", "/v1/search?q=due:whenever")
	for _, topic := range []string{"billing", "break-fix", "security", "abuse", "support-split", "contact-details", "sales-material", "partner-terms"} {
		for _, about := range []string{"offer=backup", "offer=zqprivateoffer", "subscription=zqsubdirect", "subscription=zqsubindirect", "offer=backup&customer=buyer", "offer=backup&as=seller", "offer=backup&about=seller"} {
			out = append(out, "/v1/who?topic="+topic+"&"+about)
		}
	}
	return out
}

// Every route says what it needs and what it serves.
func TestEveryRouteDeclaresWhatItNeeds(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range routes() {
		l := e.line()
		if l.Needs == "" || l.Statement == "" || l.Name == "" {
			t.Errorf("%s: %+v", l.pattern(), l)
		}
		if seen[l.Name] || seen[l.pattern()] {
			t.Errorf("%s %s stands twice", l.Name, l.pattern())
		}
		seen[l.Name], seen[l.pattern()] = true, true
		if l.Method != get && l.Open && l.Path != "/v1/who" && l.Path != "/v1/message" && l.Path != "/v1/topics" {
			t.Errorf("%s changes something and is open", l.pattern())
		}
	}
}

// Without a credential, and with one that does not reach far enough, nothing
// but the open routes answers.
func TestScopesAreKept(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.as("market", "zqpersonmarket", "who")
	for _, e := range routes() {
		l := e.line()
		path := strings.NewReplacer("{id}", "backup", "{role}", "support").Replace(l.Path)
		if r := h.do("", l.Method, path, "{}"); l.Open == (r.status == 401) {
			t.Errorf("signed out %s: %d", l.pattern(), r.status)
		}
		r := h.do("zqpersonmarket", l.Method, path, "{}")
		if refused := r.status == 403 && strings.Contains(r.body, "denied.scope"); refused != (l.Needs != access.ScopeAnswers) {
			t.Errorf("scope who, %s needs %s: %d %s", l.pattern(), l.Needs, r.status, r.body)
		}
	}
}
