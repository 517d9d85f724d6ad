package casework

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchboard/wire"
)

// oracle is the small model that says what a case must look like. It knows the
// protocol of spec 2 section 4 as a picture and nothing of events.
type oracle struct {
	owner, sponsor string
	offered        string // the receiver of the open handoff
	closed         bool
	words          map[string]map[string]bool // each text with the companies that may read it
}

// Random commands by random companies: whatever is accepted keeps the
// invariants of spec 2 section 2, whatever is refused changes nothing.
func TestInvariantsHoldOverRandomCommands(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		route := rapid.SampledFrom([]Route{indirect, direct, selfServe}).Draw(t, "route")
		d := newDesk(t, route)
		m := &oracle{owner: route.Sponsor, sponsor: route.Sponsor, words: map[string]map[string]bool{}}
		rapid.SampledFrom([]func(*desk, *oracle){func(*desk, *oracle) {}, longAgoAccepted, takenBack, bouncedTwice, eventful}).Draw(t, "beginning")(d, m)
		for i := range rapid.IntRange(1, 60).Draw(t, "length") {
			step(t, d, m, i)
		}
		for _, e := range d.events {
			seen[e.Kind]++
		}
	})
	for kind := range folds { // a property over commands that are never accepted would prove nothing
		if seen[kind] == 0 {
			t.Errorf("no random command led to %s", kind)
		}
	}
}

func step(t *rapid.T, d *desk, m *oracle, i int) {
	var companies []string
	for _, l := range d.c.Route.Chain {
		companies = append(companies, l.Company)
	}
	by := rapid.SampledFrom(append(likely(d.c), append(companies, "rival", "")...)).Draw(t, "by")
	cmd := command(t, d, companies, i)
	d.now = d.now.Add(time.Duration(rapid.Int64Range(-3600, 200_000).Draw(t, "later")) * time.Second)
	if rapid.IntRange(0, 9).Draw(t, "directory") == 0 {
		d.newHours(t, rapid.SampledFrom(companies).Draw(t, "whose"), rapid.SampledFrom([]string{"24x7", "Mon-Fri 10:00-12:00", "Sat 09:00-18:00"}).Draw(t, "hours"))
	}
	was, before, count := d.c.clone(), text(t, d.c), len(d.events)
	err := d.do(by, cmd)
	if err != nil {
		if text(t, d.c) != before || len(d.events) != count {
			t.Fatalf("%s %T was refused and changed something", by, cmd)
		}
		return
	}
	m.follow(t, d, by, cmd, d.events[count:])
	unmoved(t, was, d.c)
	m.check(t, d)
}

// unmoved: where a case stands changes for nobody without a number of its own.
func unmoved(t *rapid.T, was, c *Case) {
	for i, p := range was.Parties {
		if p.N == c.Parties[i].N && !p.Left && was.standing(p.Company) != c.standing(p.Company) {
			t.Fatalf("%s reads nothing new, and sees:\n%s\nafter:\n%s", p.Company, c.standing(p.Company), was.standing(p.Company))
		}
	}
}

// longAgoAccepted: the publisher has promised an update and not given it.
func longAgoAccepted(d *desk, m *oracle) {
	d.must(m.sponsor, send("contoso"))
	d.must("contoso", Accept{ID: "h-contoso", Person: "p", Next: begin.Add(time.Hour)})
	d.now, m.owner = begin.Add(240*time.Hour), "contoso"
}

// takenBack: and the sponsor has taken the case back.
func takenBack(d *desk, m *oracle) {
	longAgoAccepted(d, m)
	d.must(m.sponsor, Reclaim{Reason: "no word"})
	m.owner = m.sponsor
}

func bouncedTwice(d *desk, m *oracle) {
	for range jointAfter {
		d.must(m.sponsor, send("contoso"))
		d.must("contoso", Decline{ID: "h-contoso", Reason: "other", Evidence: "not here"})
	}
	if d.c.Joint != nil {
		d.must("contoso", Name{Person: "p"})
	}
}

// eventful is a case to which nearly everything has happened.
func eventful(d *desk, m *oracle) {
	sponsor := m.sponsor
	d.must(sponsor, Say{Text: "what is it?", Lang: "en", Audience: []string{"northwind"}, Wait: true})
	d.must(sponsor, send("contoso", d.last(message)))
	m.words["what is it?"] = map[string]bool{sponsor: true, "northwind": true, "contoso": true}
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

// likely are the companies whose turn it is, so that most cases get somewhere.
func likely(c *Case) []string {
	out := []string{c.Owner, c.Owner, c.Route.Sponsor}
	if h := c.Handoff; h != nil {
		out = append(out, h.To, h.To, h.To, h.To, h.From)
	}
	return out
}

func text(t *rapid.T, c *Case) string {
	out, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func command(t *rapid.T, d *desk, companies []string, i int) Command {
	to := rapid.SampledFrom(append(companies, "rival")).Draw(t, "to")
	word := fmt.Sprintf("word-%d-end", i)
	id := "none"
	if d.c.Handoff != nil {
		id = d.c.Handoff.ID
	}
	var chosen []Event
	if rapid.Bool().Draw(t, "choose") {
		chosen = d.events[rapid.IntRange(0, len(d.events)-1).Draw(t, "chosen"):][:1]
	}
	audience := rapid.SliceOfN(rapid.SampledFrom(companies), 0, 3).Draw(t, "audience")
	soon := d.now.Add(time.Duration(rapid.IntRange(-10, 200).Draw(t, "soon")) * time.Hour)
	return rapid.SampledFrom([]Command{
		Say{Text: word, Lang: "en", Audience: audience, Wait: len(audience) > 1},
		Say{Text: word, Lang: "ja", Answers: d.events[len(d.events)-1].Readers},
		Send{ID: fmt.Sprintf("h%d", i), To: to, Package: Package{Summary: word}, Messages: chosen},
		Send{ID: fmt.Sprintf("h%d", i), To: to, Package: Package{Summary: word}},
		Attach{Name: word, Type: "text/plain", Size: 3, Sum: "00", Blob: "b", Audience: audience},
		Withdraw{ID: id, Reason: word},
		Accept{ID: id, Person: "p", Reference: fmt.Sprintf("R-%d", i), Next: soon},
		Accept{ID: id, Person: "p"},
		Decline{ID: id, Reason: "not-our-topic", Evidence: word, Attached: chosen},
		Ask{ID: id, Questions: []Question{{Text: word}}},
		Answer{ID: id, Text: word, Facts: map[string]string{"f": word}},
		Join{ID: id, Person: "p"},
		GiveBack{ID: fmt.Sprintf("h%d", i), Done: word},
		PassOn{ID: id, Person: "p", Send: Send{ID: fmt.Sprintf("h%d", i), To: to, Package: Package{Summary: word}}},
		Reclaim{Reason: word},
		Update{Next: soon},
		PutOnHold{Until: soon, Reason: word},
		TakeOffHold{},
		Assign{Person: "p"},
		Refer{Reference: word},
		Name{Person: "p"},
		Release{To: to, Messages: chosen},
		Change{Severity: "critical"},
		Propose{Text: word},
		Confirm{},
		Reject{Text: word},
		Close{Reason: rapid.SampledFrom(CloseReasons()).Draw(t, "reason"), Text: word},
		Reopen{Text: word},
		Tick{},
	}).Draw(t, "command")
}

// follow moves the model: ownership by acceptance, reclaim and the reopening
// of a case whose owner is gone, and by nothing else (invariant 2).
func (m *oracle) follow(t *rapid.T, d *desk, by string, cmd Command, events []Event) {
	switch cmd := cmd.(type) {
	case Accept:
		m.owner, m.offered = by, ""
	case PassOn:
		m.owner, m.offered = by, d.c.by(by, d.c.Handoff.meant())
	case Send:
		m.offered = d.c.by(by, cmd.To)
	case GiveBack:
		m.offered = d.c.Handoff.To
	case Withdraw, Decline, Join:
		m.offered = ""
	case Reclaim:
		m.owner, m.offered = m.sponsor, ""
	case Close, Confirm:
		m.closed = true
	case Reopen:
		m.closed = false
	case Tick:
		m.closed = d.c.State == Closed
	case Attach:
		m.words[cmd.Name] = map[string]bool{by: true}
		for _, company := range cmd.Audience {
			m.words[cmd.Name][company] = true
		}
	case Say:
		readers := map[string]bool{by: true}
		for _, company := range cmd.Audience {
			readers[company] = true
		}
		for i, p := range d.c.Parties {
			if cmd.Answers.has(i) && !p.Left {
				readers[p.Company] = true
			}
		}
		m.words[cmd.Text] = readers
	}
	for _, e := range events { // a message that was passed on has one more reader
		if e.Kind == released {
			for _, old := range d.events {
				if old.Leaf.String() == e.Word("leaf") && (old.Kind == message || old.Kind == fileAttached) {
					if readers := m.words[old.Word("text")+old.Word("name")]; readers != nil { // not of the beginning
						readers[e.Word("to")] = true
					}
				}
			}
		}
	}
}

func (h *Handoff) meant() string {
	if h.For != "" {
		return h.For
	}
	return h.To
}

func (m *oracle) check(t *rapid.T, d *desk) {
	c := d.c
	if c.Owner != m.owner || c.Route.Sponsor != m.sponsor || (c.State == Closed) != m.closed {
		t.Fatalf("owner %s want %s, state %s", c.Owner, m.owner, c.State)
	}
	if got := ""; c.Handoff != nil && c.Handoff.To != m.offered || c.Handoff == nil && m.offered != got {
		t.Fatalf("handoff %+v, want to %q", c.Handoff, m.offered)
	}
	invariants(t, c)
	m.entries(t, d)
	folded, err := Fold(d.events)
	if err != nil || text(t, folded) != text(t, c) {
		t.Fatalf("the events do not fold to the projection: %v\n%s\n%s", err, text(t, folded), text(t, c))
	}
	if err := Verify(c, d.events); err != nil {
		t.Fatal(err)
	}
	for _, company := range append([]string{"rival"}, companiesOf(c)...) {
		m.reader(t, d, company)
	}
}

// entries: what is told of the events after any seq is what came to each view
// with them, with its number and kind.
func (m *oracle) entries(t *rapid.T, d *desk) {
	after := rapid.Int64Range(0, d.c.Seq).Draw(t, "after")
	tail := d.events[after:]
	if Releases(tail) {
		tail = d.events
	}
	entries, err := d.c.Entries(tail, after)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, e := range entries {
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
func invariants(t *rapid.T, c *Case) {
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

// reader: a company reads the messages of its audiences and no other word, and
// no name that is hidden from it (invariant 6).
func (m *oracle) reader(t *rapid.T, d *desk, company string) {
	got := d.reads(company)
	for word, readers := range m.words {
		if strings.Contains(got, word) && !readers[company] {
			t.Fatalf("%s reads %s, which is for %v", company, word, readers)
		}
		if present := d.c.Bit(company) >= 0; present && readers[company] && !strings.Contains(got, word) {
			t.Fatalf("%s does not read %s", company, word)
		}
	}
	if d.c.role(company) == wire.Customer {
		for _, h := range d.c.Hidden {
			if h.From == company && strings.Contains(got, h.Company) {
				t.Fatalf("%s reads the hidden name %s", company, h.Company)
			}
		}
	}
	lines := View(d.events, d.c.Bit(company))
	for i, line := range lines {
		if line.N != int64(i)+1 {
			t.Fatalf("%s: number %d at place %d", company, line.N, i)
		}
	}
	if company == "rival" && (len(lines) > 0 || slices.Contains(companiesOf(d.c), company)) {
		t.Fatal("a rival reads something")
	}
}
