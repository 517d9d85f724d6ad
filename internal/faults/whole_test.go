//go:build unix

package faults

import (
	"encoding/json"
	"errors"
	"regexp"
	"time"

	"switchboard/internal/casework"
	"switchboard/internal/query"
	"switchboard/internal/store"
)

// check opens the data that a dead server has left: every case that may have
// moved is whole, and every effect is there as often as it must be.
func (p *play) check() {
	p.t.Helper()
	p.view(func(tx *store.Tx) error {
		seen, err := p.cases(tx)
		if err != nil {
			return err
		}
		return p.effects(tx, seen)
	})
}

// view reads the data of a dead server.
func (p *play) view(read func(*store.Tx) error) {
	p.t.Helper()
	o := store.Options{DSN: p.p[1]}
	if p.p[0] == "--data-dir" {
		o = store.Options{DataDir: p.p[1]}
	}
	data, err := store.Open(p.t.Context(), o)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := errors.Join(data.View(p.t.Context(), read), data.Close()); err != nil {
		p.t.Fatal(err)
	}
}

// seenCase is a case as the store has it.
type seenCase struct {
	c      *casework.Case
	events []casework.Event
}

// cases reads every case that may have moved since it was last looked at.
func (p *play) cases(tx *store.Tx) (out []seenCase, err error) {
	moving := map[string]bool{}
	for _, m := range p.crowd {
		moving[m.number] = true
	}
	err = eachCase(tx, func(number string) error {
		if p.whole[number] {
			return nil
		}
		one, err := p.verify(tx, number)
		if err != nil {
			return err
		}
		out = append(out, one)
		p.whole[number] = !moving[number] && one.c.Owner != one.c.Route.Sponsor
		return nil
	})
	return out, err
}

// eachCase goes through the numbers of all cases.
func eachCase(tx *store.Tx, f func(number string) error) error {
	for after := ""; ; {
		numbers, err := tx.CaseNumbers(after, 1000)
		if err != nil || len(numbers) == 0 {
			return err
		}
		after = numbers[len(numbers)-1]
		for _, number := range numbers {
			if err := f(number); err != nil {
				return err
			}
		}
	}
}

// verify holds a case against its events: they verify, and fold to it.
func (p *play) verify(tx *store.Tx, number string) (one seenCase, err error) {
	if one.c, err = tx.Case(number); err != nil {
		return one, err
	}
	if one.events, err = tx.CaseEvents(number, 0); err != nil {
		return one, err
	}
	folded, err := casework.Fold(one.events)
	if err != nil {
		return one, err
	}
	if err := casework.Verify(one.c, one.events); err != nil {
		p.t.Error(err)
	}
	if p.json(folded) != p.json(one.c) {
		p.t.Errorf("case %s is not what its events fold to", number)
	}
	return one, nil
}

func (p *play) json(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(data)
}

// effects counts each effect in the ledger, and finds it by search for whom it
// is, and only there.
func (p *play) effects(tx *store.Tx, seen []seenCase) error {
	holders := map[string][]*casework.Case{}
	for _, one := range seen {
		for _, e := range one.events {
			for _, mark := range marksOf(e) {
				holders[mark] = append(holders[mark], one.c)
			}
		}
	}
	for _, e := range p.marks {
		if e.settled {
			continue
		}
		var holder *casework.Case
		there := holders[e.mark]
		if len(there) > 0 {
			holder = there[0]
		}
		if len(there) > 1 || e.acked && holder == nil {
			p.t.Errorf("%s (acknowledged: %v) is there %d times", e.mark, e.acked, len(there))
		}
		if err := p.found(tx, e, holder); err != nil {
			return err
		}
		e.settled = holder != nil && p.whole[holder.Number]
	}
	return nil
}

var aMark = regexp.MustCompile(`zq[0-9]+n[0-9]+q`)

func marksOf(e casework.Event) (out []string) {
	for _, name := range []string{"text", "package", "reference"} {
		out = append(out, aMark.FindAllString(e.Word(name), -1)...)
	}
	return out
}

// found: the search index and the lists are in step with the case.
func (p *play) found(tx *store.Tx, e *effect, holder *casework.Case) error {
	q, err := query.Parse(e.mark)
	if err != nil {
		return err
	}
	for _, company := range e.readers {
		rows, _, err := tx.SearchCases(query.Reader{Company: company, Now: time.Now()}, q, 10, "")
		if err != nil {
			return err
		}
		switch {
		case holder == nil && len(rows) == 0:
		case holder == nil || len(rows) != 1 || rows[0].Number != holder.Number:
			p.t.Errorf("%s finds %s in %d cases: %+v", company, e.mark, len(rows), rows)
		case rows[0].Version != holder.Party(company).N || rows[0].Subject != holder.Party(company).Subject:
			p.t.Errorf("%s: its list has case %s at %d, the case is at %d", company, holder.Number, rows[0].Version, holder.Party(company).N)
		}
	}
	return nil
}
