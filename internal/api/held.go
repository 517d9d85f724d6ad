package api

import (
	"switchboard/internal/access"
	"switchboard/wire"
)

// heldRoutes are about what a person has pressed at the desk and what still waits
// there. What is asked of this interface is done at once and never waits.
func heldRoutes() []entry {
	return []entry{
		route[struct{}, Document[wire.Page[wire.Held]]]{Name: "list-held", Method: get, Path: "/v1/held", Needs: access.ScopeRead, Statement: "spec 2 section 4", Call: listHeld},
		route[HeldID, Empty]{Name: "take-back-held", Method: del, Path: "/v1/held/{id}", Needs: access.ScopeWrite, Statement: "spec 2 section 4", Call: takeBackHeld},
	}
}

// HeldID names a command that waits, or all that were pressed together.
type HeldID struct {
	ID string `path:"id"`
}

func listHeld(c *call, _ *struct{}) (*Document[wire.Page[wire.Held]], error) {
	list, err := c.app.Helds(c.ctx, c.actor)
	if err != nil {
		return nil, err
	}
	return pageOf(list, ""), nil
}

func takeBackHeld(c *call, in *HeldID) (*Empty, error) {
	_, err := c.app.TakeBack(c.ctx, c.actor, in.ID)
	return &Empty{}, err
}
