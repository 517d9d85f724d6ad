package store

import (
	"database/sql"
	"encoding/json"
	"time"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

var (
	holdsOf  = sqlQuery("SELECT doc FROM contact_hold WHERE offer " + inSlots(slots) + " ORDER BY offer, contact")
	holdPut  = sqlQuery("INSERT INTO contact_hold (offer, contact, until_at, doc) VALUES ($1, $2, $3, $4) ON CONFLICT (offer, contact) DO UPDATE SET until_at = excluded.until_at, doc = excluded.doc")
	holdDrop = sqlQuery("DELETE FROM contact_hold WHERE offer = $1 AND contact = $2")
	holdGone = sqlQuery("DELETE FROM contact_hold WHERE offer = $1")
)

// Holds gives the changes of contact points that wait or have waited, by offer.
func (tx *Tx) Holds(offers ...string) (map[string][]directory.Hold, error) {
	out := map[string][]directory.Hold{}
	for _, some := range chunks(offers, slots) {
		err := tx.each(holdsOf, fill(some, slots), func(rows *sql.Rows) error {
			var doc sql.RawBytes
			if err := rows.Scan(&doc); err != nil {
				return err
			}
			object, err := decode(holdNoun, doc)
			if err == nil {
				h := object.(*directory.Hold)
				out[h.Offer] = append(out[h.Offer], *h)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// holdNoun stands for the rows of this table among those of an offer.
const holdNoun directory.Noun = "contact_hold"

// PutHold keeps a hold, in place of an earlier one of the same contact point.
func (tx *Tx) PutHold(h directory.Hold) error {
	doc, err := json.Marshal(h)
	if err != nil {
		return err
	}
	tx.raise = true
	_, err = tx.exec(holdPut, h.Offer, h.Contact, micros(h.Until), string(doc))
	return err
}

// DropHold lets the offer's own contact point count.
func (tx *Tx) DropHold(offer, contact string) error {
	tx.raise = true
	_, err := tx.exec(holdDrop, offer, contact)
	return err
}

// LockOffer reads an offer that nobody else changes before this transaction
// ends. Fault not-found.
func (tx *Tx) LockOffer(id string) (*wire.Offer, int64, error) {
	var version int64
	found, err := tx.one(tableOf[directory.Offers].sql.lock, []any{id}, &version)
	if err == nil && !found {
		err = notFound(string(directory.Offers), id)
	}
	if err != nil {
		return nil, 0, err
	}
	return tx.Offer(id)
}

// What an import says of a contact point counts at once; what it leaves as it
// was goes on waiting. Few offers have a change that waits.
var (
	holdsStaged = stagingQuery("SELECT h.doc, t.doc, s.doc FROM contact_hold h JOIN offers t ON t.id = h.offer JOIN stage_offers s ON s.id = h.offer WHERE h.until_at > $1 AND s.doc <> t.doc")
	holdsPruned = stagingQuery("DELETE FROM contact_hold WHERE NOT EXISTS (SELECT 1 FROM stage_offers s WHERE s.id = contact_hold.offer)")
)

// settleHolds runs before the offers of an import are written.
func settleHolds(tx *Tx, prune bool) error {
	type settled struct{ offer, contact string }
	var list []settled
	err := tx.each(holdsStaged, []any{micros(tx.now)}, func(rows *sql.Rows) error {
		docs := [3]sql.RawBytes{}
		if err := rows.Scan(&docs[0], &docs[1], &docs[2]); err != nil {
			return err
		}
		hold, err := decode(holdNoun, docs[0])
		if err != nil {
			return err
		}
		old, err := decode(directory.Offers, docs[1])
		if err != nil {
			return err
		}
		fresh, err := decode(directory.Offers, docs[2])
		if err != nil {
			return err
		}
		h := *hold.(*directory.Hold)
		for _, contact := range directory.SettledBy(old.(*wire.Offer), fresh.(*wire.Offer), []directory.Hold{h}) {
			list = append(list, settled{h.Offer, contact})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range list {
		if err := tx.DropHold(s.offer, s.contact); err != nil {
			return err
		}
	}
	if prune {
		_, err = tx.exec(holdsPruned)
	}
	return err
}

// PersonBefore tells whether a person stood in the directory, with the rights
// of now, before an instant.
func (tx *Tx) PersonBefore(id string, at time.Time) (bool, error) {
	var changed int64
	found, err := tx.one(personChanged, []any{id}, &changed)
	if err != nil || !found {
		return false, err
	}
	return changed < micros(at), nil
}

var personChanged = sqlQuery("SELECT changed_at FROM people WHERE id = $1")

// Hold finds the change of a contact point that waits now. Fault not-found.
func (tx *Tx) Hold(offer, contact string) (directory.Hold, error) {
	holds, err := tx.Holds(offer)
	if err != nil {
		return directory.Hold{}, err
	}
	for _, h := range holds[offer] {
		if h.Contact == contact && h.Runs(tx.now) {
			return h, nil
		}
	}
	return directory.Hold{}, fault.New(fault.NotFound, "not-found.contact-change", "id", contact)
}
