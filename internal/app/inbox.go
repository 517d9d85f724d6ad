package app

import (
	"context"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/i18n"
	"switchboard/internal/query"
	"switchboard/internal/store"
	"switchboard/wire"
)

const (
	pageUsual = 50
	pageMost  = 200
)

// CaseViews lists the default views in their order.
func CaseViews() []query.Named { return query.Views() }

// CaseFilter is a list of cases: a default view, narrowed by a query.
type CaseFilter struct {
	View   string
	Query  string
	Cursor string
	Limit  int
}

// query reads the two; the order that the query states wins.
func (f CaseFilter) query() (query.Query, error) {
	more, err := query.Parse(f.Query)
	if err != nil || f.View == "" {
		return more, err
	}
	view, err := query.View(f.View)
	return view.And(more), err
}

// Cases lists the cases of the actor's company that a view and a query mean.
// Each is as that company may see it.
func (a *App) Cases(ctx context.Context, actor access.Actor, f CaseFilter, lang i18n.Lang) (page wire.Page[wire.CaseSummary], err error) {
	page.Items = []wire.CaseSummary{}
	if err := mayWork(actor, access.OpenCases); err != nil {
		return page, err
	}
	q, err := f.query()
	if err != nil {
		return page, err
	}
	if f.Limit <= 0 {
		f.Limit = pageUsual
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		as, err := a.asker(tx, actor)
		if err != nil {
			return err
		}
		list := tx.Inbox
		if q.Words() {
			list = tx.SearchCases
		}
		rows, next, err := list(as, q, min(f.Limit, pageMost), f.Cursor)
		if err != nil {
			return err
		}
		names, err := namesOf(tx, rows, lang)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if !access.May(actor, access.OpenCases, row.Topic) {
				continue
			}
			page.Items = append(page.Items, names.summary(row, as))
		}
		page.Next = next
		return nil
	})
	return page, err
}

// asker is who asks and when; the person's zone decides when today begins.
func (a *App) asker(tx *store.Tx, actor access.Actor) (query.Reader, error) {
	as := query.Reader{Company: actor.Company, Person: actor.Person, Now: a.now().UTC()}
	if actor.Person == "" {
		return as, nil
	}
	p, _, err := tx.Person(actor.Person)
	if err != nil {
		return as, err
	}
	if zone, err := time.LoadLocation(p.TZ); err == nil { // checked when it was written
		as.Now = as.Now.In(zone)
	}
	return as, nil
}

// namer gives companies their names.
type namer struct {
	lang  i18n.Lang
	known map[string]*wire.Company
}

// namesOf reads the companies that a page names, each once.
func namesOf(tx *store.Tx, rows []store.Listed, lang i18n.Lang) (*namer, error) {
	ids := make([]string, 0, 2*len(rows))
	for _, row := range rows {
		ids = append(ids, row.Customer, row.With)
	}
	known, err := tx.Companies(ids)
	return &namer{lang, known}, err
}

func (n *namer) party(company, as string) wire.Party {
	c := n.known[company]
	if c == nil {
		c = &wire.Company{ID: company} // it has left; its cases keep its id
	}
	return partyOf(c, as, n.lang)
}

// kind is what a company is first of all: a partner may ask for itself.
func (n *namer) kind(company string) string {
	if c := n.known[company]; c != nil && len(c.Kinds) > 0 {
		return c.Kinds[0]
	}
	return ""
}

func (n *namer) summary(row store.Listed, as query.Reader) wire.CaseSummary {
	out := wire.CaseSummary{Number: row.Number, Version: row.Version, State: string(row.State), Status: "open", Subject: row.Subject, Lang: row.Lang,
		Offer: row.Offer, Topic: row.Topic, Severity: row.Severity, Customer: n.party(row.Customer, n.kind(row.Customer)), Assignee: row.Assignee,
		Opened: row.Opened, Updated: row.Updated, Since: optional(row.Since), Due: optional(row.Due), Paused: row.Paused, Test: row.Test}
	out.Late, out.AtRisk = row.IsLate(as.Now), row.IsAtRisk(as.Now)
	if out.Labels = row.Labels; row.IsSnoozed(as.Now) {
		out.SnoozedUntil = &row.Snoozed
	}
	switch {
	case row.State == query.Closed:
		out.Status = "closed"
	case row.With == as.Company:
		out.Status = "attention_needed"
	}
	if row.With != "" {
		with := n.party(row.With, row.WithAs)
		out.With = &with
	}
	return out
}
