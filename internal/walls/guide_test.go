//go:build unix

package walls

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"switchboard/internal/i18n"
)

var update = flag.Bool("update", false, "write the table of docs/bad-input.md anew")

const guide = "../../docs/bad-input.md"

func badTable() string {
	var b strings.Builder
	b.WriteString("| what comes in | problem | status | what it says |\n|---|---|---|---|\n")
	for _, bad := range badInput {
		fmt.Fprintf(&b, "| %s | `%s` | %d %s | %s |\n", bad.what, bad.code, bad.status, http.StatusText(bad.status), i18n.For(i18n.English).T(bad.code, nil))
	}
	return b.String()
}

// The guide shows what happens: its first table is the list that is played.
func TestTheGuideShowsBadInputAsItIsRefused(t *testing.T) {
	content, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile(`(?s)(<!-- bad input: [^\n]*-->\n).*?(<!-- end -->)`)
	if !block.Match(content) {
		t.Fatalf("%s has no place for the table", guide)
	}
	want := block.ReplaceAllLiteralString(string(content), block.FindStringSubmatch(string(content))[1]+"\n"+badTable()+"\n<!-- end -->")
	if *update {
		if err := os.WriteFile(guide, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(content) != want {
		t.Errorf("%s shows other problems; run go test ./internal/walls -run Guide -update", guide)
	}
}

var (
	aCode  = regexp.MustCompile("`([a-z-]+(?:\\.[a-z0-9-]+)+)`")
	aProof = regexp.MustCompile("`(internal/[a-z]+) (Test[A-Za-z0-9]+)`")
)

// Every problem that the guide names has words in all languages, and every test
// that it names is there.
func TestTheGuideNamesWhatIsThere(t *testing.T) {
	content, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	codes, proofs := aCode.FindAllStringSubmatch(string(content), -1), aProof.FindAllStringSubmatch(string(content), -1)
	for _, m := range codes {
		for _, lang := range i18n.Langs() {
			if !i18n.For(lang).Has(m[1]) {
				t.Errorf("%s has no words in %s", m[1], lang)
			}
		}
	}
	for _, m := range proofs {
		if !hasTest(t, m[1], m[2]) {
			t.Errorf("%s has no %s", m[1], m[2])
		}
	}
	if len(codes) <= len(badInput) || len(proofs) == 0 {
		t.Errorf("%d problems and %d tests are named", len(codes), len(proofs))
	}
}

func hasTest(t *testing.T, room, name string) bool {
	t.Helper()
	files, err := filepath.Glob("../../" + room + "/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}
