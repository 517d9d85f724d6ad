package app

import (
	"maps"
	"slices"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

// Rehearsal is a case that is decided on a part of the world at hand instead of
// in a store: the same facts, the same ledger, the same rows, for whoever fills
// a store with cases by the hundred thousand.
type Rehearsal struct {
	Case   *casework.Case
	Events []casework.Event
	desk   *desk
	inbox  map[int]store.InboxRow
}

// Rehearse opens a case of a question that has been decided.
func Rehearse(number string, d *responsibility.Decision, s *directory.Snapshot, rules *responsibility.Rules, company string, n wire.NewCase, at time.Time, drawn casework.Chance) (*Rehearsal, error) {
	if err := decided(d); err != nil {
		return nil, err
	}
	open := openOf(d.Route(), n, access.Actor{Company: company, Person: n.Requester, Via: access.ViaAPI})
	open.Number = number
	r := &Rehearsal{desk: newDesk(&casework.Case{Route: open.Route, Hidden: open.Route.Hidden(), Customer: open.Customer, Offer: open.Offer, Severity: open.Severity}, s, rules, at), inbox: map[int]store.InboxRow{}}
	return r, r.Do(open, casework.By{Company: company, Person: n.Requester, Via: string(access.ViaAPI)}, at, drawn)
}

// Do is one command on it.
func (r *Rehearsal) Do(cmd casework.Command, by casework.By, at time.Time, drawn casework.Chance) error {
	c, events, err := r.desk.decide(r.Case, cmd, by, at, drawn, i18n.English)
	if err == nil {
		r.Case, r.Events = c, append(r.Events, events...)
		for _, row := range r.desk.rows(c, events) {
			r.inbox[row.Bit] = row
		}
	}
	return err
}

// Next is when something of the case falls due by itself; zero = nothing does.
func (r *Rehearsal) Next() time.Time { return r.desk.NextDue(r.Case) }

// Rows are what is written of it: what its commands, one after the other, have
// come to.
func (r *Rehearsal) Rows() (m store.Moved, err error) {
	m = store.Moved{Case: r.Case, Events: r.Events, Due: r.Next()}
	for _, bit := range slices.Sorted(maps.Keys(r.inbox)) {
		m.Inbox = append(m.Inbox, r.inbox[bit])
	}
	m.Facts, err = casework.FactsOf(nil, r.Events)
	return m, err
}
