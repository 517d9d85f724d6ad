package store

import (
	"math/rand/v2"
	"slices"
	"testing"

	"switchboard/internal/fault"
)

// check gives the codes of what is wrong with a case, and with the rest.
func check(t *testing.T, s *Store, number string) (codes []string) {
	t.Helper()
	err := s.View(t.Context(), func(tx *Tx) error {
		found, err := tx.CheckCase(number)
		if err != nil {
			return err
		}
		rest, err := tx.CheckRest()
		for _, f := range append(found, rest...) {
			codes = append(codes, f.Code)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

// Whatever somebody changes in the tables of a case is found and named, on both
// engines; a case that nobody touched has nothing wrong (promises 15, 16).
func TestEveryChangeOfTheTablesIsFound(t *testing.T) {
	const ofCase = "id / 16777216 = (SELECT serial FROM cases WHERE number = $1)"
	const second = "id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 2"
	changes := []struct{ code, sql string }{
		{"verify.order", "DELETE FROM case_event WHERE " + second},
		{"verify.order", "UPDATE case_event SET id = id + 97 WHERE " + second},
		{"verify.end", "DELETE FROM case_event WHERE id = (SELECT max(id) FROM case_event WHERE " + ofCase + ")"},
		{"verify.edited", "UPDATE case_event SET salt = head WHERE " + second},
		{"verify.edited", "UPDATE case_event SET head = (SELECT head FROM case_event e WHERE e.id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 1) WHERE " + second},
		{"verify.edited", "UPDATE case_event SET bytes = (SELECT bytes FROM case_event e WHERE e.id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 1), sealed = (SELECT sealed FROM case_event e WHERE e.id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 1), readers = (SELECT readers FROM case_event e WHERE e.id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 1) WHERE " + second},
		{"verify.value", `UPDATE case_event SET sealed = replace(sealed, 'secret ', 'public ') WHERE ` + ofCase},
		{"verify.readers", "UPDATE case_event SET readers = 7 WHERE " + second},
		{"verify.bytes", "UPDATE case_event SET sealed = 'x' WHERE " + second},
		{"verify.bytes", "UPDATE case_event SET salt = substr(salt, 1, 3) WHERE " + second},
		{"verify.record", "UPDATE cases SET seq = seq + 1 WHERE number = $1"},
		{"verify.record", "UPDATE cases SET doc = '' WHERE number = $1"},
		{"verify.fold", `UPDATE cases SET doc = replace(doc, '"severity":"moderate"', '"severity":"critical"') WHERE number = $1`},
		{"verify.fold", `UPDATE cases SET doc = replace(doc, '"owner":"fabrikam"', '"owner":"contoso"') WHERE number = $1`},
		{"verify.inbox", "DELETE FROM case_inbox WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.inbox", "UPDATE case_inbox SET doc = (SELECT doc FROM case_inbox i WHERE i.number = $1 AND i.company = 'northwind') WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.inbox", "UPDATE case_inbox SET doc = doc || doc WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.facts", "DELETE FROM case_fact WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.facts", "UPDATE case_fact SET since = since - 1 WHERE number = $1"},
		{"verify.facts", "UPDATE case_fact SET company = 'rival' WHERE number = $1"},
		{"verify.facts", "UPDATE case_fact SET who = 'rival' WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.stray-facts", "DELETE FROM cases WHERE number = $1"},
		{"verify.stray-events", "DELETE FROM cases WHERE number = $1"},
		{"verify.stray-inbox", "DELETE FROM cases WHERE number = $1"},
	}
	eachStore(t, func(t *testing.T, s *Store) {
		cases := searchWorld(t, s, rand.New(rand.NewPCG(3, 5)))
		for i, change := range changes {
			number := cases[i].Number
			if codes := check(t, s, number); len(codes) > 0 && codes[0] != "verify.stray-events" {
				t.Fatalf("nobody touched case %s: %v", number, codes)
			}
			alter(t, s, change.sql, number)
			if codes := check(t, s, number); !slices.Contains(codes, change.code) {
				t.Errorf("%s: %v, want %s", change.sql, codes, change.code)
			}
		}
	})
}

func alter(t *testing.T, s *Store, sql string, args ...any) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx *Tx) error {
		n, err := tx.exec(&query{text: sql}, args...)
		if err == nil && n == 0 {
			err = fault.New(fault.Internal, "nothing was changed")
		}
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// The search index: a word that is missing, one that nobody wrote, one that
// others can find.
func TestAChangeOfTheSearchIndexIsFound(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		cases := searchWorld(t, s, rand.New(rand.NewPCG(3, 5)))
		var serial int64
		id := func(number string, seq int64) int64 {
			if err := s.View(t.Context(), func(tx *Tx) error {
				_, err := tx.one(checkCase, []any{number}, &serial, new(int64), new(string))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return serial<<serialBits | seq<<placeBits
		}
		column := map[bool]string{true: "rowid", false: "id"}[s.sqlite != nil]
		remove := "DELETE FROM case_word WHERE " + column + " = $1"
		alter(t, s, remove, id(cases[0].Number, 2))
		write(t, s, id(cases[1].Number, 14), []string{"invented"}, []string{"rival"})
		alter(t, s, remove, id(cases[2].Number, 2))
		write(t, s, id(cases[2].Number, 2), []string{"secret"}, []string{"northwind", "fabrikam"})
		for i, want := range []int{1, 1, 1, 0} {
			codes := check(t, s, cases[i].Number)
			if len(codes) != want || want > 0 && codes[0] != "verify.words" {
				t.Errorf("case %d: %v", i, codes)
			}
		}
	})
}

func write(t *testing.T, s *Store, id int64, tokens, companies []string) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx *Tx) error {
		_, err := tx.exec(wordAdd, id, s.eng.words(tokens, companies))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A feed with a gap is one that a reader would miss something of.
func TestAGapInAFeedIsFound(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		for _, position := range []int{4, 5, 7} {
			alter(t, s, "INSERT INTO feed (company, position, number, n, kind, at) VALUES ('gapped', $1, '', 1, 'message', 0)", position)
		}
		for _, position := range []int{4, 5, 6} {
			alter(t, s, "INSERT INTO feed (company, position, number, n, kind, at) VALUES ('whole', $1, '', 1, 'message', 0)", position)
		}
		var found []*fault.Error
		if err := s.View(t.Context(), func(tx *Tx) (err error) { found, err = tx.CheckRest(); return err }); err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || found[0].Args["company"] != "gapped" {
			t.Errorf("%v", found)
		}
	})
}
