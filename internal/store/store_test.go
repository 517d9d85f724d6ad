package store

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"switchboard/internal/fault"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

var start = time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)

func fixedNow() time.Time { return start }

// eachStore runs a test on an empty store of each engine.
func eachStore(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		test(t, open(t, optionsOf(engine, database)))
	})
}

func optionsOf(engine, database string) Options {
	if engine == "sqlite" {
		return Options{DataDir: filepath.Dir(database), Now: fixedNow}
	}
	return Options{DSN: database, Now: fixedNow}
}

func open(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func inTx(t testing.TB, s *Store, f func(*Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, s *Store, f func(*Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, s *Store, objects ...any) {
	t.Helper()
	inTx(t, s, func(tx *Tx) error {
		for _, object := range objects {
			if _, err := tx.Put(object, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

func wantFault(t testing.TB, err error, kind fault.Kind, code string) *fault.Error {
	t.Helper()
	f := fault.Of(err)
	if f == nil || f.Kind != kind || f.Code != code {
		t.Fatalf("error = %v, want %s %s", err, kind, code)
	}
	return f
}

func company(id string, kinds ...string) *wire.Company {
	return &wire.Company{ID: id, Kinds: kinds, Name: wire.Plain("Company " + id)}
}

func TestEveryQueryPreparesOnBothEngines(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		if len(registered) < 50 {
			t.Fatalf("only %d queries are registered", len(registered))
		}
		db := s.pool
		if s.sqlite != nil {
			db = s.sqlite.readDB
		}
		for _, q := range registered {
			stmt, err := db.PrepareContext(t.Context(), s.eng.text(q))
			if err != nil {
				t.Errorf("%v in %s", err, s.eng.text(q))
				continue
			}
			stmt.Close()
		}
	})
}

func TestTheSchemaIsTheGoldenOne(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		golden := filepath.Join("testdata", "schema."+s.eng.name+".txt")
		got := schemaOf(t, s)
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("the schema differs from %s; if it is meant to, run go test ./internal/store -run Golden -update\n%s", golden, got)
		}
	})
}

func schemaOf(t *testing.T, s *Store) string {
	t.Helper()
	if s.sqlite != nil {
		return lines(t, s, `SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY type DESC, name`)
	}
	return lines(t, s, `SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END ||
coalesce(' COLLATE ' || collation_name, '') || coalesce(' DEFAULT ' || column_default, '')
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name COLLATE "C", ordinal_position`) +
		lines(t, s, `SELECT indexdef || ';' FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname COLLATE "C"`)
}

func lines(t *testing.T, s *Store, text string) string {
	t.Helper()
	var b strings.Builder
	view(t, s, func(tx *Tx) error {
		list, err := tx.texts(&query{text: text})
		for _, line := range list {
			fmt.Fprintln(&b, line)
		}
		return err
	})
	return b.String()
}

func TestASecondProcessIsRefusedAndTheNextOneIsNot(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), Options{DataDir: dir})
	wantFault(t, err, fault.Conflict, "store.locked")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, Options{DataDir: dir})
}

func TestANewerSchemaIsRefused(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		o := optionsOf(engine, database)
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		inTx(t, s, func(tx *Tx) error {
			_, err := tx.exec(&query{text: "INSERT INTO schema_version (version_id, is_applied) VALUES (9999, " + map[string]string{"sqlite": "1", "postgres": "true"}[engine] + ")"})
			return err
		})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		_, err = Open(t.Context(), o)
		f := wantFault(t, err, fault.Conflict, "store.newer-schema")
		if f.Args["found"] != int64(9999) || f.Args["known"] != knownVersion() {
			t.Errorf("args = %v", f.Args)
		}
	})
}

func TestAForeignFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "switchboard.db"), []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Options{DataDir: dir})
	wantFault(t, err, fault.Unavailable, "store.corrupt")
}

func TestAnUnreachableServerIsNamed(t *testing.T) {
	for _, dsn := range []string{
		"postgres://nobody@127.0.0.1:1/none?sslmode=disable&connect_timeout=2",
		"postgres://nobody@/none?host=" + t.TempDir(),
	} {
		_, err := Open(t.Context(), Options{DSN: dsn})
		wantFault(t, err, fault.Unavailable, "store.unreachable")
	}
	_, err := Open(t.Context(), Options{DSN: "mysql://x"})
	wantFault(t, err, fault.Invalid, "store.dsn")
}

func TestWhatWasWrittenIsThereAfterReopening(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		o := optionsOf(engine, database)
		s, err := Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		put(t, s, company("contoso", wire.Publisher))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		view(t, open(t, o), func(tx *Tx) error {
			c, version, err := tx.Company("contoso")
			if err == nil && (version != 1 || c.Name[""] != "Company contoso") {
				t.Errorf("got %+v version %d", c, version)
			}
			return err
		})
	})
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		boom := errors.New("boom")
		err := s.InTx(t.Context(), func(tx *Tx) error {
			if _, err := tx.Put(company("a", wire.Customer), nil); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("err = %v", err)
		}
		err = s.View(t.Context(), func(tx *Tx) error { _, _, err := tx.Company("a"); return err })
		wantFault(t, err, fault.NotFound, "not-found")
	})
}

func TestAViewCannotWrite(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		err := s.View(t.Context(), func(tx *Tx) error { _, err := tx.Put(company("a", wire.Customer), nil); return err })
		wantFault(t, err, fault.Unavailable, "store.read-only")
	})
}

func TestTheFunctionRunsAgainAfterASerializationFailure(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		s.trouble = func(attempt int) error {
			if attempt < 3 {
				return conflictOf(t, s)
			}
			return nil
		}
		runs := 0
		inTx(t, s, func(tx *Tx) error {
			runs++
			_, err := tx.Put(company("a", wire.Customer), new(int64)) // a second insert of the same would fail
			return err
		})
		if runs != 3 {
			t.Errorf("ran %d times, want 3", runs)
		}
		s.trouble = func(int) error { return conflictOf(t, s) }
		err := s.InTx(t.Context(), func(tx *Tx) error { runs++; return nil })
		wantFault(t, err, fault.Unavailable, "store.busy")
		if runs != 3+attempts {
			t.Errorf("gave up after %d runs, want %d", runs-3, attempts)
		}
	})
}

func TestAPanicInAFunctionHarmsNobodyElse(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = s.InTx(context.Background(), func(tx *Tx) error {
				if _, err := tx.Put(company("lost", wire.Customer), nil); err != nil {
					t.Error(err)
				}
				panic("defect")
			})
		}()
		put(t, s, company("kept", wire.Customer))
		err := s.View(t.Context(), func(tx *Tx) error { _, _, err := tx.Company("lost"); return err })
		wantFault(t, err, fault.NotFound, "not-found")
	})
}

func TestOneInstantPerTransactionInMicroseconds(t *testing.T) {
	s := open(t, Options{DataDir: t.TempDir(), Now: func() time.Time { return start.Add(1234567 * time.Nanosecond) }})
	inTx(t, s, func(tx *Tx) error {
		if want := start.Add(1234 * time.Microsecond); !tx.Now().Equal(want) {
			t.Errorf("now = %v, want %v", tx.Now(), want)
		}
		return nil
	})
}
