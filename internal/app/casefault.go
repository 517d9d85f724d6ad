package app

import (
	"errors"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
)

// decide is casework.Decide for somebody who is answered.
func (d *desk) decide(c *casework.Case, cmd casework.Command, by casework.By, at time.Time, drawn casework.Chance, lang i18n.Lang) (*casework.Case, []casework.Event, error) {
	moved, events, err := casework.Decide(c, cmd, by, at, d.facts, drawn)
	return moved, events, d.named(err, by.Company, lang)
}

// named puts into a fault the names of companies as its reader knows them. This
// is the one place where what the ledger refuses is told.
func (d *desk) named(err error, reader string, lang i18n.Lang) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	args := fault.Args{}
	for key, value := range f.Args {
		if company, ok := value.(casework.Named); ok {
			value = nameOf(d.party(d.about, string(company), reader, lang))
		}
		args[key] = value
	}
	told := *f
	told.Args = args
	return &told
}
