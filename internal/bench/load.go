package bench

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"switchboard/internal/directory"
	"switchboard/internal/i18n"
)

const (
	requests = 2000 // of one client in a round
	bodies   = 256  // answers that the floor sends
)

// who measures the question over HTTP, and beside it the floor: the same rows
// read one by one, the same bytes sent, over the same loopback. Both are told as
// the clients see them and as the server does: the clients share its processors.
func (s *scene) who(ctx context.Context) error {
	if !s.any(whoResults...) {
		return nil
	}
	s.tell(s.named("who-1-client"))
	kept := make([][]byte, bodies)
	for i := range kept {
		a, err := s.call(ctx, http.MethodGet, s.whoPath(i), nil, s.inLang(i))
		if err != nil {
			return err
		}
		kept[i] = a.body
	}
	floor, err := s.floorServer(kept)
	if err != nil {
		return err
	}
	defer floor.stop()
	for _, of := range []struct {
		clients int
		name    string
	}{{1, "who-1-client"}, {8, "who-8-clients"}} {
		if err := s.crowdOf(ctx, of.clients, of.name, floor); err != nil {
			return err
		}
	}
	return nil
}

var whoResults = []string{"who-1-client", "who-8-clients", "who-8-clients-p99", "who-1-client-server", "who-8-clients-server", "who-8-clients-server-p99", "who-cpu"}

func (s *scene) crowdOf(ctx context.Context, clients int, name string, floor *floorServer) error {
	_, from, err := s.server.worked("/v1/who", 0)
	if err != nil {
		return err
	}
	spent := s.server.processor()
	seen, perSecond, err := s.load(name, clients, requests, func(i int) error {
		_, err := s.call(ctx, http.MethodGet, s.whoPath(i), nil, s.inLang(i))
		return err
	})
	if err != nil {
		return err
	}
	spent = s.server.processor() - spent
	worked, _, err := s.server.worked("/v1/who", from)
	if err != nil {
		return err
	}
	floor.forget()
	raw, _, err := s.load(name, clients, requests, func(i int) error { return s.fetch(ctx, floor.url+"/?n="+strconv.Itoa(i)) })
	if err != nil {
		return err
	}
	bare := floor.worked()
	s.add(result(s.named(name), seen, middle(raw, 50), perSecond))
	s.add(single(s.named(name+"-server"), worked, percentile(bare, 50), 0))
	if clients > 1 {
		s.add(result(s.named(name+"-p99"), seen, middle(raw, 99), perSecond))
		s.add(single(s.named(name+"-server-p99"), worked, percentile(bare, 99), 0))
		if spent > 0 {
			s.add(single(s.named("who-cpu"), []float64{spent * 1e6 / float64(len(worked))}, 0, 0))
		}
	}
	return nil
}

func (s *scene) whoPath(i int) string {
	q := s.world.Question(i)
	v := url.Values{"as": {q.As}, "topic": {q.Topic}, "severity": {q.Severity}, "at": {q.At.Format(time.RFC3339)}}
	for name, value := range map[string]string{"offer": q.Offer, "subscription": q.Subscription} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return "/v1/who?" + v.Encode()
}

func (s *scene) inLang(i int) map[string]string {
	return map[string]string{"Accept-Language": string(i18n.Langs()[i%3])}
}

// load lets clients work round by round, after a warm-up, each with questions
// of its own. It gives every single time and how many there were in a second.
func (s *scene) load(name string, clients, usually int, work func(i int) error) (rounds [][]float64, perSecond float64, err error) {
	each := s.often(usually)
	if _, _, err := crowd(name, clients, 0, each/4, work); err != nil {
		return nil, 0, err
	}
	var rates []float64
	for r := range s.o.Rounds {
		samples, took, err := crowd(name, clients, (r+1)*clients*each, each, work)
		if err != nil {
			return nil, 0, err
		}
		rounds, rates = append(rounds, samples), append(rates, float64(len(samples))/took.Seconds())
	}
	return rounds, percentile(rates, 50), nil
}

// beside is load by one client for two works, of which each has every second
// round.
func (s *scene) beside(name string, usually int, work, other func(i int) error) (rounds, others [][]float64, err error) {
	each := s.often(usually)
	for r := range s.o.Rounds + 1 {
		one, _, err := crowd(name, 1, r*each, each, work)
		if err != nil {
			return nil, nil, err
		}
		two, _, err := crowd(name, 1, r*each, each, other)
		if err != nil {
			return nil, nil, err
		}
		if r > 0 { // the first warms up
			rounds, others = append(rounds, one), append(others, two)
		}
	}
	return rounds, others, nil
}

// crowd is one round: clients that work at the same time, each one request
// after the other.
func crowd(name string, clients, first, each int, work func(i int) error) ([]float64, time.Duration, error) {
	var wg sync.WaitGroup
	samples := make([]float64, clients*each)
	errs := make([]error, clients)
	var stopped atomic.Bool
	start := time.Now()
	for c := range clients {
		wg.Go(func() {
			for n := range each {
				i := c*each + n
				begun := time.Now()
				if errs[c] = work(first + i); errs[c] != nil || stopped.Load() {
					stopped.Store(true)
					return
				}
				samples[i] = in(name, time.Since(begun))
			}
		})
	}
	wg.Wait()
	return samples, time.Since(start), errors.Join(errs...)
}

func (s *scene) fetch(ctx context.Context, at string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return err
	}
	res, err := s.http.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return errors.Join(err, res.Body.Close())
}

// floorServer answers with raw reads of the rows that a question is about and
// bytes that were made before.
type floorServer struct {
	url  string
	stop func()

	mu    sync.Mutex
	times []float64 // how many milliseconds it worked at each request
}

func (s *scene) floorServer(bodies [][]byte) (*floorServer, error) {
	read, err := s.raw.Prepare("SELECT doc FROM raw WHERE id = $1")
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, read.Close())
	}
	f := &floorServer{url: "http://" + l.Addr().String()}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		i, err := strconv.Atoi(r.URL.Query().Get("n"))
		if err == nil {
			err = s.readRows(r.Context(), read, s.world.rowsOf(s.world.Question(i)))
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(bodies[i%len(bodies)]) // the reader may have gone
		f.note(time.Since(start))
	})}
	f.stop = func() { _, _ = server.Close(), read.Close() }
	go func() { _ = server.Serve(l) }() // ends by stop
	return f, nil
}

func (f *floorServer) note(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.times = append(f.times, float64(d)/float64(time.Millisecond))
}

func (f *floorServer) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.times = nil
}

func (f *floorServer) worked() []float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.times)
}

// readRows reads rows one by one; some may not exist.
func (s *scene) readRows(ctx context.Context, read *sql.Stmt, ids []string) error {
	for _, id := range ids {
		var doc sql.RawBytes
		rows, err := read.QueryContext(ctx, id)
		if err != nil {
			return err
		}
		for rows.Next() {
			if err := rows.Scan(&doc); err != nil {
				return errors.Join(err, rows.Close())
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf names the rows that no answer can do without: the subscription, its
// offer and agreement, and the companies between.
func (w *World) rowsOf(q Ask) []string {
	offer, companies := q.Offer, []string{q.As}
	var out []string
	if q.Subscription != "" {
		s := w.Subscription(numberOf(q.Subscription))
		offer = s.Offer
		companies = append(companies, s.Seller, s.Reseller)
		out = append(out, rawID(directory.Subscriptions, s.ID))
	}
	publisher := w.publisherOf(numberOf(offer))
	out = append(out, rawID(directory.Offers, offer), rawID(directory.Agreements, customerTerms(publisher).ID))
	for _, id := range append(companies, publisherID(publisher)) {
		if id != "" {
			out = append(out, rawID(directory.Companies, id))
		}
	}
	return out
}
