package app

import (
	"slices"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/query"
	"switchboard/internal/store"
)

// moved is everything that is written with a case: its lists, one row for each
// company on it, and when something falls due by itself.
func (d *desk) moved(before, c *casework.Case, events []casework.Event) (m store.Moved, err error) {
	m = store.Moved{Case: c, Events: events, Due: d.NextDue(c)}
	if m.Facts, err = casework.FactsOf(before, events); err != nil {
		return m, err
	}
	if before != nil {
		m.Before = before.Seq
		if before.Severity != c.Severity {
			m.Due = store.AtOnce // what is promised for the new one, the timer reads
		}
	}
	m.Inbox = d.rows(c, events)
	return m, nil
}

// rows are the lists that a command changes.
func (d *desk) rows(c *casework.Case, events []casework.Event) (out []store.InboxRow) {
	for i := range c.Parties {
		if reads(events, i) { // nothing has changed for whom nothing has come
			row := d.InboxRow(c, i)
			row.By = stirredBy(c, events, i)
			out = append(out, row)
		}
	}
	return out
}

// NextDue is when something of a case falls due by itself.
func (d *desk) NextDue(c *casework.Case) time.Time { return c.NextInstant(d.facts) }

// InboxRow is a case in the lists of its i-th party.
func (d *desk) InboxRow(c *casework.Case, i int) store.InboxRow {
	p := c.Parties[i]
	return store.InboxRow{Company: p.Company, Bit: i, Row: store.Listed{Row: d.row(c, p), Subject: p.Subject, Version: p.N}}
}

// stirredBy is who gives the i-th party a reason to look at its case again.
func stirredBy(c *casework.Case, events []casework.Event, i int) string {
	by, company := store.Nobody, c.Parties[i].Company
	for _, e := range events {
		switch {
		case e.Readers>>i&1 == 0 || !e.Stirs(c, company):
		case e.Word("by") != company:
			return ""
		default:
			by = store.ActedBy(e.Word("person"))
		}
	}
	return by
}

func reads(events []casework.Event, bit int) bool {
	return slices.ContainsFunc(events, func(e casework.Event) bool { return e.Readers>>bit&1 == 1 })
}

// row is the case as one company's lists know it, already masked.
func (d *desk) row(c *casework.Case, p casework.Party) query.Row {
	row := query.Row{Number: c.Number, State: stateWord(c.State), Sponsor: c.Mask(p.Company, c.Route.Sponsor), Offer: c.Offer, Customer: c.Mask(p.Company, c.Customer),
		Subscription: c.Subscription, Topic: c.Topic, Severity: c.Severity, Lang: c.Lang, Assignee: p.Assignee, Refs: references(c, p.Company),
		Opened: c.Opened, Updated: c.At, Paused: c.Hold != nil, Test: c.Test, With: c.Mask(p.Company, c.Turn()), Since: c.Since()}
	row.WithAs = partOf(c, row.With)
	if row.From = p.From; row.From == "" {
		row.From = c.Mask(p.Company, c.Requester.Company)
	}
	row.HandedToUs = p.From != "" && (c.Owner == p.Company || c.Handoff != nil && c.Handoff.To == p.Company)
	if p.Left {
		row.State, row.With, row.WithAs, row.Since = query.Closed, "", "", time.Time{}
	}
	if row.State == query.Closed || row.Paused {
		return row
	}
	if k := d.nextClock(c, p.Company); k != nil {
		row.Due = k.Due
		if at, ok := k.WarnAt(d.facts.Companies[k.Company].Calendar, 75); ok {
			row.RiskAt = at
		}
	}
	return row
}

// nextClock is the next deadline that a company should look at: its own, else
// that of whoever holds the case; the customer's is the word it was promised.
func (d *desk) nextClock(c *casework.Case, company string) *casework.Clock {
	own := func(k casework.Clock) bool { return k.Company == company }
	if c.Turn() != company || company == c.Customer {
		own = func(k casework.Clock) bool { return k.Company == c.Turn() }
	}
	if company == c.Customer && c.ForCustomer() {
		own = func(k casework.Clock) bool { return k.Company == c.Route.Sponsor }
	}
	var next *casework.Clock
	for i, k := range c.Clocks {
		if k.Running() && !k.Due.IsZero() && own(k) && (next == nil || k.Due.Before(next.Due)) {
			next = &c.Clocks[i]
		}
	}
	return next
}

// references are the companies' own numbers that a reader may see.
func references(c *casework.Case, company string) (out []string) {
	for _, p := range c.Parties {
		if p.Reference != "" && (p.Company == company || p.ReferTo.Has(c.Bit(company))) {
			out = append(out, p.Reference)
		}
	}
	return out
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// stateWord is the word of the view grammar for a state.
func stateWord(s casework.State) query.Word {
	if s == casework.Waiting {
		return query.Waiting
	}
	return query.Word(s)
}
