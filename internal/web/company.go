package web

import (
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// companyView is what the reader's company decides for itself.
type companyView struct {
	settings wire.CompanySettings
	version  int64
	cells    []access.Cell
	hosts    []wire.PortalHost
	done     bool
	fault    mistakes
}

func company(v *visit) error {
	view := companyView{done: v.r.URL.Query().Get("done") == "saved"}
	if err := view.load(v); err != nil {
		return err
	}
	return v.ok(companyPage(v, view))
}

func (c *companyView) load(v *visit) error {
	var err error
	if c.settings, c.version, err = v.site.app.CompanySettings(v.ctx(), v.actor, v.actor.Company); err != nil {
		return err
	}
	c.cells = cellsOf(c.settings)
	c.hosts, err = v.site.app.Portals(v.ctx(), v.actor, v.actor.Company)
	return err
}

// cellsOf lists the settings, role by role.
func cellsOf(s wire.CompanySettings) []access.Cell {
	var out []access.Cell
	for role, abilities := range s.Roles {
		for ability := range abilities {
			out = append(out, access.Cell{Role: role, Ability: access.Ability(ability)})
		}
	}
	slices.SortFunc(out, func(a, b access.Cell) int { return strings.Compare(cellName(a), cellName(b)) })
	return out
}

// cellName is a cell in a form.
func cellName(c access.Cell) string { return c.Role + "/" + string(c.Ability) }

func (c companyView) on(cell access.Cell) bool {
	return c.settings.Roles[cell.Role][string(cell.Ability)]
}

func saveCompany(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "web.form.unreadable")
	}
	view := companyView{}
	if err := view.load(v); err != nil {
		return err
	}
	for _, cell := range view.cells {
		view.settings.Roles[cell.Role][string(cell.Ability)] = slices.Contains(form["on"], cellName(cell))
	}
	err = v.do(there("/company?done=saved"), func() (string, error) {
		_, _, err := v.site.app.SetCompanySettings(v.ctx(), v.actor, v.actor.Company, view.settings, &version)
		return v.actor.Company, err
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view = companyView{fault: wrong}
	if err := view.load(v); err != nil {
		return err
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), companyPage(v, view))
}
