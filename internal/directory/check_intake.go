package directory

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"switchboard/internal/fault"
	"switchboard/internal/text"
	"switchboard/wire"
)

// Sizes of an intake form: more than anybody fills in.
const (
	maxFacts   = 60
	maxChoices = 60
)

func (c *checker) intakeForm(v *wire.IntakeForm) {
	if c.required("company", v.Company) {
		c.companyID("company", v.Company)
	}
	if c.required("topic", v.Topic) {
		c.word("topic", v.Topic, append(wire.Topics(), wire.AllTopics))
	}
	c.atLeast("version", v.Version, 1)
	c.most("fields", len(v.Fields), maxFacts)
	ids := make([]string, len(v.Fields))
	for i := range v.Fields {
		ids[i] = v.Fields[i].ID
		c.formField(at("fields", i), &v.Fields[i])
	}
	c.distinct("fields", ids)
	c.id("by", v.By)
	if _, err := time.Parse(time.RFC3339, v.At); v.At != "" && err != nil {
		c.wrong("at", "field.date-invalid", "value", clip(v.At))
	}
}

func (c *checker) formField(path string, f *wire.FormField) {
	if c.required(in(path, "id"), f.ID) {
		c.id(in(path, "id"), f.ID)
	}
	c.names(in(path, "label"), f.Label)
	c.names(in(path, "help"), f.Help)
	c.word(in(path, "kind"), f.Kind, wire.FactKinds())
	switch {
	case f.Kind == wire.FactChoice && len(f.Choices) == 0:
		c.wrong(in(path, "choices"), "field.required")
	case f.Kind != wire.FactChoice && len(f.Choices) > 0:
		c.wrong(in(path, "choices"), "field.not-beside", "field", "kind", "value", FactKind(f))
	}
	c.most(in(path, "choices"), len(f.Choices), maxChoices)
	ids := make([]string, len(f.Choices))
	for i := range f.Choices {
		ids[i] = f.Choices[i].ID
		at := at(in(path, "choices"), i)
		if c.required(in(at, "id"), ids[i]) {
			c.id(in(at, "id"), ids[i])
		}
		c.names(in(at, "label"), f.Choices[i].Label)
	}
	c.distinct(in(path, "choices"), ids)
}

// FactKind is what kind of fact a field of a form asks for; words where it does
// not say.
func FactKind(f *wire.FormField) string {
	if f.Kind == "" {
		return wire.FactWords
	}
	return f.Kind
}

// Fact reads what was given for a field: a date as a date, a choice by its id or
// by what it is called, yes or no. Fault invalid intake.*.
func Fact(f *wire.FormField, given string) (string, error) {
	given = strings.TrimSpace(given)
	switch FactKind(f) {
	case wire.FactDate:
		if _, err := time.Parse(time.DateOnly, given); err != nil {
			return "", fault.New(fault.Invalid, "intake.not-a-date", "value", text.Typed(given))
		}
	case wire.FactYesNo:
		if given != wire.Yes && given != wire.No {
			return "", fault.New(fault.Invalid, "intake.not-yes-no", "value", text.Typed(given))
		}
	case wire.FactChoice:
		for _, choice := range f.Choices {
			if isCalled(choice, given) {
				return choice.ID, nil
			}
		}
		return "", fault.New(fault.Invalid, "intake.not-a-choice", "value", text.Typed(given), "choices", choiceIDs(f))
	}
	return given, nil
}

func isCalled(choice wire.FormChoice, given string) bool {
	if choice.ID == given {
		return true
	}
	for _, label := range choice.Label {
		if text.Fold(label) == text.Fold(given) {
			return true
		}
	}
	return false
}

func choiceIDs(f *wire.FormField) []string {
	out := make([]string, len(f.Choices))
	for i := range f.Choices {
		out[i] = f.Choices[i].ID
	}
	return out
}

// FactID makes the id of a new field of what it is called: words of Latin script
// where there are any, else a number. It is none of those that are taken.
func FactID(label string, taken []string) string {
	id := strings.Join(text.Words(label), "-")
	if utf8.RuneCountInString(id) > maxWord {
		id = ""
	}
	if !validID(id) {
		id = "fact"
	}
	out := id
	for n := 2; Has(taken, out); n++ {
		out = id + "-" + strconv.Itoa(n)
	}
	return out
}

// Missing are the needed facts that were not given, by field, and how many are
// needed.
func Missing(fields []wire.FormField, given map[string]string) (missing []string, needed int) {
	missing = []string{}
	for _, f := range fields {
		if !f.Required {
			continue
		}
		needed++
		if strings.TrimSpace(given[f.ID]) == "" {
			missing = append(missing, f.ID)
		}
	}
	return missing, needed
}
