package api

import (
	"encoding/json"
	"strings"
	"testing"

	"switchboard/internal/fault"
	"switchboard/wire"
)

// promises 4, JSON layer: what two readers could read differently is refused.
func TestStrictRefuses(t *testing.T) {
	for name, test := range map[string]struct{ body, code, field string }{
		"two values":                     {`{"id":"a"}{"id":"b"}`, "json.trailing", ""},
		"something after the value":      {`{"id":"a"} x`, "json.trailing", ""},
		"no value":                       {``, "json.syntax", ""},
		"a text that breaks off":         {`{"id":`, "json.syntax", ""},
		"a comment":                      {`{"id":"a" /* b */}`, "json.syntax", ""},
		"a trailing comma":               {`{"id":"a",}`, "json.syntax", ""},
		"a key twice":                    {`{"id":"a","id":"b"}`, "json.duplicate-key", "id"},
		"a key twice, once escaped":      {`{"id":"a","\u0069d":"b"}`, "json.duplicate-key", "id"},
		"a key twice, deep inside":       {`{"support":{"email":"a@b.c","email":"x@y.z"}}`, "json.duplicate-key", "support.email"},
		"a key twice in a free object":   {`{"external":{"a":"1","a":"2"}}`, "json.duplicate-key", "external.a"},
		"a key in another case":          {`{"ID":"a"}`, "field.unknown-near", "ID"},
		"a key in another case, beside":  {`{"id":"a","Id":"b"}`, "field.unknown-near", "Id"},
		"the long s that folds to s":     {`{"kindſ":[]}`, "field.unknown-near", "kindſ"},
		"a key that nobody knows":        {`{"zzzzzzzzzz":1}`, "field.unknown", "zzzzzzzzzz"},
		"an unknown key inside":          {`{"support":{"emial":"a@b.c"}}`, "field.unknown-near", "support.emial"},
		"bytes that are not UTF-8":       {"{\"id\":\"\xff\"}", "json.utf8", ""},
		"an encoded surrogate":           {"{\"id\":\"\xed\xa0\x80\"}", "json.utf8", ""},
		"a NUL, escaped":                 {`{"id":"a\u0000b"}`, "json.nul", ""},
		"a high half alone":              {`{"id":"\ud83d"}`, "json.surrogate", ""},
		"a high half before a letter":    {`{"id":"\ud83dx"}`, "json.surrogate", ""},
		"a high half before another":     {`{"id":"\ud83d\ud83d"}`, "json.surrogate", ""},
		"a low half alone":               {`{"id":"\ude00"}`, "json.surrogate", ""},
		"a half in a key":                {`{"\ud83d":1}`, "json.surrogate", ""},
		"a number where text belongs":    {`{"id":7}`, "field.type", "id"},
		"a list where an object belongs": {`{"support":[]}`, "field.type", "support"},
		"depth beyond reason":            {`{"external":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, "json.too-deep", ""},
		"size beyond reason":             {`{"id":"` + strings.Repeat("a", mostBytes) + `"}`, "json.too-large", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := strict([]byte(test.body), &wire.Company{})
			if err == nil {
				t.Fatal("was accepted")
			}
			f := fault.Of(err)
			code, field := f.Code, ""
			if len(f.Fields) > 0 {
				code, field = f.Fields[0].Code, f.Fields[0].Path
			}
			if f.Kind != fault.Invalid || code != test.code || field != test.field {
				t.Errorf("%s %s at %q, want %s at %q", f.Kind, code, field, test.code, test.field)
			}
		})
	}
}

func TestStrictReadsWhatIsRight(t *testing.T) {
	var c wire.Company
	body := `{"id":"contoso","kinds":["publisher"],"name":{"en":"Contoso","ja":"コントソ"},"external":{"tenantId":"x","n":3},
		"support":{"email":"a@b.example","name":"\ud83d\ude00 \"quoted\" \\u0000"},"entry_points":null}`
	if err := strict([]byte(body), &c); err != nil {
		t.Fatal(err)
	}
	if c.ID != "contoso" || c.Name["ja"] != "コントソ" || c.External["n"] != "3" || c.Support.Name != "😀 \"quoted\" \\u0000" {
		t.Errorf("read %+v %+v", c, c.Support)
	}
}

// Whatever strict lets through, encoding/json reads as the same value.
func FuzzStrict(f *testing.F) {
	for _, seed := range []string{`{"id":"a"}`, `{"name":{"en":"x"}}`, `{"support":{"closed":["2026-12-24"]}}`, `[]`, `"\ud83d\ude00"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var strictly, loosely wire.Company
		if strict(data, &strictly) != nil {
			return
		}
		if err := json.Unmarshal(data, &loosely); err != nil {
			t.Fatalf("strict accepted what encoding/json refuses: %v", err)
		}
		a, err := json.Marshal(strictly)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(loosely)
		if err != nil || string(a) != string(b) {
			t.Errorf("%s is not %s (%v)", a, b, err)
		}
	})
}
