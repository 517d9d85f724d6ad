// Package responsibility decides who answers a question, why, how to reach
// them and by when. It is pure: a question, a snapshot of the directory and a
// version of the rules give an answer. Data flows one way:
//
//	Question -> scene (who asks, what was sold) -> rule -> draft
//	         -> mask (what the asker may not see) -> dress (contacts, targets)
//	         -> word (sentences in the reader's language)
package responsibility

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"switchboard/internal/directory"
	"switchboard/wire"
)

//go:embed rules/csp.txt
var shipped string

// Rules is one version of the rule table. It is immutable once parsed.
type Rules struct {
	ID      string            `json:"id"`
	Version int               `json:"version"`
	Author  string            `json:"author"`
	Date    string            `json:"date"`
	Note    string            `json:"note,omitempty"` // what changed
	Limits  map[string]string `json:"limits"`         // operator's first response by severity
	Rules   []Rule            `json:"rules"`

	text  string
	index map[place][]*Rule
}

// Rule is one row of the table; rules/csp.txt explains its fields.
type Rule struct {
	ID          string   `json:"id"`
	Asks        []string `json:"asks"`
	Dealing     string   `json:"dealing,omitempty"` // own | on-behalf | "" = any
	Sold        []string `json:"sold,omitempty"`
	Topics      []string `json:"topics"`
	When        []string `json:"when,omitempty"`
	Outcome     string   `json:"outcome"`
	Accountable string   `json:"accountable,omitempty"`
	Performs    string   `json:"performs,omitempty"`
	Reach       string   `json:"reach"`
	Path        []Hop    `json:"path,omitempty"`
	Delegate    []Cited  `json:"delegate,omitempty"`
	Also        string   `json:"also,omitempty"`
	Because     string   `json:"because"`
	Statements  []string `json:"statements"`
	Rejects     []Cited  `json:"rejects,omitempty"`
	Warn        []string `json:"warn,omitempty"`
}

// Hop is a step of the escalation path: a party, by which contact, and under
// which condition.
type Hop struct {
	Party   string `json:"party"`
	Contact string `json:"contact,omitempty"`
	When    string `json:"when,omitempty"`
}

// Cited is a word with the statement it rests on.
type Cited struct {
	Word      string `json:"word"`
	Statement string `json:"statement"`
}

// place is where a rule is looked up.
type place struct{ asker, topic string }

// The words a rule may use; anything else is refused when it is published.
var (
	parties    = words("partner publisher operator provider purchaser seller supporter self underlying nobody")
	reaches    = words("partner partner/technical publisher publisher/public publisher/support publisher/program publisher/program-live operator provider purchaser seller supporter self performer documents")
	conditions = words("first-party byol contact-me platform-based exclusive about-partner supported partner-accountable provider-known")
	pathWords  = words("partner publisher operator provider purchaser self")
)

func words(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

// Shipped gives the rules that come with the product.
var Shipped = sync.OnceValue(func() *Rules {
	r, err := ParseRules(shipped)
	if err != nil {
		panic(err) // a test reads the shipped table
	}
	return r
})

// Text is the table as it was written.
func (r *Rules) Text() string { return r.text }

// Rule finds a rule by its id; nil when there is none.
func (r *Rules) Rule(id string) *Rule {
	for i := range r.Rules {
		if r.Rules[i].ID == id {
			return &r.Rules[i]
		}
	}
	return nil
}

// RuleError is a line of a table that cannot be read.
type RuleError struct {
	Line int
	Text string
	Why  string
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("rules, line %d: %s: %q", e.Line, e.Why, e.Text)
}

// ParseRules reads a rule table; the error is a *RuleError.
func ParseRules(text string) (*Rules, error) {
	p := parser{rules: &Rules{text: text, Limits: map[string]string{}}, groups: map[string][]string{}}
	for i, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if why := p.line(fields[0], fields[1:]); why != "" {
			return nil, &RuleError{Line: i + 1, Text: strings.TrimSpace(line), Why: why}
		}
	}
	if why := p.finish(); why != "" {
		return nil, &RuleError{Line: 1, Text: p.rules.ID, Why: why}
	}
	p.rules.buildIndex()
	return p.rules, nil
}

type parser struct {
	rules  *Rules
	groups map[string][]string
	rule   *Rule
	seen   map[string]bool
}

func (p *parser) line(key string, args []string) (why string) {
	if len(args) == 0 {
		return "a word is missing"
	}
	switch key {
	case "rules":
		p.rules.ID = args[0]
	case "version":
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 {
			return "the version is a number from 1 on"
		}
		p.rules.Version = n
	case "author":
		p.rules.Author = strings.Join(args, " ")
	case "date":
		p.rules.Date = args[0]
	case "note":
		p.rules.Note = strings.Join(args, " ")
	case "group":
		p.groups[args[0]] = args[1:]
	case "limit":
		if len(args) != 2 || !directory.Has(wire.Severities(), args[0]) {
			return "a limit is a severity and a duration"
		}
		p.rules.Limits[args[0]] = args[1]
	case "rule":
		return p.begin(args[0])
	default:
		return p.property(key, args)
	}
	return ""
}

func (p *parser) begin(id string) string {
	if p.rules.Rule(id) != nil {
		return "this rule is there twice"
	}
	p.rules.Rules = append(p.rules.Rules, Rule{ID: id, Outcome: wire.Decided})
	p.rule = &p.rules.Rules[len(p.rules.Rules)-1]
	p.seen = map[string]bool{}
	return ""
}

func (p *parser) property(key string, args []string) string {
	if p.rule == nil {
		return "a rule must begin first"
	}
	if p.seen[key] {
		return "this line is there twice"
	}
	p.seen[key] = true
	switch key {
	case "asks":
		return p.asks(args)
	case "sold":
		p.rule.Sold = args
		return unknown(args, words(strings.Join(wire.Models(), " ")))
	case "topics":
		return p.topics(args)
	case "when":
		p.rule.When = args
		return unknown(trim(args, "!"), conditions)
	case "outcome":
		p.rule.Outcome = args[0]
		return unknown(args, words(wire.OutOfScope))
	case "accountable":
		p.rule.Accountable = args[0]
		return unknown(args, parties)
	case "performs":
		p.rule.Performs = args[0]
		return unknown(args, parties)
	case "reach":
		p.rule.Reach = args[0]
		return unknown(args, reaches)
	case "also":
		p.rule.Also = args[0]
		return unknown(args, reaches)
	}
	return p.citation(key, args)
}

func (p *parser) citation(key string, args []string) string {
	switch key {
	case "path":
		return p.path(args)
	case "delegate":
		p.rule.Delegate = cited(args)
	case "rejects":
		p.rule.Rejects = cited(args)
		for _, c := range p.rule.Rejects {
			if !parties[c.Word] || c.Statement == "" {
				return "a rejection is company:statement"
			}
		}
	case "because":
		if len(args) < 2 {
			return "a reason needs a statement"
		}
		p.rule.Because, p.rule.Statements = args[0], args[1:]
	case "warn":
		p.rule.Warn = args
	default:
		return "unknown word " + key
	}
	return ""
}

func (p *parser) asks(args []string) string {
	for _, w := range args {
		switch {
		case w == "own" || w == "on-behalf":
			p.rule.Dealing = w
		case w == "any":
			p.rule.Asks = wire.Kinds()
		case directory.Has(wire.Kinds(), w):
			p.rule.Asks = append(p.rule.Asks, w)
		default:
			return "no party kind: " + w
		}
	}
	return ""
}

func (p *parser) topics(args []string) string {
	for _, w := range args {
		switch {
		case w == "any":
			p.rule.Topics = wire.Topics()
		case strings.HasPrefix(w, "$"):
			group, ok := p.groups[w[1:]]
			if !ok {
				return "no group " + w
			}
			p.rule.Topics = append(p.rule.Topics, group...)
		case directory.Has(wire.Topics(), w):
			p.rule.Topics = append(p.rule.Topics, w)
		default:
			return "no topic: " + w
		}
	}
	return ""
}

func (p *parser) path(args []string) string {
	for _, w := range args {
		party, when, _ := strings.Cut(w, "?")
		party, contact, _ := strings.Cut(party, ":")
		if !pathWords[party] {
			return "no party of a path: " + party
		}
		p.rule.Path = append(p.rule.Path, Hop{Party: party, Contact: contact, When: when})
	}
	return ""
}

func (p *parser) finish() string {
	r := p.rules
	if r.ID == "" || r.Version == 0 || len(r.Rules) == 0 {
		return "the table needs a name, a version and rules"
	}
	for i := range r.Rules {
		rule := &r.Rules[i]
		if len(rule.Asks) == 0 || len(rule.Topics) == 0 || rule.Reach == "" || rule.Because == "" {
			return "rule " + rule.ID + " needs asks, topics, reach and because"
		}
		if rule.Outcome == wire.Decided && (rule.Accountable == "" || rule.Performs == "") {
			return "rule " + rule.ID + " needs accountable and performs"
		}
	}
	return ""
}

func (r *Rules) buildIndex() {
	r.index = map[place][]*Rule{}
	for i := range r.Rules {
		rule := &r.Rules[i]
		for _, asker := range rule.Asks {
			for _, topic := range rule.Topics {
				at := place{asker, topic}
				r.index[at] = append(r.index[at], rule)
			}
		}
	}
}

func cited(args []string) []Cited {
	out := make([]Cited, len(args))
	for i, w := range args {
		out[i].Word, out[i].Statement, _ = strings.Cut(w, ":")
	}
	return out
}

func trim(args []string, prefix string) []string {
	out := make([]string, len(args))
	for i, w := range args {
		out[i] = strings.TrimPrefix(w, prefix)
	}
	return out
}

func unknown(args []string, known map[string]bool) string {
	for _, w := range args {
		if !known[w] {
			return "unknown word " + w
		}
	}
	return ""
}
