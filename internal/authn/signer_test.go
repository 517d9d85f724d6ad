package authn

import (
	"crypto/ed25519"
	"encoding/base64"
	"testing"
)

func TestWhatASignerSignsIsCheckedWithItsPublicHalf(t *testing.T) {
	kept := NewSignerSeed()
	signer, err := ReadSigner(kept)
	if err != nil {
		t.Fatal(err)
	}
	public, err := base64.StdEncoding.DecodeString(signer.Public())
	if err != nil {
		t.Fatal(err)
	}
	signature, err := base64.StdEncoding.DecodeString(signer.Sign([]byte("statement")))
	if err != nil {
		t.Fatal(err)
	}
	if !ed25519.Verify(public, []byte("statement"), signature) || ed25519.Verify(public, []byte("Statement"), signature) {
		t.Error("the signature is not one of the statement")
	}
	if again, _ := ReadSigner(kept); again.Sign([]byte("statement")) != signer.Sign([]byte("statement")) {
		t.Error("a key that was read again signs otherwise")
	}
	if NewSignerSeed() == kept {
		t.Error("two keys are the same")
	}
	for _, bad := range []string{"", "x", base64.StdEncoding.EncodeToString([]byte("short"))} {
		if _, err := ReadSigner(bad); err == nil {
			t.Errorf("%q is taken for a key", bad)
		}
	}
}
