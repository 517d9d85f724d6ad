// Package secret finds what looks like a key, a token or a password in words and
// in files, so that somebody is asked before it goes to another company. It says
// the kind and the line, never the secret. What is packed or encrypted is not
// looked into.
package secret

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// The kinds of what is found.
const (
	PrivateKey    = "private-key"       // a PEM or PuTTY key
	AWS           = "aws"               // an access key id
	GitHub        = "github"            // a token
	Slack         = "slack"             // a token
	JWT           = "jwt"               // a signed token
	Bearer        = "bearer"            // the value of an authorization
	Basic         = "basic"             // a name and a password
	Authorization = "har-authorization" // a header that a browser recorded
	Cookie        = "har-cookie"        // a session that a browser recorded
	Password      = "har-password"      // a form that a browser recorded
	KeyFile       = "key-file"          // by its name
)

// Kinds lists them.
func Kinds() []string {
	return []string{PrivateKey, AWS, GitHub, Slack, JWT, Bearer, Basic, Authorization, Cookie, Password, KeyFile}
}

// Finding is one kind and a place where it stands. Line 0 is the name of the file.
type Finding struct {
	Kind string
	Line int
}

// InText looks through words.
func InText(words string) []Finding {
	s := Scanner{}
	s.feed([]byte(words))
	return s.Found()
}

const (
	window  = 64 << 10 // how much is looked through at once
	overlap = 8 << 10  // how long a secret can be across two windows
)

// Scanner looks through a file as it is written to it; its zero value is ready.
// It keeps a window of it and no more.
type Scanner struct {
	rest  []byte // not looked through yet, with the overlap before it
	lines int    // before rest
	begun bool
	wide  bool // UTF-16: every other byte of what is looked for is 0
	har   bool
	found []Finding
}

// Write never fails.
func (s *Scanner) Write(p []byte) (int, error) {
	s.feed(p)
	return len(p), nil
}

func (s *Scanner) feed(p []byte) {
	for len(p) > 0 {
		n := min(len(p), window)
		s.take(p[:n])
		p = p[n:]
	}
}

func (s *Scanner) take(p []byte) {
	if !s.begun {
		s.begun = true
		s.wide = bytes.HasPrefix(p, []byte{0xFF, 0xFE}) || bytes.HasPrefix(p, []byte{0xFE, 0xFF})
	}
	if s.wide {
		p = bytes.ReplaceAll(p, []byte{0}, nil)
	}
	s.rest = append(s.rest, p...)
	if len(s.rest) < window+overlap {
		return
	}
	s.look(len(s.rest) - overlap)
	done := len(s.rest) - 2*overlap // what begins in the last part has been looked at; what stands before it is its edge
	s.lines += bytes.Count(s.rest[:done], []byte("\n"))
	s.rest = append(s.rest[:0], s.rest[done:]...)
}

// Found looks at what is left, and tells what there was in the order of the lines.
func (s *Scanner) Found() []Finding {
	s.look(len(s.rest))
	out := slices.Clone(s.found)
	slices.SortStableFunc(out, func(a, b Finding) int { return a.Line - b.Line })
	return out
}

// look tries every shape that begins before a place.
func (s *Scanner) look(until int) {
	if !s.har && bytes.Contains(s.rest, []byte(`"creator"`)) && bytes.Contains(s.rest, []byte(`"log"`)) {
		s.har = true
	}
	for _, shape := range shapes {
		if shape.har && !s.har || s.has(shape.kind) {
			continue
		}
		s.lookFor(shape, until)
	}
}

func (s *Scanner) lookFor(shape shape, until int) {
	for from := 0; from < until; {
		i := bytes.Index(s.rest[from:], shape.begins)
		if i < 0 || from+i >= until {
			return
		}
		at := from + i
		if shape.holds(s.rest, at, at+len(shape.begins)) {
			s.found = append(s.found, Finding{shape.kind, s.lines + 1 + bytes.Count(s.rest[:at], []byte("\n"))})
			return
		}
		from = at + 1
	}
}

func (s *Scanner) has(kind string) bool {
	return slices.ContainsFunc(s.found, func(f Finding) bool { return f.Kind == kind })
}

// keyNames are endings of names that hold keys and nothing else.
var keyNames = []string{".pfx", ".p12", ".kdbx", ".kdb", ".jks", ".keystore", ".ppk", ".env"}

var keyFiles = []string{"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".npmrc", ".netrc", ".pgpass", ".git-credentials"}

// InName looks at the name of a file. An example of a settings file holds none.
func InName(name string) []Finding {
	name = strings.ToLower(path.Base(name))
	isEnv := strings.HasPrefix(name, ".env.") && !slices.Contains([]string{".env.example", ".env.sample", ".env.template", ".env.dist"}, name)
	if isEnv || slices.Contains(keyFiles, name) || slices.ContainsFunc(keyNames, func(end string) bool { return strings.HasSuffix(name, end) }) {
		return []Finding{{Kind: KeyFile}}
	}
	return nil
}
