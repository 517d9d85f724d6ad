package store

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"switchboard/internal/directory"
)

// Stage takes a batch of objects; a few hundred at a time are quickest. It is
// put into words and into the tables while the caller reads the next: the rows
// are not the caller's before the next call, which returns an error of these.
func (im *Import) Stage(ctx context.Context, rows []StagedRow) error {
	if err := im.settle(); err != nil {
		return err
	}
	for _, row := range rows {
		noun, _ := directory.Identify(row.Object)
		im.staged[noun]++
	}
	im.unique = false
	im.writing = make(chan error, 1)
	go func(done chan<- error) { done <- im.write(ctx, rows) }(im.writing)
	return nil
}

// settle waits for the batch on its way.
func (im *Import) settle() error {
	if im.writing == nil {
		return nil
	}
	err := <-im.writing
	im.writing = nil
	return err
}

func (im *Import) write(ctx context.Context, rows []StagedRow) error {
	batches, err := im.batches(rows)
	if err != nil {
		return err
	}
	if im.store.sqlite == nil {
		return im.store.eng.mapError(im.copyRows(ctx, batches))
	}
	return im.transact(ctx, func(tx *Tx) error {
		for _, b := range batches {
			for _, row := range b.rows {
				if _, err := tx.exec(b.insert, row...); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// batch is rows of one staging table.
type batch struct {
	table   string
	columns []string
	insert  *query
	rows    [][]any
}

func (im *Import) batches(rows []StagedRow) ([]*batch, error) {
	byTable := map[string]*batch{}
	var order []*batch
	to := func(name string, columns []string, insert *query) *batch {
		b := byTable[name]
		if b == nil {
			b = &batch{table: name, columns: columns, insert: insert}
			byTable[name] = b
			order = append(order, b)
		}
		return b
	}
	for _, row := range rows {
		noun, id := directory.Identify(row.Object)
		doc, err := json.Marshal(row.Object)
		if err != nil {
			return nil, err
		}
		st := staging[noun]
		im.seq++
		b := to("stage_"+string(noun), st.columns, st.insert)
		b.rows = append(b.rows, append(append([]any{id}, st.values(row.Object)...), string(doc), im.seq, im.file(row.File), int64(row.Line)))
		if st.list != nil {
			for i, value := range st.list.of(row.Object) {
				l := to(st.copy.name, st.copy.columns, st.copy.insert)
				l.rows = append(l.rows, []any{id, value, int64(i)})
			}
		}
		for _, ref := range directory.Refs(row.Object) {
			if im.first(ref) {
				r := to(refTable, []string{"noun", "id"}, stageRefInsert)
				r.rows = append(r.rows, []any{string(ref.Noun), ref.ID})
			}
		}
	}
	return order, nil
}

// first tells whether a reference was not seen before, or so long ago that it
// is forgotten.
func (im *Import) first(ref directory.Ref) bool {
	ref.Field = ""
	if im.seen[ref] {
		return false
	}
	if len(im.seen) >= maxSeen {
		clear(im.seen)
	}
	ref.ID = strings.Clone(ref.ID) // it may be a part of the whole row's text
	im.seen[ref] = true
	return true
}

// file numbers the names of files: there are few, and a row keeps only the
// number.
func (im *Import) file(name string) int64 {
	for i := len(im.files) - 1; i >= 0; i-- {
		if im.files[i] == name {
			return int64(i)
		}
	}
	im.files = append(im.files, name)
	return int64(len(im.files) - 1)
}

func (im *Import) copyRows(ctx context.Context, batches []*batch) error {
	return im.conn.Raw(func(raw any) error {
		conn := raw.(*stdlib.Conn).Conn()
		for _, b := range batches {
			_, err := conn.CopyFrom(ctx, pgx.Identifier{b.table}, b.columns, pgx.CopyFromRows(b.rows))
			if err != nil {
				return err
			}
		}
		return nil
	})
}
