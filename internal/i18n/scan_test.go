package i18n

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// What the scanner reads is JSON and means the same to encoding/json.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a": "x", "b": "\u3042\"\\"}`, `{"a" : "x" , }`, `{"a":"\`, "{\"a\":\"\xff\"}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read := map[string]string{}
		in := &scanner{rest: text}
		err := in.object(func(key string) (err error) {
			read[key], err = in.text()
			return err
		})
		if err != nil || !in.done() {
			return
		}
		var expected map[string]string
		if err := json.Unmarshal([]byte(text), &expected); err != nil {
			t.Fatalf("%q was read, but: %v", text, err)
		}
		for key, value := range expected {
			if got := read[key]; got != value && utf8.ValidString(text) {
				t.Errorf("%q: %q is %q, expected %q", text, key, got, value)
			}
		}
	})
}
