package store

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	grammar "switchboard/internal/query"
)

// A row reads as it was packed, whatever stands in it.
func TestARowReadsAsItWasPacked(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		row := Listed{Row: randomRow(r, i, "fabrikam"), Subject: "請求 {\"p\"}\n" + strings.Repeat("x", i), Version: int64(i)}
		row.Unread = i%2 == 0
		row.WithAs, row.Since = "provider", row.Opened.Add(time.Duration(i)*time.Minute)
		if i%3 > 0 {
			row.Labels, row.Refs = []string{"late, ja", "ü"}, []string{"REF-1"}
		}
		got, err := unpack(row.Number, row.pack())
		if err != nil || !reflect.DeepEqual(got, row) {
			t.Fatalf("%v\n%+v\n%+v", err, got, row)
		}
	}
	forged := Listed{Row: grammar.Row{Number: "1", Offer: "a\x1fb", Refs: []string{"a\x1eb"}}}
	if got, err := unpack("1", forged.pack()); err != nil || got.Offer != "a b" || !slices.Equal(got.Refs, []string{"a b"}) {
		t.Errorf("%+v, %v", got, err)
	}
	// A row of the time before it told since when a company has the case.
	short := forged.pack()[:len(forged.pack())-len("\x1f\x1f0")]
	if got, err := unpack("1", short); err != nil || got.Offer != "a b" || !got.Since.IsZero() {
		t.Errorf("a shorter row: %+v, %v", got, err)
	}
	for _, broken := range []string{"", "new", short + "\x1fx", forged.pack() + "\x1f", strings.Replace(forged.pack(), "\x1f0", "\x1fx", 1), "{"} {
		if got, err := unpack("1", broken); err == nil {
			t.Errorf("%q reads as %+v", broken, got)
		}
	}
}

// Rows of the schema before, which were JSON, are listed in the same order as
// new ones once it is migrated.
func TestOldRowsAreListedLikeNewOnes(t *testing.T) {
	var text string
	for _, m := range migrationList() {
		if m.version == 20 {
			text = m.text[strings.Index(m.text, "UPDATE case_inbox"):]
		}
	}
	eachStore(t, func(t *testing.T, s *Store) {
		r, marked := rand.New(rand.NewPCG(4, 4)), rand.New(rand.NewPCG(36, 2))
		var own []grammar.Row
		err := s.InTx(t.Context(), func(tx *Tx) error {
			own = nil
			for i := range 80 {
				row := randomRow(r, i, "fabrikam")
				if putListed(tx, i, InboxRow{Company: "fabrikam", Row: Listed{Row: row}}) != nil {
					t.Fatal("a row was not taken")
				}
				randomMarks(marked, &row)
				if own = append(own, row); putMarks(tx, i, 0, "fabrikam", row) != nil {
					t.Fatal("a row was not marked")
				}
				if doc, err := json.Marshal(Listed{Row: row}); err != nil {
					return err
				} else if _, err := tx.exec(&query{text: "UPDATE case_inbox SET doc = $2 WHERE number = $1"}, row.Number, string(doc)); err != nil {
					return err
				}
			}
			if _, err := tx.exec(&query{text: "UPDATE case_inbox SET due_at = $1 WHERE due_at > $2"}, int64(math.MaxInt64), int64(never-1)); err != nil {
				return err
			}
			_, err := tx.exec(&query{text: text})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		as := grammar.Reader{Company: "fabrikam", Person: "me", Now: time.Date(2026, 12, 9, 0, 0, 0, 0, time.UTC)}
		for _, v := range grammar.Views() {
			q, err := grammar.Parse(v.Query)
			if err != nil {
				t.Fatal(err)
			}
			sameRows(t, v.Name, s, as, q, own)
		}
	})
}
