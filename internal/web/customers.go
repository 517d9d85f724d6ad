package web

import (
	"net/url"
	"strings"

	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/wire"
)

// customersView lists the customers this reader sells to or supports; a
// customer sees itself.
type customersView struct {
	query string
	list  []wire.Party
	next  string
}

func customers(v *visit) error {
	q := v.r.URL.Query()
	view := customersView{query: strings.TrimSpace(q.Get("q"))}
	items, next, err := v.site.app.List(v.ctx(), v.actor, directory.Companies, app.Filter{Kind: wire.Customer, Query: view.query}, q.Get("cursor"), pageSize)
	if err != nil {
		return err
	}
	for _, item := range items {
		c := item.Object.(*wire.Company)
		name, lang := orID(c.Name, c.ID).In(string(v.lang()))
		view.list = append(view.list, wire.Party{Company: c.ID, Kind: wire.Customer, Name: name, Lang: lang})
	}
	if next != "" {
		view.next = "/customers?" + url.Values{"q": {view.query}, "cursor": {next}}.Encode()
	}
	return v.ok(customersPage(v, view))
}

func sheet(v *visit) error {
	s, err := v.site.app.ContactSheet(v.ctx(), v.actor, v.r.PathValue("id"), v.lang())
	if err != nil {
		return err
	}
	return v.ok(sheetPage(v, s))
}

func sheetCSV(v *visit) error {
	s, err := v.site.app.ContactSheet(v.ctx(), v.actor, v.r.PathValue("id"), v.lang())
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+plainName(s.Customer.Company)+`.csv"`)
	return v.file("text/csv; charset=utf-8", v.site.app.SheetCSV(s, v.lang()))
}

// plainName keeps a file name to characters that no header or disk minds.
func plainName(id string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, id)
}

// cardPath is the print card of a subscription's link.
func cardPath(e wire.SheetEntry) string { return e.Link + "/card" }

func gaps(v *visit) error {
	report, err := v.site.app.Gaps(v.ctx(), v.actor, v.lang())
	if err != nil {
		return err
	}
	return v.ok(gapsPage(v, report, newNameBook(v)))
}

// gapPath is where a gap is closed.
func gapPath(g wire.Gap) string {
	switch {
	case g.Provider != "" && g.Reseller != "":
		return "/agreements/" + g.Provider + "/" + g.Reseller
	case g.Offer != "":
		return "/offers/" + g.Offer
	}
	return ""
}

// gapNames are the companies and offers that a gap speaks of.
func gapNames(b *nameBook, g wire.Gap) names {
	n := names{}
	for _, id := range []string{g.Provider, g.Reseller, g.Company} {
		if id != "" {
			p := b.party(id, "")
			n.add(p.Name, p.Lang)
		}
	}
	if g.Offer != "" {
		name := b.offer(g.Offer)
		n.add(inLang(b.v, name), spoken(b.v, name))
	}
	return n
}
