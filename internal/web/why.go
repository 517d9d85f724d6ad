package web

import (
	"slices"
	"strings"
)

// title is the page's name in the browser.
func (w *answerView) title(v *visit) string {
	if w.plain() {
		return v.T("web.answer.headline", "company", w.a.Performs.Name)
	}
	return w.a.Summary
}

// statements are those the answer rests on, each once.
func (w *answerView) statements() []string {
	var out []string
	for _, r := range w.a.Reasons {
		for _, s := range r.Statements {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// statement is what the programme's page says, in one line.
func statement(v *visit, id string) string {
	if key := "web.statement." + id; v.p.Has(key) {
		return v.T(key)
	}
	return ""
}

// ruleAnchor is where a rule stands on the page of the rules: "csp/3.1/billing"
// is rule "3.1/billing" of the table csp.
func ruleAnchor(match string) string {
	_, id, found := strings.Cut(match, "/")
	if !found {
		id = match
	}
	return anchor(id)
}

func anchor(id string) string { return "r-" + strings.ReplaceAll(id, "/", "-") }
