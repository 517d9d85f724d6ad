package api

import (
	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// ViewBody is a view to be kept.
type ViewBody struct{ Body wire.NewView }

// ViewChange is a view as it is to be.
type ViewChange struct {
	ID string `path:"id"`
	Conditions
	Body wire.NewView
}

// MacroBody is a macro as it is to be.
type MacroBody struct {
	ID string `path:"id"`
	Conditions
	Body wire.Macro
}

// MacroOnCase names a macro and the case that it is filled for.
type MacroOnCase struct {
	N  string `path:"n"`
	ID string `path:"id"`
}

// Saved is a view that was just made.
type Saved struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     wire.SavedView
}

// deskRoutes are what people put in order on their desk: views and macros.
func deskRoutes() []entry {
	const views, macros = "/v1/views", "/v1/macros"
	return []entry{
		route[struct{}, Document[wire.Page[wire.SavedView]]]{Name: "list-views", Method: get, Path: views, Needs: access.ScopeRead, Statement: "experience 4.1", Call: listViews},
		route[ViewBody, Saved]{Name: "save-view", Method: post, Path: views, Status: 201, Needs: access.ScopeWrite, Statement: "experience 4.1", Call: saveView, Again: againView},
		route[ObjectID, Resource[wire.SavedView]]{Name: "get-view", Method: get, Path: views + "/{id}", Needs: access.ScopeRead, Statement: "experience 4.1", Call: getView},
		route[ViewChange, Resource[wire.SavedView]]{Name: "change-view", Method: put, Path: views + "/{id}", Needs: access.ScopeWrite, Statement: "experience 4.1", Call: changeView},
		route[ObjectStep, Empty]{Name: "delete-view", Method: del, Path: views + "/{id}", Needs: access.ScopeWrite, Statement: "experience 4.1", Call: deleteView},

		route[struct{}, Document[wire.Page[wire.Macro]]]{Name: "list-macros", Method: get, Path: macros, Needs: access.ScopeRead, Statement: "experience 4.1", Call: listMacros},
		route[ObjectID, Resource[wire.Macro]]{Name: "get-macro", Method: get, Path: macros + "/{id}", Needs: access.ScopeRead, Statement: "experience 4.1", Call: getMacro},
		route[MacroBody, Resource[wire.Macro]]{Name: "put-macro", Method: put, Path: macros + "/{id}", Needs: access.ScopeWrite, Statement: "experience 4.1", Call: putMacro},
		route[ObjectStep, Empty]{Name: "delete-macro", Method: del, Path: macros + "/{id}", Needs: access.ScopeWrite, Statement: "experience 4.1", Call: deleteMacro},
		route[MacroOnCase, Document[wire.FilledMacro]]{Name: "fill-macro", Method: get, Path: "/v1/cases/{n}/macros/{id}", Needs: access.ScopeRead, Statement: "experience 4.1", Call: fillMacro},
	}
}

func listViews(c *call, _ *struct{}) (*Document[wire.Page[wire.SavedView]], error) {
	views, err := c.app.SavedViews(c.ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return pageOf(views, ""), nil
}

func getView(c *call, in *ObjectID) (*Resource[wire.SavedView], error) {
	return resourceOf(c.app.SavedView(c.ctx, c.actor, in.ID))
}

func savedView(v wire.SavedView, version int64, err error) (*Saved, error) {
	if err != nil {
		return nil, err
	}
	return &Saved{Location: "/v1/views/" + v.ID, ETag: etag(version), Body: v}, nil
}

func saveView(c *call, in *ViewBody) (*Saved, error) {
	return savedView(c.app.SaveView(c.ctx, c.actor, in.Body))
}

func againView(c *call, o *app.Outcome) (*Saved, error) {
	return savedView(c.app.SavedView(c.ctx, c.actor, o.ID))
}

func changeView(c *call, in *ViewChange) (*Resource[wire.SavedView], error) {
	ifVersion, err := in.version()
	if err != nil {
		return nil, err
	}
	return resourceOf(c.app.ChangeView(c.ctx, c.actor, in.ID, in.Body, ifVersion))
}

func deleteView(c *call, in *ObjectStep) (*Empty, error) {
	ifVersion, err := in.version()
	if err != nil {
		return nil, err
	}
	return &Empty{}, c.app.DropView(c.ctx, c.actor, in.ID, ifVersion)
}

func listMacros(c *call, _ *struct{}) (*Document[wire.Page[wire.Macro]], error) {
	macros, err := c.app.Macros(c.ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return pageOf(macros, ""), nil
}

func getMacro(c *call, in *ObjectID) (*Resource[wire.Macro], error) {
	return resourceOf(c.app.Macro(c.ctx, c.actor, in.ID))
}

func putMacro(c *call, in *MacroBody) (*Resource[wire.Macro], error) {
	or(&in.Body.ID, in.ID)
	if in.Body.ID != in.ID {
		return nil, fault.New(fault.Invalid, "fields.invalid").At("id", "field.other-id", "id", in.Body.ID, "address", in.ID)
	}
	ifVersion, err := in.version()
	if err != nil {
		return nil, err
	}
	return resourceOf(c.app.PutMacro(c.ctx, c.actor, in.Body, ifVersion))
}

func deleteMacro(c *call, in *ObjectStep) (*Empty, error) {
	ifVersion, err := in.version()
	if err != nil {
		return nil, err
	}
	return &Empty{}, c.app.DropMacro(c.ctx, c.actor, in.ID, ifVersion)
}

func fillMacro(c *call, in *MacroOnCase) (*Document[wire.FilledMacro], error) {
	filled, err := c.app.FillMacro(c.ctx, c.actor, in.N, in.ID, c.lang)
	return document(filled, err)
}
