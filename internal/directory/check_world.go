package directory

import (
	"iter"
	"slices"
	"sort"
	"strings"

	"switchboard/internal/fault"
	"switchboard/wire"
)

// Found is a problem and the object it was found at; Noun and ID are empty
// when it is one of the world as a whole.
type Found struct {
	Noun Noun
	ID   string
	Problem
}

// WorldCheck finds what only the whole world shows: a second operator, support
// splits that overlap, subscriptions that replace each other in a circle,
// sellers without the kind of partner that their sales need. It keeps of a
// world only what it compares, so subscriptions can pass by the million.
type WorldCheck struct {
	today     string
	operators []string
	partners  map[string][]string // kinds of the companies that have any of a partner
	sales     map[sale]sold
	splits    map[splitKey][]*wire.Agreement
	replaces  map[string]string
}

// sale is what a company has to be able to do because it sold something.
type sale struct{ company, field, model string }

type sold struct {
	first string // the smallest id of such a subscription
	count int
}

type splitKey struct {
	Pair
	customer string
}

// NewWorldCheck starts a check; today is a date, or "" for no warning that
// depends on it.
func NewWorldCheck(today string) *WorldCheck {
	return &WorldCheck{today: today, partners: map[string][]string{}, sales: map[sale]sold{},
		splits: map[splitKey][]*wire.Agreement{}, replaces: map[string]string{}}
}

// CheckWorld checks all objects of a world at once.
func CheckWorld(objects iter.Seq[any], today string) []Found {
	w := NewWorldCheck(today)
	for object := range objects {
		w.Add(object)
	}
	return w.Found()
}

// Add takes in one object, a pointer to a type of the world format, in any
// order. Only companies, agreements and subscriptions matter; an agreement must
// not change afterwards.
func (w *WorldCheck) Add(object any) {
	switch v := object.(type) {
	case *wire.Company:
		w.addCompany(v)
	case *wire.Agreement:
		if v.Kind == wire.SupportSplitKind {
			key := splitKey{Pair{v.Provider, v.Reseller}, v.Customer}
			w.splits[key] = append(w.splits[key], v)
		}
	case *wire.Subscription:
		if v.Replaces != "" && v.Replaces != v.ID { // Check reports the second
			w.replaces[v.ID] = v.Replaces
		}
		if Live(v) {
			w.addSale("seller", v.Seller, v)
			w.addSale("reseller", v.Reseller, v)
		}
	}
}

func (w *WorldCheck) addCompany(v *wire.Company) {
	for _, kind := range v.Kinds {
		switch kind {
		case wire.Operator:
			w.operators = append(w.operators, v.ID)
		case wire.Provider, wire.Reseller, wire.DirectPartner:
			w.partners[v.ID] = v.Kinds
		}
	}
}

func (w *WorldCheck) addSale(field, company string, v *wire.Subscription) {
	if company == "" {
		return
	}
	key := sale{company, field, v.Model}
	s := w.sales[key]
	if s.count == 0 || v.ID < s.first {
		s.first = v.ID
	}
	s.count++
	w.sales[key] = s
}

// Found gives the problems in a stable order, errors and warnings mixed.
func (w *WorldCheck) Found() []Found {
	var out []Found
	out = append(out, w.operatorProblems()...)
	out = append(out, w.splitProblems()...)
	out = append(out, w.cycles()...)
	out = append(out, w.sellerProblems()...)
	return out
}

// operatorProblems: exactly one operator; without one, answers name the id
// operator without a contact (spec 1 section 2).
func (w *WorldCheck) operatorProblems() []Found {
	sort.Strings(w.operators)
	switch len(w.operators) {
	case 0:
		return []Found{{Problem: Problem{Code: "import.no-operator", Warning: true}}}
	case 1:
		return nil
	}
	var out []Found
	for _, id := range w.operators[1:] {
		out = append(out, Found{Companies, id, Problem{Path: "kinds", Code: "import.two-operators",
			Args: fault.Args{"a": w.operators[0], "b": id}}})
	}
	return out
}

func (w *WorldCheck) splitProblems() []Found {
	var out []Found
	for _, list := range w.splits {
		sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
		for i, b := range list {
			for _, a := range list[:i] {
				if overlap(a, b) {
					out = append(out, Found{Agreements, b.ID, Problem{Path: "from", Code: "import.overlap",
						Args: fault.Args{"a": a.ID, "b": b.ID}}})
				}
			}
			if w.lapsed(b, list) {
				out = append(out, Found{Agreements, b.ID, Problem{Path: "until", Code: "agreement.expired", Warning: true,
					Args: fault.Args{"agreement": b.ID, "until": b.Until}}})
			}
		}
	}
	sortFound(out)
	return out
}

// overlap: two accepted splits of one pair, customer and offer in force on one
// day; then no rule says which of them counts (spec 1 section 4).
func overlap(a, b *wire.Agreement) bool {
	if AgreementState(a) != "accepted" || AgreementState(b) != "accepted" || !sameOffers(a.Offers, b.Offers) {
		return false
	}
	return (a.Until == "" || b.From <= a.Until) && (b.Until == "" || a.From <= b.Until)
}

// sameOffers: both for all offers, or with one in common. One for all offers
// and one for some are two levels, of which the nearer wins.
func sameOffers(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return slices.ContainsFunc(a, func(offer string) bool { return Has(b, offer) })
}

// lapsed: the split has run out and no other of the same kind follows it.
func (w *WorldCheck) lapsed(a *wire.Agreement, list []*wire.Agreement) bool {
	if w.today == "" || !expired(a, w.today) {
		return false
	}
	return !slices.ContainsFunc(list, func(b *wire.Agreement) bool {
		return AgreementState(b) == "accepted" && b.From > a.Until && sameOffers(a.Offers, b.Offers)
	})
}

// cycles finds subscriptions that replace each other in a circle, each circle
// once, at its smallest id.
func (w *WorldCheck) cycles() []Found {
	var out []Found
	done := make(map[string]bool, len(w.replaces))
	for _, start := range sortedKeys(w.replaces) {
		seen := map[string]int{}
		var path []string
		for id, more := start, true; more && !done[id]; id, more = w.follow(id) {
			if from, again := seen[id]; again {
				out = append(out, circle(path[from:]))
				break
			}
			seen[id] = len(path)
			path = append(path, id)
		}
		for _, id := range path {
			done[id] = true
		}
	}
	return out
}

func (w *WorldCheck) follow(id string) (string, bool) {
	next, ok := w.replaces[id]
	return next, ok
}

func circle(ids []string) Found {
	least := slices.Index(ids, slices.Min(ids))
	ids = append(slices.Clone(ids[least:]), ids[:least]...)
	shown := ids
	if len(shown) > 10 {
		shown = append(slices.Clone(ids[:10]), "…")
	}
	return Found{Subscriptions, ids[0], Problem{Path: "replaces", Code: "import.cycle",
		Args: fault.Args{"ids": strings.Join(append(slices.Clone(shown), ids[0]), " → ")}}}
}

// sellerProblems: support goes on when a seller is no partner any more, with a
// warning (spec 1 section 3.5). One warning a seller, not one a subscription.
func (w *WorldCheck) sellerProblems() []Found {
	var out []Found
	for key, s := range w.sales {
		if w.may(key) {
			continue
		}
		out = append(out, Found{Subscriptions, s.first, Problem{Path: key.field, Code: "partner.deauthorised", Warning: true,
			Args: fault.Args{"company": key.company, "count": s.count, "model": key.model}}})
	}
	sortFound(out)
	return out
}

func (w *WorldCheck) may(s sale) bool {
	kinds := w.partners[s.company]
	switch {
	case s.field == "reseller":
		return Has(kinds, wire.Reseller)
	case s.model == wire.Direct:
		return Has(kinds, wire.DirectPartner)
	case s.model == wire.Indirect:
		return Has(kinds, wire.Provider)
	}
	return Has(kinds, wire.DirectPartner) || Has(kinds, wire.Provider)
}

func sortFound(list []Found) {
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.ID != b.ID {
			return a.ID < b.ID
		}
		if a.Path != b.Path {
			return a.Path < b.Path
		}
		return a.Code+strings.Join(sortedArgs(a.Args), "\x00") < b.Code+strings.Join(sortedArgs(b.Args), "\x00")
	})
}

func sortedArgs(args fault.Args) []string {
	var out []string
	for _, name := range sortedKeys(args) {
		if s, ok := args[name].(string); ok {
			out = append(out, s)
		}
	}
	return out
}
