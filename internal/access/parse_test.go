package access_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

const small = `roles ours
version 7
group money billing payment

role night-watch
  name     en Night watch
  name     ja 夜間担当
  in       reseller provider
  may      open-cases about $money outage
  setting  see-engineering
  operator publish-roles
`

func TestAnInstallationHasItsOwnSet(t *testing.T) {
	s, err := access.ParseSet(small)
	if err != nil {
		t.Fatal(err)
	}
	watch := s.Role("night-watch")
	if s.ID != "ours" || s.Version != 7 || s.Text() != small || watch == nil || watch.Names["ja"] != "夜間担当" || watch.Names["en"] != "Night watch" {
		t.Fatalf("%+v", s)
	}
	actor := person("night-watch", s)
	for topic, want := range map[string]bool{wire.Billing: true, wire.Outage: true, wire.Refund: false} {
		if access.May(actor, access.OpenCases, topic) != want {
			t.Errorf("%s: %v", topic, !want)
		}
	}
	if !access.May(actor, access.SeeEngineering) || access.May(actor, access.PublishRoles) {
		t.Error("a setting is off by default, or an ability of the operator is anybody's")
	}
	if actor.Operator = true; !access.May(actor, access.PublishRoles) {
		t.Error("the operator's own person may not")
	}
	if access.May(person("global-admin", s), access.OpenCases) {
		t.Error("a role that is not in the set grants something")
	}
}

// Every wrong line is named with its number, and an unknown word with the
// nearest known one.
func TestWrongLinesAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ old, new, at, code, near string }{
		"keyword":       {"group money", "gruop money", "text:3", "field.unknown-word", "group"},
		"ability":       {"see-engineering", "see-enginering", "text:10", "field.unknown-word", "see-engineering"},
		"topic":         {"outage", "outtage", "text:9", "field.unknown-word", "outage"},
		"kind":          {"reseller provider", "reseler provider", "text:8", "field.unknown-word", "reseller"},
		"language":      {"name     ja", "name     jp", "text:7", "field.unknown-word", "ja"},
		"group":         {"$money", "$mony", "text:9", "roles.no-group", ""},
		"role twice":    {"role night-watch", "role night-watch\nrole night-watch", "text:6", "roles.twice", ""},
		"ability twice": {"operator publish-roles", "operator publish-roles see-engineering", "text:11", "roles.twice", ""},
		"kind twice":    {"reseller provider", "reseller reseller", "text:8", "roles.twice", ""},
		"topic twice":   {"$money outage", "$money billing", "text:9", "roles.twice", ""},
		"name twice":    {"name     ja", "name     en", "text:7", "roles.twice", ""},
		"group twice":   {"group money", "group money refund\ngroup money", "text:4", "roles.twice", ""},
		"header twice":  {"version 7", "roles ours\nversion 7", "text:2", "roles.twice", ""},
		"version":       {"version 7", "version seven", "text:2", "roles.version-number", ""},
		"no version":    {"version 7\n", "", "text", "roles.missing", ""},
		"no name":       {"roles ours\n", "", "text", "roles.missing", ""},
		"role's key":    {"role night-watch", "role Night Watch", "text:5", "roles.key", ""},
		"empty line":    {"operator publish-roles", "operator", "text:11", "roles.nothing-said", ""},
		"no topics":     {"about $money outage", "about", "text:9", "roles.nothing-said", ""},
		"head too late": {"operator publish-roles", "author Ken", "text:11", "roles.misplaced", ""},
		"before a role": {"version 7", "version 7\nmay open-cases", "text:3", "roles.before-role", ""},
		"not by topic":  {"open-cases about", "manage-people about", "text:9", "roles.no-topics", ""},
		"operator's":    {"setting  see-engineering", "may edit-directory", "text:10", "roles.operator-only", ""},
		"its setting":   {"setting  see-engineering", "setting publish-rules", "text:10", "roles.operator-only", ""},
		"name too long": {"Night watch", strings.Repeat("n", 101), "text:6", "roles.name", ""},
	} {
		changed := strings.Replace(small, c.old, c.new, 1)
		if changed == small {
			t.Fatalf("%s changes nothing", name)
		}
		_, err := access.ParseSet(changed)
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Invalid || f.Code != "roles.invalid" || len(f.Fields) == 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := f.Fields[0]
		if got.Path != c.at || got.Code != c.code || c.near != "" && got.Args["nearest"] != c.near {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAllWrongLinesAreNamedAtOnce(t *testing.T) {
	_, err := access.ParseSet(strings.NewReplacer("see-engineering", "see-nothing-at-all", "provider", "wizard").Replace(small))
	if f := fault.Of(err); f == nil || len(f.Fields) != 2 || f.Fields[0].Path != "text:8" || f.Fields[1].Path != "text:10" {
		t.Errorf("%v", err)
	}
	if _, err := access.ParseSet(small + strings.Repeat("#\n", 40_000)); fault.Of(err) == nil || fault.Of(err).Fields[0].Code != "roles.too-long" {
		t.Errorf("a set of 80 kB: %v", err)
	}
	if _, err := access.ParseSet(""); err == nil {
		t.Error("nothing was taken for a set")
	}
}

// Whatever is written, a set that is taken grants nothing that is the
// operator's to anybody else.
func FuzzSet(f *testing.F) {
	f.Add(access.Shipped().Text())
	f.Add(small)
	f.Add("roles x\nversion 1\nrole a\nmay open-cases about $x\n")
	f.Fuzz(func(t *testing.T, source string) {
		s, err := access.ParseSet(source)
		if err != nil {
			if fault.Of(err).Kind != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		again, err := access.ParseSet(s.Text())
		if err != nil || fmt.Sprint(again.Roles) != fmt.Sprint(s.Roles) {
			t.Fatalf("read again: %v", err)
		}
		for _, role := range s.IDs() {
			for _, ability := range []access.Ability{access.PublishRules, access.PublishRoles, access.EditDirectory, access.ImportDirectory} {
				if access.MaySome(person(role, s), ability) {
					t.Fatalf("%s has %s", role, ability)
				}
			}
			if access.May(access.Actor{Roles: s.IDs(), Set: s}, access.SeeOfferDetails) {
				t.Fatal("a signed-out actor may something")
			}
		}
		if ids := s.IDs(); len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
			t.Fatalf("roles %v", ids)
		}
	})
}
