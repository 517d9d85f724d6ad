package live

import (
	"context"
	"errors"
	"net/http"
	"time"
)

const (
	// RecheckEvery is how often a reader that lasts is asked for anew: the loss of
	// a right takes at most 5 s in every channel (promises 1.8).
	RecheckEvery = 2 * time.Second
	writeWithin  = 2 * time.Second
	// Proxies cut what is silent for half a minute.
	beatEvery = 15 * time.Second
)

// ErrGone: the reader has gone, or may not read any more. It is told nothing;
// when it comes back it is told what any caller would be.
var ErrGone = errors.New("live: the reader has gone")

// Stream is one connection of server-sent events.
type Stream struct {
	w   http.ResponseWriter
	out *http.ResponseController
}

// Open sends the head, and what it begins with. The reader may be gone already;
// the next write says so.
func Open(w http.ResponseWriter, first string) *Stream {
	s := &Stream{w: w, out: http.NewResponseController(w)}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that collects answers would hold them back
	w.WriteHeader(http.StatusOK)
	_ = s.Write(first)
	return s
}

// Write sends at once; who does not read in time is let go, so that nothing waits
// on its way when a right is lost.
func (s *Stream) Write(text string) error {
	if err := s.out.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return ErrGone
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return ErrGone
	}
	if err := s.out.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return ErrGone
	}
	return nil
}

// Follow calls send at once, after each wake, and every two seconds - a wake may
// have been lost on its way, and so may a right - until it fails, the reader goes
// or the hub is closed.
func (s *Stream) Follow(ctx context.Context, ear *Ear, send func() error) error {
	check, beat := time.NewTicker(RecheckEvery), time.NewTicker(beatEvery)
	defer check.Stop()
	defer beat.Stop()
	err := send()
	for err == nil {
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-ear.Woken():
			if !open {
				return nil
			}
			err = send()
		case <-check.C:
			err = send()
		case <-beat.C:
			err = s.Write(": \n\n")
		}
	}
	if errors.Is(err, ErrGone) || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
