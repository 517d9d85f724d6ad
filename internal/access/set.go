package access

import (
	_ "embed"
	"slices"
	"sync"
)

//go:embed roles.txt
var shipped string

// Set is one version of the roles (S2: roles are data). It is immutable once
// parsed.
type Set struct {
	ID      string
	Version int
	Author  string
	Date    string
	Roles   []Role

	text string
}

// Role is a named set of grants.
type Role struct {
	ID     string
	Names  map[string]string // by language; empty = the catalogs name it
	In     []string          // kinds of company in which it is offered
	Grants []Grant
}

// Grant is one ability of a role.
type Grant struct {
	Ability  Ability
	Topics   []string // for these alone; nil = whatever it is about
	Setting  bool     // a company may switch it off
	Operator bool     // at the company that runs the marketplace alone
}

func (g Grant) covers(topic string) bool { return g.Topics == nil || slices.Contains(g.Topics, topic) }

// Shipped gives the roles that come with the product: the table of spec 1
// section 6.
var Shipped = sync.OnceValue(func() *Set {
	s, err := ParseSet(shipped)
	if err != nil {
		panic(err) // a test reads the shipped set
	}
	return s
})

// Text is the set as it was written.
func (s *Set) Text() string { return s.text }

// IDs lists the roles.
func (s *Set) IDs() []string {
	out := make([]string, len(s.Roles))
	for i, r := range s.Roles {
		out[i] = r.ID
	}
	return out
}

// Role finds a role; nil when there is none.
func (s *Set) Role(id string) *Role {
	for i := range s.Roles {
		if s.Roles[i].ID == id {
			return &s.Roles[i]
		}
	}
	return nil
}

// For lists the roles that are offered in a company of these kinds.
func (s *Set) For(kinds []string) []Role {
	var out []Role
	for _, r := range s.Roles {
		if slices.ContainsFunc(r.In, func(kind string) bool { return slices.Contains(kinds, kind) }) {
			out = append(out, r)
		}
	}
	return out
}

// Cell is a place of the table: an ability of a role.
type Cell struct {
	Role    string
	Ability Ability
}

// Settings lists the cells that a company of these kinds may switch.
func (s *Set) Settings(kinds []string) []Cell {
	var out []Cell
	for _, r := range s.For(kinds) {
		for _, g := range r.Grants {
			if g.Setting {
				out = append(out, Cell{r.ID, g.Ability})
			}
		}
	}
	return out
}

// Without is the set in a company that has switched cells off. What is no
// setting, or no longer one, stays as it is.
func (s *Set) Without(off []Cell) *Set {
	if len(off) == 0 {
		return s
	}
	out := *s
	out.Roles = slices.Clone(s.Roles)
	for i := range out.Roles {
		r := &out.Roles[i]
		r.Grants = slices.DeleteFunc(slices.Clone(r.Grants), func(g Grant) bool {
			return g.Setting && slices.Contains(off, Cell{r.ID, g.Ability})
		})
	}
	return &out
}
