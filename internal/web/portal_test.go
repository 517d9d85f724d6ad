package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/wire"
)

const aobaAsk = "/send?subscription=sub-aoba-sync&topic=break-fix"

// sentForm is what the page of the answer would send.
func sentForm(mark string) string {
	return url.Values{"idem": {mark}, "subject": {"Sync stopped"}, "text": {"Since the update nothing syncs."}, "requester": {"青木 美香"}, "topic": {"break-fix"}}.Encode()
}

// open sends a question and gives the number of its case.
func (w *world) open(t testing.TB, r *reader, address, mark string) string {
	t.Helper()
	a := r.post(address, sentForm(mark))
	m := regexp.MustCompile(`^/r/([0-9]{11})/sent$`).FindStringSubmatch(a.header.Get("Location"))
	if a.status != http.StatusSeeOther || m == nil {
		t.Fatalf("sending: %d to %q\n%s", a.status, a.header.Get("Location"), a.body)
	}
	return m[1]
}

func (w *world) person(company string, kinds ...string) access.Actor {
	return access.Actor{Company: company, Kinds: kinds, Person: company + "-admin", Roles: []string{"global-admin", "publisher-owner"}, Via: access.ViaAPI}
}

// talk is a request with words in three languages, a file, and a private link.
func (w *world) talk(t testing.TB) string {
	t.Helper()
	aoba := w.reader(t, "aoba-user", "ja")
	number := w.open(t, aoba, aobaAsk, "talk"+randomName())
	kaede := w.person("kaede", wire.DirectPartner)
	_, err := w.app.Say(t.Context(), kaede, number, wire.NewMessage{Text: "画面のスクリーンショットを送っていただけますか。", Audience: []string{"customer"}, Wait: true}, nil, "en")
	if err != nil {
		t.Fatal(err)
	}
	a := aoba.postParcel("/r/"+number, url.Values{"idem": {randomName()}, "do": {"reply"}, "text": {"Here it is."}}, [2]string{"同期エラー.png", "png"})
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	_, err = w.app.HandOver(t.Context(), kaede, number, wire.NewHandoff{To: "tamago", Package: wire.Package{Summary: "Sync stops after the update"}}, nil, "en")
	if err != nil {
		t.Fatal(err)
	}
	return number
}

func (w *world) proposed(t testing.TB) string {
	t.Helper()
	number := w.open(t, w.reader(t, "aoba-user", "ja"), aobaAsk, "proposed"+randomName())
	if _, err := w.app.Solve(t.Context(), w.person("kaede", wire.DirectPartner), number, "propose", wire.CaseStep{Text: "請重新啟動應用程式。"}, nil, "en"); err != nil {
		t.Fatal(err)
	}
	return number
}

func (w *world) guestLink(t testing.TB, number string) string {
	t.Helper()
	secret, _, err := w.app.ShareCase(t.Context(), access.Actor{Company: "aoba", Kinds: []string{wire.Customer}, Person: "aoba-user", Roles: []string{"customer-user"}}, number, "山田 空")
	if err != nil {
		t.Fatal(err)
	}
	return "/link/" + secret
}

// parcelOf is a form with files, as a browser sends it.
func parcelOf(t testing.TB, fields url.Values, files ...[2]string) (string, *bytes.Buffer) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name := range fields {
		if err := m.WriteField(name, fields.Get(name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := m.CreateFormFile("files", f[0])
		if err == nil {
			_, err = part.Write([]byte(f[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), &b
}

func (r *reader) postParcel(path string, fields url.Values, files ...[2]string) answered {
	r.t.Helper()
	kind, body := parcelOf(r.t, fields, files...)
	req := httptest.NewRequest(http.MethodPost, path, body)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.send(req)
}

// Asking, sending, its confirmation, its page; sent twice it is one case, and
// the confirmation stays.
func TestSendingAQuestionMakesOneCase(t *testing.T) {
	w := newWorld(t)
	aoba := w.reader(t, "aoba-user", "en")
	contain(t, aoba.page("/answer?subscription=sub-aoba-sync&topic=break-fix&q=nothing+syncs"), "Send to <bdi", "nothing syncs")
	number := w.open(t, aoba, aobaAsk, "one")
	if again := w.open(t, aoba, aobaAsk, "one"); again != number {
		t.Errorf("the same form made %s and %s", number, again)
	}
	contain(t, aoba.page("/r/"+number+"/sent"), number, "Kaede Cloud Desk", "<time", "/r/"+number)
	contain(t, aoba.page("/r/"+number), "has your request", "Sync stopped", "Since the update nothing syncs.", "青木 美香", "<time")
	contain(t, aoba.page("/r"), number)
	if other := w.open(t, aoba, aobaAsk, "two"); other == number {
		t.Error("another form is the same case")
	}
}

// Nobody opens a case for a company without signing in; the words are kept over
// it, and never in an address.
func TestWhoIsSignedOutKeepsHisWords(t *testing.T) {
	w := newWorld(t)
	out := w.reader(t, "", "en")
	contain(t, out.page("/answer?offer=tamago-sync&topic=how-to&q=my+own+words"), "/signin?to=%2Fanswer", "my+own+words")
	a := out.post(aobaAsk, sentForm("one"))
	if a.status != http.StatusUnauthorized || a.header.Get("Location") != "" {
		t.Fatalf("%d to %q", a.status, a.header.Get("Location"))
	}
	contain(t, a.body, `name="kept.text"`, "Since the update nothing syncs.", `name="kept.subject" value="Sync stopped"`)

	session, err := w.app.SetPassword(t.Context(), access.Actor{Company: "aoba", Person: "aoba-user", Roles: []string{"customer-user"}}, "", "a long password of mine")
	if err != nil || session == "" {
		t.Fatal(err)
	}
	a = out.post("/signin", url.Values{"email": {"mika@aoba.example"}, "password": {"a long password of mine"}, "to": {"/answer?subscription=sub-aoba-sync&topic=break-fix"},
		"kept.text": {"Half an answer <b>"}, "kept.subject": {"Mine"}}.Encode())
	if a.status != http.StatusOK {
		t.Fatalf("signing in: %d\n%s", a.status, a.body)
	}
	contain(t, a.body, "Half an answer &lt;b&gt;", `value="Mine"`, "Send to <bdi")
	number := w.open(t, w.reader(t, "aoba-user", "en"), aobaAsk, "one")
	a = out.postParcel("/r/"+number, url.Values{"text": {"half a reply"}, "idem": {"r"}, "do": {"reply"}}, [2]string{"a.txt", "x"})
	if a.status != http.StatusUnauthorized {
		t.Errorf("a reply of nobody: %d", a.status)
	}
	contain(t, a.body, "half a reply")
	a = out.post("/signin", url.Values{"email": {"mika@aoba.example"}, "password": {"a long password of mine"}, "to": {"/r/" + number}, "kept.text": {"half a reply"}}.Encode())
	contain(t, a.body, "half a reply", "Sync stopped")
}

// A reply with files: on the case in one go, with the last element of the name
// alone, to be kept and never shown.
func TestAReplyWithFiles(t *testing.T) {
	w := newWorld(t)
	aoba := w.reader(t, "aoba-user", "en")
	number := w.open(t, aoba, aobaAsk, "one")
	fields := url.Values{"idem": {"r1"}, "do": {"reply"}, "text": {"See the picture."}}
	for range 2 { // a double click, and the back button
		a := aoba.postParcel("/r/"+number, fields, [2]string{`C:\Users\mika\..\shot.html`, "<script>alert(1)</script>"})
		if a.status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.status, a.body)
		}
	}
	page := aoba.page("/r/" + number)
	contain(t, page, "See the picture.", "shot.html")
	if strings.Count(page, "See the picture.") != 1 || strings.Count(page, "/files/") != 1 || strings.Contains(page, "Users") {
		t.Errorf("the reply stands %d times, with %d files", strings.Count(page, "See the picture."), strings.Count(page, "/files/"))
	}
	file := regexp.MustCompile(`href="(/r/[0-9]+/files/[0-9]+)"`).FindStringSubmatch(page)
	a := aoba.get(file[1])
	if a.body != "<script>alert(1)</script>" || a.header.Get("Content-Type") != "application/octet-stream" ||
		!strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") || !strings.Contains(a.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %v %q", a.status, a.header, a.body)
	}
	if status := w.reader(t, "formosa-user", "en").get(file[1]).status; status != http.StatusNotFound {
		t.Errorf("a stranger gets %d", status)
	}
}

// What is too large or too many is said with its size, and the words are kept.
func TestFilesHaveLimits(t *testing.T) {
	w := newWorld(t)
	aoba := w.reader(t, "aoba-user", "en")
	number := w.open(t, aoba, aobaAsk, "one")
	fields := url.Values{"idem": {"r1"}, "do": {"reply"}, "text": {"my own words"}}
	a := aoba.postParcel("/r/"+number, fields, [2]string{"big.bin", strings.Repeat("x", 26<<20)})
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("26 MB: %d", a.status)
	}
	contain(t, a.body, "The file is 26 MB. Choose one of 25 MB or less.", "my own words")
	var many [][2]string
	for i := range app.MostUploads + 1 {
		many = append(many, [2]string{fmt.Sprintf("%d.txt", i), "x"})
	}
	a = aoba.postParcel("/r/"+number, fields, many...)
	contain(t, a.body, "There are more than 5 files.", "my own words")
	for name, said := range map[string]string{strings.Repeat("n", 300): "The name of the file has 300 bytes; 255 are possible", ". .": "The file has no name. Give it one", "": "The file has no name. Give it one"} {
		a = aoba.postParcel("/r/"+number, fields, [2]string{name, "x"})
		contain(t, a.body, said, "my own words")
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%.20q: %d", name, a.status)
		}
	}
	if page := aoba.page("/r/" + number); strings.Contains(page, "/files/") || strings.Contains(page, "my own words") {
		t.Error("a refused reply left something on the case")
	}
	a = aoba.postParcel("/r/"+number, url.Values{"idem": {"r2"}, "do": {"reply"}})
	contain(t, a.body, "Write a few words, or choose a file.")
}

// From asking to the end and back: proposed, still broken, works, opened again.
func TestTheWayOfARequest(t *testing.T) {
	w := newWorld(t)
	aoba := w.reader(t, "aoba-user", "en")
	number := w.open(t, aoba, aobaAsk, "one")
	kaede := w.person("kaede", wire.DirectPartner)
	does := func(verb, text string) {
		t.Helper()
		if _, err := w.app.Solve(t.Context(), kaede, number, verb, wire.CaseStep{Text: text}, nil, "en"); err != nil {
			t.Fatal(err)
		}
	}
	says := func(mark, do, text, want string) {
		t.Helper()
		a := aoba.post("/r/"+number, url.Values{"idem": {mark}, "do": {do}, "text": {text}}.Encode())
		if a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", do, a.status, a.body)
		}
		contain(t, aoba.page("/r/"+number), want)
	}
	if _, err := w.app.Say(t.Context(), kaede, number, wire.NewMessage{Text: "Which version?", Audience: []string{"customer"}, Wait: true}, nil, "en"); err != nil {
		t.Fatal(err)
	}
	contain(t, aoba.page("/r/"+number), "needs something from you", "Which version?")
	says("a", "reply", "Version 7.", "Version 7.")
	does("propose", "Restart it.")
	contain(t, aoba.page("/r/"+number), "Did it help?", "It works now", "Still broken")
	says("b", "broken", "", "It still does not work.")
	does("propose", "Restart it twice.")
	says("c", "broken", "It stops again.", "It stops again.")
	does("propose", "Reinstall it.")
	says("d", "works", "", "Reply to open it again.")
	says("e", "reply", "It is back.", "It is back.")
	if _, err := w.app.Say(t.Context(), kaede, number, wire.NewMessage{Text: "a private note"}, nil, "en"); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(aoba.page("/r/"+number), "a private note") {
		t.Error("the customer reads a note of the partner")
	}
}

// What people type is text: it runs nowhere and deceives nobody.
func TestWordsOnARequestAreOnlyWords(t *testing.T) {
	w := newWorld(t)
	aoba := w.reader(t, "aoba-user", "en")
	number := w.open(t, aoba, aobaAsk, "one")
	for i, text := range []string{`<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, "**bold** [x](javascript:alert(1))", "ab\u202ecd\u2066", "a\u200bb", strings.Repeat("長", 10_000)} {
		a := aoba.post("/r/"+number, url.Values{"idem": {fmt.Sprint("m", i)}, "do": {"reply"}, "text": {text}}.Encode())
		if a.status != http.StatusSeeOther {
			t.Fatalf("%.40q: %d", text, a.status)
		}
	}
	page := aoba.page("/r/" + number)
	contain(t, page, "&lt;img src=x", "&lt;svg/onload", "**bold**", strings.Repeat("長", 10_000), `lang="ja"`)
	for _, bad := range []string{"<img src=x", "<svg/onload", "\u202e", "\u2066", `href="javascript`} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
}

var guestLinkIn = regexp.MustCompile(`id="guest-link">https?://[^/]+(/link/sbg_[a-z0-9]+)<`)

// A guest link: opening it changes nothing, a press swaps it for a cookie of
// this request alone, and it ends when it is ended.
func TestAGuestReadsOneRequest(t *testing.T) {
	w := newWorld(t)
	aoba := w.reader(t, "aoba-user", "en")
	number, other := w.open(t, aoba, aobaAsk, "one"), w.open(t, aoba, aobaAsk, "two")
	made := aoba.post("/r/"+number+"/links", "contact=Sota")
	link := found(t, guestLinkIn, made.body)
	guest := w.reader(t, "", "en")
	for range 3 {
		a := guest.get(link)
		if a.status != 200 || a.header.Get("Set-Cookie") != "" || a.header.Get("Referrer-Policy") != "no-referrer" || strings.Contains(a.body, "Since the update") || strings.Contains(a.body, "Sync stopped") {
			t.Fatalf("opening the link: %d %v", a.status, a.header)
		}
		contain(t, a.body, "has your request", "Sota", number)
	}
	in := guest.post(link, "")
	if to := in.header.Get("Location"); in.status != http.StatusSeeOther || to != "/r/"+number {
		t.Fatalf("%d to %q", in.status, to)
	}
	set := in.header.Get("Set-Cookie")
	contain(t, set, "Path=/r/"+number, "HttpOnly")
	secret := regexp.MustCompile(`guest=([^;]+)`).FindStringSubmatch(set)[1]
	if strings.Contains(link, secret) {
		t.Error("the cookie is the link")
	}
	guest.guest = secret
	page := guest.get("/r/" + number)
	contain(t, page.body, "Since the update nothing syncs.", "Write a reply")
	if strings.Contains(page.body, "/link/") || strings.Contains(page.body, "/links") || page.header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("a guest's page names links")
	}
	if a := guest.post("/r/"+number, "idem=g&do=reply&text=By+the+guest"); a.status != http.StatusSeeOther {
		t.Errorf("a guest's reply: %d", a.status)
	}
	contain(t, guest.page("/r/"+number), "By the guest", "Sota")
	for _, path := range []string{"/r/" + other, "/r", "/people", "/customers/aoba", "/me"} {
		if a := guest.get(path); a.status == 200 {
			t.Errorf("a guest reads %s", path)
		}
	}
	if a := guest.post("/r/"+number+"/links", "contact=Friend"); a.status != http.StatusForbidden {
		t.Errorf("a guest makes a link: %d", a.status)
	}
	revoke := regexp.MustCompile(`action="(/r/[0-9]+/links/[^"]+/revoke)"`).FindStringSubmatch(aoba.page("/r/" + number))[1]
	if a := aoba.post(revoke, ""); a.status != http.StatusSeeOther {
		t.Fatalf("revoking: %d", a.status)
	}
	for _, a := range []answered{guest.get("/r/" + number), guest.get(link), guest.post(link, "")} {
		if a.status != http.StatusGone {
			t.Errorf("after revoking: %d", a.status)
		}
		contain(t, a.body, "no longer opens anything", "/signin")
	}
	if a := guest.get("/link/sbg_nothing"); a.status != http.StatusGone {
		t.Errorf("a made-up link: %d", a.status)
	}
}

// Foreign looks like missing on every address of a request.
func TestAForeignRequestLooksLikeNone(t *testing.T) {
	w := newWorld(t)
	number := w.open(t, w.reader(t, "aoba-user", "en"), aobaAsk, "one")
	foreign := w.reader(t, "formosa-user", "en")
	for _, at := range []string{"", "/sent", "/files/1"} {
		a, b := foreign.get("/r/"+number+at), foreign.get("/r/00000000018"+at)
		if a.status != 404 || b.status != 404 || changing.ReplaceAllString(strings.ReplaceAll(a.body, number, "N"), "") != changing.ReplaceAllString(strings.ReplaceAll(b.body, "00000000018", "N"), "") {
			t.Errorf("%s: %d and %d", at, a.status, b.status)
		}
	}
	for _, at := range []string{"", "/links", "/links/x/revoke"} {
		if a := foreign.post("/r/"+number+at, "text=x&do=reply&idem=f&contact=x"); a.status != 404 {
			t.Errorf("POST %s: %d", at, a.status)
		}
	}
}

// The pages of a request, word for word.
func TestGoldenRequests(t *testing.T) {
	w := newWorld(t)
	number := w.open(t, w.reader(t, "aoba-user", "en"), aobaAsk, "one")
	for _, lang := range languages {
		r := w.reader(t, "aoba-user", lang)
		r.zone = "Asia/Tokyo"
		for name, path := range map[string]string{"request": "/r/" + number, "request-sent": "/r/" + number + "/sent", "requests": "/r"} {
			got := strings.ReplaceAll(changing.ReplaceAllString(r.get(path).body, "$1…$2"), number, "NUMBER")
			compare(t, filepath.Join("testdata", "golden", lang, name+".html"), got)
		}
	}
}
