package web

import (
	"cmp"
	"flag"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

// visited is a page of the product as one person sees it: "" = signed out, a guest by
// the path of his link, whoever comes to an installation that nobody has set up by its
// address.
type visited struct {
	name, person, path string
}

// everyPage lists every page that can be opened, each as somebody for whom it
// is fullest.
func everyPage(t testing.TB, w *world) []visited {
	w.withForm(t)
	link := w.link(t, "sub-formosa-sync")
	number := w.talk(t)
	guest, proposed := w.guestLink(t, number), w.proposed(t)
	at, ours := "/c/"+w.handed(t), "/c/"+w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	keep(t, w.reader(t, "kaede-admin", "en"), ours)
	marked := w.marked(t)
	asked, taken := w.invitation(t, strings.TrimPrefix(at, "/c/")), w.invitation(t, w.taken(t))
	view := w.arranged(t)
	waits, stopped := w.pressed(t)
	bare, founding := w.unfounded(t)
	return []visited{
		{"setup-waiting", bare, "/setup"},
		{"setup", bare, founding},
		{"setup-ended", bare, "/setup/sbf_none"},
		{"setup-reach", "lantern-admin", "/setup/reach"},
		{"setup-offers", "lantern-admin", "/setup/offers"},
		{"setup-offers-elsewhere", "kaede-admin", "/setup/offers"},
		{"setup-people", "lantern-admin", "/setup/people"},
		{"targets", "kaede-admin", "/targets"},
		{"targets-edit", "kaede-admin", "/targets/kaede-terms"},
		{"targets-none", "bluewillow-admin", "/targets"},
		{"intake", "tamago-owner", "/intake"},
		{"intake-form", "tamago-owner", "/intake/break-fix"},
		{"intake-none", "kaede-admin", "/intake/all"},
		{"case-marked", "kaede-admin", "/c/" + marked + "?in=/inbox/snoozed"},
		{"inbox-snoozed", "kaede-admin", "/inbox/snoozed?case=" + marked},
		{"inbox-onward", "kaede-admin", "/inbox/needs-us?done=snooze&of=" + marked},
		{"case-onward", "kaede-admin", ours + "?done=snooze&of=" + marked},
		{"me-desk", "kaede-admin", "/me"},
		{"views", "tamago-owner", "/views"},
		{"views-none", "bluewillow-admin", "/views?q=is:late"},
		{"views-inbox", "tamago-owner", savedAt(view)},
		{"views-query", "tamago-owner", "/inbox/handed-to-us?q=is:late"},
		{"macros", "kaede-admin", "/macros"},
		{"macros-read", "northgate-billing", "/macros"},
		{"macros-none", "bluewillow-admin", "/macros"},
		{"macros-filled", "kaede-admin", ours + "?macro=greeting"},
		{"case-picture", "kaede-admin", "/c/" + w.withPicture(t)},
		{"drafts", "kaede-admin", "/drafts"},
		{"drafts-none", "northgate-admin", "/drafts"},
		{"case-draft", "kaede-admin", ours + "?draft=internal"},
		{"case-held", "tamago-owner", "/c/" + waits},
		{"case-stopped", "tamago-owner", "/c/" + stopped},
		{"drafts-stopped", "tamago-owner", "/drafts"},
		{"inbox", "kaede-admin", "/inbox/needs-us"},
		{"inbox-beside", "kaede-admin", "/inbox/needs-us?case=" + number},
		{"inbox-none", "northgate-admin", "/inbox/close-the-loop"},
		{"inbox-first-use", "lantern-admin", "/inbox/needs-us"},
		{"inbox-handed", "tamago-owner", "/inbox/handed-to-us"},
		{"case", "kaede-admin", ours},
		{"case-sent", "kaede-admin", at},
		{"case-received", "tamago-owner", at},
		{"case-timeline", "kaede-admin", at + "/timeline"},
		{"handoff", "kaede-admin", ours + "/handoff"},
		{"reports", "kaede-admin", "/reports?week=2026-W49"},
		{"report-time", "kaede-admin", "/reports/where-time-went?week=2026-W49"},
		{"report-replies", "kaede-admin", "/reports/replies?week=2026-W49"},
		{"profile", "kaede-admin", "/company/profile"},
		{"audit", "kaede-admin", "/audit"},
		{"keys", "kaede-admin", "/keys"},
		{"palette", "kaede-admin", "/palette?q=" + number},
		{"palette-none", "aoba-user", "/palette?q=zzzz"},
		{"handoff-to", "kaede-admin", ours + "/handoff?send.to=tamago"},
		{"requests", "aoba-user", "/r"},
		{"request", "aoba-user", "/r/" + number},
		{"request-sent", "aoba-user", "/r/" + number + "/sent"},
		{"request-proposed", "aoba-user", "/r/" + proposed},
		{"guest-landing", "", guest},
		{"guest-ended", "", "/link/sbg_none"},
		{"invitation", "", asked.link},
		{"invited", asked.link, "/g/" + asked.number},
		{"invited-owner", taken.link, "/g/" + taken.number},
		{"dev-mail", "", "/dev/mail"},
		{"dev-mail-case", "kaede-admin", "/dev/mail?case=" + asked.number},
		{"dev-mail-none", "", "/dev/mail?case=none"},
		{"ask", "", "/"},
		{"ask-customer", "aoba-user", "/"},
		{"ask-none", "", "/?find=zzz"},
		{"answer-public", "", "/answer?offer=tamago-sync&topic=how-to"},
		{"answer-customer", "aoba-user", "/answer?subscription=sub-aoba-sync&topic=break-fix&q=" + url.QueryEscape("同期が止まってしまいました")},
		{"answer-indirect", "formosa-user", "/answer?subscription=sub-formosa-sync&topic=billing"},
		{"answer-not-agreed", "northgate-admin", "/answer?subscription=sub-hillside-sync&topic=billing"},
		{"answer-unclear", "aoba-user", "/answer?subscription=sub-aoba-sync&q=hello"},
		{"answer-security", "kaede-admin", "/answer?subscription=sub-aoba-sync&topic=security"},
		{"answer-reseller", "bluewillow-admin", "/answer?subscription=sub-formosa-sync&topic=transaction"},
		{"offers", "kaede-admin", "/offers"},
		{"offers-none", "", "/offers?q=zzz"},
		{"offer-public", "", "/offers/tamago-sync"},
		{"offer-partner", "kaede-admin", "/offers/tamago-sync"},
		{"offer-stale", "northgate-admin", "/offers/jadepeak-flow"},
		{"offer-owner", "tamago-owner", "/offers/tamago-sync"},
		{"offer-edit", "tamago-owner", "/offers/tamago-sync/edit"},
		{"rules", "", "/rules"},
		{"rules-partner", "northgate-admin", "/rules?asker=provider"},
		{"rules-history", "", "/rules/history"},
		{"rules-version", "", "/rules/history/1"},
		{"rules-try", "northgate-admin", "/rules/try?subscription=sub-formosa-sync&topic=billing"},
		{"rules-try-operator", "lantern-admin", "/rules/try"},
		{"rules-publish", "lantern-admin", "/rules/publish"},
		{"agreements", "northgate-admin", "/agreements"},
		{"split", "bluewillow-admin", "/agreements/northgate/bluewillow"},
		{"split-none", "northgate-admin", "/agreements/northgate/redfern"},
		{"propose", "northgate-admin", "/agreements/northgate/bluewillow/propose"},
		{"customers", "northgate-admin", "/customers"},
		{"sheet", "kaede-admin", "/customers/aoba"},
		{"gaps", "northgate-admin", "/gaps"},
		{"link", "", link},
		{"link-answer", "", link + "/answer?topic=break-fix"},
		{"link-card", "", link + "/card"},
		{"signin", "", "/signin"},
		{"signin-link", "", "/signin/secret"},
		{"invite", "", "/invite/secret"},
		{"me", "aoba-user", "/me"},
		{"me-desk", "kaede-admin", "/me"},
		{"people", "kaede-admin", "/people"},
		{"company", "kaede-admin", "/company"},
		{"tokens", "kaede-admin", "/tokens"},
		{"not-found", "", "/nothing"},
		{"denied", "aoba-user", "/people"},
		{"components", "", "/dev/components"},
	}
}

// arranged puts views and macros on the desks of three companies, with what people
// write into names, and gives one of the views.
func (w *world) arranged(t testing.TB) (view wire.SavedView) {
	t.Helper()
	tamago := w.person("tamago", wire.Publisher)
	tamago.Person = "tamago-owner"
	for _, wish := range []wire.NewView{
		{Name: "遅れているバックアップ", Query: "is:late due:<4h sort:due"}, {Name: "<b>Late</b> **today**", Query: `lang:ja "請求書の金額が契約と違います"`},
		{Name: strings.Repeat("長い名前", 15), Query: strings.Repeat("x", 900), Shared: true}, {Name: "All of it", Shared: true},
	} {
		made, _, err := w.app.SaveView(t.Context(), tamago, wish)
		if err != nil {
			t.Fatal(err)
		}
		if view.ID == "" {
			view = made
		}
	}
	all := map[string]string{"en": "Dear {{person}} of {{customer}},\n\nthank you for case {{case}}.", "ja": "{{customer}}\n{{person}}様\n\n{{company}}の{{me}}です。{{offer}}のお問い合わせ（{{case}}）を承りました。", "zh-TW": "{{customer}} 您好："}
	for _, company := range []string{"kaede", "northgate"} {
		for _, m := range []wire.Macro{
			{ID: "greeting", Name: "受付のご連絡", Audience: wire.MacroCustomer, After: wire.MacroWait, Text: all},
			{ID: "solved", Name: "Solved", Audience: wire.MacroCustomer, After: wire.MacroPropose, Text: map[string]string{"en": "It works again."}},
			{ID: "long", Name: strings.Repeat("w", 60), Audience: wire.MacroInternal, Text: map[string]string{"ja": strings.Repeat("長", 10_000) + " <script>alert(1)</script>"}},
		} {
			if _, _, err := w.app.PutMacro(t.Context(), w.person(company, wire.DirectPartner), m, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	return view
}

// looks: every language, both themes, from a small phone to a wide screen.
var (
	languages = []string{"en", "ja", "zh-TW"}
	widths    = []int64{320, 390, 1024, 1440}
)

var (
	shots = flag.String("shots", os.Getenv("SWITCHBOARD_SHOTS"), "folder to write pictures of every page to")
	every = flag.Bool("every", false, "let axe-core look at every page in every width and theme")
	only  = flag.String("only", "", "pages to visit, jobs to do: a regular expression of their names")
)

// rawKey is a key that was written in place of its text.
var rawKey = regexp.MustCompile(`\b(?:web|topic|kind|contact|link|offer-kind|offer-status|license|listing|channel|model|severity|outcome|party|clock|role|reason|warning|summary|next|when|delegate|question|reject|sheet|gap|scope|redirect|agreement-state|relation-state|lang|weekday|city|time)\.[a-z][a-z0-9./-]*[a-z0-9]\b`)

func file(dir, lang string, page visited, width int64, dark bool) string {
	theme := "light"
	if dark {
		theme = "dark"
	}
	return filepath.Join(dir, lang, fmt.Sprintf("%s-%d-%s.png", page.name, width, theme))
}

// crowd is one browser per person, signed in where they have an account.
type crowd struct {
	w     *world
	first *testkit.Browser
	known map[string]*testkit.Browser
}

func newCrowd(t testing.TB, w *world) *crowd {
	return &crowd{w: w, first: testkit.NewBrowser(t), known: map[string]*testkit.Browser{}}
}

func (p *crowd) browser(t testing.TB, person string) *testkit.Browser {
	t.Helper()
	if b := p.known[person]; b != nil {
		return b
	}
	b := p.first.Another(t)
	if strings.HasPrefix(person, "/link/") { // a guest comes by his link
		if status := b.Open(t, p.w.url+person, testkit.Look{}).Follow("main button"); status != 200 {
			t.Fatalf("coming by %s: %d", person, status)
		}
	} else if person != "" && p.w.home(person) == p.w.url {
		link, err := p.w.app.SigninLink(t.Context(), access.Actor{Local: true}, person)
		if err != nil {
			t.Fatal(err)
		}
		page := b.Open(t, p.w.url+"/signin/"+link, testkit.Look{})
		if status := page.Follow("main button"); status != 200 {
			t.Fatalf("signing %s in: %d", person, status)
		}
	}
	p.known[person] = b
	return b
}

// in gives a page's address in a language.
func (page visited) in(w *world, lang string) string {
	sep := "?"
	if strings.Contains(page.path, "?") {
		sep = "&"
	}
	return w.home(page.person) + page.path + sep + "lang=" + lang
}

// home is the address at which somebody comes in.
func (w *world) home(person string) string {
	if strings.HasPrefix(person, "http://") {
		return person
	}
	return w.url
}

// expected statuses of the pages that are not 200.
var expected = map[string]int{"not-found": 404, "denied": 403, "guest-ended": 410, "setup-ended": 410}

// byPerson groups the pages, so that each person opens few tabs.
func byPerson(t testing.TB, w *world) map[string][]visited {
	out := map[string][]visited{}
	wanted := regexp.MustCompile(*only)
	for _, page := range everyPage(t, w) {
		if !wanted.MatchString(page.name) {
			continue
		}
		out[page.person] = append(out[page.person], page)
	}
	return out
}

// Every page, in three languages, both themes and four widths: no sideways
// scrolling, nothing on the console, nothing from elsewhere, and no barrier that
// axe-core knows (experience 5 and 7). axe-core looks at each page in each language
// once: narrow in light, in between in light, wide in dark; with -every at all of
// them, which takes long.
func TestEveryPageInTheBrowser(t *testing.T) {
	w := newWorld(t)
	persons := newCrowd(t, w)
	for person, pages := range byPerson(t, w) {
		tab := persons.browser(t, person).Open(t, w.home(person)+at("icon.svg"), looks[0])
		for _, page := range pages {
			for _, lang := range languages {
				tour(t, w, tab, page, lang)
			}
		}
	}
}

// looks are the ways to see a page; the first and the last are the two ends.
var looks = func() (out []testkit.Look) {
	for _, dark := range []bool{false, true} {
		for _, width := range widths {
			out = append(out, testkit.Look{Width: width, Height: 900, Dark: dark, Still: true})
		}
	}
	return out
}()

// tour loads a page once and turns it through every look.
func tour(t *testing.T, w *world, tab *testkit.Page, page visited, lang string) {
	t.Helper()
	tab.Turn(looks[0])
	inspect(t, w, tab, page, lang, looks[0])
	for i, look := range looks[1:] {
		tab.Turn(look)
		where := fmt.Sprintf("%s, %s, %d, dark %v", page.name, lang, look.Width, look.Dark)
		if tab.Overflow() {
			t.Errorf("%s: scrolls sideways", where)
		}
		if i+1 == closely(page, lang) || *every {
			for _, v := range tab.Axe() {
				t.Errorf("%s: %s", where, v)
			}
		}
	}
}

// closely is the look, of all, at which axe-core looks at a page in a language.
func closely(page visited, lang string) int {
	ends := []int{0, 2, len(looks) - 1}
	return ends[(slices.Index(languages, lang)+len(page.name))%len(ends)]
}

func inspect(t *testing.T, w *world, tab *testkit.Page, page visited, lang string, look testkit.Look) {
	t.Helper()
	where := fmt.Sprintf("%s, %s, %d, dark %v", page.name, lang, look.Width, look.Dark)
	before := len(tab.Complaints())
	status := tab.Go(page.in(w, lang))
	if want := cmp.Or(expected[page.name], 200); status != want {
		t.Errorf("%s: status %d, want %d", where, status, want)
	}
	if tab.Overflow() {
		t.Errorf("%s: scrolls sideways", where)
	}
	if closely(page, lang) == 0 || *every {
		for _, v := range tab.Axe() {
			t.Errorf("%s: %s", where, v)
		}
	}
	if complaints := tab.Complaints()[before:]; status == 200 && len(complaints) > 0 {
		t.Errorf("%s: console: %q", where, complaints)
	}
	if foreign := tab.Foreign(); len(foreign) > 0 {
		t.Errorf("%s: asked %q", where, foreign)
	}
}

// Without scripts the same pages work: nothing is hidden behind them.
func TestEveryPageWithoutScripts(t *testing.T) {
	w := newWorld(t)
	persons := newCrowd(t, w)
	for person, pages := range byPerson(t, w) {
		look := testkit.Look{Width: 390, Height: 900, NoScript: true}
		tab := persons.browser(t, person).Open(t, w.home(person)+at("icon.svg"), look)
		for _, page := range pages {
			inspect(t, w, tab, page, "ja", look)
		}
	}
}

// Shots writes a picture of every page; it runs when a folder is named. A page
// that does not come, or comes without a picture, fails. With -short two looks
// have to do.
func TestShots(t *testing.T) {
	if *shots == "" {
		t.Log("no folder named with -shots or SWITCHBOARD_SHOTS: no pictures")
		return
	}
	w := newWorld(t)
	persons := newCrowd(t, w)
	for person, pages := range byPerson(t, w) {
		for _, look := range pictured() {
			tab := persons.browser(t, person).Open(t, w.home(person)+at("icon.svg"), look)
			for _, page := range pages {
				for _, lang := range languages {
					if !testing.Short() || (lang == "en") == look.Dark {
						shoot(t, w, tab, page, lang, look)
					}
				}
			}
		}
	}
}

// pictured are the looks of the pictures: a phone and a desk, by day and by night.
func pictured() (out []testkit.Look) {
	for _, width := range []int64{390, 1280} {
		for _, dark := range []bool{false, true} {
			if !testing.Short() || dark == (width == 1280) {
				out = append(out, testkit.Look{Width: width, Height: 900, Dark: dark, Still: true})
			}
		}
	}
	return out
}

func shoot(t *testing.T, w *world, tab *testkit.Page, page visited, lang string, look testkit.Look) {
	t.Helper()
	name := file(*shots, lang, page, look.Width, look.Dark)
	if status := tab.Go(page.in(w, lang)); status != cmp.Or(expected[page.name], 200) {
		t.Errorf("%s: status %d", name, status)
	}
	tab.FullScreenshot(name)
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if picture, err := png.DecodeConfig(f); err != nil || int64(picture.Width) != look.Width || int64(picture.Height) < 400 {
		t.Errorf("%s is no picture of its page: %+v %v", name, picture, err)
	}
}

// notPages are the addresses that are read by a GET and are no pages to look at.
var notPages = map[string]string{
	"GET /inbox":                      "leads to the first view",
	"GET /live":                       "a stream",
	"GET /send":                       "leads to the answer",
	"GET /c/{n}/{verb}":               "leads to the case",
	"GET /c/{n}/files/{file}":         "a file",
	"GET /c/{n}/proof":                "a file",
	"GET /c/{n}/files/{file}/preview": "a picture",
	"GET /r/{ref}/files/{n}":          "a file",
	"GET /r/{ref}/files/{n}/preview":  "a picture",
	"GET /g/{n}/files/{file}":         "a file",
	"GET /intake/new":                 "leads to the form",
	"GET /held/{id}":                  "leads to the drafts",
	"GET /inbox/{view}/many":          "leads to the list",
	"GET /reports/{name}/csv":         "a file",
	"GET /customers/{id}/sheet.csv":   "a file",
	"GET /s/{token}/qr.svg":           "a picture",
}

// The list of pages has one of every address, so that no page is left out of
// what is looked at, weighed and read.
func TestEveryAddressIsInTheListOfPages(t *testing.T) {
	seen, mux := map[string]bool{}, http.NewServeMux()
	for _, pattern := range Patterns() {
		if strings.HasPrefix(pattern, "GET ") {
			mux.HandleFunc(pattern, func(_ http.ResponseWriter, r *http.Request) { seen[r.Pattern] = true })
		}
	}
	for _, page := range everyPage(t, newWorld(t)) {
		mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, page.path, nil))
	}
	for _, pattern := range Patterns() {
		if strings.HasPrefix(pattern, "GET ") && !seen[pattern] && notPages[pattern] == "" {
			t.Errorf("no page of the list is at %s", pattern)
		}
	}
}
