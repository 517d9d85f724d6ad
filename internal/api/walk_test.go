package api

import (
	"net/http/httptest"
	"path/filepath"
	"testing"

	"switchboard/client"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
	"switchboard/internal/testkit/casewalk"
	"switchboard/proof"
	"switchboard/wire"
)

// The random commands of the core, by the Go client over HTTP, on both engines:
// each company finds what the model says after each of them, and every answer is
// a receipt for every later export (spec 2 section 2).
func TestInvariantsHoldOverRandomRequests(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		on := store.Options{DSN: database}
		if engine == "sqlite" {
			on = store.Options{DataDir: filepath.Dir(database)}
		}
		h := openOn(t, "../testkit/casewalk/world.yaml", Options{}, on)
		served := httptest.NewServer(h.api)
		t.Cleanup(served.Close)
		key, err := proof.ReadKey(h.app.PublicKeys()[0].Key)
		if err != nil {
			t.Fatal(err)
		}
		p := &casewalk.Product{T: t, Callers: h.callers(served.URL), Clock: h.clock.now, Later: h.clock.pass, Turn: h.turn, Key: proof.Against{Key: key}, Relate: h.relate,
			Check: func(number string) error {
				return casewalk.Whole(h.app.VerifyStore(t.Context(), local, number[:len(number)-1], 1, i18n.English))
			}}
		accepted := map[string]int{}
		for seed := uint64(35); seed < 48; seed++ { // these lead to every verb and every sale
			for verb, n := range casewalk.Walk(t, p, seed, 40) {
				accepted[verb] += n
			}
		}
		for _, verb := range casewalk.Verbs() {
			if accepted[verb] == 0 {
				t.Errorf("no random request led to %s", verb)
			}
		}
	})
}

// callers are the clients of the companies of the sales, and of one that has
// nothing to do with them.
func (h *house) callers(at string) map[string]casewalk.Caller {
	out := map[string]casewalk.Caller{}
	for _, company := range append(casewalk.Everybody(), casewalk.Rival) {
		person := casewalk.Person(company)
		h.as(company, person, "write")
		c, err := client.New(client.Options{Server: at, Token: h.tokens[person]})
		if err != nil {
			h.t.Fatal(err)
		}
		out[company] = c
	}
	return out
}

// relate writes down what has become of the walk's relation.
func (h *house) relate(state string) error {
	ctx := h.t.Context()
	if state == casewalk.Removed {
		if err := h.app.Delete(ctx, local, directory.Relations, "zprovider:zreseller", nil); !fault.Is(err, fault.NotFound) {
			return err
		}
		return nil
	}
	_, err := h.app.Put(ctx, local, &wire.Relation{Provider: "zprovider", Reseller: "zreseller", State: state}, nil)
	return err
}

// turn lets the timer do what has fallen due.
func (h *house) turn() error {
	for _, job := range h.app.Duties(nil) {
		for job.Name == store.JobTick {
			due, _, err := job.Look(h.t.Context())
			if err != nil {
				return err
			}
			if len(due) == 0 {
				break
			}
			if err := job.Do(h.t.Context(), store.Lease{}, due); err != nil {
				return err
			}
		}
	}
	return nil
}
