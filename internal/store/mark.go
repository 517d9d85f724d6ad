package store

import (
	"slices"
	"strings"
	"time"

	"switchboard/internal/text"
)

// Marks are what a company has put on a case for itself. They stand in the row
// of its lists: no other company has anything of them.
type Marks struct {
	Labels  []string // in the order in which they were set
	Snoozed time.Time
	By      string // who has snoozed it, as ActedBy writes it

	Live    bool  // it is open for the company
	Version int64 // what the company has read of it

	id int64
}

var (
	markRead   = sqlQuery(marksOf)
	markLocked = lockingQuery(marksOf, " FOR UPDATE OF i")
	markSnooze = sqlQuery("UPDATE case_inbox SET snoozed_until = $2, snoozed_by = $3 WHERE id = $1")
	markLabels = sqlQuery("UPDATE case_inbox SET labels = $2 WHERE id = $1")
	labelAdd   = sqlQuery("INSERT INTO case_label (company, fold, id, name) VALUES ($1, $2, $3, $4)")
	labelDrop  = sqlQuery("DELETE FROM case_label WHERE company = $1 AND fold = $2 AND id = $3")
	labelName  = sqlQuery("SELECT name FROM case_label WHERE company = $1 AND fold = $2 ORDER BY id LIMIT 1")
	// From one label to the next in the index, however many cases have each.
	labelNext = sqlQuery("SELECT fold, name FROM case_label WHERE company = $1 AND fold > $2 ORDER BY fold, id LIMIT 1")
)

const marksOf = "SELECT i.id, i.doc, i.labels, i.snoozed_until, i.snoozed_by, i.live FROM cases c JOIN case_inbox i ON i.id >= c.serial * 64 AND i.id < c.serial * 64 + 64 WHERE c.number = $1 AND i.company || '' = $2"

// Marks reads what a company has marked a case with. Nothing, where the case is
// not in its lists.
func (tx *Tx) Marks(company, number string) (Marks, error) {
	return tx.marks(markRead, company, number)
}

// LockMarks is Marks for who changes them: until the commit nobody else does, and
// no command moves the row.
func (tx *Tx) LockMarks(company, number string) (Marks, error) {
	return tx.marks(markLocked, company, number)
}

func (tx *Tx) marks(q *query, company, number string) (m Marks, err error) {
	row := rowText{number: number}
	found, err := tx.one(q, []any{number, company}, &m.id, &row.doc, &row.labels, &row.snoozed, &m.By, &m.Live)
	if err != nil || !found {
		return Marks{}, err
	}
	listed, err := row.read()
	m.Labels, m.Snoozed, m.Version = listed.Labels, listed.Snoozed, listed.Version
	return m, err
}

// Snooze puts a case aside for a company until an instant; zero wakes it up.
func (tx *Tx) Snooze(m Marks, until time.Time, by string) error {
	_, err := tx.exec(markSnooze, m.id, micros(until), by)
	return err
}

// SetLabels gives a case other labels in the place of those that it has. Each is
// one in its folded form.
func (tx *Tx) SetLabels(company string, m Marks, labels []string) error {
	for _, name := range m.Labels {
		if !HasLabel(labels, name) {
			if _, err := tx.exec(labelDrop, company, text.Fold(name), m.id); err != nil {
				return err
			}
		}
	}
	for _, name := range labels {
		if !HasLabel(m.Labels, name) {
			if err := tx.put(labelAdd, company, text.Fold(name), m.id, name); err != nil {
				return err
			}
		}
	}
	_, err := tx.exec(markLabels, m.id, strings.Join(labels, itemEnd))
	return err
}

// HasLabel finds a label among others, however it is written.
func HasLabel(labels []string, name string) bool {
	return slices.ContainsFunc(labels, func(other string) bool { return text.Fold(other) == text.Fold(name) })
}

func readLabels(column string) []string {
	if column == "" {
		return nil
	}
	return strings.Split(column, itemEnd)
}

// LabelAs is how a company writes a label by now; as it is given, where it has
// none of that name.
func (tx *Tx) LabelAs(company, name string) (string, error) {
	known := name
	_, err := tx.one(labelName, []any{company, text.Fold(name)}, &known)
	return known, err
}

// Labels are those that a company uses, in the order of their folded names.
func (tx *Tx) Labels(company string, limit int) (out []string, err error) {
	for after := ""; len(out) < limit; {
		var name string
		found, err := tx.one(labelNext, []any{company, after}, &after, &name)
		if err != nil || !found {
			return out, err
		}
		out = append(out, name)
	}
	return out, nil
}

var (
	preferenceRead = sqlQuery("SELECT value FROM preference WHERE person = $1 AND name = $2")
	preferencePut  = sqlQuery("INSERT INTO preference (person, name, value) VALUES ($1, $2, $3) ON CONFLICT (person, name) DO UPDATE SET value = excluded.value")
	// As with drafts: whoever comes to have the id of a person inherits nothing.
	preferenceGone   = sqlQuery("DELETE FROM preference WHERE person = $1")
	preferencePruned = stagingQuery("DELETE FROM preference WHERE NOT EXISTS (SELECT 1 FROM stage_people s WHERE s.id = preference.person)")
)

// Preference is what a person has chosen, "" = nothing.
func (tx *Tx) Preference(person, name string) (value string, err error) {
	_, err = tx.one(preferenceRead, []any{person, name}, &value)
	return value, err
}

// Prefer keeps what a person has chosen.
func (tx *Tx) Prefer(person, name, value string) error {
	return tx.put(preferencePut, person, name, value)
}
