package directory

import (
	"fmt"
	"strconv"

	"switchboard/internal/fault"
	"switchboard/wire"
)

// Problem is something that is wrong with an object or, as a Warning, worth
// knowing. Code is the key of its sentence in the catalogs.
type Problem struct {
	Path    string // "contacts[0].email"; "" = the object as a whole
	Code    string
	Args    fault.Args
	Warning bool // does not stop the object from coming in
}

// Rules is what a check needs to know from outside the object.
type Rules struct {
	Roles []string // roles a person may have, which are data (spec 1 section 6); nil = not asked
	Today string   // date for warnings about age; "" = none of those
}

// Check finds what is wrong with one object of the world format (a pointer to
// one of its types), in the order of its fields. Whether what it refers to
// exists is another question: see Refs. So is what only the whole world shows:
// see WorldCheck.
func Check(object any) []Problem { return Rules{}.Check(object) }

// Check is Check under these rules.
func (r Rules) Check(object any) []Problem {
	c := checker{Rules: r}
	switch v := object.(type) {
	case *wire.Company:
		c.company(v)
	case *wire.Relation:
		c.relation(v)
	case *wire.Offer:
		c.offer(v)
	case *wire.Agreement:
		c.agreement(v)
	case *wire.Subscription:
		c.subscription(v)
	case *wire.Person:
		c.person(v)
	case *wire.IntakeForm:
		c.intakeForm(v)
	case *wire.RefundPolicy:
		c.refund(v)
	default:
		panic(fmt.Sprintf("directory: %T is no object of the world format", object))
	}
	return c.found
}

// Fatal gives the problems that are no warnings.
func Fatal(found []Problem) []Problem {
	var out []Problem
	for _, p := range found {
		if !p.Warning {
			out = append(out, p)
		}
	}
	return out
}

// Refuse makes a fault of the problems that are no warnings, with a field for
// each; nil when there are none.
func Refuse(found []Problem) error {
	var refused *fault.Error
	for _, p := range Fatal(found) {
		if refused == nil {
			refused = fault.New(fault.Invalid, "fields.invalid")
		}
		refused.Fields = append(refused.Fields, fault.Field{Path: p.Path, Code: p.Code, Args: p.Args})
	}
	if refused == nil {
		return nil
	}
	return refused
}

type checker struct {
	Rules
	found []Problem
}

func (c *checker) wrong(path, code string, args ...any) {
	c.found = append(c.found, Problem{Path: path, Code: code, Args: fault.New(fault.Invalid, code, args...).Args})
}

func (c *checker) warn(path, code string, args ...any) {
	c.wrong(path, code, args...)
	c.found[len(c.found)-1].Warning = true
}

// relay reports an error of a lower package under its own code.
func (c *checker) relay(path string, err error) {
	if err == nil {
		return
	}
	f := fault.Of(err)
	c.found = append(c.found, Problem{Path: path, Code: f.Code, Args: f.Args})
}

func (c *checker) required(path, value string) bool {
	if value == "" {
		c.wrong(path, "field.required")
	}
	return value != ""
}

// absent refuses a field that has no meaning beside another field's value.
func (c *checker) absent(path, value, beside, word string) {
	if value != "" {
		c.wrong(path, "field.not-beside", "field", beside, "value", word)
	}
}

// most bounds a list: no object may grow without limit.
func (c *checker) most(path string, n, limit int) {
	if n > limit {
		c.wrong(path, "field.too-many", "count", n, "max", limit)
	}
}

func (c *checker) atLeast(path string, n, least int) {
	if n < least {
		c.wrong(path, "field.too-small", "value", n, "min", least)
	}
}

func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

func in(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}
