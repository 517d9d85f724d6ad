package wire

import "time"

// Answer says who answers a question, why, how to reach them and by when
// (spec 3 section 3). A company or contact that the asker may not see stands
// nowhere in it.
type Answer struct {
	Outcome      string       `json:"outcome"` // decided | unclear | not-agreed | out-of-scope
	Topic        string       `json:"topic"`   // empty only when unclear for want of a topic
	Topics       []Suggestion `json:"topics,omitempty"`
	Asker        Asker        `json:"asker"`
	Model        *string      `json:"model"`
	Offer        *string      `json:"offer"`
	Subscription *string      `json:"subscription"`
	At           time.Time    `json:"at"`
	Severity     string       `json:"severity"`
	Accountable  *Party       `json:"accountable"`
	Performs     *Party       `json:"performs"`
	Reach        *Reach       `json:"reach"`
	AlsoReach    []Reach      `json:"also_reach"`
	Path         []Step       `json:"path"`
	MayDelegate  []Delegation `json:"may_delegate"`
	Targets      AnswerBy     `json:"targets"`
	Reasons      []Reason     `json:"reasons"`
	Matched      []Match      `json:"matched"`
	Lost         []Match      `json:"lost,omitempty"`
	Rejected     []Rejection  `json:"rejected"`
	Next         Next         `json:"next"`
	Questions    []Choice     `json:"questions"`
	Missing      []string     `json:"missing"`
	Warnings     []Warning    `json:"warnings"`
	Notices      []any        `json:"notices"` // open health notices of the offer; none before the notices room exists
	Summary      string       `json:"summary"` // the answer in one or two sentences
	Rules        RuleSet      `json:"rules"`
	Language     string       `json:"language"`
}

// Suggestion is a topic that a free text may be about; Score is 0 to 1.
type Suggestion struct {
	Topic string  `json:"topic"`
	Score float64 `json:"score"`
}

// Asker is who asks, in which role, and for whom.
type Asker struct {
	Company    *string `json:"company"` // null when signed out
	As         string  `json:"as"`
	OnBehalfOf *string `json:"on_behalf_of"`
}

// Party is a company in the role it plays here.
type Party struct {
	Company string `json:"company"`
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Lang    string `json:"lang,omitempty"` // language of Name, when stated
}

// Reach is a company and the contact point to turn to now.
type Reach struct {
	Party
	Contact *ContactPoint `json:"contact"`
}

// ContactPoint is how to reach a company. OpenNow and Opens are null when the
// hours are not known; unknown stays unknown.
type ContactPoint struct {
	Role      string     `json:"role"`
	Name      string     `json:"name,omitempty"`
	Email     string     `json:"email,omitempty"`
	Phone     string     `json:"phone,omitempty"`
	URL       string     `json:"url,omitempty"`
	Hours     string     `json:"hours,omitempty"`
	TZ        string     `json:"tz,omitempty"`
	Languages []string   `json:"languages,omitempty"`
	OpenNow   *bool      `json:"open_now"`
	Until     *time.Time `json:"open_until,omitempty"`
	Opens     *time.Time `json:"opens"`
	Verified  *string    `json:"verified"`
	Warnings  []Warning  `json:"warnings"`
}

// Step is one company of the escalation path, nearest first. When, if set, is
// the condition under which the question goes on to it.
type Step struct {
	Company     string `json:"company"`
	Name        string `json:"name,omitempty"`
	Kind        string `json:"kind,omitempty"`
	ContactRole string `json:"contact_role,omitempty"`
	URL         string `json:"url,omitempty"`
	When        string `json:"when,omitempty"`
	Text        string `json:"text,omitempty"`
}

// Delegation is what the accountable or reached company may do with the work.
type Delegation struct {
	To         *string  `json:"to"`
	How        string   `json:"how"` // redirect | forward | answer-first | outsource | ...
	Statements []string `json:"statements"`
	Text       string   `json:"text,omitempty"`
}

// AnswerBy holds the promises that apply.
type AnswerBy struct {
	Acknowledge   *Promise `json:"acknowledge"`
	FirstResponse *Promise `json:"first_response"`
	NextUpdate    *Promise `json:"next_update"`
	Resolution    *Promise `json:"resolution"`
}

// Promise is an instant by which a company must have done something.
type Promise struct {
	By      time.Time `json:"by"`
	Company string    `json:"company"`
	From    string    `json:"from,omitempty"` // "contoso-terms v3, moderate"
	Within  string    `json:"within,omitempty"`
}

// Reason is a sentence with the statements of the programme that it rests on.
type Reason struct {
	Code       string   `json:"code"`
	Statements []string `json:"statements"`
	Text       string   `json:"text"`
}

// Match is a rule, agreement or setting that was looked at.
type Match struct {
	Rule       string   `json:"rule,omitempty"`
	Agreement  string   `json:"agreement,omitempty"`
	Version    int      `json:"version,omitempty"`
	Setting    string   `json:"setting,omitempty"` // designated_support | support_partner | redirect_technical
	Company    string   `json:"company,omitempty"`
	Why        string   `json:"why,omitempty"` // for one that lost: proposed | ended | expired | not-yet | less-specific | older | no-row
	Statements []string `json:"statements,omitempty"`
}

// Rejection says why a company that one might have asked is not the one.
type Rejection struct {
	Company string   `json:"company"`
	Name    string   `json:"name,omitempty"`
	Reasons []Reason `json:"reasons"`
}

// Next is what the asker does now; there is always one.
type Next struct {
	Do           string     `json:"do"` // contact | answer | answer-questions
	Company      *string    `json:"company"`
	By           *time.Time `json:"by"`
	Subscription *string    `json:"subscription,omitempty"` // the live successor of a cancelled one
	Text         string     `json:"text"`
}

// Choice is a question that settles what is missing.
type Choice struct {
	Code    string   `json:"code"`
	Text    string   `json:"text"`
	Options []Option `json:"options"`
}

// Option is one answer to a Choice: ask again with Param = Value.
type Option struct {
	Param string `json:"param"` // topic | subscription | about | offer
	Value string `json:"value"`
	Text  string `json:"text"`
}

// Warning is something the reader should know about the answer.
type Warning struct {
	Code    string `json:"code"`
	Text    string `json:"text"`
	Company string `json:"company,omitempty"`
	Role    string `json:"role,omitempty"`
}

// RuleSet names the version of the rule table that decided.
type RuleSet struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Author  string `json:"author,omitempty"`
	Date    string `json:"date,omitempty"`
}
