package store

import (
	"context"
	"database/sql"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
)

var liveCases = sqlQuery("SELECT count(*) FROM case_inbox WHERE company = $1 AND live")

// Held is a company that takes part in live cases.
type Held struct {
	Company string
	Cases   int
}

type held []Held

func (h held) fault() error {
	if len(h) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "conflict.company-on-cases", "company", h[0].Company, "n", h[0].Cases)
}

// freeOfCases refuses a company that takes part in live cases: a case never
// loses a reader, and least of all its owner (invariants 1 and 4).
func (tx *Tx) freeOfCases(company string) error {
	h := Held{Company: company}
	if _, err := tx.one(liveCases, []any{company}, &h.Cases); err != nil || h.Cases == 0 {
		return err
	}
	return held{h}.fault()
}

// OnCases lists the companies that a pruning import would remove although they
// take part in live cases, at most limit.
func (im *Import) OnCases(ctx context.Context, limit int, prune bool) (out []Held, err error) {
	if err := im.seal(ctx); err != nil {
		return nil, err
	}
	err = im.tx(ctx, func(tx *Tx) error {
		out, err = im.onCases(tx, limit, prune)
		return err
	})
	return out, err
}

func (im *Import) onCases(tx *Tx, limit int, prune bool) (out held, err error) {
	if !prune || im.staged[directory.Companies] == 0 {
		return nil, nil
	}
	err = tx.each(staging[directory.Companies].onCases, []any{limit}, func(rows *sql.Rows) error {
		var h Held
		err := rows.Scan(&h.Company, &h.Cases)
		out = append(out, h)
		return err
	})
	return out, err
}
