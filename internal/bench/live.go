package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"switchboard/client"
	"switchboard/wire"
)

// acceptances of a round.
const acceptances = 40

// live measures how long after its acknowledgement an accepted handoff stands on
// the stream of the company that has sent it; where there can be two nodes, the
// stream is the other one's (promises 2).
func (s *scene) live(ctx context.Context, agents []*agent) (err error) {
	if !s.any("handoff-visible") {
		return nil
	}
	s.tell(s.named("handoff-visible"))
	near, far := s.server, s.server
	if s.suffix == onPostgres {
		if far, err = serve(ctx, s.dir, s.program, s.place); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, far.stop()) }()
	}
	sender, maker := agents[0], s.makerOf(agents[0])
	token, err := s.tokenOf(ctx, publisherID(maker), fmt.Sprintf("engineer-%d", maker), "write")
	if err != nil {
		return err
	}
	taker := &agent{token: token}
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	arrived, err := follow(ctx, far, sender.token)
	if err != nil {
		return err
	}
	rounds := make([][]float64, s.o.Rounds)
	for r := range rounds {
		for i := range s.often(acceptances) {
			took, err := s.acceptance(ctx, near, sender, taker, publisherID(maker), i, arrived)
			if err != nil {
				return err
			}
			rounds[r] = append(rounds[r], in("handoff-visible", took))
		}
	}
	s.add(result(s.named("handoff-visible"), rounds, 0, 0))
	return nil
}

// makerOf is the publisher of what an agent's first sale is of.
func (s *scene) makerOf(a *agent) int {
	return s.world.publisherOf(numberOf(s.world.Subscription(a.sales[0]).Offer))
}

type entry struct {
	wire.FeedEntry
	err error
}

// follow hears a company's stream of a node, and returns when it stands.
func follow(ctx context.Context, node *child, token string) (<-chan entry, error) {
	c, err := client.New(client.Options{Server: node.url, Token: token})
	if err != nil {
		return nil, err
	}
	arrived, stands := make(chan entry, 256), make(chan struct{})
	go func() {
		defer close(arrived)
		for e, err := range c.Stream(ctx, client.FeedFrom{After: -1, Ready: func() { close(stands) }}) {
			select {
			case arrived <- entry{e, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	select {
	case <-stands:
		return arrived, nil
	case e := <-arrived:
		return nil, errors.Join(errors.New("the stream does not stand"), e.err)
	}
}

// acceptance plays a case up to its acceptance and waits until it is heard of.
func (s *scene) acceptance(ctx context.Context, near *child, sender, taker *agent, receiver string, i int, arrived <-chan entry) (time.Duration, error) {
	n := s.newCase(sender, i)
	n.Subscription = saleID(sender.sales[0])
	c, err := s.post(ctx, sender, "/v1/cases", n)
	if err != nil {
		return 0, err
	}
	sent, err := s.post(ctx, sender, "/v1/cases/"+c.Number+"/handoffs", wire.NewHandoff{To: receiver, Package: wire.Package{Summary: n.Subject, Lang: n.Lang}})
	if err != nil {
		return 0, err
	}
	if sent.Handoff == nil {
		return 0, fmt.Errorf("case %s has no handoff", c.Number)
	}
	if _, err := s.post(ctx, taker, "/v1/handoffs/"+sent.Handoff.ID+"/accept", wire.HandoffStep{Person: "Engineer"}); err != nil {
		return 0, err
	}
	start := time.Now()
	for e := range arrived {
		if e.err != nil {
			return 0, e.err
		}
		if e.Case == c.Number && e.Kind == "handoff-accepted" {
			return time.Since(start), nil
		}
	}
	return 0, errors.New("the stream has ended")
}
