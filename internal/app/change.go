package app

import (
	"context"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

// ready is what a command leads to, decided but not written yet.
type ready struct {
	moved store.Moved
	shown *wire.Case // to who asked for it
	rows  *store.CaseRows
	sent  DraftKey // the draft whose words this is; zero = none

	invites []GuestLink // of companies that were handed the case and have nobody here
}

// ready is a case after a command, as it is shown to who asked for it.
func (d *desk) ready(before, c *casework.Case, events []casework.Event, shown *wire.Case) (*ready, error) {
	m, err := d.moved(before, c, events)
	return &ready{moved: m, shown: shown}, err
}

// quickTurns is how often a command is decided ahead, when others are quicker.
const quickTurns = 3

// change decides on what is on disk, and writes in a transaction of its own:
// deciding takes longer than writing, and SQLite has one writer for all. What
// the decision rests on is held against the data before anything is written;
// when it has changed meanwhile the command is decided anew.
func (a *App) change(ctx context.Context, actor access.Actor, decide func(*store.Tx) (*ready, error)) (*wire.Case, error) {
	for range quickTurns {
		r, err := a.decided(ctx, decide)
		if err != nil {
			return nil, err
		}
		err = a.store.InTx(ctx, func(tx *store.Tx) error {
			if err := tx.WriteCase(r.rows); err != nil {
				return err
			}
			return a.kept(tx, actor, r)
		})
		if err == nil {
			return r.shown, nil
		}
		if !fault.Is(err, fault.Stale) {
			return nil, err
		}
	}
	return a.changeAtOnce(ctx, actor, decide)
}

func (a *App) decided(ctx context.Context, decide func(*store.Tx) (*ready, error)) (r *ready, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		if r, err = decide(tx); err != nil {
			return err
		}
		on, err := tx.Stamp()
		if err != nil {
			return err
		}
		r.rows, err = tx.CaseRows(r.moved, on)
		return err
	})
	return r, err
}

// changeAtOnce decides where it writes.
func (a *App) changeAtOnce(ctx context.Context, actor access.Actor, decide func(*store.Tx) (*ready, error)) (out *wire.Case, err error) {
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		r, err := decide(tx)
		if err != nil {
			return err
		}
		if err := tx.MoveCase(r.moved); err != nil {
			return err
		}
		out = r.shown
		return a.kept(tx, actor, r)
	})
	return out, err
}

// kept forgets the draft that was sent and remembers what a request has led
// to, in its own transaction. The ledger is the audit log of a case.
func (a *App) kept(tx *store.Tx, actor access.Actor, r *ready) error {
	if r.sent != (DraftKey{}) {
		if err := tx.DropDraft(writer(actor), r.moved.Case.Number, r.sent); err != nil {
			return err
		}
	}
	if err := a.invite(tx, r.invites); err != nil {
		return err
	}
	if actor.Request == nil {
		return nil
	}
	return tx.KeepOutcome(store.Request(*actor.Request), store.Outcome{Kind: cases, ID: r.moved.Case.Number, Version: r.shown.Version})
}
