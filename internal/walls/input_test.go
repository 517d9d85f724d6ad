//go:build unix

package walls

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"switchboard/internal/i18n"
	"switchboard/wire"
)

// bad is what comes in wrongly: one clear problem, and nothing half-done.
type bad struct {
	what, who, method, path, body string
	first                         []string // played before
	header                        []string
	status                        int
	code                          string // of the problem, or of its first field
}

// ready is played before the bad input comes.
var ready = []string{
	`N: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"s","text":"t"}`,
	`N: R POST /v1/cases/{N}/handoffs {"to":"wallsprov","summary":"s"}`,
	`M: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"s","text":"t"}`,
	`M: R POST /v1/cases/{M}/handoffs {"to":"wallsprov","summary":"s"}`,
	`M: P POST /v1/handoffs/{M.h}/accept {"person":"p"}`,
}

var marksAlone = "e" + strings.Repeat("\u0301", 10_000)

// badInput is the list; docs/bad-input.md is written from it.
var badInput = []bad{
	{what: "a stale version", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"x"}`, header: []string{"If-Match", `"1"`}, status: 412, code: "case.changed"},
	{what: "a version that is none", who: "R", method: "PATCH", path: "/v1/cases/{B}", body: `{"reference":"x"}`, header: []string{"If-Match", `"soon"`}, status: 412, code: "stale.etag"},
	{what: "If-None-Match on a case that exists", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"x"}`, header: []string{"If-None-Match", "*"}, status: 412, code: "case.changed"},
	{what: "a handoff to oneself", who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: `{"to":"wallsres","summary":"s"}`, status: 422, code: "handoff.to-oneself"},
	{what: "a handoff to the customer", who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: `{"to":"wallscust","summary":"s"}`, status: 422, code: "handoff.to-customer"},
	{what: "a handoff to a company that is not on the chain", who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: `{"to":"wallsriv","summary":"s"}`, status: 404, code: "handoff.not-on-chain"},
	{what: "a handoff to nobody", who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: `{"summary":"s"}`, status: 404, code: "handoff.not-on-chain"},
	{what: "a handoff without a summary", who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: `{"to":"wallsprov"}`, status: 422, code: "invalid.required"},
	{what: "a handoff with a message that one does not see", who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: `{"to":"wallsprov","summary":"s","messages":[99]}`, status: 404, code: "not-found.message"},
	{what: "a second handoff beside an open one", who: "R", method: "POST", path: "/v1/cases/{N}/handoffs", body: `{"to":"wallspub","summary":"s"}`, status: 409, code: "handoff.open"},
	{what: "a handoff by who does not own the case", who: "P", method: "POST", path: "/v1/cases/{N}/handoffs", body: `{"to":"wallspub","summary":"s"}`, status: 409, code: "case.not-owner"},
	{what: "a preview of what cannot be", who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: `{"to":"wallsriv","summary":"s","preview":true}`, status: 404, code: "handoff.not-on-chain"},
	{what: "accepting what one sent", who: "R", method: "POST", path: "/v1/handoffs/{N.h}/accept", body: `{}`, status: 404, code: "not-found.handoff"},
	{what: "withdrawing what one was sent", who: "P", method: "POST", path: "/v1/handoffs/{N.h}/withdraw", body: `{}`, status: 404, code: "not-found.handoff"},
	{what: "accepting after a withdrawal", who: "P", method: "POST", path: "/v1/handoffs/{A.h}/accept", body: `{}`, status: 409, code: "handoff.over"},
	{what: "accepting what was declined", who: "P", method: "POST", path: "/v1/handoffs/{L.h}/accept", body: `{}`, status: 404, code: "not-found.handoff"},
	{what: "answering what was not asked", who: "R", method: "POST", path: "/v1/handoffs/{N.h}/answer", body: `{"text":"x"}`, status: 409, code: "handoff.not-asked"},
	{what: "asking nothing", who: "P", method: "POST", path: "/v1/handoffs/{N.h}/ask", body: `{}`, status: 422, code: "invalid.required"},
	{what: "declining without evidence", who: "P", method: "POST", path: "/v1/handoffs/{N.h}/decline", body: `{"reason":"other"}`, status: 422, code: "invalid.required"},
	{what: "declining for no listed reason", who: "P", method: "POST", path: "/v1/handoffs/{N.h}/decline", body: `{"reason":"monday","evidence":"x"}`, status: 422, code: "handoff.unknown-reason"},
	{what: "an update promised for the past", who: "R", method: "POST", path: "/v1/handoffs/{B}/update", body: `{"text":"x","next":"2001-01-01T00:00:00Z"}`, status: 422, code: "invalid.past"},
	{what: "reclaiming too early", who: "R", method: "POST", path: "/v1/handoffs/{J}/reclaim", body: `{"reason":"x"}`, status: 409, code: "case.reclaim-early"},
	{what: "confirming nothing", who: "C", method: "POST", path: "/v1/cases/{B}/confirm", body: `{}`, status: 409, code: "case.nothing-proposed"},
	{what: "closing for no listed reason", who: "R", method: "POST", path: "/v1/cases/{B}/close", body: `{"reason":"monday"}`, status: 422, code: "case.unknown-reason"},
	{what: "reopening what is open", who: "C", method: "POST", path: "/v1/cases/{B}/reopen", body: `{"text":"x"}`, status: 409, code: "case.not-closed"},
	{what: "two changes in one request", who: "R", method: "PATCH", path: "/v1/cases/{B}", body: `{"reference":"x","assignee":"y"}`, status: 422, code: "case.one-change"},
	{what: "no change", who: "R", method: "PATCH", path: "/v1/cases/{B}", body: `{}`, status: 422, code: "case.one-change"},
	{what: "a message to a rival", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"x","audience":["wallsriv"]}`, status: 422, code: "message.not-on-case"},
	{what: "an answer for more than the question", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"x","audience":["customer"],"answers":2}`, status: 422, code: "message.audience-wider"},
	{what: "an empty message", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":""}`, status: 422, code: "invalid.required"},
	{what: "a message by carrier pigeon", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"x","via":"pigeon"}`, status: 422, code: "field.choice"},
	{what: "NUL, escaped", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"a\u0000b"}`, status: 422, code: "json.nul"},
	{what: "NUL, raw", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: "{\"text\":\"a\x00b\"}", status: 422, code: "json.syntax"},
	{what: "half a surrogate", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"\ud83d"}`, status: 422, code: "json.surrogate"},
	{what: "no UTF-8", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: "{\"text\":\"\xff\"}", status: 422, code: "json.utf8"},
	{what: "a line of 1 MB", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"` + strings.Repeat("a", 1<<20) + `"}`, status: 422, code: "json.too-large"},
	{what: "a line of nearly 1 MB", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"` + strings.Repeat("a", 1<<20-100) + `"}`, status: 422, code: "field.too-long"},
	{what: "a subject of a whole text", who: "C", method: "POST", path: "/v1/cases", body: `{"subscription":"wallssub","topic":"break-fix","subject":"` + strings.Repeat("s", 301) + `","text":"t"}`, status: 422, code: "field.too-long"},
	{what: "a fact under a name of direction marks", who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: "{\"to\":\"wallsprov\",\"summary\":\"s\",\"facts\":{\"ten\u202eant\":\"x\"}}", status: 422, code: "field.unknown"},
	{what: "an unknown field", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"txet":"x"}`, status: 422, code: "field.unknown-near"},
	{what: "a field twice", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"x","text":"y"}`, status: 422, code: "json.duplicate-key"},
	{what: "10,000 combining marks in one field, and another field too long", who: "R", method: "PATCH", path: "/v1/cases/{B}", body: `{"reference":"` + marksAlone + `","reason":"` + strings.Repeat("r", 301) + `"}`, status: 422, code: "field.too-long"},

	{what: "accepting twice", who: "P", method: "POST", path: "/v1/handoffs/{M.h}/accept", body: `{}`, status: 409, code: "handoff.over"},
	{what: "a severity that is none", who: "R", method: "PATCH", path: "/v1/cases/{B}", body: `{"severity":"apocalyptic"}`, status: 422, code: "invalid.unknown-severity"},
	{what: "a pause until yesterday", who: "R", method: "PATCH", path: "/v1/cases/{B}", body: `{"on_hold":"2001-01-01T00:00:00Z","reason":"x"}`, status: 422, code: "invalid.past"},
	{what: "a snooze until yesterday", who: "R", method: "PUT", path: "/v1/cases/{B}/snooze", body: `{"until":"2001-01-01T00:00:00Z"}`, status: 422, code: "snooze.past"},
	{what: "a snooze for a century", who: "R", method: "PUT", path: "/v1/cases/{B}/snooze", body: `{"until":"2126-01-01T00:00:00Z"}`, status: 422, code: "snooze.too-far"},
	{what: "a snooze until never", who: "R", method: "PUT", path: "/v1/cases/{B}/snooze", body: `{}`, status: 422, code: "snooze.past"},
	{what: "a label of spaces", who: "R", method: "PATCH", path: "/v1/cases/{B}/labels", body: `{"add":["  "]}`, status: 422, code: "label.empty"},
	{what: "a label of 41 characters", who: "R", method: "PATCH", path: "/v1/cases/{B}/labels", body: `{"add":["` + strings.Repeat("l", 41) + `"]}`, status: 422, code: "field.too-long"},
	{what: "a label with quotation marks", who: "R", method: "PATCH", path: "/v1/cases/{B}/labels", body: `{"add":["a \"b\" c"]}`, status: 422, code: "label.invalid"},
	{what: "twenty-one labels", who: "R", method: "PATCH", path: "/v1/cases/{B}/labels", body: `{"add":["` + strings.Join(strings.Split("abcdefghijklmnopqrstu", ""), `","`) + `"]}`, status: 409, code: "label.too-many"},
	{what: "a date that is none", who: "R", method: "PATCH", path: "/v1/cases/{B}", body: `{"on_hold":"tomorrow","reason":"x"}`, status: 422, code: "json.type"},
	{what: "a case of a foreign subscription", who: "C", method: "POST", path: "/v1/cases", body: `{"subscription":"wallsosub","topic":"break-fix","subject":"s","text":"t"}`, status: 404, code: "not-found.subscription"},
	{what: "a case on no listed topic", who: "C", method: "POST", path: "/v1/cases", body: `{"subscription":"wallssub","topic":"breakfix","subject":"s","text":"t"}`, status: 422, code: "invalid.unknown-topic"},
	{what: "a case that follows a foreign one", who: "C", method: "POST", path: "/v1/cases", body: `{"subscription":"wallssub","topic":"break-fix","subject":"s","text":"t","follows":"{D}"}`, status: 404, code: "not-found.case"},
	{what: "a list instead of an object", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `[]`, status: 422, code: "json.type"},
	{what: "two objects", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"x"}{"text":"y"}`, status: 422, code: "json.trailing"},
	{what: "half an object", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"x"`, status: 422, code: "json.syntax"},
	{what: "10,000 objects in each other", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: strings.Repeat(`{"text":`, 10_000) + `1` + strings.Repeat(`}`, 10_000), status: 422, code: "json.too-deep"},
	{what: "a number beyond all numbers", who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: `{"to":"wallsprov","summary":"s","messages":[1e999]}`, status: 422, code: "json.syntax"},
	{what: "a key of 300 characters", who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"x"}`, header: []string{"Idempotency-Key", strings.Repeat("k", 300)}, status: 422, code: "idempotency.key"},
	{what: "a key that was used for another request", first: []string{`x: R POST /v1/cases/{B}/messages {"text":"first of the key"} Idempotency-Key used`},
		who: "R", method: "POST", path: "/v1/cases/{B}/messages", body: `{"text":"second of the key"}`, header: []string{"Idempotency-Key", "used"}, status: 409, code: "idempotency.other-body"},
	{what: "a file of a name with NUL", who: "R", method: "POST", path: "/v1/cases/{B}/files?name=a%00b", body: `x`, status: 422, code: "field.nul"},
	{what: "a file without a name", who: "R", method: "POST", path: "/v1/cases/{B}/files", body: `x`, status: 422, code: "file.no-name"},
	{what: "a file whose name is dots", who: "R", method: "POST", path: "/v1/cases/{B}/files?name=a%2F..", body: `x`, status: 422, code: "file.no-name"},
	{what: "a file of a name with 300 letters", who: "R", method: "POST", path: "/v1/cases/{B}/files?name=" + strings.Repeat("n", 300), body: `x`, status: 422, code: "file.name-too-long"},
	{what: "a file for a rival", who: "R", method: "POST", path: "/v1/cases/{B}/files?name=a&audience=wallsriv", body: `x`, status: 422, code: "message.not-on-case"},
	{what: "a search for a state that is none", who: "R", method: "GET", path: "/v1/search?q=is%3Asleeping", status: 422, code: "query.value-unknown"},
	{what: "a parameter with a slip of the pen", who: "R", method: "GET", path: "/v1/cases?limt=5", status: 400, code: "parameter.unknown"},
	{what: "a parameter where there are none", who: "R", method: "GET", path: "/v1/cases/{B}/clocks?limit=5", status: 400, code: "parameter.none"},
	{what: "an audit log after nowhere", who: "R", method: "GET", path: "/v1/audit?cursor=nonsense", status: 422, code: "cursor.invalid"},
	{what: "handoffs after nowhere", who: "R", method: "GET", path: "/v1/handoffs?cursor=open.!.", status: 422, code: "cursor.invalid"},
	{what: "handoffs in a state that is none", who: "R", method: "GET", path: "/v1/handoffs?state=lost", status: 422, code: "field.choice"},
	{what: "a page after nowhere", who: "R", method: "GET", path: "/v1/cases?cursor=nonsense", status: 422, code: "cursor.invalid"},
	{what: "events after a word", who: "R", method: "GET", path: "/v1/events?after=soon", status: 422, code: "field.unreadable"},
	{what: "events after minus one", who: "R", method: "GET", path: "/v1/events?after=-1", status: 422, code: "field.unreadable"},
	{what: "deleting a company that is in use", who: "O", method: "DELETE", path: "/v1/companies/wallsprov", status: 409, code: "conflict.in-use"},
	{what: "a handoff to a company without a live contact", first: []string{`x: O PUT /v1/companies/wallsprov {"kinds":["provider"],"name":"Provider","tz":"Europe/London"}`},
		who: "R", method: "POST", path: "/v1/cases/{B}/handoffs", body: `{"to":"wallsprov","summary":"s"}`, status: 409, code: "handoff.unreachable"},
	{what: "accepting without a live contact", who: "P", method: "POST", path: "/v1/handoffs/{N.h}/accept", body: `{}`, status: 409, code: "handoff.unreachable"},
	{what: "giving back to a company whose relation was removed", first: []string{`x: O DELETE /v1/relations/wallsprov:wallsres {}`},
		who: "P", method: "POST", path: "/v1/handoffs/{M}/give-back", body: `{"text":"x"}`, status: 409, code: "handoff.unreachable"},
}

// A stale version, a handoff to whom it cannot go, a step that comes too late or
// a second time, and words that no store should keep.
func TestBadInputIsRefusedWhole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		w.play(ready...)
		for _, b := range badInput {
			w.before(b.first...)
			w.refused(b)
		}
	})
}

// before plays what comes before a bad input; after the body may stand the name
// and value of a header, and what it makes is not kept.
func (w *world) before(lines ...string) {
	w.t.Helper()
	for _, line := range lines {
		_, rest, _ := strings.Cut(line, ": ")
		parts := strings.SplitN(w.put(rest), " ", 4)
		end := strings.LastIndex(parts[3], "}") + 1
		a := w.do(parts[0], parts[1], parts[2], parts[3][:end], strings.Fields(parts[3][end:])...)
		if a.status >= 300 {
			w.t.Fatalf("%s: %d %s", line, a.status, a.body)
		}
	}
}

// refused plays one bad row in each language: the problem it should give, in
// words of the reader, and no letter changed of anything that anybody reads.
func (w *world) refused(b bad) {
	w.t.Helper()
	before := w.allCases()
	told := map[string]string{}
	for _, lang := range i18n.Langs() {
		told[w.refusedIn(b, string(lang))] = string(lang)
	}
	if len(told) != len(i18n.Langs()) {
		w.t.Errorf("%s is refused in the same words in two languages: %v", b.what, told)
	}
	if after := w.allCases(); after != before {
		w.t.Errorf("%s was refused and changed something", b.what)
	}
}

// refusedIn gives the sentence of the problem.
func (w *world) refusedIn(b bad, lang string) string {
	w.t.Helper()
	a := w.do(b.who, b.method, w.put(b.path), w.put(b.body), append([]string{"Accept-Language", lang}, b.header...)...)
	w.scan(b.who, a)
	var p wire.Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		w.t.Errorf("%s: %d %.300s", b.what, a.status, a.body)
		return lang
	}
	code, sentence := p.Code, p.Detail
	if len(p.Errors) > 0 {
		code, sentence = p.Errors[0].Code, p.Errors[0].Text
	}
	if a.status != b.status || code != b.code || p.Detail == "" || sentence == "" || sentence == code || len(p.Errors) > 1 {
		w.t.Errorf("%s (%s): %d %s, want %d %s: %.300s", b.what, lang, a.status, code, b.status, b.code, a.body)
	}
	return sentence
}

// allCases is what everybody reads of the cases that bad input is aimed at.
func (w *world) allCases() string {
	var out strings.Builder
	for _, of := range []string{"R B", "R N", "R J", "R L", "C B", "C N", "P N", "P J", "P L"} {
		letter, name, _ := strings.Cut(of, " ")
		out.WriteString(w.everything(letter, w.made[name]))
	}
	return out.String()
}

// What only deceives the eye goes, the rest is kept.
func TestWordsAreKeptAsPeopleReadThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(`N: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"s","text":"t"}`)
		for in, want := range map[string]string{
			"bidi \u202e\u2066inside\u2069":        "bidi inside",
			"e" + strings.Repeat("\u0301", 10_000): "é",
			"line\r\nand line":                     "line\nand line",
			"申請 👩‍👩‍👧 ไทย":                         "申請 👩‍👩‍👧 ไทย",
		} {
			body, err := json.Marshal(wire.NewMessage{Text: in, Audience: []string{"customer"}})
			if err != nil {
				t.Fatal(err)
			}
			if a := w.do("R", "POST", w.put("/v1/cases/{N}/messages"), string(body)); a.status != 200 {
				t.Fatalf("%.40q: %d %s", in, a.status, a.body)
			}
			var page wire.Page[wire.CaseEvent]
			if err := json.Unmarshal([]byte(w.do("C", "GET", w.put("/v1/cases/{N}/timeline"), "").body), &page); err != nil {
				t.Fatal(err)
			}
			if got := page.Items[len(page.Items)-1].Text; !strings.HasPrefix(got, want) || len(got) > len(want)+32 {
				t.Errorf("%.40q became %.80q", in, got)
			}
		}
	})
}

// One key, one effect: replayed it is the same answer, with another body a
// conflict; so it is for every POST of a case.
func TestAKeyHasOneEffect(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(`N: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"s","text":"t"}`)
		steps := []string{
			`R /v1/cases/{N}/messages {"text":"once","audience":["customer"]}`,
			`R /v1/cases/{N}/handoffs {"to":"wallsprov","summary":"once"}`,
			`P /v1/handoffs/{N.h}/accept {"next":"2026-11-21T11:00:00Z"}`,
			`P /v1/handoffs/{N}/give-back {"text":"once"}`,
			`R /v1/handoffs/{N.h}/accept {}`,
			`R /v1/cases/{N}/propose {"text":"once"}`,
			`C /v1/cases/{N}/confirm {}`,
			`C /v1/cases/{N}/reopen {"text":"once"}`,
			`C /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"s2","text":"t"}`,
		}
		for i, step := range steps {
			parts := strings.SplitN(w.put(step), " ", 3)
			key := []string{"Idempotency-Key", fmt.Sprintf("key-%d", i), "X-Request-Id", "one"}
			first := w.do(parts[0], "POST", parts[1], parts[2], key...)
			again := w.do(parts[0], "POST", parts[1], parts[2], key...)
			other := w.do(parts[0], "POST", parts[1], `{"lang":"en"}`, key...)
			if first.status >= 300 || first.status != again.status || first.all != again.all {
				t.Fatalf("%s:\n%d %s\n%d %s", step, first.status, first.all, again.status, again.all)
			}
			if other.status != http.StatusConflict || !strings.Contains(other.body, "idempotency.other-body") {
				t.Errorf("%s with another body: %d %s", step, other.status, other.body)
			}
			w.keep("N", first.body)
		}
	})
}

// Of the same step by many at once one is done, and the others hear why not.
func TestAtOnceOneOfManyIsDone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(`N: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"s","text":"t"}`,
			`N: R POST /v1/cases/{N}/handoffs {"to":"wallsprov","summary":"s"}`)
		for _, step := range []string{`P /v1/handoffs/{N.h}/accept {}`, `P /v1/handoffs/{N}/give-back {"text":"done"}`, `R /v1/handoffs/{N.h}/accept {}`, `R /v1/cases/{N}/propose {"text":"try"}`} {
			parts := strings.SplitN(w.put(step), " ", 3)
			answers := make([]answer, 8)
			var all sync.WaitGroup
			for i := range answers {
				all.Go(func() { answers[i] = w.do(parts[0], "POST", parts[1], parts[2]) })
			}
			all.Wait()
			done := 0
			for _, a := range answers {
				switch {
				case a.status == 200:
					done++
					w.keep("N", a.body)
				case a.status != http.StatusConflict && a.status != http.StatusPreconditionFailed:
					t.Errorf("%s: %d %s", step, a.status, a.body)
				}
			}
			if step != `R /v1/cases/{N}/propose {"text":"try"}` && done != 1 || done < 1 { // a proposal may be made anew
				t.Errorf("%s: done %d times", step, done)
			}
		}
	})
}

// A company without a live contact is handed nothing.
func TestNobodyWithoutAContactIsHandedACase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(`N: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"s","text":"t"}`)
		if a := w.do("O", "PUT", "/v1/companies/wallsprov", `{"kinds":["provider"],"name":"Provider","tz":"Europe/London"}`); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		w.refusedAt(`R /v1/cases/{N}/handoffs {"to":"wallsprov","summary":"s"}`, 409, "handoff.unreachable")
		w.refusedAt(`R /v1/cases/{N}/handoffs {"to":"wallsprov","summary":"s","preview":true}`, 409, "handoff.unreachable")
	})
}

func (w *world) refusedAt(step string, status int, code string) {
	w.t.Helper()
	parts := strings.SplitN(w.put(step), " ", 3)
	if a := w.do(parts[0], "POST", parts[1], parts[2]); a.status != status || !strings.Contains(a.body, `"code":"`+code+`"`) {
		w.t.Errorf("%s: %d %s", step, a.status, a.body)
	}
}
