package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/i18n"
)

// T is a sentence of the catalog in the reader's language.
func (r *reader) T(key string, args ...any) string {
	return i18n.For(i18n.Lang(r.lang)).T(key, named(args))
}

// sendFile sends a file as the form of the third step does.
func (r *reader) sendFile(path, name, text string) answered {
	r.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := part.Write([]byte(text)); err != nil {
		r.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		r.t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, path, &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	return r.send(req)
}

// The four steps, one after the other, without scripts: what was wrong comes back as
// it was typed, and each step leads to the next.
func TestTheFirstStart(t *testing.T) {
	w := emptyWorld(t)
	secret, _, err := w.app.SetupLink(t.Context(), access.Actor{Local: true})
	if err != nil {
		t.Fatal(err)
	}
	link, r := "/setup/"+secret, w.reader(t, "", "ja")
	r.zone = "Asia/Tokyo"
	for _, path := range []string{"/", "/setup"} {
		contain(t, r.page(path), r.T("web.setup.waiting"))
	}
	if a := r.get("/setup/sbf_none"); a.status != http.StatusGone || !strings.Contains(a.body, r.T("setup.expired-link")) {
		t.Errorf("a link that is none: %d", a.status)
	}
	form := url.Values{"company.name": {"株式会社<b>ランタン"}, "company.kinds": {"operator"}, "person.name": {"Sam"}, "person.email": {"sam@lantern.example"}, "password": {"short"}}
	a := r.post(link, form.Encode())
	if a.status != 422 {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	contain(t, a.body, `id="f-password-error"`, `value="株式会社&lt;b&gt;ランタン"`, `value="operator" checked`)
	if strings.Contains(a.body, "short") {
		t.Error("the password is shown again")
	}
	form.Set("password", "eight tall green chairs")
	a = r.post(link, form.Encode())
	if a.status != 303 || a.header.Get("Location") != "/setup/reach" {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	r.cookie, _, _ = strings.Cut(strings.TrimPrefix(a.header.Get("Set-Cookie"), "session="), ";")
	contain(t, r.page("/setup/reach"), r.T("web.setup.step", "n", 2, "of", 4), `href="/setup/offers"`)
	a = r.post("/setup/reach", url.Values{"idem": {"one"}, "version": {"1"}, "support.email": {"help@lantern.example"}, "support.hours": {"Mon-Fri 09:00-18:00"}, "support.tz": {"Asia/Tokyo"}}.Encode())
	if a.status != 303 || a.header.Get("Location") != "/setup/offers" {
		t.Fatalf("%d %s\n%s", a.status, a.header.Get("Location"), a.body)
	}
	theThirdStep(t, r)
	a = r.post("/setup/people", url.Values{"idem": {"two"}, "name": {"Kim"}, "email": {"kim@lantern.example"}, "roles": {"helpdesk-agent"}}.Encode())
	contain(t, a.body, "/invite/sbi_", "Kim", r.T("web.setup.step", "n", 4, "of", 4), `id="setup-next" href="/gaps"`)
	r.page("/gaps")
	if a := r.get("/setup"); a.status != 303 || a.header.Get("Location") != "/setup/reach" {
		t.Errorf("/setup of who is in: %d %s", a.status, a.header.Get("Location"))
	}
	if a := w.reader(t, "", "en").get(link); a.status != http.StatusGone {
		t.Errorf("the link once more: %d", a.status)
	}
}

func theThirdStep(t *testing.T, r *reader) {
	t.Helper()
	for name, text := range map[string]string{"nothing.yaml": "", "broken.yaml": "switchboard: [", "bytes.csv": "\xff\xfe\x00", "foreign.yaml": "switchboard: 1\npeople: [{id: x, company: nobody}]\n"} {
		if a := r.sendFile("/setup/offers", name, text); a.status != 422 || !strings.Contains(a.body, `id="mistakes"`) {
			t.Errorf("%s: %d\n%s", name, a.status, a.body)
		}
	}
	if a := r.sendFile("/setup/offers", "", ""); a.status != 422 || !strings.Contains(a.body, r.T("web.setup.offers.no-file")) {
		t.Errorf("no file: %d\n%s", a.status, a.body)
	}
	a := r.sendFile("/setup/offers", "market.yaml", "switchboard: 1\ncompanies: [{id: contoso, kinds: [publisher]}]\noffers: [{id: backup, publisher: contoso, name: {en: Backup}}]\n")
	contain(t, a.body, r.T("web.setup.offers.done"), r.T("web.setup.skip.next"), `href="/setup/people"`)
	contain(t, r.page("/offers/backup"), "Backup")
}

// Who may not import is told how it is done, and cannot.
func TestTheFirstStartImportsForTheOperatorAlone(t *testing.T) {
	w := newWorld(t)
	r := w.reader(t, "kaede-admin", "en")
	contain(t, r.page("/setup/offers"), "switchboard import")
	if a := r.sendFile("/setup/offers", "market.yaml", "switchboard: 1\ncompanies: [{id: added, kinds: [publisher]}]\n"); a.status != http.StatusForbidden {
		t.Errorf("%d\n%s", a.status, a.body)
	}
}
