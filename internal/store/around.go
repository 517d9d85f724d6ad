package store

import (
	"database/sql"
	"slices"
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
	// The generation of what is shelved, and the subscription asked about.
	aroundStart        = sqlQuery("SELECT d.generation, s.doc FROM directory_state d LEFT JOIN subscriptions s ON s.id = $1 WHERE d.id = 1")
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
	aroundOffer = shelving(1, `
SELECT id, 1, doc FROM offers WHERE id = $1
UNION ALL SELECT offer, 6, doc FROM contact_hold WHERE offer = $1`)
	aroundAgreement = shelving(1, "SELECT id, 2, doc FROM agreements WHERE id = $1")
	aroundReseller  = shelving(2, `
SELECT reseller, 3, doc FROM relations WHERE reseller IN ($1, $2)
UNION ALL SELECT reseller, 2, doc FROM agreements WHERE reseller IN ($1, $2) AND reseller <> '' AND kind = 'support-split'`)
	aroundCompany = shelving(4, `
SELECT id, 4, doc FROM companies WHERE id IN ($1, $2, $3, $4)
UNION ALL SELECT partner, 2, doc FROM agreements WHERE partner IN ($1, $2, $3, $4) AND partner <> '' AND kind = 'partner-terms'`)
	// The operator and what holds for all; the parameter is always ''.
	aroundOperator = shelving(1, `
SELECT '', 4, doc FROM companies WHERE operator AND id <> $1
UNION ALL SELECT '', 2, doc FROM agreements WHERE kind = 'operator-terms'
UNION ALL SELECT '', 5, doc FROM policies`)
)

func stakeArm(column string) string {
	rare := column + " <> ''"
	if column == "purchaser" {
		rare = "purchaser <> seller"
	}
	return "SELECT doc FROM (SELECT doc FROM subscriptions WHERE offer = $2 AND " + column + " = $1 AND $1 <> '' AND " + rare +
		" AND status <> 'cancelled' ORDER BY id LIMIT 1) AS arm"
}

// Around loads what one decision about these keys can look at, and nothing
// else: the offer with its customer agreement; the subscription, or the
// customer's live ones of that offer, with what it replaced and what replaced
// it; the relations and support agreements of the resellers involved; every
// company named in those, the asker, the one it is about and the operator;
// operator terms, the partners' terms and the refund policies. What is missing
// is not in it. An offer has the contact points that count at the instant. The
// objects are shared: they are read, never changed.
func (tx *Tx) Around(k Keys) (*directory.Snapshot, error) {
	a := &around{tx: tx, keys: k, world: directory.EmptySnapshot()}
	for _, load := range []func() error{a.start, a.subscriptions, a.offer, a.relations, a.companies} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	a.settle()
	return a.world, nil
}

type around struct {
	tx    *Tx
	keys  Keys
	world *directory.Snapshot
	sales []*wire.Subscription // in the order in which they were found
	holds []directory.Hold

	generation int64
}

// state is the state of the directory, with the subscription that a decision
// begins with.
type state struct {
	stamp Stamp
	doc   sql.NullString
}

// state: a View sees one state, and reads it once.
func (tx *Tx) state(subscription string) (s state, err error) {
	if s, known := tx.states[subscription]; known {
		return s, nil
	}
	if _, err = tx.one(aroundStart, []any{subscription}, &s.stamp, &s.doc); err != nil || !tx.reading {
		return s, err
	}
	if tx.states == nil {
		tx.states = map[string]state{}
	}
	tx.states[subscription] = s
	return s, nil
}

func (a *around) start() error {
	s, err := a.tx.state(a.keys.Subscription)
	if a.generation = int64(s.stamp); err == nil && s.doc.Valid {
		err = a.addSubscription([]byte(s.doc.String))
	}
	return err
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
		if err := a.each(aroundStake, a.keys.Asker, a.keys.Offer); err != nil {
			return err
		}
	}
	return a.each(aroundPurchases, customer, a.keys.Asker, a.keys.Offer)
}

// subscription follows the one asked about to the one it replaced, whose cases
// stay linked, and to what replaced it, when it is cancelled and a successor
// counts.
func (a *around) subscription() error {
	if len(a.sales) == 0 {
		return nil
	}
	s := a.sales[0]
	if a.keys.Offer == "" {
		a.keys.Offer = s.Offer
	}
	if s.Replaces != "" && s.Replaces != s.ID {
		if err := a.each(aroundSubscription, s.Replaces); err != nil {
			return err
		}
	}
	return a.successors(s)
}

// successors follows what replaced a cancelled subscription until a live one
// is found; maxSteps ends a circle.
func (a *around) successors(s *wire.Subscription) error {
	for step := 0; step < maxSteps && !directory.Live(s); step++ {
		before := len(a.sales)
		if err := a.each(aroundSuccessors, s.ID); err != nil {
			return err
		}
		next := a.sales[before:]
		if len(next) == 0 || slices.ContainsFunc(next, directory.Live) {
			return nil
		}
		s = next[0]
	}
	return nil
}

const maxSteps = 20

func (a *around) addSubscription(doc []byte) error {
	object, err := decode(directory.Subscriptions, doc)
	if err == nil {
		a.sales = append(a.sales, object.(*wire.Subscription))
		a.world.Add(object)
	}
	return err
}

// offer comes with the agreement that it is sold under, which it shares with
// others.
func (a *around) offer() error {
	if err := a.add(aroundOffer, a.keys.Offer); err != nil {
		return err
	}
	o := a.world.Offers[a.keys.Offer]
	if o == nil || o.Agreement == "" {
		return nil
	}
	return a.add(aroundAgreement, o.Agreement)
}

// relations of the resellers of the subscriptions, and of the asker: when it is
// a reseller its providers decide what it sees.
func (a *around) relations() error {
	ids := newIDs(a.keys.Asker)
	for _, s := range a.sales {
		ids.add(s.Reseller)
	}
	return a.add(aroundReseller, ids.list...)
}

func (a *around) companies() error {
	ids := newIDs(a.keys.Asker, a.keys.Customer, a.keys.About, a.keys.Portal)
	for _, o := range a.world.Offers {
		ids.add(o.Publisher)
	}
	for _, s := range a.sales {
		ids.add(s.Customer, s.Seller, s.Reseller, s.Purchaser, s.SupportPartner, s.DesignatedSupport)
	}
	for pair := range a.world.Relations {
		ids.add(pair.Provider)
	}
	if err := a.add(aroundCompany, ids.list...); err != nil {
		return err
	}
	return a.add(aroundOperator, "")
}

// each reads subscriptions.
func (a *around) each(q *query, args ...any) error {
	return a.tx.each(q, args, func(rows *sql.Rows) error {
		var doc sql.RawBytes
		if err := rows.Scan(&doc); err != nil {
			return err
		}
		return a.addSubscription(doc)
	})
}

func (a *around) add(q *shelvedQuery, ids ...string) error {
	return a.tx.shelvedRows(a.generation, q, ids, a.addObject)
}

// settle: partners are routed to the contact points that count at the instant.
// An offer with a change that waits is a copy; the shelf's stays as it is.
func (a *around) settle() {
	at := a.keys.At
	if at.IsZero() {
		at = a.tx.now
	}
	for id, o := range a.world.Offers {
		a.world.Offers[id] = directory.Effective(o, a.holds, at)
	}
}

// addObject: the operator may be asked for twice, and so may its terms.
func (a *around) addObject(object any) {
	switch v := object.(type) {
	case *directory.Hold:
		a.holds = append(a.holds, *v)
		return
	case *wire.Agreement:
		if a.world.Agreements[v.ID] != nil {
			return
		}
	}
	a.world.Add(object)
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
