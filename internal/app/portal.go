package app

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"slices"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

// A partner's portal host is kept under its own key, so that the host of a
// request is found at once and belongs to one company.
const portalKey = "portal-host:"

type keptPortal struct {
	Company string `json:"company"`
	Version int64  `json:"version"`
}

// portalHost is a host name as it is kept: lower case, without port and final
// dot; "" when it is none that a partner can have: an address, a single word,
// or letters that a browser does not send as they are.
func portalHost(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if _, err := netip.ParseAddr(host); err == nil || !directory.ValidDomain(host) {
		return ""
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r > 0x7F }) {
		return ""
	}
	return host
}

// Portal gives the partner whose own portal a host is (spec 1 section 2); nil
// for every other host. A company that is no partner any more has none.
func (a *App) Portal(ctx context.Context, host string) (partner *wire.Company, err error) {
	if host = portalHost(host); host == "" {
		return nil, nil
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		kept, found, err := readPortal(tx, host)
		if err != nil || !found {
			return err
		}
		c, _, err := tx.Company(kept.Company)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err == nil && sells(c) {
			partner = c
		}
		return err
	})
	return partner, err
}

func sells(c *wire.Company) bool { return access.IsPartner(access.Actor{Kinds: c.Kinds}) }

func readPortal(tx *store.Tx, host string) (kept keptPortal, found bool, err error) {
	value, found, err := tx.Setting(portalKey + host)
	if err != nil || !found {
		return kept, false, err
	}
	if err := json.Unmarshal([]byte(value), &kept); err != nil {
		return kept, false, fault.Wrap(err, fault.Internal, "portal.unreadable", "host", host)
	}
	return kept, true, nil
}

// portalsIn lists all of them by host.
func portalsIn(tx *store.Tx) ([]wire.PortalHost, error) {
	values, err := tx.SettingsBelow(portalKey)
	if err != nil {
		return nil, err
	}
	out := []wire.PortalHost{}
	for _, host := range keysOf(values) {
		var kept keptPortal
		if err := json.Unmarshal([]byte(values[host]), &kept); err != nil {
			return nil, fault.Wrap(err, fault.Internal, "portal.unreadable", "host", host)
		}
		out = append(out, wire.PortalHost{Host: host, Company: kept.Company})
	}
	return out, nil
}

func dropPortals(tx *store.Tx, company string) error {
	portals, err := portalsIn(tx)
	if err != nil {
		return err
	}
	for _, p := range portals {
		if p.Company == company {
			if err := tx.Unset(portalKey + p.Host); err != nil {
				return err
			}
		}
	}
	return nil
}

// seesPortal: a company reads its own portal hosts, the operator and the local
// command line all of them.
func seesPortal(actor access.Actor, company string) bool {
	return actor.Local || actor.Operator || actor.SignedIn() && company == actor.Company
}

// Portals lists the portal hosts that the actor may see, those of one company
// when it is named.
func (a *App) Portals(ctx context.Context, actor access.Actor, company string) (out []wire.PortalHost, err error) {
	if !actor.SignedIn() {
		return nil, fault.New(fault.Denied, "auth.sign-in-needed")
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		out, err = portalsIn(tx)
		return err
	})
	return slices.DeleteFunc(out, func(p wire.PortalHost) bool {
		return !seesPortal(actor, p.Company) || company != "" && p.Company != company
	}), err
}

// PortalHost gives one portal host and its version.
func (a *App) PortalHost(ctx context.Context, actor access.Actor, host string) (out wire.PortalHost, version int64, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		kept, found, err := readPortal(tx, portalHost(host))
		if err == nil && (!found || !seesPortal(actor, kept.Company)) {
			return missingPortal(host)
		}
		out, version = wire.PortalHost{Host: portalHost(host), Company: kept.Company}, kept.Version
		return err
	})
	return out, version, err
}

func missingPortal(host string) error {
	return fault.New(fault.NotFound, "not-found.portal", "host", host)
}

// SetPortal gives a host to a partner. Only who keeps the directory may: a
// company could claim the host of another. ifVersion as in Put.
func (a *App) SetPortal(ctx context.Context, actor access.Actor, wish wire.PortalHost, ifVersion *int64) (out wire.PortalHost, version int64, err error) {
	if err := access.Need(actor, access.EditDirectory); err != nil {
		return out, 0, err
	}
	out = wire.PortalHost{Host: portalHost(wish.Host), Company: wish.Company}
	if out.Host == "" {
		return out, 0, fault.New(fault.Invalid, "fields.invalid").At("host", "portal.host-invalid", "value", wish.Host)
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := isPartner(tx, out.Company); err != nil {
			return err
		}
		was, err := changingPortal(tx, out.Host, ifVersion)
		if err != nil {
			return err
		}
		version = was.Version + 1
		kept, err := json.Marshal(keptPortal{Company: out.Company, Version: version})
		if err != nil {
			return err
		}
		if err := tx.Set(portalKey+out.Host, string(kept)); err != nil {
			return err
		}
		return audit(tx, actor, "set-portal", "portal-hosts", out.Host)
	}, store.Serializable)
	return out, version, err
}

func isPartner(tx *store.Tx, company string) error {
	wrong := fault.New(fault.Invalid, "fields.invalid")
	if company == "" {
		return wrong.At("company", "field.required")
	}
	c, _, err := tx.Company(company)
	switch {
	case fault.Is(err, fault.NotFound):
		return wrong.At("company", "field.unknown-reference", "noun", string(directory.Companies), "id", company)
	case err != nil:
		return err
	case !sells(c):
		return wrong.At("company", "portal.no-partner", "company", company)
	}
	return nil
}

// changingPortal gives what is there, when it is the version that is meant: 0 =
// nothing yet.
func changingPortal(tx *store.Tx, host string, ifVersion *int64) (keptPortal, error) {
	was, found, err := readPortal(tx, host)
	switch {
	case err != nil || ifVersion == nil || *ifVersion == was.Version:
		return was, err
	case *ifVersion == 0:
		return was, fault.New(fault.Conflict, "portal.taken", "host", host, "company", was.Company)
	case !found:
		return was, missingPortal(host)
	}
	return was, fault.New(fault.Stale, "stale", "noun", "portal-hosts", "id", host, "version", was.Version)
}

// RemovePortal takes a host away; ifVersion as in Put.
func (a *App) RemovePortal(ctx context.Context, actor access.Actor, host string, ifVersion *int64) error {
	if err := access.Need(actor, access.EditDirectory); err != nil {
		return err
	}
	host = portalHost(host)
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if _, found, err := readPortal(tx, host); err != nil || !found {
			return orFault(err, fault.New(fault.NotFound, "not-found.portal", "host", host))
		}
		if _, err := changingPortal(tx, host, ifVersion); err != nil {
			return err
		}
		if err := tx.Unset(portalKey + host); err != nil {
			return err
		}
		return audit(tx, actor, "remove-portal", "portal-hosts", host)
	}, store.Serializable)
}
