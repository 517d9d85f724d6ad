package responsibility

import (
	"context"
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// TestWhatTheStoreLoadsIsEnough: the little that the store loads around a
// question gives the same answer as the whole world does.
func TestWhatTheStoreLoadsIsEnough(t *testing.T) {
	w := demoWorld(t)
	s := stored(t, w)
	whole := directory.NewSnapshot(w)
	var questions []Question
	for _, r := range readRows(t, whole) {
		if r.q.Portal == "" {
			questions = append(questions, r.q)
		}
	}
	for _, c := range w.Companies {
		for _, offer := range w.Offers {
			questions = append(questions, Question{Asker: c.ID, Offer: offer.ID, Topic: wire.BreakFix, At: asked})
		}
		for _, sub := range w.Subscriptions {
			questions = append(questions, Question{Asker: c.ID, Offer: sub.Offer, Customer: sub.Customer, Topic: wire.Billing, At: asked})
		}
	}
	for _, q := range questions {
		if want, got := answerFrom(q, whole), answerFrom(q, around(t, s, q)); want != got {
			t.Errorf("%s:\n from the whole world %.600s\n from the store %.600s", describe(q), want, got)
		}
	}
}

func answerFrom(q Question, s *directory.Snapshot) string {
	d, err := Decide(q, s, Shipped())
	if err != nil {
		return err.Error()
	}
	return jsonOf(d.Answer(i18n.For(i18n.English)))
}

func around(t *testing.T, s *store.Store, q Question) (snapshot *directory.Snapshot) {
	t.Helper()
	err := s.View(context.Background(), func(tx *store.Tx) (err error) {
		snapshot, err = tx.Around(store.Keys{Asker: q.Asker, Offer: q.Offer, Subscription: q.Subscription, Customer: q.Customer, About: q.About})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// stored puts a world into a fresh SQLite file.
func stored(t *testing.T, w *wire.World) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	err = s.InTx(context.Background(), func(tx *store.Tx) error {
		for _, object := range objects(w) {
			if _, err := tx.Put(object, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// objects lists a world in the order in which its parts refer to each other.
func objects(w *wire.World) []any {
	var out []any
	for i := range w.Companies {
		out = append(out, &w.Companies[i])
	}
	for i := range w.Relations {
		out = append(out, &w.Relations[i])
	}
	late := map[bool][]any{}
	for i := range w.Agreements {
		a := &w.Agreements[i]
		late[len(a.Offers) > 0] = append(late[len(a.Offers) > 0], a)
	}
	out = append(out, late[false]...)
	for i := range w.Offers {
		out = append(out, &w.Offers[i])
	}
	out = append(out, late[true]...)
	for i := range w.Subscriptions {
		out = append(out, &w.Subscriptions[i])
	}
	for i := range w.Policies.Refund {
		out = append(out, &w.Policies.Refund[i])
	}
	return out
}
