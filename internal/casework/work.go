package casework

import (
	"time"

	"switchboard/internal/fault"
)

// Update is the owner's word on how far the work is and when it will report
// next. A promise that is missed is a soft breach.
type Update struct {
	Text     string
	Lang     string
	Audience []string
	Next     time.Time
}

func (u Update) run(t *turn) error {
	if err := t.owning(); err != nil {
		return err
	}
	if u.Next.IsZero() {
		return needed("next", "")
	}
	if err := t.later("next", u.Next); err != nil {
		return err
	}
	if u.Text != "" {
		if err := (Say{Text: u.Text, Lang: u.Lang, Audience: u.Audience}).run(t); err != nil {
			return err
		}
	}
	t.promiseUpdate(u.Next)
	return t.emit(updatePromised, t.c.everyone(), open{"next": instant(u.Next)}, nil)
}

// Reclaim takes the case back to the sponsor: after a missed update and one
// business day, or when the owner can no longer be reached.
type Reclaim struct{ Reason string }

func (r Reclaim) run(t *turn) error {
	if err := t.live(); err != nil {
		return err
	}
	if t.by.Company != t.c.Route.Sponsor {
		return t.refuse("case.not-sponsor")
	}
	if t.c.Owner == t.c.Route.Sponsor {
		return t.refuse("case.owner-already")
	}
	if err := needed("reason", r.Reason); err != nil {
		return err
	}
	if !t.mayReclaim() {
		return t.refuse("case.reclaim-early")
	}
	owner := t.c.Owner
	t.reclaimed(owner)
	return t.emit(caseReclaimed, t.c.everyone(), nil, words{
		"from":   t.named(owner),
		"reason": sealed(r.Reason, t.c.behind()),
	})
}

// mayReclaim: a missed update plus one business day of the owner, or an owner
// that became unreachable.
func (t *turn) mayReclaim() bool {
	owner := t.facts.Companies[t.c.Owner]
	if !owner.Reachable {
		return true
	}
	missed := t.c.missedUpdate(t.now)
	if missed.IsZero() {
		return false
	}
	from, known := owner.Calendar.Due(missed, oneBusinessDay)
	return known && !t.now.Before(from)
}

// PutOnHold agrees on a date until which nothing is expected.
type PutOnHold struct {
	Until  time.Time
	Reason string
}

func (p PutOnHold) run(t *turn) error {
	if err := t.owning(); err != nil {
		return err
	}
	if t.c.Hold != nil {
		return t.refuse("case.on-hold")
	}
	if p.Until.IsZero() {
		return needed("until", "")
	}
	if err := t.later("until", p.Until); err != nil {
		return err
	}
	if err := needed("reason", p.Reason); err != nil {
		return err
	}
	t.pauseAll(p.Until)
	return t.emit(casePaused, t.c.everyone(), open{"until": instant(p.Until)}, words{"reason": sealed(p.Reason, t.c.everyone())})
}

// TakeOffHold ends it, at its date or before.
type TakeOffHold struct{}

func (TakeOffHold) run(t *turn) error {
	if t.c.Hold == nil {
		return t.refuse("case.not-on-hold")
	}
	if t.by != System {
		if err := t.owning(); err != nil {
			return err
		}
	}
	t.resumeAll()
	return t.emit(caseResumed, t.c.everyone(), nil, nil)
}

// Assign names the person of the own company who works on the case; "" =
// nobody.
type Assign struct{ Person string }

func (a Assign) run(t *turn) error {
	if err := t.live(); err != nil {
		return err
	}
	own := t.c.only(t.by.Company)
	return t.emit(caseAssigned, own, open{"nobody": yes(a.Person == "")}, words{"assignee": sealed(a.Person, own)})
}

// Refer attaches the own company's number for this case.
type Refer struct{ Reference string }

func (r Refer) run(t *turn) error {
	readers := t.c.everyone() & t.c.knowers(t.by.Company)
	return t.emit(caseReferred, readers, open{"none": yes(r.Reference == "")}, words{"reference": sealed(r.Reference, readers)})
}

// Name names the engineer of the own company for a joint session.
type Name struct{ Person string }

func (n Name) run(t *turn) error {
	if err := needed("person", n.Person); err != nil {
		return err
	}
	if t.c.Joint == nil {
		return t.refuse("case.no-joint-session")
	}
	if _, side := t.c.Joint.Engineers[t.by.Company]; !side {
		return t.refuse("case.no-joint-session")
	}
	return t.emit(engineerNamed, t.c.behind(), nil, words{"engineer": sealed(n.Person, t.c.behind()&t.c.knowers(t.by.Company))})
}

// Change corrects what the case is about. The topic of a case that has been
// handed over stays: its clocks run on what was agreed for it.
type Change struct{ Severity, Topic, Subject string }

func (ch Change) run(t *turn) error {
	if err := t.owning(); err != nil {
		return err
	}
	if ch == (Change{}) {
		return fault.New(fault.Invalid, "case.nothing-to-change")
	}
	return t.emit(caseChanged, t.c.everyone(), open{"severity": ch.Severity, "topic": ch.Topic}, words{"subject": sealed(ch.Subject, t.c.everyone())})
}
