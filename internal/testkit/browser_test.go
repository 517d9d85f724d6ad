package testkit

import (
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

const goodPage = `<!doctype html><html lang="en"><head><title>Good</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><style>body { color: #111; background: #fff } @media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } }</style></head>
<body><main><h1>Case 7</h1><p id="lang">%s</p><noscript><p id="plain">without scripts</p></noscript>
<form method="post" action="/answer"><label>Answer <input name="answer" id="answer" value="old"></label> <button id="send">Send</button></form>
<button id="more" type="button">More</button><output id="out"></output></main><script src="/page.js"></script></body></html>`

const badPage = `<!doctype html><html><head><title>Bad</title></head><body><img src="/missing.png">
<div style="width: 3000px">wide</div><p style="color: #ccc; background: #fff">faint</p><script src="/bad.js"></script></body></html>`

const pageScript = `document.querySelector("#more").onclick = () => document.querySelector("#out").textContent = "more";
document.addEventListener("keydown", e => { if (e.key === "Escape") document.querySelector("#out").textContent = "closed"; });`

// badScript asks another host, which refuses at once: looking up a name takes
// half a minute where nobody answers.
const badScript = `console.error("said aloud", 7); fetch("http://127.0.0.2:2/x").catch(() => {}); undefinedFunction();`

// site answers under a policy that forbids inline scripts and eval, as ours does.
func site(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	serve := func(path, kind, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src *; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'self'")
			fmt.Fprint(w, body)
		})
	}
	mux.HandleFunc("GET /good", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; form-action 'self'")
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "yes"})
		fmt.Fprintf(w, goodPage, r.Header.Get("Accept-Language"))
	})
	mux.HandleFunc("POST /answer", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Answer</title><link rel="icon" href="data:,"><h1>%s</h1>`, r.FormValue("answer"))
	})
	mux.HandleFunc("GET /cookies", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<h1>%d cookies</h1>`, len(r.Cookies()))
	})
	serve("GET /bad", "text/html", badPage)
	serve("GET /page.js", "text/javascript", pageScript)
	serve("GET /bad.js", "text/javascript", badScript)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestBrowser(t *testing.T) {
	home, browser := site(t), NewBrowser(t)
	t.Run("a good page has nothing to report", func(t *testing.T) { goodPageIsQuiet(t, browser, home) })
	t.Run("a bad page is reported in every respect", func(t *testing.T) { badPageIsLoud(t, browser, home) })
	t.Run("a person clicks, types and submits", func(t *testing.T) { personWorks(t, browser, home) })
	t.Run("scripts, language, colours and width are the person's", func(t *testing.T) { looksDiffer(t, browser, home) })
	t.Run("pages share cookies, persons do not", func(t *testing.T) { cookiesStayHome(t, browser, home) })
}

func goodPageIsQuiet(t *testing.T, browser *Browser, home string) {
	p := browser.Open(t, home+"/good", Look{})
	for _, v := range p.Axe() {
		t.Errorf("unexpected violation %v", v)
	}
	if p.Overflow() {
		t.Error("the page is said to scroll sideways")
	}
	if all := append(append(p.Complaints(), p.Failed()...), p.Foreign()...); len(all) > 0 {
		t.Errorf("unexpected reports %q", all)
	}
	if n := p.TransferBytes(); n < len(goodPage)+len(pageScript) || n > 3*(len(goodPage)+len(pageScript)) {
		t.Errorf("%d bytes for a page of %d", n, len(goodPage)+len(pageScript))
	}
}

func badPageIsLoud(t *testing.T, browser *Browser, home string) {
	p := browser.Open(t, home+"/bad", Look{Width: 400, Height: 700})
	p.Await("performance.getEntriesByType('resource').some(e => e.name.includes('127.0.0.2'))")
	var rules []string
	for _, v := range p.Axe() {
		rules = append(rules, v.Rule)
	}
	expect := func(what string, got []string, wants ...string) {
		for _, want := range wants {
			if !strings.Contains(strings.Join(got, "\n"), want) {
				t.Errorf("%s %q do not name %q", what, got, want)
			}
		}
	}
	expect("violations", rules, "image-alt", "html-has-lang", "color-contrast")
	expect("complaints", p.Complaints(), "console.error: said aloud 7", "undefinedFunction is not defined")
	expect("failed requests", p.Failed(), "/missing.png: 404", "127.0.0.2")
	expect("foreign requests", p.Foreign(), "http://127.0.0.2:2/x")
	if !p.Overflow() {
		t.Error("a page of 3000 pixels in a window of 400 is not said to scroll sideways")
	}
}

func personWorks(t *testing.T, browser *Browser, home string) {
	p := browser.Open(t, home+"/good", Look{})
	p.Click("#more")
	p.Await(`document.querySelector("#out").textContent === "more"`)
	p.Keys(kb.Escape)
	if got := p.Text("#out"); got != "closed" {
		t.Errorf("after Escape the page says %q", got)
	}
	p.Fill("#answer", "新しい answer")
	if status := p.Follow("#send"); status != http.StatusUnprocessableEntity {
		t.Errorf("status %d, want 422", status)
	}
	if got := p.Text("h1"); got != "新しい answer" || p.URL() != home+"/answer" {
		t.Errorf("%q at %s", got, p.URL())
	}
}

func looksDiffer(t *testing.T, browser *Browser, home string) {
	p := browser.Open(t, home+"/good", Look{Width: 360, Height: 640, Dark: true, Still: true, Lang: "zh-TW", NoScript: true})
	if got := p.Text("#lang"); !strings.HasPrefix(got, "zh-TW") {
		t.Errorf("Accept-Language %q", got)
	}
	if got := p.Text("#plain"); got != "without scripts" {
		t.Errorf("the page without scripts says %q", got)
	}
	if got := Eval[string](p, "getComputedStyle(document.body).backgroundColor"); got != "rgb(17, 17, 17)" {
		t.Errorf("background %s in the dark", got)
	}
	if !Eval[bool](p, `matchMedia("(prefers-reduced-motion: reduce)").matches`) {
		t.Error("motion is not reduced")
	}
	file := filepath.Join(t.TempDir(), "shots", "page.png")
	p.Screenshot(file)
	if w, h := pngSize(t, file); w != 360 || h != 640 {
		t.Errorf("picture of %d x %d", w, h)
	}
	for _, v := range p.Axe() {
		t.Errorf("unexpected violation without scripts: %v", v)
	}
	long := browser.Open(t, home+"/bad", Look{Width: 400, Height: 700})
	long.FullScreenshot(file)
	if w, _ := pngSize(t, file); w < 3000 {
		t.Errorf("full picture is only %d wide", w)
	}
}

func cookiesStayHome(t *testing.T, browser *Browser, home string) {
	browser.Open(t, home+"/good", Look{})
	if got := browser.Open(t, home+"/cookies", Look{}).Text("h1"); got != "1 cookies" {
		t.Errorf("the same person has %s", got)
	}
	if got := browser.Another(t).Open(t, home+"/cookies", Look{}).Text("h1"); got != "0 cookies" {
		t.Errorf("another person has %s", got)
	}
}

func pngSize(t *testing.T, file string) (width, height int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	config, err := png.DecodeConfig(f)
	if err != nil {
		t.Fatal(err)
	}
	return config.Width, config.Height
}
