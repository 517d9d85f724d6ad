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

// Killed at any moment of an import, the old world is there in whole or the
// new one is: never a part. Then the same import works (spec 3 section 2).
func TestKillDuringImport(t *testing.T) {
	eachEngine(t, func(t *testing.T, p place) {
		files := []string{world(t, 120, 600), world(t, 200, 3000)}
		worlds := make([]string, len(files))
		var took time.Duration
		for i, file := range files {
			begun := time.Now()
			must(t, p, "import", "--prune", file)
			took = time.Since(begun)
			worlds[i] = export(t, p)
		}
		now, blows, finished := 1, rounds(6), 0
		for range blows {
			next := 1 - now
			after := time.Duration(rand.Int64N(int64(took) * 11 / 10))
			killImport(t, p, files[next], after)
			switch export(t, p) {
			case worlds[now]:
			case worlds[next]:
				now = next
				finished++
			default:
				t.Fatalf("killed after %v: neither the old world nor the new one is there", after)
			}
		}
		t.Logf("%d blows within %v, %d imports had finished", blows, took, finished)
		next := 1 - now
		var o outcome
		until(t, "the import goes on", func() bool { // PostgreSQL has to notice that the killed one is gone
			o = run(t, p, "import", "--prune", files[next])
			return o.code != 5
		})
		if o.code != 0 || export(t, p) != worlds[next] {
			t.Errorf("the import after the last blow: exit %d %s, or not the new world", o.code, o.err)
		}
	})
}

// killImport runs an import and kills it after a while.
func killImport(t *testing.T, p place, file string, after time.Duration) {
	t.Helper()
	c := command(t.Context(), p, "import", "--prune", file)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	blow := time.AfterFunc(after, func() { _ = c.Process.Kill() }) // it may have ended
	_ = c.Wait()                                                   // killed or not
	blow.Stop()
}

// What a server acknowledged before kill -9 is there afterwards, word for word;
// what it did not acknowledge is there in whole or not at all (promise 1).
func TestKillServerWhileItWrites(t *testing.T) {
	eachEngine(t, func(t *testing.T, p place) {
		must(t, p, "import", world(t, 120, 600))
		secret := token(t, p)
		book := &ledger{sent: map[string]string{}, acked: map[string]bool{}}
		for round := range rounds(3) {
			s := serve(t, p)
			s.token = secret
			blow := time.AfterFunc(time.Duration(20+rand.IntN(400))*time.Millisecond, s.kill)
			book.fill(s, round)
			blow.Stop()
			s.kill()
			s = serve(t, p)
			s.token = secret
			book.compare(t, s)
			s.kill()
		}
		t.Logf("%d writes, %d acknowledged", len(book.sent), len(book.acked))
		if len(book.acked) == 0 {
			t.Error("nothing was acknowledged before the blows")
		}
	})
}

// ledger is what was sent and what was acknowledged.
type ledger struct {
	mu    sync.Mutex
	sent  map[string]string // id -> name
	acked map[string]bool
}

// fill writes from four clients until the server is gone.
func (l *ledger) fill(s *serving, round int) {
	var wg sync.WaitGroup
	for client := range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("kept-%d-%d-%d", round, client, n)
				name := strings.Repeat("名前 "+id+" ", 1+n%12)
				l.note(func() { l.sent[id] = name })
				r := s.do(http.MethodPut, "/v1/companies/"+id, companyJSON(id, name), "Idempotency-Key", id)
				if r.err != nil {
					return // the blow has come
				}
				l.note(func() { l.acked[id] = r.status < 300 })
				if r.status >= 300 {
					s.t.Errorf("%s: %d %.200s", id, r.status, r.body)
					return
				}
			}
		})
	}
	wg.Wait()
}

func (l *ledger) note(what func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	what()
}

func companyJSON(id, name string) string {
	data, err := json.Marshal(wire.Company{ID: id, Kinds: []string{wire.Customer}, Name: wire.Plain(strings.TrimSpace(name))})
	if err != nil {
		panic(err)
	}
	return string(data)
}

func (l *ledger) compare(t *testing.T, s *serving) {
	t.Helper()
	for id, name := range l.sent {
		r := s.do(http.MethodGet, "/v1/companies/"+id, "")
		switch {
		case r.err != nil:
			t.Fatal(r.err)
		case r.status == http.StatusNotFound && !l.acked[id]:
		case r.status != http.StatusOK:
			t.Errorf("%s was acknowledged and is lost: %d", id, r.status)
		default:
			var c wire.Company
			if err := json.Unmarshal([]byte(r.body), &c); err != nil || c.Name[""] != strings.TrimSpace(name) {
				t.Errorf("%s is not what was sent: %v %.100s", id, err, r.body)
			}
		}
	}
}
