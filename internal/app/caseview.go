package app

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// party names a company of the case as a viewer may know it, in the role it
// has on the sale; nil for none.
func (d *desk) party(c *casework.Case, company, viewer string, lang i18n.Lang) *wire.Party {
	if company == "" {
		return nil
	}
	company = c.Mask(viewer, company)
	kind := partOf(c, company)
	known := d.world.Companies[company]
	if known == nil {
		known = &wire.Company{ID: company}
	}
	out := partyOf(known, kind, lang)
	return &out
}

// partOf is the part that a company plays on the sale of a case.
func partOf(c *casework.Case, company string) (as string) {
	for _, l := range c.Route.Chain {
		if l.Company == company {
			as = l.As
		}
	}
	return as
}

// view is the case as one company may see it.
func (d *desk) view(c *casework.Case, viewer string, lang i18n.Lang, now time.Time) *wire.Case {
	own := c.Party(viewer)
	out := &wire.Case{Number: c.Number, Version: own.N, Head: own.Head.String(), State: string(c.State), Status: status(c, viewer), Outcome: c.Outcome,
		Subject: own.Subject, Lang: c.Lang, Topic: c.Topic, Severity: c.Severity, Offer: c.Offer, Subscription: c.Subscription,
		Customer: *d.party(c, c.Customer, viewer, lang), Owner: *d.party(c, c.Owner, viewer, lang),
		OwnerSince: c.Holdings[len(c.Holdings)-1].From, Sponsor: *d.party(c, c.Route.Sponsor, viewer, lang), With: d.party(c, c.Turn(), viewer, lang), WithSince: optional(c.Since()),
		Opened: c.Opened, Updated: own.Updated, Closed: optional(c.Ended), Test: c.Test, Assignee: own.Assignee, Reference: own.Reference,
		Bounces: c.Bounces, Clocks: d.clocks(c, viewer, now), Statements: statements(c, viewer), Rules: c.Route.Rules, May: list(c.May(viewer))}
	if own.Began { // who came later is not told the past
		out.Requester, out.Follows = c.Requester.Person, c.Follows
	}
	if c.Hold != nil {
		out.OnHold = &c.Hold.Until
	}
	stands := out.With
	if c.Handoff != nil { // also while its sender is asked
		stands = d.party(c, c.Handoff.To, viewer, lang)
	}
	out.StateText = printer(lang).T("case.state."+out.State, map[string]any{"company": nameOf(stands)})
	d.showParties(out, c, viewer, lang)
	out.Handoff = d.handoff(c, viewer, lang)
	if c.Joint != nil && viewer != c.Customer {
		out.Joint = &wire.Joint{Coordinator: *d.party(c, c.Joint.Coordinator, viewer, lang), Engineers: map[string]string{}}
		for side, engineer := range c.Joint.Engineers {
			if side == viewer || c.Sees(viewer, side) && (engineer == "" || c.Joint.NamedTo[side].Has(c.Bit(viewer))) {
				out.Joint.Engineers[side] = engineer
			}
		}
	}
	return out
}

// status for other systems: it waits for the reader's side, or for another.
func status(c *casework.Case, viewer string) string {
	switch {
	case c.State == casework.Closed:
		return "closed"
	case c.Turn() == viewer:
		return "attention_needed"
	}
	return "open"
}

// statements are what the route rests on. Neither a customer nor whom a name is
// kept from reads how provider and reseller share the work (spec 1 section 5).
func statements(c *casework.Case, viewer string) []string {
	out := []string{}
	for _, s := range c.Route.Reasons {
		if (viewer == c.Customer && c.ForCustomer() || c.Veiled(viewer)) && (s == "S28" || s == "S29") {
			s = "S16"
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (d *desk) showParties(out *wire.Case, c *casework.Case, viewer string, lang i18n.Lang) {
	out.Companies = []wire.CaseParty{}
	for _, p := range c.Parties {
		if !c.Sees(viewer, p.Company) {
			continue
		}
		shown := wire.CaseParty{Party: *d.party(c, p.Company, viewer, lang), Since: p.Joined, Left: p.Left}
		if p.Company == viewer || p.ReferTo.Has(c.Bit(viewer)) {
			shown.Reference = p.Reference
		}
		switch {
		case p.Company == viewer:
			shown.Assignee = p.Assignee
		case p.Company == c.Owner && p.NamedTo.Has(c.Bit(viewer)):
			shown.Assignee = p.Named
		}
		out.Companies = append(out.Companies, shown)
	}
}

// seenClocks are the duties that a company may look at. By which agreement they
// were promised is for those behind the customer.
func (d *desk) seenClocks(c *casework.Case, viewer string) (out []casework.Clock) {
	customer := viewer == c.Customer && c.ForCustomer()
	for _, k := range c.Clocks {
		if !c.SeesClock(viewer, k) {
			continue
		}
		if customer { // nor is whom a clock has warned
			k.From, k.Warned = "", 0
		}
		out = append(out, k)
	}
	return out
}

func (d *desk) clocks(c *casework.Case, viewer string, now time.Time) []wire.Clock {
	out := []wire.Clock{}
	for _, k := range d.seenClocks(c, viewer) {
		out = append(out, clockOf(k, now))
	}
	return out
}

func clockOf(k casework.Clock, now time.Time) wire.Clock {
	return wire.Clock{Kind: string(k.Kind), Company: k.Company, Started: k.Started, Due: optional(k.Due), From: k.From, Paused: k.Paused() && k.Running(),
		Stopped: optional(k.Stopped), How: string(k.How), Late: k.Late(now)}
}

// handoff shows an open offer: to its two sides in full, to the others who has
// been asked.
func (d *desk) handoff(c *casework.Case, viewer string, lang i18n.Lang) *wire.Handoff {
	h := c.Handoff
	if h == nil {
		return nil
	}
	out := &wire.Handoff{ID: h.ID, Case: c.Number, State: "offered", From: *d.party(c, h.From, viewer, lang), To: *d.party(c, h.To, viewer, lang), Sent: h.Sent}
	if viewer == c.Customer && c.ForCustomer() {
		return out
	}
	out.Back, out.Overdue, out.Rounds = h.Back, h.Overdue, h.Rounds
	if h.Clarifying {
		out.State = "clarifying"
	}
	for _, k := range c.Clocks {
		if k.Kind == casework.ClockAcknowledge && k.Leg == h.Leg && k.Company == h.To {
			out.Due = optional(k.Due)
		}
	}
	if viewer == h.From || viewer == h.To {
		out.For = d.party(c, h.For, viewer, lang)
		for _, q := range h.Questions {
			out.Questions = append(out.Questions, wire.Question(q))
		}
	}
	return out
}

// shown is the view with what was handed over, where a handoff is open. fresh
// are events that are not written yet.
func (d *desk) shown(tx *store.Tx, c *casework.Case, fresh []casework.Event, viewer string, lang i18n.Lang, now time.Time) (*wire.Case, error) {
	out := d.view(c, viewer, lang, now)
	if err := d.showMarks(tx, out, c, fresh, viewer, now); err != nil || out.Handoff == nil {
		return out, err
	}
	events, err := tx.SeenEvents(c.Number, c.Bit(viewer))
	if err != nil {
		return nil, err
	}
	for _, e := range fresh {
		if e.Readers.Has(c.Bit(viewer)) {
			events = append(events, e)
		}
	}
	d.showPackage(out, c, events, viewer)
	return out, nil
}

// showPackage adds what was handed over, for the two sides.
func (d *desk) showPackage(out *wire.Case, c *casework.Case, events []casework.Event, viewer string) {
	bit := c.Bit(viewer)
	for _, e := range events {
		if e.Open["handoff"] == out.Handoff.ID {
			if pack := packageOf(e.For(bit)); pack != nil {
				out.Handoff.Package = pack
			}
		}
	}
}

func packageOf(e casework.Event) *wire.Package {
	words := e.Word("package")
	if words == "" {
		return nil
	}
	out := new(wire.Package)
	if json.Unmarshal([]byte(words), out) != nil {
		return nil // erased in part, or of a later program: the digest is still shown
	}
	return out
}

// tellShares says of each handoff that a company has sent which of the messages
// and files it had read the receiver came to read with it, and which stayed. The
// receiver's view is made of what the sender reads as well, so that nothing of
// what others have told it comes in.
func (d *desk) tellShares(c *casework.Case, events []casework.Event, lines []wire.CaseEvent, viewer string) {
	at := map[casework.Hash]int{}
	for i, l := range casework.View(events, c.Bit(viewer)) {
		at[l.Event.Leaf] = i
	}
	for i, e := range events {
		to := c.Bit(e.Word("to"))
		sent, mine := at[e.Leaf]
		if plainKind(e) != "handoff-sent" || e.Word("by") != viewer || to < 0 || !mine {
			continue
		}
		given := leavesOf(events[:endOfSending(events, i)], to)
		for n := range at {
			if line := &lines[at[n]]; at[n] < sent && canBeShared(line.Kind) {
				part(&lines[sent], line.N, given[n])
			}
		}
		slices.Sort(lines[sent].Shared)
		slices.Sort(lines[sent].Kept)
	}
}

func part(sent *wire.CaseEvent, n int64, given bool) {
	if given {
		sent.Shared = append(sent.Shared, n)
	} else {
		sent.Kept = append(sent.Kept, n)
	}
}

// endOfSending is where the messages end that were released with a handoff.
func endOfSending(events []casework.Event, sent int) int {
	end := sent + 1
	for end < len(events) && plainKind(events[end]) == "released" && events[end].At.Equal(events[sent].At) {
		end++
	}
	return end
}

// leavesOf are the events that a party reads of some.
func leavesOf(events []casework.Event, bit int) map[casework.Hash]bool {
	out := map[casework.Hash]bool{}
	for _, l := range casework.View(events, bit) {
		out[l.Event.Leaf] = true
	}
	return out
}

func canBeShared(kind string) bool { return kind == "opened" || kind == "message" || kind == "file" }

func plainKind(e casework.Event) string {
	kind, _, _ := strings.Cut(e.Kind, "/")
	return kind
}

// line is one entry of a company's timeline.
func (d *desk) line(c *casework.Case, l casework.Line, viewer string, lang i18n.Lang) wire.CaseEvent {
	e := l.Event
	out := wire.CaseEvent{N: l.N, At: e.At, Kind: plainKind(e), Person: e.Word("person"), OnBehalf: e.Word("on-behalf"), Via: e.Open["via"], Text: e.Word("text"),
		Lang: e.Open["lang"], Audience: list(c.Audience(e, viewer)), Package: packageOf(e), Head: l.Head.String(), Details: map[string]string{}}
	if l.Release != nil {
		out.Released = &l.Release.At
	}
	out.By = d.actor(c, e, viewer, lang)
	if out.Package != nil {
		out.PackageFor = c.Audience(casework.Event{Readers: e.Sealed["package"].Readers}, viewer)
	}
	for name, value := range e.Open {
		if name != "via" && name != "lang" && name != "shows" && name != "fresh" { // that a company is new is not for all who read
			out.Details[name] = value
		}
	}
	for _, name := range []string{"reason", "evidence", "reference", "assignee", "engineer", "subject", "questions", "facts", "name", "type", "sum"} {
		if value := e.Word(name); value != "" {
			out.Details[name] = value
		}
	}
	for _, name := range []string{"to", "for", "other", "from", "coordinator"} {
		if p := d.party(c, e.Word(name), viewer, lang); p != nil {
			out.Details[name] = p.Company
		}
	}
	out.Sentence = d.sentence(c, out, viewer, lang)
	return out
}

// actor is who acted: a hidden company acts under the next visible name.
func (d *desk) actor(c *casework.Case, e casework.Event, viewer string, lang i18n.Lang) *wire.Party {
	switch by := e.Word("by"); {
	case by != "":
		return d.party(c, by, viewer, lang)
	case e.Open["via"] == casework.System.Via:
		return nil
	}
	// The name is sealed from this reader: it acted for the side that the
	// reader knows.
	return d.party(c, c.Route.Sponsor, viewer, lang)
}

// sentence says in words what happened; the names in it are masked already.
func (d *desk) sentence(c *casework.Case, e wire.CaseEvent, viewer string, lang i18n.Lang) string {
	p := printer(lang)
	args := map[string]any{"by": nameOf(e.By), "to": nameOf(d.party(c, e.Details["to"], viewer, lang))}
	if args["to"] == args["by"] { // a hidden company between: one name stands for both
		args["to"] = ""
	}
	if reason := e.Details["reason"]; e.Kind == "closed" {
		args["reason"] = i18n.Key("case.outcome." + reason)
	}
	if e.Details["back"] != "" {
		return p.T("case.event.given-back", args)
	}
	if key := "case.event." + e.Kind; p.Has(key) {
		return p.T(key, args)
	}
	return p.T("case.event.unknown", args)
}

func nameOf(p *wire.Party) string {
	if p == nil {
		return ""
	}
	return p.Name
}

func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
