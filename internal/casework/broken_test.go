package casework

import (
	"slices"
	"testing"

	"switchboard/internal/testkit/casewalk"
)

// wrongs are faults of the ledger, the projection and the readers, as a mistake
// of the core would leave them. Each is put in as soon as there is something that
// it could break.
var wrongs = map[string]func(w *walked) bool{
	"an event is lost": func(w *walked) bool {
		return w.tamper(2, func(i int) { w.d.events = slices.Delete(w.d.events, i, i+1) })
	},
	"two events change places": func(w *walked) bool {
		return w.tamper(2, func(i int) { w.d.events[i], w.d.events[i-1] = w.d.events[i-1], w.d.events[i] })
	},
	"an event is there twice": func(w *walked) bool {
		return w.tamper(1, func(i int) { w.d.events = append(w.d.events, w.d.events[i]) })
	},
	"an event has another time":      func(w *walked) bool { return w.tamper(0, func(i int) { w.d.events[i].At = w.d.events[i].At.Add(-1) }) },
	"a word is another":              func(w *walked) bool { return w.reseal("text", func(s *Seal) { s.Value = "something else" }) },
	"a word has one reader more":     func(w *walked) bool { return w.reseal("text", func(s *Seal) { s.Readers = ^Bits(0) >> 1 }) },
	"a word has no reader":           func(w *walked) bool { return w.reseal("text", func(s *Seal) { s.Readers = 0 }) },
	"an event has a reader more":     func(w *walked) bool { return w.tamper(1, func(i int) { w.d.events[i].Readers = ^Bits(0) >> 1 }) },
	"another company owns the case":  func(w *walked) bool { return w.project(func(c *Case) { c.Owner = "market" }) },
	"another company faces it":       func(w *walked) bool { return w.project(func(c *Case) { c.Route.Sponsor = "market" }) },
	"it is closed and nobody did it": func(w *walked) bool { return w.d.c.State != Closed && w.project(func(c *Case) { c.State = Closed }) },
	"its severity is another":        func(w *walked) bool { return w.project(func(c *Case) { c.Severity = "none" }) },
	"an offer is forgotten":          func(w *walked) bool { return w.d.c.Handoff != nil && w.project(func(c *Case) { c.Handoff = nil }) },
	"a hidden name is not hidden":    func(w *walked) bool { return len(w.d.c.Hidden) > 0 && w.project(func(c *Case) { c.Hidden = nil }) },
	"a company is forgotten": func(w *walked) bool {
		return len(w.d.c.Parties) > 2 && w.project(func(c *Case) { c.Parties = c.Parties[:2] })
	},
	"who held it is forgotten": func(w *walked) bool {
		return len(w.d.c.Holdings) > 1 && w.project(func(c *Case) { c.Holdings = c.Holdings[1:] })
	},
	"a number is skipped": func(w *walked) bool { return w.project(func(c *Case) { c.Parties[0].N++ }) },
	"a clock stands still": func(w *walked) bool {
		return len(w.d.c.Clocks) > 0 && w.project(func(c *Case) { c.Clocks = c.Clocks[1:] })
	},
}

// A walk that finds nothing says something only when it finds what is there.
func TestTheWalkFindsWhatIsWrong(t *testing.T) {
	for name, wrong := range wrongs {
		put := false
		for seed := uint64(35); seed < 48 && !put; seed++ {
			found := casewalk.Found(t, func(t testing.TB) {
				w := &walked{t: t}
				broken := &casewalk.Broken{Desk: w, Fault: func() bool { put = wrong(w); return put }}
				casewalk.Walk(t, broken, seed, 40)
			})
			if put != (found != "") {
				t.Errorf("%s: put in: %v, found: %q", name, put, found)
			}
		}
		if !put {
			t.Errorf("%s: no walk came to where it could be", name)
		}
	}
}

// A command that does what it should not, or does not what it should, is found.
func TestTheWalkFindsAWrongCommand(t *testing.T) {
	for name, wrong := range map[string]func(*casewalk.Step){
		"everybody reads what is for some": func(s *casewalk.Step) {
			s.Audience = []string{"zcustomer", "zreseller", "zprovider", "zpublisher", "market"}
		},
		"nobody reads what is for some":   func(s *casewalk.Step) { s.Audience = nil },
		"it goes to another company":      func(s *casewalk.Step) { s.To = "market" },
		"it is done for another company":  func(s *casewalk.Step) { s.By = "zreseller" },
		"what is said is lost":            func(s *casewalk.Step) { s.Word = "nothing" },
		"messages do not go along":        func(s *casewalk.Step) { s.Messages = nil },
		"a date in the past is a promise": func(s *casewalk.Step) { s.Next = s.Next.AddDate(1, 0, 0) },
		"it is closed for another reason": func(s *casewalk.Step) { s.Reason = "withdrawn" },
		"the customer is not waited for":  func(s *casewalk.Step) { s.Wait = false },
	} {
		found := false
		for seed := uint64(0); seed < 60 && !found; seed++ {
			found = casewalk.Found(t, func(t testing.TB) { casewalk.Walk(t, &mistaken{&walked{t: t}, wrong}, seed, 40) }) != ""
		}
		if !found {
			t.Errorf("%s: no walk finds it", name)
		}
	}
}

// mistaken does something else than it was told.
type mistaken struct {
	*walked
	wrong func(*casewalk.Step)
}

func (m *mistaken) Do(s casewalk.Step) error {
	m.wrong(&s)
	return m.walked.Do(s)
}

// tamper does something to the last event, when there are more than so many.
func (w *walked) tamper(more int, how func(last int)) bool {
	if len(w.d.events) <= more {
		return false
	}
	w.d.events = slices.Clone(w.d.events)
	how(len(w.d.events) - 1)
	return true
}

// reseal changes a value of the last event that has it.
func (w *walked) reseal(name string, how func(*Seal)) bool {
	for i := len(w.d.events) - 1; i > 0; i-- {
		if s, ok := w.d.events[i].Sealed[name]; ok && s.Value != "" {
			how(&s)
			w.d.events[i].Sealed[name] = s
			return true
		}
	}
	return false
}

// project changes the projection behind the ledger's back.
func (w *walked) project(how func(*Case)) bool {
	w.d.c = w.d.c.clone()
	how(w.d.c)
	return true
}
