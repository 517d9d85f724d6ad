package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// AxeEnv names the environment variable with the path of axe.min.js when it is
// not where `make deps` puts it.
const AxeEnv = "SWITCHBOARD_AXE"

// Violation is one broken accessibility rule and the elements that break it.
type Violation struct {
	Rule     string   `json:"id"`
	Impact   string   `json:"impact"` // minor, moderate, serious, critical
	Help     string   `json:"help"`
	Elements []string `json:"elements"` // CSS selectors, each with the reason
}

// String puts rule and elements in a few lines for the test's log.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s\n\t%s", v.Rule, v.Impact, v.Help, strings.Join(v.Elements, "\n\t"))
}

// WCAG 2.2 level A and AA, and what axe-core holds to be good practice beside it.
const runAxe = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	resultTypes: ["violations"],
}).then(result => result.violations.map(v => ({
	id: v.id, impact: v.impact, help: v.help,
	elements: v.nodes.map(n => n.target.join(" ") + ": " + n.failureSummary.replace(/\s+/g, " ")),
})))`

// Axe checks the page as it is now against the accessibility rules of axe-core.
// The rules enter through the debugger, so the page's content security policy
// stays as strict as it is. On a page without scripts they run for the check
// alone: what the page itself would have run was left out when it was parsed.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	script, err := os.ReadFile(axePath(p.t))
	if err != nil {
		p.t.Fatalf("axe-core is not installed: run `make deps`: %v", err)
	}
	p.do("letting the check run", scripts(true))
	if !Eval[bool](p, `typeof axe === "object"`) { // once per document
		p.do("loading axe-core", chromedp.Evaluate[chromedp.Void](string(script)))
	}
	found := Eval[[]Violation](p, runAxe)
	p.do("leaving scripts as they were", scripts(!p.look.NoScript))
	return found
}

func axePath(t testing.TB) string {
	t.Helper()
	if path := os.Getenv(AxeEnv); path != "" {
		return path
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "node_modules", "axe-core", "axe.min.js")
		}
	}
	t.Fatalf("no go.mod above the working directory; set %s", AxeEnv)
	return ""
}
