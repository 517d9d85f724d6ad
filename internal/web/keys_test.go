package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"switchboard/internal/access"
	"switchboard/internal/i18n"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

var doing = regexp.MustCompile(`data-do="([a-z-]+)"`)

// Every command leads somewhere, is moved by the script, or presses something
// that stands on a page for everybody.
func TestEveryCommandHasItsThing(t *testing.T) {
	w := newWorld(t)
	there := map[string]bool{}
	people := map[string]*reader{}
	for _, page := range everyPage(t, w) {
		if page.person == "" {
			continue
		}
		if people[page.person] == nil {
			people[page.person] = w.reader(t, page.person, "en")
		}
		for _, m := range doing.FindAllStringSubmatch(people[page.person].get(page.path).body, -1) {
			there[m[1]] = true
			if commandOf(m[1]) == nil && !strings.HasPrefix(m[1], macroCommand("")) {
				t.Errorf("%s bears a command that is none: %s", page.name, m[1])
			}
		}
	}
	for _, c := range commands {
		if c.path == "" && !there[c.name] && !slices.Contains([]string{"next", "previous", "open", "select", "select-range"}, c.name) {
			t.Errorf("%s (%s) presses nothing on any page", c.name, c.key)
		}
	}
	if name := (keyboard{}).clash(); name != "" {
		t.Errorf("%s is hidden by another command", name)
	}
}

func TestKeysAreMovedOrRefused(t *testing.T) {
	w := newWorld(t)
	r := w.reader(t, "kaede-admin", "en")
	form := func(pairs ...string) string {
		out := url.Values{}
		for _, c := range commands {
			if !c.fixed() {
				out.Set("key."+c.name, c.key)
			}
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			out.Set(pairs[i], pairs[i+1])
		}
		return out.Encode()
	}
	for typed, says := range map[string]string{"": "is not a key", "ab": "is not a key", "あ": "is not a key", "g i n": "is not a key", "|": "is not a key", "n": "is taken", "g": "is taken", "j": "is taken"} {
		a := r.post("/keys", form("key.reply", typed))
		if a.status != 422 || !strings.Contains(a.body, says) || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%q: %d %v", typed, a.status, a.header["Set-Cookie"])
		}
	}
	a := r.post("/keys", form("key.reply", "g x", "off", "yes"))
	cookies, err := http.ParseSetCookie(a.header.Get("Set-Cookie"))
	if a.status != 303 || err != nil || cookies.Value != "off|reply:g x" {
		t.Fatalf("%d %v %v", a.status, a.header["Set-Cookie"], err)
	}
	k := readKeyboard(cookies.Value)
	if !k.off || k.key(*commandOf("reply")) != "g x" || k.text() != cookies.Value {
		t.Errorf("%+v", k)
	}
	if a := r.post("/keys", "reset=yes"); a.status != 303 || !strings.Contains(a.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("%d %v", a.status, a.header["Set-Cookie"])
	}
	if a := w.reader(t, "aoba-user", "en").page("/r"); strings.Contains(a, "data-keys") || strings.Contains(a, "desk.") {
		t.Error("a customer's pages have keys")
	}
}

// Whatever a browser brings, no two commands share a key, and what is written
// down is read again as the same.
func FuzzKeyboard(f *testing.F) {
	for _, text := range []string{"", "off", "reply:x", "reply:n", "off|reply:g r|note:z", "send:x", "next:|::|off", "reply:g"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		k := readKeyboard(text)
		if name := k.clash(); name != "" {
			t.Fatalf("%q: %s is hidden", text, name)
		}
		again := readKeyboard(k.text())
		if again.text() != k.text() || again.off != k.off {
			t.Fatalf("%q: %q, then %q", text, k.text(), again.text())
		}
	})
}

// A stream is for those who work on cases, as long as they are signed in.
func TestAStreamEndsWithItsSession(t *testing.T) {
	w := newWorld(t)
	if a := w.reader(t, "aoba-user", "en").get("/live"); a.status != 404 {
		t.Errorf("a customer: %d", a.status)
	}
	secret := w.session(t, "kaede-admin")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "session", Value: secret})
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", res.Header)
	}
	if err := w.app.SignOut(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 1024)
	for err == nil {
		_, err = res.Body.Read(buffer)
	}
	if ctx.Err() != nil {
		t.Error("the stream goes on after its session")
	}
}

func focused(tab *testkit.Page, selector string) bool {
	return testkit.Eval[bool](tab, `document.activeElement.matches(`+"`"+selector+"`"+`)`)
}

// The jobs of an agent by keys alone: through the list, into a case, a reply, the
// palette to an offer. Nothing happens while somebody writes or an input method
// composes, and Enter alone never sends.
func TestTheDeskByKeys(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	w.asked(t, "もう一つ", "別の件")
	persons := newCrowd(t, w)
	for _, lang := range languages {
		tab := persons.browser(t, "kaede-admin").Open(t, w.url+"/offers?lang="+lang, testkit.Look{Width: 1280, Height: 800, Still: true})
		tab.Keys("g")
		if status := tab.Leads("i", false); status != 200 || !strings.Contains(tab.URL(), "/inbox/needs-us") {
			t.Fatalf("%s: g i leads to %s, %d", lang, tab.URL(), status)
		}
		tab.Keys("jjk")
		if !focused(tab, "[data-row]") || testkit.Eval[int](tab, `[...document.querySelectorAll("[data-row]")].indexOf(document.activeElement)`) != 0 {
			t.Fatalf("%s: j and k do not walk through the list", lang)
		}
		tab.Go(w.url + "/c/" + n + "?lang=" + lang)
		testkit.Eval[bool](tab, `document.body.dispatchEvent(new KeyboardEvent("keydown", {key:"r",bubbles:true,cancelable:true}))`)
		if !focused(tab, "[name='say.text']") || testkit.Eval[string](tab, `document.querySelector("[name='say.to']:checked").value`) != "aoba" {
			t.Fatalf("%s: r does not begin a reply to the customer", lang)
		}
		tab.Keys("jknh" + kb.Enter + "二行目")
		if got := testkit.Eval[string](tab, `document.activeElement.value`); got != "jknh\n二行目" {
			t.Errorf("%s: typed keys became %q", lang, got)
		}
		for _, composing := range []string{`{key:"Enter",ctrlKey:true,isComposing:true}`, `{key:"k",ctrlKey:true,keyCode:229}`} {
			testkit.Eval[bool](tab, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", Object.assign(`+composing+`, {bubbles:true,cancelable:true})))`)
		}
		if testkit.Eval[bool](tab, `Boolean(document.querySelector("dialog[open]"))`) {
			t.Errorf("%s: a composing key opens the palette", lang)
		}
		if status := tab.Leads(kb.Enter, true); status != 200 || !strings.Contains(tab.URL(), "done=say") || !strings.Contains(tab.Text("#events"), "二行目") {
			t.Errorf("%s: Control and Enter lead to %s, %d", lang, tab.URL(), status)
		}
		tab.Control("k")
		tab.Await(`document.querySelector("dialog[open] [role=option]")`)
		for _, v := range tab.Axe() {
			t.Errorf("%s: the palette: %s", lang, v)
		}
		if tab.Overflow() || !focused(tab, "dialog input[role=combobox]") {
			t.Errorf("%s: the palette is not where one types", lang)
		}
		tab.Keys("tamago")
		tab.Await(`document.querySelector("dialog [data-path='/offers/tamago-sync']")`)
		for !testkit.Eval[bool](tab, `document.querySelector("dialog [aria-selected=true]").dataset.path === "/offers/tamago-sync"`) {
			tab.Keys(kb.ArrowDown)
		}
		if status := tab.Enter(); status != 200 || !strings.Contains(tab.URL(), "/offers/tamago-sync") {
			t.Errorf("%s: the palette leads to %s, %d", lang, tab.URL(), status)
		}
		if bad := append(tab.Complaints(), tab.Failed()...); len(bad) > 0 {
			t.Errorf("%s: %v", lang, bad)
		}
	}
}

// What others do comes to an open page by itself: a line of the case, a new row
// behind a button, and nothing under the focus moves.
func TestAPageFollowsWhatOthersDo(t *testing.T) {
	w := newWorld(t)
	w.atWork(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	w.asked(t, "もう一つ", "別の件")
	tab := newCrowd(t, w).browser(t, "kaede-admin").Open(t, w.url+"/inbox/needs-us?lang=en&case="+n, testkit.Look{Width: 1280, Height: 900, Still: true})
	aoba := access.Actor{Company: "aoba", Kinds: []string{wire.Customer}, Person: "aoba-user", Roles: []string{"customer-user"}, Via: access.ViaWeb}
	say := func(text string) {
		t.Helper()
		if _, err := w.app.Say(t.Context(), aoba, n, wire.NewMessage{Text: text, Audience: []string{"kaede"}}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
	}
	say("one more thing")
	tab.Await(`document.getElementById("events").textContent.includes("one more thing")`)
	tab.Click("[name='say.text']")
	tab.Keys("half")
	before := testkit.Eval[float64](tab, `document.querySelector("[name='say.text']").getBoundingClientRect().top`)
	say("while you write")
	w.asked(t, "三つ目", "新しい件")
	tab.Await(`!document.getElementById("news").hidden`)
	if after := testkit.Eval[float64](tab, `document.querySelector("[name='say.text']").getBoundingClientRect().top`); after-before > 1 || before-after > 1 {
		t.Errorf("the field moved from %v to %v", before, after)
	}
	if text := tab.Text("#news"); !strings.Contains(text, "new") || testkit.Eval[string](tab, `document.querySelector("[name='say.text']").value`) != "half" {
		t.Errorf("%q", text)
	}
	rows := testkit.Eval[int](tab, `document.querySelectorAll("[data-row]").length`)
	if rows != 2 {
		t.Errorf("%d rows: a row came in by itself", rows)
	}
	if bad := tab.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// cut puts a line before the server that can be cut: whoever is connected is thrown
// out, and nobody comes in until it is mended.
func (w *world) cut(t *testing.T) (cut, mend func()) {
	t.Helper()
	var down atomic.Bool
	inner := w.http.Config.Handler
	line := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if down.Load() {
			panic(http.ErrAbortHandler)
		}
		inner.ServeHTTP(rw, r)
	}))
	t.Cleanup(line.Close)
	w.url = line.URL
	return func() { down.Store(true); line.CloseClientConnections() }, func() { down.Store(false) }
}

// Without a connection the page says so and keeps what is typed; with one again it
// shows what came meanwhile (experience 4).
func TestOfflineIsSaidAndNothingIsMissed(t *testing.T) {
	w := newWorld(t)
	w.atWork(t)
	cut, mend := w.cut(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	tab := newCrowd(t, w).browser(t, "kaede-admin").Open(t, w.url+"/c/"+n+"?lang=en", testkit.Look{Width: 1280, Height: 900, Still: true})
	tab.Click("[name='say.text']")
	cut()
	tab.Keys("half a reply")
	tab.Await(`!document.getElementById("offline").hidden`)
	aoba := access.Actor{Company: "aoba", Kinds: []string{wire.Customer}, Person: "aoba-user", Roles: []string{"customer-user"}, Via: access.ViaWeb}
	if _, err := w.app.Say(t.Context(), aoba, n, wire.NewMessage{Text: "said meanwhile", Audience: []string{"kaede"}}, nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	if typed := testkit.Eval[string](tab, `document.activeElement.blur() ?? document.querySelector("[name='say.text']").value`); typed != "half a reply" {
		t.Errorf("what was typed is %q", typed)
	}
	mend()
	tab.Await(`document.getElementById("offline").hidden && document.getElementById("events").textContent.includes("said meanwhile")`)
	if typed := testkit.Eval[string](tab, `document.querySelector("[name='say.text']").value`); typed != "half a reply" {
		t.Errorf("what was typed is %q", typed)
	}
}
