package app

import (
	"context"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/proof"
	"switchboard/wire"
)

// PublicKeys are those by which others check what this installation signs.
func (a *App) PublicKeys() []wire.PublicKey {
	return []wire.PublicKey{{Use: "case-export", Algorithm: "Ed25519", Key: a.signer.Public()}}
}

// ExportCase writes down what the actor's company has read of a case, signed. A
// case that does not fit its own chains is not signed: fault internal
// case.not-proven.
func (a *App) ExportCase(ctx context.Context, actor access.Actor, number string) (*wire.CaseExport, error) {
	if err := mayWork(actor, access.OpenCases); err != nil {
		return nil, err
	}
	var out *wire.CaseExport
	err := a.store.View(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		events, err := tx.CaseEvents(c.Number, 0)
		if err == nil {
			err = casework.Verify(c, events)
		}
		if err != nil {
			return fault.Wrap(err, fault.Internal, "case.not-proven", "case", c.Number)
		}
		own := c.Party(actor.Company)
		out = &wire.CaseExport{Format: wire.ExportFormat, Case: c.Number, Company: actor.Company, N: own.N, Head: own.Head.String(), At: a.now().UTC(),
			Key: a.signer.Public(), Lines: casework.Proven(events, c.Bit(actor.Company))}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Signature = a.signer.Sign(proof.Statement(out.Case, out.Company, out.N, out.Head))
	return out, nil
}
