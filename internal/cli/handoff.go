package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/wire"
)

type handoffVerbs struct {
	Send     handoffSend     `cmd:""`
	Preview  handoffPreview  `cmd:""`
	Withdraw handoffWithdraw `cmd:""`
	Accept   handoffAccept   `cmd:""`
	Decline  handoffDecline  `cmd:""`
	Ask      handoffAsk      `cmd:""`
	Answer   handoffAnswer   `cmd:""`
	Join     handoffJoin     `cmd:""`
	PassOn   handoffPassOn   `cmd:"" name:"pass-on"`
	GiveBack handoffGiveBack `cmd:"" name:"give-back"`
	Reclaim  handoffReclaim  `cmd:""`
	Update   handoffUpdate   `cmd:""`
	List     handoffList     `cmd:""`
}

// packing is what the receiver of a handoff is given.
type packing struct {
	caseNumber
	Receiver string `arg:"" name:"receiver"`
	written
	Impact      string
	Tried       string
	Environment string
	Fact        map[string]string `placeholder:"FIELD=VALUE"`
	Prefill     bool
	Messages    []int64 `placeholder:"N"`
}

func (p packing) handoff(s *session) (wire.NewHandoff, error) {
	summary, err := p.words(s, true)
	return wire.NewHandoff{To: p.Receiver, Messages: p.Messages, Confirm: p.Confirm, Prefill: p.Prefill,
		Package: wire.Package{Summary: summary, Impact: p.Impact, Tried: p.Tried, Environment: p.Environment, Facts: p.Fact}}, err
}

// preview shows what sending would do; nothing is written.
func (p packing) preview(s *session) error {
	h, err := p.handoff(s)
	if err != nil {
		return err
	}
	c, err := s.desk()
	if err != nil {
		return err
	}
	shown, err := c.PreviewHandoff(s.ctx, p.plain(), h)
	if err != nil {
		return err
	}
	s.say("cli.handoff.not-sent")
	return s.people(shown, func(w io.Writer) { s.showPreview(w, shown) })
}

type handoffPreview struct{ packing }

// Run shows what sending would do.
func (v *handoffPreview) Run(s *session) error { return v.preview(s) }

type handoffSend struct {
	packing
	reading
}

// Run offers a case to another company and prints the id of the handoff.
func (v *handoffSend) Run(s *session) error {
	if s.g.DryRun {
		return v.preview(s)
	}
	h, err := v.handoff(s)
	if err != nil {
		return err
	}
	return s.change(func(c *client.Client) (*wire.Case, error) { return c.HandOver(s.ctx, v.plain(), h, v.IfMatch) }, handoffIDOf)
}

// stepping is a verb on a handoff: its own id, or the number of its case.
type stepping struct {
	Handoff string `arg:"" name:"handoff"`
	reading
}

// id finds the open handoff of a case that is named by its number.
func (v stepping) id(s *session, c *client.Client) (string, error) {
	number, isCase := v.number()
	if !isCase {
		return v.Handoff, nil
	}
	shown, err := c.Case(s.ctx, number)
	if err == nil && shown.Handoff == nil {
		err = fault.New(fault.NotFound, "cli.no-handoff", "case", number)
	}
	if err != nil {
		return "", err
	}
	return shown.Handoff.ID, nil
}

// caseDigits is the length of a case number; a handoff's id is longer.
const caseDigits = 11

func (v stepping) number() (string, bool) {
	number := plainNumber(v.Handoff)
	return number, len(number) == caseDigits && strings.Trim(number, "0123456789") == ""
}

// step does a verb on the open handoff.
func (v stepping) step(s *session, verb string, with wire.HandoffStep, print func(*wire.Case) string) error {
	return s.change(func(c *client.Client) (*wire.Case, error) {
		id, err := v.id(s, c)
		if err != nil {
			return nil, err
		}
		return c.StepHandoff(s.ctx, id, verb, with, v.IfMatch)
	}, print)
}

type handoffWithdraw struct {
	stepping
	Reason string `arg:"" optional:"" name:"reason"`
}

// Run takes an offer back before it is accepted.
func (v *handoffWithdraw) Run(s *session) error {
	return v.step(s, "withdraw", wire.HandoffStep{Reason: v.Reason}, nothing)
}

type handoffAccept struct {
	stepping
	Assignee  string `placeholder:"PERSON"`
	Reference string
	Next      string `placeholder:"TIME"`
}

// Run makes the own company the owner.
func (v *handoffAccept) Run(s *session) error {
	return s.change(func(c *client.Client) (*wire.Case, error) {
		id, err := v.id(s, c)
		if err != nil {
			return nil, err
		}
		next, err := s.moment(c, v.Next)
		if err != nil {
			return nil, err
		}
		return c.StepHandoff(s.ctx, id, "accept", wire.HandoffStep{Person: v.Assignee, Reference: v.Reference, Next: next}, v.IfMatch)
	}, nothing)
}

type handoffDecline struct {
	stepping
	written
	Reason   string  `required:"" placeholder:"CODE"`
	Other    string  `placeholder:"ID"`
	Messages []int64 `placeholder:"N"`
}

// Run gives an offer back to its sender, with the evidence.
func (v *handoffDecline) Run(s *session) error {
	evidence, err := v.words(s, true)
	if err != nil {
		return err
	}
	return v.step(s, "decline", wire.HandoffStep{Reason: v.Reason, Evidence: evidence, Other: v.Other, Messages: v.Messages, Confirm: v.Confirm}, nothing)
}

type handoffAsk struct {
	stepping
	Question []string          `arg:"" optional:"" name:"asked"`
	Field    map[string]string `placeholder:"FIELD=QUESTION"`
	Because  string            `placeholder:"WHY"`
	confirming
}

// Run puts questions before the decision.
func (v *handoffAsk) Run(s *session) error {
	with := wire.HandoffStep{Confirm: v.Confirm}
	for _, text := range v.Question {
		with.Questions = append(with.Questions, wire.Question{Text: text, Because: v.Because})
	}
	fields := map[string]any{}
	for field := range v.Field {
		fields[field] = nil
	}
	for _, field := range sortedKeys(fields) {
		with.Questions = append(with.Questions, wire.Question{Field: field, Text: v.Field[field], Because: v.Because})
	}
	return v.step(s, "ask", with, nothing)
}

type handoffAnswer struct {
	stepping
	written
	Fact     map[string]string `placeholder:"FIELD=VALUE"`
	Messages []int64           `placeholder:"N"`
}

// Run answers the questions.
func (v *handoffAnswer) Run(s *session) error {
	text, err := v.words(s, true)
	if err != nil {
		return err
	}
	return v.step(s, "answer", wire.HandoffStep{Text: text, Facts: v.Fact, Messages: v.Messages, Confirm: v.Confirm}, nothing)
}

type handoffJoin struct {
	stepping
	Assignee string `placeholder:"PERSON"`
}

// Run helps without owning the case.
func (v *handoffJoin) Run(s *session) error {
	return v.step(s, "join", wire.HandoffStep{Person: v.Assignee}, nothing)
}

type handoffPassOn struct {
	stepping
	Receiver string `arg:"" optional:"" name:"receiver"`
	written
	Assignee string            `placeholder:"PERSON"`
	Fact     map[string]string `placeholder:"FIELD=VALUE"`
	Prefill  bool
	Messages []int64 `placeholder:"N"`
}

// Run sends a case on to a third company: what was meant for another, or what
// the own company holds.
func (v *handoffPassOn) Run(s *session) error {
	summary, err := v.words(s, true)
	if err != nil {
		return err
	}
	return s.change(func(c *client.Client) (*wire.Case, error) {
		id, err := v.id(s, c)
		var f *fault.Error
		if number, isCase := v.number(); isCase && errors.As(err, &f) && f.Code == "cli.no-handoff" {
			id, err = number, nil // the owner passes on what it holds
		}
		if err != nil {
			return nil, err
		}
		with := wire.HandoffStep{Person: v.Assignee, To: v.Receiver, Summary: summary, Facts: v.Fact, Prefill: v.Prefill, Messages: v.Messages, Confirm: v.Confirm}
		return c.StepHandoff(s.ctx, id, "pass-on", with, v.IfMatch)
	}, handoffIDOf)
}

// holding is a verb of who holds a case, or answers for it: it names the case.
type holding struct {
	caseNumber
	reading
}

func (v holding) step(s *session, verb string, with func(*client.Client) (wire.HandoffStep, error), print func(*wire.Case) string) error {
	return s.change(func(c *client.Client) (*wire.Case, error) {
		step, err := with(c)
		if err != nil {
			return nil, err
		}
		return c.StepHandoff(s.ctx, v.plain(), verb, step, v.IfMatch)
	}, print)
}

type handoffGiveBack struct {
	holding
	written
	Reason string
}

// Run offers the case to the company it came from, with what was done.
func (v *handoffGiveBack) Run(s *session) error {
	done, err := v.words(s, true)
	if err != nil {
		return err
	}
	return v.step(s, "give-back", func(*client.Client) (wire.HandoffStep, error) {
		return wire.HandoffStep{Text: done, Reason: v.Reason, Confirm: v.Confirm}, nil
	}, handoffIDOf)
}

type handoffReclaim struct {
	holding
	Reason string `arg:"" name:"reason"`
	confirming
}

// Run takes a case back to its sponsor.
func (v *handoffReclaim) Run(s *session) error {
	return v.step(s, "reclaim", func(*client.Client) (wire.HandoffStep, error) {
		return wire.HandoffStep{Reason: v.Reason, Confirm: v.Confirm}, nil
	}, nothing)
}

type handoffUpdate struct {
	holding
	written
	Next string   `required:"" placeholder:"TIME"`
	To   []string `placeholder:"WHO"`
}

// Run says how far the work is and when the next word comes.
func (v *handoffUpdate) Run(s *session) error {
	text, err := v.words(s, false)
	if err != nil {
		return err
	}
	return v.step(s, "update", func(c *client.Client) (wire.HandoffStep, error) {
		next, err := s.moment(c, v.Next)
		return wire.HandoffStep{Text: text, Audience: v.To, Next: next, Confirm: v.Confirm}, err
	}, nothing)
}

type handoffList struct {
	Direction string `placeholder:"in|out"`
	State     string `placeholder:"STATE"`
	Limit     int
}

var handoffColumns = []string{"id", "from.name", "to.name", "state", "due", "subject"}

// Run lists the handoffs of the company, those that await an answer first.
func (v *handoffList) Run(s *session) error {
	c, err := s.desk()
	if err != nil {
		return err
	}
	f := client.HandoffFilter{Direction: v.Direction, State: v.State}
	list, next, err := pages(v.Limit, func(cursor string, limit int) (*wire.Page[wire.HandoffSummary], error) {
		return c.Handoffs(s.ctx, f, cursor, limit)
	})
	if err != nil {
		return err
	}
	rows := make([]map[string]any, 0, len(list))
	for _, h := range list {
		row, err := generic(h)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if format, _ := s.formatOf(); format == "table" {
		for _, row := range rows {
			row["state"] = s.t("cli.handoff.state." + fmt.Sprint(row["state"]))
		}
	}
	if err := s.rows(handoffColumns, rows, next); err != nil {
		return err
	}
	if next != "" {
		s.say("cli.case.more", "n", len(list))
	}
	return nil
}
