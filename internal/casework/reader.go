package casework

import (
	"slices"
	"strconv"
	"time"

	"switchboard/wire"
)

// Sees tells whether a company may learn the name of another on this case.
func (c *Case) Sees(viewer, company string) bool {
	return viewer == company || !slices.Contains(c.Hidden, Hide{viewer, company})
}

// Mask is the company that a viewer reads in the place of another: itself, or
// the next visible one toward the viewer (spec 1 section 5).
func (c *Case) Mask(viewer, company string) string {
	if c.Sees(viewer, company) {
		return company
	}
	at, toward := c.place(company), c.place(viewer)
	for at != toward {
		if at < toward {
			at++
		} else {
			at--
		}
		if next := c.Route.Chain[at].Company; c.Sees(viewer, next) {
			return next
		}
	}
	return viewer
}

// Veiled tells whether a name on this sale is kept from a company.
func (c *Case) Veiled(viewer string) bool {
	return slices.ContainsFunc(c.Hidden, func(h Hide) bool { return h.From == viewer })
}

// Since is when the turn began of the company that has it. It is zero where the
// case does not tell.
func (c *Case) Since() time.Time {
	switch {
	case c.State == Closed:
		return time.Time{}
	case c.State == Proposed:
		return c.Asked
	case c.State == Waiting:
		return c.waitsSince()
	case c.Handoff != nil && !c.Handoff.Clarifying:
		return c.Handoff.Sent
	}
	return c.Holdings[len(c.Holdings)-1].From
}

// waitsSince is when the requester was asked, which a clock that pauses for it
// knows.
func (c *Case) waitsSince() time.Time {
	for _, k := range c.Clocks {
		for _, p := range k.Pauses {
			if p.Why == PauseQuestion && p.Ref == strconv.Itoa(c.Waits) {
				return p.From
			}
		}
	}
	return time.Time{}
}

// Receiver is a company to which a case can be handed over. By is the one that
// gets it first: itself, or the company between (spec 2 section 4, relay).
type Receiver struct {
	Link
	By string
}

// Receivers are the companies of the sale to which a company may hand a case
// over. Whether they can be reached, the directory knows.
func (c *Case) Receivers(from string) (out []Receiver) {
	known := func(company string) bool {
		return slices.ContainsFunc(out, func(r Receiver) bool { return r.Company == company })
	}
	for _, l := range c.Route.Chain {
		if l.Company != from && c.role(l.Company) != wire.Customer && c.Sees(from, l.Company) && !known(l.Company) {
			out = append(out, Receiver{l, c.by(from, l.Company)})
		}
	}
	return out
}

func (c *Case) place(company string) int {
	return max(0, slices.IndexFunc(c.Route.Chain, func(l Link) bool { return l.Company == company }))
}

// Hidden is whose names are kept from whom on a sale.
func (r Route) Hidden() (out []Hide) {
	add := func(from, what string) {
		for _, viewer := range r.Chain {
			for _, l := range r.Chain {
				if viewer.As == from && l.As == what && viewer.Company != l.Company {
					out = append(out, Hide{viewer.Company, l.Company})
				}
			}
		}
	}
	if r.HideProvider {
		add(wire.Customer, wire.Provider)
	}
	if slices.ContainsFunc(r.Chain, func(l Link) bool { return l.As == wire.Provider || l.As == wire.DirectPartner }) {
		add(wire.Publisher, wire.Reseller)
		add(wire.Publisher, Supporter)
	}
	return out
}

// everyone is all parties that still take part.
func (c *Case) everyone() (out Bits) {
	for i, p := range c.Parties {
		if !p.Left {
			out |= 1 << i
		}
	}
	return out
}

// only is the parties of some companies.
func (c *Case) only(companies ...string) (out Bits) {
	for _, company := range companies {
		if i := c.Bit(company); i >= 0 {
			out |= 1 << i
		}
	}
	return out
}

// behind is everybody but the customer's own company: what partners tell each
// other.
func (c *Case) behind() Bits {
	if !c.ForCustomer() {
		return c.everyone()
	}
	return c.everyone() &^ c.only(c.Customer)
}

// knowers is the parties that may learn a company's name.
func (c *Case) knowers(company string) (out Bits) {
	for i, p := range c.Parties {
		if c.Sees(p.Company, company) {
			out |= 1 << i
		}
	}
	return out
}

// Turn is the company whose turn it is: the customer that was asked, the
// receiver of an offer or, while its questions wait, its sender, else the
// owner. "" when the case is closed.
func (c *Case) Turn() string {
	switch {
	case c.State == Closed:
		return ""
	case c.State == Waiting || c.State == Proposed:
		return c.Customer
	case c.Handoff != nil && !c.Handoff.Clarifying:
		return c.Handoff.To
	}
	return c.Owner
}
