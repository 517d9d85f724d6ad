//go:build unix

package walls

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/web"
)

// pageRow says what is asked of a page of the portal: {n} stands for every case,
// {file} for every event, {link} for the guest link of every case.
type pageRow struct{ form string }

// pageRows is the matrix of the pages that show a case. A route of the portal
// without a row fails.
var pageRows = map[string]pageRow{
	"GET /r":                          {},
	"GET /r/{ref}":                    {},
	"GET /r/{ref}/sent":               {},
	"GET /r/{ref}/files/{n}":          {},
	"GET /r/{ref}/files/{n}/preview":  {},
	"POST /r/{ref}":                   {form: "do=broken&text="},
	"POST /r/{ref}/links":             {form: "contact="},
	"POST /r/{ref}/links/{id}/revoke": {},
	"GET /link/{token}":               {},
	"POST /link/{token}":              {},
	"GET /send":                       {},
	"POST /send":                      {form: "subject=&text="},
}

var ofPortal = regexp.MustCompile(`^(GET|POST) /(r|link|send)(/|$)`)

func TestEveryPageOfThePortalHasARow(t *testing.T) { everyPageHasARow(t, ofPortal, pageRows) }

// everyPageHasARow holds a matrix against the pages that it is for.
func everyPageHasARow[R any](t *testing.T, of *regexp.Regexp, rows map[string]R) {
	t.Helper()
	patterns := web.Patterns()
	for _, pattern := range patterns {
		if _, ok := rows[pattern]; of.MatchString(pattern) && !ok {
			t.Errorf("%s has no row: say what is asked of it", pattern)
		}
	}
	for pattern := range rows {
		if !slices.Contains(patterns, pattern) {
			t.Errorf("%s has a row and is no route", pattern)
		}
	}
}

// portal is the pages with everybody's session.
type portal struct {
	*world
	pages    http.Handler
	sessions map[string]string
	links    map[string]string // number -> guest link of the customer's contact
	seats    map[string]string // number -> cookie of who came by it
	host     string            // "" = the installation's own
}

func newPortal(w *world) *portal {
	w.t.Helper()
	p := &portal{world: w, pages: web.New(web.Options{App: w.app, Now: w.clock.now}), sessions: map[string]string{}, links: map[string]string{}, seats: map[string]string{}}
	for _, a := range actors {
		if a.company == "" {
			continue
		}
		link, err := w.app.SigninLink(w.t.Context(), local, a.person)
		if err == nil {
			p.sessions[a.letter], _, err = w.app.ConsumeSigninLink(w.t.Context(), link)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	customer := access.Actor{Company: "wallscust", Kinds: []string{"customer"}, Person: "wallspc", Roles: []string{"customer-user"}, Via: access.ViaWeb}
	for _, number := range strings.Fields(w.put("{A} {B} {L} {H} {J} {S} {E} {F} {G} {K}")) {
		secret, _, err := w.app.ShareCase(w.t.Context(), customer, number, "contact")
		if err == nil {
			p.links[number] = secret
			p.seats[number], _, err = w.app.EnterAsGuest(w.t.Context(), secret)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return p
}

// visit asks a page as somebody, with a guest's cookie when there is one.
func (p *portal) visit(letter, method, path, form, seat string) answer {
	p.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if p.host != "" {
		r.Host = p.host
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(form, "--parts\r\n") {
			r.Header.Set("Content-Type", "multipart/form-data; boundary=parts")
		}
	}
	if secret := p.sessions[letter]; secret != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: secret})
	}
	if seat != "" {
		r.AddCookie(&http.Cookie{Name: "guest", Value: seat})
	}
	got := httptest.NewRecorder()
	if path == "/live" { // it has no end of its own
		r.Header.Set("Last-Event-ID", "0")
		ctx, cancel := context.WithTimeout(r.Context(), 300*time.Millisecond)
		defer cancel()
		r = r.WithContext(ctx)
	}
	p.pages.ServeHTTP(got, r)
	var all bytes.Buffer
	if err := got.Result().Header.Write(&all); err != nil {
		p.t.Fatal(err)
	}
	return answer{what: method + " " + path + " " + form, asked: path + form, status: got.Code, all: all.String() + got.Body.String(), body: got.Body.String()}
}

// addresses are those of a row, for every case there is.
func (p *portal) addresses(path string) (out []string) {
	switch {
	case strings.Contains(path, "{token}"):
		for _, secret := range p.links {
			out = append(out, strings.ReplaceAll(path, "{token}", secret))
		}
		return append(out, "/link/sbg_none")
	case strings.Contains(path, "{n}"):
		for _, n := range []string{"1", "2", "3", "5", "8", "13", "17", "18", "19", "20", "99", "x"} {
			out = append(out, p.addresses(strings.ReplaceAll(path, "{n}", n))...)
		}
		return out
	case !strings.Contains(path, "{ref}"):
		return []string{path, path + "?subscription=wallssub&topic=break-fix", path + "?subscription=wallsfsub&topic=break-fix", path + "?subscription=wallsysub&topic=break-fix"}
	}
	for _, id := range strings.Fields(p.put(ids["cases"])) {
		out = append(out, strings.NewReplacer("{ref}", url.PathEscape(id), "{id}", "none").Replace(path))
	}
	return out
}

// Every page of the portal, as everybody: nobody is told a word that was not
// written for him; the guest of a case reads what its customer does there.
func TestThePortalTellsNobodyAForeignWord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		p := newPortal(w)
		for pattern, row := range pageRows {
			method, path, _ := strings.Cut(pattern, " ")
			for _, at := range p.addresses(path) {
				for _, a := range actors {
					if !strings.Contains(path, "{token}") {
						w.scan(a.letter, p.visit(a.letter, method, at, row.form, ""))
					} else if a.company == "" { // who holds the secret is the customer's contact
						w.scan("C", p.visit(a.letter, method, at, row.form, ""))
					}
				}
			}
		}
		w.saysAsMuch(p)
	})
}

// saysAsMuch: hiding everything is no way to pass. The customer's page and its
// guest's hold the words that were written for the customer, and a guest of one
// case gets nothing of another.
func (w *world) saysAsMuch(p *portal) {
	for number, seat := range p.seats {
		own, guest := p.visit("C", "GET", "/r/"+number, "", ""), p.visit("-", "GET", "/r/"+number, "", seat)
		w.scan("C", guest)
		if mine, his := marked(own.body), marked(guest.body); own.status != 200 || guest.status != 200 || len(his) == 0 || !subset(his, mine) {
			w.t.Errorf("%s: the customer reads %d words, its guest %d (%d, %d)", number, len(mine), len(his), own.status, guest.status)
		}
		for _, other := range strings.Fields(w.put("{A} {B} {H} {F} {Y} {D} 00000000018")) {
			if other == number {
				continue
			}
			for _, at := range []string{"", "/sent", "/files/1"} {
				if a := p.visit("-", "GET", "/r/"+other+at, "", seat); a.status != http.StatusGone {
					w.t.Errorf("the guest of %s gets %d at %s%s", number, a.status, other, at)
				}
			}
		}
	}
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
