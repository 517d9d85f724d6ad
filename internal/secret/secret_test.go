package secret

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

func kindsOf(found []Finding) (out []string) {
	for _, f := range found {
		out = append(out, f.Kind)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var (
	forty = strings.Repeat("a1B2c3D4", 5)
	jwt   = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT"}`)) + ".eyJzdWIiOiJtaWthIn0.c2lnbmVkLWJ5LXNvbWVib2R5"
	har   = `{"log": {"version": "1.2", "creator": {"name": "browser"}, "entries": [{"request": {`
)

// Each shape is found with its kind and its line, and what only looks like it is
// left alone.
func TestWhatIsASecret(t *testing.T) {
	for _, c := range []struct{ kind, text string }{
		{PrivateKey, "-----BEGIN PRIVATE KEY-----"}, {PrivateKey, "-----BEGIN RSA PRIVATE KEY-----"}, {PrivateKey, "-----BEGIN OPENSSH PRIVATE KEY-----"},
		{PrivateKey, "-----BEGIN PGP PRIVATE KEY BLOCK-----"}, {PrivateKey, "PuTTY-User-Key-File-3: ssh-ed25519"},
		{"", "-----BEGIN PUBLIC KEY-----"}, {"", "-----BEGIN CERTIFICATE-----"}, {"", "-----BEGIN PRIVATE KEY"}, {"", "PRIVATE KEY-----"},
		{AWS, "id=AKIA" + "Q2W3E4R5T6Y7U2IO"}, {AWS, "ASIA" + "Q2W3E4R5T6Y7U2IO "}, {"", "AKIA" + "IOSFODNN7EXAMPLE"}, {"", "AKIA" + "Q2W3E4R5T6Y7U2I"}, {"", "AKIA" + "Q2W3E4R5T6Y7U2IOX"}, {"", "XAKIA" + "Q2W3E4R5T6Y7U2IO"}, {"", "AKIAq2w3e4r5t6y7u2io"},
		{GitHub, "ghp_" + forty}, {GitHub, "https://ghs_" + forty + "@host"}, {GitHub, "github_pat_" + forty + "_" + forty}, {"", "ghp_" + forty[:30]}, {"", "ghp_" + strings.Repeat("x", 40)},
		{Slack, "xoxb-1234567890-abcdefghijkl"}, {Slack, "xapp-1-A1B2C3-123456789-abc"}, {"", "xoxb-token"}, {"", "xoxb-your-token-goes-here-please"},
		{JWT, jwt}, {JWT, "token: " + jwt + "\""}, {"", "eyJhbGciOiJ9.eyJzdWIi.c2lnbmVkLWJ5"}, {"", jwt[:40]}, {"", "x" + jwt},
		{Bearer, "Authorization: Bearer " + forty}, {Bearer, "authorization: bearer 6f1d2c3b-1111-2222-3333-444455556666"}, {"", "Bearer token was rejected by the gateway"}, {"", "Bearer ********************"}, {"", "Bearer <redacted>"},
		{Basic, "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("mika:pa55word"))}, {"", "basic features of the product"}, {"", "Basic YWJjZGVmZ2hpamts"},
		{Cookie, har + `"headers":[{"name":"Cookie","value":"sid=1"}]`}, {Cookie, har + `"cookies" : [ { "name": "sid" } ]`}, {Authorization, har + `"headers":[{"name" : "authorization", "value":"x"}]`},
		{Password, har + `"params":[{"name":"Password","value":"x"}]`}, {Password, har + `"text":"user=mika&password=hunter2"`},
		{"", har + `"cookies": [], "headers":[{"name":"Accept","value":"*/*"}]`}, {"", `{"name":"Cookie"} {"name":"password"} password=hunter2`}, {"", har + `"text":"password=***&password=&"`},
	} {
		var want []string
		if c.kind != "" {
			want = []string{c.kind}
		}
		found := InText("one line\n" + c.text + "\nthe end")
		if got := kindsOf(found); !slices.Equal(got, want) {
			t.Errorf("%.60q: %v, want %v", c.text, got, want)
		}
		if len(found) > 0 && found[0].Line != 2 {
			t.Errorf("%.60q is on line %d", c.text, found[0].Line)
		}
	}
}

// Wherever a secret stands, and however the file arrives, it is found with its line.
func TestASecretIsFoundAnywhere(t *testing.T) {
	line := strings.Repeat("x", 99) + "\n"
	for at := window - overlap - 300; at < window+2*overlap; at += 97 {
		text := strings.Repeat(line, at/100) + strings.Repeat("y", at%100) + " " + jwt + " \n" + strings.Repeat(line, 3000)
		for _, step := range []int{len(text), 4096, 333} {
			var s Scanner
			for b := []byte(text); len(b) > 0; b = b[min(step, len(b)):] {
				if n, err := s.Write(b[:min(step, len(b))]); err != nil || n != min(step, len(b)) {
					t.Fatal(n, err)
				}
			}
			if got := s.Found(); len(got) != 1 || got[0] != (Finding{JWT, at/100 + 1}) {
				t.Fatalf("at %d by %d: %v, want line %d", at, step, got, at/100+1)
			}
		}
	}
}

func TestALetterOfTwoBytesHidesNothing(t *testing.T) {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune("記録\n-----BEGIN PRIVATE KEY-----\n")) {
		b = append(b, byte(u), byte(u>>8))
	}
	var s Scanner
	if _, err := s.Write(b); err != nil {
		t.Fatal(err)
	}
	if got := s.Found(); !slices.Equal(got, []Finding{{PrivateKey, 2}}) {
		t.Errorf("%v", got)
	}
}

func TestNamesThatHoldKeys(t *testing.T) {
	for name, want := range map[string]bool{"tenant.pfx": true, "Passwords.KDBX": true, ".env": true, "prod.env": true, ".env.local": true, "id_rsa": true, "server.ppk": true, ".npmrc": true,
		".env.example": false, "id_rsa.pub": false, "environment.txt": false, "trace.har": false, "cert.pem": false, "証明書.txt": false, "": false} {
		if got := len(InName(name)) == 1; got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

// logs are what support people really send: nothing in them is a secret.
var logs = []string{
	"2026-11-21T06:30:00.123Z INFO  sync[4711]: worker 12 started, correlation 6f1d2c3b-1111-2222-3333-444455556666\n2026-11-21T06:30:01Z WARN  auth: bearer token expired, asking for a new one\n" +
		"2026-11-21T06:30:02Z ERROR http: 401 Unauthorized WWW-Authenticate: Bearer realm=\"api\", error=\"invalid_token\"\ncommit 48632f3aa0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5\nsha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n" +
		"GET /v1/cases?cursor=eyJuIjoxMjN9 200 12ms\npassword=\nPassword: ********\nbasic authentication failed for user mika\nRegion ASIAPACIFIC, bucket AKIARA-logs\n",
	"2026/11/21 06:30:00 情報 同期: ワーカー12を開始しました。相関ID 6f1d2c3b-1111-2222-3333-444455556666\n2026/11/21 06:30:01 警告 認証: Bearer トークンの有効期限が切れました。再取得します。\n2026/11/21 06:30:02 エラー: パスワードが正しくありません (password=)\n" +
		"証明書:\n-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----\n",
	"2026/11/21 06:30:00 資訊 同步：工作程序 12 已啟動，關聯識別碼 6f1d2c3b-1111-2222-3333-444455556666\n2026/11/21 06:30:01 警告 驗證：Bearer 權杖已過期，重新取得中\n2026/11/21 06:30:02 錯誤：密碼不正確（password=）\n" +
		"公開金鑰：\n-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----\n",
}

func TestOrdinaryLogsAreLeftAlone(t *testing.T) {
	for _, log := range logs {
		if got := InText(strings.Repeat(log, 2000)); len(got) > 0 {
			t.Errorf("%.40q: %v", log, got)
		}
	}
}

// Whatever comes, in whatever pieces: the same is found as in one piece, each kind
// once and on a line that there is.
func FuzzScanner(f *testing.F) {
	for _, log := range logs {
		f.Add([]byte(log), uint16(100))
	}
	f.Add([]byte(har+`"headers":[{"name":"Cookie"}]`+jwt+" -----BEGIN PRIVATE KEY-----"), uint16(7))
	f.Add([]byte("\xff\xfeg\x00h\x00"), uint16(1))
	f.Fuzz(func(t *testing.T, b []byte, step uint16) {
		var whole, pieces Scanner
		_, _ = whole.Write(b)
		for rest, n := b, int(step)+2; len(rest) > 0; rest = rest[min(n, len(rest)):] {
			_, _ = pieces.Write(rest[:min(n, len(rest))])
		}
		found := whole.Found()
		if got := pieces.Found(); !slices.Equal(kindsOf(got), kindsOf(found)) {
			t.Fatalf("%v, in pieces %v", found, got)
		}
		if len(kindsOf(found)) != len(found) {
			t.Fatalf("twice: %v", found)
		}
		for _, f := range found {
			if f.Line < 1 || f.Line > 1+bytes.Count(b, []byte("\n")) || !slices.Contains(Kinds(), f.Kind) {
				t.Fatalf("%v", f)
			}
		}
	})
}
