package app

import (
	"context"
	"maps"
	"slices"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/calendar"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// gapLimit bounds the report; the worst come first.
const gapLimit = 500

// Gaps reports what would leave somebody without an answer, within what the
// actor may see: offers without a live contact, resellers without an accepted
// split, promises shorter than the ones behind them.
func (a *App) Gaps(ctx context.Context, actor access.Actor, lang i18n.Lang) (*wire.GapReport, error) {
	if !actor.SignedIn() {
		return nil, fault.New(fault.Denied, "auth.sign-in-needed")
	}
	if err := access.Need(actor, access.SeeOfferDetails); err != nil {
		return nil, err
	}
	g := gapFinder{app: a, actor: actor, p: printer(lang), today: directory.Date(a.now()), report: &wire.GapReport{At: a.now().UTC(), Gaps: []wire.Gap{}}}
	err := a.store.View(ctx, func(tx *store.Tx) error {
		g.tx = tx
		for _, find := range []func() error{g.offers, g.splits, g.promises} {
			if err := find(); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortStableFunc(g.report.Gaps, func(x, y wire.Gap) int { return y.Affects - x.Affects })
	if len(g.report.Gaps) > gapLimit {
		g.report.Gaps = g.report.Gaps[:gapLimit]
	}
	return g.report, err
}

type gapFinder struct {
	app    *App
	tx     *store.Tx
	actor  access.Actor
	p      *i18n.Printer
	today  string
	report *wire.GapReport
}

// each walks all objects of a noun that the actor may see, page by page.
func (g *gapFinder) each(noun directory.Noun, f store.Filter, visit func(any) error) error {
	for cursor := ""; ; {
		items, next, err := g.tx.List(reader(g.actor), noun, f, 200, cursor)
		if err != nil {
			return err
		}
		if err := settled(g.tx, g.actor, items); err != nil {
			return err
		}
		for _, item := range items {
			if err := visit(item.Object); err != nil {
				return err
			}
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}

// add words a gap and counts the live subscriptions that it touches.
func (g *gapFinder) add(gap wire.Gap, f store.Filter) error {
	f.Status = "live"
	n, err := g.tx.Count(reader(g.actor), directory.Subscriptions, f, 999)
	if err != nil {
		return err
	}
	gap.Affects = n
	args := map[string]any{"severity": i18n.Key("severity." + gap.Severity), "ours": length(gap.Ours), "behind": length(gap.Behind)}
	for name, id := range map[string]string{"provider": gap.Provider, "reseller": gap.Reseller, "company": gap.Company} {
		if args[name], err = g.companyName(id); err != nil {
			return err
		}
	}
	if args["offer"], err = g.offerName(gap.Offer); err != nil {
		return err
	}
	gap.Text, gap.Fix = g.p.T(gap.Code, args), g.p.T(gap.Code+".fix", args)
	g.report.Gaps = append(g.report.Gaps, gap)
	return nil
}

// length is a promised duration, for a sentence to write out.
func length(text string) any {
	d, err := calendar.ParseDuration(text)
	if err != nil {
		return text
	}
	return d
}

func (g *gapFinder) companyName(id string) (string, error) {
	if id == "" {
		return "", nil
	}
	c, _, err := g.tx.Company(id)
	if err != nil {
		return "", err
	}
	return partyOf(c, "", g.p.Lang()).Name, nil
}

func (g *gapFinder) offerName(id string) (string, error) {
	if id == "" {
		return "", nil
	}
	o, _, err := g.tx.Offer(id)
	if err != nil {
		return "", err
	}
	if name, _ := o.Name.In(string(g.p.Lang())); name != "" {
		return name, nil
	}
	return id, nil
}

// offers without a contact that works, or without an agreement in force.
func (g *gapFinder) offers() error {
	return g.each(directory.Offers, store.Filter{}, func(object any) error {
		o := object.(*wire.Offer)
		if directory.Status(o) == "draft" || o.FirstParty {
			return nil
		}
		if !hasLiveContact(o) {
			if err := g.add(wire.Gap{Code: "gap.no-contact", Offer: o.ID, Company: o.Publisher}, store.Filter{Offer: o.ID}); err != nil {
				return err
			}
		}
		if o.Agreement != "" || !g.mine(o.Publisher) {
			return nil
		}
		return g.add(wire.Gap{Code: "gap.no-agreement", Offer: o.ID, Company: o.Publisher}, store.Filter{Offer: o.ID})
	})
}

func hasLiveContact(o *wire.Offer) bool {
	for i := range o.Contacts {
		if c := &o.Contacts[i]; c.Role == wire.ContactSupport && directory.Usable(c) == "" {
			return true
		}
	}
	return false
}

func (g *gapFinder) mine(company string) bool {
	return g.actor.Local || g.actor.Operator || g.actor.Company == company
}

// splits: a relation in use whose two sides have agreed nothing (S28, S29).
func (g *gapFinder) splits() error {
	return g.each(directory.Relations, store.Filter{}, func(object any) error {
		r := object.(*wire.Relation)
		if directory.RelationState(r) == "ended" {
			return nil
		}
		agreements, err := splitsOf(g.tx, r.Provider, r.Reseller)
		if err != nil {
			return err
		}
		for i := range agreements {
			if a := &agreements[i]; directory.InForce(a, g.today) && a.Customer == "" && len(a.Offers) == 0 {
				return nil
			}
		}
		return g.add(wire.Gap{Code: "gap.no-split", Provider: r.Provider, Reseller: r.Reseller}, store.Filter{Provider: r.Provider, Reseller: r.Reseller})
	})
}

// promises: what a partner promises sooner than the publisher behind it does.
func (g *gapFinder) promises() error {
	terms := map[string]*wire.Agreement{}
	customer := map[string]*wire.Agreement{}
	err := g.each(directory.Agreements, store.Filter{}, func(object any) error {
		a := object.(*wire.Agreement)
		switch {
		case !directory.InForce(a, g.today):
		case a.Kind == wire.PartnerTermsKind && g.mine(a.Partner):
			terms[a.Partner] = a
		case a.Kind == wire.CustomerAgreement:
			customer[a.ID] = a
		}
		return nil
	})
	if err != nil || len(terms) == 0 {
		return err
	}
	return g.each(directory.Offers, store.Filter{}, func(object any) error {
		o := object.(*wire.Offer)
		behind := customer[o.Agreement]
		if behind == nil {
			return nil
		}
		for _, partner := range slices.Sorted(maps.Keys(terms)) {
			if err := g.compare(partner, terms[partner], behind, o); err != nil {
				return err
			}
		}
		return nil
	})
}

func (g *gapFinder) compare(partner string, ours, behind *wire.Agreement, o *wire.Offer) error {
	for _, severity := range wire.Severities() {
		short, long := ours.Targets[severity].FirstResponse, behind.Targets[severity].FirstResponse
		if short == "" || long == "" || !shorter(short, long) {
			continue
		}
		filter := store.Filter{Offer: o.ID, Seller: partner, Status: "live"}
		n, err := g.tx.Count(reader(g.actor), directory.Subscriptions, filter, 1)
		if err != nil {
			return err
		}
		if n == 0 {
			return nil // it does not sell this offer
		}
		gap := wire.Gap{Code: "gap.promise", Company: partner, Offer: o.ID, Severity: severity, Ours: strings.TrimSpace(short), Behind: strings.TrimSpace(long)}
		if err := g.add(gap, filter); err != nil {
			return err
		}
	}
	return nil
}

func shorter(a, b string) bool {
	x, err := calendar.ParseDuration(a)
	if err != nil {
		return false
	}
	y, err := calendar.ParseDuration(b)
	return err == nil && x.Less(y)
}
