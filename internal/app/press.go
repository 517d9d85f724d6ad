package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/blob"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/secret"
	"switchboard/internal/store"
	"switchboard/wire"
)

// What the desk sends waits for a while on the server, so that it can be taken
// back (spec 2 section 4): it is a row and no event, and nobody else reads of it.
// The API and the command line do at once what they are told.

// Held is such a command.
type Held = store.Held

// The commands that can wait, beside casework.VerbPropose, VerbClose, VerbSend and
// VerbWithdraw.
const (
	VerbSay    = "say"
	VerbAssign = "assign"
)

// UndoTimes are the seconds that a person can choose from; 0 = at once.
func UndoTimes() []int64 { return []int64{0, 5, 15, 30, 60, 150} }

// undoTime is that of who has chosen none, preferUndo the name of the choice.
const (
	undoTime   = 15
	preferUndo = "undo"
)

// UndoTime is for how many seconds the actor can take back what it sends.
func (a *App) UndoTime(ctx context.Context, actor access.Actor) (seconds int64, err error) {
	if !actor.SignedIn() || actor.Person == "" {
		return 0, fault.New(fault.Denied, "auth.sign-in-needed")
	}
	var chosen string
	err = a.store.View(ctx, func(tx *store.Tx) error {
		chosen, err = tx.Preference(actor.Person, preferUndo)
		return err
	})
	if err != nil || chosen == "" {
		return undoTime, err
	}
	return strconv.ParseInt(chosen, 10, 64)
}

// SetUndoTime keeps it.
func (a *App) SetUndoTime(ctx context.Context, actor access.Actor, seconds int64) error {
	if !actor.SignedIn() || actor.Person == "" {
		return fault.New(fault.Denied, "auth.sign-in-needed")
	}
	if !slices.Contains(UndoTimes(), seconds) {
		return fault.New(fault.Invalid, "fields.invalid").At("undo", "field.choice", "value", seconds, "choices", UndoTimes())
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error { return tx.Prefer(actor.Person, preferUndo, strconv.FormatInt(seconds, 10)) })
}

// Press is a command of the desk: its verb with the one body that belongs to it.
type Press struct {
	Verb    string
	Message *wire.NewMessage  `json:",omitempty"` // say
	Solve   *wire.CaseStep    `json:",omitempty"` // propose, close
	Send    *wire.NewHandoff  `json:",omitempty"` // send
	Change  *wire.CaseChange  `json:",omitempty"` // assign
	Step    *wire.HandoffStep `json:",omitempty"` // withdraw: the handoff that is open then

	Draft DraftKey // the draft that its words were made of
	For   DraftKey // as which draft they come back
	Files []Upload `json:"-"`
}

// pressed is a command of the desk as it is kept.
type pressed struct {
	Press
	Kept []keptFile      `json:",omitempty"` // the files that came with it
	Lang i18n.Lang       // of who pressed it
	Form *access.Request `json:",omitempty"` // the form on which it was pressed
}

// keptFile is an Upload as it is kept.
type keptFile struct {
	Name, Type, Sum, Blob string
	Size                  int64
	Found                 []secret.Finding `json:",omitempty"`
}

func keptFiles(files []Upload) (out []keptFile) {
	for _, u := range files {
		out = append(out, keptFile{Name: u.Name, Type: u.Type, Sum: hex.EncodeToString(u.blob.Sum[:]), Blob: u.blob.ID, Size: u.blob.Size, Found: u.found})
	}
	return out
}

func uploads(files []keptFile) (out []Upload, err error) {
	for _, f := range files {
		u := Upload{Name: f.Name, Type: f.Type, blob: blob.Blob{ID: f.Blob, Size: f.Size}, found: f.Found}
		sum, err := hex.DecodeString(f.Sum)
		if err != nil {
			return nil, err
		}
		copy(u.blob.Sum[:], sum)
		out = append(out, u)
	}
	return out, nil
}

func readPressed(text string) (p pressed, err error) {
	if text == "" {
		return p, nil
	}
	if err = json.Unmarshal([]byte(text), &p); err != nil {
		return p, err
	}
	p.Files, err = uploads(p.Kept)
	return p, err
}

// step is the use case that the command is in the end.
func (p Press) step(actor access.Actor) (w step, err error) {
	with := Beside{Files: p.Files, Draft: p.Draft}
	switch {
	case p.Verb == VerbSay && p.Message != nil:
		w, err = saying(actor, *p.Message, with)
	case (p.Verb == casework.VerbPropose || p.Verb == casework.VerbClose) && p.Solve != nil:
		w, err = solving(p.Verb, *p.Solve, with)
	case p.Verb == casework.VerbSend && p.Send != nil:
		w, err = handing(actor, *p.Send)
	case p.Verb == casework.VerbWithdraw && p.Step != nil:
		w, err = withdrawing(*p.Step)
	case p.Verb == VerbAssign && p.Change != nil:
		w, err = changing(*p.Change)
	default:
		return w, fault.New(fault.NotFound, "not-found.verb", "verb", p.Verb)
	}
	w.sent = p.Draft
	return w, err
}

// withdrawing takes back the handoff that is open, whichever it is.
func withdrawing(s wire.HandoffStep) (step, error) {
	if err := cleanStep(&s); err != nil {
		return step{}, err
	}
	return step{needs: access.HandOver, told: tells(s.Confirm).step(s, nil), make: func(_ *store.Tx, c *casework.Case) (casework.Command, error) {
		out := casework.Withdraw{Reason: s.Reason}
		if c.Handoff != nil {
			out.ID = c.Handoff.ID
		}
		return out, nil
	}}, nil
}

// formDraft begins the name of the draft of a form other than the composer's; no
// company has such a name.
const formDraft = "verb:"

// FormDraft is the draft of the form of a verb.
func FormDraft(verb string) DraftKey { return DraftKey{Audience: formDraft + verb} }

// FormVerb is the verb of such a draft; "" = it is the composer's.
func FormVerb(k DraftKey) string {
	verb, ok := strings.CutPrefix(k.Audience, formDraft)
	if !ok {
		return ""
	}
	return verb
}

// words are what its writer has typed for others.
func (p Press) words() string {
	switch {
	case p.Message != nil:
		return p.Message.Text
	case p.Solve != nil:
		return p.Solve.Text
	case p.Send != nil:
		return p.Send.Summary
	}
	return ""
}

// Pressed says what has become of a command.
type Pressed struct {
	Bundle string    // under which it can be taken back; "" = it was carried out at once
	Out    time.Time // when it goes out
}

// Press takes a command of the desk: all that is checked when it goes out is
// checked now, and it waits; with no time to take it back it is carried out. What
// the same person has pressed on the case before goes out first.
func (a *App) Press(ctx context.Context, actor access.Actor, number string, p Press, version *int64, lang i18n.Lang) (out Pressed, err error) {
	var seconds int64 // who comes by a link has no desk where it could wait
	if actor.Case == "" {
		if seconds, err = a.UndoTime(ctx, actor); err != nil {
			return out, err
		}
	}
	w, err := p.step(actor)
	if err != nil {
		return out, err
	}
	w.version = version
	if seconds == 0 {
		_, err = a.work(ctx, actor, number, w, lang)
		return out, err
	}
	r, err := a.tried(ctx, actor, number, w, lang)
	if err != nil {
		return out, err
	}
	if r.urgent(p.Verb) {
		_, err = a.work(ctx, actor, number, w, lang)
		return out, err
	}
	held, err := a.waiting(ctx, actor, []*ready{r}, []Press{p}, time.Duration(seconds)*time.Second, lang)
	return held, err
}

// tried decides a step and writes nothing.
func (a *App) tried(ctx context.Context, actor access.Actor, number string, w step, lang i18n.Lang) (r *ready, err error) {
	decide, err := a.decider(ctx, actor, number, w, lang)
	if err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		r, err = decide(tx)
		return err
	})
	return r, err
}

// urgent: what is said or handed over on a critical case does not wait (spec 2
// section 4).
func (r *ready) urgent(verb string) bool {
	return r.moved.Case.Severity == "critical" && (verb == VerbSay || verb == casework.VerbPropose || verb == casework.VerbSend)
}

// waiting keeps commands that were pressed together until their instant.
func (a *App) waiting(ctx context.Context, actor access.Actor, all []*ready, pressedOn []Press, wait time.Duration, lang i18n.Lang) (out Pressed, err error) {
	out.Bundle = rand.Text()
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = rand.Text()
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		out.Out = tx.Now().Add(wait)
		for i, r := range all {
			p := pressed{Press: pressedOn[i], Kept: keptFiles(pressedOn[i].Files), Lang: lang, Form: actor.Request}
			text, err := json.Marshal(p)
			if err != nil {
				return err
			}
			h := Held{ID: ids[i], Bundle: out.Bundle, Writer: writer(actor), Number: r.moved.Case.Number, Verb: p.Verb, Request: string(text), Seen: r.read, NotBefore: out.Out}
			if err := tx.HoldBack(h); err != nil {
				return err
			}
			if r.sent != (DraftKey{}) {
				if err := tx.DropDraft(writer(actor), h.Number, r.sent); err != nil {
					return err
				}
			}
		}
		return keepNumber(tx, actor, all[0].moved.Case.Number, all[0].read)
	})
	return out, err
}

// keepNumber remembers on which case a request was.
func keepNumber(tx *store.Tx, actor access.Actor, number string, version int64) error {
	if actor.Request == nil {
		return nil
	}
	return tx.KeepOutcome(store.Request(*actor.Request), store.Outcome{Kind: cases, ID: number, Version: version})
}

// Read is what the writer of a form has read of its case.
type Read struct {
	Version int64
	Held    []string // its own commands that the page showed as waiting
}

// ReadUpTo is the version up to which the actor has read a case: what it saw
// waiting on the page and what went out since is its own.
func (a *App) ReadUpTo(ctx context.Context, actor access.Actor, number string, r Read) (version int64, err error) {
	version = r.Version
	plain, ok := casework.ValidNumber(number)
	if len(r.Held) == 0 || !ok {
		return version, nil
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		for _, id := range r.Held {
			o, err := tx.Outcome(store.Request(releasing(writer(actor), id)))
			if err != nil {
				return err
			}
			if o != nil && o.ID == plain {
				version = max(version, o.Version)
			}
		}
		return nil
	})
	return version, err
}

// Before carries out what the actor has pressed on a case and what still waits, so
// that the next command finds the case as its writer believes it to be. It gives
// the version after it. The check against what was written meanwhile comes first:
// who is refused has not shortened the time to take the earlier one back. Fault
// conflict held.stopped-before when the earlier one could not go out.
func (a *App) Before(ctx context.Context, actor access.Actor, number string, version *int64) (*int64, error) {
	var wait []Held
	err := a.store.View(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		if wait, err = ownHeldOn(tx, writer(actor), c.Number); err != nil || len(wait) == 0 || version == nil {
			return err
		}
		if *version != c.Party(actor.Company).N {
			return fault.New(fault.Stale, "case.changed", "case", c.Number)
		}
		return nil
	})
	if err != nil || len(wait) == 0 {
		return version, err
	}
	stopped, err := a.release(ctx, wait[len(wait)-1].ID)
	if err != nil {
		return nil, err
	}
	if stopped {
		return nil, fault.New(fault.Conflict, "held.stopped-before")
	}
	if version == nil {
		return nil, nil
	}
	after, err := a.ReadUpTo(ctx, actor, wait[0].Number, Read{Version: *version, Held: idsOf(wait)})
	return &after, err
}

func idsOf(list []Held) (out []string) {
	for _, h := range list {
		out = append(out, h.ID)
	}
	return out
}

// ownHeldOn are the commands of one person on a case, in their order.
func ownHeldOn(tx *store.Tx, w store.Writer, number string) ([]Held, error) {
	list, err := tx.HeldOn(w.Company, number)
	return slices.DeleteFunc(list, func(h Held) bool { return h.Person != w.Person }), err
}

// releasing is the request by which a command goes out: its id is the key, so that
// it has one effect.
func releasing(w store.Writer, id string) access.Request {
	return access.Request{Caller: "held:" + w.Company + "/" + w.Person, Route: "held", Key: id, Body: sha256.Sum256([]byte(id))}
}

// Pick is a case that was picked in a list, with the version that the list showed.
type Pick struct {
	Number  string
	Version *int64
}

// Failed is a case on which a command could not be carried out.
type Failed struct {
	Number string
	Fault  *fault.Error
}

// MostPicked is on how many cases one command can be pressed.
const MostPicked = 200

// PressAll takes one command for many cases. What fails is told case by case; the
// others wait together, and are taken back together. With no time to take them back
// each is carried out at once, and keeps what its request has led to.
func (a *App) PressAll(ctx context.Context, actor access.Actor, picks []Pick, p Press, lang i18n.Lang) (out Pressed, done int, failed []Failed, err error) {
	seconds, err := a.UndoTime(ctx, actor)
	if err != nil {
		return out, 0, nil, err
	}
	if len(picks) > MostPicked {
		return out, 0, nil, fault.New(fault.Invalid, "held.too-many", "most", MostPicked)
	}
	var all []*ready
	for _, pick := range picks {
		r, err := a.pressOne(ctx, actor, pick, p, seconds == 0, lang)
		switch {
		case err == nil:
			done, all = done+1, append(all, r)
		case final(err) || fault.Is(err, fault.Stale):
			failed = append(failed, Failed{pick.Number, fault.Of(err)})
		default:
			return out, done, failed, err
		}
	}
	if done == 0 || seconds == 0 {
		return out, done, failed, nil
	}
	out, err = a.waiting(ctx, actor, all, slices.Repeat([]Press{p}, done), time.Duration(seconds)*time.Second, lang)
	return out, done, failed, err
}

func (a *App) pressOne(ctx context.Context, actor access.Actor, pick Pick, p Press, atOnce bool, lang i18n.Lang) (*ready, error) {
	version, err := a.Before(ctx, actor, pick.Number, pick.Version)
	if err != nil {
		return nil, err
	}
	w, err := p.step(actor)
	if err != nil {
		return nil, err
	}
	w.version = version
	if !atOnce {
		return a.tried(ctx, actor, pick.Number, w, lang)
	}
	if actor.Request != nil { // one for each case: who asks again after a blow goes on where it fell
		request := *actor.Request
		request.Key += " " + pick.Number
		earlier, err := a.Earlier(ctx, request)
		if earlier != nil || err != nil {
			return nil, err
		}
		actor.Request = &request
	}
	_, err = a.work(ctx, actor, pick.Number, w, lang)
	return nil, err
}
