package authn

import (
	"strings"
	"testing"
)

func TestPasswordIsCheckedAgainstItsHash(t *testing.T) {
	phc := HashPassword("correct horse battery")
	if !CheckPassword(phc, "correct horse battery") {
		t.Error("the right password is refused")
	}
	for _, wrong := range []string{"", "correct horse batter", "Correct horse battery"} {
		if CheckPassword(phc, wrong) {
			t.Errorf("%q is accepted", wrong)
		}
	}
	if again := HashPassword("correct horse battery"); again == phc {
		t.Error("two hashes of one password are equal: the salt is missing")
	}
}

func TestForeignHashIsRefused(t *testing.T) {
	for _, phc := range []string{"", "plain", "$2a$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=0,t=0,p=0$$", "$argon2id$v=19$m=9999999,t=1,p=1$AAAA$AAAA"} {
		if CheckPassword(phc, "x") {
			t.Errorf("%q lets a password through", phc)
		}
	}
}

func TestSignedTokenNamesItsSubject(t *testing.T) {
	key := NewKey()
	token := Sign(key, "subscription", "s-101")
	if got, ok := Verify(key, "subscription", token); !ok || got != "s-101" {
		t.Errorf("got %q, %v", got, ok)
	}
	if token != Sign(key, "subscription", "s-101") {
		t.Error("the token is not stable")
	}
	other := Sign(key, "subscription", "s-102")
	swapped := strings.Split(other, ".")[0] + "." + strings.Split(token, ".")[1]
	for _, bad := range []string{"", ".", "abc", token + "A", swapped, Sign(NewKey(), "subscription", "s-101"), Sign(key, "invite", "s-101")} {
		if _, ok := Verify(key, "subscription", bad); ok {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func FuzzVerify(f *testing.F) {
	key := NewKey()
	f.Add("czEwMQ.AAAA")
	f.Add(Sign(key, "x", "y"))
	f.Fuzz(func(t *testing.T, token string) {
		if _, ok := Verify(key, "subscription", token); ok {
			t.Fatalf("%q is accepted", token)
		}
		parsePHC(token)
	})
}

func TestSecretsDiffer(t *testing.T) {
	a, b := NewSecret(TokenPrefix), NewSecret(TokenPrefix)
	if a == b || !strings.HasPrefix(a, TokenPrefix) || len(a) != len(TokenPrefix)+32 {
		t.Errorf("%q, %q", a, b)
	}
}
