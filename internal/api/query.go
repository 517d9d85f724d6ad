package api

import (
	"net/http"
	"reflect"
	"slices"

	"switchboard/internal/fault"
	"switchboard/internal/text"
)

// parameters are the names that a route reads of the query: those of its type,
// of which the OpenAPI document is made as well.
func parameters(in reflect.Type) (names []string) {
	if in.Kind() != reflect.Struct {
		return nil
	}
	for i := range in.NumField() {
		f := in.Field(i)
		if f.Anonymous {
			names = append(names, parameters(f.Type)...)
		} else if name := f.Tag.Get("query"); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// askStrictly refuses a parameter that its route does not read: what is spelled
// wrongly would otherwise narrow nothing, and nobody would notice.
func askStrictly(in reflect.Type, next http.Handler) http.Handler {
	known := parameters(in)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "" {
			next.ServeHTTP(w, r)
			return
		}
		asked := r.URL.Query()
		for _, name := range sortedNames(asked) {
			if !slices.Contains(known, name) {
				writeProblem(w, unknownParameter(callOf(r.Context()), name, known))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func sortedNames(query map[string][]string) []string {
	names := make([]string, 0, len(query))
	for name := range query {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func unknownParameter(c *call, name string, known []string) *problem {
	name = text.Typed(name)
	code, args := "parameter.none", []any{"name", name}
	if len(known) > 0 {
		code, args = "parameter.unknown", append(args, "known", known)
		if near, ok := text.Nearest(name, known); ok {
			args = append(args, "nearest", near)
		}
	}
	p := c.problem(fault.New(fault.Invalid, code, args...))
	p.Status = http.StatusBadRequest
	return p
}
