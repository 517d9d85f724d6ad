//go:build unix

package testkit

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func runSQL(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestEachTestGetsAnEmptyDatabaseOfItsOwn(t *testing.T) {
	first, second := connect(t, Postgres(t)), connect(t, Postgres(t))
	runSQL(t, first, "CREATE TABLE cases (id bigint)")
	runSQL(t, second, "CREATE TABLE cases (id bigint)")
	if err := errors.Join(first.Close(t.Context()), second.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
}

func TestTheDatabaseIsGoneAfterTheTestEvenWhenAConnectionIsLeftOpen(t *testing.T) {
	var dsn string
	t.Run("test that forgets to close", func(t *testing.T) {
		dsn = Postgres(t)
		runSQL(t, connect(t, dsn), "CREATE TABLE cases (id bigint)")
	})
	if conn, err := pgx.Connect(t.Context(), dsn); err == nil {
		conn.Close(t.Context())
		t.Fatal("the database is still there")
	}
}

func TestATemplateIsPreparedOnceAndCopiedForEachTest(t *testing.T) {
	prepared, key := 0, t.Name()+t.TempDir() // a shared cluster may outlive one run of this test
	prepare := func(dsn string) {
		prepared++
		conn := connect(t, dsn)
		runSQL(t, conn, "CREATE TABLE cases (id bigint)")
		if err := conn.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		conn := connect(t, PostgresTemplate(t, key, prepare))
		var rows int
		runSQL(t, conn, "INSERT INTO cases VALUES (1)")
		if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM cases").Scan(&rows); err != nil || rows != 1 {
			t.Fatalf("%d rows, %v: the copies share their content", rows, err)
		}
		conn.Close(t.Context())
	}
	if prepared != 1 {
		t.Errorf("prepared %d times, want once", prepared)
	}
}

func TestTextIsNotOrderedByBytesUnlessAskedTo(t *testing.T) {
	conn := connect(t, Postgres(t))
	defer conn.Close(t.Context())
	var dictionary, bytes string
	err := conn.QueryRow(t.Context(), `SELECT min(v), min(v COLLATE "C") FROM (VALUES ('a'), ('B')) AS w (v)`).Scan(&dictionary, &bytes)
	if err != nil || dictionary != "a" || bytes != "B" {
		t.Errorf(`min = %q and "C" min = %q, %v; a query without COLLATE "C" would go unnoticed`, dictionary, bytes, err)
	}
}

func TestADurableClusterKeepsItsPromisesAndLeavesNothingBehind(t *testing.T) {
	c, err := StartCluster(Durable)
	if err != nil {
		t.Fatal(err)
	}
	conn := connect(t, c.DSN("postgres"))
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := conn.QueryRow(t.Context(), "SELECT current_setting($1)", setting).Scan(&value); err != nil || value != "on" {
			t.Errorf("%s = %q, %v", setting, value, err)
		}
	}
	if err := errors.Join(conn.Close(t.Context()), c.Stop()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left behind: %v", c.dir, err)
	}
}

func TestBothEnginesAreTestedUnlessTheInnerLoopSaysOtherwise(t *testing.T) {
	for only, want := range map[string][]string{"": {"sqlite", "postgres"}, "sqlite": {"sqlite"}} {
		t.Setenv(EngineEnv, only)
		t.Setenv("CI", "")
		var got []string
		EachEngine(t, func(t *testing.T, engine, database string) { got = append(got, engine) })
		if !slices.Equal(got, want) {
			t.Errorf("%s=%q runs %q, want %q", EngineEnv, only, got, want)
		}
	}
}
