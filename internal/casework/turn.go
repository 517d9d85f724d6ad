package casework

import (
	"slices"
	"time"

	"switchboard/internal/fault"
)

// turn is one command at work: a copy of the projection, and the events so
// far, each of which has already been applied to it.
type turn struct {
	c      *Case
	last   *Case // as it was told to its parties
	by     By
	now    time.Time
	facts  Facts
	chance *Chance
	out    []Event

	// For the next event.
	joins, reveals []string
	changed        map[int]Clock
	failed         error
}

// join puts a company on the case with the next event.
func (t *turn) join(company string) {
	switch {
	case company == "" || t.c.present(company):
	case t.c.Bit(company) < 0 && len(t.c.Parties) == mostParties:
		t.failed = t.refuse("case.too-many-companies", "most", mostParties)
	default:
		t.c.join(company, t.now)
		t.joins = append(t.joins, company)
	}
}

// reveal lets a company learn another's name with the next event.
func (t *turn) reveal(viewer, company string) {
	if !t.c.Sees(viewer, company) {
		t.c.reveal(viewer, company)
		t.reveals = append(t.reveals, viewer, company)
	}
}

// words are the values of an event that are sealed, each for its readers.
type words map[string]Seal

// open are the values that every reader of an event may see.
type open = map[string]string

func sealed(value string, readers Bits) Seal { return Seal{Value: value, Readers: readers} }

// emit appends an event and applies it. Who acted is sealed with it: a
// company whose name is hidden acts under the name of the next visible one.
func (t *turn) emit(kind string, readers Bits, o open, w words) error {
	w, err := t.told(w)
	if err != nil {
		return err
	}
	e := Event{Case: t.c.Number, Seq: t.c.Seq + 1, At: t.now, Kind: kind, Readers: readers, Open: open{}, Sealed: map[string]Seal{}}
	for name, value := range o {
		if value != "" {
			e.Open[name] = value
		}
	}
	e.Open["via"] = t.by.Via
	t.signed(&e, readers)
	for _, name := range sortedNames(w) {
		if s := w[name]; s.Value != "" { // without a reader it is kept for the ledger
			e.Sealed[name] = Seal{Value: s.Value, Salt: t.chance.salt(), Readers: s.Readers & readers}
		}
	}
	e.Salt = t.chance.salt()
	if err := e.close(t.chance.salt()); err != nil {
		return err
	}
	if err := t.c.Apply(&e); err != nil {
		return err
	}
	t.out = append(t.out, e)
	return t.tellOthers(&e)
}

func (t *turn) signed(e *Event, readers Bits) {
	who := t.c.knowers(t.by.Company) & readers
	for _, part := range []struct{ name, value string }{{"by", t.by.Company}, {"on-behalf", t.by.OnBehalf}, {"person", t.by.Person}} {
		if part.value != "" {
			e.Sealed[part.name] = Seal{Value: part.value, Salt: t.chance.salt(), Readers: who}
		}
	}
}

func sortedNames(w words) []string {
	out := make([]string, 0, len(w))
	for name := range w {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// named seals a company's name for those that may learn it.
func (t *turn) named(company string) Seal { return sealed(company, t.c.knowers(company)) }

// admit refuses who has nothing to do with the case: for a stranger it is not
// there.
func (t *turn) admit(cmd Command) error {
	_, opening := cmd.(Open)
	switch {
	case opening != (t.c.Number == ""):
		return fault.New(fault.Conflict, "case.exists", "case", t.c.Number)
	case opening:
		return nil
	case t.c.Newer != "":
		return t.refuse("case.newer", "kind", t.c.Newer)
	case automatic(cmd) != (t.by == System), t.by != System && !t.c.present(t.by.Company):
		return t.unknown()
	}
	return nil
}

// automatic tells the commands of the clock from those of people.
func automatic(cmd Command) bool {
	switch cmd.(type) {
	case Tick, Warn, Overdue:
		return true
	}
	return false
}

func (t *turn) unknown() error {
	return fault.New(fault.NotFound, "not-found.case", "id", t.c.Number)
}

// refuse is a conflict with the state of the case.
// Named is a company in a fault. Whoever shows the fault puts in the name by
// which its reader knows that company: it may be hidden from it.
type Named string

func (t *turn) refuse(code string, args ...any) error {
	return fault.New(fault.Conflict, code, append(args, "case", t.c.Number)...)
}

// live refuses what a closed case does not allow.
func (t *turn) live() error {
	if t.c.State == Closed {
		return t.refuse("case.closed")
	}
	return nil
}

// owning refuses whoever is not the owner.
func (t *turn) owning() error {
	if err := t.live(); err != nil {
		return err
	}
	if t.by.Company != t.c.Owner {
		return t.refuse("case.not-owner", "company", Named(t.c.Owner))
	}
	return nil
}

// needed refuses an empty field.
func needed(field, value string) error {
	if value != "" {
		return nil
	}
	return fault.New(fault.Invalid, "invalid.required", "field", field)
}
