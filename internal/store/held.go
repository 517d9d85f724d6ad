package store

import (
	"context"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
)

var onLiveCase = sqlQuery("SELECT company FROM case_inbox WHERE company = $1 AND live LIMIT 1")

// onCases refuses a company that takes part in live cases. Of how many, and which,
// is told to nobody: who removes it need not be on them.
func onCases(company string) error {
	return fault.New(fault.Conflict, "conflict.company-on-cases", "company", company)
}

// freeOfCases: a case never loses a reader, and least of all its owner
// (invariants 1 and 4).
func (tx *Tx) freeOfCases(company string) error {
	found, err := tx.texts(onLiveCase, company)
	if err == nil && len(found) > 0 {
		err = onCases(company)
	}
	return err
}

// OnCases lists the companies that a pruning import would remove although they
// take part in live cases, at most limit.
func (im *Import) OnCases(ctx context.Context, limit int, prune bool) (out []string, err error) {
	if err := im.seal(ctx); err != nil {
		return nil, err
	}
	err = im.tx(ctx, func(tx *Tx) error {
		out, err = im.onCases(tx, limit, prune)
		return err
	})
	return out, err
}

func (im *Import) onCases(tx *Tx, limit int, prune bool) ([]string, error) {
	if !prune || im.staged[directory.Companies] == 0 {
		return nil, nil
	}
	return tx.texts(staging[directory.Companies].onCases, limit)
}
