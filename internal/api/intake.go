package api

import (
	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/wire"
)

// IntakeQuery asks for the intake forms of a company; without one for one's own.
type IntakeQuery struct {
	Company string `query:"company"`
	Topic   string `query:"topic"`
	History bool   `query:"history"`
}

// IntakeBody is the next version of a form.
type IntakeBody struct{ Body wire.NewIntake }

// SavedIntake is a version that was saved and where it is.
type SavedIntake struct {
	Location string `header:"Location"`
	Body     wire.IntakeForm
}

// intakeRoutes are the forms by which companies take cases (spec 2 section 4).
func intakeRoutes() []entry {
	const at, statement = "/v1/intake-forms", "spec 2 section 4"
	return []entry{
		route[IntakeQuery, Document[wire.Page[wire.IntakeForm]]]{Name: "list-intake-forms", Method: get, Path: at, Needs: access.ScopeRead, Statement: statement, Call: listIntakeForms},
		route[ObjectID, Resource[wire.IntakeForm]]{Name: "get-intake-form", Method: get, Path: at + "/{id}", Needs: access.ScopeRead, Statement: statement, Call: getObject[wire.IntakeForm](directory.IntakeForms)},
		route[IntakeBody, SavedIntake]{Name: "save-intake-form", Method: post, Path: at, Status: 201, Needs: access.ScopeWrite, Statement: statement, Call: saveIntakeForm, Again: againIntakeForm},
	}
}

func listIntakeForms(c *call, in *IntakeQuery) (*Document[wire.Page[wire.IntakeForm]], error) {
	forms, err := c.app.IntakeForms(c.ctx, c.actor, app.IntakeFilter{Company: in.Company, Topic: in.Topic, History: in.History})
	if err != nil {
		return nil, err
	}
	return pageOf(forms, ""), nil
}

func saveIntakeForm(c *call, in *IntakeBody) (*SavedIntake, error) {
	form, err := c.app.SaveIntake(c.ctx, c.actor, in.Body)
	if err != nil {
		return nil, err
	}
	return savedIntake(form), nil
}

func againIntakeForm(c *call, o *app.Outcome) (*SavedIntake, error) {
	object, _, err := c.app.Get(c.ctx, c.actor, directory.IntakeForms, o.ID)
	if err != nil {
		return nil, err
	}
	return savedIntake(object.(*wire.IntakeForm)), nil
}

func savedIntake(form *wire.IntakeForm) *SavedIntake {
	_, id := directory.Identify(form)
	return &SavedIntake{Location: "/v1/intake-forms/" + id, Body: *form}
}
