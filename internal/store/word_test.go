package store

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/casework"
	grammar "switchboard/internal/query"
	"switchboard/wire"
)

var said = []string{
	"Sign-in loops after the update", "invoice 4711 is wrong", "請求書の金額が間違っています", "ログインできません", "備份失敗，請協助", "發票金額不正確",
	"the backup failed with error 0x80070005", "バックアップ が 失敗 しました", "Größe der Datei: naïve café", "税", "請求", "it's late; don't wait",
}

var sought = []string{
	"invoice", "inv", "4711", "請求", "請求書", "税", "失敗", "備份", "ログイン", `"the update"`, "update loops", "-invoice backup", "invoice,backup",
	"0x80070005", "cafe", "dont", "login", `"invoice 47"`, "金額 -請求書", "offer:a backup", "is:open 失敗", "secret",
}

// searchWorld makes cases of three companies with messages for some of them.
func searchWorld(t *testing.T, s *Store, r *rand.Rand) (cases []*casework.Case) {
	t.Helper()
	facts := casework.Facts{Companies: map[string]casework.Company{}}
	for _, c := range []string{"northwind", "fabrikam", "contoso"} {
		facts.Companies[c] = casework.Company{Reachable: true}
	}
	at := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	for i := range 40 {
		var c *casework.Case
		var events []casework.Event
		do := func(company string, cmd casework.Command) {
			var chance casework.Chance
			binary.BigEndian.PutUint64(chance.Seed[:], r.Uint64())
			next, more, err := casework.Decide(c, cmd, casework.By{Company: company, Via: "api"}, at, facts, chance)
			if err != nil {
				t.Fatal(err)
			}
			c, events = next, append(events, more...)
		}
		do("northwind", casework.Open{Number: casework.Number(uint64(i)), Customer: "northwind", Topic: "break-fix", Severity: "moderate", Offer: string("ab"[i%2]),
			Subject: said[r.IntN(len(said))], Text: said[r.IntN(len(said))], Route: casework.Route{Sponsor: "fabrikam", PublisherDirect: true,
				Chain: []casework.Link{{Company: "northwind", As: wire.Customer}, {Company: "fabrikam", As: wire.Reseller}, {Company: "contoso", As: wire.Publisher}}}})
		do("fabrikam", casework.Say{Text: "secret " + said[r.IntN(len(said))]})
		do("fabrikam", casework.Say{Text: said[r.IntN(len(said))], Audience: []string{"northwind"}})
		if r.IntN(2) == 0 {
			do("fabrikam", casework.Send{ID: fmt.Sprint("h", i), To: "contoso", Package: casework.Package{Summary: said[r.IntN(len(said))]}, Messages: events[2:3]})
		}
		do("fabrikam", casework.Refer{Reference: fmt.Sprintf("REF-%d", 4700+i)})
		if err := s.InTx(t.Context(), func(tx *Tx) error { return tx.MoveCase(movedOf(c, events)) }); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

func movedOf(c *casework.Case, events []casework.Event) Moved {
	facts, err := casework.FactsOf(nil, events)
	if err != nil {
		panic(err) // they were decided here
	}
	m := Moved{Case: c, Events: events, Due: dueOf(c), Facts: facts}
	for i := range c.Parties {
		m.Inbox = append(m.Inbox, rowOf(c, i))
	}
	return m
}

// dueOf and rowOf are made up, each of the case alone.
func dueOf(c *casework.Case) time.Time { return c.Opened.Add(48 * time.Hour) }

func rowOf(c *casework.Case, i int) InboxRow {
	p := c.Parties[i]
	return InboxRow{Company: p.Company, Bit: i, Row: Listed{Row: grammar.Row{Number: c.Number, State: grammar.Word(c.State), With: c.Turn(), WithAs: "reseller", Offer: c.Offer,
		Severity: c.Severity, Opened: c.Opened, Updated: c.At, Due: dueOf(c)}, Version: p.N}}
}

// Each company finds every case that holds the words where it may read them,
// and no other: full recall, and no foreign word found, on both engines.
func TestSearchFindsWhatACompanyMayRead(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		cases := searchWorld(t, s, rand.New(rand.NewPCG(3, 5)))
		found := 0
		for _, company := range []string{"northwind", "fabrikam", "contoso", "rival"} {
			for _, words := range append(sought, cases[7].Number, "ref-4703", "REF") {
				q, err := grammar.Parse(words)
				if err != nil {
					t.Fatal(err)
				}
				as := grammar.Reader{Company: company, Now: time.Now()}
				got, want := s.searched(t, as, q), s.meant(t, as, q, cases)
				if found += len(want); !slices.Equal(got, want) {
					t.Errorf("%s seeks %s: %v, want %v", company, words, got, want)
				}
			}
		}
		if found < 100 {
			t.Errorf("only %d finds: the test says little", found)
		}
	})
}

// What is read for one party gives the same view as the whole ledger, also when
// older messages were released to it.
func TestSeenEventsGiveTheSameView(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		released, hidden := 0, 0
		for _, c := range searchWorld(t, s, rand.New(rand.NewPCG(9, 4))) {
			view(t, s, func(tx *Tx) error {
				all, err := tx.CaseEvents(c.Number, 0)
				if err != nil {
					return err
				}
				for bit := range c.Parties {
					seen, err := tx.SeenEvents(c.Number, bit)
					if err != nil {
						return err
					}
					whole := casework.View(all, bit)
					if !reflect.DeepEqual(casework.View(seen, bit), whole) {
						t.Errorf("case %s reads another way for %s", c.Number, c.Parties[bit].Company)
					}
					hidden += len(all) - len(seen)
					for _, line := range whole {
						if line.Release != nil {
							released++
						}
					}
				}
				return nil
			})
		}
		if released == 0 || hidden == 0 {
			t.Errorf("%d released, %d not read: the test says little", released, hidden)
		}
	})
}

func (s *Store) searched(t *testing.T, as grammar.Reader, q grammar.Query) (out []string) {
	t.Helper()
	for cursor := ""; ; {
		var rows []Listed
		err := s.View(t.Context(), func(tx *Tx) (err error) {
			rows, cursor, err = tx.SearchCases(as, q, 3, cursor)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			out = append(out, row.Number)
		}
		if cursor == "" {
			return out
		}
	}
}

// meant is what the grammar means, looked up one case after the other.
func (s *Store) meant(t *testing.T, as grammar.Reader, q grammar.Query, cases []*casework.Case) (out []string) {
	t.Helper()
	for _, c := range slices.Backward(cases) {
		if c.Bit(as.Company) < 0 {
			continue
		}
		row := grammar.Row{Number: c.Number, State: grammar.Word(c.State), Offer: c.Offer}
		var events []casework.Event
		err := s.View(t.Context(), func(tx *Tx) (err error) { events, err = tx.CaseEvents(c.Number, 0); return err })
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range casework.View(events, c.Bit(as.Company)) {
			for _, name := range []string{"subject", "text", "reference"} {
				row.Texts = append(row.Texts, line.Event.Word(name))
			}
			if pack := line.Event.Word("package"); pack != "" {
				row.Texts = append(row.Texts, strings.TrimSuffix(strings.TrimPrefix(pack, `{"summary":"`), `"}`))
			}
		}
		if grammar.Matches(q, row, as) {
			out = append(out, c.Number)
		}
	}
	return out
}
