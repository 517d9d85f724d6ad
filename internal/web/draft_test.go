package web

import (
	"net/url"
	"strings"
	"testing"

	"switchboard/internal/i18n"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

// sent posts a form of a case and goes where it leads.
func (r *reader) sent(path, form string) string {
	r.t.Helper()
	a := r.post(path, form)
	if a.status != 303 {
		r.t.Fatalf("%s: %d\n%s", path, a.status, a.body)
	}
	to, _, _ := strings.Cut(a.header.Get("Location"), "#")
	return r.page(to)
}

// Without scripts: what is kept stands in the composer again, is listed, and is
// gone when it was sent or discarded. A colleague sees none of it.
func TestADraftIsKeptUntilItIsSent(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede, customer := w.reader(t, "kaede-admin", "en"), w.reader(t, "aoba-user", "en")
	at := "/c/" + n + "/say"
	form := filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "half-written", "do", "keep")
	page := kaede.sent(at, form.Encode())
	contain(t, page, "Kept as a draft", "half-written</textarea>", `value="aoba" id="to-1" checked`, `name="say.from" value="aoba"`)
	contain(t, kaede.page("/inbox/needs-us?case="+n), "half-written</textarea>")
	contain(t, kaede.page("/drafts"), "half-written", "同期が止まりました", "Message", `aria-current="page"`)
	for _, path := range []string{"/c/" + n, "/drafts"} {
		if strings.Contains(customer.page(path), "half-written") {
			t.Errorf("the customer reads it at %s", path)
		}
	}
	note := kaede.sent(at, filled(t, page, "say.to", "internal", "say.text", "a-note", "do", "keep").Encode())
	contain(t, note, "a-note</textarea>", "Your other drafts", `draft=aoba`)
	page = kaede.page("/c/" + n + "?draft=aoba")
	contain(t, page, "half-written</textarea>", "draft=internal")
	page = kaede.sent(at, filled(t, page, "say.from", "aoba", "say.to", "aoba", "say.text", "now-whole").Encode())
	if contain(t, page, "Sent.", "a-note</textarea>"); strings.Contains(page, "half-written") {
		t.Error("what was sent is still a draft")
	}
	if list := kaede.sent(at, "do=drop&say.from=internal&back=/drafts&idem=x"); strings.Contains(list, "a-note") || !strings.Contains(list, "No drafts") {
		t.Errorf("what was discarded is still there:\n%s", list)
	}
}

// What was written while a draft lay there is shown above it; what is refused is
// kept by itself; what was sent does not come back by a keeping that is late.
func TestADraftOutlivesTheTab(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede := w.reader(t, "kaede-admin", "en")
	page := kaede.page("/c/" + n)
	typed := filled(t, page, "say.to", "aoba", "say.text", "half-written")
	typed.Set("say.mark", typed.Get("idem"))
	typed.Del("idem")
	if a := kaede.post("/c/"+n+"/draft", typed.Encode()); a.status != 204 || a.body != "" {
		t.Fatalf("typing: %d %s", a.status, a.body)
	}
	if _, err := w.app.Say(t.Context(), w.person("aoba", wire.Customer), n, wire.NewMessage{Text: "one word more", Audience: []string{"kaede"}}, nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	contain(t, kaede.page("/c/"+n), "half-written</textarea>", "while you were writing", `id="came-`)
	late := filled(t, page, "say.from", "aoba", "say.to", "aoba", "say.text", "half-written and more")
	refused := kaede.post("/c/"+n+"/say", late.Encode())
	if refused.status != 412 {
		t.Fatalf("over something unread: %d", refused.status)
	}
	contain(t, refused.body, "half-written and more</textarea>", `name="say.from" value="aoba"`, "one word more")
	contain(t, kaede.page("/c/"+n), "half-written and more</textarea>", "while you were writing")
	late.Set("version", found(t, version, refused.body))
	late.Set("idem", found(t, mark, refused.body))
	if page := kaede.sent("/c/"+n+"/say", late.Encode()); strings.Contains(page, "</textarea>") && strings.Contains(page, "and more</textarea>") {
		t.Error("what was sent is a draft")
	}
	late.Set("say.mark", late.Get("idem"))
	late.Set("say.text", "half-writ")
	late.Del("idem")
	if a := kaede.post("/c/"+n+"/draft", late.Encode()); a.status != 204 {
		t.Fatalf("late typing: %d", a.status)
	}
	if strings.Contains(kaede.page("/drafts"), "half-writ") {
		t.Error("what was sent has come back")
	}
}

// keep leaves two drafts on a case: for the customer, and for the house.
func keep(t testing.TB, r *reader, at string) {
	t.Helper()
	for _, draft := range [][2]string{{"aoba", "ご連絡ありがとうございます。ログを確認しています。"}, {"internal", "Ask the publisher for the log of the night."}} {
		typed := url.Values{"say.to": {draft[0]}, "say.text": {draft[1]}, "version": {"1"}}
		if a := r.post(at+"/draft", typed.Encode()); a.status != 204 {
			t.Fatalf("%s: %d %s", at, a.status, a.body)
		}
	}
}

// With scripts it is kept while somebody types, and a reply that is sent at once
// leaves nothing behind.
func TestTypingIsKeptByItself(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	b := testkit.NewBrowser(t)
	tab := b.Open(t, w.url+"/", testkit.Look{Still: true})
	testkit.Eval[string](tab, `document.cookie = "session=`+w.session(t, "kaede-admin")+`;path=/"`)
	tab.Go(w.url + "/c/" + n)
	tab.Click("[value=aoba]")
	tab.Click("[name='say.text']")
	tab.Keys("typed in a browser")
	tab.Await(`document.querySelector("[data-draft]").textContent.includes(":")`)
	kaede := w.reader(t, "kaede-admin", "en")
	contain(t, kaede.page("/c/"+n), "typed in a browser</textarea>", `value="aoba" id="to-1" checked`)
	tab.Keys(", and sent")
	if status := tab.Follow(".composer .main[data-n='1']"); status != 200 {
		t.Fatalf("sending: %d", status)
	}
	contain(t, kaede.page("/c/"+n), "typed in a browser, and sent")
	if page := kaede.page("/drafts"); strings.Contains(page, "typed in") {
		t.Error("what was sent is a draft")
	}
}
