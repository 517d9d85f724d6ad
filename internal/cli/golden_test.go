package cli

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"switchboard/internal/i18n"
)

var update = flag.Bool("update", false, "write the golden files anew")

// screens are command lines whose whole output is kept, in each language.
var screens = []struct {
	name string
	args []string
}{
	{"who-billing", []string{"who", "--subscription", "sub-1", "--as", "northwind", "--topic", "billing"}},
	{"who-nobody", []string{"who", "--subscription", "sub-1", "--topic", "billing"}},
	{"who-partner", []string{"--company", "tailspin", "who", "--subscription", "sub-1", "--topic", "break-fix"}},
	{"who-share", []string{"--company", "fabrikam", "who", "--subscription", "sub-2", "--topic", "billing"}},
	{"who-public", []string{"who", "--offer", "contoso-backup", "--topic", "how-to"}},
	{"who-unclear", []string{"who", "--subscription", "sub-1", "--as", "northwind", "hello"}},
	{"message", []string{"--company", "tailspin", "message", "--subscription", "sub-1", "--topic", "break-fix"}},
	{"offers", []string{"offer", "list", "-o", "table"}},
	{"sheet", []string{"sheet", "northwind"}},
	{"gaps", []string{"gaps"}},
	{"plan", []string{"import", "--dry-run", "-o", "table", filepath.Join("testdata", "world.yaml")}},
	{"not-found", []string{"offer", "show", "nothing"}},
	{"bad-rows", []string{"import", filepath.Join("testdata", "bad.yaml")}},
	{"bad-topic", []string{"who", "--subscription", "sub-1", "--as", "northwind", "--topic", "biling"}},
	{"unknown-word", []string{"offer", "lst"}},
	{"case-proven", []string{"case", "verify", filepath.Join("..", "casework", "testdata", "export.json")}},
	{"case-changed", []string{"case", "verify", filepath.Join("testdata", "changed.json")}},
	{"verify", []string{"verify"}},
	{"help", []string{"--help"}},
	{"help-case-verify", []string{"case", "verify", "--help"}},
	{"help-who", []string{"who", "--help"}},
}

// What people read on a screen, in three languages. Instants are UTC: the zone
// of a machine is nobody's zone.
func TestScreens(t *testing.T) {
	t.Setenv("TZ", "UTC")
	data := t.TempDir()
	if code, _, talk := run(t, nil, "--data-dir", data, "import", filepath.Join("testdata", "world.yaml")); code != 0 {
		t.Fatal(talk)
	}
	for _, screen := range screens {
		for _, lang := range i18n.Langs() {
			t.Run(screen.name+"."+string(lang), func(t *testing.T) {
				args := append([]string{"--data-dir", data, "--tz", "UTC", "--lang", string(lang)}, screen.args...)
				code, out, talk := run(t, nil, args...)
				got := "$ switchboard " + strings.Join(screen.args, " ") + "\n" + out
				if talk != "" {
					got += "-- stderr, exit " + string(rune('0'+code)) + " --\n" + talk
				}
				golden(t, filepath.Join("testdata", "screens", screen.name+"."+string(lang)+".txt"), got)
			})
		}
	}
}

// caseScreens are screens of a case on its way; {n} is its number. A screen
// without a name only moves the case.
var caseScreens = []struct {
	name string
	args []string
}{
	{"inbox", []string{"--company", "tailspin", "--person", "ken", "inbox", "-o", "table"}},
	{"case-new", []string{"--company", "tailspin", "--person", "ken", "case", "show", "{n}"}},
	{"preview", []string{"--company", "tailspin", "--person", "ken", "handoff", "preview", "{n}", "contoso", "Stops at 40 %", "--messages", "1", "--tried", "Restarted"}},
	{"", []string{"--company", "tailspin", "--person", "ken", "handoff", "send", "{n}", "contoso", "Stops at 40 %", "--messages", "1"}},
	{"", []string{"--company", "contoso", "--person", "rin", "handoff", "ask", "{n}", "Which version?"}},
	{"handoffs", []string{"--company", "tailspin", "--person", "ken", "handoff", "list", "-o", "table"}},
	{"case-asked", []string{"--company", "tailspin", "--person", "ken", "case", "show", "{n}"}},
	{"", []string{"--company", "tailspin", "--person", "ken", "handoff", "answer", "{n}", "2.0.3"}},
	{"", []string{"--company", "contoso", "--person", "rin", "handoff", "accept", "{n}", "--reference", "CON-9", "--next", "2h"}},
	{"timeline", []string{"--company", "contoso", "--person", "rin", "case", "timeline", "{n}"}},
	{"clocks", []string{"--company", "contoso", "--person", "rin", "case", "clocks", "{n}"}},
	{"case-foreign", []string{"--company", "fabrikam", "--person", "fay", "case", "show", "{n}"}},
	{"handoff-over", []string{"--company", "contoso", "--person", "rin", "handoff", "accept", "{n}"}},
	{"handoff-nowhere", []string{"--company", "contoso", "--person", "rin", "handoff", "send", "{n}", "fourth", "Is this yours?"}},
	{"case-stale", []string{"--company", "contoso", "--person", "rin", "case", "note", "{n}", "Hello", "--if-match", "1"}},
	{"case-whom", []string{"--company", "contoso", "--person", "rin", "case", "reply", "{n}", "To whom?"}},
	{"", []string{"--company", "tailspin", "--person", "ken", "case", "snooze", "{n}", "--until", "2h"}},
	{"case-label", []string{"--company", "tailspin", "--person", "ken", "case", "label", "{n}", "--add", "needs a call, soon", "--add", "請求書", "--remove", "none"}},
	{"case-marked", []string{"--company", "tailspin", "--person", "ken", "case", "show", "{n}"}},
	{"labels", []string{"--company", "tailspin", "--person", "ken", "case", "label", "-o", "table"}},
	{"case-snooze-past", []string{"--company", "tailspin", "--person", "ken", "case", "snooze", "{n}", "--until", "2001-01-01T00:00:00Z"}},
	{"case-snooze-when", []string{"--company", "tailspin", "--person", "ken", "case", "snooze", "{n}"}},
	{"case-woken", []string{"--company", "tailspin", "--person", "ken", "case", "snooze", "{n}", "--wake"}},
	{"help-handoff", []string{"handoff", "--help"}},
}

// A case on its way, as people read it in three languages. Its number is drawn,
// so that a fixed one stands for it.
func TestScreensOfACase(t *testing.T) {
	t.Setenv("TZ", "UTC")
	data := t.TempDir()
	for _, world := range []string{"world.yaml", "cases.yaml"} {
		if code, _, talk := run(t, nil, "--data-dir", data, "import", filepath.Join("testdata", world)); code != 0 {
			t.Fatal(talk)
		}
	}
	code, number, talk := run(t, nil, "--data-dir", data, "--company", "northwind", "--person", "nora", "case", "new", "Backup stops", "The nightly copy stops at 40 %.",
		"--subscription", "sub-1", "--topic", "break-fix", "--severity", "moderate")
	if number = strings.TrimSpace(number); code != 0 {
		t.Fatal(talk)
	}
	drawn := regexp.MustCompile(number + `(-[a-z2-7]{8})?`)
	for _, screen := range caseScreens {
		for _, lang := range i18n.Langs() {
			args := strings.Split(strings.ReplaceAll(strings.Join(screen.args, "\x00"), "{n}", number), "\x00")
			code, out, talk := run(t, nil, append([]string{"--data-dir", data, "--tz", "UTC", "--lang", string(lang)}, args...)...)
			if screen.name == "" {
				if code != 0 {
					t.Fatalf("%v: %s", args, talk)
				}
				break
			}
			got := "$ switchboard " + strings.Join(args, " ") + "\n" + out
			if talk != "" {
				got += "-- stderr, exit " + string(rune('0'+code)) + " --\n" + talk
			}
			got = drawn.ReplaceAllStringFunc(got, func(id string) string { return "12345678903" + strings.Repeat("-abcd2345", len(id)/20) })
			golden(t, filepath.Join("testdata", "screens", screen.name+"."+string(lang)+".txt"), got)
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run the test with -update and look at the change\n%s", file, strings.Join(difference(string(want), got), ""))
	}
}
