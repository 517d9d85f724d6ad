package store

import (
	"regexp"
	"testing"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// wholeTable finds a plan's step that reads all of a large table.
var wholeTable = map[bool]*regexp.Regexp{
	true:  regexp.MustCompile(`(?m)^SCAN (o|s|c|t|a)( USING COVERING INDEX \w+| USING INDEX \w+)?$`),
	false: regexp.MustCompile(`(Seq|Only|Index) Scan[^\n]* on (offers|subscriptions|companies) [^\n]*(\n +(Filter|->)[^\n]*|$)`),
}

// A page of what one sees reads what stands on it and what one has oneself, by
// index: never all offers, subscriptions or companies there are.
func TestAPageOfWhatOneSeesReadsNoWholeTable(t *testing.T) {
	readers := []Reader{{Company: "direct-0", Kinds: []string{wire.DirectPartner}}, {Company: "provider-1", Kinds: []string{wire.Provider}},
		{Company: "reseller-1", Kinds: []string{wire.Reseller}}, {Company: "customer-7", Kinds: []string{wire.Customer}}, {Company: "publisher-3", Kinds: []string{wire.Publisher}}}
	eachStore(t, func(t *testing.T, s *Store) {
		load(t, s, world{offers: 4_000, subscriptions: 8_000})
		if s.sqlite == nil { // what the server does by itself after a while
			if _, err := s.pool.ExecContext(t.Context(), "ANALYZE"); err != nil {
				t.Fatal(err)
			}
		}
		for _, noun := range []directory.Noun{directory.Companies, directory.Offers, directory.Subscriptions} {
			for _, r := range readers {
				view(t, s, func(tx *Tx) error {
					plan, err := planOfPage(tx, r, noun)
					if found := wholeTable[s.sqlite != nil].FindString(plan); found != "" || len(plan) < 1000 {
						t.Errorf("%s as %s: %q in\n%s", noun, r.Company, found, plan)
					}
					return err
				})
			}
		}
	})
}

func planOfPage(tx *Tx, r Reader, noun directory.Noun) (string, error) {
	l, err := newList(tx, r, noun, Filter{}, 50)
	if err != nil {
		return "", err
	}
	if tx.store.sqlite == nil { // tables of this size would be read whole for their being small
		if _, err := tx.exec(&query{text: "SET LOCAL enable_seqscan = off"}); err != nil {
			return "", err
		}
	}
	c, args := l.compose(listListed)
	return tx.plan(c.query, args...)
}
