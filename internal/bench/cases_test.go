package bench

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"switchboard/internal/casework"
	"switchboard/internal/query"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
)

// Every case that the world makes is a real one: its chains hold, its events
// fold to it, and it is the same each time.
func TestTheCasesOfTheWorldAreReal(t *testing.T) {
	w := small(t).cases(600)
	states, langs, handed, events := map[casework.State]int{}, map[string]int{}, 0, 0
	numbers := map[string]bool{}
	for i := range w.of {
		r, err := w.one(i)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.one(i)
		if err != nil {
			t.Fatal(err)
		}
		folded, err := casework.Fold(r.Events)
		if err != nil {
			t.Fatal(err)
		}
		if err := casework.Verify(r.Case, r.Events); err != nil {
			t.Error(err)
		}
		if one := inJSON(t, r.Case); one != inJSON(t, folded) || one != inJSON(t, again.Case) {
			t.Errorf("case %d is not what its events fold to, or another each time", i)
		}
		numbers[r.Case.Number] = true
		states[r.Case.State]++
		langs[r.Case.Lang]++
		handed += r.Case.Handoffs
		events += len(r.Events)
	}
	t.Logf("%v %v, %d handed over, %d events", states, langs, handed, events)
	if len(states) != 6 || len(langs) != 3 || handed < w.of/10 || len(numbers) != w.of {
		t.Errorf("states %v, languages %v, %d handed over, %d numbers", states, langs, handed, len(numbers))
	}
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func BenchmarkCases(b *testing.B) {
	size, _ := SizeOf("10k")
	w := NewWorld(size).cases(10_000)
	for i := 0; b.Loop(); i++ {
		r, err := w.one(i % 10_000)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Rows(); err != nil {
			b.Fatal(err)
		}
	}
}

// Filled on both engines, the ledger holds, and lists and search know the cases.
func TestAFilledStoreIsWhole(t *testing.T) {
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		s := openStore(t, engine, database)
		w := small(t).cases(300)
		for _, part := range [][2]int{{0, 100}, {100, 300}} {
			if err := w.fill(t.Context(), s, part[0], part[1]); err != nil {
				t.Fatal(err)
			}
		}
		desk := query.Reader{Company: directID(bigDesk), Now: Now}
		err := s.View(t.Context(), func(tx *store.Tx) error {
			for i := range w.of {
				c, err := tx.Case(caseNumber(i))
				if err != nil {
					return err
				}
				events, err := tx.CaseEvents(c.Number, 0)
				if err != nil {
					return err
				}
				if err := casework.Verify(c, events); err != nil {
					t.Error(err)
				}
			}
			listed, _, err := tx.Inbox(desk, query.Query{}, 200, "")
			if err != nil {
				return err
			}
			found, _, err := tx.SearchCases(desk, query.Query{Terms: []query.Term{{Field: query.Anywhere, Any: []query.Value{query.Phrase{Text: codeOf(0)}}}}}, 200, "")
			if len(listed) < w.of/10 || len(found) < perCode/10 {
				t.Errorf("%d cases in the list, %d with the code", len(listed), len(found))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func openStore(tb testing.TB, engine, database string) *store.Store {
	tb.Helper()
	o := store.Options{DSN: database}
	if engine == "sqlite" {
		o = store.Options{DataDir: filepath.Dir(database)}
	}
	s, err := store.Open(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func BenchmarkFill(b *testing.B) {
	size, _ := SizeOf("10k")
	w := NewWorld(size).cases(1_000_000)
	s := openStore(b, "sqlite", filepath.Join(b.TempDir(), "switchboard.db"))
	b.ResetTimer()
	if err := w.fill(b.Context(), s, 0, b.N); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}
