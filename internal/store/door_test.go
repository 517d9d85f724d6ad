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
				door, err := s.Admit(t.Context(), secret, "", "")
				if err != nil {
					t.Fatal(err)
				}
				if len(door.Person.Roles) != len(roles) || len(roles) > 0 && door.Person.Roles[0] != roles[0] || len(door.Company.Kinds) != len(kinds) {
					t.Errorf("roles %v, kinds %v; want %v, %v", door.Person.Roles, door.Company.Kinds, roles, kinds)
				}
				again, err := s.Admit(t.Context(), secret, "", "")
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
		door, err := s.Admit(t.Context(), secret, "", "")
		if err != nil || door.Person != nil || door.Company.ID != "tailspin" || door.Credential.Label != "robot" {
			t.Errorf("%+v, %v", door, err)
		}
	})
}

// The door brings the setting for everybody and that of its own company, as
// they stand at this very moment.
func TestTheDoorBringsTheSettingsOfItsCompany(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		add(t, s, Token, time.Time{})
		steps := []struct{ key, value, forAll, forCompany string }{
			{"own:northwind", "of another company", "", ""},
			{"all", "1", "1", ""},
			{"own:tailspin", "2", "1", "2"},
			{"all", "3", "3", "2"},
			{"own:tailspin", "", "3", ""},
		}
		for _, step := range steps {
			inTx(t, s, func(tx *Tx) error {
				if step.value == "" {
					return tx.Unset(step.key)
				}
				return tx.Set(step.key, step.value)
			})
			door, err := s.Admit(t.Context(), secret, "all", "own:")
			if err != nil || door.ForAll != step.forAll || door.ForCompany != step.forCompany || !door.Credential.Created.Equal(start) {
				t.Errorf("after %s = %q: %q, %q, made at %v, %v", step.key, step.value, door.ForAll, door.ForCompany, door.Credential.Created, err)
			}
		}
	})
}
