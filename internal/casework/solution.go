package casework

import (
	"slices"
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// ReopenFor is how long a closed case keeps its number; later a linked case
// follows.
const ReopenFor = 30 * 24 * time.Hour

// silentFor is how long a proposed solution waits for a word.
var silentFor = promised("10bd")

var oneBusinessDay = promised("1bd")

// Propose says what solves the case and asks whether it does.
type Propose struct{ Text, Lang string }

func (p Propose) run(t *turn) error {
	if err := t.owning(); err != nil {
		return err
	}
	if t.c.Handoff != nil {
		return t.refuse("handoff.open")
	}
	if err := needed("text", p.Text); err != nil {
		return err
	}
	t.proposed()
	return t.emit(solutionProposed, t.c.everyone(), open{"lang": p.Lang}, words{"text": sealed(p.Text, t.c.everyone())})
}

// asking tells whether a company may say whether a solution works: the
// requester's side, or the sponsor for it.
func (t *turn) asking() error {
	if t.c.State != Proposed {
		return t.refuse("case.nothing-proposed")
	}
	if t.by.Company != t.c.Customer && t.by.Company != t.c.Route.Sponsor {
		return t.refuse("case.not-requester")
	}
	return nil
}

// Confirm says that the solution works.
type Confirm struct{ Text, Lang string }

func (c Confirm) run(t *turn) error {
	if err := t.asking(); err != nil {
		return err
	}
	return t.end(Confirmed, c.Text, c.Lang)
}

// Reject says that it does not; the work goes on at the same place.
type Reject struct{ Text, Lang string }

func (r Reject) run(t *turn) error {
	if err := t.asking(); err != nil {
		return err
	}
	if err := needed("text", r.Text); err != nil {
		return err
	}
	t.rejected()
	return t.emit(solutionRejected, t.c.everyone(), open{"lang": r.Lang}, words{"text": sealed(r.Text, t.c.everyone())})
}

// Close ends a case without a proposed solution.
type Close struct{ Reason, Text, Lang string }

// closers: who may end a case for which reason.
var closers = map[string]func(*turn) bool{
	Withdrawn:   func(t *turn) bool { return t.by.Company == t.c.Customer || t.by.Company == t.c.Route.Sponsor },
	Duplicate:   func(t *turn) bool { return t.by.Company == t.c.Owner || t.by.Company == t.c.Route.Sponsor },
	NotPossible: func(t *turn) bool { return t.by.Company == t.c.Owner || t.by.Company == t.c.Route.Sponsor },
	Confirmed:   func(t *turn) bool { return t.by.Company == t.c.Customer },
	NoAnswer:    func(t *turn) bool { return t.by == System && t.c.State == Proposed },
}

// CloseReasons is the closed list.
func CloseReasons() []string { return []string{Confirmed, NoAnswer, Withdrawn, Duplicate, NotPossible} }

func (c Close) run(t *turn) error {
	if err := t.live(); err != nil {
		return err
	}
	may, known := closers[c.Reason]
	switch {
	case !known:
		return fault.New(fault.Invalid, "case.unknown-reason", "reason", text.Typed(c.Reason))
	case t.c.Handoff != nil:
		return t.refuse("handoff.open")
	case !may(t):
		return t.refuse("case.not-yours-to-close", "reason", c.Reason)
	}
	if c.Reason == Duplicate || c.Reason == NotPossible {
		if err := needed("text", c.Text); err != nil {
			return err
		}
	}
	return t.end(c.Reason, c.Text, c.Lang)
}

func (t *turn) end(reason, text, lang string) error {
	t.stopAll(reason)
	return t.emit(caseClosed, t.c.everyone(), open{"reason": reason, "lang": lang}, words{"text": sealed(text, t.c.everyone())})
}

// Reopen goes on with a closed case, for the customer or the sponsor. Its
// owner is the last one; when nobody reaches that one any more, the sponsor.
type Reopen struct{ Text, Lang string }

func (r Reopen) run(t *turn) error {
	switch {
	case t.c.State != Closed:
		return t.refuse("case.not-closed")
	case !slices.Contains([]string{t.c.Customer, t.c.Route.Sponsor}, t.by.Company):
		return t.refuse("case.not-yours-to-reopen")
	case t.now.Sub(t.c.Ended) > ReopenFor:
		return t.refuse("case.reopen-late")
	}
	if err := needed("text", r.Text); err != nil {
		return err
	}
	owner := t.c.Owner
	if !t.facts.reachable(owner) {
		owner = t.c.Route.Sponsor
	}
	if !t.facts.reachable(owner) {
		return fault.New(fault.Conflict, "case.no-owner", "company", Named(owner))
	}
	t.reopen(owner)
	return t.emit(caseReopened, t.c.everyone(), open{"lang": r.Lang}, words{"text": sealed(r.Text, t.c.everyone()), "owner": t.named(owner)})
}

func promised(text string) calendar.Duration {
	d, err := calendar.ParseDuration(text)
	if err != nil {
		panic(err) // a constant
	}
	return d
}
