package testkit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Page is one tab. Selectors are CSS and mean the first match; every step waits
// until its element is there and fails the test when it does not come.
type Page struct {
	t    testing.TB
	ctx  context.Context
	look Look
	seen *traffic
}

// Go loads another address in the tab and returns the HTTP status.
func (p *Page) Go(url string) (status int) {
	p.t.Helper()
	return p.loads("loading "+url, chromedp.Navigate(url))
}

// Turn looks at the same page in another way, without loading it again: another
// width, the other theme.
func (p *Page) Turn(look Look) {
	p.t.Helper()
	p.look = look
	p.do("turning to another look", look.steps()...)
}

// Follow clicks what leads to another document (a link, a submit button), waits
// for that document and returns its HTTP status.
func (p *Page) Follow(selector string) (status int) {
	p.t.Helper()
	return p.loads("following "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Click clicks what changes the page in place.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do("clicking "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Tap touches what leads to another document with a finger, waits for that document
// and returns its HTTP status.
func (p *Page) Tap(selector string) (status int) {
	p.t.Helper()
	return p.loads("tapping "+selector, finger(p.spot(selector)))
}

// Touch touches what changes the page in place.
func (p *Page) Touch(selector string) {
	p.t.Helper()
	p.do("touching "+selector, finger(p.spot(selector)))
}

// spot is the middle of an element, once it has come into view.
func (p *Page) spot(selector string) *input.TouchPoint {
	p.t.Helper()
	p.do("waiting for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
	at := Eval[[]float64](p, fmt.Sprintf(`(e => { e.scrollIntoView({block: "center", behavior: "instant"}); const b = e.getClientRects()[0]; return [b.x + b.width / 2, b.y + b.height / 2] })(document.querySelector(%q))`, selector))
	return &input.TouchPoint{X: at[0], Y: at[1]}
}

func finger(at *input.TouchPoint) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{at}}); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
		return err
	})
}

// Fill replaces the content of a field the way a person types.
func (p *Page) Fill(selector, text string) {
	p.t.Helper()
	p.do("filling "+selector, chromedp.Clear(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Keys presses keys wherever the focus is; the package chromedp/kb names the
// ones that are not characters (kb.Tab, kb.Enter, kb.Escape).
func (p *Page) Keys(keys string) {
	p.t.Helper()
	p.do("pressing keys", chromedp.KeyEvent(keys))
}

// Control presses a key together with the control key.
func (p *Page) Control(key string) {
	p.t.Helper()
	p.do("pressing Control and "+key, chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}

// Leads presses keys that lead to another document, with the control key or
// without, waits for that document and returns its HTTP status.
func (p *Page) Leads(keys string, control bool) (status int) {
	p.t.Helper()
	var with []chromedp.KeyOption
	if control {
		with = append(with, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	}
	return p.loads("pressing "+keys, chromedp.KeyEvent(keys, with...))
}

// Enter presses Enter on what has the focus and leads to another document (a
// link, a submit button), waits for that document and returns its HTTP status.
func (p *Page) Enter() (status int) {
	p.t.Helper()
	return p.loads("pressing Enter", chromedp.KeyEvent(kb.Enter))
}

// Text is the visible text of an element.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return run(p, "reading "+selector, chromedp.Text(chromedp.CSS(selector)))
}

// Await waits until a JavaScript condition holds. It needs a page with scripts.
func (p *Page) Await(condition string) {
	p.t.Helper()
	p.do("waiting for "+condition, chromedp.Poll[chromedp.Void](condition, chromedp.WithPollingMutation()))
}

// Eval is the value of a JavaScript expression; a promise is awaited.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	first, _, _ := strings.Cut(expression, "\n")
	return run(p, "evaluating "+first, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// URL is the address the tab is at.
func (p *Page) URL() string {
	p.t.Helper()
	return run(p, "reading the address", chromedp.Location())
}

// Overflow says that the page is wider than the window: it scrolls sideways.
func (p *Page) Overflow() bool {
	p.t.Helper()
	return Eval[bool](p, "document.documentElement.scrollWidth > innerWidth")
}

// Screenshot writes what the window shows to a PNG file.
func (p *Page) Screenshot(file string) {
	p.t.Helper()
	p.save(file, run(p, "taking a picture", chromedp.CaptureScreenshot()))
}

// FullScreenshot writes the whole page, however long, to a PNG file.
func (p *Page) FullScreenshot(file string) {
	p.t.Helper()
	p.save(file, run(p, "taking a picture", chromedp.FullScreenshot(100)))
}

func (p *Page) save(file string, png []byte) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

func (p *Page) loads(what string, step chromedp.Action[chromedp.Void]) (status int) {
	p.t.Helper()
	return int(attempt(p, what, func(ctx context.Context) (*network.Response, error) {
		return chromedp.RunResponse(ctx, step)
	}).Status)
}

func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	attempt(p, what, func(ctx context.Context) (chromedp.Void, error) {
		return chromedp.Void{}, chromedp.Do(ctx, steps...)
	})
}

func run[T any](p *Page, what string, step chromedp.Action[T]) T {
	p.t.Helper()
	return attempt(p, what, func(ctx context.Context) (T, error) { return chromedp.Run(ctx, step) })
}

func attempt[T any](p *Page, what string, do func(context.Context) (T, error)) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := do(ctx)
	if err != nil {
		p.t.Fatalf("%s: %v%s", what, err, p.seen.summary())
	}
	return result
}
