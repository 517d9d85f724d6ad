package testkit

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long one step in the browser may take on a busy machine.
const patience = 30 * time.Second

// Browser is a headless Chromium with an empty profile: one person's browser.
// Its pages share cookies.
type Browser struct{ ctx context.Context }

// NewBrowser starts Chromium; it ends with the test. It fails the test when
// Chromium is missing.
func NewBrowser(t testing.TB) *Browser {
	t.Helper()
	path := chromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, // CI runs as root
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("font-render-hinting", "none"), // the same glyph widths on every machine
	)
	ctx, release := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(release)
	return startBrowser(t, ctx)
}

// Another is the browser of another person: the same Chromium, no cookie in
// common.
func (b *Browser) Another(t testing.TB) *Browser {
	t.Helper()
	return startBrowser(t, b.ctx, chromedp.WithNewBrowserContext())
}

func startBrowser(t testing.TB, parent context.Context, options ...chromedp.ContextOption) *Browser {
	t.Helper()
	ctx, _ := chromedp.NewContext(parent, options...)
	t.Cleanup(func() {
		// Waits for the processes: the profile's folder is removed next.
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("closing Chromium: %v", err)
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return &Browser{ctx}
}

// Cookie puts a cookie of an address into the browser, so that its first page is
// the first of a person who has come before.
func (b *Browser) Cookie(t testing.TB, address, name, value string) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{URL: address, Name: name, Value: value}); err != nil {
		t.Fatalf("setting the cookie %s: %v", name, err)
	}
}

func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("Chromium is not installed: run `make deps`")
	return ""
}

// Look is how a person looks at a page. Zero values: 1280 x 800, light, English,
// with scripts.
type Look struct {
	Width, Height int64
	Dark          bool
	Still         bool   // prefers reduced motion
	Lang          string // BCP 47, as in Accept-Language
	NoScript      bool
	Touch         bool // a phone: fingers, no mouse
	SlowPhone     bool // 150 ms away, 1.6 Mbit/s, a quarter of the processor (experience 7)
}

func (l Look) steps() []chromedp.Action[chromedp.Void] {
	if l.Width == 0 {
		l.Width, l.Height = 1280, 800
	}
	if l.Lang == "" {
		l.Lang = "en"
	}
	scheme, motion := "light", "no-preference"
	if l.Dark {
		scheme = "dark"
	}
	if l.Still {
		motion = "reduce"
	}
	steps := []chromedp.Action[chromedp.Void]{
		chromedp.EmulateViewport(l.Width, l.Height),
		chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{
					{Name: "prefers-color-scheme", Value: scheme},
					{Name: "prefers-reduced-motion", Value: motion},
				},
			})
			return err
		}),
		chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			// An empty user agent keeps Chromium's own.
			_, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{AcceptLanguage: l.Lang})
			return err
		}),
		scripts(!l.NoScript),
		chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: l.Touch, MaxTouchPoints: 1})
			return err
		}),
	}
	if l.SlowPhone {
		steps = append(steps, slowLine, slowProcessor)
	}
	return steps
}

var slowLine = chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
	const perSecond = 1.6e6 / 8
	_, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: 150, DownloadThroughput: perSecond, UploadThroughput: perSecond}},
	})
	return err
})

var slowProcessor = chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
	_, err := chromedp.Call(ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})
	return err
})

func scripts(allowed bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !allowed})
		return err
	})
}

// Open loads url in a new tab, which closes with the test, and waits for it.
func (b *Browser) Open(t testing.TB, url string, look Look) *Page {
	t.Helper()
	ctx, _ := chromedp.NewContext(b.ctx)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("closing the tab of %s: %v", url, err)
		}
	})
	p := &Page{t: t, ctx: ctx, look: look, seen: newTraffic(t, url)}
	// The first step opens the tab, which lives as long as that step's context.
	if err := chromedp.Do(ctx, look.steps()...); err != nil {
		t.Fatalf("opening a tab for %s: %v", url, err)
	}
	if err := chromedp.Listen(ctx, p.seen.note); err != nil {
		t.Fatalf("watching the tab of %s: %v", url, err)
	}
	p.Go(url)
	return p
}
