package cli

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"switchboard/client"
	"switchboard/internal/demo"
	"switchboard/internal/server"
	"switchboard/wire"
)

// staging plays the demonstration's cases through the commands that people use,
// each at its own time before now.
type staging struct {
	s     *session
	srv   *server.Server
	clock time.Time
	desks map[string]string // a person of each company who works on cases
}

// stage fills empty data with the world and the cases in it.
func (s *session) stage() (err error) {
	st := &staging{s: s, clock: s.Now().Add(-15 * 24 * time.Hour), desks: map[string]string{}}
	o := s.serverOptions()
	o.Demo, o.Now = true, func() time.Time { return st.clock }
	if st.srv, err = server.Open(s.ctx, o); err != nil {
		return err
	}
	return errors.Join(st.play(), st.srv.Close())
}

func (st *staging) play() error {
	c, err := st.as("", "")
	if err != nil {
		return err
	}
	if err := st.s.seed(c); err != nil {
		return err
	}
	if err := st.meet(c); err != nil {
		return err
	}
	for _, step := range st.script(st.s.Now()) {
		st.clock = step.at
		if err := step.do(); err != nil {
			return err
		}
	}
	return nil
}

// meet finds who works at each desk: the first of its people who may.
func (st *staging) meet(c *client.Client) error {
	for person, err := range client.All[wire.Person](st.s.ctx, c, "people", nil) {
		if err != nil {
			return err
		}
		works := slices.ContainsFunc(person.Roles, func(role string) bool {
			return slices.Contains([]string{"admin-agent", "helpdesk-agent", "publisher-support", "publisher-owner"}, role)
		})
		if works && st.desks[person.Company] == "" {
			st.desks[person.Company] = person.ID
		}
	}
	return nil
}

func (st *staging) as(company, person string) (*client.Client, error) {
	return client.New(client.Options{Server: "http://switchboard.invalid", As: company, Person: person, Lang: string(st.s.lang), Transport: st.srv.Local(), Tries: 1})
}

func (st *staging) desk(company string) (*client.Client, error) {
	return st.as(company, st.desks[company])
}

// scene is one command at its time.
type scene struct {
	at time.Time
	do func() error
}

// script is all commands of all cases in the order of time, the last a minute
// before now.
func (st *staging) script(now time.Time) (out []scene) {
	for _, plot := range demo.Cases() {
		a := &act{st: st, plot: plot}
		steps := a.steps()
		span := min(plot.Age/time.Duration(len(steps)+1), 45*time.Minute)
		for i, do := range steps {
			out = append(out, scene{now.Add(time.Duration(i)*span - plot.Age), do})
		}
	}
	slices.SortStableFunc(out, func(a, b scene) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return out
}

// act is one case that is played.
type act struct {
	st   *staging
	plot demo.Case
	c    *wire.Case // as who moved it last has seen it
	desk string     // the company that has it
}

func (a *act) steps() []func() error {
	all := []func() error{a.open}
	switch a.plot.Fate {
	case demo.Waiting:
		return append(all, a.ask)
	case demo.Offered:
		return append(all, a.offer)
	case demo.Accepted:
		return append(all, a.offer, a.accept)
	case demo.Proposed:
		return append(all, a.tell, a.propose)
	case demo.Closed:
		return append(all, a.tell, a.propose, a.confirm)
	case demo.Joint:
		return append(all, a.offer, a.decline, a.offer, a.decline)
	}
	return all
}

// moved is one command of a company, whose desk does it.
func (a *act) moved(company string, do func(*client.Client) (*wire.Case, error)) error {
	c, err := a.st.desk(company)
	if company == a.plot.Company {
		c, err = a.st.as(company, a.plot.Person)
	}
	if err == nil {
		a.c, err = do(c)
	}
	return err
}

func (a *act) open() error {
	p := a.plot
	err := a.moved(p.Company, func(c *client.Client) (*wire.Case, error) {
		return c.OpenCase(a.st.s.ctx, wire.NewCase{Subscription: p.Subscription, Topic: p.Topic, Severity: p.Severity, Subject: p.Subject, Text: p.Text, Lang: p.Lang})
	})
	if err == nil {
		a.desk = a.c.Owner.Company
	}
	return err
}

func (a *act) say(wait bool) error {
	return a.moved(a.desk, func(c *client.Client) (*wire.Case, error) {
		return c.Say(a.st.s.ctx, a.c.Number, wire.NewMessage{Audience: []string{wire.Customer}, Text: a.plot.Reply, Lang: a.plot.Lang, Wait: wait}, 0)
	})
}

func (a *act) tell() error { return a.say(false) }
func (a *act) ask() error  { return a.say(true) }

func (a *act) offer() error {
	facts := map[string]string{}
	if a.plot.Publisher == "contoso" { // what its form for failures requires
		facts = map[string]string{"tenant": "00000000-0000-4000-8000-000000000099", "since": a.c.Opened.Format(time.DateOnly)}
	}
	return a.moved(a.desk, func(c *client.Client) (*wire.Case, error) {
		return c.HandOver(a.st.s.ctx, a.c.Number, wire.NewHandoff{To: a.plot.Publisher, Package: wire.Package{Summary: a.plot.Summary, Lang: a.plot.Lang, Facts: facts}, Messages: []int64{1}}, 0)
	})
}

func (a *act) accept() error {
	return a.moved(a.plot.Publisher, func(c *client.Client) (*wire.Case, error) {
		return c.StepHandoff(a.st.s.ctx, a.c.Handoff.ID, "accept", wire.HandoffStep{}, 0)
	})
}

func (a *act) decline() error {
	return a.moved(a.plot.Publisher, func(c *client.Client) (*wire.Case, error) {
		return c.StepHandoff(a.st.s.ctx, a.c.Handoff.ID, "decline", wire.HandoffStep{Reason: "other", Evidence: a.plot.Summary}, 0)
	})
}

func (a *act) propose() error {
	return a.moved(a.desk, func(c *client.Client) (*wire.Case, error) {
		return c.StepCase(a.st.s.ctx, a.c.Number, "propose", wire.CaseStep{Text: a.plot.Reply, Lang: a.plot.Lang}, 0)
	})
}

func (a *act) confirm() error {
	return a.moved(a.plot.Company, func(c *client.Client) (*wire.Case, error) {
		return c.StepCase(a.st.s.ctx, a.c.Number, "confirm", wire.CaseStep{}, 0)
	})
}
