package app_test

import (
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// lantern is what somebody types at the first start.
func lantern() app.Founding {
	return app.Founding{
		Company:  wire.Company{ID: "lantern", Kinds: []string{wire.Operator}, Name: wire.Text{"ja": "ランタン"}, TZ: "Asia/Tokyo"},
		Person:   wire.Person{ID: "lantern-sam", Name: "Sam", Email: "sam@lantern.example", Lang: "ja"},
		Password: password,
	}
}

func (w *world) setupLink() string {
	w.t.Helper()
	link, until, err := w.SetupLink(w.t.Context(), local)
	if err != nil {
		w.t.Fatal(err)
	}
	if left := until.Sub(w.clock.now()); left != 30*time.Minute {
		w.t.Errorf("the link opens for %v", left)
	}
	return link
}

// Whoever has the link of the first start makes the first company and the first
// person, who may arrange everything; then it opens nothing, and neither does a
// new one (experience 6.3).
func TestAnInstallationIsSetUpOnce(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		waits := func() bool {
			waits, err := w.NeedsSetup(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return waits
		}
		old, link := w.setupLink(), w.setupLink()
		for what, secret := range map[string]string{"the one before": old, "made up": "sbf_none", "nothing": ""} {
			wantFault(t, what, w.OpensSetup(t.Context(), secret), fault.Denied, "setup.expired-link")
			_, _, err := w.SetUp(t.Context(), secret, lantern())
			wantFault(t, what, err, fault.Denied, "setup.expired-link")
		}
		if err := w.OpensSetup(t.Context(), link); err != nil || !waits() {
			t.Fatalf("%v, waits %v", err, waits())
		}
		secret, s, err := w.SetUp(t.Context(), link, lantern())
		if err != nil || s.Company != "lantern" || waits() {
			t.Fatalf("%v, %+v, waits %v", err, s, waits())
		}
		actor, _, err := w.Authenticate(t.Context(), secret, access.ViaWeb)
		if err != nil {
			t.Fatal(err)
		}
		for _, ability := range []access.Ability{access.ManagePeople, access.ImportDirectory, access.EditDirectory, access.PublishRules} {
			if !access.May(actor, ability) {
				t.Errorf("may not %s", ability)
			}
		}
		if _, _, err := w.SignIn(t.Context(), "SAM@lantern.example", password, "test"); err != nil {
			t.Errorf("its password: %v", err)
		}
		if _, err := w.Invite(t.Context(), actor, wire.Person{ID: "lantern-kim", Company: "lantern", Email: "kim@lantern.example"}); err != nil {
			t.Errorf("invites nobody: %v", err)
		}
		again := lantern()
		again.Company.ID, again.Person.ID = "other", "other-sam"
		_, _, err = w.SetUp(t.Context(), link, again)
		wantFault(t, "twice", err, fault.Denied, "setup.expired-link")
		_, _, err = w.SetupLink(t.Context(), local)
		wantFault(t, "a new link", err, fault.Conflict, "setup.done")
	})
}

// A link that lies about opens for thirty minutes, and none for a world that was
// imported meanwhile.
func TestASetupLinkEnds(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		link := w.setupLink()
		w.clock.pass(30*time.Minute - time.Second)
		if err := w.OpensSetup(t.Context(), link); err != nil {
			t.Fatal(err)
		}
		w.clock.pass(time.Second)
		wantFault(t, "late", w.OpensSetup(t.Context(), link), fault.Denied, "setup.expired-link")
		link = w.setupLink()
		w.must(w.take(`{"switchboard":1,"companies":[{"id":"contoso","kinds":["publisher"]}]}`, app.ImportOptions{}))
		_, _, err := w.SetUp(t.Context(), link, lantern())
		wantFault(t, "imported meanwhile", err, fault.Conflict, "setup.done")
	})
}

// Nobody but the machine's own command line makes one.
func TestASetupLinkIsTheMachines(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for name, actor := range w.everybody() {
			_, _, err := w.SetupLink(t.Context(), actor)
			wantFault(t, name, err, fault.Denied, "denied.local-only")
		}
		_, _, err := w.SetupLink(t.Context(), access.Actor{})
		wantFault(t, "nobody", err, fault.Denied, "denied.local-only")
	})
}

// What is wrong is told field by field where the form has it, and nothing is left.
func TestNothingIsHalfSetUp(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		link := w.setupLink()
		for path, spoil := range map[string]func(*app.Founding){
			"company.name":     func(f *app.Founding) { f.Company.Name = nil },
			"company.name.ja":  func(f *app.Founding) { f.Company.Name = wire.Text{"ja": strings.Repeat("長", 5000)} },
			"company.kinds":    func(f *app.Founding) { f.Company.Kinds = nil },
			"company.kinds[0]": func(f *app.Founding) { f.Company.Kinds = []string{"wizard"} },
			"company.tz":       func(f *app.Founding) { f.Company.TZ = "Mars/Base" },
			"person.name":      func(f *app.Founding) { f.Person.Name = "  " },
			"person.email":     func(f *app.Founding) { f.Person.Email = "sam" },
			"person.id":        func(f *app.Founding) { f.Person.ID = "a/b" },
			"password":         func(f *app.Founding) { f.Password = "short" },
		} {
			f := lantern()
			spoil(&f)
			_, _, err := w.SetUp(t.Context(), link, f)
			wrong := fault.Of(err)
			if wrong == nil || wrong.Kind != fault.Invalid || len(wrong.Fields) != 1 || wrong.Fields[0].Path != path {
				t.Errorf("%s: %+v", path, wrong)
			}
		}
		for _, noun := range []directory.Noun{directory.Companies, directory.People} {
			if list, _, err := w.List(t.Context(), local, noun, app.Filter{}, "", 10); err != nil || len(list) > 0 {
				t.Errorf("%s: %v %v", noun, err, list)
			}
		}
		if _, _, err := w.SetUp(t.Context(), link, lantern()); err != nil {
			t.Errorf("the link is used up by mistakes: %v", err)
		}
	})
}

// Of many who press at the same time, one founds it.
func TestOneOfManySetsItUp(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		link := w.setupLink()
		results := make(chan error, 6)
		for i := range cap(results) {
			go func() {
				f := lantern()
				f.Company.ID, f.Person.ID = f.Company.ID+string(rune('a'+i)), f.Person.ID+string(rune('a'+i))
				_, _, err := w.SetUp(t.Context(), link, f)
				results <- err
			}()
		}
		in := 0
		for range cap(results) {
			if err := <-results; err == nil {
				in++
			} else if !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Conflict) {
				t.Errorf("%v", err)
			}
		}
		companies, _, err := w.List(t.Context(), local, directory.Companies, app.Filter{}, "", 10)
		if in != 1 || err != nil || len(companies) != 1 {
			t.Errorf("%d set it up, %d companies, %v", in, len(companies), err)
		}
	})
}
