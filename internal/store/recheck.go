package store

import (
	"database/sql"
	"math"
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// Everybody is the company of a change that concerns all cases.
const Everybody = "*"

const (
	// mostConcerned is up to how many changed objects of an import are looked at
	// one by one; after more of them all cases are.
	mostConcerned = 500
	recheckPage   = 500
)

var (
	recheckAdd = sqlQuery("INSERT INTO recheck (company, after) VALUES ($1, '') ON CONFLICT (company) DO UPDATE SET after = ''")
	recheckDue = sqlQuery("SELECT company, " + triesOf(JobRecheck, "recheck.company") + " FROM recheck WHERE NOT " +
		waits(JobRecheck, "recheck.company") + " ORDER BY company LIMIT $3")
	recheckRead = lockingQuery("SELECT after FROM recheck WHERE company = $1", " FOR UPDATE")
	recheckMove = sqlQuery("UPDATE recheck SET after = $2 WHERE company = $1")
	recheckDone = sqlQuery("DELETE FROM recheck WHERE company = $1")

	markPage   = sqlQuery("SELECT opened_at, number FROM case_inbox WHERE company = $1 AND live AND (opened_at, number) > ($2, $3) ORDER BY opened_at, number LIMIT $4")
	markSome   = sqlQuery("UPDATE cases SET due_at = 1 WHERE number IN (SELECT number FROM case_inbox WHERE company = $1 AND live AND (opened_at, number) > ($2, $3) AND (opened_at, number) <= ($4, $5))")
	markAllEnd = sqlQuery("SELECT coalesce(max(number), ''), count(*) FROM (SELECT number FROM cases WHERE number > $1 ORDER BY number LIMIT $2) page")
	markAll    = sqlQuery("UPDATE cases SET due_at = 1 WHERE number > $1 AND number <= $2")
)

// concerned are the companies whose hours or promises an object of the
// directory says something of.
func concerned(object any) []string {
	switch o := object.(type) {
	case *wire.Company:
		return []string{o.ID}
	case *wire.Offer:
		return []string{o.Publisher}
	case *wire.Agreement:
		if o.Kind == wire.OperatorTerms {
			return []string{Everybody}
		}
		return []string{o.Publisher, o.Partner, o.Provider, o.Reseller}
	}
	return nil
}

// Recheck notes that the clocks of companies' live cases are to be counted
// anew. One row says it, however many cases there are.
func (tx *Tx) Recheck(companies ...string) error {
	slices.Sort(companies) // in one order: two transactions may write the same rows
	for _, company := range slices.Compact(companies) {
		if company == "" {
			continue
		}
		if _, err := tx.exec(recheckAdd, company); err != nil {
			return err
		}
	}
	return nil
}

// recheckObject is Recheck for an object as it is now and as it was.
func (tx *Tx) recheckObject(now, was any) error {
	return tx.Recheck(append(slices.Clone(concerned(now)), concerned(was)...)...)
}

// before is an object as it stands, if a change of it concerns cases.
func (tx *Tx) before(noun directory.Noun, id string) (any, error) {
	if noun != directory.Companies && noun != directory.Offers && noun != directory.Agreements {
		return nil, nil
	}
	object, _, err := tx.Get(noun, id)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return object, err
}

// DueRechecks lists the companies whose cases are to be marked.
func (tx *Tx) DueRechecks(limit int) ([]Piece, error) {
	return tx.pieces(recheckDue, tx.waiting(limit)...)
}

// MarkCases has the timer look at the next page of a company's live cases; the
// last page ends it, unless the directory has changed again meanwhile.
func (tx *Tx) MarkCases(company string) error {
	var after string
	if found, err := tx.one(recheckRead, []any{company}, &after); err != nil || !found {
		return err
	}
	mark := tx.markOwn
	if company == Everybody {
		mark = tx.markAll
	}
	last, count, err := mark(company, after)
	if err != nil {
		return err
	}
	if count < recheckPage {
		_, err := tx.exec(recheckDone, company)
		return err
	}
	_, err = tx.exec(recheckMove, company, last)
	return err
}

// markAll marks a page of all cases, in the order of their numbers.
func (tx *Tx) markAll(_, after string) (last string, count int, err error) {
	if _, err := tx.one(markAllEnd, []any{after, recheckPage}, &last, &count); err != nil || count == 0 {
		return last, count, err
	}
	_, err = tx.exec(markAll, after, last)
	return last, count, err
}

// markOwn marks a page of a company's live cases, in the order in which they were
// opened; after is the instant and the number of the last one.
func (tx *Tx) markOwn(company, after string) (last string, count int, err error) {
	opened, number := openedPlace(after)
	lastOpened, lastNumber := opened, number
	err = tx.each(markPage, []any{company, opened, number, recheckPage}, func(rows *sql.Rows) error {
		count++
		return rows.Scan(&lastOpened, &lastNumber)
	})
	if err != nil || count == 0 {
		return after, count, err
	}
	_, err = tx.exec(markSome, company, opened, number, lastOpened, lastNumber)
	return strconv.FormatInt(lastOpened, 10) + " " + lastNumber, count, err
}

// openedPlace reads a place of markOwn. What an older program has left, or
// nothing, is the beginning: marking a case twice does no harm.
func openedPlace(after string) (opened int64, number string) {
	at, number, _ := strings.Cut(after, " ")
	opened, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return math.MinInt64, ""
	}
	return opened, number
}

// recheckImport notes whom an import concerns: it runs when the staged objects
// have been taken in and before what is left out is removed. was are those
// that were changed or are removed, as they stood before.
func (tx *Tx) recheckImport(st *stagingTable, changed []string, was []any) error {
	if len(changed) > mostConcerned {
		return tx.Recheck(Everybody)
	}
	for _, object := range was {
		if err := tx.recheckObject(nil, object); err != nil {
			return err
		}
	}
	for _, id := range changed {
		object, err := tx.before(st.noun, id)
		if err != nil {
			return err
		}
		if err := tx.recheckObject(object, nil); err != nil {
			return err
		}
	}
	return nil
}
