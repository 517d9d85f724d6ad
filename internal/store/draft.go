package store

import (
	"database/sql"
	"time"
)

// Writer is a person at work for a company: who has changed companies writes
// as somebody else.
type Writer struct{ Company, Person string }

// DraftKey is for whom on a case a draft is meant.
type DraftKey struct {
	Audience string // internal, readers, propose, or a company
	Answers  int64  // the company's own number of what it answers; 0 = nothing
}

// Draft is what a person has typed on a case and not sent yet. Every query of
// it names its writer: nobody else reads it.
type Draft struct {
	DraftKey
	Number string
	Text   string
	Seen   int64 // the version of the case that its writer had read
	Kept   time.Time

	Form    string // of a command that came back: all of it, as JSON
	Stopped string // why it could not go out, in one sentence; "" = it was not tried
}

const draftColumns = "number, audience, answers, seen, kept_at, words, form, stopped"

var (
	draftPut = sqlQuery(`INSERT INTO draft (company, person, ` + draftColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (company, person, number, audience, answers) DO UPDATE SET seen = excluded.seen, kept_at = excluded.kept_at, words = excluded.words,
form = CASE WHEN excluded.form <> '' THEN excluded.form ELSE draft.form END, stopped = CASE WHEN excluded.stopped <> '' THEN excluded.stopped ELSE draft.stopped END`)
	draftDrop = sqlQuery("DELETE FROM draft WHERE company = $1 AND person = $2 AND number = $3 AND audience = $4 AND answers = $5")
	draftsOn  = sqlQuery("SELECT " + draftColumns + " FROM draft WHERE company = $1 AND person = $2 AND number = $3 ORDER BY kept_at DESC, audience, answers")
	draftsOf  = sqlQuery("SELECT " + draftColumns + " FROM draft WHERE company = $1 AND person = $2 ORDER BY kept_at DESC, number, audience, answers LIMIT $3")
	// Whoever comes to have the id of a person that is gone inherits nothing.
	draftGone   = sqlQuery("DELETE FROM draft WHERE person = $1")
	draftPruned = stagingQuery("DELETE FROM draft WHERE NOT EXISTS (SELECT 1 FROM stage_people s WHERE s.id = draft.person)")
)

// KeepDraft keeps a draft in the place of the one for the same readers. What came
// back of a command stays with it until it is sent or thrown away.
func (tx *Tx) KeepDraft(w Writer, d Draft) error {
	_, err := tx.exec(draftPut, w.Company, w.Person, d.Number, d.Audience, d.Answers, d.Seen, micros(tx.now), d.Text, d.Form, d.Stopped)
	return err
}

// DropDraft forgets a draft; there may be none.
func (tx *Tx) DropDraft(w Writer, number string, k DraftKey) error {
	_, err := tx.exec(draftDrop, w.Company, w.Person, number, k.Audience, k.Answers)
	return err
}

// DraftsOn gives a person's drafts on a case, the last first.
func (tx *Tx) DraftsOn(w Writer, number string) ([]Draft, error) {
	return tx.drafts(draftsOn, w.Company, w.Person, number)
}

// DraftsOf gives a person's drafts, the last first.
func (tx *Tx) DraftsOf(w Writer, limit int) ([]Draft, error) {
	return tx.drafts(draftsOf, w.Company, w.Person, limit)
}

func (tx *Tx) drafts(q *query, args ...any) (out []Draft, err error) {
	err = tx.each(q, args, func(rows *sql.Rows) error {
		var d Draft
		var kept int64
		err := rows.Scan(&d.Number, &d.Audience, &d.Answers, &d.Seen, &kept, &d.Text, &d.Form, &d.Stopped)
		d.Kept = fromMicros(kept)
		out = append(out, d)
		return err
	})
	return out, err
}
