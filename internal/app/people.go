package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/authn"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

// How long what proves a person lasts.
const (
	sessionIdle = 12 * time.Hour
	sessionLife = 7 * 24 * time.Hour
	signinLife  = 30 * time.Minute
	inviteLife  = 7 * 24 * time.Hour

	// MinPassword is the fewest characters of a password.
	MinPassword = authn.MinPassword

	// Failed sign-ins of one address or one network before it has to wait.
	triesMost   = 10
	triesWindow = 15 * time.Minute
)

// SignIn opens a session for a person with a password. A wrong address and a
// wrong password are told apart by nothing, time included.
func (a *App) SignIn(ctx context.Context, email, password, remote string) (secret string, s wire.Session, err error) {
	email = text.Fold(strings.TrimSpace(email))
	keys := []string{"email:" + email, "net:" + remote}
	var found []claim
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		for _, key := range keys {
			if err := a.countTry(tx, key); err != nil {
				return err
			}
		}
		found, err = claims(tx, email)
		return err
	})
	if err != nil {
		return "", s, err
	}
	person := a.whoKnows(found, password)
	if person == "" {
		return "", s, fault.New(fault.Denied, "auth.sign-in-failed")
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		for _, key := range keys {
			if err := tx.ClearAttempts(key); err != nil {
				return err
			}
		}
		secret, s, err = a.openSession(tx, person)
		return err
	})
	return secret, s, err
}

// countTry counts before the password is looked at, in its own transaction, so
// that tries at the same time all count.
func (a *App) countTry(tx *store.Tx, key string) error {
	n, err := tx.CountAttempt(key, triesWindow)
	if err == nil && n > triesMost {
		err = fault.New(fault.TooMany, "auth.too-many-tries", "retry", int(triesWindow.Minutes()))
	}
	return err
}

// claim is a person that an address may belong to, with its password hash.
type claim struct{ person, phc string }

func claims(tx *store.Tx, email string) ([]claim, error) {
	ids, err := tx.PeopleByEmail(email)
	if err != nil {
		return nil, err
	}
	var out []claim
	for _, id := range ids {
		phc, err := tx.Password(id)
		if err != nil {
			return nil, err
		}
		out = append(out, claim{id, phc})
	}
	return out, nil
}

// whoKnows is the person whose password it is; an unknown address costs one
// check too.
func (a *App) whoKnows(found []claim, password string) string {
	if len(found) == 0 {
		authn.CheckPassword("", password)
	}
	for _, c := range found {
		if authn.CheckPassword(c.phc, password) {
			return c.person
		}
	}
	return ""
}

// openSession makes a new secret at each sign-in, so that none can be planted.
func (a *App) openSession(tx *store.Tx, person string) (string, wire.Session, error) {
	p, _, err := tx.Person(person)
	if err != nil {
		return "", wire.Session{}, err
	}
	secret, err := a.mint(tx, store.Credential{Kind: store.Session, Company: p.Company, Person: p.ID}, authn.SessionPrefix, sessionLife)
	if err != nil {
		return "", wire.Session{}, err
	}
	company, _, err := tx.Company(p.Company)
	if err != nil {
		return "", wire.Session{}, err
	}
	return secret, sessionFor(p, company), nil
}

// mint makes a credential that lasts a while and gives its secret.
func (a *App) mint(tx *store.Tx, c store.Credential, prefix string, life time.Duration) (secret string, err error) {
	secret = authn.NewSecret(prefix)
	c.ID = authn.PublicID(secret)
	if life > 0 {
		c.Expires = tx.Now().Add(life)
	}
	return secret, tx.AddCredential(authn.Digest(secret), c)
}

func sessionFor(person *wire.Person, company *wire.Company) wire.Session {
	return wire.Session{Company: person.Company, Person: person.ID, Name: person.Name, Kinds: slices.Clip(company.Kinds),
		Roles: slices.Clip(person.Roles), Lang: person.Lang, TZ: person.TZ}
}

// SignOut ends a session.
func (a *App) SignOut(ctx context.Context, secret string) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		c, err := tx.FindCredential(authn.Digest(secret))
		if fault.Is(err, fault.NotFound) {
			return nil // it has ended already
		}
		if err != nil {
			return err
		}
		return tx.RevokeCredential(c.Company, c.ID)
	})
}

// Authenticate turns a session or token into an actor. What the person may do
// is read anew each time, so that a right that is lost is lost at once.
func (a *App) Authenticate(ctx context.Context, secret string, via access.Via) (access.Actor, wire.Session, error) {
	door, err := a.store.Admit(ctx, authn.Digest(secret), rolesKey, companyRolesKey)
	c := &door.Credential
	if err == nil && c.Kind != store.Session && c.Kind != store.Token {
		err = fault.New(fault.NotFound, "credential.unknown")
	}
	if fault.Is(err, fault.NotFound) { // unknown, or the person or company is gone
		err = fault.New(fault.Denied, "auth.token-unknown")
	}
	if err == nil && c.Kind == store.Session && a.now().Sub(latest(c.Created, c.Used)) > sessionIdle {
		err = fault.New(fault.Denied, "auth.expired-session")
	}
	if err != nil {
		return access.Actor{}, wire.Session{}, err
	}
	actor, s, err := a.actorOf(door, via)
	if err != nil {
		return access.Actor{}, wire.Session{}, err
	}
	a.touch(ctx, c.ID)
	return actor, s, nil
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (a *App) actorOf(door store.Door, via access.Via) (access.Actor, wire.Session, error) {
	c, person, company := door.Credential, door.Person, door.Company
	if person == nil {
		person = &wire.Person{Company: c.Company, Name: c.Label}
	}
	set, err := a.rolesOf(door)
	if err != nil {
		return access.Actor{}, wire.Session{}, err
	}
	actor := access.Actor{Company: company.ID, Kinds: slices.Clip(company.Kinds), Person: person.ID, Roles: slices.Clip(person.Roles), Set: set, Via: via,
		Operator: slices.Contains(company.Kinds, wire.Operator)}
	if c.Kind == store.Token {
		actor.Scopes, actor.Since = append([]string{}, c.Scopes...), c.Created
	}
	return actor, sessionFor(person, company), nil
}

// WorkFor is the person at the command line of this installation working for a
// company, by name of one of its people or of nobody. From others it is refused.
func (a *App) WorkFor(ctx context.Context, actor access.Actor, company, person string) (access.Actor, error) {
	if !actor.Local {
		return access.Actor{}, fault.New(fault.Denied, "denied")
	}
	if company == "" {
		return access.Actor{}, fault.New(fault.Invalid, "auth.person-without-company")
	}
	err := a.store.View(ctx, func(tx *store.Tx) error {
		its, _, err := tx.Company(company)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "not-found.company", "id", company)
		}
		if err != nil {
			return err
		}
		actor.Company, actor.Kinds, actor.Operator = its.ID, its.Kinds, slices.Contains(its.Kinds, wire.Operator)
		if person == "" {
			return nil
		}
		p, _, err := tx.Person(person)
		if err == nil && p.Company != company || fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "not-found.person", "id", person)
		}
		if err == nil {
			actor.Person, actor.Roles = p.ID, p.Roles
		}
		return err
	})
	return actor, err
}

// touch notes the use of a credential, at most once a minute. A request does
// not fail because the note cannot be written, as on a full disk: the use after
// that is noted again.
func (a *App) touch(ctx context.Context, id string) {
	if a.stale.due(id, a.now(), time.Minute) {
		_ = a.store.InTx(ctx, func(tx *store.Tx) error { return tx.UseCredential(id, time.Minute) })
	}
}

// SigninLink makes a one-time link for a person: at the local command line
// only, for the first sign-in and for the demonstration.
func (a *App) SigninLink(ctx context.Context, actor access.Actor, person string) (secret string, err error) {
	if !actor.Local {
		return "", fault.New(fault.Denied, "denied.local-only")
	}
	life := signinLife
	if a.demo {
		life = sessionLife
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		p, _, err := tx.Person(person)
		if err != nil {
			return err
		}
		if secret, err = a.mint(tx, store.Credential{Kind: store.Link, Company: p.Company, Person: p.ID}, authn.LinkPrefix, life); err != nil {
			return err
		}
		return audit(tx, actor, "signin-link", directory.People, p.ID)
	})
	return secret, err
}

// ConsumeSigninLink opens a session and spends the link. Links of a
// demonstration can be used again, so that a visitor can change persona.
func (a *App) ConsumeSigninLink(ctx context.Context, secret string) (session string, s wire.Session, err error) {
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		c, err := spend(tx, secret, store.Link, !a.demo)
		if err != nil {
			return err
		}
		session, s, err = a.openSession(tx, c.Person)
		return err
	})
	return session, s, err
}

// spend checks a one-time secret and, when it is to be used up, takes it.
func spend(tx *store.Tx, secret, kind string, usedUp bool) (*store.Credential, error) {
	look := tx.FindCredential
	if usedUp {
		look = tx.TakeCredential
	}
	c, err := look(authn.Digest(secret))
	if fault.Is(err, fault.NotFound) || err == nil && c.Kind != kind {
		return nil, fault.New(fault.Denied, "auth.expired-link")
	}
	return c, err
}

// Invite adds a person to the actor's company and makes the link by which the
// person sets a password.
func (a *App) Invite(ctx context.Context, actor access.Actor, person wire.Person) (secret string, err error) {
	if err := access.Need(actor, access.ManagePeople); err != nil {
		return "", err
	}
	if !actor.Local && person.Company != actor.Company {
		return "", fault.New(fault.NotFound, "not-found.company", "id", person.Company)
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := a.check(tx, &person); err != nil {
			return err
		}
		if _, err := tx.Put(&person, new(int64)); err != nil {
			return err
		}
		if secret, err = a.mint(tx, store.Credential{Kind: store.Invite, Company: person.Company, Person: person.ID}, authn.InvitePrefix, inviteLife); err != nil {
			return err
		}
		return audit(tx, actor, "invite", directory.People, person.ID)
	})
	return secret, err
}

// AcceptInvite sets the password of an invited person and signs in.
func (a *App) AcceptInvite(ctx context.Context, secret, password string) (session string, s wire.Session, err error) {
	if err := goodPassword(password); err != nil {
		return "", s, err
	}
	phc := authn.HashPassword(password)
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		c, err := spend(tx, secret, store.Invite, true)
		if err != nil {
			return err
		}
		if err := tx.SetPassword(c.Person, phc); err != nil {
			return err
		}
		session, s, err = a.openSession(tx, c.Person)
		return err
	})
	return session, s, err
}

func goodPassword(password string) error {
	if len([]rune(password)) < authn.MinPassword || len(password) > 1024 {
		return fault.New(fault.Invalid, "auth.password-length", "min", authn.MinPassword)
	}
	return nil
}

// SetPassword changes the actor's own password. Every session and token of the
// person ends; the new session's secret is given back.
func (a *App) SetPassword(ctx context.Context, actor access.Actor, old, fresh string) (session string, err error) {
	if actor.Person == "" || actor.Scopes != nil { // a token does not make itself a session
		return "", fault.New(fault.Denied, "auth.sign-in-needed")
	}
	if err := goodPassword(fresh); err != nil {
		return "", err
	}
	var phc string
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		phc, err = tx.Password(actor.Person)
		return err
	})
	if err != nil {
		return "", err
	}
	if phc != "" && !authn.CheckPassword(phc, old) {
		return "", fault.New(fault.Denied, "auth.sign-in-failed")
	}
	phc = authn.HashPassword(fresh)
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.SetPassword(actor.Person, phc); err != nil {
			return err
		}
		if session, _, err = a.openSession(tx, actor.Person); err != nil {
			return err
		}
		return audit(tx, actor, "set-password", directory.People, actor.Person)
	})
	return session, err
}

// Prefer keeps in which language and zone a person wants to be answered; ""
// states none.
func (a *App) Prefer(ctx context.Context, actor access.Actor, lang, tz string) error {
	if !actor.SignedIn() || actor.Person == "" {
		return fault.New(fault.Denied, "auth.sign-in-needed")
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		old, version, err := tx.Person(actor.Person)
		if err != nil {
			return err
		}
		person := *old
		person.Lang, person.TZ = lang, tz
		if person.Lang == old.Lang && person.TZ == old.TZ {
			return nil
		}
		if err := directory.Refuse(directory.Check(&person)); err != nil {
			return err
		}
		if _, err := tx.Put(&person, &version); err != nil {
			return err
		}
		return audit(tx, actor, "prefer", directory.People, person.ID)
	})
}
