package server

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"switchboard/internal/jobs"
	"switchboard/internal/store"
)

// working is what a listening server does by itself.
type working struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// work starts the jobs and, on PostgreSQL, the talk with the other nodes. They
// outlive the context, so that what the last requests lead to is still done.
func (s *Server) work(ctx context.Context) (*working, error) {
	node, err := nodeID(s.o.DataDir)
	if err != nil {
		return nil, err
	}
	committed, err := s.live.Listen(store.TopicCases)
	if err != nil {
		return nil, err
	}
	pressed, err := s.live.Listen(store.TopicHeld)
	if err != nil {
		committed.Close()
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	w := &working{cancel: cancel}
	w.done.Go(func() {
		defer committed.Close()
		defer pressed.Close()
		duties := append(s.app.Duties(committed.Woken()), s.app.Releases(pressed.Woken()))
		jobs.Run(ctx, jobs.Options{Store: s.store, Node: node, Now: s.o.Now, Log: s.o.Log}, duties...)
	})
	w.done.Go(func() { s.converse(ctx) })
	return w, nil
}

// stop waits until what has been begun is done.
func (w *working) stop() {
	w.cancel()
	w.done.Wait()
}

// again is how long the talk with the other nodes waits after it broke off.
const again = time.Second

func (s *Server) converse(ctx context.Context) {
	for ctx.Err() == nil {
		if err := s.store.Converse(ctx); err != nil {
			s.o.Log.Warn("nodes", "cause", err)
		}
		timer := time.NewTimer(again)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// nodeFile keeps the name of this node: after a restart it takes back its own
// leases at once.
const nodeFile = "node"

func nodeID(dataDir string) (string, error) {
	path := filepath.Join(dataDir, nodeFile)
	data, err := os.ReadFile(path)
	if id := strings.TrimSpace(string(data)); err == nil && id != "" {
		return id, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	id := rand.Text()
	return id, os.WriteFile(path, []byte(id+"\n"), 0o600)
}
