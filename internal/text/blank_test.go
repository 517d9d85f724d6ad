package text

import (
	"strings"
	"testing"
)

func names(s string) string {
	var out []string
	for _, b := range Blanks(s) {
		out = append(out, b.Name)
	}
	return strings.Join(out, " ")
}

func TestBlanksAreFound(t *testing.T) {
	for s, want := range map[string]string{
		"Dear {{customer}}, {{ me }} here":     "customer me",
		"{{Customer}}{{CASE}}":                 "customer case",
		"｛｛customer｝｝さま、{{担当}}":                "customer 担当",
		"{{cust\u200bomer}}":                   "customer",
		"{{{case}}}":                           "case",
		"{{case":                               "",
		"{{ca\nse}}":                           "",
		"{{}} {{ }} {{.Values.x}} {{a.b}}":     "",
		"`{{case}}` and ``a ` {{me}}`` left":   "",
		"```\n{{case}}\n``` {{me}}":            "me",
		"one ` alone {{me}}":                   "me",
		"{{9lives}} {{a b}} {{x-1_y}}":         "x-1_y",
		"{{" + strings.Repeat("a", 300) + "}}": "",
		"\xff{{me}}\xff":                       "me",
	} {
		if got := names(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestBlanksAreFilledOnce(t *testing.T) {
	value := func(name string) (string, bool) {
		v, ok := map[string]string{"me": "Ken {{case}}", "empty": ""}[name]
		return v, ok
	}
	if got := Fill("{{me}}, {{case}}, {{empty}}`{{me}}`", value); got != "Ken {{case}}, {{case}}, `{{me}}`" {
		t.Error(got)
	}
}

// Blanks lie in order within the text, each is what it says, and what has none is
// not changed by filling.
func FuzzBlanks(f *testing.F) {
	for _, seed := range []string{"Dear {{customer}}", "`{{a}}`", "｛｛a｝｝", "{{{{a}}}}", "``` {{x}} ```", "{{\u200ba}}", "\xff{{"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, b := range Blanks(s) {
			if b.From < at || b.To <= b.From || b.To > len(s) {
				t.Fatalf("%q: %+v", s, b)
			}
			at = b.To
			if again := Blanks(s[b.From:b.To]); len(again) != 1 || again[0].Name != b.Name {
				t.Fatalf("%q: %+v alone is %+v", s, b, again)
			}
		}
		kept := Fill(s, func(string) (string, bool) { return "", false })
		if kept != s {
			t.Fatalf("%q became %q", s, kept)
		}
		if filled := Fill(s, func(string) (string, bool) { return "", true }); at == 0 && filled != s || len(filled) > len(s) {
			t.Fatalf("%q became %q", s, filled)
		}
	})
}
