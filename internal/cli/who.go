package cli

import (
	"fmt"
	"strings"
	"time"

	"switchboard/client"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// asked are the flags of a question.
type asked struct {
	Question     []string `arg:"" optional:"" name:"question"`
	Offer        string   `placeholder:"ID"`
	Subscription string   `placeholder:"ID"`
	Customer     string   `placeholder:"ID"`
	As           string   `placeholder:"ID"`
	Topic        string
	Severity     string
	At           string `placeholder:"TIME"`
	About        string `placeholder:"ID"`
}

// question is what goes to the API. Without --as the caller is --company.
func (a *asked) question(s *session) client.Question {
	q := client.Question{Text: strings.Join(a.Question, " "), Offer: a.Offer, Subscription: a.Subscription, Customer: a.Customer,
		As: a.As, Topic: a.Topic, Severity: a.Severity, At: a.At, About: a.About}
	if q.As == "" {
		q.As = s.g.Company
	}
	return q
}

type whoVerb struct{ asked }

// Run prints who answers, why, how to reach them and by when.
func (v *whoVerb) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	answer, err := c.Who(s.ctx, v.question(s))
	if err != nil {
		return err
	}
	if v.Subscription != "" && answer.Subscription == nil && answer.Asker.Company == nil {
		s.say("cli.who.nobody")
	}
	return s.answer(answer)
}

// answer prints an answer: sentences for people, the API's shape for programs.
func (s *session) answer(a *wire.Answer) error {
	format, err := s.formatOf()
	if err != nil {
		return err
	}
	switch format {
	case "json", "jsonl":
		return s.json(a)
	case "csv":
		return s.object(a)
	}
	w := answerWriter{s: s, a: a}
	w.write()
	_, err = fmt.Fprint(s.Out, w.b.String())
	return err
}

type answerWriter struct {
	s *session
	a *wire.Answer
	b strings.Builder
}

func (w *answerWriter) write() {
	w.headline()
	w.why()
	if w.a.Reach != nil {
		w.reach("cli.who.reach", w.a.Reach)
	}
	for i := range w.a.AlsoReach {
		w.reach("cli.who.also", &w.a.AlsoReach[i])
	}
	w.by()
	for _, warning := range w.a.Warnings {
		w.line("cli.who.note", warning.Text)
	}
	w.line("cli.who.next", w.a.Next.Text)
	for _, question := range w.a.Questions { // the next step names them as what follows
		w.line("cli.who.question", question.Text)
		for _, option := range question.Options {
			w.line("", "--"+option.Param+" "+option.Value+"  "+option.Text)
		}
	}
}

func (w *answerWriter) headline() {
	head := w.a.Summary
	if w.a.Performs != nil && w.a.Outcome == wire.Decided {
		head = w.s.t("cli.who.answers", "company", w.a.Performs.Name, "kind", i18n.Key("kind."+w.a.Performs.Kind))
	}
	fmt.Fprintln(&w.b, w.s.bold(oneLine(head)))
}

func (w *answerWriter) why() {
	for i, reason := range w.a.Reasons {
		label := ""
		if i == 0 {
			label = "cli.who.why"
		}
		text := reason.Text
		if len(reason.Statements) > 0 {
			text += "  [" + strings.Join(reason.Statements, " ") + "]"
		}
		w.line(label, text)
	}
	for _, match := range w.a.Matched {
		if match.Rule != "" {
			w.line("", w.s.t("cli.who.rule", "rule", match.Rule, "version", w.a.Rules.Version))
		}
	}
}

// line prints a labelled line; labels are as wide as the widest of them.
func (w *answerWriter) line(label, text string) {
	if text == "" {
		return
	}
	word := ""
	if label != "" {
		word = w.s.t(label)
	}
	fmt.Fprintf(&w.b, "  %s  %s\n", padded(word, w.s.labelWidth()), oneLine(text))
}

var labels = []string{"cli.who.why", "cli.who.reach", "cli.who.also", "cli.who.by", "cli.who.question", "cli.who.note", "cli.who.next"}

func (s *session) labelWidth() int {
	widest := 0
	for _, label := range labels {
		widest = max(widest, width(s.t(label)))
	}
	return widest
}

func (w *answerWriter) reach(label string, r *wire.Reach) { w.line(label, w.way(r)) }

// way says how to reach a company.
func (w *answerWriter) way(r *wire.Reach) string {
	parts := []string{r.Name}
	if c := r.Contact; c != nil {
		for _, way := range []string{c.Name, c.Email, c.Phone, c.URL} {
			if way != "" && way != r.Name {
				parts = append(parts, way)
			}
		}
		if open := w.open(c); open != "" {
			parts = append(parts, open)
		}
		if c.Verified != nil {
			parts = append(parts, w.s.t("cli.who.checked", "date", i18n.Day(*c.Verified)))
		}
	}
	return strings.Join(parts, " · ")
}

// open says whether somebody is there, in the time of the contact's city, and
// in the reader's when that is another.
func (w *answerWriter) open(c *wire.ContactPoint) string {
	if c.OpenNow == nil {
		return ""
	}
	zone, err := time.LoadLocation(c.TZ)
	if err != nil || c.TZ == "" {
		zone = time.UTC
	}
	p := w.s.printer()
	args := func(at time.Time) []any {
		here := at.In(w.s.zone)
		out := []any{"time", p.Time(at, zone), "at", p.DateTime(at, zone), "city", p.CityOf(zone.String())}
		if here.Format("15:04") != at.In(zone).Format("15:04") {
			out = append(out, "here", p.Time(at, w.s.zone))
		}
		return out
	}
	switch {
	case *c.OpenNow && c.Until != nil:
		return w.s.t("cli.who.open-until", args(*c.Until)...)
	case *c.OpenNow:
		return w.s.t("cli.who.open")
	case c.Opens != nil:
		return w.s.t("cli.who.opens", args(*c.Opens)...)
	}
	return w.s.t("cli.who.closed")
}

func (w *answerWriter) by() {
	label := "cli.who.by"
	for _, target := range []struct {
		key     string
		promise *wire.Promise
	}{{"acknowledge", w.a.Targets.Acknowledge}, {"first-response", w.a.Targets.FirstResponse}, {"next-update", w.a.Targets.NextUpdate}, {"resolution", w.a.Targets.Resolution}} {
		if target.promise == nil {
			continue
		}
		w.line(label, w.s.t("cli.who.by."+target.key, "when", w.s.when(target.promise.By), "company", w.nameOf(target.promise.Company)))
		label = ""
	}
}

// when is an instant: for people a distance or a date in their zone, into a
// pipe RFC 3339.
func (s *session) when(t time.Time) string {
	if !s.tty {
		return t.Format(time.RFC3339)
	}
	return s.printer().Relative(t.In(s.zone), s.Now().In(s.zone))
}

func (w *answerWriter) nameOf(company string) string {
	for _, party := range []*wire.Party{w.a.Accountable, w.a.Performs} {
		if party != nil && party.Company == company {
			return party.Name
		}
	}
	if w.a.Reach != nil && w.a.Reach.Company == company {
		return w.a.Reach.Name
	}
	return company
}

type messageVerb struct{ asked }

// Run prints the message to the company that answers, ready to be sent.
func (v *messageVerb) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	draft, err := c.Message(s.ctx, v.question(s))
	if err != nil {
		return err
	}
	format, err := s.formatOf()
	if err != nil || format != "table" && format != "plain" {
		return orElse(err, func() error { return s.object(draft) })
	}
	to := draft.To
	if to == "" {
		to = draft.URL
	}
	var body strings.Builder
	for line := range strings.Lines(draft.Body) {
		body.WriteString(oneLine(line) + "\n")
	}
	_, err = fmt.Fprintf(s.Out, "%s %s\n%s %s\n\n%s", s.t("cli.message.to"), oneLine(to), s.t("cli.message.subject"), oneLine(draft.Subject), body.String())
	return err
}

func orElse(err error, otherwise func() error) error {
	if err != nil {
		return err
	}
	return otherwise()
}
