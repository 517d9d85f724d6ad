package app

import (
	"maps"
	"slices"
	"strconv"

	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

// filling is how a package meets the intake form of who gets it.
type filling struct {
	pack    wire.Package
	form    wire.IntakeForm // version 0: it asks for nothing
	held    []wire.HeldFact
	missing []string
	needed  int
}

// fill holds a package against the form of the company that gets it first, and
// notes under which version it was given. A company to which the case cannot be
// sent is left to the ledger to refuse: nothing is told of its form.
func fill(tx *store.Tx, c *casework.Case, sender, meant string, pack wire.Package, prefill bool) (*filling, error) {
	f := &filling{pack: pack, held: []wire.HeldFact{}, missing: []string{}}
	f.pack.Facts, f.pack.Form = maps.Clone(pack.Facts), nil
	to := receiver(c, sender, meant)
	if to == "" {
		return f, nil
	}
	var err error
	if f.form, err = formUnder(tx, to, c.Topic, pack.Form); err != nil || f.form.Version == 0 {
		return f, err
	}
	if f.held, err = heldFacts(tx, c, sender, f.form.Fields); err != nil {
		return nil, err
	}
	if prefill {
		f.take(f.held)
	}
	if err := f.read(); err != nil {
		return nil, err
	}
	f.missing, f.needed = directory.Missing(f.form.Fields, f.pack.Facts)
	f.pack.Form = &wire.FilledForm{Topic: f.form.Topic, Version: f.form.Version, Fields: keptFields(f.form.Fields, f.pack.Facts)}
	return f, nil
}

// receiver is who gets a case that is meant for a company; "" when it cannot be
// sent there.
func receiver(c *casework.Case, sender, meant string) string {
	for _, r := range c.Receivers(sender) {
		if r.Company == meant {
			return r.By
		}
	}
	return ""
}

// formUnder is the version that the sender has filled in, else the newest.
func formUnder(tx *store.Tx, to, topic string, filled *wire.FilledForm) (wire.IntakeForm, error) {
	if filled == nil {
		return formFor(tx, to, topic)
	}
	if filled.Topic == topic || filled.Topic == wire.AllTopics {
		object, _, err := tx.Get(directory.IntakeForms, idOfForm(&wire.IntakeForm{Company: to, Topic: filled.Topic, Version: filled.Version}))
		if err == nil {
			return *object.(*wire.IntakeForm), nil
		}
		if !fault.Is(err, fault.NotFound) {
			return wire.IntakeForm{}, err
		}
	}
	return wire.IntakeForm{}, fault.New(fault.Invalid, "fields.invalid").At("form", "intake.unknown-version", "topic", text.Typed(filled.Topic), "version", strconv.Itoa(filled.Version))
}

// take gives what the case holds for the facts that were not given.
func (f *filling) take(held []wire.HeldFact) {
	for _, h := range held {
		if _, given := f.pack.Facts[h.Field]; !given {
			if f.pack.Facts == nil {
				f.pack.Facts = map[string]string{}
			}
			f.pack.Facts[h.Field] = h.Value
		}
	}
}

// read takes the facts as the form understands them.
func (f *filling) read() error {
	refused := fault.New(fault.Invalid, "fields.invalid")
	for i := range f.form.Fields {
		field := &f.form.Fields[i]
		given, ok := f.pack.Facts[field.ID]
		if !ok {
			continue
		}
		if given == "" {
			delete(f.pack.Facts, field.ID)
			continue
		}
		read, err := directory.Fact(field, given)
		if wrong := fault.Of(err); wrong != nil {
			refused.Fields = append(refused.Fields, fault.Field{Path: "facts." + field.ID, Code: wrong.Code, Args: wrong.Args})
			continue
		}
		f.pack.Facts[field.ID] = read
	}
	if len(refused.Fields) == 0 {
		return nil
	}
	return refused
}

// whole refuses a package that lacks a needed fact, where the form takes none
// without.
func (f *filling) whole() error {
	if !f.form.Complete || len(f.missing) == 0 {
		return nil
	}
	refused := fault.New(fault.Invalid, "intake.incomplete", "n", len(f.missing), "of", f.needed)
	for _, field := range f.missing {
		refused.At("facts."+field, "intake.needed")
	}
	return refused
}

// score says how much of what the receiver needs to know is there.
func (f *filling) score(out *wire.HandoffPreview) {
	out.Form, out.Held, out.Missing = f.form.Fields, f.held, f.missing
	out.Needed, out.Given, out.Complete = f.needed, f.needed-len(f.missing), 100
	out.Blocked = f.whole() != nil
	if out.Needed > 0 {
		out.Complete = 100 * out.Given / out.Needed
	}
}

// keptFields are the facts of a form as they go along with a package: what they
// are called, and of a choice what was chosen.
func keptFields(fields []wire.FormField, facts map[string]string) []wire.FormField {
	out := slices.Clone(fields)
	for i := range out {
		f := &out[i]
		f.Help = nil
		f.Choices = slices.DeleteFunc(slices.Clone(f.Choices), func(choice wire.FormChoice) bool { return choice.ID != facts[f.ID] })
	}
	return out
}

// heldFacts are what a company could give of a form without asking anybody: what
// it has read on the case, and what the case is about.
func heldFacts(tx *store.Tx, c *casework.Case, company string, fields []wire.FormField) ([]wire.HeldFact, error) {
	known, err := knownBy(tx, c, company)
	if err != nil {
		return nil, err
	}
	known, out := append(known, ofCase(c, company)...), []wire.HeldFact{}
	for i := range fields {
		f := &fields[i]
		senses := make([]text.Sense, 0, len(f.Label))
		for _, label := range f.Label {
			senses = append(senses, text.SenseOf(label))
		}
		for _, k := range known {
			if value, err := directory.Fact(f, k.Answer); err == nil && k.Means(f.ID, senses...) {
				out = append(out, wire.HeldFact{Field: f.ID, Value: value, N: k.N})
				break
			}
		}
	}
	return out, nil
}

// knownBy is what a company has been told on a case, from its own lines alone.
func knownBy(tx *store.Tx, c *casework.Case, company string) ([]casework.Known, error) {
	events, err := tx.SeenEvents(c.Number, c.Bit(company))
	if err != nil {
		return nil, err
	}
	return casework.KnownBy(casework.View(events, c.Bit(company))), nil
}

// ofCase are the facts of the case itself, under the names that forms have for
// them.
func ofCase(c *casework.Case, company string) (out []casework.Known) {
	for _, f := range []struct {
		field, value string
		called       wire.Text
	}{
		{"subscription", c.Subscription, wire.Text{"en": "Subscription ID", "ja": "サブスクリプション ID", "zh-TW": "訂用帳戶識別碼"}},
		{"offer", c.Offer, wire.Text{"en": "Offer ID", "ja": "オファー ID", "zh-TW": "供應項目識別碼"}},
		{"severity", c.Severity, wire.Text{"en": "Severity", "ja": "重大度", "zh-TW": "嚴重性"}},
		{"reference", c.Party(company).Reference, wire.Text{"en": "Your case number", "ja": "貴社のケース番号", "zh-TW": "貴公司的案件編號"}},
	} {
		if f.value != "" {
			out = append(out, casework.NewKnown(f.field, f.called, f.value))
		}
	}
	return out
}
