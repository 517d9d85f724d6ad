package app

import (
	"time"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
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
}

// Rehearse opens a case of a question that has been decided.
func Rehearse(number string, d *responsibility.Decision, s *directory.Snapshot, rules *responsibility.Rules, company string, n wire.NewCase, at time.Time, drawn casework.Chance) (*Rehearsal, error) {
	if err := decided(d); err != nil {
		return nil, err
	}
	open := openOf(d.Route(), n, access.Actor{Company: company, Person: n.Requester, Via: access.ViaAPI})
	open.Number = number
	r := &Rehearsal{desk: newDesk(&casework.Case{Route: open.Route, Customer: open.Customer, Offer: open.Offer, Severity: open.Severity}, s, rules, at)}
	return r, r.Do(open, casework.By{Company: company, Person: n.Requester, Via: string(access.ViaAPI)}, at, drawn)
}

// Do is one command on it.
func (r *Rehearsal) Do(cmd casework.Command, by casework.By, at time.Time, drawn casework.Chance) error {
	c, events, err := casework.Decide(r.Case, cmd, by, at, r.desk.facts, drawn)
	if err == nil {
		r.Case, r.Events = c, append(r.Events, events...)
	}
	return err
}

// Next is when something of the case falls due by itself; zero = nothing does.
func (r *Rehearsal) Next() time.Time { return r.Case.NextInstant(r.desk.facts) }

// Rows are what is written of it, as if all had been one command.
func (r *Rehearsal) Rows() (store.Moved, error) {
	return r.desk.moved(nil, r.Case, r.Events)
}
