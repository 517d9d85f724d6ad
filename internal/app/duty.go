package app

import (
	"context"
	"fmt"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/jobs"
	"switchboard/internal/store"
)

// How many pieces a duty looks at in one go, and takes in one transaction.
const (
	dutyPage  = 200
	relayPage = 64
	// Cases that come one after the other go out together: a round for each of
	// them would take the writer as often as the cases do.
	relayPace = 25 * time.Millisecond
)

// Duties are the jobs of an installation: nobody asks for them.
func (a *App) Duties(wake <-chan struct{}) []jobs.Job {
	r := &relay{app: a}
	return []jobs.Job{
		{Name: store.JobRelay, Batch: relayPage, Pace: relayPace, Look: r.look, Do: r.do, Wake: wake},
		{Name: store.JobTick, Batch: 1, Look: a.dueCases, Do: each(a.tick)},
		{Name: store.JobRecheck, Batch: 1, Look: a.dueRechecks, Do: each(a.recheck)},
		{Name: store.JobFacts, Batch: 1, Look: a.dueFacts, Do: each(a.readFacts)},
		{Name: store.JobSweep, Batch: 1, Pace: sweepPace, Look: a.dueSweeps, Do: each(a.sweep)},
	}
}

// each is for duties whose writes are safe by a version of their own.
func each(do func(context.Context, store.Piece) error) func(context.Context, store.Lease, []store.Piece) error {
	return func(ctx context.Context, _ store.Lease, pieces []store.Piece) error {
		for _, p := range pieces {
			if err := do(ctx, p); err != nil {
				return err
			}
		}
		return nil
	}
}

// relay takes events to the feeds of the companies that read them.
type relay struct {
	app   *App
	after string // the cases go round: a busy one keeps none waiting
}

func (r *relay) look(ctx context.Context) (out []store.Piece, _ time.Time, err error) {
	err = r.app.store.View(ctx, func(tx *store.Tx) error {
		out, err = tx.UnrelayedCases(r.after, dutyPage)
		if err == nil && len(out) == 0 && r.after != "" {
			out, err = tx.UnrelayedCases("", dutyPage)
		}
		return err
	})
	r.after = ""
	if len(out) == dutyPage {
		r.after = out[len(out)-1].ID
	}
	return out, time.Time{}, err
}

// do reads beside the writer, and writes all pieces in one fenced transaction.
func (r *relay) do(ctx context.Context, l store.Lease, pieces []store.Piece) error {
	var news []*store.News
	err := r.app.store.View(ctx, func(tx *store.Tx) error {
		for _, p := range pieces {
			n, err := tx.News(p.ID)
			if err != nil {
				return err
			}
			news = append(news, n)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.app.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Fence(l); err != nil {
			return err
		}
		for i, p := range pieces {
			if err := tx.Relay(news[i]); err != nil {
				return err
			}
			if err := tx.Settle(store.JobRelay, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *App) dueCases(ctx context.Context) (out []store.Piece, next time.Time, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		if out, err = tx.DueCases(dutyPage); err != nil {
			return err
		}
		next, err = tx.NextDue()
		return err
	})
	return out, next, err
}

// tick is the system's turn on a case: what has fallen due by now, each thing
// once. A case that has moved meanwhile is left for its own new due time.
func (a *App) tick(ctx context.Context, p store.Piece) error {
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return err
	}
	drawn := chance()
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if due, err := tx.TakeDue(p.ID); err != nil || !due {
			return err
		}
		c, err := tx.Case(p.ID)
		if err != nil {
			return err
		}
		d, err := a.desk(tx, c, rules)
		if err != nil {
			return err
		}
		moved, events, err := casework.Decide(c, casework.Tick{}, casework.System, tx.Now(), d.facts, drawn)
		if err != nil {
			return err
		}
		if err := writeTick(tx, d, c, moved, events); err != nil {
			return err
		}
		return tx.Settle(store.JobTick, p)
	})
	if fault.Is(err, fault.Stale) {
		return nil
	}
	return err
}

func writeTick(tx *store.Tx, d *desk, c, moved *casework.Case, events []casework.Event) error {
	m, err := d.moved(c, moved, events)
	if err != nil {
		return err
	}
	if len(events) > 0 {
		return tx.MoveCase(m)
	}
	if !m.Due.IsZero() && !m.Due.After(tx.Now()) {
		return fmt.Errorf("app: case %s is due at %s, and nothing comes of it", c.Number, m.Due)
	}
	return tx.SetDue(c.Number, c.Seq, m.Due)
}

func (a *App) dueRechecks(ctx context.Context) (out []store.Piece, _ time.Time, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		out, err = tx.DueRechecks(dutyPage)
		return err
	})
	return out, time.Time{}, err
}

func (a *App) recheck(ctx context.Context, p store.Piece) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.MarkCases(p.ID); err != nil {
			return err
		}
		return tx.Settle(store.JobRecheck, p)
	})
}

func (a *App) dueFacts(ctx context.Context) (out []store.Piece, _ time.Time, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		out, err = tx.DueFacts(dutyPage)
		return err
	})
	return out, time.Time{}, err
}

// readFacts takes a case from before there were reports into them.
func (a *App) readFacts(ctx context.Context, p store.Piece) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.ReadFacts(p.ID); err != nil {
			return err
		}
		return tx.Settle(store.JobFacts, p)
	})
}

// sweepPace leaves the writer to others between two pages of rows.
const sweepPace = 200 * time.Millisecond

func (a *App) dueSweeps(ctx context.Context) (out []store.Piece, _ time.Time, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		out, err = tx.DueSweeps()
		return err
	})
	return out, time.Time{}, err
}

// sweep takes away a page of what has served in a table: requests older than seven
// days, credentials and guest links that have long ended.
func (a *App) sweep(ctx context.Context, p store.Piece) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Sweep(p.ID); err != nil {
			return err
		}
		return tx.Settle(store.JobSweep, p)
	})
}
