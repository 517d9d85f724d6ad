//go:build unix

// Package faults does to the running product what happens to it in the end:
// kill -9 at any moment, a full disk, a second of everything, data of a newer
// program. It holds tests only; the product runs in processes of its own, and
// is asked from outside what it still knows.
package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"switchboard/internal/bench"
	"switchboard/internal/cli"
	"switchboard/internal/testkit"
	"switchboard/internal/worldfile"
)

// asProduct makes this test binary the product: its arguments are a command.
const asProduct = "SWITCHBOARD_FAULTS_PRODUCT"

func TestMain(m *testing.M) {
	if os.Getenv(asProduct) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := smallDisk()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(70)
	}
	env := func(name string) string {
		if strings.HasPrefix(name, "SWITCHBOARD_") {
			return ""
		}
		return os.Getenv(name)
	}
	code := cli.Run(ctx, cli.Process{Args: os.Args[1:], Env: env, In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}

// place is where the data of one test is; its flags name it.
type place []string

// eachEngine runs a test in an empty place on each engine.
func eachEngine(t *testing.T, test func(t *testing.T, p place)) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		if engine == "sqlite" {
			test(t, place{"--data-dir", filepath.Dir(database)})
			return
		}
		test(t, place{"--db", database})
	})
}

// rounds is how many blows a test deals; make kill repeats the whole.
func rounds(n int) int {
	if testing.Short() {
		return max(n/3, 1)
	}
	return n
}

func command(ctx context.Context, p place, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0], append(args, p...)...)
	c.Env = append(os.Environ(), asProduct+"=1", "LC_ALL=C")
	return c
}

// outcome is how a command ended.
type outcome struct {
	code     int
	out, err string
}

func run(t testing.TB, p place, args ...string) outcome {
	t.Helper()
	var out, talk bytes.Buffer
	c := command(t.Context(), p, args...)
	c.Stdout, c.Stderr = &out, &talk
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{c.ProcessState.ExitCode(), out.String(), talk.String()}
}

// must runs a command that has to succeed and gives what it printed.
func must(t testing.TB, p place, args ...string) string {
	t.Helper()
	o := run(t, p, args...)
	if o.code != 0 {
		t.Fatalf("%s: exit %d\n%s%s", strings.Join(args, " "), o.code, o.out, o.err)
	}
	return o.out
}

// export is everything that a place knows.
func export(t testing.TB, p place) string {
	t.Helper()
	return must(t, p, "export")
}

// write puts a generated world into a file.
func write(t testing.TB, objects iter.Seq2[any, error]) string {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "world-*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(worldfile.Write(f, worldfile.JSONLines, objects), f.Close()); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func world(t testing.TB, offers, subscriptions int) string {
	t.Helper()
	return write(t, bench.NewWorld(bench.Size{Offers: offers, Subscriptions: subscriptions}).Objects())
}

// serving is a server in a process of its own.
type serving struct {
	t     testing.TB
	cmd   *exec.Cmd
	url   string
	token string
	talk  *bytes.Buffer
	ended chan struct{}
	http  *http.Client
}

func serve(t testing.TB, p place) *serving {
	t.Helper()
	return start(t, command(context.WithoutCancel(t.Context()), p, "serve", "--listen", freeAddress(t), "--rate", "0", "--log", "none"))
}

// start runs a command that serves, and waits until it can work.
func start(t testing.TB, cmd *exec.Cmd) *serving {
	t.Helper()
	s := &serving{t: t, cmd: cmd, talk: &bytes.Buffer{}, ended: make(chan struct{}),
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}, Timeout: time.Minute}}
	s.url = "http://" + cmd.Args[3]
	cmd.Stderr = s.talk
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait() // most are killed
		close(s.ended)
	}()
	t.Cleanup(s.kill)
	until(t, "the server is ready", func() bool {
		select {
		case <-s.ended:
			t.Fatalf("the server ended: %s", s.talk)
		default:
		}
		res, err := s.http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		return res.Body.Close() == nil && res.StatusCode == http.StatusOK
	})
	return s
}

// until asks again and again until it is so.
func until(t testing.TB, what string, so func() bool) {
	t.Helper()
	again, late := time.NewTicker(5*time.Millisecond), time.NewTimer(time.Minute)
	defer again.Stop()
	defer late.Stop()
	for !so() {
		select {
		case <-again.C:
		case <-late.C:
			t.Fatalf("not after a minute: %s", what)
		}
	}
}

// kill ends a server without a warning, as a power cut of the process would.
func (s *serving) kill() {
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Error(err)
	}
	<-s.ended
	s.http.CloseIdleConnections()
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

// reply is an answer of a server; err when none came.
type reply struct {
	status int
	body   string
	err    error
}

func (s *serving) do(method, path, body string, header ...string) reply {
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		return reply{err: err}
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := s.http.Do(req)
	if err != nil {
		return reply{err: err}
	}
	data, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, string(data), errors.Join(err, res.Body.Close())}
}

// token makes a token of the operator's admin.
func token(t testing.TB, p place) string {
	t.Helper()
	return strings.TrimSpace(must(t, p, "token", "create", "--company", bench.OperatorID, "--person", bench.OperatorAdmin, "--scope", "admin", "-o", "plain"))
}
