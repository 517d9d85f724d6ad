package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
)

// check gives the codes of what is wrong with a case, and with the rest.
func check(t *testing.T, s *Store, number string) (codes []string) {
	t.Helper()
	err := s.View(t.Context(), func(tx *Tx) (err error) {
		codes, err = codesIn(tx, number)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func codesIn(tx *Tx, number string) (codes []string, err error) {
	found, err := tx.CheckCase(number, asWritten)
	if err != nil {
		return nil, err
	}
	rest, err := tx.CheckRest()
	for _, f := range append(found, rest...) {
		codes = append(codes, f.Code)
	}
	return codes, err
}

// asWritten derives of a case of searchWorld what movedOf writes.
func asWritten(*casework.Case) (Derived, error) { return writtenRows{}, nil }

type writtenRows struct{}

func (writtenRows) NextDue(c *casework.Case) time.Time        { return dueOf(c) }
func (writtenRows) InboxRow(c *casework.Case, i int) InboxRow { return rowOf(c, i) }

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
		{"verify.due", "UPDATE cases SET due_at = 0 WHERE number = $1"},
		{"verify.due", "UPDATE cases SET due_at = due_at + 1 WHERE number = $1"},
		{"verify.due", "UPDATE cases SET due_at = (SELECT max(due_at) FROM cases) + 1 WHERE number = $1"},
		{"verify.inbox", "DELETE FROM case_inbox WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.inbox", "UPDATE case_inbox SET doc = (SELECT doc FROM case_inbox i WHERE i.number = $1 AND i.company = 'northwind') WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.inbox", "UPDATE case_inbox SET doc = doc || doc WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.facts", "DELETE FROM case_fact WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.facts", "UPDATE case_fact SET since = since - 1 WHERE number = $1"},
		{"verify.facts", "UPDATE case_fact SET company = 'rival' WHERE number = $1"},
		{"verify.facts", "UPDATE case_fact SET who = 'rival' WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.stray-facts", "DELETE FROM cases WHERE number = $1"},
		{"verify.inbox", "UPDATE case_inbox SET company = 'contoso' WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.foreign-row", "INSERT INTO case_inbox (" + InboxColumns + ") SELECT 'rival', number, live, with_us, handed, closing, due_at, opened_at, updated_at, doc, id + 40 FROM case_inbox WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.list-row", "UPDATE case_inbox SET doc = replace(doc, 'moderate', 'critical') WHERE number = $1 AND company = 'northwind'"},
		{"verify.list-row", "UPDATE case_inbox SET doc = replace(doc, 'reseller', 'provider') WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.list-place", "UPDATE case_inbox SET live = NOT live WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.list-place", "UPDATE case_inbox SET with_us = NOT with_us WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.list-place", "UPDATE case_inbox SET handed = NOT handed WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.list-place", "UPDATE case_inbox SET closing = NOT closing WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.list-place", "UPDATE case_inbox SET due_at = due_at - 1 WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.list-place", "UPDATE case_inbox SET opened_at = opened_at + 1 WHERE number = $1 AND company = 'fabrikam'"},
		{"verify.list-place", "UPDATE case_inbox SET updated_at = updated_at + 1 WHERE number = $1 AND company = 'fabrikam'"},
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
				_, err := tx.one(checkCase, []any{number}, &serial, new(int64), new(int64), new(int64), new(string))
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
		for _, position := range []int{2, 3} {
			alter(t, s, "INSERT INTO feed (company, position, number, n, kind, at) VALUES ('headless', $1, '', 1, 'message', 0)", position)
		}
		for _, position := range []int{1, 2, 4} {
			alter(t, s, "INSERT INTO feed (company, position, number, n, kind, at) VALUES ('gapped', $1, '', 1, 'message', 0)", position)
		}
		for _, position := range []int{1, 2, 3} {
			alter(t, s, "INSERT INTO feed (company, position, number, n, kind, at) VALUES ('whole', $1, '', 1, 'message', 0)", position)
		}
		var found []*fault.Error
		if err := s.View(t.Context(), func(tx *Tx) (err error) { found, err = tx.CheckRest(); return err }); err != nil {
			t.Fatal(err)
		}
		var gapped []any
		for _, f := range found {
			if f.Code == "verify.feed" {
				gapped = append(gapped, f.Args["company"])
			}
		}
		if !slices.Equal(gapped, []any{"gapped", "headless"}) {
			t.Errorf("%v", found)
		}
	})
}

// relayed makes the cases of searchWorld, takes what the first of them add into
// the feeds, and leaves the rest to wait.
func relayed(t *testing.T, s *Store, n int) []*casework.Case {
	t.Helper()
	cases := searchWorld(t, s, rand.New(rand.NewPCG(3, 5)))
	for _, c := range cases[:n] {
		inTx(t, s, func(tx *Tx) error {
			news, err := tx.News(c.Number)
			if err != nil {
				return err
			}
			return tx.Relay(news)
		})
	}
	return cases
}

// Whatever somebody changes in the feeds, or in what waits for them, is found and
// named; what waits is not missing.
func TestEveryChangeOfTheFeedsIsFound(t *testing.T) {
	const last = "company = 'fabrikam' AND position = (SELECT max(position) FROM feed WHERE company = 'fabrikam')"
	const one = "number = $1 AND company = 'fabrikam' AND n = 2"
	changes := []struct {
		of    int // which case
		codes string
		sql   []string
	}{
		{19, "verify.feed-missing", []string{"DELETE FROM feed WHERE " + last}},
		{1, "verify.feed-missing verify.feed", []string{"DELETE FROM feed WHERE " + one}},
		{2, "verify.feed-missing verify.feed", []string{"DELETE FROM feed WHERE number = $1 AND company = 'northwind'"}},
		{3, "verify.feed-missing verify.feed-missing verify.feed verify.feed", []string{"DELETE FROM feed WHERE number = $1 AND company <> 'contoso'"}},
		{0, "verify.feed-missing verify.feed", []string{"DELETE FROM feed WHERE company = 'northwind' AND position = 1"}},
		{4, "verify.feed-line", []string{"UPDATE feed SET kind = 'closed' WHERE " + one}},
		{4, "verify.feed-line", []string{"UPDATE feed SET at = at + 1 WHERE " + one}},
		{4, "verify.feed-foreign", []string{"UPDATE feed SET n = 3 WHERE " + one}},
		{4, "verify.feed-foreign", []string{"UPDATE feed SET n = 77 WHERE " + one}},
		{4, "verify.feed-missing verify.stray-feed", []string{"UPDATE feed SET number = '7' WHERE " + one}},
		{4, "verify.feed-missing verify.stray-feed", []string{"UPDATE feed SET serial = 0 WHERE " + one}},
		{4, "verify.feed-missing verify.stray-feed", []string{"UPDATE feed SET number = (SELECT max(number) FROM cases) WHERE " + one}},
		{4, "verify.feed-order", []string{"UPDATE feed SET position = 0 WHERE " + one, "UPDATE feed SET position = position - 1 WHERE number = $1 AND company = 'fabrikam' AND n = 3",
			"UPDATE feed SET position = 1 + (SELECT position FROM feed f WHERE f.number = $1 AND f.company = 'fabrikam' AND f.n = 3) WHERE " + one}},
		{4, "verify.feed-foreign", []string{"INSERT INTO feed (company, position, number, n, kind, at, serial) SELECT company, (SELECT max(position) + 1 FROM feed WHERE company = 'fabrikam'), number, n, kind, at, serial FROM feed WHERE " + one}},
		{4, "verify.feed-foreign", []string{"INSERT INTO feed (company, position, number, n, kind, at, serial) SELECT 'rival', 1, number, n, kind, at, serial FROM feed WHERE " + one}},
		{30, "verify.feed-missing verify.feed-missing verify.feed-missing", []string{"DELETE FROM outbox WHERE number = $1"}},
		{30, "verify.outbox", []string{"UPDATE outbox SET entries = replace(entries, 'message', 'closed') WHERE number = $1"}},
		{30, "verify.outbox", []string{"UPDATE outbox SET entries = '[]' WHERE number = $1"}},
		{30, "verify.outbox", []string{"UPDATE outbox SET entries = 'x' WHERE number = $1"}},
		{30, "verify.outbox verify.feed-missing verify.feed-missing", []string{"UPDATE outbox SET since = 1 WHERE number = $1"}},
		{30, "verify.outbox verify.feed-missing verify.feed-missing verify.feed-missing", []string{"UPDATE outbox SET seq = seq - 1 WHERE number = $1"}},
		{30, "verify.outbox", []string{"UPDATE outbox SET seq = seq + 1 WHERE number = $1"}},
		{30, "", []string{"UPDATE outbox SET since = 2, entries = '' WHERE number = $1", "INSERT INTO outbox (number, seq, since, entries) VALUES ($1, 2, 0, '')"}},
		{30, "verify.outbox", []string{"UPDATE outbox SET since = 1, entries = '' WHERE number = $1", "INSERT INTO outbox (number, seq, since, entries) VALUES ($1, 2, 0, '')"}},
		{30, "verify.stray-feed", []string{"UPDATE outbox SET number = '7', entries = '' WHERE number = $1", "INSERT INTO outbox (number, seq, since, entries) SELECT $1, seq, since, entries FROM outbox WHERE number = '7'"}},
		{4, "verify.feed-foreign verify.feed-foreign", []string{"UPDATE cases SET untold = seq WHERE number = $1"}},
	}
	eachStore(t, func(t *testing.T, s *Store) {
		cases := relayed(t, s, 20)
		for _, i := range []int{0, 4, 19, 20, 30} {
			if codes := check(t, s, cases[i].Number); len(codes) > 0 {
				t.Fatalf("nobody touched case %d: %v", i, codes)
			}
		}
		for _, change := range changes {
			codes := checkAltered(t, s, cases[change.of].Number, change.sql)
			if got := strings.Join(codes, " "); got != change.codes {
				t.Errorf("%s: %v, want %s", change.sql, got, change.codes)
			}
		}
	})
}

// checkAltered checks a case while something is changed, which is then undone.
func checkAltered(t *testing.T, s *Store, number string, changes []string) (codes []string) {
	t.Helper()
	undo := errors.New("undo")
	err := s.InTx(t.Context(), func(tx *Tx) (err error) {
		for _, text := range changes {
			args := []any{number}
			if !strings.Contains(text, "$1") {
				args = nil
			}
			if n, err := tx.exec(&query{text: text}, args...); err != nil || n == 0 {
				return fmt.Errorf("%s: %d rows, %w", text, n, err)
			}
		}
		if codes, err = codesIn(tx, number); err != nil {
			return err
		}
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
	return codes
}

// A case that was filled in is in no feed, and that is as it must be; what comes
// to it later is told.
func TestACaseThatWasFilledInIsToldFromThenOn(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		c := searchWorld(t, s, rand.New(rand.NewPCG(3, 5)))[0]
		view(t, s, func(tx *Tx) error {
			events, err := tx.CaseEvents(c.Number, 0)
			if err != nil {
				return err
			}
			m := movedOf(c, events)
			m.Untold, m.Before = true, 1
			if _, err := tx.CaseRows(m, Whatever); err == nil {
				t.Error("a case that is told of goes untold")
			}
			return nil
		})
		number := c.Number
		if codes := checkAltered(t, s, number, []string{"UPDATE cases SET untold = seq WHERE number = $1", "DELETE FROM outbox WHERE number = $1"}); len(codes) > 0 {
			t.Errorf("filled in: %v", codes)
		}
		text := migrationText(t, 34)
		codes := checkAltered(t, s, number, []string{"DELETE FROM outbox WHERE number = $1", text[strings.Index(text, "UPDATE cases"):]})
		if len(codes) > 0 {
			t.Errorf("filled in by an earlier program: %v", codes)
		}
	})
}
