package app

import (
	"errors"
	"slices"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// decide is casework.Decide for somebody who is answered.
func (d *desk) decide(c *casework.Case, cmd casework.Command, by casework.By, at time.Time, drawn casework.Chance, lang i18n.Lang) (*casework.Case, []casework.Event, error) {
	moved, events, err := casework.Decide(c, cmd, by, at, d.facts, drawn)
	return moved, events, d.named(err, by.Company, lang)
}

// named puts into a fault the names of companies as its reader knows them, and
// what has several languages in the reader's. This is the one place where what
// the ledger refuses is told.
func (d *desk) named(err error, reader string, lang i18n.Lang) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	told := *f
	told.Args, told.Fields = d.worded(f.Args, reader, lang), slices.Clone(f.Fields)
	for i := range told.Fields {
		told.Fields[i].Args = d.worded(told.Fields[i].Args, reader, lang)
	}
	return &told
}

func (d *desk) worded(args fault.Args, reader string, lang i18n.Lang) fault.Args {
	out := fault.Args{}
	for key, value := range args {
		switch v := value.(type) {
		case casework.Named:
			value = nameOf(d.party(d.about, string(v), reader, lang))
		case wire.Text:
			value, _ = v.In(string(lang))
		case []casework.Answered:
			value = knownAnswers(v, lang)
		}
		out[key] = value
	}
	return out
}

// knownAnswers are what the asker has been told, from its own lines.
func knownAnswers(all []casework.Answered, lang i18n.Lang) (out []wire.KnownAnswer) {
	for _, a := range all {
		asked, _ := a.Asked.In(string(lang))
		out = append(out, wire.KnownAnswer{Question: a.Question, Field: a.Field, Asked: asked, Answer: a.Answer, N: a.N, Final: a.Final})
	}
	return out
}
