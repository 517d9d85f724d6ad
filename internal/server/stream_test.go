package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/client"
	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/demo"
	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

var machine = access.Actor{Local: true, Via: access.ViaCLI}

// desk is a listening server on the demo world.
type desk struct {
	*Server
	t       testing.TB
	address string
	stop    func() error
}

// eachDesk runs a test on both engines.
func eachDesk(t *testing.T, test func(t *testing.T, d *desk, o Options)) {
	t.Helper()
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		o := Options{DataDir: t.TempDir()}
		if engine == "sqlite" {
			o.DataDir = filepath.Dir(database)
		} else {
			o.DSN = database
		}
		d := openDesk(t, o)
		d.seed()
		test(t, d, o)
	})
}

func openDesk(t *testing.T, o Options) *desk {
	t.Helper()
	d := &desk{Server: openServer(t, o), t: t}
	d.address, d.stop = listening(t, d.Server)
	return d
}

func (d *desk) seed() {
	d.t.Helper()
	report, err := d.app.Import(d.t.Context(), machine, []app.Input{{Name: "demo.yaml", Reader: bytes.NewReader(demo.World()), Format: "world"}}, app.ImportOptions{Lang: i18n.English})
	if err != nil {
		d.t.Fatalf("%v %+v", err, report)
	}
}

// token makes one for a person and gives who it is.
func (d *desk) token(company, person string) (*wire.Token, access.Actor) {
	d.t.Helper()
	token, err := d.app.CreateToken(d.t.Context(), machine, company, person, "", []string{"write"}, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	actor, _, err := d.app.Authenticate(d.t.Context(), token.Secret, access.ViaAPI)
	if err != nil {
		d.t.Fatal(err)
	}
	return &token, actor
}

func (d *desk) client(secret string, transport http.RoundTripper) *client.Client {
	d.t.Helper()
	c, err := client.New(client.Options{Server: d.address, Token: secret, Transport: transport, Tries: 1})
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// open is a case of woodgrove with fabrikam.
func (d *desk) open() *wire.Case {
	d.t.Helper()
	_, will := d.token("woodgrove", "p-will")
	c, err := d.app.OpenCase(d.t.Context(), will, wire.NewCase{Subscription: "wg-flow-2", Topic: "break-fix", Subject: "Flow stops", Text: "At step 3."}, i18n.English)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func (d *desk) say(actor access.Actor, number, text string) {
	d.t.Helper()
	if _, err := d.app.Say(d.t.Context(), actor, number, wire.NewMessage{Text: text}, nil, i18n.English); err != nil {
		d.t.Error(err)
	}
}

// cutting breaks every stream off after so many bytes, as a bad proxy does.
type cutting struct{ bytes int64 }

func (c cutting) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, c.bytes), res.Body}
	}
	return res, err
}

// However often the connection is cut, wherever in an entry: every position
// comes once, in order.
func TestAStreamResumesWithoutGapOrDuplicate(t *testing.T) {
	const lines = 60
	eachDesk(t, func(t *testing.T, d *desk, _ Options) {
		token, fiona := d.token("fabrikam", "p-fiona")
		c := d.open()
		var writing sync.WaitGroup
		writing.Go(func() {
			for range lines - 1 {
				d.say(fiona, c.Number, "one of many")
			}
		})
		defer writing.Wait()
		at := int64(0)
		for e, err := range d.client(token.Secret, cutting{2500}).Stream(t.Context(), client.FeedFrom{}) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Position != at+1 || e.N != e.Position || e.Event == nil {
				t.Fatalf("%+v after %d", e, at)
			}
			if at++; at == lines {
				break
			}
		}
	})
}

// In one's own process it is the same, for the company that one names.
func TestAStreamWorksWithoutASocket(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk, _ Options) {
		_, fiona := d.token("fabrikam", "p-fiona")
		c := d.open()
		local, err := client.New(client.Options{Server: "http://switchboard.invalid", Transport: d.Local(), Tries: 1})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for e, err := range local.Stream(t.Context(), client.FeedFrom{As: "fabrikam"}) {
			if err != nil || e.Case != c.Number {
				t.Fatalf("%+v %v", e, err)
			}
			if n++; n == 2 {
				break
			}
			d.say(fiona, c.Number, "next")
		}
		entries, err := local.Events(t.Context(), client.FeedFrom{As: "fabrikam", After: 1, Limit: 1})
		if err != nil || len(entries) != 1 || entries[0].Position != 2 || entries[0].Event.Text != "next" {
			t.Errorf("%+v %v", entries, err)
		}
		if _, err := local.Events(t.Context(), client.FeedFrom{}); err == nil {
			t.Error("a feed of no company")
		}
	})
}

// A stream ends when the token is revoked, the person leaves or loses the
// role; whoever comes back is told what any caller is.
func TestAStreamEndsWithTheRight(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		end    func(d *desk, token *wire.Token) error
	}{
		"the token is revoked": {401, func(d *desk, token *wire.Token) error {
			actor := machine
			actor.Company = "fabrikam"
			return d.app.RevokeToken(d.t.Context(), actor, token.ID)
		}},
		"the person is gone": {401, func(d *desk, _ *wire.Token) error {
			return d.app.Delete(d.t.Context(), machine, directory.People, "p-fiona", nil)
		}},
		"the role is gone": {401, // whose roles change signs in anew
			func(d *desk, _ *wire.Token) error {
				_, err := d.app.Put(d.t.Context(), machine, &wire.Person{ID: "p-fiona", Company: "fabrikam", Name: "Fiona", Email: "fiona@fabrikam.example"}, nil)
				return err
			}},
	} {
		t.Run(name, func(t *testing.T) {
			eachDesk(t, func(t *testing.T, d *desk, _ Options) {
				token, _ := d.token("fabrikam", "p-fiona")
				d.open()
				var last error
				for _, err := range d.client(token.Secret, nil).Stream(t.Context(), client.FeedFrom{}) {
					if err != nil {
						last = err
						break
					}
					if err := test.end(d, token); err != nil {
						t.Fatal(err)
					}
				}
				var refused *client.Error
				if !errors.As(last, &refused) || refused.Status != test.status {
					t.Errorf("it ended with %v", last)
				}
			})
		})
	}
}

// Only so many streams of a company; the next is told so.
func TestOnlySoManyStreamsOfACompany(t *testing.T) {
	d := openDesk(t, Options{})
	d.seed()
	token, _ := d.token("fabrikam", "p-fiona")
	other, _ := d.token("contoso", "p-priya")
	for range app.MostStreams {
		d.connect(token.Secret, http.StatusOK)
	}
	d.connect(token.Secret, http.StatusTooManyRequests)
	d.connect(other.Secret, http.StatusOK)
}

func (d *desk) connect(secret string, status int) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), "GET", d.address+"/v1/stream", nil)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("Accept-Encoding", "br, gzip")
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != status {
		d.t.Fatalf("status %d, want %d", res.StatusCode, status)
	}
	if status != http.StatusOK {
		if res.Header.Get("Retry-After") == "" {
			d.t.Error("it is not told when to come back")
		}
		return
	}
	head := make([]byte, len("retry: 1000\nid: 0\n\n"))
	if _, err := io.ReadFull(res.Body, head); err != nil || string(head) != "retry: 1000\nid: 0\n\n" || res.Header.Get("Content-Encoding") != "" {
		d.t.Fatalf("%q %v %v", head, err, res.Header)
	}
}

// A server that stops ends its streams and its work, and leaves nothing behind.
func TestAStoppedServerLeavesNothingRunning(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk, _ Options) {
		token, _ := d.token("fabrikam", "p-fiona")
		d.open()
		ended := make(chan error, 1)
		followed := make(chan struct{}, 1)
		go func() {
			for _, err := range d.client(token.Secret, nil).Stream(context.WithoutCancel(t.Context()), client.FeedFrom{}) {
				if err != nil {
					ended <- err
					return
				}
				followed <- struct{}{}
			}
		}()
		<-followed
		if err := d.stop(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err == nil {
			t.Error("the stream goes on")
		}
		eventually(t, "still running:\n"+ours(), func() bool { return ours() == "" })
	})
}

// ours are the goroutines that only a listening server has.
func ours() string {
	all := make([]byte, 1<<20)
	stacks := strings.Split(string(all[:runtime.Stack(all, true)]), "\n\n")
	return strings.Join(slices.DeleteFunc(stacks, func(s string) bool {
		return !slices.ContainsFunc([]string{"internal/jobs.", "store.(*Store).Converse", "api.(*stream)", "server.(*Server).work", "server.(*Server).Serve"}, func(name string) bool { return strings.Contains(s, name) })
	}), "\n\n")
}

// What is done on one node comes to a stream of another (promises 1.6).
func TestAStreamHearsOfAnotherNode(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk, o Options) {
		other := d
		if o.DSN != "" { // on SQLite one process is all there is
			other = openDesk(t, Options{DataDir: t.TempDir(), DSN: o.DSN})
		}
		_, fiona := d.token("fabrikam", "p-fiona")
		token, _ := d.token("contoso", "p-priya")
		c := d.open()
		if _, err := d.app.HandOver(t.Context(), fiona, c.Number, wire.NewHandoff{To: "contoso", Package: wire.Package{Summary: "stops"}}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		for e, err := range other.client(token.Secret, nil).Stream(t.Context(), client.FeedFrom{}) {
			if err != nil || e.Position != 1 || e.Case != c.Number {
				t.Errorf("%+v %v", e, err)
			}
			break
		}
	})
}

// How long after its acknowledgement a handoff is on the receiver's stream;
// half of them come over another node where there can be one.
func BenchmarkHandoffVisible(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			o := Options{DataDir: b.TempDir()}
			if engine == "postgres" {
				o.DSN = testkit.Postgres(b)
			}
			near := benchDesk(b, o)
			near.seed()
			far := near
			if o.DSN != "" {
				far = benchDesk(b, Options{DataDir: b.TempDir(), DSN: o.DSN})
			}
			measureVisible(b, near, far)
		})
	}
}

// serving listens until the benchmark ends.
func serving(b *testing.B, s *Server) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

func benchDesk(b *testing.B, o Options) *desk {
	s, err := Open(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	d := &desk{Server: s, t: b}
	d.address = serving(b, s)
	return d
}

func measureVisible(b *testing.B, near, far *desk) {
	_, fiona := near.token("fabrikam", "p-fiona")
	token, priya := near.token("contoso", "p-priya")
	arrived := make(chan wire.FeedEntry, 64)
	go func() {
		for e, err := range far.client(token.Secret, nil).Stream(b.Context(), client.FeedFrom{}) {
			if err != nil {
				return
			}
			arrived <- e
		}
	}()
	var took []time.Duration
	for b.Loop() {
		c := near.open()
		sent, err := near.app.HandOver(b.Context(), fiona, c.Number, wire.NewHandoff{To: "contoso", Package: wire.Package{Summary: "stops"}}, nil, i18n.English)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		for e := range arrived {
			if e.Case == c.Number && e.Kind == "handoff-sent" {
				break
			}
		}
		took = append(took, time.Since(start))
		if _, err := near.app.Step(b.Context(), priya, sent.Handoff.ID, "decline", wire.HandoffStep{Reason: "other", Evidence: "bench"}, nil, i18n.English); err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(took)
	for name, share := range map[string]int{"p50-ms": 50, "p95-ms": 95} {
		b.ReportMetric(float64(took[(len(took)-1)*share/100].Microseconds())/1000, name)
	}
}
