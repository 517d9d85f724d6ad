package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"switchboard/internal/fault"
)

// The one mapping from drivers to kinds. A fault that comes from the function
// of a transaction passes unchanged.
func known(err error) bool {
	var f *fault.Error
	return err == nil || errors.As(err, &f) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func mapSQLite(err error) error {
	var e *sqlite.Error
	if known(err) || !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		return constraint(err)
	case sqlite3.SQLITE_FULL:
		return fault.Wrap(err, fault.Unavailable, "store.disk-full")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.Wrap(err, fault.Unavailable, "store.busy")
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fault.Wrap(err, fault.Unavailable, "store.read-only")
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return fault.Wrap(err, fault.Unavailable, "store.failed")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fault.Wrap(err, fault.Unavailable, "store.corrupt")
	}
	return err
}

func mapPostgres(err error) error {
	if known(err) {
		return err
	}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return mapPostgresCode(err, e.Code)
	}
	var dial *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &dial) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err) {
		return fault.Wrap(err, fault.Unavailable, "store.unreachable")
	}
	return err
}

func mapPostgresCode(err error, code string) error {
	switch {
	case code[:2] == "23":
		return constraint(err)
	case code == "53100":
		return fault.Wrap(err, fault.Unavailable, "store.disk-full")
	case code == "25006":
		return fault.Wrap(err, fault.Unavailable, "store.read-only")
	case code == "40001" || code == "40P01" || code == "55P03" || code[:2] == "53":
		return fault.Wrap(err, fault.Unavailable, "store.busy")
	case code[:2] == "08" || code[:2] == "57" || code[:2] == "28" || code == "3D000":
		return fault.Wrap(err, fault.Unavailable, "store.unreachable")
	}
	return err
}

// constraint is a unique key or a check that two requests met at once; what a
// single request can get wrong is refused with its own code before. Each driver
// names the table.
func constraint(err error) error {
	if strings.Contains(err.Error(), "idempotency") {
		return fault.Wrap(err, fault.Conflict, "idempotency.running")
	}
	return fault.Wrap(err, fault.Conflict, "conflict.exists")
}

func sqliteBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

func sqliteBroken(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_IOERR
}

func postgresSerialization(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}
