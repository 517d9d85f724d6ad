package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
)

// StagedRow is one object of an import's input. It has passed directory.Check.
type StagedRow struct {
	Object any // a pointer to a wire type
	File   string
	Line   int
}

// Import is a staged import: first everything goes into staging tables, then
// what the whole shows is checked, then one transaction applies it. It is used
// by one goroutine at a time. Memory does not grow with the input.
type Import struct {
	store  *Store
	conn   *sql.Conn // PostgreSQL's, of this import alone
	closed bool

	seq    int64
	files  []string
	staged map[directory.Noun]int
	seen   map[directory.Ref]bool // references already staged; forgotten when too many
	sealed bool
	unique bool

	writing chan error // the batch on its way into the tables; nil = none
}

// importLock is the advisory lock that keeps imports of several nodes apart.
const importLock = 0x73776b69

// maxSeen bounds the memory for references; one staged twice costs a row.
const maxSeen = 1 << 17

// BeginImport opens the one import of the data. Fault conflict import.busy when
// another one is going on, on whatever node.
func (s *Store) BeginImport(ctx context.Context) (*Import, error) {
	if !s.importing.TryLock() {
		return nil, fault.New(fault.Conflict, "import.busy")
	}
	im := &Import{store: s, staged: map[directory.Noun]int{}, seen: map[directory.Ref]bool{}}
	if err := im.begin(ctx); err != nil {
		return nil, errors.Join(s.eng.mapError(err), im.Close())
	}
	return im, nil
}

func (im *Import) begin(ctx context.Context) error {
	if im.store.sqlite == nil {
		if err := im.connect(ctx); err != nil {
			return err
		}
	}
	return im.tx(ctx, func(tx *Tx) error {
		if err := tx.cache(importCache); err != nil {
			return err
		}
		for _, text := range im.tablesDDL() {
			if _, err := tx.exec(onceQuery(text)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (im *Import) connect(ctx context.Context) (err error) {
	if im.conn, err = im.store.pool.Conn(ctx); err != nil {
		return err
	}
	var mine bool
	if err := im.conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", importLock).Scan(&mine); err != nil {
		return err
	}
	if !mine {
		return fault.New(fault.Conflict, "import.busy")
	}
	return nil
}

// tablesDDL creates the staging tables; on SQLite an import that was not closed
// in this process may have left its own.
func (im *Import) tablesDDL() []string {
	out := []string{}
	for _, name := range stagingNames() {
		out = append(out, "DROP TABLE IF EXISTS "+im.temporary(name))
	}
	out = append(out, im.store.eng.ddl(stageRefDDL))
	for _, t := range tables {
		for _, text := range staging[t.noun].ddl {
			out = append(out, im.store.eng.ddl(text))
		}
	}
	return out
}

// Roomy gives SQLite's writer so many MB for pages while somebody writes very much at
// once; 0 = as usual.
func (s *Store) Roomy(ctx context.Context, mb int) error {
	return s.InTx(ctx, func(tx *Tx) error {
		if mb == 0 {
			return tx.cache(writerCache)
		}
		return tx.cache(mb * 1000)
	})
}

// cache sets how many kB of pages SQLite's writer keeps, and lets go of more.
func (tx *Tx) cache(kB int) error {
	if tx.store.sqlite == nil {
		return nil
	}
	for _, pragma := range []string{cacheSize(kB), "shrink_memory"} {
		if _, err := tx.exec(onceQuery("PRAGMA " + pragma)); err != nil {
			return err
		}
	}
	return nil
}

// temporary is the name of a table that can only be a temporary one.
func (im *Import) temporary(name string) string {
	if im.store.sqlite != nil {
		return "temp." + name
	}
	return "pg_temp." + name
}

func stagingNames() []string {
	out := []string{refTable}
	for _, t := range tables {
		out = append(out, "stage_"+string(t.noun))
		if t.list != nil {
			out = append(out, "stage_"+t.list.table)
		}
	}
	return out
}

// tx runs f on the connection that has the staging tables, after what was
// staged before.
func (im *Import) tx(ctx context.Context, f func(*Tx) error) error {
	if err := im.settle(); err != nil {
		return err
	}
	return im.transact(ctx, f)
}

func (im *Import) transact(ctx context.Context, f func(*Tx) error) error {
	s := im.store
	if im.closed {
		return fault.New(fault.Conflict, "import.closed")
	}
	if s.sqlite != nil {
		return s.eng.mapError(s.sqlite.writer.do(ctx, func(run runner) error { return f(s.begin(ctx, run)) }))
	}
	return s.eng.mapError(s.onPostgres(ctx, im.conn, beginWrite, f))
}

// Close ends the import and drops what was staged; what was not applied is
// forgotten.
func (im *Import) Close() error {
	if im.closed {
		return nil
	}
	defer im.store.importing.Unlock()
	_ = im.settle() // what was staged is thrown away in any case
	var err error
	if im.store.sqlite != nil {
		err = im.transact(context.Background(), func(tx *Tx) error {
			for _, name := range stagingNames() {
				if _, err := tx.exec(onceQuery("DROP TABLE IF EXISTS " + im.temporary(name))); err != nil {
					return err
				}
			}
			return tx.cache(writerCache)
		})
	} else if im.conn != nil {
		err = im.disconnect()
	}
	im.closed = true
	return err
}

// disconnect ends the session, and with it the temporary tables. The lock goes
// with it too, but only when the server notices; the next import may be quicker.
func (im *Import) disconnect() error {
	_, err := im.conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1)", importLock)
	ended := im.conn.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(ended, driver.ErrBadConn) || errors.Is(ended, sql.ErrConnDone) {
		ended = nil
	}
	return im.store.eng.mapError(errors.Join(err, ended))
}

// seal makes the staged rows quick to find. Indexes built once, over all rows,
// cost a fraction of ones kept up row by row.
func (im *Import) seal(ctx context.Context) error {
	if im.sealed {
		return nil
	}
	err := im.tx(ctx, func(tx *Tx) error {
		for _, t := range tables {
			for _, text := range staging[t.noun].seal {
				if _, err := tx.exec(onceQuery(text)); err != nil {
					return err
				}
			}
			if tx.store.sqlite == nil { // temporary tables are not analysed by themselves
				if _, err := tx.exec(onceQuery("ANALYZE stage_" + string(t.noun))); err != nil {
					return err
				}
			}
		}
		return nil
	})
	im.sealed = err == nil
	return err
}
