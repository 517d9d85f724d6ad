package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/query"
	"switchboard/internal/store"
	"switchboard/wire"
)

// Marks are what a company puts on a case for itself (experience 4.2): nothing of
// them stands in the ledger, and no other company hears of them.

const (
	mostLabel  = 40  // characters of a label
	mostLabels = 20  // labels of a case
	allLabels  = 500 // labels of a company that are offered
)

// Label sets labels of the actor's company on a case and takes others away.
// Faults: invalid label.invalid, conflict label.too-many.
func (a *App) Label(ctx context.Context, actor access.Actor, number string, ch wire.LabelChange, lang i18n.Lang) (*wire.Case, error) {
	if err := cleanLabels("add", ch.Add); err != nil {
		return nil, err
	}
	if err := cleanLabels("remove", ch.Remove); err != nil {
		return nil, err
	}
	return a.mark(ctx, actor, number, lang, func(tx *store.Tx, m store.Marks) error {
		labels := slices.DeleteFunc(slices.Clone(m.Labels), func(name string) bool { return store.HasLabel(ch.Remove, name) })
		for _, name := range ch.Add {
			known, err := tx.LabelAs(actor.Company, name)
			if err != nil {
				return err
			}
			if !store.HasLabel(labels, name) {
				labels = append(labels, known)
			}
		}
		if len(labels) > mostLabels {
			return fault.New(fault.Conflict, "label.too-many", "most", mostLabels)
		}
		return tx.SetLabels(actor.Company, m, labels)
	})
}

// cleanLabels reads labels as they are kept. Each can be asked for in a query.
func cleanLabels(field string, labels []string) error {
	if len(labels) > mostLabels {
		return fault.New(fault.Conflict, "label.too-many", "most", mostLabels)
	}
	for i := range labels {
		path := fmt.Sprintf("%s[%d]", field, i)
		if err := clean(path, &labels[i], mostLine); err != nil {
			return err
		}
		switch n := utf8.RuneCountInString(labels[i]); {
		case n == 0:
			return fault.New(fault.Invalid, "fields.invalid").At(path, "label.empty")
		case n > mostLabel:
			return fault.New(fault.Invalid, "fields.invalid").At(path, "field.too-long", "length", n, "max", mostLabel)
		case !canBeAsked(labels[i]):
			return fault.New(fault.Invalid, "fields.invalid").At(path, "label.invalid", "label", labels[i])
		}
	}
	return nil
}

// LabelQuery asks for the cases with a label.
func LabelQuery(name string) string {
	return query.Query{Terms: []query.Term{{Field: query.Label, Any: []query.Value{query.Name(name)}}}}.String()
}

// canBeAsked tells whether the grammar reads a label back as it is.
func canBeAsked(name string) bool {
	q, err := query.Parse(LabelQuery(name))
	return err == nil && len(q.Terms) == 1 && len(q.Terms[0].Any) == 1 && q.Terms[0].Any[0] == query.Value(query.Name(name))
}

// Labels are those that the actor's company uses, in order.
func (a *App) Labels(ctx context.Context, actor access.Actor) (out []string, err error) {
	if err := mayWork(actor, access.OpenCases); err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		out, err = tx.Labels(actor.Company, allLabels)
		return err
	})
	return out, err
}

// Snooze puts a case aside for the actor's company until an instant. It comes
// back then, and before that as soon as anybody else acts on it or a clock of the
// company's warns. No clock stops. Faults: invalid snooze.past, snooze.too-far,
// conflict snooze.closed, stale case.changed when something has come that the
// caller has not read.
func (a *App) Snooze(ctx context.Context, actor access.Actor, number string, until time.Time, version *int64, lang i18n.Lang) (*wire.Case, error) {
	return a.mark(ctx, actor, number, lang, func(tx *store.Tx, m store.Marks) error {
		until := until.UTC().Truncate(time.Microsecond)
		switch {
		case version != nil && *version != m.Version:
			return fault.New(fault.Stale, "case.changed", "case", number)
		case !m.Live:
			return fault.New(fault.Conflict, "snooze.closed")
		case !until.After(tx.Now()):
			return fault.New(fault.Invalid, "fields.invalid").At("until", "snooze.past")
		case until.After(tx.Now().AddDate(1, 0, 0)):
			return fault.New(fault.Invalid, "fields.invalid").At("until", "snooze.too-far")
		}
		return tx.Snooze(m, until, store.ActedBy(actor.Person))
	})
}

// Wake takes a case back among those that wait for the actor's company.
func (a *App) Wake(ctx context.Context, actor access.Actor, number string, lang i18n.Lang) (*wire.Case, error) {
	return a.mark(ctx, actor, number, lang, func(tx *store.Tx, m store.Marks) error {
		return tx.Snooze(m, time.Time{}, "")
	})
}

// mark changes the marks of a case, and shows the case as it is then.
func (a *App) mark(ctx context.Context, actor access.Actor, number string, lang i18n.Lang, change func(*store.Tx, store.Marks) error) (*wire.Case, error) {
	if err := mayWork(actor, access.WorkCases); err != nil {
		return nil, err
	}
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		if err := access.NeedOn(actor, access.WorkCases, c.Number, c.Topic); err != nil {
			return err
		}
		m, err := tx.LockMarks(actor.Company, c.Number)
		if err != nil {
			return err
		}
		if err := change(tx, m); err != nil || actor.Request == nil {
			return err
		}
		return tx.KeepOutcome(store.Request(*actor.Request), store.Outcome{Kind: cases, ID: c.Number, Version: m.Version})
	})
	if err != nil {
		return nil, err
	}
	return a.Case(ctx, actor, number, lang)
}

// showMarks adds what the viewer's company has marked the case with. What fresh
// events have woken up is not snoozed any more.
func (d *desk) showMarks(tx *store.Tx, out *wire.Case, c *casework.Case, fresh []casework.Event, viewer string, now time.Time) error {
	m, err := tx.Marks(viewer, c.Number)
	if err != nil {
		return err
	}
	out.Labels = m.Labels
	by := store.Nobody
	if bit := c.Bit(viewer); bit >= 0 && len(fresh) > 0 {
		by = stirredBy(c, fresh, bit)
	}
	if m.Snoozed.After(now) && c.State != casework.Closed && (by == store.Nobody || by == m.By) {
		out.SnoozedUntil = &m.Snoozed
	}
	return nil
}

// Where a person goes on after what finishes a turn on a case (experience 4.1,
// rule 7).
const (
	AfterNext = "next" // the next case of the same list; the default
	AfterStay = "stay"
	AfterList = "list"
)

const preferAfter = "after"

// After is where the actor goes on.
func (a *App) After(ctx context.Context, actor access.Actor) (after string, err error) {
	if actor.Person == "" {
		return AfterNext, nil
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		after, err = tx.Preference(actor.Person, preferAfter)
		return err
	})
	return cmp.Or(after, AfterNext), err
}

// PreferAfter keeps where the actor goes on.
func (a *App) PreferAfter(ctx context.Context, actor access.Actor, after string) error {
	if !actor.SignedIn() || actor.Person == "" {
		return fault.New(fault.Denied, "auth.sign-in-needed")
	}
	if known := []string{AfterNext, AfterStay, AfterList}; !slices.Contains(known, after) {
		return fault.New(fault.Invalid, "fields.invalid").At("after", "field.choice", "value", after, "choices", known)
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error { return tx.Prefer(actor.Person, preferAfter, after) })
}
