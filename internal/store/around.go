package store

import (
	"database/sql"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// Keys name what one decision is about; "" = not given. With a subscription
// the offer may be left out.
type Keys struct {
	Asker        string // the company that asks, or as which is asked
	Offer        string
	Subscription string
	Customer     string // on whose behalf; else the asker may be the customer
	About        string // the company a complaint is about
}

var (
	aroundSubscriptions = sqlQuery(`
SELECT doc FROM subscriptions WHERE id = $1
UNION ALL SELECT doc FROM subscriptions WHERE replaces = $1 AND replaces <> '' AND id <> $1
UNION ALL SELECT old.doc FROM subscriptions old JOIN subscriptions s ON s.replaces = old.id WHERE s.id = $1 AND old.id <> $1`)
	aroundPurchases = sqlQuery(`
SELECT doc FROM subscriptions WHERE customer = $1 AND offer = $3 AND status <> 'cancelled'
UNION ALL SELECT doc FROM subscriptions WHERE customer = $2 AND customer <> $1 AND offer = $3 AND status <> 'cancelled'`)
	aroundOffer = sqlQuery(`
SELECT 1, doc FROM offers WHERE id = $1
UNION ALL SELECT 2, a.doc FROM offers o JOIN agreements a ON a.id = o.agreement WHERE o.id = $1
UNION ALL SELECT 3, doc FROM policies
UNION ALL SELECT 2, doc FROM agreements WHERE kind = 'operator-terms'`)
	aroundRelations = sqlQuery(`
SELECT 1, doc FROM relations WHERE reseller ` + inSlots(1) + `
UNION ALL SELECT 2, doc FROM agreements WHERE reseller ` + inSlots(1) + ` AND reseller <> '' AND kind = 'support-split'`)
	aroundCompanies = sqlQuery(`
SELECT 1, doc FROM companies WHERE id ` + inSlots(1) + `
UNION ALL SELECT 2, doc FROM agreements WHERE partner ` + inSlots(1) + ` AND partner <> '' AND kind = 'partner-terms'
UNION ALL SELECT 1, doc FROM companies WHERE operator`)
)

// Around loads what one decision about these keys can look at, and nothing
// else: the offer with its customer agreement; the subscription, or the
// customer's live ones of that offer, with what it replaced and what replaced
// it; the relations and support agreements of the resellers involved; every
// company named in those, the asker, the one it is about and the operator;
// operator terms, the partners' terms and the refund policies. What is missing
// is not in it. The objects are shared: they are read, never changed.
func (tx *Tx) Around(k Keys) (*directory.Snapshot, error) {
	a := &around{tx: tx, keys: k}
	for _, load := range []func() error{a.subscriptions, a.offer, a.relations, a.companies} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	return directory.NewSnapshot(&a.world), nil
}

type around struct {
	tx    *Tx
	keys  Keys
	world wire.World
}

func (a *around) subscriptions() error {
	if a.keys.Subscription != "" {
		err := a.each(aroundSubscriptions, []any{a.keys.Subscription}, a.addSubscription)
		if err != nil {
			return err
		}
		for i := range a.world.Subscriptions {
			if s := &a.world.Subscriptions[i]; s.ID == a.keys.Subscription && a.keys.Offer == "" {
				a.keys.Offer = s.Offer
			}
		}
		return nil
	}
	if a.keys.Offer == "" {
		return nil
	}
	customer := a.keys.Customer
	if customer == "" {
		customer = a.keys.Asker
	}
	return a.each(aroundPurchases, []any{customer, a.keys.Asker, a.keys.Offer}, a.addSubscription)
}

func (a *around) addSubscription(doc string) error {
	object, err := decode(directory.Subscriptions, doc)
	if err == nil {
		a.world.Subscriptions = append(a.world.Subscriptions, *object.(*wire.Subscription))
	}
	return err
}

func (a *around) offer() error { return a.tagged(aroundOffer, []any{a.keys.Offer}, offerRows) }

var (
	offerRows    = map[int]directory.Noun{1: directory.Offers, 2: directory.Agreements, 3: directory.Refunds}
	relationRows = map[int]directory.Noun{1: directory.Relations, 2: directory.Agreements}
	companyRows  = map[int]directory.Noun{1: directory.Companies, 2: directory.Agreements}
)

// relations of the resellers of the subscriptions, and of the asker: when it is
// a reseller its providers decide what it sees.
func (a *around) relations() error {
	ids := newIDs(a.keys.Asker)
	for i := range a.world.Subscriptions {
		ids.add(a.world.Subscriptions[i].Reseller)
	}
	return a.inSlots(aroundRelations, ids.list, relationRows)
}

func (a *around) companies() error {
	ids := newIDs(a.keys.Asker, a.keys.Customer, a.keys.About)
	for i := range a.world.Offers {
		ids.add(a.world.Offers[i].Publisher)
	}
	for i := range a.world.Subscriptions {
		s := &a.world.Subscriptions[i]
		ids.add(s.Customer, s.Seller, s.Reseller, s.Purchaser, s.SupportPartner, s.DesignatedSupport)
	}
	for i := range a.world.Relations {
		ids.add(a.world.Relations[i].Provider)
	}
	if len(ids.list) == 0 {
		ids.list = append(ids.list, "") // the operator is loaded all the same
	}
	return a.inSlots(aroundCompanies, ids.list, companyRows)
}

func (a *around) inSlots(q *query, ids []string, nouns map[int]directory.Noun) error {
	for _, some := range chunks(ids, slots) {
		if err := a.tagged(q, fill(some), nouns); err != nil {
			return err
		}
	}
	return nil
}

func (a *around) each(q *query, args []any, add func(doc string) error) error {
	return a.tx.each(q, args, func(rows *sql.Rows) error {
		var doc string
		if err := rows.Scan(&doc); err != nil {
			return err
		}
		return add(doc)
	})
}

// tagged reads rows of several nouns, told apart by their first column.
func (a *around) tagged(q *query, args []any, nouns map[int]directory.Noun) error {
	return a.tx.each(q, args, func(rows *sql.Rows) error {
		var tag int
		var doc string
		if err := rows.Scan(&tag, &doc); err != nil {
			return err
		}
		return a.add(nouns[tag], doc)
	})
}

func (a *around) add(noun directory.Noun, doc string) error {
	object, err := a.tx.store.decoded.decode(noun, doc)
	if err != nil {
		return err
	}
	switch v := object.(type) {
	case *wire.Company:
		a.world.Companies = appendNew(a.world.Companies, *v, func(c *wire.Company) string { return c.ID })
	case *wire.Offer:
		a.world.Offers = append(a.world.Offers, *v)
	case *wire.Relation:
		a.world.Relations = append(a.world.Relations, *v)
	case *wire.Agreement:
		a.world.Agreements = appendNew(a.world.Agreements, *v, func(g *wire.Agreement) string { return g.ID })
	case *wire.RefundPolicy:
		a.world.Policies.Refund = append(a.world.Policies.Refund, *v)
	}
	return nil
}

// appendNew: the operator may be asked for twice, and so may its terms.
func appendNew[T any](list []T, v T, id func(*T) string) []T {
	for i := range list {
		if id(&list[i]) == id(&v) {
			return list
		}
	}
	return append(list, v)
}

// ids is a list without repetition and without "".
type ids struct{ list []string }

func newIDs(first ...string) *ids {
	i := &ids{}
	i.add(first...)
	return i
}

func (i *ids) add(more ...string) {
	for _, id := range more {
		if id != "" && !directory.Has(i.list, id) {
			i.list = append(i.list, id)
		}
	}
}
