package wire

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

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
	From     Party          `json:"sender"`
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

// Table is the report as one table: of a week its figures, else its list. The
// first row names the columns, as the fields of its JSON are named.
func (r *Report) Table() [][]string {
	switch r.Name {
	case ReportWeek:
		return table([]string{"figure", "unit", "value", "before", "query"}, r.Figures, func(f Figure) []string {
			return []string{f.Key, f.Unit, whole(f.Value), whole(f.Before), f.Query}
		})
	case ReportTime:
		return table([]string{"company", "name", "turn_seconds", "share", "owned_seconds", "business_seconds", "cases", "query"}, r.Time, func(t TimeWith) []string {
			return []string{t.Company, t.Name, digits(t.Turn), digits(t.Share), digits(t.Owned), whole(t.Business), digits(t.Cases), t.Query}
		})
	case ReportLate:
		return table([]string{"company", "name", "cases", "most_seconds", "query"}, r.Late, func(l LateWith) []string {
			return []string{l.Company, l.Name, digits(l.Cases), digits(l.Most), l.Query}
		})
	case ReportWorst:
		return table([]string{"case", "subject", "company", "name", "clock", "due", "over_seconds", "runs"}, r.Worst, func(o Overrun) []string {
			return []string{o.Case, o.Subject, o.Company, o.Name, o.Clock, o.Due.UTC().Format(time.RFC3339), digits(o.Over), strconv.FormatBool(o.Runs)}
		})
	case ReportReplies:
		return table([]string{"company", "name", "replies", "in_time", "late", "in_time_percent", "median_seconds", "p90_seconds", "query"}, r.Replies, func(p Replies) []string {
			return []string{p.Company, p.Name, digits(p.Count), digits(p.InTime), digits(p.Late), whole(p.Percent), digits(p.Median), digits(p.P90), p.Query}
		})
	case ReportBounces:
		return table([]string{"by", "by_name", "sender", "sender_name", "declined", "reasons", "asked", "cases", "query"}, r.Bounces, func(b Bounces) []string {
			return []string{b.By.Company, b.By.Name, b.From.Company, b.From.Name, digits(b.Declined), reasons(b.Reasons), digits(b.Asked), digits(b.Cases), b.Query}
		})
	}
	return table([]string{"offer", "contact", "company", "name", "code", "verified", "cases", "query"}, r.Contacts, func(c WornContact) []string {
		return []string{c.Offer, c.Ref, c.Company, c.Name, c.Code, c.Verified, digits(c.Cases), c.Query}
	})
}

func table[T any](head []string, lines []T, row func(T) []string) [][]string {
	out := [][]string{head}
	for _, line := range lines {
		out = append(out, row(line))
	}
	return out
}

func digits[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// whole is empty for what is not known.
func whole[N int | int64](n *N) string {
	if n == nil {
		return ""
	}
	return digits(*n)
}

// reasons are written "other 2, duplicate 1", the most frequent first.
func reasons(counts map[string]int) string {
	words := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	for i, word := range words {
		words[i] += " " + digits(counts[word])
	}
	return strings.Join(words, ", ")
}
