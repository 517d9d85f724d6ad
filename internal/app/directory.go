package app

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

// List gives a page of the objects of a noun that the actor may see.
func (a *App) List(ctx context.Context, actor access.Actor, noun directory.Noun, f store.Filter, cursor string, limit int) (items []store.Item, next string, err error) {
	actor = public(actor)
	if err := mayRead(actor, noun); err != nil {
		return nil, "", err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		if items, next, err = tx.List(reader(actor), noun, f, limit, cursor); err != nil {
			return err
		}
		if err := settled(tx, actor, items); err != nil {
			return err
		}
		for i := range items {
			if items[i].Object, err = shown(tx, actor, items[i].Object); err != nil {
				return err
			}
		}
		return nil
	})
	return items, next, err
}

// Get gives one object and its version; a foreign one is not found.
func (a *App) Get(ctx context.Context, actor access.Actor, noun directory.Noun, id string) (object any, version int64, err error) {
	actor = public(actor)
	if err := mayRead(actor, noun); err != nil {
		return nil, 0, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		if object, version, err = tx.See(reader(actor), noun, id); err != nil {
			return err
		}
		one := []store.Item{{Object: object}}
		if err := settled(tx, actor, one); err != nil {
			return err
		}
		object, err = shown(tx, actor, one[0].Object)
		return err
	})
	return object, version, err
}

// mayRead: the directory is for those who are signed in; offers are public, in
// their public view.
func mayRead(actor access.Actor, noun directory.Noun) error {
	if actor.SignedIn() || noun == directory.Offers {
		return nil
	}
	return fault.New(fault.Denied, "auth.sign-in-needed")
}

// shown is an object as its reader may see it. The purchase that a subscription
// replaces may have been a rival's: then it is not named.
func shown(tx *store.Tx, actor access.Actor, object any) (any, error) {
	object = redact(actor, object)
	sub, ok := object.(*wire.Subscription)
	if !ok || sub.Replaces == "" || actor.Local || actor.Operator {
		return object, nil
	}
	_, _, err := tx.See(reader(actor), directory.Subscriptions, sub.Replaces)
	if !fault.Is(err, fault.NotFound) {
		return object, err
	}
	out := *sub
	out.Replaces = ""
	return &out, nil
}

// redact takes from an object the fields that its reader may not see: the
// contacts and links of an offer, the reseller or provider of a subscription.
// Objects are shared, so a changed one is a copy.
func redact(actor access.Actor, object any) any {
	if actor.Local || actor.Operator {
		return object
	}
	switch v := object.(type) {
	case *wire.Offer:
		return redactOffer(actor, v)
	case *wire.Subscription:
		return redactSubscription(actor, v)
	case *wire.IntakeForm:
		if v.Company != actor.Company {
			f := *v
			f.By = "" // who wrote it is the company's own affair
			return &f
		}
	case *wire.Company:
		if v.ID != actor.Company {
			c := *v
			c.External, c.Domains, c.RedirectTechnical = nil, nil, ""
			c.EntryPoints = ownDoor(actor, v.EntryPoints)
			return &c
		}
	}
	return object
}

// ownDoor: the operator supports partners and publishers, each through a door
// of its own, and customers through neither (S21, S22).
func ownDoor(actor access.Actor, doors *wire.EntryPoints) *wire.EntryPoints {
	if doors == nil {
		return nil
	}
	own := wire.EntryPoints{}
	if access.IsPartner(actor) {
		own.Partner = doors.Partner
	}
	if slices.Contains(actor.Kinds, wire.Publisher) {
		own.Publisher = doors.Publisher
	}
	if own == (wire.EntryPoints{}) {
		return nil
	}
	return &own
}

// redactOffer leaves what the Offer details page would show; a reseller reads
// the rest there, where its provider's share is known.
func redactOffer(actor access.Actor, o *wire.Offer) *wire.Offer {
	if actor.Company != "" && actor.Company == o.Publisher && access.May(actor, access.SeeOfferDetails) {
		return o
	}
	v := viewerOf(actor, o)
	out := *o
	out.Contacts, out.Links, out.Audience = nil, nil, nil
	for i := range o.Contacts {
		if v.SeesContact(o, &o.Contacts[i]) && v.Kind != wire.Reseller && roleAllows(actor, o.Contacts[i].Role) {
			c := o.Contacts[i]
			c.VisibleTo = nil
			out.Contacts = append(out.Contacts, c)
		}
	}
	for i := range o.Links {
		if v.SeesLink(o, &o.Links[i]) && (v.Kind != wire.Reseller || o.Links[i].Kind == wire.LinkDocumentation) &&
			(v.Kind == wire.Customer || roleAllows(actor, o.Links[i].Kind)) {
			l := o.Links[i]
			l.VisibleTo = nil
			out.Links = append(out.Links, l)
		}
	}
	if v.Kind == wire.Customer {
		out.External, out.Channel = nil, ""
	}
	return &out
}

// redactSubscription hides the provider from its customer and the reseller
// from the publisher (spec 1 section 5).
func redactSubscription(actor access.Actor, sub *wire.Subscription) *wire.Subscription {
	out := *sub
	switch {
	case actor.Company == sub.Customer:
		if directory.HidesProvider(sub) {
			out.Seller, out.Purchaser = "", ""
			out.DesignatedSupport = unless(out.DesignatedSupport, sub.Seller, sub.Purchaser)
			out.SupportPartner = unless(out.SupportPartner, sub.Seller, sub.Purchaser)
		}
		out.HideProvider, out.External = nil, nil
		if out.Model == wire.Direct || out.Model == wire.Indirect {
			out.Model = wire.PartnerModel
		}
	case actor.Company == sub.Seller, actor.Company == sub.Reseller, actor.Company == sub.Purchaser,
		actor.Company == sub.SupportPartner, actor.Company == sub.DesignatedSupport:
		return sub
	default: // the publisher
		out.Reseller, out.HideProvider = "", nil
		// a company that supports what others sold is seen like a reseller
		out.DesignatedSupport = only(out.DesignatedSupport, sub.Seller, sub.Purchaser)
		out.SupportPartner = only(out.SupportPartner, sub.Seller, sub.Purchaser)
	}
	return &out
}

// unless gives id, or "" when it is one of the hidden ones.
func unless(id string, hidden ...string) string {
	if slices.Contains(hidden, id) {
		return ""
	}
	return id
}

// only gives id when it is one of the shown ones, else "".
func only(id string, shown ...string) string {
	if slices.Contains(shown, id) {
		return id
	}
	return ""
}

// Put creates (ifVersion 0), changes (the version that was read) or writes
// whatever is there (nil) one object, and gives its new version.
func (a *App) Put(ctx context.Context, actor access.Actor, object any, ifVersion *int64) (version int64, err error) {
	noun, id := directory.Identify(object)
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := a.check(tx, object); err != nil {
			return err
		}
		if err := mayWrite(tx, actor, noun, id, object); err != nil {
			return err
		}
		if err := namesKnown(tx, actor, object); err != nil {
			return err
		}
		if err := endsCredentials(tx, object); err != nil {
			return err
		}
		if err := holdContacts(tx, actor, object); err != nil {
			return err
		}
		if version, err = tx.Put(object, ifVersion); err != nil {
			return err
		}
		return audit(tx, actor, "put", noun, id)
	})
	return version, err
}

// check refuses an object that is wrong in itself; which roles there are, the
// transaction says.
func (a *App) check(tx *store.Tx, object any) error {
	var rules directory.Rules
	if _, person := object.(*wire.Person); person {
		set, err := a.rolesNow(tx)
		if err != nil {
			return err
		}
		rules.Roles = set.IDs()
	}
	return directory.Refuse(rules.Check(object))
}

// Delete removes an object that nothing refers to.
func (a *App) Delete(ctx context.Context, actor access.Actor, noun directory.Noun, id string, ifVersion *int64) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		object, _, err := tx.See(reader(actor), noun, id)
		if err != nil {
			return err
		}
		if err := mayWrite(tx, actor, noun, id, object); err != nil {
			return err
		}
		if err := tx.Delete(noun, id, ifVersion); err != nil {
			return inUse(tx, actor, err)
		}
		if err := leavesNothing(tx, noun, id); err != nil {
			return err
		}
		return audit(tx, actor, "delete", noun, id)
	}, store.Serializable)
}

// leavesNothing: what opened for a person or a company that is deleted opens
// for nobody who gets its id.
func leavesNothing(tx *store.Tx, noun directory.Noun, id string) error {
	switch noun {
	case directory.People:
		return tx.SetPassword(id, "")
	case directory.Companies:
		if err := errors.Join(dropPortals(tx, id), tx.RevokeOfCompany(id)); err != nil {
			return err
		}
		return tx.Unset(companyRolesKey + id)
	}
	return nil
}

// inUse does not name what still uses an object to somebody who may not see it.
func inUse(tx *store.Tx, actor access.Actor, err error) error {
	f := fault.Of(err)
	noun, isNoun := f.Args["noun"].(string)
	id, isID := f.Args["id"].(string)
	if f.Code != "conflict.in-use" || !isNoun || !isID {
		return err
	}
	_, _, unseen := tx.See(reader(actor), directory.Noun(noun), id)
	if fault.Is(unseen, fault.NotFound) {
		return fault.New(fault.Conflict, "conflict.in-use", "noun", noun, "id", "…")
	}
	if unseen != nil {
		return unseen
	}
	return err
}

// endsCredentials: a person who goes to another company leaves the password
// and every credential behind, like one who is deleted: who gets the same id
// later is somebody else. Whose roles change signs in anew, so that nothing
// that was opened with the old ones stays open. An import does the same.
func endsCredentials(tx *store.Tx, object any) error {
	person, ok := object.(*wire.Person)
	if !ok {
		return nil
	}
	old, _, err := tx.Person(person.ID)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	case old.Company != person.Company:
		return tx.SetPassword(person.ID, "")
	case !sameRoles(old.Roles, person.Roles):
		return tx.RaiseEpoch(person.ID)
	}
	return nil
}

func sameRoles(a, b []string) bool {
	set := func(roles []string) []string { return slices.Compact(slices.Sorted(slices.Values(roles))) }
	return slices.Equal(set(a), set(b))
}

// mayWrite: the operator keeps the directory; a publisher its own offers and
// customer agreements; a company its own profile and people. What may not be
// seen is refused in the same way as what is not there.
func mayWrite(tx *store.Tx, actor access.Actor, noun directory.Noun, id string, object any) error {
	if actor.Local || actor.Operator && access.May(actor, access.EditDirectory) {
		return nil
	}
	if !actor.SignedIn() {
		return fault.New(fault.Denied, "auth.sign-in-needed")
	}
	owner, need := ownerOf(object)
	if owner == "" || owner != actor.Company {
		if _, _, err := tx.See(reader(actor), noun, id); err != nil {
			return err
		}
		return fault.New(fault.Denied, "denied.not-yours")
	}
	if !access.May(actor, need) {
		return mayChangePart(tx, actor, need, object)
	}
	if err := hiddenIsMissing(tx, actor, noun, id); err != nil {
		return err
	}
	return keepsItsNature(tx, actor, object)
}

// ownerOf is the company whose people may write an object, and the ability
// that they need; "" when it is for the operator alone.
func ownerOf(object any) (company string, need access.Ability) {
	switch v := object.(type) {
	case *wire.Offer:
		return v.Publisher, access.EditOffers
	case *wire.Agreement:
		if v.Kind == wire.PartnerTermsKind {
			return v.Partner, access.ManagePeople
		}
		return v.Publisher, access.EditOffers
	case *wire.Company:
		return v.ID, access.ManagePeople
	case *wire.Person:
		return v.Company, access.ManagePeople
	}
	return "", ""
}

// mayChangePart: some parts of an object are for more people than the whole.
func mayChangePart(tx *store.Tx, actor access.Actor, need access.Ability, object any) error {
	if person, ok := object.(*wire.Person); ok && person.ID == actor.Person {
		return mayChangeOwnPreferences(tx, actor, need, person)
	}
	return mayChangeContacts(tx, actor, need, object)
}

// mayChangeOwnPreferences: everybody may say in which language and zone to be
// answered, and nothing else about oneself.
func mayChangeOwnPreferences(tx *store.Tx, actor access.Actor, need access.Ability, person *wire.Person) error {
	old, _, err := tx.Person(person.ID)
	if err != nil {
		return err
	}
	rest := *person
	rest.Lang, rest.TZ = old.Lang, old.TZ
	if !reflect.DeepEqual(&rest, old) {
		return access.Need(actor, need)
	}
	return nil
}

// mayChangeContacts: a publisher's support may change the contacts of an offer
// and nothing else of it (spec 1 section 6).
func mayChangeContacts(tx *store.Tx, actor access.Actor, need access.Ability, object any) error {
	offer, ok := object.(*wire.Offer)
	if !ok || !access.May(actor, access.EditContacts) {
		return access.Need(actor, need)
	}
	old, _, err := tx.Offer(offer.ID)
	if fault.Is(err, fault.NotFound) {
		return access.Need(actor, need)
	}
	if err != nil {
		return err
	}
	rest := *offer
	rest.Contacts = old.Contacts
	if !reflect.DeepEqual(&rest, old) {
		return access.Need(actor, need)
	}
	return nil
}

// hiddenIsMissing: a write on an id that another company holds, and that the
// actor may not see, must not tell that it exists.
func hiddenIsMissing(tx *store.Tx, actor access.Actor, noun directory.Noun, id string) error {
	_, _, err := tx.Get(noun, id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, _, err = tx.See(reader(actor), noun, id)
	return err
}

// namesKnown: what an object names must be known to who writes it; a hidden
// customer, offer or agreement is refused like one that does not exist. An
// offer stands under an agreement of its own publisher. The audience of an
// offer may be partners that the publisher has not dealt with yet.
func namesKnown(tx *store.Tx, actor access.Actor, object any) error {
	if actor.Local || actor.Operator {
		return nil
	}
	refused := fault.New(fault.Invalid, "fields.invalid")
	for _, ref := range directory.Refs(object) {
		if strings.HasPrefix(ref.Field, "audience") {
			continue
		}
		named, _, err := tx.See(reader(actor), ref.Noun, ref.ID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		terms, _ := named.(*wire.Agreement)
		if err != nil || terms != nil && terms.Publisher != actor.Company {
			refused.At(ref.Field, "field.unknown-reference", "noun", string(ref.Noun), "id", ref.ID)
		}
	}
	if len(refused.Fields) == 0 {
		return nil
	}
	return refused
}

// keepsItsNature: a company cannot give itself other kinds, nor an offer or an
// agreement change hands; that is for the operator.
func keepsItsNature(tx *store.Tx, actor access.Actor, object any) error {
	noun, id := directory.Identify(object)
	old, _, err := tx.Get(noun, id)
	if fault.Is(err, fault.NotFound) {
		if noun == directory.Companies {
			return fault.New(fault.Denied, "denied.not-yours")
		}
		return nil
	}
	if err != nil {
		return err
	}
	switch was := old.(type) {
	case *wire.Company:
		now := object.(*wire.Company)
		if len(was.Kinds) != len(now.Kinds) {
			return fault.New(fault.Denied, "denied.not-yours")
		}
		for _, kind := range now.Kinds {
			if !directory.Has(was.Kinds, kind) {
				return fault.New(fault.Denied, "denied.not-yours")
			}
		}
	case *wire.Offer:
		if was.Publisher != actor.Company || was.FirstParty != object.(*wire.Offer).FirstParty {
			return fault.New(fault.Denied, "denied.not-yours")
		}
	case *wire.Agreement:
		if was.Publisher != actor.Company && was.Partner != actor.Company {
			return fault.New(fault.Denied, "denied.not-yours")
		}
	case *wire.Person:
		if was.Company != actor.Company {
			return fault.New(fault.Denied, "denied.not-yours")
		}
	}
	return nil
}
