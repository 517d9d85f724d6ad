package wire

// Kinds of facts of an intake form.
const (
	FactWords  = "words"
	FactChoice = "choice"
	FactDate   = "date"
	FactYesNo  = "yes-no"
)

// FactKinds lists them.
func FactKinds() []string { return []string{FactWords, FactChoice, FactDate, FactYesNo} }

// Yes and No are the values of a fact that is either.
const (
	Yes = "yes"
	No  = "no"
)

// NewIntake is the next version of the caller's own form for a topic.
type NewIntake struct {
	Company  string      `json:"company,omitempty"` // only for who acts for several; else one's own
	Topic    string      `json:"topic"`             // a topic, or all
	After    *int        `json:"after,omitempty"`   // the version that it was made of; 0 = there was none
	Fields   []FormField `json:"fields"`
	Complete bool        `json:"complete,omitempty"`
}

// FilledForm is the intake form by which the facts of a package were given. Its
// fields are kept with it, so that they stay readable when the form changes.
type FilledForm struct {
	Topic   string      `json:"topic"`
	Version int         `json:"version"`
	Fields  []FormField `json:"fields,omitempty"` // not read when it is sent in
}

// HeldFact is a fact of a form that a case already holds.
type HeldFact struct {
	Field string `json:"field"`
	Value string `json:"value"`
	N     int64  `json:"n,omitempty"` // the caller's own number of the line that told it; 0 = the case itself
}

// KnownAnswer is what answers a question before it is asked: a fact of the
// package, or what was answered earlier on the case.
type KnownAnswer struct {
	Question string `json:"question"` // as it is asked now
	Field    string `json:"field,omitempty"`
	Asked    string `json:"asked"` // what it answers, in the words of that time
	Answer   string `json:"answer"`
	N        int64  `json:"n"`     // the asker's own number of the line that told it
	Final    bool   `json:"final"` // the package holds it as this fact of the form: it is not asked again
}
