package listing

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"switchboard/internal/i18n"
)

var code = regexp.MustCompile(`"((?:import|field|fields|listing|contact|offer|agreement|partner)\.[a-z0-9-]+)"`)

// built are codes put together at run time.
var built = []string{"import.type-object", "import.type-list", "import.type-text", "import.type-string", "import.type-bool", "import.type-int",
	"import.became-offer", "import.became-skipped", "import.became-header", "import.became-duplicate", "import.became-refused"}

// What the importers report, people can read: in every language.
func TestEveryCodeHasASentence(t *testing.T) {
	codes := slices.Clone(built)
	for _, pattern := range []string{"*.go", "../worldfile/*.go", "../directory/check*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			if matched, err := filepath.Match("*_test.go", filepath.Base(file)); err != nil || matched {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range code.FindAllSubmatch(source, -1) {
				codes = append(codes, string(m[1]))
			}
		}
	}
	slices.Sort(codes)
	for _, c := range slices.Compact(codes) {
		for _, lang := range i18n.Langs() {
			if c != "import.type-" && !i18n.For(lang).Has(c) {
				t.Errorf("%s: no sentence for %s", lang, c)
			}
		}
	}
}
