package app

import (
	"context"
	"slices"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/authn"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

// CreateToken makes an API token for a person of a company; it may do what the
// person may, within its scopes. Its secret is shown once. A token cannot make
// a wider one.
func (a *App) CreateToken(ctx context.Context, actor access.Actor, company, person, label string, scopes []string, expires *time.Time) (wire.Token, error) {
	if err := mayManage(actor, company); err != nil {
		return wire.Token{}, err
	}
	if len(scopes) == 0 {
		scopes = []string{string(access.ScopeRead)}
	}
	if err := goodScopes(actor, scopes); err != nil {
		return wire.Token{}, err
	}
	if person == "" {
		return wire.Token{}, fault.New(fault.Invalid, "invalid.required", "field", "person")
	}
	c := store.Credential{Kind: store.Token, Company: company, Person: person, Label: label, Scopes: scopes}
	if expires != nil {
		c.Expires = *expires
	}
	var secret string
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		p, _, err := tx.Person(person)
		if err == nil && p.Company != company {
			err = fault.New(fault.NotFound, "not-found", "noun", "people", "id", person)
		}
		if err != nil {
			return err
		}
		if secret, err = a.mint(tx, c, authn.TokenPrefix, 0); err != nil {
			return err
		}
		c.ID, c.Created = authn.PublicID(secret), tx.Now()
		return audit(tx, actor, "create-token", "tokens", c.ID)
	})
	if err != nil {
		return wire.Token{}, err
	}
	out := tokenOf(c)
	out.Secret = secret
	return out, nil
}

func mayManage(actor access.Actor, company string) error {
	if err := access.Need(actor, access.ManagePeople); err != nil {
		return err
	}
	switch {
	case company == "":
		return fault.New(fault.Invalid, "invalid.required", "field", "company")
	case !actor.Local && company != actor.Company:
		return fault.New(fault.NotFound, "not-found.company", "id", company)
	}
	return nil
}

func goodScopes(actor access.Actor, scopes []string) error {
	for _, scope := range scopes {
		if !slices.Contains(access.Scopes(), scope) {
			return fault.New(fault.Invalid, "invalid.unknown-scope", "scope", scope)
		}
		if !access.InScope(actor, access.Scope(scope)) {
			return fault.New(fault.Denied, "auth.scope-missing", "scope", scope)
		}
	}
	return nil
}

func tokenOf(c store.Credential) wire.Token {
	out := wire.Token{ID: c.ID, Company: c.Company, Person: c.Person, Label: c.Label, Scopes: c.Scopes, Created: c.Created}
	if !c.Used.IsZero() {
		out.LastUsed = &c.Used
	}
	if !c.Expires.IsZero() {
		out.Expires = &c.Expires
	}
	return out
}

// Tokens lists the tokens of the actor's company.
func (a *App) Tokens(ctx context.Context, actor access.Actor) ([]wire.Token, error) {
	if err := mayManage(actor, actor.Company); err != nil {
		return nil, err
	}
	out := []wire.Token{}
	err := a.store.View(ctx, func(tx *store.Tx) error {
		list, err := tx.Credentials(actor.Company, store.Token, "")
		for _, c := range list {
			out = append(out, tokenOf(c))
		}
		return err
	})
	return out, err
}

// RevokeToken ends a token of the actor's company at once.
func (a *App) RevokeToken(ctx context.Context, actor access.Actor, id string) error {
	if err := mayManage(actor, actor.Company); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		err := tx.RevokeCredential(actor.Company, id)
		if fault.Is(err, fault.NotFound) {
			err = fault.New(fault.NotFound, "not-found.token", "id", id)
		}
		if err != nil {
			return err
		}
		return audit(tx, actor, "revoke-token", "tokens", id)
	})
}
