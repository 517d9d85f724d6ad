package app_test

import (
	"context"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/store"
	"switchboard/internal/testkit/casewalk"
	"switchboard/wire"
)

// onDisk are faults of what is stored, as a mistake of the store or of somebody
// with the right to write to it would leave them.
var onDisk = map[string]string{
	"an event is lost":              `DELETE FROM case_event WHERE id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 2`,
	"an event has the bytes of one": `UPDATE case_event SET bytes = (SELECT b.bytes FROM case_event b WHERE b.id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 1) WHERE id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 2`,
	"an event has one reader more":  `UPDATE case_event SET readers = readers + 4 WHERE id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 2`,
	"an event has no reader":        `UPDATE case_event SET readers = 0 WHERE id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 2`,
	"a salt is another":             `UPDATE case_event SET salt = (SELECT b.salt FROM case_event b WHERE b.id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 1) WHERE id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 2`,
	"a head is another":             `UPDATE case_event SET head = (SELECT b.head FROM case_event b WHERE b.id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 1) WHERE id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 2`,
	"a word is another":             `UPDATE case_event SET sealed = REPLACE(sealed, 'begin', 'ended') WHERE id = (SELECT serial * 16777216 FROM cases WHERE number = $1) + 1`,
	"its severity is another":       `UPDATE cases SET doc = REPLACE(doc, '"severity":"moderate"', '"severity":"none"') WHERE number = $1`,
	"another company faces it":      `UPDATE cases SET doc = REPLACE(doc, '"sponsor":"', '"sponsor":"other-') WHERE number = $1`,
	"its timer is another":          `UPDATE cases SET due_at = due_at + 2 WHERE number = $1`,
	"its timer is lost":             `UPDATE cases SET due_at = CASE WHEN due_at = 0 THEN 5 ELSE 0 END WHERE number = $1`,
	"it is in no list of a company": `DELETE FROM case_inbox WHERE number = $1 AND company = 'zcustomer'`,
	"a list shows another severity": `UPDATE case_inbox SET doc = REPLACE(doc, 'moderate', 'none') WHERE number = $1 AND company = 'zreseller'`,
	"a list shows an older row":     `UPDATE case_inbox SET doc = (SELECT i.doc FROM case_inbox i WHERE i.number = $1 AND i.company = 'zcustomer') WHERE number = $1 AND company = 'zreseller'`,
	"it stands in another list":     `UPDATE case_inbox SET with_us = NOT with_us WHERE number = $1 AND company = 'zcustomer'`,
	"it stands elsewhere in a list": `UPDATE case_inbox SET due_at = due_at - 1 WHERE number = $1 AND company = 'zcustomer'`,
	"lists of two are exchanged":    `UPDATE case_inbox SET company = CASE company WHEN 'zcustomer' THEN 'zreseller' ELSE 'zcustomer' END WHERE number = $1 AND company IN ('zcustomer', 'zreseller')`,
	"a feed ends too early":         `DELETE FROM feed WHERE number = $1 AND company = 'zcustomer' AND n = (SELECT max(f.n) FROM feed f WHERE f.number = $1 AND f.company = 'zcustomer')`,
	"a line of a feed is another":   `UPDATE feed SET kind = 'telepathy' WHERE number = $1 AND company = 'zreseller' AND n = 1`,
	"a line was told to another":    `UPDATE feed SET company = 'zrival' WHERE number = $1 AND company = 'zreseller' AND n = 1`,
	"a hidden name is not hidden":   `UPDATE cases SET doc = REPLACE(doc, '"hidden":', '"shown":') WHERE number = $1`,
}

// What is wrong on disk is found by the walk, whichever part it is in.
func TestTheWalkFindsWhatIsWrongOnDisk(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		w.must(w.take(casewalk.World, app.ImportOptions{}))
		w.duty(store.JobRecheck) // until then no timer is held against the hours
		for name, statement := range onDisk {
			found := casewalk.Found(t, func(t testing.TB) {
				p, number := w.walked(t), ""
				check := p.Check
				p.Check = func(n string) error { number = n; return check(n) }
				casewalk.Walk(t, &casewalk.Broken{Desk: p, Fault: func() bool { w.relay(); w.sql(statement, number); return true }}, seedOfHidden, 40)
			})
			if found == "" {
				t.Errorf("%s: not found", name)
			}
		}
	})
}

// seedOfHidden is a walk through a sale whose provider is hidden, which comes to
// a second event at once.
const seedOfHidden = 35

// An edge that gives a company what is another's, or keeps from it what is its
// own, is found.
func TestTheWalkFindsAWrongReader(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		w.must(w.take(casewalk.World, app.ImportOptions{}))
		for name, wrong := range map[string]func(own, other casewalk.Caller) casewalk.Caller{
			"it reads as another":       func(_, other casewalk.Caller) casewalk.Caller { return other },
			"its timeline is another's": func(own, other casewalk.Caller) casewalk.Caller { return borrowed{own, other} },
			"its last line is missing":  func(own, _ casewalk.Caller) casewalk.Caller { return shortened{own} },
		} {
			found := casewalk.Found(t, func(t testing.TB) {
				p := w.walked(t)
				p.Callers["zcustomer"] = wrong(p.Callers["zcustomer"], p.Callers["zreseller"])
				casewalk.Walk(t, p, seedOfHidden, 40)
			})
			if found == "" {
				t.Errorf("%s: not found", name)
			}
		}
	})
}

type borrowed struct {
	casewalk.Caller
	of casewalk.Caller
}

func (b borrowed) Timeline(ctx context.Context, number string, after int64) ([]wire.CaseEvent, error) {
	return b.of.Timeline(ctx, number, after)
}

type shortened struct{ casewalk.Caller }

func (s shortened) Timeline(ctx context.Context, number string, after int64) ([]wire.CaseEvent, error) {
	lines, err := s.Caller.Timeline(ctx, number, after)
	return lines[:max(0, len(lines)-1)], err
}
