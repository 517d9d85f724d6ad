package app

import (
	"context"
	"slices"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

// With says what is read together with a case.
type With struct {
	Timeline bool // the newest lines that the company may read
	Answer   bool // who is responsible now, why, and how to reach them
}

// newestLines is how much of a timeline comes with its case.
const newestLines = 20

// CaseWith shows a case and what its page needs besides, all of one moment.
func (a *App) CaseWith(ctx context.Context, actor access.Actor, number string, with With, lang i18n.Lang) (out *wire.Case, err error) {
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	err = a.look(ctx, actor, number, func(tx *store.Tx, c *casework.Case, d *desk) (err error) {
		now := tellingOf(c, actor.Company, a.now())
		if out, err = d.shown(tx, c, nil, actor.Company, lang, now); err != nil {
			return err
		}
		if with.Timeline {
			lines, err := d.timeline(tx, c, actor.Company, lang)
			if err != nil {
				return err
			}
			out.Timeline = lines[max(0, len(lines)-newestLines):]
			if len(lines) > newestLines {
				out.TimelineBefore = out.Timeline[0].N
			}
		}
		if with.Answer {
			out.Answer, err = a.answerOn(tx, actor, c, rules, lang)
		}
		return err
	})
	return out, err
}

// timeline is all that a company may read of a case.
func (d *desk) timeline(tx *store.Tx, c *casework.Case, viewer string, lang i18n.Lang) (out []wire.CaseEvent, err error) {
	events, err := tx.SeenEvents(c.Number, c.Bit(viewer))
	if err != nil {
		return nil, err
	}
	for _, l := range casework.View(events, c.Bit(viewer)) {
		out = append(out, d.line(c, l, viewer, lang))
	}
	d.tellShares(c, events, out, viewer)
	return out, nameSigners(tx, out)
}

// nameSigners says how they are called who signed lines. Whoever reads a
// signature knows its company already (casework, signed).
func nameSigners(tx *store.Tx, lines []wire.CaseEvent) error {
	var ids []string
	for _, l := range lines {
		if l.Person != "" && !slices.Contains(ids, l.Person) {
			ids = append(ids, l.Person)
		}
	}
	names, err := tx.PersonNames(ids)
	for i := range lines {
		lines[i].PersonName = names[lines[i].Person]
	}
	return err
}

// answerOn is what the reader would be told who asked for the sale of the case.
// nil = nothing: who has left the case is told nothing new, and the sale may be
// gone or not for this reader.
func (a *App) answerOn(tx *store.Tx, actor access.Actor, c *casework.Case, rules *responsibility.Rules, lang i18n.Lang) (*wire.Answer, error) {
	if c.Party(actor.Company).Left {
		return nil, nil
	}
	ask := Ask{Subscription: c.Subscription, Topic: c.Topic, Severity: c.Severity, Lang: lang}
	if ask.Subscription == "" {
		ask.Offer = c.Offer
		if c.ForCustomer() && c.Sees(actor.Company, c.Customer) {
			ask.Customer = c.Customer
		}
	}
	q, err := a.question(actor, ask)
	if err != nil {
		return nil, err
	}
	d, err := decideIn(tx, actor, q, "", rules)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return d.Answer(printer(lang)), nil
}
