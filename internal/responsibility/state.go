package responsibility

import (
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/directory"
	"switchboard/wire"
)

// warnOfState says what has changed around the sale. Support continues all
// the same, and contacts survive (spec 1 section 3.5).
func (d *Decision) warnOfState() {
	sc := d.sc
	if sc.offer != nil && directory.Status(sc.offer) == "delisted" {
		d.warn("offer.delisted", who{}, "")
	}
	if sc.s.Operator == "" {
		d.warn("operator.missing", who{}, "")
	}
	if !sc.ended && directory.RelationState(sc.relation) == "selling-stopped" {
		d.warn("relation.selling-stopped", who{}, "")
	}
	if sc.sub == nil || sc.missing == "subscription" {
		return
	}
	d.warnOfPartner(sc.seller, sellerKinds[sc.model])
	d.warnOfPartner(sc.reseller, []string{wire.Reseller})
	if sc.ended {
		d.warn("relation.ended", who{}, "")
	}
	if !directory.Live(sc.sub) {
		d.warn("subscription.ended", who{}, "")
	}
	if sc.q.Topic == wire.Refund {
		d.warnOfRefund()
	}
}

// sellerKinds are the kinds of partner that a sale needs.
var sellerKinds = map[string][]string{
	wire.Direct:    {wire.DirectPartner},
	wire.Indirect:  {wire.Provider},
	wire.InPartner: {wire.DirectPartner, wire.Provider, wire.Reseller},
}

// warnOfPartner: a company that sold, and is not that kind of partner any more.
func (d *Decision) warnOfPartner(id string, kinds []string) {
	c := d.sc.s.Companies[id]
	if c == nil || len(kinds) == 0 {
		return
	}
	for _, kind := range kinds {
		if directory.Has(c.Kinds, kind) {
			return
		}
	}
	d.warn("partner.deauthorised", d.partner(id), "")
}

// warnOfRefund: inside the window the partner refunds; after it, or when the
// window is not known, the publisher decides.
func (d *Decision) warnOfRefund() {
	sub := d.sc.sub
	policy := d.sc.refundPolicy()
	bought, err := time.Parse(time.DateOnly, sub.From)
	if policy == nil || err != nil {
		d.warn("refund.window-unknown", who{}, "")
		return
	}
	end, ok := windowEnd(bought, policy.Window)
	switch {
	case !ok:
		d.warn("refund.window-unknown", who{}, "")
	case !d.sc.q.At.Before(end):
		d.warn("refund.window-over", who{}, "")
	}
}

// windowEnd: a refund window is wall time from the day of the purchase; no
// window (metered usage) is over at once.
func windowEnd(bought time.Time, window string) (time.Time, bool) {
	days, length, err := directory.RefundWindow(window)
	if err != nil {
		return time.Time{}, false
	}
	return bought.AddDate(0, 0, days).Add(length), true
}

// refundPolicy is the policy for the offer's kind and the term, in force when
// the subscription was bought.
func (sc *scene) refundPolicy() *wire.RefundPolicy {
	if sc.sub.From == "" || sc.sub.Term == "" {
		return nil
	}
	var best *wire.RefundPolicy
	for i := range sc.s.Refunds {
		p := &sc.s.Refunds[i]
		if p.Kind != "" && p.Kind != directory.OfferKind(sc.offer) || p.Term != "" && p.Term != sc.sub.Term {
			continue
		}
		if p.From <= sc.sub.From && (best == nil || p.From > best.From) {
			best = p
		}
	}
	return best
}

// promise finds the targets that apply: the accountable company's own promise,
// else that of the company that does the work.
func (d *Decision) promise() {
	for _, w := range []who{d.accountable, d.performs} {
		if w.id == "" {
			continue
		}
		if source, targets, ok := d.promiseOf(w); ok {
			d.count(w, source, targets)
			return
		}
	}
}

// promiseOf: agreement targets bind the company that made the promise.
func (d *Decision) promiseOf(w who) (source string, t wire.Targets, ok bool) {
	sc := d.sc
	var a *wire.Agreement
	switch w.kind {
	case wire.Publisher:
		if sc.offer == nil {
			return "", t, false
		}
		a = sc.s.Agreements[sc.offer.Agreement]
		if a != nil && !directory.InForce(a, sc.date) {
			d.warn("agreement.not-in-force", w, "")
			return "", t, false
		}
	case wire.Operator:
		a = sc.s.Terms(w.id, sc.date)
		if a == nil {
			limit := d.set.Limits[sc.q.Severity]
			return d.set.ID + " limits", wire.Targets{FirstResponse: limit}, limit != ""
		}
	default:
		a = sc.s.Terms(w.id, sc.date)
		if sc.seesSplit() && d.sp.matched != nil && len(d.sp.matched.Targets) > 0 {
			a = d.sp.matched
		}
	}
	if a == nil {
		return "", t, false
	}
	t, ok = a.Targets[sc.q.Severity]
	return AgreementLabel(a), t, ok
}

// seesSplit: a support split is read by its two sides and the operator, not by
// a supporting partner, which asks like a reseller.
func (sc *scene) seesSplit() bool {
	return sc.role == wire.Reseller && sc.q.Asker == sc.reseller || sc.role == wire.Provider || sc.role == wire.Operator
}

// AgreementLabel names an agreement with its version.
func AgreementLabel(a *wire.Agreement) string {
	if a.Version == 0 {
		return a.ID
	}
	return a.ID + " v" + itoa(a.Version)
}

// count turns durations into instants in the obliged company's calendar.
// Unknown hours give no instant but a warning; nothing is guessed.
func (d *Decision) count(w who, source string, t wire.Targets) {
	cal := d.calendarOf(w)
	due := func(text string) *wire.Promise {
		if text == "" {
			return nil
		}
		length, err := calendar.ParseDuration(text)
		if err != nil {
			return nil // import has refused it
		}
		by, ok := cal.Due(d.sc.q.At, length)
		if !ok {
			d.warn("target.hours-unknown", w, "")
			return nil
		}
		return &wire.Promise{By: by.UTC(), Company: w.id, From: source + ", " + d.sc.q.Severity, Within: text}
	}
	d.targets = wire.AnswerBy{Acknowledge: due(t.Acknowledge), FirstResponse: due(t.FirstResponse),
		NextUpdate: due(t.NextUpdate), Resolution: due(t.Resolution)}
	d.promised = w
}

// calendarOf: the company's own hours; a publisher that gives none keeps those
// of its first support contact for this offer.
func (d *Decision) calendarOf(w who) calendar.Calendar {
	cal := d.sc.s.Calendar(w.id)
	if cal.Known() || w.kind != wire.Publisher || d.sc.offer == nil {
		return cal
	}
	for i := range d.sc.offer.Contacts {
		c := &d.sc.offer.Contacts[i]
		if c.Role == wire.ContactSupport && c.Hours != "" {
			return d.sc.s.ContactCalendar(d.sc.offer, c)
		}
	}
	return cal
}
