package app

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

// rulesCache holds the rules in force. Another node's publication is seen
// within rulesAge.
type rulesCache struct {
	held atomic.Pointer[heldRules]
}

type heldRules struct {
	rules *responsibility.Rules
	read  time.Time
}

const rulesAge = 5 * time.Second

func (c *rulesCache) current() *responsibility.Rules { return c.held.Load().rules }

// loadRules takes the latest published rules, else the shipped ones.
func (a *App) loadRules(ctx context.Context) error {
	var latest *store.Ruleset
	err := a.store.View(ctx, func(tx *store.Tx) (err error) {
		latest, err = tx.PublishedRules()
		return err
	})
	if err != nil {
		return err
	}
	held := &heldRules{rules: responsibility.Shipped(), read: a.now()}
	if latest != nil {
		if held.rules, err = responsibility.ParseRules(string(latest.Doc)); err != nil {
			return fault.Wrap(err, fault.Internal, "rules.unreadable", "version", latest.Version)
		}
	}
	a.rules.held.Store(held)
	return nil
}

// refreshRules reads the rules again when they may be old.
func (a *App) refreshRules(ctx context.Context) error {
	if held := a.rules.held.Load(); a.now().Sub(held.read).Abs() < rulesAge {
		return nil
	}
	return a.loadRules(ctx)
}

// rulesNow gives the rules in force, another node's publication included.
func (a *App) rulesNow(ctx context.Context) (*responsibility.Rules, error) {
	if err := a.refreshRules(ctx); err != nil {
		return nil, err
	}
	return a.rules.current(), nil
}

func rulesVersion(r *responsibility.Rules) wire.RulesVersion {
	return wire.RulesVersion{RuleSet: wire.RuleSet{ID: r.ID, Version: r.Version, Author: r.Author, Date: r.Date}, Note: r.Note}
}

// Rules gives a version of the rules, 0 = the one in force.
func (a *App) Rules(ctx context.Context, version int) (*responsibility.Rules, wire.RulesVersion, error) {
	if err := a.refreshRules(ctx); err != nil {
		return nil, wire.RulesVersion{}, err
	}
	r, err := a.rulesOf(ctx, version)
	if err != nil {
		return nil, wire.RulesVersion{}, err
	}
	return r, rulesVersion(r), nil
}

func (a *App) rulesOf(ctx context.Context, version int) (*responsibility.Rules, error) {
	if held := a.rules.current(); version == 0 || version == held.Version {
		return held, nil
	}
	if shipped := responsibility.Shipped(); version == shipped.Version {
		return shipped, nil
	}
	var row *store.Ruleset
	err := a.store.View(ctx, func(tx *store.Tx) (err error) {
		row, err = tx.Rules(version)
		return err
	})
	if err != nil {
		return nil, err
	}
	r, err := responsibility.ParseRules(string(row.Doc))
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "rules.unreadable", "version", version)
	}
	return r, nil
}

// RulesHistory lists the published versions, the newest first; the shipped
// table is the last.
func (a *App) RulesHistory(ctx context.Context) ([]wire.RulesVersion, error) {
	var rows []store.Ruleset
	err := a.store.View(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.RuleHistory()
		return err
	})
	if err != nil {
		return nil, err
	}
	out := []wire.RulesVersion{}
	for _, row := range rows {
		if row.State != "published" {
			continue
		}
		r, err := a.rulesOf(ctx, row.Version)
		if err != nil {
			return nil, err
		}
		out = append(out, rulesVersion(r))
	}
	return append(out, rulesVersion(responsibility.Shipped())), nil
}

// TryRules answers a question with a table that is not published: the
// simulator. An empty table is the one in force.
func (a *App) TryRules(ctx context.Context, actor access.Actor, ask Ask, text string) (*wire.Answer, error) {
	if !actor.SignedIn() {
		return nil, fault.New(fault.Denied, "auth.sign-in-needed")
	}
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	if text != "" {
		if rules, err = parseRules(text); err != nil {
			return nil, err
		}
	}
	d, err := a.decide(ctx, actor, ask, rules)
	if err != nil {
		return nil, err
	}
	return d.Answer(printer(ask.Lang)), nil
}

// parseRules names the line that cannot be read.
func parseRules(text string) (*responsibility.Rules, error) {
	r, err := responsibility.ParseRules(text)
	var bad *responsibility.RuleError
	if errors.As(err, &bad) {
		return nil, fault.New(fault.Invalid, "rules.line", "line", bad.Line, "text", bad.Text, "why", bad.Why)
	}
	return r, err
}

// withoutNote leaves out what was said of the version before.
func withoutNote(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) == 0 || words[0] != "note" {
			b.WriteString(line)
		}
	}
	return b.String()
}

// PublishRules puts a changed table in force, with its author, date and a note
// on what changed. Its version must be the next one, so that two people cannot
// publish over each other.
func (a *App) PublishRules(ctx context.Context, actor access.Actor, text, note string) (wire.RulesVersion, error) {
	if err := access.Need(actor, access.PublishRules); err != nil {
		return wire.RulesVersion{}, err
	}
	r, err := parseRules(text) // before the note is added, so that lines are the author's
	if err != nil {
		return wire.RulesVersion{}, err
	}
	if note = strings.Join(strings.Fields(note), " "); note != "" {
		text = "note " + note + "\n" + withoutNote(text)
		if r, err = parseRules(text); err != nil {
			return wire.RulesVersion{}, err
		}
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		latest, err := tx.PublishedRules()
		if err != nil {
			return err
		}
		next := responsibility.Shipped().Version + 1
		if latest != nil {
			next = max(next, latest.Version+1)
		}
		if r.Version != next {
			return fault.New(fault.Conflict, "rules.version", "version", r.Version, "next", next)
		}
		if err := tx.DraftRules(store.Ruleset{Version: r.Version, Doc: []byte(text), Author: r.Author, Date: r.Date}); err != nil {
			return err
		}
		if err := tx.PublishRules(r.Version); err != nil {
			return err
		}
		return audit(tx, actor, "publish-rules", "rules", itoa(r.Version))
	}, store.Serializable)
	if err != nil {
		return wire.RulesVersion{}, err
	}
	return rulesVersion(r), a.loadRules(ctx)
}
