package web

import (
	"strings"
	"testing"

	"rsc.io/qr"

	"switchboard/wire"
)

func TestAFormLeadsNowhereElse(t *testing.T) {
	for address, want := range map[string]string{
		"/answer?topic=billing": "/answer?topic=billing",
		"//evil.example":        "/",
		`/\evil.example`:        "/",
		"https://evil.example":  "/",
		"javascript:alert(1)":   "/",
		"/a\r\nSet-Cookie: x=y": "/",
		"":                      "/",
	} {
		if got := local(address); got != want {
			t.Errorf("local(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestTheChosenLanguageBeatsTheAddress(t *testing.T) {
	for address, want := range map[string]string{"/answer?lang=ja&topic=billing": "/answer?topic=billing", "/?lang=ja": "/", "/offers": "/offers"} {
		if got := withoutLang(address); got != want {
			t.Errorf("withoutLang(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestDiffShowsOnlyWhatChanged(t *testing.T) {
	before := "a\nb\nc\nd\ne\nf\ng\nh\ni"
	var got strings.Builder
	for _, l := range diff(before, strings.Replace(before, "e", "E\nE2", 1)) {
		got.WriteString(string(l.Kind) + l.Text + "|")
	}
	if want := " b| c| d|-e|+E|+E2| f| g| h|"; got.String() != want {
		t.Errorf("diff = %q, want %q", got.String(), want)
	}
	if same := diff(before, before); same == nil || len(same) != 0 {
		t.Errorf("equal texts differ by %v", same)
	}
}

// A diff applied to the old text gives the new one.
func TestDiffLosesNothing(t *testing.T) {
	a := []string{"x", "y", "z", "y", "w"}
	b := []string{"y", "z", "q", "w", "w"}
	var old, fresh []string
	for _, l := range changed(a, b) {
		if l.Kind != '+' {
			old = append(old, l.Text)
		}
		if l.Kind != '-' {
			fresh = append(fresh, l.Text)
		}
	}
	if strings.Join(old, "") != strings.Join(a, "") || strings.Join(fresh, "") != strings.Join(b, "") {
		t.Errorf("old %v, new %v", old, fresh)
	}
}

func TestQRHasAQuietZone(t *testing.T) {
	code, err := qr.Encode("https://desk.example/s/abc", qr.M)
	if err != nil {
		t.Fatal(err)
	}
	svg := string(drawQR(code, `a "title" & more`))
	if !strings.Contains(svg, "M4 4h1") || strings.Contains(svg, "M3 ") || !strings.Contains(svg, "&amp;") {
		t.Errorf("unexpected drawing: %.200s", svg)
	}
}

// The stamp says how old a contact is: what warns is never stamped as fresh.
func TestTheStampFollowsTheWarning(t *testing.T) {
	date := "2026-01-10"
	for code, want := range map[string]string{
		"": "fresh", "contact.aging": "aging", "contact.stale": "stale", "contact.unverified": "unverified",
		"contact.bounced": "dead", "contact.unanswered": "dead", "relation.ended": "fresh",
	} {
		c := &wire.ContactPoint{Verified: &date}
		if code != "" {
			c.Warnings = []wire.Warning{{Code: code}}
		}
		if got := freshnessOf(c); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}
