package app

import (
	"context"
	"encoding/base64"
	"slices"

	"switchboard/internal/access"
	"switchboard/internal/authn"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

// linkKey signs the stable links of subscriptions. It is made once per
// installation and kept in the store.
type linkKey []byte

const linkPurpose = "subscription"

// loadKeys reads the keys of the installation; the first start makes them.
func (a *App) loadKeys(ctx context.Context) error {
	link, err := a.keptKey(ctx, "link-key", func() string { return base64.StdEncoding.EncodeToString(authn.NewKey()) })
	if err != nil {
		return err
	}
	if a.links, err = base64.StdEncoding.DecodeString(link); err != nil {
		return err
	}
	seed, err := a.keptKey(ctx, "proof-key", authn.NewSignerSeed)
	if err != nil {
		return err
	}
	a.signer, err = authn.ReadSigner(seed)
	return err
}

// keptKey reads a key that is made once per installation.
func (a *App) keptKey(ctx context.Context, name string, fresh func() string) (kept string, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) (err error) {
		kept, _, err = tx.Setting(name)
		return err
	})
	if err != nil || kept != "" {
		return kept, err
	}
	return a.makeKey(ctx, name, fresh())
}

// makeKey: two nodes that start at once end up with the same key.
func (a *App) makeKey(ctx context.Context, name, fresh string) (kept string, err error) {
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		var set bool
		if kept, set, err = tx.Setting(name); err != nil || set {
			return err
		}
		kept = fresh
		return tx.Set(name, fresh)
	}, store.Serializable)
	return kept, err
}

// mayStandIn tells who may read the answers that the customer of a subscription
// gets: the customer, and who sells or supports it. Its publisher may not: they
// name the reseller, which the publisher does not see (spec 1 section 5).
func mayStandIn(actor access.Actor, sub *wire.Subscription) bool {
	return actor.Local || actor.Operator || slices.Contains([]string{sub.Customer, sub.Seller, sub.Reseller, sub.Purchaser,
		sub.SupportPartner, sub.DesignatedSupport}, actor.Company)
}

// SubscriptionLink gives the token of the stable link of a subscription. Who
// holds it may ask "who answers" as its customer, and nothing else.
func (a *App) SubscriptionLink(ctx context.Context, actor access.Actor, id string) (string, error) {
	err := a.store.View(ctx, func(tx *store.Tx) error {
		object, _, err := tx.See(reader(actor), directory.Subscriptions, id)
		if err == nil && !mayStandIn(actor, object.(*wire.Subscription)) {
			err = fault.New(fault.Denied, "denied.not-a-party")
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return authn.Sign(a.links, linkPurpose, id), nil
}

// OpenLink gives the actor that a link's holder is, limited to one
// subscription, and the subscription as its customer may see it.
func (a *App) OpenLink(ctx context.Context, token string) (access.Actor, *wire.Subscription, error) {
	missing := fault.New(fault.NotFound, "not-found.link")
	id, ok := authn.Verify(a.links, linkPurpose, token)
	if !ok {
		return access.Actor{}, nil, missing
	}
	var sub *wire.Subscription
	err := a.store.View(ctx, func(tx *store.Tx) (err error) {
		sub, _, err = tx.Subscription(id)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		err = missing
	}
	if err != nil {
		return access.Actor{}, nil, err
	}
	actor := access.Actor{Company: sub.Customer, Kinds: []string{wire.Customer}, Via: access.ViaLink, Subscription: id, Scopes: []string{string(access.ScopeAnswers)}}
	sub = redactSubscription(actor, sub)
	sub.Replaces = "" // the link opens this one and no other
	return actor, sub, nil
}
