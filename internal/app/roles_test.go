package app_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// nextRoles is the shipped set as its next version, changed.
func nextRoles(changes ...string) string {
	return strings.NewReplacer(append([]string{"\nversion 1\n", "\nversion 2\n"}, changes...)...).Replace(access.Shipped().Text())
}

// fresh is the person as an edge would know it now.
func (w *world) fresh(person string) access.Actor {
	w.t.Helper()
	return w.actor(w.session(person))
}

// Only the operator's admin and the local command line publish roles: every
// role of every side of the market is tried.
func TestWhoPublishesRoles(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		cast := w.everybody()
		for name, actor := range cast {
			_, err := w.PublishRoles(t.Context(), actor, nextRoles(), nil)
			if name != "operator's admin" {
				wantFault(t, name, err, fault.Denied, "denied.role")
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.PublishRoles(t.Context(), local, strings.Replace(nextRoles(), "version 2", "version 3", 1), nil); err != nil {
			t.Error(err)
		}
	})
}

// What is published holds at once, for who is signed in already and on every
// node, and a second node's publication the same.
func TestPublishedRolesHoldOnEveryNode(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		other := w.node(false)
		secret := w.session("p-sofia")
		for i, may := range []bool{true, false, true} {
			set := strings.Replace(nextRoles(), "version 2", fmt.Sprint("version ", i+2), 1)
			if may {
				set = strings.Replace(set, "  may      open-cases\n", "  may      open-cases hand-over\n", 1)
			}
			node := []*app.App{w.App, other}[i%2]
			if _, err := node.PublishRoles(t.Context(), w.as("p-marta"), set, nil); err != nil {
				t.Fatal(err)
			}
			for _, a := range []*app.App{w.App, other} {
				actor, _, err := a.Authenticate(t.Context(), secret, access.ViaWeb)
				if err != nil || access.May(actor, access.HandOver) != may {
					t.Errorf("version %d: may %v, %v", i+2, access.May(actor, access.HandOver), err)
				}
			}
		}
		got, err := w.Roles(t.Context(), w.as("p-nora"), false)
		if err != nil || got.Version != 4 || !strings.Contains(got.Text, "hand-over\n") {
			t.Errorf("%+v %v", got.Version, err)
		}
		shipped, err := w.Roles(t.Context(), w.as("p-nora"), true)
		if err != nil || shipped.Text != access.Shipped().Text() || shipped.Roles[4].Grants[1].Topics[0] != wire.Billing {
			t.Errorf("%+v %v", shipped, err)
		}
		_, err = w.Roles(t.Context(), access.Actor{}, false)
		wantFault(t, "signed out", err, fault.Denied, "auth.sign-in-needed")
	})
}

func TestRolesArePublishedOneAfterAnother(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		marta, one, two := w.as("p-marta"), int64(1), int64(2)
		publish := func(text string, ifVersion *int64) error {
			_, err := w.PublishRoles(t.Context(), marta, text, ifVersion)
			return err
		}
		wantFault(t, "the version in force", publish(access.Shipped().Text(), nil), fault.Conflict, "roles.version")
		wantFault(t, "read at another version", publish(nextRoles(), &two), fault.Stale, "stale")
		wantFault(t, "unreadable", publish(nextRoles("see-engineering", "see-enginering"), &one), fault.Invalid, "roles.invalid")
		var wait sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wait.Go(func() { errs[i] = publish(nextRoles(), &one) })
		}
		wait.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else {
				wantFault(t, "the slower of two", err, fault.Stale, "stale")
			}
		}
		if done != 1 {
			t.Errorf("%d of them published version 2", done)
		}
		log, _, err := w.AuditLog(t.Context(), marta, "", 1)
		if err != nil || len(log) != 1 || log[0].Act != "publish-roles" || log[0].ID != "2" || log[0].Person != "p-marta" {
			t.Errorf("%+v %v", log, err)
		}
	})
}

// A role that somebody has is not dropped; one that nobody has is, and then
// nobody can be given it.
func TestARoleInUseStays(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		without := nextRoles("role sales-agent\n", "role night-watch\n  name en Night watch\n")
		_, err := w.PublishRoles(t.Context(), local, without, nil)
		wantFault(t, "sofia sells", err, fault.Conflict, "roles.in-use")
		changePerson(w, "p-sofia", func(p *wire.Person) { p.Roles = []string{"admin-agent"} })
		if _, err := w.PublishRoles(t.Context(), local, without, nil); err != nil {
			t.Fatal(err)
		}
		sofia := wire.Person{ID: "p-sofia", Company: "tailspin", Roles: []string{"sales-agent"}}
		_, err = w.Put(t.Context(), w.fresh("p-greta"), &sofia, nil)
		wantFault(t, "a dropped role", err, fault.Invalid, "fields.invalid")
		_, err = w.Invite(t.Context(), w.fresh("p-greta"), wire.Person{ID: "p-new", Company: "tailspin", Roles: []string{"sales-agnt"}})
		wantFault(t, "an invitation to it", err, fault.Invalid, "fields.invalid")
		sofia.Roles = []string{"night-watch"}
		if _, err := w.Put(t.Context(), w.fresh("p-greta"), &sofia, nil); err != nil {
			t.Error(err)
		}
		row := "switchboard: 1\npeople:\n  - {id: p-late, company: tailspin, roles: [%s]}\n"
		if report, err := w.take(fmt.Sprintf(row, "sales-agent"), app.ImportOptions{}); err == nil || report.Errors[0].Field != "people[0].roles[0]" {
			t.Errorf("an import with a dropped role: %+v %v", report, err)
		}
		w.must(w.take(fmt.Sprintf(row, "night-watch"), app.ImportOptions{}))
		if exported := w.export("yaml"); !strings.Contains(exported, "night-watch") {
			t.Error("the export has lost the role")
		} else if report := w.must(w.take(exported, app.ImportOptions{})); changes(report) != 0 {
			t.Errorf("export, then import changes %+v", report.Plan)
		}
	})
}

// Spec 1 section 6, "setting, default yes": who switches what, and whom it
// strikes. Every actor of the market tries.
func TestWhoSwitchesACompanysSettings(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		off := wire.CompanySettings{Roles: map[string]map[string]bool{"helpdesk-agent": {"see-engineering": false}}}
		may := []string{"direct partner's global-admin", "operator's admin"}
		for name, actor := range w.everybody() {
			_, _, err := w.SetCompanySettings(t.Context(), actor, "tailspin", off, nil)
			_, _, read := w.CompanySettings(t.Context(), actor, "tailspin")
			if slices.Contains(may, name) {
				if err != nil || read != nil {
					t.Errorf("%s: %v %v", name, err, read)
				}
				continue
			}
			for _, err := range []error{err, read} {
				if f := fault.Of(err); f == nil || f.Kind != fault.Denied && f.Kind != fault.NotFound {
					t.Errorf("%s: %v", name, err)
				}
			}
			if actor.Company == "tailspin" {
				wantFault(t, name, err, fault.Denied, "denied.role")
			}
		}
		_, _, foreign := w.SetCompanySettings(t.Context(), w.as("p-rosa"), "tailspin", off, nil)
		_, _, missing := w.SetCompanySettings(t.Context(), w.as("p-rosa"), "nowhere", off, nil)
		wantFault(t, "foreign", foreign, fault.NotFound, "not-found")
		wantFault(t, "missing", missing, fault.NotFound, "not-found")
	})
}

func TestASettingStrikesItsCompanyItsRoleAndItsAbility(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		greta, one := w.as("p-greta"), int64(1)
		defaults, version, err := w.CompanySettings(t.Context(), greta, "tailspin")
		want := map[string]map[string]bool{"helpdesk-agent": {"see-offer-details": true, "see-engineering": true}, "sales-agent": {"see-offer-details": true}}
		if err != nil || version != 1 || fmt.Sprint(defaults.Roles) != fmt.Sprint(want) {
			t.Fatalf("%v %d %v", defaults, version, err)
		}
		hugo := w.session("p-hugo")
		sees := func(actor access.Actor) string {
			details, err := w.OfferDetails(t.Context(), actor, "contoso-backup", "en")
			if err != nil {
				t.Fatal(err)
			}
			var roles []string
			for _, c := range details.Contacts {
				roles = append(roles, c.Role)
			}
			return strings.Join(roles, " ")
		}
		before := map[string]string{}
		others := []string{"p-greta", "p-ken", "p-sofia", "p-jo"}
		for _, person := range append(others, "p-hugo") {
			before[person] = sees(w.fresh(person))
		}
		if !strings.Contains(before["p-hugo"], "engineering") {
			t.Fatalf("by default the helpdesk sees %q", before["p-hugo"])
		}
		defaults.Roles["helpdesk-agent"]["see-engineering"] = false
		after, version, err := w.SetCompanySettings(t.Context(), greta, "tailspin", defaults, &one)
		if err != nil || version != 2 || after.Roles["helpdesk-agent"]["see-engineering"] || !after.Roles["sales-agent"]["see-offer-details"] {
			t.Fatalf("%v %d %v", after, version, err)
		}
		_, _, err = w.SetCompanySettings(t.Context(), greta, "tailspin", defaults, &one)
		wantFault(t, "over a choice that was not read", err, fault.Stale, "stale")
		if got := sees(w.actor(hugo)); strings.Contains(got, "engineering") || !strings.Contains(got, "support") {
			t.Errorf("who was signed in already sees %q", got)
		}
		for _, person := range others {
			if got := sees(w.fresh(person)); got != before[person] {
				t.Errorf("%s sees %q, not %q any more", person, got, before[person])
			}
		}
		defaults.Roles["helpdesk-agent"] = map[string]bool{"see-offer-details": false}
		if _, _, err := w.SetCompanySettings(t.Context(), greta, "tailspin", defaults, nil); err != nil {
			t.Fatal(err)
		}
		if got := sees(w.actor(hugo)); got != "engineering" && got != "engineering escalation" {
			t.Errorf("with the other cell off: %q", got)
		}
		log, _, err := w.AuditLog(t.Context(), greta, "", 1)
		if err != nil || len(log) != 1 || log[0].Act != "set-settings" || log[0].ID != "tailspin" {
			t.Errorf("%+v %v", log, err)
		}
	})
}

func TestWhatIsNoSettingIsRefused(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for path, c := range map[string]struct{ company, person, role, ability, near string }{
			"roles.helpdesk-agnt":                    {"tailspin", "p-greta", "helpdesk-agnt", "see-engineering", "helpdesk-agent"},
			"roles.helpdesk-agent.see-enginering":    {"tailspin", "p-greta", "helpdesk-agent", "see-enginering", "see-engineering"},
			"roles.sales-agent.see-engineering":      {"tailspin", "p-greta", "sales-agent", "see-engineering", ""},
			"roles.admin-agent":                      {"tailspin", "p-greta", "admin-agent", "see-engineering", ""},
			"roles.helpdesk-agent":                   {"contoso", "p-marta", "helpdesk-agent", "see-engineering", ""},
			"roles.helpdesk-agent.propose-agreement": {"tailspin", "p-greta", "helpdesk-agent", "propose-agreement", ""},
		} {
			wish := wire.CompanySettings{Roles: map[string]map[string]bool{c.role: {c.ability: true}}}
			_, _, err := w.SetCompanySettings(t.Context(), w.as(c.person), c.company, wish, nil)
			f := fault.Of(err)
			if f == nil || f.Code != "fields.invalid" || len(f.Fields) != 1 || f.Fields[0].Path != path || f.Fields[0].Args["nearest"] != c.near {
				t.Errorf("%s: %v %+v", path, err, f)
			}
		}
	})
}

// A company that is gone takes its settings and hosts along; one that gets its
// id later starts anew.
func TestSettingsGoWithTheirCompany(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		market := "switchboard: 1\ncompanies:\n  - {id: market, kinds: [operator], name: M}\n"
		shop := "  - {id: shop, kinds: [reseller], name: Shop}\n"
		off := wire.CompanySettings{Roles: map[string]map[string]bool{"sales-agent": {"see-offer-details": false}}}
		for _, gone := range []func(){
			func() { w.must(w.take(market, app.ImportOptions{Prune: true})) },
			func() {
				if err := w.Delete(t.Context(), local, "companies", "shop", nil); err != nil {
					t.Error(err)
				}
			},
		} {
			w.must(w.take(market+shop, app.ImportOptions{}))
			if _, _, err := w.SetCompanySettings(t.Context(), local, "shop", off, nil); err != nil {
				t.Fatal(err)
			}
			if _, _, err := w.SetPortal(t.Context(), local, wire.PortalHost{Host: "help.shop.example", Company: "shop"}, nil); err != nil {
				t.Fatal(err)
			}
			gone()
			w.must(w.take(market+shop, app.ImportOptions{}))
			now, version, err := w.CompanySettings(t.Context(), local, "shop")
			if err != nil || version != 1 || !now.Roles["sales-agent"]["see-offer-details"] {
				t.Errorf("%v %d %v", now, version, err)
			}
			if partner, err := w.Portal(t.Context(), "help.shop.example"); partner != nil || err != nil {
				t.Errorf("the host still leads to %v, %v", partner, err)
			}
		}
	})
}

func changes(report *wire.ImportReport) int {
	n := 0
	for _, count := range report.Plan {
		n += count.Create + count.Change
	}
	return n
}

// everybody is the cast, with the two who are not in the demonstration.
func (w *world) everybody() map[string]access.Actor {
	w.put(&wire.Person{ID: "p-clerk", Company: "contoso", Roles: []string{"billing-admin"}}, &wire.Company{ID: "old", Kinds: []string{wire.Reseller}},
		&wire.Person{ID: "p-old", Company: "old", Roles: []string{"global-admin"}})
	return w.cast()
}
