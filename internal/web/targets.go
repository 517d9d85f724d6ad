package web

import (
	"net/url"
	"slices"
	"strconv"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// promiseRow is an agreement by which the reader's company has promised times.
type promiseRow struct {
	agreement wire.Agreement
	own       bool // the company changes it by itself; else both sides agree on it
}

// targetClocks are the times that are promised, as the world format calls them.
var targetClocks = []struct {
	name, key string
	of        func(*wire.Targets) *string
}{
	{"acknowledge", "clock.acknowledge", func(t *wire.Targets) *string { return &t.Acknowledge }},
	{"first_response", "clock.first-response", func(t *wire.Targets) *string { return &t.FirstResponse }},
	{"next_update", "clock.next-update", func(t *wire.Targets) *string { return &t.NextUpdate }},
	{"resolution", "clock.resolution", func(t *wire.Targets) *string { return &t.Resolution }},
}

// targetsView is what the reader's company has promised.
type targetsView struct {
	rows []promiseRow
	may  bool // it can promise something of its own
	book *nameBook
	done bool
}

func targetsList(v *visit) error {
	if v.actor.Company == "" {
		return fault.New(fault.Denied, "case.no-company")
	}
	view := targetsView{book: newNameBook(v), done: v.r.URL.Query().Get("done") == "saved", may: mayPromise(v)}
	for _, filter := range []app.Filter{{Company: v.actor.Company}, {Kind: wire.OperatorTerms}} {
		items, _, err := v.site.app.List(v.ctx(), v.actor, directory.Agreements, filter, "", listed)
		if err != nil {
			return err
		}
		for _, item := range items {
			if row, mine := promised(v, item.Object.(*wire.Agreement)); mine {
				view.rows = append(view.rows, row)
			}
		}
	}
	view.may = view.may && !slices.ContainsFunc(view.rows, func(r promiseRow) bool { return r.own })
	return v.ok(targetsPage(v, view))
}

// promised: an agreement's targets bind the company that made the promise.
func promised(v *visit, a *wire.Agreement) (row promiseRow, mine bool) {
	us := v.actor.Company
	switch a.Kind {
	case wire.CustomerAgreement:
		return promiseRow{*a, true}, a.Publisher == us
	case wire.PartnerTermsKind:
		return promiseRow{*a, true}, a.Partner == us
	case wire.OperatorTerms:
		return promiseRow{*a, true}, v.actor.Operator
	case wire.SupportSplitKind:
		return promiseRow{*a, false}, len(a.Targets) > 0 && (a.Provider == us || a.Reseller == us)
	}
	return row, false
}

// mayPromise: partners keep terms of their own; a publisher's belong to its offers.
func mayPromise(v *visit) bool { return access.IsPartner(v.actor) && v.may(access.ManagePeople) }

// targetsEdit is one agreement whose times are changed.
type targetsEdit struct {
	agreement wire.Agreement
	version   int64
	changed   bool // by somebody else meanwhile
	fault     mistakes
}

// newTerms stands in an address for terms that are not there yet.
const newTerms = "new"

func targetsForm(v *visit) error {
	view, err := v.ownTargets()
	if err != nil {
		return err
	}
	return v.ok(targetsEditPage(v, view))
}

// ownTargets is the agreement of the address, if it is the reader's company's to
// change.
func (v *visit) ownTargets() (*targetsEdit, error) {
	id := v.r.PathValue("id")
	if id == newTerms && mayPromise(v) {
		return &targetsEdit{agreement: wire.Agreement{ID: v.actor.Company + "-terms", Kind: wire.PartnerTermsKind, Partner: v.actor.Company, From: directory.Date(v.now)}}, nil
	}
	object, version, err := v.site.app.Get(v.ctx(), v.actor, directory.Agreements, id)
	if err != nil {
		return nil, err
	}
	row, mine := promised(v, object.(*wire.Agreement))
	if !mine || !row.own {
		return nil, fault.New(fault.NotFound, "not-found.agreement", "id", id)
	}
	return &targetsEdit{agreement: row.agreement, version: version}, nil
}

// saveTargets makes the next version of the agreement with the times as they were
// typed.
func saveTargets(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	view, err := v.ownTargets()
	if err != nil {
		return err
	}
	now := view.version
	if view.version, err = strconv.ParseInt(form.Get("version"), 10, 64); err != nil {
		return fault.New(fault.Invalid, "web.form.unreadable")
	}
	view.agreement.Targets = readTargets(form)
	next := view.agreement
	next.Version++
	err = v.do(there("/targets?done=saved"), func() (string, error) {
		_, err := v.site.app.Put(v.ctx(), v.actor, &next, &view.version)
		return next.ID, err
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view.fault = wrong
	if wrong.fault.Kind == fault.Stale {
		view.version, view.changed = now, true // saving again means these words
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), targetsEditPage(v, view))
}

func readTargets(form url.Values) map[string]wire.Targets {
	out := map[string]wire.Targets{}
	for _, severity := range wire.Severities() {
		var t wire.Targets
		for _, clock := range targetClocks {
			*clock.of(&t) = trimmed(form, targetName(severity, clock.name))
		}
		if t != (wire.Targets{}) {
			out[severity] = t
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// targetName is the field of a time, as the check calls it.
func targetName(severity, clock string) string { return "targets." + severity + "." + clock }

func (e *targetsEdit) value(severity string, of func(*wire.Targets) *string) string {
	t := e.agreement.Targets[severity]
	return *of(&t)
}

// termsName is its title, else its id.
func termsName(v *visit, a *wire.Agreement) string { return orText(inLang(v, a.Title), a.ID) }
