package cli

import (
	"fmt"
	"io"
	"strings"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/wire"
)

type caseVerbs struct {
	List     caseList     `cmd:""`
	Show     caseShow     `cmd:""`
	New      caseNew      `cmd:""`
	Reply    caseReply    `cmd:""`
	Note     caseNote     `cmd:""`
	Assign   caseAssign   `cmd:""`
	Set      caseSet      `cmd:""`
	Label    caseLabel    `cmd:""`
	Snooze   caseSnooze   `cmd:""`
	Propose  casePropose  `cmd:""`
	Confirm  caseConfirm  `cmd:""`
	Reject   caseReject   `cmd:""`
	Close    caseClose    `cmd:""`
	Reopen   caseReopen   `cmd:""`
	Timeline caseTimeline `cmd:""`
	Clocks   caseClocks   `cmd:""`
	Attach   caseAttach   `cmd:""`
	File     caseFile     `cmd:""`
	Export   caseExport   `cmd:""`
	Verify   caseVerify   `cmd:""`
}

// desk connects a verb of case work, which is done for a company: at this
// machine's own command line for --company, by --person; at another server for
// the company of the token.
func (s *session) desk() (*client.Client, error) {
	s.working = true
	c, err := s.client()
	if err != nil || s.g.Server == "" || s.g.Company == "" {
		return c, err
	}
	me, err := c.Session(s.ctx)
	if err == nil && me.Company != s.g.Company {
		return nil, fault.New(fault.Denied, "cli.other-company", "company", s.g.Company, "own", me.Company)
	}
	return c, err
}

// caseNumber names a case, as people write its number.
type caseNumber struct {
	Number string `arg:"" name:"number"`
}

// plain is the number without what people put between its digits.
func (n caseNumber) plain() string { return plainNumber(n.Number) }

func plainNumber(number string) string {
	return strings.NewReplacer(" ", "", "-", "", "#", "").Replace(number)
}

// reading is the version that a change insists on.
type reading struct {
	IfMatch int64 `name:"if-match" placeholder:"VERSION"`
}

// written are the words of a message: an argument, a file or, with "-" or when
// nothing is given, the standard input.
type written struct {
	Text string `arg:"" optional:"" name:"text"`
	File string `short:"f" placeholder:"FILE"`
	confirming
}

// confirming says that somebody has read what a refusal has asked about.
type confirming struct {
	Confirm string `placeholder:"secrets"`
}

// words reads them; needed = they are asked for where nothing is given.
func (w written) words(s *session, needed bool) (string, error) {
	from := w.File
	switch {
	case w.Text != "" && w.File != "":
		return "", misuse("cli.words-twice")
	case w.Text == "-", w.Text == "" && w.File == "" && needed && !isTerminal(s.In):
		from = "-"
	case w.Text == "" && w.File == "" && needed:
		return "", misuse("cli.words-missing")
	}
	if from == "" {
		return w.Text, nil
	}
	data, err := s.read(from)
	return strings.TrimRight(string(data), "\r\n"), err
}

// change does one change of a case and tells where the case stands then. What
// it prints is for the next command: the number or the handoff.
func (s *session) change(do func(*client.Client) (*wire.Case, error), print func(*wire.Case) string) error {
	if s.g.DryRun {
		return misuse("cli.no-dry-run")
	}
	c, err := s.desk()
	if err != nil {
		return err
	}
	now, err := do(c)
	if err != nil {
		return err
	}
	format, err := s.formatOf()
	if err != nil {
		return err
	}
	if format != "table" && format != "plain" {
		return s.object(now)
	}
	s.say("cli.case.moved", "case", now.Number, "where", s.where(now))
	if data := print(now); data != "" {
		_, err = fmt.Fprintln(s.Out, oneLine(data))
	}
	return err
}

func nothing(*wire.Case) string         { return "" }
func numberOf(now *wire.Case) string    { return now.Number }
func handoffIDOf(now *wire.Case) string { return idOf(now.Handoff) }
func idOf(h *wire.Handoff) (id string) {
	if h != nil {
		id = h.ID
	}
	return id
}

type caseShow struct{ caseNumber }

// Run shows a case as the company may see it: with whom it is comes first.
func (v *caseShow) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	shown, err := c.CaseWith(s.ctx, v.plain(), wire.WithTimeline, wire.WithAnswer)
	if err != nil {
		return err
	}
	return s.people(shown, func(w io.Writer) { s.showCase(w, shown); s.showNewest(w, shown) })
}

// people prints an object as a text for people; programs get the object.
func (s *session) people(object any, text func(io.Writer)) error {
	format, err := s.formatOf()
	if err != nil {
		return err
	}
	if format != "table" && format != "plain" {
		return s.object(object)
	}
	var b strings.Builder
	text(&b)
	_, err = io.WriteString(s.Out, b.String())
	return err
}

type caseNew struct {
	Subject string `arg:"" name:"subject"`
	written
	Offer        string `placeholder:"ID"`
	Subscription string `placeholder:"ID"`
	Customer     string `placeholder:"ID"`
	Topic        string
	Severity     string
	About        string `placeholder:"ID"`
	Requester    string `placeholder:"ID"`
	Via          string
	Test         bool
	Follows      string `placeholder:"NUMBER"`
}

// Run makes a case of a question and prints its number.
func (v *caseNew) Run(s *session) error {
	text, err := v.words(s, true)
	if err != nil {
		return err
	}
	return s.change(func(c *client.Client) (*wire.Case, error) {
		return c.OpenCase(s.ctx, wire.NewCase{Offer: v.Offer, Subscription: v.Subscription, Customer: v.Customer, Topic: v.Topic, Severity: v.Severity,
			About: v.About, Subject: v.Subject, Text: text, Requester: v.Requester, Via: v.Via, Test: v.Test, Follows: v.Follows, Confirm: v.Confirm})
	}, numberOf)
}

type caseReply struct {
	caseNumber
	written
	reading
	To       []string `placeholder:"WHO"`
	Answers  int64    `placeholder:"N"`
	Wait     bool
	Via      string
	OnBehalf string `name:"on-behalf" placeholder:"PERSON"`
}

// Run writes a message. Who reads it is said, or follows from the message that
// it answers; it is never guessed.
func (v *caseReply) Run(s *session) error {
	if len(v.To) == 0 && v.Answers == 0 {
		return misuse("cli.audience-missing")
	}
	return v.send(s, v.caseNumber, v.written, wire.NewMessage{Audience: v.To, Answers: v.Answers, Wait: v.Wait, Via: v.Via, OnBehalf: v.OnBehalf})
}

func (r reading) send(s *session, n caseNumber, w written, m wire.NewMessage) (err error) {
	if m.Text, err = w.words(s, true); err != nil {
		return err
	}
	m.Confirm = w.Confirm
	return s.change(func(c *client.Client) (*wire.Case, error) { return c.Say(s.ctx, n.plain(), m, r.IfMatch) }, nothing)
}

type caseNote struct {
	caseNumber
	written
	reading
}

// Run writes what stays in the own company.
func (v *caseNote) Run(s *session) error {
	return v.send(s, v.caseNumber, v.written, wire.NewMessage{Audience: []string{"internal"}})
}

type caseAssign struct {
	caseNumber
	Person string `arg:"" name:"assignee" optional:""`
	reading
}

// Run says who of the own company works on a case; without a name, nobody.
func (v *caseAssign) Run(s *session) error {
	return v.put(s, v.caseNumber, wire.CaseChange{Assignee: &v.Person})
}

func (r reading) put(s *session, n caseNumber, ch wire.CaseChange) error {
	return s.change(func(c *client.Client) (*wire.Case, error) { return c.ChangeCase(s.ctx, n.plain(), ch, r.IfMatch) }, nothing)
}

type caseSet struct {
	caseNumber
	reading
	Subject   *string
	Topic     *string
	Severity  *string
	Reference *string
	Engineer  *string `placeholder:"PERSON"`
	Hold      string  `placeholder:"TIME"`
	Reason    string
	Resume    bool
}

// Run changes one thing that the own company says about a case.
func (v *caseSet) Run(s *session) error {
	ch := wire.CaseChange{Subject: v.Subject, Topic: v.Topic, Severity: v.Severity, Reference: v.Reference, Engineer: v.Engineer, Reason: v.Reason}
	return s.change(func(c *client.Client) (_ *wire.Case, err error) {
		if ch.OnHold, err = s.moment(c, v.Hold); err != nil {
			return nil, err
		}
		if v.Resume {
			ch.OnHold = &never
		}
		return c.ChangeCase(s.ctx, v.plain(), ch, v.IfMatch)
	}, nothing)
}

// solving is a word on how a case ends.
type solving struct {
	caseNumber
	written
	reading
}

func (v solving) run(s *session, verb, reason string, needed bool) error {
	text, err := v.words(s, needed)
	if err != nil {
		return err
	}
	return s.change(func(c *client.Client) (*wire.Case, error) {
		return c.StepCase(s.ctx, v.plain(), verb, wire.CaseStep{Text: text, Reason: reason, Confirm: v.Confirm}, v.IfMatch)
	}, nothing)
}

type (
	casePropose struct{ solving }
	caseConfirm struct{ solving }
	caseReject  struct{ solving }
	caseReopen  struct{ solving }
	caseClose   struct {
		solving
		Reason string `required:""`
	}
)

// Run says what solves the case.
func (v *casePropose) Run(s *session) error { return v.run(s, "propose", "", true) }

// Run says that the solution works.
func (v *caseConfirm) Run(s *session) error { return v.run(s, "confirm", "", false) }

// Run says that it does not work yet.
func (v *caseReject) Run(s *session) error { return v.run(s, "reject", "", true) }

// Run goes on with a closed case.
func (v *caseReopen) Run(s *session) error { return v.run(s, "reopen", "", true) }

// Run ends a case for a reason.
func (v *caseClose) Run(s *session) error { return v.run(s, "close", v.Reason, false) }

type caseTimeline struct {
	caseNumber
	After int64 `placeholder:"N"`
}

// Run prints what the company may read of a case, and who else reads it.
func (v *caseTimeline) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	lines, err := c.Timeline(s.ctx, v.plain(), v.After)
	if err != nil {
		return err
	}
	format, err := s.formatOf()
	if err != nil || format != "table" && format != "plain" {
		return orElse(err, func() error {
			return listed(s, []string{"n", "at", "kind", "by.company", "person", "sentence", "text", "audience"}, lines)
		})
	}
	shown, err := c.Case(s.ctx, v.plain())
	if err != nil {
		return err
	}
	return s.people(lines, func(w io.Writer) {
		for _, line := range lines {
			s.showLine(w, line, namesOf(shown))
		}
	})
}

type caseClocks struct{ caseNumber }

// Run lets each clock of a case explain itself, and tells who held the case
// for how long.
func (v *caseClocks) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	told, err := c.CaseClocks(s.ctx, v.plain())
	if err != nil {
		return err
	}
	return s.people(told, func(w io.Writer) { s.showClocks(w, told) })
}
