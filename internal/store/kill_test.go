//go:build unix

package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/internal/testkit"
)

const killEnv = "SWITCHBOARD_STORE_KILLED"

// The import that is killed: this test binary again, as a process of its own.
func TestMain(m *testing.M) {
	if spec := os.Getenv(killEnv); spec != "" {
		engine, database, _ := strings.Cut(spec, " ")
		if err := importUntilKilled(engine, database); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func importUntilKilled(engine, database string) error {
	ctx := context.Background()
	s, err := Open(ctx, optionsOf(engine, database))
	if err != nil {
		return err
	}
	im, err := s.BeginImport(ctx)
	if err != nil {
		return err
	}
	fmt.Println("begun")
	if err := stageWorld(ctx, im, killedWorld); err != nil {
		return err
	}
	fmt.Println("staged")
	if err := im.Apply(ctx, false); err != nil {
		return err
	}
	fmt.Println("applied")
	return nil
}

var killedWorld = world{offers: 1000, subscriptions: 5000}

// Killed while it stages and while it applies: the world is there in whole or
// not at all, nothing staged is left, and the next import runs.
func TestAKilledImportLeavesNothing(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		o := optionsOf(engine, database)
		s, err := Open(t.Context(), o) // the schema is there before the first blow
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for _, blow := range []struct {
			after string
			wait  time.Duration
		}{{"begun", 20 * time.Millisecond}, {"begun", 80 * time.Millisecond}, {"staged", 0}, {"staged", 60 * time.Millisecond}, {"staged", 200 * time.Millisecond}} {
			applied := killImport(t, engine, database, blow.after, blow.wait)
			s, err := Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			serverNotices(t, s)
			intact(t, s, applied)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		s = open(t, o)
		im := begin(t, s)
		if err := stageWorld(t.Context(), im, killedWorld); err != nil {
			t.Fatal(err)
		}
		apply(t, im, false)
		intact(t, s, true)
	})
}

// killImport runs the import in another process and kills it; applied tells
// whether it had acknowledged before.
func killImport(t *testing.T, engine, database, after string, wait time.Duration) (applied bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killEnv+"="+engine+" "+database)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(out)
	for said.Scan() && said.Text() != after {
	}
	<-time.After(wait) // the moment of the blow, not a wait for a result
	if err := cmd.Process.Kill(); err != nil && !strings.Contains(err.Error(), "finished") {
		t.Fatal(err)
	}
	for said.Scan() {
		applied = applied || said.Text() == "applied"
	}
	_ = cmd.Wait() // "signal: killed"
	return applied
}

// serverNotices waits until PostgreSQL has ended the session of the process that
// was killed, and with it the import: until then another is refused.
func serverNotices(t *testing.T, s *Store) {
	t.Helper()
	if s.sqlite != nil {
		return
	}
	conn, err := s.pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, call := range []string{"pg_advisory_lock", "pg_advisory_unlock"} {
		if _, err := conn.ExecContext(t.Context(), "SELECT "+call+"($1)", importLock); err != nil {
			t.Fatal(err)
		}
	}
}

func intact(t *testing.T, s *Store, applied bool) {
	t.Helper()
	counts := map[string]int{}
	view(t, s, func(tx *Tx) error {
		for _, tb := range tables {
			var n int
			if _, err := tx.one(&query{text: "SELECT count(*) FROM " + string(tb.noun)}, nil, &n); err != nil {
				return err
			}
			counts[string(tb.noun)] = n
		}
		return nil
	})
	whole := counts["offers"] == killedWorld.offers && counts["subscriptions"] == killedWorld.subscriptions && counts["agreements"] > 0 && counts["companies"] > 0
	nothing := counts["offers"]+counts["subscriptions"]+counts["companies"]+counts["agreements"]+counts["relations"] == 0
	if !whole && !nothing || applied && !whole {
		t.Errorf("acknowledged %v, rows %v", applied, counts)
	}
	if s.sqlite == nil {
		return
	}
	var verdict string
	view(t, s, func(tx *Tx) error {
		_, err := tx.one(&query{text: "PRAGMA quick_check"}, nil, &verdict)
		return err
	})
	if verdict != "ok" {
		t.Error(verdict)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(s.sqlite.lock.Name()), "*stage*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
