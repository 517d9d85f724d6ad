package server

import (
	"path"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/demo"
	"switchboard/internal/i18n"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

// Who works at the desk whose pages are weighed, and the customers whose cases
// are there.
const deskPerson = "p-ken"

var deskSales = []struct{ company, person, subscription string }{
	{"northwind", "p-nora", "nw-backup"}, {"woodgrove", "p-will", "wg-flow-1"}, {"northwind", "p-nora", "nw-shield"}, {"northwind", "p-nora", "nw-vault"},
}

// busyDesk is a desk with more cases than its list shows, in three languages; one
// of them has been talked about.
func busyDesk(t *testing.T) (d *desk, talked string) {
	t.Helper()
	d = openDesk(t, Options{DataDir: t.TempDir()})
	d.seed()
	people := map[string]access.Actor{}
	for i, plot := range demo.Cases() {
		sale := deskSales[i%len(deskSales)]
		if people[sale.person].Person == "" {
			_, people[sale.person] = d.token(sale.company, sale.person)
		}
		c, err := d.app.OpenCase(t.Context(), people[sale.person], wire.NewCase{Subscription: sale.subscription, Topic: plot.Topic, Severity: plot.Severity,
			Subject: plot.Subject, Text: plot.Text, Lang: plot.Lang}, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		talked = c.Number
	}
	_, ken := d.token("tailspin", deskPerson)
	for _, plot := range demo.Cases()[:6] {
		d.say(ken, talked, plot.Reply)
	}
	return d, talked
}

// session signs a person in and gives the session's secret.
func (d *desk) session(person string) string {
	d.t.Helper()
	link, err := d.app.SigninLink(d.t.Context(), machine, person)
	if err != nil {
		d.t.Fatal(err)
	}
	secret, _, err := d.app.ConsumeSigninLink(d.t.Context(), link)
	if err != nil {
		d.t.Fatal(err)
	}
	return secret
}

// visitor is a browser that has never been here; "" is signed out.
func (d *desk) visitor(first *testkit.Browser, person string) *testkit.Browser {
	b := first.Another(d.t)
	if person != "" {
		b.Cookie(d.t, d.address, "session", d.session(person))
	}
	return b
}

// experience 7: what the first look at the portal and at the desk's inbox, with
// fifty rows and a case beside them, brings over the wire, head and all. It is
// counted by the browser, which knows what it had to load; nothing comes from
// elsewhere.
func TestTheFirstLoadIsLight(t *testing.T) {
	d, talked := busyDesk(t)
	first := testkit.NewBrowser(t)
	for _, page := range []struct {
		person, path   string
		most, rows     int
		scripts, style int
	}{
		{"", "/?lang=ja", 20 << 10, 0, 15 << 10, 10 << 10},
		{deskPerson, "/inbox/needs-us?lang=ja&case=" + talked, 45 << 10, 50, 15 << 10, 10 << 10},
	} {
		tab := d.visitor(first, page.person).Open(t, d.address+page.path, testkit.Look{Width: 1280, Height: 900})
		tab.Await(`document.readyState === "complete"`)
		if rows := testkit.Eval[int](tab, `document.querySelectorAll("[data-row]").length`); rows != page.rows {
			t.Errorf("%s shows %d rows, not %d", page.path, rows, page.rows)
		}
		if foreign := tab.Foreign(); len(foreign) > 0 {
			t.Errorf("%s asked %q", page.path, foreign)
		}
		by := weigh(t, tab.Loaded())
		for what, most := range map[string]int{"all": page.most, ".js": page.scripts, ".css": page.style} {
			if by[what] > most || by[what] == 0 {
				t.Errorf("%s: %s weigh %d bytes, at most %d", page.path, what, by[what], most)
			}
		}
		t.Logf("%s: %v", page.path, by)
	}
}

// weigh adds up what was loaded by the ends of the names. What is worth packing
// was packed.
func weigh(t *testing.T, loaded []testkit.Loaded) map[string]int {
	t.Helper()
	by := map[string]int{}
	for _, l := range loaded {
		name, _, _ := strings.Cut(l.URL, "?")
		ending := path.Ext(name)
		if l.Type == "text/html" {
			ending = ".html"
		}
		if l.Encoding != "br" && l.Bytes > 2*worthwhile {
			t.Errorf("%s: %d bytes come as %q", l.URL, l.Bytes, l.Encoding)
		}
		by[ending] += l.Bytes
		by["all"] += l.Bytes
	}
	return by
}
