package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// shape is how one kind begins, and what has to hold of the bytes from there: at
// is where it begins, after is what follows its beginning.
type shape struct {
	kind   string
	begins []byte
	har    bool // in the recording of a browser alone
	holds  func(b []byte, at, after int) bool
}

var shapes = allShapes()

func allShapes() (out []shape) {
	add := func(kind string, holds func(b []byte, at, after int) bool, begins ...string) {
		for _, word := range begins {
			out = append(out, shape{kind, []byte(word), strings.HasPrefix(kind, "har-"), holds})
		}
	}
	add(PrivateKey, isPEM, "-----BEGIN ")
	add(PrivateKey, func(b []byte, _, after int) bool { return after < len(b) && digit(b[after]) }, "PuTTY-User-Key-File-")
	add(AWS, isAWS, "AKIA", "ASIA")
	add(GitHub, token(36, alnum), "ghp_", "gho_", "ghu_", "ghs_", "ghr_")
	add(GitHub, token(50, func(c byte) bool { return alnum(c) || c == '_' }), "github_pat_")
	add(Slack, token(20, func(c byte) bool { return alnum(c) || c == '-' }), "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-")
	add(JWT, isJWT, "eyJ")
	add(Bearer, token(20, func(c byte) bool { return alnum(c) || strings.IndexByte("._~+/=-", c) >= 0 }), "Bearer ", "bearer ", "BEARER ")
	add(Basic, isBasic, "Basic ", "basic ", "BASIC ")
	add(Authorization, named("authorization", "proxy-authorization"), `"name"`)
	add(Cookie, named("cookie", "set-cookie"), `"name"`)
	add(Cookie, isList, `"cookies"`)
	add(Password, named("password", "passwd", "pwd", "passphrase"), `"name"`)
	add(Password, func(b []byte, _, after int) bool {
		return after < len(b) && b[after] > ' ' && strings.IndexByte(`&"\*`, b[after]) < 0
	}, "password=", "passwd=")
	return out
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func alnum(c byte) bool { return digit(c) || letter(c) }

// run is how far the bytes go on as they have to.
func run(b []byte, from int, of func(byte) bool) int {
	for from < len(b) && of(b[from]) {
		from++
	}
	return from
}

// starts tells whether something begins here rather than goes on.
func starts(b []byte, at int) bool { return at == 0 || !alnum(b[at-1]) && b[at-1] != '_' }

// token is a run of some length that is no word: it has letters and digits.
func token(least int, of func(byte) bool) func(b []byte, at, after int) bool {
	return func(b []byte, at, after int) bool {
		if !starts(b, at) {
			return false
		}
		value := b[after:run(b, after, of)]
		return len(value) >= least && bytes.IndexFunc(value, func(r rune) bool { return digit(byte(r)) }) >= 0 &&
			bytes.IndexFunc(value, func(r rune) bool { return letter(byte(r)) }) >= 0
	}
}

func isPEM(b []byte, _, after int) bool {
	end := run(b, after, func(c byte) bool { return c >= 'A' && c <= 'Z' || digit(c) || c == ' ' })
	label := string(b[after:end])
	return (strings.HasSuffix(label, "PRIVATE KEY") || strings.HasSuffix(label, "PRIVATE KEY BLOCK")) && bytes.HasPrefix(b[end:], []byte("-----"))
}

// isAWS: what ends with EXAMPLE is from the vendor's manual.
func isAWS(b []byte, at, after int) bool {
	end := run(b, after, alnum)
	id := b[after:end]
	upper := run(id, 0, func(c byte) bool { return c >= 'A' && c <= 'Z' || c >= '2' && c <= '7' }) == len(id)
	return starts(b, at) && len(id) == 16 && upper && !bytes.HasSuffix(id, []byte("EXAMPLE"))
}

func inBase64URL(c byte) bool { return alnum(c) || c == '-' || c == '_' }

// isJWT: three parts, of which the first names the way of signing.
func isJWT(b []byte, at, _ int) bool {
	if !starts(b, at) {
		return false
	}
	head := run(b, at, inBase64URL)
	body := part(b, head)
	signed := part(b, body)
	if body < 0 || signed < 0 || signed-body < 10 {
		return false
	}
	raw, err := base64.RawURLEncoding.DecodeString(string(b[at:head]))
	var header struct{ Alg string }
	return err == nil && json.Unmarshal(raw, &header) == nil && header.Alg != ""
}

// part is where the part after a dot ends; -1 = there is none.
func part(b []byte, dot int) int {
	if dot < 0 || dot >= len(b) || b[dot] != '.' {
		return -1
	}
	if end := run(b, dot+1, inBase64URL); end > dot+1 {
		return end
	}
	return -1
}

// isBasic: a name, a colon and a password, as they go over the wire.
func isBasic(b []byte, at, after int) bool {
	end := run(b, after, func(c byte) bool { return alnum(c) || strings.IndexByte("+/=", c) >= 0 })
	if !starts(b, at) || end-after < 8 {
		return false
	}
	raw, err := base64.StdEncoding.DecodeString(string(b[after:end]))
	colon := bytes.IndexByte(raw, ':')
	return err == nil && colon > 0 && colon < len(raw)-1 && bytes.IndexFunc(raw, func(r rune) bool { return r < ' ' || r == 0xFFFD }) < 0
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// valueAt is where the value of a JSON field begins; -1 = that was no field.
func valueAt(b []byte, after int) int {
	after = run(b, after, blank)
	if after >= len(b) || b[after] != ':' {
		return -1
	}
	return run(b, after+1, blank)
}

// named is an entry of a recording that is called so.
func named(names ...string) func(b []byte, at, after int) bool {
	return func(b []byte, _, after int) bool {
		at := valueAt(b, after)
		if at < 0 || at >= len(b) || b[at] != '"' {
			return false
		}
		rest := b[at+1:]
		for _, name := range names {
			if len(rest) > len(name) && rest[len(name)] == '"' && strings.EqualFold(string(rest[:len(name)]), name) {
				return true
			}
		}
		return false
	}
}

// isList: a list with something in it.
func isList(b []byte, _, after int) bool {
	at := valueAt(b, after)
	if at < 0 || at >= len(b) || b[at] != '[' {
		return false
	}
	at = run(b, at+1, blank)
	return at < len(b) && b[at] == '{'
}
