package web

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

var token = regexp.MustCompile(`--([a-z0-9-]+): (?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|(#[0-9a-f]{6}));`)

// tokens reads the colours of the style sheet: light, dark.
func readTokens(t *testing.T) map[string][2]string {
	t.Helper()
	css, err := assetFiles.ReadFile("assets/app.css")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][2]string{}
	for _, m := range token.FindAllStringSubmatch(string(css), -1) {
		if m[4] != "" {
			out[m[1]] = [2]string{m[4], m[4]}
			continue
		}
		out[m[1]] = [2]string{m[2], m[3]}
	}
	return out
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// WCAG 1.4.3 (text, 4.5) and 1.4.11 (controls, 3) for every pair the style
// sheet uses, in both themes.
func TestColoursHaveContrast(t *testing.T) {
	colours := readTokens(t)
	var text, control [][2]string
	for _, surface := range []string{"canvas", "surface", "sunken", "hover", "selected"} {
		text = append(text, [2]string{"text", surface}, [2]string{"text-2", surface})
	}
	for _, surface := range []string{"canvas", "surface", "sunken"} {
		text = append(text, [2]string{"text-3", surface}, [2]string{"accent", surface}, [2]string{"danger", surface})
		control = append(control, [2]string{"border-strong", surface}, [2]string{"focus", surface})
	}
	for _, tone := range []string{"danger", "warn", "ok", "customer", "reseller", "provider", "publisher", "operator"} {
		text = append(text, [2]string{tone, tone + "-bg"})
	}
	text = append(text, [2]string{"on-accent", "accent-bg"}, [2]string{"on-accent", "accent-hover"})
	check := func(pairs [][2]string, least float64) {
		for _, pair := range pairs {
			for theme, name := range []string{"light", "dark"} {
				a, b := colours[pair[0]][theme], colours[pair[1]][theme]
				if a == "" || b == "" {
					t.Fatalf("no colour for %v", pair)
				}
				if c := contrast(t, a, b); c < least {
					t.Errorf("%s: %s on %s is %.2f, least %.1f", name, pair[0], pair[1], c, least)
				}
			}
		}
	}
	check(text, 4.5)
	check(control, 3)
}
