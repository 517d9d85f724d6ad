package app

import (
	"cmp"
	"slices"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/query"
	"switchboard/internal/store"
	"switchboard/wire"
)

// fillFigures counts a week and the one before it.
func (r *reporter) fillFigures() error {
	now, err := r.figures(r.week)
	if err != nil {
		return err
	}
	before, err := r.figures(r.week.before())
	if err != nil {
		return err
	}
	for i := range now {
		now[i].Before = before[i].Value
	}
	late := wire.Figure{Key: "late", Unit: "cases", Query: "is:late -is:test sort:due"} // now, whichever week is read
	n, err := r.count(late.Query)
	late.Value = &n
	r.out.Figures = append(now, late)
	return err
}

func (r *reporter) figures(w week) ([]wire.Figure, error) {
	opened := wire.Figure{Key: "opened", Unit: "cases", Query: "opened:>=" + w.from.Format(time.DateOnly) + " opened:<" + w.until.Format(time.DateOnly) + " -is:test"}
	n, err := r.count(opened.Query)
	if err != nil {
		return nil, err
	}
	opened.Value = &n
	out := []wire.Figure{opened}
	for _, f := range []struct {
		key, unit string
		kind      casework.FactKind
	}{{"closed", "cases", casework.FactClosed}, {"declined", "handoffs", casework.FactDeclined}, {"asked", "handoffs", casework.FactAsked}} {
		figure, err := r.happened(w, f.kind)
		if err != nil {
			return nil, err
		}
		figure.Key, figure.Unit = f.key, f.unit
		out = append(out, figure)
	}
	replies, err := r.replies(w)
	if err != nil {
		return nil, err
	}
	own := replies[r.actor.Company]
	if own == nil {
		own = new(replied)
	}
	return append(out, own.inTime(), own.median()), nil
}

func (r *reporter) count(words string) (n int64, err error) {
	q, err := asked(words)
	if err != nil {
		return 0, err
	}
	err = r.eachCase(q, func(store.Listed) { n++ })
	return n, err
}

// happened counts what happened in a week: a case that was closed twice is one.
func (r *reporter) happened(w week, kind casework.FactKind) (wire.Figure, error) {
	var n int64
	cases := perCase{}
	err := r.tx.FactsIn(r.actor.Company, kind, w.from, w.until, func(f store.CaseFact) {
		cases.add(f.Case, 1)
		n++
	})
	if cases.end(); kind == casework.FactClosed {
		n = int64(cases.all)
	}
	return wire.Figure{Value: &n, Query: cases.query()}, err
}

// perCase adds up what follows one after the other, case by case.
type perCase struct {
	heavy
	number string
	sum    int64
}

func (b *perCase) add(number string, weight int64) {
	if number != b.number {
		b.end()
		b.number = number
	}
	b.sum += weight
}

// end closes the last case.
func (b *perCase) end() {
	if b.number != "" {
		b.heavy.add(b.number, b.sum)
	}
	b.number, b.sum = "", 0
}

// replied are the first responses that one company owed.
type replied struct {
	took             []time.Duration
	met, late, other int
	cases            perCase
}

// lateWeight puts the cases that were late before all others.
const lateWeight = 1 << 40

func (r *reporter) replies(w week) (map[string]*replied, error) {
	out := map[string]*replied{}
	err := r.tx.FactsIn(r.actor.Company, casework.FactReplied, w.from, w.until, func(f store.CaseFact) {
		c := out[f.Who]
		if c == nil {
			c = new(replied)
			out[f.Who] = c
		}
		weight := int64(f.Took / time.Second)
		switch casework.Verdict(f.What) {
		case casework.ClockMet:
			c.met++
		case casework.ClockMissed:
			c.late++
			weight += lateWeight
		default:
			c.other++
		}
		c.took = append(c.took, f.Took)
		c.cases.add(f.Case, weight)
	})
	for _, c := range out {
		slices.Sort(c.took)
		c.cases.end()
	}
	return out, err
}

// share of those with a deadline that were in time; nil when none had one.
func (c *replied) share() *int {
	if c.met+c.late == 0 {
		return nil
	}
	percent := c.met * 100 / (c.met + c.late)
	return &percent
}

// at is the shortest time that so many percent took no longer than.
func (c *replied) at(percent int) int64 {
	if len(c.took) == 0 {
		return 0
	}
	return int64(c.took[(len(c.took)*percent+99)/100-1] / time.Second)
}

func (c *replied) inTime() wire.Figure {
	f := wire.Figure{Key: "replied-in-time", Unit: "percent", Query: c.cases.query()}
	if share := c.share(); share != nil {
		percent := int64(*share)
		f.Value = &percent
	}
	return f
}

func (c *replied) median() wire.Figure {
	f := wire.Figure{Key: "reply-median", Unit: "seconds", Query: c.cases.query()}
	if median := c.at(50); len(c.took) > 0 {
		f.Value = &median
	}
	return f
}

func (r *reporter) fillReplies() error {
	r.out.Replies = []wire.Replies{}
	all, err := r.replies(r.week)
	if err != nil {
		return err
	}
	for id, c := range all {
		party, err := r.party(id)
		if err != nil {
			return err
		}
		r.out.Replies = append(r.out.Replies, wire.Replies{Party: party, Count: len(c.took), InTime: c.met, Late: c.late, Percent: c.share(), Median: c.at(50), P90: c.at(90), Query: c.cases.query()})
	}
	slices.SortFunc(r.out.Replies, func(a, b wire.Replies) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Company, b.Company)) })
	return nil
}

// fillBounces: between which two companies handoffs came back or had to be asked
// about.
func (r *reporter) fillBounces() error {
	type pair struct{ by, from string }
	type bounced struct {
		wire.Bounces
		cases map[string]int64
	}
	pairs := map[pair]*bounced{}
	for _, kind := range []casework.FactKind{casework.FactDeclined, casework.FactAsked} {
		err := r.tx.FactsIn(r.actor.Company, kind, r.week.from, r.week.until, func(f store.CaseFact) {
			b := pairs[pair{f.Who, f.Whom}]
			if b == nil {
				b = &bounced{wire.Bounces{Reasons: map[string]int{}}, map[string]int64{}}
				pairs[pair{f.Who, f.Whom}] = b
			}
			b.cases[f.Case]++
			switch {
			case kind == casework.FactAsked:
				b.Asked++
			case f.What != "":
				b.Reasons[f.What]++
				fallthrough
			default:
				b.Declined++
			}
		})
		if err != nil {
			return err
		}
	}
	r.out.Bounces = []wire.Bounces{}
	for p, b := range pairs {
		var err error
		if b.By, err = r.party(p.by); err != nil {
			return err
		}
		if b.From, err = r.party(p.from); err != nil {
			return err
		}
		var h heavy
		for number, n := range b.cases {
			h.add(number, n)
		}
		slices.Sort(h.cases)
		b.Cases, b.Query = h.all, h.query()
		r.out.Bounces = append(r.out.Bounces, b.Bounces)
	}
	slices.SortFunc(r.out.Bounces, func(a, b wire.Bounces) int {
		return cmp.Or(b.Declined-a.Declined, b.Asked-a.Asked, cmp.Compare(a.By.Company, b.By.Company), cmp.Compare(a.From.Company, b.From.Company))
	})
	return nil
}

// fillLate: what is late now, by whose turn it is.
func (r *reporter) fillLate() error {
	r.out.Late = []wire.LateWith{}
	most := map[string]*wire.LateWith{}
	q, err := asked("is:late -is:test sort:due")
	if err != nil {
		return err
	}
	err = r.eachCase(q, func(row store.Listed) {
		l := most[row.With]
		if l == nil {
			l = &wire.LateWith{Most: int64(r.as.Now.Sub(row.Due) / time.Second), Query: late(row.With)} // the latest comes first
			most[row.With] = l
		}
		l.Cases++
	})
	for id, l := range most {
		var e error
		if l.Party, e = r.party(id); e != nil {
			return e
		}
		r.out.Late = append(r.out.Late, *l)
	}
	slices.SortFunc(r.out.Late, func(a, b wire.LateWith) int { return cmp.Or(b.Cases-a.Cases, cmp.Compare(a.Company, b.Company)) })
	return err
}

// late asks for the late cases with a company, whatever it is called.
func late(company string) string {
	with := query.Term{Field: query.With, Any: []query.Value{query.Name(company)}}
	return with.String() + " is:late -is:test sort:due"
}
