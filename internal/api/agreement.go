package api

import (
	"context"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/wire"
)

// AgreementBody is a support agreement to propose.
type AgreementBody struct{ Body wire.Agreement }

// AgreementStep is a step of a support agreement's life.
type AgreementStep = ObjectStep

func proposeAgreement(c *call, in *AgreementBody) (*Resource[wire.Agreement], error) {
	return c.agreement(c.app.ProposeSplit(c.ctx, c.actor, in.Body))
}

func acceptAgreement(c *call, in *AgreementStep) (*Resource[wire.Agreement], error) {
	return c.step(in, c.app.AcceptSplit)
}

func endAgreement(c *call, in *AgreementStep) (*Resource[wire.Agreement], error) {
	return c.step(in, c.app.EndSplit)
}

func withdrawAgreement(c *call, in *AgreementStep) (*Resource[wire.Agreement], error) {
	return c.step(in, c.app.WithdrawSplit)
}

type splitStep func(ctx context.Context, actor access.Actor, id string, ifVersion *int64) (*wire.Agreement, error)

func (c *call) step(in *AgreementStep, step splitStep) (*Resource[wire.Agreement], error) {
	ifVersion, err := in.version()
	if err != nil {
		return nil, err
	}
	return c.agreement(step(c.ctx, c.actor, in.ID, ifVersion))
}

// agreement answers with what is there now and its version; who withdrew a
// proposal gets it without one, for it is gone.
func (c *call) agreement(changed *wire.Agreement, err error) (*Resource[wire.Agreement], error) {
	if err != nil {
		return nil, err
	}
	out := &Resource[wire.Agreement]{Body: *changed}
	if _, version, err := c.app.Get(c.ctx, c.actor, directory.Agreements, changed.ID); err == nil {
		out.ETag = etag(version)
	}
	return out, nil
}
