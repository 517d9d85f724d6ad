package wire

import "time"

// The reports of a desk (docs/reports.md).
const (
	ReportWeek     = "week"
	ReportTime     = "where-time-went"
	ReportLate     = "late"
	ReportWorst    = "worst"
	ReportReplies  = "replies"
	ReportBounces  = "bounces"
	ReportContacts = "contacts"
)

// Reports lists them in their order.
func Reports() []string {
	return []string{ReportWeek, ReportTime, ReportLate, ReportWorst, ReportReplies, ReportBounces, ReportContacts}
}

// Report is one of them, for one company. Of the lists it has those that it is
// about. Every query finds the cases behind its line (docs/query.md); one that
// names cases names those that weigh most, at most MostNamed.
type Report struct {
	Name    string    `json:"name"`
	Company Party     `json:"company"`
	Week    string    `json:"week"` // 2026-W47
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"` // the first instant after it
	Zone    string    `json:"zone"`  // in which the week begins
	At      time.Time `json:"at"`
	Whole   bool      `json:"whole"` // false: cases from before there were reports are still being read

	Figures  []Figure      `json:"figures,omitzero"`
	Time     []TimeWith    `json:"time,omitzero"`
	Late     []LateWith    `json:"late,omitzero"`
	Worst    []Overrun     `json:"worst,omitzero"`
	Replies  []Replies     `json:"replies,omitzero"`
	Bounces  []Bounces     `json:"bounces,omitzero"`
	Contacts []WornContact `json:"contacts,omitzero"`
}

// MostNamed is how many cases a query of a report names.
const MostNamed = 30

// Figure is one number of a week, beside that of the week before.
type Figure struct {
	Key    string `json:"key"`  // opened | closed | replied-in-time | reply-median | late | declined | asked
	Unit   string `json:"unit"` // cases | percent | seconds | handoffs
	Value  *int64 `json:"value"`
	Before *int64 `json:"before"`
	Query  string `json:"query,omitempty"`
}

// TimeWith is the time of a week that cases spent with one company.
type TimeWith struct {
	Party
	Turn     int64  `json:"turn_seconds"`     // it was the company's turn
	Share    int    `json:"share"`            // of all turns, in percent
	Owned    int64  `json:"owned_seconds"`    // the company owned the case
	Business *int64 `json:"business_seconds"` // of what it owned, in its own hours; null when these are not known
	Cases    int    `json:"cases"`
	Query    string `json:"query"`
}

// LateWith are the cases that are late now, at one company's turn.
type LateWith struct {
	Party
	Cases int    `json:"cases"`
	Most  int64  `json:"most_seconds"` // how long the latest is late
	Query string `json:"query"`
}

// Overrun is a deadline that a company ran over.
type Overrun struct {
	Party
	Case    string    `json:"case"`
	Subject string    `json:"subject"`
	Lang    string    `json:"lang,omitempty"`
	Clock   string    `json:"clock,omitempty"` // the kind; "" of one that runs: the next deadline
	Due     time.Time `json:"due"`
	Over    int64     `json:"over_seconds"`
	Runs    bool      `json:"runs"` // it is still late
}

// Replies are the first responses of a week that one company owed.
type Replies struct {
	Party
	Count   int    `json:"replies"`
	InTime  int    `json:"in_time"`
	Late    int    `json:"late"`
	Percent *int   `json:"in_time_percent"` // of those with a deadline; null when none had one
	Median  int64  `json:"median_seconds"`  // without the time it waited for an answer
	P90     int64  `json:"p90_seconds"`
	Query   string `json:"query"` // the late ones first
}

// Bounces are the handoffs of a week between two companies that came back, and
// the questions that had to be asked before they were taken.
type Bounces struct {
	By       Party          `json:"by"` // declined or asked
	From     Party          `json:"from"`
	Declined int            `json:"declined"`
	Reasons  map[string]int `json:"reasons"` // where they are known
	Asked    int            `json:"asked"`
	Cases    int            `json:"cases"`
	Query    string         `json:"query"`
}

// WornContact is a contact point that nobody keeps right.
type WornContact struct {
	Party            // whose it is
	Offer     string `json:"offer"`
	OfferName Text   `json:"offer_name"`
	Ref       string `json:"ref"` // support-2
	Role      string `json:"role"`
	Code      string `json:"code"` // contact.missing | contact.bounced | contact.unanswered | contact.unverified | contact.stale | contact.aging
	Verified  string `json:"verified,omitempty"`
	Cases     int    `json:"cases"` // open now, of this offer
	Query     string `json:"query"`
}
