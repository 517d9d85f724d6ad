package web

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"switchboard/internal/testkit"
)

// reach presses Tab until the focus is on an element; what cannot be reached
// that way, or gets no visible focus, is not for everybody (WCAG 2.1.1, 2.4.7).
func reach(t *testing.T, tab *testkit.Page, selector string) {
	t.Helper()
	for range 80 {
		tab.Keys(kb.Tab)
		if testkit.Eval[bool](tab, `document.activeElement.matches(`+"`"+selector+"`"+`)`) {
			if !testkit.Eval[bool](tab, `getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
				t.Errorf("%s shows no focus", selector)
			}
			return
		}
	}
	t.Fatalf("%s cannot be reached with Tab", selector)
}

// experience 6.3, the part of this edge, on a phone with the keyboard alone: ask
// in one's own words, read who answers, correct the topic, see why.
func TestTheWalkByKeyboard(t *testing.T) {
	w := newWorld(t)
	b := testkit.NewBrowser(t)
	for _, lang := range languages {
		tab := b.Open(t, w.url+"/?lang="+lang, testkit.Look{Width: 390, Height: 800, Still: true})
		reach(t, tab, "a.skip")
		reach(t, tab, "[name=offer]")
		tab.Keys(" ")
		for !testkit.Eval[bool](tab, `document.querySelector("[name=offer][value=tamago-sync]").checked`) {
			tab.Keys(kb.ArrowDown)
		}
		reach(t, tab, "[name=q]")
		tab.Keys("it is broken since the update")
		reach(t, tab, "form .button.main")
		if status := tab.Enter(); status != 200 {
			t.Fatalf("%s: status %d", lang, status)
		}
		if at := tab.URL(); !strings.Contains(at, "offer=tamago-sync") || !strings.Contains(at, "q=it+is+broken") {
			t.Errorf("%s: the question became %s", lang, at)
		}
		reach(t, tab, "[aria-labelledby=else] a[href*='topic=']")
		if status := tab.Enter(); status != 200 || !strings.Contains(tab.URL(), "topic=") {
			t.Errorf("%s: the other topic leads to %s, %d", lang, tab.URL(), status)
		}
		reach(t, tab, "details.card > summary")
		was := testkit.Eval[bool](tab, `document.activeElement.parentElement.open`)
		tab.Keys(kb.Enter)
		if testkit.Eval[bool](tab, `document.activeElement.parentElement.open`) == was {
			t.Errorf("%s: Enter does not turn a disclosure", lang)
		}
	}
}

// The same walk without scripts, on to the offer, the rules, and a link's card.
func TestTheWalkWithoutScripts(t *testing.T) {
	w := newWorld(t)
	b := testkit.NewBrowser(t)
	link := w.link(t, "sub-formosa-sync")
	for _, lang := range languages {
		tab := b.Open(t, w.url+"/?lang="+lang, testkit.Look{Width: 390, Height: 800, Still: true, NoScript: true})
		follow := func(selector string, want int) {
			t.Helper()
			if got := tab.Follow(selector); got != want {
				t.Fatalf("%s: %s: status %d, want %d", lang, selector, got, want)
			}
		}
		follow("form .button.main", 422) // nothing said yet
		tab.Click("[name=offer][value=tamago-sync]")
		tab.Click("[name=q]")
		tab.Keys("it is broken since the update")
		follow("form .button.main", 200)
		follow("[aria-labelledby=else] a[href*='topic=']", 200)
		follow("p.noprint a", 200) // change the question: all of it is still there
		if got := testkit.Eval[string](tab, `document.querySelector("[name=q]").value`); got != "it is broken since the update" {
			t.Errorf("%s: the question came back as %q", lang, got)
		}
		follow(".nav a[href='/offers']", 200)
		follow("a[href='/offers/tamago-sync']", 200)
		follow("a[href^='/answer?offer=tamago-sync&topic=']", 200)
		follow(".nav a[href='/rules']", 200)
		follow("a[href='/rules/history']", 200)
		tab.Go(w.url + link + "/card")
		follow("main .button.main", 200)
		follow("button[name=topic][value=break-fix]", 200)
		if tab.Text("#answer") == "" {
			t.Errorf("%s: the link gives no answer", lang)
		}
	}
}
