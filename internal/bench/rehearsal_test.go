package bench

import (
	"testing"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// What is refused on a case that is only played names companies as on one in a
// store: by a name, and by none that is hidden from who is refused.
func TestARefusalOfARehearsalNamesCompaniesAsItsReaderKnowsThem(t *testing.T) {
	w := small(t).cases(600)
	names := map[string]string{}
	w.companies(func(object any) bool {
		c := object.(*wire.Company)
		names[c.ID], _ = c.Name.In("en")
		return true
	})
	masked := 0
	for i := range 200 {
		p, err := w.opened(i)
		if err != nil {
			t.Fatal(err)
		}
		c := p.rehearsal.Case
		if c.Customer == c.Owner {
			continue
		}
		f := fault.Of(p.do(c.Customer, casework.Propose{Text: "x"}))
		told, plain := f.Args["company"].(string)
		if f.Code != "case.not-owner" || !plain || told == "" {
			t.Fatalf("case %d: %v", i, f)
		}
		if want := names[c.Mask(c.Customer, c.Owner)]; told != want || want == "" {
			t.Errorf("case %d tells its customer of %q, want %q", i, told, want)
		}
		if c.Veiled(c.Customer) {
			masked++
		}
	}
	if masked == 0 {
		t.Error("no company is hidden from a customer: this test says little")
	}
}
