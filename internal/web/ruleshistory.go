package web

import (
	"strconv"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/internal/responsibility"
	"switchboard/wire"
)

// conditions says under which facts a rule applies.
func conditions(v *visit, rule *responsibility.Rule) string {
	out := make([]string, len(rule.When))
	for i, when := range rule.When {
		out[i] = conditionWord(v, when)
	}
	return v.p.List(out)
}

// pathWords lists the companies after the one to turn to.
func pathWords(v *visit, rule *responsibility.Rule) string {
	out := make([]string, len(rule.Path))
	for i, hop := range rule.Path {
		out[i] = partyWord(v, hop.Party)
		if hop.When != "" {
			out[i] = v.T("web.rule.hop", "party", out[i], "when", v.T("when."+hop.When))
		}
	}
	return strings.Join(out, " → ")
}

func rulesHistory(v *visit) error {
	list, err := v.site.app.RulesHistory(v.ctx())
	if err != nil {
		return err
	}
	return v.ok(historyPage(v, list))
}

// versionView is one version, with what changed since the one before.
type versionView struct {
	rules   *responsibility.Rules
	version wire.RulesVersion
	older   int
	diff    []diffLine
}

func rulesVersion(v *visit) error {
	n, err := strconv.Atoi(v.r.PathValue("version"))
	if err != nil || n < 1 {
		return missing(v)
	}
	table, version, err := v.site.app.Rules(v.ctx(), n)
	if err != nil {
		return err
	}
	view := versionView{rules: table, version: version}
	older, _, err := v.site.app.Rules(v.ctx(), n-1)
	switch {
	case n == 1 || fault.Is(err, fault.NotFound):
	case err != nil:
		return err
	default:
		view.older, view.diff = n-1, diff(older.Text(), table.Text())
	}
	return v.ok(versionPage(v, view))
}

// publishView is the form of the operator: text, effect, publish.
type publishView struct {
	text, note string
	next       int
	diff       []diffLine
	fault      mistakes
}

func editRules(v *visit) error {
	if err := access.Need(v.actor, access.PublishRules); err != nil {
		return err
	}
	table, version, err := v.site.app.Rules(v.ctx(), 0)
	if err != nil {
		return err
	}
	return v.ok(publishPage(v, publishView{text: table.Text(), next: version.Version + 1}))
}

// publishRules shows the effect first; publishing is one of the few things that
// ask before they act (experience 4.1, rule 3).
func publishRules(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	if err := access.Need(v.actor, access.PublishRules); err != nil {
		return err
	}
	table, version, err := v.site.app.Rules(v.ctx(), 0)
	if err != nil {
		return err
	}
	view := publishView{text: strings.ReplaceAll(form.Get("text"), "\r\n", "\n"), note: form.Get("note"), next: version.Version + 1}
	view.diff = diff(table.Text(), view.text)
	if form.Get("act") != "publish" {
		view.fault = unreadable(view.text)
		return v.ok(publishPage(v, view))
	}
	err = v.do(func(version string) string { return "/rules/history/" + version }, func() (string, error) {
		published, err := v.site.app.PublishRules(v.ctx(), v.actor, view.text, view.note)
		return itoa(published.Version), err
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view.fault = wrong
	return v.page(wire.Status(string(wrong.fault.Kind)), publishPage(v, view))
}

// unreadable names the line of a table that cannot be read.
func unreadable(text string) mistakes {
	_, err := responsibility.ParseRules(text)
	if bad, ok := err.(*responsibility.RuleError); ok {
		return mistakes{fault.New(fault.Invalid, "rules.line", "line", bad.Line, "text", bad.Text, "why", bad.Why)}
	}
	return mistakes{}
}
