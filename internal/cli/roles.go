package cli

import (
	"maps"
	"slices"
	"strings"

	"switchboard/client"
	"switchboard/wire"
)

type rolesVerbs struct {
	Show rolesShow `cmd:""`
	Diff rolesDiff `cmd:""`
	Set  rolesSet  `cmd:""`
}

type rolesShow struct {
	Shipped bool
}

// Run prints the roles in force as they are written, to change and set.
func (v *rolesShow) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	roles, _, err := c.Roles(s.ctx, v.Shipped)
	if err != nil {
		return err
	}
	if s.wantsJSON() {
		return s.json(roles)
	}
	return s.verbatim(roles.Text)
}

type rolesDiff struct {
	File string `arg:"" name:"file"`
}

// Run prints the lines that differ from the roles in force.
func (v *rolesDiff) Run(s *session) error {
	_, _, lines, err := v.compare(s)
	if err != nil {
		return err
	}
	return s.verbatim(strings.Join(lines, ""))
}

func (v *rolesDiff) compare(s *session) (text, etag string, lines []string, err error) {
	data, err := s.read(v.File)
	if err != nil {
		return "", "", nil, err
	}
	c, err := s.client()
	if err != nil {
		return "", "", nil, err
	}
	roles, etag, err := c.Roles(s.ctx, false)
	if err != nil {
		return "", "", nil, err
	}
	return string(data), etag, difference(roles.Text, string(data)), nil
}

type rolesSet struct{ rolesDiff }

// Run puts a set of roles in force.
func (v *rolesSet) Run(s *session) error {
	text, etag, lines, err := v.compare(s)
	if err != nil {
		return err
	}
	if s.g.DryRun {
		return s.verbatim(strings.Join(lines, ""))
	}
	if sure, err := s.sure("cli.roles-sure"); err != nil || !sure {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	roles, err := c.PublishRoles(s.ctx, text, etag)
	if err != nil {
		return err
	}
	s.say("cli.roles-set", "id", roles.ID, "version", roles.Version)
	return nil
}

type companySettings struct {
	ID     string   `arg:""`
	Change []string `arg:"" optional:"" name:"switch"`
}

// Run shows what a company decides for itself, or changes it.
func (v *companySettings) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	settings, etag, err := c.CompanySettings(s.ctx, v.ID)
	if err != nil {
		return err
	}
	if len(v.Change) == 0 {
		return s.settings(settings)
	}
	for _, change := range v.Change {
		if err := switched(settings, change); err != nil {
			return err
		}
	}
	if !s.g.DryRun {
		if settings, err = c.SetCompanySettings(s.ctx, v.ID, *settings, etag); err != nil {
			return err
		}
	}
	return s.settings(settings)
}

// switched lays ROLE.ABILITY=yes|no over the settings.
func switched(settings *wire.CompanySettings, change string) error {
	cell, value, _ := strings.Cut(change, "=")
	role, ability, ok := strings.Cut(cell, ".")
	on, known := map[string]bool{"yes": true, "true": true, "no": false, "false": false}[value]
	if !ok || !known {
		return misuse("cli.switch-form", "value", change)
	}
	if settings.Roles[role] == nil {
		settings.Roles[role] = map[string]bool{}
	}
	settings.Roles[role][ability] = on
	return nil
}

func (s *session) settings(settings *wire.CompanySettings) error {
	if s.wantsJSON() {
		return s.json(settings)
	}
	rows := []map[string]any{}
	for _, role := range slices.Sorted(maps.Keys(settings.Roles)) {
		for _, ability := range slices.Sorted(maps.Keys(settings.Roles[role])) {
			rows = append(rows, map[string]any{"role": role, "ability": ability, "granted": settings.Roles[role][ability]})
		}
	}
	return s.rows([]string{"role", "ability", "granted"}, rows, "")
}

type companyHosts struct {
	ID string `arg:"" optional:""`
}

// Run lists the portal hosts of partners.
func (v *companyHosts) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	page, err := client.List[wire.PortalHost](s.ctx, c, portalHosts, client.Filter{"company": v.ID}, "", 0)
	if err != nil {
		return err
	}
	return listed(s, []string{"host", "company"}, page.Items)
}

const portalHosts = "portal-hosts"

type companyAddHost struct {
	ID   string `arg:""`
	Host string `arg:"" name:"host"`
}

// Run gives a host that nobody has yet to a partner.
func (v *companyAddHost) Run(s *session) error {
	c, err := s.client()
	if err != nil || s.g.DryRun {
		return err
	}
	if _, err := c.Create(s.ctx, portalHosts, v.Host, wire.PortalHost{Company: v.ID}); err != nil {
		return err
	}
	s.say("cli.host-added", "host", v.Host, "company", v.ID)
	return nil
}

type companyRemoveHost struct {
	Host string `arg:"" name:"host"`
}

// Run takes a host away: it shows the public view again.
func (v *companyRemoveHost) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	_, etag, err := client.Get[wire.PortalHost](s.ctx, c, portalHosts, v.Host)
	if err != nil {
		return err
	}
	if sure, err := s.sure("cli.remove-sure", "id", v.Host); err != nil || !sure || s.g.DryRun {
		return err
	}
	if err := c.Delete(s.ctx, portalHosts, v.Host, etag); err != nil {
		return err
	}
	s.say("cli.removed", "id", v.Host)
	return nil
}

type personPrefer struct {
	Change []string `arg:"" name:"preference"`
}

// Run saves the language and time zone of the person that the token belongs to.
func (v *personPrefer) Run(s *session) error {
	for _, change := range v.Change {
		if name, _, ok := strings.Cut(change, "="); !ok || name != "lang" && name != "tz" {
			return misuse("cli.prefer-form", "value", change)
		}
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	me, err := c.Session(s.ctx)
	if err != nil {
		return err
	}
	return (&setting{ID: me.Person, Change: v.Change}).run(s, people)
}
