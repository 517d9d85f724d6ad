// Package wire holds the public JSON shapes: the world format, which is at the
// same time the shape of the directory's resources in the API and of its rows
// in the store, the answer to "who?", and problems. It imports nothing of the
// product, so that any Go program can use it.
package wire

// Format is the version of the world format that this program writes.
const Format = 1

// World is one document of the world format (spec 3 section 2).
type World struct {
	Switchboard   int            `json:"switchboard"`
	Companies     []Company      `json:"companies,omitempty"`
	Relations     []Relation     `json:"relations,omitempty"`
	Offers        []Offer        `json:"offers,omitempty"`
	Agreements    []Agreement    `json:"agreements,omitempty"`
	Subscriptions []Subscription `json:"subscriptions,omitempty"`
	People        []Person       `json:"people,omitempty"`
	IntakeForms   []IntakeForm   `json:"intake_forms,omitempty"`
	Policies      Policies       `json:"policies,omitzero"`
}

// Company is a legal organisation with one or several party kinds.
type Company struct {
	ID                string       `json:"id"`
	Kinds             []string     `json:"kinds"`
	Name              Text         `json:"name,omitempty"`
	Locale            string       `json:"locale,omitempty"`
	TZ                string       `json:"tz,omitempty"` // IANA zone
	Domains           []string     `json:"domains,omitempty"`
	External          External     `json:"external,omitempty"`
	RedirectTechnical string       `json:"redirect_technical,omitempty"` // redirect | forward | none (S20)
	Support           *Support     `json:"support,omitempty"`
	EntryPoints       *EntryPoints `json:"entry_points,omitempty"` // the operator's
}

// Support is a company's support profile: how others reach it.
type Support struct {
	Name      string   `json:"name,omitempty"`
	Email     string   `json:"email,omitempty"`
	Phone     string   `json:"phone,omitempty"`
	URL       string   `json:"url,omitempty"`
	Hours     string   `json:"hours,omitempty"` // 24x7, or "Mon-Fri 09:00-12:00,13:00-17:30; Sat 09:00-12:00"
	TZ        string   `json:"tz,omitempty"`
	Holidays  string   `json:"holidays,omitempty"` // a holiday set: DE, JP, TW ...
	Closed    []string `json:"closed,omitempty"`   // extra closed dates
	Open      []string `json:"open,omitempty"`     // dates open in spite of a holiday
	Languages []string `json:"languages,omitempty"`
}

// EntryPoints are the operator's doors for partners and for publishers (S21, S22).
type EntryPoints struct {
	Partner   *Support `json:"partner,omitempty"`
	Publisher *Support `json:"publisher,omitempty"`
}

// Relation is the tie between an indirect provider and an indirect reseller (S39).
type Relation struct {
	Provider string          `json:"provider"`
	Reseller string          `json:"reseller"`
	State    string          `json:"state,omitempty"` // active | selling-stopped | ended; empty = active
	Share    map[string]bool `json:"share,omitempty"` // support, csp-program, collateral, engineering
}

// Offer is a listed product of a publisher.
type Offer struct {
	ID         string    `json:"id"`
	Publisher  string    `json:"publisher"`
	External   External  `json:"external,omitempty"`
	Name       Text      `json:"name,omitempty"`
	Kind       string    `json:"kind,omitempty"`    // empty = saas
	License    string    `json:"license,omitempty"` // included | byol; empty = included
	Listing    string    `json:"listing,omitempty"` // transact | trial | free | contact-me; empty = transact
	FirstParty bool      `json:"first_party,omitempty"`
	Channel    string    `json:"channel,omitempty"` // none | some | all | terminated; empty = all
	Audience   []string  `json:"audience,omitempty"`
	Exclusive  bool      `json:"exclusive,omitempty"`
	Status     string    `json:"status,omitempty"` // draft | preview | live | delisted; empty = live
	Contacts   []Contact `json:"contacts,omitempty"`
	Links      []Link    `json:"links,omitempty"`
	Agreement  string    `json:"agreement,omitempty"` // id of the customer agreement (S8, S38)
}

// Contact is a contact point of an offer (S31-S33).
type Contact struct {
	Role       string   `json:"role"` // support | engineering | csp-program | escalation
	Name       string   `json:"name,omitempty"`
	Email      string   `json:"email,omitempty"`
	Phone      string   `json:"phone,omitempty"`
	URL        string   `json:"url,omitempty"`
	Hours      string   `json:"hours,omitempty"`
	TZ         string   `json:"tz,omitempty"`
	Languages  []string `json:"languages,omitempty"`
	VisibleTo  []string `json:"visible_to,omitzero"` // absent = the default of its role; [] = nobody but the publisher
	Verified   string   `json:"verified,omitempty"`  // date
	VerifiedBy string   `json:"verified_by,omitempty"`
	Source     string   `json:"source,omitempty"`
	Bounced    string   `json:"bounced,omitempty"`    // date of the bounce
	Unanswered int      `json:"unanswered,omitempty"` // offers in a row that nobody answered
}

// Link is a document or page of an offer (S34-S36).
type Link struct {
	Kind      string   `json:"kind"` // user-documentation | training | sales-collateral | csp-marketing | status-page | terms | privacy
	URL       string   `json:"url"`
	Title     Text     `json:"title,omitempty"`
	Lang      string   `json:"lang,omitempty"`
	VisibleTo []string `json:"visible_to,omitzero"`
}

// Agreement is a versioned pact; Kind says which of its fields count.
type Agreement struct {
	ID        string             `json:"id"`
	Kind      string             `json:"kind"` // customer-agreement | operator-terms | partner-terms | support-split
	Publisher string             `json:"publisher,omitempty"`
	Partner   string             `json:"partner,omitempty"`
	Provider  string             `json:"provider,omitempty"`
	Reseller  string             `json:"reseller,omitempty"`
	Customer  string             `json:"customer,omitempty"`
	Offers    []string           `json:"offers,omitempty"`
	Version   int                `json:"version,omitempty"`
	State     string             `json:"state,omitempty"` // proposed | accepted | ended; empty = accepted
	From      string             `json:"from,omitempty"`  // date, inclusive
	Until     string             `json:"until,omitempty"` // date, inclusive
	Scope     string             `json:"scope,omitempty"` // reseller-only | reseller-and-customer | escalation-only
	Topics    map[string]Share   `json:"topics,omitempty"`
	Redirect  string             `json:"redirect_technical,omitempty"` // redirect | forward | none; empty = inherit
	Contacts  []Contact          `json:"contacts,omitempty"`
	Hours     string             `json:"hours,omitempty"`
	Languages []string           `json:"languages,omitempty"`
	Targets   map[string]Targets `json:"targets,omitempty"` // by severity
	Title     Text               `json:"title,omitempty"`
	URL       string             `json:"url,omitempty"`
	Proposer  string             `json:"proposer,omitempty"` // company that proposed it
	Accepted  *Acceptance        `json:"accepted,omitempty"`
}

// Acceptance says who accepted an agreement, and when (RFC 3339).
type Acceptance struct {
	Company string `json:"company"`
	Person  string `json:"person,omitempty"`
	At      string `json:"at,omitempty"`
}

// Share is one topic's row in a support split (S28): provider or reseller.
type Share struct {
	Accountable     string `json:"accountable,omitempty"`      // default provider
	Performs        string `json:"performs,omitempty"`         // default as accountable
	Face            string `json:"face,omitempty"`             // default reseller
	PublisherDirect *bool  `json:"publisher_direct,omitempty"` // default true
}

// Targets are durations: "30m", "4h" of working time, "2bd" business days.
type Targets struct {
	Acknowledge   string `json:"acknowledge,omitempty"`
	FirstResponse string `json:"first_response,omitempty"`
	NextUpdate    string `json:"next_update,omitempty"`
	Resolution    string `json:"resolution,omitempty"`
}

// Subscription is a customer's purchase; it carries the sales model.
type Subscription struct {
	ID                 string   `json:"id"`
	Customer           string   `json:"customer"`
	Offer              string   `json:"offer"`
	Plan               string   `json:"plan,omitempty"`
	Term               string   `json:"term,omitempty"` // monthly | annual | ...
	Model              string   `json:"model"`
	Seller             string   `json:"seller,omitempty"`
	Reseller           string   `json:"reseller,omitempty"`
	Purchaser          string   `json:"purchaser,omitempty"`
	Status             string   `json:"status,omitempty"` // active | suspended | cancelled; empty = active
	From               string   `json:"from,omitempty"`
	Until              string   `json:"until,omitempty"`
	Replaces           string   `json:"replaces,omitempty"`
	DesignatedSupport  string   `json:"designated_support,omitempty"`
	SupportPartner     string   `json:"support_partner,omitempty"`
	SupportTopics      []string `json:"support_topics,omitempty"`
	RedirectTechnical  string   `json:"redirect_technical,omitempty"`
	HideProvider       *bool    `json:"hide_provider,omitempty"`       // default: true when a reseller is set
	PartnerAccountable *bool    `json:"partner_accountable,omitempty"` // default true
	External           External `json:"external,omitempty"`
}

// Person works for one company and has roles in it.
type Person struct {
	ID      string   `json:"id"`
	Company string   `json:"company"`
	Name    string   `json:"name,omitempty"`
	Email   string   `json:"email,omitempty"`
	Roles   []string `json:"roles,omitempty"`
	Lang    string   `json:"lang,omitempty"`
	TZ      string   `json:"tz,omitempty"`
}

// AllTopics is the topic of an intake form for every topic that has none of its
// own.
const AllTopics = "all"

// IntakeForm is a company's list of the facts it needs for a topic. A version is
// never changed: what is saved is the next one.
type IntakeForm struct {
	Company  string      `json:"company"`
	Topic    string      `json:"topic"` // a topic, or all
	Version  int         `json:"version"`
	Fields   []FormField `json:"fields,omitempty"`
	Complete bool        `json:"complete,omitempty"` // nothing is sent without the needed facts
	By       string      `json:"by,omitempty"`       // person of the company who saved it
	At       string      `json:"at,omitempty"`       // RFC 3339
}

// FormField is one fact of an intake form.
type FormField struct {
	ID       string       `json:"id"`
	Label    Text         `json:"label,omitempty"`
	Help     Text         `json:"help,omitempty"`
	Kind     string       `json:"kind,omitempty"` // words | choice | date | yes-no; empty = words
	Choices  []FormChoice `json:"choices,omitempty"`
	Required bool         `json:"required,omitempty"` // needed; else it is welcome
}

// FormChoice is one of the values of a choice.
type FormChoice struct {
	ID    string `json:"id"`
	Label Text   `json:"label,omitempty"`
}

// Policies are dated facts of the programme (spec 1 section 7).
type Policies struct {
	Refund []RefundPolicy `json:"refund,omitempty"`
}

// RefundPolicy is a refund window by offer kind and term, from a date on.
type RefundPolicy struct {
	Kind   string `json:"kind,omitempty"`
	Term   string `json:"term,omitempty"`
	Window string `json:"window,omitempty"` // duration; empty = no window
	From   string `json:"from,omitempty"`
	Source string `json:"source,omitempty"`
}
