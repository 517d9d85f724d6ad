package app

import (
	"context"
	"slices"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

// Say writes a message to a case; without an audience it is internal.
func (a *App) Say(ctx context.Context, actor access.Actor, number string, m wire.NewMessage, version *int64, lang i18n.Lang) (*wire.Case, error) {
	return a.SayWith(ctx, actor, number, m, Beside{}, version, lang)
}

// Beside is what comes with words: files for the same readers, and the draft that
// they were, which is gone with the same commit.
type Beside struct {
	Files []Upload
	Draft DraftKey
}

// SayWith writes a message and what comes with it in one transaction. A file needs
// no words beside it.
func (a *App) SayWith(ctx context.Context, actor access.Actor, number string, m wire.NewMessage, b Beside, version *int64, lang i18n.Lang) (*wire.Case, error) {
	w, err := saying(actor, m, b)
	if err != nil {
		return nil, err
	}
	w.version = version
	return a.work(ctx, actor, number, w, lang)
}

func saying(actor access.Actor, m wire.NewMessage, b Beside) (step, error) {
	if err := clean("text", &m.Text, mostText); err != nil {
		return step{}, err
	}
	if err := cleanCaller(m.Via, &m.OnBehalf); err != nil {
		return step{}, err
	}
	if err := language(&m.Lang, m.Text); err != nil {
		return step{}, err
	}
	var with parcel
	w := step{needs: access.WorkCases, via: m.Via, onBehalf: m.OnBehalf, with: func() parcel { return with }, told: tells(m.Confirm).words("text", m.Text).files(b.Files), sent: b.Draft}
	w.make = func(tx *store.Tx, c *casework.Case) (casework.Command, error) {
		with = parcel{files: b.Files, audience: audience(c, actor.Company, m.Audience)}
		if m.Answers != 0 {
			answered, err := readMessages(tx, c, actor.Company, []int64{m.Answers})
			if err != nil {
				return nil, err
			}
			with.answers = answered[0].Readers
		}
		return with.led(m), nil
	}
	return w, nil
}

// led is the command that leads the parcel: the words, or the first file where
// there are none. A question to the customer is asked in words.
func (p *parcel) led(m wire.NewMessage) casework.Command {
	if m.Text == "" && !m.Wait && len(p.files) > 0 {
		first := p.files[0]
		p.files = p.files[1:]
		return first.command(p.audience, p.answers)
	}
	return casework.Say{Text: m.Text, Lang: m.Lang, Wait: m.Wait, Audience: p.audience, Answers: p.answers}
}

// cleanCaller: a caller's words are written down after a telephone call or a
// chat, and nothing else.
func cleanCaller(via string, caller *string) error {
	if via != "" && via != "phone" && via != "chat" {
		return fault.New(fault.Invalid, "fields.invalid").At("via", "field.choice", "value", via, "choices", []string{"phone", "chat"})
	}
	return clean("on_behalf", caller, mostLine)
}

// audience reads the words of an audience: "internal" is the own company,
// "customer" the customer, "all" everybody whose name the writer may know.
func audience(c *casework.Case, own string, words []string) (out []string) {
	for _, word := range words {
		switch word {
		case "internal":
		case wire.Customer:
			out = append(out, c.Customer)
		case "all":
			for _, l := range c.Neighbours(own) {
				out = append(out, l.Company)
			}
		default:
			out = append(out, word)
		}
	}
	if len(words) > 0 && len(out) == 0 {
		return []string{own}
	}
	return out
}

// readMessages finds messages by the reader's own numbers, each with everybody
// who reads it by now.
func readMessages(tx *store.Tx, c *casework.Case, company string, numbers []int64) (out []casework.Event, err error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	events, err := tx.SeenEvents(c.Number, c.Bit(company))
	if err != nil {
		return nil, err
	}
	leaves := map[int64]casework.Hash{}
	for _, line := range casework.View(events, c.Bit(company)) {
		leaves[line.N] = line.Event.Leaf
	}
	for _, n := range numbers {
		leaf, known := leaves[n]
		at := slices.IndexFunc(events, func(e casework.Event) bool { return e.Leaf == leaf })
		if !known || at < 0 {
			return nil, fault.New(fault.NotFound, "not-found.message")
		}
		out = append(out, casework.ByNow(events, events[at]))
	}
	return out, nil
}

// ChangeCase changes what the own company says about a case: each part is a
// fact of its own in the ledger.
func (a *App) ChangeCase(ctx context.Context, actor access.Actor, number string, ch wire.CaseChange, version *int64, lang i18n.Lang) (*wire.Case, error) {
	w, err := changing(ch)
	if err != nil {
		return nil, err
	}
	w.version = version
	return a.work(ctx, actor, number, w, lang)
}

func changing(ch wire.CaseChange) (step, error) {
	for field, words := range map[string]*string{"subject": ch.Subject, "assignee": ch.Assignee, "reference": ch.Reference, "engineer": ch.Engineer, "reason": &ch.Reason} {
		if words != nil {
			if err := clean(field, words, mostLine); err != nil {
				return step{}, err
			}
		}
	}
	if err := knownWords(ch); err != nil {
		return step{}, err
	}
	commands := changes(ch)
	if len(commands) != 1 {
		return step{}, fault.New(fault.Invalid, "case.one-change")
	}
	return step{needs: access.WorkCases, make: always(commands[0])}, nil
}

func knownWords(ch wire.CaseChange) error {
	if ch.Topic != nil && !slices.Contains(wire.Topics(), *ch.Topic) {
		nearest, _ := text.Nearest(*ch.Topic, wire.Topics())
		return fault.New(fault.Invalid, "invalid.unknown-topic", "topic", *ch.Topic, "nearest", nearest)
	}
	if ch.Severity != nil && !slices.Contains(wire.Severities(), *ch.Severity) {
		return fault.New(fault.Invalid, "invalid.unknown-severity", "severity", *ch.Severity)
	}
	return nil
}

func changes(ch wire.CaseChange) (out []casework.Command) {
	if ch.Subject != nil || ch.Topic != nil || ch.Severity != nil {
		out = append(out, casework.Change{Subject: value(ch.Subject), Topic: value(ch.Topic), Severity: value(ch.Severity)})
	}
	if ch.Assignee != nil {
		out = append(out, casework.Assign{Person: *ch.Assignee})
	}
	if ch.Reference != nil {
		out = append(out, casework.Refer{Reference: *ch.Reference})
	}
	if ch.Engineer != nil {
		out = append(out, casework.Name{Person: *ch.Engineer})
	}
	switch {
	case ch.OnHold == nil:
	case ch.OnHold.IsZero():
		out = append(out, casework.TakeOffHold{})
	default:
		out = append(out, casework.PutOnHold{Until: ch.OnHold.UTC(), Reason: ch.Reason})
	}
	return out
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Solve is one of propose, confirm, reject, close and reopen.
func (a *App) Solve(ctx context.Context, actor access.Actor, number, verb string, s wire.CaseStep, version *int64, lang i18n.Lang) (*wire.Case, error) {
	return a.SolveWith(ctx, actor, number, verb, s, Beside{}, version, lang)
}

// SolveWith is Solve with what comes with its words, in the same transaction; its
// files are for everybody on the case: it is who reads the words.
func (a *App) SolveWith(ctx context.Context, actor access.Actor, number, verb string, s wire.CaseStep, b Beside, version *int64, lang i18n.Lang) (*wire.Case, error) {
	w, err := solving(verb, s, b)
	if err != nil {
		return nil, err
	}
	w.version = version
	return a.work(ctx, actor, number, w, lang)
}

func solving(verb string, s wire.CaseStep, b Beside) (step, error) {
	if err := clean("text", &s.Text, mostText); err != nil {
		return step{}, err
	}
	if err := language(&s.Lang, s.Text); err != nil {
		return step{}, err
	}
	var cmd casework.Command
	switch verb {
	case casework.VerbPropose:
		cmd = casework.Propose{Text: s.Text, Lang: s.Lang}
	case casework.VerbConfirm:
		cmd = casework.Confirm{Text: s.Text, Lang: s.Lang}
	case casework.VerbReject:
		cmd = casework.Reject{Text: s.Text, Lang: s.Lang}
	case casework.VerbClose:
		cmd = casework.Close{Reason: s.Reason, Text: s.Text, Lang: s.Lang}
	case casework.VerbReopen:
		cmd = casework.Reopen{Text: s.Text, Lang: s.Lang}
	default:
		return step{}, fault.New(fault.NotFound, "not-found.verb", "verb", verb)
	}
	with := func() parcel { return parcel{files: b.Files, answers: ^casework.Bits(0)} }
	return step{needs: access.WorkCases, make: always(cmd), with: with, told: tells(s.Confirm).words("text", s.Text).files(b.Files), sent: b.Draft}, nil
}

func later(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
