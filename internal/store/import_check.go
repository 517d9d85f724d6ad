package store

import (
	"context"
	"database/sql"
	"fmt"

	"switchboard/internal/directory"
	"switchboard/internal/text"
)

// Place is where a row of the input stands.
type Place struct {
	File string
	Line int
}

// Clash is an object that the input holds twice.
type Clash struct {
	Noun         directory.Noun
	ID           string
	First, Again Place
}

// Missing is a reference to nothing. A row with File "" is a stored one that
// names what a pruning import would remove.
type Missing struct {
	Place
	Noun    directory.Noun
	ID      string
	Field   string
	RefNoun directory.Noun
	RefID   string
	Nearest string // an id that may have been meant, or ""
}

// Duplicates lists objects that the input holds more than once, at most limit.
func (im *Import) Duplicates(ctx context.Context, limit int) ([]Clash, error) {
	if err := im.seal(ctx); err != nil {
		return nil, err
	}
	var out []Clash
	err := im.tx(ctx, func(tx *Tx) error {
		out = nil
		for _, t := range tables {
			if im.staged[t.noun] < 2 || len(out) >= limit {
				continue
			}
			err := tx.each(staging[t.noun].clashes, []any{limit - len(out)}, func(rows *sql.Rows) error {
				c := Clash{Noun: t.noun}
				var first, again int
				err := rows.Scan(&c.ID, &first, &c.First.Line, &again, &c.Again.Line)
				c.First.File, c.Again.File = im.files[first], im.files[again]
				out = append(out, c)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	im.unique = err == nil && len(out) == 0
	return out, err
}

// Dangling lists references of the input to objects that are neither in it nor
// stored, at most limit. With prune, what the input would remove does not
// count as stored, and stored objects that name it are listed too.
func (im *Import) Dangling(ctx context.Context, limit int, prune bool) ([]Missing, error) {
	if err := im.seal(ctx); err != nil {
		return nil, err
	}
	var out []Missing
	err := im.tx(ctx, func(tx *Tx) (err error) {
		out, err = im.dangling(tx, limit, prune)
		return err
	})
	return out, err
}

func (im *Import) dangling(tx *Tx, limit int, prune bool) ([]Missing, error) {
	var out []Missing
	for _, t := range tables {
		stored := !(prune && im.staged[t.noun] > 0)
		ids, err := tx.texts(staging[t.noun].missing[stored], string(t.noun), limit)
		if err != nil {
			return nil, err
		}
		for _, some := range chunks(ids, slots) {
			found, err := im.blame(tx, t.noun, some, limit-len(out))
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	}
	if prune {
		left, err := im.orphans(tx, limit-len(out))
		if err != nil {
			return nil, err
		}
		out = append(out, left...)
	}
	return out[:min(len(out), limit)], im.nearest(tx, out)
}

// blame finds who in the input names the missing objects of a noun.
func (im *Import) blame(tx *Tx, noun directory.Noun, ids []string, limit int) ([]Missing, error) {
	var out []Missing
	for _, t := range tables {
		for _, b := range staging[t.noun].blame {
			if b.ref != noun || len(out) >= limit {
				continue
			}
			found, err := im.readMissing(tx, t.noun, b, append(fill(ids, slots), limit-len(out)))
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	}
	return out, nil
}

// orphans finds stored objects, not in the input, that name what is removed.
func (im *Import) orphans(tx *Tx, limit int) ([]Missing, error) {
	var out []Missing
	for _, t := range tables {
		if im.staged[t.noun] > 0 {
			continue // its stored rows are in the input or removed as well
		}
		for _, b := range staging[t.noun].left {
			if im.staged[b.ref] == 0 || len(out) >= limit {
				continue
			}
			found, err := im.readMissing(tx, t.noun, b, []any{limit - len(out)})
			if err != nil {
				return nil, err
			}
			for i := range found {
				found[i].Place = Place{}
			}
			out = append(out, found...)
		}
	}
	return out, nil
}

func (im *Import) readMissing(tx *Tx, noun directory.Noun, b blame, args []any) ([]Missing, error) {
	var out []Missing
	err := tx.each(b.query, args, func(rows *sql.Rows) error {
		m := Missing{Noun: noun, Field: b.field, RefNoun: b.ref}
		var file, pos int
		err := rows.Scan(&file, &m.Line, &m.ID, &m.RefID, &pos)
		if b.list {
			m.Field = fmt.Sprintf("%s[%d]", b.field, pos)
		}
		if len(im.files) > file {
			m.File = im.files[file]
		}
		out = append(out, m)
		return err
	})
	return out, err
}

// nearest suggests an id for each of the first missing ones. Only ids with the
// same first character are looked at, and only so many: a suggestion may not
// cost more than the import.
func (im *Import) nearest(tx *Tx, missing []Missing) error {
	const most = 20
	for i := range missing[:min(len(missing), most)] {
		m := &missing[i]
		if m.File == "" {
			continue
		}
		first := []rune(m.RefID)[:1]
		ids, err := tx.texts(staging[m.RefNoun].samples, string(first), string(first[0]+1))
		if err != nil {
			return err
		}
		m.Nearest, _ = text.Nearest(m.RefID, ids)
	}
	return nil
}

// Staying hands over every stored object of a noun that the import leaves as it
// is because the input does not hold it, in the order of ids; with prune, none
// of a noun that the input holds. The objects are the caller's. f must not use
// the store.
func (im *Import) Staying(ctx context.Context, noun directory.Noun, prune bool, f func(object any) error) error {
	if prune && im.staged[noun] > 0 {
		return nil
	}
	if err := im.seal(ctx); err != nil {
		return err
	}
	return im.tx(ctx, func(tx *Tx) error {
		return tx.each(staging[noun].staying, nil, func(rows *sql.Rows) error {
			var doc sql.RawBytes
			if err := rows.Scan(&doc); err != nil {
				return err
			}
			object, err := decode(noun, doc)
			if err != nil {
				return err
			}
			return f(object)
		})
	})
}

// Staged tells how many objects of a noun the input holds.
func (im *Import) Staged(noun directory.Noun) int { return im.staged[noun] }
