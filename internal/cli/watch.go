package cli

import (
	"context"
	"fmt"
	"iter"

	"switchboard/client"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// watch lists what there is and then tells what comes, until it is
// interrupted. The stream stands before the list is read, so nothing falls
// between the two.
func (s *session) watch(list func() error) error {
	if s.g.Output == "csv" {
		return misuse("cli.watch-csv")
	}
	c, err := s.desk()
	if err != nil {
		return err
	}
	if s.local != nil { // these data are served by nobody: nothing would come, and others would wait
		return fault.New(fault.Conflict, "cli.watch-needs-server")
	}
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	ready := make(chan struct{})
	came := follow(ctx, c.Stream(ctx, client.FeedFrom{After: -1, As: s.g.Company, Ready: func() { close(ready) }}))
	select {
	case <-ready:
	case first := <-came: // it could not be followed at all
		return first.err
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := list(); err != nil {
		return err
	}
	for next := range came {
		if next.err != nil {
			return next.err
		}
		if err := s.tell(next.entry); err != nil {
			return err
		}
	}
	return s.ctx.Err()
}

// arrival is an entry of the feed, or why it has ended.
type arrival struct {
	entry wire.FeedEntry
	err   error
}

// follow reads a feed beside the caller; the channel is closed at its end.
func follow(ctx context.Context, feed iter.Seq2[wire.FeedEntry, error]) <-chan arrival {
	came := make(chan arrival)
	go func() {
		defer close(came)
		for entry, err := range feed {
			select {
			case came <- arrival{entry, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return came
}

// tell prints one entry: when, which case, and what happened.
func (s *session) tell(e wire.FeedEntry) error {
	if s.wantsJSON() {
		return s.json(e)
	}
	what, at := e.Kind, s.when(e.At)
	if e.Event != nil {
		what = e.Event.Sentence
	}
	if s.tty {
		at = s.printer().Time(e.At, s.zone)
	}
	_, err := fmt.Fprintf(s.Out, "%s\t%s\t%s\n", at, oneLine(e.Case), oneLine(what))
	return err
}
