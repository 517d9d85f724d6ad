package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// relay writes what has happened to the companies' feeds, as the server does.
func (w *world) relay(t testing.TB) {
	t.Helper()
	err := w.store.InTx(t.Context(), func(tx *store.Tx) error {
		pieces, err := tx.UnrelayedCases("", 1000)
		for i := 0; err == nil && i < len(pieces); i++ {
			var news *store.News
			if news, err = tx.News(pieces[i].ID); err == nil {
				err = tx.Relay(news)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// byLink is a private link that a handoff made, and its case.
type byLink struct{ number, link string }

// invitation reads the newest one in the mail of a case.
func (w *world) invitation(t testing.TB, number string) byLink {
	t.Helper()
	w.relay(t)
	letters, _, err := w.app.Letters(t.Context(), app.LetterFilter{Case: number})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range letters {
		if link, _, _ := strings.Cut(l.Link, "?"); l.Guest {
			return byLink{number, link}
		}
	}
	t.Fatalf("nobody was invited to %s", number)
	return byLink{}
}

// taken is a case that a guest of the publisher has accepted, and asked about.
func (w *world) taken(t testing.TB) string {
	t.Helper()
	n := w.handed(t)
	session, link, err := w.app.EnterAsGuest(context.Background(), strings.TrimPrefix(w.invitation(t, n).link, "/link/"))
	if err != nil {
		t.Fatal(err)
	}
	guest, err := w.app.Guest(t.Context(), session, n)
	if err == nil {
		_, err = w.app.Step(t.Context(), guest, link.Handoff, "accept", wire.HandoffStep{Person: "森 はるか", Reference: "TMG-9"}, nil, i18n.Japanese)
	}
	if err == nil {
		_, err = w.app.Say(t.Context(), guest, n, wire.NewMessage{Text: "ログを送っていただけますか。", Audience: []string{"kaede"}}, nil, i18n.Japanese)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// guestOf comes by a link: its page first, which changes nothing, then the press.
func (w *world) guestOf(t *testing.T, link string) *reader {
	t.Helper()
	r := w.reader(t, "", "en")
	for range 2 {
		contain(t, r.page(link), "Continue", "asks", "sync@tamago.example")
	}
	a := r.post(link, "")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/g/") {
		t.Fatalf("%d %v", a.status, a.header)
	}
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == "guest" {
			if c.Path != a.header.Get("Location") || !c.HttpOnly {
				t.Errorf("%+v", c)
			}
			r.guest = c.Value
		}
	}
	return r
}

// W8: a publisher without an account reads what it was given, asks, accepts with
// its own number, writes to one company, and proposes a solution; it reads nothing
// else, and the partner sees who works on it.
func TestAGuestOfAHandoffGoesAllTheWay(t *testing.T) {
	w := newWorld(t)
	n := w.handed(t)
	guest, kaede := w.guestOf(t, w.invitation(t, n).link), w.reader(t, "kaede-admin", "en")
	at := "/g/" + n
	page := guest.page(at)
	contain(t, page, "as a guest", "The sync never ends since this morning.", "朝から同期が終わりません", `action="`+at+`/accept"`, `value="Haruka Mori"`, "Sign in")
	if strings.Contains(page, "the log is full") {
		t.Error("the guest reads a note of the partner")
	}
	send := func(r *reader, path, verb string, fields ...string) {
		t.Helper()
		page := r.page(path)
		id := page[strings.Index(page, `name="handoff" value="`)+len(`name="handoff" value="`):]
		form := filled(t, page, append(fields, "handoff", id[:max(0, strings.Index(id, `"`))])...)
		if a := r.post(path+"/"+verb, form.Encode()); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", verb, a.status, a.body)
		}
	}
	send(guest, at, "ask", "ask.question", "Which version?")
	send(kaede, "/c/"+n, "answer", "answer.text", "2.0")
	refused := guest.post(at+"/accept", filled(t, guest.page(at), "accept.person", "", "handoff", "none").Encode())
	if refused.status < 400 || refused.status >= 500 {
		t.Errorf("without a name: %d", refused.status)
	}
	send(guest, at, "accept", "accept.person", "Haruka Mori", "accept.reference", "TMG-7")
	contain(t, kaede.page("/c/"+n), "TMG-7", "Haruka Mori")
	contain(t, w.reader(t, "aoba-user", "en").page("/r/"+n), "Tamago Soft", "is working on it", "Haruka Mori")
	send(guest, at, "say", "say.to", "kaede", "say.text", "between-us")
	if strings.Contains(w.reader(t, "aoba-user", "en").page("/r/"+n), "between-us") {
		t.Error("the customer reads what was for the partner")
	}
	send(guest, at, "say", "say.to", "propose", "say.text", "Install 2.1.")
	contain(t, w.reader(t, "aoba-user", "en").page("/r/"+n), "Install 2.1.")
	contain(t, guest.page(at), "between-us", "Install 2.1.")
}

// A guest may say that it is not theirs, and it is back with the partner.
func TestAGuestDeclines(t *testing.T) {
	w := newWorld(t)
	n := w.handed(t)
	guest := w.guestOf(t, w.invitation(t, n).link)
	page := guest.page("/g/" + n)
	id := page[strings.Index(page, `name="handoff" value="`)+len(`name="handoff" value="`):]
	form := filled(t, page, "decline.reason", "not-our-product", "decline.evidence", "We do not make it.", "handoff", id[:strings.Index(id, `"`)])
	for range 2 { // a double click
		if a := guest.post("/g/"+n+"/decline", form.Encode()); a.status != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.status, a.body)
		}
	}
	contain(t, w.reader(t, "kaede-admin", "en").page("/c/"+n), "We do not make it.", "not our product")
	contain(t, guest.page("/g/"+n), "Nothing is asked of")
}

// A guest's cookie opens its case alone; a person of the desk, a guest of the
// customer, and nobody, are no guest here.
func TestAnInvitationOpensOneCase(t *testing.T) {
	w := newWorld(t)
	n, other := w.handed(t), w.handed(t)
	guest := w.guestOf(t, w.invitation(t, n).link)
	ofCustomer := w.reader(t, w.guestLink(t, n), "en")
	for what, got := range map[string]answered{
		"another case":           guest.get("/g/" + other),
		"the customer's page":    guest.get("/r/" + n),
		"a guest of the other":   ofCustomer.get("/g/" + n),
		"nobody":                 w.reader(t, "", "en").get("/g/" + n),
		"somebody signed in":     w.reader(t, "kaede-admin", "en").get("/g/" + n),
		"a form of another case": guest.post("/g/"+other+"/accept", url.Values{"accept.person": {"x"}}.Encode()),
		"a file of another case": guest.get("/g/" + other + "/files/1"),
	} {
		if got.status != http.StatusGone {
			t.Errorf("%s: %d", what, got.status)
		}
	}
	for _, verb := range []string{"pass-on", "reclaim", "assign", "close", "nonsense"} {
		if got := guest.post("/g/"+n+"/"+verb, ""); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", verb, got.status)
		}
	}
	if got := guest.get("/c/" + n); got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/signin") {
		t.Errorf("the desk: %d %s", got.status, got.header.Get("Location"))
	}
}

// The mailbox is the demonstration's: a real server has no such page.
func TestTheMailboxIsOfTheDemonstration(t *testing.T) {
	w := newWorld(t)
	n := w.handed(t)
	w.relay(t)
	page := w.reader(t, "", "en").page("/dev/mail?case=" + n)
	contain(t, page, "sync@tamago.example", "["+n+"]", "かえでクラウド株式会社", "/link/sbg_", "Nothing is sent.", `lang="ja"`)
	if got := w.reader(t, "", "en").get("/dev/mail?case=%3Cscript%3E"); got.status != 200 || strings.Contains(got.body, "<script>") {
		t.Errorf("%d", got.status)
	}
	w.http.Config.Handler = New(Options{App: w.app})
	for _, path := range []string{"/dev/mail", "/dev/mail?case=" + n} {
		if got := w.reader(t, "kaede-admin", "en").get(path); got.status != http.StatusNotFound || strings.Contains(got.body, "sbg_") {
			t.Errorf("%s of a real server: %d", path, got.status)
		}
	}
}
