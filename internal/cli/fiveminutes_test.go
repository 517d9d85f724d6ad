//go:build unix

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"switchboard/internal/i18n"
	"switchboard/internal/server"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

// The first five minutes (experience 6.3), from the demonstration to the set-up of an
// installation of one's own: with the mouse, with the keyboard alone and with a finger
// on a phone, in each language. Presses are counted, not time.

// way is how somebody works, and how much of it the script may take.
type way struct {
	name         string
	look         testkit.Look
	clicks, keys int // at most; typed words not counted
}

var ways = []way{
	{"mouse", testkit.Look{Width: 1280, Height: 800, Still: true}, 21, 0},
	{"keyboard", testkit.Look{Width: 1280, Height: 800, Still: true}, 0, 230},
	{"phone", testkit.Look{Width: 390, Height: 844, Still: true, Touch: true}, 21, 0},
}

// hand is somebody at work in one tab.
type hand struct {
	t            *testing.T
	way          way
	tab          *testkit.Page
	clicks, keys int
}

// leads presses what leads to another page. key is what the keyboard has for it; ""
// = it is gone to with Tab.
func (h *hand) leads(selector, key string) {
	h.t.Helper()
	status := 0
	switch h.way.name {
	case "mouse":
		h.clicks++
		status = h.tab.Follow(selector)
	case "phone":
		h.clicks++
		status = h.tab.Tap(selector)
	default:
		if key == "" {
			h.reach(selector)
			h.keys++
			status = h.tab.Enter()
			break
		}
		h.keys += len(key)
		status = h.tab.Leads(key, false)
	}
	if status != 200 {
		h.t.Fatalf("%s leads to %d at %s", selector, status, h.tab.URL())
	}
}

// turns presses what changes the page in place.
func (h *hand) turns(selector, key string) {
	h.t.Helper()
	switch h.way.name {
	case "mouse":
		h.clicks++
		h.tab.Click(selector)
	case "phone":
		h.clicks++
		h.tab.Touch(selector)
	default:
		h.keys += len(key)
		h.tab.Keys(key)
	}
}

// sends sends the form that a field belongs to.
func (h *hand) sends(field, button string) {
	h.t.Helper()
	if h.way.name != "keyboard" {
		h.leads(button, "")
		return
	}
	if !h.isAt(field) {
		h.reach(field)
	}
	h.keys++
	if status := h.tab.Leads(kb.Enter, true); status != 200 {
		h.t.Fatalf("sending leads to %d", status)
	}
}

// reach goes on with Tab until something has the focus.
func (h *hand) reach(selector string) {
	h.t.Helper()
	for range 80 {
		h.keys++
		h.tab.Keys(kb.Tab)
		if h.isAt(selector) {
			return
		}
	}
	h.t.Fatalf("%s cannot be reached with Tab at %s", selector, h.tab.URL())
}

func (h *hand) isAt(selector string) bool {
	return testkit.Eval[bool](h.tab, fmt.Sprintf(`document.activeElement.matches(%q)`, selector))
}

// says fails unless an element holds a text.
func (h *hand) says(selector, want string) {
	h.t.Helper()
	if got := h.tab.Text(selector); !strings.Contains(got, want) {
		h.t.Errorf("%s says %q, want %q", selector, got, want)
	}
}

// paper is what a running command prints.
type paper struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// shell is the command line with a data directory of its own.
type shell struct {
	t   *testing.T
	dir string
}

func (s shell) process(out *paper, args ...string) Process {
	return Process{Args: args, Env: func(string) string { return "" }, In: strings.NewReader(""), Out: out, Err: out, Now: time.Now}
}

// run gives what a command prints.
func (s shell) run(args ...string) string {
	s.t.Helper()
	out := &paper{}
	if code := Run(s.t.Context(), s.process(out, append([]string{"--data-dir", s.dir}, args...)...)); code != 0 {
		s.t.Fatalf("switchboard %v: %d\n%s", args, code, out)
	}
	return out.String()
}

// serve starts a command that serves, waits until it answers and gives its address;
// it is stopped with the test.
func (s shell) serve(args ...string) (address string, out *paper) {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out = &paper{}
	done := make(chan int, 1)
	go func() {
		done <- Run(ctx, s.process(out, append(args, "--data-dir", s.dir, "--listen", "127.0.0.1:0")...))
	}()
	s.t.Cleanup(func() {
		stop()
		if code := <-done; code != 0 {
			s.t.Errorf("switchboard %v: %d\n%s", args, code, out)
		}
	})
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for range 3000 {
		if r, err := server.FindRunning(s.dir); err == nil && r != nil {
			return r.Address, out
		}
		<-again.C
	}
	s.t.Fatalf("switchboard %v does not come up\n%s", args, out)
	return "", nil
}

// A server starts again on what is there, and has no link to print.
func TestServingWhatIsThere(t *testing.T) {
	s := shell{t, filepath.Join(t.TempDir(), "own")}
	s.run("import", "testdata/world.yaml")
	if _, out := s.serve("serve"); strings.Contains(out.String(), "/setup/") {
		t.Errorf("it says\n%s", out)
	}
	if said := s.run("company", "list"); !strings.Contains(said, "contoso") {
		t.Errorf("it serves\n%s", said)
	}
}

// stagedOnce plays the demonstration's cases once; each run works on a copy.
func stagedOnce(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "staged")
	s := &session{Process: shell{t, dir}.process(&paper{}), ctx: t.Context(), lang: i18n.English, g: &globals{DataDir: dir}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, demoMark), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.stage(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheFirstFiveMinutes(t *testing.T) {
	staged, first := stagedOnce(t), testkit.NewBrowser(t)
	for _, w := range ways {
		for _, lang := range i18n.Langs() {
			t.Run(w.name+"/"+string(lang), func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "demo")
				if err := os.CopyFS(dir, os.DirFS(staged)); err != nil {
					t.Fatal(err)
				}
				playFiveMinutes(t, shell{t, dir}, first, w, lang)
			})
		}
	}
}

func playFiveMinutes(t *testing.T, s shell, first *testkit.Browser, w way, lang i18n.Lang) {
	t.Helper()
	url, _ := s.serve("demo")
	look := w.look
	look.Lang = string(lang)
	open := func(person string) *hand {
		link := strings.TrimSpace(s.run("person", "signin-link", person))
		link = url + link[strings.Index(link, "/signin/"):]
		h := &hand{t: t, way: w, tab: first.Another(t).Open(t, link+"?lang="+string(lang), look)}
		h.leads("main button", "")
		return h
	}
	ken := open("p-ken")
	number := handsOver(ken)
	accepts(ken, number)

	var c wire.Case
	if err := json.Unmarshal([]byte(s.run("case", "show", number, "--company", "tailspin", "--person", "p-ken", "--json")), &c); err != nil {
		t.Fatal(err)
	}
	if c.Owner.Company != "contoso" {
		t.Fatalf("%s has the case", c.Owner.Company)
	}
	name := s.nameOf("contoso", lang)
	customer := open(c.Requester)
	customer.leads(`.nav a[href="/r"]`, "")
	customer.leads(`main a[href="/r/`+number+`"]`, "")
	customer.says(".ball .now", i18n.For(lang).T("web.request.hero.in-work", map[string]any{"company": name}))

	if said := s.run("who", "login loops", "--offer", "contoso-backup", "--customer", "northwind", "--lang", string(lang)); !strings.Contains(said, name) {
		t.Errorf("who answers: %s", said)
	}
	founder := startsForReal(t, first, w, lang)
	clicks, keys := ken.clicks+customer.clicks+founder.clicks, ken.keys+customer.keys+founder.keys
	t.Logf("%s, %s: %d clicks of %d, %d keys of %d", w.name, lang, clicks, w.clicks, keys, w.keys)
	if clicks > w.clicks || keys > w.keys || clicks+keys < 10 {
		t.Errorf("%d clicks and %d keys, at most %d and %d", clicks, keys, w.clicks, w.keys)
	}
}

// startsForReal opens the one-time link of an installation of one's own, says who one
// is, and goes by what can be done later.
func startsForReal(t *testing.T, first *testkit.Browser, w way, lang i18n.Lang) *hand {
	t.Helper()
	own := shell{t, filepath.Join(t.TempDir(), "own")}
	url, out := own.serve("serve")
	link := oneTimeLink.FindString(out.String())
	if !strings.HasPrefix(link, url) {
		t.Fatalf("it says\n%s", out)
	}
	look := w.look
	look.Lang = string(lang)
	h := &hand{t: t, way: w, tab: first.Another(t).Open(t, link+"?lang="+string(lang), look)}
	h.types("company.name", "Lantern Market")
	h.types("person.name", "Sam")
	h.types("person.email", "sam@lantern.example")
	h.types("password", "eight tall green chairs")
	h.leads(`form[action^="/setup/"] .button.main`, "")
	for range 3 {
		h.leads("#setup-next", "")
	}
	h.says("h1", i18n.For(lang).T("web.gaps.title", nil))
	if companies := own.run("company", "list", "-o", "plain"); !strings.Contains(companies, "lantern-market") {
		t.Errorf("the companies are %q", companies)
	}
	return h
}

// oneTimeLink is what the first start prints.
var oneTimeLink = regexp.MustCompile(`http://\S+/setup/sbf_[a-z2-7]{32}`)

// types goes to a field and writes into it; only the way there is counted.
func (h *hand) types(field, words string) {
	h.t.Helper()
	selector := fmt.Sprintf("[name=%q]", field)
	switch h.way.name {
	case "mouse":
		h.clicks++
		h.tab.Click(selector)
	case "phone":
		h.clicks++
		h.tab.Touch(selector)
	default:
		h.reach(selector)
	}
	h.tab.Keys(words)
}

func (s shell) nameOf(company string, lang i18n.Lang) string {
	s.t.Helper()
	var c wire.Company
	if err := json.Unmarshal([]byte(s.run("company", "show", company, "--json")), &c); err != nil {
		s.t.Fatal(err)
	}
	name, _ := c.Name.In(string(lang))
	return name
}

// handsOver goes to the late case on top of the inbox, asks why, and hands it to the
// company that answers.
func handsOver(ken *hand) (number string) {
	ken.t.Helper()
	ken.leads(`.nav a[href="/inbox"]`, "gi")
	if n := testkit.Eval[int](ken.tab, `document.querySelectorAll("#cases > li").length`); n < 3 {
		ken.t.Errorf("%d cases need Tailspin", n)
	}
	if !testkit.Eval[bool](ken.tab, `document.querySelector("#cases > li .chip[data-tone=danger]") !== null && document.querySelector("#cases > li .chip[data-tone=danger]").closest("li") === document.querySelector("#cases > li")`) {
		ken.t.Error("what stands first is not late")
	}
	number = strings.TrimPrefix(testkit.Eval[string](ken.tab, `document.querySelector("#cases > li").id`), "case-")
	if ken.way.name == "keyboard" {
		ken.turns("", "j")
	}
	ken.leads("#cases > li .subject", "o")
	ken.turns("[data-do=why]", "w")
	if !testkit.Eval[bool](ken.tab, `document.querySelector("[data-do=why]").parentElement.open`) {
		ken.t.Error("it does not tell why")
	}
	ken.leads("[data-do=handoff]", "h")
	if to := testkit.Eval[string](ken.tab, `document.querySelector("form[method=post] [name='send.to']")?.value ?? ""`); to != "contoso" {
		ken.t.Fatalf("it would go to %q", to)
	}
	ken.sends(`[name="send.summary"]`, `form[action$="/handoff"][method=post] .button.main`)
	return number
}

// accepts follows the guest link in the mail of the demonstration, and accepts.
func accepts(ken *hand, number string) {
	ken.t.Helper()
	ken.leads(`.demo a[href="/dev/mail"]`, "")
	letter := fmt.Sprintf(`details[data-kind=handed][data-case="%s"]`, number)
	ken.arrives(letter)
	if !testkit.Eval[bool](ken.tab, fmt.Sprintf(`document.querySelector(%q).open`, letter)) {
		ken.turns(letter+" > summary", "")
	}
	ken.leads(letter+` a[href^="/link/"]`, "")
	ken.leads("main .button.main", "")
	ken.leads(`form[action$="/accept"] .button.main`, "")
	if !testkit.Eval[bool](ken.tab, `document.querySelector(".ball [data-kind=publisher]") !== null`) {
		ken.t.Errorf("it is with %q", ken.tab.Text(".ball"))
	}
}

// arrives looks again until a letter has been relayed; what is held back to be undone
// comes when its time is over. It is not counted: nobody has to.
func (h *hand) arrives(letter string) {
	h.t.Helper()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for range 600 {
		if testkit.Eval[bool](h.tab, fmt.Sprintf(`document.querySelector(%q) !== null`, letter)) {
			return
		}
		<-again.C
		h.tab.Go(h.tab.URL())
	}
	h.t.Fatalf("%s does not come", letter)
}
