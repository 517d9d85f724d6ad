package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"switchboard/internal/fault"
)

// Migrations are numbered and only go forward; one text serves both engines.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

const (
	versionTable = "schema_version"
	// migrationLock is the advisory lock under which PostgreSQL's schema is
	// changed, so that nodes that start together do so one after the other.
	migrationLock = 0x73776b62
)

// knownVersion is the schema this program was written for.
func knownVersion() int64 {
	var newest int64
	for _, m := range migrationList() {
		newest = max(newest, m.version)
	}
	return newest
}

type migration struct {
	version int64
	text    string
}

func migrationList() []migration {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		panic(err)
	}
	list := make([]migration, 0, len(names))
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			panic(fmt.Sprintf("store: migration %s has no number", name))
		}
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		list = append(list, migration{version, string(text)})
	}
	return list
}

func schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var version sql.NullInt64
	err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM "+versionTable+" WHERE is_applied").Scan(&version)
	return version.Int64, err
}

// migrate brings a schema of the found version up to date. A cold start whose
// schema is current must not pay for the machinery, so it is not even built.
func migrate(ctx context.Context, eng *engine, db *sql.DB, found int64) error {
	known := knownVersion()
	switch {
	case found == known:
		return nil
	case found > known:
		return fault.New(fault.Conflict, "store.newer-schema", "found", found, "known", known)
	}
	provider, err := migrator(eng, db)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

func migrator(eng *engine, db *sql.DB) (*goose.Provider, error) {
	var steps []*goose.Migration
	for _, m := range migrationList() {
		text := eng.ddl(m.text)
		run := func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, text)
			return err
		}
		steps = append(steps, goose.NewGoMigration(m.version, &goose.GoFunc{RunTx: run}, nil))
	}
	options := []goose.ProviderOption{
		goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true),
		goose.WithTableName(versionTable), goose.WithLogger(goose.NopLogger()),
	}
	dialect := goose.DialectSQLite3
	if eng == postgresEngine {
		dialect = goose.DialectPostgres
		session, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrationLock), lock.WithLockTimeout(1, 60))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(session))
	}
	return goose.NewProvider(dialect, db, nil, options...)
}
