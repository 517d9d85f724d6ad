package web

import (
	"net/url"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// facts of the publisher's form, each kind once.
var intakeFields = []wire.FormField{
	{ID: "tenant", Label: wire.Text{"en": "Tenant ID", "ja": "テナント ID", "zh-TW": "租用戶識別碼"}, Help: wire.Text{"en": "It stands in the account settings.", "ja": "アカウント設定に表示されます。", "zh-TW": "顯示於帳號設定中。"}, Required: true},
	{ID: "since", Label: wire.Text{"en": "Since when", "ja": "発生日", "zh-TW": "發生日期"}, Kind: wire.FactDate, Required: true},
	{ID: "who", Label: wire.Text{"en": "Who is concerned", "ja": "影響を受ける人", "zh-TW": "受影響的人員"}, Kind: wire.FactChoice,
		Choices: []wire.FormChoice{{ID: "one", Label: wire.Text{"en": "One person", "ja": "1 人", "zh-TW": "一人"}}, {ID: "all", Label: wire.Text{"en": "Everybody", "ja": "全員", "zh-TW": "所有人"}}}},
	{ID: "again", Label: wire.Text{"en": "Can it be repeated", "ja": "再現できるか", "zh-TW": "是否可重現"}, Kind: wire.FactYesNo},
	{ID: "subscription", Label: wire.Text{"en": "Subscription", "ja": "サブスクリプション", "zh-TW": "訂用帳戶"}},
}

// withForm gives the publisher a form for failures.
func (w *world) withForm(t testing.TB) {
	t.Helper()
	tamago := access.Actor{Company: "tamago", Kinds: []string{wire.Publisher}, Person: "tamago-owner", Roles: []string{"publisher-owner"}, Via: access.ViaWeb}
	if _, err := w.app.SaveIntake(t.Context(), tamago, wire.NewIntake{Topic: "break-fix", Fields: intakeFields}); err != nil {
		t.Fatal(err)
	}
}

// The page makes the first form of a topic: add, name, move, look, save; each save
// is a version, with its author, and an earlier one can be read.
func TestAFormIsMadeWithButtons(t *testing.T) {
	w := newWorld(t)
	owner := w.reader(t, "tamago-owner", "en")
	contain(t, owner.page("/intake"), "Intake forms", "All topics", "Nothing is asked for.")
	page := owner.page("/intake/break-fix")
	form := url.Values{"idem": {found(t, mark, page)}, "after": {"0"}, "fields.rows": {"0"}, "do": {"add"}}
	press := func(do string, status int, fields ...string) string {
		t.Helper()
		form.Set("do", do)
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		a := owner.post("/intake/break-fix", form.Encode())
		if a.status != status {
			t.Fatalf("%s: %d\n%s", do, a.status, a.body)
		}
		return a.body
	}
	contain(t, press("add", 200), `name="fields[0].label.en"`, "Fact 1")
	contain(t, press("add", 200, "fields.rows", "1", "fields[0].label.en", "Tenant <b>ID</b>", "fields[0].need", "needed"), "Tenant &lt;b&gt;ID&lt;/b&gt;", `name="fields[1].label.en"`, "0 of 1 needed facts are there. Missing: Tenant")
	contain(t, press("up-1", 200, "fields.rows", "2", "fields[1].label.en", "Scope", "fields[1].kind", "choice", "fields[1].choices", "One person | 1 人\nEverybody"), `name="fields[0].label.en" value="Scope"`)
	contain(t, press("save", 422, "fields[1].choices", ""), "fields-1-choices")
	press("save", 303, "fields[1].choices", "One person | 1 人\nEverybody")
	page = owner.page("/intake/break-fix?done=saved")
	contain(t, page, "The form is saved.", "one-person: One person | 1 人", "Version 1, saved", `value="tenant-b-id-b"`)
	form.Set("idem", found(t, mark, page))
	contain(t, press("save", 412, "after", "0"), "Somebody has changed the form meanwhile")
	form.Set("idem", "another")
	press("save", 303, "after", "1", "fields.rows", "1")
	contain(t, owner.page("/intake/break-fix?version=1"), "Version 1", "To the newest version", "Scope")
	if a := owner.get("/intake/break-fix?version=9"); a.status != 404 {
		t.Errorf("a version that is none: %d", a.status)
	}
	if a := owner.get("/intake/none"); a.status != 404 {
		t.Errorf("a topic that is none: %d", a.status)
	}
}

// The dialog of a handoff shows the form of the receiver with what the case holds,
// and how complete it is; what is typed wrongly stays as it was typed.
func TestTheSenderSeesTheReceiversForm(t *testing.T) {
	w := newWorld(t)
	w.withForm(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede, tamago := w.reader(t, "kaede-admin", "en"), w.reader(t, "tamago-owner", "ja")
	page := kaede.page("/c/" + n + "/handoff?send.to=tamago")
	contain(t, page, "0 of 2 needed facts are there. Missing: Tenant ID and Since when.", `name="send.facts.since" value=""`, `type="date"`, "It stands in the account settings.",
		"sub-aoba-sync", "Taken from the case.", "Form for Something is broken, version 1")
	form := filled(t, page, "send.to", "tamago", "send.summary", "stops", "send.form.topic", "break-fix", "send.form.version", "1", "send.facts.tenant", "T-77", "send.facts.since", "yesterday", "send.facts.who", "all")
	a := kaede.post("/c/"+n+"/handoff", form.Encode())
	if a.status != 422 {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	contain(t, a.body, "“yesterday” is no date", `id="f-send-facts-since-error"`, `value="yesterday"`, "T-77")
	form.Set("send.facts.since", "2026-11-29")
	form.Set("idem", "again")
	if a := kaede.post("/c/"+n+"/handoff", form.Encode()); a.status != 303 {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	contain(t, tamago.page("/c/"+n), "テナント ID", "T-77", "全員", "必要な情報2件のうち2件がそろっています")
}

// A question that is answered comes back with the answer first; with a reason it is
// asked. What the asker does not read is not there.
func TestAnAnswerIsShownBeforeItIsAskedFor(t *testing.T) {
	w := newWorld(t)
	w.withForm(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede := w.person("kaede", wire.DirectPartner)
	if _, err := w.app.Say(t.Context(), kaede, n, wire.NewMessage{Text: "secret-note", Audience: []string{"internal"}}, nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	if _, err := w.app.HandOver(t.Context(), kaede, n, wire.NewHandoff{To: "tamago", Package: wire.Package{Summary: "stops", Facts: map[string]string{"tenant": "<i>T-77</i>"}}}, nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	tamago := w.reader(t, "tamago-owner", "en")
	page := tamago.page("/c/" + n)
	_, id, _ := strings.Cut(page, `name="handoff" value="`)
	form := filled(t, page, "handoff", id[:strings.Index(id, `"`)], "ask.question", "テナント ID を教えてください")
	a := tamago.post("/c/"+n+"/ask", form.Encode())
	if a.status != 409 {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	contain(t, a.body, "Already answered:", "Tenant ID", "&lt;i&gt;T-77&lt;/i&gt;", `name="ask.because"`, "テナント ID を教えてください</textarea>")
	if strings.Contains(a.body, "secret-note") {
		t.Error("the answer tells a note")
	}
	form.Set("ask.because", "T-77 is none of ours")
	form.Set("idem", "again")
	if a := tamago.post("/c/"+n+"/ask", form.Encode()); a.status != 303 {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	contain(t, w.reader(t, "kaede-admin", "en").page("/c/"+n), "テナント ID を教えてください", "T-77 is none of ours")
}
