package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync/atomic"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

// Where the settings of this file are kept.
const (
	rolesKey        = "roles"          // the published set, as it was written
	companyRolesKey = "company-roles:" // and the company: what it has switched off
)

// parsedRoles keeps the last published set that was read. The text is read anew
// with each credential, so that a right that is lost is lost at once, on every
// node; only reading it as roles is saved.
type parsedRoles struct{ held atomic.Pointer[access.Set] }

func (c *parsedRoles) of(source string) (*access.Set, error) {
	if source == "" {
		return access.Shipped(), nil
	}
	if held := c.held.Load(); held != nil && held.Text() == source {
		return held, nil
	}
	set, err := access.ParseSet(source)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "roles.unreadable")
	}
	c.held.Store(set)
	return set, nil
}

// rolesNow gives the roles in force, before any company's settings.
func (a *App) rolesNow(tx *store.Tx) (*access.Set, error) {
	source, _, err := tx.Setting(rolesKey)
	if err != nil {
		return nil, err
	}
	return a.roles.of(source)
}

func (a *App) rolesInForce(ctx context.Context) (set *access.Set, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		set, err = a.rolesNow(tx)
		return err
	})
	return set, err
}

// rolesOf gives the roles in force in the company of a door, by the settings
// that were read with it.
func (a *App) rolesOf(door store.Door) (*access.Set, error) {
	set, err := a.roles.of(door.ForAll)
	if err != nil {
		return nil, err
	}
	switches, err := readSwitches(door.ForCompany)
	return set.Without(switches.Off), err
}

// Roles gives the set in force, or the one that comes with the product.
func (a *App) Roles(ctx context.Context, actor access.Actor, shipped bool) (wire.RoleSet, error) {
	if !actor.SignedIn() {
		return wire.RoleSet{}, fault.New(fault.Denied, "auth.sign-in-needed")
	}
	if shipped {
		return roleSet(access.Shipped()), nil
	}
	set, err := a.rolesInForce(ctx)
	if err != nil {
		return wire.RoleSet{}, err
	}
	return roleSet(set), nil
}

func roleSet(s *access.Set) wire.RoleSet {
	out := wire.RoleSet{ID: s.ID, Version: s.Version, Author: s.Author, Date: s.Date, Text: s.Text(), Roles: []wire.Role{}}
	for _, r := range s.Roles {
		role := wire.Role{ID: r.ID, Name: r.Names, In: r.In, Grants: []wire.Grant{}}
		for _, g := range r.Grants {
			role.Grants = append(role.Grants, wire.Grant{Ability: string(g.Ability), Topics: g.Topics, Setting: g.Setting, Operator: g.Operator})
		}
		out.Roles = append(out.Roles, role)
	}
	return out
}

// PublishRoles puts a set of roles in force. Its version must be the next one,
// so that two people cannot publish over each other; ifVersion, when given, is
// that of the set in force. A role that somebody has stays in the set.
func (a *App) PublishRoles(ctx context.Context, actor access.Actor, source string, ifVersion *int64) (wire.RoleSet, error) {
	if err := access.Need(actor, access.PublishRoles); err != nil {
		return wire.RoleSet{}, err
	}
	set, err := access.ParseSet(source)
	if err != nil {
		return wire.RoleSet{}, err
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		was, err := a.rolesNow(tx)
		if err != nil {
			return err
		}
		if err := mayFollow(tx, was, set, ifVersion); err != nil {
			return err
		}
		if err := tx.Set(rolesKey, source); err != nil {
			return err
		}
		return audit(tx, actor, "publish-roles", "roles", itoa(set.Version))
	}, store.Serializable)
	if err != nil {
		return wire.RoleSet{}, err
	}
	return roleSet(set), nil
}

func mayFollow(tx *store.Tx, was, set *access.Set, ifVersion *int64) error {
	if ifVersion != nil && *ifVersion != int64(was.Version) {
		return fault.New(fault.Stale, "stale", "noun", "roles", "id", was.ID, "version", was.Version)
	}
	if next := was.Version + 1; set.Version != next {
		return fault.New(fault.Conflict, "roles.version", "version", set.Version, "next", next)
	}
	for _, role := range was.IDs() {
		if set.Role(role) != nil {
			continue
		}
		if person, err := tx.PersonWithRole(role); err != nil || person != "" {
			return orFault(err, fault.New(fault.Conflict, "roles.in-use", "role", role, "person", person))
		}
	}
	return nil
}

func orFault(err error, otherwise *fault.Error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// switches are the cells that a company has switched off, and the version of
// that choice; nothing chosen is version 1.
type switches struct {
	Version int64         `json:"version"`
	Off     []access.Cell `json:"off"`
}

func readSwitches(kept string) (switches, error) {
	out := switches{Version: 1}
	if kept == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(kept), &out); err != nil {
		return out, fault.Wrap(err, fault.Internal, "roles.unreadable")
	}
	return out, nil
}

// CompanySettings gives what a company may decide for itself, with its version:
// the cells of the roles that are "setting, default yes" (spec 1 section 6).
func (a *App) CompanySettings(ctx context.Context, actor access.Actor, company string) (out wire.CompanySettings, version int64, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		out, version, err = a.settingsOf(tx, actor, company)
		return err
	})
	return out, version, err
}

func (a *App) settingsOf(tx *store.Tx, actor access.Actor, company string) (wire.CompanySettings, int64, error) {
	out := wire.CompanySettings{Roles: map[string]map[string]bool{}}
	c, err := maySettle(tx, actor, company)
	if err != nil {
		return out, 0, err
	}
	set, err := a.rolesNow(tx)
	if err != nil {
		return out, 0, err
	}
	kept, _, err := tx.Setting(companyRolesKey + company)
	if err != nil {
		return out, 0, err
	}
	chosen, err := readSwitches(kept)
	for _, cell := range set.Settings(c.Kinds) {
		if out.Roles[cell.Role] == nil {
			out.Roles[cell.Role] = map[string]bool{}
		}
		out.Roles[cell.Role][string(cell.Ability)] = !slices.Contains(chosen.Off, cell)
	}
	return out, chosen.Version, err
}

// maySettle: a company's own admin decides for it, and the operator's.
func maySettle(tx *store.Tx, actor access.Actor, company string) (*wire.Company, error) {
	object, _, err := tx.See(reader(actor), directory.Companies, company)
	if err != nil {
		return nil, err
	}
	switch {
	case actor.Local, actor.Operator && access.May(actor, access.EditDirectory):
	case company != actor.Company:
		return nil, fault.New(fault.Denied, "denied.not-yours")
	default:
		err = access.Need(actor, access.ManageSettings)
	}
	return object.(*wire.Company), err
}

// SetCompanySettings keeps a company's choice; what it does not name stands at
// its default, yes. ifVersion, when given, is that of the choice that was read.
func (a *App) SetCompanySettings(ctx context.Context, actor access.Actor, company string, wish wire.CompanySettings, ifVersion *int64) (out wire.CompanySettings, version int64, err error) {
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		was, at, err := a.settingsOf(tx, actor, company)
		if err != nil {
			return err
		}
		if ifVersion != nil && *ifVersion != at {
			return fault.New(fault.Stale, "stale", "noun", string(directory.Companies), "id", company, "version", at)
		}
		if err := onlySettings(was, wish); err != nil {
			return err
		}
		kept, err := json.Marshal(switches{Version: at + 1, Off: switchedOff(wish)})
		if err != nil {
			return err
		}
		if err := tx.Set(companyRolesKey+company, string(kept)); err != nil {
			return err
		}
		if err := audit(tx, actor, "set-settings", directory.Companies, company); err != nil {
			return err
		}
		out, version, err = a.settingsOf(tx, actor, company)
		return err
	}, store.Serializable)
	return out, version, err
}

// onlySettings refuses what is no setting, and names the nearest that is one.
func onlySettings(known, wish wire.CompanySettings) error {
	wrong := fault.New(fault.Invalid, "fields.invalid")
	for role, cells := range wish.Roles {
		if known.Roles[role] == nil {
			unknownWord(wrong, "roles."+role, role, keysOf(known.Roles))
			continue
		}
		for ability := range cells {
			if _, ok := known.Roles[role][ability]; !ok {
				unknownWord(wrong, "roles."+role+"."+ability, ability, keysOf(known.Roles[role]))
			}
		}
	}
	if len(wrong.Fields) == 0 {
		return nil
	}
	slices.SortFunc(wrong.Fields, func(a, b fault.Field) int { return strings.Compare(a.Path, b.Path) })
	return wrong
}

func unknownWord(wrong *fault.Error, path, word string, known []string) {
	near, _ := text.Nearest(word, known)
	wrong.At(path, "field.unknown-word", "value", word, "nearest", near, "known", strings.Join(known, ", "))
}

func keysOf[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for key := range m {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

func switchedOff(wish wire.CompanySettings) []access.Cell {
	var out []access.Cell
	for _, role := range keysOf(wish.Roles) {
		for _, ability := range keysOf(wish.Roles[role]) {
			if !wish.Roles[role][ability] {
				out = append(out, access.Cell{Role: role, Ability: access.Ability(ability)})
			}
		}
	}
	return out
}

// sweepCompanySettings forgets the settings of companies that are gone.
func sweepCompanySettings(tx *store.Tx) error {
	roles, err := tx.SettingsBelow(companyRolesKey)
	if err != nil {
		return err
	}
	portals, err := portalsIn(tx)
	if err != nil {
		return err
	}
	companies := keysOf(roles)
	for _, p := range portals {
		companies = append(companies, p.Company)
	}
	for _, company := range companies {
		_, _, err := tx.Company(company)
		if fault.Is(err, fault.NotFound) {
			err = leavesNothing(tx, directory.Companies, company)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
