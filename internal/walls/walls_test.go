//go:build unix

package walls

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/wire"
)

// channel is a way by which words leave. It is tried by every actor; what came
// back is scanned byte by byte. A new way gets a line here.
type channel struct {
	name  string
	reach func(w *world, a actor, show func(answer))
}

var channels = []channel{
	{"every route of /v1, read", func(w *world, a actor, show func(answer)) { w.routes(a, true, show) }},
	{"every route of /v1, written", func(w *world, a actor, show func(answer)) { w.routes(a, false, show) }},
}

// A company sees exactly what the audience of each event allows: no more by any
// page, list, count or error (invariant 6), and no less.
func TestNobodyIsToldAWordThatWasNotWrittenForHim(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		inStory := len(w.words)
		w.play(story...)
		if len(w.words)-inStory < 60 {
			t.Fatalf("the story writes %d words", len(w.words)-inStory)
		}
		w.arrange()
		w.relay()
		w.pressed()
		for _, c := range channels {
			for _, a := range actors {
				w.t.Run(c.name+"/"+a.kind, func(t *testing.T) {
					defer func(before *testing.T) { w.t = before }(w.t)
					w.t = t
					c.reach(w, a, func(got answer) { w.scan(a.letter, got) })
				})
			}
		}
		w.everybodyReadsHis()
		if words := marked(w.log.String()); len(words) > 0 {
			t.Errorf("the log tells %s: %.300s", words[0], around(w.log.String(), words[0]))
		}
	})
}

// A search finds a word for those alone for whom it was written; the number of
// finds tells the others nothing.
func TestNobodyFindsAWordThatWasNotWrittenForHim(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		finds := 0
		for word, who := range w.words {
			if !w.ofCases(word) {
				continue
			}
			for _, a := range actors {
				got := w.do(a.letter, "GET", "/v1/search?q="+word, "")
				found := strings.Contains(got.body, `"number"`)
				if may := slices.Contains(strings.Fields(who), a.letter); found && !may {
					t.Errorf("%s finds %s, which is for %s: %.200s", a.letter, word, who, got.body)
				}
				if found {
					finds++
				}
			}
		}
		if finds < 100 {
			t.Errorf("%d finds: this test says little", finds)
		}
	})
}

// everybodyReadsHis: hiding everything is no way to pass. Each word of the
// cases is read by each of those for whom it was written, and of the directory
// by somebody.
func (w *world) everybodyReadsHis() {
	for word, who := range w.words {
		for _, letter := range strings.Fields(who) {
			if !w.told[letter][word] && w.ofCases(word) {
				w.t.Errorf("%s is not told %s, which is for %s", letter, word, who)
			}
		}
	}
}

// ofCases tells the words of the story from those of the world file.
func (w *world) ofCases(word string) bool {
	return word > w.lastOfWorld && strings.HasPrefix(word, "zq")
}

// What a company does for itself, or after another has left, moves nothing of
// what that other reads: no number, no time, no head, no clock. Where it moves
// what is common to all on the case, they read that it did, and nothing else.
func TestWhatIsHiddenMovesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		for _, tc := range []struct {
			reader, at, acts, method, does string
			moves                          bool
		}{
			{"C", "{B}", "R", "POST", `/messages {"text":"a note"}`, false},
			{"C", "{B}", "R", "PATCH", ` {"assignee":"somebody"}`, true},
			{"C", "{H}", "R", "POST", `/messages {"text":"between us","audience":["wallsprov"]}`, false},
			{"R", "{H}", "C", "PATCH", ` {"assignee":"somebody"}`, false},
			{"P", "{L}", "R", "POST", `/messages {"text":"for the customer","audience":["customer"],"wait":true}`, false},
			{"P", "{L}", "R", "PATCH", ` {"reference":"another"}`, false},
			{"P", "{L}", "C", "POST", `/confirm {"text":"it works"}`, false},
			{"P", "{L}", "C", "POST", `/reopen {"text":"it does not"}`, false},
			{"B", "{J}", "P", "POST", `/messages {"text":"between us","audience":["wallsres"]}`, true},
			{"C", "{B}", "R", "PATCH", `/labels {"add":["a label"]}`, false},
			{"C", "{B}", "R", "PUT", `/snooze {"until":"2026-12-20T11:00:00Z"}`, false},
			{"C", "{B}", "R", "DELETE", `/snooze `, false},
			{"P", "{A}", "R", "PATCH", `/labels {"add":["a label"]}`, false},
		} {
			w.clock.pass(time.Minute)
			before := w.everything(tc.reader, w.put(tc.at))
			path, body, _ := strings.Cut(tc.does, " ")
			if a := w.do(tc.acts, tc.method, "/v1/cases/"+w.put(tc.at)+path, body); a.status >= 300 {
				t.Fatalf("%+v: %d %s", tc, a.status, a.body)
			}
			after := w.everything(tc.reader, w.put(tc.at))
			if moved := strings.Count(after, `"kind":"moved","by":null,"via":"system"`) > strings.Count(before, `"kind":"moved"`); moved != tc.moves || !moved && after != before {
				t.Errorf("%+v shows:\n%s\n%s", tc, before, after)
			}
		}
	})
}

// everything that one company reads of a case at an instant.
func (w *world) everything(letter, number string) string {
	w.t.Helper()
	var out strings.Builder
	for _, of := range []string{"", "/timeline", "/clocks"} {
		a := w.do(letter, "GET", "/v1/cases/"+number+of, "", "X-Request-Id", "one")
		if a.status != 200 {
			w.t.Fatalf("%s reads %s: %d %s", letter, of, a.status, a.body)
		}
		out.WriteString(a.all)
	}
	return out.String()
}

// Foreign and missing are the same answer, byte for byte, but for the number.
func TestAForeignCaseAnswersLikeNone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		for _, tc := range []struct{ letters, foreign, none string }{
			{"P B O S V X W", "{B}", "00000000018"}, {"B O S V X W", "{L}", "00000000018"}, {"C R P O S X", "{D}", "00000000018"}, {"C R P B O S V X W", "no-number-at-all", "00000000018"},
			{"P B O S V X W", "{B}-abcdefgh", "00000000018-abcdefgh"}, {"B O S V X W", "{L.h}", "00000000018-abcdefgh"},
		} {
			foreign := w.put(tc.foreign)
			for route, row := range rows {
				method, path, _ := strings.Cut(route, " ")
				handoff := strings.Contains(path, "handoffs/{id}")
				if !handoff && !strings.Contains(path, "{n}") || handoff != strings.Contains(tc.none, "-") {
					continue
				}
				for _, letter := range strings.Fields(tc.letters) {
					ask := func(id string) string {
						a := w.do(letter, method, strings.NewReplacer("{n}", id, "{id}", id).Replace(path), row.body, "X-Request-Id", "one")
						return lengths.ReplaceAllString(strings.ReplaceAll(a.all, id, "ID"), "") // an answer that repeats a longer number is longer
					}
					if a, b := ask(foreign), ask(tc.none); a != b {
						t.Errorf("%s %s %s:\n%s\n%s", letter, route, tc.foreign, a, b)
					}
				}
			}
		}
	})
}

var lengths = regexp.MustCompile(`Content-Length: [0-9]+\r\n`)

// A route without a row in the matrix is a hole in the wall.
func TestEveryRouteHasARow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		routes := w.listed()
		for _, route := range routes {
			if _, ok := rows[route]; !ok {
				t.Errorf("%s has no row: say what is asked of it", route)
			}
		}
		for route := range rows {
			if !slices.Contains(routes, route) {
				t.Errorf("%s has a row and is no route", route)
			}
		}
	})
}

// listed are the routes of the product's own document, and its pages about
// itself.
func (w *world) listed() (out []string) {
	w.t.Helper()
	var doc struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(w.do("-", "GET", "/v1/openapi.json", "").body), &doc); err != nil {
		w.t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for method := range methods {
			out = append(out, strings.ToUpper(method)+" "+path)
		}
	}
	return append(out, "GET /v1/openapi.json", "GET /v1/docs", "GET /healthz", "GET /readyz")
}

// routes asks every route about everything there is.
func (w *world) routes(a actor, reads bool, show func(answer)) {
	for _, route := range slices.Sorted(maps.Keys(rows)) {
		row := rows[route]
		method, path, _ := strings.Cut(route, " ")
		if reads != (method == "GET") {
			continue
		}
		for _, at := range w.places(path) {
			for _, query := range row.queries() {
				if method == "GET" {
					show(w.do(a.letter, method, at+query, "", "Accept-Language", "ja"))
					continue
				}
				body := w.put(row.body)
				show(w.do(a.letter, method, at+query, body, "If-Match", `"999"`, "Idempotency-Key", "of-"+a.company))
				if !row.keep {
					show(w.do(a.letter, method, at+query, body))
				}
			}
		}
	}
}

// row says what is asked of a route: with each query, with this body. Keep is
// for what would take something away: it is tried with a version that cannot be.
type row struct {
	with string // queries, one a line
	body string
	keep bool
}

func (r row) queries() []string { return strings.Split(r.with, "\n") }

// ids are what a path can name: own, of the same chain, of rivals, and of
// nobody.
var ids = map[string]string{
	"companies": "wallsop wallspub wallsprov wallsres wallssup wallscust wallsriv wallsrpub wallsother wallsself wallsnone", "relations": "wallsprov:wallsres wallsnone:wallsres",
	"offers": "backup vault wallsdraft wallsnext wallsnone", "agreements": "terms op-terms resterms provterms wallssplit wallsface wallsnone", "subscriptions": "wallssub wallsosub wallsfsub wallsysub wallsnone",
	"people": "wallspc wallspr wallspp wallspb wallspo wallsps wallspv wallspx wallspw wallspy wallsnone", "customers": "wallscust wallsother wallsself wallsnone", "tokens": "nowhere",
	"portal-hosts": "help.wallsres.example none.wallsres.example",
	"intake-forms": "wallspub:break-fix:1 wallspub:break-fix:2 wallsprov:all:1 wallsnone:break-fix:1",
	"held":         "none",
	"cases":        "{A} {B} {L} {H} {J} {S} {E} {F} {G} {K} {Y} {D} 00000000018 nonsense",
	"handoffs":     "{A.h} {L.h} {H.h} {J.h} {F.h} {D.h} {A} {B} 00000000018-abcdefgh nonsense",
}

func (w *world) places(path string) (out []string) {
	noun := strings.Split(path, "/")[min(2, strings.Count(path, "/"))]
	if before, after, ok := strings.Cut(path, "{file}"); ok { // one's own number of an event
		for n := range 48 {
			out = append(out, w.places(before+strconv.Itoa(n)+after)...)
		}
		return out
	}
	if before, ok := strings.CutSuffix(path, "/macros/{id}"); ok && noun == "cases" {
		for _, id := range macroIDs() {
			out = append(out, w.places(before+"/macros/"+id)...)
		}
		return out
	}
	if before, after, ok := strings.Cut(path, "{name}"); ok {
		for _, name := range append(wire.Reports(), "none") {
			out = append(out, before+name+after)
		}
		return out
	}
	at := strings.NewReplacer("{n}", "{id}", "{role}", "support").Replace(path)
	if !strings.Contains(at, "{id}") {
		return []string{at}
	}
	names := strings.Fields(w.put(ids[noun]))
	switch noun {
	case "views":
		names = w.savedViews()
	case "macros":
		names = macroIDs()
	}
	for _, id := range names {
		out = append(out, strings.ReplaceAll(at, "{id}", url.PathEscape(id)))
	}
	return out
}

const filters = "?limit=200\n?q=walls\n?q=zq0\n?company=wallsprov\n?customer=wallscust\n?seller=wallsprov\n?provider=wallsprov\n?reseller=wallsres\n?publisher=wallspub\n?partner=wallsres"

var questions = strings.Join([]string{
	"?offer=backup&topic=break-fix", "?offer=backup&topic=billing", "?offer=backup&topic=sales-material", "?offer=backup&topic=security", "?offer=backup&q=zq",
	"?subscription=wallssub&topic=break-fix", "?subscription=wallssub&topic=how-to", "?subscription=wallssub&topic=billing", "?subscription=wallsosub&topic=break-fix",
	"?offer=backup&customer=wallscust&topic=break-fix", "?offer=backup&as=wallsres&topic=break-fix", "?subscription=wallssub&topic=abuse&about=wallsprov", "?offer=wallsdraft&topic=break-fix",
	"?subscription=wallsfsub&topic=break-fix", "?subscription=wallsfsub&topic=billing", "?subscription=wallsfsub&topic=how-to", "?offer=vault&customer=wallscust&topic=billing", "?subscription=wallsysub&topic=break-fix", "?subscription=wallsysub&topic=billing",
}, "\n")

// rows is the matrix beside the actors: a line for every route.
var rows = with(map[string]row{
	"GET /v1/who": {with: questions}, "POST /v1/who": {body: `{"subscription":"wallssub","topic":"break-fix"}`},
	"POST /v1/message": {body: `{"subscription":"wallssub","topic":"break-fix"}`}, "POST /v1/topics": {body: `{"subscription":"wallssub","q":"it is broken"}`},
	"GET /v1/offers": {with: filters}, "GET /v1/offers/{id}/details": {}, "POST /v1/offers/{id}/contacts/{role}/verify": {},
	"GET /v1/customers/{id}/sheet": {}, "GET /v1/gaps": {}, "GET /v1/reports/{name}": {with: "\n?week=2026-W47\n?week=2026-W48&format=csv\n?week=none"},
	"POST /v1/agreements":               {body: `{"id":"wallssplit","kind":"support-split","provider":"wallsprov","reseller":"wallsres","from":"2027-01-01"}`, keep: true},
	"POST /v1/agreements/{id}/accept":   {keep: true},
	"POST /v1/agreements/{id}/end":      {keep: true},
	"POST /v1/agreements/{id}/withdraw": {keep: true},
	"GET /v1/rules":                     {with: "\n?version=1\n?version=9"}, "GET /v1/rules/history": {},
	"POST /v1/rules/try": {body: `{"text":"","ask":{"subscription":"wallssub","topic":"break-fix"}}`}, "POST /v1/rules": {body: `{"text":"nonsense"}`},
	"POST /v1/import": {body: `{"switchboard":1,"people":[{"id":"wallspp","company":"wallsnone"}]}`}, "GET /v1/export": {with: "\n?format=jsonl"},
	"GET /v1/tokens": {with: "\n?company=wallsprov"}, "POST /v1/tokens": {body: `{"company":"wallsprov","person":"wallspp","scopes":["read"]}`}, "DELETE /v1/tokens/{id}": {},
	"POST /v1/people/{id}/signin-link": {}, "POST /v1/setup-link": {}, "GET /v1/session": {}, "GET /v1/audit": {with: "?limit=200"}, "GET /v1/doctor": {},
	"POST /v1/doctor/retry": {}, "GET /v1/events": {with: "\n?after=2&limit=200\n?as=wallsprov"}, "GET /v1/stream": {with: "\n?as=wallsprov"},
	"GET /v1/roles": {}, "PUT /v1/roles": {body: `{"text":"nonsense"}`, keep: true},
	"GET /v1/companies/{id}/settings": {}, "PUT /v1/companies/{id}/settings": {body: `{}`, keep: true},
	"GET /v1/portal-hosts": {}, "GET /v1/portal-hosts/{id}": {}, "PUT /v1/portal-hosts/{id}": {body: `{"company":"wallsres"}`, keep: true}, "DELETE /v1/portal-hosts/{id}": {keep: true},
	"POST /v1/offers/{id}/contacts/{role}/approve": {}, "POST /v1/offers/{id}/contacts/{role}/withdraw": {},
	"GET /v1/views": {}, "POST /v1/views": {body: `{"name":"x","query":"is:opne"}`}, "GET /v1/views/{id}": {}, "PUT /v1/views/{id}": {body: `{"name":"x","query":"zq","shared":true}`, keep: true}, "DELETE /v1/views/{id}": {keep: true},
	"GET /v1/macros": {}, "GET /v1/macros/{id}": {}, "PUT /v1/macros/{id}": {body: `{"name":"x","audience":"internal","text":{"en":"x"}}`, keep: true}, "DELETE /v1/macros/{id}": {keep: true},
	"GET /v1/cases/{n}/macros/{id}": {},
	"POST /v1/cases/{n}/files":      {with: "?name=x&audience=wallsriv\n?name=.env&audience=all", body: `{}`}, "GET /v1/cases/{n}/files/{file}": {},
	"GET /v1/cases/{n}/files/{file}/preview": {},
	"GET /v1/intake-forms":                   {with: "\n?history=true\n?company=wallspub\n?company=wallspub&history=true\n?company=wallspub&topic=break-fix\n?company=wallsprov&history=true\n?company=wallsnone\n?topic=nonsense"},
	"GET /v1/intake-forms/{id}":              {}, "POST /v1/intake-forms": {body: `{"company":"wallspub","topic":"nonsense","fields":[]}`},
	"GET /v1/openapi.json": {}, "GET /v1/docs": {}, "GET /healthz": {}, "GET /readyz": {},

	"POST /v1/cases":                   {body: `{"subscription":"wallssub","topic":"break-fix","subject":"x","text":"y","follows":"{D}"}`},
	"GET /v1/cases":                    {with: "\n?limit=200\n?view=needs-us\n?view=done\n?view=zq000z\n?view=snoozed\n?q=-label:none\n?q=with:wallsprov\n?q=from:wallsres\n?q=zq"},
	"GET /v1/search":                   {with: "?q=zq\n?q=walls\n?q=is:open&limit=200"},
	"GET /v1/keys":                     {},
	"GET /v1/verify":                   {},
	"GET /v1/cases/{n}/export":         {},
	"GET /v1/cases/{n}":                {with: "\n?include=timeline,answer\n?include=nonsense"},
	"GET /v1/handoffs":                 {with: "\n?limit=1\n?direction=in\n?direction=out\n?state=open\n?state=declined\n?direction=walls"},
	"PATCH /v1/cases/{n}":              {body: `{"topic":"nonsense"}`},
	"GET /v1/cases/{n}/timeline":       {with: "\n?after=3\n?limit=2\n?before=4&limit=2"},
	"GET /v1/cases/{n}/clocks":         {},
	"PATCH /v1/cases/{n}/labels":       {body: `{"remove":["none"]}`},
	"PUT /v1/cases/{n}/snooze":         {body: `{"until":"2001-01-01T00:00:00Z"}`},
	"DELETE /v1/cases/{n}/snooze":      {},
	"GET /v1/labels":                   {},
	"GET /v1/held":                     {},
	"DELETE /v1/held/{id}":             {keep: true},
	"POST /v1/cases/{n}/messages":      {body: `{"text":"x","audience":["wallsriv"],"answers":2}`},
	"POST /v1/cases/{n}/handoffs":      {body: `{"to":"wallspub","summary":"x","preview":true}`},
	"POST /v1/cases/{n}/propose":       {body: `{}`},
	"POST /v1/cases/{n}/confirm":       {body: `{}`},
	"POST /v1/cases/{n}/reject":        {body: `{}`},
	"POST /v1/cases/{n}/close":         {body: `{"reason":"no-answer"}`},
	"POST /v1/cases/{n}/reopen":        {body: `{}`},
	"POST /v1/handoffs/{id}/withdraw":  {body: `{}`},
	"POST /v1/handoffs/{id}/accept":    {body: `{}`},
	"POST /v1/handoffs/{id}/decline":   {body: `{"reason":"other","other":"wallsprov"}`},
	"POST /v1/handoffs/{id}/ask":       {body: `{}`},
	"POST /v1/handoffs/{id}/answer":    {body: `{}`},
	"POST /v1/handoffs/{id}/join":      {body: `{}`},
	"POST /v1/handoffs/{id}/pass-on":   {body: `{"to":"wallsriv","summary":"x"}`},
	"POST /v1/handoffs/{id}/give-back": {body: `{}`},
	"POST /v1/handoffs/{id}/reclaim":   {body: `{}`},
	"POST /v1/handoffs/{id}/update":    {body: `{"audience":["wallsprov"]}`},
},
	nounRows("companies", `{"kinds":["customer"],"name":"x"}`), nounRows("relations", `{"state":"active"}`), nounRows("offers", `{"publisher":"wallspub","name":"x"}`),
	nounRows("subscriptions", `{"customer":"wallscust","offer":"backup","model":"self-serve"}`), nounRows("agreements", `{"kind":"customer-agreement","publisher":"wallspub","version":1,"from":"2027-01-01"}`),
	nounRows("people", `{"company":"wallsprov","name":"x"}`))

func nounRows(noun, body string) map[string]row {
	at := "/v1/" + noun
	return map[string]row{"GET " + at: {with: filters}, "GET " + at + "/{id}": {}, "PUT " + at + "/{id}": {body: body, keep: true}, "DELETE " + at + "/{id}": {keep: true}}
}

func with(all map[string]row, more ...map[string]row) map[string]row {
	for _, m := range more {
		for route, r := range m {
			all[route] = r
		}
	}
	return all
}
