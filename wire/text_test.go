package wire

import (
	"encoding/json"
	"maps"
	"testing"
)

// The quick reading of a map of strings gives what the decoder of the standard
// library gives, or leaves it to that.
func FuzzPlainStrings(f *testing.F) {
	for _, seed := range []string{`{}`, `{"en":"Backup","ja":"バックアップ"}`, `{"a":"b","a":"c"}`, `{"a":"\u0041"}`, `{"a":"b",}`, `{"a":1}`, `{"a" : "b"}`,
		`{"a":"b"`, `{"a":"b"} `, `{"a":"b"}{`, `{"":""}`, "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}", `{"a":"b""c":"d"}`, `{"a":"b";"c":"d"}`, `"`, `{`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := plainStrings(data)
		if !ok {
			return
		}
		var want map[string]string
		if err := json.Unmarshal(data, &want); err != nil || !maps.Equal(got, want) {
			t.Errorf("%q: %v, want %v, %v", data, got, want, err)
		}
	})
}

func TestNamesAreReadQuickly(t *testing.T) {
	for _, text := range []string{`{"en":"Backup","ja":"バックアップ"}`, `{"tenantId":"5b0c0f6e"}`} {
		if m, ok := plainStrings([]byte(text)); !ok || len(m) == 0 {
			t.Errorf("%s is left to the slow reading", text)
		}
	}
}

func TestTextAndExternalReadEscapesAndNumbers(t *testing.T) {
	var c Company
	if err := json.Unmarshal([]byte(`{"name":{"en":"A \"B\"","ja":"\u30a2"},"external":{"mpnId":7000011,"old":true,"none":null}}`), &c); err != nil {
		t.Fatal(err)
	}
	if want := (Text{"en": `A "B"`, "ja": "ア"}); !maps.Equal(c.Name, want) {
		t.Errorf("name %v, want %v", c.Name, want)
	}
	if want := (External{"mpnId": "7000011", "old": "true"}); !maps.Equal(c.External, want) {
		t.Errorf("external %v, want %v", c.External, want)
	}
}
