package app

import (
	"context"
	"slices"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

// HandOver offers a case to another company. Until that accepts, the sender
// stays the owner (invariant 2).
func (a *App) HandOver(ctx context.Context, actor access.Actor, number string, h wire.NewHandoff, version *int64, lang i18n.Lang) (*wire.Case, error) {
	if actor.Case != "" { // whom a handoff invited decides on it, and sends none
		return nil, fault.New(fault.Denied, "denied.role", "ability", string(access.HandOver))
	}
	if err := cleanPackage(&h.Package); err != nil {
		return nil, err
	}
	told := &telling{}
	return a.work(ctx, actor, number, step{needs: access.HandOver, version: version, told: told, make: func(tx *store.Tx, c *casework.Case) (casework.Command, error) {
		send, f, err := sending(tx, c, actor.Company, h)
		if err != nil {
			return nil, err
		}
		*told = *tells(h.Confirm).pack(f.pack).released(send.Messages)
		return send, f.whole()
	}}, lang)
}

// sending is a handoff with its package as the form of its receiver reads it.
func sending(tx *store.Tx, c *casework.Case, company string, h wire.NewHandoff) (casework.Send, *filling, error) {
	f, err := fill(tx, c, company, h.To, h.Package, h.Prefill)
	if err != nil {
		return casework.Send{}, nil, err
	}
	messages, err := readMessages(tx, c, company, h.Messages)
	return casework.Send{ID: handoffID(c.Number), To: h.To, Package: casework.Package(f.pack), Messages: messages}, f, err
}

func cleanPackage(p *wire.Package) error {
	if err := cleanAll(mostText, map[string]*string{"summary": &p.Summary, "impact": &p.Impact, "tried": &p.Tried, "environment": &p.Environment}); err != nil {
		return err
	}
	if err := cleanFacts(p.Facts); err != nil {
		return err
	}
	return language(&p.Lang, p.Summary)
}

func cleanFacts(facts map[string]string) error {
	for field, words := range facts {
		name := field
		if err := clean("facts", &name, mostLine); err != nil {
			return err
		}
		if name != field {
			return fault.New(fault.Invalid, "fields.invalid").At("facts", "field.unknown", "key", name)
		}
		if err := clean("facts."+field, &words, mostText); err != nil {
			return err
		}
		facts[field] = words
	}
	return nil
}

// Step is one verb on a handoff: withdraw, accept, decline, ask, answer, join,
// pass-on, give-back, reclaim or update. The handoff names its case; the last
// three are the owner's or sponsor's and need only the case of it.
func (a *App) Step(ctx context.Context, actor access.Actor, id, verb string, s wire.HandoffStep, version *int64, lang i18n.Lang) (*wire.Case, error) {
	if err := cleanStep(&s); err != nil {
		return nil, err
	}
	make, known := handoffVerbs[verb]
	if !known {
		return nil, fault.New(fault.NotFound, "not-found.verb", "verb", verb)
	}
	if actor.Case != "" && !slices.Contains(invitedVerbs, verb) {
		return nil, fault.New(fault.Denied, "denied.role", "ability", string(access.HandOver))
	}
	if s.Person == "" {
		s.Person = actor.Person
	}
	told := &telling{}
	out, err := a.work(ctx, actor, caseOf(id), step{needs: access.HandOver, version: version, told: told, make: func(tx *store.Tx, c *casework.Case) (casework.Command, error) {
		if err := knownHandoff(tx, c, actor.Company, id, verb); err != nil {
			return nil, err
		}
		cmd, err := make(tx, c, actor.Company, id, s)
		*told = *tells(s.Confirm).step(s, cmd).released(releasedBy(cmd))
		return cmd, err
	}}, lang)
	if f := fault.Of(err); f != nil && f.Code == "not-found.case" {
		return nil, fault.New(fault.NotFound, "not-found.handoff", "id", text.Typed(id))
	}
	return out, err
}

// releasedBy are the older messages and files that a verb shows to a company.
func releasedBy(cmd casework.Command) []casework.Event {
	switch cmd := cmd.(type) {
	case casework.Answer:
		return cmd.Release
	case casework.PassOn:
		return cmd.Send.Messages
	case casework.Decline:
		return cmd.Attached
	}
	return nil
}

// byCase are the verbs of whoever has the case; where it has never been handed
// over they name the case itself.
var byCase = []string{casework.VerbPassOn, casework.VerbGiveBack, casework.VerbReclaim, casework.VerbUpdate}

// knownHandoff refuses a handoff that a company has never read of.
func knownHandoff(tx *store.Tx, c *casework.Case, company, id, verb string) error {
	if caseOf(id) == id && slices.Contains(byCase, verb) || c.Handoff != nil && c.Handoff.ID == id {
		return nil
	}
	events, err := tx.CaseEvents(c.Number, 0)
	if err != nil {
		return err
	}
	for _, l := range casework.View(events, c.Bit(company)) {
		if l.Event.Open["handoff"] == id {
			return nil
		}
	}
	return fault.New(fault.NotFound, "not-found.handoff", "id", text.Typed(id))
}

type handoffVerb func(tx *store.Tx, c *casework.Case, company, id string, s wire.HandoffStep) (casework.Command, error)

var handoffVerbs = map[string]handoffVerb{
	casework.VerbWithdraw: plain(func(id string, s wire.HandoffStep) casework.Command {
		return casework.Withdraw{ID: id, Reason: s.Reason}
	}),
	casework.VerbAccept: plain(func(id string, s wire.HandoffStep) casework.Command {
		return casework.Accept{ID: id, Person: s.Person, Reference: s.Reference, Next: later(s.Next)}
	}),
	casework.VerbJoin: plain(func(id string, s wire.HandoffStep) casework.Command { return casework.Join{ID: id, Person: s.Person} }),
	casework.VerbAsk: func(tx *store.Tx, c *casework.Case, company, id string, s wire.HandoffStep) (casework.Command, error) {
		ask := casework.Ask{ID: id}
		for _, q := range s.Questions {
			ask.Questions = append(ask.Questions, casework.Question(q))
		}
		var err error
		ask.Known, err = knownBy(tx, c, company)
		return ask, err
	},
	casework.VerbReclaim: plain(func(_ string, s wire.HandoffStep) casework.Command { return casework.Reclaim{Reason: s.Reason} }),
	casework.VerbDecline: func(tx *store.Tx, c *casework.Case, company, id string, s wire.HandoffStep) (casework.Command, error) {
		attached, err := readMessages(tx, c, company, s.Messages)
		return casework.Decline{ID: id, Reason: s.Reason, Evidence: s.Evidence, Other: s.Other, Attached: attached}, err
	},
	casework.VerbAnswer: func(tx *store.Tx, c *casework.Case, company, id string, s wire.HandoffStep) (casework.Command, error) {
		messages, err := readMessages(tx, c, company, s.Messages)
		return casework.Answer{ID: id, Text: s.Text, Lang: s.Lang, Facts: s.Facts, Release: messages}, err
	},
	casework.VerbPassOn: func(tx *store.Tx, c *casework.Case, company, id string, s wire.HandoffStep) (casework.Command, error) {
		h := wire.NewHandoff{To: s.To, Package: wire.Package{Summary: s.Summary, Lang: s.Lang, Facts: s.Facts, Form: s.Form}, Messages: s.Messages, Prefill: s.Prefill}
		if h.To == "" && c.Handoff != nil && c.Handoff.To == company {
			h.To = c.Handoff.For // what was meant for another is forwarded there
		}
		send, f, err := sending(tx, c, company, h)
		if err != nil {
			return nil, err
		}
		return casework.PassOn{ID: id, Person: s.Person, Send: send}, f.whole()
	},
	casework.VerbGiveBack: func(_ *store.Tx, c *casework.Case, _, _ string, s wire.HandoffStep) (casework.Command, error) {
		return casework.GiveBack{ID: handoffID(c.Number), Done: s.Text, Reason: s.Reason, Lang: s.Lang}, nil
	},
	casework.VerbUpdate: func(_ *store.Tx, c *casework.Case, company, _ string, s wire.HandoffStep) (casework.Command, error) {
		return casework.Update{Text: s.Text, Lang: s.Lang, Audience: audience(c, company, s.Audience), Next: later(s.Next)}, nil
	},
}

// plain is a verb that needs nothing but the caller's words.
func plain(make func(id string, s wire.HandoffStep) casework.Command) handoffVerb {
	return func(_ *store.Tx, _ *casework.Case, _, id string, s wire.HandoffStep) (casework.Command, error) {
		return make(id, s), nil
	}
}

func cleanStep(s *wire.HandoffStep) error {
	if err := cleanAll(mostLine, map[string]*string{"person": &s.Person, "reference": &s.Reference}); err != nil {
		return err
	}
	if err := cleanAll(mostText, map[string]*string{"reason": &s.Reason, "evidence": &s.Evidence, "text": &s.Text, "summary": &s.Summary}); err != nil {
		return err
	}
	for i := range s.Questions {
		q := &s.Questions[i]
		if err := clean("questions", &q.Text, mostText); err != nil {
			return err
		}
		if err := cleanAll(mostLine, map[string]*string{"questions": &q.Field, "because": &q.Because}); err != nil {
			return err
		}
	}
	if err := cleanFacts(s.Facts); err != nil {
		return err
	}
	return language(&s.Lang, s.Text+s.Summary)
}
