package casewalk

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/proof"
	"switchboard/wire"
)

// Caller is a company's way to the product: the Go client, or the app itself.
type Caller interface {
	OpenCase(context.Context, wire.NewCase) (*wire.Case, error)
	Case(ctx context.Context, number string) (*wire.Case, error)
	Timeline(ctx context.Context, number string, after int64) ([]wire.CaseEvent, error)
	ExportCase(ctx context.Context, number string) (*wire.CaseExport, error)
	ChangeCase(context.Context, string, wire.CaseChange, int64) (*wire.Case, error)
	Say(context.Context, string, wire.NewMessage, int64) (*wire.Case, error)
	AddFile(context.Context, string, wire.NewFile, io.Reader) (*wire.Case, error)
	HandOver(context.Context, string, wire.NewHandoff, int64) (*wire.Case, error)
	StepHandoff(ctx context.Context, id, verb string, s wire.HandoffStep, version int64) (*wire.Case, error)
	StepCase(ctx context.Context, number, verb string, s wire.CaseStep, version int64) (*wire.Case, error)
}

// Product drives the product by a caller for each company.
type Product struct {
	T       testing.TB
	Callers map[string]Caller
	Clock   func() time.Time
	Later   func(time.Duration)
	Turn    func() error              // the system's, on all that is due
	Check   func(number string) error // of what is stored of a case
	Relate  func(state string) error  // by the operator
	Key     proof.Against

	number, handoff string
	receipts        map[string][]proof.Receipt // every answer to a change is one
}

// Begin opens the case.
func (p *Product) Begin(sale Sale, word string) {
	if err := p.Relate("active"); err != nil {
		p.T.Fatal(err)
	}
	c, err := p.Callers[sale.Customer].OpenCase(p.T.Context(), wire.NewCase{Subscription: sale.Subscription, Topic: wire.BreakFix, Severity: "moderate", Subject: "It stops", Text: word})
	if err != nil {
		p.T.Fatal(err)
	}
	p.number, p.handoff, p.receipts = c.Number, "none", map[string][]proof.Receipt{}
	p.receipt(sale.Customer, c)
}

func (p *Product) receipt(company string, c *wire.Case) {
	p.receipts[company] = append(p.receipts[company], proof.Receipt{N: c.Version, Head: c.Head})
	if c.Handoff != nil {
		p.handoff = c.Handoff.ID
	}
}

func (p *Product) Pass(d time.Duration) { p.Later(d) }
func (p *Product) Now() time.Time       { return p.Clock() }

func (p *Product) Verify() error { return p.Check(p.number) }

// Do is one request.
func (p *Product) Do(s Step) error {
	switch s.Verb {
	case Tick:
		return p.Turn()
	case Relate:
		return p.Relate(s.Reason)
	}
	c, err := p.send(p.Callers[s.By], s)
	if err == nil {
		p.receipt(s.By, c)
	}
	return err
}

func (p *Product) send(by Caller, s Step) (*wire.Case, error) {
	ctx, messages := p.T.Context(), p.numbers(by, s.Messages)
	switch s.Verb {
	case "say":
		return by.Say(ctx, p.number, wire.NewMessage{Text: s.Word, Audience: s.Audience, Wait: s.Wait}, 0)
	case "attach":
		return by.AddFile(ctx, p.number, wire.NewFile{Name: s.Word, Type: "text/plain", Audience: s.Audience}, strings.NewReader("xyz"))
	case "send":
		return by.HandOver(ctx, p.number, wire.NewHandoff{To: s.To, Package: wire.Package{Summary: s.Word}, Messages: messages}, 0)
	case "propose", "confirm", "reject", "close", "reopen":
		return by.StepCase(ctx, p.number, s.Verb, wire.CaseStep{Text: s.Word, Reason: s.Reason}, 0)
	case "hold", "unhold", "assign", "refer", "name", "change", "severity":
		return by.ChangeCase(ctx, p.number, changeOf(s), 0)
	}
	return by.StepHandoff(ctx, p.named(by, s.Verb), s.Verb, stepOf(s, messages), 0)
}

func changeOf(s Step) wire.CaseChange {
	switch s.Verb {
	case "hold":
		return wire.CaseChange{OnHold: &s.Next, Reason: s.Word}
	case "unhold":
		return wire.CaseChange{OnHold: new(time.Time)}
	case "assign":
		return wire.CaseChange{Assignee: &s.Word}
	case "refer":
		return wire.CaseChange{Reference: &s.Word}
	case "name":
		return wire.CaseChange{Engineer: &s.Word}
	case "severity":
		return wire.CaseChange{Severity: &s.Reason}
	}
	return wire.CaseChange{Subject: &s.Word}
}

func stepOf(s Step, messages []int64) wire.HandoffStep {
	out := wire.HandoffStep{To: s.To, Messages: messages}
	if !s.Next.IsZero() {
		out.Next = &s.Next
	}
	switch s.Verb {
	case "withdraw", "reclaim":
		out.Reason = s.Word
	case "accept":
		out.Reference = s.Word
	case "decline":
		out.Reason, out.Evidence = "other", s.Word
	case "ask":
		out.Questions = []wire.Question{{Text: s.Word}}
	case "pass-on":
		out.Summary = s.Word
	default:
		out.Text, out.Audience = s.Word, s.Audience
	}
	return out
}

// named is what a verb of a handoff names: the handoff, or the case where none
// is needed.
func (p *Product) named(by Caller, verb string) string {
	switch verb {
	case "give-back", "reclaim", "update":
		return p.number
	case "pass-on":
		if c, err := by.Case(p.T.Context(), p.number); err != nil || c.Handoff == nil {
			return p.number
		}
	}
	return p.handoff
}

// nowhere is a number that no company has read.
const nowhere = 99999

// numbers are a company's own numbers of messages; of those that it does not
// read, one that is not there.
func (p *Product) numbers(by Caller, words []string) (out []int64) {
	if len(words) == 0 {
		return nil
	}
	lines, err := by.Timeline(p.T.Context(), p.number, 0)
	for _, word := range words {
		at := slices.IndexFunc(lines, func(e wire.CaseEvent) bool { return e.Text == word || e.Details["name"] == word })
		if err != nil || at < 0 {
			out = append(out, nowhere)
			continue
		}
		out = append(out, lines[at].N)
	}
	return out
}

// Head is that of a company's chain.
func (p *Product) Head(company string) string {
	c, err := p.Callers[company].Case(p.T.Context(), p.number)
	if err != nil {
		return ""
	}
	return c.Head
}

// Look reads everything of the case: its page, its timeline and its export,
// which every answer that the company was ever given is a receipt for.
func (p *Product) Look(company string) (out Sight) {
	ctx, by := p.T.Context(), p.Callers[company]
	c, err := by.Case(ctx, p.number)
	lines, noLines := by.Timeline(ctx, p.number, 0)
	x, noExport := by.ExportCase(ctx, p.number)
	if (err == nil) != (noLines == nil) || (err == nil) != (noExport == nil) {
		p.T.Fatalf("%s: %v, %v, %v", company, err, noLines, noExport)
	}
	if err != nil {
		return out
	}
	against := p.Key
	against.Receipts = p.receipts[company]
	if found := proof.Check(x, against); len(found) > 0 || c.Head != x.Head || c.Version != int64(len(lines)) || c.Version != x.N {
		p.T.Fatalf("%s: %v, version %d of %d lines, heads %s %s", company, found, c.Version, len(lines), c.Head, x.Head)
	}
	text, err := json.Marshal([]any{c, lines, x})
	if err != nil {
		p.T.Fatal(err)
	}
	out = Sight{Owner: c.Owner.Company, Sponsor: c.Sponsor.Company, State: c.State, Severity: c.Severity, Text: string(text)}
	if c.Handoff != nil {
		out.Receiver = c.Handoff.To.Company
	}
	return out
}

// Whole gives the error of what was found wrong.
func Whole(part *wire.StoreCheck, err error) error {
	if err == nil && (part.Checked != 1 || len(part.Troubles) > 0) {
		err = fmt.Errorf("%d cases checked: %+v", part.Checked, part.Troubles)
	}
	return err
}
