package web

import (
	"slices"

	"switchboard/internal/responsibility"
	"switchboard/wire"
)

// rulesView is the table of rules, readable in words, for one kind of asker.
type rulesView struct {
	rules   *responsibility.Rules
	version wire.RulesVersion
	asker   string
	columns []column
	rows    []rulesRow
}

// column is a situation in which an asker of one kind can be.
type column struct{ Key, Model, Dealing string }

// rulesRow is one topic over all columns.
type rulesRow struct {
	Topic string
	Cells []cell
}

// cell is the rule that applies, and those that apply first under a condition.
type cell struct {
	Rule    *responsibility.Rule
	Special []*responsibility.Rule
}

var columnsOf = map[string][]column{
	wire.Customer: {{"partner", wire.Direct, "own"}, {"self-serve", wire.SelfServe, "own"}, {"in-partner", wire.InPartner, "own"},
		{"pre-purchase", wire.PrePurchase, "own"}},
	wire.Reseller:      {{"on-behalf", wire.Indirect, "on-behalf"}, {"own", "", "own"}},
	wire.Provider:      {{"on-behalf", wire.Indirect, "on-behalf"}, {"own", "", "own"}},
	wire.DirectPartner: {{"on-behalf", wire.Direct, "on-behalf"}, {"own", "", "own"}},
	wire.Publisher:     {{"own", "", "own"}, {"on-behalf", wire.Direct, "on-behalf"}},
	wire.Operator:      {{"own", "", "own"}, {"on-behalf", wire.Direct, "on-behalf"}},
}

func rules(v *visit) error {
	table, version, err := v.site.app.Rules(v.ctx(), 0)
	if err != nil {
		return err
	}
	asker := v.r.URL.Query().Get("asker")
	if columnsOf[asker] == nil {
		asker = v.kind()
	}
	return v.ok(rulesPage(v, matrix(table, version, asker)))
}

// kind is the reader's own place in the programme.
func (v *visit) kind() string {
	for _, kind := range v.actor.Kinds {
		if columnsOf[kind] != nil {
			return kind
		}
	}
	return wire.Customer
}

func matrix(table *responsibility.Rules, version wire.RulesVersion, asker string) rulesView {
	view := rulesView{rules: table, version: version, asker: asker, columns: columnsOf[asker]}
	for _, topic := range wire.Topics() {
		row := rulesRow{Topic: topic}
		for _, c := range view.columns {
			row.Cells = append(row.Cells, cellOf(table, asker, topic, c))
		}
		view.rows = append(view.rows, row)
	}
	return view
}

// cellOf reads the table the way it decides: the first rule that applies; one
// with a condition is a special case before it.
func cellOf(table *responsibility.Rules, asker, topic string, c column) cell {
	var out cell
	for i := range table.Rules {
		rule := &table.Rules[i]
		if !concerns(rule, asker, topic, c) {
			continue
		}
		if len(rule.When) == 0 {
			out.Rule = rule
			return out
		}
		out.Special = append(out.Special, rule)
	}
	return out
}

func concerns(rule *responsibility.Rule, asker, topic string, c column) bool {
	return slices.Contains(rule.Asks, asker) && slices.Contains(rule.Topics, topic) &&
		(rule.Dealing == "" || rule.Dealing == c.Dealing) && (len(rule.Sold) == 0 || slices.Contains(rule.Sold, c.Model))
}

// reasonInWords is the sentence of a rule with roles in place of companies.
func reasonInWords(v *visit, because string) string {
	args := map[string]any{"topic": v.T("web.rule.the-topic"), "offer": v.T("cast.the-offer"), "customer": v.T("kind.customer"), "asker": v.T("web.rule.party.self"),
		"accountable": v.T("party.accountable"), "performs": v.T("web.rule.party.purchaser"), "reach": v.T("party.reach")}
	for _, party := range []string{"partner", "publisher", "operator", "provider", "seller", "supporter"} {
		args[party] = v.T("web.rule.party." + party)
	}
	return v.p.T("reason."+because, args)
}

// partyWord names a party of a rule.
func partyWord(v *visit, party string) string {
	if party == "" {
		party = "nobody"
	}
	return v.T("web.rule.party." + party)
}

// conditionWord says a condition; "!" turns it round.
func conditionWord(v *visit, when string) string {
	if when[0] == '!' {
		return v.T("web.rule.unless." + when[1:])
	}
	return v.T("web.rule.when." + when)
}

func topicNames(v *visit, topics []string) string {
	if len(topics) == len(wire.Topics()) {
		return v.T("web.rule.any-topic")
	}
	return v.p.List(worded(v, "topic.", topics))
}

func modelNames(v *visit, models []string) string { return v.p.List(worded(v, "model.", models)) }

func worded(v *visit, prefix string, codes []string) []string {
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = v.T(prefix + code)
	}
	return out
}

// askers lists the kinds a rule is for.
func askers(v *visit, rule *responsibility.Rule) string {
	if len(rule.Asks) == len(wire.Kinds()) {
		return v.T("web.rule.anybody")
	}
	return v.p.List(worded(v, "kind.", rule.Asks))
}
