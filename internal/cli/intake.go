package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"

	"switchboard/internal/fault"
	"switchboard/wire"
)

type intakeVerbs struct {
	List intakeList `cmd:""`
	Show intakeShow `cmd:""`
	Set  intakeSet  `cmd:""`
}

var intakeColumns = []string{"topic", "version", "facts", "needed", "complete", "at", "by"}

type intakeList struct {
	Of      string `placeholder:"COMPANY"`
	Topic   string
	History bool
}

// Run lists the intake forms of a company, one's own unless said otherwise.
func (v *intakeList) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	forms, err := c.IntakeForms(s.ctx, v.Of, v.Topic, v.History)
	if err != nil {
		return err
	}
	rows := make([]map[string]any, 0, len(forms))
	for _, f := range forms {
		row, err := generic(f)
		if err != nil {
			return err
		}
		if format, _ := s.formatOf(); format != "json" && format != "jsonl" {
			row["facts"], row["needed"] = len(f.Fields), neededOf(f.Fields)
		}
		rows = append(rows, row)
	}
	return s.rows(intakeColumns, rows, "")
}

func neededOf(fields []wire.FormField) (n int) {
	for _, f := range fields {
		if f.Required {
			n++
		}
	}
	return n
}

type intakeShow struct {
	Topic   string `arg:"" name:"topic"`
	Of      string `placeholder:"COMPANY"`
	Edition int    `name:"edition" placeholder:"N"`
}

// Run shows a form, or an earlier version of it, as a file that set takes.
func (v *intakeShow) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	forms, err := c.IntakeForms(s.ctx, v.Of, v.Topic, v.Edition > 0)
	if err != nil {
		return err
	}
	for i := range forms {
		if forms[i].Topic == v.Topic && (v.Edition == 0 || forms[i].Version == v.Edition) {
			return s.form(&forms[i])
		}
	}
	return fault.New(fault.NotFound, "intake.none", "topic", v.Topic)
}

func (s *session) form(f *wire.IntakeForm) error {
	if s.wantsJSON() {
		return s.json(f)
	}
	object, err := generic(f)
	if err != nil {
		return err
	}
	text, err := yaml.Marshal(plainNumbers(object))
	if err != nil {
		return err
	}
	return s.verbatim(string(text))
}

// plainNumbers writes a version as a number.
func plainNumbers(object map[string]any) map[string]any {
	if n, ok := object["version"].(json.Number); ok {
		if whole, err := n.Int64(); err == nil {
			object["version"] = whole
		}
	}
	return object
}

type intakeSet struct {
	Topic string `arg:"" name:"topic"`
	File  string `arg:"" name:"file"`
}

// Run saves the next version of a form of the own company.
func (v *intakeSet) Run(s *session) error {
	form, err := v.read(s)
	if err != nil {
		return err
	}
	c, err := s.desk()
	if err != nil {
		return err
	}
	if s.g.DryRun {
		return s.object(form)
	}
	saved, err := c.SaveIntake(s.ctx, *form)
	if err != nil {
		return err
	}
	s.say("cli.intake.saved", "topic", s.topicWord(saved.Topic), "version", saved.Version)
	return nil
}

// read takes a file as show writes it: its version is the one that it was made
// of, and who saved that is not asked.
func (v *intakeSet) read(s *session) (*wire.NewIntake, error) {
	data, err := s.read(v.File)
	if err != nil {
		return nil, err
	}
	form, err := formOf(data, v.File)
	if err != nil {
		return nil, err
	}
	out := &wire.NewIntake{Topic: v.Topic, Fields: form.Fields, Complete: form.Complete}
	if form.Version > 0 {
		out.After = &form.Version
	}
	if out.Fields == nil {
		out.Fields = []wire.FormField{}
	}
	return out, nil
}

// formOf reads YAML, of which JSON is a part, by way of the wire shape.
func formOf(data []byte, file string) (*wire.IntakeForm, error) {
	var raw map[string]any
	out := &wire.IntakeForm{}
	err := yaml.Unmarshal(data, &raw)
	if err == nil {
		data, err = json.Marshal(raw)
	}
	if err == nil {
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		err = dec.Decode(out)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fault.Wrap(err, fault.Invalid, "cli.object-syntax", "file", file)
	}
	return out, nil
}

func (s *session) topicWord(topic string) string {
	if topic == wire.AllTopics {
		return s.t("intake.all-topics")
	}
	return s.t("topic." + topic)
}

// addForm shows what the receiver asks for: what was given, what the case holds,
// and what is missing.
func (s *session) addForm(k *card, p *wire.HandoffPreview) {
	if len(p.Form) == 0 {
		return
	}
	held := map[string]wire.HeldFact{}
	for _, h := range p.Held {
		held[h.Field] = h
	}
	k.add("complete", s.t("intake.score", "given", p.Given, "n", p.Needed))
	for i, f := range p.Form {
		k.add(firstLabel(i, "form"), s.formLine(f, p.Package.Facts[f.ID], held[f.ID]))
	}
	if p.Blocked {
		k.add("", s.t("intake.blocked", "company", p.To.Name))
	}
}

func (s *session) formLine(f wire.FormField, given string, held wire.HeldFact) string {
	name, _ := f.Label.In(string(s.lang))
	if name == "" {
		name = f.ID
	} else if name != f.ID {
		name += " (" + f.ID + ")"
	}
	need := s.t("intake.welcome")
	if f.Required {
		need = s.t("intake.needed-fact")
	}
	switch {
	case given != "":
		return joined(name, need, given)
	case held.Field != "":
		return joined(name, need, s.t("cli.intake.held", "value", held.Value))
	}
	return joined(name, need, s.t("cli.intake.lacks"))
}

// factWords are what a fact and its value are called by the form under which it
// was given.
func (s *session) factWords(form *wire.FilledForm, field, value string) (name, said string) {
	if form == nil {
		return field, value
	}
	for _, f := range form.Fields {
		if f.ID != field {
			continue
		}
		if label, _ := f.Label.In(string(s.lang)); label != "" {
			field = label
		}
		for _, choice := range f.Choices {
			if label, _ := choice.Label.In(string(s.lang)); choice.ID == value && label != "" {
				value = label
			}
		}
		if f.Kind == wire.FactYesNo {
			value = s.t("intake.value." + value)
		}
	}
	return field, value
}
