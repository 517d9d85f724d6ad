package bench

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"switchboard/internal/worldfile"
	"switchboard/wire"
)

// importRounds is how often an import is measured: each takes a fresh place.
const importRounds = 3

// scene is a served world on one engine.
type scene struct {
	*bench
	d      database
	suffix string // of the names of its results

	raw    *sql.DB
	floor  float64 // rows that raw inserts make in a second
	place  []string
	token  string
	server *child
	http   *http.Client
	drops  []func(context.Context) error

	waiting map[string]unfloored // results of cases by name
}

// served measures everything that needs a filled server.
func (b *bench) served(ctx context.Context, d database, suffix string) (err error) {
	s := &scene{bench: b, d: d, suffix: suffix, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}}}
	if !s.any(servedNames()...) {
		return nil
	}
	defer func() {
		for i := len(s.drops) - 1; i >= 0; i-- {
			err = errors.Join(err, s.drops[i](context.WithoutCancel(ctx)))
		}
	}()
	for _, step := range []func(context.Context) error{s.fillRaw, s.imports, s.coldStarts, s.open, s.who, s.lists, s.pages, s.exports, s.memory, s.shut, s.desks, s.casework, s.shut} {
		if err := step(ctx); err != nil {
			return errors.Join(err, s.shut(ctx))
		}
	}
	return nil
}

func servedNames() (out []string) {
	for _, m := range measures {
		if m.engines || m.name == "offer-page" {
			out = append(out, m.name)
		}
	}
	return out
}

// any tells whether one of the results was asked for, on this engine.
func (s *scene) any(names ...string) bool {
	for _, name := range names {
		if s.wanted(s.named(name)) {
			return true
		}
	}
	return false
}

func (s *scene) named(name string) string {
	if measureOf(name).engines {
		return name + s.suffix
	}
	return name
}

func (s *scene) fillRaw(ctx context.Context) error {
	s.tell("raw" + s.suffix)
	db, drop, err := s.d.raw(ctx, s.dir)
	s.drops = append(s.drops, drop)
	if err != nil {
		return err
	}
	s.raw = db
	if _, err := load(ctx, s.d, db, s.world.Base()); err != nil {
		return err
	}
	took, err := load(ctx, s.d, db, s.world.Sales())
	s.floor = float64(s.world.Subscriptions) / took.Seconds()
	return err
}

// imports measures the subscriptions coming in as a stream, in each syntax;
// what they stand on is there before. The last place stays.
func (s *scene) imports(ctx context.Context) error {
	base, err := s.file("base.jsonl", worldfile.JSONLines, s.world.Base())
	if err != nil {
		return err
	}
	var peaks, befores []float64
	for _, syntax := range []worldfile.Syntax{worldfile.YAML, worldfile.JSONLines} { // the kept place comes last
		name := "import-" + string(syntax)
		last := syntax == worldfile.JSONLines
		if !last && !s.any(name) {
			continue
		}
		s.tell(s.named(name))
		file, err := s.file("sales."+string(syntax), syntax, s.world.Sales())
		if err != nil {
			return err
		}
		rounds := min(importRounds, s.o.Rounds)
		if !s.any("import-jsonl", "import-yaml", "import-memory") {
			rounds = 1 // only needed to fill the place
		}
		var rates []float64
		for range rounds {
			m, err := s.importOnce(ctx, base, file)
			if err != nil {
				return err
			}
			rates = append(rates, float64(s.world.Subscriptions)/m.took.Seconds())
			peaks, befores = append(peaks, m.peak), append(befores, m.before)
		}
		s.add(single(s.named(name), rates, s.floor, percentile(rates, 50)))
	}
	if peaks[0] > 0 {
		s.add(single(s.named("import-memory"), peaks, percentile(befores, 50), 0))
	}
	return nil
}

// file writes a part of the world once.
func (s *scene) file(name string, syntax worldfile.Syntax, objects iter.Seq2[any, error]) (string, error) {
	path := filepath.Join(s.dir, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	return path, errors.Join(worldfile.Write(f, syntax, objects), f.Close())
}

type importing struct {
	took         time.Duration
	before, peak float64
}

// importOnce fills a fresh place: the base by the command line, then the
// subscriptions through a server.
func (s *scene) importOnce(ctx context.Context, base, sales string) (m importing, err error) {
	if s.place != nil {
		if err := s.drops[len(s.drops)-1](ctx); err != nil {
			return m, err
		}
		s.drops = s.drops[:len(s.drops)-1]
	}
	place, drop, err := s.d.place(ctx, s.dir)
	s.drops, s.place = append(s.drops, drop), place
	if err != nil {
		return m, err
	}
	if err := run(exec.CommandContext(ctx, s.program, append([]string{"import", base, "--quiet"}, place...)...)); err != nil {
		return m, err
	}
	if s.token, err = s.newToken(ctx); err != nil {
		return m, err
	}
	if err := s.open(ctx); err != nil {
		return m, err
	}
	m, err = s.send(ctx, sales)
	return m, errors.Join(err, s.shut(ctx))
}

func (s *scene) newToken(ctx context.Context) (string, error) {
	return s.tokenOf(ctx, OperatorID, OperatorAdmin, "admin")
}

func (s *scene) tokenOf(ctx context.Context, company, person, scope string) (string, error) {
	var out, talk bytes.Buffer
	c := exec.CommandContext(ctx, s.program, append([]string{"token", "create", "--company", company, "--person", person,
		"--scope", scope, "--json"}, s.place...)...)
	c.Env, c.Stdout, c.Stderr = childEnv(), &out, &talk
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("token create: %w: %s", err, talk.Bytes())
	}
	var token wire.Token
	err := json.Unmarshal(out.Bytes(), &token)
	return token.Secret, err
}

func (s *scene) send(ctx context.Context, file string) (m importing, err error) {
	f, err := os.Open(file)
	if err != nil {
		return m, err
	}
	defer f.Close()
	m.before = s.server.resident()
	s.server.forgetPeak()
	start := time.Now()
	res, err := s.call(ctx, http.MethodPost, "/v1/import?name="+filepath.Base(file), f, nil)
	if err != nil {
		return m, err
	}
	m.took, m.peak = time.Since(start), s.server.peak()
	var report wire.ImportReport
	if err := json.Unmarshal(res.body, &report); err != nil {
		return m, err
	}
	if n := report.Plan["subscriptions"].Create; n != s.world.Subscriptions {
		return m, fmt.Errorf("%d subscriptions went in, not %d", n, s.world.Subscriptions)
	}
	return m, nil
}

type answer struct {
	header http.Header
	body   []byte
	took   time.Duration
}

// call sends a request and reads the whole answer, which must be a 200 or 201.
func (s *scene) call(ctx context.Context, method, path string, body io.Reader, header map[string]string) (a answer, err error) {
	req, err := http.NewRequestWithContext(ctx, method, s.server.url+path, body)
	if err != nil {
		return a, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/octet-stream")
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	start := time.Now()
	res, err := s.http.Do(req)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	a.header = res.Header
	if a.body, err = io.ReadAll(res.Body); err != nil {
		return a, err
	}
	a.took = time.Since(start)
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusCreated {
		return a, fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, clip(a.body))
	}
	return a, nil
}

func clip(body []byte) string { return strings.ToValidUTF8(string(body[:min(len(body), 500)]), "") }

func (s *scene) open(ctx context.Context) (err error) {
	s.server, err = serve(ctx, s.dir, s.program, s.place)
	return err
}

func (s *scene) shut(context.Context) error {
	if s.server == nil {
		return nil
	}
	s.http.CloseIdleConnections()
	err := s.server.stop()
	s.server = nil
	return err
}

// coldStarts measures on the full place: one question at the command line, and
// a server until it can work.
func (s *scene) coldStarts(ctx context.Context) error {
	if !s.any("cold-start-who", "cold-start-serve") {
		return nil
	}
	s.tell(s.named("cold-start-who"))
	floor, err := s.floorStart(ctx)
	if err != nil {
		return err
	}
	q := s.world.Question(0)
	ask := append([]string{"who", "--subscription", q.Subscription, "--as", q.As, "--topic", q.Topic, "--at", q.At.Format(time.RFC3339), "--json"}, s.place...)
	asked, err := s.startsOf(ctx, "cold-start-who", s.program, ask...)
	if err != nil {
		return err
	}
	s.add(result(s.named("cold-start-who"), asked, floor, 0))
	return s.serverStarts(ctx, "cold-start-serve", floor)
}

// serverStarts measures a server on the present world until it can work.
func (s *scene) serverStarts(ctx context.Context, name string, floor float64) error {
	served := make([][]float64, s.o.Rounds)
	for r := range served {
		for range s.often(starts) {
			start := time.Now()
			if err := s.open(ctx); err != nil {
				return err
			}
			served[r] = append(served[r], in(name, time.Since(start)))
			if err := s.shut(ctx); err != nil {
				return err
			}
		}
	}
	s.add(result(s.named(name), served, floor, 0))
	return nil
}

// memory is what the server holds after everything that was asked of it.
func (s *scene) memory(ctx context.Context) error {
	if !s.any("memory") {
		return nil
	}
	full := s.server.resident()
	if full == 0 {
		return nil // this system does not tell
	}
	place, drop, err := s.d.place(ctx, s.dir)
	if err != nil {
		return errors.Join(err, drop(ctx))
	}
	empty, err := serve(ctx, s.dir, s.program, place)
	if err != nil {
		return errors.Join(err, drop(ctx))
	}
	floor := empty.resident()
	s.add(single(s.named("memory"), []float64{full}, floor, 0))
	return errors.Join(empty.stop(), drop(ctx))
}
