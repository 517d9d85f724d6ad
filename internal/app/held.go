package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/jobs"
	"switchboard/internal/store"
	"switchboard/wire"
)

// goneHeld: the command does not wait any more; it was sent or taken back.
const goneHeld = "held.gone"

// Releases is the duty that carries out what has waited long enough.
func (a *App) Releases(wake <-chan struct{}) jobs.Job {
	return jobs.Job{Name: store.JobHeld, Batch: 1, Look: a.dueHeld, Wake: wake, Do: each(func(ctx context.Context, p store.Piece) error {
		_, err := a.release(ctx, p.ID)
		return err
	})}
}

func (a *App) dueHeld(ctx context.Context) (out []store.Piece, next time.Time, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		if out, err = tx.DueHeld(dutyPage); err != nil {
			return err
		}
		next, err = tx.NextHeld()
		return err
	})
	return out, next, err
}

// release carries out a command, and before it what the same person has pressed on
// the case before. One that cannot be carried out goes back to its writer, and so
// do those behind it: they were meant to come after it.
func (a *App) release(ctx context.Context, id string) (stopped bool, err error) {
	wait, err := a.upTo(ctx, id)
	if err != nil {
		return false, err
	}
	var why error
	for _, h := range wait {
		if why == nil {
			why = a.carryOut(ctx, h)
		}
		switch {
		case why == nil:
		case fault.Of(why).Code == goneHeld: // sent, or taken back at the last instant
			why = nil
		case !final(why):
			return false, why
		default:
			given, err := a.stop(ctx, h, why)
			if err != nil {
				return stopped, err
			}
			if stopped = stopped || given; !given { // another node was quicker: it has gone out
				why = nil
			}
		}
	}
	return stopped, nil
}

// upTo are the commands of a person on a case up to one of them, in their order.
func (a *App) upTo(ctx context.Context, id string) (out []Held, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		h, err := tx.HeldCommand(id)
		if err != nil || h == nil {
			return err
		}
		if out, err = ownHeldOn(tx, h.Writer, h.Number); err != nil {
			return err
		}
		out = out[:slices.IndexFunc(out, func(o Held) bool { return o.ID == id })+1]
		return nil
	})
	return out, err
}

// final tells what will not be otherwise when it is tried again.
func final(err error) bool {
	f := fault.Of(err)
	switch f.Kind {
	case fault.Invalid, fault.Denied, fault.NotFound, fault.Conflict:
		return f.Code != "idempotency.running"
	case fault.Stale:
		return f.Code == "held.changed"
	}
	return false
}

// carryOut is the same use case as at once, by the same person with the rights of
// this moment, exactly once: the row goes with the commit that carries it out.
func (a *App) carryOut(ctx context.Context, h Held) error {
	p, err := readPressed(h.Request)
	if err != nil {
		return err
	}
	actor, err := a.admitted(ctx, h.Writer)
	if err != nil {
		return err
	}
	w, err := p.step(actor)
	if err != nil {
		return err
	}
	held := heldCommand(h)
	w.held = &held
	request := releasing(h.Writer, h.ID)
	actor.Request = &request
	_, err = a.work(ctx, actor, h.Number, w, p.Lang)
	return err
}

// admitted is a person as it may act now, for who is not there to show a session.
func (a *App) admitted(ctx context.Context, w store.Writer) (actor access.Actor, err error) {
	lost := fault.New(fault.Denied, "held.no-right")
	err = a.store.View(ctx, func(tx *store.Tx) error {
		person, _, err := tx.Person(w.Person)
		if fault.Is(err, fault.NotFound) || err == nil && person.Company != w.Company {
			return lost
		}
		if err != nil {
			return err
		}
		company, _, err := tx.Company(w.Company)
		if fault.Is(err, fault.NotFound) {
			return lost
		}
		if err != nil {
			return err
		}
		door := store.Door{Credential: store.Credential{Kind: store.Session, Company: w.Company, Person: w.Person}, Person: person, Company: company}
		if door.ForAll, _, err = tx.Setting(rolesKey); err != nil {
			return err
		}
		if door.ForCompany, _, err = tx.Setting(companyRolesKey + w.Company); err != nil {
			return err
		}
		actor, _, err = a.actorOf(door, access.ViaWeb)
		return err
	})
	return actor, err
}

// stop gives a command back to its writer that cannot go out, with the reason in
// one sentence of its own language. False = it did not wait any more.
func (a *App) stop(ctx context.Context, h Held, why error) (given bool, err error) {
	p, err := readPressed(h.Request)
	if err != nil {
		return false, err
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if given, err = tx.TakeHeld(h.ID); err != nil || !given {
			return err
		}
		return giveBack(tx, h, p, sentenceOf(why, p.Lang))
	})
	return given, err
}

func sentenceOf(err error, lang i18n.Lang) string {
	f := fault.Of(err)
	if len(f.Fields) > 0 {
		return printer(lang).T(f.Fields[0].Code, f.Fields[0].Args)
	}
	return printer(lang).T(f.Code, f.Args)
}

// giveBack makes a draft of a command. Where there is one for the same readers by
// now, its words stand below: neither is lost.
func giveBack(tx *store.Tx, h Held, p pressed, stopped string) error {
	words := p.words()
	if stopped == "" && words == "" && len(p.Kept) == 0 {
		return nil // nothing was typed
	}
	drafts, err := tx.DraftsOn(h.Writer, h.Number)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.DraftKey != p.For {
			continue
		}
		other, err := readPressed(d.Form)
		if err != nil {
			return err
		}
		words = joined(words, d.Text)
		p.Kept = append(p.Kept, other.Kept...)
	}
	form, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return tx.KeepDraft(h.Writer, store.Draft{DraftKey: p.For, Number: h.Number, Text: words, Seen: h.Seen, Form: string(form), Stopped: stopped})
}

func joined(first, second string) string {
	if first == second || strings.TrimSpace(second) == "" {
		return first
	}
	return strings.TrimSpace(first + "\n\n" + second)
}

// heldCommand is a command that has waited, on its way to the ledger.
type heldCommand store.Held

// unmoved: a command that has waited goes out when nothing was written to the case
// meanwhile that its writer should have read: by somebody else, and more than what
// a company keeps in order for itself. nil = it did not wait.
func (h *heldCommand) unmoved(tx *store.Tx, c *casework.Case, actor access.Actor) error {
	if h == nil || c.Party(actor.Company).N == h.Seen {
		return nil
	}
	bit := c.Bit(actor.Company)
	events, err := tx.SeenEvents(c.Number, bit)
	if err != nil {
		return err
	}
	for _, line := range casework.View(events, bit) {
		e := line.Event
		own := e.Word("by") == h.Company && e.Word("person") == h.Person
		if line.N > h.Seen && !own && e.Open["via"] != casework.System.Via && !slices.Contains(inOrder, plainKind(e)) {
			return fault.New(fault.Stale, "held.changed")
		}
	}
	return nil
}

// inOrder are the entries that change nothing for who has written something.
var inOrder = []string{"assigned", "referred", "engineer-named", "released"}

// pressed is the instant that counts for the clocks: the click (spec 2 section 1).
func (h *heldCommand) pressed(now time.Time) time.Time {
	if h == nil || h.Created.After(now) {
		return now
	}
	return h.Created
}

// Taken is what was taken back.
type Taken struct {
	Number string   // of the case, of the first of several
	Draft  DraftKey // as which its words stand again; zero = nothing was typed
	All    int
}

// TakeBack takes back what the actor has pressed: one command, or all that were
// pressed together. The words become drafts. Fault conflict held.sent when it has
// gone out.
func (a *App) TakeBack(ctx context.Context, actor access.Actor, id string) (out Taken, err error) {
	if err := mayDraft(actor, access.OpenCases); err != nil {
		return out, err
	}
	w := writer(actor)
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		out = Taken{}
		wait, err := tx.HeldNamed(w, id)
		if err != nil {
			return err
		}
		for _, h := range wait {
			if err := takeBack(tx, h, &out); err != nil {
				return err
			}
		}
		if out.All == 0 {
			return notWaiting(tx, w, id)
		}
		return keepNumber(tx, actor, out.Number, 0)
	})
	return out, err
}

func takeBack(tx *store.Tx, h Held, out *Taken) error {
	p, err := readPressed(h.Request)
	if err != nil {
		return err
	}
	taken, err := tx.TakeHeld(h.ID)
	if err != nil || !taken {
		return err
	}
	if out.All++; out.All == 1 {
		out.Number, out.Draft = h.Number, p.For
	}
	if p.words() == "" && len(p.Kept) == 0 {
		out.Draft = DraftKey{}
	}
	if p.Form != nil { // as if it had never been pressed: the same form can be sent again
		if err := tx.DropOutcome(store.Request(*p.Form)); err != nil {
			return err
		}
	}
	return giveBack(tx, h, p, "")
}

// notWaiting tells what has gone out from what there never was.
func notWaiting(tx *store.Tx, w store.Writer, id string) error {
	o, err := tx.Outcome(store.Request(releasing(w, id)))
	if err != nil {
		return err
	}
	if o != nil {
		return fault.New(fault.Conflict, "held.sent", "case", o.ID)
	}
	return fault.New(fault.NotFound, "not-found.held")
}

// mostHeld is how many waiting commands a list shows.
const mostHeld = 500

// Helds lists what the actor has pressed and can still take back, the first first.
func (a *App) Helds(ctx context.Context, actor access.Actor) (out []wire.Held, err error) {
	if err := mayDraft(actor, access.OpenCases); err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		wait, err := tx.HeldOf(writer(actor), mostHeld)
		if err != nil {
			return err
		}
		for _, h := range wait {
			shown, err := heldOf(h)
			if err != nil {
				return err
			}
			out = append(out, shown)
		}
		return nil
	})
	return out, err
}

// HeldsOn lists what the people of the actor's company have pressed on a case.
func (a *App) HeldsOn(ctx context.Context, actor access.Actor, number string) (out []wire.Held, err error) {
	if err := mayDraft(actor, access.OpenCases); err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		wait, err := tx.HeldOn(actor.Company, c.Number)
		if err != nil {
			return err
		}
		for _, h := range wait {
			shown, err := heldOf(h)
			if err != nil {
				return err
			}
			out = append(out, shown)
		}
		return nil
	})
	return out, err
}

func heldOf(h Held) (wire.Held, error) {
	p, err := readPressed(h.Request)
	out := wire.Held{ID: h.ID, Bundle: h.Bundle, Case: h.Number, Person: h.Person, Verb: h.Verb, Text: p.words(), Pressed: h.Created, Out: h.NotBefore}
	switch {
	case p.Message != nil && p.Message.Answers == 0:
		out.To = p.Message.Audience
	case p.Send != nil:
		out.To = []string{p.Send.To}
	}
	for _, f := range p.Kept {
		out.Files = append(out.Files, f.Name)
	}
	return out, err
}

// FormOf is the command of a draft that came back; nil = it was never pressed.
func FormOf(d Draft) (*Press, error) {
	if d.Form == "" {
		return nil, nil
	}
	p, err := readPressed(d.Form)
	return &p.Press, err
}

// dropFiles lets the files go that lie with a draft that is thrown away.
func (a *App) dropFiles(form string) error {
	p, err := readPressed(form)
	return errors.Join(err, a.DropUploads(p.Files))
}
