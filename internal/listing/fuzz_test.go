package listing

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
)

// Whatever comes in: either an error with a place, or offers that pass every
// check and name a publisher that is there; the same twice.
func fuzz(f *testing.F, format string, files ...string) {
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:min(len(data), 4000)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := Input{Name: "f", Format: format}
		r := read(in, data)
		if r.err != nil && (fault.Of(r.err).Code != "import.rows" || len(fault.Of(r.err).Fields) == 0) {
			t.Fatal(r.err)
		}
		publishers := map[string]bool{}
		for _, c := range r.companies {
			publishers[c.ID] = true
			if r.err == nil && len(directory.Fatal(directory.Check(c))) > 0 {
				t.Fatalf("%+v", directory.Check(c))
			}
		}
		for _, o := range r.offers {
			if found := directory.Fatal(directory.Check(o)); len(found) > 0 || !publishers[o.Publisher] {
				t.Fatalf("%+v %+v", o, found)
			}
		}
		if again := read(in, data); !reflect.DeepEqual(again.offers, r.offers) || !reflect.DeepEqual(again.outcomes, r.outcomes) {
			t.Fatal("a second reading differs")
		}
	})
}

func FuzzCSV(f *testing.F) { fuzz(f, CSV, "marketplace-offers.csv") }
func FuzzProductIngestion(f *testing.F) {
	fuzz(f, ProductIngestion, "product-ingestion-configure.json", "product-ingestion-tree.json")
}
func FuzzIngestionV1(f *testing.F) { fuzz(f, IngestionV1, "ingestion-v1.json") }
func FuzzAzpc(f *testing.F) {
	fuzz(f, Azpc, "azpc-listing_config.json", "azpc-sample-app-listing_config.json")
}
func FuzzSaasSample(f *testing.F) { fuzz(f, SaasSample, "saas-sample-offers.json") }
