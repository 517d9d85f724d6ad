package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchboard/internal/calendar"
	"switchboard/internal/fault"
	"switchboard/internal/testkit/casewalk"
	"switchboard/wire"
)

// Random commands by random companies: whatever is accepted keeps the
// invariants of spec 2 section 2, whatever is refused changes nothing. The app
// and the HTTP client are walked through the same ones.
func TestInvariantsHoldOverRandomCommands(t *testing.T) {
	seen, accepted := map[string]int{}, map[string]int{}
	for seed := range uint64(60) {
		w := &walked{t: t}
		for verb, n := range casewalk.Walk(t, w, seed, 60) {
			accepted[verb] += n
		}
		for _, e := range w.d.events {
			seen[e.Kind]++
		}
	}
	for kind := range folds { // a property over commands that are never accepted would prove nothing
		if seen[kind] == 0 && kind != clockRecomputed { // no hours change here: TestNewHoursMoveNothingElse
			t.Errorf("no random command led to %s", kind)
		}
	}
	for _, verb := range casewalk.Verbs() {
		if accepted[verb] == 0 {
			t.Errorf("no random command led to %s", verb)
		}
	}
	t.Logf("accepted: %v", accepted)
}

// walked drives the pure core.
type walked struct {
	t tester
	d *desk
}

func (w *walked) Begin(sale casewalk.Sale, word string) {
	route := Route{Sponsor: sale.Sponsor, Performs: sale.Performs, HideProvider: sale.HideProvider, PublisherDirect: sale.PublisherDirect, Rules: "csp v1"}
	for _, l := range sale.Chain {
		route.Chain = append(route.Chain, Link(l))
	}
	always, err := calendar.New(calendar.Spec{Hours: "24x7", Zone: "UTC"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.d = &desk{t: w.t, now: begin, facts: facts(w.t, route)}
	for company, known := range w.d.facts.Companies {
		known.Calendar = always
		w.d.facts.Companies[company] = known
	}
	open := open1(route)
	open.Customer, open.Requester.Company, open.Subscription, open.Offer, open.Text = sale.Customer, sale.Customer, sale.Subscription, sale.Offer, word
	w.d.must(sale.Customer, open)
}

func (w *walked) Pass(d time.Duration) { w.d.now = w.d.now.Add(d) }
func (w *walked) Now() time.Time       { return w.d.now }

func (w *walked) Do(s casewalk.Step) error {
	d := w.d
	switch s.Verb {
	case casewalk.Relate: // the ledger keeps the route of its sale, and learns only whom it reaches
		w.relate(s.Reason)
		return nil
	case casewalk.Tick:
		if due := d.c.NextInstant(d.facts); due.IsZero() || due.After(d.now) { // the timer comes when something is due
			return nil
		}
	}
	cmd, err := w.command(s)
	if err != nil {
		return err
	}
	was, before, count := d.c.clone(), asText(w.t, d.c), len(d.events)
	if err := d.do(s.By, cmd); err != nil {
		if asText(w.t, d.c) != before || len(d.events) != count {
			w.t.Fatalf("%s was refused and changed something", s)
		}
		return err
	}
	unmoved(w.t, was, d.c)
	entries(w.t, d, int64(count))
	entries(w.t, d, int64(count*7919%len(d.events))) // and of a longer tail
	return nil
}

// relate tells the ledger what the directory says of a reseller whose relation is over.
func (w *walked) relate(state string) {
	provider := w.d.c.inRole(wire.Provider)
	for company, known := range w.d.facts.Companies {
		known.Reachable = provider == "" || w.d.c.role(company) != wire.Reseller || state != "ended" && state != casewalk.Removed
		w.d.facts.Companies[company] = known
	}
}

// chosen finds messages as app does: among those that the company reads.
func (w *walked) chosen(s casewalk.Step) (out []Event, err error) {
	for _, word := range s.Messages {
		lines := View(w.d.events, w.d.c.Bit(s.By))
		at := slices.IndexFunc(lines, func(l Line) bool { return l.Event.Word("text") == word || l.Event.Word("name") == word })
		if at < 0 {
			return nil, fault.New(fault.NotFound, "not-found.message")
		}
		leaf := lines[at].Event.Leaf
		stored := slices.IndexFunc(w.d.events, func(e Event) bool { return e.Leaf == leaf })
		out = append(out, ByNow(w.d.events, w.d.events[stored]))
	}
	return out, nil
}

func (w *walked) command(s casewalk.Step) (Command, error) {
	messages, err := w.chosen(s)
	if err != nil {
		return nil, err
	}
	id, next := "none", fmt.Sprintf("h%d", len(w.d.events))
	if h := w.d.c.Handoff; h != nil {
		id = h.ID
	}
	send := Send{ID: next, To: s.To, Package: Package{Summary: s.Word}, Messages: messages}
	switch s.Verb {
	case "say":
		return Say{Text: s.Word, Audience: s.Audience, Wait: s.Wait}, nil
	case "attach":
		return Attach{Name: s.Word, Type: "text/plain", Size: 3, Sum: "00", Blob: "b", Audience: s.Audience}, nil
	case "send":
		return send, nil
	case "withdraw":
		return Withdraw{ID: id, Reason: s.Word}, nil
	case "accept":
		return Accept{ID: id, Person: "p", Reference: s.Word, Next: s.Next}, nil
	case "decline":
		return Decline{ID: id, Reason: "other", Evidence: s.Word, Attached: messages}, nil
	case "ask":
		return Ask{ID: id, Questions: []Question{{Text: s.Word}}}, nil
	case "answer":
		return Answer{ID: id, Text: s.Word, Release: messages}, nil
	case "join":
		return Join{ID: id, Person: "p"}, nil
	case "pass-on":
		return PassOn{ID: id, Person: "p", Send: send}, nil
	case "give-back":
		return GiveBack{ID: next, Done: s.Word}, nil
	case "reclaim":
		return Reclaim{Reason: s.Word}, nil
	case "update":
		return Update{Text: s.Word, Audience: s.Audience, Next: s.Next}, nil
	}
	return w.own(s), nil
}

// own are the verbs that name no handoff.
func (w *walked) own(s casewalk.Step) Command {
	return map[string]Command{
		"hold": PutOnHold{Until: s.Next, Reason: s.Word}, "unhold": TakeOffHold{}, "assign": Assign{Person: s.Word}, "refer": Refer{Reference: s.Word},
		"name": Name{Person: s.Word}, "change": Change{Subject: s.Word}, "severity": Change{Severity: s.Reason}, casewalk.Tick: Tick{}, "propose": Propose{Text: s.Word}, "confirm": Confirm{Text: s.Word},
		"reject": Reject{Text: s.Word}, "close": Close{Reason: s.Reason, Text: s.Word}, "reopen": Reopen{Text: s.Word},
	}[s.Verb]
}

func (w *walked) Head(company string) string {
	if p := w.d.c.Party(company); p != nil {
		return p.Head.String()
	}
	return ""
}

func (w *walked) Look(company string) casewalk.Sight {
	c := w.d.c
	if c.Party(company) == nil {
		return casewalk.Sight{}
	}
	out := casewalk.Sight{Owner: c.Owner, Sponsor: c.Route.Sponsor, State: string(c.State), Severity: c.Severity, Text: w.d.reads(company)}
	if c.Handoff != nil {
		out.Receiver = c.Handoff.To
	}
	for i, line := range View(w.d.events, c.Bit(company)) {
		if line.N != int64(i)+1 {
			w.t.Fatalf("%s: number %d at place %d", company, line.N, i)
		}
	}
	return out
}

func (w *walked) Verify() error {
	invariants(w.t, w.d.c)
	folded, err := Fold(w.d.events)
	if err != nil {
		return err
	}
	if asText(w.t, folded) != asText(w.t, w.d.c) {
		return errors.New("the events do not fold to the projection")
	}
	return Verify(w.d.c, w.d.events)
}

// New hours count a clock anew and move nothing else, whatever happens between.
func TestNewHoursMoveNothingElse(t *testing.T) {
	counted := 0
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(t, rapid.SampledFrom([]Route{indirect, direct, selfServe}).Draw(t, "route"))
		owner, state := d.c.Owner, d.c.State
		for range rapid.IntRange(1, 10).Draw(t, "changes") {
			d.now = d.now.Add(time.Duration(rapid.Int64Range(-3600, 200_000).Draw(t, "later")) * time.Second)
			d.newHours(t, rapid.SampledFrom(companiesOf(d.c)).Draw(t, "whose"), rapid.SampledFrom([]string{"24x7", "Mon-Fri 10:00-12:00", "Sat 09:00-18:00"}).Draw(t, "hours"))
			d.must("", Tick{})
			invariants(t, d.c)
			if folded, err := Fold(d.events); err != nil || asText(t, folded) != asText(t, d.c) || d.c.Owner != owner || d.c.State != state {
				t.Fatalf("%v: owner %s, state %s, or the events do not fold to the projection", err, d.c.Owner, d.c.State)
			}
		}
		for _, e := range d.events {
			if e.Kind == clockRecomputed {
				counted++
			}
		}
	})
	if counted == 0 {
		t.Error("no clock was ever counted anew")
	}
}

// unmoved: where a case stands changes for nobody without a number of its own.
func unmoved(t tester, was, c *Case) {
	for i, p := range was.Parties {
		if p.N == c.Parties[i].N && !p.Left && was.standing(p.Company) != c.standing(p.Company) {
			t.Fatalf("%s reads nothing new, and sees:\n%s\nafter:\n%s", p.Company, c.standing(p.Company), was.standing(p.Company))
		}
	}
}

// longAgoAccepted: the publisher has promised an update and not given it.
func longAgoAccepted(d *desk) {
	d.must(d.c.Route.Sponsor, send("contoso"))
	d.must("contoso", Accept{ID: "h-contoso", Person: "p", Next: begin.Add(time.Hour)})
	d.now = begin.Add(240 * time.Hour)
}

func bouncedTwice(d *desk) {
	for range jointAfter {
		d.must(d.c.Route.Sponsor, send("contoso"))
		d.must("contoso", Decline{ID: "h-contoso", Reason: "other", Evidence: "not here"})
	}
	if d.c.Joint != nil {
		d.must("contoso", Name{Person: "p"})
	}
}

// eventful is a case to which nearly everything has happened.
func eventful(d *desk) {
	sponsor := d.c.Route.Sponsor
	d.must(sponsor, Say{Text: "what is it?", Lang: "en", Audience: []string{"northwind"}, Wait: true})
	d.must(sponsor, send("contoso", d.last(message)))
	d.must("contoso", Ask{ID: "h-contoso", Questions: []Question{{Text: "which region?"}}})
	d.must(sponsor, Answer{ID: "h-contoso", Text: "east"})
	d.now = d.now.Add(240 * time.Hour)
	d.must("", Tick{})
	d.must(sponsor, Withdraw{ID: "h-contoso"})
	d.newHours(d.t, sponsor, "24x7")
	d.must(sponsor, send("contoso"))
	d.must("contoso", Join{ID: "h-contoso", Person: "p"})
	d.must(sponsor, Assign{Person: "p"})
	d.must(sponsor, Refer{Reference: "R"})
	d.must(sponsor, Change{Severity: "critical"})
	d.must(sponsor, Update{Next: d.now.Add(time.Hour)})
	d.must(sponsor, PutOnHold{Until: d.now.Add(time.Hour), Reason: "agreed"})
	d.must(sponsor, TakeOffHold{})
	d.must(sponsor, Propose{Text: "try"})
	d.must("northwind", Reject{Text: "no"})
	d.must("northwind", Close{Reason: Withdrawn})
	d.must("northwind", Reopen{Text: "again"})
	d.must(sponsor, send("contoso"))
	d.must("contoso", Accept{ID: "h-contoso", Person: "p", Next: d.now.Add(time.Hour)})
	d.now = d.now.Add(240 * time.Hour)
	d.must(sponsor, Reclaim{Reason: "no word"})
}

func asText(t tester, c *Case) string {
	out, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// entries: what is told of the events after any seq is what came to each view
// with them, with its number and kind.
func entries(t tester, d *desk, after int64) {
	tail := d.events[after:]
	if Releases(tail) {
		tail = d.events
	}
	told, err := d.c.Entries(tail, after)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, e := range told {
		got[e.Company] = append(got[e.Company], fmt.Sprint(e.N, " ", e.Kind))
	}
	for i, p := range d.c.Parties {
		var want []string
		for _, line := range View(d.events, i)[len(View(d.events[:after], i)):] {
			kind, _, _ := strings.Cut(line.Event.Kind, "/")
			want = append(want, fmt.Sprint(line.N, " ", kind))
		}
		if !slices.Equal(got[p.Company], want) {
			t.Fatalf("%s is told %v after %d, reads %v", p.Company, got[p.Company], after, want)
		}
	}
}

func companiesOf(c *Case) (out []string) {
	for _, l := range c.Route.Chain {
		out = append(out, l.Company)
	}
	return out
}

// invariants: one owner at every instant (invariant 1), the customer's clock never
// pauses (invariant 5), a closed case has no running clock.
func invariants(t tester, c *Case) {
	for i, h := range c.Holdings {
		last := i == len(c.Holdings)-1
		if last != h.To.IsZero() || !last && !h.To.Equal(c.Holdings[i+1].From) || last && h.Company != c.Owner {
			t.Fatalf("holdings %+v, owner %s", c.Holdings, c.Owner)
		}
	}
	for _, k := range c.Clocks {
		if k.Kind == ClockCustomer && len(k.Pauses) > 0 {
			t.Fatal("the customer's clock paused")
		}
		if c.State == Closed && k.Running() {
			t.Fatalf("a closed case runs %+v", k)
		}
	}
}
