package app

import (
	"cmp"
	"slices"
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/query"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

// timeWith is what one company had of a week.
type timeWith struct {
	turn, owned time.Duration
	spans       []calendar.Span // of what it owned
	cases       perCase
}

// fillTime: where the time went. Whose turn it was and who owned the case are
// two things: an offer waits for its receiver while its sender owns the case, a
// question for the customer.
func (r *reporter) fillTime() error {
	with, err := r.timeOf(r.week)
	if err != nil {
		return err
	}
	var all time.Duration
	for _, t := range with {
		all += t.turn
	}
	r.out.Time = []wire.TimeWith{}
	for id, t := range with {
		line := wire.TimeWith{Turn: int64(t.turn / time.Second), Share: percentOf(t.turn, all), Owned: int64(t.owned / time.Second), Cases: t.cases.all, Query: t.cases.query()}
		if line.Party, err = r.party(id); err != nil {
			return err
		}
		if c := r.names.known[id]; c.Support != nil {
			line.Business = worked(directory.ProfileCalendar(c, c.Support), t.spans)
		}
		r.out.Time = append(r.out.Time, line)
	}
	slices.SortFunc(r.out.Time, func(a, b wire.TimeWith) int {
		return cmp.Or(cmp.Compare(b.Turn, a.Turn), cmp.Compare(b.Owned, a.Owned), cmp.Compare(a.Company, b.Company))
	})
	return nil
}

// timeOf reads the stretches that touch a week, each as far as it lies in it.
func (r *reporter) timeOf(w week) (map[string]*timeWith, error) {
	out, end := map[string]*timeWith{}, r.end(w)
	of := func(company string) *timeWith {
		if out[company] == nil {
			out[company] = new(timeWith)
		}
		return out[company]
	}
	err := r.tx.Held(r.actor.Company, w.from, end, func(f store.CaseFact) {
		span := clipped(f.Fact, w.from, end)
		length := span.To.Sub(span.From)
		if length <= 0 {
			return
		}
		owner, turn := of(f.Who), of(f.Whom)
		owner.owned += length
		owner.spans = append(owner.spans, span)
		turn.turn += length
		turn.cases.add(f.Case, int64(length/time.Second))
		if owner != turn {
			owner.cases.add(f.Case, 0)
		}
	})
	for _, t := range out {
		t.cases.end()
	}
	return out, err
}

// clipped is the part of a stretch between two instants; what goes on ends with
// the second.
func clipped(f casework.Fact, from, until time.Time) calendar.Span {
	s := calendar.Span{From: f.From, To: f.To}
	if s.From.Before(from) {
		s.From = from
	}
	if s.To.IsZero() || s.To.After(until) {
		s.To = until
	}
	return s
}

// worked is a company's business time; nil where its hours are not known.
func worked(cal calendar.Calendar, spans []calendar.Span) *int64 {
	if !cal.Known() {
		return nil
	}
	var sum time.Duration
	for _, s := range spans {
		sum += cal.Working(s.From, s.To)
	}
	seconds := int64(sum / time.Second)
	return &seconds
}

// percentOf rounds to the nearest.
func percentOf(part, all time.Duration) int {
	if all <= 0 {
		return 0
	}
	return int((float64(part)/float64(all))*100 + 0.5)
}

// mostWorst is how many cases the list of the worst has.
const mostWorst = 5

// fillWorst: the deadlines that were run over the most, each case once: of clocks
// that stopped in the week and, while it lasts, of what is late now.
func (r *reporter) fillWorst() error {
	worst := map[string]wire.Overrun{}
	who := map[string]string{}
	add := func(company string, o wire.Overrun) {
		if old, known := worst[o.Case]; !known || o.Over > old.Over {
			worst[o.Case], who[o.Case] = o, company
		}
		if len(worst) > mostWorst {
			least := leastOver(worst)
			delete(worst, least)
			delete(who, least)
		}
	}
	err := r.tx.FactsIn(r.actor.Company, casework.FactMissed, r.week.from, r.week.until, func(f store.CaseFact) {
		add(f.Who, wire.Overrun{Case: f.Case, Clock: f.What, Due: f.From, Over: int64(f.To.Sub(f.From) / time.Second)})
	})
	if err == nil && r.week.until.After(r.as.Now) {
		err = r.latest(add)
	}
	if err != nil {
		return err
	}
	return r.nameWorst(worst, who)
}

// leastOver is the case that was run over the least; of two the later number.
func leastOver(worst map[string]wire.Overrun) (least string) {
	for number, o := range worst {
		if l := worst[least]; least == "" || o.Over < l.Over || o.Over == l.Over && number > least {
			least = number
		}
	}
	return least
}

// latest are the cases that are late now, the latest first: no more than a page
// of them can be among the worst.
func (r *reporter) latest(add func(string, wire.Overrun)) error {
	q, err := asked("is:late -is:test sort:due")
	if err != nil {
		return err
	}
	rows, _, err := r.tx.Inbox(r.as, q, mostWorst, "")
	for _, row := range rows {
		add(row.With, wire.Overrun{Case: row.Number, Due: row.Due, Over: int64(r.as.Now.Sub(row.Due) / time.Second), Runs: true})
	}
	return err
}

func (r *reporter) nameWorst(worst map[string]wire.Overrun, who map[string]string) error {
	r.out.Worst = []wire.Overrun{}
	var h heavy
	for number, o := range worst {
		party, err := r.party(who[number])
		if err != nil {
			return err
		}
		o.Party = party
		r.out.Worst = append(r.out.Worst, o)
		h.add(number, 0)
	}
	slices.SortFunc(r.out.Worst, func(a, b wire.Overrun) int { return cmp.Or(cmp.Compare(b.Over, a.Over), cmp.Compare(a.Case, b.Case)) })
	if len(worst) == 0 {
		return nil
	}
	q, err := asked(h.query())
	if err != nil {
		return err
	}
	return r.eachCase(q, func(row store.Listed) {
		for i := range r.out.Worst {
			if o := &r.out.Worst[i]; o.Case == row.Number {
				o.Subject, o.Lang = row.Subject, row.Lang
			}
		}
	})
}

// mostWorn is how many contact points the list has.
const mostWorn = 100

// wornOrder is how bad it is.
var wornOrder = []string{"contact.missing", "contact.bounced", "contact.unanswered", "contact.stale", "contact.unverified", "contact.aging"}

// fillContacts: contact points that rot, of the offers that the actor may see, as
// it may see them; the worst first, and of them those with most open cases.
func (r *reporter) fillContacts() error {
	open, err := r.openByOffer()
	if err != nil {
		return err
	}
	r.out.Contacts = []wire.WornContact{}
	for cursor := ""; ; {
		items, next, err := r.tx.List(reader(r.actor), directory.Offers, store.Filter{}, pageMost, cursor)
		if err != nil {
			return err
		}
		if err := settled(r.tx, r.actor, items); err != nil {
			return err
		}
		for _, item := range items {
			r.wornOf(item.Object.(*wire.Offer), open)
		}
		r.keepWorst()
		if cursor = next; next == "" {
			break
		}
	}
	for i := range r.out.Contacts {
		w := &r.out.Contacts[i]
		if w.Party, err = r.party(w.Company); err != nil {
			return err
		}
	}
	return nil
}

func (r *reporter) openByOffer() (map[string]int, error) {
	out := map[string]int{}
	q, err := asked("is:open -is:test sort:due")
	if err != nil {
		return nil, err
	}
	return out, r.eachCase(q, func(row store.Listed) { out[row.Offer]++ })
}

func (r *reporter) wornOf(o *wire.Offer, open map[string]int) {
	if directory.Status(o) == "draft" || o.FirstParty {
		return
	}
	v := viewerOf(r.actor, o)
	for i := range o.Contacts {
		c := &o.Contacts[i]
		if !v.SeesContact(o, c) {
			continue
		}
		code := directory.Usable(c)
		if code == "" {
			code = "contact." + responsibility.Freshness(c, r.as.Now)
		}
		if !slices.Contains(wornOrder, code) {
			continue
		}
		r.out.Contacts = append(r.out.Contacts, wire.WornContact{Party: wire.Party{Company: o.Publisher}, Offer: o.ID, OfferName: o.Name, Ref: directory.ContactName(o.Contacts, i),
			Role: c.Role, Code: code, Verified: c.Verified, Cases: open[o.ID], Query: openOn(o.ID)})
	}
}

// openOn asks for the open cases of an offer.
func openOn(offer string) string {
	of := query.Term{Field: query.Offer, Any: []query.Value{query.Name(offer)}}
	return of.String() + " is:open -is:test"
}

func (r *reporter) keepWorst() {
	slices.SortStableFunc(r.out.Contacts, func(a, b wire.WornContact) int {
		return cmp.Or(slices.Index(wornOrder, a.Code)-slices.Index(wornOrder, b.Code), b.Cases-a.Cases, cmp.Compare(a.Offer, b.Offer))
	})
	r.out.Contacts = r.out.Contacts[:min(mostWorn, len(r.out.Contacts))]
}
