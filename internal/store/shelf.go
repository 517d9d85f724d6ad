package store

import (
	"database/sql"
	"sync"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// The directory's generation is a number that every transaction which changes
// companies, relations, offers, agreements or policies raises before it
// commits. The row is locked until then, so generations and commits have one
// order, and two states with the same generation have the same content of
// those tables: on one node or on many.
var (
	generationRead  = sqlQuery("SELECT generation FROM directory_state")
	generationRaise = sqlQuery("UPDATE directory_state SET generation = generation + 1")
)

// shelved tells the nouns whose changes raise the generation. Subscriptions and
// people change all day and are read afresh.
func shelved(noun directory.Noun) bool {
	return noun != directory.Subscriptions && noun != directory.People && noun != directory.IntakeForms
}

// shelf keeps decoded rows of the shelved nouns for one generation, which is
// read in the very transaction that asks. What stands on it is shared by all
// and must not be changed.
//
// Only a View fills it: a writing transaction may see its own rows, which are
// not committed and may never be.
type shelf struct {
	mu         sync.Mutex
	generation int64
	young, old map[shelfKey][]any // the older half is dropped when the younger is full
	size       int
	limit      int // bytes of JSON in one half
}

type shelfKey struct {
	query *query
	id    string
}

func newShelf() *shelf { return &shelf{young: map[shelfKey][]any{}, limit: 4 << 20} }

func (s *shelf) find(generation int64, key shelfKey) ([]any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if generation != s.generation {
		return nil, false
	}
	if rows, ok := s.young[key]; ok {
		return rows, true
	}
	rows, ok := s.old[key]
	return rows, ok
}

func (s *shelf) keep(generation int64, key shelfKey, rows []any, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case generation < s.generation:
		return // a View that began before the last change
	case generation > s.generation:
		s.generation, s.young, s.old, s.size = generation, map[shelfKey][]any{}, nil, 0
	case s.size > s.limit:
		s.young, s.old, s.size = map[shelfKey][]any{}, s.young, 0
	}
	s.young[key] = rows
	s.size += size
}

// shelvedRows runs a query for one id whose rows are a tag and a document, or
// takes what it gave before.
func (tx *Tx) shelvedRows(generation int64, q *query, id string, nouns map[int]directory.Noun) ([]any, error) {
	key := shelfKey{q, id}
	if rows, ok := tx.store.shelf.find(generation, key); ok {
		return rows, nil
	}
	var out []any
	size := 100 + len(id)
	err := tx.each(q, []any{id}, func(rows *sql.Rows) error {
		var tag int
		var doc string
		if err := rows.Scan(&tag, &doc); err != nil {
			return err
		}
		object, err := decode(nouns[tag], doc)
		out, size = append(out, object), size+len(doc)
		return err
	})
	if err == nil && tx.reading {
		tx.store.shelf.keep(generation, key, out, size)
	}
	return out, err
}

var companyShelved = sqlQuery("SELECT 4, doc FROM companies WHERE id = $1")

// Companies gives companies by their ids, for a page that names many; who is not
// there is left out. They are shared: they are read, never changed.
func (tx *Tx) Companies(ids []string) (map[string]*wire.Company, error) {
	var generation int64
	if _, err := tx.one(generationRead, nil, &generation); err != nil {
		return nil, err
	}
	out := make(map[string]*wire.Company, len(ids))
	for _, id := range ids {
		if _, known := out[id]; known || id == "" {
			continue
		}
		rows, err := tx.shelvedRows(generation, companyShelved, id, aroundNouns)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[id] = row.(*wire.Company)
		}
	}
	return out, nil
}

// finish is the last thing a writing transaction does before it commits.
func (tx *Tx) finish() error {
	if !tx.raise {
		return nil
	}
	_, err := tx.exec(generationRaise)
	return err
}
