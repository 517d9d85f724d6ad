package app_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/demo"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/live"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

var local = access.Actor{Local: true, Via: access.ViaCLI}

// noon is a Saturday in November 2026, when the demo world is best read.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// clock is the only time of a test; it goes on when the test says so.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is the product on a real database.
type world struct {
	*app.App
	t      *testing.T
	store  *store.Store
	o      store.Options
	hub    *live.Hub
	clock  *clock
	actors map[string]access.Actor
	checks int // of a case, while it is walked
}

// empty opens an empty database of an engine.
func empty(t *testing.T, engine, database string) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{at: noon}, hub: live.New(app.MostStreams), actors: map[string]access.Actor{}}
	o := store.Options{Now: w.clock.now, DSN: database, Wake: w.hub.Wake}
	if engine == "sqlite" {
		o.DSN, o.DataDir = "", filepath.Dir(database)
	}
	w.o = o
	var err error
	if w.store, err = store.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.App = w.node(false)
	return w
}

// node is one more program on the same data.
func (w *world) node(forDemo bool) *app.App {
	w.t.Helper()
	a, err := app.New(w.t.Context(), w.store, app.Options{Now: w.clock.now, Live: w.hub, Demo: forDemo, Blobs: testkit.Blobs(w.t)})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// eachWorld runs a test on both engines, on the demo world.
func eachWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	testkit.EachEngine(t, func(t *testing.T, engine, database string) {
		w := empty(t, engine, database)
		w.must(w.take(string(demo.World()), app.ImportOptions{}))
		test(t, w)
	})
}

// eachEmpty runs a test on both engines, on nothing.
func eachEmpty(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	testkit.EachEngine(t, func(t *testing.T, engine, database string) { test(t, empty(t, engine, database)) })
}

func (w *world) take(text string, o app.ImportOptions) (*wire.ImportReport, error) {
	return w.takeAs(local, "world.yaml", text, o)
}

func (w *world) takeAs(actor access.Actor, name, text string, o app.ImportOptions) (*wire.ImportReport, error) {
	o.Lang = i18n.English
	return w.Import(w.t.Context(), actor, []app.Input{{Name: name, Reader: strings.NewReader(text), Format: "auto"}}, o)
}

func (w *world) must(report *wire.ImportReport, err error) *wire.ImportReport {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%v: %+v", err, report)
	}
	return report
}

// export is the whole directory as one text.
func (w *world) export(format string) string {
	w.t.Helper()
	var b bytes.Buffer
	if err := w.Export(w.t.Context(), local, &b, format); err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

// as signs a person in and gives the actor that an edge would get.
func (w *world) as(person string) access.Actor {
	w.t.Helper()
	if actor, ok := w.actors[person]; ok {
		return actor
	}
	w.actors[person] = w.actor(w.session(person))
	return w.actors[person]
}

// session gives the secret of a new session of a person.
func (w *world) session(person string) string {
	w.t.Helper()
	link, err := w.SigninLink(w.t.Context(), local, person)
	if err != nil {
		w.t.Fatal(err)
	}
	secret, _, err := w.ConsumeSigninLink(w.t.Context(), link)
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

func (w *world) actor(secret string) access.Actor {
	w.t.Helper()
	actor, _, err := w.Authenticate(w.t.Context(), secret, access.ViaWeb)
	if err != nil {
		w.t.Fatal(err)
	}
	return actor
}

// who asks and must be answered.
func (w *world) who(actor access.Actor, ask app.Ask) *wire.Answer {
	w.t.Helper()
	answer, err := w.Who(w.t.Context(), actor, ask)
	if err != nil {
		w.t.Fatalf("%+v: %v", ask, err)
	}
	return answer
}

// put writes an object as the person at the command line.
func (w *world) put(objects ...any) {
	w.t.Helper()
	for _, object := range objects {
		if _, err := w.Put(w.t.Context(), local, object, nil); err != nil {
			w.t.Fatal(err)
		}
	}
}

// change reads an object as the person at the command line, changes and writes it.
func change[T any](w *world, get func(tx *store.Tx) (*T, int64, error), how func(*T)) {
	w.t.Helper()
	var object *T
	err := w.store.View(w.t.Context(), func(tx *store.Tx) (err error) {
		object, _, err = get(tx)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	how(object)
	w.put(object)
}

func changePerson(w *world, id string, how func(*wire.Person)) {
	w.t.Helper()
	change(w, func(tx *store.Tx) (*wire.Person, int64, error) { return tx.Person(id) }, how)
}

func changeOffer(w *world, id string, how func(*wire.Offer)) {
	w.t.Helper()
	change(w, func(tx *store.Tx) (*wire.Offer, int64, error) { return tx.Offer(id) }, how)
}

// wantFault checks the kind and, when given, the code of an error.
func wantFault(t *testing.T, what string, err error, kind fault.Kind, code string) {
	t.Helper()
	if f := fault.Of(err); f == nil || f.Kind != kind || code != "" && f.Code != code {
		t.Errorf("%s: %v, want %s %s", what, err, kind, code)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func reached(a *wire.Answer) string {
	if a.Reach == nil {
		return ""
	}
	return a.Reach.Company
}
