package i18n

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/fault"
)

// Every file of every language is read here, also those of other rooms.
func TestCatalogsAreComplete(t *testing.T) {
	if err := Check(); err != nil {
		t.Fatal(err)
	}
	english := For(English).catalog
	for _, lang := range Langs()[1:] {
		other := For(lang).catalog
		for key, m := range english {
			o, ok := other[key]
			if !ok {
				t.Errorf("%s: %s is missing", lang, key)
				continue
			}
			if a, b := m.placeholders(), o.placeholders(); !slices.Equal(a, b) {
				t.Errorf("%s: %s has placeholders %v, English %v", lang, key, b, a)
			}
			if o.count != "" {
				t.Errorf("%s: %s: the language has one plural form", lang, key)
			}
		}
		for key := range other {
			if _, ok := english[key]; !ok {
				t.Errorf("%s: %s is not in English", lang, key)
			}
		}
	}
}

// Each room has its file in all three languages, with the keys of the room.
func TestFilesHaveTheSameKeysInEachLanguage(t *testing.T) {
	keys := func(lang Lang, file string) []string {
		data, err := files.ReadFile(path.Join("catalog", string(lang), file))
		if err != nil {
			t.Error(err)
			return nil
		}
		if !json.Valid(data) {
			t.Errorf("%s/%s is not JSON", lang, file)
		}
		c := catalog{}
		if err := c.add(string(data)); err != nil {
			t.Errorf("%s/%s: %v", lang, file, err)
		}
		var out []string
		for key := range c {
			out = append(out, key)
		}
		slices.Sort(out)
		return out
	}
	entries, err := files.ReadDir("catalog/en")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		english := keys(English, entry.Name())
		for _, lang := range Langs()[1:] {
			if other := keys(lang, entry.Name()); !slices.Equal(english, other) {
				t.Errorf("%s/%s holds other keys than English", lang, entry.Name())
			}
		}
	}
}

func TestPluralForms(t *testing.T) {
	for n, expected := range map[any]string{1: "1 business day", 2: "2 business days", int64(1): "1 business day", 0: "0 business days"} {
		if got := For(English).T("time.business-days", map[string]any{"n": n}); got != expected {
			t.Errorf("%v: %q", n, got)
		}
	}
	if got := For(Japanese).T("time.business-days", map[string]any{"n": 1}); got != "1営業日" {
		t.Error(got)
	}
}

func mustAdd(t *testing.T, text string) *Printer {
	t.Helper()
	c := catalog{}
	if err := c.add(text); err != nil {
		t.Fatal(err)
	}
	return &Printer{lang: English, catalog: c}
}

type workingTime struct {
	days int
	time time.Duration
}

func (w workingTime) BusinessDays() int      { return w.days }
func (w workingTime) Working() time.Duration { return w.time }

func TestArgumentsAreWrittenByTheirKind(t *testing.T) {
	p := mustAdd(t, `{"x": "<{v}>", "topic": "Invoice", "time.minute": "{n} min", "time.hour": "{n} h", "time.pair": "{a} {b}", "list.last": "{a} and {b}", "list.comma": "{a}, {b}", "time.business-days": "{n} bd"}`)
	tokyo := time.FixedZone("", 9*60*60)
	for _, test := range []struct {
		value    any
		expected string
	}{
		{"text", "<text>"}, {1234567, "<1,234,567>"}, {int64(-1000), "<-1,000>"}, {0.5, "<0.5>"},
		{Key("topic"), "<Invoice>"}, {Key("none"), "<none>"}, {Day("2026-11-03"), "<Tue 3 Nov 2026>"}, {Day("soon"), "<soon>"},
		{time.Date(2026, 11, 21, 15, 30, 0, 0, tokyo), "<Sat 21 Nov 2026, 15:30>"},
		{85 * time.Minute, "<1 h 25 min>"}, {[]string{"a", "b", "c"}, "<a, b and c>"}, {nil, "<{v}>"}, {true, "<true>"},
		{workingTime{days: 2}, "<2 bd>"}, {workingTime{time: 30*time.Hour + time.Minute}, "<30 h 1 min>"}, {workingTime{}, "<>"},
	} {
		if got := p.T("x", map[string]any{"v": test.value}); got != test.expected {
			t.Errorf("%v: %q, expected %q", test.value, got, test.expected)
		}
	}
	if got := p.T("unknown.key", nil); got != "unknown.key" {
		t.Error(got)
	}
}

func TestNounsOfFaultsAreTranslated(t *testing.T) {
	args := fault.New(fault.Conflict, "conflict.in-use", "noun", "offers", "id", "contoso-backup").Args
	for lang, expected := range map[Lang]string{
		English:            "It is still used by offer “contoso-backup”. Change that first.",
		Japanese:           "オファー「contoso-backup」でまだ使われています。先にそちらを変更してください。",
		TraditionalChinese: "供應項目「contoso-backup」仍在使用，請先修改該項目。",
	} {
		if got := For(lang).T("conflict.in-use", args); got != expected {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

func TestOptionalPartsNeedAllTheirValues(t *testing.T) {
	p := mustAdd(t, `{"x": "No topic {topic}.[[ Did you mean {nearest}?]] {{x}}"}`)
	for _, test := range []struct {
		nearest  any
		expected string
	}{{"billing", "No topic y. Did you mean billing? {x}"}, {"", "No topic y. {x}"}, {nil, "No topic y. {x}"}} {
		if got := p.T("x", map[string]any{"topic": "y", "nearest": test.nearest}); got != test.expected {
			t.Errorf("%v: %q", test.nearest, got)
		}
	}
}

// A name is set apart, so that a page can isolate and escape it.
func TestPartsJoinToTheText(t *testing.T) {
	p := mustAdd(t, `{"x": "{a} answers[[ for {b}]].", "y": "plain"}`)
	args := map[string]any{"a": "<Contoso>", "b": "Fabrikam"}
	parts := p.Parts("x", args)
	expected := []Part{{"<Contoso>", "a"}, {" answers", ""}, {" for ", ""}, {"Fabrikam", "b"}, {".", ""}}
	if got := fmt.Sprint(parts); got != fmt.Sprint(expected) && got != fmt.Sprint([]Part{{"<Contoso>", "a"}, {" answers for ", ""}, {"Fabrikam", "b"}, {".", ""}}) {
		t.Errorf("%v", parts)
	}
	if got := p.Parts("y", nil); len(got) != 1 || got[0] != (Part{Text: "plain"}) {
		t.Errorf("%v", got)
	}
	for _, lang := range Langs() {
		p := For(lang)
		for _, key := range Keys() {
			var joined strings.Builder
			for _, part := range p.Parts(key, nil) {
				joined.WriteString(part.Text)
			}
			if joined.String() != p.T(key, nil) {
				t.Errorf("%s %s: %q", lang, key, joined.String())
			}
		}
	}
}

func TestJapaneseTakesNoSpaceBesideAName(t *testing.T) {
	p := mustAdd(t, `{"x": "{a} から {b} に、{n} 件を引き継ぎました。", "time.relative.x": "あと {n} 分"}`)
	p.lang = Japanese
	args := map[string]any{"a": "Tailspin Toys", "b": "青葉商事", "n": 3}
	if got := p.T("x", args); got != "Tailspin Toysから青葉商事に、3件を引き継ぎました。" {
		t.Error(got)
	}
	if got := p.T("time.relative.x", args); got != "あと 3 分" {
		t.Error(got)
	}
}

func TestChineseNamesTakeNoSpace(t *testing.T) {
	p := mustAdd(t, `{"x": "目前由 {company} 處理{topic}問題。"}`)
	p.lang = TraditionalChinese
	for _, test := range []struct{ company, topic, expected string }{
		{"Contoso", "帳單", "目前由 Contoso 處理帳單問題。"},
		{"青葉商事", "SLA", "目前由青葉商事處理 SLA 問題。"},
	} {
		args := map[string]any{"company": test.company, "topic": test.topic}
		if got := p.T("x", args); got != test.expected {
			t.Errorf("%q", got)
		}
		if parts := p.Parts("x", args); parts[1] != (Part{test.company, "company"}) {
			t.Errorf("a space slipped into the name: %v", parts)
		}
	}
}

func TestBadCatalogsAreRefused(t *testing.T) {
	for _, text := range []string{
		``, `[]`, `{"a": "x", "a": "y"}`, `{"a": 1}`, `{"a": "{"}`, `{"a": "}"}`, `{"a": "{A b}"}`, `{"a": "[[x"}`, `{"a": "x]]"}`, `{"a": "[[x [[y]]]]"}`,
		`{"a": {"one": "x"}}`, `{"a": {"one": "x", "other": "y", "few": "z"}}`, `{"a": "x"} {}`, `{"a": "x"`, `{"a": "x" "b": "y"}`, `{"a" "x"}`, `{"a": "x\`, `{"a": "\x"}`, `{"_meta": "x"}`, "{\"a\": \"\n\"}",
	} {
		if err := (catalog{}).add(text); err == nil {
			t.Errorf("%s was accepted", text)
		}
	}
	c := catalog{}
	if err := c.add(`{"_meta": {"reviewed": false, "note": "x"}, "a": "x"}`); err != nil || len(c) != 1 {
		t.Errorf("%v %v", c, err)
	}
	if err := c.add(`{"b": "\"\u3042\n"}`); err != nil || literals(c["b"].other) != "\"あ\n" {
		t.Errorf("escapes: %v %q", err, c["b"])
	}
	if err := c.add(`{"a": "y"}`); err == nil {
		t.Error("a key of another file was replaced")
	}
}

func TestAnOperatorMayUseItsOwnWords(t *testing.T) {
	p := mustAdd(t, `{"kind.provider": "provider", "x": "{a} and {b}", "n": {"one": "{n} day", "other": "{n} days"}}`)
	own, err := p.With(map[string]string{"kind.provider": "distributor", "x": "only {b}"})
	if err != nil {
		t.Fatal(err)
	}
	if got := own.T("kind.provider", nil) + own.T("x", map[string]any{"a": 1, "b": 2}); got != "distributoronly 2" {
		t.Error(got)
	}
	if p.T("kind.provider", nil) != "provider" {
		t.Error("the shared printer has changed")
	}
	for _, bad := range []map[string]string{{"none": "x"}, {"x": "{c}"}, {"x": "{"}} {
		if _, err := p.With(bad); err == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
}
