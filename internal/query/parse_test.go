package query

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"switchboard/internal/fault"
	"switchboard/internal/i18n"
)

func parse(t testing.TB, s string) Query {
	t.Helper()
	q, err := Parse(s)
	if err != nil {
		t.Fatalf("Parse(%q): %v", s, err)
	}
	return q
}

// What is typed and the canonical form it becomes.
func TestCanonicalForm(t *testing.T) {
	for in, want := range map[string]string{
		"": "",
		"with:us due:<4h offer:contoso-backup lang:ja -is:paused sort:due": "with:us due:<4h offer:contoso-backup lang:ja -is:paused sort:due",
		`  login   "exact  phrase" `:                                       `login "exact phrase"`,
		"sort:due login":                                                   "login sort:due",
		"sort:newest":                                                      "sort:newest",
		"IS:Open Lang:ZH-tw":                                               "is:open lang:zh-TW",
		"due:4h":                                                           "due:<=4h",
		"due:>=24h opened:<90m due:0m":                                     "due:>=1d opened:<90m due:<=0m",
		"due:late,today,none":                                              "due:late,today,none",
		"opened:2026-11-27":                                                "opened:2026-11-27",
		"updated:>2026-11-27t10:00:00+09:00":                               "updated:>2026-11-27T01:00:00Z",
		"n:#1048-2391-122":                                                 "n:10482391122",
		`label:"needs call",vip`:                                           `label:"needs call",vip`,
		`label:"vip"`:                                                      "label:vip",
		`with:"us" with:us`:                                                `with:"us" with:us`, // a company called us, and we
		`is:"late"`:                                                        "is:late",
		`label:5"x`:                                                        `label:5"x`,
		`"a b"c`:                                                           `"a b" c`,
		`-"a b" -login -topic:billing,none`:                                `-"a b" -login -topic:billing,none`,
		`19" monitor`:                                                      `19" monitor`,
		"ref:A:1":                                                          "ref:A:1",
	} {
		if got := parse(t, in).String(); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestInputMethodsAreUnderstood(t *testing.T) {
	for in, want := range map[string]string{
		"ｗｉｔｈ：ｕｓ　－ｉｓ：ｐａｕｓｅｄ":    "with:us -is:paused",
		"期限　ログイン　due：＜４ｈ":       "期限 ログイン due:<4h",
		"due:≦4h opened:≥2d":    "due:<=4h opened:>=2d",
		"is:open，late、at-risk":  "is:open,late,at-risk",
		"“exact phrase” ＂a b＂":  `"exact phrase" "a b"`,
		"−is:closed":            "-is:closed",
		"due：２０２６－１１－２７":        "due:2026-11-27",
		"ＳＳＯ ﾛｸﾞｲﾝ":             "SSO ﾛｸﾞｲﾝ",
		`offer:"ＡＢＣ" offer:ＡＢＣ`: `offer:"ＡＢＣ" offer:ABC`,
		`label:"請求、支払" 請求、支払`:   `label:"請求、支払" 請求、支払`,
		"zero\u200bwidth":       "zerowidth",
	} {
		if got := parse(t, in).String(); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestColonsOfOrdinaryTextAreWords(t *testing.T) {
	for _, in := range []string{
		"https://contoso.example/a?b=c", "12:30", `C:\temp\x`, "ORA-01017:invalid", "error:0x80070005", "Re:login", "id:5",
		"port:443", "offset:7", ":8080", "日時:今日", "a::b", "Status: 500", "--with:us", "x-with:us",
	} {
		for _, term := range parse(t, in).Terms {
			if _, word := term.Any[0].(Phrase); !word || term.Field != Anywhere {
				t.Errorf("%q: %v is no word", in, term)
			}
		}
	}
}

func TestPunctuationAloneIsNoTerm(t *testing.T) {
	for _, in := range []string{"-", "--", "... ! -?", `""`, `-" "`, "🎉", "—"} {
		if q := parse(t, in); len(q.Terms) != 0 || q.String() != "" {
			t.Errorf("%q has terms: %q", in, q)
		}
	}
}

func TestTreeHoldsTypedValues(t *testing.T) {
	day := time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)
	want := Query{Sort: ByDue, Terms: []Term{
		{Field: With, Any: []Value{Us, Name("contoso")}},
		{Field: Due, Any: []Value{Moment{Op: Before, Unit: Length, Length: 4 * time.Hour}, None}},
		{Field: Opened, Any: []Value{Moment{Op: Since, Unit: Day, At: day}}},
		{Not: true, Field: Is, Any: []Value{Paused}},
		{Field: Anywhere, Any: []Value{Phrase{"請求書", false}}},
		{Not: true, Field: Anywhere, Any: []Value{Phrase{"exact phrase", true}}},
	}}
	in := `with:us,contoso due:<4h,none opened:>=2026-11-27 -is:paused 請求書 -"exact phrase" sort:due`
	if got := parse(t, in); !reflect.DeepEqual(got, want) {
		t.Errorf("%q is\n%#v, want\n%#v", in, got, want)
	}
}

func refused(t *testing.T, in, code string, args fault.Args) {
	t.Helper()
	q, err := Parse(in)
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("%q is %q, %v; want %s", in, q, err, code)
		return
	}
	f := fault.Of(err)
	if f.Code != code || !reflect.DeepEqual(q, Query{}) {
		t.Errorf("%q: %v, want %s and no query", in, err, code)
	}
	for name, value := range args {
		if f.Args[name] != value {
			t.Errorf("%q: %s is %v, want %v", in, name, f.Args[name], value)
		}
	}
}

func TestRefusalsNameWhatToDo(t *testing.T) {
	for _, c := range []struct {
		in, code string
		args     fault.Args
	}{
		{"ofer:contoso-backup", "query.field-unknown", fault.Args{"field": "ofer", "nearest": "offer"}},
		{"subscripton:sub-1", "query.field-unknown", fault.Args{"nearest": "subscription"}},
		{"status:open", "query.field-unknown", fault.Args{"nearest": "is"}},
		{"-Tag:vip", "query.field-unknown", fault.Args{"field": "Tag", "nearest": "label"}},
		{"is://x", "query.value-unknown", nil}, // a field's own name counts, whatever follows
		{"is:opne", "query.value-unknown", fault.Args{"field": "is", "value": "opne", "nearest": "open", "known": nil}},
		{"lang:fr", "query.value-unknown", fault.Args{"nearest": nil, "known": "en, ja, zh-TW, none"}},
		{"topic:biling", "query.value-unknown", fault.Args{"nearest": "billing"}},
		{"severity:<critical", "query.value-unknown", fault.Args{"value": "<critical"}},
		{"sort:priority", "query.value-unknown", fault.Args{"field": "sort"}},
		{"with:", "query.value-missing", fault.Args{"field": "with"}},
		{"from: bob", "query.value-missing", fault.Args{"field": "from"}},
		{"is:open,", "query.value-missing", nil},
		{"is:,open", "query.value-missing", nil},
		{`label:""`, "query.value-missing", nil},
		{"due:soon", "query.time-invalid", fault.Args{"field": "due", "value": "soon"}},
		{"due:1bd", "query.time-invalid", nil},
		{"due:<", "query.time-invalid", nil},
		{"due:<late", "query.time-invalid", nil},
		{"due:-4h", "query.time-invalid", nil},
		{"due:1000000h", "query.time-invalid", nil},
		{"opened:late", "query.time-invalid", nil},
		{"opened:none", "query.time-invalid", nil},
		{"due:2026-02-30", "query.time-invalid", nil},
		{"due:1969-12-31", "query.time-invalid", nil},
		{"due:2026-11-27T25:00:00Z", "query.time-invalid", nil},
		{"due:9999-12-31T23:59:59-01:00", "query.time-invalid", nil},
		{"n:12a", "query.number-invalid", fault.Args{"value": "12a"}},
		{"n:#", "query.number-invalid", nil},
		{"sort:due sort:newest", "query.sort-once", nil},
		{"sort:due,newest", "query.sort-once", nil},
		{"-sort:due", "query.sort-once", nil},
		{`login "never ends`, "query.quote-open", fault.Args{"value": "never ends"}},
		{`label:"x`, "query.quote-open", nil},
		{`"`, "query.quote-open", fault.Args{"value": ""}},
		{strings.Repeat("あ", MaxLength+1), "query.too-long", fault.Args{"max": MaxLength}},
		{strings.Repeat("a", MaxLength-len(" due:4h")) + " due:4h", "query.too-long", nil}, // <=4h is a sign longer
		{strings.Repeat("a ", MaxTerms+1), "query.too-many", fault.Args{"max": MaxTerms}},
		{"label:a" + strings.Repeat(",a", MaxTerms), "query.too-many", nil},
		{"a\x00b", "field.nul", nil},
		{"a\xffb", "field.utf8", nil},
	} {
		refused(t, c.in, c.code, c.args)
	}
	for _, in := range []string{strings.Repeat("あ", MaxLength), strings.Repeat("a ", MaxTerms), "label:a" + strings.Repeat(",a", MaxTerms-1)} {
		parse(t, in)
	}
	if _, err := Parse("is:" + strings.Repeat("x", 900)); len(fault.Of(err).Args["value"].(string)) > 200 {
		t.Error("a fault repeats a long value in full")
	}
}

func TestEveryRefusalHasASentence(t *testing.T) {
	code := regexp.MustCompile(`"((?:query|field|not-found)\.[a-z0-9-]+)"`)
	found := 0
	for _, file := range []string{"parse.go", "moment.go", "view.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllSubmatch(source, -1) {
			found++
			for _, lang := range i18n.Langs() {
				if !i18n.For(lang).Has(string(m[1])) {
					t.Errorf("%s: no sentence for %s", lang, m[1])
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d codes found", found)
	}
}

// A sentence needs every value it names: none is left as {name}.
func TestSentencesAreComplete(t *testing.T) {
	for _, in := range []string{"ofer:x", "is:opne", "is:zzzzzz", "with:", "due:soon", "n:x", "-sort:due", `"x`, `"`, strings.Repeat("a", 1001), strings.Repeat("a ", 40)} {
		_, err := Parse(in)
		for _, lang := range i18n.Langs() {
			f := fault.Of(err)
			if s := i18n.For(lang).T(f.Code, f.Args); strings.ContainsAny(s, "{}[]") || s == f.Code {
				t.Errorf("%s: %q says %q", lang, in, s)
			}
		}
	}
}

func TestViewsAreQueriesWithNames(t *testing.T) {
	for _, v := range Views() {
		q, err := View(v.Name)
		if err != nil || q.String() != v.Query {
			t.Errorf("%s is %q, %v; want %q", v.Name, q, err, v.Query)
		}
		for _, lang := range i18n.Langs() {
			if !i18n.For(lang).Has("view." + v.Name) {
				t.Errorf("%s: no label for the view %s", lang, v.Name)
			}
		}
	}
	for name, nearest := range map[string]string{"need-us": "needs-us", "zzz": "", "": ""} {
		_, err := View(name)
		if f := fault.Of(err); f == nil || f.Kind != fault.NotFound || f.Code != "not-found.view" || f.Args["nearest"] != nearest {
			t.Errorf("View(%q): %v, want not-found.view near %q", name, err, nearest)
		}
	}
}

func TestASearchNarrowsAView(t *testing.T) {
	view := parse(t, "with:us sort:due")
	for more, want := range map[string]string{
		"":                  "with:us sort:due",
		"login":             "with:us login sort:due",
		"login sort:newest": "with:us login sort:newest",
	} {
		if got := view.And(parse(t, more)).String(); got != want {
			t.Errorf("with:us and %q is %q, want %q", more, got, want)
		}
	}
	if len(view.Terms) != 1 || parse(t, "x").Order() != Newest || view.Order() != ByDue {
		t.Error("And changed the view, or an order is wrong")
	}
}
