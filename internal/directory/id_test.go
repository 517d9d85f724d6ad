package directory

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// An id that is taken can stand in an address and in a log line, and looks like
// itself.
func FuzzID(f *testing.F) {
	for _, s := range []string{"contoso", "", "a b", "-x", "雲端", "a\u202eb", "é", "e\u0301", "\xff", "a/b", "a\x00", strings.Repeat("a", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if !validID(id) {
			return
		}
		if !utf8.ValidString(id) || utf8.RuneCountInString(id) > maxID || strings.ContainsAny(id, "/\\?#%&<>\"' ") {
			t.Fatalf("%q is an id", id)
		}
		for _, r := range id {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) {
				t.Fatalf("%q is an id with %U", id, r)
			}
		}
	})
}
