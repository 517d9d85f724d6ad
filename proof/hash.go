// Package proof checks what a company has exported of a case, on any machine
// and without the installation that it came from. It needs the standard library
// and the shapes of package wire.
//
// An event is hashed as it is stored: leaf = SHA-256("sb-event-1" || salt ||
// bytes). Each company has its own chain over what it has read: head =
// SHA-256(previous head || leaf), beginning with 32 zero bytes. A value that is
// not for every reader stands in the bytes as SHA-256("sb-seal-1" || salt ||
// value). The installation signs case, company, n and head with Ed25519.
package proof

import (
	"crypto/sha256"
	"fmt"
	"slices"
)

// Hash is a SHA-256.
type Hash = [sha256.Size]byte

// Salt is 16 drawn bytes.
type Salt = [16]byte

// Leaf is the hash of an event.
func Leaf(salt Salt, bytes []byte) Hash {
	return sha256.Sum256(slices.Concat([]byte("sb-event-1"), salt[:], bytes))
}

// Link is the head of a chain after one more leaf.
func Link(head, leaf Hash) Hash { return sha256.Sum256(slices.Concat(head[:], leaf[:])) }

// Seal is the digest that stands for a value.
func Seal(salt Salt, value string) Hash {
	return sha256.Sum256(slices.Concat([]byte("sb-seal-1"), salt[:], []byte(value)))
}

// Statement is what an installation signs of a company's view of a case.
func Statement(number, company string, n int64, head string) []byte {
	return fmt.Appendf(nil, "sb-proof-1\ncase %s\ncompany %s\nn %d\nhead %s\n", number, company, n, head)
}
