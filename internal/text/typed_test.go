package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTypedIsShortAndShowsWhatItIs(t *testing.T) {
	for typed, want := range map[string]string{
		"contoso": "contoso", "": "", "two\r\n lines\x00": "two lines", "con\u202etoso\u200b": "contoso", "\xffa": "a",
		strings.Repeat("請", 64): strings.Repeat("請", 64), strings.Repeat("請", 65): strings.Repeat("請", 64) + "…", strings.Repeat("x", 1<<20): strings.Repeat("x", 64) + "…",
	} {
		if got := Typed(typed); got != want {
			t.Errorf("%.80q is repeated as %q, want %q", typed, got, want)
		}
	}
}

func FuzzTyped(f *testing.F) {
	f.Add("con\u202etoso")
	f.Add(strings.Repeat("é\u0301", 99))
	f.Fuzz(func(t *testing.T, typed string) {
		got := Typed(typed)
		if Check(got) != nil || utf8.RuneCountInString(got) > mostTyped+1 || strings.ContainsAny(got, "\n\r\t") {
			t.Errorf("%q is repeated as %q", typed, got)
		}
	})
}
