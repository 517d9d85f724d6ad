//go:build unix

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"switchboard/internal/server"
	"switchboard/internal/testkit"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"switchboard": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := Run(ctx, Process{Args: os.Args[1:], Env: os.Getenv, In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Now: storyTime})
		stop()
		os.Exit(code)
	}})
}

// Each script is a story about the whole program, told on both engines. It
// begins with the statement or the section that it proves.
func TestScripts(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, engine, _ string) {
		testscript.Run(t, testscript.Params{
			Dir:                 filepath.Join("..", "..", "testdata", "script"),
			RequireExplicitExec: true,
			Setup: func(env *testscript.Env) error {
				env.Setenv("HOME", env.WorkDir)
				env.Setenv("LANG", "C.UTF-8")
				env.Setenv(clockFile, filepath.Join(env.WorkDir, "clock"))
				if engine == "postgres" {
					env.Setenv("SWITCHBOARD_DB", testkit.Postgres(t))
				}
				return copyWorlds(env.WorkDir)
			},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){"ready": cmdReady, "api": cmdAPI, "as": cmdAs, "keep": cmdKeep, "clock": cmdClock, "until": cmdUntil, "pick": cmdPick},
		})
	})
}

// copyWorlds puts the worlds of the stories beside each of them.
func copyWorlds(dir string) error {
	for _, name := range []string{"world.yaml", "cases.yaml"} {
		world, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), world, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// clockFile names the file that holds what time it is in a story; without the
// file it is now.
const clockFile = "STORY_CLOCK"

func storyTime() time.Time {
	if at, ok := clockOf(os.Getenv(clockFile)); ok {
		return at
	}
	return time.Now()
}

func clockOf(file string) (time.Time, bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339, string(data))
	return at, err == nil
}

// cmdClock sets what time it is in the story, for every command and for a
// running server: clock 2026-11-23T10:00:00Z, or clock +2h from what it is.
func cmdClock(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.Getenv(clockFile)
	at, err := time.Parse(time.RFC3339, args[0])
	if err != nil {
		now, ok := clockOf(file)
		pass, err := time.ParseDuration(args[0])
		if ts.Check(err); !ok {
			ts.Fatalf("the clock has not been set yet")
		}
		at = now.Add(pass)
	}
	ts.Check(os.WriteFile(file+".new", []byte(at.UTC().Format(time.RFC3339)), 0o600))
	ts.Check(os.Rename(file+".new", file))
}

// cmdAs says for which company and by whom the following commands work:
// as fabrikam fay; without names, for nobody.
func cmdAs(ts *testscript.TestScript, _ bool, args []string) {
	args = append(args, "", "")
	ts.Setenv("SWITCHBOARD_COMPANY", args[0])
	ts.Setenv("SWITCHBOARD_PERSON", args[1])
}

// cmdKeep keeps what the last command printed under a name: keep CASE, then
// $CASE.
func cmdKeep(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// cmdUntil does a command again until it prints what is waited for:
// until PATTERN switchboard case show $CASE.
func cmdUntil(ts *testscript.TestScript, _ bool, args []string) {
	want, err := regexp.Compile(args[0])
	ts.Check(err)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	for {
		ts.Check(ts.Exec(args[1], args[2:]...))
		out := ts.ReadFile("stdout")
		if want.MatchString(out) {
			return
		}
		select {
		case <-again.C:
		case <-deadline.C:
			ts.Fatalf("it does not come to print %s:\n%s", args[0], out)
		}
	}
}

func running(ts *testscript.TestScript) *server.Running {
	r, err := server.FindRunning(ts.MkAbs("switchboard-data"))
	ts.Check(err)
	return r
}

// cmdReady waits until the server that was started answers, at $ADDRESS.
func cmdReady(ts *testscript.TestScript, _ bool, _ []string) {
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	for {
		select {
		case <-again.C:
		case <-deadline.C:
			ts.Fatalf("no server answers")
		}
		if r := running(ts); r != nil {
			if res, err := http.Get(r.Address + "/readyz"); err == nil {
				ts.Check(res.Body.Close())
				ts.Setenv("ADDRESS", r.Address)
				return
			}
		}
	}
}

// cmdAPI sends a request to the server: api [-token FILE] [-H 'Name: value']
// METHOD PATH [BODY]. The body of the answer goes to stdout, its status and
// head to stderr.
func cmdAPI(ts *testscript.TestScript, neg bool, args []string) {
	head := http.Header{}
	for len(args) > 1 && strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "-token":
			head.Set("Authorization", "Bearer "+strings.TrimSpace(ts.ReadFile(args[1])))
		case "-H":
			name, value, _ := strings.Cut(args[1], ":")
			head.Set(name, strings.TrimSpace(value))
		}
		args = args[2:]
	}
	var body io.Reader
	if len(args) > 2 {
		body = strings.NewReader(args[2])
		if head.Get("Content-Type") == "" {
			head.Set("Content-Type", "application/json")
		}
	}
	req, err := http.NewRequest(args[0], running(ts).Address+args[1], body)
	ts.Check(err)
	req.Header, req.Host = head, head.Get("Host")
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n", data)
	fmt.Fprintf(ts.Stderr(), "%d\n", res.StatusCode)
	ts.Check(res.Header.Write(ts.Stderr()))
	if failed := res.StatusCode >= 400; failed != neg {
		var problem map[string]any
		_ = json.Unmarshal(data, &problem)
		ts.Fatalf("status %d, code %v", res.StatusCode, problem["code"])
	}
}

// cmdPick takes a piece of what was last printed into a variable: pick NAME
// REGEXP, with one group.
func cmdPick(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("nothing printed is like %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}
