package wire

import "time"

// ExportFormat is the version of CaseExport. A later one is a new number.
const ExportFormat = 1

// CaseExport is a case as one company has read it, with what proves it: package
// proof checks it anywhere, without the installation that it came from.
type CaseExport struct {
	Format    int          `json:"switchboard_case"` // ExportFormat
	Case      string       `json:"case"`
	Company   string       `json:"company"`
	N         int64        `json:"n"`         // lines the company has read
	Head      string       `json:"head"`      // of its chain over them, hexadecimal
	At        time.Time    `json:"at"`        // when this was written down; not part of what is signed
	Key       string       `json:"key"`       // the installation's public Ed25519 key, base64
	Signature string       `json:"signature"` // over case, company, n and head, base64
	Lines     []ProvenLine `json:"lines"`
}

// ProvenLine is one event as it was hashed. What was not for this company, or
// has been erased, stands in Bytes as a digest alone.
type ProvenLine struct {
	N        int64                  `json:"n"`
	Head     string                 `json:"head"`
	Salt     string                 `json:"salt"` // of the leaf, hexadecimal
	Bytes    string                 `json:"bytes"`
	Values   map[string]ProvenValue `json:"values,omitempty"`
	Erased   []string               `json:"erased,omitempty"`   // values this company could read until they were erased
	Released bool                   `json:"released,omitempty"` // an older message; the line after it releases it
}

// ProvenValue is a value whose digest stands in the bytes.
type ProvenValue struct {
	Value string `json:"value"`
	Salt  string `json:"salt"`
}

// PublicKey is a key by which others check what this installation signs.
type PublicKey struct {
	Use       string `json:"use"`       // case-export
	Algorithm string `json:"algorithm"` // Ed25519
	Key       string `json:"key"`       // base64
}

// StoreCheck is a part of a check of the whole store.
type StoreCheck struct {
	Checked  int       `json:"checked"`        // cases of this part
	Next     string    `json:"next,omitempty"` // where the check goes on; empty when it is done
	Troubles []Trouble `json:"troubles"`
}

// Trouble is something that is not as it was written.
type Trouble struct {
	Case string `json:"case,omitempty"`
	Line int64  `json:"line,omitempty"` // of an export; 0 = the whole
	Code string `json:"code"`
	Text string `json:"text"`
}
