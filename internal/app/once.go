package app

import (
	"context"

	"switchboard/internal/store"
)

// Request is an Idempotency-Key of a caller on a route; Outcome is what it has
// led to.
type (
	Request = store.Request
	Outcome = store.Outcome
)

// Earlier gives what the same request has led to before; nil = it is new.
// Fault conflict idempotency.other-body when the key came with another body.
func (a *App) Earlier(ctx context.Context, r Request) (out *Outcome, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		out, err = tx.Outcome(r)
		return err
	})
	return out, err
}

// Keep remembers what a request has led to.
func (a *App) Keep(ctx context.Context, r Request, o Outcome) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error { return tx.KeepOutcome(r, o) })
}
