package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/internal/server"
)

// A time of the day is the next one there is, in the person's zone, also in
// the night in which an hour is missing or comes twice.
func TestTimesAsPeopleSayThem(t *testing.T) {
	for _, test := range []struct{ now, zone, text, want string }{
		{"2026-11-20T10:00:00Z", "UTC", "16:00", "2026-11-20T16:00:00Z"},
		{"2026-11-20T10:00:00Z", "UTC", "10:00", "2026-11-21T10:00:00Z"},
		{"2026-11-20T10:00:00Z", "Asia/Tokyo", "16:00", "2026-11-21T07:00:00Z"},
		{"2026-11-20T10:00:00Z", "Asia/Taipei", "2026-11-30 16:00", "2026-11-30T08:00:00Z"},
		{"2026-11-20T10:00:00Z", "Europe/Berlin", "2026-12-01T09:30", "2026-12-01T08:30:00Z"},
		{"2026-12-31T23:30:00Z", "UTC", "00:15", "2027-01-01T00:15:00Z"},
		{"2026-03-29T00:30:00Z", "Europe/Berlin", "09:00", "2026-03-29T07:00:00Z"},
		{"2026-10-25T00:30:00Z", "Europe/Berlin", "09:00", "2026-10-25T08:00:00Z"},
		{"2026-11-20T10:00:00Z", "UTC", "25:00", ""},
		{"2026-11-20T10:00:00Z", "UTC", "2026-11-30", ""},
		{"2026-11-20T10:00:00Z", "UTC", "soon", ""},
	} {
		zone, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if at, ok := clockTime(test.text, now.In(zone)); ok {
			got = at.UTC().Format(time.RFC3339)
		}
		if got != test.want {
			t.Errorf("%s in %s at %s: %q, want %q", test.text, test.zone, test.now, got, test.want)
		}
	}
}

// Spec 3 section 1: the same verbs at another server, with a token, which says
// for which company and by whom; exit codes tell what kind of failure it was.
func TestCaseWorkAtAServer(t *testing.T) {
	data := serving(t)
	running, err := server.FindRunning(data)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string][]string{}
	for company, person := range map[string]string{"northwind": "nora", "tailspin": "ken", "fabrikam": "fay"} {
		code, secret, talk := run(t, nil, "--data-dir", data, "token", "create", "--company", company, "--person", person, "--scope", "write")
		if code != 0 {
			t.Fatal(talk)
		}
		file := filepath.Join(t.TempDir(), company)
		if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
		at[company] = []string{"--server", running.Address, "--token-file", file}
	}
	code, number, talk := run(t, nil, append(at["northwind"], "case", "new", "Backup stops", "It stops.", "--subscription", "sub-1", "--topic", "break-fix")...)
	if code != 0 {
		t.Fatal(talk)
	}
	number = strings.TrimSpace(number)
	for _, test := range []struct {
		company string
		args    []string
		code    int
		want    string
	}{
		{"tailspin", []string{"case", "show", number}, exitOK, "Now with Tailspin Toys"},
		{"tailspin", []string{"--company", "tailspin", "inbox"}, exitOK, number},
		{"tailspin", []string{"--company", "fabrikam", "inbox"}, exitDenied, "tailspin"},
		{"fabrikam", []string{"case", "show", number}, exitNotFound, "There is no case"},
		{"fabrikam", []string{"search", "stops"}, exitOK, ""},
		{"northwind", []string{"handoff", "send", number, "contoso", "x"}, exitDenied, "switchboard: "},
		{"tailspin", []string{"case", "confirm", number}, exitConflict, "No solution"},
		{"tailspin", []string{"case", "note", number, "x", "--if-match", "7"}, exitConflict, "has changed"},
		{"tailspin", []string{"case", "reply", number, "x"}, exitUsage, "--to"},
		{"tailspin", []string{"handoff", "update", number, "x", "--next", "soon"}, exitUsage, "16:00"},
	} {
		code, out, talk := run(t, nil, append(at[test.company], test.args...)...)
		if code != test.code || !strings.Contains(out+talk, test.want) || test.want == "" && out != "" {
			t.Errorf("%s %v: %d %q %q", test.company, test.args, code, out, talk)
		}
	}
	if code, _, _ := run(t, nil, "--server", "http://127.0.0.1:1", "inbox"); code != exitUnreachable {
		t.Errorf("no server: %d", code)
	}
}

// What is said in a business day counts in the company's own hours; without
// hours nothing is guessed. A time of the day is in the zone the person saved.
func TestPromisesInTheZoneOfWhoPromises(t *testing.T) {
	data := serving(t)
	do := func(want int, args ...string) string {
		t.Helper()
		code, out, talk := run(t, nil, append([]string{"--data-dir", data}, args...)...)
		if code != want {
			t.Fatalf("%v: %d %s", args, code, talk)
		}
		return strings.TrimSpace(out) + talk
	}
	do(exitOK, "person", "set", "ken", "tz=Asia/Taipei")
	number := strings.TrimSpace(strings.SplitN(do(exitOK, "-q", "--company", "northwind", "--person", "nora", "case", "new", "Backup stops", "It stops.", "--subscription", "sub-1", "--topic", "break-fix"), "\n", 2)[0])
	ken := []string{"--company", "tailspin", "--person", "ken"}
	do(exitOK, append(ken, "handoff", "update", number, "--next", "2040-01-02 16:00")...)
	if shown := do(exitOK, append(ken, "case", "show", number)...); !strings.Contains(shown, "2040-01-02T08:00:00Z") {
		t.Errorf("the person's zone: %s", shown)
	}
	do(exitOK, "company", "set", "tailspin", "support.hours=")
	if talk := do(exitUsage, append(ken, "handoff", "update", number, "--next", "1bd")...); !strings.Contains(talk, "hours of tailspin are not known") {
		t.Errorf("without hours: %s", talk)
	}
}
