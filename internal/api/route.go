package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
)

// route is one line of the list in routes.go. In has the parameters and the
// body as huma reads them, Out the headers and the body.
type route[In, Out any] struct {
	Name      string // operation id; its sentence is api.op.{Name}
	Method    string
	Path      string
	Status    int                   // of success; 0 = the usual one
	Needs     access.Scope          // least scope of a token
	Open      bool                  // also for those who are not signed in
	Statement string                // what of the programme or the spec it serves
	Stream    bool                  // its answer is written as it is made
	Document  func(*huma.Operation) // adds what the types do not say; to the document alone
	Call      func(*call, *In) (*Out, error)
	Again     func(*call, *app.Outcome) (*Out, error) // of what makes something: the answer to a repetition
}

// entry is a route whatever its types.
type entry interface {
	line() line
	build() http.Handler
	describe(huma.API)
}

// line is what the guards need to know of a route.
type line struct {
	Name, Method, Path, Statement string
	Needs                         access.Scope
	Open, Stream                  bool
	Document                      func(*huma.Operation)
}

func (l line) pattern() string { return l.Method + " " + l.Path }

func (r route[In, Out]) line() line {
	return line{r.Name, r.Method, r.Path, r.Statement, r.Needs, r.Open, r.Stream, r.Document}
}

// build makes the handler. The schemas huma needs for it are made here, so it
// is done at a route's first request: a command that asks one question does
// not pay for forty.
func (r route[In, Out]) build() http.Handler {
	mux := http.NewServeMux()
	r.describe(humago.New(mux, humaConfig()))
	in := reflect.TypeFor[In]()
	return askStrictly(in, readStrictly(in, mux))
}

func (r route[In, Out]) describe(api huma.API) {
	op := huma.Operation{OperationID: r.Name, Method: r.Method, Path: r.Path, DefaultStatus: r.Status,
		// The use cases check values and name the nearest right one; the body
		// has been through strict.
		SkipValidateParams: true, SkipValidateBody: true, MaxBodyBytes: mostBytes + 1}
	huma.Register(api, op, func(ctx context.Context, in *In) (*Out, error) {
		c := callOf(ctx)
		out, err := r.once(c, in)
		if err != nil {
			return nil, c.refuse(err)
		}
		return out, nil
	})
}

// refuse is an error on its way to huma; what a route has already made a
// problem stays one.
func (c *call) refuse(err error) error {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	if f := fault.Of(err); f.Kind == fault.Internal {
		c.note(f)
	}
	return c.problem(err)
}

func humaConfig() huma.Config {
	config := huma.Config{OpenAPI: &huma.OpenAPI{OpenAPI: "3.1.0", Info: &huma.Info{Title: "Switchboard", Version: "v1"},
		Components: &huma.Components{Schemas: newRegistry()}},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json"}
	return config // no docs page of its own, no $schema links, no schema routes
}

// readStrictly puts the strict reader before huma's decoder for routes that
// have a JSON body.
func readStrictly(in reflect.Type, next http.Handler) http.Handler {
	field, ok := in.FieldByName("Body")
	if !ok {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := readBody(w, r)
		c := callOf(r.Context())
		c.body = data
		if err == nil {
			err = strict(data, reflect.New(field.Type).Interface())
		}
		if err != nil {
			writeProblem(w, c.problem(err))
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(data))
		next.ServeHTTP(w, r)
	})
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	typ, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if typ = strings.TrimSpace(strings.ToLower(typ)); typ != "application/json" {
		return nil, fault.New(fault.Invalid, "json.content-type", "got", typ)
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBytes))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return nil, fault.New(fault.Invalid, "json.too-large", "limit", mostBytes)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "json.cut-off")
	}
	return data, nil
}

func writeProblem(w http.ResponseWriter, p *problem) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	// The reader may have gone; there is nobody left to tell.
	_ = out.Encode(p)
}

// lazily makes a handler when it is first needed.
func lazily(make func() http.Handler) http.Handler {
	once := sync.OnceValue(make)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { once().ServeHTTP(w, r) })
}
