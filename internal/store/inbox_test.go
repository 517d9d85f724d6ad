package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	grammar "switchboard/internal/query"
)

// randomRow makes a row of a case as a company may see it.
func randomRow(r *rand.Rand, i int, company string) grammar.Row {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	at := func(hours int) time.Time {
		return time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(hours)) * time.Hour)
	}
	row := grammar.Row{Number: fmt.Sprintf("%011d", i), State: grammar.Word(pick("new", "in-work", "waiting", "offered", "proposed", "closed")),
		With: pick("us", "contoso", "northwind"), Sponsor: pick("us", "fabrikam"), From: pick("us", "contoso", ""), Offer: pick("a", "b"), Customer: "northwind",
		Topic: pick("billing", "break-fix"), Severity: pick("critical", "moderate", "none"), Lang: pick("en", "ja", ""), Assignee: pick("me", "ken", ""),
		Opened: at(500), Updated: at(700), Paused: r.IntN(5) == 0, Test: r.IntN(9) == 0, HandedToUs: r.IntN(3) == 0}
	row.With, row.Sponsor = swapUs(row.With, company), swapUs(row.Sponsor, company)
	if row.State == grammar.Closed {
		row.With, row.Paused = "", false
	} else if r.IntN(3) > 0 && !row.Paused {
		row.Due = at(900)
		row.RiskAt = row.Due.Add(-time.Hour)
	}
	return row
}

// randomMarks are what a company may have marked a case with.
func randomMarks(r *rand.Rand, row *grammar.Row) {
	if row.Labels = nil; r.IntN(3) == 0 {
		row.Labels = [][]string{{"invoice"}, {"VIP", "needs call"}, {"請求書", "Invoice"}}[r.IntN(3)]
	}
	if row.State != grammar.Closed && r.IntN(3) == 0 {
		row.Snoozed = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(700)) * time.Hour)
	}
}

// putMarks marks a case as its row says.
func putMarks(tx *Tx, serial, bit int, company string, row grammar.Row) error {
	m := Marks{id: int64(serial)<<partyBits | int64(bit)}
	if err := tx.Snooze(m, row.Snoozed, ActedBy("me")); err != nil {
		return err
	}
	return tx.SetLabels(company, m, row.Labels)
}

func swapUs(word, company string) string {
	if word == "us" {
		return company
	}
	return word
}

// putListed writes a row of a case that is nowhere else.
func putListed(tx *Tx, serial int, r InboxRow) error {
	return tx.putPlaced(inboxPut, []placed{r.placed()}, int64(serial)<<partyBits)
}

// The lists of the store are what the grammar means, in its order, and hold
// nothing of another company.
func TestInboxIsWhatTheGrammarMeans(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		r, marked := rand.New(rand.NewPCG(7, 11)), rand.New(rand.NewPCG(36, 1))
		var own []grammar.Row
		err := s.InTx(t.Context(), func(tx *Tx) error {
			own = nil
			for i := range 600 {
				for bit, company := range []string{"fabrikam", "rival"} {
					row := randomRow(r, i, company)
					if err := putListed(tx, i, InboxRow{Company: company, Bit: bit, Row: Listed{Row: row}}); err != nil {
						return err
					}
					randomMarks(marked, &row)
					if err := putMarks(tx, i, bit, company, row); err != nil {
						return err
					}
					if company == "fabrikam" {
						own = append(own, row)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		as := grammar.Reader{Company: "fabrikam", Person: "me", Now: time.Date(2026, 12, 9, 0, 0, 0, 0, time.UTC)}
		texts := []string{"", "is:open", "is:closed", "-is:closed sort:due", "sort:due", "sort:oldest", "sort:updated", "is:closed sort:updated",
			"with:us sort:due", "-with:us sort:due", "with:none sort:due", "due:none sort:due", "is:handed-to-us sort:due", "is:proposed sponsor:us sort:due",
			"offer:a lang:ja", "severity:none -topic:billing", "assignee:me,none sort:updated", "due:<4h sort:due", "is:late,paused", "is:late sort:due", "is:paused sort:due",
			"is:late,paused sort:due", "-is:paused is:open sort:due", "with:others sort:due", "with:us is:handed-to-us sort:due", "due:>=today due:<2026-12-20 sort:due",
			"due:<4h,none sort:due", "opened:<5d", "opened:2026-12-01,2026-12-03 sort:oldest", "updated:>2d sort:updated", "-opened:<5d", "is:closed updated:<9d sort:due", "is:test is:open sort:oldest",
			"label:invoice", "label:INVOICE,vip sort:due", "label:請求書 sort:updated", "-label:vip with:us sort:due", "label:none is:open", `label:"needs call" -is:snoozed`,
			"is:snoozed", "is:snoozed sort:due", "-is:snoozed sort:due", "is:snoozed label:invoice sort:due", "is:snoozed,late sort:due", "is:snoozed is:handed-to-us sort:due"}
		for _, v := range grammar.Views() {
			texts = append(texts, v.Query)
		}
		for _, text := range texts {
			q, err := grammar.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			sameRows(t, text, s, as, q, own)
		}
	})
}

func sameRows(t *testing.T, text string, s *Store, as grammar.Reader, q grammar.Query, own []grammar.Row) {
	t.Helper()
	var want, got []string
	sorted := slices.SortedFunc(slices.Values(own), func(a, b grammar.Row) int { return q.Order().Compare(a, b) })
	for _, row := range sorted {
		if grammar.Matches(q, row, as) {
			want = append(want, row.Number)
		}
	}
	for cursor := ""; ; {
		var rows []Listed
		err := s.View(t.Context(), func(tx *Tx) (err error) {
			rows, cursor, err = tx.Inbox(as, q, 17, cursor)
			return err
		})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for _, row := range rows {
			got = append(got, row.Number)
		}
		if cursor == "" {
			break
		}
	}
	if len(want) == 0 {
		t.Errorf("%q means nothing here", text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q: %d rows, want %d\n%v\n%v", text, len(got), len(want), got, want)
	}
}
