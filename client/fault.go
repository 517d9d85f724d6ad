package client

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"switchboard/wire"
)

// Kinds of failure. All but KindUnreachable are the server's words.
const (
	KindInvalid     = "invalid"
	KindDenied      = "denied"
	KindNotFound    = "not-found"
	KindConflict    = "conflict"
	KindStale       = "stale"
	KindTooMany     = "too-many"
	KindUnavailable = "unavailable"
	KindInternal    = "internal"
	KindUnreachable = "unreachable" // no answer came, or not one of ours
)

// Error is a call that failed. Problem holds the server's sentences; without
// an answer Code and Args say what the caller's own catalog needs.
type Error struct {
	Kind       string
	Code       string
	Args       map[string]any
	Status     int // HTTP status, 0 without an answer
	Problem    wire.Problem
	Report     *wire.ImportReport // of an import that was refused
	Answered   []wire.KnownAnswer // what answers the questions that were not asked
	RequestID  string
	RetryAfter time.Duration
	Cause      error
}

// Error is for logs; Problem.Detail is for people.
func (e *Error) Error() string {
	s := e.Kind + ": " + e.Code
	if e.Problem.Detail != "" {
		s += ": " + e.Problem.Detail
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

const longestProblem = 1 << 20

// problem reads the fault out of an answer: the kind follows from the status
// by wire's table, read backwards.
func problem(res *http.Response) *Error {
	e := &Error{Kind: wire.KindOf(res.StatusCode), Status: res.StatusCode, RequestID: res.Header.Get("X-Request-Id")}
	if res.StatusCode == http.StatusUnauthorized {
		e.Kind = KindDenied // signed out: 401 is the same kind with another remedy
	}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, longestProblem))
	if err != nil {
		return unreachable(res.Request.URL.Host, err)
	}
	var said struct {
		wire.Problem
		Report   *wire.ImportReport `json:"report"`
		Answered []wire.KnownAnswer `json:"answered"`
	}
	err = json.Unmarshal(data, &said)
	e.Problem, e.Report, e.Answered = said.Problem, said.Report, said.Answered
	if err != nil || e.Problem.Code == "" {
		e.Kind, e.Code = KindUnreachable, "client.foreign-answer"
		e.Args = map[string]any{"server": res.Request.URL.Host, "status": res.StatusCode}
		return e
	}
	e.Code = e.Problem.Code
	return e
}

func unreachable(server string, cause error) *Error {
	return &Error{Kind: KindUnreachable, Code: "client.unreachable", Args: map[string]any{"server": server}, Cause: cause}
}

const longestPause = 30 * time.Second

// retry tells whether trying again may help, and after how long. A server that
// says when is believed, up to half a minute.
func (e *Error) retry(attempt int) (time.Duration, bool) {
	switch e.Kind {
	case KindUnreachable, KindTooMany, KindUnavailable:
	default:
		return 0, false
	}
	if e.RetryAfter > 0 {
		return e.RetryAfter, e.RetryAfter <= longestPause
	}
	most := 100 * time.Millisecond << attempt
	return most/2 + rand.N(most/2), true
}
