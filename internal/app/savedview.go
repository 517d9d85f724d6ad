package app

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"unicode/utf8"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/query"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

const (
	mostViews = 50 // of one person, and of one company
	mostName  = 60 // characters in the name of a view or a macro

	savedViews directory.Noun = "views"
)

// SavedViews lists the actor's own views and then those that its company shares.
func (a *App) SavedViews(ctx context.Context, actor access.Actor) (out []wire.SavedView, err error) {
	if err := mayWork(actor, access.OpenCases); err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err := tx.SavedViews(writer(actor))
		out = shownViews(actor, list)
		return err
	})
	return out, err
}

// SavedView gives one of them and its version. Another person's view, and any of
// another company, is not found.
func (a *App) SavedView(ctx context.Context, actor access.Actor, id string) (out wire.SavedView, version int64, err error) {
	if err := mayWork(actor, access.OpenCases); err != nil {
		return out, 0, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		list, err := tx.SavedViews(writer(actor))
		if err != nil {
			return err
		}
		out, version, err = oneView(actor, list, id)
		return err
	})
	return out, version, err
}

func oneView(actor access.Actor, list []store.SavedView, id string) (wire.SavedView, int64, error) {
	at := slices.IndexFunc(list, func(v store.SavedView) bool { return v.ID == id })
	if at < 0 {
		return wire.SavedView{}, 0, noView(id)
	}
	return shownViews(actor, list)[at], list[at].Version, nil
}

func noView(id string) error {
	return fault.New(fault.NotFound, "not-found.saved-view", "id", text.Typed(id))
}

// shownViews are the views of a list as their reader gets them: a place counts
// within what is the person's own, or the company's.
func shownViews(actor access.Actor, list []store.SavedView) []wire.SavedView {
	out, count := make([]wire.SavedView, len(list)), map[bool]int{}
	for i, v := range list {
		count[v.Shared]++
		out[i] = wire.SavedView{ID: v.ID, Name: v.Name, Query: v.Query, Shared: v.Shared, Place: count[v.Shared], By: v.Person, Version: v.Version,
			MayChange: !v.Shared || access.May(actor, access.ArrangeDesk)}
	}
	return out
}

// SaveView keeps a new view of the actor's own, or, shared, of its company.
func (a *App) SaveView(ctx context.Context, actor access.Actor, wish wire.NewView) (wire.SavedView, int64, error) {
	return a.saveView(ctx, actor, "", wish, nil)
}

// ChangeView gives a view another name, query or place, shares it, or takes it
// back. ifVersion as in Put. Who chose the id of a new one would learn from a
// refusal which ids others have: the ids of views are drawn.
func (a *App) ChangeView(ctx context.Context, actor access.Actor, id string, wish wire.NewView, ifVersion *int64) (wire.SavedView, int64, error) {
	if id == "" {
		return wire.SavedView{}, 0, noView(id)
	}
	return a.saveView(ctx, actor, id, wish, ifVersion)
}

func (a *App) saveView(ctx context.Context, actor access.Actor, id string, wish wire.NewView, ifVersion *int64) (out wire.SavedView, version int64, err error) {
	if err := mayWork(actor, access.OpenCases); err != nil {
		return out, 0, err
	}
	if err := cleanName("name", &wish.Name); err != nil {
		return out, 0, err
	}
	drawn := drawnID()
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		list, err := tx.SavedViews(writer(actor))
		if err != nil {
			return err
		}
		was := store.SavedView{ID: drawn, Person: actor.Person}
		if id != "" {
			if was, err = changingView(actor, list, id, ifVersion); err != nil {
				return err
			}
		}
		if err := mayKeepView(actor, was, wish); err != nil {
			return err
		}
		now, err := arranged(list, was, wish)
		if err != nil {
			return err
		}
		if err := putViews(tx, actor.Company, list, now, was.ID); err != nil {
			return err
		}
		if out, version, err = oneView(actor, now, was.ID); err != nil {
			return err
		}
		return noteView(tx, actor, "save-view", was.ID, wish.Shared || was.Shared)
	}, store.Serializable)
	return out, version, err
}

// drawnID is 60 drawn bits.
func drawnID() string { return strings.ToLower(rand.Text()[:12]) }

// cleanName makes a name fit to be kept and shown in a row of names.
func cleanName(field string, name *string) error {
	if err := clean(field, name, mostLine); err != nil {
		return err
	}
	switch n := utf8.RuneCountInString(*name); {
	case n == 0:
		return fault.New(fault.Invalid, "fields.invalid").At(field, "field.required")
	case n > mostName:
		return fault.New(fault.Invalid, "fields.invalid").At(field, "field.too-long", "length", n, "max", mostName)
	}
	return nil
}

func changingView(actor access.Actor, list []store.SavedView, id string, ifVersion *int64) (store.SavedView, error) {
	at := slices.IndexFunc(list, func(v store.SavedView) bool { return v.ID == id })
	switch {
	case at < 0:
		return store.SavedView{}, noView(id)
	case list[at].Shared && !access.May(actor, access.ArrangeDesk):
		return store.SavedView{}, access.Need(actor, access.ArrangeDesk)
	case ifVersion != nil && *ifVersion != list[at].Version:
		return store.SavedView{}, fault.New(fault.Stale, "stale", "noun", string(savedViews), "id", id, "version", list[at].Version)
	}
	return list[at], nil
}

// mayKeepView: a view of one person needs a person, a shared one the ability; and
// nobody takes what a colleague has shared for himself.
func mayKeepView(actor access.Actor, was store.SavedView, wish wire.NewView) error {
	switch {
	case wish.Shared:
		return access.Need(actor, access.ArrangeDesk)
	case actor.Person == "":
		return fault.New(fault.Denied, "view.no-person")
	case was.Shared && was.Person != actor.Person:
		return fault.New(fault.Denied, "view.not-yours")
	}
	return nil
}

// arranged is the list with a view as it is wished, in its place.
func arranged(list []store.SavedView, was store.SavedView, wish wire.NewView) ([]store.SavedView, error) {
	now := was
	now.Name, now.Shared, now.Version = wish.Name, wish.Shared, was.Version+1
	if wish.Query != was.Query { // one that the grammar does not know any more may still be moved or renamed
		q, err := query.Parse(wish.Query)
		if err != nil {
			return nil, atQuery(err)
		}
		now.Query = q.String()
	}
	var beside, others []store.SavedView
	place := -1
	for _, v := range list {
		switch {
		case v.ID == was.ID:
			place = len(beside)
		case v.Shared == now.Shared:
			beside = append(beside, v)
		default:
			others = append(others, v)
		}
	}
	if was.Version == 0 || was.Shared != now.Shared {
		if place = len(beside); place >= mostViews {
			return nil, fault.New(fault.Conflict, "view.too-many", "most", mostViews)
		}
	}
	if slices.ContainsFunc(beside, func(v store.SavedView) bool { return text.Fold(v.Name) == text.Fold(now.Name) }) {
		return nil, fault.New(fault.Invalid, "fields.invalid").At("name", "view.name-taken", "name", now.Name)
	}
	if wish.Place > 0 {
		place = min(wish.Place-1, len(beside))
	}
	beside = slices.Insert(beside, place, now)
	for i := range beside {
		beside[i].Place = int64(i + 1)
	}
	if now.Shared {
		return append(others, beside...), nil
	}
	return append(beside, others...), nil
}

// atQuery puts what is wrong with a query at the field that has it.
func atQuery(err error) error {
	f := fault.Of(err)
	if f.Kind != fault.Invalid || len(f.Fields) > 0 {
		return err
	}
	return &fault.Error{Kind: f.Kind, Code: "fields.invalid", Fields: []fault.Field{{Path: "query", Code: f.Code, Args: f.Args}}}
}

// putViews writes the view that was changed, and the places of those that it moved.
func putViews(tx *store.Tx, company string, before, now []store.SavedView, changed string) error {
	places := map[string]int64{}
	for _, v := range before {
		places[v.ID] = v.Place
	}
	for _, v := range now {
		var err error
		switch {
		case v.ID == changed:
			err = tx.PutSavedView(company, v)
		case v.Place != places[v.ID]:
			err = tx.PlaceSavedView(company, v.ID, v.Place)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noteView: what is the company's stands in its log; what is one person's own is
// nobody else's business.
func noteView(tx *store.Tx, actor access.Actor, act, id string, shared bool) error {
	if shared {
		return audit(tx, actor, act, savedViews, id)
	}
	return keepOutcome(tx, actor, savedViews, id)
}

// DropView forgets a view of the actor's own, or one that its company shares.
func (a *App) DropView(ctx context.Context, actor access.Actor, id string, ifVersion *int64) error {
	if err := mayWork(actor, access.OpenCases); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		list, err := tx.SavedViews(writer(actor))
		if err != nil {
			return err
		}
		was, err := changingView(actor, list, id, ifVersion)
		if err != nil {
			return err
		}
		if err := tx.DropSavedView(actor.Company, id); err != nil {
			return err
		}
		return noteView(tx, actor, "remove-view", id, was.Shared)
	}, store.Serializable)
}

// viewQuery is the query of a default view or of a saved one: by its id, or by its
// name, where a person's own comes before the company's.
func (a *App) viewQuery(ctx context.Context, actor access.Actor, name string) (query.Query, error) {
	q, none := query.View(name)
	if !fault.Is(none, fault.NotFound) {
		return q, none
	}
	list, err := a.SavedViews(ctx, actor)
	if err != nil {
		return q, err
	}
	id, folded := strings.TrimPrefix(name, wire.SavedViewPrefix), text.Fold(name)
	for _, fits := range []func(wire.SavedView) bool{
		func(v wire.SavedView) bool { return v.ID == id },
		func(v wire.SavedView) bool { return text.Fold(v.Name) == folded },
	} {
		if at := slices.IndexFunc(list, fits); at >= 0 {
			return query.Parse(list[at].Query)
		}
	}
	return q, none
}
