package api

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"switchboard/wire"
)

// people of the indirect sale, who play a case.
var players = map[string]string{"zqpersonbuyer": "buyer", "shopagent": "shop", "distributoragent": "distributor", "zqpersoncontoso": "contoso"}

// life is a case on its way through every verb. {n} is its number, {h} its last
// handoff.
var life = []string{
	`zqpersonbuyer POST /v1/cases {"subscription":"zqsubindirect","topic":"break-fix","severity":"moderate","subject":"It stops","text":"The nightly copy stops."}`,
	`zqpersonbuyer GET /v1/cases/{n}`,
	`shopagent GET /v1/cases?view=needs-us`,
	`zqpersonbuyer GET /v1/search?q=nightly`,
	`shopagent PATCH /v1/cases/{n} {"assignee":"shopagent"}`,
	`shopagent PATCH /v1/cases/{n} {"reference":"SHOP-7"}`,
	`shopagent PATCH /v1/cases/{n}/labels {"add":["invoice","請求書"],"remove":["none"]}`,
	`shopagent PUT /v1/cases/{n}/snooze {"until":"2027-01-04T00:00:00Z"}`,
	`shopagent GET /v1/cases?q=is:snoozed+label:INVOICE`,
	`shopagent GET /v1/labels`,
	`shopagent DELETE /v1/cases/{n}/snooze`,
	`shopagent POST /v1/cases/{n}/messages {"text":"We look at it.","audience":["customer"]}`,
	`shopagent POST /v1/cases/{n}/handoffs {"to":"distributor","summary":"It stops","messages":[1],"preview":true}`,
	`shopagent POST /v1/cases/{n}/handoffs {"to":"distributor","summary":"It stops","messages":[1]}`,
	`shopagent POST /v1/handoffs/{h}/withdraw {"reason":"too early"}`,
	`shopagent POST /v1/cases/{n}/handoffs {"to":"distributor","summary":"It stops"}`,
	`distributoragent POST /v1/handoffs/{h}/ask {"questions":[{"text":"Which version?"}]}`,
	`shopagent POST /v1/handoffs/{h}/answer {"text":"2.1"}`,
	`distributoragent POST /v1/handoffs/{h}/decline {"reason":"other","evidence":"It is known."}`,
	`shopagent POST /v1/cases/{n}/handoffs {"to":"distributor","summary":"Please help"}`,
	`distributoragent POST /v1/handoffs/{h}/join {}`,
	`shopagent POST /v1/cases/{n}/handoffs {"to":"distributor","summary":"Please take it"}`,
	`distributoragent POST /v1/handoffs/{h}/accept {"reference":"DI-1"}`,
	`distributoragent POST /v1/handoffs/{h}/update {"text":"We look at it.","audience":["shop"],"next":"2026-11-20T11:00:00Z"}`,
	`distributoragent POST /v1/handoffs/{h}/pass-on {"to":"contoso","summary":"A defect of the product"}`,
	`distributoragent POST /v1/cases/{n}/files?name=trace.json&audience=shop {"trace":1}`,
	`distributoragent GET /v1/cases/{n}/files/{v}`,
	`zqpersoncontoso GET /v1/cases/{n}/timeline?after=0&limit=1`,
	`zqpersoncontoso POST /v1/handoffs/{h}/accept {"next":"2026-11-20T12:00:00Z"}`,
	`zqpersoncontoso POST /v1/handoffs/{h}/give-back {"text":"Repaired in 2.2"}`,
	`distributoragent POST /v1/handoffs/{h}/accept {"next":"2026-11-20T11:00:00Z"}`,
	`zqpersonbuyer GET /v1/cases/{n}/timeline`,
	`zqpersonbuyer GET /v1/cases/{n}/clocks`,
	`zqpersonbuyer GET /v1/cases/{n}/export`,
	`distributoragent GET /v1/cases/{n}/clocks`,
	`later`,
	`shopagent POST /v1/handoffs/{n}/reclaim {"reason":"no word for days"}`,
	`shopagent POST /v1/cases/{n}/propose {"text":"Take 2.2."}`,
	`zqpersonbuyer POST /v1/cases/{n}/reject {"text":"It still stops."}`,
	`shopagent POST /v1/cases/{n}/propose {"text":"Take 2.3."}`,
	`zqpersonbuyer POST /v1/cases/{n}/confirm {}`,
	`zqpersonbuyer POST /v1/cases/{n}/reopen {"text":"It stops again."}`,
	`shopagent POST /v1/cases/{n}/close {"reason":"duplicate","text":"Goes on in another one."}`,
	`shopagent GET /v1/cases/{n}/clocks`,
}

// lifeOfACase plays it; every answer is as the document says, also the refusals
// that others get at each step.
func (h *house) lifeOfACase(c contract, answered func(*http.Request)) {
	h.t.Helper()
	for person, company := range players {
		h.as(company, person, "write")
	}
	var number, handoff, version string
	for _, step := range life {
		if step == "later" {
			h.clock.pass(5 * 24 * time.Hour)
			continue
		}
		person, method, path, body := scene(strings.NewReplacer("{n}", number, "{h}", handoff, "{v}", version).Replace(step))
		r, w := h.request("zqpersonmarket", method, path, body)
		c.obeys(h.t, r, w)
		r, w = h.request(person, method, path, body)
		c.obeys(h.t, r, w)
		if w.Code >= 300 {
			h.t.Fatalf("%s: %d %s", step, w.Code, w.Body)
		}
		answered(r)
		var shown wire.Case
		if err := json.Unmarshal(w.Body.Bytes(), &shown); err == nil && shown.Number != "" {
			number, version = shown.Number, strconv.FormatInt(shown.Version, 10)
			if shown.Handoff != nil {
				handoff = shown.Handoff.ID
			}
		}
	}
}

// Marks change what is read and are no new version to insist on: who revalidates
// is told, who writes over what it has read is not refused.
func TestMarksHaveATagOfTheirOwn(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{})
	for person, company := range players {
		h.as(company, person, "write")
	}
	var c wire.Case
	if err := json.Unmarshal([]byte(h.do("zqpersonbuyer", "POST", "/v1/cases", `{"subscription":"zqsubindirect","topic":"break-fix","subject":"s","text":"t"}`).body), &c); err != nil {
		t.Fatal(err)
	}
	at := "/v1/cases/" + c.Number
	plain := h.do("shopagent", "GET", at, "").header.Get("ETag")
	labelled := h.do("shopagent", "PATCH", at+"/labels", `{"add":["x"]}`).header.Get("ETag")
	if plain == labelled || h.do("shopagent", "GET", at, "", "If-None-Match", plain).status != 200 || h.do("shopagent", "GET", at, "", "If-None-Match", labelled).status != 304 {
		t.Errorf("%s, then %s", plain, labelled)
	}
	for _, stale := range []string{`"9-00000000"`, `"-1"`, `"x-1"`} {
		if r := h.do("shopagent", "PUT", at+"/snooze", `{"until":"2027-01-04T00:00:00Z"}`, "If-Match", stale); r.status != 412 {
			t.Errorf("%s: %d %s", stale, r.status, r.body)
		}
	}
	if r := h.do("shopagent", "PUT", at+"/snooze", `{"until":"2027-01-04T00:00:00Z"}`, "If-Match", labelled); r.status != 200 || !strings.Contains(r.body, `"snoozed_until":"2027-01-04T00:00:00Z"`) {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.do("shopagent", "POST", at+"/messages", `{"text":"a note"}`, "If-Match", labelled); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.do("zqpersonbuyer", "GET", at, ""); strings.Contains(r.body, "labels") || strings.Contains(r.body, "snoozed") {
		t.Errorf("the customer reads %s", r.body)
	}
}

func scene(step string) (person, method, path, body string) {
	person, rest, _ := strings.Cut(step, " ")
	method, rest, _ = strings.Cut(rest, " ")
	path, body, _ = strings.Cut(rest, " ")
	return person, method, path, body
}

// The command line of the machine works for a company it names; nobody else
// does.
func TestTheCommandLineWorksForACompany(t *testing.T) {
	h := open(t, "testdata/words.yaml", Options{LocalToken: func(secret string) bool { return secret == "of-this-machine" }})
	h.tokens["local"] = "of-this-machine"
	h.as("rival", "rivalowner", "admin")
	open := `{"subscription":"zqsubindirect","topic":"break-fix","subject":"It stops","text":"The nightly copy stops."}`
	for _, tc := range []struct {
		caller, as, person string
		status             int
		code               string
	}{
		{"local", "shop", "shopagent", 201, ""},
		{"local", "shop", "", 201, ""},
		{"local", "", "", 403, "case.no-company"},
		{"local", "", "shopagent", 422, "auth.person-without-company"},
		{"local", "nowhere", "", 404, "not-found.company"},
		{"local", "shop", "zqpersonbuyer", 404, "not-found.person"},
		{"local", "shop", "nobody", 404, "not-found.person"},
		{"rivalowner", "shop", "shopagent", 404, ""},
		{"", "shop", "shopagent", 401, "auth.sign-in-needed"},
	} {
		r := h.do(tc.caller, "POST", "/v1/cases", open, "Switchboard-As", tc.as, "Switchboard-Person", tc.person)
		if r.status != tc.status || !strings.Contains(r.body, tc.code) {
			t.Errorf("%+v: %d %s", tc, r.status, r.body)
		}
	}
}

// The version is the reader's own number: what stays between others does not
// move it. A stale one is refused, and changes nothing.
func TestTheVersionOfACaseIsTheReadersOwn(t *testing.T) {
	h, at := h1(t)
	before := h.do("zqpersonbuyer", "GET", at, "")
	if before.header.Get("ETag") != `"1"` {
		t.Fatalf("%s", before.header.Get("ETag"))
	}
	note := h.do("shopagent", "POST", at+"/messages", `{"text":"between us"}`, "If-Match", `"1"`)
	if note.status != 200 || note.header.Get("ETag") != `"2"` {
		t.Fatalf("%d %s %s", note.status, note.header.Get("ETag"), note.body)
	}
	if after := h.do("zqpersonbuyer", "GET", at, ""); after.body != before.body || after.header.Get("ETag") != `"1"` {
		t.Errorf("a note of another company shows:\n%s\n%s", before.body, after.body)
	}
	for _, tag := range []string{`"1"`, `"9"`, `"x"`} {
		if r := h.do("shopagent", "POST", at+"/messages", `{"text":"again"}`, "If-Match", tag); r.status != 412 {
			t.Errorf("If-Match %s: %d %s", tag, r.status, r.body)
		}
	}
	if now := h.do("shopagent", "GET", at, ""); now.header.Get("ETag") != `"2"` {
		t.Errorf("a refused message moved the case: %s", now.body)
	}
}

// Spec 2 section 2, invariant 6: a list holds what its reader's company is on,
// and nobody else's; a page goes on where the one before ended.
func TestListsHoldTheCasesOfTheirReader(t *testing.T) {
	h, at := h1(t)
	number := strings.TrimPrefix(at, "/v1/cases/")
	_, method, path, body := scene(life[0])
	h.do("zqpersonbuyer", method, path, strings.Replace(body, "nightly", "weekly", 1))
	h.as("rival", "rivalowner", "write")
	for _, tc := range []struct {
		person, path string
		status       int
		found        bool
	}{
		{"zqpersonbuyer", "/v1/cases", 200, true},
		{"shopagent", "/v1/cases?view=needs-us", 200, true},
		{"shopagent", "/v1/cases?view=needs-us&q=topic:billing", 200, false},
		{"zqpersonbuyer", "/v1/cases?view=needs-us", 200, false},
		{"shopagent", "/v1/search?q=nightly", 200, true},
		{"shopagent", "/v1/search?q=weekly", 200, false},
		{"distributoragent", "/v1/search?q=nightly", 200, false},
		{"rivalowner", "/v1/cases", 200, false},
		{"rivalowner", "/v1/search?q=n:" + number, 200, false},
		{"shopagent", "/v1/search", 422, false},
		{"shopagent", "/v1/cases?view=needs-uss", 404, false},
		{"shopagent", "/v1/cases?q=due:whenever", 422, false},
		{"", "/v1/cases", 401, false},
	} {
		r := h.do(tc.person, "GET", tc.path, "")
		if r.status != tc.status || strings.Contains(r.body, `"number":"`+number) != tc.found {
			t.Errorf("%q GET %s: %d %s", tc.person, tc.path, r.status, r.body)
		}
	}
	first := h.do("shopagent", "GET", "/v1/cases?limit=1&q=sort:oldest", "")
	var page wire.Page[wire.CaseSummary]
	if err := json.Unmarshal([]byte(first.body), &page); err != nil || len(page.Items) != 1 || page.Next == "" {
		t.Fatalf("%v %s", err, first.body)
	}
	second := h.do("shopagent", "GET", "/v1/cases?limit=1&q=sort:oldest&cursor="+url.QueryEscape(page.Next), "")
	if strings.Contains(second.body, page.Items[0].Number) || !strings.Contains(second.body, `"number":"`) {
		t.Errorf("the second page is the first: %s", second.body)
	}
}

// h1 is a house with one case of the buyer.
func h1(t *testing.T) (*house, string) {
	t.Helper()
	h := open(t, "testdata/words.yaml", Options{})
	for person, company := range players {
		h.as(company, person, "write")
	}
	_, method, path, body := scene(life[0])
	r := h.do("zqpersonbuyer", method, path, body)
	if r.status != 201 || r.header.Get("Location") == "" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	return h, r.header.Get("Location")
}

// One key, one effect, for every POST of a case; the answer is made anew under
// today's rights.
func TestARepeatedKeyHasOneEffectOnACase(t *testing.T) {
	h, at := h1(t)
	for _, body := range []string{`{"text":"once","audience":["customer"]}`} {
		first := h.do("shopagent", "POST", at+"/messages", body, "Idempotency-Key", "k1")
		again := h.do("shopagent", "POST", at+"/messages", body, "Idempotency-Key", "k1")
		if first.status != 200 || again.status != 200 || first.body != again.body || first.header.Get("ETag") != again.header.Get("ETag") {
			t.Errorf("%d %s\n%d %s", first.status, first.body, again.status, again.body)
		}
	}
	if other := h.do("shopagent", "POST", at+"/messages", `{"text":"another"}`, "Idempotency-Key", "k1"); other.status != 409 || !strings.Contains(other.body, "idempotency.other-body") {
		t.Errorf("%d %s", other.status, other.body)
	}
	// What the company may not see any more is not shown for the sake of a key.
	h.do("shopagent", "POST", at+"/messages", `{"text":"more","audience":["customer"]}`)
	if again := h.do("shopagent", "POST", at+"/messages", `{"text":"once","audience":["customer"]}`, "Idempotency-Key", "k1"); again.header.Get("ETag") != `"3"` {
		t.Errorf("not made anew: %s", again.body)
	}
}

// A file is the same request when its bytes are the same.
func TestARepeatedKeyHasOneEffectOnAFile(t *testing.T) {
	h, at := h1(t)
	put := func(bytes string) reply {
		return h.do("shopagent", "POST", at+"/files?name=log.txt", bytes, "Idempotency-Key", "f1", "Content-Type", "text/plain")
	}
	first, again, other := put("one"), put("one"), put("two")
	if first.status != 200 || again.status != 200 || first.header.Get("ETag") != again.header.Get("ETag") {
		t.Errorf("%d %s\n%d %s", first.status, first.body, again.status, again.body)
	}
	if other.status != 409 || !strings.Contains(other.body, "idempotency.other-body") {
		t.Errorf("%d %s", other.status, other.body)
	}
	if lines := h.do("shopagent", "GET", at+"/timeline", ""); strings.Count(lines.body, `"kind":"file"`) != 1 {
		t.Errorf("not one file: %s", lines.body)
	}
}

// Each of two copies of a file is on disk before it is known that it is one;
// what comes to no case does not stay there.
func TestTheCopyOfARepeatedFileDoesNotStay(t *testing.T) {
	h, at := h1(t)
	put := func(name, bytes, key string, header ...string) int {
		return h.do("shopagent", "POST", at+"/files?name="+name, bytes, append([]string{"Idempotency-Key", key, "Content-Type", "text/plain"}, header...)...).status
	}
	for i, tc := range []struct {
		name, bytes, key, match string
		status, files           int
	}{
		{"log.txt", "one", "f1", "", 200, 1},
		{"log.txt", "one", "f1", "", 200, 1},   // the same again
		{"log.txt", "two", "f1", "", 409, 1},   // the key of other bytes
		{"other.txt", "one", "f1", "", 409, 1}, // the key of another name
		{"log.txt", "one", "f2", "", 200, 2},   // another request that brings the same bytes
		{"log.txt", "two", "f3", `"1"`, 412, 2},
		{"log.txt", "two", "f3", "", 200, 3}, // what was refused may come again
		{"log.txt", "two", "f3", `"1"`, 200, 3},
		{"..", "two", "f4", "", 422, 3},
		{"log.txt&audience=rival", "two", "f5", "", 422, 3},
	} {
		if status := put(tc.name, tc.bytes, tc.key, "If-Match", tc.match); status != tc.status || h.kept() != tc.files {
			t.Errorf("%d: %d with %d files on disk, want %d with %d", i, status, h.kept(), tc.status, tc.files)
		}
	}
}

// kept counts the files of cases that are on disk.
func (h *house) kept() (n int) {
	h.t.Helper()
	err := filepath.WalkDir(h.files, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			n++
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// With its newest lines a case keeps its version, by which a change insists and
// a reader asks again; with an answer, which changes without the case, the ETag
// is that of the whole text and no version. Older lines are there to be read.
func TestACaseWithItsLinesKeepsItsVersion(t *testing.T) {
	h, at := h1(t)
	for range 44 {
		if r := h.do("shopagent", "POST", at+"/messages", `{"text":"a note"}`); r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	lines, both := at+"?include=timeline", at+"?include=timeline,answer"
	first := h.do("shopagent", "GET", lines, "")
	if tag := first.header.Get("ETag"); tag != `"45"` || !strings.Contains(first.body, `"timeline_before":26`) {
		t.Fatalf("%s %s", tag, first.body)
	}
	full := h.do("shopagent", "GET", both, "")
	if tag := full.header.Get("ETag"); tag == "" || tag == `"45"` || !strings.Contains(full.body, `"answer":{`) {
		t.Fatalf("%s %s", tag, full.body)
	}
	same := func(path, tag string, status int) {
		t.Helper()
		if r := h.do("shopagent", "GET", path, "", "If-None-Match", tag); r.status != status || status == 304 && r.body != "" || r.header.Get("ETag") == "" {
			t.Errorf("%s after %s: %d %v %s", path, tag, r.status, r.header, r.body)
		}
	}
	same(lines, `"45"`, 304)
	same(lines, `W/"45"`, 304)
	same(both, full.header.Get("ETag"), 304)
	same(both, `"45"`, 200)
	if r := h.do("shopagent", "POST", at+"/messages", `{"text":"x"}`, "If-Match", full.header.Get("ETag")); r.status != 412 {
		t.Errorf("what is no version changes the case: %d %s", r.status, r.body)
	}
	if r := h.do("shopagent", "POST", at+"/messages", `{"text":"x"}`, "If-Match", first.header.Get("ETag")); r.status != 200 {
		t.Errorf("the version of a case with its lines: %d %s", r.status, r.body)
	}
	same(lines, `"45"`, 200)
	same(both, full.header.Get("ETag"), 200)
}

// Older lines come page by page, each in the order in which it came, until there
// are none; together they are the timeline.
func TestTheLinesBeforeACaseAreReadBack(t *testing.T) {
	h, at := h1(t)
	for range 44 {
		if r := h.do("shopagent", "POST", at+"/messages", `{"text":"a note"}`); r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	c := readAs[wire.Case](t, h.do("shopagent", "GET", at+"?include=timeline", ""))
	numbers, pages := numbersOf(c.Timeline), 0
	for before := strconv.FormatInt(c.TimelineBefore, 10); before != "" && pages < 9; pages++ {
		page := readAs[wire.Page[wire.CaseEvent]](t, h.do("shopagent", "GET", at+"/timeline?limit=10&before="+before, ""))
		numbers, before = append(numbersOf(page.Items), numbers...), page.Next
	}
	if pages != 3 || len(numbers) != 45 || !slices.IsSorted(numbers) || numbers[0] != 1 || numbers[44] != 45 {
		t.Errorf("%d pages: %v", pages, numbers)
	}
	if between := readAs[wire.Page[wire.CaseEvent]](t, h.do("shopagent", "GET", at+"/timeline?after=3&before=6", "")); !slices.Equal(numbersOf(between.Items), []int64{4, 5}) || between.Next != "" {
		t.Errorf("%+v", between)
	}
	if r := h.do("shopagent", "GET", at+"/timeline?before=-1", ""); r.status != 422 || !strings.Contains(r.body, `"field":"before"`) {
		t.Errorf("%d %s", r.status, r.body)
	}
	short := readAs[wire.Case](t, h.do("zqpersonbuyer", "GET", at+"?include=timeline", ""))
	if short.TimelineBefore != 0 || len(short.Timeline) != 1 {
		t.Errorf("%+v", short)
	}
}

func numbersOf(lines []wire.CaseEvent) (out []int64) {
	for _, line := range lines {
		out = append(out, line.N)
	}
	return out
}

func readAs[T any](t *testing.T, r reply) (out T) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), &out); err != nil || r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	return out
}

// What looks like a secret is a problem with a code and its places; the same again
// with confirm is done. The secret is in no answer.
func TestASecretIsAProblemUntilItIsConfirmed(t *testing.T) {
	h, at := h1(t)
	const key = "-----BEGIN PRIVATE KEY-----\\nMIIEvQ"
	for _, tc := range []struct{ path, body, confirm, field string }{
		{at + "/messages", `{"text":"` + key + `","audience":["customer"]CONFIRM}`, `,"confirm":"secrets"`, "text"},
		{at + "/files?name=.env&audience=customerCONFIRM", "KEY=1", "&confirm=secrets", "files"},
	} {
		ask := func(confirm, key string) reply {
			return h.do("shopagent", "POST", strings.ReplaceAll(tc.path, "CONFIRM", confirm), strings.ReplaceAll(tc.body, "CONFIRM", confirm), "Idempotency-Key", key+tc.field)
		}
		var p wire.Problem
		refused := ask("", "a")
		if err := json.Unmarshal([]byte(refused.body), &p); err != nil {
			t.Fatal(err)
		}
		if refused.status != 409 || p.Code != "secrets.found" || len(p.Errors) != 1 || p.Errors[0].Field != tc.field || strings.Contains(refused.body, "MIIEvQ") {
			t.Errorf("%s: %d %s", tc.path, refused.status, refused.body)
		}
		if done := ask(tc.confirm, "b"); done.status != 200 {
			t.Errorf("%s, confirmed: %d %s", tc.path, done.status, done.body)
		}
	}
	if note := h.do("shopagent", "POST", at+"/messages", `{"text":"`+key+`","audience":["internal"]}`); note.status != 200 {
		t.Errorf("a note: %d %s", note.status, note.body)
	}
}
