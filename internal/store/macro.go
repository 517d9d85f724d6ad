package store

import (
	"database/sql"
	"encoding/json"
)

// Macro is what a company often writes.
type Macro struct {
	ID, Name, Audience, After string
	Text                      map[string]string // by language
	Version                   int64
}

const macroColumns = "id, audience, afterwards, version, name, words"

var (
	macroPut = sqlQuery(`INSERT INTO macro (company, changed_at, ` + macroColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (company, id) DO UPDATE SET changed_at = excluded.changed_at, audience = excluded.audience, afterwards = excluded.afterwards,
version = excluded.version, name = excluded.name, words = excluded.words`)
	macroDrop      = sqlQuery("DELETE FROM macro WHERE company = $1 AND id = $2")
	macroList      = sqlQuery("SELECT " + macroColumns + " FROM macro WHERE company = $1 ORDER BY id")
	macroOfCompany = sqlQuery("DELETE FROM macro WHERE company = $1")
	// After an import without some companies: nothing of theirs waits for whoever
	// comes to have the id.
	deskPruned = []*query{
		stagingQuery("DELETE FROM saved_view WHERE NOT EXISTS (SELECT 1 FROM stage_companies s WHERE s.id = saved_view.company)"),
		stagingQuery("DELETE FROM macro WHERE NOT EXISTS (SELECT 1 FROM stage_companies s WHERE s.id = macro.company)"),
	}
)

// PutMacro keeps a macro in the place of the one with its id.
func (tx *Tx) PutMacro(company string, m Macro) error {
	words, err := json.Marshal(m.Text)
	if err != nil {
		return err
	}
	_, err = tx.exec(macroPut, company, micros(tx.now), m.ID, m.Audience, m.After, m.Version, m.Name, string(words))
	return err
}

// DropMacro forgets a macro; there may be none.
func (tx *Tx) DropMacro(company, id string) error {
	_, err := tx.exec(macroDrop, company, id)
	return err
}

// Macros gives those of a company.
func (tx *Tx) Macros(company string) (out []Macro, err error) {
	err = tx.each(macroList, []any{company}, func(rows *sql.Rows) error {
		var m Macro
		var words string
		if err := rows.Scan(&m.ID, &m.Audience, &m.After, &m.Version, &m.Name, &words); err != nil {
			return err
		}
		out = append(out, m)
		return json.Unmarshal([]byte(words), &out[len(out)-1].Text)
	})
	return out, err
}
