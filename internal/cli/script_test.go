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
		code := Run(ctx, Process{Args: os.Args[1:], Env: os.Getenv, In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
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
				if engine == "postgres" {
					env.Setenv("SWITCHBOARD_DB", testkit.Postgres(t))
				}
				return copyWorld(env.WorkDir)
			},
			Cmds: map[string]func(*testscript.TestScript, bool, []string){"ready": cmdReady, "api": cmdAPI, "pick": cmdPick},
		})
	})
}

// copyWorld puts the world of the stories beside each of them.
func copyWorld(dir string) error {
	world, err := os.ReadFile(filepath.Join("testdata", "world.yaml"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "world.yaml"), world, 0o600)
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
