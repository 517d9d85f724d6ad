package casework

import (
	"slices"

	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// Say writes a message. Its audience are companies on the case; empty is the
// writer's own company alone, or that of the message it answers.
type Say struct {
	Text     string
	Lang     string
	Audience []string
	Answers  Bits // readers of the message it answers; 0 = it answers none
	Wait     bool // it asks the customer something and waits for the answer
}

func (s Say) run(t *turn) error {
	if err := needed("text", s.Text); err != nil {
		return err
	}
	readers, err := t.audience(s)
	if err != nil {
		return err
	}
	if s.Wait && readers&t.c.only(t.c.Customer) == 0 {
		return fault.New(fault.Invalid, "message.wait-without-customer")
	}
	if t.c.State == Closed && t.by.Company == t.c.Customer {
		return t.refuse("case.closed-reopen")
	}
	t.heard(s, readers)
	return t.emit(message, readers, open{"lang": s.Lang, "wait": yes(s.Wait)}, words{"text": sealed(s.Text, readers)})
}

// audience names the readers of a message. An answer is never read by more
// than what it answers was (spec 2 section 5).
func (t *turn) audience(s Say) (Bits, error) {
	own := t.c.only(t.by.Company)
	if len(s.Audience) == 0 {
		return own | s.Answers&t.c.everyone(), nil
	}
	readers := own
	for _, company := range s.Audience {
		if !t.c.present(company) || !t.c.Sees(t.by.Company, company) {
			return 0, fault.New(fault.Invalid, "message.not-on-case", "company", text.Typed(company))
		}
		readers |= t.c.only(company)
	}
	if s.Answers != 0 && readers&^(s.Answers|own) != 0 {
		return 0, fault.New(fault.Invalid, "message.audience-wider")
	}
	return readers, nil
}

// Release shows older messages to a company that has come later.
type Release struct {
	To       string
	Messages []Event // as they are stored
}

func (r Release) run(t *turn) error {
	if err := t.live(); err != nil {
		return err
	}
	if !t.c.present(r.To) || !t.c.Sees(t.by.Company, r.To) {
		return fault.New(fault.Invalid, "message.not-on-case", "company", text.Typed(r.To))
	}
	return t.release(r.To, r.Messages)
}

// ByNow is an event with everybody who reads it by now: its readers, and those
// to whom it was released since.
func ByNow(events []Event, e Event) Event {
	for _, later := range events {
		if leaf, readers, ok := later.Released(); ok && leaf == e.Leaf {
			e.Readers |= readers
		}
	}
	return e
}

// release appends the leaf of each message to the receiver's chain. Only what
// the releasing company reads itself can be passed on.
func (t *turn) release(to string, messages []Event) error {
	from, receiver := t.c.Bit(t.by.Company), t.c.Bit(to)
	shown := map[Hash]bool{}
	for _, m := range messages {
		if !m.Readers.has(from) || m.Case != t.c.Number || m.Kind != message && m.Kind != opened && m.Kind != fileAttached {
			return fault.New(fault.NotFound, "not-found.message")
		}
		if m.Readers.has(receiver) || shown[m.Leaf] {
			continue
		}
		shown[m.Leaf] = true
		shows := "text subject name type sum"
		if by := m.Word("by"); t.c.Sees(to, by) && t.c.Sees(t.by.Company, by) {
			shows += " by person on-behalf"
		}
		readers := t.c.only(t.by.Company, to)
		if err := t.emit(released, readers, open{"shows": shows}, words{"to": sealed(to, readers), "leaf": sealed(m.Leaf.String(), 1<<receiver)}); err != nil {
			return err
		}
	}
	return nil
}

// heard tells the clocks and the state what a message means.
func (t *turn) heard(s Say, readers Bits) {
	if t.c.State == Closed || t.by.Via == System.Via {
		return
	}
	if t.by.Company == t.c.Customer {
		if t.c.State == Waiting {
			t.customerSpoke()
		}
		return
	}
	if readers&^t.c.only(t.by.Company) != 0 {
		t.spoke(readers&t.c.only(t.c.Customer) != 0)
	}
	if s.Wait && (t.c.State == New || t.c.State == InWork) {
		t.waitForCustomer()
	}
}

// Audience lists the companies that read an event, as a reader of it may know
// them.
func (c *Case) Audience(e Event, viewer string) (out []string) {
	for i, p := range c.Parties {
		if name := c.Mask(viewer, p.Company); e.Readers.has(i) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Neighbours are the companies a reader may address on this case.
func (c *Case) Neighbours(viewer string) (out []Link) {
	for _, p := range c.Parties {
		if !p.Left && p.Company != viewer && c.Sees(viewer, p.Company) {
			out = append(out, p.Link)
		}
	}
	return out
}
