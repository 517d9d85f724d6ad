package store

import (
	"crypto/sha256"
	"database/sql"
	"time"

	"switchboard/internal/fault"
)

// GuestLink lets one contact of a company at one case, without an account. The
// secret itself is never kept, only its SHA-256.
type GuestLink struct {
	ID      string // public: to list and to revoke
	Case    string
	Company string // as which the guest reads and writes
	Contact string // whom it was made for
	Person  string // who made it
	Handoff string // that invites the company; "" = made by hand for a colleague
	Created time.Time
	Expires time.Time
	Revoked time.Time // zero = not
}

const guestColumns = "g.id, g.number, g.company, g.contact, g.person, g.created_at, g.expires_at, g.revoked_at, g.handoff"

// What holds: not revoked, not expired, and who made it still works for the
// company; what a handoff made is of the company that sent it. All of it is asked
// each time.
const guestHolds = ` g.revoked_at = 0 AND g.expires_at > $2 AND (g.handoff <> '' OR EXISTS (SELECT 1 FROM people p WHERE p.id = g.person AND p.company = g.company))`

var (
	guestAdd  = sqlQuery("INSERT INTO guest_link (id, hash, number, company, contact, person, created_at, expires_at, revoked_at, handoff) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)")
	guestEver = sqlQuery("SELECT " + guestColumns + " FROM guest_link g WHERE g.hash = $1")
	guestOpen = sqlQuery("SELECT " + guestColumns + " FROM guest_link g WHERE g.hash = $1 AND" + guestHolds)
	guestIn   = sqlQuery("SELECT " + guestColumns + " FROM guest_session s JOIN guest_link g ON g.id = s.link WHERE s.hash = $1 AND s.expires_at > $2 AND" + guestHolds)
	guestList = sqlQuery("SELECT " + guestColumns + " FROM guest_link g WHERE g.number = $1 AND g.company = $3 AND" + guestHolds + " ORDER BY g.created_at DESC, g.id LIMIT 100")
	guestEnd  = sqlQuery("UPDATE guest_link SET revoked_at = $4 WHERE id = $1 AND number = $2 AND company = $3 AND revoked_at = 0")
	guestIs   = sqlQuery("SELECT 1 FROM guest_link WHERE id = $1 AND number = $2 AND company = $3")
	guestSit  = sqlQuery("INSERT INTO guest_session (hash, link, expires_at) VALUES ($1, $2, $3)")
)

// AddGuestLink keeps a new link under the hash of its secret.
func (tx *Tx) AddGuestLink(hash [sha256.Size]byte, g GuestLink) error {
	_, err := tx.exec(guestAdd, g.ID, hash[:], g.Case, g.Company, g.Contact, g.Person, micros(tx.now), micros(g.Expires), g.Handoff)
	return err
}

// GuestLink gives the link of a secret's hash, and whether it holds now; nil
// when there never was one.
func (tx *Tx) GuestLink(hash [sha256.Size]byte) (g *GuestLink, holds bool, err error) {
	list, err := tx.guests(guestOpen, hash[:], micros(tx.now))
	if err != nil || len(list) > 0 {
		return first(list), true, err
	}
	list, err = tx.guests(guestEver, hash[:])
	return first(list), false, err
}

func first(list []GuestLink) *GuestLink {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

// AddGuestSession keeps what a guest's browser holds from now on in the place
// of the link.
func (tx *Tx) AddGuestSession(hash [sha256.Size]byte, link string, expires time.Time) error {
	_, err := tx.exec(guestSit, hash[:], link, micros(expires))
	return err
}

// GuestSession gives the link behind a session's hash while both hold. Unknown,
// expired and revoked are all the same fault not-found.
func (tx *Tx) GuestSession(hash [sha256.Size]byte) (*GuestLink, error) {
	list, err := tx.guests(guestIn, hash[:], micros(tx.now))
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "credential.unknown")
	}
	return first(list), err
}

// GuestLinks lists the links that hold for a company's side of a case, newest
// first, at most 100.
func (tx *Tx) GuestLinks(number, company string) ([]GuestLink, error) {
	return tx.guests(guestList, number, micros(tx.now), company)
}

// RevokeGuestLink ends a link and every session behind it; it may be ended
// already.
func (tx *Tx) RevokeGuestLink(number, company, id string) error {
	n, err := tx.exec(guestEnd, id, number, company, micros(tx.now))
	if err != nil || n > 0 {
		return err
	}
	var one int
	found, err := tx.one(guestIs, []any{id, number, company}, &one)
	if err == nil && !found {
		err = notFound("guest-link", id)
	}
	return err
}

func (tx *Tx) guests(q *query, args ...any) (out []GuestLink, err error) {
	err = tx.each(q, args, func(rows *sql.Rows) error {
		var g GuestLink
		var created, expires, revoked int64
		err := rows.Scan(&g.ID, &g.Case, &g.Company, &g.Contact, &g.Person, &created, &expires, &revoked, &g.Handoff)
		g.Created, g.Expires, g.Revoked = fromMicros(created), fromMicros(expires), fromMicros(revoked)
		out = append(out, g)
		return err
	})
	return out, err
}
