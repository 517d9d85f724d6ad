package web

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"switchboard/internal/text"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// golden pages: what a reader gets, word for word, in three languages.
func TestGoldenPages(t *testing.T) {
	w := newWorld(t)
	for _, page := range everyPage(t, w) {
		switch page.name {
		case "ask", "answer-customer", "answer-indirect", "answer-not-agreed", "offer-public", "offer-partner", "split", "sheet", "not-found", "drafts", "drafts-none":
		default:
			continue
		}
		for _, lang := range languages {
			r := w.reader(t, page.person, lang)
			r.zone = "Asia/Taipei"
			compare(t, filepath.Join("testdata", "golden", lang, page.name+".html"), numbers.ReplaceAllString(changing.ReplaceAllString(r.get(page.path).body, "$1…$2"), "…"))
		}
	}
}

// changing are the parts of a page that differ from run to run.
var changing = regexp.MustCompile(`(name="idem" value="|/assets/[a-z]+\.|/s/|class="mono">)[A-Za-z0-9_.-]{12,}(\.css|\.js|\.svg|"|/|<)`)

// numbers of cases are drawn.
var numbers = regexp.MustCompile(`\b[0-9]{11}\b`)

func compare(t *testing.T, file, got string) {
	t.Helper()
	got = strings.ReplaceAll(got, "><", ">\n<")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./internal/web -run Golden -update writes it anew):\n%s", file, firstDifference(string(want), got))
	}
}

func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "- " + a[i] + "\n+ " + b[i]
		}
	}
	return "one is longer than the other"
}

// Every page: no key in place of a text, no text in a language other than the
// one it is marked with, a title, one h1, and somewhere to go.
func TestEveryPageIsWhole(t *testing.T) {
	w := newWorld(t)
	for _, page := range everyPage(t, w) {
		for _, lang := range languages {
			a := w.reader(t, page.person, lang).get(page.path)
			doc, err := html.Parse(strings.NewReader(a.body))
			if err != nil {
				t.Fatal(err)
			}
			name := page.name + ", " + lang
			checkTexts(t, name, doc, "")
			checkFrame(t, name, doc, lang)
			policy := a.header.Get("Content-Security-Policy")
			if a.header.Get("Cache-Control") != "no-store" || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("%s: headers %v", name, a.header)
			}
		}
	}
}

// checkTexts walks the visible text with the language it is marked with.
func checkTexts(t *testing.T, name string, n *html.Node, lang string) {
	t.Helper()
	for _, a := range n.Attr {
		if a.Key == "lang" {
			lang = a.Val
		}
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			t.Errorf("%s: inline %s on <%s>", name, a.Key, n.Data)
		}
		if a.Key == "aria-label" || a.Key == "alt" || a.Key == "title" {
			checkText(t, name, a.Val, "")
		}
	}
	if n.DataAtom == atom.Style || n.DataAtom == atom.Script && attribute(n, "src") == "" {
		t.Errorf("%s: an inline <%s>", name, n.Data)
	}
	if n.DataAtom == atom.Pre || n.DataAtom == atom.Textarea {
		return // a table of rules as it was written
	}
	if n.Type == html.TextNode && n.Parent.DataAtom != atom.Script {
		checkText(t, name, n.Data, lang)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		checkTexts(t, name, c, lang)
	}
}

func checkText(t *testing.T, name, s, lang string) {
	t.Helper()
	if key := rawKey.FindString(s); key != "" && !strings.Contains(s, "@") && !strings.Contains(s, "//") {
		t.Errorf("%s: the key %q stands in %q", name, key, s)
	}
	n := text.Count(s)
	kana, han := n[text.Hiragana]+n[text.Katakana], n[text.Han]
	switch lang {
	case "en":
		if kana+han > 0 {
			t.Errorf("%s: %q is marked as English", name, s)
		}
	case "zh-TW":
		if kana > 0 {
			t.Errorf("%s: %q is marked as Chinese", name, s)
		}
	}
}

func checkFrame(t *testing.T, name string, doc *html.Node, lang string) {
	t.Helper()
	var headings, links int
	var title, marked string
	for n := range doc.Descendants() {
		switch {
		case n.DataAtom == atom.H1:
			headings++
		case n.DataAtom == atom.Title && title == "":
			title = n.FirstChild.Data
		case n.DataAtom == atom.Html:
			marked = attribute(n, "lang")
		case (n.DataAtom == atom.A || n.DataAtom == atom.Button) && inside(n, atom.Main):
			links++
		}
	}
	if headings != 1 || title == "" || marked != lang {
		t.Errorf("%s: %d h1, title %q, lang %q", name, headings, title, marked)
	}
	if links == 0 {
		t.Errorf("%s is a dead end: nothing to follow", name)
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func inside(n *html.Node, what atom.Atom) bool {
	for n = n.Parent; n != nil; n = n.Parent {
		if n.DataAtom == what {
			return true
		}
	}
	return false
}

func TestAssetsMayBeKeptForEver(t *testing.T) {
	w := newWorld(t)
	a := w.reader(t, "", "en").get(at("app.css"))
	if got := a.header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("Cache-Control %q", got)
	}
	if !bytes.Contains([]byte(a.body), []byte("@layer")) {
		t.Error("no style sheet")
	}
}
