package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/i18n"
	"switchboard/wire"
)

// The parameters that are let in are those of the document, of every route.
func TestTheDocumentNamesTheParametersThatAreLetIn(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.operator()
	doc := newDocument(i18n.For(i18n.English))
	some := 0
	for _, e := range routes() {
		l := e.line()
		var documented []string
		for _, p := range operation(doc, l).Parameters {
			if p.In == "query" {
				documented = append(documented, p.Name)
			}
		}
		slices.Sort(documented)
		some += len(documented)
		p := h.askedWrongly(l, "zzzzzzzzzz")
		for _, name := range documented {
			if !strings.Contains(p.Detail, name) {
				t.Errorf("%s: %q does not name %s", l.Name, p.Detail, name)
			}
			if got := h.problemOf(l, name+"="); strings.HasPrefix(got.Code, "parameter.") {
				t.Errorf("%s refuses its %s: %+v", l.Name, name, got)
			}
		}
		if p.Status != 400 || !strings.Contains(p.Detail, "zzzzzzzzzz") || (p.Code == "parameter.none") != (len(documented) == 0) {
			t.Errorf("%s: %+v", l.Name, p)
		}
	}
	if some < 40 {
		t.Errorf("%d parameters: this test says little", some)
	}
}

func TestAnUnknownParameterIsToldWithTheNearest(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	h.operator()
	for query, want := range map[string]string{
		"limt=5":          "This address has no parameter “limt”. Did you mean “limit”? Correct its name or leave it out; possible here are cursor, limit, q and view.",
		"limit=5&Limit=6": "This address has no parameter “Limit”. Did you mean “limit”? Correct its name or leave it out; possible here are cursor, limit, q and view.",
		"with=us":         "This address has no parameter “with”. Correct its name or leave it out; possible here are cursor, limit, q and view.",
		"a%E2%80%AEb%00" + strings.Repeat("x", 99): "This address has no parameter “ab" + strings.Repeat("x", 62) + "…”. Correct its name or leave it out; possible here are cursor, limit, q and view.",
	} {
		got := h.problemAt("GET", "/v1/cases?"+query)
		if got.Status != 400 || got.Code != "parameter.unknown" || got.Detail != want {
			t.Errorf("%s: %+v", query, got)
		}
	}
	if got := h.problemAt("GET", "/v1/cases/1?include=timeline&after=3"); got.Detail != "This address has no parameter “after”. Correct its name or leave it out; possible here are include." {
		t.Errorf("%+v", got)
	}
}

// askedWrongly asks a route for what it does not read.
func (h *house) askedWrongly(l line, name string) wire.Problem { return h.problemOf(l, name+"=1") }

func (h *house) problemOf(l line, query string) wire.Problem {
	at := strings.NewReplacer("{id}", "none", "{n}", "1", "{role}", "support", "{file}", "1").Replace(l.Path)
	if l.Stream && l.Method == get && !strings.Contains(query, "zzz") {
		return wire.Problem{} // it has no end
	}
	return h.problemAt(l.Method, at+"?"+query)
}

func (h *house) problemAt(method, at string) (p wire.Problem) {
	h.t.Helper()
	got := h.do("zqpersonmarket", method, at, "")
	if got.status < 300 || got.body == "" {
		return p
	}
	if err := json.Unmarshal([]byte(got.body), &p); err != nil || p.Status != got.status {
		h.t.Fatalf("%s %s: %d %s", method, at, got.status, got.body)
	}
	return p
}
