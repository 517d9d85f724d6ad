//go:build unix

package walls

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/testkit"
	"switchboard/internal/web"
)

// invitedRows is the matrix of the pages of whom a handoff has invited: what each of
// the forms is sent with.
var invitedRows = map[string][]string{
	"GET /g/{n}":              {""},
	"GET /g/{n}/files/{file}": {""},
	"POST /g/{n}/{verb}": {"", "say.to=wallsriv&say.text=x", "say.to=wallscust&version=1&say.text=x", "accept.person=x&version=1", "decline.reason=other&decline.evidence=x",
		"ask.question=x", "answer.text=x", "update.next=2026-12-01T10:00", "give-back.text=x", "send.to=wallspub&send.summary=x", "pass-on.to=wallspub&pass-on.summary=x"},
}

var ofInvited = regexp.MustCompile(`^(GET|POST) /g(/|$)`)

func TestEveryPageOfTheInvitedHasARow(t *testing.T) { everyPageHasARow(t, ofInvited, invitedRows) }

// mailbox is what a demonstration on the same data would have mailed.
func (w *world) mailbox() (out []app.Letter, demo *app.App) {
	w.t.Helper()
	w.relay()
	demo, err := app.New(w.t.Context(), w.store, app.Options{Now: w.clock.now, Demo: true, Blobs: testkit.Blobs(w.t)})
	if err != nil {
		w.t.Fatal(err)
	}
	for more, after := true, ""; more; {
		var list []app.Letter
		if list, more, err = demo.Letters(w.t.Context(), app.LetterFilter{After: after}); err != nil {
			w.t.Fatal(err)
		}
		for _, l := range list {
			out, after = append(out, l), l.ID
		}
	}
	return out, demo
}

func letterOf(company string) string {
	for _, a := range actors {
		if a.company == company {
			return a.letter
		}
	}
	return "-"
}

// A letter holds no word that its receiver may not read, subject, address and link
// included; and it says something.
func TestNoLetterHoldsAForeignWord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		letters, _ := w.mailbox()
		told, kinds := 0, map[string]bool{}
		for _, l := range letters {
			kinds[l.Kind] = true
			if l.Kind != "handed" && l.Kind != "received" || l.Company != "wallspub" && l.Company != "wallscust" {
				told += len(marked(l.Subject + l.Body))
			}
			w.scan(letterOf(l.Company), answer{what: "letter " + l.Kind + " of " + l.Case + " to " + l.Company, status: 200, all: strings.Join([]string{l.To, l.Subject, l.Body, l.Link}, "\n")})
		}
		if len(letters) < 40 || told < 80 || len(kinds) < 10 {
			t.Errorf("%d letters of %d kinds with %d words: this test says little", len(letters), len(kinds), told)
		}
	})
}

// The guest of a handoff reads on the one case what its company may, whatever it
// sends, and nothing of another.
func TestTheInvitedAreToldNoForeignWord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		letters, _ := w.mailbox()
		p, seats, sat := newPortal(w), 0, map[string]bool{}
		for _, l := range letters {
			if !l.Guest || sat[l.Company+l.Case] {
				continue
			}
			sat[l.Company+l.Case] = true
			link := strings.TrimPrefix(l.Link[:strings.Index(l.Link, "?")], "/link/")
			who := letterOf(l.Company)
			w.scan(who, p.visit("-", http.MethodGet, "/link/"+link, "", ""))
			seat, _, err := w.app.EnterAsGuest(t.Context(), link)
			if err != nil {
				t.Fatal(err)
			}
			if a := p.visit("-", http.MethodGet, "/g/"+l.Case, "", seat); a.status != http.StatusOK || len(marked(a.body)) == 0 {
				t.Errorf("the guest of %s reads nothing of %s: %d", l.Company, l.Case, a.status)
			}
			seats++
			p.sitsAt(who, l.Case, seat)
		}
		if seats < 8 {
			t.Errorf("%d guests: this test says little", seats)
		}
	})
}

// sitsAt tries every page of the invited with the seat of one, on every case.
func (p *portal) sitsAt(who, own, seat string) {
	p.t.Helper()
	for pattern, forms := range invitedRows {
		method, path, _ := strings.Cut(pattern, " ")
		for _, number := range strings.Fields(p.put("{A} {D} {J} 00000000018 nonsense ") + own) {
			for _, at := range invitedAddresses(strings.ReplaceAll(path, "{n}", url.PathEscape(number)), number == own) {
				for _, form := range forms {
					if verb, _, named := strings.Cut(form, "."); named && !strings.HasSuffix(at, "/"+verb) {
						continue // a form of another verb says nothing here
					}
					got := p.visit("-", method, at, form, seat)
					p.scan(who, got)
					if number != own && got.status != http.StatusGone && got.status != http.StatusNotFound {
						p.t.Errorf("the guest of %s gets %d at %s", own, got.status, at)
					}
				}
			}
		}
	}
}

func invitedAddresses(path string, own bool) (out []string) {
	verbs, files := []string{"accept", "say"}, []string{"1"}
	if own {
		verbs, files = append(slices.DeleteFunc(web.CaseVerbs(), func(verb string) bool { return verb == "withdraw" }), "send", "nonsense"), []string{"1", "2", "3", "8", "19", "x"}
	}
	switch {
	case strings.Contains(path, "{verb}"):
		for _, verb := range verbs {
			out = append(out, strings.ReplaceAll(path, "{verb}", verb))
		}
	case strings.Contains(path, "{file}"):
		for _, file := range files {
			out = append(out, strings.ReplaceAll(path, "{file}", file))
		}
	default:
		out = []string{path}
	}
	return out
}
