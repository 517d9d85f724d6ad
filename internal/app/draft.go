package app

import (
	"context"
	"slices"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/store"
)

// DraftKey is for whom on a case a draft is meant.
type (
	DraftKey = store.DraftKey
	Draft    = store.Draft
)

// The audiences of a draft beside a single company.
const (
	DraftInternal = "internal" // the own company
	DraftReaders  = "readers"  // those of the message that it answers
	DraftPropose  = "propose"  // a solution, for everybody on the case
)

// CaseDraft is a draft with what its writer knows the case by.
type CaseDraft struct {
	store.Draft
	Subject, Lang string // of the case
}

// mostDrafts is how many a list of drafts shows.
const mostDrafts = 200

func writer(actor access.Actor) store.Writer {
	return store.Writer{Company: actor.Company, Person: actor.Person}
}

// mayDraft: a draft belongs to a person; a guest and a program have none.
func mayDraft(actor access.Actor, ability access.Ability) error {
	if err := mayWork(actor, ability); err != nil {
		return err
	}
	if !actor.SignedIn() || actor.Person == "" {
		return fault.New(fault.Denied, "draft.no-person")
	}
	return nil
}

// Typed is what stands in a composer.
type Typed struct {
	For  DraftKey
	From DraftKey // the draft that it was made of; zero = none
	Text string
	Seen int64           // the version of the case that the writer has read
	Form *access.Request // the form as it would be sent; nil = not known
}

// KeepDraft keeps what a person has typed, in the place of what it was made of.
// Without words there is no draft. What has been sent meanwhile is no draft any
// more. Fault conflict draft.another when there is a draft for the same readers
// that the writer has not before his eyes: neither is lost.
func (a *App) KeepDraft(ctx context.Context, actor access.Actor, number string, t Typed) error {
	if err := clean("text", &t.Text, mostText); err != nil {
		return err
	}
	if err := mayDraft(actor, access.WorkCases); err != nil {
		return err
	}
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		if err := access.NeedOn(actor, access.WorkCases, c.Number, c.Topic); err != nil {
			return err
		}
		number = c.Number
		if err := draftFor(c, actor.Company, t.For); err != nil {
			return err
		}
		if sent, err := wasSent(tx, t.Form); sent || err != nil {
			return err
		}
		return keepDraft(tx, writer(actor), c.Number, t)
	})
	if err == nil {
		a.wrote(actor, number, t.Text)
	}
	return err
}

// draftFor: a draft is meant for whom it could be sent to.
func draftFor(c *casework.Case, own string, k DraftKey) error {
	known := func(l casework.Link) bool { return l.Company == k.Audience }
	switch {
	case k.Audience == DraftReaders && k.Answers > 0:
	case k.Answers == 0 && (k.Audience == DraftInternal || k.Audience == DraftPropose || slices.ContainsFunc(c.Neighbours(own), known)):
	default:
		return fault.New(fault.Invalid, "message.not-on-case", "company", k.Audience)
	}
	return nil
}

// wasSent tells whether a form has been sent by now, whatever stood in it.
func wasSent(tx *store.Tx, form *access.Request) (bool, error) {
	if form == nil || form.Key == "" {
		return false, nil
	}
	earlier, err := tx.Outcome(store.Request(*form))
	if fault.Is(err, fault.Conflict) {
		return true, nil
	}
	return earlier != nil, err
}

func keepDraft(tx *store.Tx, w store.Writer, number string, t Typed) error {
	drafts, err := tx.DraftsOn(w, number)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.DraftKey == t.For && t.From != t.For && d.Text != t.Text {
			return fault.New(fault.Conflict, "draft.another")
		}
	}
	if t.From != t.For || strings.TrimSpace(t.Text) == "" {
		if err := tx.DropDraft(w, number, t.From); err != nil {
			return err
		}
	}
	if strings.TrimSpace(t.Text) == "" {
		return nil
	}
	return tx.KeepDraft(w, store.Draft{DraftKey: t.For, Number: number, Text: t.Text, Seen: t.Seen})
}

// DropDraft throws a draft of the actor's away.
func (a *App) DropDraft(ctx context.Context, actor access.Actor, number string, k DraftKey) error {
	if err := mayDraft(actor, access.OpenCases); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		return tx.DropDraft(writer(actor), c.Number, k)
	})
}

// DraftsOn gives the actor's own drafts on a case, the last first.
func (a *App) DraftsOn(ctx context.Context, actor access.Actor, number string) (out []store.Draft, err error) {
	if err := mayDraft(actor, access.OpenCases); err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		out, err = tx.DraftsOn(writer(actor), c.Number)
		return err
	})
	return out, err
}

// Drafts gives the actor's own drafts, the last first. Those on cases that the
// actor may not read any more wait until it may again.
func (a *App) Drafts(ctx context.Context, actor access.Actor) (out []CaseDraft, err error) {
	if err := mayDraft(actor, access.OpenCases); err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		drafts, err := tx.DraftsOf(writer(actor), mostDrafts)
		if err != nil {
			return err
		}
		out, err = draftsWithCases(tx, actor, drafts)
		return err
	})
	return out, err
}

func draftsWithCases(tx *store.Tx, actor access.Actor, drafts []store.Draft) (out []CaseDraft, err error) {
	for _, d := range drafts {
		c, err := seeCase(tx, actor, d.Number)
		if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Denied) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if c, err = asLeft(tx, c, actor.Company); err != nil {
			return nil, err
		}
		out = append(out, CaseDraft{d, c.Party(actor.Company).Subject, c.Lang})
	}
	return out, nil
}
