package query

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"switchboard/internal/i18n"
)

var update = flag.Bool("update", false, "write the tables of docs/query.md anew")

const guide = "../../docs/query.md"

// meanings says in the guide what each field looks at.
var meanings = map[Field]string{
	With:         "the company whose turn it is",
	Sponsor:      "the company that faces the customer",
	From:         "the company that handed the case to yours, else the one that opened it",
	Is:           "state and marks",
	Due:          "your company's next deadline",
	Opened:       "when it was opened",
	Updated:      "when something changed that you may see",
	Offer:        "the offer",
	Customer:     "the customer",
	Subscription: "the subscription",
	Topic:        "what it is about",
	Severity:     "the effect on the customer",
	Lang:         "the requester's language",
	Label:        "your company's label",
	Assignee:     "the person of your company who works on it",
	Ref:          "any company's own reference",
	N:            "the case number",
	SortBy:       "the order: newest first unless said otherwise; at most one",
}

func fieldTable() string {
	var b strings.Builder
	b.WriteString("| field | what it is | values |\n|---|---|---|\n")
	for _, f := range fields {
		values := map[kind][]string{names: {"NAME"}, numbers: {"NUMBER"}, moments: {"TIME"}}[f.kind]
		if f.kind == names && f.name != Label && f.name != Ref {
			values = []string{"ID"}
		}
		values = append(each[string](f.words), values...)
		fmt.Fprintf(&b, "| `%s` | %s | `%s` |\n", f.name, meanings[f.name], strings.Join(values, "` `"))
	}
	return b.String()
}

func viewTable() string {
	var b strings.Builder
	b.WriteString("| view | name | query |\n|---|---|---|\n")
	for _, v := range Views() {
		fmt.Fprintf(&b, "| %s | `%s` | `%s` |\n", i18n.For(i18n.English).T("view."+v.Name, nil), v.Name, v.Query)
	}
	return b.String()
}

// The guide shows the grammar as it is: its tables come from the code.
func TestGuideShowsTheGrammar(t *testing.T) {
	for _, f := range fields {
		if meanings[f.name] == "" {
			t.Errorf("the guide does not say what %s is", f.name)
		}
	}
	content, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	want := string(content)
	for name, table := range map[string]string{"fields": fieldTable(), "views": viewTable()} {
		block := regexp.MustCompile(`(?s)(<!-- ` + name + `: [^\n]*-->\n).*?(<!-- end -->)`)
		if !block.MatchString(want) {
			t.Fatalf("%s has no place for the %s", guide, name)
		}
		want = block.ReplaceAllString(want, "${1}\n"+table+"\n${2}")
	}
	if *update {
		if err := os.WriteFile(guide, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(content) != want {
		t.Errorf("%s shows another grammar; run go test ./internal/query -update", guide)
	}
}

func TestExamplesOfTheGuideCanBeTyped(t *testing.T) {
	content, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	examples := 0
	for _, m := range regexp.MustCompile("(?s)```query\n(.*?)```").FindAllSubmatch(content, -1) {
		for line := range strings.Lines(string(m[1])) {
			examples++
			parse(t, strings.TrimSpace(line))
		}
	}
	for _, m := range regexp.MustCompile("`([a-z-]+:[^` ]+)`").FindAllSubmatch(content, -1) {
		examples++
		parse(t, string(m[1]))
	}
	if examples < 15 {
		t.Errorf("only %d examples found", examples)
	}
}
