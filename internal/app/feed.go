package app

import (
	"context"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/live"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

const (
	// MostStreams is how many streams of one company a node serves.
	MostStreams = 50
	mostFed     = 200
	someFed     = 50
)

// feedOf is whose feed an actor reads: its own company's. The local command
// line says which.
func feedOf(actor access.Actor, as string) (access.Actor, error) {
	switch {
	case as == "" || as == actor.Company:
	case actor.Local:
		actor.Company = as
	default:
		return actor, fault.New(fault.NotFound, "not-found.company", "id", as)
	}
	return actor, mayWork(actor, access.OpenCases)
}

// FeedLimit is how many entries are read when so many are wished for.
func FeedLimit(wish int) int {
	if wish <= 0 {
		return someFed
	}
	return min(wish, mostFed)
}

// Feed is what came to the actor's company after a position, each entry as it
// may be read now: rights are asked when it is read, not when it was written.
// as is the company, for those who may say so.
func (a *App) Feed(ctx context.Context, actor access.Actor, as string, after int64, limit int, lang i18n.Lang) (out []wire.FeedEntry, err error) {
	if actor, err = feedOf(actor, as); err != nil {
		return nil, err
	}
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		fed, err := tx.Feed(actor.Company, after, FeedLimit(limit))
		if err != nil {
			return err
		}
		r := &feedReader{app: a, tx: tx, rules: rules, actor: actor, lang: lang, cases: map[string][]wire.CaseEvent{}}
		out = make([]wire.FeedEntry, 0, len(fed))
		for _, f := range fed {
			entry, err := r.entry(f)
			if err != nil {
				return err
			}
			out = append(out, entry)
		}
		return nil
	})
	return out, err
}

// FeedMarks is Feed without the lines: that something came to a case, not what.
func (a *App) FeedMarks(ctx context.Context, actor access.Actor, after int64, limit int) (out []wire.FeedEntry, err error) {
	if actor, err = feedOf(actor, ""); err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		fed, err := tx.Feed(actor.Company, after, FeedLimit(limit))
		for _, f := range fed {
			out = append(out, mark(f))
		}
		return err
	})
	return out, err
}

// mark is an entry of which nothing is read but where it stands.
func mark(f store.Fed) wire.FeedEntry {
	return wire.FeedEntry{Position: f.Position, Case: f.Case, N: f.N, Kind: f.Kind, At: f.At}
}

// FeedEnd is the last position of the actor's company.
func (a *App) FeedEnd(ctx context.Context, actor access.Actor, as string) (end int64, err error) {
	if actor, err = feedOf(actor, as); err != nil {
		return 0, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		end, err = tx.FeedEnd(actor.Company)
		return err
	})
	return end, err
}

// Follow wakes whenever something has come to the feed of the actor's company.
// Faults: those of Feed, too-many too-many.streams.
func (a *App) Follow(actor access.Actor, as string) (*live.Ear, error) {
	actor, err := feedOf(actor, as)
	if err != nil {
		return nil, err
	}
	return a.live.Listen(store.TopicFeed(actor.Company))
}

// feedReader reads the cases of one page of a feed, each once.
type feedReader struct {
	app   *App
	tx    *store.Tx
	rules *responsibility.Rules
	actor access.Actor
	lang  i18n.Lang
	cases map[string][]wire.CaseEvent // its lines; none: it cannot be read
}

// entry is one entry with its line. One whose case cannot be read (any more)
// keeps its place without a line: a position never disappears, and one case
// stops nobody's feed.
func (r *feedReader) entry(f store.Fed) (wire.FeedEntry, error) {
	out := mark(f)
	read, known := r.cases[f.Case]
	if !known {
		var err error
		if read, err = r.read(f.Case); fault.Is(err, fault.Unavailable) || r.tx.Ended() { // the database's trouble, not the case's
			return out, err
		}
		r.cases[f.Case] = read
	}
	if f.N >= 1 && f.N <= int64(len(read)) {
		out.Event = &read[f.N-1]
	}
	return out, nil
}

func (r *feedReader) read(number string) ([]wire.CaseEvent, error) {
	c, err := seeCase(r.tx, r.actor, number)
	if err != nil {
		return nil, err
	}
	d, err := r.app.desk(r.tx, c, r.rules)
	if err != nil {
		return nil, err
	}
	return d.timeline(r.tx, c, r.actor.Company, r.lang)
}
