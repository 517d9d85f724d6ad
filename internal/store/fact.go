package store

import (
	"database/sql"
	"fmt"
	"math"
	"strings"
	"time"

	"switchboard/internal/casework"
)

// The id of a fact is the serial of its case, the kind, a place among those of
// the kind, and the bit of the company.
const (
	factBits  = 30
	factKinds = 28
	// FactColumns are the columns of case_fact in which a fact stands, and its id.
	FactColumns = "company, number, kind, since, till, who, whom, what, took, id"
)

// factOpen is the kind of a stretch that goes on.
const factOpen = "open"

// lengths are the kinds of the stretches that are over, each by its longest. What
// touches a week has ended in it, or no later than its own longest after it.
var lengths = []struct {
	kind    string
	longest int64
}{
	{"held-1", micro(24 * time.Hour)}, {"held-2", micro(8 * 24 * time.Hour)}, {"held-3", micro(64 * 24 * time.Hour)}, {"held-4", micro(512 * 24 * time.Hour)},
	{"held-5", math.MaxInt64 / 4},
}

func micro(d time.Duration) int64 { return d.Microseconds() }

// byLength is the kind of a stretch between two expressions.
func byLength(since, till string) string {
	var b strings.Builder
	b.WriteString("CASE")
	for _, l := range lengths[:len(lengths)-1] {
		fmt.Fprintf(&b, " WHEN %s - %s <= %d THEN '%s'", till, since, l.longest, l.kind)
	}
	return b.String() + " ELSE '" + lengths[len(lengths)-1].kind + "' END"
}

var (
	factAdd = sqlQuery("INSERT INTO case_fact (" + FactColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
	factEnd = sqlQuery("UPDATE case_fact SET till = $4, kind = " + byLength("since", "CAST($4 AS BIGINT)") +
		" WHERE id >= $1 AND id < $2 AND company || '' = $3 AND kind || '' = '" + factOpen + "'")
	factDrop = sqlQuery("DELETE FROM case_fact WHERE id >= $1 AND id < $2")
	factCase = sqlQuery("SELECT company, number, kind, since, till, who, whom, what, took, id FROM case_fact WHERE id >= $1 AND id < $2 ORDER BY id")

	factHeld = heldQuery()
	factSome = sqlQuery("SELECT company, number, kind, since, till, who, whom, what, took, id FROM case_fact WHERE company = $1 AND kind = $2 AND till >= $3 AND till < $4 ORDER BY id")

	factsDue    = sqlQuery("SELECT number, " + triesOf(JobFacts, "fact_due.number") + " FROM fact_due WHERE NOT " + waits(JobFacts, "fact_due.number") + " ORDER BY number LIMIT $3")
	factsLock   = lockingQuery("SELECT serial FROM cases WHERE number = $1", " FOR UPDATE")
	factsForget = sqlQuery("DELETE FROM case_fact")
	factsMark   = sqlQuery("INSERT INTO fact_due (number) SELECT number FROM cases WHERE TRUE ON CONFLICT (number) DO NOTHING")
	factsDone   = sqlQuery("DELETE FROM fact_due WHERE number = $1")
	factDue     = sqlQuery("SELECT number FROM fact_due WHERE number = $1")
	factsUnread = sqlQuery("SELECT count(*) FROM (SELECT number FROM fact_due LIMIT 1) AS capped")
)

// heldQuery asks for the stretches of a company, $1, that touch the time from $2
// to $3: those of each length by the piece of the index that can hold them.
func heldQuery() *query {
	const columns = "SELECT company, number, kind, since, till, who, whom, what, took, id FROM case_fact WHERE company = $1 AND kind = "
	arms := []string{columns + "'" + factOpen + "' AND till = " + fmt.Sprint(int64(math.MaxInt64)) + " AND since < $3"}
	for _, l := range lengths {
		arms = append(arms, fmt.Sprintf("%s'%s' AND till > $2 AND till < $3 + %d AND since < $3", columns, l.kind, l.longest))
	}
	return sqlQuery(strings.Join(arms, " UNION ALL ") + " ORDER BY 10")
}

// factRows are the values of the facts that begin, and what they end.
type factRows struct {
	adds []placed
	ends []casework.Fact
}

func factRowsOf(c *casework.Case, facts []casework.Fact) (r factRows) {
	for _, f := range facts {
		if f.Ends {
			r.ends = append(r.ends, f)
			continue
		}
		values, place := FactRow(c, f)
		r.adds = append(r.adds, placed{values, place})
	}
	return r
}

// FactRow are the values of FactColumns but the id, and the place among the rows
// of its case.
func FactRow(c *casework.Case, f casework.Fact) (values []any, place int64) {
	company, kind, till := c.Parties[f.Bit].Company, string(f.Kind), int64(math.MaxInt64)
	if !f.To.IsZero() {
		till = micros(f.To)
	}
	if f.Kind == casework.FactHeld {
		kind = heldKind(f)
	}
	values = []any{company, c.Number, kind, micros(f.From), till, f.Who, f.Whom, f.What, f.Took.Microseconds()}
	return values, factPart(f.Kind)<<factKinds | f.Place<<partyBits | int64(f.Bit)
}

func heldKind(f casework.Fact) string {
	if f.To.IsZero() {
		return factOpen
	}
	for _, l := range lengths {
		if micro(f.To.Sub(f.From)) <= l.longest {
			return l.kind
		}
	}
	return lengths[len(lengths)-1].kind
}

// factPart is the part of the ids that a kind has for itself.
func factPart(kind casework.FactKind) int64 {
	switch kind {
	case casework.FactHeld:
		return 0
	case casework.FactReplied:
		return 2
	case casework.FactMissed:
		return 3
	}
	return 1 // an event is of one kind
}

func (tx *Tx) putFacts(c casesFacts, serial int64) error {
	begin := serial << factBits
	for _, f := range c.rows.ends {
		if err := tx.put(factEnd, begin, begin+1<<factKinds, c.companies[f.Bit], micros(f.To)); err != nil {
			return err
		}
	}
	return tx.putPlaced(factAdd, c.rows.adds, begin)
}

// casesFacts are the facts that a command adds, and the companies by their bits.
type casesFacts struct {
	rows      factRows
	companies []string
}

func casesFactsOf(c *casework.Case, facts []casework.Fact) casesFacts {
	out := casesFacts{rows: factRowsOf(c, facts)}
	for _, p := range c.Parties {
		out.companies = append(out.companies, p.Company)
	}
	return out
}

// CaseFact is a fact as the reports of a company read it.
type CaseFact struct {
	Case string
	casework.Fact
}

// Held gives the stretches of a company's cases that touch a span of time, one
// after the other, those of a case together. What goes on has no To.
func (tx *Tx) Held(company string, from, until time.Time, visit func(CaseFact)) error {
	return tx.eachFact(factHeld, []any{company, micros(from), micros(until)}, visit)
}

// FactsIn gives what happened to a company's cases in a span of time.
func (tx *Tx) FactsIn(company string, kind casework.FactKind, from, until time.Time, visit func(CaseFact)) error {
	return tx.eachFact(factSome, []any{company, string(kind), micros(from), micros(until)}, visit)
}

func (tx *Tx) eachFact(q *query, args []any, visit func(CaseFact)) error {
	return tx.each(q, args, func(rows *sql.Rows) error {
		_, f, err := scanFact(rows)
		if err == nil {
			visit(f)
		}
		return err
	})
}

func scanFact(rows *sql.Rows) (company string, f CaseFact, err error) {
	var kind string
	var since, till, took, id int64
	err = rows.Scan(&company, &f.Case, &kind, &since, &till, &f.Who, &f.Whom, &f.What, &took, &id)
	if f.Kind = casework.FactKind(kind); kind == factOpen || strings.HasPrefix(kind, "held") {
		f.Kind = casework.FactHeld
	}
	f.Bit, f.Place = int(id&(1<<partyBits-1)), id&(1<<factKinds-1)>>partyBits
	f.From, f.Took = fromMicros(since), time.Duration(took)*time.Microsecond
	if till != math.MaxInt64 {
		f.To = fromMicros(till)
	}
	return company, f, err
}

// DueFacts lists the cases that were written before there were reports.
func (tx *Tx) DueFacts(limit int) ([]Piece, error) { return tx.pieces(factsDue, tx.waiting(limit)...) }

// FactsWhole tells whether every case is in the reports.
func (tx *Tx) FactsWhole() (bool, error) {
	var n int
	_, err := tx.one(factsUnread, nil, &n)
	return n == 0, err
}

// ReadFacts writes the facts of a case anew from its events. Until the commit
// nobody else writes the case.
func (tx *Tx) ReadFacts(number string) error {
	var serial int64
	if found, err := tx.one(factsLock, []any{number}, &serial); err != nil || !found {
		return err
	}
	c, facts, err := tx.retold(number)
	if err != nil {
		return err
	}
	if _, err := tx.exec(factDrop, serial<<factBits, (serial+1)<<factBits); err != nil {
		return err
	}
	if err := tx.putFacts(casesFactsOf(c, facts), serial); err != nil {
		return err
	}
	_, err = tx.exec(factsDone, number)
	return err
}

// ForgetFacts has all cases read anew by the job.
func (tx *Tx) ForgetFacts() error {
	for _, q := range []*query{factsForget, factsMark} {
		if _, err := tx.exec(q); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) retold(number string) (*casework.Case, []casework.Fact, error) {
	events, err := tx.CaseEvents(number, 0)
	if err != nil {
		return nil, nil, err
	}
	c, err := casework.Fold(events)
	if err != nil {
		return nil, nil, err
	}
	facts, err := casework.FactsOf(nil, events)
	return c, facts, err
}
