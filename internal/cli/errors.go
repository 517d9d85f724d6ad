package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// usageError is a command line that cannot be understood: exit code 2.
type usageError struct{ fault *fault.Error }

func misuse(code string, args ...any) error {
	return &usageError{fault.New(fault.Invalid, code, args...)}
}

func (e *usageError) Error() string { return e.fault.Error() }

// Unwrap gives the fault.
func (e *usageError) Unwrap() error { return e.fault }

// partlyDone: of several inputs some went in and some did not.
type partlyDone struct{ done, failed int }

func (e *partlyDone) Error() string { return fmt.Sprintf("%d done, %d failed", e.done, e.failed) }

// report says what went wrong, why, and what to do next, one line each, and
// gives the exit code.
func (s *session) report(err error) int {
	if err == nil {
		return exitOK
	}
	said := s.complaint(err)
	if s.g != nil && s.wantsJSON() {
		s.talkJSON(said)
		return exitOf(err)
	}
	fmt.Fprintf(s.Err, "switchboard: %s\n", oneLine(said.what))
	for _, why := range said.why {
		fmt.Fprintf(s.Err, "  %s\n", oneLine(why))
	}
	if said.next != "" {
		fmt.Fprintf(s.Err, "  %s\n", oneLine(said.next))
	}
	return exitOf(err)
}

func (s *session) wantsJSON() bool {
	return s.g.JSON || s.g.Output == "json" || s.g.Output == "jsonl"
}

// complaint is an error in the reader's words.
type complaint struct {
	problem wire.Problem
	what    string
	why     []string
	next    string
}

func (s *session) complaint(err error) complaint {
	var partly *partlyDone
	if errors.As(err, &partly) {
		return complaint{what: s.t("cli.partly", "done", partly.done, "failed", partly.failed), problem: wire.Problem{Code: "cli.partly"}}
	}
	var ill *findings
	if errors.As(err, &ill) {
		return complaint{what: s.t("cli.findings", "n", ill.n), problem: wire.Problem{Code: "cli.findings"}}
	}
	var answered *client.Error
	if errors.As(err, &answered) && answered.Problem.Code != "" {
		return s.fromServer(answered)
	}
	f := asFault(err)
	out := complaint{what: s.t(f.Code, flatten(f.Args)...), problem: wire.Problem{Code: f.Code, Status: wire.Status(string(f.Kind))}}
	for _, field := range f.Fields {
		out.why = append(out.why, field.Path+": "+s.t(field.Code, flatten(field.Args)...))
	}
	if f.Cause != nil && len(out.why) == 0 {
		out.why = append(out.why, causeOf(f.Cause))
	}
	out.next = s.next(f.Code, string(f.Kind))
	out.problem.Detail = out.what
	return out
}

func (s *session) fromServer(e *client.Error) complaint {
	out := complaint{problem: e.Problem, what: e.Problem.Detail, next: s.next(e.Code, e.Kind)}
	for _, field := range e.Problem.Errors {
		out.why = append(out.why, field.Field+": "+field.Text)
	}
	if e.Report != nil {
		out.why = nil
		for _, row := range e.Report.Errors {
			out.why = append(out.why, rowLine(row))
		}
		if e.Report.More > 0 {
			out.why = append(out.why, s.t("cli.more", "n", e.Report.More))
		}
	}
	if e.Kind == client.KindInternal && e.RequestID != "" {
		out.why = append(out.why, s.t("cli.request-id", "id", e.RequestID))
	}
	return out
}

// rowLine is the form that editors jump to.
func rowLine(row wire.RowProblem) string {
	parts := []string{fmt.Sprintf("%s:%d", row.File, row.Line)}
	if row.Field != "" {
		parts = append(parts, row.Field)
	}
	return strings.Join(append(parts, row.Text), ": ")
}

// next is the advice of a code, else that of its kind. Most sentences say
// themselves what to do; here stands what only a command line knows.
func (s *session) next(code, kind string) string {
	p := s.printer()
	noun, _, _ := strings.Cut(s.command(), " ")
	if kind == string(fault.NotFound) && slices.Contains([]string{"offer", "company", "relation", "subscription", "agreement", "person"}, noun) {
		return s.t("cli.next.list", "noun", noun)
	}
	for _, key := range []string{"cli.next." + code, "cli.next.kind." + kind} {
		if p.Has(key) {
			return p.T(key, map[string]any{"command": s.command()})
		}
	}
	return ""
}

// command is what was asked for, without its arguments: "offer show".
func (s *session) command() string {
	if s.parsed == nil || s.parsed.Selected() == nil {
		return ""
	}
	return strings.TrimPrefix(s.parsed.Selected().FullPath(), "switchboard ")
}

func (s *session) talkJSON(said complaint) {
	out := struct {
		wire.Problem
		Next string `json:"next,omitempty"`
	}{said.problem, said.next}
	data, err := json.Marshal(out)
	if err != nil {
		data = []byte(`{"code":"internal"}`)
	}
	fmt.Fprintf(s.Err, "%s\n", harmless(data))
}

// asFault: a failure of the client without an answer has the client's code.
func asFault(err error) *fault.Error {
	var failed *client.Error
	if errors.As(err, &failed) {
		return &fault.Error{Kind: fault.Kind(failed.Kind), Code: failed.Code, Args: failed.Args, Cause: failed.Cause}
	}
	var wrong *usageError
	if errors.As(err, &wrong) {
		return wrong.fault
	}
	return fault.Of(err)
}

func kindOf(err error) string { return string(asFault(err).Kind) }

// causeOf is the innermost sentence: the system's own.
func causeOf(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

func flatten(args fault.Args) []any {
	out := make([]any, 0, 2*len(args))
	for name, value := range args {
		out = append(out, name, value)
	}
	return out
}

// usage turns what the parser refuses into a usage error; words it does not
// know have been looked at before.
func (s *session) usage(err error) error {
	var setting *fault.Error
	if errors.As(err, &setting) {
		return setting // of a file or the environment
	}
	var wrong *kong.ParseError
	if errors.As(err, &wrong) {
		s.parsed = wrong.Context
		return &usageError{fault.Wrap(errors.New(wrong.Error()), fault.Invalid, "cli.arguments")}
	}
	return err
}
