package store

import (
	"fmt"
	"testing"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// BenchmarkList reads the first page as different companies see it.
func BenchmarkList(b *testing.B) {
	w := benchWorld()
	readers := map[string]Reader{
		"local":     {Local: true},
		"customer":  {Company: "customer-7", Kinds: []string{wire.Customer}},
		"direct":    {Company: "direct-0", Kinds: []string{wire.DirectPartner}},
		"publisher": {Company: "publisher-3", Kinds: []string{wire.Publisher}},
		"stranger":  {Company: "nobody", Kinds: []string{wire.Customer}},
	}
	benchEngines(b, func(b *testing.B, s *Store) {
		load(b, s, w)
		for _, noun := range []directory.Noun{directory.Offers, directory.Subscriptions, directory.Companies} {
			for name, r := range readers {
				b.Run(fmt.Sprintf("%s/%s", noun, name), func(b *testing.B) {
					rows := 0
					for b.Loop() {
						view(b, s, func(tx *Tx) error {
							items, _, err := tx.List(r, noun, Filter{}, 50, "")
							rows = len(items)
							return err
						})
					}
					b.ReportMetric(float64(rows), "rows")
				})
			}
		}
	})
}
