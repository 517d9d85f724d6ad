package bench

import (
	"encoding/binary"
	"fmt"
	"time"

	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/wire"
)

// Case i of a world is computed from i alone, as everything in it: a question of
// a customer, decided by the rules, opened, answered, handed over and closed by
// the commands that people use, so that its ledger is a real one.

// caseEvery is the time between one case and the next.
const caseEvery = time.Minute

// bigDesk has a tenth of all cases: the desk whose lists are measured.
const bigDesk = 0

// caseOpened is when a case was opened. The last of so many is opened Now.
func caseOpened(i, of int) time.Time { return Now.Add(-time.Duration(of-i) * caseEvery) }

// caseNumber spreads the numbers over all that there are, each once.
func caseNumber(i int) string { return casework.Number(uint64(i) * 6_180_339_887 % 10_000_000_000) }

// salesOf are some live subscriptions that a direct partner has sold and answers
// for.
func (w *World) salesOf(direct, most int) (out []int) {
	for i := 0; i < w.Subscriptions && len(out) < most; i++ {
		s := w.Subscription(i)
		if s.Seller == directID(direct) && s.Model == wire.Direct && s.Status == "" && s.SupportPartner == "" && w.plain(s.Offer) {
			out = append(out, i)
		}
	}
	return out
}

// plain is an offer that is answered through the channel.
func (w *World) plain(offer string) bool {
	o := w.offer(numberOf(offer))
	return o.Kind == wire.Saas && o.License == "" && !o.FirstParty && o.Listing == ""
}

// cases makes cases of a world.
type cases struct {
	*World
	of    int   // how many there will be
	big   []int // subscriptions of the big desk
	rules *responsibility.Rules
}

func (w *World) cases(of int) *cases {
	return &cases{World: w, of: of, big: w.salesOf(bigDesk, 1000), rules: responsibility.Shipped()}
}

// one makes case i and plays it.
func (w *cases) one(i int) (*app.Rehearsal, error) {
	p, err := w.opened(i)
	if err != nil {
		return nil, err
	}
	return p.rehearsal, p.live()
}

// opened makes case i and leaves it new. A question that no case can be made of
// gives way to another.
func (w *cases) opened(i int) (*part, error) {
	for try := 0; ; try++ {
		sale := pick(w.Subscriptions, i+try, "case-sale")
		if i%10 == 0 {
			sale = w.big[pick(len(w.big), i+try, "case-sale")]
		}
		s := w.Subscription(sale)
		if s.Status == "cancelled" {
			continue
		}
		p, err := w.ask(i, s)
		if err == nil {
			return p, nil
		}
		if fault.Of(err) == nil || try == 50 {
			return nil, fmt.Errorf("case %d: %w", i, err)
		}
	}
}

// part is a case that is being played.
type part struct {
	rehearsal *app.Rehearsal
	world     *cases
	i, step   int
	lang      i18n.Lang
	at        time.Time
}

func (w *cases) ask(i int, s *wire.Subscription) (*part, error) {
	topics, severities := []string{wire.BreakFix, wire.HowTo, wire.BreakFix, wire.Billing}, wire.Severities()
	p := &part{world: w, i: i, at: caseOpened(i, w.of), lang: i18n.Langs()[pick(3, i, "case-lang")]}
	q := Ask{As: s.Customer, Subscription: s.ID, Topic: topics[pick(len(topics), i, "case-topic")], Severity: severities[pick(len(severities), i, "case-severity")], At: p.at}
	world := directory.NewSnapshot(w.around(q))
	d, err := responsibility.Decide(engineQuestion(q), world, w.rules)
	if err != nil {
		return nil, err
	}
	n := wire.NewCase{Subscription: s.ID, Subject: w.words(p.lang, i, 0, 1), Text: w.words(p.lang, i, 0, 3+pick(4, i, "length")), Lang: string(p.lang), Requester: fmt.Sprintf("requester-%d", i%97)}
	p.rehearsal, err = app.Rehearse(caseNumber(i), d, world, w.rules, s.Customer, n, p.at, p.chance())
	return p, err
}

func (p *part) chance() (out casework.Chance) {
	binary.BigEndian.PutUint64(out.Seed[:], uint64(p.i))
	binary.BigEndian.PutUint64(out.Seed[8:], uint64(p.step))
	p.step++
	return out
}

// do is one command, some time after the one before.
func (p *part) do(company string, cmd casework.Command) error {
	p.at = p.at.Add(time.Duration(4+pick(170, p.i, fmt.Sprintf("wait-%d", p.step))) * time.Minute)
	return p.rehearsal.Do(cmd, casework.By{Company: company, Person: "desk-" + company, Via: "web"}, p.at, p.chance())
}

func (p *part) text(most int) string {
	return p.world.words(p.lang, p.i, p.step+1, 1+pick(most, p.i, fmt.Sprintf("long-%d", p.step)))
}

// tell is a message from one company to another; to "", or to one whose name it
// may not know, it is a note.
func (p *part) tell(from, to string, wait bool) error {
	say := casework.Say{Text: p.text(4), Lang: string(p.lang), Wait: wait}
	if to != "" && p.rehearsal.Case.Sees(from, to) {
		say.Audience = []string{to}
	}
	return p.do(from, say)
}

// live plays the life of a case as far as it has come: seven of ten are closed.
func (p *part) live() error {
	c := p.rehearsal.Case
	sponsor, customer := c.Route.Sponsor, c.Customer
	var err error
	switch fate := pick(100, p.i, "fate"); {
	case fate < 6: // new
	case fate < 12:
		err = steps(func() error { return p.tell(sponsor, customer, true) })
	case fate < 18:
		err = steps(p.answered, p.offered)
	case fate < 24:
		err = steps(p.answered, p.handedOver, p.proposed)
	case fate < 30:
		err = steps(p.answered, p.handedOver)
	default:
		err = steps(p.answered, p.handedOver, p.proposed, func() error { return p.do(customer, casework.Confirm{}) })
	}
	if err != nil && !fault.Is(err, fault.Conflict) { // nobody can be reached: it stays where it is
		return fmt.Errorf("case %d: %w", p.i, err)
	}
	return p.untilNow()
}

func steps(all ...func() error) error {
	for _, one := range all {
		if err := one(); err != nil {
			return err
		}
	}
	return nil
}

// answered is a first answer, and in half of the cases some more.
func (p *part) answered() error {
	c := p.rehearsal.Case
	sponsor, customer := c.Route.Sponsor, c.Customer
	if err := p.tell(sponsor, customer, false); err != nil || chance(50, p.i, "short") {
		return err
	}
	return steps(func() error { return p.tell(customer, sponsor, false) }, func() error { return p.tell(sponsor, "", false) })
}

func (p *part) receiver() string {
	c := p.rehearsal.Case
	if c.Route.Performs != c.Route.Sponsor {
		return c.Route.Performs
	}
	for _, l := range c.Route.Chain {
		if l.As == wire.Publisher && l.Company != c.Owner {
			return l.Company
		}
	}
	return ""
}

// offered: the publisher's own cases have nobody behind it.
func (p *part) offered() error {
	c := p.rehearsal.Case
	if p.receiver() == "" {
		return nil
	}
	return p.do(c.Owner, casework.Send{ID: c.Number + "-bench", To: p.receiver(), Package: casework.Package{Summary: p.text(2), Lang: string(p.lang)}, Messages: p.rehearsal.Events[:1]})
}

// handedOver: every third case is; its receiver takes it.
func (p *part) handedOver() error {
	if !chance(34, p.i, "handed") || p.receiver() == "" {
		return nil
	}
	if err := p.offered(); err != nil {
		return err
	}
	h := p.rehearsal.Case.Handoff
	return steps(
		func() error {
			return p.do(h.To, casework.Accept{ID: h.ID, Person: "engineer", Reference: fmt.Sprintf("REF-%d", p.i)})
		},
		func() error { return p.tell(h.To, h.From, false) })
}

func (p *part) proposed() error {
	return p.do(p.rehearsal.Case.Owner, casework.Propose{Text: p.text(3), Lang: string(p.lang)})
}

// mostTurns bounds what the clock does by itself.
const mostTurns = 40

// untilNow lets the clock of an open case go on: what fell due has been told.
func (p *part) untilNow() error {
	for range mostTurns {
		due := p.rehearsal.Next()
		if p.rehearsal.Case.State == casework.Closed || due.IsZero() || due.After(Now) {
			return nil
		}
		p.at = due
		if err := p.rehearsal.Do(casework.Tick{}, casework.System, p.at, p.chance()); err != nil {
			return err
		}
	}
	return nil
}
