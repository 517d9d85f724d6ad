package arrows

import (
	"fmt"
	"go/ast"
	"os"
	"slices"
	"strings"
	"testing"
)

// longest is how many lines a function may have; half of them have fewer than 15.
const longest = 80

// Functions that are tables, where one line more is one row more.
var tables = map[string]string{}

func TestNoTestIsSkippedAndNothingIsLeftForLater(t *testing.T) {
	sources, _ := tree(t)
	for _, s := range sources {
		report(t, leftovers(s))
	}
}

func TestFunctionsFitOnAScreen(t *testing.T) {
	sources, _ := tree(t)
	for _, s := range sources {
		report(t, longFunctions(s))
	}
}

func TestTemplatesAndTheirGoStandTogether(t *testing.T) {
	_, files := tree(t)
	report(t, lonelyTemplates(files))
}

func TestNoticeNamesEveryModule(t *testing.T) {
	notice, gomod := read(t, "../../NOTICE"), read(t, "../../go.mod")
	report(t, unnamed(gomod, notice))
	if got := unnamed("require (\n\texample.org/a v1.0.0\n\texample.org/b v1.0.0 // indirect\n)\n", "  example.org/a  MIT\n"); len(got) != 1 {
		t.Errorf("unnamed modules: %q, want b", got)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// unnamed lists the modules of a go.mod whose licence NOTICE does not tell.
func unnamed(gomod, notice string) (wrong []string) {
	for line := range strings.Lines(gomod) {
		fields := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(fields) >= 2 && strings.Contains(fields[0], ".") && !strings.Contains(notice, " "+fields[0]+" ") {
			wrong = append(wrong, fields[0]+" is not in NOTICE: add it with its licence")
		}
	}
	return wrong
}

func TestLeftoversAreFound(t *testing.T) {
	for body, want := range map[string]int{
		"func F() { t.Skip() }":                       1,
		"func F() { tb.Skipf(`later`) }":              1,
		"func F() { b.SkipNow() }":                    1,
		"import \"time\"\nfunc F() { time.Sleep(1) }": 1,
		"// " + "TO" + "DO: later":                    1,
		"// " + "FIX" + "ME later":                    1,
		"func F() { decoder.Skip() }":                 0,
		"// nothing left":                             0,
	} {
		if got := leftovers(parse(t, "internal/app/a_test.go", "package p\n"+body)); len(got) != want {
			t.Errorf("%s: %q, want %d", body, got, want)
		}
	}
}

func TestLongFunctionsAndLonelyTemplatesAreFound(t *testing.T) {
	long := "package p\nfunc F() {" + strings.Repeat("\n", longest) + "}"
	for path, want := range map[string]int{"internal/app/a.go": 1, "internal/app/a_test.go": 0} {
		if got := longFunctions(parse(t, path, long)); len(got) != want {
			t.Errorf("%s: %q, want %d", path, got, want)
		}
	}
	if got := longFunctions(parse(t, "internal/app/a.go", "package p\nfunc F() {"+strings.Repeat("\n", longest-1)+"}")); len(got) > 0 {
		t.Errorf("a function of %d lines: %q", longest, got)
	}
	if got := lonelyTemplates([]string{"a_templ.go", "a.templ", "b_templ.go", "c.templ"}); len(got) != 2 {
		t.Errorf("lonely templates: %q, want b and c", got)
	}
}

// leftovers lists skipped tests, sleeps and notes for later in a file.
func leftovers(s source) (wrong []string) {
	for _, group := range s.file.Comments {
		for _, word := range []string{"TO" + "DO", "FIX" + "ME"} {
			if strings.Contains(group.Text(), word) {
				wrong = append(wrong, s.at(group)+": "+word+": do it or say it in an issue")
			}
		}
	}
	s.uses(func(qualified string, n ast.Node) {
		if qualified == "time.Sleep" {
			wrong = append(wrong, s.at(n)+": wait for what you wait for instead of sleeping")
		}
	})
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && skips(sel) {
			wrong = append(wrong, s.at(n)+": a skipped test proves nothing; make it run or remove it")
		}
		return true
	})
	return wrong
}

func skips(sel *ast.SelectorExpr) bool {
	x, ok := sel.X.(*ast.Ident)
	return ok && slices.Contains([]string{"t", "b", "f", "tb"}, x.Name) &&
		slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name)
}

// longFunctions lists the functions of product code that do not fit on a screen.
func longFunctions(s source) (wrong []string) {
	if s.isTest() || s.generated() {
		return nil
	}
	for _, decl := range s.file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || tables[s.path+" "+f.Name.Name] != "" {
			continue
		}
		lines := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1
		if lines > longest {
			wrong = append(wrong, fmt.Sprintf("%s: %s has %d lines, at most %d", s.at(f), f.Name.Name, lines, longest))
		}
	}
	return wrong
}

// lonelyTemplates lists generated Go without its template and the other way
// round: whoever clones the repository needs no generator.
func lonelyTemplates(files []string) (wrong []string) {
	for _, file := range files {
		if base, ok := strings.CutSuffix(file, "_templ.go"); ok && !slices.Contains(files, base+".templ") {
			wrong = append(wrong, file+": its template is gone")
		}
		if base, ok := strings.CutSuffix(file, ".templ"); ok && !slices.Contains(files, base+"_templ.go") {
			wrong = append(wrong, file+": not generated, run `make gen`")
		}
	}
	return wrong
}
