package directory

import (
	"slices"
	"time"

	"switchboard/wire"
)

// HoldTime is how long a change of a published contact point waits before
// partners see it: a stolen account of a publisher must not be able to turn all
// its partners at once (promises 4, "contact data").
const HoldTime = 24 * time.Hour

// Hold keeps a contact point as it was published while a change of it waits.
// The offer itself holds what was asked for. Nothing runs when the time is
// over: which of the two counts follows from the instant that is asked about.
type Hold struct {
	Offer   string       `json:"offer"`
	Contact string       `json:"contact"` // its name: support, support-2
	Was     wire.Contact `json:"was"`
	Person  string       `json:"person"`
	Asked   time.Time    `json:"asked"`
	Until   time.Time    `json:"until"`
}

// Runs tells whether partners still see the old contact point.
func (h *Hold) Runs(at time.Time) bool { return at.Before(h.Until) }

// Effective is an offer with the contact points that partners see and are
// routed to at an instant: the offer itself when no change waits, else a copy.
func Effective(o *wire.Offer, holds []Hold, at time.Time) *wire.Offer {
	out := o
	for i := range holds {
		h := &holds[i]
		if h.Offer != o.ID || !h.Runs(at) {
			continue
		}
		if out == o {
			c := *o
			c.Contacts = slices.Clone(o.Contacts)
			out = &c
		}
		out.Contacts = asItWas(out.Contacts, h)
	}
	return out
}

// asItWas puts the old ways to reach a contact point in place of the new ones,
// with what is known of them; one that is to be removed is still there.
func asItWas(contacts []wire.Contact, h *Hold) []wire.Contact {
	at := ContactIndex(contacts, h.Contact)
	if at < 0 {
		return append(contacts, h.Was)
	}
	c := &contacts[at]
	c.Email, c.Phone, c.URL = h.Was.Email, h.Was.Phone, h.Was.URL
	c.Verified, c.VerifiedBy, c.Bounced, c.Unanswered = h.Was.Verified, h.Was.VerifiedBy, h.Was.Bounced, h.Was.Unanswered
	return contacts
}

// Waiting are the holds that a change of an offer leads to, with those that
// still run. What is compared is what partners see now: a change that is taken
// back waits no longer, one that was asked for before keeps its time.
func Waiting(old, fresh *wire.Offer, holds []Hold, person string, at time.Time) []Hold {
	seen := Effective(old, holds, at)
	var out []Hold
	for i := range seen.Contacts {
		h := Hold{Offer: old.ID, Contact: ContactName(seen.Contacts, i), Was: seen.Contacts[i], Person: person, Asked: at, Until: at.Add(HoldTime)}
		before := running(holds, h.Contact, at)
		switch now := named(fresh.Contacts, h.Contact); {
		case mayGoAtOnce(&h.Was):
		case before != nil && sameWays(now, named(old.Contacts, h.Contact)) && !sameWays(now, &h.Was):
			out = append(out, *before)
		case before == nil && Status(old) == "draft": // nobody has seen it yet
		case !sameWays(now, &h.Was), Status(fresh) == "draft": // withdrawn to be changed unseen
			out = append(out, h)
		}
	}
	return out
}

// mayGoAtOnce: nobody is turned away from a contact point that does not work.
func mayGoAtOnce(c *wire.Contact) bool {
	why := Usable(c)
	return why == "contact.bounced" || why == "contact.missing"
}

func running(holds []Hold, contact string, at time.Time) *Hold {
	for i := range holds {
		if holds[i].Contact == contact && holds[i].Runs(at) {
			return &holds[i]
		}
	}
	return nil
}

func named(contacts []wire.Contact, name string) *wire.Contact {
	if at := ContactIndex(contacts, name); at >= 0 {
		return &contacts[at]
	}
	return nil
}

// sameWays tells whether two contact points are reached in the same way; nil is
// reached in none.
func sameWays(a, b *wire.Contact) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Email == b.Email && a.Phone == b.Phone && a.URL == b.URL
}

// Pending is what a hold keeps from partners: the contact point as the offer
// has it, nil when it is to be removed. asked tells whether anything differs.
func Pending(o *wire.Offer, h *Hold) (fresh *wire.Contact, asked bool) {
	fresh = named(o.Contacts, h.Contact)
	return fresh, !sameWays(fresh, &h.Was)
}

// SettledBy are the contact points of which the operator's word differs from
// what the offer had: it counts at once.
func SettledBy(old, fresh *wire.Offer, holds []Hold) []string {
	var out []string
	for i := range holds {
		was, now := named(old.Contacts, holds[i].Contact), named(fresh.Contacts, holds[i].Contact)
		if !sameWays(was, now) || was != nil && was.Bounced != now.Bounced {
			out = append(out, holds[i].Contact)
		}
	}
	return out
}

// KeepFacts: whether a contact point bounces or answers is no word of its
// publisher's. It stays with the way to reach it; a new way has no past.
func KeepFacts(old, fresh *wire.Offer) {
	for i := range fresh.Contacts {
		c := &fresh.Contacts[i]
		c.Bounced, c.Unanswered = "", 0
		for j := range old.Contacts {
			if was := &old.Contacts[j]; sameWays(was, c) {
				c.Bounced, c.Unanswered = was.Bounced, was.Unanswered
				break
			}
		}
	}
}
