package store

import (
	"sync"

	"switchboard/internal/directory"
)

// memo remembers what a JSON text decodes to. Its key is the text itself, read
// from the database in the very transaction, so that it cannot be out of date,
// on one node or on many. What it gives is shared and must not be changed.
//
// It has two generations: the older is dropped when the younger is full.
type memo struct {
	mu           sync.Mutex
	young, old   map[memoKey]any
	bytes, limit int
}

type memoKey struct {
	noun directory.Noun
	doc  string
}

func newMemo() *memo { return &memo{young: map[memoKey]any{}, limit: 4 << 20} }

func (m *memo) decode(noun directory.Noun, doc string) (any, error) {
	key := memoKey{noun, doc}
	if object, ok := m.find(key); ok {
		return object, nil
	}
	object, err := decode(noun, doc)
	if err == nil {
		m.keep(key, object)
	}
	return object, err
}

func (m *memo) find(key memoKey) (any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if object, ok := m.young[key]; ok {
		return object, true
	}
	object, ok := m.old[key]
	if ok {
		m.add(key, object)
	}
	return object, ok
}

func (m *memo) keep(key memoKey, object any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(key, object)
}

func (m *memo) add(key memoKey, object any) {
	if m.bytes > m.limit {
		m.old, m.young, m.bytes = m.young, map[memoKey]any{}, 0
	}
	m.young[key] = object
	m.bytes += len(key.doc)
}
