//go:build unix

package walls

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/web"
	"switchboard/wire"
)

// resellersHost is the portal of the reseller.
const resellersHost = "help.wallsres.example"

// ofThePartner are the words of the reseller itself, which whoever comes to its
// portal reads (spec 1 section 2).
const ofThePartner = "C R P O S"

// fillings are what stands in the place of a name in the address of a page.
var fillings = map[string]string{
	"/offers/{id}": ids["offers"], "/customers/{id}": ids["customers"], "/rules/history/{version}": "1 9",
	"/agreements/{provider}/{reseller}": "wallsprov/wallsres wallsnone/wallsres wallsprov/wallssup",
	"/targets/{id}":                     ids["agreements"] + " new",
	"/intake/{topic}":                   "break-fix all nonsense", "/signin/{secret}": "none", "/invite/{secret}": "none", "/setup/{secret}": "none", "/assets/{name}": "none",
}

// pagesRead are the addresses of a page that is read, other than those of the
// portal, which have rows of their own.
func pagesRead(pattern string) (out []string) {
	path := strings.TrimSuffix(strings.TrimPrefix(pattern, "GET "), "{$}")
	if path == "/answer" {
		for _, question := range strings.Split(questions, "\n") {
			out = append(out, path+question)
		}
	}
	for prefix, names := range fillings {
		rest, ok := strings.CutPrefix(path, prefix)
		for _, name := range strings.Fields(names) {
			if ok {
				begins, _, _ := strings.Cut(prefix, "{")
				out = append(out, begins+name+rest)
			}
		}
	}
	if path == "/palette" { // every letter of every name, and what a case says
		for _, typed := range []string{"w", "a", "e", "zq", "walls", "backup", "with:wallsprov"} {
			out = append(out, path+"?q="+url.QueryEscape(typed))
		}
	}
	if !strings.Contains(path, "{") {
		out = append(out, path)
	}
	return out
}

// Every other page, as everybody, at the installation's own host and at that of
// a partner's portal: nobody is told a word of the directory that is not for him.
func TestEveryPageTellsWhatIsForItsReader(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		p := newPortal(w)
		if _, _, err := w.app.SetPortal(t.Context(), local, wire.PortalHost{Host: resellersHost, Company: "wallsres"}, nil); err != nil {
			t.Fatal(err)
		}
		visited := 0
		for _, pattern := range web.Patterns() {
			_, portal := pageRows[pattern]
			_, invited := invitedRows[pattern]
			if _, desk := deskRows[pattern]; portal || desk || invited || !strings.HasPrefix(pattern, "GET ") {
				continue
			}
			at := pagesRead(pattern)
			if strings.HasPrefix(pattern, "GET /s/{token}") {
				at = p.linked(pattern)
			}
			if len(at) == 0 {
				t.Errorf("%s: say what stands in its address", pattern)
			}
			for _, path := range at {
				visited++
				p.everybodyVisits(path)
			}
		}
		if visited < 40 || len(w.told["-"]) == 0 || !w.told["R"]["wallsface"] && !w.told["R"]["wallsprov"] {
			t.Errorf("%d pages: this test says little", visited)
		}
	})
}

func (p *portal) everybodyVisits(path string) {
	p.t.Helper()
	for _, host := range []string{"", resellersHost} {
		p.host = host
		for _, a := range actors {
			got := p.visit(a.letter, http.MethodGet, path, "", "")
			switch {
			case strings.HasPrefix(path, "/s/"): // who holds the link stands for the customer
				if a.company == "" {
					p.scan("C", got)
				}
			case host != "":
				p.scanVisitor(a.letter, got)
			default:
				p.scan(a.letter, got)
			}
		}
	}
	p.host = ""
}

// scanVisitor holds what somebody is told at the portal of the reseller against
// what is for him and what is the reseller's own.
func (p *portal) scanVisitor(letter string, a answer) {
	p.t.Helper()
	for _, word := range marked(a.all) {
		who := p.words[word]
		if strings.Contains(a.asked, word) || who == ofThePartner || slices.Contains(strings.Fields(who), letter) {
			continue
		}
		p.t.Errorf("%s: %s at %s tells %s, which is for %s\n%.300s", letter, a.what, p.host, word, who, around(a.all, word))
	}
}

// linked are the pages behind the link of the customer's subscription with a
// hidden provider.
func (p *portal) linked(pattern string) []string {
	p.t.Helper()
	link, err := p.app.SubscriptionLink(p.t.Context(), local, "wallsfsub")
	if err != nil {
		p.t.Fatal(err)
	}
	path := strings.ReplaceAll(strings.TrimPrefix(pattern, "GET "), "{token}", url.PathEscape(link[strings.LastIndex(link, "/")+1:]))
	if strings.HasSuffix(path, "/answer") {
		return []string{path + "?topic=break-fix", path + "?topic=billing", path + "?topic=how-to", path + "?q=zq"}
	}
	return []string{path}
}
