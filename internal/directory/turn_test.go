package directory

import (
	"testing"
	"time"

	"switchboard/wire"
)

func TestTheTurnIsWhenInForceChanges(t *testing.T) {
	all := []*wire.Agreement{nil, {}, {From: "2026-03-01"}, {Until: "2026-03-05"}, {From: "2026-03-03", Until: "2026-03-03"},
		{From: "2026-04-01", Until: "2027-01-01"}, {From: "2026-03-02", State: "proposed"}}
	start := time.Date(2026, 2, 27, 22, 30, 0, 0, time.UTC)
	for i, a := range all {
		at := start
		for hour := start.Truncate(time.Hour); hour.Before(start.AddDate(1, 1, 0)); hour = hour.Add(time.Hour) {
			if hour.After(start) && a != nil && InForce(a, Date(hour)) != InForce(a, Date(hour.Add(-time.Hour))) {
				if turn := Turn(at, a); !turn.Equal(hour) {
					t.Fatalf("%d: after %v it turns %v, and it is %v", i, at, turn, hour)
				}
				at = hour
			}
		}
		if turn := Turn(at, a); !turn.IsZero() {
			t.Errorf("%d: turns once more: %v", i, turn)
		}
	}
	if turn := Turn(start, all...); !turn.Equal(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("of all: %v", turn)
	}
}
