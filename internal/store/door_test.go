package store

import (
	"testing"
	"time"

	"switchboard/wire"
)

// What is decoded once is shared, but the person and the company are always
// those of this very moment.
func TestTheDoorShowsThePersonAndTheCompanyAsTheyAre(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		add(t, s, Token, time.Time{})
		for _, roles := range [][]string{{"global-admin"}, {"billing-admin"}, nil, {"global-admin"}} {
			for _, kinds := range [][]string{{wire.DirectPartner}, {wire.DirectPartner, wire.Provider}} {
				put(t, s, company("tailspin", kinds...), &wire.Person{ID: "ken", Company: "tailspin", Roles: roles})
				door, err := s.Admit(t.Context(), secret)
				if err != nil {
					t.Fatal(err)
				}
				if len(door.Person.Roles) != len(roles) || len(roles) > 0 && door.Person.Roles[0] != roles[0] || len(door.Company.Kinds) != len(kinds) {
					t.Errorf("roles %v, kinds %v; want %v, %v", door.Person.Roles, door.Company.Kinds, roles, kinds)
				}
				again, err := s.Admit(t.Context(), secret)
				if err != nil || again.Person != door.Person || again.Company != door.Company {
					t.Errorf("the same texts gave other objects: %v", err)
				}
			}
		}
	})
}

// A program's credential has a company and no person.
func TestTheDoorOfACompanysProgram(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		inTx(t, s, func(tx *Tx) error {
			return tx.AddCredential(secret, Credential{ID: "c1", Kind: Token, Company: "tailspin", Label: "robot"})
		})
		door, err := s.Admit(t.Context(), secret)
		if err != nil || door.Person != nil || door.Company.ID != "tailspin" || door.Credential.Label != "robot" {
			t.Errorf("%+v, %v", door, err)
		}
	})
}
