package web

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// pairRow is one provider and reseller in the list of agreements.
type pairRow struct {
	Provider, Reseller wire.Party
	State              string // of the relation
	InForce            *wire.Agreement
	Proposed           *wire.Agreement
}

func (p pairRow) path() string { return "/agreements/" + p.Provider.Company + "/" + p.Reseller.Company }

func agreements(v *visit) error {
	items, next, err := v.site.app.List(v.ctx(), v.actor, directory.Relations, app.Filter{}, v.r.URL.Query().Get("cursor"), pageSize)
	if err != nil {
		return err
	}
	names := newNameBook(v)
	var list []pairRow
	for _, item := range items {
		r := item.Object.(*wire.Relation)
		row := pairRow{Provider: names.party(r.Provider, wire.Provider), Reseller: names.party(r.Reseller, wire.Reseller), State: directory.RelationState(r)}
		splits, err := v.site.app.Splits(v.ctx(), v.actor, r.Provider, r.Reseller)
		if err != nil {
			return err
		}
		row.InForce, row.Proposed = pick(splits, directory.Date(v.now))
		list = append(list, row)
	}
	if next != "" {
		next = "/agreements?cursor=" + url.QueryEscape(next)
	}
	return v.ok(agreementsPage(v, list, next))
}

// pick finds the agreement of the pair that is in force, and a proposal.
func pick(splits []wire.Agreement, today string) (inForce, proposed *wire.Agreement) {
	for i := range splits {
		a := &splits[i]
		switch {
		case a.State == "proposed" && proposed == nil:
			proposed = a
		case inForce == nil && a.Customer == "" && len(a.Offers) == 0 && directory.InForce(a, today):
			inForce = a
		}
	}
	return inForce, proposed
}

// splitView is who does what between two companies (S28).
type splitView struct {
	provider, reseller wire.Party
	splits             []wire.Agreement
	names              *nameBook
	today              string
	inForce            []wire.Agreement
	proposed           []wire.Agreement
	fault              mistakes
}

func split(v *visit) error {
	view, err := v.splitView()
	if err != nil {
		return err
	}
	return v.ok(splitPage(v, view))
}

func (v *visit) splitView() (splitView, error) {
	provider, reseller := v.r.PathValue("provider"), v.r.PathValue("reseller")
	splits, err := v.site.app.Splits(v.ctx(), v.actor, provider, reseller)
	if err != nil {
		return splitView{}, err
	}
	names := newNameBook(v)
	view := splitView{provider: names.party(provider, wire.Provider), reseller: names.party(reseller, wire.Reseller), splits: splits,
		names: names, today: directory.Date(v.now)}
	for _, a := range splits {
		switch {
		case a.State == "proposed":
			view.proposed = append(view.proposed, a)
		case directory.InForce(&a, view.today):
			view.inForce = append(view.inForce, a)
		}
	}
	return view, nil
}

func (s splitView) path() string {
	return "/agreements/" + s.provider.Company + "/" + s.reseller.Company
}

// side is the company that a word of an agreement means.
func (s splitView) side(word string) wire.Party {
	if word == "reseller" {
		return s.reseller
	}
	return s.provider
}

// shareRow is one topic of an agreement with what it leaves out filled in.
type shareRow struct {
	Topic                       string
	Accountable, Performs, Face string
	Direct                      bool
	Agreed                      bool
}

// shareRows lists the topics that provider and reseller share; keys left out
// have their defaults (spec 1 section 10).
func shareRows(a *wire.Agreement) []shareRow {
	var out []shareRow
	for _, topic := range wire.Topics() {
		share, agreed := a.Topics[topic]
		accountable := cmp.Or(share.Accountable, "provider")
		out = append(out, shareRow{Topic: topic, Accountable: accountable, Performs: cmp.Or(share.Performs, accountable),
			Face: cmp.Or(share.Face, "reseller"), Direct: share.PublisherDirect == nil || *share.PublisherDirect, Agreed: agreed})
	}
	return out
}

// proposalView is the form of a new version.
type proposalView struct {
	splitView
	draft     wire.Agreement
	rows      []shareRow
	purchases []purchase // to name customers and offers by
	effect    *splitEffect
}

// splitEffect is what a proposal would change, before it is made.
type splitEffect struct {
	changes []shareChange
	open    []wire.CaseSummary // open cases about what changes
}

// shareChange is one cell of a topic, as it is and as it would be: sides, or yes and no.
type shareChange struct{ topic, what, before, after string }

// mostAffected is how many open cases are named.
const mostAffected = 20

// effectOf compares a proposal with what is in force.
func (v *visit) effectOf(view splitView, draft wire.Agreement) (*splitEffect, error) {
	now := wire.Agreement{}
	if len(view.inForce) > 0 {
		now = view.inForce[0]
	}
	out, topics := &splitEffect{}, []string{}
	before, after := shareRows(&now), shareRows(&draft)
	for i := range after {
		changes := before[i].changes(after[i])
		if out.changes = append(out.changes, changes...); len(changes) > 0 {
			topics = append(topics, after[i].Topic)
		}
	}
	if len(topics) == 0 || !access.MaySome(v.actor, access.OpenCases) {
		return out, nil
	}
	q := "is:open topic:" + strings.Join(topics, ",") + " sponsor:" + strconv.Quote(view.reseller.Company)
	page, err := v.site.app.Cases(v.ctx(), v.actor, app.CaseFilter{Query: q, Limit: mostAffected}, v.lang())
	out.open = page.Items
	return out, err
}

// changes are the cells in which two rows of a topic differ.
func (r shareRow) changes(to shareRow) (out []shareChange) {
	yes := map[bool]string{true: "yes", false: "no"}
	for _, cell := range []struct{ what, before, after string }{
		{"web.propose.agreed", yes[r.Agreed], yes[to.Agreed]}, {"party.accountable", r.Accountable, to.Accountable}, {"party.performs", r.Performs, to.Performs},
		{"web.split.face", r.Face, to.Face}, {"web.split.direct", yes[r.Direct], yes[to.Direct]},
	} {
		if cell.before != cell.after {
			out = append(out, shareChange{r.Topic, cell.what, cell.before, cell.after})
		}
	}
	return out
}

// value is what stands in a cell.
func (s splitView) value(v *visit, word string) string {
	if word == "yes" || word == "no" {
		return v.T("web.propose." + word)
	}
	return s.side(word).Name
}

func proposeForm(v *visit) error {
	view, err := v.splitView()
	if err != nil {
		return err
	}
	draft := wire.Agreement{Provider: view.provider.Company, Reseller: view.reseller.Company, From: view.today}
	if len(view.inForce) > 0 {
		now := view.inForce[0]
		draft.Scope, draft.Topics, draft.Redirect, draft.Customer, draft.Offers = now.Scope, now.Topics, now.Redirect, now.Customer, now.Offers
		draft.Contacts, draft.Hours, draft.Languages, draft.Targets = now.Contacts, now.Hours, now.Languages, now.Targets
	}
	purchases, err := v.purchases("")
	if err != nil {
		return err
	}
	return v.ok(proposePage(v, proposalView{view, draft, shareRows(&draft), purchases, nil}))
}

func propose(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	view, err := v.splitView()
	if err != nil {
		return err
	}
	draft := readProposal(view, form)
	if form.Get("do") == "look" {
		return v.proposalAgain(view, draft, http.StatusOK)
	}
	err = v.do(there(view.path()), func() (string, error) {
		_, err := v.site.app.ProposeSplit(v.ctx(), v.actor, draft)
		return "", err
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view.fault = wrong
	return v.proposalAgain(view, draft, wire.Status(string(wrong.fault.Kind)))
}

// proposalAgain shows the form as it was typed, with what it would change.
func (v *visit) proposalAgain(view splitView, draft wire.Agreement, status int) error {
	purchases, err := v.purchases("")
	if err != nil {
		return err
	}
	effect, err := v.effectOf(view, draft)
	if err != nil {
		return err
	}
	return v.page(status, proposePage(v, proposalView{view, draft, shareRows(&draft), purchases, effect}))
}

// readProposal keeps what the form does not show from the agreement in force.
func readProposal(view splitView, form url.Values) wire.Agreement {
	out := wire.Agreement{Provider: view.provider.Company, Reseller: view.reseller.Company, From: trimmed(form, "from"), Until: trimmed(form, "until"),
		Scope: form.Get("scope"), Redirect: form.Get("redirect_technical"), Customer: trimmed(form, "customer"), Topics: map[string]wire.Share{},
		Offers: strings.Fields(form.Get("offers"))}
	if len(view.inForce) > 0 {
		now := view.inForce[0]
		out.Contacts, out.Hours, out.Languages, out.Targets = now.Contacts, now.Hours, now.Languages, now.Targets
	}
	for _, topic := range wire.Topics() {
		at := "topics." + topic + "."
		if form.Get(at+"agreed") == "" {
			continue
		}
		direct := form.Get(at+"direct") != ""
		out.Topics[topic] = wire.Share{Accountable: form.Get(at + "accountable"), Performs: form.Get(at + "performs"), Face: form.Get(at + "face"), PublisherDirect: &direct}
	}
	return out
}

// actOnSplit accepts, withdraws or ends an agreement.
func actOnSplit(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	acts := map[string]func(string) (*wire.Agreement, error){
		"accept":   func(id string) (*wire.Agreement, error) { return v.site.app.AcceptSplit(v.ctx(), v.actor, id, nil) },
		"withdraw": func(id string) (*wire.Agreement, error) { return v.site.app.WithdrawSplit(v.ctx(), v.actor, id, nil) },
		"end":      func(id string) (*wire.Agreement, error) { return v.site.app.EndSplit(v.ctx(), v.actor, id, nil) },
	}
	act := acts[v.r.PathValue("act")]
	if act == nil {
		return missing(v)
	}
	view, err := v.splitView()
	if err != nil {
		return err
	}
	id := form.Get("id")
	if !slices.ContainsFunc(view.splits, func(a wire.Agreement) bool { return a.ID == id }) {
		return fault.New(fault.NotFound, "not-found.agreement", "id", id)
	}
	err = v.do(there(view.path()), func() (string, error) {
		_, err := act(id)
		return id, err
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view.fault = wrong
	return v.page(wire.Status(string(wrong.fault.Kind)), splitPage(v, view))
}

// mine tells whether the reader's company is a side of the agreement.
func (s splitView) mine(v *visit) bool {
	return v.actor.Company == s.provider.Company || v.actor.Company == s.reseller.Company
}

// targetsText writes the promises of an agreement in one line per severity.
func targetsText(v *visit, t wire.Targets) string {
	var out []string
	for name, promise := range map[string]string{"acknowledge": t.Acknowledge, "first-response": t.FirstResponse, "next-update": t.NextUpdate, "resolution": t.Resolution} {
		if promise != "" {
			out = append(out, v.T("web.targets.item", "clock", v.T("clock."+name), "within", promiseText(v, promise)))
		}
	}
	slices.Sort(out)
	return v.p.List(out)
}

// severitiesOf lists those an agreement has targets for.
func severitiesOf(a *wire.Agreement) []string {
	known := slices.Sorted(maps.Keys(a.Targets))
	return slices.DeleteFunc(wire.Severities(), func(s string) bool { return !slices.Contains(known, s) })
}

// other is the side that a proposal goes to.
func (s splitView) other(v *visit) wire.Party {
	if v.actor.Company == s.provider.Company {
		return s.reseller
	}
	return s.provider
}

func acceptedAt(v *visit, at string) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return v.day(at)
	}
	return v.stamp(t)
}

func yesNo(v *visit, yes bool) string {
	if yes {
		return v.T("web.yes")
	}
	return v.T("web.no")
}

// splitState is the state of a version as it is today: an accepted one may
// not have begun, or be over.
func splitState(v *visit, a *wire.Agreement, today string) string {
	state := directory.AgreementState(a)
	switch {
	case state != "accepted":
		return v.T("agreement-state." + state)
	case directory.InForce(a, today):
		return v.T("web.rules.in-force")
	case a.From > today:
		return v.T("web.split.not-yet")
	}
	return v.T("agreement-state.ended")
}

func agreedTopics(v *visit, a *wire.Agreement) string {
	var out []string
	for _, row := range shareRows(a) {
		if row.Agreed {
			out = append(out, v.T("topic."+row.Topic))
		}
	}
	return v.p.List(out)
}
