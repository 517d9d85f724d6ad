package listing

import (
	"os"
	"testing"
)

func BenchmarkCSV(b *testing.B) {
	data, err := os.ReadFile("testdata/marketplace-offers.csv")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if r := read(Input{Name: "f", Format: CSV}, data); r.err != nil {
			b.Fatal(r.err)
		}
	}
	b.ReportMetric(float64(272*b.N)/b.Elapsed().Seconds(), "rows/s")
}
