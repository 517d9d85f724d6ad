package store

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// Get reads an object for a decision, whoever asks: a pointer to its wire type,
// which is the caller's to change, and its version (the ETag). Fault not-found.
// What a reader is shown comes from See and List.
func (tx *Tx) Get(noun directory.Noun, id string) (object any, version int64, err error) {
	var doc string
	found, err := tx.one(tableOf[noun].sql.get, []any{id}, &doc, &version)
	if err != nil {
		return nil, 0, err
	}
	if !found {
		return nil, 0, notFound(string(noun), id)
	}
	object, err = decode(noun, []byte(doc))
	return object, version, err
}

func get[T any](tx *Tx, noun directory.Noun, id string) (*T, int64, error) {
	object, version, err := tx.Get(noun, id)
	if err != nil {
		return nil, 0, err
	}
	return object.(*T), version, nil
}

// Company reads a company and its version.
func (tx *Tx) Company(id string) (*wire.Company, int64, error) {
	return get[wire.Company](tx, directory.Companies, id)
}

// Relation reads the relation of a provider and a reseller and its version.
func (tx *Tx) Relation(provider, reseller string) (*wire.Relation, int64, error) {
	id := directory.RelationID(&wire.Relation{Provider: provider, Reseller: reseller})
	return get[wire.Relation](tx, directory.Relations, id)
}

// Offer reads an offer and its version.
func (tx *Tx) Offer(id string) (*wire.Offer, int64, error) {
	return get[wire.Offer](tx, directory.Offers, id)
}

// Agreement reads an agreement and its version.
func (tx *Tx) Agreement(id string) (*wire.Agreement, int64, error) {
	return get[wire.Agreement](tx, directory.Agreements, id)
}

// Subscription reads a subscription and its version.
func (tx *Tx) Subscription(id string) (*wire.Subscription, int64, error) {
	return get[wire.Subscription](tx, directory.Subscriptions, id)
}

// Person reads a person and its version.
func (tx *Tx) Person(id string) (*wire.Person, int64, error) {
	return get[wire.Person](tx, directory.People, id)
}

// PersonNames are the names of some people, by id. Who is not there has none.
func (tx *Tx) PersonNames(ids []string) (map[string]string, error) {
	out := map[string]string{}
	for _, some := range chunks(ids, slots) {
		err := tx.each(peopleByID, fill(some, slots), func(rows *sql.Rows) error {
			var doc []byte
			if err := rows.Scan(&doc); err != nil {
				return err
			}
			var p wire.Person
			err := json.Unmarshal(doc, &p)
			out[p.ID] = p.Name
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

var peopleByID = sqlQuery("SELECT doc FROM people WHERE id " + inSlots(slots))

// Put writes an object that has passed directory.Check and gives its version.
//
//	ifVersion nil  creates or replaces; an equal object keeps its version
//	ifVersion 0    creates; fault conflict conflict.exists {noun, id} when it exists
//	ifVersion n    replaces exactly version n; fault stale or not-found
//
// What the object refers to must exist: fault invalid fields.invalid with a
// field field.unknown-reference {noun, id} for each that does not.
func (tx *Tx) Put(object any, ifVersion *int64) (version int64, err error) {
	noun, id := directory.Identify(object)
	if err := tx.refer(object); err != nil {
		return 0, err
	}
	doc, err := json.Marshal(object)
	if err != nil {
		return 0, err
	}
	t := tableOf[noun]
	was, err := tx.before(noun, id)
	if err != nil {
		return 0, err
	}
	version, changed, err := tx.write(t, id, object, string(doc), ifVersion)
	if err != nil || !changed {
		return version, err
	}
	tx.raise = tx.raise || shelved(noun)
	if err := tx.recheckObject(object, was); err != nil {
		return 0, err
	}
	if t.list == nil {
		return version, nil
	}
	return version, tx.relist(t, id, object)
}

func (tx *Tx) write(t *table, id string, object any, doc string, ifVersion *int64) (version int64, changed bool, err error) {
	args := append(append([]any{id}, t.values(object)...), doc, int64(1), micros(tx.now))
	if ifVersion == nil {
		changed, err = tx.one(t.sql.upsert, args, &version)
		if err != nil || changed {
			return version, changed, err
		}
		_, err = tx.one(t.sql.get, []any{id}, &doc, &version)
		return version, false, err
	}
	if *ifVersion == 0 {
		n, err := tx.exec(t.sql.insert, args...)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "conflict.exists", "noun", string(t.noun), "id", id)
		}
		return 1, true, err
	}
	args[len(args)-2] = *ifVersion
	n, err := tx.exec(t.sql.update, args...)
	if err == nil && n == 0 {
		err = tx.staleOrMissing(t, id)
	}
	return *ifVersion + 1, true, err
}

func (tx *Tx) staleOrMissing(t *table, id string) error {
	var version int64
	found, err := tx.one(t.sql.lock, []any{id}, &version)
	switch {
	case err != nil:
		return err
	case !found:
		return notFound(string(t.noun), id)
	}
	return fault.New(fault.Stale, "stale", "noun", string(t.noun), "id", id, "version", version)
}

func (tx *Tx) relist(t *table, id string, object any) error {
	if _, err := tx.exec(t.sql.unlist, id); err != nil {
		return err
	}
	for _, value := range t.list.of(object) {
		if _, err := tx.exec(t.sql.relist, id, value); err != nil {
			return err
		}
	}
	return nil
}

// refer makes sure that what an object refers to exists and, on PostgreSQL,
// that nobody deletes it before this transaction ends.
func (tx *Tx) refer(object any) error {
	byNoun := map[directory.Noun][]string{}
	refs := directory.Refs(object)
	for _, ref := range refs {
		byNoun[ref.Noun] = append(byNoun[ref.Noun], ref.ID)
	}
	there := map[directory.Noun]map[string]bool{}
	for _, t := range tables { // in one order: two transactions may lock the same rows
		ids := byNoun[t.noun]
		if len(ids) == 0 {
			continue
		}
		found, err := tx.existing(t, ids)
		if err != nil {
			return err
		}
		there[t.noun] = found
	}
	var refused *fault.Error
	for _, ref := range refs {
		if there[ref.Noun][ref.ID] {
			continue
		}
		if refused == nil {
			refused = fault.New(fault.Invalid, "fields.invalid")
		}
		refused.At(ref.Field, "field.unknown-reference", "noun", string(ref.Noun), "id", ref.ID)
	}
	if refused == nil {
		return nil
	}
	return refused
}

func (tx *Tx) existing(t *table, ids []string) (map[string]bool, error) {
	found := map[string]bool{}
	for _, some := range chunks(ids, slots) {
		list, err := tx.texts(t.sql.exist, fill(some, slots)...)
		if err != nil {
			return nil, err
		}
		for _, id := range list {
			found[id] = true
		}
	}
	return found, nil
}

// Delete removes an object that nothing refers to. Faults: not-found, stale
// when ifVersion is given and another, conflict conflict.in-use {noun, id} with
// an object that refers to it, conflict.company-on-cases {company} when a
// company takes part in live cases.
func (tx *Tx) Delete(noun directory.Noun, id string, ifVersion *int64) error {
	t := tableOf[noun]
	var version int64
	found, err := tx.one(t.sql.lock, []any{id}, &version)
	switch {
	case err != nil:
		return err
	case !found:
		return notFound(string(noun), id)
	case ifVersion != nil && *ifVersion != version:
		return fault.New(fault.Stale, "stale", "noun", string(noun), "id", id, "version", version)
	}
	for _, in := range t.sql.incoming {
		var by string
		used, err := tx.one(in.query, []any{id}, &by)
		if err != nil {
			return err
		}
		if used && (in.noun != noun || by != id) {
			return fault.New(fault.Conflict, "conflict.in-use", "noun", string(in.noun), "id", by)
		}
	}
	if noun == directory.Companies {
		if err := tx.freeOfCases(id); err != nil {
			return err
		}
	}
	if t.list != nil {
		if _, err := tx.exec(t.sql.unlist, id); err != nil {
			return err
		}
	}
	for _, gone := range goneWith[noun] {
		if _, err := tx.exec(gone, id); err != nil {
			return err
		}
	}
	was, err := tx.before(noun, id)
	if err != nil {
		return err
	}
	if err := tx.recheckObject(nil, was); err != nil {
		return err
	}
	tx.raise = tx.raise || shelved(noun)
	_, err = tx.exec(t.sql.remove, id)
	return err
}

// goneWith are rows that go with an object.
var goneWith = map[directory.Noun][]*query{directory.Offers: {holdGone}, directory.People: {draftGone, preferenceGone}}

// Export hands over every object of a noun in the order of ids; doc is the
// object as JSON, valid only during the call. Memory stays bounded.
func (tx *Tx) Export(noun directory.Noun, row func(id string, doc []byte) error) error {
	const page = 500
	type pair struct{ id, doc string }
	after := ""
	for {
		var pairs []pair
		err := tx.each(tableOf[noun].sql.export, []any{after, page}, func(rows *sql.Rows) error {
			var p pair
			err := rows.Scan(&p.id, &p.doc)
			pairs = append(pairs, p)
			return err
		})
		if err != nil {
			return err
		}
		for _, p := range pairs {
			if err := row(p.id, []byte(p.doc)); err != nil {
				return err
			}
			after = p.id
		}
		if len(pairs) < page {
			return nil
		}
	}
}

func decode(noun directory.Noun, doc []byte) (any, error) {
	var object any = &directory.Hold{}
	if noun != holdNoun {
		object = directory.New(noun)
	}
	if err := json.Unmarshal(doc, object); err != nil {
		return nil, fmt.Errorf("store: a row of %s: %w", noun, err)
	}
	return object, nil
}
