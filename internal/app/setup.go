package app

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/authn"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

// The first start of an installation (experience 6.3): whoever can read what the
// server prints gets a link, and with it makes the first company and the first
// person, once. From then on people are invited by people.

// setupLife is how long the link of the first start opens.
const setupLife = 30 * time.Minute

// setupKey is the setting that holds the digest of the link's secret and its end.
// There is one link at a time: a new one ends the one before.
const setupKey = "setup-link"

// Founding is what the first start asks for. The ids are made by the edge, as those
// of every company and person are.
type Founding struct {
	Company  wire.Company
	Person   wire.Person // its roles and company follow from the company
	Password string
}

// NeedsSetup tells whether nobody has set this installation up: there is no company.
func (a *App) NeedsSetup(ctx context.Context) (needs bool, err error) {
	if a.founded.Load() {
		return false, nil
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		needs, err = isEmpty(tx)
		return err
	})
	if err == nil && !needs {
		a.founded.Store(true) // nothing makes it empty again while it runs
	}
	return needs, err
}

func isEmpty(tx *store.Tx) (bool, error) {
	n, err := tx.Count(everyone, directory.Companies, store.Filter{}, 1)
	return n == 0, err
}

// SetupLink makes the link of the first start, at the command line of the machine
// only. Fault conflict setup.done when there is a company.
func (a *App) SetupLink(ctx context.Context, actor access.Actor) (secret string, until time.Time, err error) {
	if !actor.Local {
		return "", until, fault.New(fault.Denied, "denied.local-only")
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := onlyEmpty(tx); err != nil {
			return err
		}
		secret, until = authn.NewSecret(authn.SetupPrefix), tx.Now().Add(setupLife)
		if err := tx.Set(setupKey, keptLink(secret)+" "+until.Format(time.RFC3339)); err != nil {
			return err
		}
		return audit(tx, actor, "setup-link", directory.Companies, "")
	})
	return secret, until, err
}

func onlyEmpty(tx *store.Tx) error {
	empty, err := isEmpty(tx)
	if err == nil && !empty {
		err = fault.New(fault.Conflict, "setup.done")
	}
	return err
}

func keptLink(secret string) string {
	digest := authn.Digest(secret)
	return hex.EncodeToString(digest[:])
}

// OpensSetup refuses a link that opens nothing: unknown, used, ended, or of an
// installation that is set up.
func (a *App) OpensSetup(ctx context.Context, secret string) error {
	return a.store.View(ctx, func(tx *store.Tx) error { return opensSetup(tx, secret) })
}

func opensSetup(tx *store.Tx, secret string) error {
	kept, _, err := tx.Setting(setupKey)
	if err != nil {
		return err
	}
	digest, end, _ := strings.Cut(kept, " ")
	until, bad := time.Parse(time.RFC3339, end)
	if bad != nil || digest != keptLink(secret) || !tx.Now().Before(until) {
		return fault.New(fault.Denied, "setup.expired-link")
	}
	return onlyEmpty(tx)
}

// SetUp makes the first company with the person who may arrange everything in it,
// and signs the person in. The link is used up; of two at once one wins.
func (a *App) SetUp(ctx context.Context, secret string, f Founding) (session string, s wire.Session, err error) {
	if err := lacksToFound(f); err != nil {
		return "", s, err
	}
	phc := authn.HashPassword(f.Password)
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := opensSetup(tx, secret); err != nil {
			return err
		}
		if err := a.found(tx, &f); err != nil {
			return err
		}
		if err := tx.SetPassword(f.Person.ID, phc); err != nil {
			return err
		}
		if err := tx.Unset(setupKey); err != nil {
			return err
		}
		if session, s, err = a.openSession(tx, f.Person.ID); err != nil {
			return err
		}
		return audit(tx, access.Actor{Company: f.Company.ID, Person: f.Person.ID, Via: access.ViaWeb}, "set-up", directory.Companies, f.Company.ID)
	}, store.Serializable)
	return session, s, err
}

// lacksToFound: what the directory itself could do without.
func lacksToFound(f Founding) error {
	lacks := fault.New(fault.Invalid, "fields.invalid")
	name, _ := f.Company.Name.In("")
	for _, field := range []struct{ path, value string }{
		{"company.name", name}, {"person.name", f.Person.Name}, {"person.email", f.Person.Email},
	} {
		if strings.TrimSpace(field.value) == "" {
			lacks.At(field.path, "field.required")
		}
	}
	if err := goodPassword(f.Password); err != nil {
		wrong := fault.Of(err)
		lacks.Fields = append(lacks.Fields, fault.Field{Path: "password", Code: wrong.Code, Args: wrong.Args})
	}
	if len(lacks.Fields) > 0 {
		return lacks
	}
	return nil
}

// found puts the company and its person.
func (a *App) found(tx *store.Tx, f *Founding) error {
	if err := a.check(tx, &f.Company); err != nil {
		return below("company.", err)
	}
	if _, err := tx.Put(&f.Company, new(int64)); err != nil {
		return err
	}
	set, err := a.rolesNow(tx)
	if err != nil {
		return err
	}
	f.Person.Company, f.Person.Roles = f.Company.ID, managing(set, f.Company.Kinds)
	if err := a.check(tx, &f.Person); err != nil {
		return below("person.", err)
	}
	_, err = tx.Put(&f.Person, new(int64))
	return err
}

// managing are the roles in such a company that may manage its people.
func managing(set *access.Set, kinds []string) (out []string) {
	for _, role := range set.For(kinds) {
		if slices.ContainsFunc(role.Grants, func(g access.Grant) bool { return g.Ability == access.ManagePeople && !g.Operator }) {
			out = append(out, role.ID)
		}
	}
	return out
}

// below puts the fields of a fault where the form has them.
func below(path string, err error) error {
	if wrong := fault.Of(err); wrong != nil {
		for i := range wrong.Fields {
			wrong.Fields[i].Path = path + wrong.Fields[i].Path
		}
	}
	return err
}
