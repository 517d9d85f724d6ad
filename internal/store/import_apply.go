package store

import (
	"context"
	"strings"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
)

// Plan says what an import will do, noun by noun, in the order of tables.
type Plan []NounPlan

// NounPlan counts what happens to the objects of one noun; the lists hold the
// first ids of each.
type NounPlan struct {
	Noun                              directory.Noun
	Create, Change, Unchanged, Remove int
	Created, Changed, Removed         []string
}

// planIDs is how many ids a plan names of each kind.
const planIDs = 20

// Plan compares the input with what is stored. With prune, stored objects of
// the nouns that the input holds are removed when it does not hold them.
func (im *Import) Plan(ctx context.Context, prune bool) (Plan, error) {
	if err := im.seal(ctx); err != nil {
		return nil, err
	}
	var plan Plan
	err := im.tx(ctx, func(tx *Tx) error {
		plan = nil
		for _, t := range tables {
			if im.staged[t.noun] == 0 {
				continue
			}
			n, err := planOf(tx, staging[t.noun], prune)
			if err != nil {
				return err
			}
			plan = append(plan, n)
		}
		return nil
	})
	return plan, err
}

func planOf(tx *Tx, st *stagingTable, prune bool) (NounPlan, error) {
	n := NounPlan{Noun: st.noun}
	var staged, stored int
	if _, err := tx.one(st.count, nil, &staged, &stored, &n.Change); err != nil {
		return n, err
	}
	n.Create, n.Unchanged = staged-stored, stored-n.Change
	if prune {
		if _, err := tx.one(st.removed, nil, &n.Remove); err != nil {
			return n, err
		}
	}
	for _, ids := range []struct {
		count int
		query *query
		into  *[]string
	}{{n.Create, st.created, &n.Created}, {n.Change, st.changed, &n.Changed}, {n.Remove, st.gone, &n.Removed}} {
		if ids.count == 0 {
			continue
		}
		var err error
		if *ids.into, err = tx.texts(ids.query, planIDs); err != nil {
			return n, err
		}
	}
	return n, nil
}

// Apply makes the input the truth, in one transaction; what did not change
// keeps its version. also, if given, writes in the same transaction (the audit
// entry). Faults: conflict import.duplicate and import.dangling when the input
// is not sound (any more).
func (im *Import) Apply(ctx context.Context, prune bool, also ...func(*Tx) error) error {
	if err := im.sound(ctx); err != nil {
		return err
	}
	return im.tx(ctx, func(tx *Tx) error {
		if err := im.lockOthersOut(tx); err != nil {
			return err
		}
		// Again, because since the check somebody may have deleted what is named.
		missing, err := im.dangling(tx, 1, prune)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			m := missing[0]
			return fault.New(fault.Conflict, "import.dangling", "file", m.File, "line", m.Line, "noun", string(m.Noun), "id", m.ID,
				"field", m.Field, "ref", m.RefID)
		}
		switch held, err := im.onCases(tx, 1, prune); {
		case err != nil:
			return err
		case len(held) > 0:
			return onCases(held[0])
		}
		for _, t := range tables {
			if im.staged[t.noun] == 0 {
				continue
			}
			if err := applyNoun(tx, staging[t.noun], prune); err != nil {
				return err
			}
		}
		for _, f := range also {
			if err := f(tx); err != nil {
				return err
			}
		}
		tx.raise = true
		return tx.finish()
	})
}

func (im *Import) sound(ctx context.Context) error {
	if im.unique {
		return im.seal(ctx)
	}
	clashes, err := im.Duplicates(ctx, 1)
	if err != nil || len(clashes) == 0 {
		return err
	}
	c := clashes[0]
	return fault.New(fault.Conflict, "import.duplicate", "noun", string(c.Noun), "id", c.ID, "file", c.Again.File, "line", c.Again.Line)
}

// lockOthersOut keeps other writers of the directory waiting; readers go on.
// SQLite has one writer anyway.
func (im *Import) lockOthersOut(tx *Tx) error {
	if tx.store.sqlite != nil {
		return nil
	}
	names := make([]string, 0, len(tables))
	for _, t := range tables {
		names = append(names, string(t.noun))
	}
	_, err := tx.exec(onceQuery("LOCK TABLE " + strings.Join(names, ", ") + " IN SHARE ROW EXCLUSIVE MODE"))
	return err
}

func applyNoun(tx *Tx, st *stagingTable, prune bool) error {
	if err := endCredentials(tx, st.noun, prune); err != nil {
		return err
	}
	if st.noun == directory.Offers {
		if err := settleHolds(tx, prune); err != nil {
			return err
		}
	}
	note, err := concerns(tx, st, prune)
	if err != nil {
		return err
	}
	if st.list != nil {
		if _, err := tx.exec(st.unlist); err != nil {
			return err
		}
		if _, err := tx.exec(st.relist); err != nil {
			return err
		}
	}
	if _, err := tx.exec(st.upsert, micros(tx.now)); err != nil {
		return err
	}
	if err := note(); err != nil {
		return err
	}
	if !prune {
		return nil
	}
	if st.list != nil {
		if _, err := tx.exec(st.unlistGone); err != nil {
			return err
		}
	}
	if st.noun == directory.People {
		for _, pruned := range []*query{draftPruned, preferencePruned} {
			if _, err := tx.exec(pruned); err != nil {
				return err
			}
		}
	}
	_, err = tx.exec(st.prune)
	return err
}

// endCredentials runs before the rows change, while both states can be read:
// an import ends the same credentials, with the same commit, as a change of one
// person does.
func endCredentials(tx *Tx, noun directory.Noun, prune bool) error {
	for _, end := range importEnds {
		if end.noun != noun || end.prune && !prune {
			continue
		}
		if _, err := tx.exec(end.query, micros(tx.now)); err != nil {
			return err
		}
	}
	return nil
}

// concerns looks at what an import is going to create, change and remove; note
// says afterwards whose cases are to be looked at.
func concerns(tx *Tx, st *stagingTable, prune bool) (note func() error, err error) {
	if st.noun != directory.Companies && st.noun != directory.Offers && st.noun != directory.Agreements {
		return func() error { return nil }, nil
	}
	lists := []*query{st.changed}
	if st.noun == directory.Agreements { // a new company or offer has no cases yet
		lists = append(lists, st.created)
	}
	if prune {
		lists = append(lists, st.gone)
	}
	var ids []string
	var was []any
	for _, q := range lists {
		some, err := tx.texts(q, mostConcerned+1)
		if err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	for _, id := range ids[:min(len(ids), mostConcerned)] {
		object, err := tx.before(st.noun, id)
		if err != nil {
			return nil, err
		}
		was = append(was, object)
	}
	return func() error { return tx.recheckImport(st, ids, was) }, nil
}
