package app

import (
	"sync"
	"time"
)

// lastSeen remembers, in bounded memory, when something was last written down,
// so that a read does not turn into a write each time.
type lastSeen struct {
	mu sync.Mutex
	at map[string]time.Time
}

const lastSeenLimit = 10_000

// due tells whether enough time has passed, and notes the time if so.
func (l *lastSeen) due(key string, now time.Time, every time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.at[key]).Abs() < every {
		return false
	}
	if l.at == nil || len(l.at) >= lastSeenLimit {
		l.at = map[string]time.Time{}
	}
	l.at[key] = now
	return true
}
