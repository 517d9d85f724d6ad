// Package access says who acts, and what the actor may do. Roles and what
// they grant are data (spec 1 section 6). One function decides; what a company
// may see of the directory is said by the store's visible.go and by
// directory.Viewer.
package access

import (
	"slices"
	"time"

	"switchboard/wire"
)

// Via is the way by which an actor came in.
type Via string

const (
	ViaWeb    Via = "web"
	ViaAPI    Via = "api"
	ViaCLI    Via = "cli"
	ViaLink   Via = "link"
	ViaSystem Via = "system"
)

// Actor is the explicit first argument of every use case. The zero Actor is
// signed out: a customer with the public view.
type Actor struct {
	Company string
	Kinds   []string
	Person  string
	Roles   []string
	Set     *Set      // what roles grant in this company; nil = as shipped
	Scopes  []string  // nil = not limited; a token's scopes otherwise
	Since   time.Time // when the token was made; zero without one
	Via     Via

	Operator     bool   // the company runs the marketplace
	Local        bool   // the person at the command line of this installation
	Subscription string // a signed link opened exactly this subscription
	Portal       string // the partner whose own portal host was used
	Case         string // a guest link opened exactly this case
	Invited      bool   // and it came with a handoff to the actor's company

	Request *Request // set when the call may be repeated
}

// Request is an Idempotency-Key of a caller on a route, with the SHA-256 of
// what was asked. The use case keeps its outcome in its own transaction.
type Request struct {
	Caller, Route, Key string
	Body               [32]byte
}

// SignedIn tells whether the actor is somebody. Who holds the link of a
// subscription may ask as its customer, but nobody knows who it is; a guest is
// known on one case and nowhere else.
func (a Actor) SignedIn() bool {
	return a.Company != "" && a.Subscription == "" && a.Case == "" || a.Local
}

// Scope is a limit of an API token: what kind of calls it may make.
type Scope string

const (
	ScopeRead    Scope = "read"  // every read the person may make
	ScopeWrite   Scope = "write" // every change the person may make
	ScopeAdmin   Scope = "admin" // people, tokens, rules, import
	ScopeAnswers Scope = "who"   // who answers, nothing else
)

// Scopes lists the scopes a token can have.
func Scopes() []string {
	return []string{string(ScopeAnswers), string(ScopeRead), string(ScopeWrite), string(ScopeAdmin)}
}

// InScope tells whether a token reaches far enough: admin includes write,
// write includes read, read includes who.
func InScope(a Actor, need Scope) bool {
	if a.Scopes == nil {
		return true
	}
	order := Scopes()
	for _, have := range a.Scopes {
		if slices.Index(order, have) >= slices.Index(order, string(need)) {
			return true
		}
	}
	return false
}

// IsPartner tells whether the actor's company sells or resells.
func IsPartner(a Actor) bool {
	return slices.Contains(a.Kinds, wire.Provider) || slices.Contains(a.Kinds, wire.Reseller) || slices.Contains(a.Kinds, wire.DirectPartner)
}
