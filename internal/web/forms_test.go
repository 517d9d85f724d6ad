package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/wire"
)

var mark = regexp.MustCompile(`name="idem" value="([0-9a-f]+)"`)
var version = regexp.MustCompile(`name="version" value="([0-9]+)"`)

func found(t *testing.T, re *regexp.Regexp, body string) string {
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

// S28: one side proposes, the other accepts; the same form twice is one
// proposal.
func TestProposingAndAcceptingASplit(t *testing.T) {
	w := newWorld(t)
	const path = "/agreements/northgate/redfern"
	provider := w.reader(t, "northgate-admin", "en")
	body := provider.page(path + "/propose")
	form := url.Values{"idem": {found(t, mark, body)}, "from": {"2026-11-30"}, "topics.billing.agreed": {"yes"}, "topics.billing.accountable": {"reseller"},
		"topics.billing.performs": {"reseller"}, "topics.billing.face": {"reseller"}}
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

func TestSavingPreferences(t *testing.T) {
	w := newWorld(t)
	r := w.reader(t, "aoba-user", "en")
	a := r.post("/me", "lang=zh-TW&theme=light&zone=Asia%2FTaipei")
	if a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	cookies := strings.Join(a.header.Values("Set-Cookie"), "\n")
	contain(t, cookies, "lang=zh-TW", "theme=light", "tz=Asia/Taipei")
	if a := r.post("/me", "zone=Atlantis%2FCity"); a.status != 422 {
		t.Errorf("a zone that is none: %d", a.status)
	}
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
