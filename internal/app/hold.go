package app

import (
	"context"
	"slices"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// holdContacts makes a publisher's change of a published contact point wait,
// before the offer is written (promises 4, "contact data"). What the operator
// writes counts at once.
func holdContacts(tx *store.Tx, actor access.Actor, object any) error {
	fresh, ok := object.(*wire.Offer)
	if !ok {
		return nil
	}
	old, _, err := tx.LockOffer(fresh.ID)
	if fault.Is(err, fault.NotFound) {
		return nil // nobody has seen it yet
	}
	if err != nil {
		return err
	}
	found, err := tx.Holds(fresh.ID)
	if err != nil {
		return err
	}
	holds := found[fresh.ID]
	if actor.Local || actor.Operator {
		return dropHolds(tx, fresh.ID, directory.SettledBy(old, fresh, holds))
	}
	directory.KeepFacts(old, fresh)
	return changeHolds(tx, actor, holds, directory.Waiting(old, fresh, holds, actor.Person, tx.Now()))
}

func dropHolds(tx *store.Tx, offer string, contacts []string) error {
	for _, contact := range contacts {
		if err := tx.DropHold(offer, contact); err != nil {
			return err
		}
	}
	return nil
}

// changeHolds keeps what waits and lets go of what was taken back. What is
// asked for now is written down.
func changeHolds(tx *store.Tx, actor access.Actor, before, now []directory.Hold) error {
	for _, h := range before {
		if h.Runs(tx.Now()) && !slices.ContainsFunc(now, func(n directory.Hold) bool { return n.Contact == h.Contact }) {
			if err := tx.DropHold(h.Offer, h.Contact); err != nil {
				return err
			}
		}
	}
	for _, h := range now {
		if !h.Asked.Equal(tx.Now()) {
			continue // it waits already
		}
		if err := tx.PutHold(h); err != nil {
			return err
		}
		if err := note(tx, actor, "request-contact", h); err != nil {
			return err
		}
	}
	return nil
}

// note writes what happens to a change of a contact point into the audit log.
func note(tx *store.Tx, actor access.Actor, act string, h directory.Hold) error {
	return tx.AddEntry(store.Entry{Company: actor.Company, Person: actor.Person, Via: string(actor.Via), Act: act,
		Noun: string(directory.Offers), ID: h.Offer + "/" + h.Contact})
}

// ApproveContact lets a change that waits count from now on. It takes a second
// person of the publisher, or the operator.
func (a *App) ApproveContact(ctx context.Context, actor access.Actor, offer, contact string, lang i18n.Lang) (*wire.OfferDetails, error) {
	return a.settleContact(ctx, actor, offer, contact, lang, func(tx *store.Tx, h directory.Hold) error {
		if err := maySecond(tx, actor, h); err != nil {
			return err
		}
		h.Until = tx.Now()
		if err := tx.PutHold(h); err != nil {
			return err
		}
		return note(tx, actor, "approve-contact", h)
	})
}

// WithdrawContact takes a change that waits back: the offer has its old contact
// point again.
func (a *App) WithdrawContact(ctx context.Context, actor access.Actor, offer, contact string, lang i18n.Lang) (*wire.OfferDetails, error) {
	return a.settleContact(ctx, actor, offer, contact, lang, func(tx *store.Tx, h directory.Hold) error {
		o, version, err := tx.LockOffer(offer)
		if err != nil {
			return err
		}
		if _, err := tx.Put(directory.Effective(o, []directory.Hold{h}, h.Asked), &version); err != nil {
			return err
		}
		if err := tx.DropHold(offer, h.Contact); err != nil {
			return err
		}
		return note(tx, actor, "withdraw-contact", h)
	})
}

func (a *App) settleContact(ctx context.Context, actor access.Actor, offer, contact string, lang i18n.Lang, settle func(*store.Tx, directory.Hold) error) (*wire.OfferDetails, error) {
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		object, _, err := tx.See(reader(actor), directory.Offers, offer)
		if err != nil {
			return err
		}
		if !keepsContacts(actor, object.(*wire.Offer)) {
			return fault.New(fault.Denied, "denied.role", "ability", string(access.EditContacts))
		}
		if err := access.Need(actor, access.EditContacts); err != nil {
			return err
		}
		if _, _, err := tx.LockOffer(offer); err != nil {
			return err
		}
		h, err := tx.Hold(offer, contact)
		if err != nil {
			return err
		}
		if err := keepOutcome(tx, actor, directory.Offers, offer); err != nil {
			return err
		}
		return settle(tx, h)
	})
	if err != nil {
		return nil, err
	}
	return a.OfferDetails(ctx, actor, offer, lang)
}

// keepsContacts tells whose word on the contacts of an offer counts at all.
func keepsContacts(actor access.Actor, o *wire.Offer) bool {
	return actor.Local || actor.Operator || actor.Company == o.Publisher && actor.Company != ""
}

// maySecond: a second pair of eyes is a person who was there, with the same
// rights and by the same token, before the change was asked for. Who has taken
// over an account could otherwise invite the second person.
func maySecond(tx *store.Tx, actor access.Actor, h directory.Hold) error {
	if actor.Local || actor.Operator {
		return nil
	}
	there, err := tx.PersonBefore(actor.Person, h.Asked)
	if err != nil {
		return err
	}
	if !there || actor.Person == h.Person || actor.Scopes != nil && !actor.Since.Before(h.Asked) {
		return fault.New(fault.Denied, "denied.second-person")
	}
	return nil
}

// settled gives offers to a reader as partners see them now; their publisher
// and the operator read them as they were written.
func settled(tx *store.Tx, actor access.Actor, items []store.Item) error {
	var ids []string
	for _, item := range items {
		if o, ok := item.Object.(*wire.Offer); ok && !keepsContacts(actor, o) {
			ids = append(ids, o.ID)
		}
	}
	holds, err := tx.Holds(ids...)
	for i := range items {
		if o, ok := items[i].Object.(*wire.Offer); ok {
			items[i].Object = directory.Effective(o, holds[o.ID], tx.Now())
		}
	}
	return err
}
