package web

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/i18n"
	"switchboard/proof"
	"switchboard/wire"
)

// asked opens a case of Aoba's at Kaede, with a note that is nobody else's.
func (w *world) asked(t testing.TB, subject, text string) string {
	t.Helper()
	aoba := access.Actor{Company: "aoba", Kinds: []string{wire.Customer}, Person: "aoba-user", Roles: []string{"customer-user"}, Via: access.ViaWeb}
	c, err := w.app.OpenCase(t.Context(), aoba, wire.NewCase{Subscription: "sub-aoba-sync", Topic: "break-fix", Severity: "moderate", Subject: subject, Text: text}, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	return c.Number
}

// handed is a case of Aoba's that Kaede has offered to the publisher, with a note
// that stays.
func (w *world) handed(t testing.TB) string {
	t.Helper()
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede := w.person("kaede", wire.DirectPartner)
	if _, err := w.app.Say(t.Context(), kaede, n, wire.NewMessage{Text: "the log is full", Audience: []string{"internal"}}, nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	_, err := w.app.HandOver(t.Context(), kaede, n, wire.NewHandoff{To: "tamago", Package: wire.Package{Summary: "The sync never ends since this morning.", Facts: map[string]string{"tenant": "T-77"}}, Messages: []int64{1}}, nil, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// filled is a form of a page with the marks that every form of a case carries.
func filled(t *testing.T, page string, fields ...string) url.Values {
	t.Helper()
	out := url.Values{"version": {found(t, version, page)}, "idem": {found(t, mark, page)}}
	for i := 0; i+1 < len(fields); i += 2 {
		out.Add(fields[i], fields[i+1])
	}
	return out
}

// Inbox, case, note, reply, handoff with one message kept, acceptance by the
// publisher: what was not ticked, the publisher does not read.
func TestACaseGoesFromPartnerToPublisher(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede, tamago := w.reader(t, "kaede-admin", "en"), w.reader(t, "tamago-owner", "en")
	contain(t, kaede.page("/inbox/needs-us"), "同期が止まりました", "Now with", n)
	contain(t, kaede.page("/inbox/needs-us?case="+n), `id="compose"`, "data-open")
	page := kaede.page("/c/" + n)
	contain(t, page, "朝から同期が終わりません", `value="internal" id="to-0" checked`, "Why this company?", "Explain this clock")
	send := func(r *reader, path string, form url.Values) {
		t.Helper()
		if a := r.post(path, form.Encode()); a.status != 303 {
			t.Fatalf("%s: %d\n%s", path, a.status, a.body)
		}
	}
	send(kaede, "/c/"+n+"/say", filled(t, page, "say.to", "internal", "say.text", "margin-is-secret"))
	page = kaede.page("/c/" + n)
	contain(t, page, "margin-is-secret", "data-private")
	reply := filled(t, page, "say.to", "aoba", "say.text", "we-look-into-it")
	send(kaede, "/c/"+n+"/say", reply)
	send(kaede, "/c/"+n+"/say", reply) // a double click
	page = kaede.page("/c/" + n + "/handoff?send.to=tamago")
	if strings.Count(page, "we-look-into-it") != 1 {
		t.Error("the reply was sent twice")
	}
	contain(t, page, "Hand over to", `name="send.messages" value="1"`)
	send(kaede, "/c/"+n+"/handoff", filled(t, page, "send.to", "tamago", "send.summary", "sync never ends", "send.messages", "1"))
	contain(t, kaede.page("/c/"+n), "Take back", "margin-is-secret")
	got := tamago.page("/c/" + n)
	contain(t, got, "sync never ends", "朝から同期が終わりません", `action="/c/`+n+`/accept"`)
	for _, kept := range []string{"margin-is-secret", "we-look-into-it"} {
		if strings.Contains(got, kept) {
			t.Errorf("the publisher reads %q", kept)
		}
	}
	id := got[strings.Index(got, `name="handoff" value="`)+len(`name="handoff" value="`):]
	send(tamago, "/c/"+n+"/accept", filled(t, got, "handoff", id[:strings.Index(id, `"`)], "accept.person", "tamago-owner", "accept.reference", "TMG-7"))
	contain(t, kaede.page("/c/"+n), "TMG-7")
	contain(t, tamago.page("/c/"+n+"/timeline"), "sync never ends")
	if strings.Contains(tamago.page("/inbox/handed-to-us"), "margin-is-secret") {
		t.Error("the list tells a note")
	}
}

// A reply over something unread comes back with what came and with its words;
// so does one of a session that has ended. What one may not see is not there.
func TestNothingTypedOnACaseIsLost(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, `<script>alert(1)</script>`, "**x** <img src=x onerror=alert(1)> \u202e"+strings.Repeat("長", 10000))
	kaede, aoba := w.reader(t, "kaede-admin", "en"), w.reader(t, "aoba-user", "en")
	page := kaede.page("/c/" + n)
	for _, raw := range []string{"<script>alert", "<img"} {
		if strings.Contains(page, raw) {
			t.Errorf("the page holds %q", raw)
		}
	}
	form := filled(t, page, "say.to", "aoba", "say.text", "half-written")
	customer := aoba.page("/c/" + n)
	if a := aoba.post("/c/"+n+"/say", filled(t, customer, "say.to", "kaede", "say.text", "one-more-thing").Encode()); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	stale := kaede.post("/c/"+n+"/say", form.Encode())
	if stale.status != 412 {
		t.Fatalf("over something unread: %d", stale.status)
	}
	contain(t, stale.body, "half-written</textarea>", "one-more-thing", "while you were writing")
	form.Set("version", found(t, version, stale.body))
	gone := w.reader(t, "", "en").post("/c/"+n+"/say", form.Encode())
	if gone.status != 401 {
		t.Fatalf("signed out: %d", gone.status)
	}
	contain(t, gone.body, "half-written</textarea>", `name="idem"`, `target="_blank"`)
	form.Set("idem", "fresh")
	if a := kaede.post("/c/"+n+"/say", form.Encode()); a.status != 303 {
		t.Errorf("signed in again: %d", a.status)
	}
	stranger := w.reader(t, "northgate-admin", "en")
	for _, path := range []string{"/c/" + n, "/c/" + n + "/timeline", "/c/" + n + "/handoff", "/c/" + n + "/files/1"} {
		if a := stranger.get(path); a.status != 404 {
			t.Errorf("a stranger opens %s: %d", path, a.status)
		}
	}
	if a := stranger.post("/c/"+n+"/say", form.Encode()); a.status != 404 {
		t.Errorf("a stranger writes: %d", a.status)
	}
	bad := kaede.get("/inbox/needs-us?q=" + url.QueryEscape("is:nonsense"))
	if bad.status != 422 {
		t.Errorf("a bad query: %d", bad.status)
	}
	contain(t, bad.body, `id="f-q-error"`, `value="is:nonsense"`)
}

// fileLinks are the files of a page, in the order in which they stand there.
var fileLinks = regexp.MustCompile(`href="(/c/[0-9]+/files/[0-9]+)"`)

// What comes with a message is for the readers of that message: a note's file
// stays, a reply's goes where the reply goes, a solution's to everybody.
func TestFilesOfTheComposerGoWhereTheWordsGo(t *testing.T) {
	w := newWorld(t)
	n := w.handed(t)
	kaede, tamago, aoba := w.reader(t, "kaede-admin", "en"), w.reader(t, "tamago-owner", "en"), w.reader(t, "aoba-user", "en")
	page := kaede.page("/c/" + n)
	contain(t, page, `enctype="multipart/form-data"`, `name="say.files"`, "Up to 5 files of 25 MB each.")
	for _, sent := range []struct{ to, text, file string }{{"internal", "our note", "note.txt"}, {"aoba", "a reply", "reply.txt"}, {"tamago", "", "trace.txt"}} {
		form := filled(t, kaede.page("/c/"+n), "say.to", sent.to, "say.text", sent.text)
		for range 2 { // a double click
			a := kaede.postParcel("/c/"+n+"/say", form, [2]string{sent.file, "bytes of " + sent.file}, [2]string{"2-" + sent.file, "more"})
			if a.status != 303 {
				t.Fatalf("%+v: %d\n%s", sent, a.status, a.body)
			}
		}
	}
	for _, want := range []struct {
		who         *reader
		reads, lack []string
	}{
		{kaede, []string{"note.txt", "2-note.txt", "reply.txt", "2-reply.txt", "trace.txt", "2-trace.txt"}, nil},
		{aoba, []string{"reply.txt", "2-reply.txt"}, []string{"note.txt", "trace.txt"}},
		{tamago, []string{"trace.txt", "2-trace.txt"}, []string{"note.txt", "reply.txt"}},
	} {
		page := want.who.page("/c/" + n)
		contain(t, page, want.reads...)
		for _, name := range want.lack {
			if strings.Contains(page, name) {
				t.Errorf("%s is told of to who may not read it", name)
			}
		}
		if links := fileLinks.FindAllStringSubmatch(page, -1); len(links) != len(want.reads) {
			t.Errorf("%d files, want %d", len(links), len(want.reads))
		} else if a := want.who.get(links[0][1]); a.body != "bytes of "+want.reads[0] {
			t.Errorf("%s holds %q", want.reads[0], a.body)
		}
	}
}

// A refused file takes no words with it, nor does a session that has ended; and
// what came to no case is on no disk.
func TestWordsSurviveTheirFiles(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede := w.reader(t, "kaede-admin", "en")
	form := filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "half-written")
	six := make([][2]string, 6)
	for i := range six {
		six[i] = [2]string{"part-" + itoa(i) + ".txt", "x"}
	}
	for _, refused := range []struct {
		files [][2]string
		said  string
	}{
		{[][2]string{{"big.bin", strings.Repeat("x", 25<<20+1)}}, "The file is 26 MB. Choose one of 25 MB or less."},
		{six, "There are more than 5 files."},
		{[][2]string{{"...", "x"}}, "The file has no name."},
	} {
		a := kaede.postParcel("/c/"+n+"/say", form, refused.files...)
		if a.status != 422 {
			t.Fatalf("%q: %d", refused.said, a.status)
		}
		contain(t, a.body, refused.said, "half-written</textarea>", `id="f-say-files-error"`, `value="aoba" id="to-1" checked`)
	}
	stale := filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "half-written")
	stale.Set("version", "0")
	a := kaede.postParcel("/c/"+n+"/say", stale, [2]string{"a.txt", "x"})
	if a.status != 412 {
		t.Fatalf("over something unread: %d", a.status)
	}
	contain(t, a.body, "half-written</textarea>", "Choose the files again.")
	gone := w.reader(t, "", "en").postParcel("/c/"+n+"/say", form, [2]string{"a.txt", "secret-bytes"})
	if gone.status != 401 || strings.Contains(gone.body, "secret-bytes") {
		t.Fatalf("signed out: %d\n%s", gone.status, gone.body)
	}
	contain(t, gone.body, "half-written</textarea>", `enctype="multipart/form-data"`, `name="files"`, "Choose the files again.")
	if a := w.reader(t, "northgate-admin", "en").postParcel("/c/"+n+"/say", form, [2]string{"a.txt", "x"}); a.status != 404 {
		t.Errorf("a stranger sends a file: %d", a.status)
	}
	if a := kaede.postParcel("/c/"+n+"/assign", form, [2]string{"a.txt", "x"}); strings.Contains(a.body, "a.txt") || strings.Contains(kaede.page("/c/"+n), "a.txt") {
		t.Error("a form that takes no files keeps one")
	}
	draft := filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "half-written", "do", "keep")
	kept := kaede.postParcel("/c/"+n+"/say", draft, [2]string{"a.txt", "x"})
	if kept.status != 303 {
		t.Fatalf("kept as a draft: %d\n%s", kept.status, kept.body)
	}
	contain(t, kaede.page(kept.header.Get("Location")), "half-written</textarea>", "Choose the files again.")
	if left := w.files(t); left != 0 {
		t.Errorf("%d files are left of what came to no case", left)
	}
}

// A form that looks like it holds a secret comes back once: to be sent anyway, kept
// inside, or sent without it. The secret stands in the words of its writer alone.
func TestASecretIsAskedAboutOnce(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede, aoba := w.reader(t, "kaede-admin", "en"), w.reader(t, "aoba-user", "ja")
	const key = "-----BEGIN PRIVATE KEY-----"
	form := filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "a question "+key, "do", "wait")
	asked := kaede.postParcel("/c/"+n+"/say", form, [2]string{"trace.har", `{"log":{"creator":{},"entries":[{"cookies":[{"name":"sid","value":"5ecr3t"}]}]}}`})
	if asked.status != 409 || strings.Contains(asked.body, "5ecr3t") {
		t.Fatalf("%d\n%s", asked.status, asked.body)
	}
	contain(t, asked.body, "Line 1 of the text looks like it holds a private key.", "Line 1 of the file trace.har looks like it holds a recorded session (cookies).",
		"a question "+key+"</textarea>", `name="confirm" value="secrets"`, `name="do" value="inside"`, `name="was" value="wait"`, "Choose the files again.")
	anyway := filled(t, asked.body, "say.to", "aoba", "say.text", "a question "+key, "was", "wait", "confirm", "secrets")
	if a := kaede.postParcel("/c/"+n+"/say", anyway); a.status != 303 {
		t.Fatalf("sent anyway: %d\n%s", a.status, a.body)
	}
	page := aoba.page("/r/" + n)
	contain(t, page, "a question "+key)
	back := aoba.postParcel("/r/"+n, url.Values{"idem": {"r1"}, "do": {"reply"}, "text": {"これです " + key}})
	if back.status != 409 {
		t.Fatalf("a reply: %d", back.status)
	}
	contain(t, back.body, "文章の1行目に秘密鍵が含まれている可能性があります。", `name="was" value="reply"`, "そのまま送信")
	if a := aoba.postParcel("/r/"+n, url.Values{"idem": {"r2"}, "was": {"reply"}, "confirm": {"secrets"}, "text": {"これです " + key}}); a.status != 303 {
		t.Fatalf("a reply sent anyway: %d\n%s", a.status, a.body)
	}
	inside := filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "kept-inside "+key, "do", "inside")
	if a := kaede.postParcel("/c/"+n+"/say", inside, [2]string{".env", "x"}); a.status != 303 {
		t.Fatalf("kept inside: %d\n%s", a.status, a.body)
	}
	contain(t, kaede.page("/c/"+n), "kept-inside", ".env")
	if page := aoba.page("/r/" + n); strings.Contains(page, "kept-inside") || strings.Contains(page, ".env") {
		t.Error("what was kept inside went out")
	}
	hand := filled(t, kaede.page("/c/"+n+"/handoff?send.to=tamago"), "send.to", "tamago", "send.summary", key)
	if a := kaede.post("/c/"+n+"/handoff", hand.Encode()); a.status != 409 || !strings.Contains(a.body, `name="confirm" value="secrets"`) {
		t.Errorf("a handoff: %d", a.status)
	}
	hand.Set("confirm", "secrets")
	if a := kaede.post("/c/"+n+"/handoff", hand.Encode()); a.status != 303 {
		t.Errorf("a handoff sent anyway: %d\n%s", a.status, a.body)
	}
}

// What the desk lets its people keep can be checked without the server, and what is
// foreign is missing.
func TestACaseIsProvenByItsFile(t *testing.T) {
	w := newWorld(t)
	number := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	a := w.reader(t, "kaede-admin", "en").get("/c/" + number + "/proof")
	var export wire.CaseExport
	if err := json.Unmarshal([]byte(a.body), &export); err != nil || a.status != 200 || export.Case != number || export.Company != "kaede" {
		t.Fatalf("%d %v %.200s", a.status, err, a.body)
	}
	contain(t, a.header.Get("Content-Disposition"), "attachment", number+"-kaede.json")
	if troubles := proof.Check(&export, proof.Against{}); len(troubles) > 0 {
		t.Errorf("%v", troubles)
	}
	export.Lines = export.Lines[1:]
	if len(proof.Check(&export, proof.Against{})) == 0 {
		t.Error("a line less is not noticed")
	}
	for _, other := range []string{"northgate-admin", "aoba-user"} {
		if a := w.reader(t, other, "en").get("/c/" + number + "/proof"); (a.status == 200) != (other == "aoba-user") {
			t.Errorf("%s: %d", other, a.status)
		}
	}
}
