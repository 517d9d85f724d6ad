package app

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

// IntakeFilter asks for the intake forms of a company: "" is one's own.
type IntakeFilter struct {
	Company string
	Topic   string // "" = of every topic
	History bool   // every version, not only the newest
}

// IntakeForms are those of one company that the actor may read: its own, and of
// others whoever could send them a case (spec 2 section 4). The form for all
// topics stands first; of a topic the newest version.
func (a *App) IntakeForms(ctx context.Context, actor access.Actor, f IntakeFilter) ([]wire.IntakeForm, error) {
	if err := mayRead(actor, directory.IntakeForms); err != nil {
		return nil, err
	}
	if f.Company = cmp.Or(f.Company, actor.Company); f.Company == "" {
		return nil, fault.New(fault.Invalid, "invalid.required", "field", "company")
	}
	out := []wire.IntakeForm{}
	err := a.store.View(ctx, func(tx *store.Tx) error {
		forms, err := formsOf(tx, reader(actor), f.Company, f.Topic)
		for _, form := range forms {
			if f.History || len(out) == 0 || out[len(out)-1].Topic != form.Topic {
				out = append(out, *redact(actor, &form).(*wire.IntakeForm))
			}
		}
		return err
	})
	return out, err
}

// formsOf reads all versions of a company's forms that a reader may see, topic by
// topic, the newest first.
func formsOf(tx *store.Tx, r store.Reader, company, topic string) (out []wire.IntakeForm, err error) {
	for cursor := ""; ; {
		items, next, err := tx.List(r, directory.IntakeForms, store.Filter{Company: company, Topic: topic}, 500, cursor)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			out = append(out, *item.Object.(*wire.IntakeForm))
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	slices.SortFunc(out, func(a, b wire.IntakeForm) int {
		return cmp.Or(cmp.Compare(topicPlace(a.Topic), topicPlace(b.Topic)), b.Version-a.Version)
	})
	return out, nil
}

// topicPlace puts what is for all topics before the others.
func topicPlace(topic string) int { return slices.Index(wire.Topics(), topic) }

// everybody reads for the product: a form is there to be read by whoever sends.
var everybody = store.Reader{Local: true}

// newestForm is the form of a company for exactly this topic; version 0 when
// there is none.
func newestForm(tx *store.Tx, company, topic string) (wire.IntakeForm, error) {
	forms, err := formsOf(tx, everybody, company, topic)
	if err != nil || len(forms) == 0 {
		return wire.IntakeForm{Company: company, Topic: topic}, err
	}
	return forms[0], nil
}

// formFor is the form by which a company takes cases of a topic: the topic's own,
// else that for all topics; one without a fact is none.
func formFor(tx *store.Tx, company, topic string) (wire.IntakeForm, error) {
	for _, of := range []string{topic, wire.AllTopics} {
		form, err := newestForm(tx, company, of)
		if err != nil || len(form.Fields) > 0 {
			return form, err
		}
	}
	return wire.IntakeForm{}, nil
}

// SaveIntake keeps the next version of a form of the actor's company, with who
// saved it and when. Saving what is there already makes no version.
func (a *App) SaveIntake(ctx context.Context, actor access.Actor, n wire.NewIntake) (*wire.IntakeForm, error) {
	form := wire.IntakeForm{Company: cmp.Or(n.Company, actor.Company), Topic: n.Topic, Fields: namedFields(n.Fields), Complete: n.Complete}
	if err := mayManage(actor, form.Company); err != nil {
		return nil, err
	}
	err := a.store.InTx(ctx, func(tx *store.Tx) error {
		newest, err := newestForm(tx, form.Company, form.Topic)
		if err != nil {
			return err
		}
		if n.After != nil && *n.After != newest.Version {
			return fault.New(fault.Stale, "intake.changed", "version", newest.Version)
		}
		form.Version, form.By, form.At = newest.Version+1, actor.Person, a.now().UTC().Format(time.RFC3339)
		if err := directory.Refuse(directory.Check(&form)); err != nil {
			return err
		}
		if sameForm(form, newest) {
			form = newest
			return keepOutcome(tx, actor, directory.IntakeForms, idOfForm(&form))
		}
		if _, err := tx.Put(&form, new(int64)); err != nil {
			return err
		}
		return audit(tx, actor, "save-intake", directory.IntakeForms, idOfForm(&form))
	}, store.Serializable)
	if err != nil {
		return nil, err
	}
	return &form, nil
}

func idOfForm(f *wire.IntakeForm) string {
	_, id := directory.Identify(f)
	return id
}

func sameForm(a, b wire.IntakeForm) bool {
	return b.Version > 0 && a.Complete == b.Complete && (len(a.Fields) == 0 && len(b.Fields) == 0 || reflect.DeepEqual(a.Fields, b.Fields))
}

// namedFields are the facts as they are kept: without space around the words, and
// each with an id of its own, made of what it is called where it is new.
func namedFields(in []wire.FormField) []wire.FormField {
	out := slices.Clone(in)
	var taken []string
	for _, f := range out {
		taken = append(taken, f.ID)
	}
	for i := range out {
		f := &out[i]
		f.Label, f.Help, f.Choices = tidyText(f.Label), tidyText(f.Help), namedChoices(f.Choices)
		if f.ID == "" {
			label, _ := f.Label.In("en")
			f.ID = directory.FactID(label, taken)
			taken = append(taken, f.ID)
		}
	}
	return out
}

func namedChoices(in []wire.FormChoice) []wire.FormChoice {
	out := slices.Clone(in)
	var taken []string
	for i := range out {
		out[i].Label = tidyText(out[i].Label)
		if out[i].ID == "" {
			label, _ := out[i].Label.In("en")
			out[i].ID = directory.FactID(label, taken)
		}
		taken = append(taken, out[i].ID)
	}
	return out
}

// tidyText leaves out the languages in which nothing stands.
func tidyText(t wire.Text) wire.Text {
	out := wire.Text{}
	for lang, words := range t {
		line, err := text.Line(words)
		if err != nil {
			line = words // the check says what is wrong with it
		}
		if line = strings.TrimSpace(line); line != "" {
			out[lang] = line
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
