package arrows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A source is one parsed Go file, its path relative to the module with slashes.
type source struct {
	path string
	fset *token.FileSet
	file *ast.File
}

func (s source) isTest() bool    { return strings.HasSuffix(s.path, "_test.go") }
func (s source) generated() bool { return ast.IsGenerated(s.file) }

// at is where a node is, for the reader of a failed test.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(n.Pos()).Line)
}

func parse(t *testing.T, path string, content any) source {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return source{path, fset, file}
}

// tree reads every Go file of the module, whatever its build tags say, and lists
// all files.
func tree(t *testing.T) (sources []source, files []string) {
	t.Helper()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && (strings.HasPrefix(path.Base(name), ".") || path.Base(name) == "node_modules" || path.Base(name) == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		files = append(files, name)
		if strings.HasSuffix(name, ".go") {
			content, err := fs.ReadFile(root, name)
			if err != nil {
				return err
			}
			sources = append(sources, parse(t, filepath.ToSlash(name), content))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) < 10 {
		t.Fatalf("only %d Go files found: the walk does not see the module", len(sources))
	}
	return sources, files
}

// uses calls found for every mention of pkg.Name where pkg is imported, under
// whatever name.
func (s source) uses(found func(qualified string, n ast.Node)) {
	imported := map[string]string{}
	for _, spec := range s.file.Imports {
		importPath, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(importPath)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imported[name] = importPath
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && imported[x.Name] != "" {
				found(imported[x.Name]+"."+sel.Sel.Name, n)
			}
		}
		return true
	})
}
