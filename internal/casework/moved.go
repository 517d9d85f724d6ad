package casework

import (
	"fmt"
	"strings"
)

// SeesClock tells whether a company may look at a clock. The customer reads its
// own waiting time and the word it was promised; what companies promise each
// other is theirs.
func (c *Case) SeesClock(viewer string, k Clock) bool {
	if viewer == c.Customer && c.ForCustomer() {
		return k.Kind == ClockCustomer || k.Company == c.Route.Sponsor && k.Kind != ClockAcknowledge
	}
	return c.Sees(viewer, k.Company)
}

// standing is where a case stands for one company: what is common to all on it,
// whoever reads the events.
func (c *Case) standing(viewer string) string {
	var b strings.Builder
	fmt.Fprint(&b, c.State, c.Hold, " ", c.Mask(viewer, c.Turn()), " ", c.Mask(viewer, c.Owner))
	for _, k := range c.Clocks {
		if k.Warned = 0; c.SeesClock(viewer, k) {
			fmt.Fprintf(&b, " %v", k)
		}
	}
	for _, p := range c.Parties {
		if c.Sees(viewer, p.Company) {
			fmt.Fprint(&b, " ", p.Company, p.Left)
		}
	}
	return b.String()
}

// tellOthers: when an event has moved where the case stands for companies that
// do not read it, they read that, and not why or by whom. Otherwise their view
// would change without a number of theirs, and tell of what is hidden.
func (t *turn) tellOthers(e *Event) error {
	before := t.last
	t.last = t.c.clone()
	var silent Bits
	for i, p := range before.Parties {
		now := t.c.Parties[i]
		if !p.Left && !e.Readers.has(i) && now.N == p.N && before.standing(p.Company) != t.c.standing(p.Company) {
			silent |= 1 << i
		}
	}
	if silent == 0 {
		return nil
	}
	by := t.by
	t.by = System
	defer func() { t.by = by }()
	return t.emit(caseMoved, silent, open{"state": string(t.c.State)}, nil)
}
