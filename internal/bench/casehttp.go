package bench

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"switchboard/internal/store"
	"switchboard/wire"
)

func caseResults() (out []string) {
	for _, m := range measures {
		for _, begin := range []string{"case-", "handoff-", "inbox-", "search-", "page-"} {
			if strings.HasPrefix(m.name, begin) {
				out = append(out, m.name)
			}
		}
	}
	return out
}

var createResults = []string{"case-create-1-client", "case-create-8-clients", "case-create-8-clients-p99", "case-create-cpu"}

const (
	creates  = 300 // of one client in a round
	openings = 200
	sessions = 200
)

// agent is a partner's person with a token, and sales to open cases about.
type agent struct {
	token, person string
	sales         []int
}

// casework measures cases over HTTP, in the place that desks has filled.
func (s *scene) casework(ctx context.Context) error {
	if !s.any(caseResults()...) {
		return nil
	}
	agents, err := s.agents(ctx)
	if err != nil {
		return err
	}
	if err := s.caseStarts(ctx); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context, []*agent) error{s.caseOpen, s.live, s.caseCreate, s.caseMemory, s.webPages} {
		if err := step(ctx, agents); err != nil {
			return err
		}
	}
	if err := s.shut(ctx); err != nil {
		return err
	}
	return s.caseFloor(ctx)
}

// agents of the first direct partners.
func (s *scene) agents(ctx context.Context) (out []*agent, err error) {
	for i := range min(s.world.Directs, 8) {
		a := &agent{person: fmt.Sprintf("agent-%d", i), sales: s.world.salesOf(i, 100)}
		if a.token, err = s.tokenOf(ctx, directID(i), a.person, "write"); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

var posted atomic.Int64

// post sends what an agent asks for, under a key of its own.
func (s *scene) post(ctx context.Context, a *agent, path string, body any) (shown wire.Case, err error) {
	data, err := json.Marshal(body)
	if err != nil {
		return shown, err
	}
	header := map[string]string{"Authorization": "Bearer " + a.token, "Content-Type": "application/json", "Idempotency-Key": fmt.Sprintf("bench-%d", posted.Add(1))}
	answer, err := s.call(ctx, http.MethodPost, path, bytes.NewReader(data), header)
	if err != nil {
		return shown, err
	}
	return shown, json.Unmarshal(answer.body, &shown)
}

func (s *scene) newCase(a *agent, i int) wire.NewCase {
	lang := sentenceLang(i)
	return wire.NewCase{Subscription: saleID(a.sales[i%len(a.sales)]), Topic: wire.BreakFix, Severity: "moderate", Lang: string(lang),
		Subject: s.world.words(lang, i, 0, 1), Text: s.world.words(lang, i, 0, 3+i%4)}
}

func (s *scene) caseCreate(ctx context.Context, agents []*agent) error {
	if !s.any(createResults...) {
		return nil
	}
	for _, of := range []struct {
		clients int
		name    string
	}{{1, "case-create-1-client"}, {8, "case-create-8-clients"}} {
		s.tell(s.named(of.name))
		spent, made := s.server.processor(), posted.Load()
		times, perSecond, err := s.load("case-create-1-client", of.clients, creates, func(i int) error {
			a := agents[i%len(agents)]
			_, err := s.post(ctx, a, "/v1/cases", s.newCase(a, i))
			return err
		})
		if err != nil {
			return err
		}
		spent, made = s.server.processor()-spent, posted.Load()-made
		if of.clients == 1 {
			s.keepFloor(of.name, times, perSecond)
			continue
		}
		s.keepFloor(of.name, [][]float64{{perSecond}}, perSecond)
		s.keepFloor("case-create-8-clients-p99", times, perSecond)
		if spent > 0 {
			s.add(single(s.named("case-create-cpu"), []float64{spent * 1e6 / float64(made)}, 0, 0))
		}
	}
	return nil
}

// unfloored are results whose floor is measured when the server has stopped.
type unfloored struct {
	rounds    [][]float64
	perSecond float64
}

func (s *scene) keepFloor(name string, rounds [][]float64, perSecond float64) {
	if s.waiting == nil {
		s.waiting = map[string]unfloored{}
	}
	s.waiting[name] = unfloored{rounds, perSecond}
}

// caseFloor writes the same rows by raw statements into the same data, each case
// acknowledged when it is on disk, those that wait together with one commit.
func (s *scene) caseFloor(ctx context.Context) error {
	if !s.any(createResults...) {
		return nil
	}
	db, err := s.d.over(s.place)
	if err != nil {
		return err
	}
	defer db.Close()
	w := s.world.cases(s.world.Subscriptions * 8)
	next := atomic.Int64{}
	next.Store(int64(s.world.Subscriptions))
	ready := make(chan []statement, 9*(s.often(creates)*(s.o.Rounds+1)+1))
	prepare := func(n int) error {
		for range n {
			if err := s.ready(w, int(next.Add(1)), ready); err != nil {
				return err
			}
		}
		return nil
	}
	f := newFloorWriter(ctx, s.d, db)
	defer f.stop()
	for _, clients := range []int{1, 8} {
		name := map[int]string{1: "case-create-1-client", 8: "case-create-8-clients"}[clients]
		s.tell(s.named(name))
		if err := prepare(clients * (s.often(creates)*(s.o.Rounds+1) + 1)); err != nil {
			return err
		}
		times, perSecond, err := s.load("case-create-1-client", clients, creates, func(int) error { return f.do(<-ready) })
		if err != nil {
			return err
		}
		if clients == 1 {
			s.add(result(s.named(name), s.waiting[name].rounds, middle(times, 50), s.waiting[name].perSecond))
			continue
		}
		s.add(result(s.named(name), s.waiting[name].rounds, perSecond, s.waiting[name].perSecond))
		s.add(result(s.named(name+"-p99"), s.waiting[name+"-p99"].rounds, middle(times, 99), s.waiting[name+"-p99"].perSecond))
	}
	return nil
}

type statement struct {
	text string
	args []any
}

// ready makes the rows of one new case, as the product would write them.
func (s *scene) ready(w *cases, i int, out chan<- []statement) error {
	p, err := w.opened(i)
	if err != nil {
		return err
	}
	m, err := p.rehearsal.Rows()
	if err != nil {
		return err
	}
	doc, err := json.Marshal(m.Case)
	if err != nil {
		return err
	}
	serial := int64(1)<<38 + int64(i) // above those of the product
	stmts := []statement{{"INSERT INTO cases (number, seq, due_at, doc) VALUES ($1, $2, $3, $4)", []any{m.Case.Number, m.Case.Seq, m.Due.UnixMicro(), string(doc)}},
		{"INSERT INTO outbox (number, seq, since, entries) VALUES ($1, $2, 0, '[]')", []any{m.Case.Number, m.Case.Seq}}, // nothing to tell
		{"INSERT INTO idempotency (caller, route, key, body_hash, kind, id, version, status, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
			[]any{"floor", "open-case", m.Case.Number, make([]byte, 32), "cases", m.Case.Number, 1, 0, 0}}}
	for n, e := range m.Events {
		sealed, err := json.Marshal(e.Sealed)
		if err != nil {
			return err
		}
		stmts = append(stmts, statement{"INSERT INTO case_event (id, readers, salt, bytes, sealed, head) VALUES ($1, $2, $3, $4, $5, $6)",
			[]any{serial<<24 | e.Seq, int64(e.Readers), e.Salt[:], e.Bytes, string(sealed), e.Head[:]}})
		for k, t := range e.Texts() {
			text, row := s.d.wordsOf(t.Words, m.Case.Companies(t.Readers))
			stmts = append(stmts, statement{text, []any{serial<<24 | int64(n)<<4 | int64(k), row}})
		}
	}
	for _, row := range m.Inbox {
		stmts = append(stmts, statement{"INSERT INTO case_inbox (" + store.InboxColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", append(row.Values(), serial<<6|int64(row.Bit))})
	}
	for _, f := range m.Facts {
		values, place := store.FactRow(m.Case, f)
		stmts = append(stmts, statement{"INSERT INTO case_fact (" + store.FactColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", append(values, (1<<32|int64(i))<<30|place)})
	}
	out <- stmts
	return nil
}

// floorWriter commits what waits together on SQLite, whose writers queue; on
// PostgreSQL each has a connection.
type floorWriter struct {
	ctx   context.Context
	d     database
	db    *sql.DB
	queue chan *floorJob // nil = each by itself
	ended chan struct{}
}

type floorJob struct {
	stmts []statement
	done  chan error
}

func newFloorWriter(ctx context.Context, d database, db *sql.DB) *floorWriter {
	f := &floorWriter{ctx: ctx, d: d, db: db, ended: make(chan struct{})}
	if _, one := d.(sqliteEngine); one {
		f.queue = make(chan *floorJob, 128)
		go f.loop()
	} else {
		close(f.ended)
	}
	return f
}

func (f *floorWriter) stop() {
	if f.queue != nil {
		close(f.queue)
	}
	<-f.ended
}

func (f *floorWriter) do(stmts []statement) error {
	if f.queue == nil {
		conn, err := f.db.Conn(f.ctx)
		if err != nil {
			return err
		}
		return errors.Join(f.commit(conn, []*floorJob{{stmts: stmts}}, map[string]*sql.Stmt{}), conn.Close())
	}
	j := &floorJob{stmts, make(chan error, 1)}
	f.queue <- j
	return <-j.done
}

func (f *floorWriter) loop() {
	defer close(f.ended)
	conn, err := f.db.Conn(f.ctx)
	prepared := map[string]*sql.Stmt{}
	for first := range f.queue {
		jobs := []*floorJob{first}
		for len(f.queue) > 0 && len(jobs) < cap(f.queue) {
			jobs = append(jobs, <-f.queue)
		}
		failed := err
		if failed == nil {
			failed = f.commit(conn, jobs, prepared)
		}
		for _, j := range jobs {
			j.done <- failed
		}
	}
	if err == nil {
		_ = conn.Close() // everything on it has been committed
	}
}

func (f *floorWriter) commit(conn *sql.Conn, jobs []*floorJob, prepared map[string]*sql.Stmt) error {
	if _, err := conn.ExecContext(f.ctx, f.d.begins()); err != nil {
		return err
	}
	for _, j := range jobs {
		for _, one := range j.stmts {
			if err := f.exec(conn, one, prepared); err != nil {
				_, undo := conn.ExecContext(f.ctx, "ROLLBACK")
				return errors.Join(err, undo)
			}
		}
	}
	_, err := conn.ExecContext(f.ctx, "COMMIT")
	return err
}

// exec prepares on SQLite by itself; pgx keeps what it has prepared.
func (f *floorWriter) exec(conn *sql.Conn, one statement, prepared map[string]*sql.Stmt) error {
	if f.queue == nil {
		_, err := conn.ExecContext(f.ctx, one.text, one.args...)
		return err
	}
	stmt, known := prepared[one.text]
	if !known {
		var err error
		if stmt, err = conn.PrepareContext(f.ctx, one.text); err != nil {
			return err
		}
		prepared[one.text] = stmt
	}
	_, err := stmt.ExecContext(f.ctx, one.args...)
	return err
}

// caseOpen measures all that the page of a long case needs, in one call: the case,
// its newest lines, and who answers with the contacts. Twenty messages of two hundred
// events are the reader's, a customer's, to read.
func (s *scene) caseOpen(ctx context.Context, agents []*agent) error {
	if !s.any("case-open") {
		return nil
	}
	s.tell(s.named("case-open"))
	path, err := s.longCase(ctx, agents[0])
	if err != nil {
		return err
	}
	token, err := s.tokenOf(ctx, s.world.buyer(), customerPerson, "read")
	if err != nil {
		return err
	}
	header := map[string]string{"Authorization": "Bearer " + token}
	times, perSecond, err := s.load("case-open", 1, openings, func(int) error {
		_, err := s.call(ctx, http.MethodGet, path, nil, header)
		return err
	})
	if err != nil {
		return err
	}
	floor, _, err := s.load("case-open", 1, openings, func(int) error {
		return s.fetch(ctx, s.server.url+"/healthz")
	})
	s.add(result(s.named("case-open"), times, middle(floor, 50), perSecond))
	return err
}

// longCase opens a case and writes to it; it gives what its page asks for.
func (s *scene) longCase(ctx context.Context, a *agent) (path string, err error) {
	n := s.newCase(a, 0)
	shown, err := s.post(ctx, a, "/v1/cases", n)
	if err != nil {
		return "", err
	}
	for i := range 199 {
		m := wire.NewMessage{Text: s.world.words(sentenceLang(i), i, i, 2)}
		if i%10 == 0 {
			m.Audience = []string{wire.Customer}
		}
		if _, err := s.post(ctx, a, "/v1/cases/"+shown.Number+"/messages", m); err != nil {
			return "", err
		}
	}
	return "/v1/cases/" + shown.Number + "?include=timeline,answer", nil
}

// caseStarts measures a server on all the cases until it can work.
func (s *scene) caseStarts(ctx context.Context) error {
	if !s.any("case-cold-start") {
		return nil
	}
	s.tell(s.named("case-cold-start"))
	floor, err := s.floorStart(ctx)
	if err != nil {
		return err
	}
	return s.serverStarts(ctx, "case-cold-start", floor)
}

// caseMemory is what the server holds after all that, while two hundred callers
// stay connected.
func (s *scene) caseMemory(ctx context.Context, agents []*agent) error {
	if !s.any("case-memory") || s.server.resident() == 0 {
		return nil
	}
	s.tell(s.named("case-memory"))
	many := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: sessions, DisableCompression: true}}
	defer many.CloseIdleConnections()
	var wg sync.WaitGroup
	errs := make([]error, sessions)
	for i := range sessions {
		wg.Go(func() { errs[i] = s.session(ctx, many, agents[i%len(agents)].token) })
	}
	wg.Wait()
	s.add(single(s.named("case-memory"), []float64{s.server.resident()}, 0, 0))
	return errors.Join(errs...)
}

func (s *scene) session(ctx context.Context, client *http.Client, token string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.url+"/v1/me", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return errors.Join(err, res.Body.Close())
}
