package authn

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
)

// Cost of one password check: 19 MiB, two passes, one lane (OWASP's minimum
// for argon2id); at most two run at once, so that a flood cannot take the
// memory.
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	hashBytes = 32
)

var running = make(chan struct{}, 2)

// MinPassword is the least number of characters of a password.
const MinPassword = 10

// HashPassword gives the PHC string that is kept of a password.
func HashPassword(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoryKiB, passes, lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(stretch(password, salt, passes, memoryKiB, lanes)))
}

// CheckPassword compares a password with its PHC string. An empty or foreign
// string costs the same time as a wrong password, so that nobody learns by the
// clock whether an account exists.
func CheckPassword(phc, password string) bool {
	salt, want, t, m, p, ok := parsePHC(phc)
	if !ok {
		stretch(password, decoy, passes, memoryKiB, lanes)
		return false
	}
	return subtle.ConstantTimeCompare(stretch(password, salt, t, m, p), want) == 1
}

var decoy = sync.OnceValue(func() []byte { return make([]byte, 16) })()

func stretch(password string, salt []byte, t, m uint32, p uint8) []byte {
	running <- struct{}{}
	defer func() { <-running }()
	return argon2.IDKey([]byte(password), salt, t, m, p, hashBytes)
}

func parsePHC(phc string) (salt, hash []byte, t, m uint32, p uint8, ok bool) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return nil, nil, 0, 0, 0, false
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return nil, nil, 0, 0, 0, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &m, &t, &p); err != nil || t == 0 || p == 0 || m > 1<<20 {
		return nil, nil, 0, 0, 0, false
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	hash, errHash := base64.RawStdEncoding.DecodeString(parts[5])
	return salt, hash, t, m, p, errSalt == nil && errHash == nil && len(hash) == hashBytes
}
