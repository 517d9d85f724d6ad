package app

import (
	"context"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/wire"
)

// VerifyStore checks the next cases of the store, and with the last of them
// what belongs to no case. It is for the machine's own command line: it tells
// of cases of all companies.
func (a *App) VerifyStore(ctx context.Context, actor access.Actor, after string, limit int, lang i18n.Lang) (*wire.StoreCheck, error) {
	if !actor.Local {
		return nil, fault.New(fault.NotFound, "not-found.address")
	}
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	out := &wire.StoreCheck{Troubles: []wire.Trouble{}}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		numbers, err := tx.CaseNumbers(after, limit)
		if err != nil {
			return err
		}
		derive := func(c *casework.Case) (store.Derived, error) { return a.desk(tx, c, rules) }
		var found []*fault.Error
		for _, number := range numbers {
			some, err := tx.CheckCase(number, derive)
			if err != nil {
				return err
			}
			found = append(found, some...)
		}
		if out.Checked = len(numbers); out.Checked == limit {
			out.Next = numbers[limit-1]
		} else {
			some, err := tx.CheckRest()
			if err != nil {
				return err
			}
			found = append(found, some...)
		}
		for _, f := range found {
			number, _ := f.Args["case"].(string)
			out.Troubles = append(out.Troubles, wire.Trouble{Case: number, Code: f.Code, Text: printer(lang).T(f.Code, f.Args)})
		}
		return nil
	})
	return out, err
}
