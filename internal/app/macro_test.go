package app_test

import (
	"fmt"
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

func (w *world) macro(person string, m wire.Macro) (wire.Macro, string) {
	w.t.Helper()
	out, _, err := w.PutMacro(w.t.Context(), w.as(person), m, nil)
	return out, codeOf(err)
}

func words(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// A macro is its company's: colleagues read it, those who arrange the desk write
// it, and for everybody else there is none.
func TestAMacroIsItsCompanys(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		m, code := w.macro("p-ken", wire.Macro{ID: "hello", Name: "Hello", Audience: "customer", Text: words("en", " Dear {{customer}} ", "ja", "  ")})
		if code != "" || m.Text["en"] != "Dear {{customer}}" || len(m.Text) != 1 || m.Version != 1 {
			t.Fatalf("%s %+v", code, m)
		}
		for person, want := range map[string]int{"p-hugo": 1, "p-greta": 1, "p-fiona": 0} {
			list, err := w.Macros(t.Context(), w.as(person))
			if err != nil || len(list) != want {
				t.Errorf("%s reads %+v: %v", person, list, err)
			}
		}
		if _, err := w.Macros(t.Context(), w.as("p-sofia")); !fault.Is(err, fault.Denied) {
			t.Errorf("who works on no case: %v", err)
		}
		for person, want := range map[string]string{"p-hugo": "denied.role", "p-nora": "denied.role"} {
			if _, code := w.macro(person, wire.Macro{ID: "hello", Name: "x", Audience: "internal", Text: words("en", "x")}); code != want {
				t.Errorf("%s writes: %q", person, code)
			}
			if err := w.DropMacro(t.Context(), w.as(person), "hello", nil); codeOf(err) != want {
				t.Errorf("%s deletes: %v", person, err)
			}
		}
		if _, _, err := w.Macro(t.Context(), w.as("p-fiona"), "hello"); codeOf(err) != "not-found.macro" {
			t.Errorf("another company reads it: %v", err)
		}
		if err := w.DropMacro(t.Context(), w.as("p-fiona"), "hello", nil); codeOf(err) != "not-found.macro" {
			t.Errorf("another company deletes it: %v", err)
		}
		if _, code := w.macro("p-fiona", wire.Macro{ID: "hello", Name: "Hello", Audience: "internal", Text: words("en", "other")}); code != "" {
			t.Errorf("two companies call theirs the same: %q", code)
		}
		if m, _, err := w.Macro(t.Context(), w.as("p-hugo"), "hello"); err != nil || m.Text["en"] != "Dear {{customer}}" {
			t.Errorf("it was changed from outside: %+v %v", m, err)
		}
		stale := int64(7)
		if _, _, err := w.PutMacro(t.Context(), w.as("p-ken"), m, &stale); !fault.Is(err, fault.Stale) {
			t.Errorf("over something unread: %v", err)
		}
		if err := w.DropMacro(t.Context(), w.as("p-ken"), "hello", &m.Version); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatAMacroCanBe(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		good := wire.Macro{ID: "m", Name: "m", Audience: "customer", Text: words("en", "x")}
		for want, change := range map[string]func(*wire.Macro){
			"id macro.id-invalid":              func(m *wire.Macro) { m.ID = "../x" },
			"name field.required":              func(m *wire.Macro) { m.Name = "\u200b\u202e" },
			"name field.too-long":              func(m *wire.Macro) { m.Name = strings.Repeat("x", 61) },
			"name field.nul":                   func(m *wire.Macro) { m.Name = "a\x00" },
			"audience field.required":          func(m *wire.Macro) { m.Audience = "" },
			"audience field.choice":            func(m *wire.Macro) { m.Audience = "everybody" },
			"after field.choice":               func(m *wire.Macro) { m.After = "close" },
			"after macro.after-needs-customer": func(m *wire.Macro) { m.Audience, m.After = "internal", "wait" },
			"text.en macro.no-text":            func(m *wire.Macro) { m.Text = words("ja", " \n ") },
			"text.fr field.choice":             func(m *wire.Macro) { m.Text = words("fr", "x") },
			"text.en field.too-long":           func(m *wire.Macro) { m.Text = words("en", strings.Repeat("x", 20_001)) },
			"text.ja macro.unknown-blank":      func(m *wire.Macro) { m.Text = words("ja", "{{custmer}}さま") },
			"text.en field.utf8":               func(m *wire.Macro) { m.Text = words("en", "\xff") },
			"":                                 func(m *wire.Macro) { m.Text = words("en", strings.Repeat("長", 10_000)+"`{{any}}` {{ .Values.x }}") },
		} {
			m := good
			if change(&m); true {
				if _, code := w.macro("p-ken", m); code != want {
					t.Errorf("%q, want %q", code, want)
				}
			}
		}
		if _, code := w.macro("p-ken", wire.Macro{Name: "Ｍ", Audience: "internal", Text: words("en", "x")}); code != "name macro.name-taken" {
			t.Errorf("the same name: %q", code)
		}
		for i := range 199 {
			if _, code := w.macro("p-ken", wire.Macro{Name: fmt.Sprint("n", i), Audience: "internal", Text: words("en", "x")}); code != "" {
				t.Fatal(code)
			}
		}
		if _, code := w.macro("p-ken", wire.Macro{Name: "more", Audience: "internal", Text: words("en", "x")}); code != "macro.too-many" {
			t.Errorf("one more: %q", code)
		}
	})
}

// A macro is filled in the customer's language, else in the company's first, with
// what its reader may see; and filling sends nothing.
func TestAMacroIsFilled(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		all := "{{customer}}|{{person}}|{{case}}|{{offer}}|{{company}}|{{me}}|`{{me}}`"
		for _, m := range []wire.Macro{
			{ID: "all", Name: "all", Audience: "customer", After: "wait", Text: words("en", all, "ja", "日本語")},
			{ID: "ja", Name: "ja", Audience: "company", Text: words("zh-TW", "中文", "ja", "日本語")},
			{ID: "note", Name: "note", Audience: "internal", Text: words("en", "a <b>note</b>")},
		} {
			if _, code := w.macro("p-fiona", m); code != "" {
				t.Fatal(code)
			}
		}
		fill := func(person, id string) *wire.FilledMacro {
			t.Helper()
			f, err := w.FillMacro(t.Context(), w.as(person), c.Number, id, i18n.TraditionalChinese)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		f := fill("p-fiona", "all")
		parts := strings.Split(f.Text, "|")
		if parts[0] != "Woodgrove Bank" && !strings.HasPrefix(parts[0], "Woodgrove") || parts[1] != "Will Archer" || parts[2] != c.Number || parts[3] == "{{offer}}" ||
			!strings.HasPrefix(parts[4], "Fabrikam") || parts[5] != "Fiona Clarke" || parts[6] != "`{{me}}`" {
			t.Errorf("filled %q", f.Text)
		}
		if f.To != "customer" || f.After != "wait" || f.Lang != "en" || len(f.Unfilled) != 0 {
			t.Errorf("%+v", f)
		}
		asked, err := w.OpenCase(t.Context(), w.as("p-fiona"), wire.NewCase{Subscription: "wg-flow-2", Topic: "break-fix", Subject: "By phone", Text: "It stops.", Requester: "p-sakura"}, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		// An id of somebody who has signed nothing here is no name.
		if f, err := w.FillMacro(t.Context(), w.as("p-fiona"), asked.Number, "all", i18n.English); err != nil || fmt.Sprint(f.Unfilled) != "[person]" || !strings.Contains(f.Text, "{{person}}") {
			t.Errorf("%+v %v", f, err)
		}
		if f := fill("p-fiona", "ja"); f.Lang != "ja" && f.Lang != "zh-TW" || f.Wanted != "en" || f.To != "" { // nobody else is on the case yet
			t.Errorf("%+v", f)
		}
		if f := fill("p-fiona", "note"); f.To != "internal" || f.Text != "a <b>note</b>" {
			t.Errorf("%+v", f)
		}
		for _, tc := range []struct{ person, number, id, code string }{
			{"p-fiona", c.Number, "none", "not-found.macro"}, {"p-omar", c.Number, "all", "not-found.macro"}, {"p-fiona", "00000000018", "all", "not-found.case"},
		} {
			if _, err := w.FillMacro(t.Context(), w.as(tc.person), tc.number, tc.id, i18n.English); codeOf(err) != tc.code {
				t.Errorf("%+v: %v", tc, err)
			}
		}
		if now, err := w.Case(t.Context(), w.as("p-fiona"), c.Number, i18n.English); err != nil || now.Version != c.Version && now.Version != 1 {
			t.Errorf("something was written: %+v %v", now, err)
		}
	})
}

// What is still to be filled stays in the house, however it is sent; the house and
// a customer may write as many braces as they like.
func TestWhatIsUnfilledDoesNotLeave(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		say := func(person, words string, audience ...string) string {
			t.Helper()
			_, err := w.Say(t.Context(), w.as(person), c.Number, wire.NewMessage{Text: words, Audience: audience}, nil, i18n.English)
			return codeOf(err)
		}
		for _, tc := range []struct{ person, words, audience, want string }{
			{"p-fiona", "Dear {{person}}", "woodgrove", "text macro.unfilled"}, {"p-fiona", "Dear ｛｛ anything ｝｝", "woodgrove", "text macro.unfilled"},
			{"p-fiona", "Dear {{pers\u200bon}}", "customer", "text macro.unfilled"},
			{"p-fiona", "Dear {{person}}", "internal", ""}, {"p-fiona", "see `{{person}}` and {{ .Values.x }}", "woodgrove", ""},
			{"p-will", "your mail says Dear {{person}}", "all", ""},
		} {
			if got := say(tc.person, tc.words, tc.audience); got != tc.want {
				t.Errorf("%+v: %q", tc, got)
			}
		}
		_, err := w.Solve(t.Context(), w.as("p-fiona"), c.Number, "propose", wire.CaseStep{Text: "Try {{offer}}"}, nil, i18n.English)
		if codeOf(err) != "text macro.unfilled" {
			t.Errorf("proposed: %v", err)
		}
		_, err = w.HandOver(t.Context(), w.as("p-fiona"), c.Number, wire.NewHandoff{To: "wideworld", Package: wire.Package{Summary: "of {{customer}}"}}, nil, i18n.English)
		if codeOf(err) != "summary macro.unfilled" {
			t.Errorf("handed over: %v", err)
		}
		confirmed := wire.NewMessage{Text: "Dear {{person}}", Audience: []string{"woodgrove"}, Confirm: wire.ConfirmSecrets}
		if _, err := w.SayWith(t.Context(), w.as("p-fiona"), c.Number, confirmed, app.Beside{}, nil, i18n.English); codeOf(err) != "text macro.unfilled" {
			t.Errorf("confirmed: %v", err)
		}
	})
}
