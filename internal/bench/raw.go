package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the floor of SQLite is the same driver without the product

	"switchboard/internal/directory"
	"switchboard/internal/text"
)

// database is an engine: a place for the product's data, and raw rows in the
// same engine, which are the floor.
type database interface {
	// place makes an empty place and gives the flags that name it.
	place(ctx context.Context, dir string) (flags []string, drop func(context.Context) error, err error)
	// twin copies a place that nobody works in.
	twin(ctx context.Context, place []string, dir string) (flags []string, drop func(context.Context) error, err error)
	// raw opens an empty database of its own for raw rows.
	raw(ctx context.Context, dir string) (*sql.DB, func(context.Context) error, error)
	// insert gives what inserts a batch of rows in a transaction.
	insert(ctx context.Context, conn *sql.Conn) (func([]rawRow) error, error)
	// over opens the product's own data without the product.
	over(place []string) (*sql.DB, error)
	// find asks the index for what a company reads with some terms, newest first.
	find(ctx context.Context, db *sql.DB, company string, terms []text.Term) error
	// begins is the statement that begins a transaction which writes.
	begins() string
	// wordsOf is a text as the search index takes it.
	wordsOf(words string, companies []string) (statement, row string)
}

// rawRow is an object of the world as one row.
type rawRow struct{ id, doc string }

// rawBatch is how many rows are made ready before they are inserted, so that
// making them is not part of the floor.
const rawBatch = 5000

const rawTable = `CREATE TABLE raw (id TEXT PRIMARY KEY, doc TEXT NOT NULL)`

func kept(context.Context) error { return nil }

type sqliteEngine struct{}

func (sqliteEngine) place(_ context.Context, dir string) ([]string, func(context.Context) error, error) {
	data, err := os.MkdirTemp(dir, "data-")
	return []string{"--data-dir", data}, func(context.Context) error { return os.RemoveAll(data) }, err
}

func (e sqliteEngine) twin(ctx context.Context, place []string, dir string) ([]string, func(context.Context) error, error) {
	flags, drop, err := e.place(ctx, dir)
	if err != nil {
		return nil, drop, err
	}
	db, err := e.over(place)
	if err != nil {
		return nil, drop, err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO $1", filepath.Join(flags[1], "switchboard.db"))
	return flags, drop, errors.Join(err, db.Close())
}

func (sqliteEngine) raw(ctx context.Context, dir string) (*sql.DB, func(context.Context) error, error) {
	db, err := openSQLite(filepath.Join(dir, "raw.db"))
	if err != nil {
		return nil, kept, err
	}
	_, err = db.ExecContext(ctx, rawTable)
	return db, func(context.Context) error { return db.Close() }, err
}

func (sqliteEngine) over(place []string) (*sql.DB, error) {
	return openSQLite(filepath.Join(place[1], "switchboard.db"))
}

func openSQLite(path string) (*sql.DB, error) {
	dsn := (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), OmitHost: true,
		RawQuery: url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(wal)", "synchronous(full)"}}.Encode()}).String()
	return sql.Open("sqlite", dsn)
}

func (sqliteEngine) begins() string { return "BEGIN IMMEDIATE" }

func (sqliteEngine) find(ctx context.Context, db *sql.DB, company string, terms []text.Term) error {
	words := make([]string, len(terms))
	for i, t := range terms {
		words[i] = t.Text
	}
	return readAll(ctx, db, "SELECT rowid FROM case_word WHERE case_word MATCH $1 ORDER BY rowid DESC LIMIT 50",
		`"`+text.Reader(company)+`" AND "`+strings.Join(words, " ")+`"`)
}

func (sqliteEngine) wordsOf(words string, companies []string) (statement, row string) {
	tokens := text.Analyse(words)
	for _, company := range companies {
		tokens = append(tokens, text.Reader(company))
	}
	return "INSERT INTO case_word (rowid, words) VALUES ($1, $2)", strings.Join(tokens, " ")
}

func (sqliteEngine) insert(ctx context.Context, conn *sql.Conn) (func([]rawRow) error, error) {
	stmt, err := conn.PrepareContext(ctx, "INSERT INTO raw (id, doc) VALUES (?1, ?2)")
	if err != nil {
		return nil, err
	}
	return func(rows []rawRow) error {
		for _, row := range rows {
			if _, err := stmt.ExecContext(ctx, row.id, row.doc); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// load inserts rows in one transaction and tells how long the database took.
func load(ctx context.Context, d database, db *sql.DB, objects iter.Seq2[any, error]) (took time.Duration, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	insert, err := d.insert(ctx, conn)
	if err != nil {
		return 0, err
	}
	timed := func(work func() error) error {
		start := time.Now()
		err := work()
		took += time.Since(start)
		return err
	}
	command := func(text string) error {
		return timed(func() error { _, err := conn.ExecContext(ctx, text); return err })
	}
	if err := command("BEGIN"); err != nil {
		return 0, err
	}
	for batch, err := range batches(objects) {
		if err != nil {
			return 0, err
		}
		if err := timed(func() error { return insert(batch) }); err != nil {
			return 0, err
		}
	}
	return took, command("COMMIT")
}

func batches(objects iter.Seq2[any, error]) iter.Seq2[[]rawRow, error] {
	return func(yield func([]rawRow, error) bool) {
		var batch []rawRow
		for object, err := range objects {
			if err == nil {
				var data []byte
				data, err = json.Marshal(object)
				noun, id := directory.Identify(object)
				batch = append(batch, rawRow{rawID(noun, id), string(data)})
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if len(batch) == rawBatch {
				if !yield(batch, nil) {
					return
				}
				batch = batch[:0]
			}
		}
		yield(batch, nil)
	}
}

// rawID is an id that no other noun has.
func rawID(noun directory.Noun, id string) string { return string(noun) + "/" + id }

// postgresEngine makes databases of its own on a server and drops them.
type postgresEngine struct{ server string }

func (e *postgresEngine) place(ctx context.Context, _ string) ([]string, func(context.Context) error, error) {
	dsn, drop, err := e.database(ctx, "template0")
	return []string{"--db", dsn}, drop, err
}

func (e *postgresEngine) twin(ctx context.Context, place []string, _ string) ([]string, func(context.Context) error, error) {
	u, err := url.Parse(place[1])
	if err != nil {
		return nil, kept, err
	}
	dsn, drop, err := e.database(ctx, strings.TrimPrefix(u.Path, "/"))
	return []string{"--db", dsn}, drop, err
}

// database makes one like another.
func (e *postgresEngine) database(ctx context.Context, like string) (dsn string, drop func(context.Context) error, err error) {
	name := fmt.Sprintf("switchboard_bench_%d", time.Now().UnixNano())
	if err := e.on(ctx, "CREATE DATABASE "+name+" TEMPLATE "+like); err != nil {
		return "", kept, err
	}
	drop = func(ctx context.Context) error { return e.on(ctx, "DROP DATABASE "+name+" WITH (FORCE)") }
	u, err := url.Parse(e.server)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return "", drop, errors.New("the DSN is not a postgres:// URL")
	}
	u.Path = "/" + name
	return u.String(), drop, nil
}

// about names the server, with what it does not do for its speed: figures of one
// that does not wait for its disk are those of another product.
func (e *postgresEngine) about(ctx context.Context) (said string, err error) {
	conn, err := pgx.Connect(ctx, e.server)
	if err != nil {
		return "", err
	}
	err = conn.QueryRow(ctx, `SELECT 'PostgreSQL ' || current_setting('server_version') || coalesce((
SELECT string_agg(', ' || name || '=off', '' ORDER BY name) FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'), '')`).Scan(&said)
	return said, errors.Join(err, conn.Close(ctx))
}

func (e *postgresEngine) on(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, e.server)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

func (e *postgresEngine) raw(ctx context.Context, _ string) (*sql.DB, func(context.Context) error, error) {
	dsn, drop, err := e.database(ctx, "template0")
	if err != nil {
		return nil, drop, err
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, drop, err
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxIdleConns(16)
	_, err = db.ExecContext(ctx, rawTable)
	return db, func(ctx context.Context) error { return errors.Join(db.Close(), drop(ctx)) }, err
}

func (e *postgresEngine) insert(ctx context.Context, conn *sql.Conn) (func([]rawRow) error, error) {
	return func(rows []rawRow) error {
		return conn.Raw(func(c any) error {
			_, err := c.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{"raw"}, []string{"id", "doc"},
				pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return []any{rows[i].id, rows[i].doc}, nil }))
			return err
		})
	}, nil
}

func (*postgresEngine) over(place []string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(place[1])
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxIdleConns(16)
	return db, nil
}

func (*postgresEngine) begins() string { return "BEGIN" }

func (*postgresEngine) find(ctx context.Context, db *sql.DB, company string, terms []text.Term) error {
	words := make([]string, len(terms))
	for i, t := range terms {
		words[i] = "'" + t.Text + "'"
	}
	return readAll(ctx, db, "SELECT id FROM case_word WHERE words @@ CAST($1 AS tsquery) ORDER BY id DESC LIMIT 50",
		"'"+text.Reader(company)+"' & ("+strings.Join(words, " <-> ")+")")
}

func (*postgresEngine) wordsOf(words string, companies []string) (statement, row string) {
	var b strings.Builder
	for i, token := range text.Analyse(words) {
		fmt.Fprintf(&b, "'%s':%d ", token, i+1)
	}
	for _, company := range companies {
		b.WriteString("'" + text.Reader(company) + "' ")
	}
	return "INSERT INTO case_word (id, words) VALUES ($1, $2::tsvector)", b.String()
}

// dump reads every raw row once, as an export must at least.
func dump(ctx context.Context, db *sql.DB, w io.Writer) error {
	rows, err := db.QueryContext(ctx, "SELECT doc FROM raw ORDER BY id")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var doc sql.RawBytes
		if err := rows.Scan(&doc); err != nil {
			return err
		}
		if _, err := w.Write(doc); err != nil {
			return err
		}
	}
	return rows.Err()
}
