package responsibility

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/internal/demo"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/worldfile"
	"switchboard/wire"
)

// asked is the instant of every question that names no other: a Saturday, two
// weeks after the contacts of the demo were verified.
var asked = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// demoWorld reads the demo world afresh, so that a test may change it.
func demoWorld(t testing.TB) *wire.World {
	t.Helper()
	var w wire.World
	err := worldfile.Read(bytes.NewReader(demo.World()), "world.yaml", func(r worldfile.Row) error {
		switch v := r.Object.(type) {
		case *wire.Company:
			w.Companies = append(w.Companies, *v)
		case *wire.Relation:
			w.Relations = append(w.Relations, *v)
		case *wire.Offer:
			w.Offers = append(w.Offers, *v)
		case *wire.Agreement:
			w.Agreements = append(w.Agreements, *v)
		case *wire.Subscription:
			w.Subscriptions = append(w.Subscriptions, *v)
		case *wire.RefundPolicy:
			w.Policies.Refund = append(w.Policies.Refund, *v)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &w
}

// row is one line of testdata/rows.txt.
type row struct {
	line                                  int
	name, outcome                         string
	accountable, performs, reach, reasons string
	q                                     Question
	more                                  []string
}

func TestRows(t *testing.T) {
	s := directory.NewSnapshot(demoWorld(t))
	for _, r := range readRows(t, s) {
		t.Run(r.name, func(t *testing.T) {
			for _, difference := range r.compare(s) {
				t.Errorf("rows.txt:%d: %s asks %s: %s", r.line, r.q.Asker, r.q.Topic, difference)
			}
		})
	}
}

// TestEveryRuleHasARow: a rule that no row of the table reaches is either dead
// or unproven.
func TestEveryRuleHasARow(t *testing.T) {
	s := directory.NewSnapshot(demoWorld(t))
	hit := map[string]bool{}
	for _, r := range readRows(t, s) {
		if d, err := Decide(r.q, s, Shipped()); err == nil && d.rule != nil {
			hit[d.rule.ID] = true
		}
	}
	for _, rule := range Shipped().Rules {
		if !hit[rule.ID] {
			t.Errorf("no row asks for rule %s", rule.ID)
		}
	}
}

func readRows(t *testing.T, s *directory.Snapshot) []row {
	t.Helper()
	file, err := os.Open("testdata/rows.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []row
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		cells := strings.Split(text, "|")
		for len(cells) < 10 {
			cells = append(cells, "")
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		r := row{line: n, name: cells[0], outcome: cells[4], accountable: cells[5], performs: cells[6], reach: cells[7], reasons: cells[8]}
		r.q = Question{Asker: cells[1], Topic: cells[3], At: asked}
		r.aim(cells[2], s)
		for _, word := range strings.Fields(cells[9]) {
			r.demand(word)
		}
		out = append(out, r)
	}
	if len(out) < 100 {
		t.Fatalf("only %d rows read", len(out))
	}
	return out
}

// aim says what the question is about: a subscription, an offer, offer@customer
// or offer+subscription.
func (r *row) aim(thing string, s *directory.Snapshot) {
	if r.q.Asker == "-" {
		r.q.Asker = ""
	}
	if r.q.Topic == "-" {
		r.q.Topic = ""
	}
	if offer, sub, both := strings.Cut(thing, "+"); both {
		r.q.Offer, r.q.Subscription = offer, sub
		return
	}
	offer, customer, _ := strings.Cut(thing, "@")
	if s.Offers[offer] != nil {
		r.q.Offer, r.q.Customer = offer, customer
		return
	}
	r.q.Subscription = thing
}

// demand takes a word of the last cell: a part of the question, or a check.
func (r *row) demand(word string) {
	key, value, _ := strings.Cut(word, ":")
	switch key {
	case "about":
		r.q.About = value
	case "portal":
		r.q.Portal = value
	case "severity":
		r.q.Severity = value
	case "at":
		r.q.At, _ = time.Parse(time.RFC3339, value)
	default:
		r.more = append(r.more, word)
	}
}

// compare lists what the answer has and the row has not, or the other way round.
func (r *row) compare(s *directory.Snapshot) (differences []string) {
	d, err := Decide(r.q, s, Shipped())
	if r.outcome == string(fault.NotFound) || r.outcome == string(fault.Invalid) {
		if err == nil || string(fault.Of(err).Kind) != r.outcome {
			return []string{fmt.Sprintf("want %s, got %v", r.outcome, err)}
		}
		return nil
	}
	if err != nil {
		return []string{"want " + r.outcome + ", got " + err.Error()}
	}
	a := d.Answer(i18n.For(i18n.English))
	check := func(field, want, got string) {
		if want != "?" && want != got {
			differences = append(differences, fmt.Sprintf("%s: want %s, got %s", field, want, got))
		}
	}
	check("outcome", r.outcome, a.Outcome)
	check("accountable", r.accountable, partyID(a.Accountable))
	check("performs", r.performs, partyID(a.Performs))
	if strings.Contains(r.reach, ":") {
		check("reach", r.reach, reachID(a)+":"+reachRole(a))
	} else {
		check("reach", r.reach, reachID(a))
	}
	check("reasons", sorted(strings.Fields(r.reasons)), sorted(statementsOf(a)))
	text, _ := json.Marshal(a)
	for _, p := range everyLanguage() {
		for _, key := range rawKey.FindAllString(jsonOf(d.Answer(p)), -1) {
			differences = append(differences, "a key instead of a sentence: "+key)
		}
	}
	for _, word := range r.more {
		if !met(word, a, string(text)) {
			differences = append(differences, "not so: "+word)
		}
	}
	return differences
}

// rawKey is a text that no catalog has put into words.
var rawKey = regexp.MustCompile(`"(text|summary)":"[a-z]+(\.[a-z0-9-]+)+"`)

func sorted(words []string) string {
	words = slices.Clone(words)
	slices.Sort(words)
	return strings.Join(words, " ")
}

func statementsOf(a *wire.Answer) []string {
	var out []string
	for _, reason := range a.Reasons {
		out = append(out, reason.Statements...)
	}
	return out
}

func partyID(p *wire.Party) string {
	if p == nil {
		return "-"
	}
	return p.Company
}

func reachID(a *wire.Answer) string {
	if a.Reach == nil {
		return "-"
	}
	return a.Reach.Company
}

func reachRole(a *wire.Answer) string {
	if a.Reach == nil || a.Reach.Contact == nil {
		return ""
	}
	return a.Reach.Contact.Role
}

// met judges one check of the last cell.
func met(word string, a *wire.Answer, text string) bool {
	for _, prefix := range []string{"path+", "path-"} {
		if step, found := strings.CutPrefix(word, prefix); found {
			return onPath(a, step) == (prefix == "path+")
		}
	}
	key, value, _ := strings.Cut(word, ":")
	switch key {
	case "also":
		return slices.ContainsFunc(a.AlsoReach, func(r wire.Reach) bool { return r.Company == value })
	case "warn", "nowarn":
		return warned(a, value) == (key == "warn")
	case "missing":
		return slices.Contains(a.Missing, value)
	case "rejects":
		return rejected(a, value)
	case "next":
		return a.Next.Do == value
	case "says", "hides":
		value = strings.ReplaceAll(value, "_", " ")
		return strings.Contains(strings.ToLower(text), strings.ToLower(value)) == (key == "says")
	case "matched":
		return slices.ContainsFunc(a.Matched, func(m wire.Match) bool { return slices.Contains(m.Statements, value) })
	case "model":
		return a.Model != nil && *a.Model == value
	case "as":
		return a.Asker.As == value
	}
	return false
}

func onPath(a *wire.Answer, step string) bool {
	company, role, _ := strings.Cut(step, ":")
	return slices.ContainsFunc(a.Path, func(s wire.Step) bool {
		return s.Company == company && (role == "" || s.ContactRole == role)
	})
}

func warned(a *wire.Answer, code string) bool {
	return slices.ContainsFunc(a.Warnings, func(w wire.Warning) bool { return w.Code == code })
}

func rejected(a *wire.Answer, companyStatement string) bool {
	company, statement, _ := strings.Cut(companyStatement, ":")
	return slices.ContainsFunc(a.Rejected, func(r wire.Rejection) bool {
		return r.Company == company && slices.ContainsFunc(r.Reasons, func(reason wire.Reason) bool { return slices.Contains(reason.Statements, statement) })
	})
}

var everyLanguage = sync.OnceValue(func() []*i18n.Printer {
	var out []*i18n.Printer
	for _, lang := range wire.Languages() {
		out = append(out, i18n.For(i18n.Lang(lang)))
	}
	return out
})
