package store

import "database/sql"

// SavedView is a query with a name. Every query of it names its reader: it is of
// one person, or, shared, of a company.
type SavedView struct {
	ID, Name, Query string
	Person          string // who made it; "" = a person who is gone
	Shared          bool
	Place, Version  int64
}

const savedColumns = "id, person, shared, place, version, name, query"

var (
	savedPut = sqlQuery(`INSERT INTO saved_view (company, changed_at, ` + savedColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (company, id) DO UPDATE SET changed_at = excluded.changed_at, shared = excluded.shared, place = excluded.place, version = excluded.version,
name = excluded.name, query = excluded.query`)
	savedPlace = sqlQuery("UPDATE saved_view SET place = $3 WHERE company = $1 AND id = $2")
	savedDrop  = sqlQuery("DELETE FROM saved_view WHERE company = $1 AND id = $2")
	savedList  = sqlQuery("SELECT " + savedColumns + ` FROM saved_view WHERE company = $1 AND (shared OR person = $2 AND person <> '')
ORDER BY shared, place, id`)
	// What was one person's goes with the person; what the company has stays, and
	// whoever comes to have the id is not its maker.
	savedGone   = sqlQuery("DELETE FROM saved_view WHERE person = $1 AND NOT shared")
	savedLeft   = sqlQuery("UPDATE saved_view SET person = '' WHERE person = $1")
	savedPruned = []*query{
		stagingQuery("DELETE FROM saved_view WHERE NOT shared AND NOT EXISTS (SELECT 1 FROM stage_people s WHERE s.id = saved_view.person)"),
		stagingQuery("UPDATE saved_view SET person = '' WHERE NOT EXISTS (SELECT 1 FROM stage_people s WHERE s.id = saved_view.person)"),
	}
	savedOfCompany = sqlQuery("DELETE FROM saved_view WHERE company = $1")
)

// PutSavedView keeps a view in the place of the one with its id.
func (tx *Tx) PutSavedView(company string, v SavedView) error {
	_, err := tx.exec(savedPut, company, micros(tx.now), v.ID, v.Person, v.Shared, v.Place, v.Version, v.Name, v.Query)
	return err
}

// PlaceSavedView moves a view within its list.
func (tx *Tx) PlaceSavedView(company, id string, place int64) error {
	_, err := tx.exec(savedPlace, company, id, place)
	return err
}

// DropSavedView forgets a view; there may be none.
func (tx *Tx) DropSavedView(company, id string) error {
	_, err := tx.exec(savedDrop, company, id)
	return err
}

// SavedViews gives a person's own views and those shared in its company, each in
// their order.
func (tx *Tx) SavedViews(w Writer) (out []SavedView, err error) {
	err = tx.each(savedList, []any{w.Company, w.Person}, func(rows *sql.Rows) error {
		var v SavedView
		err := rows.Scan(&v.ID, &v.Person, &v.Shared, &v.Place, &v.Version, &v.Name, &v.Query)
		out = append(out, v)
		return err
	})
	return out, err
}
