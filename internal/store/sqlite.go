package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"switchboard/internal/fault"
)

// applicationID marks our files ("SWBD"), so that another program's database
// is never taken for ours.
const applicationID = 0x53574244

var errLocked = errors.New("store: locked by another process")

// sqliteFile is the database file with its one writer and its readers.
type sqliteFile struct {
	writeDB, readDB *sql.DB
	writer          *writer
	readers         *readers
	lock            *os.File
}

// Page caches in kB. A page costs the driver twice its size, and what is not in
// a reader's cache is in the system's. An import that spills its pages reads and
// writes them again and again, so the writer's cache grows for it.
const (
	readerCache = 1000
	writerCache = 4000
	importCache = 32000
)

func cacheSize(kB int) string { return fmt.Sprintf("cache_size(-%d)", kB) }

func openSQLite(ctx context.Context, dir string) (*sqliteFile, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "store.failed")
	}
	lock, err := lockFile(filepath.Join(dir, "switchboard.lock"))
	if errors.Is(err, errLocked) {
		return nil, fault.New(fault.Conflict, "store.locked", "path", dir)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "store.failed")
	}
	f := &sqliteFile{lock: lock}
	if err := f.open(ctx, filepath.Join(dir, "switchboard.db")); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *sqliteFile) open(ctx context.Context, path string) error {
	if err := privateFile(path); err != nil {
		return fault.Wrap(err, fault.Unavailable, "store.failed")
	}
	common := []string{"busy_timeout(5000)", "foreign_keys(1)"}
	var err error
	// FULL: with NORMAL an acknowledged commit is lost when the power goes.
	f.writeDB, err = sql.Open("sqlite", sqliteDSN(path, append(common, "journal_mode(wal)", "synchronous(full)", cacheSize(writerCache))))
	if err != nil {
		return err
	}
	f.writeDB.SetMaxOpenConns(1)
	found, err := sqliteVersion(ctx, f.writeDB)
	if err != nil {
		return err
	}
	if err := migrate(ctx, sqliteEngine, f.writeDB, found); err != nil {
		return err
	}
	f.readDB, err = sql.Open("sqlite", sqliteDSN(path, append(common, "query_only(1)", cacheSize(readerCache))))
	if err != nil {
		return err
	}
	f.readers = newReaders(f.readDB)
	f.writer, err = startWriter(ctx, f.writeDB)
	return err
}

// sqliteVersion looks at two numbers only: a cold start takes milliseconds.
func sqliteVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var id, tables int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return 0, err
	}
	if id == applicationID {
		return schemaVersion(ctx, db)
	}
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return 0, err
	}
	if id != 0 || tables != 0 {
		return 0, fault.New(fault.Conflict, "store.foreign-file")
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	return 0, err
}

// privateFile creates the file before SQLite does, readable by us alone; the
// -wal and -shm files take over its mode.
func privateFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

func sqliteDSN(path string, pragmas []string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), OmitHost: true, RawQuery: url.Values{"_pragma": pragmas, "_dqs": {"0"}}.Encode()}).String()
}

func (f *sqliteFile) close() error {
	var errs []error
	if f.writer != nil {
		errs = append(errs, f.writer.stop())
	}
	if f.readers != nil {
		errs = append(errs, f.readers.stop())
	}
	for _, db := range []*sql.DB{f.readDB, f.writeDB} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, f.lock.Close())...)
}

// session is one SQLite connection with the statements prepared on it.
type session struct {
	conn     *sql.Conn
	prepared map[*query]*sql.Stmt
	last     []putting // of the transaction that is open
}

// putting is a statement that waits for the end of its transaction.
type putting struct {
	query *query
	args  []any
}

func newSession(ctx context.Context, db *sql.DB) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, prepared: map[*query]*sql.Stmt{}}, nil
}

func (s *session) stmt(ctx context.Context, q *query) (*sql.Stmt, error) {
	if stmt, ok := s.prepared[q]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, sqliteEngine.text(q))
	if err == nil {
		s.prepared[q] = stmt
	}
	return stmt, err
}

// A context that can end costs the driver a goroutine per statement, and an
// interrupt may roll back a whole group: the caller's is asked before instead.
func (s *session) query(ctx context.Context, q *query, args []any) (*sql.Rows, error) {
	ctx = context.WithoutCancel(ctx)
	stmt, err := s.stmt(ctx, q)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (s *session) exec(ctx context.Context, q *query, args []any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	if q.once {
		return s.conn.ExecContext(ctx, q.text, args...)
	}
	stmt, err := s.stmt(ctx, q)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// command runs a statement of SQLite itself: BEGIN, SAVEPOINT, COMMIT.
func (s *session) command(q *query) error {
	_, err := s.exec(context.Background(), q, nil)
	return err
}

// number runs a question of SQLite itself that has one number for an answer.
func (s *session) number(q *query) (n int64, err error) {
	stmt, err := s.stmt(context.Background(), q)
	if err == nil {
		err = stmt.QueryRow().Scan(&n)
	}
	return n, err
}

func (s *session) put(ctx context.Context, q *query, args []any) error {
	if q.last {
		s.last = append(s.last, putting{q, args})
		return nil
	}
	_, err := s.exec(ctx, q, args)
	return err
}

// finish writes what has waited. The search index gathers what comes to it and
// writes it out at each savepoint and each commit, so a group's words come
// together and after the last savepoint.
func (s *session) finish() error {
	last := s.last
	s.last = nil
	for _, p := range last {
		if _, err := s.exec(context.Background(), p.query, p.args); err != nil {
			return err
		}
	}
	return nil
}
