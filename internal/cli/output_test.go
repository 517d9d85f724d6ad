package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"switchboard/internal/i18n"
)

func printing(output string, tty bool) (*session, *bytes.Buffer) {
	out := &bytes.Buffer{}
	s := &session{Process: Process{Out: out, Err: &bytes.Buffer{}, Env: func(string) string { return "" },
		Now: func() time.Time { return time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC) }}, g: &globals{Output: output}, lang: i18n.English, tty: tty, zone: time.UTC}
	return s, out
}

var items = []map[string]any{
	{"id": "a", "name": map[string]any{"en": "Contoso", "ja": "コントソ"}, "verified": "2026-11-20T08:00:00Z", "publisher": map[string]any{"name": "=HYPERLINK(1)"}},
	{"id": "コントソ", "name": "\x1b]0;owned\x07x", "verified": nil, "publisher": map[string]any{"name": "tab\there"}},
}

var shown = []string{"id", "name", "publisher.name", "verified"}

// Each format on the same two objects, one of them hostile.
func TestListsInEveryFormat(t *testing.T) {
	for _, test := range []struct {
		output string
		tty    bool
		want   string
	}{
		{"", true, "ID        NAME        PUBLISHER      CHECKED\na         Contoso     =HYPERLINK(1)  2 h ago\nコントソ  ]0;ownedx  tab here       \n"},
		{"", false, "a\tContoso\t=HYPERLINK(1)\t2026-11-20T08:00:00Z\nコントソ\t]0;ownedx\ttab here\t\n"},
		{"csv", false, "id,name,publisher.name,verified\na,Contoso,'=HYPERLINK(1),2026-11-20T08:00:00Z\nコントソ,]0;ownedx,tab here,\n"},
	} {
		s, out := printing(test.output, test.tty)
		if err := s.rows(shown, items, ""); err != nil {
			t.Fatal(err)
		}
		if strings.ReplaceAll(out.String(), "NAME        ", "NAME        ") != test.want && !(test.output == "" && test.tty && tableEqual(out.String(), test.want)) {
			t.Errorf("%q tty %v:\n%q\n%q", test.output, test.tty, out, test.want)
		}
	}
}

// tableEqual compares tables by their cells; widths have a test of their own.
func tableEqual(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// Columns stay aligned where characters are two columns wide.
func TestColumnsAlignEastAsianText(t *testing.T) {
	s, out := printing("table", true)
	if err := s.rows([]string{"id", "kind"}, []map[string]any{{"id": "abcd", "kind": "x"}, {"id": "星空", "kind": "x"}, {"id": "ｶﾅ", "kind": "x"}}, ""); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for _, line := range lines[1:] {
		if at := width(line[:strings.LastIndex(line, "x")]); at != 6 {
			t.Errorf("%q: the second column begins at %d", line, at)
		}
	}
}

// Nothing that steers a terminal leaves the program, in JSON neither; it reads
// back as the same value.
func TestNothingSteersTheTerminal(t *testing.T) {
	hostile := "a\x1b[31m\u009b31m\u202eb\x07"
	s, out := printing("json", false)
	if err := s.rows(nil, []map[string]any{{"id": hostile}}, ""); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(out.String(), steers) {
		t.Errorf("%q", out)
	}
	var page struct{ Items []map[string]string }
	if err := json.Unmarshal(out.Bytes(), &page); err != nil || page.Items[0]["id"] != hostile {
		t.Errorf("%v %q", err, page)
	}
	for _, text := range []string{oneLine(hostile), oneLine("a\r\nb\x00"), oneLine("\xff\xfe")} {
		if strings.ContainsFunc(text, steers) {
			t.Errorf("%q", text)
		}
	}
}

func TestJSONLinesAreOneObjectEach(t *testing.T) {
	s, out := printing("jsonl", true)
	if err := s.rows(nil, items, ""); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !json.Valid([]byte(lines[0])) || !json.Valid([]byte(lines[1])) {
		t.Errorf("%q", lines)
	}
}

func TestAnUnknownFormatIsMisuse(t *testing.T) {
	s, _ := printing("xml", false)
	if err := s.rows(nil, nil, ""); exitOf(err) != exitUsage {
		t.Errorf("%v", err)
	}
}

func TestSetPath(t *testing.T) {
	for _, test := range []struct{ change, value, want string }{
		{"name", "New", `{"contacts":[{"role":"support"}],"name":"New"}`},
		{"support.email", "a@b.example", `{"contacts":[{"role":"support"}],"support":{"email":"a@b.example"}}`},
		{"contacts[0].email", "x@y.example", `{"contacts":[{"email":"x@y.example","role":"support"}]}`},
		{"contacts[1].role", "engineering", `{"contacts":[{"role":"support"},{"role":"engineering"}]}`},
		{"contacts", "", `{}`},
		{"kinds", `["reseller"]`, `{"contacts":[{"role":"support"}],"kinds":["reseller"]}`},
		{"exclusive", "true", `{"contacts":[{"role":"support"}],"exclusive":true}`},
		{"phone", "+1 555 0100", `{"contacts":[{"role":"support"}],"phone":"+1 555 0100"}`},
	} {
		object := map[string]any{"contacts": []any{map[string]any{"role": "support"}}}
		if err := setPath(object, test.change, valueOf(test.value)); err != nil {
			t.Fatal(test.change, err)
		}
		got, err := json.Marshal(object)
		if err != nil || string(got) != test.want {
			t.Errorf("%s=%s: %s, want %s (%v)", test.change, test.value, got, test.want, err)
		}
	}
	for _, path := range []string{"contacts[7].email", "contacts[x]", "contacts.email", "contacts[0].role.x"} {
		object := map[string]any{"contacts": []any{map[string]any{"role": "support"}}}
		if err := setPath(object, path, "x"); exitOf(err) != exitUsage {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestDifferenceListsWhatChanged(t *testing.T) {
	got := strings.Join(difference("a\nb\nc\n", "a\nx\nc\nd\n"), "")
	if want := "- b\n+ x\n+ d\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if same := difference("a\nb\n", "a\nb\n"); same != nil {
		t.Errorf("%q", same)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://app:hunter2@db.example/sb":           "postgres://app:***@db.example/sb",
		"postgres://db.example/sb?password=hunter2&x=1":  "postgres://db.example/sb?password=***&x=1",
		"postgres://app@db.example/sb":                   "postgres://app@db.example/sb",
		"host=db password=hunter2 user=\x7f app%zz://::": "***",
		"": "",
	} {
		if got := masked("db", in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
