package app_test

import (
	"context"
	"io"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/testkit/casewalk"
	"switchboard/wire"
)

// The random commands of the core, by the use cases, on both engines: each
// company finds what the model says, after each of them.
func TestInvariantsHoldOverRandomUse(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		w.must(w.take(casewalk.World, app.ImportOptions{}))
		w.duty(store.JobRecheck) // until then no timer is held against the hours
		p := w.walked(t)
		accepted := map[string]int{}
		for seed := uint64(35); seed < 48; seed++ { // these lead to every verb and every sale
			for verb, n := range casewalk.Walk(t, p, seed, 40) {
				accepted[verb] += n
			}
		}
		for _, verb := range casewalk.Verbs() {
			if accepted[verb] == 0 {
				t.Errorf("no random command led to %s", verb)
			}
		}
		w.wholeStore()
	})
}

// walked is the app, to be walked.
func (w *world) walked(t testing.TB) *casewalk.Product {
	p := &casewalk.Product{T: t, Callers: map[string]casewalk.Caller{}, Clock: w.clock.now, Later: w.clock.pass, Turn: w.turn, Key: w.key(), Relate: w.relate,
		Check: func(number string) error {
			if w.checks++; w.checks%2 == 0 { // and what waits is not missing
				w.relay()
			}
			return casewalk.Whole(w.VerifyStore(t.Context(), local, number[:len(number)-1], 1, i18n.English))
		}}
	for _, company := range append(casewalk.Everybody(), casewalk.Rival) {
		p.Callers[company] = caller{w.App, w.as(casewalk.Person(company))}
	}
	return p
}

// relay takes what has happened into the feeds.
func (w *world) relay() {
	w.t.Helper()
	err := w.store.InTx(w.t.Context(), func(tx *store.Tx) error {
		waiting, err := tx.UnrelayedCases("", 200)
		for _, p := range waiting {
			var news *store.News
			if news, err = tx.News(p.ID); err == nil {
				err = tx.Relay(news)
			}
			if err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// relate writes down what has become of the relation of the walk.
func (w *world) relate(state string) error {
	ctx, pair := w.t.Context(), wire.Relation{Provider: "zprovider", Reseller: "zreseller", State: state}
	if state == casewalk.Removed {
		if err := w.Delete(ctx, local, directory.Relations, "zprovider:zreseller", nil); !fault.Is(err, fault.NotFound) {
			return err
		}
		return nil
	}
	_, err := w.Put(ctx, local, &pair, nil)
	return err
}

// turn lets the timer do what has fallen due.
func (w *world) turn() error {
	for _, job := range w.Duties(nil) {
		for job.Name == store.JobTick {
			due, _, err := job.Look(w.t.Context())
			if err != nil {
				return err
			}
			if len(due) == 0 {
				break
			}
			if err := job.Do(w.t.Context(), store.Lease{}, due); err != nil {
				return err
			}
		}
	}
	return nil
}

// caller is the app as the client of one company would find it.
type caller struct {
	*app.App
	as access.Actor
}

func (c caller) OpenCase(ctx context.Context, n wire.NewCase) (*wire.Case, error) {
	return c.App.OpenCase(ctx, c.as, n, i18n.English)
}

func (c caller) Case(ctx context.Context, number string) (*wire.Case, error) {
	return c.App.Case(ctx, c.as, number, i18n.English)
}

func (c caller) Timeline(ctx context.Context, number string, after int64) ([]wire.CaseEvent, error) {
	return c.App.Timeline(ctx, c.as, number, after, i18n.English)
}

func (c caller) ExportCase(ctx context.Context, number string) (*wire.CaseExport, error) {
	return c.App.ExportCase(ctx, c.as, number)
}

func (c caller) ChangeCase(ctx context.Context, number string, ch wire.CaseChange, _ int64) (*wire.Case, error) {
	return c.App.ChangeCase(ctx, c.as, number, ch, nil, i18n.English)
}

func (c caller) Say(ctx context.Context, number string, m wire.NewMessage, _ int64) (*wire.Case, error) {
	return c.App.Say(ctx, c.as, number, m, nil, i18n.English)
}

func (c caller) AddFile(ctx context.Context, number string, f wire.NewFile, in io.Reader) (*wire.Case, error) {
	return c.App.AddFile(ctx, c.as, number, f, in, nil, i18n.English)
}

func (c caller) HandOver(ctx context.Context, number string, h wire.NewHandoff, _ int64) (*wire.Case, error) {
	return c.App.HandOver(ctx, c.as, number, h, nil, i18n.English)
}

func (c caller) StepHandoff(ctx context.Context, id, verb string, s wire.HandoffStep, _ int64) (*wire.Case, error) {
	return c.App.Step(ctx, c.as, id, verb, s, nil, i18n.English)
}

func (c caller) StepCase(ctx context.Context, number, verb string, s wire.CaseStep, _ int64) (*wire.Case, error) {
	return c.App.Solve(ctx, c.as, number, verb, s, nil, i18n.English)
}
