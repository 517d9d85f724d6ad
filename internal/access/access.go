// Package access says who acts, and what the actor may do. Roles and what
// they grant are data (spec 1 section 6). One function decides; what a company
// may see of the directory is said by the store's visible.go and by
// directory.Viewer.
package access

import (
	"slices"
	"time"

	"switchboard/internal/fault"
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
	Scopes  []string  // nil = not limited; a token's scopes otherwise
	Since   time.Time // when the token was made; zero without one
	Via     Via

	Operator     bool   // the company runs the marketplace
	Local        bool   // the person at the command line of this installation
	Subscription string // a signed link opened exactly this subscription
	Portal       string // the partner whose own portal host was used

	Request *Request // set when the call may be repeated
}

// Request is an Idempotency-Key of a caller on a route, with the SHA-256 of
// what was asked. The use case keeps its outcome in its own transaction.
type Request struct {
	Caller, Route, Key string
	Body               [32]byte
}

// SignedIn tells whether the actor is somebody. Who holds the link of a
// subscription may ask as its customer, but nobody knows who it is.
func (a Actor) SignedIn() bool { return a.Company != "" && a.Subscription == "" || a.Local }

// Ability is something that a role may grant.
type Ability string

const (
	SeeOfferDetails    Ability = "see-offer-details" // support, documents, collateral, marketing, CSP contact
	SeeEngineering     Ability = "see-engineering"
	OpenCases          Ability = "open-cases"
	HandOver           Ability = "hand-over"
	ProposeAgreement   Ability = "propose-agreement"
	AcceptAgreement    Ability = "accept-agreement"
	EditOffers         Ability = "edit-offers"
	EditContacts       Ability = "edit-contacts"
	PublishNotices     Ability = "publish-notices"
	ManagePeople       Ability = "manage-people" // people, tokens, webhooks; the audit log
	PublishRules       Ability = "publish-rules" // the operator's admins
	EditDirectory      Ability = "edit-directory"
	ImportDirectory    Ability = "import"
	SeeCustomerRecords Ability = "see-customers" // contact sheets, subscriptions
)

// Role is a named set of abilities. Roles are data: an installation may load
// its own set; the shipped one uses the programme's names (S2).
type Role struct {
	ID        string
	Abilities []Ability
}

var caseWork = []Ability{OpenCases, HandOver}

// shipped is the table of spec 1 section 6.
var shipped = []Role{
	{"global-admin", append([]Ability{SeeOfferDetails, SeeEngineering, ProposeAgreement, AcceptAgreement, ManagePeople, SeeCustomerRecords}, caseWork...)},
	{"admin-agent", append([]Ability{SeeOfferDetails, SeeEngineering, ProposeAgreement, SeeCustomerRecords}, caseWork...)},
	{"helpdesk-agent", append([]Ability{SeeOfferDetails, SeeEngineering, SeeCustomerRecords}, caseWork...)},
	{"sales-agent", []Ability{SeeOfferDetails, OpenCases, SeeCustomerRecords}},
	{"billing-admin", append([]Ability{SeeCustomerRecords}, caseWork...)},
	{"publisher-owner", append([]Ability{SeeOfferDetails, SeeEngineering, EditOffers, EditContacts, PublishNotices, ManagePeople, SeeCustomerRecords}, caseWork...)},
	{"publisher-support", append([]Ability{SeeOfferDetails, SeeEngineering, EditContacts, PublishNotices, SeeCustomerRecords}, caseWork...)},
	{"customer-user", []Ability{SeeOfferDetails, OpenCases, SeeCustomerRecords}},
}

// operatorExtra is what the operator's admins may do besides.
var operatorExtra = []Ability{PublishRules, PublishNotices, EditDirectory, ImportDirectory, EditOffers, EditContacts}

// Roles lists the role ids.
func Roles() []string {
	out := make([]string, len(shipped))
	for i, r := range shipped {
		out[i] = r.ID
	}
	return out
}

// Abilities lists what a role grants.
func Abilities(role string) []Ability {
	for _, r := range shipped {
		if r.ID == role {
			return r.Abilities
		}
	}
	return nil
}

// May tells whether the actor's roles grant an ability. The person at the
// local command line may do everything; a signed-out actor nothing.
func May(a Actor, ability Ability) bool {
	if a.Local {
		return true
	}
	if !a.SignedIn() {
		return false
	}
	for _, role := range a.Roles {
		if slices.Contains(Abilities(role), ability) {
			return true
		}
		if a.Operator && role == "global-admin" && slices.Contains(operatorExtra, ability) {
			return true
		}
	}
	return false
}

// Need gives a denied fault when the actor may not.
func Need(a Actor, ability Ability) error {
	if May(a, ability) {
		return nil
	}
	return fault.New(fault.Denied, "denied.role", "ability", string(ability))
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
