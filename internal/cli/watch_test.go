package cli

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/internal/server"
)

// serving is a server on data with the worlds of the stories, until the test
// ends.
func serving(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	for _, world := range []string{"world.yaml", "cases.yaml"} {
		if code, _, talk := run(t, nil, "--data-dir", data, "import", filepath.Join("testdata", world)); code != 0 {
			t.Fatal(talk)
		}
	}
	srv, err := server.Open(t.Context(), server.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	announced(t, data)
	return data
}

// announced waits until the server has said where it is.
func announced(t *testing.T, data string) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-again.C:
		case <-deadline.C:
			t.Fatal("no server")
		}
		if r, err := server.FindRunning(data); err == nil && r != nil {
			return
		}
	}
}

// Spec 3 section 1: inbox --watch lists what waits and tells what happens from
// then on, to the company it is for and as far as that company reads it.
func TestAWatchTellsWhatHappens(t *testing.T) {
	data := serving(t)
	at := func(company, person string, args ...string) string {
		code, out, talk := run(t, nil, append([]string{"--data-dir", data, "--company", company, "--person", person}, args...)...)
		if code != 0 {
			t.Fatalf("%v: %s", args, talk)
		}
		return strings.TrimSpace(out)
	}
	number := at("northwind", "nora", "case", "new", "Backup stops", "It stops.", "--subscription", "sub-1", "--topic", "break-fix")

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	in, out := io.Pipe()
	var talk bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, Process{Args: []string{"--data-dir", data, "--company", "tailspin", "--person", "ken", "inbox", "--watch"},
			Env: func(string) string { return "" }, In: strings.NewReader(""), Out: out, Err: &talk})
		out.Close()
	}()
	lines := bufio.NewScanner(in)
	next := func() string {
		if !lines.Scan() {
			t.Fatalf("it has ended: %d %s", <-ended, talk.String())
		}
		return lines.Text()
	}
	if list := next(); !strings.HasPrefix(list, number+"\tnew\tTailspin Toys") {
		t.Errorf("the list: %q", list)
	}
	at("tailspin", "ken", "handoff", "send", number, "contoso", "It stops")
	at("contoso", "rin", "case", "note", number, "between us")
	at("contoso", "rin", "handoff", "accept", number)
	told := ""
	for !strings.Contains(told, "Contoso Software accepted and owns the case now.") {
		told += next() + "\n"
	}
	// What was opened before may come as well: the feed is a moment behind.
	if !strings.Contains(told, number+"\tTailspin Toys offered the case to Contoso Software.") || strings.Contains(told, "wrote") {
		t.Errorf("it told:\n%s", told)
	}
	interrupt()
	if code := <-ended; code != exitInterrupted {
		t.Errorf("interrupted: %d %s", code, talk.String())
	}
}

// Without a server nothing comes, and the data would be held: it is refused.
func TestAWatchNeedsAServer(t *testing.T) {
	data := t.TempDir()
	if code, _, talk := run(t, nil, "--data-dir", data, "import", filepath.Join("testdata", "world.yaml")); code != 0 {
		t.Fatal(talk)
	}
	code, out, talk := run(t, nil, "--data-dir", data, "--company", "tailspin", "inbox", "--watch")
	if code != exitConflict || out != "" || !strings.Contains(talk, "switchboard serve") {
		t.Errorf("%d %q %q", code, out, talk)
	}
	if code, _, talk := run(t, nil, "--data-dir", data, "--company", "tailspin", "inbox", "--watch", "-o", "csv"); code != exitUsage || !strings.Contains(talk, "jsonl") {
		t.Errorf("csv: %d %q", code, talk)
	}
	if _, err := os.Stat(filepath.Join(data, "server.json")); err == nil {
		t.Error("it has announced itself as a server")
	}
}
