package i18n

import (
	"strings"
	"testing"
)

// What is wrong with a request is said together with what to do (CONTRIBUTING,
// house rules): two sentences at least.
func TestWhatIsWrongWithABodyIsSaidWithWhatToDo(t *testing.T) {
	for _, lang := range Langs() {
		seen := 0
		eachText(lang, func(key, text string) {
			if !strings.HasPrefix(key, "json.") && !strings.HasPrefix(key, "parameter.") && !strings.HasPrefix(key, "idempotency.") && key != "cursor.invalid" {
				return
			}
			seen++
			if strings.Count(text+" ", ". ")+strings.Count(text, "。") < 2 && !strings.Contains(text, "，請") {
				t.Errorf("%s: %s does not say what to do: %s", lang, key, text)
			}
		})
		if seen < 16 {
			t.Errorf("%s: %d sentences", lang, seen)
		}
	}
}
