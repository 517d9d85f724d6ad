package casework

import (
	"encoding/binary"
	"fmt"
	"time"

	"switchboard/internal/calendar"
	"switchboard/wire"
)

// begin is an ordinary Friday.
var begin = time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)

// indirect is a sale through a provider that its customer does not know.
var indirect = Route{
	Sponsor: "fabrikam", Performs: "contoso", HideProvider: true, PublisherDirect: true, Rules: "csp v1",
	Chain: []Link{{"northwind", wire.Customer}, {"fabrikam", wire.Reseller}, {"wideworld", wire.Provider}, {"contoso", wire.Publisher}, {"market", wire.Operator}},
}

var direct = Route{
	Sponsor: "tailspin", Performs: "contoso", Rules: "csp v1",
	Chain: []Link{{"northwind", wire.Customer}, {"helpers", Supporter}, {"tailspin", wire.DirectPartner}, {"contoso", wire.Publisher}, {"market", wire.Operator}},
}

var selfServe = Route{
	Sponsor: "market", Performs: "contoso", Rules: "csp v1",
	Chain: []Link{{"northwind", wire.Customer}, {"contoso", wire.Publisher}, {"market", wire.Operator}},
}

func facts(t tester, r Route) Facts {
	t.Helper()
	out := Facts{map[string]Company{}}
	zones := []string{"Asia/Tokyo", "Europe/Berlin", "Asia/Taipei", "America/New_York", "UTC"}
	for i, l := range r.Chain {
		cal, err := calendar.New(calendar.Spec{Hours: "Mon-Fri 09:00-18:00", Zone: zones[i%len(zones)]})
		if err != nil {
			t.Fatal(err)
		}
		out.Companies[l.Company] = Company{Reachable: true, Calendar: cal, From: l.Company + "-terms v1, moderate", Promises: map[ClockKind]calendar.Duration{
			ClockAcknowledge: promised("1h"), ClockFirstResponse: promised("4h"), ClockNextUpdate: promised("1bd"), ClockResolution: promised("3bd"),
		}}
	}
	return out
}

// tester is what a desk needs of a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// desk plays a case: it keeps the events and the projection.
type desk struct {
	t      tester
	c      *Case
	events []Event
	now    time.Time
	facts  Facts
	drawn  uint64
}

func newDesk(t tester, r Route) *desk {
	d := &desk{t: t, now: begin, facts: facts(t, r)}
	d.must("northwind", open1(r))
	return d
}

func open1(r Route) Open {
	return Open{Number: Number(42), Route: r, Customer: "northwind", Requester: Requester{"northwind", "mika"}, Offer: "contoso-backup", Subscription: "sub-1",
		Topic: "break-fix", Severity: "moderate", Lang: "en", Subject: "Sign-in loops", Text: "Since the update sign-in loops."}
}

func (d *desk) chance() (out Chance) {
	d.drawn++
	binary.BigEndian.PutUint64(out.Seed[:], d.drawn)
	return out
}

func (d *desk) do(company string, cmd Command) error {
	by := By{Company: company, Person: company + "-agent", Via: "api"}
	if company == "" {
		by = System
	}
	c, events, err := Decide(d.c, cmd, by, d.now, d.facts, d.chance())
	if err != nil {
		return err
	}
	d.c, d.events = c, append(d.events, events...)
	return nil
}

func (d *desk) must(company string, cmd Command) {
	d.t.Helper()
	if err := d.do(company, cmd); err != nil {
		d.t.Fatalf("%s %T: %v", company, cmd, err)
	}
}

func (d *desk) refused(company string, cmd Command, code string) {
	d.t.Helper()
	err := d.do(company, cmd)
	if got := codeOf(err); got != code {
		d.t.Fatalf("%s %T: %v, want %s", company, cmd, err, code)
	}
}

// reads are all words that a company may read on the case.
func (d *desk) reads(company string) (out string) {
	for _, line := range View(d.events, d.c.Bit(company)) {
		for name, s := range line.Event.Sealed {
			out += fmt.Sprintf("%s=%s\n", name, s.Value)
		}
		out += string(line.Event.Bytes) + "\n"
	}
	return out
}

func (d *desk) last(kind string) Event {
	for i := len(d.events) - 1; i >= 0; i-- {
		if d.events[i].Kind == kind {
			return d.events[i]
		}
	}
	d.t.Fatalf("no %s", kind)
	return Event{}
}

// newHours changes a company's hours in the directory.
func (d *desk) newHours(t tester, company, hours string) {
	cal, err := calendar.New(calendar.Spec{Hours: hours, Zone: "Asia/Tokyo"})
	if err != nil {
		t.Fatal(err)
	}
	known := d.facts.Companies[company]
	known.Calendar = cal
	d.facts.Companies[company] = known
}
