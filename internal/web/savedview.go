package web

import (
	"net/url"
	"slices"
	"strconv"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// savedAt is the address of a saved view.
func savedAt(view wire.SavedView) string { return "/inbox/" + wire.SavedViewPrefix + view.ID }

// viewsView is what a person has saved, and what its company shares.
type viewsView struct {
	own, shared []viewRow
	fresh       viewForm // a new one
	done        string
	names       *nameBook
}

// viewRow is a view with its version, and where it can be moved to.
type viewRow struct {
	wire.SavedView
	form     viewForm
	up, down bool
}

// viewForm is a view as it stands in a form.
type viewForm struct {
	at      string // what the names of its fields begin with
	wish    wire.NewView
	version int64
	share   bool // the reader may choose who has it
	fault   mistakes
}

const newView = "new"

func savedViews(v *visit) error {
	q := v.r.URL.Query()
	view := viewsView{fresh: viewForm{at: newView, wish: wire.NewView{Query: trimmed(q, "q")}}}
	if key := "web.views.done." + q.Get("done"); q.Get("done") != "" && v.p.Has(key) {
		view.done = key
	}
	if err := view.load(v, viewForm{}); err != nil {
		return err
	}
	return v.ok(viewsPage(v, view))
}

// load reads the views; the form that came back stands in its place as it was
// typed.
func (w *viewsView) load(v *visit, back viewForm) error {
	w.names = newNameBook(v)
	list, err := v.site.app.SavedViews(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	w.fresh.share = v.may(access.ArrangeDesk)
	if back.at == newView {
		w.fresh.wish, w.fresh.fault = back.wish, back.fault
	}
	for i, view := range list {
		row := viewRow{SavedView: view, form: formOf(v, view, back)}
		row.up = view.MayChange && view.Place > 1
		row.down = view.MayChange && i+1 < len(list) && list[i+1].Shared == view.Shared
		if view.Shared {
			w.shared = append(w.shared, row)
		} else {
			w.own = append(w.own, row)
		}
	}
	return nil
}

func formOf(v *visit, view wire.SavedView, back viewForm) viewForm {
	form := viewForm{at: "view-" + view.ID, version: view.Version, wish: wire.NewView{Name: view.Name, Query: view.Query, Shared: view.Shared},
		share: v.may(access.ArrangeDesk) && (!view.Shared || view.By == v.actor.Person)}
	if back.at == form.at {
		form.wish, form.fault = back.wish, back.fault
	}
	return form
}

// typedView reads the form of a view.
func typedView(form url.Values, at string) wire.NewView {
	return wire.NewView{Name: trimmed(form, at+".name"), Query: trimmed(form, at+".query"), Shared: form.Get(at+".shared") != ""}
}

// within puts what is wrong at the fields of one of several forms.
func (e mistakes) within(at string) mistakes {
	f := *e.fault
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		f.Fields[i].Path = at + "." + f.Fields[i].Path
	}
	return mistakes{&f}
}

// saveView keeps a new view and goes to what it shows.
func saveView(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	back := viewForm{at: newView, wish: typedView(form, newView)}
	return v.viewsAgain(back, v.do(func(id string) string { return savedAt(wire.SavedView{ID: id}) }, func() (string, error) {
		made, _, err := v.site.app.SaveView(v.ctx(), v.actor, back.wish)
		return made.ID, err
	}))
}

// viewsAgain shows the page again when a form was refused.
func (v *visit) viewsAgain(back viewForm, err error) error {
	wrong, again := rejected(err)
	if !again {
		return err
	}
	back.fault = wrong.within(back.at)
	view := viewsView{fresh: viewForm{at: newView}}
	if err := view.load(v, back); err != nil {
		return err
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), viewsPage(v, view))
}

func changeView(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	id := v.r.PathValue("id")
	back := viewForm{at: "view-" + id, wish: typedView(form, "view-"+id)}
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "web.form.unreadable")
	}
	return v.viewsAgain(back, v.do(there("/views?done=saved"), func() (string, error) {
		_, _, err := v.site.app.ChangeView(v.ctx(), v.actor, id, back.wish, &version)
		return id, err
	}))
}

// viewSteps are what a button of a view does to its place.
var viewSteps = map[string]int{"up": -1, "down": 1}

// actOnView moves a view by one, or forgets it.
func actOnView(v *visit) error {
	if _, err := v.form(); err != nil {
		return err
	}
	id, act := v.r.PathValue("id"), v.r.PathValue("act")
	step, moves := viewSteps[act]
	if !moves && act != "delete" {
		return missing(v)
	}
	done := "moved"
	if !moves {
		done = "deleted"
	}
	return v.viewsAgain(viewForm{at: "view-" + id}, v.do(there("/views?done="+done), func() (string, error) {
		if !moves {
			return id, v.site.app.DropView(v.ctx(), v.actor, id, nil)
		}
		view, version, err := v.site.app.SavedView(v.ctx(), v.actor, id)
		if err != nil {
			return id, err
		}
		_, _, err = v.site.app.ChangeView(v.ctx(), v.actor, id, wire.NewView{Name: view.Name, Query: view.Query, Shared: view.Shared, Place: max(1, view.Place+step)}, &version)
		return id, err
	}))
}
