package text

import "strings"

// mostTyped is how much of what somebody typed a sentence repeats.
const mostTyped = 64

// Typed is what somebody typed as a sentence may repeat it: one line, without
// what cannot be shown or deceives the eye, and no longer than a name.
func Typed(s string) string {
	if len(s) > 4*mostTyped { // of what is longer nothing more is looked at
		s = s[:4*mostTyped]
	}
	line, err := Line(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", ""))
	if err != nil {
		return ""
	}
	if runes := []rune(line); len(runes) > mostTyped {
		return string(runes[:mostTyped]) + "…"
	}
	return line
}
