package wire

// NewView is a view to be kept: a query with a name.
type NewView struct {
	Name   string `json:"name"`
	Query  string `json:"query"`
	Shared bool   `json:"shared,omitempty"` // with the own company
	Place  int    `json:"place,omitempty"`  // in its list, from 1; 0 = where it is, or last
}

// SavedView is a view that a person has saved, or that its company shares.
type SavedView struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Query     string `json:"query"`
	Shared    bool   `json:"shared"`
	Place     int    `json:"place"`
	By        string `json:"by,omitempty"` // the person who made it
	MayChange bool   `json:"may_change"`   // the reader may
	Version   int64  `json:"version"`
}

// SavedViewPrefix begins the name of a saved view where views are named: in the
// address of a list and in view= of GET /v1/cases.
const SavedViewPrefix = "saved-"

// For whom a macro is meant; the company's own notes are Internal.
const (
	MacroCustomer = Customer
	MacroCompany  = "company" // the other company on the case
	MacroInternal = "internal"
)

// What is to happen with a macro's words; "" = nothing but that they are sent.
const (
	MacroPropose = "propose" // they are a proposed solution
	MacroWait    = "wait"    // the case then waits for the customer's answer
)

// Macro is what a company often writes.
type Macro struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Audience string            `json:"audience"`        // customer | company | internal
	After    string            `json:"after,omitempty"` // propose | wait
	Text     map[string]string `json:"text"`            // en, ja, zh-TW: at least one
	Version  int64             `json:"version,omitempty"`
}

// FilledMacro is a macro as it would stand in the composer of a case. Nothing is
// sent by filling one.
type FilledMacro struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	To       string   `json:"to"` // customer, internal, or the id of a company; "" = there is no other company
	After    string   `json:"after,omitempty"`
	Lang     string   `json:"lang"` // of the text
	Wanted   string   `json:"wanted"`
	Text     string   `json:"text"`
	Unfilled []string `json:"unfilled"` // what has no value here: it has to be written before the words can leave the company
}
