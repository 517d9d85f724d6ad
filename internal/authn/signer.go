package authn

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
)

// Signer is an Ed25519 key: what it signs can be checked by everybody who has
// its public half.
type Signer struct{ key ed25519.PrivateKey }

// NewSignerSeed makes the secret of a signer, as it is kept.
func NewSignerSeed() string {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed) // never fails (crypto/rand)
	return base64.StdEncoding.EncodeToString(seed)
}

// ReadSigner makes a signer of its secret.
func ReadSigner(kept string) (Signer, error) {
	seed, err := base64.StdEncoding.DecodeString(kept)
	if err != nil || len(seed) != ed25519.SeedSize {
		return Signer{}, fmt.Errorf("authn: the kept signing key has %d bytes, not %d", len(seed), ed25519.SeedSize)
	}
	return Signer{ed25519.NewKeyFromSeed(seed)}, nil
}

// Public is the public half in base64.
func (s Signer) Public() string {
	return base64.StdEncoding.EncodeToString(s.key[ed25519.SeedSize:])
}

// Sign signs a statement, in base64. The same statement has the same signature.
func (s Signer) Sign(statement []byte) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(s.key, statement))
}
