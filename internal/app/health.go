package app

import (
	"context"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// Health answers when the data can be read.
func (a *App) Health(ctx context.Context) error {
	return a.store.View(ctx, func(tx *store.Tx) error {
		_, _, err := tx.Setting("link-key")
		return err
	})
}

// Finding is something the doctor noticed: Level is ok, warning or error.
type Finding struct{ Code, Level, Text, Fix string }

// Doctor looks for what will hurt: no operator, nobody who can sign in, gaps
// in the directory, rules behind the shipped ones.
func (a *App) Doctor(ctx context.Context, lang i18n.Lang) ([]Finding, error) {
	d := doctor{app: a, p: printer(lang), out: []Finding{}}
	err := a.store.View(ctx, func(tx *store.Tx) error {
		d.tx = tx
		for _, look := range []func() error{d.engine, d.operator, d.people, d.rulesInForce, d.rolesInForce, d.stuck} {
			if err := look(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = d.gaps(ctx, lang)
	return d.out, err
}

type doctor struct {
	app *App
	tx  *store.Tx
	p   *i18n.Printer
	out []Finding
}

func (d *doctor) say(code, level string, args map[string]any) {
	f := Finding{Code: code, Level: level, Text: d.p.T("doctor."+code, args)}
	if level != "ok" {
		f.Fix = d.p.T("doctor."+code+".fix", args)
	}
	d.out = append(d.out, f)
}

func (d *doctor) engine() error {
	d.say("store", "ok", map[string]any{"engine": d.app.store.Engine()})
	return nil
}

var everyone = store.Reader{Local: true}

func (d *doctor) operator() error {
	n, err := d.tx.Count(everyone, directory.Companies, store.Filter{Kind: wire.Operator}, 1)
	if err == nil && n == 0 {
		d.say("no-operator", "warning", nil)
	}
	return err
}

func (d *doctor) people() error {
	n, err := d.tx.Count(everyone, directory.People, store.Filter{}, 1)
	if err == nil && n == 0 {
		d.say("no-people", "warning", nil)
	}
	return err
}

func (d *doctor) rulesInForce() error {
	r := d.app.rules.current()
	d.say("rules", "ok", map[string]any{"rules": r.ID, "version": r.Version})
	return nil
}

func (d *doctor) rolesInForce() error {
	set, err := d.app.rolesNow(d.tx)
	if err == nil {
		d.say("roles", "ok", map[string]any{"roles": set.ID, "version": set.Version})
	}
	return err
}

// mostStuck is how much of what is stuck is named one by one.
const mostStuck = 20

// stuck lists work that did not succeed: it is tried again, or is parked and
// waits for somebody.
func (d *doctor) stuck() error {
	list, err := d.tx.Stuck(mostStuck)
	for _, s := range list {
		args := map[string]any{"job": i18n.Key("job." + s.Job), "id": s.ID, "n": s.Tries, "cause": s.Error}
		if s.Parked {
			d.say("parked", "error", args)
		} else {
			d.say("stuck", "warning", args)
		}
	}
	return err
}

// RetryStuck has all work that is stuck tried anew. It is for whoever runs the
// installation.
func (a *App) RetryStuck(ctx context.Context, actor access.Actor) (n int64, err error) {
	if !actor.Local && !actor.Operator {
		return 0, fault.New(fault.NotFound, "not-found.address")
	}
	if err := access.Need(actor, access.ManagePeople); err != nil {
		return 0, err
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if n, err = tx.RetryStuck(); err != nil {
			return err
		}
		return audit(tx, actor, "retry", "stuck", "")
	})
	return n, err
}

// gaps counts what the gap report lists.
func (d *doctor) gaps(ctx context.Context, lang i18n.Lang) error {
	report, err := d.app.Gaps(ctx, access.Actor{Local: true}, lang)
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, gap := range report.Gaps {
		count[gap.Code]++
	}
	for _, code := range []string{"gap.no-contact", "gap.no-split", "gap.promise"} {
		if n := count[code]; n > 0 {
			d.say(code[len("gap."):], "warning", map[string]any{"n": n})
		}
	}
	return nil
}
