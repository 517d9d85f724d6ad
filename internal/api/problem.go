package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// problem is a fault on its way out: RFC 9457, with the stable code that is
// also the key of its sentence.
type problem struct {
	wire.Problem
	Report   *wire.ImportReport `json:"report,omitempty"`   // the rows of a refused import
	Answered []wire.KnownAnswer `json:"answered,omitempty"` // what answers the questions that were not asked

	header http.Header
}

func (p *problem) Error() string             { return p.Code }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return "application/problem+json" }
func (p *problem) GetHeaders() http.Header   { return p.header }
func problemType(code string) string         { return "urn:switchboard:problem:" + code }
func (p *problem) with(name, value string)   { p.header.Set(name, value) }

// detail is the sentence of the code; a code without one has that of its kind.
func detail(f *fault.Error, p *i18n.Printer) string {
	if p.Has(f.Code) {
		return p.T(f.Code, f.Args)
	}
	return p.T(string(f.Kind), f.Args)
}

// isSignedOut: another credential would help, so it is 401 instead of 403.
func isSignedOut(f *fault.Error) bool {
	return slices.Contains([]string{"auth.sign-in-needed", "auth.token-unknown", "auth.expired-session", "auth.scheme"}, f.Code)
}
func (c *call) problem(err error) *problem { return newProblem(err, c.printer()) }
func (c *call) printer() *i18n.Printer     { return i18n.For(c.lang) }

// newProblem writes a fault in the reader's language. An inner cause is never
// part of it.
func newProblem(err error, p *i18n.Printer) *problem {
	f := fault.Of(err)
	out := &problem{header: http.Header{}}
	out.Problem = wire.Problem{
		Type: problemType(f.Code), Status: wire.Status(string(f.Kind)), Code: f.Code,
		Title: p.T("problem."+string(f.Kind), nil), Detail: detail(f, p),
	}
	for _, field := range f.Fields {
		out.Errors = append(out.Errors, wire.ProblemField{Field: field.Path, Code: field.Code, Text: p.T(field.Code, field.Args)})
	}
	out.Answered, _ = f.Args["answered"].([]wire.KnownAnswer)
	if isSignedOut(f) {
		out.Status = http.StatusUnauthorized
		out.with("WWW-Authenticate", `Bearer realm="switchboard"`)
	}
	return out
}

// huma words its own complaints about parameters in English; they become
// fields with a code. This is a variable of huma, set once for the process.
func init() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return callOf(ctx.Context()).humaProblem(status, errs)
	}
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return (&call{lang: i18n.English}).humaProblem(status, errs)
	}
}

func (c *call) humaProblem(status int, errs []error) huma.StatusError {
	if status >= http.StatusInternalServerError {
		return c.problem(fault.New(fault.Internal, "internal"))
	}
	f := fault.New(fault.Invalid, "fields.invalid")
	for _, err := range errs {
		if detail, ok := err.(huma.ErrorDetailer); ok {
			_, name, _ := strings.Cut(detail.ErrorDetail().Location, ".")
			f.At(name, "field.unreadable", "value", detail.ErrorDetail().Value)
		}
	}
	return c.problem(f)
}
