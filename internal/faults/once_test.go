//go:build unix

package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/wire"
)

// The same key twice at the same moment: one effect (promise 3).
func TestOneKeyAtTheSameMoment(t *testing.T) {
	eachEngine(t, func(t *testing.T, p place) {
		must(t, p, "import", world(t, 120, 600))
		s := serve(t, p)
		s.token = token(t, p)
		labels := map[string]bool{}
		for _, label := range []string{"a", "b", "c", "d", "e"} {
			labels[label] = true
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					if r := makeToken(s, label); r.err != nil || r.status >= 500 {
						t.Errorf("%+v", r)
					}
				})
			}
			wg.Wait()
		}
		onePerLabel(t, s, labels)
	})
}

// One key is one effect, also for who asks again because the server was killed
// before it answered (promise 3).
func TestKillServerBetweenEffectAndAnswer(t *testing.T) {
	eachEngine(t, func(t *testing.T, p place) {
		must(t, p, "import", world(t, 120, 600))
		secret := token(t, p)
		labels := map[string]bool{}
		for round := range rounds(3) {
			s := serve(t, p)
			s.token = secret
			open := map[string]bool{}
			blow := time.AfterFunc(time.Duration(20+rand.IntN(300))*time.Millisecond, s.kill)
			for n := 0; ; n++ {
				label := fmt.Sprintf("round %d number %d", round, n)
				open[label], labels[label] = true, true
				if r := makeToken(s, label); r.err != nil {
					break
				}
			}
			blow.Stop()
			s.kill()
			s = serve(t, p)
			s.token = secret
			for label := range open {
				if r := makeToken(s, label); r.err != nil || r.status >= 300 {
					t.Errorf("asking again for %s: %+v", label, r)
				}
			}
			onePerLabel(t, s, labels)
			s.kill()
		}
	})
}

func makeToken(s *serving, label string) reply {
	body := fmt.Sprintf(`{"company":"market","person":"market-admin","scopes":["who"],"label":%q}`, label)
	return s.do(http.MethodPost, "/v1/tokens", body, "Idempotency-Key", strings.ReplaceAll(label, " ", "-"))
}

func onePerLabel(t *testing.T, s *serving, labels map[string]bool) {
	t.Helper()
	r := s.do(http.MethodGet, "/v1/tokens?company=market", "")
	var page wire.Page[wire.Token]
	if err := json.Unmarshal([]byte(r.body), &page); err != nil || r.status != http.StatusOK {
		t.Fatalf("%+v %v", r, err)
	}
	count := map[string]int{}
	for _, token := range page.Items {
		count[token.Label]++
	}
	for label := range labels {
		if count[label] != 1 {
			t.Errorf("%d tokens of one key (%s), want 1", count[label], label)
		}
	}
}
