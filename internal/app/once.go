package app

import (
	"context"

	"switchboard/internal/access"
	"switchboard/internal/store"
)

// Outcome is what a request has led to: the noun and id of what it made.
type Outcome = store.Outcome

// Earlier gives what the same request has led to before; nil = it is new.
// Fault conflict idempotency.other-body when the key came with another body.
func (a *App) Earlier(ctx context.Context, r access.Request) (*Outcome, error) {
	return a.store.Outcome(ctx, store.Request(r))
}
