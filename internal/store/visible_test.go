package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// truth is the rule of visible.go in plain Go, over the whole world in memory.
type truth struct {
	*directory.Snapshot
	r Reader
}

// ended: the relation behind a subscription is over.
func (v truth) ended(s *wire.Subscription) bool {
	return directory.RelationState(v.Relations[directory.Pair{Provider: s.Seller, Reseller: s.Reseller}]) == "ended"
}

// partners of a subscription; chain has those that still take part.
func partners(s *wire.Subscription) []string {
	return []string{s.Seller, s.Purchaser, s.Reseller, s.SupportPartner, s.DesignatedSupport}
}

func (v truth) chain(s *wire.Subscription) []string {
	if v.ended(s) {
		return []string{s.Seller, s.Purchaser, s.SupportPartner, s.DesignatedSupport}
	}
	return partners(s)
}

func (v truth) sees(noun directory.Noun, object any) bool {
	if v.r.Operator || v.r.Local {
		return true
	}
	switch o := object.(type) {
	case *wire.Company:
		return v.company(o)
	case *wire.Relation:
		return v.me(o.Provider, o.Reseller)
	case *wire.Offer:
		return v.offer(o)
	case *wire.Agreement:
		return v.agreement(o)
	case *wire.Subscription:
		return v.me(append(v.chain(o), o.Customer, v.Offers[o.Offer].Publisher)...)
	case *wire.Person:
		return v.me(o.Company)
	case *wire.IntakeForm:
		return v.company(v.Companies[o.Company])
	}
	return v.r.Company != ""
}

func (v truth) me(ids ...string) bool { return v.r.Company != "" && slices.Contains(ids, v.r.Company) }

func (v truth) kinds(want ...string) bool {
	for _, k := range want {
		if v.r.Company != "" && slices.Contains(v.r.Kinds, k) {
			return true
		}
	}
	return false
}

func (v truth) offer(o *wire.Offer) bool {
	kinds := v.r.Kinds
	if len(kinds) == 0 || v.r.Company == "" {
		kinds = []string{wire.Customer}
	}
	for _, kind := range kinds {
		if v.SeesOffer(directory.Viewer{Company: v.r.Company, Kind: kind}, o) {
			return true
		}
	}
	for _, s := range v.Subscriptions {
		if s.Offer == o.ID && v.me(append(v.chain(s), s.Customer)...) {
			return true
		}
	}
	return false
}

func (v truth) agreement(a *wire.Agreement) bool {
	switch {
	case v.me(a.Publisher, a.Partner, a.Provider, a.Reseller):
		return true
	case a.Kind == wire.OperatorTerms:
		return v.kinds(wire.Reseller, wire.Provider, wire.DirectPartner, wire.Publisher)
	case a.Kind == wire.CustomerAgreement:
		for _, o := range v.Offers {
			if o.Agreement == a.ID && v.offer(o) {
				return true
			}
		}
	}
	return false
}

func (v truth) company(c *wire.Company) bool {
	if v.me(c.ID) || v.r.Company != "" && slices.Contains(c.Kinds, wire.Operator) {
		return true
	}
	for _, o := range v.Offers {
		if o.Publisher == c.ID && v.offer(o) {
			return true
		}
	}
	for _, r := range v.Relations {
		if v.me(r.Provider) && r.Reseller == c.ID || v.me(r.Reseller) && r.Provider == c.ID {
			return true
		}
	}
	for _, s := range v.Subscriptions {
		if v.through(s, c.ID) {
			return true
		}
	}
	return false
}

// through tells whether the reader sees a company by one subscription.
func (v truth) through(s *wire.Subscription, id string) bool {
	everyone := partners(s)
	if v.me(v.chain(s)...) && slices.Contains(append(everyone, s.Customer), id) {
		return true
	}
	if v.me(s.Customer) && slices.Contains(everyone, id) {
		hidden := directory.HidesProvider(s) && !v.ended(s)
		if !hidden || id != s.Seller && id != s.Purchaser {
			return true
		}
	}
	if v.me(v.Offers[s.Offer].Publisher) {
		return id == s.Customer || id != "" && (id == s.Seller || id == s.Purchaser) && id != s.Reseller
	}
	return false
}

// A world of a handful of companies in which everything that can differ does.
func drawWorld(t *rapid.T) wire.World {
	var w wire.World
	kinds := [][]string{{wire.Customer}, {wire.Reseller}, {wire.Provider}, {wire.DirectPartner}, {wire.Publisher},
		{wire.Reseller, wire.Customer}, {wire.Provider, wire.Publisher}, {wire.Publisher, wire.DirectPartner}}
	w.Companies = append(w.Companies, wire.Company{ID: "op", Kinds: []string{wire.Operator}})
	var all []string
	for i := range rapid.IntRange(2, 6).Draw(t, "companies") {
		c := wire.Company{ID: fmt.Sprint("c", i), Kinds: rapid.SampledFrom(kinds).Draw(t, "kinds")}
		w.Companies = append(w.Companies, c)
		all = append(all, c.ID)
	}
	one := rapid.SampledFrom(all)
	maybe := rapid.SampledFrom(append([]string{"", ""}, all...))
	for range rapid.IntRange(0, 3).Draw(t, "relations") {
		r := wire.Relation{Provider: one.Draw(t, "provider"), Reseller: one.Draw(t, "reseller"), State: rapid.SampledFrom([]string{"", "selling-stopped", "ended"}).Draw(t, "state")}
		if !slices.ContainsFunc(w.Relations, func(x wire.Relation) bool { return x.Provider == r.Provider && x.Reseller == r.Reseller }) {
			w.Relations = append(w.Relations, r)
		}
	}
	agreements := []string{""}
	for i := range rapid.IntRange(0, 4).Draw(t, "agreements") {
		a := wire.Agreement{ID: fmt.Sprint("a", i), Kind: rapid.SampledFrom(wire.AgreementKinds()).Draw(t, "kind")}
		switch a.Kind {
		case wire.CustomerAgreement:
			a.Publisher = one.Draw(t, "publisher")
			agreements = append(agreements, a.ID)
		case wire.PartnerTermsKind:
			a.Partner = one.Draw(t, "partner")
		case wire.SupportSplitKind:
			a.Provider, a.Reseller, a.Customer = one.Draw(t, "provider"), one.Draw(t, "reseller"), maybe.Draw(t, "customer")
		}
		w.Agreements = append(w.Agreements, a)
	}
	var offers []string
	for i := range rapid.IntRange(1, 3).Draw(t, "offers") {
		w.Offers = append(w.Offers, wire.Offer{ID: fmt.Sprint("o", i), Publisher: one.Draw(t, "publisher"), Agreement: rapid.SampledFrom(agreements).Draw(t, "agreement"),
			Channel: rapid.SampledFrom([]string{"", "none", "some", "all", "terminated"}).Draw(t, "channel"), Exclusive: rapid.Bool().Draw(t, "exclusive"),
			Status:   rapid.SampledFrom([]string{"", "draft", "preview", "live", "delisted"}).Draw(t, "status"),
			Audience: rapid.SliceOfNDistinct(one, 0, 2, rapid.ID).Draw(t, "audience")})
		offers = append(offers, w.Offers[i].ID)
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "subscriptions") {
		s := wire.Subscription{ID: fmt.Sprint("s", i), Customer: one.Draw(t, "customer"), Offer: rapid.SampledFrom(offers).Draw(t, "offer"), Model: wire.Indirect,
			Seller: maybe.Draw(t, "seller"), Purchaser: maybe.Draw(t, "purchaser"), Reseller: maybe.Draw(t, "reseller"),
			SupportPartner: maybe.Draw(t, "support"), DesignatedSupport: maybe.Draw(t, "designated")}
		if rapid.Bool().Draw(t, "says") {
			hide := rapid.Bool().Draw(t, "hide")
			s.HideProvider = &hide
		}
		w.Subscriptions = append(w.Subscriptions, s)
	}
	w.People = []wire.Person{{ID: "p", Company: one.Draw(t, "company")}}
	w.IntakeForms = []wire.IntakeForm{{Company: one.Draw(t, "company"), Topic: wire.BreakFix, Version: 1}}
	w.Policies.Refund = []wire.RefundPolicy{{Kind: wire.Saas}}
	return w
}

func objectsOf(w *wire.World) []any {
	var out []any
	out = appendAll(out, w.Companies)
	out = appendAll(out, w.Relations)
	out = appendAll(out, w.Agreements) // offers of agreements are not drawn
	out = appendAll(out, w.Offers)
	out = appendAll(out, w.Subscriptions)
	out = appendAll(out, w.People)
	out = appendAll(out, w.IntakeForms)
	return appendAll(out, w.Policies.Refund)
}

func appendAll[T any](out []any, list []T) []any {
	for i := range list {
		out = append(out, &list[i])
	}
	return out
}

func readersOf(w *wire.World) []Reader {
	readers := []Reader{{}, {Operator: true, Company: "op"}, {Local: true}, {Company: "stranger", Kinds: []string{wire.Customer}}, {Company: "nobody", Kinds: []string{wire.Publisher}}}
	for _, c := range w.Companies[1:] {
		readers = append(readers, Reader{Company: c.ID, Kinds: c.Kinds})
	}
	return readers
}

func TestWhatSQLShowsIsWhatTheRuleSays(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		rapid.Check(t, func(rt *rapid.T) {
			w := drawWorld(rt)
			objects := objectsOf(&w)
			err := s.InTx(t.Context(), func(tx *Tx) error {
				if err := empty(tx); err != nil {
					return err
				}
				for _, object := range objects {
					if _, err := tx.Put(object, nil); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				rt.Fatal(err)
			}
			world := directory.NewSnapshot(&w)
			if err := s.View(t.Context(), func(tx *Tx) error {
				for _, r := range readersOf(&w) {
					if err := compareSight(rt, tx, truth{world, r}, objects); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				rt.Fatal(err)
			}
		})
	})
}

// empty removes the world of the run before, whatever refers to what.
func empty(tx *Tx) error {
	for _, tb := range tables {
		for _, name := range append([]string{string(tb.noun)}, listTables(tb)...) {
			if _, err := tx.exec(&query{text: "DELETE FROM " + name}); err != nil {
				return err
			}
		}
	}
	return nil
}

func listTables(tb *table) []string {
	if tb.list == nil {
		return nil
	}
	return []string{tb.list.table}
}

func compareSight(rt *rapid.T, tx *Tx, v truth, objects []any) error {
	want := map[directory.Noun][]string{}
	for _, object := range objects {
		noun, id := directory.Identify(object)
		if v.sees(noun, object) {
			want[noun] = append(want[noun], id)
		}
	}
	one := rapid.SampledFrom(objects).Draw(rt, "object") // See and List have one condition
	noun, id := directory.Identify(one)
	if _, _, err := tx.See(v.r, noun, id); (err == nil) != v.sees(noun, one) {
		rt.Fatalf("reader %+v, %s %s: SQL says %v, the rule says %v", v.r, noun, id, err, v.sees(noun, one))
	}
	for _, noun := range directory.Nouns() {
		slices.Sort(want[noun])
		how := rapid.SampledFrom([]string{"at once", "page by page", "row by row", "from the reader's side"}).Draw(rt, "how")
		got, err := listIn(tx, v.r, noun, how)
		if err != nil {
			return err
		}
		if !slices.Equal(got, want[noun]) {
			rt.Fatalf("reader %+v, list of %s %s: %v, want %v", v.r, noun, how, got, want[noun])
		}
		n, err := tx.Count(v.r, noun, Filter{}, 3)
		if err != nil || n != min(3, len(want[noun])) {
			rt.Fatalf("reader %+v, %s: counted %d up to 3, %v; want %v", v.r, noun, n, err, want[noun])
		}
	}
	return nil
}

// listIn lists a noun in one of the ways there are.
func listIn(tx *Tx, r Reader, noun directory.Noun, how string) (ids []string, err error) {
	l, err := newList(tx, r, noun, Filter{}, 100)
	if err != nil {
		return nil, err
	}
	var items []Item
	var cursor string
	switch how {
	case "row by row":
		items, _, err = l.page(listRows)
	case "from the reader's side":
		items, _, err = l.page(listListed)
	case "at once":
		items, _, err = tx.List(r, noun, Filter{}, 100, "")
	default:
		for first := true; err == nil && (first || cursor != ""); first = false {
			items, cursor, err = tx.List(r, noun, Filter{}, 2, cursor)
			ids = idsOf(ids, items)
		}
		return ids, err
	}
	return idsOf(nil, items), err
}

func idsOf(out []string, items []Item) []string {
	for _, item := range items {
		out = append(out, item.ID)
	}
	return out
}

// A reader may not learn by a filter what a field says that is masked for it.
func TestNoFilterTellsAHiddenName(t *testing.T) {
	shown := false
	world := []any{company("ww", wire.Provider), company("fab", wire.Reseller), company("adatum", wire.Customer), company("contoso", wire.Publisher),
		&wire.Offer{ID: "o", Publisher: "contoso"},
		&wire.Subscription{ID: "hidden", Customer: "adatum", Offer: "o", Model: wire.Indirect, Seller: "ww", Purchaser: "ww", Reseller: "fab"},
		&wire.Subscription{ID: "open", Customer: "adatum", Offer: "o", Model: wire.Indirect, Seller: "ww", Reseller: "fab", HideProvider: &shown},
	}
	readers := map[string]Reader{"customer": {Company: "adatum", Kinds: []string{wire.Customer}}, "reseller": {Company: "fab", Kinds: []string{wire.Reseller}},
		"provider": {Company: "ww", Kinds: []string{wire.Provider}}, "publisher": {Company: "contoso", Kinds: []string{wire.Publisher}},
		"rival": {Company: "rival", Kinds: []string{wire.Publisher}}, "operator": {Operator: true}}
	eachStore(t, func(t *testing.T, s *Store) {
		put(t, s, world...)
		for _, tc := range []struct {
			reader string
			filter Filter
			want   string
		}{
			{"customer", Filter{Provider: "ww"}, "open"}, {"customer", Filter{Reseller: "fab"}, "hidden open"}, {"customer", Filter{Customer: "adatum"}, "hidden open"},
			{"reseller", Filter{Provider: "ww"}, "hidden open"}, {"provider", Filter{Reseller: "fab"}, "hidden open"},
			{"publisher", Filter{Provider: "ww"}, "hidden open"}, {"publisher", Filter{Reseller: "fab"}, ""}, {"publisher", Filter{Publisher: "contoso"}, "hidden open"},
			{"rival", Filter{Customer: "adatum"}, ""}, {"rival", Filter{Offer: "o"}, ""}, {"rival", Filter{}, ""}, {"operator", Filter{Reseller: "fab", Provider: "ww"}, "hidden open"},
		} {
			view(t, s, func(tx *Tx) error {
				page, _, err := tx.List(readers[tc.reader], directory.Subscriptions, tc.filter, 10, "")
				var got []string
				for _, item := range page {
					got = append(got, item.ID)
				}
				if strings.Join(got, " ") != tc.want {
					t.Errorf("%s with %+v: %v, want %q", tc.reader, tc.filter, got, tc.want)
				}
				return err
			})
		}
	})
}

func TestEveryComposedQueryPreparesOnBothEngines(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		db := s.pool
		if s.sqlite != nil {
			db = s.sqlite.readDB
		}
		n := 0
		for _, noun := range directory.Nouns() {
			for _, names := range subsets(slices.Sorted(maps.Keys(conditions[noun]))) {
				for _, shape := range []string{seeRow, listRows, listListed, listWindow, countRows, countListed} {
					for _, all := range []bool{true, false} {
						q := compose(noun, all, names, shape).query
						stmt, err := db.PrepareContext(t.Context(), q.text)
						if err != nil {
							t.Fatalf("%v in %s", err, q.text)
						}
						stmt.Close()
						n++
					}
				}
			}
		}
		if n < 500 {
			t.Errorf("only %d combinations", n)
		}
	})
}

// subsets gives every set of at most two names, and all of them.
func subsets(names []string) [][]string {
	out := [][]string{nil, names}
	for i := range names {
		out = append(out, names[i:i+1])
		for j := range i {
			out = append(out, []string{names[j], names[i]})
		}
	}
	return out
}
