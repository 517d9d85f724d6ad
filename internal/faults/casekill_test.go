//go:build unix

package faults

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/internal/bench"
	"switchboard/wire"
)

// Killed at any moment while cases are opened, written to and handed over: what
// was acknowledged is there, no case is half made, and who asks again with the
// same key gets one effect; who follows a feed is shown each line once and in
// order (promises 1 to 4, spec 2 section 2).
func TestKillServerWhileCasesMove(t *testing.T) {
	eachEngine(t, func(t *testing.T, p place) {
		blows := 100
		if p[0] == "--db" {
			blows = 20
		}
		play := newPlay(t, p)
		feeds := play.followers()
		var slowest time.Duration
		dealt := 0
		for ; dealt < rounds(blows) || dealt < 5*blows && saysLittle(feeds); dealt++ { // a slow machine does little between two
			begun := time.Now()
			s := play.serve()
			slowest = max(slowest, time.Since(begun))
			blow := time.AfterFunc(time.Duration(5+rand.IntN(250))*time.Millisecond, s.kill)
			ended := follow(s, feeds)
			play.until(s, func() bool { return false })
			blow.Stop()
			s.kill()
			ended()
			play.check()
		}
		play.finish()
		play.caughtUp(feeds)
		for _, f := range feeds {
			t.Logf("%s followed %d lines of %d cases", f.company, len(f.shown), len(f.lines))
		}
		if saysLittle(feeds) {
			t.Error("the feeds say little")
		}
		t.Logf("%d blows, %d cases, %d effects acknowledged, %d asked again; the slowest start took %v", dealt, len(play.whole), play.acked(), play.again, slowest)
	})
}

// PostgreSQL ends a connection in the midst of the work: the server answers that
// it does not know, and who asks again gets one effect.
func TestKillBackendWhileCasesMove(t *testing.T) {
	eachEngine(t, func(t *testing.T, p place) {
		if p[0] != "--db" { // SQLite has none: its writer is the server
			return
		}
		play := newPlay(t, p)
		db, err := sql.Open("pgx", p[1])
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		s := play.serve()
		ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
		defer stop()
		killed := make(chan int)
		go func() { killed <- killBackends(ctx, db) }()
		begun := time.Now()
		play.until(s, func() bool { // a slow machine does little between two blows
			return ctx.Err() != nil || time.Since(begun) > 3*time.Second && play.done() >= 60
		})
		stop()
		n := <-killed
		s.kill()
		play.check()
		play.finish()
		t.Logf("%d backends killed, %d effects acknowledged, %d asked again", n, play.acked(), play.again)
		if n == 0 || play.again == 0 {
			t.Error("no blow has hit anybody")
		}
	})
}

// killBackends ends one connection of the product after the other.
func killBackends(ctx context.Context, db *sql.DB) (n int) {
	again := time.NewTicker(15 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return n
		case <-again.C:
		}
		var hit bool
		err := db.QueryRow(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
			AND pid <> pg_backend_pid() AND query LIKE '%case%' ORDER BY random() LIMIT 1`).Scan(&hit)
		if err == nil && hit {
			n++
		}
	}
}

// play is a crowd of clients that move cases, and what they know of it.
type play struct {
	t     *testing.T
	p     place
	sales []sale
	crowd []*mover

	mu    sync.Mutex
	marks []*effect
	whole map[string]bool // cases that will not move any more and were whole
	again int             // requests that were sent once more

	refused int // answers that say that the server could not
}

// effect is one thing that was asked for. Its mark is a word that nothing else
// has.
type effect struct {
	mark    string
	key     string
	readers []string // companies that find it
	acked   bool
	settled bool // found as it must be, in a case that does not move any more
}

// mover is one client with one case after the other.
type mover struct {
	name    int
	count   int
	sale    sale
	step    int
	number  string
	handoff string
	open    *effect // asked for and not answered
}

// sale is a subscription and the companies of its chain.
type sale struct{ id, customer, seller, publisher string }

// directSales are those in which the customer's own partner owns the case.
func directSales(w *bench.World) (out []sale) {
	publishers := map[string]string{}
	for object := range w.Objects() {
		switch v := object.(type) {
		case *wire.Offer:
			if v.Kind == wire.Saas && v.License == "" && !v.FirstParty && v.Listing == "" {
				publishers[v.ID] = v.Publisher
			}
		case *wire.Subscription:
			if v.Model == wire.Direct && publishers[v.Offer] != "" && v.Status == "" && v.SupportPartner == "" && v.RedirectTechnical == "" {
				out = append(out, sale{v.ID, v.Customer, v.Seller, publishers[v.Offer]})
			}
		}
	}
	return out
}

func newPlay(t *testing.T, p place) *play {
	must(t, p, "import", world(t, 120, 600))
	return newCrowd(t, p)
}

func newCrowd(t *testing.T, p place) *play {
	w := bench.NewWorld(bench.Size{Offers: 120, Subscriptions: 600})
	play := &play{t: t, p: p, sales: directSales(w), whole: map[string]bool{}}
	if p[0] != "--data-dir" { // where the server leaves its address
		play.p = append(p, "--data-dir", filepath.Join(t.TempDir(), "run"))
	}
	for i := range 4 {
		play.crowd = append(play.crowd, &mover{name: i, sale: play.sales[i]})
	}
	return play
}

func (p *play) serve() *serving {
	s := serve(p.t, p.p)
	dir := p.p[len(p.p)-1]
	data, err := os.ReadFile(filepath.Join(dir, "server.json"))
	if err != nil {
		p.t.Fatal(err)
	}
	s.token = localToken(p.t, data)
	return s
}

// until lets everybody work until an instant, or until the server is gone.
// A server that says that it does not know is asked again.
func (p *play) until(s *serving, over func() bool) {
	var wg sync.WaitGroup
	for _, m := range p.crowd {
		wg.Go(func() {
			for !over() {
				r := p.send(s, m)
				switch {
				case r.err != nil && over() || r.err != nil && gone(s):
					return
				case r.err != nil:
				case r.status >= 500:
					p.note(func() { p.refused++ })
				case r.status >= 300:
					p.t.Errorf("%s: %d %.300s", m.open.mark, r.status, r.body)
					return
				default:
					p.answered(m, r)
				}
			}
		})
	}
	wg.Wait()
}

func gone(s *serving) bool {
	<-s.ended
	return true
}

// send asks for the next thing, or once more for the one that was not answered.
func (p *play) send(s *serving, m *mover) reply {
	p.mu.Lock()
	if m.open == nil {
		m.count++
		m.open = &effect{mark: fmt.Sprintf("zq%dn%dq", m.name, m.count), readers: m.readers()}
		m.open.key = "key-" + m.open.mark
		p.marks = append(p.marks, m.open)
	} else {
		p.again++
	}
	as, path, body := m.request(m.open.mark)
	key := m.open.key
	p.mu.Unlock()
	return s.do(http.MethodPost, path, body, "Idempotency-Key", key, "Switchboard-As", as)
}

// request is the next of the four steps of a case's life.
func (m *mover) request(mark string) (as, path, body string) {
	switch m.step {
	case 0:
		return m.sale.customer, "/v1/cases", fmt.Sprintf(`{"subscription":%q,"topic":"break-fix","severity":"moderate","subject":"備份失敗","text":"バックアップ %s"}`, m.sale.id, mark)
	case 1:
		return m.sale.seller, "/v1/cases/" + m.number + "/messages", fmt.Sprintf(`{"text":"We look at %s","audience":["customer"]}`, mark)
	case 2:
		return m.sale.seller, "/v1/cases/" + m.number + "/handoffs", fmt.Sprintf(`{"to":%q,"summary":"請看 %s","messages":[1]}`, m.sale.publisher, mark)
	}
	return m.sale.publisher, "/v1/handoffs/" + m.handoff + "/accept", fmt.Sprintf(`{"person":"someone","reference":%q}`, mark)
}

func (m *mover) readers() []string {
	if m.step < 2 {
		return []string{m.sale.customer, m.sale.seller}
	}
	return []string{m.sale.seller, m.sale.publisher}
}

// answered goes on to the next step.
func (p *play) answered(m *mover, r reply) {
	var shown wire.Case
	if err := json.Unmarshal([]byte(r.body), &shown); err != nil || shown.Number == "" {
		p.t.Errorf("%s: %v %.300s", m.open.mark, err, r.body)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	m.open.acked, m.open = true, nil
	m.number = shown.Number
	if shown.Handoff != nil {
		m.handoff = shown.Handoff.ID
	}
	if m.step++; m.step == 4 {
		m.step, m.number, m.handoff = 0, "", ""
		m.sale = p.sales[(m.count*len(p.crowd)+m.name)%len(p.sales)]
	}
}

func (p *play) acked() (n int) {
	for _, e := range p.marks {
		if e.acked {
			n++
		}
	}
	return n
}

func (p *play) note(what func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	what()
}

// done is acked while the crowd works.
func (p *play) done() (n int) {
	p.note(func() { n = p.acked() })
	return n
}

func (p *play) refusals() (n int) {
	p.note(func() { n = p.refused })
	return n
}

// settle asks once more for whatever was not answered.
func (p *play) settle(s *serving) {
	p.t.Helper()
	for _, m := range p.crowd {
		if m.open == nil {
			continue
		}
		if r := p.send(s, m); r.err != nil || r.status >= 300 {
			p.t.Errorf("asking again for %s: %+v", m.open.mark, r)
		} else {
			p.answered(m, r)
		}
	}
}

// finish asks once more for whatever was not answered, and holds the whole
// store against what is known.
func (p *play) finish() {
	p.t.Helper()
	s := p.serve()
	p.settle(s)
	s.kill()
	clear(p.whole)
	for _, e := range p.marks {
		if e.settled = false; !e.acked {
			p.t.Errorf("%s was never acknowledged", e.mark)
		}
	}
	p.check()
	if p.acked() < 20 || p.again == 0 && !strings.Contains(p.t.Name(), "Backend") {
		p.t.Errorf("%d effects, %d asked again: the test says little", p.acked(), p.again)
	}
}
