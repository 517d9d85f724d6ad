package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/i18n"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

// marked is a case with labels that is snoozed.
func (w *world) marked(t testing.TB) string {
	t.Helper()
	n := w.asked(t, "請求書の金額が違います", "先月の請求書を確認してください")
	kaede := w.person("kaede", wire.DirectPartner)
	if _, err := w.app.Label(t.Context(), kaede, n, wire.LabelChange{Add: []string{"請求書", "needs a call"}}, i18n.English); err != nil {
		t.Fatal(err)
	}
	if _, err := w.app.Snooze(t.Context(), kaede, n, w.app.Now().Add(48*time.Hour), nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	return n
}

// The instants that are offered are those of the reader's own days, also where
// the clocks change.
func TestWhatIsOfferedForSnoozing(t *testing.T) {
	for _, tc := range []struct{ zone, now, tomorrow, monday string }{
		{"Asia/Tokyo", "2026-11-27T20:00:00Z", "2026-11-29T00:00:00Z", "2026-11-30T00:00:00Z"},          // Saturday 05:00 in Tokyo
		{"Europe/Berlin", "2026-10-24T10:00:00Z", "2026-10-25T08:00:00Z", "2026-10-26T08:00:00Z"},       // the night with an hour more
		{"America/New_York", "2026-03-07T15:00:00Z", "2026-03-08T13:00:00Z", "2026-03-09T13:00:00Z"},    // the night with an hour less
		{"UTC", "2026-11-30T08:00:00Z", "2026-12-01T09:00:00Z", "2026-12-07T09:00:00Z"},                 // a Monday
		{"Pacific/Apia", "2026-11-29T12:00:00Z", "2026-11-30T20:00:00Z", "2026-12-06T20:00:00Z"},        // Monday there, Sunday in UTC
		{"America/Santiago", "2026-09-05T15:00:00Z", "2026-09-06T12:00:00Z", "2026-09-07T12:00:00Z"},    // midnight does not exist
		{"Australia/Lord_Howe", "2026-10-03T10:00:00Z", "2026-10-03T22:00:00Z", "2026-10-04T22:00:00Z"}, // half an hour
	} {
		zone, err := time.LoadLocation(tc.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, tc.now)
		if err != nil {
			t.Fatal(err)
		}
		got := naps(now.In(zone))
		for i, want := range []string{now.Add(4 * time.Hour).Format(time.RFC3339), tc.tomorrow, tc.monday} {
			if at := got[i].until.UTC().Format(time.RFC3339); at != want {
				t.Errorf("%s at %s: %s is %s, want %s", tc.zone, tc.now, got[i].name, at, want)
			}
		}
	}
}

func TestACaseIsSnoozedAndLabelledOnItsPage(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede := w.reader(t, "kaede-admin", "en")
	page := kaede.page("/c/" + n)
	form := filled(t, page, "label.add", "Invoice、請求書, needs a call")
	contain(t, kaede.sent("/c/"+n+"/label", form.Encode()), "Labels saved.", "needs a call", `value="請求書"`)
	contain(t, kaede.page("/inbox/needs-us?q="+url.QueryEscape(`label:"needs a call"`)), n, "needs a call")
	page = kaede.page("/c/" + n)
	other := filled(t, page, "label.had", "Invoice", "label.had", "請求書", "label.had", "needs a call", "label.keep", "Invoice", "label.keep", "needs a call")
	one := filled(t, page, "label.had", "Invoice", "label.keep", "Invoice", "label.add", "VIP") // a tab that is older
	one.Set("idem", "another-tab")
	kaede.sent("/c/"+n+"/label", one.Encode())
	kaede.sent("/c/"+n+"/label", other.Encode())
	page = kaede.page("/c/" + n)
	contain(t, page, "VIP", "Invoice", "needs a call")
	if strings.Contains(page, `name="label.keep" value="請求書"`) {
		t.Error("a label was not taken away")
	}
	refused := kaede.post("/c/"+n+"/label", filled(t, page, "label.add", strings.Repeat("長", 41)).Encode())
	if refused.status != 422 || !strings.Contains(refused.body, strings.Repeat("長", 41)) || !strings.Contains(refused.body, `id="f-label-add-error"`) {
		t.Errorf("too long: %d", refused.status)
	}
	for until, want := range map[string]string{"": "f-snooze-until-error", "2020-01-01T10:00": "This time has passed", "2126-01-01T10:00": "for a year at the most", "soon": "f-snooze-until-error"} {
		a := kaede.post("/c/"+n+"/snooze", filled(t, page, "snooze.until", until).Encode())
		if a.status != 422 || !strings.Contains(a.body, want) {
			t.Errorf("until %q: %d", until, a.status)
		}
	}
	snoozed := kaede.sent("/c/"+n+"/snooze", filled(t, page, "do", "tomorrow").Encode())
	contain(t, snoozed, "Snoozed. Its clocks go on.", "Snoozed until", "Clocks go on")
	if strings.Contains(kaede.page("/inbox/needs-us"), n) || !strings.Contains(kaede.page("/inbox/snoozed"), n) {
		t.Error("it is not where what is snoozed is")
	}
	if _, err := w.app.Say(t.Context(), w.person("aoba", wire.Customer), n, wire.NewMessage{Text: "one word more", Audience: []string{"kaede"}}, nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	contain(t, kaede.page("/inbox/needs-us"), n)
	again := filled(t, page, "do", "4h")
	again.Set("idem", "late")
	late := kaede.post("/c/"+n+"/snooze", again.Encode())
	if late.status != 412 || !strings.Contains(late.body, "one word more") || !strings.Contains(late.body, "wrote while you were writing") {
		t.Errorf("over something unread: %d", late.status)
	}
}

// What finishes a turn leads to the next case of the list, or where its reader
// has chosen; nobody is led out of the house.
func TestAfterATurnComesTheNextCase(t *testing.T) {
	w := newWorld(t)
	kaede := w.reader(t, "kaede-admin", "en")
	numbers := []string{w.asked(t, "一つ目", "a"), w.asked(t, "二つ目", "b"), w.asked(t, "三つ目", "c")}
	slices.Sort(numbers) // they were opened at one instant
	const list = "/inbox/needs-us?q=with%3Aus+-is%3Asnoozed+sort%3Aoldest"
	beside := func(n string) string { return list + "&case=" + n }
	act := func(verb, n string, fields ...string) string {
		t.Helper()
		page := kaede.page(beside(n))
		form := filled(t, page, append(fields, "back", beside(n))...)
		if _, rest, ok := strings.Cut(page, `name="next" value="`); ok {
			next, _, _ := strings.Cut(rest, `"`)
			form.Set("next", strings.ReplaceAll(next, "&amp;", "&"))
		}
		a := kaede.post("/c/"+n+"/"+verb, form.Encode())
		if a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", verb, a.status)
		}
		return a.header.Get("Location")
	}
	leads := func(what, to, path, n, told string) {
		t.Helper()
		u, err := url.Parse(to)
		if err != nil || u.Path != path || u.Query().Get("case") != n || u.Host != "" {
			t.Errorf("%s leads to %s, want %s with %s", what, to, path, n)
			return
		}
		if told != "" {
			contain(t, kaede.page(to), told)
		}
	}
	to := act("say", numbers[0], "say.to", "aoba", "say.text", "we look at it")
	leads("sending", to, "/inbox/needs-us", numbers[1], "Sent to")
	if !strings.HasSuffix(to, "#case") {
		t.Errorf("the focus goes to %s", to)
	}
	contain(t, kaede.page(to), `href="/c/`+numbers[0]+`"`, `role="status"`)
	leads("a note", act("say", numbers[0], "say.to", "internal", "say.text", "a note"), "/inbox/needs-us", numbers[0], "")
	leads("snoozing", act("snooze", numbers[1], "do", "tomorrow"), "/inbox/needs-us", numbers[2], "Snoozed until")
	leads("closing the last", act("close", numbers[2], "close.reason", "withdrawn"), "/inbox/needs-us", numbers[0], "Closed:")
	if err := w.app.PreferAfter(t.Context(), w.person("kaede", wire.DirectPartner), app.AfterStay); err != nil {
		t.Fatal(err)
	}
	stayed := act("hold", numbers[0], "hold.until", w.app.Now().Add(48*time.Hour).Format("2006-01-02T15:04"), "hold.reason", "x")
	leads("staying", stayed, "/inbox/needs-us", numbers[0], "")
}

func TestNobodyIsLedOutOfTheHouse(t *testing.T) {
	w := newWorld(t)
	kaede := w.reader(t, "kaede-admin", "en")
	foreign := w.formosaCase(t)
	for i, at := range []string{"https://evil.example/inbox/needs-us?case=1", "//evil.example/inbox/needs-us", "/inbox/nowhere?case=1", "/\\evil.example", "/inbox/needs-us?case=" + foreign, "/inbox/needs-us?q=%22&case=x", "javascript:alert(1)", "/signout",
		"/inbox/needs-us?case=%0d%0aX"} {
		n := w.asked(t, "件", "x")
		form := filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "t", "back", "/inbox/needs-us?case="+n, "next", at)
		if i%2 == 0 {
			form.Set("back", at)
		}
		a := kaede.post("/c/"+n+"/say", form.Encode())
		to, err := url.Parse(a.header.Get("Location"))
		if a.status != http.StatusSeeOther || err != nil || to.Host != "" || to.Scheme != "" || to.Query().Get("case") == foreign || !strings.HasPrefix(to.Path, "/c/"+n) && to.Path != "/inbox/needs-us" {
			t.Errorf("%s leads to %s, %d", at, to, a.status)
		}
		if page := kaede.get(to.String()); page.status != 200 {
			t.Errorf("%s: there is %d", to, page.status)
		}
	}
	for _, of := range []string{foreign, "nonsense", "00000000018"} {
		if page := kaede.page("/inbox/needs-us?done=close&of=" + of); strings.Contains(page, `id="done"`) {
			t.Errorf("something is told of %s", of)
		}
	}
}

// formosaCase is a case of others.
func (w *world) formosaCase(t testing.TB) string {
	t.Helper()
	formosa := access.Actor{Company: "formosa", Kinds: []string{wire.Customer}, Person: "formosa-user", Roles: []string{"customer-user"}, Via: access.ViaWeb}
	c, err := w.app.OpenCase(t.Context(), formosa, wire.NewCase{Subscription: "sub-formosa-sync", Topic: "billing", Severity: "moderate", Subject: "foreign", Text: "foreign"}, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	return c.Number
}

// A page of its own goes back to the list that it was opened from, and the form
// that is refused there still does.
func TestACaseAloneKnowsItsList(t *testing.T) {
	w := newWorld(t)
	kaede := w.reader(t, "kaede-admin", "en")
	first, second := w.asked(t, "一つ目", "a"), w.asked(t, "二つ目", "b")
	first, second = min(first, second), max(first, second) // they were opened at one instant
	alone := "/c/" + first + "?in=" + url.QueryEscape("/inbox/needs-us?q=sort:oldest")
	page := kaede.page(alone)
	contain(t, page, `name="next" value="/inbox/needs-us?case=`+second)
	contain(t, kaede.page("/c/"+first+"/handoff?send.to=tamago&in="+url.QueryEscape("/inbox/needs-us?q=sort:oldest")), `name="next" value="/inbox/needs-us?case=`+second)
	refused := kaede.post("/c/"+first+"/say", filled(t, page, "say.to", "aoba", "say.text", "", "back", alone, "next", "/inbox/needs-us?q=sort:oldest&case="+second).Encode())
	if refused.status != 422 {
		t.Fatalf("%d", refused.status)
	}
	contain(t, refused.body, `name="next" value="/inbox/needs-us?case=`+second, "name=\"back\" value=\"/c/"+first)
	contain(t, kaede.page("/c/"+first+"?in=//evil.example"), `name="back" value="/c/`+first+`"`)
}

func TestAPersonChoosesWhereToGoOn(t *testing.T) {
	w := newWorld(t)
	kaede := w.reader(t, "kaede-admin", "en")
	form := url.Values{"idem": {found(t, mark, kaede.page("/me"))}, "lang": {"en"}, "after": {"list"}}
	contain(t, kaede.sent("/me", form.Encode()), "Saved.", `value="list" selected`)
	n := w.asked(t, "件", "x")
	a := kaede.post("/c/"+n+"/close", filled(t, kaede.page("/c/"+n), "close.reason", "withdrawn").Encode())
	if to := a.header.Get("Location"); a.status != 303 || !strings.HasPrefix(to, "/inbox/needs-us?done=close&of="+n) || !strings.HasSuffix(to, "#list") {
		t.Errorf("%d %s", a.status, to)
	}
	form.Set("after", "https://evil.example")
	form.Set("idem", "x")
	if a := kaede.post("/me", form.Encode()); a.status != 422 {
		t.Errorf("nowhere: %d", a.status)
	}
}

// Two colleagues on one case hear of each other on their open pages, and the
// customer's page of it of nobody. The heading is in focus after a turn.
func TestColleaguesSeeEachOtherOnAnOpenPage(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	persons := newCrowd(t, w)
	tab := persons.browser(t, "kaede-admin").Open(t, w.url+"/c/"+n+"?lang=en", testkit.Look{Width: 1280, Height: 900, Still: true})
	colleague := w.person("kaede", wire.DirectPartner)
	colleague.Person = "kaede-second"
	leave, err := w.app.Attend(t.Context(), colleague, n)
	if err != nil {
		t.Fatal(err)
	}
	tab.Await(`document.getElementById("present").textContent.includes("kaede-second")`)
	if err := w.app.KeepDraft(t.Context(), colleague, n, app.Typed{For: app.DraftKey{Audience: app.DraftInternal}, Text: "half"}); err != nil {
		t.Fatal(err)
	}
	tab.Await(`document.getElementById("present").textContent.includes("is writing")`)
	if got := w.app.Present(colleague, n); len(got) != 1 || got[0].Person != "kaede-admin" {
		t.Errorf("the colleague hears of %+v", got)
	}
	leave()
	tab.Await(`!document.getElementById("present").textContent.includes("kaede-second")`)
	tab.Go(w.url + "/inbox/needs-us?lang=en&case=" + n)
	tab.Click("[value=aoba]")
	tab.Click("[name='say.text']")
	tab.Keys("we look at it")
	if status := tab.Follow(".composer .main[data-n='1']"); status != 200 || !focused(tab, "h1") {
		t.Errorf("%d, in focus is %s", status, testkit.Eval[string](tab, "document.activeElement.outerHTML.slice(0, 200)"))
	}
	contain(t, tab.Text("#done"), "Sent to", n)
	if bad := tab.Complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}
