// Package live wakes up who waits for something to change. It knows topics and
// no content: whoever wakes looks for himself, with his own rights.
package live

import (
	"sync"

	"switchboard/internal/fault"
)

// Hub is where one process waits. It is safe for many goroutines.
type Hub struct {
	mu     sync.Mutex
	most   int
	ears   map[string]map[*Ear]bool
	closed bool
}

// New makes a hub where at most so many wait for one topic.
func New(most int) *Hub { return &Hub{most: most, ears: map[string]map[*Ear]bool{}} }

// Ear waits for one topic. Wakes that come together are one.
type Ear struct {
	hub   *Hub
	topic string
	wake  chan struct{}
}

// Listen begins to wait. Faults: too-many too-many.streams, unavailable
// live.closed.
func (h *Hub) Listen(topic string) (*Ear, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return nil, fault.New(fault.Unavailable, "live.closed")
	case len(h.ears[topic]) >= h.most:
		return nil, fault.New(fault.TooMany, "too-many.streams", "most", h.most)
	case h.ears[topic] == nil:
		h.ears[topic] = map[*Ear]bool{}
	}
	e := &Ear{hub: h, topic: topic, wake: make(chan struct{}, 1)}
	h.ears[topic][e] = true
	return e, nil
}

// Wake tells all that wait for a topic.
func (h *Hub) Wake(topic string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for e := range h.ears[topic] {
		select {
		case e.wake <- struct{}{}:
		default: // it has not looked since the last one
		}
	}
}

// Close ends all waiting: who waits is told by a closed channel.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for topic, ears := range h.ears {
		for e := range ears {
			close(e.wake)
		}
		delete(h.ears, topic)
	}
}

// Woken gives a value after a wake, and is closed when the hub is.
func (e *Ear) Woken() <-chan struct{} { return e.wake }

// Close ends this waiting.
func (e *Ear) Close() {
	e.hub.mu.Lock()
	defer e.hub.mu.Unlock()
	delete(e.hub.ears[e.topic], e)
	if len(e.hub.ears[e.topic]) == 0 {
		delete(e.hub.ears, e.topic)
	}
}
