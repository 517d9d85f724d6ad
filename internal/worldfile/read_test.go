package worldfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// readAll gives the rows as "noun id line" and the errors as "line field code".
func readAll(t *testing.T, input string) (rows, wrong []string) {
	t.Helper()
	err := Read(strings.NewReader(input), "w", func(r Row) error {
		noun, id := directory.Identify(r.Object)
		rows = append(rows, fmt.Sprintf("%s %s %d", noun, id, r.Line))
		return nil
	})
	if err == nil {
		return rows, nil
	}
	list, ok := err.(*Errors)
	if !ok {
		t.Fatalf("%v is no list of errors", err)
	}
	for _, e := range list.Rows {
		wrong = append(wrong, fmt.Sprintf("%d %s %s", e.Line, e.Field, e.Code))
	}
	return rows, wrong
}

const yamlWorld = `# a world
switchboard: 1
companies:
- {id: a, kinds: [customer], name: A}
- id: b
  kinds: [publisher]
  name: {en: B, ja: ビー}
  external: {mpnId: 7000011, on: true}
---
offers:
- {id: o, publisher: b, external: null}
policies: {refund: [{kind: saas, term: monthly, window: 72h, from: 2024-01-01}]}
...
---
# nothing
---
people: []
relations:
  - provider: p
    reseller: r
    share: {support: false}
`

const jsonLines = `{"switchboard":1}
{"companies":[{"id":"a","kinds":["customer"],"name":"A"}]}

{"companies":[{"id":"b","name":{"en":"B","ja":"\u30d3\u30fc"},"external":{"mpnId":7000011,"on":true}}],"offers":null}
{"offers":[{"id":"o","publisher":"b"},{"id":"o2","publisher":"b"}]}`

const jsonDocument = `
{
  "companies": [
    {"id": "a"},
    {
      "id": "b"
    }
  ],
  "policies": {"refund": [{"term": "annual"}]},
  "switchboard": 1
}
`

func TestReadGivesEveryRowWithItsLine(t *testing.T) {
	for name, tc := range map[string]struct {
		input string
		want  []string
	}{
		"YAML":       {yamlWorld, []string{"companies a 4", "companies b 5", "offers o 11", "policies refund:saas:monthly:2024-01-01 12", "relations p:r 19"}},
		"JSON lines": {jsonLines, []string{"companies a 2", "companies b 4", "offers o 5", "offers o2 5"}},
		"JSON":       {jsonDocument, []string{"companies a 4", "companies b 5", "policies refund::annual: 9"}},
		"BOM":        {"\uFEFFswitchboard: 1\ncompanies: [{id: a}]\n", []string{"companies a 2"}},
		"BOM, JSON":  {"\uFEFF \n {\"switchboard\":1,\"companies\":[{\"id\":\"a\"}]}", []string{"companies a 2"}},
		"CRLF":       {"switchboard: 1\r\ncompanies:\r\n- id: a\r\n---\r\ncompanies:\r\n- id: b\r\n", []string{"companies a 3", "companies b 6"}},
		"directive":  {"%YAML 1.2\n---\nswitchboard: 1\ncompanies: [{id: a}]\n", []string{"companies a 4"}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, wrong := readAll(t, tc.input)
			if !slices.Equal(rows, tc.want) || wrong != nil {
				t.Errorf("rows %q, want %q; errors %q", rows, tc.want, wrong)
			}
		})
	}
}

func TestReadDecodesEveryKindOfField(t *testing.T) {
	var sub *wire.Subscription
	var company *wire.Company
	var contact wire.Contact
	const input = `
switchboard: 1
subscriptions: [{id: 1, hide_provider: false, support_topics: [], external: {n: 12345678901234567890}, from: 2026-01-10, seller: null}]
companies: [{id: c, name: {zh-TW: 丙, en: C}, domains: [], support: {closed: [2026-12-24], languages: [en]}}]
offers: [{id: o, contacts: [{role: support, visible_to: [], unanswered: 2, verified: 2026-11-03}]}]
`
	err := Read(strings.NewReader(input), "w", func(r Row) error {
		switch v := r.Object.(type) {
		case *wire.Subscription:
			sub = v
		case *wire.Company:
			company = v
		case *wire.Offer:
			contact = v.Contacts[0]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if sub.ID != "1" || sub.HideProvider == nil || *sub.HideProvider || sub.SupportTopics != nil || sub.External["n"] != "12345678901234567890" || sub.From != "2026-01-10" || sub.PartnerAccountable != nil {
		t.Errorf("subscription %+v", sub)
	}
	if company.Name["zh-TW"] != "丙" || company.Domains != nil || company.Support.Closed[0] != "2026-12-24" {
		t.Errorf("company %+v", company)
	}
	if contact.VisibleTo == nil || len(contact.VisibleTo) != 0 || contact.Unanswered != 2 || contact.Verified != "2026-11-03" {
		t.Errorf("contact %+v", contact)
	}
}

func TestReadNamesFileLineFieldAndReason(t *testing.T) {
	deep := strings.Repeat("[", 70) + strings.Repeat("]", 70)
	for name, tc := range map[string]struct {
		input string
		want  []string
	}{
		"empty":                  {"", []string{"0  import.empty"}},
		"only comments":          {"# nothing\n", []string{"0  import.empty"}},
		"a list":                 {"- a\n", []string{"1  import.not-a-world"}},
		"a word, JSON":           {"{}\n[]", []string{"1 switchboard import.version-missing", "2  import.not-a-world"}},
		"version missing":        {"companies: [{id: a}]\n", []string{"1 switchboard import.version-missing"}},
		"version two":            {"switchboard: 2\n", []string{"1 switchboard import.version-unknown"}},
		"version as text":        {`{"switchboard":"1"}`, []string{"1 switchboard import.version-unknown"}},
		"unknown section":        {"switchboard: 1\ncompanys: []\n", []string{"2 companys import.unknown-key"}},
		"section twice":          {"switchboard: 1\noffers: []\noffers: []\n", []string{"3 offers import.duplicate-key"}},
		"section no list":        {"switchboard: 1\noffers: {}\n", []string{"2 offers import.type-list"}},
		"unknown key":            {"switchboard: 1\noffers:\n- id: o\n  contacts:\n  - {role: support,\n     emial: x}\n", []string{"6 offers[0].contacts[0].emial import.unknown-key"}},
		"unknown key, JSON":      {"{\"switchboard\":1,\"offers\":[\n{\"id\":\"o\",\n\"knd\":\"saas\"}]}", []string{"3 offers[0].knd import.unknown-key"}},
		"key twice":              {"switchboard: 1\noffers:\n- id: o\n  id: p\n", []string{"4 offers[0].id import.duplicate-key"}},
		"key twice, JSON":        {`{"switchboard":1,"offers":[{"id":"o","id":"p"}]}`, []string{"1 offers[0].id import.duplicate-key"}},
		"map key twice":          {`{"switchboard":1,"offers":[{"name":{"en":"o","en":"p"}}]}`, []string{"1 offers[0].name.en import.duplicate-key"}},
		"alias":                  {"switchboard: 1\ncompanies:\n- &a {id: a}\n- *a\n", []string{"4 companies[1] import.alias"}},
		"text is a list":         {"switchboard: 1\ncompanies: [{name: [a]}]\n", []string{"2 companies[0].name import.type-text"}},
		"bool is a word":         {"switchboard: 1\noffers: [{first_party: yes}]\n", []string{"2 offers[0].first_party import.type-bool"}},
		"number is a word":       {"switchboard: 1\nagreements: [{version: two}]\n", []string{"2 agreements[0].version import.type-int"}},
		"string is true":         {"switchboard: 1\noffers: [{id: true}]\n", []string{"2 offers[0].id import.type-string"}},
		"row is null":            {"switchboard: 1\noffers: [null]\n", []string{"2 offers[0] import.type-object"}},
		"all of them":            {"switchboard: 1\noffers: [{a: 1, b: 2}, {id: []}]\n", []string{"2 offers[0].a import.unknown-key", "2 offers[0].b import.unknown-key", "2 offers[1].id import.type-string"}},
		"unknown policy":         {"switchboard: 1\npolicies: {refunds: []}\n", []string{"2 policies.refunds import.unknown-key"}},
		"NUL":                    {"switchboard: 1\nname: a\x00b\n", []string{"2  import.nul"}},
		"Latin-1":                {"switchboard: 1\n---\ncompanies: [{id: a, name: M\xfcller}]\n", []string{"3  import.not-utf8"}},
		"Latin-1, JSON":          {"{\"switchboard\":1,\"offers\":[\n{\"id\":\"\xfc\"}]}", []string{"2 offers[0] import.not-utf8"}},
		"half a character":       {`{"switchboard":1,"offers":[{"id":"\ud800"}]}`, []string{"1 offers[0] import.not-utf8"}},
		"UTF-16":                 {"\xff\xfes\x00", []string{"1  import.not-utf8"}},
		"YAML syntax":            {"switchboard: 1\noffers: [\n", []string{"3  import.syntax"}},
		"YAML goes on":           {"switchboard: 1\n---\noffers: ]\n---\nfoo: 1\n", []string{"3  import.syntax", "5 foo import.unknown-key"}},
		"cut short":              {"{\"switchboard\":1,\"offers\":[{\"id\":\"o\",\n\"na", []string{"2  import.truncated"}},
		"cut between rows":       {"{\"switchboard\":1,\"offers\":[{\"id\":\"o\"},", []string{"1  import.truncated"}},
		"cut after key":          {"{\"switchboard\"", []string{"1  import.truncated"}},
		"line cut short":         {"{\"switchboard\":1}\n{\"offers\":[{\"id\":\"o\"}\n{\"foo\":1}\n", []string{"2  import.truncated", "3 foo import.unknown-key"}},
		"string cut short":       {"{\"switchboard\":1}\n{\"offers\":[{\"id\":\"o}]}\n{\"foo\":1}\n", []string{"2  import.syntax", "3 foo import.unknown-key"}},
		"bad row, others read":   {"{\"switchboard\":1,\"offers\":[{\"id\":}\n,{\"foo\":1}]}", []string{"1 offers[0] import.syntax", "2 offers[1].foo import.unknown-key"}},
		"comma too many":         {`{"switchboard":1,"offers":[{"id":"a"},]}`, []string{"1  import.syntax"}},
		"number with a zero":     {`{"switchboard":01}`, []string{"1  import.syntax"}},
		"too deep, JSON":         {`{"switchboard":1,"offers":[{"name":` + deep + `}]}`, []string{"1 offers[0] import.too-deep"}},
		"too deep, YAML":         {"switchboard: 1\noffers: " + strings.Repeat("[", 20000) + "\n", []string{"2  import.too-deep"}},
		"names of other scripts": {"switchboard: 1\noffers: [{名: 1}]\n", []string{"2 offers[0].名 import.unknown-key"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, wrong := readAll(t, tc.input); !slices.Equal(wrong, tc.want) {
				t.Errorf("got %q, want %q", wrong, tc.want)
			}
		})
	}
}

func TestUnknownKeyNamesTheNearest(t *testing.T) {
	err := Read(strings.NewReader("switchboard: 1\noffers: [{chanel: all}]\n"), "w.yaml", func(Row) error { return nil })
	row := err.(*Errors).Rows[0]
	if row.Args["nearest"] != "channel" || row.Place() != "w.yaml:2: offers[0].chanel" {
		t.Errorf("%s %v", row.Place(), row.Args)
	}
	if !fault.Is(err, fault.Invalid) || fault.Of(err).Code != "import.rows" {
		t.Errorf("%v is not the fault import.rows", fault.Of(err))
	}
}

func TestErrorsKeepsTheFirstHundredAndCountsAll(t *testing.T) {
	input := "switchboard: 1\noffers:\n" + strings.Repeat("- {x: 1}\n", 250)
	err := Read(strings.NewReader(input), "w", func(Row) error { return nil })
	list := err.(*Errors)
	if len(list.Rows) != Kept || list.Count != 250 {
		t.Errorf("%d kept of %d", len(list.Rows), list.Count)
	}
	var all Errors
	if rest := all.Take(err); rest != nil || all.Count != 250 {
		t.Errorf("taken %d, %v left", all.Count, rest)
	}
}

// 32 MB is a limit of one document, not of a stream.
func TestHugeDocumentsAreRefusedStreamsAreNot(t *testing.T) {
	filler := strings.Repeat("# "+strings.Repeat("x", 1022)+"\n", 1024) // 1 MB
	huge := "switchboard: 1\n" + strings.Repeat(filler, 33)
	if _, wrong := readAll(t, huge); !slices.Equal(wrong, []string{"1  import.document-too-big"}) {
		t.Errorf("got %q", wrong)
	}
	stream := "switchboard: 1\n" + strings.Repeat(filler+"---\npeople: []\n", 40)
	if _, wrong := readAll(t, stream); wrong != nil {
		t.Errorf("a stream of 40 MB: %q", wrong)
	}
}

func TestProblemOfARowHasItsExactLine(t *testing.T) {
	const body = "switchboard: 1\noffers:\n- id: o\n  contacts:\n  - role: support\n    email: nobody\n"
	err := Read(strings.NewReader("switchboard: 1\n---\n"+body), "w", func(r Row) error {
		for path, want := range map[string]int{"contacts[0].email": 8, "contacts[0].phone": 7, "publisher": 5, "": 5} {
			got := r.Problem(directory.Problem{Path: path})
			if got.Line != want {
				t.Errorf("%q at line %d, want %d", got.Field, got.Line, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadStopsWhenEmitOrTheStreamFails(t *testing.T) {
	full := fmt.Errorf("disk full")
	for _, input := range []string{yamlWorld, jsonLines} {
		if err := Read(strings.NewReader(input), "w", func(Row) error { return full }); err != full {
			t.Errorf("got %v, want the error of emit", err)
		}
		broken := iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(input)))
		if err := Read(broken, "w", func(Row) error { return nil }); fault.Of(err).Code != "import.unreadable" {
			t.Errorf("broken stream: %v", err)
		}
	}
}

// However the bytes arrive, the rows are the same.
func TestReadInSmallPieces(t *testing.T) {
	for _, input := range []string{yamlWorld, jsonLines, jsonDocument} {
		want, _ := readAll(t, input)
		var got []string
		err := Read(iotest.OneByteReader(strings.NewReader(input)), "w", func(r Row) error {
			noun, id := directory.Identify(r.Object)
			got = append(got, fmt.Sprintf("%s %s %d", noun, id, r.Line))
			return nil
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, want %q (%v)", got, want, err)
		}
	}
}
