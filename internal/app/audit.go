package app

import (
	"context"
	"strconv"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
)

// audit writes who did what to what, in the transaction that does it, and what
// a request that may be repeated has led to: one key, one effect.
func audit(tx *store.Tx, actor access.Actor, act string, noun directory.Noun, id string) error {
	if err := keepOutcome(tx, actor, noun, id); err != nil {
		return err
	}
	return tx.AddEntry(store.Entry{Company: actor.Company, Person: actor.Person, Via: string(actor.Via), Act: act, Noun: string(noun), ID: id})
}

func keepOutcome(tx *store.Tx, actor access.Actor, noun directory.Noun, id string) error {
	if actor.Request == nil {
		return nil
	}
	return tx.KeepOutcome(store.Request(*actor.Request), store.Outcome{Kind: string(noun), ID: id})
}

// Entry says who did what to what.
type Entry = store.Entry

// AuditLog lists what was done, newest first: in the actor's company, or
// everywhere for the operator and the local command line.
func (a *App) AuditLog(ctx context.Context, actor access.Actor, cursor string, limit int) (entries []Entry, next string, err error) {
	if err := access.Need(actor, access.ManagePeople); err != nil {
		return nil, "", err
	}
	var before int64
	if cursor != "" {
		if before, err = strconv.ParseInt(cursor, 10, 64); err != nil {
			return nil, "", fault.New(fault.Invalid, "cursor.invalid")
		}
	}
	if limit <= 0 || limit > 500 {
		limit = 50
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		entries, err = tx.Audit(reader(actor), before, limit+1)
		return err
	})
	if len(entries) > limit {
		entries = entries[:limit]
		next = strconv.FormatInt(entries[limit-1].Seq, 10)
	}
	return entries, next, err
}
