// Package authn makes and checks what proves who somebody is: random secrets,
// kept as SHA-256, and passwords, kept as argon2id. It decides nothing about
// what they may do.
package authn

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"strings"
)

// Prefixes let scanners recognise a leaked secret, and people tell what it is.
const (
	SessionPrefix = "sbs_"
	TokenPrefix   = "sbt_"
	LinkPrefix    = "sbl_"
	InvitePrefix  = "sbi_"
	GuestPrefix   = "sbg_"
	SetupPrefix   = "sbf_"
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret makes a secret of 160 random bits behind a public prefix.
func NewSecret(prefix string) string {
	raw := make([]byte, 20)
	rand.Read(raw) // never fails (crypto/rand)
	return prefix + strings.ToLower(encoding.EncodeToString(raw))
}

// Digest is what is kept of a secret. The secret is random, so one SHA-256 is
// enough, and costs a microsecond where a password hash costs milliseconds.
func Digest(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

// PublicID names a credential in lists and in the audit log. It is made of the
// digest and opens nothing.
func PublicID(secret string) string {
	sum := sha256.Sum256([]byte("id\x00" + secret))
	return strings.ToLower(encoding.EncodeToString(sum[:10]))
}

// NewKey makes a key for Sign.
func NewKey() []byte {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}

// Sign makes a stable token that names a subject and can be checked without
// being stored: subject and MAC, both base64url.
func Sign(key []byte, purpose, subject string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(subject)) + "." + base64.RawURLEncoding.EncodeToString(mac(key, purpose, subject))
}

// Derive makes the secret of a thing that was made for one purpose: the same each
// time, so that whoever has the key can write it again, and nobody else can.
func Derive(prefix string, key []byte, purpose, subject string) string {
	return prefix + strings.ToLower(encoding.EncodeToString(mac(key, purpose, subject)))
}

// Verify gives the subject of a token that Sign made for the same purpose.
func Verify(key []byte, purpose, token string) (subject string, ok bool) {
	head, tail, found := strings.Cut(token, ".")
	if !found {
		return "", false
	}
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return "", false
	}
	sum, err := base64.RawURLEncoding.DecodeString(tail)
	if err != nil || !hmac.Equal(sum, mac(key, purpose, string(raw))) {
		return "", false
	}
	return string(raw), true
}

func mac(key []byte, purpose, subject string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(purpose + "\x00" + subject))
	return h.Sum(nil)[:16]
}
