package web

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"switchboard/internal/i18n"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

var savedLinks = regexp.MustCompile(`/inbox/saved-([a-z0-9]+)"`)

// Without scripts: what a list shows is saved under a name, stands in the list of
// views and in the palette, is renamed, moved, shared and deleted. Nobody else has
// it until it is shared.
func TestAViewIsSavedSharedAndDeleted(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede, rival := w.reader(t, "kaede-admin", "en"), w.reader(t, "northgate-admin", "en")
	colleague := w.person("kaede", wire.DirectPartner)
	colleague.Person = "kaede-other"
	if page := kaede.page("/inbox/needs-us"); strings.Contains(page, "Save this view") {
		t.Error("a default view is offered to be saved")
	}
	contain(t, kaede.page("/inbox/needs-us?q=is:open+%E5%90%8C%E6%9C%9F"), "Save this view", `name="new.query" value="is:open 同期"`, n)
	page := kaede.sent("/views", "idem=a&new.query=is:open+%E5%90%8C%E6%9C%9F&new.name=%3Ci%3ESync%3C/i%3E")
	contain(t, page, "&lt;i&gt;Sync&lt;/i&gt;", n, "Saved", `aria-current="page"`)
	id := found(t, savedLinks, page)
	contain(t, kaede.page("/palette?q=sync"), "/inbox/saved-"+id)
	contain(t, kaede.page("/inbox/saved-"+id+"?case="+n), `id="compose"`, "/inbox/saved-"+id)
	again := kaede.post("/views", "idem=b&new.query=is:opne&new.name=Typo")
	if again.status != 422 {
		t.Fatalf("a query that is none: %d", again.status)
	}
	contain(t, again.body, `value="is:opne"`, `value="Typo"`, `id="f-new-query-error"`)
	for _, r := range []*reader{rival} {
		for _, path := range []string{"/inbox/saved-" + id, "/inbox/saved-none"} {
			if a := r.get(path); a.status != 404 {
				t.Errorf("%s: %d", path, a.status)
			}
		}
		for _, path := range []string{"/views/" + id + "/delete", "/views/" + id + "/up", "/views/none/up", "/views/" + id + "/nonsense"} {
			if a := r.post(path, "idem="+path); a.status != 404 {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	}
	if list, err := w.app.SavedViews(t.Context(), colleague); err != nil || len(list) > 0 {
		t.Errorf("a colleague has %+v: %v", list, err)
	}
	kaede.sent("/views", "idem=c&new.query=is:late&new.name=Second")
	contain(t, kaede.sent("/views/"+id+"/down", "idem=d"), "new place")
	if page := kaede.page("/inbox/needs-us"); strings.Index(page, "Second") > strings.Index(page, "Sync") {
		t.Error("it was not moved")
	}
	field := "view-" + id
	contain(t, kaede.sent("/views/"+id, "idem=e&version=2&"+field+".name=Ours&"+field+".query=is:open&"+field+".shared=yes"), "The view is saved.", "Shared in your company", "Ours")
	if stale := kaede.post("/views/"+id, "idem=f&version=2&"+field+".name=Old&"+field+".query=is:open"); stale.status != 412 {
		t.Errorf("over something unread: %d", stale.status)
	}
	if list, err := w.app.SavedViews(t.Context(), colleague); err != nil || len(list) != 1 || list[0].Name != "Ours" {
		t.Errorf("a colleague has %+v: %v", list, err)
	}
	contain(t, kaede.sent("/views/"+id+"/delete", "idem=g"), "The view is deleted.", "Second")
	if a := kaede.get("/inbox/saved-" + id); a.status != 404 {
		t.Errorf("deleted: %d", a.status)
	}
}

// macroWith makes a macro of Kaede's.
func (w *world) macroWith(t testing.TB, m wire.Macro) {
	t.Helper()
	if _, _, err := w.app.PutMacro(t.Context(), w.person("kaede", wire.DirectPartner), m, nil); err != nil {
		t.Fatal(err)
	}
}

// Without scripts: a macro fills the composer, below what was typed for the same
// readers; what was typed for others is kept as it is. Nothing is sent by it.
func TestAMacroFillsAndSendsNothing(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	w.macroWith(t, wire.Macro{ID: "hello", Name: "<b>Hello</b>", Audience: "customer", After: "wait", Text: map[string]string{"ja": "{{company}}より {{case}} <script>", "en": "Dear {{customer}}"}})
	w.macroWith(t, wire.Macro{ID: "person", Name: "person", Audience: "customer", Text: map[string]string{"en": "Dear {{person}}"}})
	kaede := w.reader(t, "kaede-admin", "en")
	contain(t, kaede.page("/c/"+n), "&lt;b&gt;Hello&lt;/b&gt;", `name="macro" value="hello"`)
	page := kaede.page("/c/" + n + "?macro=hello")
	contain(t, page, n+" &lt;script&gt;</textarea>", `value="aoba" id="to-1" checked`, "is filled in", "Waits for the customer")
	typed := func(page, to, text, macro string) string {
		return filled(t, page, "say.to", to, "say.text", text, "macro", macro).Encode()
	}
	page = kaede.sent("/c/"+n+"/say", typed(page, "aoba", "half typed", "hello"))
	contain(t, page, "half typed\n\n", n+" &lt;script&gt;</textarea>", "below what you had typed", `name="say.from" value="aoba"`)
	page = kaede.sent("/c/"+n+"/say", typed(page, "internal", "the margin is thin", "hello"))
	contain(t, page, "half typed\n\n", "Your other drafts", "the margin is thin")
	if box := page[strings.Index(page, "<textarea"):strings.Index(page, "</textarea>")]; strings.Contains(box, "margin") {
		t.Errorf("words for the house stand in a reply: %s", box)
	}
	lines, err := w.app.Timeline(t.Context(), w.person("kaede", wire.DirectPartner), n, 0, i18n.English)
	if err != nil || len(lines) != 1 {
		t.Errorf("something was sent: %+v %v", lines, err)
	}
	page = kaede.page("/c/" + n + "?macro=person")
	contain(t, page, "Dear 青木 美香</textarea>", "The text is in English")
	byPhone, err := w.app.OpenCase(t.Context(), w.person("kaede", wire.DirectPartner), wire.NewCase{Subscription: "sub-aoba-sync", Topic: "break-fix", Subject: "x", Text: "x", Requester: "no-one"}, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	contain(t, kaede.page("/c/"+byPhone.Number+"?macro=person"), "Dear {{person}}</textarea>", "Not known here: {{person}}")
	form := filled(t, page, "say.to", "aoba", "say.text", "Dear {{person}}", "say.from", "aoba")
	refused := kaede.post("/c/"+n+"/say", form.Encode())
	if refused.status != 422 {
		t.Fatalf("it left unfilled: %d", refused.status)
	}
	contain(t, refused.body, `id="f-say-text-error"`, "“{{person}}” is still to be filled in", "Dear {{person}}</textarea>")
	for path, r := range map[string]*reader{"/c/" + n + "?macro=none": kaede, "/c/" + n + "?macro=hello": w.reader(t, "northgate-admin", "en")} {
		if a := r.get(path); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// Macros are written where who may does; what is refused comes back as it was
// typed, and who may not reads them.
func TestMacrosAreWritten(t *testing.T) {
	w := newWorld(t)
	kaede := w.reader(t, "kaede-admin", "en")
	contain(t, kaede.page("/macros"), "No macros yet", "New macro")
	bad := kaede.post("/macros", "idem=a&new.name=Bad&new.audience=internal&new.after=wait&new.text.en=x")
	if bad.status != 422 {
		t.Fatalf("%d", bad.status)
	}
	contain(t, bad.body, `id="f-new-after-error"`, `value="Bad"`, `value="internal" selected`)
	contain(t, kaede.post("/macros", "idem=b&new.name=Bad&new.audience=internal&new.text.ja=%7B%7Bcompani%7D%7D").body, `id="f-new-text-ja-error"`, "{{compani}}</textarea>", "company")
	page := kaede.sent("/macros", "idem=c&new.name=Good&new.audience=customer&new.after=propose&new.text.en=It+works.")
	contain(t, page, "The macro is saved.", "Good", "Reply to the customer", "English")
	id := found(t, regexp.MustCompile(`action="/macros/([a-z0-9]+)"`), page)
	at := "macro-" + id
	contain(t, kaede.sent("/macros/"+id, "idem=d&version=1&"+at+".name=Better&"+at+".audience=customer&"+at+".text.zh-TW=x"), "Better", "Traditional Chinese")
	if a := kaede.post("/macros/"+id, "idem=e&version=1&"+at+".name=Old&"+at+".audience=customer&"+at+".text.en=x"); a.status != 412 {
		t.Errorf("over something unread: %d", a.status)
	}
	rival, helper := w.reader(t, "bluewillow-admin", "en"), w.reader(t, "northgate-billing", "en")
	if a := rival.post("/macros/"+id+"/delete", "idem=f"); a.status != 404 {
		t.Errorf("a rival deletes it: %d", a.status)
	}
	if a := helper.post("/macros", "idem=g&new.name=x&new.audience=internal&new.text.en=x"); a.status != 403 {
		t.Errorf("who may not writes one: %d", a.status)
	}
	if page := helper.page("/macros"); strings.Contains(page, "New macro") {
		t.Error("who may not is offered to write one")
	}
	contain(t, kaede.sent("/macros/"+id+"/delete", "idem=h"), "The macro is deleted.", "No macros yet")
}

// By keys: ";" and Enter fill what was typed and not kept yet, and Ctrl+Enter sends
// as the macro says.
func TestMacrosByKeys(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	w.macroWith(t, wire.Macro{ID: "hello", Name: "Hello", Audience: "customer", After: "wait", Text: map[string]string{"ja": "{{company}}です"}})
	b := testkit.NewBrowser(t)
	tab := b.Open(t, w.url+"/", testkit.Look{Still: true})
	testkit.Eval[string](tab, `document.cookie = "session=`+w.session(t, "kaede-admin")+`;path=/"`)
	tab.Go(w.url + "/c/" + n)
	tab.Click("[value=aoba]")
	tab.Click("[name='say.text']")
	tab.Keys("typed")
	testkit.Eval[bool](tab, `document.activeElement.blur() ?? true`)
	tab.Keys(";")
	tab.Await(`document.activeElement.value === "hello"`)
	if status := tab.Leads(kb.Enter, false); status != 200 || !testkit.Eval[bool](tab, `document.querySelector("[name='say.text']").value.startsWith("typed\n\n")`) {
		t.Fatalf("the macro leads to %s, %d", tab.URL(), status)
	}
	tab.Click("[name='say.text']")
	tab.Keys("!")
	tab.Await(`!location.search.includes("macro=")`)
	kaede := w.reader(t, "kaede-admin", "en")
	contain(t, kaede.page("/c/"+n), "typed\n", "!", "です</textarea>")
	if status := tab.Leads(kb.Enter, true); status != 200 || !strings.Contains(tab.URL(), "done=say") {
		t.Fatalf("sending leads to %s, %d", tab.URL(), status)
	}
	if c, err := w.app.Case(t.Context(), w.person("kaede", wire.DirectPartner), n, i18n.English); err != nil || c.State != "waiting-customer" {
		t.Errorf("it does not wait for the customer, as the macro says: %+v %v", c, err)
	}
}
