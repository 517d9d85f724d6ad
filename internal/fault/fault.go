// Package fault names what can go wrong, once for the whole product.
//
// A fault carries a closed Kind, which decides the HTTP status and the exit
// code, and a Code, which is at the same time the stable code of the API and
// the key of the sentence in the three catalogs. No sentence is written here.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind is the closed set of ways in which a request can fail.
type Kind string

const (
	Invalid     Kind = "invalid"     // the request cannot be understood or contradicts itself
	Denied      Kind = "denied"      // seen, but the reader's role may not act
	NotFound    Kind = "not-found"   // missing, or foreign: the two are never told apart
	Conflict    Kind = "conflict"    // contradicts what is there
	Stale       Kind = "stale"       // changed since the caller read it
	TooMany     Kind = "too-many"    // a rate or a quota is used up
	Unavailable Kind = "unavailable" // a part that is needed does not answer now
	Internal    Kind = "internal"    // a defect of ours
)

// Args are the named values that a sentence of the catalog fills in.
type Args map[string]any

// Field is one wrong field: Path is its place in the input ("offers[3].kind"
// or "topic"), Code the key of its sentence.
type Field struct {
	Path string
	Code string
	Args Args
}

// Error is the only error that reaches a user. Cause is for the log alone.
type Error struct {
	Kind   Kind
	Code   string
	Args   Args
	Fields []Field
	Cause  error
}

// New makes a fault; args are pairs of a name and a value.
func New(kind Kind, code string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Args: pairs(args)}
}

// Wrap makes a fault that keeps its cause for the log.
func Wrap(cause error, kind Kind, code string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Args: pairs(args), Cause: cause}
}

// At adds a wrong field and returns the same fault.
func (e *Error) At(path, code string, args ...any) *Error {
	e.Fields = append(e.Fields, Field{Path: path, Code: code, Args: pairs(args)})
	return e
}

func pairs(args []any) Args {
	if len(args) == 0 {
		return nil
	}
	out := Args{}
	for i := 0; i+1 < len(args); i += 2 {
		out[fmt.Sprint(args[i])] = args[i+1]
	}
	return out
}

// Error is for logs and tests; users read the sentence of the catalog.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Kind) + ": " + e.Code)
	names := make([]string, 0, len(e.Args))
	for name := range e.Args {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, " %s=%v", name, e.Args[name])
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Path, f.Code)
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// Of finds the fault in an error. Anything else is a defect: Internal.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var f *Error
	if errors.As(err, &f) {
		return f
	}
	return &Error{Kind: Internal, Code: "internal", Cause: err}
}

// Is tells whether err is a fault of this kind.
func Is(err error, kind Kind) bool {
	return err != nil && Of(err).Kind == kind
}
