package store

import (
	"database/sql"
	"time"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// Keys name what one decision is about; "" = not given. With a subscription
// the offer may be left out.
type Keys struct {
	Asker        string // the company that asks, or as which is asked
	Offer        string
	Subscription string
	Customer     string    // on whose behalf; else the asker may be the customer
	About        string    // the company a complaint is about
	Portal       string    // the partner whose portal the question came through
	At           time.Time // the instant at which it is decided; zero = now
}

var (
	aroundSubscription = sqlQuery("SELECT doc FROM subscriptions WHERE id = $1")
	aroundSuccessors   = sqlQuery("SELECT doc FROM subscriptions WHERE replaces = $1 AND replaces <> '' AND id <> $1")
	aroundPurchases    = sqlQuery(`
SELECT doc FROM subscriptions WHERE customer = $1 AND offer = $3 AND status <> 'cancelled'
UNION ALL SELECT doc FROM subscriptions WHERE customer = $2 AND customer <> $1 AND offer = $3 AND status <> 'cancelled'`)
	// One live subscription of an offer for each part that a company may have in
	// it: the company may then know of the offer. Arm by arm, because an offer
	// may have a hundred thousand others.
	aroundStake = sqlQuery(stakeArm("seller") + " UNION ALL " + stakeArm("reseller") + " UNION ALL " + stakeArm("support_partner") +
		" UNION ALL " + stakeArm("designated_support") + " UNION ALL " + stakeArm("purchaser") + " LIMIT 1")
	aroundOffer = sqlQuery(`
SELECT 1, doc FROM offers WHERE id = $1
UNION ALL SELECT 2, a.doc FROM offers o JOIN agreements a ON a.id = o.agreement WHERE o.id = $1
UNION ALL SELECT 6, doc FROM contact_hold WHERE offer = $1`)
	aroundReseller = sqlQuery(`
SELECT 3, doc FROM relations WHERE reseller = $1
UNION ALL SELECT 2, doc FROM agreements WHERE reseller = $1 AND reseller <> '' AND kind = 'support-split'`)
	aroundCompany = sqlQuery(`
SELECT 4, doc FROM companies WHERE id = $1
UNION ALL SELECT 2, doc FROM agreements WHERE partner = $1 AND partner <> '' AND kind = 'partner-terms'`)
	// The operator and what holds for all; the parameter is always ''.
	aroundOperator = sqlQuery(`
SELECT 4, doc FROM companies WHERE operator AND id <> $1
UNION ALL SELECT 2, doc FROM agreements WHERE kind = 'operator-terms'
UNION ALL SELECT 5, doc FROM policies`)
)

func stakeArm(column string) string {
	rare := column + " <> ''"
	if column == "purchaser" {
		rare = "purchaser <> seller"
	}
	return "SELECT doc FROM (SELECT doc FROM subscriptions WHERE offer = $2 AND " + column + " = $1 AND $1 <> '' AND " + rare +
		" AND status <> 'cancelled' ORDER BY id LIMIT 1) AS arm"
}

var aroundNouns = map[int]directory.Noun{1: directory.Offers, 2: directory.Agreements, 3: directory.Relations,
	4: directory.Companies, 5: directory.Refunds, 6: holdNoun}

// Around loads what one decision about these keys can look at, and nothing
// else: the offer with its customer agreement; the subscription, or the
// customer's live ones of that offer, with what it replaced and what replaced
// it; the relations and support agreements of the resellers involved; every
// company named in those, the asker, the one it is about and the operator;
// operator terms, the partners' terms and the refund policies. What is missing
// is not in it. An offer has the contact points that count at the instant. The
// objects are shared: they are read, never changed.
func (tx *Tx) Around(k Keys) (*directory.Snapshot, error) {
	a := &around{tx: tx, keys: k}
	if _, err := tx.one(generationRead, nil, &a.generation); err != nil {
		return nil, err
	}
	for _, load := range []func() error{a.subscriptions, a.offer, a.relations, a.companies} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	a.settle()
	return directory.NewSnapshot(&a.world), nil
}

type around struct {
	tx    *Tx
	keys  Keys
	world wire.World
	holds []directory.Hold

	generation int64
}

func (a *around) subscriptions() error {
	if a.keys.Subscription != "" {
		return a.subscription()
	}
	if a.keys.Offer == "" {
		return nil
	}
	customer := a.keys.Customer
	if customer == "" {
		customer = a.keys.Asker
		if err := a.each(aroundStake, []any{a.keys.Asker, a.keys.Offer}, a.addSubscription); err != nil {
			return err
		}
	}
	return a.each(aroundPurchases, []any{customer, a.keys.Asker, a.keys.Offer}, a.addSubscription)
}

// subscription loads the one asked about; the one it replaced, whose cases stay
// linked; and what replaced it, when it is cancelled and a successor counts.
func (a *around) subscription() error {
	err := a.each(aroundSubscription, []any{a.keys.Subscription}, a.addSubscription)
	if err != nil || len(a.world.Subscriptions) == 0 {
		return err
	}
	s := a.world.Subscriptions[0]
	if a.keys.Offer == "" {
		a.keys.Offer = s.Offer
	}
	if s.Replaces != "" && s.Replaces != s.ID {
		if err := a.each(aroundSubscription, []any{s.Replaces}, a.addSubscription); err != nil {
			return err
		}
	}
	return a.successors(s)
}

// successors follows what replaced a cancelled subscription until a live one
// is found; maxSteps ends a circle.
func (a *around) successors(s wire.Subscription) error {
	for step := 0; step < maxSteps && !directory.Live(&s); step++ {
		before := len(a.world.Subscriptions)
		if err := a.each(aroundSuccessors, []any{s.ID}, a.addSubscription); err != nil {
			return err
		}
		next := a.world.Subscriptions[before:]
		if len(next) == 0 {
			return nil
		}
		s = next[0]
		for _, one := range next {
			if directory.Live(&one) {
				return nil
			}
		}
	}
	return nil
}

const maxSteps = 20

func (a *around) addSubscription(doc string) error {
	object, err := decode(directory.Subscriptions, doc)
	if err == nil {
		a.world.Subscriptions = append(a.world.Subscriptions, *object.(*wire.Subscription))
	}
	return err
}

func (a *around) offer() error { return a.add(aroundOffer, a.keys.Offer) }

// relations of the resellers of the subscriptions, and of the asker: when it is
// a reseller its providers decide what it sees.
func (a *around) relations() error {
	ids := newIDs(a.keys.Asker)
	for i := range a.world.Subscriptions {
		ids.add(a.world.Subscriptions[i].Reseller)
	}
	return a.add(aroundReseller, ids.list...)
}

func (a *around) companies() error {
	ids := newIDs(a.keys.Asker, a.keys.Customer, a.keys.About, a.keys.Portal)
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
	if err := a.add(aroundCompany, ids.list...); err != nil {
		return err
	}
	return a.add(aroundOperator, "")
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

func (a *around) add(q *query, ids ...string) error {
	for _, id := range ids {
		objects, err := a.tx.shelvedRows(a.generation, q, id, aroundNouns)
		if err != nil {
			return err
		}
		for _, object := range objects {
			a.addObject(object)
		}
	}
	return nil
}

// settle: partners are routed to the contact points that count at the instant.
func (a *around) settle() {
	at := a.keys.At
	if at.IsZero() {
		at = a.tx.now
	}
	for i := range a.world.Offers {
		a.world.Offers[i] = *directory.Effective(&a.world.Offers[i], a.holds, at)
	}
}

// addObject copies the object's top: the snapshot indexes values of its own.
func (a *around) addObject(object any) {
	switch v := object.(type) {
	case *wire.Company:
		a.world.Companies = appendNew(a.world.Companies, *v, func(c *wire.Company) string { return c.ID })
	case *wire.Offer:
		a.world.Offers = append(a.world.Offers, *v)
	case *wire.Relation:
		a.world.Relations = append(a.world.Relations, *v)
	case *wire.Agreement:
		a.world.Agreements = appendNew(a.world.Agreements, *v, func(g *wire.Agreement) string { return g.ID })
	case *directory.Hold:
		a.holds = append(a.holds, *v)
	case *wire.RefundPolicy:
		a.world.Policies.Refund = append(a.world.Policies.Refund, *v)
	}
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
