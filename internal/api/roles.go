package api

import (
	"switchboard/internal/fault"
	"switchboard/wire"
)

// RolesQuery asks for the set in force, or for the one that comes with the
// product.
type RolesQuery struct {
	Shipped bool `query:"shipped"`
}

// RolesBody is a set of roles to publish, as it is written.
type RolesBody struct {
	Conditions
	Body struct {
		Text string `json:"text"`
	}
}

func showRoles(c *call, in *RolesQuery) (*Resource[wire.RoleSet], error) {
	return roleSet(c.app.Roles(c.ctx, c.actor, in.Shipped))
}

func publishRoles(c *call, in *RolesBody) (*Resource[wire.RoleSet], error) {
	ifVersion, err := in.version()
	if err != nil {
		return nil, err
	}
	return roleSet(c.app.PublishRoles(c.ctx, c.actor, in.Body.Text, ifVersion))
}

func roleSet(set wire.RoleSet, err error) (*Resource[wire.RoleSet], error) {
	if err != nil {
		return nil, err
	}
	return &Resource[wire.RoleSet]{ETag: etag(int64(set.Version)), Body: set}, nil
}

// SettingsBody is what a company decides.
type SettingsBody struct {
	ID string `path:"id"`
	Conditions
	Body wire.CompanySettings
}

func companySettings(c *call, in *ObjectID) (*Resource[wire.CompanySettings], error) {
	return resourceOf(c.app.CompanySettings(c.ctx, c.actor, in.ID))
}

func setCompanySettings(c *call, in *SettingsBody) (*Resource[wire.CompanySettings], error) {
	ifVersion, err := in.version()
	if err != nil {
		return nil, err
	}
	return resourceOf(c.app.SetCompanySettings(c.ctx, c.actor, in.ID, in.Body, ifVersion))
}

func resourceOf[T any](v T, version int64, err error) (*Resource[T], error) {
	if err != nil {
		return nil, err
	}
	return &Resource[T]{ETag: etag(version), Body: v}, nil
}

// PortalBody gives the host of the address to a company.
type PortalBody struct {
	ID string `path:"id"`
	Conditions
	Body wire.PortalHost
}

// PortalQuery narrows the list to a company.
type PortalQuery struct {
	Company string `query:"company"`
}

func listPortals(c *call, in *PortalQuery) (*Document[wire.Page[wire.PortalHost]], error) {
	hosts, err := c.app.Portals(c.ctx, c.actor, in.Company)
	if err != nil {
		return nil, err
	}
	return pageOf(hosts, ""), nil
}

func getPortal(c *call, in *ObjectID) (*Resource[wire.PortalHost], error) {
	return resourceOf(c.app.PortalHost(c.ctx, c.actor, in.ID))
}

func putPortal(c *call, in *PortalBody) (*Resource[wire.PortalHost], error) {
	or(&in.Body.Host, in.ID)
	if in.Body.Host != in.ID {
		return nil, fault.New(fault.Invalid, "fields.invalid").At("host", "field.other-id", "id", in.Body.Host, "address", in.ID)
	}
	ifVersion, err := in.version()
	if err != nil {
		return nil, err
	}
	return resourceOf(c.app.SetPortal(c.ctx, c.actor, in.Body, ifVersion))
}

func deletePortal(c *call, in *ObjectStep) (*Empty, error) {
	ifVersion, err := in.version()
	if err != nil {
		return nil, err
	}
	return &Empty{}, c.app.RemovePortal(c.ctx, c.actor, in.ID, ifVersion)
}
