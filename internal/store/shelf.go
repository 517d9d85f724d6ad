package store

import (
	"database/sql"
	"slices"
	"sync"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// The directory's generation is a number that every transaction which changes
// companies, relations, offers, agreements or policies raises before it
// commits. The row is locked until then, so generations and commits have one
// order, and two states with the same generation have the same content of
// those tables: on one node or on many.
var generationRaise = sqlQuery("UPDATE directory_state SET generation = generation + 1")

// shelved tells the nouns whose changes raise the generation. Subscriptions and
// people change all day and are read afresh.
func shelved(noun directory.Noun) bool {
	return noun != directory.Subscriptions && noun != directory.People && noun != directory.IntakeForms
}

// shelf is the one room for what was read before. It keeps two kinds of things,
// each in bounded memory, and neither can be out of date:
//
// rows of the shelved nouns and the holds of contact points, decoded, for one generation, which is read in the
// very transaction that asks. Only a View fills them: a writing transaction may
// see its own rows, which are not committed and may never be.
//
// objects that are read afresh each time, by their text: the same text is the
// same object.
//
// What stands on the shelf is shared by all and must not be changed.
type shelf struct {
	mu         sync.Mutex
	generation int64
	rows       halves[shelfKey, []any]
	texts      halves[string, any] // by noun and text
}

type shelfKey struct {
	query *shelvedQuery
	id    string
}

// How much JSON one half may hold, in bytes. Decoded, it takes about five times
// as much memory.
const (
	rowsLimit  = 3 << 20
	textsLimit = 250 << 10
)

func newShelf() *shelf {
	return &shelf{rows: halves[shelfKey, []any]{limit: rowsLimit}, texts: halves[string, any]{limit: textsLimit}}
}

func (s *shelf) find(generation int64, key shelfKey) ([]any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if generation != s.generation {
		return nil, false
	}
	return s.rows.find(key)
}

func (s *shelf) keep(generation int64, key shelfKey, rows []any, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if generation < s.generation {
		return // a View that began before the last change
	}
	if generation > s.generation {
		s.generation, s.rows = generation, halves[shelfKey, []any]{limit: s.rows.limit}
	}
	s.rows.keep(key, rows, size)
}

// object decodes a text, or takes what the same text gave before.
func (s *shelf) object(noun directory.Noun, doc string) (any, error) {
	key := string(noun) + " " + doc
	s.mu.Lock()
	object, ok := s.texts.find(key)
	s.mu.Unlock()
	if ok {
		return object, nil
	}
	object, err := decode(noun, []byte(doc))
	if err == nil {
		s.mu.Lock()
		s.texts.keep(key, object, len(key))
		s.mu.Unlock()
	}
	return object, err
}

// halves is a map of bounded size. When the young half is full it becomes the
// old one, and what nobody asked for since it did so is dropped.
type halves[K comparable, V any] struct {
	young, old  map[K]sized[V]
	size, limit int
}

type sized[V any] struct {
	value V
	size  int
}

func (h *halves[K, V]) find(key K) (V, bool) {
	if v, ok := h.young[key]; ok {
		return v.value, true
	}
	v, ok := h.old[key]
	if ok {
		h.keep(key, v.value, v.size)
	}
	return v.value, ok
}

func (h *halves[K, V]) keep(key K, value V, size int) {
	if h.size > h.limit || h.young == nil {
		h.young, h.old, h.size = map[K]sized[V]{}, h.young, 0
	}
	h.young[key] = sized[V]{value, size}
	h.size += size
}

// shelvedQuery gives rows for a few ids at once: $1..$n -> the id that a row
// is for, the tag of its noun, its document.
type shelvedQuery struct {
	*query
	slots int
}

func shelving(slots int, text string) *shelvedQuery { return &shelvedQuery{sqlQuery(text), slots} }

var shelvedNouns = map[int]directory.Noun{1: directory.Offers, 2: directory.Agreements, 3: directory.Relations,
	4: directory.Companies, 5: directory.Refunds, 6: holdNoun}

// shelvedRows hands over the objects for some ids, and asks the database only
// for the ids that are not on the shelf. A transaction that has changed rows of
// this kind asks for all: it sees its own.
func (tx *Tx) shelvedRows(generation int64, q *shelvedQuery, ids []string, add func(object any)) error {
	var missing []string
	for _, id := range ids {
		var rows []any
		found := false
		if !tx.raise {
			rows, found = tx.store.shelf.find(generation, shelfKey{q, id})
		}
		if !found {
			missing = append(missing, id)
		}
		for _, object := range rows {
			add(object)
		}
	}
	for _, some := range chunks(missing, q.slots) {
		if err := tx.shelve(generation, q, some, add); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) shelve(generation int64, q *shelvedQuery, ids []string, add func(object any)) error {
	found, sizes := make([][]any, len(ids)), make([]int, len(ids))
	err := tx.each(q.query, fill(ids, q.slots), func(rows *sql.Rows) error {
		var id string
		var tag int
		var doc sql.RawBytes
		if err := rows.Scan(&id, &tag, &doc); err != nil {
			return err
		}
		object, err := decode(shelvedNouns[tag], doc)
		if err != nil {
			return err
		}
		i := slices.Index(ids, id)
		found[i], sizes[i] = append(found[i], object), sizes[i]+len(doc)
		add(object)
		return nil
	})
	if err != nil || !tx.reading {
		return err
	}
	for i, id := range ids {
		tx.store.shelf.keep(generation, shelfKey{q, id}, found[i], 100+len(id)+sizes[i])
	}
	return nil
}

var (
	shelfGeneration = sqlQuery("SELECT generation FROM directory_state")
	companyShelved  = shelving(slots, "SELECT id, 4, doc FROM companies WHERE id "+inSlots(slots))
)

// Companies gives companies by their ids, for a page that names many; who is not
// there is left out. They are shared: they are read, never changed.
func (tx *Tx) Companies(ids []string) (map[string]*wire.Company, error) {
	var generation int64
	if _, err := tx.one(shelfGeneration, nil, &generation); err != nil {
		return nil, err
	}
	wanted := slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(ids))), func(id string) bool { return id == "" })
	out := make(map[string]*wire.Company, len(wanted))
	err := tx.shelvedRows(generation, companyShelved, wanted, func(object any) {
		company := object.(*wire.Company)
		out[company.ID] = company
	})
	return out, err
}

// finish is the last thing a writing transaction does before it commits.
func (tx *Tx) finish() error {
	if !tx.raise {
		return nil
	}
	_, err := tx.exec(generationRaise)
	return err
}
