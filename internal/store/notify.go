package store

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// wake says a topic when the transaction has committed.
func (tx *Tx) wake(topic string) {
	if !slices.Contains(tx.wakes, topic) {
		tx.wakes = append(tx.wakes, topic)
	}
}

// tell says topics to this process at once and leaves them for the others.
func (s *Store) tell(topics []string) {
	for _, topic := range topics {
		s.wake(topic)
	}
	if s.sqlite == nil {
		s.others.add(topics)
	}
}

// outbound are the topics that other nodes have not been told: each once,
// however many commits said it meanwhile.
type outbound struct {
	mu      sync.Mutex
	open    bool // somebody takes them
	waiting map[string]bool
	ready   chan struct{}
}

func (o *outbound) add(topics []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.open {
		return
	}
	for _, topic := range topics {
		o.waiting[topic] = true
	}
	if len(o.waiting) > 0 {
		select {
		case o.ready <- struct{}{}:
		default:
		}
	}
}

func (o *outbound) take() (out []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for topic := range o.waiting {
		out = append(out, topic)
	}
	clear(o.waiting)
	return out
}

func (o *outbound) begin(open bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.open, o.waiting = open, map[string]bool{}
}

// channel of NOTIFY. A notice is a hint: who misses one finds out by looking.
const channel = "switchboard"

// mostNotice is less than what PostgreSQL takes as one payload.
const mostNotice = 7000

// Converse tells the other nodes on the same PostgreSQL what this one commits,
// and is told by them, until the context ends or a connection breaks. NOTIFY
// goes out on its own, never in a case's transaction: it takes a lock that all
// commits share. On SQLite there is nobody else.
func (s *Store) Converse(ctx context.Context) error {
	if s.sqlite != nil {
		<-ctx.Done()
		return nil
	}
	s.others.begin(true)
	defer s.others.begin(false)
	ctx, cancel := context.WithCancel(ctx)
	failed := make(chan error, 2)
	go func() { failed <- s.onConn(ctx, s.listen) }()
	go func() { failed <- s.onConn(ctx, s.speak) }()
	err := <-failed
	stopped := ctx.Err() != nil
	cancel()
	<-failed
	if stopped {
		return nil
	}
	return s.eng.mapError(err)
}

// onConn lends a connection to a function that keeps it. It is closed with it:
// one that listens must not go back to the others.
func (s *Store) onConn(ctx context.Context, f func(context.Context, *pgx.Conn) error) error {
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		raw := driver.(*stdlib.Conn).Conn()
		err := f(ctx, raw)
		_ = raw.Close(context.WithoutCancel(ctx)) // whatever it says, it is not used again
		return err
	})
}

func (s *Store) listen(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		notice, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		for topic := range strings.SplitSeq(notice.Payload, "\n") {
			s.wake(topic)
		}
	}
}

func (s *Store) speak(ctx context.Context, conn *pgx.Conn) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.others.ready:
		}
		for _, notice := range notices(s.others.take()) {
			if _, err := conn.Exec(ctx, "SELECT pg_notify($1, $2)", channel, notice); err != nil {
				return err
			}
		}
	}
}

// notices puts topics together, as many as fit into one payload.
func notices(topics []string) (out []string) {
	var b strings.Builder
	for _, topic := range topics {
		if b.Len() > 0 && b.Len()+len(topic) > mostNotice {
			out = append(out, b.String())
			b.Reset()
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(topic)
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return out
}
