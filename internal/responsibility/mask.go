package responsibility

import (
	"slices"
	"strings"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// mask runs last, on every field (spec 1 section 5). A company that the asker
// may not see becomes the next visible one toward the asker.
func (d *Decision) mask() {
	d.accountable, d.performs = d.seen(d.accountable), d.seen(d.performs)
	if d.reach != nil {
		d.reach = d.maskPoint(d.reach)
	}
	for i := range d.also {
		d.also[i] = *d.maskPoint(&d.also[i])
	}
	d.maskPath()
	d.rejected = slices.DeleteFunc(d.rejected, func(r refusal) bool { return d.seen(r.who) != r.who })
	d.maskWarnings()
	d.maskTargets()
	if d.sc.role == wire.Customer {
		d.maskForCustomer()
	}
	if d.sc.role == wire.Publisher {
		d.lost = nil
		d.matched = slices.DeleteFunc(d.matched, func(m wire.Match) bool { return m.Agreement != "" })
	}
}

// seen gives the company that stands before the asker in place of another. A
// customer does not learn of the provider behind its reseller; a publisher
// does not learn of the reseller until the provider relays.
func (d *Decision) seen(w who) who {
	sc := d.sc
	switch sc.role {
	case wire.Customer:
		behind := w.kind == wire.Provider || w.kind == wire.DirectPartner
		if behind && w.id != sc.reseller && sc.sub != nil && !sc.ended && directory.HidesProvider(sc.sub) && sc.behindReseller(w.id) {
			return who{sc.reseller, wire.Reseller}
		}
	case wire.Publisher:
		if w.kind == wire.Reseller && w.id == sc.reseller && sc.reseller != "" {
			return d.partner(sc.seller)
		}
	}
	return w
}

func (sc *scene) behindReseller(id string) bool {
	return id == sc.seller || id == sc.sub.Purchaser || id == sc.provider
}

func (d *Decision) maskPoint(p *point) *point {
	if w := d.seen(p.who); w != p.who {
		return d.profilePoint(w)
	}
	return p
}

// maskPath: equal neighbours merge.
func (d *Decision) maskPath() {
	var out []hop
	for _, h := range d.path {
		if w := d.seen(h.who); w != h.who {
			h.who, h.role = w, ""
		}
		if n := len(out); n > 0 && out[n-1].id == h.id && out[n-1].role == h.role {
			continue
		}
		out = append(out, h)
	}
	d.path = out
}

func (d *Decision) maskWarnings() {
	all := d.warnings
	d.warnings = nil
	for _, w := range all {
		if d.sc.role == wire.Customer && strings.HasPrefix(w.code, "split.") {
			w.code = "partner.answers"
		}
		d.warn(w.code, d.seen(w.who), w.role)
	}
}

func (d *Decision) maskTargets() {
	w := d.seen(d.promised)
	for _, p := range []*wire.Promise{d.targets.Acknowledge, d.targets.FirstResponse, d.targets.NextUpdate, d.targets.Resolution} {
		if p != nil && w != d.promised {
			p.Company, p.From = w.id, "" // the id of an agreement may name its company
		}
	}
	d.promised = w
}

// maskForCustomer: every customer answer is masked in the same way, whether a
// provider is hidden or not; otherwise the difference would tell.
func (d *Decision) maskForCustomer() {
	if d.outcome == wire.NotAgreed {
		d.outcome = wire.Decided
	}
	d.statements = unshared(d.statements)
	d.lost = nil
	d.matched = slices.DeleteFunc(d.matched, func(m wire.Match) bool { return m.Agreement != "" })
	for i := range d.matched {
		d.matched[i].Statements = unshared(d.matched[i].Statements)
	}
	for i := range d.delegate {
		d.delegate[i].Statements = unshared(d.delegate[i].Statements)
	}
	for i := range d.rejected {
		if s := unshared([]string{d.rejected[i].statement}); len(s) > 0 {
			d.rejected[i].statement = s[0]
		}
	}
}

// unshared: for a customer S28 and S29 become S16, once.
func unshared(statements []string) []string {
	var out []string
	for _, s := range statements {
		if s == "S28" || s == "S29" {
			s = "S16"
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
