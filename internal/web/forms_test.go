package web

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

var mark = regexp.MustCompile(`name="idem" value="([0-9a-f]+)"`)
var version = regexp.MustCompile(`name="version" value="([0-9]+)"`)

func found(t testing.TB, re *regexp.Regexp, body string) string {
	t.Helper()
	m := re.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no %s in the page", re)
	}
	return m[1]
}

func contain(t *testing.T, body string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// spec 3 section 3: what one may not see is not found, exactly like what is
// not there.
func TestForeignLooksLikeMissing(t *testing.T) {
	w := newWorld(t)
	aoba := w.reader(t, "aoba-user", "en")
	for _, pair := range [][2]string{
		{"/customers/formosa", "/customers/nobody"},
		{"/agreements/northgate/bluewillow", "/agreements/no/body"},
		{"/answer?subscription=sub-formosa-sync&topic=billing", "/answer?subscription=none&topic=billing"},
	} {
		foreign, none := aoba.get(pair[0]), aoba.get(pair[1])
		if foreign.status != 404 || none.status != 404 {
			t.Errorf("%s: %d, %s: %d, want 404 both", pair[0], foreign.status, pair[1], none.status)
		}
		strip := func(s string) string {
			for _, id := range []string{"sub-formosa-sync", "formosa", "nobody", "none", "northgate", "bluewillow"} {
				s = strings.ReplaceAll(s, id, "X")
			}
			return regexp.MustCompile(`class="mono">[0-9a-f]+<|value="/[^"]*"|to=[^"]*"`).ReplaceAllString(strings.ReplaceAll(strings.ReplaceAll(s, "/no/body", "/X/X"), "no:body", "X:X"), "")
		}
		if a, b := strip(foreign.body), strip(none.body); a != b {
			t.Errorf("%s tells that it exists: %s", pair[0], firstDifference(strings.ReplaceAll(b, ">", ">\n"), strings.ReplaceAll(a, ">", ">\n")))
		}
	}
}

// spec 1 section 9: a customer does not learn of its provider, on any page its
// link opens.
func TestALinkDoesNotNameTheProvider(t *testing.T) {
	w := newWorld(t)
	link := w.link(t, "sub-formosa-sync")
	guest := w.reader(t, "", "en")
	guest.page(link)
	for _, topic := range wire.Topics() {
		body := guest.page(link + "/answer?topic=" + topic)
		for _, word := range []string{"orthgate", "北門", "ノースゲート", "S28"} {
			if strings.Contains(body, word) {
				t.Errorf("%s: the page says %q", topic, word)
			}
		}
	}
	if status := guest.get("/s/no-such-token").status; status != 404 {
		t.Errorf("a made-up link: %d", status)
	}
	if status := guest.get(link + "/answer?topic=billing&subscription=sub-aoba-sync&customer=aoba").status; status != 200 {
		t.Errorf("a link with another subscription in the address: %d, want its own answer", status)
	}
}

func TestTheQRCodeIsASVG(t *testing.T) {
	w := newWorld(t)
	a := w.reader(t, "", "en").get(w.link(t, "sub-formosa-sync") + "/qr.svg")
	if a.status != 200 || a.header.Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(a.body, "<svg") {
		t.Errorf("%d %s", a.status, a.header.Get("Content-Type"))
	}
}

// A form of another site is refused, with a page that says so.
func TestAForeignFormIsRefused(t *testing.T) {
	w := newWorld(t)
	req := httptest.NewRequest(http.MethodPost, "/prefs", strings.NewReader("theme=dark"))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	a := w.reader(t, "kaede-admin", "en").send(req)
	if a.status != 403 || a.header.Get("Set-Cookie") != "" {
		t.Errorf("status %d, cookie %q", a.status, a.header.Get("Set-Cookie"))
	}
	contain(t, a.body, "another site")
}

func TestLanguageAndThemeStayOnThePage(t *testing.T) {
	w := newWorld(t)
	r := w.reader(t, "", "en")
	a := r.post("/prefs", "lang=ja&back="+url.QueryEscape("/answer?topic=billing&offer=tamago-sync&lang=en"))
	if a.status != 303 || a.header.Get("Location") != "/answer?topic=billing&offer=tamago-sync" {
		t.Errorf("%d to %q", a.status, a.header.Get("Location"))
	}
	contain(t, a.header.Get("Set-Cookie"), "lang=ja")
	if a := r.post("/prefs", "theme=dark&back="+url.QueryEscape("//evil.example/")); a.header.Get("Location") != "/" {
		t.Errorf("led to %q", a.header.Get("Location"))
	}
}

func TestSigningInComesBack(t *testing.T) {
	w := newWorld(t)
	guest := w.reader(t, "", "en")
	a := guest.get("/customers?q=a")
	if a.status != 303 || a.header.Get("Location") != "/signin?to=%2Fcustomers%3Fq%3Da" {
		t.Fatalf("%d to %q", a.status, a.header.Get("Location"))
	}
	contain(t, guest.page(a.header.Get("Location")), `name="to" value="/customers?q=a"`)
	wrong := guest.post("/signin", "email=ken%40kaede.example&password=wrong-wrong-wrong&to=%2Fcustomers")
	if wrong.status == 303 || wrong.header.Get("Set-Cookie") != "" {
		t.Errorf("a wrong password: %d, cookie %q", wrong.status, wrong.header.Get("Set-Cookie"))
	}
	contain(t, wrong.body, "ken@kaede.example", `role="alert"`, ">Error: Sign in")
}

// 0.2: mail scanners open links, so only a press uses one up.
func TestASigninLinkIsUsedByAPressOnly(t *testing.T) {
	w := newWorld(t)
	link, err := w.app.SigninLink(t.Context(), access.Actor{Local: true}, "aoba-user")
	if err != nil {
		t.Fatal(err)
	}
	guest := w.reader(t, "", "en")
	guest.page("/signin/" + link)
	guest.page("/signin/" + link)
	a := guest.post("/signin/"+link, "")
	if a.status != 303 || !strings.Contains(a.header.Get("Set-Cookie"), "HttpOnly") {
		t.Errorf("%d, cookie %q", a.status, a.header.Get("Set-Cookie"))
	}
	if a := guest.post("/signin/no-such-secret", ""); a.status != http.StatusGone {
		t.Errorf("a link that has ended: %d, want 410", a.status)
	}
}

func TestTheSessionCookieIsBoundToHTTPS(t *testing.T) {
	s := &site{base: "https://desk.example", secure: true}
	rec := httptest.NewRecorder()
	v := &visit{site: s, w: rec}
	v.beginSession("secret")
	contain(t, rec.Header().Get("Set-Cookie"), "__Host-session=secret", "Secure", "HttpOnly", "SameSite=Lax", "Path=/")
}

// Nothing typed is lost: neither to a mistake nor to somebody who saved first.
func TestEditingAnOfferKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	owner := w.reader(t, "tamago-owner", "en")
	body := owner.page("/offers/tamago-ledger/edit")
	form := url.Values{"version": {found(t, version, body)}, "idem": {found(t, mark, body)}, "name.ja": {"たまご帳簿 2"}, "contacts.rows": {"2"}, "links.rows": {"0"},
		"contacts[0].role": {"support"}, "contacts[0].email": {"not an address"}, "contacts[0].visible": {"default"},
		"contacts[1].role": {"support"}}
	wrong := owner.post("/offers/tamago-ledger/edit", form.Encode())
	if wrong.status != 422 {
		t.Fatalf("status %d", wrong.status)
	}
	contain(t, wrong.body, `value="not an address"`, "たまご帳簿 2", `aria-invalid="true"`, `href="#f-contacts-0-email"`)

	form.Set("contacts[0].email", "books@tamago.example")
	if saved := owner.post("/offers/tamago-ledger/edit", form.Encode()); saved.status != 303 {
		t.Fatalf("saving: %d\n%s", saved.status, saved.body)
	}
	contain(t, owner.page("/offers/tamago-ledger"), "books@tamago.example")

	form.Set("contacts[0].email", "late@tamago.example")
	form.Set("idem", "another")
	late := owner.post("/offers/tamago-ledger/edit", form.Encode())
	if late.status != http.StatusPreconditionFailed {
		t.Fatalf("somebody saved in between: %d", late.status)
	}
	contain(t, late.body, "late@tamago.example", "Somebody saved")
	form.Set("version", found(t, version, late.body))
	if again := owner.post("/offers/tamago-ledger/edit", form.Encode()); again.status != 303 {
		t.Errorf("saving again: %d", again.status)
	}
	if denied := w.reader(t, "kaede-admin", "en").get("/offers/tamago-sync/edit"); denied.status != 403 {
		t.Errorf("a partner opens the form: %d", denied.status)
	}
}

func TestOnePressVerifiesAContact(t *testing.T) {
	w := newWorld(t)
	owner := w.reader(t, "tamago-owner", "en")
	contain(t, owner.page("/offers/tamago-sync"), "over 180 days ago")
	a := owner.post("/offers/tamago-sync/verify", "idem=x&ref=csp-program")
	if a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := owner.page("/offers/tamago-sync"); strings.Contains(body, "over 180 days ago") || !strings.Contains(body, "Checked on Mon 30 Nov 2026") {
		t.Error("the stamp is not today's")
	}
}

// A changed contact waits: its publisher sees what waits, until when, and takes
// it back or has a colleague approve it; partners read the old one.
func TestAChangedContactWaitsOnThePages(t *testing.T) {
	w := newWorld(t)
	owner, partner := w.reader(t, "tamago-owner", "en"), w.reader(t, "kaede-admin", "en")
	change := func() {
		body := owner.page("/offers/tamago-sync/edit")
		contain(t, body, "waits for 24 hours")
		form := url.Values{"version": {found(t, version, body)}, "idem": {found(t, mark, body)}, "name.en": {"Sync"}, "contacts.rows": {"1"}, "links.rows": {"0"},
			"contacts[0].role": {"support"}, "contacts[0].email": {"fresh@tamago.example"}}
		if a := owner.post("/offers/tamago-sync/edit", form.Encode()); a.status != 303 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	change()
	for _, path := range []string{"/offers/tamago-sync", "/offers/tamago-sync/edit"} {
		contain(t, owner.page(path), "fresh@tamago.example", "Partners see the old contact until", "Tue 1 Dec 2026", "Asked for by tamago-owner", "to be removed", "/offers/tamago-sync/contacts/support/withdraw")
	}
	body := partner.page("/offers/tamago-sync")
	contain(t, body, "sync@tamago.example")
	if strings.Contains(body, "fresh@") || strings.Contains(body, "Waiting") {
		t.Error("a partner sees what waits")
	}
	if strings.Contains(owner.page("/offers/tamago-sync"), "contacts/support/approve") {
		t.Error("who asked is offered to approve")
	}
	if a := owner.post("/offers/tamago-sync/contacts/support/approve", "idem=a"); a.status != 403 || !strings.Contains(a.body, "second person") {
		t.Errorf("who asked approves: %d", a.status)
	}
	if a := owner.post("/offers/tamago-sync/contacts/support/withdraw", "idem=b"); a.status != 303 {
		t.Errorf("withdrawing: %d %s", a.status, a.body)
	}
	if strings.Contains(owner.page("/offers/tamago-sync"), "fresh@") {
		t.Error("what was taken back is still there")
	}
	if a := owner.post("/offers/tamago-sync/contacts/support/forget", "idem=c"); a.status != 404 {
		t.Errorf("an act that is none: %d", a.status)
	}
}

// S28: one side proposes, the other accepts; the same form twice is one
// proposal.
func TestProposingAndAcceptingASplit(t *testing.T) {
	w := newWorld(t)
	const path = "/agreements/northgate/redfern"
	provider := w.reader(t, "northgate-admin", "en")
	body := provider.page(path + "/propose")
	form := url.Values{"idem": {found(t, mark, body)}, "from": {"2026-11-30"}, "topics.billing.agreed": {"yes"}, "topics.billing.accountable": {"reseller"},
		"topics.billing.performs": {"reseller"}, "topics.billing.face": {"reseller"}}
	look := maps.Clone(form)
	look.Set("do", "look")
	seen := provider.post(path+"/propose", look.Encode())
	contain(t, seen.body, "What would change", "<bdi>no</bdi> → <strong><bdi>yes</bdi></strong>", "No open case is about it", `value="2026-11-30"`)
	if seen.status != 200 || strings.Contains(provider.page(path), "northgate-redfern-") {
		t.Errorf("looking proposes it: %d", seen.status)
	}
	for range 2 {
		if a := provider.post(path+"/propose", form.Encode()); a.status != 303 || a.header.Get("Location") != path {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	after := provider.page(path)
	if n := strings.Count(after, "northgate-redfern-"); n == 0 || strings.Contains(after, "northgate-redfern-2") {
		t.Errorf("the same form twice made more than one proposal")
	}
	if strings.Contains(after, "Accept version") {
		t.Error("the side that proposes is offered to accept")
	}
	bad := form
	bad.Set("idem", "b")
	bad.Set("from", "soon")
	if a := provider.post(path+"/propose", bad.Encode()); a.status != 422 {
		t.Errorf("a date that is none: %d", a.status)
	}

	reseller := w.reader(t, "bluewillow-admin", "en")
	split := "/agreements/northgate/bluewillow"
	formosa := w.person("formosa", wire.Customer)
	formosa.Person, formosa.Roles = "formosa-user", []string{"customer-user"}
	c, err := w.app.OpenCase(t.Context(), formosa, wire.NewCase{Subscription: "sub-formosa-sync", Topic: wire.Billing, Severity: "moderate", Subject: "請款", Text: "金額"}, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	affected := url.Values{"do": {"look"}, "from": {"2026-11-30"}, "topics.billing.agreed": {"yes"}, "topics.billing.accountable": {"provider"}, "topics.billing.performs": {"reseller"}, "topics.billing.face": {"provider"}}
	contain(t, reseller.post(split+"/propose", affected.Encode()).body, "/c/"+c.Number, "They stay with whoever has them")
	contain(t, reseller.page(split), "Accept version 3")
	if a := reseller.post(split+"/accept", "idem=a&id=northgate-bluewillow-3"); a.status != 303 {
		t.Fatalf("accepting: %d %s", a.status, a.body)
	}
	if body := reseller.page(split); strings.Contains(body, "Accept version 3") {
		t.Error("still a proposal")
	}
	if a := reseller.post(path+"/accept", "idem=c&id=northgate-bluewillow-2"); a.status != 404 {
		t.Errorf("acting on a pair that is not one's own: %d", a.status)
	}
}

func TestATokenIsShownOnce(t *testing.T) {
	w := newWorld(t)
	admin := w.reader(t, "kaede-admin", "en")
	form := "idem=one&label=Reports&scope=read&days=30"
	a := admin.post("/tokens", form)
	if a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	secret := found(t, regexp.MustCompile(`id="secret">([^<]+)<`), a.body)
	if body := admin.page("/tokens"); strings.Contains(body, secret) || !strings.Contains(body, "Reports") {
		t.Error("the list shows the secret, or not the token")
	}
	if again := admin.post("/tokens", form); again.status != 303 {
		t.Errorf("the same form again: %d", again.status)
	}
	id := found(t, regexp.MustCompile(`action="/tokens/([^/]+)/revoke"`), admin.page("/tokens"))
	if a := admin.post("/tokens/"+id+"/revoke", "idem=two"); a.status != 303 {
		t.Errorf("revoking: %d", a.status)
	}
	if strings.Contains(admin.page("/tokens"), "/revoke") {
		t.Error("the token is still there")
	}
}

func TestInvitingSomebody(t *testing.T) {
	w := newWorld(t)
	admin := w.reader(t, "kaede-admin", "en")
	a := admin.post("/people", "idem=one&name=Yui&email=yui%40kaede.example&roles=helpdesk-agent&lang=ja")
	if a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	link := found(t, regexp.MustCompile(`id="invitation">http://[^/]+(/invite/[^<]+)<`), a.body)
	guest := w.reader(t, "", "en")
	guest.page(link)
	if short := guest.post(link, "password=short"); short.status != 422 || !strings.Contains(short.body, `aria-invalid="true"`) {
		t.Errorf("a short password: %d", short.status)
	}
	accepted := guest.post(link, "password=correct-horse-battery-staple")
	if accepted.status != 303 || accepted.header.Get("Set-Cookie") == "" {
		t.Fatalf("accepting: %d", accepted.status)
	}
	in := guest.post("/signin", "email=yui%40kaede.example&password=correct-horse-battery-staple&to=%2Foffers")
	if in.status != 303 || in.header.Get("Location") != "/offers" {
		t.Errorf("signing in: %d to %q", in.status, in.header.Get("Location"))
	}
	if a := w.reader(t, "aoba-user", "en").post("/people", "name=X&email=x%40y.example"); a.status != 403 {
		t.Errorf("who may not: %d", a.status)
	}
}

func TestPublishingRulesShowsTheEffectFirst(t *testing.T) {
	w := newWorld(t)
	admin := w.reader(t, "lantern-admin", "en")
	table, _, err := w.app.Rules(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(table.Text(), "version 1\n", "version 2\n", 1)
	looked := admin.post("/rules/publish", url.Values{"act": {"look"}, "text": {text}, "note": {"a test"}}.Encode())
	contain(t, looked.body, "<ins>+ version 2</ins>", "<del>- version 1</del>", "Publish version 2", "a test")
	broken := admin.post("/rules/publish", url.Values{"act": {"look"}, "text": {text + "\nnonsense here"}}.Encode())
	contain(t, broken.body, "nonsense here", `role="alert"`)
	if strings.Contains(broken.body, `value="publish"`) {
		t.Error("a table that cannot be read can be published")
	}
	a := admin.post("/rules/publish", url.Values{"act": {"publish"}, "text": {text}, "note": {"a test"}, "idem": {"one"}}.Encode())
	if a.status != 303 || a.header.Get("Location") != "/rules/history/2" {
		t.Fatalf("%d to %q\n%s", a.status, a.header.Get("Location"), a.body)
	}
	contain(t, admin.page("/rules/history/2"), "<ins>+ version 2</ins>")
	contain(t, admin.page("/rules/history"), "a test", "version 2", "version 1")
	if a := w.reader(t, "kaede-admin", "en").get("/rules/publish"); a.status != 403 {
		t.Errorf("a partner: %d", a.status)
	}
}

func TestTheSheetComesAsCSV(t *testing.T) {
	w := newWorld(t)
	a := w.reader(t, "kaede-admin", "ja").get("/customers/aoba/sheet.csv")
	if a.status != 200 || !strings.Contains(a.header.Get("Content-Disposition"), `filename="aoba.csv"`) {
		t.Fatalf("%d %v", a.status, a.header)
	}
	contain(t, a.body, "たまごシンク", "desk@kaede.example")
}

// What a person saves stays with the person, on every device; what was chosen
// on the way in this browser is forgotten.
func TestSavingPreferences(t *testing.T) {
	w := newWorld(t)
	r := w.reader(t, "aoba-user", "en")
	a := r.post("/me", "lang=zh-TW&theme=light&zone=Asia%2FTaipei")
	if a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	cookies := strings.Join(a.header.Values("Set-Cookie"), "\n")
	contain(t, cookies, "lang=; Path=/; Max-Age=0", "theme=light; Path=/; Max-Age=31536000", "tz=; Path=/; Max-Age=0")
	other := &reader{t: t, w: w, cookie: w.session(t, "aoba-user")}
	contain(t, other.page("/me"), `<html lang="zh-TW"`, `<option value="Asia/Taipei" selected`)
	if a := r.post("/me", "zone=Atlantis%2FCity"); a.status != 422 {
		t.Errorf("a zone that is none: %d", a.status)
	}
	if a := r.post("/me", "zone="); a.status != 303 {
		t.Errorf("no zone: %d", a.status)
	}
	other.zone = "Europe/Berlin"
	contain(t, other.page("/me"), `<html lang="zh-TW"`, `<option value="" selected`)
}

// Chosen on the way, then saved, then what the browser says.
func TestWhichLanguageHolds(t *testing.T) {
	w := newWorld(t)
	if err := w.app.Prefer(t.Context(), access.Actor{Company: "aoba", Person: "aoba-user"}, "ja", "Asia/Tokyo"); err != nil {
		t.Fatal(err)
	}
	session := w.session(t, "aoba-user")
	for _, tc := range []struct{ query, cookie, person, accept, want string }{
		{"", "", session, "zh-TW", "ja"},
		{"", "zh-TW", session, "en", "zh-TW"},
		{"en", "zh-TW", session, "zh-TW", "en"},
		{"", "", "", "zh-TW", "zh-TW"},
		{"", "xx", session, "en", "ja"},
	} {
		req := httptest.NewRequest("GET", "/?lang="+tc.query, nil)
		req.Header.Set("Accept-Language", tc.accept)
		for name, value := range map[string]string{"lang": tc.cookie, "session": tc.person} {
			if value != "" {
				req.AddCookie(&http.Cookie{Name: name, Value: value})
			}
		}
		rec := httptest.NewRecorder()
		w.http.Config.Handler.ServeHTTP(rec, req)
		if got := rec.Header().Get("Content-Language"); got != tc.want {
			t.Errorf("%+v: %s", tc, got)
		}
	}
	// The choice of a person on the way ends with the browser or the session.
	r := &reader{t: t, w: w, cookie: session}
	if got := r.post("/prefs", "lang=en&back=/").header.Get("Set-Cookie"); !strings.HasPrefix(got, "lang=en; Path=/; SameSite") {
		t.Errorf("cookie %q", got)
	}
	contain(t, strings.Join(r.post("/signout", "").header.Values("Set-Cookie"), "\n"), "lang=; Path=/; Max-Age=0", "tz=; Path=/; Max-Age=0")
}

// Spec 1 section 6, "setting, default yes": the company's admin switches, and
// nobody else of it is shown the page.
func TestACompanySwitchesItsSettings(t *testing.T) {
	w := newWorld(t)
	admin := w.reader(t, "kaede-admin", "en")
	page := admin.page("/company")
	contain(t, page, `value="helpdesk-agent/see-engineering" checked`, `value="sales-agent/see-offer-details" checked`, `name="version" value="1"`, "Helpdesk agent: see engineering contacts")
	a := admin.post("/company", "version=1&on=helpdesk-agent/see-offer-details&on=sales-agent/see-offer-details")
	if a.status != 303 || a.header.Get("Location") != "/company?done=saved" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	page = admin.page("/company?done=saved")
	contain(t, page, `value="helpdesk-agent/see-offer-details" checked`, `name="version" value="2"`, "Saved. It holds from now on.")
	if strings.Contains(page, `value="helpdesk-agent/see-engineering" checked`) {
		t.Error("the switch is on again")
	}
	if a := admin.post("/company", "version=1"); a.status != 412 || !strings.Contains(a.body, `role="alert"`) {
		t.Errorf("over a choice that was not read: %d", a.status)
	}
	contain(t, admin.page("/"), `href="/company"`)
	for person, status := range map[string]int{"aoba-user": 403, "tamago-owner": 403, "": 303} {
		r := w.reader(t, person, "en")
		if a := r.get("/company"); a.status != status || strings.Contains(a.body, `href="/company"`) {
			t.Errorf("%q: %d", person, a.status)
		}
		if a := r.post("/company", "version=2"); a.status != status {
			t.Errorf("%q changes it: %d", person, a.status)
		}
	}
}

// A set of roles of the installation's own is shown by its names and limits.
func TestRolesOfTheInstallation(t *testing.T) {
	w := newWorld(t)
	set := strings.Replace(access.Shipped().Text(), "\nversion 1\n", "\nversion 2\n", 1) +
		"\nrole night-watch\n  name ja 夜間担当\n  in direct-partner\n  may open-cases about outage\n"
	if _, err := w.app.PublishRoles(t.Context(), access.Actor{Local: true}, set, nil); err != nil {
		t.Fatal(err)
	}
	contain(t, w.reader(t, "kaede-admin", "en").page("/people"), `<th scope="row">night-watch</th>`, "open and read cases (only Service problem", "work on cases (only ")
	contain(t, w.reader(t, "kaede-admin", "ja").page("/people"), `<th scope="row">夜間担当</th>`)
}

// Spec 1 section 2: at a partner's own host, and only there, the page names the
// partner and so does the answer.
func TestAPortalNamesItsPartner(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.app.SetPortal(t.Context(), access.Actor{Local: true}, wire.PortalHost{Host: "help.kaede.example", Company: "kaede"}, nil); err != nil {
		t.Fatal(err)
	}
	at := func(person, path, host string, header ...string) string {
		t.Helper()
		req := httptest.NewRequest("GET", path, nil)
		req.Host = host
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		a := w.reader(t, person, "en").send(req)
		if a.status != 200 {
			t.Fatalf("%s: %d %s", path, a.status, a.body)
		}
		return a.body
	}
	const answer = "/answer?offer=tamago-sync&topic=subscription"
	public := at("", answer, "example.com")
	const named = `<strong class="portal">`
	for _, path := range []string{"/", answer, "/offers", "/signin"} {
		contain(t, at("", path, "help.kaede.example"), named)
	}
	if body := at("", answer, "help.kaede.example:8443"); !strings.Contains(body, "desk@kaede.example") || strings.Contains(public, "desk@kaede.example") {
		t.Error("the answer at the portal does not lead to the partner, or the public one does")
	}
	for name, body := range map[string]string{
		"another host":       at("", answer, "kaede.example"),
		"a host below":       at("", answer, "x.help.kaede.example"),
		"an address":         at("", answer, "127.0.0.1:8080"),
		"a forwarded header": at("", answer, "example.com", "X-Forwarded-Host", "help.kaede.example", "Forwarded", "host=help.kaede.example"),
	} {
		if strings.Contains(body, named) || strings.Contains(body, "kaede") || len(body) != len(public) {
			t.Errorf("%s is taken for the portal", name)
		}
	}
	// Who is signed in asks for himself there.
	if body := at("aoba-user", "/answer?subscription=sub-aoba-sync&topic=billing", "help.kaede.example"); !strings.Contains(body, named) {
		t.Error("the portal has lost its name")
	}
	contain(t, w.reader(t, "kaede-admin", "en").page("/company"), "help.kaede.example")
}

// experience 4.4: the reader's zone, and the other city's time beside it.
func TestTimesAreInTheReadersZone(t *testing.T) {
	w := newWorld(t)
	for zone, want := range map[string]string{"Asia/Taipei": "Taipei time", "Europe/Berlin": "Berlin time", "": "Tokyo time"} {
		r := w.reader(t, "", "en")
		r.zone = zone
		contain(t, r.page(w.link(t, "sub-aoba-sync")+"/answer?topic=billing"), want)
	}
	v := &visit{now: noon, zone: zoneOf("Europe/Berlin"), p: printerFor("en")}
	m := v.moment(noon.Add(40*time.Minute), "Asia/Tokyo")
	if m.Text != "Mon 30 Nov 2026, 04:40" || m.City != "Berlin" || m.There != "12:40" || m.ThatCity != "Tokyo" || m.Relative != "in 40 min" {
		t.Errorf("%+v", m)
	}
}

// A question that lacks its product or its topic comes back as it was given,
// with what it needs (WCAG 3.3.1, 3.3.3); it never ends on a page of an error.
func TestAQuestionComesBackWithWhatItLacks(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		person, path string
		says         []string
	}{
		{"", "/answer?topic=billing&q=where+is+it", []string{">Error: What do you need help with?", `href="#f-product"`, ">where is it</textarea>", `name="topic" value="billing"`}},
		{"", "/answer?q=", []string{`href="#f-product"`, `href="#f-q"`, `aria-invalid="true"`}},
		{"", "/answer?offer=tamago-sync&q=", []string{`href="#f-q"`, `value="tamago-sync" checked`}},
		{"aoba-user", "/answer?subscription=&topic=billing&q=", []string{`href="#f-product"`, `name="offer" value="tamago-sync"`}},
		{"", w.link(t, "sub-formosa-sync") + "/answer?q=", []string{`href="#f-q"`, `value="sub-formosa-sync"`}},
	} {
		a := w.reader(t, c.person, "en").get(c.path)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", c.path, a.status)
		}
		contain(t, a.body, c.says...)
	}
}

// "Change the question" leads back to all that was asked, on a link as well.
func TestChangingAQuestionKeepsIt(t *testing.T) {
	w := newWorld(t)
	link := w.link(t, "sub-formosa-sync")
	for path, want := range map[string]string{
		"/answer?offer=tamago-sync&topic=billing&q=why": `href="/?offer=tamago-sync&amp;q=why&amp;topic=billing"`,
		link + "/answer?topic=billing&q=why":            `href="` + link + `?q=why&amp;topic=billing"`,
	} {
		contain(t, w.reader(t, "", "en").page(path), want)
	}
	again := w.reader(t, "", "en").page(link + "?q=why&topic=billing")
	contain(t, again, ">why</textarea>", `value="billing" aria-pressed="true"`)
}

// An address with a language, as in a letter, is where its reader begins: what is
// done on its page answers in it.
func TestALanguageInTheAddressHolds(t *testing.T) {
	w := newWorld(t)
	r := w.reader(t, "kaede-admin", "en")
	cookie, err := http.ParseSetCookie(r.get("/keys?lang=zh-TW").header.Get("Set-Cookie"))
	if err != nil || cookie.Name != "lang" || cookie.Value != "zh-TW" {
		t.Fatalf("%v %v", cookie, err)
	}
	for _, path := range []string{"/keys", "/keys?lang=xx"} {
		if a := r.get(path); a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, a.header["Set-Cookie"])
		}
	}
}
