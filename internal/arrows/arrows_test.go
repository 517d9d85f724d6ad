// Package arrows keeps the house in order: which room may import which, what the
// pure floors must not touch, and what no file may contain. It holds tests only.
package arrows

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "switchboard"

func TestArrowsPointDownwards(t *testing.T) {
	sources, _ := tree(t)
	for _, s := range sources {
		report(t, arrowsOf(s))
	}
}

func TestPureFloorsOnlyDecide(t *testing.T) {
	sources, _ := tree(t)
	for _, s := range sources {
		report(t, impurities(s))
	}
}

func TestEveryRuleHasAReasonAndARoom(t *testing.T) {
	for _, r := range rooms {
		if r.why == "" {
			t.Errorf("%s: no reason", r.path)
		}
	}
	for _, e := range slices.Concat(sideways, walls) {
		from, to := roomOf(e.from), roomOf(e.to)
		if e.why == "" || from == nil || to == nil {
			t.Errorf("%s -> %s: no reason or no such room", e.from, e.to)
		}
	}
	for _, e := range sideways {
		if roomOf(e.from).floor != roomOf(e.to).floor {
			t.Errorf("%s -> %s is not sideways", e.from, e.to)
		}
	}
}

func TestWrongArrowsAreFound(t *testing.T) {
	for _, c := range []struct{ path, imports, want string }{
		{"internal/directory/a.go", "switchboard/internal/store", "points upwards"},
		{"internal/access/a.go", "switchboard/internal/topic", "points sideways"},
		{"internal/casework/a.go", "switchboard/internal/responsibility", "never learns rules"},
		{"internal/web/sub/a.go", "switchboard/internal/store", "asks a use case"},
		{"internal/app/a.go", "switchboard/internal/testkit", "points upwards"},
		{"internal/app/a.go", "switchboard/internal/helpers", "unknown room"},
		{"internal/surprise/a.go", "fmt", "unknown room"},
		{"cmd/other/main.go", "fmt", "unknown room"},
		{"internal/app/util/a.go", "fmt", "says nothing"},
		{"internal/app/a.go", "modernc.org/sqlite", "may not use modernc.org/sqlite"},
		{"internal/app/a_test.go", "github.com/stretchr/testify", "may not use"},
		{"wire/a.go", "switchboard/internal/fault", "points sideways"},
	} {
		got := arrowsOf(parse(t, c.path, fmt.Sprintf("package p\nimport _ %q", c.imports)))
		if !slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, c.want) }) {
			t.Errorf("%s importing %s: %q, want %q", c.path, c.imports, got, c.want)
		}
	}
}

func TestRightArrowsAreLeftAlone(t *testing.T) {
	for _, c := range []struct{ path, imports string }{
		{"internal/app/a.go", "switchboard/internal/store"},
		{"internal/responsibility/a.go", "switchboard/internal/access"},
		{"internal/store/migrations/a.go", "github.com/jackc/pgx/v5/stdlib"},
		{"internal/access/a_test.go", "switchboard/internal/store"},
		{"internal/store/a_test.go", "switchboard/internal/testkit"},
		{"internal/directory/a_test.go", "pgregory.net/rapid"},
		{"wire/a.go", "encoding/json"},
	} {
		s := parse(t, c.path, fmt.Sprintf("package p\nimport _ %q", c.imports))
		if got := append(arrowsOf(s), impurities(s)...); len(got) > 0 {
			t.Errorf("%s importing %s: %q", c.path, c.imports, got)
		}
	}
}

func TestImpureCodeIsFoundOnPureFloorsOnly(t *testing.T) {
	const clock = "package p\nimport clock \"time\"\nvar now = clock.Now"
	for path, want := range map[string]int{"internal/access/a.go": 1, "internal/access/a_test.go": 0, "internal/app/a.go": 0, "client/a.go": 0, "wire/a.go": 1} {
		if got := impurities(parse(t, path, clock)); len(got) != want {
			t.Errorf("%s: %q, want %d", path, got, want)
		}
	}
	for _, forbidden := range []string{"context", "os", "io/fs", "math/rand/v2", "net/http"} {
		if got := impurities(parse(t, "internal/text/a.go", fmt.Sprintf("package p\nimport _ %q", forbidden))); len(got) != 1 {
			t.Errorf("%s in text: %q", forbidden, got)
		}
	}
}

// arrowsOf lists the imports of a file that its room may not have.
func arrowsOf(s source) (wrong []string) {
	from := roomOf(path.Dir(s.path))
	if from == nil {
		return []string{s.path + ": unknown room; list it in rooms_test.go with what it is for"}
	}
	if dir := path.Base(path.Dir(s.path)); slices.Contains(emptyNames, dir) {
		wrong = append(wrong, fmt.Sprintf("%s: the name %q says nothing about what is inside", s.path, dir))
	}
	for _, spec := range s.file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			wrong = append(wrong, s.at(spec)+": "+err.Error())
			continue
		}
		if complaint := judge(s, from, imported); complaint != "" {
			wrong = append(wrong, s.at(spec)+": "+complaint)
		}
	}
	return wrong
}

func judge(s source, from *room, imported string) string {
	first, rest, _ := strings.Cut(imported, "/")
	switch {
	case first == module:
		return judgeRoom(s, from, rest)
	case strings.Contains(first, "."):
		return judgeModule(s, from, imported)
	}
	return ""
}

func judgeRoom(s source, from *room, target string) string {
	to := roomOf(target)
	switch {
	case to == nil:
		return "unknown room " + target
	case s.isTest() || to == from:
		return "" // tests look from anywhere; the compiler refuses circles
	case to.floor > from.floor:
		return fmt.Sprintf("%s (floor %d) -> %s (floor %d) points upwards", from.path, from.floor, to.path, to.floor)
	}
	same := func(e edge) bool { return e.from == from.path && e.to == to.path }
	if to.floor == from.floor && !slices.ContainsFunc(sideways, same) {
		return fmt.Sprintf("%s -> %s points sideways", from.path, to.path)
	}
	if i := slices.IndexFunc(walls, same); i >= 0 {
		return fmt.Sprintf("%s -> %s: %s", from.path, to.path, walls[i].why)
	}
	return ""
}

func judgeModule(s source, from *room, imported string) string {
	allowed := from.third
	if s.isTest() {
		allowed = slices.Concat(allowed, testTools)
	}
	within := func(prefix string) bool { return imported == prefix || strings.HasPrefix(imported, prefix+"/") }
	if slices.ContainsFunc(allowed, within) {
		return ""
	}
	return from.path + " may not use " + imported
}

// impurities lists what a file of a pure floor does beside deciding.
func impurities(s source) (wrong []string) {
	at := roomOf(path.Dir(s.path))
	if at == nil || at.floor > pureUpTo || notPure[at.path] != "" || s.isTest() {
		return nil
	}
	for _, spec := range s.file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if why := impureImports[imported]; why != "" {
			wrong = append(wrong, fmt.Sprintf("%s: %s imports %s: %s", s.at(spec), at.path, imported, why))
		}
	}
	s.uses(func(qualified string, n ast.Node) {
		if why := impureCalls[qualified]; why != "" {
			wrong = append(wrong, fmt.Sprintf("%s: %s uses %s: %s", s.at(n), at.path, qualified, why))
		}
	})
	return wrong
}

// roomOf is the room a folder belongs to, itself or the nearest above.
func roomOf(folder string) *room {
	for ; folder != "." && folder != "/" && folder != ""; folder = path.Dir(folder) {
		if i := slices.IndexFunc(rooms, func(r room) bool { return r.path == folder }); i >= 0 {
			return &rooms[i]
		}
	}
	return nil
}

func report(t *testing.T, wrong []string) {
	t.Helper()
	for _, line := range wrong {
		t.Error(line)
	}
}
