package casework

import (
	"encoding/json"
	"slices"
	"strconv"
)

// Stirs tells whether an event gives a company a reason to look at its case
// again. What only moves what is common to all does not, nor does a clock that
// is counted anew, nor a warning of another company's clock.
func (e Event) Stirs(c *Case, company string) bool {
	switch e.Kind {
	case caseMoved, clockRecomputed:
		return false
	case clockWarned:
		return slices.Contains(e.warned(c), company)
	}
	return true
}

// warned are the companies whose clocks an event warns of.
func (e Event) warned(c *Case) (out []string) {
	var told open
	if json.Unmarshal([]byte(e.Word("shares")), &told) != nil {
		return nil // erased
	}
	for place := range told {
		if i, err := strconv.Atoi(place); err == nil && i >= 0 && i < len(c.Clocks) {
			out = append(out, c.Clocks[i].Company)
		}
	}
	return out
}
