//go:build unix

package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"switchboard/internal/store"
	"switchboard/wire"
)

// follower reads the feed of one company through all blows, and keeps nothing
// but what a reader of another firm would: the position it has come to and what
// it was shown (promises 3 and 4).
type follower struct {
	company string
	after   int64
	shown   []line
	lines   map[string]int64 // case -> the last of the company's lines
}

// line is an entry without its words.
type line struct {
	Position, N int64
	Case, Kind  string
}

// followers are those of the seller and of the publisher that stand in most sales.
func (p *play) followers() []*follower {
	sellers, publishers := map[string]int{}, map[string]int{}
	for _, s := range p.sales {
		sellers[s.seller]++
		publishers[s.publisher]++
	}
	var out []*follower
	for _, count := range []map[string]int{sellers, publishers} {
		busiest := slices.MaxFunc(slices.Sorted(maps.Keys(count)), func(a, b string) int { return count[a] - count[b] })
		out = append(out, &follower{company: busiest, lines: map[string]int64{}})
	}
	return out
}

// saysLittle: so few lines could be whole by chance.
func saysLittle(all []*follower) bool {
	return slices.ContainsFunc(all, func(f *follower) bool { return len(f.shown) < 20 })
}

// follow reads on until the server is gone; the result waits for that.
func follow(s *serving, all []*follower) (ended func()) {
	var wg sync.WaitGroup
	for _, f := range all {
		wg.Go(func() {
			again := time.NewTicker(10 * time.Millisecond)
			defer again.Stop()
			for f.read(s) {
				<-again.C
			}
		})
	}
	return wg.Wait
}

// read takes whatever has come, page by page; false when the server is gone.
func (f *follower) read(s *serving) bool {
	const limit = 7
	for {
		page, ok := f.page(s, f.after, limit)
		if !ok {
			return false
		}
		for _, e := range page {
			f.take(s.t, e)
		}
		if len(page) < limit {
			return true
		}
	}
}

func (f *follower) page(s *serving, after int64, limit int) ([]wire.FeedEntry, bool) {
	r := s.do(http.MethodGet, fmt.Sprintf("/v1/events?after=%d&limit=%d&as=%s", after, limit, f.company), "")
	if r.err != nil {
		return nil, false
	}
	var page wire.Page[wire.FeedEntry]
	if err := json.Unmarshal([]byte(r.body), &page); err != nil || r.status != http.StatusOK {
		s.t.Errorf("the feed of %s after %d: %d %v %.200s", f.company, after, r.status, err, r.body)
		return nil, false
	}
	return page.Items, true
}

// take holds an entry against the one before it: none is left out, none comes
// twice, in the feed as on the case, and each can be read.
func (f *follower) take(t testing.TB, e wire.FeedEntry) {
	if e.Position != f.after+1 {
		t.Errorf("%s was shown position %d after %d", f.company, e.Position, f.after)
	}
	if e.N != f.lines[e.Case]+1 {
		t.Errorf("%s was shown line %d of case %s after line %d", f.company, e.N, e.Case, f.lines[e.Case])
	}
	if e.Event == nil || e.Event.N != e.N {
		t.Errorf("%s cannot read line %d of case %s: %+v", f.company, e.N, e.Case, e.Event)
	}
	f.after, f.lines[e.Case] = e.Position, e.N
	f.shown = append(f.shown, line{e.Position, e.N, e.Case, e.Kind})
}

// caughtUp lets the followers read what the last blow has kept from them: each
// line of each case, as often as the ledger has it, and where it stood before.
func (p *play) caughtUp(all []*follower) {
	p.t.Helper()
	want := make([]map[string]int64, len(all))
	p.view(func(tx *store.Tx) (err error) {
		for i, f := range all {
			if want[i], err = linesOf(tx, f.company); err != nil {
				return err
			}
		}
		return nil
	})
	s := p.serve()
	for i, f := range all {
		until(p.t, "the feed of "+f.company+" is complete", func() bool {
			return f.read(s) && !slices.ContainsFunc(slices.Collect(maps.Keys(want[i])), func(number string) bool { return f.lines[number] < want[i][number] })
		})
		f.sameAgain(s)
		for number := range f.lines {
			if want[i][number] == 0 {
				p.t.Errorf("%s was told of case %s, on which it is not", f.company, number)
			}
		}
	}
	s.kill()
}

// sameAgain reads the whole feed once more from its beginning.
func (f *follower) sameAgain(s *serving) {
	again := &follower{company: f.company, lines: map[string]int64{}}
	if !again.read(s) || len(again.shown) < len(f.shown) || !slices.Equal(again.shown[:len(f.shown)], f.shown) {
		s.t.Errorf("the feed of %s reads otherwise from its beginning: %d entries, followed %d", f.company, len(again.shown), len(f.shown))
	}
}

// linesOf counts the lines that a company reads of each of its cases.
func linesOf(tx *store.Tx, company string) (map[string]int64, error) {
	out := map[string]int64{}
	err := eachCase(tx, func(number string) error {
		c, err := tx.Case(number)
		if err != nil {
			return err
		}
		if party := c.Party(company); party != nil && party.N > 0 {
			out[number] = party.N
		}
		return nil
	})
	return out, err
}
