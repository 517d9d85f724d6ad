package store

import (
	"database/sql"
	"maps"
	"slices"
	"time"

	"switchboard/internal/casework"
)

var (
	checkRecheck  = sqlQuery("SELECT company FROM recheck ORDER BY company")
	checkInbox    = sqlQuery("SELECT " + InboxColumns + " FROM case_inbox WHERE id >= $1 AND id < $2 ORDER BY id")
	checkHours    = sqlQuery("SELECT count(*), coalesce(max(changed_at), 0) FROM companies WHERE id " + inSlots(slots))
	checkContacts = sqlQuery("SELECT changed_at FROM offers WHERE id = $1")
)

// timer: it comes when something falls due next. A case that is marked is looked
// at by the timer anyway (see MarkCases).
func (k *caseCheck) timer() (err error) {
	if k.derived, err = k.derive(k.c); err != nil {
		return err
	}
	if k.due == micros(AtOnce) || k.due == micros(k.derived.NextDue(k.c)) {
		return nil
	}
	waits, err := k.hoursWait()
	if err == nil && !waits {
		k.found(k.broken("verify.due"))
	}
	return err
}

// hoursWait tells whether hours have changed by which the case's clocks are yet
// to be counted: then the timer still stands where the old ones have set it.
func (k *caseCheck) hoursWait() (bool, error) {
	changed, err := k.tx.texts(checkRecheck)
	if err != nil {
		return false, err
	}
	waits := slices.Contains(changed, Everybody) || slices.ContainsFunc(k.c.Route.Chain, func(l casework.Link) bool { return slices.Contains(changed, l.Company) })
	if waits {
		return true, nil
	}
	ended, err := k.holdEnded()
	return ended.After(k.c.At), err
}

// holdEnded is when a contact of the case's offer came into force last that had
// to wait: hours may change with it, and nobody is told of that.
func (k *caseCheck) holdEnded() (last time.Time, err error) {
	holds, err := k.tx.Holds(k.c.Offer)
	for _, h := range holds[k.c.Offer] {
		if !h.Until.After(k.tx.now) && h.Until.After(last) {
			last = h.Until
		}
	}
	return last, err
}

// inbox: each company on the case has it in its lists as it stood with the last
// that it has read, and nobody else has.
//
// A row is written by the command with which its company has read something, of
// the case as that command leaves it; what comes later without being read by the
// company does not touch it. The ledger does not say where a command ends, but
// all its events have one instant. So the row is what the events come to up to
// the last that the company has read, or up to one of those that follow it at
// the same instant.
func (k *caseCheck) inbox() error {
	stored, err := k.listed()
	if err != nil {
		return err
	}
	c := &casework.Case{Shape: casework.Shape}
	fits := map[int]string{} // by bit: the trouble of the row, "" = it fits
	for _, e := range k.events {
		if err := c.Apply(&e); err != nil {
			return err
		}
		for i, p := range c.Parties {
			trouble, looked := fits[i]
			if p.N != k.c.Parties[i].N || !p.Updated.Equal(c.At) || looked && trouble == "" {
				continue
			}
			if fits[i], err = k.listedAs(stored[i], k.derived.InboxRow(c, i)); err != nil {
				return err
			}
		}
	}
	for i, p := range k.c.Parties {
		if trouble := fits[i]; trouble != "" {
			k.found(k.broken(trouble, "company", p.Company))
		}
		if p.N > 0 {
			delete(stored, i)
		}
	}
	for _, i := range slices.Sorted(maps.Keys(stored)) {
		k.found(k.broken("verify.foreign-row", "company", stored[i].company))
	}
	return nil
}

// listedRow is a row of case_inbox as it is stored.
type listedRow struct {
	company, number string
	keys            []any // from live to updated_at
	doc             string
}

// listed reads the rows of the case, by the bit of their companies.
func (k *caseCheck) listed() (map[int]listedRow, error) {
	out := map[int]listedRow{}
	err := k.tx.each(checkInbox, []any{k.serial << partyBits, (k.serial + 1) << partyBits}, func(rows *sql.Rows) error {
		var r listedRow
		var views [4]bool
		var keys [3]int64
		var id int64
		err := rows.Scan(&r.company, &r.number, &views[0], &views[1], &views[2], &views[3], &keys[0], &keys[1], &keys[2], &r.doc, &id)
		r.keys = []any{views[0], views[1], views[2], views[3], keys[0], keys[1], keys[2]}
		out[int(id-k.serial<<partyBits)] = r
		return err
	})
	return out, err
}

// listedAs gives the code of what is wrong with a row; "" = it is as it must be.
func (k *caseCheck) listedAs(got listedRow, want InboxRow) (string, error) {
	if got.company != want.Company || got.number != k.number {
		return "verify.inbox", nil
	}
	row, unreadable := unpack(k.number, got.doc)
	if unreadable != nil || row.Version != want.Row.Version {
		return "verify.inbox", nil
	}
	older := row.pack() != got.doc // it has the form of an older program, until its case moves
	if older {
		row.WithAs, row.Since, want.Row.WithAs, want.Row.Since = "", time.Time{}, "", time.Time{}
	}
	if err := k.riskAsRead(row, &want.Row); err != nil {
		return "", err
	}
	values := want.Values()
	if row.pack() != values[len(values)-1] {
		return "verify.list-row", nil
	}
	keys := values[2 : len(values)-1]
	if older && keys[0] == false { // what is closed was never listed by deadline
		keys[4] = got.keys[4]
	}
	if !slices.Equal(keys, got.keys) {
		return "verify.list-place", nil
	}
	return "", nil
}

// riskAsRead: at which instant three quarters of a target are used up, only the
// hours say, and not the events. When these have changed since the row was
// written, any instant of the clock is as good as another.
func (k *caseCheck) riskAsRead(got Listed, want *Listed) error {
	within := got.RiskAt.IsZero() || !got.RiskAt.Before(want.Opened) && !got.RiskAt.After(want.Due)
	if got.RiskAt.Equal(want.RiskAt) || want.Due.IsZero() || !within {
		return nil
	}
	changed, err := k.hoursChanged()
	if err == nil && changed.After(want.Updated) {
		want.RiskAt = got.RiskAt
	}
	return err
}

// hoursChanged is when something changed last of the companies of the sale or
// of the offer, on which their hours may rest.
func (k *caseCheck) hoursChanged() (time.Time, error) {
	last, err := k.holdEnded()
	if err != nil {
		return last, err
	}
	var ids []string
	for _, l := range k.c.Route.Chain {
		ids = append(ids, l.Company)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var at int64
	latest := func() {
		if fromMicros(at).After(last) {
			last = fromMicros(at)
		}
	}
	for _, some := range chunks(ids, slots) {
		var there int
		if _, err := k.tx.one(checkHours, fill(some, slots), &there, &at); err != nil {
			return last, err
		}
		if latest(); there < len(some) { // one is gone, with its hours
			last = k.tx.now
		}
	}
	found, err := k.tx.one(checkContacts, []any{k.c.Offer}, &at)
	if latest(); !found && k.c.Offer != "" {
		last = k.tx.now
	}
	return last, err
}
