//go:build unix

package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgresEnv names the environment variable that holds the DSN, as a URL for a
// superuser, of a cluster to share; `make test` starts one for the whole run.
// Without it each test process starts its own when the first test asks.
const PostgresEnv = "SWITCHBOARD_TEST_POSTGRES"

// Held for the life of the process: the cluster ends when this is let go.
var ownCluster = sync.OnceValues(func() (*Cluster, error) { return StartCluster(Fast) })

// Postgres returns the DSN of an empty database that belongs to this test and is
// dropped when it ends. It fails the test when PostgreSQL is missing.
func Postgres(t testing.TB) string {
	t.Helper()
	return freshDatabase(t, serverDSN(t), "template0")
}

// PostgresTemplate is Postgres with a start: prepare fills a database once per
// cluster and key, and every test gets its own copy of it. Put whatever changes
// the result (a hash of the migrations, say) into the key. prepare closes its
// connections.
func PostgresTemplate(t testing.TB, key string, prepare func(dsn string)) string {
	t.Helper()
	server := serverDSN(t)
	sum := sha256.Sum256([]byte(key))
	name := "template_" + hex.EncodeToString(sum[:8])
	lock := int64(binary.BigEndian.Uint64(sum[:8]))
	onServer(t, server, func(ctx context.Context, conn *pgx.Conn) error {
		// Session lock: the other test processes wait here for the first one.
		if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", lock); err != nil {
			return err
		}
		var ready bool
		err := conn.QueryRow(ctx, "SELECT count(*) > 0 FROM pg_database WHERE datname = $1", name).Scan(&ready)
		if err != nil || ready {
			return err
		}
		// The name appears only when the content is complete.
		draft := "draft_" + rand.Text()
		if err := statements(ctx, conn, "CREATE DATABASE %s TEMPLATE template0", draft); err != nil {
			return err
		}
		prepare(databaseDSN(t, server, draft))
		if err := statements(ctx, conn, "ALTER DATABASE %s ALLOW_CONNECTIONS false", draft); err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "ALTER DATABASE "+quoted(draft)+" RENAME TO "+quoted(name))
		return err
	})
	return freshDatabase(t, server, name)
}

func freshDatabase(t testing.TB, server, template string) string {
	t.Helper()
	name := "test_" + rand.Text()
	onServer(t, server, func(ctx context.Context, conn *pgx.Conn) error {
		return statements(ctx, conn, "CREATE DATABASE %s TEMPLATE "+quoted(template), name)
	})
	t.Cleanup(func() {
		onServer(t, server, func(ctx context.Context, conn *pgx.Conn) error {
			return statements(ctx, conn, "DROP DATABASE %s WITH (FORCE)", name)
		})
	})
	return databaseDSN(t, server, name)
}

func serverDSN(t testing.TB) string {
	t.Helper()
	if dsn := os.Getenv(PostgresEnv); dsn != "" {
		return dsn
	}
	c, err := ownCluster()
	if err != nil {
		t.Fatal(err)
	}
	return c.DSN("postgres")
}

func databaseDSN(t testing.TB, server, database string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		t.Fatalf("%s must be a postgres:// URL", PostgresEnv)
	}
	u.Path = "/" + database
	return u.String()
}

func onServer(t testing.TB, server string, do func(context.Context, *pgx.Conn) error) {
	t.Helper()
	// Not t.Context: databases are dropped after that one has ended.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connecting to the PostgreSQL of the tests: %v", err)
	}
	defer conn.Close(ctx)
	if err := do(ctx, conn); err != nil {
		t.Fatalf("PostgreSQL of the tests: %v", err)
	}
}

func statements(ctx context.Context, conn *pgx.Conn, sql, database string) error {
	_, err := conn.Exec(ctx, fmt.Sprintf(sql, quoted(database)))
	return err
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }
