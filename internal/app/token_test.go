package app_test

import (
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/fault"
)

func TestTokenDoesWhatItsScopesAndItsPersonMay(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		token, err := w.CreateToken(t.Context(), w.as("p-greta"), "tailspin", "p-ken", "nightly", []string{"read"}, nil)
		if err != nil || token.Company != "tailspin" || token.Person != "p-ken" || token.Label != "nightly" {
			t.Fatalf("%v, %+v", err, token)
		}
		actor := w.actor(token.Secret)
		if !access.InScope(actor, access.ScopeRead) || !access.InScope(actor, access.ScopeAnswers) || access.InScope(actor, access.ScopeWrite) || access.InScope(actor, access.ScopeAdmin) {
			t.Errorf("scopes %v", actor.Scopes)
		}
		if access.May(actor, access.AcceptAgreement) || !access.May(actor, access.ProposeAgreement) {
			t.Errorf("roles %v: p-ken is an admin agent", actor.Roles)
		}
	})
}

// A token cannot make a wider one, nor one for somebody else's company.
func TestTokenCannotWidenItself(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		token, err := w.CreateToken(t.Context(), w.as("p-greta"), "tailspin", "p-greta", "", []string{"write"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		narrow := w.actor(token.Secret)
		for _, scopes := range [][]string{{"admin"}, {"read", "admin"}} {
			_, err := w.CreateToken(t.Context(), narrow, "tailspin", "p-greta", "", scopes, nil)
			wantFault(t, "wider", err, fault.Denied, "auth.scope-missing")
		}
		if _, err := w.CreateToken(t.Context(), narrow, "tailspin", "p-ken", "", []string{"read"}, nil); err != nil {
			t.Errorf("narrower: %v", err)
		}
		_, err = w.CreateToken(t.Context(), w.as("p-greta"), "tailspin", "p-greta", "", []string{"everything"}, nil)
		wantFault(t, "unknown scope", err, fault.Invalid, "invalid.unknown-scope")
		for _, foreign := range [][2]string{{"relecloud", "p-rosa"}, {"nobody", "p-rosa"}} {
			_, err := w.CreateToken(t.Context(), w.as("p-greta"), foreign[0], foreign[1], "", nil, nil)
			wantFault(t, foreign[0], err, fault.NotFound, "not-found.company")
		}
		for _, person := range []string{"p-rosa", "p-nobody"} {
			_, err = w.CreateToken(t.Context(), w.as("p-greta"), "tailspin", person, "", nil, nil)
			if f := fault.Of(err); f == nil || f.Kind != fault.NotFound || f.Code != "not-found" {
				t.Errorf("foreign person %s: %v", person, err)
			}
		}
		_, err = w.CreateToken(t.Context(), w.as("p-ken"), "tailspin", "p-ken", "", nil, nil)
		wantFault(t, "admin agent", err, fault.Denied, "denied.role")
	})
}

func TestRevokedTokenIsDeadAtOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		token, err := w.CreateToken(t.Context(), w.as("p-greta"), "tailspin", "p-ken", "", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		w.alive("token", token.Secret)
		for id, actor := range map[string]access.Actor{token.ID: w.as("p-rosa"), "nothing": w.as("p-greta")} {
			wantFault(t, id, w.RevokeToken(t.Context(), actor, id), fault.NotFound, "not-found.token")
		}
		w.alive("token, after a rival tried", token.Secret)
		if err := w.RevokeToken(t.Context(), w.as("p-greta"), token.ID); err != nil {
			t.Fatal(err)
		}
		w.dead("revoked", token.Secret)
	})
}

func TestTokenListNamesNoSecretAndNoForeignToken(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		expires := w.clock.now().Add(time.Hour)
		mine, err := w.CreateToken(t.Context(), w.as("p-greta"), "tailspin", "p-ken", "mine", nil, &expires)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.CreateToken(t.Context(), w.as("p-rosa"), "relecloud", "p-rosa", "theirs", nil, nil); err != nil {
			t.Fatal(err)
		}
		list, err := w.Tokens(t.Context(), w.as("p-greta"))
		if err != nil || len(list) != 1 || list[0].ID != mine.ID || list[0].Secret != "" || list[0].LastUsed != nil {
			t.Fatalf("%v, %+v", err, list)
		}
		w.alive("before it expires", mine.Secret)
		if list, err = w.Tokens(t.Context(), w.as("p-greta")); err != nil || list[0].LastUsed == nil || !list[0].LastUsed.Equal(w.clock.now()) {
			t.Errorf("use is not noted: %v, %+v", err, list)
		}
		w.clock.pass(time.Hour)
		w.dead("expired", mine.Secret)
		if list, err = w.Tokens(t.Context(), w.as("p-greta")); err != nil || len(list) != 0 {
			t.Errorf("expired ones are listed: %v, %+v", err, list)
		}
	})
}

// What is done is written down, for the company that did it.
func TestAuditLogIsOfOnesOwnCompany(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for person, company := range map[string]string{"p-greta": "tailspin", "p-rosa": "relecloud"} {
			if _, err := w.CreateToken(t.Context(), w.as(person), company, person, "", nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		for person, want := range map[string]int{"p-greta": 1, "p-rosa": 1} {
			entries, _, err := w.AuditLog(t.Context(), w.as(person), "", 0)
			if err != nil || len(entries) != want || entries[0].Company != w.as(person).Company || entries[0].Act != "create-token" || entries[0].Person != person {
				t.Errorf("%s: %v, %+v", person, err, entries)
			}
		}
		all, next, err := w.AuditLog(t.Context(), w.as("p-marta"), "", 2)
		if err != nil || len(all) != 2 || next == "" {
			t.Fatalf("%v, %+v, %q", err, all, next)
		}
		more, _, err := w.AuditLog(t.Context(), w.as("p-marta"), next, 500)
		if err != nil || len(more) == 0 || more[0].Seq >= all[1].Seq {
			t.Errorf("%v, %+v", err, more)
		}
		for _, person := range []string{"p-ken", "p-diego", "p-nora"} {
			_, _, err := w.AuditLog(t.Context(), w.as(person), "", 0)
			wantFault(t, person, err, fault.Denied, "denied.role")
		}
		_, _, err = w.AuditLog(t.Context(), w.as("p-marta"), "x", 0)
		wantFault(t, "cursor", err, fault.Invalid, "cursor.invalid")
	})
}
