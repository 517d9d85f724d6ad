//go:build unix

package testkit

import (
	"os"
	"path/filepath"
	"testing"
)

// EngineEnv set to "sqlite" leaves PostgreSQL out, for the inner loop (`make
// quick`). In CI that is a failure: an engine that is not tested does not work.
const EngineEnv = "SWITCHBOARD_TEST_ENGINE"

// EachEngine runs a test once on SQLite and once on PostgreSQL. On "sqlite" the
// database is the path of a file that does not exist yet, on "postgres" the DSN
// of an empty database; both are gone after the test.
func EachEngine(t *testing.T, test func(t *testing.T, engine, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite", filepath.Join(t.TempDir(), "switchboard.db")) })
	switch only := os.Getenv(EngineEnv); {
	case only == "":
		t.Run("postgres", func(t *testing.T) { test(t, "postgres", Postgres(t)) })
	case only != "sqlite":
		t.Fatalf("%s=%s: want sqlite or nothing", EngineEnv, only)
	case os.Getenv("CI") != "":
		t.Fatalf("%s leaves PostgreSQL out in CI", EngineEnv)
	}
}
