package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// peopleView lists the people of the reader's company.
type peopleView struct {
	list  []personRow
	draft wire.Person
	link  string // of the invitation just made
	fault mistakes
}

type personRow struct {
	*wire.Person
	version int64
}

func people(v *visit) error {
	view := peopleView{draft: wire.Person{Lang: string(v.lang())}}
	if err := view.load(v); err != nil {
		return err
	}
	return v.ok(peoplePage(v, view))
}

func (p *peopleView) load(v *visit) error {
	if err := access.Need(v.actor, access.ManagePeople); err != nil {
		return err
	}
	items, _, err := v.site.app.List(v.ctx(), v.actor, directory.People, app.Filter{}, "", listed)
	for _, item := range items {
		if person := item.Object.(*wire.Person); person.Company == v.actor.Company {
			p.list = append(p.list, personRow{person, item.Version})
		}
	}
	return err
}

// invite makes the person and shows the link to hand over; it is shown once,
// so the answer is the page itself.
func invite(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	draft := wire.Person{Company: v.actor.Company, Name: trimmed(form, "name"), Email: trimmed(form, "email"), Roles: form["roles"]}
	if lang, ok := i18n.Parse(form.Get("lang")); ok {
		draft.Lang = string(lang)
	}
	draft.ID = personID(draft)
	view := peopleView{draft: draft}
	status := http.StatusCreated
	secret, err := v.site.app.Invite(v.ctx(), v.actor, draft)
	if wrong, again := rejected(err); again {
		view.fault, status = wrong, wire.Status(string(wrong.fault.Kind))
	} else if err != nil {
		return err
	} else {
		view.link = v.absolute("/invite/" + secret)
	}
	if err := view.load(v); err != nil {
		return err
	}
	return v.page(status, peoplePage(v, view))
}

// personID makes an id of the address: ids of people are one company's own.
func personID(p wire.Person) string {
	name, _, _ := strings.Cut(p.Email, "@")
	return strings.Trim(p.Company+"-"+idOf(name), "-")
}

// idOf keeps of a name what an id may be made of; "" = nothing.
func idOf(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(parts, "-")
}

// absolute is an address of ours to hand to somebody.
func (v *visit) absolute(path string) string {
	if v.site.base != "" {
		return v.site.base + path
	}
	return "http://" + v.r.Host + path
}

func savePerson(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "web.form.unreadable")
	}
	object, _, err := v.site.app.Get(v.ctx(), v.actor, directory.People, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	person := *object.(*wire.Person)
	person.Roles = form["roles"]
	err = v.do(there("/people"), func() (string, error) {
		_, err := v.site.app.Put(v.ctx(), v.actor, &person, &version)
		return person.ID, err
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view := peopleView{fault: wrong}
	if err := view.load(v); err != nil {
		return err
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), peoplePage(v, view))
}

// rolesFor are the roles that make sense in the reader's company.
func rolesFor(v *visit) []access.Role { return v.roles().For(v.actor.Kinds) }

// roles are those in force for the reader.
func (v *visit) roles() *access.Set {
	if v.actor.Set == nil {
		return access.Shipped()
	}
	return v.actor.Set
}

// roleName is what a role is called: as the published set says, else as the
// programme does.
func (v *visit) roleName(id string) string {
	if role := v.roles().Role(id); role != nil && role.Names[string(v.lang())] != "" {
		return role.Names[string(v.lang())]
	}
	if v.p.Has("role." + id) {
		return v.T("role." + id)
	}
	return id
}

func (v *visit) roleNames(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = v.roleName(id)
	}
	return out
}

// abilities says what a role grants at the reader's company, with its limits.
func abilities(v *visit, role access.Role) string {
	var out []string
	for _, g := range role.Grants {
		if g.Operator && !v.actor.Operator {
			continue
		}
		what := v.T("web.ability." + string(g.Ability))
		if g.Topics != nil {
			what = v.T("web.ability.limited", "ability", what, "topics", topicNames(v, g.Topics))
		}
		out = append(out, what)
	}
	return v.p.List(out)
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
