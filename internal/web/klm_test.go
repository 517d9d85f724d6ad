package web

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"switchboard/internal/testkit"
	"switchboard/wire"
)

// The keystroke-level model (experience 0.5), in seconds: a key, pointing and
// pressing a button, a hand that changes place, a decision.
const (
	keySeconds   = 0.28
	clickSeconds = 1.1 + 0.2
	handSeconds  = 0.4
	mindSeconds  = 1.35
)

// slack is how far a way may miss its promise.
const slack = 1.15

// hands do a job in the browser and are counted.
type hands struct {
	t            *testing.T
	tab          *testkit.Page
	what         string
	clicks, keys int
	typing       bool // they are at the keys
	seconds      float64
}

func (h *hands) at(keys bool) {
	if keys != h.typing {
		h.typing, h.seconds = keys, h.seconds+handSeconds
	}
}

func (h *hands) pointed() {
	h.at(false)
	h.clicks, h.seconds = h.clicks+1, h.seconds+clickSeconds
}

func (h *hands) pressed(n int) {
	h.at(true)
	h.keys, h.seconds = h.keys+n, h.seconds+float64(n)*keySeconds
}

func (h *hands) arrived(status int) {
	h.t.Helper()
	if status != 200 {
		h.t.Fatalf("%s leads to %s, %d", h.what, h.tab.URL(), status)
	}
}

// move is one thing that a person does.
type move func(*hands)

func click(selector string) move { return func(h *hands) { h.pointed(); h.tab.Click(selector) } }

func follow(selector string) move {
	return func(h *hands) { h.pointed(); h.arrived(h.tab.Follow(selector)) }
}

func press(keys string) move {
	return func(h *hands) { h.pressed(len([]rune(keys))); h.tab.Keys(keys) }
}

// lead presses keys, the last of which leads to another page.
func lead(keys ...string) move {
	return func(h *hands) {
		last := len(keys) - 1
		h.pressed(len(keys))
		h.tab.Keys(strings.Join(keys[:last], ""))
		h.arrived(h.tab.Leads(keys[last], false))
	}
}

// chord is a key with the control key: two keys.
func chord(key string) move { return func(h *hands) { h.pressed(2); h.tab.Control(key) } }

func controlLead(key string) move {
	return func(h *hands) { h.pressed(2); h.arrived(h.tab.Leads(key, true)) }
}

// writes is free writing, which nobody counts.
func writes(text string) move { return func(h *hands) { h.at(true); h.tab.Keys(text) } }

// until waits for what the page itself does.
func until(condition string) move { return func(h *hands) { h.tab.Await(condition) } }

// tabTo presses Tab until an element has the focus.
func tabTo(selector string) move {
	return func(h *hands) {
		for range 80 {
			press(kb.Tab)(h)
			if focused(h.tab, selector) {
				return
			}
		}
		h.t.Fatalf("%s: %s cannot be reached", h.what, selector)
	}
}

// way is how a job is done with one device. What is not promised is 0.
type way struct {
	most    int     // clicks of the mouse's, keys of the keyboard's
	seconds float64 // of operating: reading and own words left out
	minds   int     // decisions
	moves   []move
}

// job is a job of a persona.
type job struct {
	name   string
	person string                              // "" = signed out
	begins func(t *testing.T, w *world) string // the address
	mail   bool                                // it begins in a mail, with a click on that address
	mouse  way
	keys   way
	then   string // what holds when it is done
}

// sixty are the typed characters of the table.
const sixty = "Since the update of last night the sync stops at 40 percent."

// waits is the button of the audience that is chosen.
const waits = "[name=do][value=wait]"

func aCase(t *testing.T, w *world) string {
	return w.asked(t, "同期が止まりました", "朝から同期が終わりません")
}

func inDesk(t *testing.T, w *world) string { return "/c/" + aCase(t, w) }

func inPortal(t *testing.T, w *world) string { return "/r/" + aCase(t, w) }

func inInbox(t *testing.T, w *world) string {
	aCase(t, w)
	w.asked(t, "もう一つ", "別の件")
	return "/inbox/needs-us"
}

// mondayAfter is the week after one in which an answer came a day late.
func mondayAfter(t *testing.T, w *world) string {
	number := aCase(t, w)
	w.later(30)
	if _, err := w.app.Say(t.Context(), w.person("kaede", wire.DirectPartner), number, wire.NewMessage{Text: "Sorry.", Audience: []string{"customer"}}, nil, "en"); err != nil {
		t.Fatal(err)
	}
	w.later(6 * 24)
	return inInbox(t, w)
}

// withMacro is an inbox in which a macro greets and waits.
func withMacro(t *testing.T, w *world) string {
	greeting := wire.Macro{ID: "greeting", Name: "受付のご連絡", Audience: wire.MacroCustomer, After: wire.MacroWait, Text: map[string]string{"ja": "{{customer}}\n{{person}}様\n\n承りました。"}}
	if _, _, err := w.app.PutMacro(t.Context(), w.person("kaede", wire.DirectPartner), greeting, nil); err != nil {
		t.Fatal(err)
	}
	return inInbox(t, w)
}

// thirty cases stand in the list, and what is done to them can be taken back.
func thirty(t *testing.T, w *world) string {
	for n := range 30 {
		w.asked(t, fmt.Sprintf("同期が止まりました %d", n), "朝から同期が終わりません")
	}
	w.undoes(t, "kaede-admin", 15)
	return "/inbox/needs-us"
}

// everyJob lists those of experience 1 that can be done today; the next becomes one more
// of these.
var everyJob = []job{
	{name: "P1.1 ask, learn who answers and by when", begins: func(t *testing.T, w *world) string { return w.link(t, "sub-aoba-sync") },
		mouse: way{2, 25, 3, []move{click("[name=q]"), press(sixty), follow("form .button.main")}},
		keys:  way{0, 25, 2, []move{tabTo("[name=q]"), press(sixty), tabTo("form .button.main"), lead(kb.Enter)}},
		then:  `document.getElementById("answer") && document.querySelector("main time")`},
	{name: "P1.2 see where it stands", begins: func(t *testing.T, w *world) string { return w.guestLink(t, aCase(t, w)) }, mail: true,
		mouse: way{1, 3, 1, []move{}},
		then:  `document.querySelector("h1.hero") && document.querySelector("main time")`},
	{name: "P1.3 reply", person: "aoba-user", begins: inPortal,
		mouse: way{2, 0, 2, []move{click("#reply [name=text]"), writes("It is version 7."), follow("#reply [value=reply]")}},
		keys:  way{0, 0, 2, []move{tabTo("#reply [name=text]"), writes("It is version 7."), tabTo("#reply [value=reply]"), lead(kb.Enter)}},
		then:  `document.querySelector(".talk").textContent.includes("version 7")`},
	{name: "P1.5 not solved: back to the same place", person: "aoba-user", begins: func(t *testing.T, w *world) string { return "/r/" + w.proposed(t) },
		mouse: way{1, 0, 1, []move{follow("#reply [value=broken]")}},
		keys:  way{0, 0, 1, []move{tabTo("#reply [value=broken]"), lead(kb.Enter)}},
		then:  `!document.querySelector("#reply [value=broken]")`},
	{name: "P2.1 next case, read, reply, wait (no macro)", person: "kaede-admin", begins: inInbox,
		mouse: way{6, 11.9, 3, []move{follow("#cases > li [data-row]"), click("label:has(> [data-do=reply])"), click("[name='say.text']"), writes("確認します。"), follow(waits)}},
		keys:  way{10, 6.9, 3, []move{press("j"), lead("o"), press("r"), writes("確認します。"), tabTo(waits), lead(kb.Enter)}},
		then:  `document.getElementById("done").textContent.includes("あおば") && location.search.includes("done=say")`},
	{name: "P2.1 the same with a macro", person: "kaede-admin", begins: withMacro,
		mouse: way{6, 11.9, 3, []move{follow("#cases > li [data-row]"), click("[data-do=macro]"), follow("[name=macro][value=greeting]"), follow(waits)}},
		keys:  way{10, 6.9, 3, []move{press("j"), lead("o"), press(";"), until(`document.activeElement.name === "macro"`), lead(kb.Enter), controlLead(kb.Enter)}},
		then:  `document.getElementById("done").textContent.includes("あおば") && location.search.includes("done=say")`},
	{name: "P2.2 hand over, nothing private leaked", person: "kaede-admin", begins: inDesk,
		mouse: way{2, 0, 2, []move{follow("[data-do=handoff]"), follow("[data-do=send]")}},
		keys:  way{3, 3.5, 2, []move{lead("h"), controlLead(kb.Enter)}},
		then:  `document.querySelector("[aria-labelledby=handoff]").textContent.includes("たまごソフト")`},
	{name: "P2.3 how to reach a publisher, is it open", person: "kaede-admin", begins: inInbox,
		mouse: way{0, 0, 2, []move{follow(".nav a[href='/offers']"), follow("a[href='/offers/tamago-sync']")}},
		keys: way{8, 4.9, 2, []move{chord("k"), until(`document.querySelector("dialog[open] [role=option]")`), press("sync"),
			until(`document.querySelector("dialog [aria-selected=true]")?.dataset.path === "/offers/tamago-sync"`), lead(kb.Enter)}},
		then: `document.querySelector("main").textContent.includes("sync@tamago.example")`},
	{name: "P2.4 what will be late today", person: "kaede-admin", begins: inInbox,
		mouse: way{1, 0, 1, []move{follow(".views a[href='/inbox/due-today']")}},
		keys:  way{0, 0, 1, []move{lead("g", "t")}},
		then:  `location.pathname.endsWith("/due-today") && document.querySelector("[data-row]")`},
	{name: "P3.1 triage: the next case to a person", person: "kaede-admin", begins: inInbox,
		mouse: way{0, 0, 2, []move{follow("#cases > li [data-row]"), click("[data-do=assign]"), follow("form[action$='/assign'] button")}},
		keys:  way{0, 4, 2, []move{press("j"), lead("o"), press("a"), controlLead(kb.Enter)}},
		then:  `location.search.includes("done=assign") && document.querySelector("#parties .facts")`},
	{name: "P3.2 change who answers what with a reseller", person: "northgate-admin", begins: func(*testing.T, *world) string { return "/agreements/northgate/bluewillow" },
		mouse: way{6, 0, 2, []move{follow("a[href$='/propose']"), click("[name='topics.billing.direct']"), follow("[value=look]"), follow("form .button.main")}},
		then:  `document.querySelector("[name=do], form[action$='/withdraw']")`},
	{name: "P3.3 the Monday report, to the worst case", person: "kaede-admin", begins: mondayAfter,
		mouse: way{3, 8, 3, []move{follow(".nav a[href='/reports']"), follow("[aria-labelledby=part-worst] a[href^='/c/']")}},
		keys:  way{0, 0, 3, []move{lead("g", "r"), tabTo("[aria-labelledby=part-worst] a[href^='/c/']"), lead(kb.Enter)}},
		then:  `document.getElementById("compose")`},
	{name: "P3.4 thirty cases to a colleague, undoable", person: "kaede-admin", begins: thirty,
		mouse: way{5, 0, 2, []move{click(".many > summary"), click("#many [name=all]"), follow("#many [value=assign]")}},
		then:  `/30/.test(document.querySelector("[data-left]").parentElement.textContent)`},
	{name: "P3.5 prove what happened", person: "kaede-admin", begins: inDesk,
		mouse: way{2, 0, 1, []move{follow("main a[href$='/timeline']"), click("#proof")}},
		keys:  way{0, 0, 1, []move{tabTo("main a[href$='/timeline']"), lead(kb.Enter), tabTo("#proof"), press(kb.Enter)}},
		then:  `location.pathname.endsWith("/timeline")`},
}

// Every job as somebody does it, by mouse and by keyboard, takes what experience 1
// promises of it. go test -v tells the seconds of the model.
func TestTheJobsTakeWhatIsPromised(t *testing.T) {
	t.Logf("%-46s %-8s %6s %4s %6s %s", "", "by", "clicks", "keys", "KLM s", "promised")
	first := testkit.NewBrowser(t)
	wanted := regexp.MustCompile(*only)
	for _, j := range everyJob {
		if !wanted.MatchString(j.name) {
			continue
		}
		w := newWorld(t)
		j.do(t, w, first, "mouse", j.mouse)
		j.do(t, w, first, "keyboard", j.keys)
	}
}

func (j job) do(t *testing.T, w *world, first *testkit.Browser, by string, promised way) {
	t.Helper()
	if promised.moves == nil {
		return
	}
	persons := &crowd{w: w, first: first, known: map[string]*testkit.Browser{}}
	address := visited{path: j.begins(t, w)}.in(w, "ja")
	h := &hands{t: t, what: j.name + ", " + by, typing: by == "keyboard", seconds: float64(promised.minds) * mindSeconds,
		tab: persons.browser(t, j.person).Open(t, address, testkit.Look{Width: 1280, Height: 900, Still: true})}
	if j.mail {
		h.pointed()
	}
	for _, m := range promised.moves {
		m(h)
	}
	t.Logf("%-46s %-8s %6d %4d %6.1f %d, %.1f s", j.name, by, h.clicks, h.keys, h.seconds, promised.most, promised.seconds)
	if !testkit.Eval[bool](h.tab, "Boolean("+j.then+")") {
		t.Errorf("%s ends at %s, and not as it should", h.what, h.tab.URL())
	}
	counted := h.clicks
	if by == "keyboard" {
		counted = h.keys
	}
	if promised.most > 0 && float64(counted) > float64(promised.most)*slack {
		t.Errorf("%s takes %d, promised are %d", h.what, counted, promised.most)
	}
	if promised.seconds > 0 && h.seconds > promised.seconds*slack {
		t.Errorf("%s takes %.1f s, promised are %.1f", h.what, h.seconds, promised.seconds)
	}
}
