package web

import (
	"strings"

	"github.com/a-h/templ"

	"switchboard/internal/fault"
)

// mistakes are what a form that comes back says about itself.
type mistakes struct{ fault *fault.Error }

// rejected tells whether a form is to be shown again with its mistakes, rather
// than a page of the error.
func rejected(err error) (mistakes, bool) {
	f := fault.Of(err)
	if f == nil {
		return mistakes{}, false
	}
	switch f.Kind {
	case fault.Invalid, fault.Conflict, fault.Stale, fault.TooMany:
		return mistakes{f}, true
	}
	return mistakes{}, false
}

func (e mistakes) title(v *visit) string {
	if len(e.fault.Fields) > 0 && !e.secrets() && e.answered() == nil {
		return v.T("web.form.mistakes", "n", len(e.fault.Fields))
	}
	return v.p.T(e.fault.Code, e.fault.Args)
}

// secrets: what was typed or chosen looks like it holds some, and its writer is
// asked before it goes.
func (e mistakes) secrets() bool { return e.fault != nil && e.fault.Code == "secrets.found" }

func (e mistakes) of(v *visit, name string) string {
	if e.fault == nil {
		return ""
	}
	for _, f := range e.fault.Fields {
		if f.Path == name {
			return fieldSentence(v, f)
		}
	}
	return ""
}

func fieldSentence(v *visit, f fault.Field) string { return v.p.T(f.Code, f.Args) }

// attributes ties a control to its hint and its error.
func (e mistakes) attributes(f field) templ.Attributes {
	out := templ.Attributes{}
	for name, value := range map[string]string{"type": f.Type, "autocomplete": f.Complete, "inputmode": f.InputMode, "lang": f.Lang} {
		if value != "" {
			out[name] = value
		}
	}
	if f.Required {
		out["required"] = true
	}
	if len(f.Known) > 0 {
		out["list"] = fieldID(f.Name) + "-known"
	}
	var described []string
	if f.Hint != "" {
		described = append(described, fieldID(f.Name)+"-hint")
	}
	if e.wrong(f.Name) {
		described = append(described, fieldID(f.Name)+"-error")
		out["aria-invalid"] = "true"
	}
	if described != nil {
		out["aria-describedby"] = strings.Join(described, " ")
	}
	return out
}

func (e mistakes) wrong(name string) bool {
	if e.fault == nil {
		return false
	}
	for _, f := range e.fault.Fields {
		if f.Path == name {
			return true
		}
	}
	return false
}

// fieldID makes an element's id of a field's path: "contacts[0].email".
func fieldID(path string) string {
	return "f-" + strings.NewReplacer("[", "-", "]", "", ".", "-").Replace(path)
}
