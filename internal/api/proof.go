package api

import "switchboard/wire"

// exportCase is a case as its reader's company has read it, with its proof.
func exportCase(c *call, in *CaseID) (*Document[wire.CaseExport], error) {
	return document(c.app.ExportCase(c.ctx, c.actor, in.N))
}

// publicKeys are open: who checks an export may be nobody here.
func publicKeys(c *call, _ *struct{}) (*Document[wire.Page[wire.PublicKey]], error) {
	return pageOf(c.app.PublicKeys(), ""), nil
}

func verifyStore(c *call, in *PageQuery) (*Document[wire.StoreCheck], error) {
	return document(c.app.VerifyStore(c.ctx, c.actor, in.Cursor, in.limit(), c.lang))
}
