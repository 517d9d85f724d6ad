package store

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// conflictOf gives the error with which an engine asks for a second run: a
// real SQLITE_BUSY, and PostgreSQL's serialization_failure.
func conflictOf(t *testing.T, s *Store) error {
	t.Helper()
	if s.sqlite == nil {
		return &pgconn.PgError{Code: "40001"}
	}
	path := filepath.Join(t.TempDir(), "busy.db")
	first, second := openPlain(t, path), openPlain(t, path)
	if _, err := first.Exec("BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	_, err := second.Exec("BEGIN EXCLUSIVE")
	if !sqliteBusy(err) {
		t.Fatalf("err = %v, want SQLITE_BUSY", err)
	}
	return errors.Join(err)
}

func openPlain(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}
