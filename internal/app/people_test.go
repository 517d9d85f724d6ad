package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

const password = "four walls and a roof"

// invited makes a person of a company with a password, and gives its session.
func (w *world) invited(by, company, id string, roles ...string) string {
	w.t.Helper()
	secret, err := w.Invite(w.t.Context(), w.as(by), wire.Person{ID: id, Company: company, Name: id, Email: id + "@people.example", Roles: roles})
	if err != nil {
		w.t.Fatal(err)
	}
	session, s, err := w.AcceptInvite(w.t.Context(), secret, password)
	if err != nil || s.Person != id || s.Company != company {
		w.t.Fatalf("%v, %+v", err, s)
	}
	return session
}

// dead checks that a secret opens nothing any more.
func (w *world) dead(what, secret string) {
	w.t.Helper()
	if actor, _, err := w.Authenticate(context.Background(), secret, access.ViaWeb); !fault.Is(err, fault.Denied) {
		w.t.Errorf("%s still opens: %+v, %v", what, actor, err)
	}
}

func (w *world) alive(what, secret string) {
	w.t.Helper()
	if _, _, err := w.Authenticate(context.Background(), secret, access.ViaWeb); err != nil {
		w.t.Errorf("%s does not open: %v", what, err)
	}
}

func TestSignInTellsNobodyWhichPartIsWrong(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.invited("p-greta", "tailspin", "anna", "admin-agent")
		for what, try := range map[string][2]string{"a wrong password": {"anna@people.example", "something else"}, "an unknown address": {"nobody@people.example", password},
			"a person without a password": {"ken@tailspin.example", password}, "no password": {"anna@people.example", ""}, "no address": {"", password}} {
			secret, s, err := w.SignIn(t.Context(), try[0], try[1], "192.0.2.1")
			wantFault(t, what, err, fault.Denied, "auth.sign-in-failed")
			if secret != "" || s.Person != "" || len(fault.Of(err).Args) > 0 {
				t.Errorf("%s: %q, %+v, %v", what, secret, s, err)
			}
		}
		secret, s, err := w.SignIn(t.Context(), " ANNA@people.example ", password, "192.0.2.1")
		if err != nil || s.Person != "anna" || s.Company != "tailspin" {
			t.Fatalf("%v, %+v", err, s)
		}
		if actor := w.actor(secret); actor.Company != "tailspin" || !access.May(actor, access.ProposeAgreement) || access.May(actor, access.ManagePeople) || actor.Scopes != nil {
			t.Errorf("%+v", actor)
		}
	})
}

// Ten tries, then the right password does not help either until the window is
// over; other people are not held up.
func TestTooManyTriesHaveToWait(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.invited("p-greta", "tailspin", "anna")
		w.invited("p-greta", "tailspin", "otto")
		for i := range 10 {
			_, _, err := w.SignIn(t.Context(), "anna@people.example", "wrong", fmt.Sprintf("192.0.2.%d", i))
			wantFault(t, "try", err, fault.Denied, "auth.sign-in-failed")
		}
		_, _, err := w.SignIn(t.Context(), "anna@people.example", password, "192.0.2.99")
		wantFault(t, "the 11th try", err, fault.TooMany, "auth.too-many-tries")
		if _, _, err := w.SignIn(t.Context(), "otto@people.example", password, "192.0.2.98"); err != nil {
			t.Errorf("another person: %v", err)
		}
		w.clock.pass(16 * time.Minute)
		if _, _, err := w.SignIn(t.Context(), "anna@people.example", password, "192.0.2.99"); err != nil {
			t.Errorf("after the window: %v", err)
		}
	})
}

// One network that tries many addresses has to wait as well, and one that
// signs in with an account of its own in between.
func TestOneNetworkCannotTryManyAddresses(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.invited("p-greta", "tailspin", "anna")
		for i := range 10 {
			_, _, err := w.SignIn(t.Context(), fmt.Sprintf("person%d@people.example", i), "wrong", "192.0.2.1")
			wantFault(t, "try", err, fault.Denied, "auth.sign-in-failed")
		}
		_, _, err := w.SignIn(t.Context(), "anna@people.example", password, "192.0.2.1")
		wantFault(t, "the same network", err, fault.TooMany, "auth.too-many-tries")
		if _, _, err := w.SignIn(t.Context(), "anna@people.example", password, "192.0.2.2"); err != nil {
			t.Errorf("another network: %v", err)
		}
	})
}

// Tries at the same time all count.
func TestTriesAtOnceAllCount(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		results := make(chan error, 14)
		for i := range cap(results) {
			go func() {
				_, _, err := w.SignIn(t.Context(), "greta@tailspin.example", "wrong", fmt.Sprintf("192.0.2.%d", i))
				results <- err
			}()
		}
		looked := 0
		for range cap(results) {
			if err := <-results; fault.Is(err, fault.Denied) {
				looked++
			} else if !fault.Is(err, fault.TooMany) {
				t.Errorf("%v", err)
			}
		}
		if looked != 10 {
			t.Errorf("%d passwords were looked at, want 10", looked)
		}
	})
}

func TestSessionEndsWhenItIsNotUsed(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		used, idle := w.session("p-greta"), w.session("p-greta")
		w.clock.pass(11 * time.Hour)
		w.alive("after 11 hours", used)
		w.clock.pass(2 * time.Hour)
		w.alive("used two hours ago", used)
		w.dead("not used for 13 hours", idle)
		_, _, err := w.Authenticate(t.Context(), idle, access.ViaWeb)
		wantFault(t, "idle", err, fault.Denied, "auth.expired-session")
	})
}

func TestSessionEndsAfterAWeekEvenWhenItIsUsed(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		session := w.session("p-greta")
		for range 16 {
			w.clock.pass(10 * time.Hour)
			w.alive("used all the time", session)
		}
		w.clock.pass(9 * time.Hour)
		w.dead("a week old", session)
	})
}

func TestSignOutEndsTheSessionAndNoOther(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		one, other := w.session("p-greta"), w.session("p-greta")
		for range 2 { // a second time does no harm
			if err := w.SignOut(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		w.dead("signed out", one)
		w.alive("the other one", other)
		if one == other {
			t.Error("two sign-ins gave one session")
		}
	})
}

func TestNewPasswordEndsSessionsAndTokens(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		mine, other := w.invited("p-greta", "tailspin", "anna", "global-admin"), w.session("anna")
		token, err := w.CreateToken(t.Context(), w.actor(mine), "tailspin", "anna", "ci", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.SetPassword(t.Context(), w.actor(mine), "not the old one", "another good one")
		wantFault(t, "wrong old password", err, fault.Denied, "auth.sign-in-failed")
		_, err = w.SetPassword(t.Context(), w.actor(mine), password, "short")
		wantFault(t, "short", err, fault.Invalid, "auth.password-length")
		_, err = w.SetPassword(t.Context(), w.actor(token.Secret), password, "another good one")
		wantFault(t, "by a token", err, fault.Denied, "")
		fresh, err := w.SetPassword(t.Context(), w.actor(mine), password, "another good one")
		if err != nil {
			t.Fatal(err)
		}
		w.alive("the new session", fresh)
		for what, secret := range map[string]string{"the session": mine, "another session": other, "a token": token.Secret} {
			w.dead(what, secret)
		}
		_, _, err = w.SignIn(t.Context(), "anna@people.example", password, "192.0.2.1")
		wantFault(t, "the old password", err, fault.Denied, "auth.sign-in-failed")
		if _, _, err := w.SignIn(t.Context(), "anna@people.example", "another good one", "192.0.2.1"); err != nil {
			t.Error(err)
		}
	})
}

func TestLostRoleIsLostAtOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		session := w.invited("p-greta", "tailspin", "anna", "global-admin")
		token, err := w.CreateToken(t.Context(), w.actor(session), "tailspin", "anna", "", []string{"admin"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		changePerson(w, "anna", func(p *wire.Person) { p.Roles = []string{"sales-agent"} })
		for what, secret := range map[string]string{"the session": session, "the token": token.Secret} {
			w.dead(what, secret)
		}
		again, _, err := w.SignIn(t.Context(), "anna@people.example", password, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Tokens(t.Context(), w.actor(again))
		wantFault(t, "signed in again", err, fault.Denied, "denied.role")
	})
}

// Who works elsewhere, or nowhere, comes in no more; not even when somebody
// else gets the same id.
func TestPersonWhoLeftComesInNoMore(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		moved, gone := w.invited("p-greta", "tailspin", "anna", "global-admin"), w.invited("p-greta", "tailspin", "otto", "global-admin")
		token, err := w.CreateToken(t.Context(), w.as("p-greta"), "tailspin", "anna", "", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		changePerson(w, "anna", func(p *wire.Person) { p.Company = "relecloud" })
		if err := w.Delete(t.Context(), w.as("p-greta"), directory.People, "otto", nil); err != nil {
			t.Fatal(err)
		}
		for what, secret := range map[string]string{"moved": moved, "token of the moved": token.Secret, "deleted": gone} {
			w.dead(what, secret)
		}
		_, _, err = w.SignIn(t.Context(), "otto@people.example", password, "192.0.2.1")
		wantFault(t, "deleted", err, fault.Denied, "auth.sign-in-failed")
		w.put(&wire.Person{ID: "otto", Company: "tailspin", Name: "Another Otto", Email: "otto@people.example", Roles: []string{"global-admin"}})
		w.dead("the session of the one before", gone)
		_, _, err = w.SignIn(t.Context(), "otto@people.example", password, "192.0.2.2")
		wantFault(t, "the password of the one before", err, fault.Denied, "auth.sign-in-failed")
	})
}

// A password is of one company: it is not taken along to the next.
func TestPasswordStaysBehindWhenAPersonMoves(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.invited("p-greta", "tailspin", "anna", "global-admin")
		changePerson(w, "anna", func(p *wire.Person) { p.Company = "relecloud" })
		_, s, err := w.SignIn(t.Context(), "anna@people.example", password, "192.0.2.1")
		if err == nil {
			t.Errorf("the password of tailspin opens %s", s.Company)
		}
	})
}

func TestInviteIsAcceptedOnceAndInTime(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		invite := func(id string) string {
			secret, err := w.Invite(t.Context(), w.as("p-greta"), wire.Person{ID: id, Company: "tailspin", Email: id + "@people.example"})
			if err != nil {
				t.Fatal(err)
			}
			return secret
		}
		accept := func(secret, password string) error {
			_, _, err := w.AcceptInvite(t.Context(), secret, password)
			return err
		}
		once, late, gone := invite("anna"), invite("late"), invite("gone")
		wantFault(t, "short password", accept(once, "short"), fault.Invalid, "auth.password-length")
		wantFault(t, "long password", accept(once, strings.Repeat("x", 1025)), fault.Invalid, "auth.password-length")
		if err := accept(once, password); err != nil {
			t.Fatal(err)
		}
		wantFault(t, "twice", accept(once, "a stolen invitation"), fault.Denied, "auth.expired-link")
		wantFault(t, "forged", accept("sbi_"+strings.Repeat("a", 32), password), fault.Denied, "auth.expired-link")
		wantFault(t, "a session for an invitation", accept(w.session("p-ken"), password), fault.Denied, "auth.expired-link")
		if err := w.Delete(t.Context(), local, directory.People, "gone", nil); err != nil {
			t.Fatal(err)
		}
		wantFault(t, "deleted person", accept(gone, password), fault.Denied, "auth.expired-link")
		w.clock.pass(7*24*time.Hour + time.Minute)
		wantFault(t, "late", accept(late, password), fault.Denied, "auth.expired-link")
	})
}

func TestInvitationsAreForOnesOwnCompany(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, company := range []string{"relecloud", "nobody"} {
			_, err := w.Invite(t.Context(), w.as("p-greta"), wire.Person{ID: "spy", Company: company})
			wantFault(t, company, err, fault.NotFound, "not-found.company")
		}
		_, err := w.Invite(t.Context(), w.as("p-ken"), wire.Person{ID: "friend", Company: "tailspin"})
		wantFault(t, "admin agent", err, fault.Denied, "denied.role")
		_, err = w.Invite(t.Context(), w.as("p-greta"), wire.Person{ID: "p-rosa", Company: "tailspin"})
		wantFault(t, "a person who is there", err, fault.Conflict, "conflict.exists")
	})
}

// Only the person at the command line makes a link, and it opens once; in a
// demonstration again and again, so that a visitor can change persona.
func TestSigninLinkOpensOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, person := range []string{"p-marta", "p-greta", "p-nora"} {
			_, err := w.SigninLink(t.Context(), w.as(person), "p-greta")
			wantFault(t, person, err, fault.Denied, "denied.local-only")
		}
		for _, tc := range []struct {
			app   *app.App
			again bool
		}{{w.App, false}, {w.node(true), true}} {
			link, err := tc.app.SigninLink(t.Context(), local, "p-greta")
			if err != nil {
				t.Fatal(err)
			}
			first, s, err := tc.app.ConsumeSigninLink(t.Context(), link)
			if err != nil || s.Person != "p-greta" {
				t.Fatalf("%v, %+v", err, s)
			}
			w.alive("session", first)
			w.dead("the link itself", link)
			second, _, err := tc.app.ConsumeSigninLink(t.Context(), link)
			if (err == nil) != tc.again || second == first {
				t.Errorf("second time: %v", err)
			}
		}
		link, err := w.SigninLink(t.Context(), local, "p-greta")
		if err != nil {
			t.Fatal(err)
		}
		w.clock.pass(31 * time.Minute)
		_, _, err = w.ConsumeSigninLink(t.Context(), link)
		wantFault(t, "late", err, fault.Denied, "auth.expired-link")
		_, err = w.SigninLink(t.Context(), local, "nobody")
		wantFault(t, "nobody", err, fault.NotFound, "")
	})
}

// Of many who open one link at the same time, one gets in.
func TestSigninLinkOpensForOneOfMany(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		link, err := w.SigninLink(t.Context(), local, "p-greta")
		if err != nil {
			t.Fatal(err)
		}
		results := make(chan error, 6)
		for range cap(results) {
			go func() {
				_, _, err := w.ConsumeSigninLink(t.Context(), link)
				results <- err
			}()
		}
		in := 0
		for range cap(results) {
			if err := <-results; err == nil {
				in++
			} else if !fault.Is(err, fault.Denied) {
				t.Errorf("%v", err)
			}
		}
		if in != 1 {
			t.Errorf("%d got in", in)
		}
	})
}

// A person says in which language and zone to be answered, without managing
// people, and changes nothing else of itself that way.
func TestEverybodySavesOwnPreferences(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for name, actor := range w.everybody() {
			err := w.Prefer(t.Context(), actor, "ja", "Asia/Tokyo")
			if actor.Person == "" {
				wantFault(t, name, err, fault.Denied, "auth.sign-in-needed")
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if _, s, err := w.Authenticate(t.Context(), w.session(actor.Person), access.ViaWeb); err != nil || s.Lang != "ja" || s.TZ != "Asia/Tokyo" {
				t.Errorf("%s: %+v %v", name, s, err)
			}
		}
		hugo := w.fresh("p-hugo")
		wantFault(t, "no zone", w.Prefer(t.Context(), hugo, "ja", "Atlantis/City"), fault.Invalid, "fields.invalid")
		wantFault(t, "no language", w.Prefer(t.Context(), hugo, "jp", ""), fault.Invalid, "fields.invalid")
		for what, change := range map[string]func(*wire.Person){
			"":                   func(p *wire.Person) { p.Lang, p.TZ = "zh-TW", "" },
			"roles":              func(p *wire.Person) { p.Roles = []string{"global-admin"} },
			"name":               func(p *wire.Person) { p.Name = "Hugo the Great" },
			"e-mail":             func(p *wire.Person) { p.Email = "marta@market.example" },
			"language and roles": func(p *wire.Person) { p.Lang, p.Roles = "en", nil },
		} {
			object, version, err := w.Get(t.Context(), hugo, directory.People, "p-hugo")
			if err != nil {
				t.Fatal(err)
			}
			person := *object.(*wire.Person)
			change(&person)
			_, err = w.Put(t.Context(), hugo, &person, &version)
			if what != "" {
				wantFault(t, what, err, fault.Denied, "denied.role")
			} else if err != nil {
				t.Error(err)
			}
		}
		exported := w.export("yaml")
		if report := w.must(w.take(exported, app.ImportOptions{})); changes(report) != 0 || w.export("yaml") != exported {
			t.Errorf("export, then import changes %+v", report.Plan)
		}
	})
}

// Whose roles change signs in anew; the same roles in another order are none.
func TestOtherRolesEndTheSession(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		session := w.invited("p-greta", "tailspin", "anna", "admin-agent", "sales-agent")
		for _, step := range []struct {
			roles []string
			ends  bool
		}{{[]string{"sales-agent", "admin-agent"}, false}, {[]string{"sales-agent"}, true}} {
			if _, err := w.Put(t.Context(), w.as("p-greta"), &wire.Person{ID: "anna", Company: "tailspin", Name: "anna", Email: "anna@people.example", Roles: step.roles}, nil); err != nil {
				t.Fatal(err)
			}
			if step.ends {
				w.dead("with fewer roles", session)
			} else {
				w.alive("with the same roles", session)
			}
		}
	})
}
