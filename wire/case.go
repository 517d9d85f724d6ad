package wire

import "time"

// Case is a case as one company may see it (spec 2). Version counts what that
// company has read: it is the ETag, and says nothing about what is hidden.
type Case struct {
	Number       string      `json:"number"`
	Version      int64       `json:"version"`
	Head         string      `json:"head"`   // of the company's own chain, hexadecimal
	State        string      `json:"state"`  // new | in-work | waiting-customer | offered | proposed | closed
	Status       string      `json:"status"` // open | attention_needed | closed
	StateText    string      `json:"state_text"`
	Outcome      string      `json:"outcome,omitempty"` // confirmed | no-answer | withdrawn | duplicate | not-possible
	Subject      string      `json:"subject"`
	Lang         string      `json:"lang,omitempty"` // of Subject
	Topic        string      `json:"topic"`
	Severity     string      `json:"severity"`
	Offer        string      `json:"offer,omitempty"`
	Subscription string      `json:"subscription,omitempty"`
	Customer     Party       `json:"customer"`
	Requester    string      `json:"requester,omitempty"` // person of the customer
	Owner        Party       `json:"owner"`
	OwnerSince   time.Time   `json:"owner_since"`
	Sponsor      Party       `json:"sponsor"`
	With         *Party      `json:"with"`                 // whose turn it is; null when closed
	WithSince    *time.Time  `json:"with_since,omitempty"` // when that turn began, where it is known
	Opened       time.Time   `json:"opened"`
	Updated      time.Time   `json:"updated"`
	Closed       *time.Time  `json:"closed,omitempty"`
	OnHold       *time.Time  `json:"on_hold,omitempty"` // until
	Test         bool        `json:"test,omitempty"`
	Follows      string      `json:"follows,omitempty"` // number of the earlier case
	Assignee     string      `json:"assignee,omitempty"`
	Reference    string      `json:"reference,omitempty"`     // the own company's number
	Labels       []string    `json:"labels,omitempty"`        // of the own company, which alone knows of them
	SnoozedUntil *time.Time  `json:"snoozed_until,omitempty"` // by the own company; its clocks go on
	Companies    []CaseParty `json:"companies"`
	Handoff      *Handoff    `json:"handoff"` // the one that is open
	Bounces      int         `json:"bounces,omitempty"`
	Joint        *Joint      `json:"joint_session,omitempty"`
	Clocks       []Clock     `json:"clocks"`
	Statements   []string    `json:"statements"` // what the route rests on
	Rules        string      `json:"rules,omitempty"`
	May          []string    `json:"may"` // verbs that the reader's company may use now
	// What was asked for with the case.
	Timeline       []CaseEvent `json:"timeline,omitempty"`        // the newest 20 lines, the oldest of them first
	TimelineBefore int64       `json:"timeline_before,omitempty"` // older ones: the timeline with before=this; missing when these are all
	Answer         *Answer     `json:"answer,omitempty"`          // who is responsible now; missing when the reader is not told
}

// What can be asked for with a case.
const (
	WithTimeline = "timeline"
	WithAnswer   = "answer"
)

// CaseSummary is a case in a list.
type CaseSummary struct {
	Number   string     `json:"number"`
	Version  int64      `json:"version"`
	State    string     `json:"state"`
	Status   string     `json:"status"` // open | attention_needed | closed
	Subject  string     `json:"subject"`
	Lang     string     `json:"lang,omitempty"`
	Offer    string     `json:"offer,omitempty"`
	Topic    string     `json:"topic"`
	Severity string     `json:"severity"`
	Customer Party      `json:"customer"`
	With     *Party     `json:"with"` // whose turn it is; null when closed
	Since    *time.Time `json:"with_since,omitempty"`
	Assignee string     `json:"assignee,omitempty"`
	Opened   time.Time  `json:"opened"`
	Updated  time.Time  `json:"updated"`
	Due      *time.Time `json:"due"`
	Late     bool       `json:"late,omitempty"`
	AtRisk   bool       `json:"at_risk,omitempty"` // 75 % of the time until Due is used
	Paused   bool       `json:"paused,omitempty"`
	Test     bool       `json:"test,omitempty"`
	// What the own company has marked the case with; no other knows of it.
	Labels       []string   `json:"labels,omitempty"`
	SnoozedUntil *time.Time `json:"snoozed_until,omitempty"`
}

// CaseParty is a company on a case, as the reader may know it.
type CaseParty struct {
	Party
	Reference string    `json:"reference,omitempty"`
	Assignee  string    `json:"assignee,omitempty"`
	Since     time.Time `json:"since"`
	Left      bool      `json:"left,omitempty"`
}

// Joint is a joint session: who coordinates, and the engineers of both sides.
type Joint struct {
	Coordinator Party             `json:"coordinator"`
	Engineers   map[string]string `json:"engineers"`
}

// Clock is one measured duty. Due is null when no instant is known.
type Clock struct {
	Kind    string     `json:"kind"` // acknowledge | first_response | next_update | resolution | customer
	Company string     `json:"company"`
	Started time.Time  `json:"started"`
	Due     *time.Time `json:"due"`
	From    string     `json:"from,omitempty"`
	Paused  bool       `json:"paused,omitempty"`
	Stopped *time.Time `json:"stopped,omitempty"`
	How     string     `json:"how,omitempty"` // met | missed | ended | withdrawn | unmeasured
	Late    bool       `json:"late,omitempty"`
}

// Handoff is an offer of a case to another company. What is in the package is
// for sender and receiver.
type Handoff struct {
	ID        string     `json:"id"`
	Case      string     `json:"case"`
	State     string     `json:"state"` // offered | clarifying; in a list also accepted | declined | withdrawn | joined
	From      Party      `json:"from"`
	To        Party      `json:"to"`
	For       *Party     `json:"for,omitempty"` // where a relay is meant to end
	Back      bool       `json:"back,omitempty"`
	Sent      time.Time  `json:"sent"`
	Due       *time.Time `json:"due"` // when the receiver should have decided
	Overdue   bool       `json:"overdue,omitempty"`
	Rounds    int        `json:"rounds,omitempty"`
	Questions []Question `json:"questions,omitempty"`
	Package   *Package   `json:"package,omitempty"`
}

// HandoffSummary is a handoff in a list of those that a company has sent or been
// sent; when it is over, State says how it ended.
type HandoffSummary struct {
	Handoff
	Direction string     `json:"direction"` // in | out
	Subject   string     `json:"subject"`
	Ended     *time.Time `json:"ended,omitempty"`
	Reason    string     `json:"reason,omitempty"` // why it was declined or withdrawn
}

// Package is what the receiver of a handoff is given.
type Package struct {
	Summary     string            `json:"summary"`
	Impact      string            `json:"impact,omitempty"`
	Tried       string            `json:"tried,omitempty"`
	Environment string            `json:"environment,omitempty"`
	Facts       map[string]string `json:"facts,omitempty"` // by field of the receiver's intake form
	Lang        string            `json:"lang,omitempty"`
	Form        *FilledForm       `json:"form,omitempty"` // by which the facts were given
}

// Question is asked before a handoff is decided.
type Question struct {
	Field   string `json:"field,omitempty"`
	Text    string `json:"text"`
	Because string `json:"because,omitempty"` // why it is asked although it is answered
}

// CaseEvent is one entry of a company's timeline, with its own number.
type CaseEvent struct {
	N          int64             `json:"n"`
	At         time.Time         `json:"at"`
	Kind       string            `json:"kind"`
	By         *Party            `json:"by"` // null = the system
	Person     string            `json:"person,omitempty"`
	PersonName string            `json:"person_name,omitempty"`
	OnBehalf   string            `json:"on_behalf,omitempty"`
	Via        string            `json:"via,omitempty"`
	Text       string            `json:"text,omitempty"`
	Lang       string            `json:"lang,omitempty"`
	Audience   []string          `json:"audience"`
	Details    map[string]string `json:"details,omitempty"`
	Package    *Package          `json:"package,omitempty"`
	PackageFor []string          `json:"package_for,omitempty"` // who reads the package; the event itself may have more readers
	Released   *time.Time        `json:"released,omitempty"`    // when an older message came to be read
	Shared     []int64           `json:"shared,omitempty"`      // of a handoff, for its sender: messages and files that the receiver came to read
	Kept       []int64           `json:"kept,omitempty"`        // and those that it did not
	Sentence   string            `json:"sentence"`              // what happened, in the reader's language
	Head       string            `json:"head"`
}

// NewCase opens a case of a question.
type NewCase struct {
	Offer        string `json:"offer,omitempty"`
	Subscription string `json:"subscription,omitempty"`
	Customer     string `json:"customer,omitempty"`
	Topic        string `json:"topic,omitempty"`
	Severity     string `json:"severity,omitempty"`
	About        string `json:"about,omitempty"`
	Subject      string `json:"subject"`
	Text         string `json:"text"`
	Lang         string `json:"lang,omitempty"`
	Requester    string `json:"requester,omitempty"` // person who asked, when logged for somebody
	Via          string `json:"via,omitempty"`       // phone | chat, when logged on behalf of a caller
	Test         bool   `json:"test,omitempty"`
	Follows      string `json:"follows,omitempty"`
	Confirm      string `json:"confirm,omitempty"` // as of a message
}

// NewMessage is written to a case. Audience: "internal", or companies, or
// "customer"; none is that of the message it answers, else internal.
type NewMessage struct {
	Audience []string `json:"audience,omitempty"`
	Text     string   `json:"text"`
	Lang     string   `json:"lang,omitempty"`
	Answers  int64    `json:"answers,omitempty"` // the reader's own number of the message it answers
	Wait     bool     `json:"wait,omitempty"`    // it asks the customer and waits
	Via      string   `json:"via,omitempty"`     // phone | chat
	OnBehalf string   `json:"on_behalf,omitempty"`
	Confirm  string   `json:"confirm,omitempty"` // "secrets": its writer has read what it seems to hold
}

// ConfirmSecrets is the value of "confirm" with which something goes to another
// company although it looks like it holds a key, a token or a password.
const ConfirmSecrets = "secrets"

// NewFile is added to a case; its bytes come beside it.
type NewFile struct {
	Name     string   `json:"name"`
	Type     string   `json:"type,omitempty"`
	Audience []string `json:"audience,omitempty"`
	Answers  int64    `json:"answers,omitempty"`
	Confirm  string   `json:"confirm,omitempty"` // as of a message
}

// NewHandoff hands a case over. Messages are the sender's own numbers.
type NewHandoff struct {
	To       string  `json:"to"`
	Package          // what the receiver is given
	Messages []int64 `json:"messages,omitempty"`
	Prefill  bool    `json:"prefill,omitempty"` // what the case already holds of the facts goes along
	Preview  bool    `json:"preview,omitempty"`
	Confirm  string  `json:"confirm,omitempty"` // as of a message
}

// Receiver is a company to which a case can be handed over.
type Receiver struct {
	Party
	By        *Party `json:"by,omitempty"` // who gets it first and passes it on
	Reachable bool   `json:"reachable"`
	Answers   bool   `json:"answers,omitempty"` // the work is this company's by the rules
}

// HandoffStep is one verb on a handoff; which fields count depends on it.
type HandoffStep struct {
	Person    string            `json:"person,omitempty"`
	Reference string            `json:"reference,omitempty"`
	Next      *time.Time        `json:"next,omitempty"`
	Reason    string            `json:"reason,omitempty"`
	Evidence  string            `json:"evidence,omitempty"`
	Other     string            `json:"other,omitempty"`
	Questions []Question        `json:"questions,omitempty"`
	Text      string            `json:"text,omitempty"`
	Lang      string            `json:"lang,omitempty"`
	Facts     map[string]string `json:"facts,omitempty"`
	Form      *FilledForm       `json:"form,omitempty"`    // of a package, by which the facts are given
	Prefill   bool              `json:"prefill,omitempty"` // of a package, as of a handoff
	Messages  []int64           `json:"messages,omitempty"`
	To        string            `json:"to,omitempty"`
	Summary   string            `json:"summary,omitempty"`
	Audience  []string          `json:"audience,omitempty"`
	Confirm   string            `json:"confirm,omitempty"` // as of a message
}

// HandoffPreview says what sending would do, before anything is sent.
type HandoffPreview struct {
	To       Party       `json:"to"`             // who gets it; with a relay the company between
	For      *Party      `json:"for,omitempty"`  // where it is meant to end
	Receives []CaseEvent `json:"receives"`       // of what the sender reads
	Stays    []CaseEvent `json:"stays"`          // of what the sender reads
	Package  Package     `json:"package"`        // as the receiver will read it
	Contact  *Reach      `json:"contact"`        // where it arrives; null when the sender may read none
	OpenNow  *bool       `json:"open_now"`       // null = not known
	Clocks   []Clock     `json:"clocks"`         // those that would start
	Customer string      `json:"customer_reads"` // empty when no customer is on the case
	Form     []FormField `json:"form,omitempty"` // facts that the receiver asks for
	Held     []HeldFact  `json:"held"`           // those that the case already holds, for the sender to give
	Missing  []string    `json:"missing"`        // needed facts that the package does not hold
	Needed   int         `json:"needed"`         // how many facts are needed
	Given    int         `json:"given"`          // and how many of them are there
	Complete int         `json:"complete"`       // percent of the needed facts
	Blocked  bool        `json:"blocked"`        // the receiver's form takes nothing that lacks a needed fact
}

// CaseClocks are the clocks of a case that a company may look at, each with its
// explanation, and who held the case for how long.
type CaseClocks struct {
	At     time.Time    `json:"at"` // up to when they tell
	Clocks []ToldClock  `json:"clocks"`
	Ball   []BallHolder `json:"ball"`
}

// ToldClock is a clock that explains itself.
type ToldClock struct {
	Clock
	Name  string      `json:"name"` // company of the clock
	Lines []ClockLine `json:"lines"`
}

// ClockLine is one line of an explanation, in the obliged company's local time.
// Lines with From and To follow each other without a gap.
type ClockLine struct {
	Code    string     `json:"code"`
	From    *time.Time `json:"from,omitempty"`
	To      *time.Time `json:"to,omitempty"`
	Seconds int64      `json:"seconds,omitempty"` // of working time
	Text    string     `json:"text"`
}

// BallHolder is a company that held the case: how often, and for how long in
// wall time and in its own business time (null without its hours).
type BallHolder struct {
	Party
	Times    int    `json:"times"`
	Wall     int64  `json:"wall_seconds"`
	Business *int64 `json:"business_seconds"`
}

// CaseStep is propose, confirm, reject, close or reopen.
type CaseStep struct {
	Text    string `json:"text,omitempty"`
	Lang    string `json:"lang,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Confirm string `json:"confirm,omitempty"` // as of a message
}

// CaseChange changes what the own company says about a case: a field that is
// left out stays.
type CaseChange struct {
	Subject   *string    `json:"subject,omitempty"`
	Topic     *string    `json:"topic,omitempty"`
	Severity  *string    `json:"severity,omitempty"`
	Assignee  *string    `json:"assignee,omitempty"`
	Reference *string    `json:"reference,omitempty"`
	Engineer  *string    `json:"engineer,omitempty"`
	OnHold    *time.Time `json:"on_hold,omitempty"` // until; the zero time takes it off hold
	Reason    string     `json:"reason,omitempty"`  // of being on hold
}

// LabelChange sets labels of the own company on a case and takes others away. A
// label that is set already, or is not there, is no mistake.
type LabelChange struct {
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

// Snooze puts a case aside for the own company.
type Snooze struct {
	Until time.Time `json:"until"` // in the future, a year from now at the most
}

// FeedEntry is one entry of a company's feed. Positions are the company's own
// and have no gap.
type FeedEntry struct {
	Position int64      `json:"position"`
	Case     string     `json:"case"`
	N        int64      `json:"n"` // the company's own number of the line on the case
	Kind     string     `json:"kind"`
	At       time.Time  `json:"at"`
	Event    *CaseEvent `json:"event"` // null = it cannot be read any more
}
