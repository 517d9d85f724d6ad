package store

import (
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	grammar "switchboard/internal/query"
	"switchboard/internal/text"
)

// crowd fills in many cases of one company: a tenth is with it, one in a hundred
// was handed to it and one is snoozed, one in two hundred waits for its customer's
// word.
func crowd(t *testing.T, s *Store, of int) {
	t.Helper()
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for begin := 0; begin < of; begin += 1000 {
		err := s.InTx(t.Context(), func(tx *Tx) error {
			for i := begin; i < begin+1000; i++ {
				row := grammar.Row{Number: fmt.Sprintf("%011d", i), State: grammar.InWork, With: "contoso", Sponsor: "contoso", Customer: "northwind", Opened: at.Add(time.Duration(i) * time.Minute), Updated: at,
					Due: at.Add(time.Duration(of-i) * time.Hour)}
				switch {
				case i%200 == 7:
					row.State, row.Sponsor = grammar.Proposed, "fabrikam"
				case i%10 == 0:
					row.With = "fabrikam"
				case i%2 == 0:
					row.State, row.With = grammar.Closed, ""
				}
				row.HandedToUs = i%100 == 50
				if err := putListed(tx, i, InboxRow{Company: "fabrikam", Row: Listed{Row: row}}); err != nil {
					return err
				}
				if i%100 == 3 {
					if err := tx.Snooze(Marks{id: int64(i) << partyBits}, at.AddDate(0, 2, 0), ""); err != nil {
						return err
					}
				}
				if _, err := tx.exec(wordAdd, int64(i)<<serialBits, s.eng.words(text.Analyse(fmt.Sprintf("case word%d", i%500)), []string{"fabrikam"})); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if s.sqlite == nil { // what the server does by itself after a while
		if _, err := s.pool.ExecContext(t.Context(), "ANALYZE"); err != nil {
			t.Fatal(err)
		}
	}
}

func (tx *Tx) plan(q *query, args ...any) (string, error) {
	explain, columns := "EXPLAIN ", 1
	if tx.store.sqlite != nil {
		explain, columns = "EXPLAIN QUERY PLAN ", 4
	}
	var steps []string
	err := tx.each(&query{text: explain + tx.store.eng.text(q)}, args, func(rows *sql.Rows) error {
		cells, step := make([]any, columns), ""
		for i := range cells {
			cells[i] = new(any)
		}
		cells[columns-1] = &step
		err := rows.Scan(cells...)
		steps = append(steps, step)
		return err
	})
	return strings.Join(steps, "\n"), err
}

// sorts finds a step of a plan that puts rows in order or reads a whole table.
var sorts = regexp.MustCompile(`(?m)USE TEMP B-TREE|-> +Sort |^Sort |Seq Scan|^SCAN case_inbox$|Bitmap`)

var indexes = regexp.MustCompile(`case_inbox_[a-z]+`)

// Every walk reads its own index, in its order and from its place, on both
// engines; so does the search.
func TestEveryListReadsItsIndex(t *testing.T) {
	walks := map[string]struct {
		w     *walk
		index string
	}{"us": {walkUs, "turn"}, "others": {walkOthers, "turn"}, "live": {walkLive, "turn"}, "handed": {walkHanded, "handed"}, "closing": {walkClosing, "closing"},
		"snoozed": {walkSnoozed, "snoozed"}, "done": {walkDone, "done"}, "newest": {walkNewest, "opened"}, "oldest": {walkOldest, "opened"}, "updated": {walkUpdated, "updated"}}
	eachStore(t, func(t *testing.T, s *Store) {
		crowd(t, s, 10_000)
		view(t, s, func(tx *Tx) error {
			for name, of := range walks {
				plan, err := tx.plan(of.w.rows, "fabrikam", int64(1), "", int64(asleep), 50)
				if err != nil {
					return err
				}
				arms := 1 + strings.Count(of.w.rows.text, "UNION ALL")
				bad := sorts.FindString(plan)
				if arms > 1 && bad == "USE TEMP B-TREE" { // of the pages of its arms, which their own limits bound
					bad = ""
				}
				if bad != "" || strings.Count(plan, "case_inbox_"+of.index) != arms || len(indexes.FindAllString(plan, -1)) != arms {
					t.Errorf("%s: %q in\n%s", name, bad, plan)
				}
			}
			if s.sqlite == nil { // so few rows would be read whole for their being small
				if _, err := tx.exec(&query{text: "SET LOCAL enable_seqscan = off"}); err != nil {
					return err
				}
			}
			found, err := tx.plan(inboxOf, int64(7)<<partyBits, int64(8)<<partyBits, "fabrikam")
			if err != nil {
				return err
			}
			if !strings.Contains(found, "PRIMARY KEY (rowid>? AND rowid<?)") && !strings.Contains(found, "case_list_pkey") {
				t.Errorf("a case that was found:\n%s", found)
			}
			asks := s.eng.finds("fabrikam", []text.Term{{Text: "word7"}})
			plan, err := tx.plan(wordFind, asks, int64(1)<<60, handful)
			want := "case_word_words" // however rare or common a word is
			if s.sqlite != nil {
				want = "SCAN case_word VIRTUAL TABLE INDEX"
			}
			if !strings.Contains(plan, want) || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "Seq Scan") {
				t.Errorf("search:\n%s", plan)
			}
			return err
		})
	})
}

// A list reads what is in it and nothing of the rest, also when it is short.
func TestAShortListReadsNoMoreThanItself(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		crowd(t, s, 4_000)
		as := grammar.Reader{Company: "fabrikam", Now: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)}
		for _, v := range grammar.Views() {
			q, err := grammar.Parse(v.Query)
			if err != nil {
				t.Fatal(err)
			}
			view(t, s, func(tx *Tx) error {
				walks := walksFor(q)
				batch, err := tx.stride(walks[0], as, q, place{}, 1000)
				meant := 0
				for _, r := range batch {
					if grammar.Matches(q, r.row.Row, as) {
						meant++
					}
				}
				if len(walks) != 1 || meant != len(batch) || meant == 0 {
					t.Errorf("%s: %d walks, %d rows read, %d meant", v.Name, len(walks), len(batch), meant)
				}
				return err
			})
		}
	})
}
