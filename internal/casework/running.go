package casework

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/internal/calendar"
)

// What happens to the clocks while a case moves. A command changes them here
// first; the event that follows carries the changed ones, so that folding
// needs no calendar.

// change keeps a clock for the next event; i < 0 adds one.
func (t *turn) change(i int, c Clock, err error) {
	if err != nil {
		t.failed = err
		return
	}
	if i < 0 {
		t.c.Clocks = append(t.c.Clocks, c)
		i = len(t.c.Clocks) - 1
	} else {
		t.c.Clocks[i] = c
	}
	if t.changed == nil {
		t.changed = map[int]Clock{}
	}
	t.changed[i] = c
}

// told adds to an event what has changed with it: who came, who may learn
// whose name, and the clocks.
func (t *turn) told(w words) (words, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	out := words{"joins": sealed(strings.Join(t.joins, " "), kept), "reveals": sealed(strings.Join(t.reveals, " "), kept)}
	maps.Copy(out, w)
	if len(t.changed) > 0 {
		text, err := json.Marshal(t.changed)
		if err != nil {
			return nil, err
		}
		out[clocksChanged] = sealed(string(text), kept)
	}
	t.joins, t.reveals, t.changed = nil, nil, nil
	return out, nil
}

func (t *turn) calendar(company string) calendar.Calendar {
	return t.facts.Companies[company].Calendar
}

// start begins to measure what a company has promised; nothing when it has
// promised nothing.
func (t *turn) start(kind ClockKind, company string, leg int) {
	facts := t.facts.Companies[company]
	target := facts.Promises[kind]
	if kind != ClockCustomer && target.IsZero() {
		return
	}
	c := Clock{Kind: kind, Company: company, Leg: leg, Started: t.now, From: facts.From}
	if kind != ClockCustomer {
		c.Target = target
	}
	started, err := StartClock(c, facts.Calendar)
	t.change(-1, started, err)
}

// each hands over the running clocks that are chosen.
func (t *turn) each(chosen func(Clock) bool, do func(int, Clock)) {
	for i, c := range t.c.Clocks {
		if c.Running() && chosen(c) {
			do(i, c)
		}
	}
}

func (t *turn) stop(how Verdict, chosen func(Clock) bool) {
	t.each(chosen, func(i int, c Clock) {
		stopped, err := c.Stop(t.calendar(c.Company), t.now, how)
		t.change(i, stopped, err)
	})
}

func of(company string, kinds ...ClockKind) func(Clock) bool {
	return func(c Clock) bool { return c.Company == company && slices.Contains(kinds, c.Kind) }
}

func leg(company string, n int) func(Clock) bool {
	return func(c Clock) bool { return c.Company == company && c.Leg == n && c.Kind != ClockCustomer }
}

func (t *turn) pause(why PauseReason, ref string, chosen func(Clock) bool) {
	t.each(chosen, func(i int, c Clock) {
		if c.Pausable() {
			paused, err := c.Pause(t.now, why, ref)
			t.change(i, paused, err)
		}
	})
}

// resume ends the pauses with this reason and reference wherever they run.
func (t *turn) resume(why PauseReason, ref string) {
	t.each(func(c Clock) bool { return c.running(why, ref) >= 0 }, func(i int, c Clock) {
		resumed, err := c.Resume(t.calendar(c.Company), t.now, why, ref)
		t.change(i, resumed, err)
	})
}

// question is the number of a question that is put now. A clock pauses for it
// and for nothing else.
func (t *turn) question() string { return strconv.Itoa(t.c.Questions + 1) }

func (t *turn) startCase(o Open) {
	sponsor := o.Route.Sponsor
	for _, kind := range []ClockKind{ClockCustomer, ClockFirstResponse, ClockNextUpdate, ClockResolution} {
		t.start(kind, sponsor, 0)
	}
}

func (t *turn) startHandoff(to string) {
	n := t.c.Handoffs + 1
	t.start(ClockAcknowledge, to, n)
	t.start(ClockFirstResponse, to, n)
	t.start(ClockResolution, to, n)
}

// acceptHandoff: the receiver has decided, the sender's leg ends. The sponsor
// goes on owing the customer its next word (invariant 3).
func (t *turn) acceptHandoff(h *Handoff, next time.Time) {
	t.resume(PauseQuestion, strconv.Itoa(h.Question))
	t.stop(ClockMet, of(h.To, ClockAcknowledge))
	t.endLeg(h.From)
	t.promise(h.To, next)
}

// endLeg ends what a company owes as the owner.
func (t *turn) endLeg(company string) {
	t.stop(ClockEnded, func(c Clock) bool {
		duty := company == t.c.Route.Sponsor && c.Kind == ClockNextUpdate && c.Promised.IsZero()
		return c.Company == company && c.Kind != ClockCustomer && !duty
	})
}

// endHandoff: an offer that came to nothing. Who declined or joined has
// decided in time or not; of who was withdrawn nothing is owed.
func (t *turn) endHandoff(h *Handoff, how handoffEnd) {
	if how != endWithdrawn {
		t.stop(ClockMet, of(h.To, ClockAcknowledge))
		t.stop(ClockEnded, leg(h.To, h.Leg))
		return
	}
	t.stop(ClockWithdrawn, leg(h.To, h.Leg))
}

func (t *turn) pauseHandoff(h *Handoff) { t.pause(PauseQuestion, t.question(), leg(h.To, h.Leg)) }

func (t *turn) resumeHandoff(h *Handoff) { t.resume(PauseQuestion, strconv.Itoa(h.Question)) }

// spoke: the first word of a person to the other side is the first response;
// the sponsor's must reach the customer, and so is its next update.
func (t *turn) spoke(toCustomer bool) {
	if t.by.Company != t.c.Route.Sponsor || toCustomer {
		t.stop(ClockMet, of(t.by.Company, ClockFirstResponse))
	}
	if t.by.Company == t.c.Route.Sponsor && toCustomer {
		t.stop(ClockMet, func(c Clock) bool {
			return c.Company == t.by.Company && c.Kind == ClockNextUpdate && c.Promised.IsZero()
		})
		t.start(ClockNextUpdate, t.by.Company, t.c.Handoffs)
	}
}

func (t *turn) waitForCustomer() {
	t.pause(PauseQuestion, t.question(), of(t.by.Company, ClockFirstResponse, ClockResolution))
}

func (t *turn) customerSpoke() { t.resume(PauseQuestion, strconv.Itoa(t.c.Waits)) }

func (t *turn) promiseUpdate(next time.Time) {
	t.stop(ClockMet, func(c Clock) bool {
		return c.Company == t.by.Company && c.Kind == ClockNextUpdate && !c.Promised.IsZero()
	})
	t.promise(t.by.Company, next)
}

func (t *turn) promise(company string, next time.Time) {
	if next.IsZero() {
		return
	}
	started, err := StartClock(Clock{Kind: ClockNextUpdate, Company: company, Leg: t.c.Handoffs, Started: t.now, Promised: next}, t.calendar(company))
	t.change(-1, started, err)
}

// missedUpdate is when the owner should have reported and has not.
func (c *Case) missedUpdate(now time.Time) (out time.Time) {
	for _, k := range c.Clocks {
		if k.Running() && k.Company == c.Owner && k.Kind == ClockNextUpdate && !k.Promised.IsZero() && k.Late(now) {
			out = k.Due
		}
	}
	return out
}

func (t *turn) reclaimed(owner string) {
	if h := t.c.Handoff; h != nil {
		t.endHandoff(h, endWithdrawn)
	}
	t.endLeg(owner)
}

func (t *turn) pauseAll(until time.Time) {
	t.pause(PauseAgreedDate, until.UTC().Format(time.DateOnly), func(Clock) bool { return true })
}

func (t *turn) resumeAll() { t.resume(PauseAgreedDate, t.c.Hold.Until.UTC().Format(time.DateOnly)) }

func (t *turn) proposed() {
	t.customerSpoke() // an earlier question gives way to this one
	t.pause(PauseQuestion, t.question(), func(Clock) bool { return true })
}

func (t *turn) rejected() { t.resume(PauseQuestion, strconv.Itoa(t.c.Waits)) }

func (t *turn) stopAll(reason string) {
	how := ClockEnded
	switch reason {
	case Confirmed, NoAnswer:
		how = ClockMet
	case Withdrawn:
		how = ClockWithdrawn
	}
	t.stop(how, func(Clock) bool { return true })
}

// reopen: the customer waits again, and whoever owns the case owes again.
func (t *turn) reopen(owner string) {
	t.start(ClockCustomer, t.c.Route.Sponsor, t.c.Handoffs)
	t.start(ClockNextUpdate, t.c.Route.Sponsor, t.c.Handoffs)
	t.start(ClockResolution, owner, t.c.Handoffs)
}

// recompute counts the running clocks anew where a company's hours or promises
// are no longer what they were, before anything else happens to them; the log
// entries stand in the event (spec 2 section 6).
func (t *turn) recompute() error {
	var log []Recomputed
	t.each(func(c Clock) bool { _, known := t.facts.Companies[c.Company]; return known }, func(i int, c Clock) {
		facts := t.facts.Companies[c.Company]
		next, entry, changed := c.Recompute(facts.Calendar, facts.Promises[c.Kind], facts.From, t.now)
		if changed {
			t.change(i, next, nil)
			log = append(log, entry)
		}
	})
	if len(log) == 0 {
		return nil
	}
	text, err := json.Marshal(log)
	if err != nil {
		return err
	}
	return t.emit(clockRecomputed, t.c.behind(), nil, words{"recomputed": sealed(string(text), kept)})
}

// Warn tells what the clocks have reached by now; each share once.
type Warn struct{}

func (Warn) run(t *turn) error {
	told := open{}
	t.each(func(Clock) bool { return true }, func(i int, c Clock) {
		warned, shares := c.Warn(t.calendar(c.Company), t.now)
		if len(shares) == 0 {
			return
		}
		t.change(i, warned, nil)
		told[strconv.Itoa(i)] = strconv.Itoa(int(shares[len(shares)-1]))
	})
	if len(told) == 0 {
		return nil
	}
	text, err := json.Marshal(told)
	if err != nil {
		return err
	}
	return t.emit(clockWarned, t.c.behind(), nil, words{"shares": sealed(string(text), kept)})
}

// NextInstant is when something of this case falls due by itself: a warning,
// the end of a pause, the end of a silence, the day on which other promises count
// for a running clock. Zero when nothing does.
func (c *Case) NextInstant(facts Facts) (out time.Time) {
	earlier := func(at time.Time) {
		if !at.IsZero() && (out.IsZero() || at.Before(out)) {
			out = at
		}
	}
	for _, k := range c.Clocks {
		if _, at, ok := k.NextWarning(facts.Companies[k.Company].Calendar); ok {
			earlier(at)
		}
		if k.Running() {
			earlier(facts.Companies[k.Company].Turn)
		}
	}
	if c.Hold != nil {
		earlier(c.Hold.Until)
	}
	if c.State == Proposed {
		earlier(c.silentUntil(facts))
	}
	return out
}

// silentUntil: ten business days of the owner after its proposal.
func (c *Case) silentUntil(facts Facts) time.Time {
	at, known := facts.Companies[c.Owner].Calendar.Due(c.Asked, silentFor)
	if !known {
		return c.Asked.Add(2 * 7 * 24 * time.Hour) // ten working days of a week of five
	}
	return at
}

// Tick is the system's turn when an instant has come: everything that falls
// due by now, each thing once.
type Tick struct{}

func (Tick) run(t *turn) error {
	if c := t.c; c.Hold != nil && !t.now.Before(c.Hold.Until) {
		if err := (TakeOffHold{}).run(t); err != nil {
			return err
		}
	}
	if err := (Warn{}).run(t); err != nil {
		return err
	}
	if h := t.c.Handoff; h != nil && !h.Overdue && t.ackLate(h) {
		if err := (Overdue{h.ID}).run(t); err != nil {
			return err
		}
	}
	if t.c.State == Proposed && !t.now.Before(t.c.silentUntil(t.facts)) {
		return (Close{Reason: NoAnswer}).run(t)
	}
	return nil
}

// ackLate: the whole target of the receiver has passed without a decision.
func (t *turn) ackLate(h *Handoff) bool {
	return slices.ContainsFunc(t.c.Clocks, func(c Clock) bool {
		return c.Running() && c.Kind == ClockAcknowledge && c.Company == h.To && c.Leg == h.Leg && c.Warned.Has(100)
	})
}
