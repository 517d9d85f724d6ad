package store

import (
	"context"
	"crypto/sha256"
	"database/sql"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

var credentialDoor = sqlQuery("SELECT " + credentialColumns + ", coalesce(p.doc, ''), k.doc, coalesce(f.value, ''), coalesce(h.value, '')" + credentialFrom +
	" JOIN companies k ON k.id = c.company LEFT JOIN setting f ON f.key = $3 LEFT JOIN setting h ON h.key = $4 || c.company" +
	" WHERE c.hash = $1 AND" + credentialHolds)

// Door is what a credential opens: its person, nil for a company's program, and
// its company. Both are shared: they are read, never changed. The settings are
// those that decide what can be done there; one that is not set is "".
type Door struct {
	Credential Credential
	Person     *wire.Person
	Company    *wire.Company
	ForAll     string // the setting for everybody
	ForCompany string // the company's own
}

// Admit is FindCredential with the person, the company and two settings, in one
// statement and outside of a transaction: each request begins with it. forAll
// is the key of one setting, forCompany what stands before the company's id in
// the key of the other.
func (s *Store) Admit(ctx context.Context, hash [sha256.Size]byte, forAll, forCompany string) (door Door, err error) {
	var found bool
	err = s.glance(ctx, func(tx *Tx) error {
		return tx.each(credentialDoor, []any{hash[:], micros(tx.now), forAll, forCompany}, func(rows *sql.Rows) error {
			found = true
			var person, company string
			if door.Credential, err = scanCredential(rows, &person, &company, &door.ForAll, &door.ForCompany); err != nil {
				return err
			}
			return door.furnish(s.shelf, person, company)
		})
	})
	if err == nil && !found {
		err = fault.New(fault.NotFound, "credential.unknown")
	}
	return door, err
}

func (d *Door) furnish(shelf *shelf, person, company string) error {
	object, err := shelf.object(directory.Companies, company)
	if err != nil {
		return err
	}
	d.Company = object.(*wire.Company)
	if person == "" {
		return nil
	}
	if object, err = shelf.object(directory.People, person); err == nil {
		d.Person = object.(*wire.Person)
	}
	return err
}
