package cli

import (
	"bytes"
	"fmt"
	"io"

	"switchboard/client"
	"switchboard/internal/demo"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// seed puts the demonstration's world into empty data.
func (s *session) seed(c *client.Client) error {
	world := client.File{Name: "demo.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(demo.World())), nil }}
	_, err := c.Import(s.ctx, []client.File{world}, client.ImportOptions{Format: "world"})
	return err
}

// personas prints a way in for everybody of the world.
func (s *session) personas(c *client.Client, url string) error {
	companies := map[string]string{}
	for company, err := range client.All[wire.Company](s.ctx, c, "companies", nil) {
		if err != nil {
			return err
		}
		companies[company.ID], _ = company.Name.In(string(s.lang))
	}
	if _, err := fmt.Fprintf(s.Out, "%s\n%s\n", url, s.t("cli.demo.links")); err != nil {
		return err
	}
	for person, err := range client.All[wire.Person](s.ctx, c, "people", nil) {
		if err != nil {
			return err
		}
		if err := s.persona(c, url, person, companies[person.Company]); err != nil {
			return err
		}
	}
	s.say("cli.demo.mail", "url", url+"/dev/mail")
	s.say("cli.demo.try", "data", s.g.DataDir, "offer", "contoso-backup")
	return nil
}

func (s *session) persona(c *client.Client, url string, person wire.Person, company string) error {
	path, err := c.SigninLink(s.ctx, person.ID)
	if err != nil {
		return err
	}
	roles := make([]string, len(person.Roles))
	for i, role := range person.Roles {
		roles[i] = s.t("role." + role)
	}
	who := s.t("cli.demo.persona", "name", person.Name, "company", company, "roles", i18n.For(s.lang).List(roles))
	_, err = fmt.Fprintf(s.Out, "  %s\n    %s%s\n", oneLine(who), url, path)
	return err
}
