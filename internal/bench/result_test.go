package bench

import "testing"

func TestFiguresAreJudgedByTheirBudget(t *testing.T) {
	for _, c := range []struct {
		name    string
		samples []float64
		floor   float64
		ok      bool
		ratio   float64
	}{
		{"who-1-client", []float64{0.9, 0.8, 7}, 0.3, true, 3},
		{"who-1-client", []float64{1.1, 0.8, 7}, 0.55, false, 2},
		{"who-8-clients-p99", []float64{0.9, 0.8, 7}, 0.3, false, 3},
		{"import-jsonl", []float64{19_999}, 199_990, false, 10},
		{"import-jsonl-postgres", []float64{20_001}, 200_010, true, 10},
	} {
		r := single(c.name, c.samples, c.floor, 0)
		if *r.OK != c.ok || *r.RatioToFloor != c.ratio || r.PerSecond != nil {
			t.Errorf("%s %v: ok %v, ratio %v", c.name, c.samples, *r.OK, *r.RatioToFloor)
		}
	}
	if r := single("topic", []float64{1}, 0, 0); r.Budget != nil || r.OK != nil || r.Floor != nil || r.RatioToFloor != nil {
		t.Errorf("nothing to compare with: %+v", r)
	}
	// The median over the rounds: one disturbed round does not count.
	if got := middle([][]float64{{1, 2, 3}, {100, 200, 300}, {2, 3, 4}}, 50); got != 3 {
		t.Errorf("middle = %v, want 3", got)
	}
}
