package casewalk

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Tick is the verb of the system's turn, Relate that of the operator who writes
// down what has become of the relation between the provider and the reseller.
const (
	Tick   = "tick"
	Relate = "relation"
)

// Behind is what a step is counted as, besides its verb, while the clock was put
// back behind what has happened.
const Behind = "behind"

// Removed is a relation that is not written down any more.
const Removed = "removed"

// Step is one command of one company. By "" is the system.
type Step struct {
	By, Verb string
	Word     string // stands in whatever the step says
	To       string
	Audience []string
	Messages []string // the words of the messages that go along
	Reason   string
	Wait     bool
	Next     time.Time
}

// bySystem tells the steps that no company of the case takes.
func (s Step) bySystem() bool { return s.Verb == Tick || s.Verb == Relate }

func (s Step) String() string {
	return fmt.Sprintf("%s %s %s to %q audience %v messages %v reason %q wait %v next %v", s.By, s.Verb, s.Word, s.To, s.Audience, s.Messages, s.Reason, s.Wait, s.Next)
}

// Sight is a case as one company finds it.
type Sight struct {
	Owner, Sponsor, State, Receiver, Severity string // as the sponsor reads them
	Text                                      string // everything that it can read of the case; "" = it is not on it
}

// Desk is what is driven: the core, the app or a server.
type Desk interface {
	Begin(sale Sale, word string)
	Pass(d time.Duration)
	Now() time.Time
	Do(s Step) error            // nil = accepted
	Head(company string) string // of its chain; "" = it is not on the case
	Look(company string) Sight
	Verify() error // everything that is stored of the case fits together
}

// Walk opens a case of a seed, takes it through so many steps, and holds the
// desk against the model after each. It gives how often each verb was accepted.
func Walk(t testing.TB, desk Desk, seed uint64, steps int) map[string]int {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	sale := Sales()[r.IntN(len(Sales()))]
	w := &walk{desk: desk, r: r, word: fmt.Sprintf("q%dw", seed), accepted: map[string]int{}}
	desk.Begin(sale, w.word+"begin")
	w.accepted[ofSale(sale)]++
	w.m = opened(sale, desk.Now(), w.word+"begin")
	if wrong := w.check(); wrong != "" {
		t.Fatalf("seed %d, opened: %s", seed, wrong)
	}
	for i := 1; i <= steps; i++ {
		s, wrong := w.step(i)
		if w.trace = append(w.trace, s.String()); wrong != "" {
			t.Fatalf("seed %d: %s\n%s", seed, wrong, w.story())
		}
	}
	return w.accepted
}

func ofSale(sale Sale) string { return "of " + sale.Subscription }

type walk struct {
	desk     Desk
	m        *model
	r        *rand.Rand
	word     string
	back     time.Duration // by which the clock was put back
	moved    bool          // the last step has moved the case
	trace    []string
	accepted map[string]int
}

func (w *walk) story() (out string) {
	for i, line := range w.trace {
		out += fmt.Sprintf("%3d %s\n", i+1, line)
	}
	return out
}

// everybody is on the sale, or on none.
func (w *walk) everybody() []string { return append(w.m.sale.Companies(), Rival) }

func (w *walk) step(i int) (Step, string) {
	w.desk.Pass(w.later())
	if w.m.clock, w.m.i = w.desk.Now(), i; w.m.clock.After(w.m.now) {
		w.m.now = w.m.clock
	}
	s := w.draw(fmt.Sprintf("%s%dend", w.word, i))
	before := w.heads()
	want := w.m.take(s)
	err := w.desk.Do(s)
	w.moved = want && !s.bySystem()
	switch {
	case want && err != nil:
		return s, fmt.Sprintf("refused: %v", err)
	case !want && err == nil:
		return s, "accepted, and must be refused"
	case want:
		w.accepted[s.Verb]++
		if w.m.clock.Before(w.m.now) {
			w.accepted[Behind]++
		}
	}
	if after := w.heads(); !want && !slices.Equal(before, after) {
		return s, fmt.Sprintf("refused, and moved a chain: %v to %v", before, after)
	}
	return s, w.check()
}

// later is how the clock goes on: by minutes, sometimes by days; and now and then
// somebody puts it back, and right again.
func (w *walk) later() time.Duration {
	switch {
	case w.back > 0 && w.r.IntN(3) == 0:
		right := w.back
		w.back = 0
		return right
	case w.back == 0 && w.moved && w.r.IntN(12) == 0: // the case has happened until now
		w.back = []time.Duration{time.Hour, 365 * 24 * time.Hour}[w.r.IntN(2)]
		return -w.back
	case w.r.IntN(12) == 0:
		return time.Duration(w.r.IntN(12*24)) * time.Hour
	}
	return time.Duration(w.r.IntN(600)) * time.Minute
}

func (w *walk) heads() (out []string) {
	for _, company := range w.everybody() {
		out = append(out, w.desk.Head(company))
	}
	return out
}

// check holds what every company finds against the model.
func (w *walk) check() string {
	var sponsor Sight
	for _, company := range w.everybody() {
		got := w.desk.Look(company)
		if (got.Text != "") != w.m.present[company] {
			return fmt.Sprintf("%s is on the case: %v", company, got.Text != "")
		}
		if company == w.m.sale.Sponsor {
			sponsor = got
		}
		if wrong := w.m.lacks(company, got.Text); wrong != "" {
			return wrong
		}
	}
	got, receiver := sponsor, ""
	if w.m.handoff != nil {
		receiver = w.m.handoff.to
	}
	if got.Owner != w.m.owner || got.Sponsor != w.m.sale.Sponsor || got.State != w.m.state || got.Receiver != receiver || got.Severity != w.m.severity {
		return fmt.Sprintf("owner %s want %s, sponsor %s, state %s want %s, receiver %q want %q, severity %s want %s",
			got.Owner, w.m.owner, got.Sponsor, got.State, w.m.state, got.Receiver, receiver, got.Severity, w.m.severity)
	}
	if err := w.desk.Verify(); err != nil {
		return err.Error()
	}
	return ""
}
