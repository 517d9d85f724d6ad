package web

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"switchboard/internal/testkit"
	"switchboard/wire"
)

// Ask, see who answers, send, read where it stands, reply, say that it works:
// with the keyboard alone, on a phone and on a wide screen; the back button and
// the same form again make no second case.
func TestTheWayOfARequestByKeyboard(t *testing.T) {
	w := newWorld(t)
	persons := newCrowd(t, w)
	for i, width := range []int64{390, 1280} {
		lang := []string{"ja", "en"}[i]
		tab := persons.browser(t, "aoba-user").Open(t, w.url+"/answer?lang="+lang+"&subscription=sub-aoba-sync&topic=break-fix&q=it+is+broken", testkit.Look{Width: width, Height: 800, Still: true})
		reach(t, tab, "form[action^='/send'] [name=text]")
		tab.Keys(" since the update")
		reach(t, tab, "form[action^='/send'] .button.main")
		if status := tab.Enter(); status != 200 || !strings.HasSuffix(tab.URL(), "/sent") {
			t.Fatalf("%s: sending leads to %s, %d", lang, tab.URL(), status)
		}
		number := tab.Text("#number")
		if tab.Overflow() {
			t.Errorf("%s: the confirmation scrolls sideways", lang)
		}
		if _, err := w.app.Solve(t.Context(), w.person("kaede", wire.DirectPartner), number, "propose", wire.CaseStep{Text: "Restart it."}, nil, "en"); err != nil {
			t.Fatal(err)
		}
		reach(t, tab, "main a[href='/r/"+number+"']")
		if status := tab.Enter(); status != 200 {
			t.Fatalf("%s: its page: %d", lang, status)
		}
		for _, v := range tab.Axe() {
			t.Errorf("%s: %s", lang, v)
		}
		reach(t, tab, "#reply [name=text]")
		tab.Keys("It still stops." + kb.Enter + "Every hour.")
		reach(t, tab, "#reply [value=broken]")
		if status := tab.Enter(); status != 200 || !strings.Contains(tab.Text(".talk"), "Every hour.") {
			t.Fatalf("%s: still broken: %d, %s", lang, status, tab.URL())
		}
		reach(t, tab, "#reply [value=works]")
		if status := tab.Enter(); status != 200 || !strings.Contains(tab.URL(), "done=works") {
			t.Fatalf("%s: it works now: %d, %s", lang, status, tab.URL())
		}
	}
}
