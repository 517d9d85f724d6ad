package app

import (
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

// desk is a case with what the directory says around it now.
type desk struct {
	about *casework.Case // as it stands before a command
	world *directory.Snapshot
	facts casework.Facts
}

// desk loads the companies of a case's chain: their hours, what they have
// promised for its severity, and whether they can be reached.
func (a *App) desk(tx *store.Tx, c *casework.Case, rules *responsibility.Rules) (*desk, error) {
	keys := store.Keys{Asker: c.Customer, Offer: c.Offer, Subscription: c.Subscription}
	if c.ForCustomer() {
		keys.Customer = c.Customer
	}
	s, err := tx.Around(keys)
	if err != nil {
		return nil, err
	}
	for _, l := range c.Route.Chain {
		if s.Companies[l.Company] != nil {
			continue
		}
		// A company that has left the sale keeps its name on its old cases.
		switch company, _, err := tx.Company(l.Company); {
		case err == nil:
			s.Companies[l.Company] = company
		case !fault.Is(err, fault.NotFound):
			return nil, err
		}
	}
	return newDesk(c, s, rules, tx.Now()), nil
}

func newDesk(c *casework.Case, s *directory.Snapshot, rules *responsibility.Rules, at time.Time) *desk {
	d := &desk{about: c, world: s, facts: casework.Facts{Companies: map[string]casework.Company{}}}
	for _, l := range c.Route.Chain {
		d.facts.Companies[l.Company] = d.company(c, l, rules, at)
	}
	return d
}

func (d *desk) company(c *casework.Case, l casework.Link, rules *responsibility.Rules, at time.Time) casework.Company {
	out := casework.Company{Reachable: d.reachable(c, l), Calendar: d.calendar(c, l), Turn: d.turn(c, l, at)}
	from, targets := d.promises(c, l, rules, directory.Date(at))
	out.From = from
	out.Promises = map[casework.ClockKind]calendar.Duration{}
	for kind, words := range map[casework.ClockKind]string{casework.ClockAcknowledge: targets.Acknowledge, casework.ClockFirstResponse: targets.FirstResponse,
		casework.ClockNextUpdate: targets.NextUpdate, casework.ClockResolution: targets.Resolution} {
		if target, err := calendar.ParseDuration(words); err == nil { // none stated, none promised
			out.Promises[kind] = target
		}
	}
	return out
}

// promises: an agreement's targets bind the company that made the promise.
func (d *desk) promises(c *casework.Case, l casework.Link, rules *responsibility.Rules, date string) (string, wire.Targets) {
	agreement := d.world.Terms(l.Company, date)
	if offer := d.world.Offers[c.Offer]; l.As == wire.Publisher && offer != nil {
		if agreement = d.world.Agreements[offer.Agreement]; agreement != nil && !directory.InForce(agreement, date) {
			agreement = nil
		}
	}
	if agreement == nil {
		if l.As == wire.Operator {
			return rules.ID + " limits", wire.Targets{FirstResponse: rules.Limits[c.Severity]}
		}
		return "", wire.Targets{}
	}
	return responsibility.AgreementLabel(agreement) + ", " + c.Severity, agreement.Targets[c.Severity]
}

// turn is when a company's promises change by themselves.
func (d *desk) turn(c *casework.Case, l casework.Link, at time.Time) time.Time {
	if offer := d.world.Offers[c.Offer]; l.As == wire.Publisher && offer != nil {
		return directory.Turn(at, d.world.Agreements[offer.Agreement])
	}
	return d.world.TermsTurn(l.Company, at)
}

// calendar: the company's own hours; a publisher that gives none keeps those of
// its first support contact for this offer.
func (d *desk) calendar(c *casework.Case, l casework.Link) calendar.Calendar {
	own := d.world.Calendar(l.Company)
	offer := d.world.Offers[c.Offer]
	if own.Known() || l.As != wire.Publisher || offer == nil {
		return own
	}
	for i := range offer.Contacts {
		if contact := &offer.Contacts[i]; contact.Role == wire.ContactSupport && contact.Hours != "" {
			return d.world.ContactCalendar(offer, contact)
		}
	}
	return own
}

// reachable: it exists, takes part in the sale, and has a live way in.
func (d *desk) reachable(c *casework.Case, l casework.Link) bool {
	company := d.world.Companies[l.Company]
	if company == nil {
		return l.Company == directory.OperatorID && l.As == wire.Operator
	}
	if l.As == wire.Reseller && d.parted(c, l.Company) {
		return false
	}
	if offer := d.world.Offers[c.Offer]; l.As == wire.Publisher && offer != nil {
		for i := range offer.Contacts {
			if directory.Usable(&offer.Contacts[i]) == "" {
				return true
			}
		}
	}
	for _, p := range []*wire.Support{company.Support, partnerEntry(company)} {
		if p != nil && (p.Email != "" || p.Phone != "" || p.URL != "") {
			return true
		}
	}
	return false
}

// parted tells whether the relation of a case's reseller has ended.
func (d *desk) parted(c *casework.Case, reseller string) bool {
	for _, l := range c.Route.Chain {
		if l.As != wire.Provider {
			continue
		}
		r := d.world.Relations[directory.Pair{Provider: l.Company, Reseller: reseller}]
		return r == nil || directory.RelationState(r) == "ended"
	}
	return false
}

func partnerEntry(c *wire.Company) *wire.Support {
	if c.EntryPoints == nil {
		return nil
	}
	return c.EntryPoints.Partner
}
