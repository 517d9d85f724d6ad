package wire

import "time"

// Page is one page of a list; Next is the cursor of the following page, ""
// at the end.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// OfferSummary is an offer in a list.
type OfferSummary struct {
	ID         string  `json:"id"`
	Name       Text    `json:"name"`
	Publisher  Party   `json:"publisher"`
	Kind       string  `json:"kind"`
	Status     string  `json:"status"`
	Listing    string  `json:"listing"`
	Exclusive  bool    `json:"exclusive"`
	FirstParty bool    `json:"first_party"`
	HasContact bool    `json:"has_contact"` // a support contact or public URL that this reader can use
	Verified   *string `json:"verified"`    // the oldest date among the contacts that this reader sees
}

// OfferDetails is the Offer details page as data, filtered for the reader
// (S30-S36, S38).
type OfferDetails struct {
	OfferSummary
	Version   int64           `json:"version"`
	As        string          `json:"as"` // party kind of the reader toward this offer
	Answers   []OfferAnswer   `json:"answers"`
	Contacts  []OfferContact  `json:"contacts"`
	Links     []OfferLink     `json:"links"`
	Agreement *OfferAgreement `json:"agreement"`
	Holidays  []Holiday       `json:"holidays"` // of the publisher, in the next 30 days
	PublicURL string          `json:"public_url,omitempty"`
	Warnings  []Warning       `json:"warnings"`
	May       OfferRights     `json:"may"`
	License   string          `json:"license"`
	Channel   string          `json:"channel,omitempty"` // for partners, publisher and operator
	External  External        `json:"external,omitempty"`
	Rules     RuleSet         `json:"rules"`
}

// OfferRights says what the reader may do on the page.
type OfferRights struct {
	Edit   bool `json:"edit"`
	Verify bool `json:"verify"`
}

// OfferAnswer says who answers a group of topics for this reader.
type OfferAnswer struct {
	Group    string   `json:"group"` // using | money | buying
	Topics   []string `json:"topics"`
	Outcome  string   `json:"outcome"`
	Reach    *Reach   `json:"reach"`
	Performs *Party   `json:"performs"`
	Summary  string   `json:"summary"`
	Targets  AnswerBy `json:"targets"`
}

// OfferContact is a contact point on the Offer details page.
type OfferContact struct {
	ContactPoint
	Ref        string   `json:"ref"`                  // {role} or {role}-{n}: its name in the API
	VisibleTo  []string `json:"visible_to,omitempty"` // for the publisher and the operator
	VerifiedBy string   `json:"verified_by,omitempty"`
	Source     string   `json:"source,omitempty"`
	Freshness  string   `json:"freshness"` // fresh | aging | stale | unverified | dead

	Pending *PendingContact `json:"pending,omitempty"` // for the publisher and the operator
}

// PendingContact is a change of a contact point that partners do not see yet.
type PendingContact struct {
	Email      string    `json:"email,omitempty"`
	Phone      string    `json:"phone,omitempty"`
	URL        string    `json:"url,omitempty"`
	Removed    bool      `json:"removed"`
	Effective  time.Time `json:"effective"` // partners see it from then on
	By         string    `json:"by"`        // the person who asked for it
	MayApprove bool      `json:"may_approve"`
}

// OfferLink is a document or page with the language it is in.
type OfferLink struct {
	Kind  string `json:"kind"`
	URL   string `json:"url"`
	Title Text   `json:"title,omitempty"`
	Lang  string `json:"lang,omitempty"`
}

// OfferAgreement is the agreement that applies, and its targets (S8, S38).
type OfferAgreement struct {
	ID      string             `json:"id"`
	Title   Text               `json:"title,omitempty"`
	URL     string             `json:"url,omitempty"`
	Version int                `json:"version,omitempty"`
	From    string             `json:"from,omitempty"`
	Until   string             `json:"until,omitempty"`
	InForce bool               `json:"in_force"`
	Targets map[string]Targets `json:"targets,omitempty"`
}

// Holiday is a closed day ahead.
type Holiday struct {
	Date string `json:"date"`
	Name string `json:"name"`
}

// ContactSheet is one customer's page: every subscription, whom to call for
// what.
type ContactSheet struct {
	Customer      Party        `json:"customer"`
	At            time.Time    `json:"at"`
	Subscriptions []SheetEntry `json:"subscriptions"`
	Rules         RuleSet      `json:"rules"`
}

// SheetEntry is one subscription on a contact sheet.
type SheetEntry struct {
	Subscription string      `json:"subscription"`
	Status       string      `json:"status"`
	Plan         string      `json:"plan,omitempty"`
	Offer        string      `json:"offer"`
	OfferName    Text        `json:"offer_name"`
	Link         string      `json:"link,omitempty"` // stable address that opens "who answers"
	Lines        []SheetLine `json:"lines"`
}

// SheetLine says whom to call for a group of topics.
type SheetLine struct {
	Group      string   `json:"group"` // using | down | money | setup | security
	Topic      string   `json:"topic"`
	Reach      *Reach   `json:"reach"`
	Performs   *Party   `json:"performs"`
	AfterHours string   `json:"after_hours"` // 24x7 | next-opening | unknown
	Targets    AnswerBy `json:"targets"`
	Outcome    string   `json:"outcome"`
}

// GapReport lists what would leave somebody without an answer.
type GapReport struct {
	At   time.Time `json:"at"`
	Gaps []Gap     `json:"gaps"`
	Next string    `json:"next,omitempty"`
}

// Gap is one hole: an offer without a live contact, a reseller without an
// accepted split, a promise shorter than the one behind it.
type Gap struct {
	Code     string `json:"code"` // gap.no-contact | gap.no-split | gap.promise | gap.no-hours | gap.no-agreement
	Offer    string `json:"offer,omitempty"`
	Provider string `json:"provider,omitempty"`
	Reseller string `json:"reseller,omitempty"`
	Company  string `json:"company,omitempty"`
	Severity string `json:"severity,omitempty"`
	Ours     string `json:"ours,omitempty"`   // the shorter promise
	Behind   string `json:"behind,omitempty"` // the longer one behind it
	Affects  int    `json:"affects"`          // live subscriptions, capped at 999
	Text     string `json:"text"`
	Fix      string `json:"fix"` // what to do
}

// Draft is a message ready to be sent to the company that answers.
type Draft struct {
	To      string `json:"to"` // e-mail address; empty when only a page is known
	URL     string `json:"url,omitempty"`
	Lang    string `json:"lang"`
	Subject string `json:"subject"`
	Body    string `json:"body"`
	Mailto  string `json:"mailto,omitempty"`
}

// ImportReport says what an import did, or would do.
type ImportReport struct {
	DryRun   bool                   `json:"dry_run"`
	Plan     map[string]ImportCount `json:"plan"`             // by noun
	Became   []Became               `json:"became,omitempty"` // listing formats: what each row became
	Warnings []RowProblem           `json:"warnings,omitempty"`
	Errors   []RowProblem           `json:"errors,omitempty"`
	More     int                    `json:"more,omitempty"` // problems beyond those listed
}

// ImportCount counts one noun of an import.
type ImportCount struct {
	Create    int `json:"create"`
	Change    int `json:"change"`
	Unchanged int `json:"unchanged"`
	Remove    int `json:"remove"`
}

// RowProblem is a problem of one row of an input.
type RowProblem struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Field string `json:"field,omitempty"`
	Code  string `json:"code"`
	Text  string `json:"text"`
}

// Became says what a row of a listing format became.
type Became struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	ID     string `json:"id,omitempty"`
	Became string `json:"became"` // offer | company | duplicate | skipped
}

// Token is an API token; Secret is shown once, when it is made.
type Token struct {
	ID       string     `json:"id"`
	Company  string     `json:"company"`
	Person   string     `json:"person,omitempty"`
	Label    string     `json:"label,omitempty"`
	Scopes   []string   `json:"scopes"`
	Created  time.Time  `json:"created"`
	LastUsed *time.Time `json:"last_used"`
	Expires  *time.Time `json:"expires"`
	Secret   string     `json:"secret,omitempty"`
}

// RulesVersion is one published version of the rules.
type RulesVersion struct {
	RuleSet
	Published *time.Time `json:"published"`
	Note      string     `json:"note,omitempty"`
	Text      string     `json:"text,omitempty"`
}

// Session is a person who is signed in.
type Session struct {
	Company string   `json:"company"`
	Person  string   `json:"person"`
	Name    string   `json:"name"`
	Kinds   []string `json:"kinds"`
	Roles   []string `json:"roles"`
	Lang    string   `json:"lang,omitempty"`
	TZ      string   `json:"tz,omitempty"`
}

// Problem is an RFC 9457 problem document. Code is stable, and is the key of
// its sentence.
type Problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Code     string         `json:"code"`
	Instance string         `json:"instance,omitempty"`
	Errors   []ProblemField `json:"errors,omitempty"`
}

// ProblemField is one wrong field of a request.
type ProblemField struct {
	Field string `json:"field"`
	Code  string `json:"code"`
	Text  string `json:"text"`
}

// Status maps a kind of fault to its HTTP status; the client reads it
// backwards.
func Status(kind string) int {
	if s, ok := statuses[kind]; ok {
		return s
	}
	return 500
}

// KindOf maps an HTTP status back to the kind of fault. Other statuses of the
// caller's mistakes, 400 and 405, are of a request that is wrong.
func KindOf(status int) string {
	for kind, s := range statuses {
		if s == status {
			return kind
		}
	}
	if status >= 400 && status < 500 {
		return "invalid"
	}
	return "internal"
}

var statuses = map[string]int{
	"invalid":     422,
	"denied":      403,
	"not-found":   404,
	"conflict":    409,
	"stale":       412,
	"too-many":    429,
	"unavailable": 503,
	"internal":    500,
}

// RoleSet is one version of the roles: what a person may do in its company.
type RoleSet struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Author  string `json:"author,omitempty"`
	Date    string `json:"date,omitempty"`
	Roles   []Role `json:"roles"`
	Text    string `json:"text"` // as it was written, to change and publish
}

// Role is a named set of grants. A role of the programme has no name of its
// own: the reader's language has one.
type Role struct {
	ID     string            `json:"id"`
	Name   map[string]string `json:"name,omitempty"` // by language
	In     []string          `json:"in,omitempty"`   // kinds of company that it is for
	Grants []Grant           `json:"grants"`
}

// Grant is one ability of a role.
type Grant struct {
	Ability  string   `json:"ability"`
	Topics   []string `json:"topics,omitempty"`   // for these alone
	Setting  bool     `json:"setting,omitempty"`  // a company may switch it off
	Operator bool     `json:"operator,omitempty"` // at the operator's company alone
}

// CompanySettings are what a company decides for itself: role -> ability ->
// whether its people with that role have it.
type CompanySettings struct {
	Roles map[string]map[string]bool `json:"roles"`
}

// PortalHost is a host name at which a partner receives its customers.
type PortalHost struct {
	Host    string `json:"host,omitempty"`
	Company string `json:"company"`
}
