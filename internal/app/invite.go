package app

import (
	"slices"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/authn"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

// A company that is handed a case and whose contact has no account here is invited
// to that one case: by a guest link of its own side, bound to the handoff (spec 2
// section 4). The secret is derived and not kept, so that a letter can be written
// again and the database opens nothing.

const invitationPurpose = "invitation"

// invitedVerbs are what such a guest does: everything that the company may do with
// what it was handed, but to send it to a third one.
var invitedVerbs = []string{casework.VerbAccept, casework.VerbDecline, casework.VerbAsk, casework.VerbAnswer, casework.VerbJoin,
	casework.VerbGiveBack, casework.VerbWithdraw, casework.VerbUpdate}

// invitations are the links that the handoffs among some events owe.
func invitations(tx *store.Tx, d *desk, c *casework.Case, events []casework.Event) (out []GuestLink, err error) {
	for _, e := range events {
		if plainKind(e) != "handoff-sent" {
			continue
		}
		to := e.Word("to")
		address := d.letterbox(c, to, e.Word("by"))
		known, err := accountAt(tx, to, address)
		if err != nil {
			return nil, err
		}
		if address != "" && known == nil {
			out = append(out, GuestLink{Case: c.Number, Company: to, Contact: address, Person: e.Word("person"), Handoff: e.Open["handoff"]})
		}
	}
	return out, nil
}

// invite keeps the links, each under the hash of its secret.
func (a *App) invite(tx *store.Tx, links []GuestLink) error {
	for _, g := range links {
		secret := a.invitation(g)
		g.ID, g.Expires = authn.PublicID(secret), tx.Now().Add(guestLife)
		if err := tx.AddGuestLink(authn.Digest(secret), g); err != nil {
			return err
		}
	}
	return nil
}

// invitation is the secret of a link that a handoff made.
func (a *App) invitation(g GuestLink) string {
	return authn.Derive(authn.GuestPrefix, a.links, invitationPurpose, g.Handoff+"\x00"+g.Company+"\x00"+g.Contact)
}

// letterbox is the address to which a company is written about a case: of a
// publisher that of its live support contact for the offer, else that of the door
// for whoever writes. "" = none is known.
func (d *desk) letterbox(c *casework.Case, to, from string) string {
	if offer := d.world.Offers[c.Offer]; offer != nil && offer.Publisher == to {
		for i := range offer.Contacts {
			contact := &offer.Contacts[i]
			if contact.Role == wire.ContactSupport && contact.Email != "" && directory.Usable(contact) == "" {
				return contact.Email
			}
		}
	}
	var sender access.Actor
	if known := d.world.Companies[from]; known != nil {
		sender.Kinds = known.Kinds
	}
	if door := d.doorFor(to, sender); door != nil {
		return door.Email
	}
	return ""
}

// accountAt is the person of a company at an address; nil = nobody.
func accountAt(tx *store.Tx, company, address string) (*wire.Person, error) {
	if address == "" {
		return nil, nil
	}
	ids, err := tx.PeopleByEmail(text.Fold(strings.TrimSpace(address)))
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(slices.Values(ids)) {
		p, _, err := tx.Person(id)
		if err != nil || p.Company == company {
			return p, err
		}
	}
	return nil, nil
}

// invitedName is how the contact is called to whom a company's letters go.
func (d *desk) invitedName(c *casework.Case, company string) string {
	if contact := d.contactAt(d.letterbox(c, company, "")); contact != nil {
		return contact.Name
	}
	return ""
}
