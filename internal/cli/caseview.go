package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"switchboard/internal/i18n"
	"switchboard/internal/text"
	"switchboard/wire"
)

// where says with whom a case is, since when and until when: what everybody
// asks first.
func (s *session) where(c *wire.Case) string {
	if c.With == nil {
		return s.t("cli.case.closed", "reason", i18n.Key("case.outcome."+c.Outcome), "when", s.whenSet(c.Closed))
	}
	return s.t("cli.case.with", "company", c.With.Name, "kind", s.kind(c.With.Kind), "since", s.whenSet(since(c)), "due", s.whenSet(dueOf(c)))
}

// whenSet is an instant for a sentence; nil leaves its part out.
func (s *session) whenSet(at *time.Time) any {
	if at == nil {
		return nil
	}
	return s.when(*at)
}

// kind is the word for what a company is on a sale; "" when it has none.
func (s *session) kind(code string) string {
	if key := "kind." + code; s.printer().Has(key) {
		return s.t(key)
	}
	return ""
}

// since is when the turn of the company began; a customer that is asked has
// no such instant.
func since(c *wire.Case) *time.Time {
	switch h := c.Handoff; {
	case h != nil && h.To.Company == c.With.Company:
		return &h.Sent
	case c.Owner.Company == c.With.Company:
		return &c.OwnerSince
	}
	return nil
}

// dueOf is the next deadline of the company whose turn it is.
func dueOf(c *wire.Case) (due *time.Time) {
	for i := range c.Clocks {
		k := &c.Clocks[i]
		if k.Company == c.With.Company && k.Stopped == nil && !k.Paused && k.Due != nil && (due == nil || k.Due.Before(*due)) {
			due = k.Due
		}
	}
	return due
}

// card is a text of labelled lines; labels are as wide as the widest.
type card struct {
	s     *session
	lines [][2]string
}

// add puts a line; without a text there is none.
func (k *card) add(label, words string) {
	if words == "" {
		return
	}
	if label != "" {
		label = k.s.t("cli.label." + label)
	}
	k.lines = append(k.lines, [2]string{label, words})
}

// each puts several lines under one label.
func (k *card) each(label string, lines []string) {
	for _, line := range lines {
		k.add(label, line)
		label = ""
	}
}

func (k *card) write(w io.Writer) {
	widest := 0
	for _, line := range k.lines {
		widest = max(widest, width(line[0]))
	}
	for _, line := range k.lines {
		fmt.Fprintf(w, "  %s  %s\n", padded(line[0], widest), oneLine(line[1]))
	}
}

func (s *session) showCase(w io.Writer, c *wire.Case) {
	fmt.Fprintln(w, s.bold(oneLine(s.where(c))))
	k := &card{s: s}
	k.add("case", s.t("cli.case.number", "case", c.Number, "version", fmt.Sprint(c.Version), "subject", c.Subject))
	k.add("state", joined(c.StateText, s.marks(c)))
	k.add("about", joined(c.Offer, c.Subscription, s.t("topic."+c.Topic), s.t("severity."+c.Severity)))
	k.add("customer", c.Customer.Name)
	k.add("requester", c.Requester)
	k.add("owner", s.t("cli.case.since", "company", c.Owner.Name, "since", s.when(c.OwnerSince)))
	k.add("sponsor", c.Sponsor.Name)
	for i, p := range c.Companies {
		k.add(firstLabel(i, "companies"), s.partyLine(p))
	}
	k.add("follows", c.Follows)
	k.add("labels", strings.Join(c.Labels, ", "))
	s.addHandoff(k, c.Handoff)
	s.addJoint(k, c)
	s.addClocks(k, c.Clocks, namesOf(c))
	if c.Answer != nil && c.Answer.Reach != nil {
		k.add("reach-now", (&answerWriter{s: s}).way(c.Answer.Reach))
	}
	k.add("may", strings.Join(c.May, " "))
	k.write(w)
}

// newestShown is how many lines of its timeline stand below a case.
const newestShown = 5

// showNewest prints the newest lines of a case, and how to get the others.
func (s *session) showNewest(w io.Writer, c *wire.Case) {
	newest := c.Timeline[max(0, len(c.Timeline)-newestShown):]
	if len(newest) == 0 {
		return
	}
	fmt.Fprintln(w)
	if older := newest[0].N - 1; older > 0 {
		fmt.Fprintln(w, s.t("cli.case.older", "n", older, "case", c.Number))
	}
	for _, line := range newest {
		s.showLine(w, line, namesOf(c))
	}
}

func firstLabel(i int, label string) string {
	if i > 0 {
		return ""
	}
	return label
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " · ")
}

// marks are what is worth knowing beside the state.
func (s *session) marks(c *wire.Case) string {
	var out []string
	if c.Test {
		out = append(out, s.t("cli.case.test"))
	}
	if c.OnHold != nil {
		out = append(out, s.t("cli.case.on-hold", "until", s.when(*c.OnHold)))
	}
	if c.SnoozedUntil != nil {
		out = append(out, s.t("cli.case.snoozed", "until", s.when(*c.SnoozedUntil)))
	}
	if c.Bounces > 0 {
		out = append(out, s.t("cli.case.bounces", "n", c.Bounces))
	}
	return strings.Join(out, " · ")
}

func (s *session) partyLine(p wire.CaseParty) string {
	left := ""
	if p.Left {
		left = s.t("cli.case.left")
	}
	return joined(p.Name, s.kind(p.Kind), p.Reference, p.Assignee, left)
}

// namesOf are the names of the companies on a case, by id.
func namesOf(c *wire.Case) map[string]string {
	out := map[string]string{}
	for _, p := range c.Companies {
		out[p.Company] = p.Name
	}
	return out
}

func nameIn(names map[string]string, company string) string {
	if name, known := names[company]; known {
		return name
	}
	return company
}

func (s *session) addHandoff(k *card, h *wire.Handoff) {
	if h == nil {
		return
	}
	args := []any{"id", h.ID, "from", h.From.Name, "to", h.To.Name, "due", s.whenSet(h.Due), "for", nil}
	if h.For != nil {
		args = append(args, "for", h.For.Name)
	}
	k.add("handoff", s.t("cli.handoff.line", args...))
	if h.Overdue {
		k.add("", s.t("cli.handoff.overdue"))
	}
	s.addPackage(k, h.Package)
	for i, q := range h.Questions {
		k.add(firstLabel(i, "asked"), joined(q.Field, q.Text))
	}
}

func (s *session) addPackage(k *card, p *wire.Package) {
	if p == nil {
		return
	}
	for _, part := range []struct{ label, words string }{{"summary", p.Summary}, {"impact", p.Impact}, {"tried", p.Tried}, {"environment", p.Environment}} {
		k.each(part.label, lines(part.words))
	}
	facts := map[string]any{}
	for field, value := range p.Facts {
		facts[field] = value
	}
	for i, field := range sortedKeys(facts) {
		name, value := s.factWords(p.Form, field, p.Facts[field])
		k.add(firstLabel(i, "facts"), name+" = "+value)
	}
}

func (s *session) addJoint(k *card, c *wire.Case) {
	if c.Joint == nil {
		return
	}
	k.add("joint", s.t("cli.case.joint", "company", c.Joint.Coordinator.Name))
	sides := map[string]any{}
	for side := range c.Joint.Engineers {
		sides[side] = nil
	}
	for _, side := range sortedKeys(sides) {
		engineer := c.Joint.Engineers[side]
		if engineer == "" {
			engineer = s.t("cli.case.no-engineer")
		}
		k.add("", nameIn(namesOf(c), side)+" · "+engineer)
	}
}

// addClocks lists the clocks that run.
func (s *session) addClocks(k *card, clocks []wire.Clock, names map[string]string) {
	label := "clocks"
	for _, clock := range clocks {
		if clock.Stopped != nil || clock.Kind == "customer" {
			continue
		}
		k.add(label, s.clockLine(clock, nameIn(names, clock.Company)))
		label = ""
	}
}

func (s *session) clockLine(c wire.Clock, company string) string {
	due, mark := s.t("clock.none"), ""
	if c.Due != nil {
		due = s.when(*c.Due)
	}
	switch {
	case c.Paused:
		due = s.t("cli.clock.paused")
	case c.Late:
		mark = s.t("cli.clock.late")
	}
	return joined(s.t("clock."+strings.ReplaceAll(c.Kind, "_", "-")), company, due, mark)
}

// lines are those of a text, each fit for a screen.
func lines(words string) (out []string) {
	for line := range strings.Lines(words) {
		clean, err := text.Clean(strings.ToValidUTF8(strings.ReplaceAll(strings.TrimRight(line, "\r\n"), "\x00", ""), "\uFFFD"))
		if err == nil {
			out = append(out, text.StripZeroWidth(clean))
		}
	}
	return out
}

// showLine prints an entry of the timeline: what happened, the words, and who
// reads them.
func (s *session) showLine(w io.Writer, e wire.CaseEvent, names map[string]string) {
	fmt.Fprintf(w, "%d  %s  %s\n", e.N, s.when(e.At), oneLine(joined(e.Sentence, cmp.Or(e.PersonName, e.Person), e.OnBehalf)))
	k := &card{s: s}
	k.each("text", lines(e.Text))
	s.addPackage(k, e.Package)
	k.add("package_for", named(names, e.PackageFor))
	for _, name := range []string{"name", "subject", "reason", "evidence", "other", "reference", "assignee", "engineer", "next", "until"} {
		k.add(name, s.detail(name, e.Details[name]))
	}
	s.addQuestions(k, e)
	if e.Released != nil {
		k.add("released", s.when(*e.Released))
	}
	k.add("readers", named(names, e.Audience))
	k.write(w)
}

func named(names map[string]string, companies []string) string {
	out := make([]string, len(companies))
	for i, company := range companies {
		out[i] = nameIn(names, company)
	}
	return strings.Join(out, ", ")
}

// addQuestions shows what was asked before a decision, and the facts given
// for it. What has been erased in part is not shown.
func (s *session) addQuestions(k *card, e wire.CaseEvent) {
	var asked []wire.Question
	if json.Unmarshal([]byte(e.Details["questions"]), &asked) == nil {
		for i, q := range asked {
			k.add(firstLabel(i, "asked"), joined(q.Field, q.Text))
			k.add("because", q.Because)
		}
	}
	var facts map[string]string
	if json.Unmarshal([]byte(e.Details["facts"]), &facts) == nil {
		s.addPackage(k, &wire.Package{Facts: facts})
	}
}

// detail is a detail in words where it is a code or an instant.
func (s *session) detail(name, value string) string {
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return s.when(at)
	}
	for _, key := range []string{"case.outcome." + value, "cli.decline." + value} {
		if name == "reason" && s.printer().Has(key) {
			return s.t(key)
		}
	}
	return value
}

func (s *session) showPreview(w io.Writer, p *wire.HandoffPreview) {
	args := []any{"to", p.To.Name, "for", nil}
	if p.For != nil {
		args = append(args, "for", p.For.Name)
	}
	fmt.Fprintln(w, s.bold(oneLine(s.t("cli.handoff.would", args...))))
	k := &card{s: s}
	if p.Contact != nil {
		k.add("reach", (&answerWriter{s: s}).way(p.Contact))
	}
	s.addPackage(k, &p.Package)
	k.each("receives", s.sentences(p.Receives))
	k.each("stays", s.sentences(p.Stays))
	s.addForm(k, p)
	s.addClocks(k, p.Clocks, map[string]string{p.To.Company: p.To.Name})
	k.add("customer-reads", p.Customer)
	k.write(w)
}

func (s *session) sentences(events []wire.CaseEvent) (out []string) {
	for _, e := range events {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d  %s  %s", e.N, e.Sentence, e.Text)))
	}
	return out
}

// showClocks prints how each clock came to stand where it stands, and who held
// the case.
func (s *session) showClocks(w io.Writer, told *wire.CaseClocks) {
	for _, clock := range told.Clocks {
		fmt.Fprintln(w, s.bold(oneLine(s.clockLine(clock.Clock, clock.Name))))
		for _, line := range clock.Lines {
			fmt.Fprintf(w, "  %s\n", oneLine(line.Text))
		}
	}
	for _, held := range told.Ball {
		args := []any{"company", held.Name, "n", held.Times, "wall", s.printer().Duration(time.Duration(held.Wall) * time.Second), "business", nil}
		if held.Business != nil {
			args = append(args, "business", s.printer().Duration(time.Duration(*held.Business)*time.Second))
		}
		fmt.Fprintln(w, oneLine(s.t("cli.case.held", args...)))
	}
}
