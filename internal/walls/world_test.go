//go:build unix

// Package walls holds what may be read against what was written for whom: a
// world in which every field carries a word of its own, everybody who could be
// curious, and every way by which words leave (spec 2 section 2, invariant 6).
// It holds tests only.
package walls

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/api"
	"switchboard/internal/app"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

// actor is one who reads, by the letter used for it in the world.
type actor struct{ letter, kind, company, person string }

var actors = []actor{
	{"C", "customer", "wallscust", "wallspc"},
	{"R", "reseller", "wallsres", "wallspr"},
	{"P", "hidden provider", "wallsprov", "wallspp"},
	{"B", "publisher", "wallspub", "wallspb"},
	{"O", "operator", "wallsop", "wallspo"},
	{"S", "supporting partner", "wallssup", "wallsps"},
	{"V", "rival partner", "wallsriv", "wallspv"},
	{"X", "rival publisher", "wallsrpub", "wallspx"},
	{"W", "other customer", "wallsother", "wallspw"},
	{"Y", "customer that bought alone", "wallsself", "wallspy"},
	{"-", "signed out", "", ""},
}

// named are the ids that tell something by themselves, with who may read them:
// in the directory, and of people also in what they have written.
var named = map[string]string{
	"wallsop": "C R P B O S V X W Y -", "wallspub": "C R P B O S V W Y -", "wallsprov": "R P B O S", "wallsres": "C R P O S", "wallssup": "C R P O S",
	"wallscust": "C R P B O S", "wallsriv": "B O V W", "wallsrpub": "X O", "wallsother": "B O V W", "wallsself": "B O Y",
	"wallssplit": "R P O S", "wallsface": "R P O", "wallsfsub": "C R P B O", "wallsysub": "B O Y", "wallsdraft": "B O", "wallsnext": "X O", "wallssub": "C R P B O S", "wallsosub": "W V B O",
	"wallspc": "C R P B O S", "wallspr": "C R P O S", "wallspp": "R P B O", "wallspb": "C R P B O V W Y", "wallspy": "Y B O", "wallspo": "R P B O", "wallsps": "C R S O",
	"wallspv": "V W B O", "wallspx": "X O", "wallspw": "W V O",
}

// world is the product with its marked world.
type world struct {
	t      *testing.T
	app    *app.App
	store  *store.Store
	api    http.Handler
	log    *bytes.Buffer
	clock  *clock
	tokens map[string]string          // by letter
	words  map[string]string          // word -> letters of who may read it
	made   map[string]string          // names of the story -> number of a case or id of a handoff
	told   map[string]map[string]bool // letter -> words it was told

	lastOfWorld string // word of the world file
}

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

var local = access.Actor{Local: true, Via: access.ViaCLI}

// each runs a test on both engines.
func each(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	testkit.EachEngine(t, func(t *testing.T, engine, database string) { test(t, build(t, engine, database)) })
}

func build(t *testing.T, engine, database string) *world {
	t.Helper()
	w := &world{t: t, log: &bytes.Buffer{}, clock: &clock{at: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)},
		tokens: map[string]string{}, words: map[string]string{}, made: map[string]string{}, told: map[string]map[string]bool{}}
	o := store.Options{Now: w.clock.now, DSN: database}
	if engine == "sqlite" {
		o.DSN, o.DataDir = "", filepath.Dir(database)
	}
	data, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := data.Close(); err != nil {
			t.Error(err)
		}
	})
	w.store = data
	if w.app, err = app.New(t.Context(), data, app.Options{Now: w.clock.now, Blobs: testkit.Blobs(t)}); err != nil {
		t.Fatal(err)
	}
	w.api = api.New(api.Options{App: w.app, Log: slog.New(slog.NewTextHandler(w.log, nil))})
	w.fill()
	return w
}

var readers = regexp.MustCompile(`«([^»]*)»`)

// word makes a word for some readers.
func (w *world) word(letters string) string {
	word := fmt.Sprintf("zq%03dz", len(w.words))
	w.words[word] = letters
	return word
}

// mark puts a word in the place of each «readers».
func (w *world) mark(text string) string {
	return readers.ReplaceAllStringFunc(text, func(m string) string { return w.word(strings.Trim(m, "«»")) })
}

func (w *world) fill() {
	w.t.Helper()
	text, err := os.ReadFile("testdata/world.yaml")
	if err != nil {
		w.t.Fatal(err)
	}
	_, text, _ = bytes.Cut(text, []byte("switchboard: 1\n"))
	marked := "switchboard: 1\n" + w.mark(string(text))
	report, err := w.app.Import(w.t.Context(), local, []app.Input{{Name: "world.yaml", Reader: strings.NewReader(marked), Format: "world"}}, app.ImportOptions{Lang: i18n.English})
	if err != nil {
		w.t.Fatalf("%v %+v", err, report)
	}
	w.lastOfWorld = fmt.Sprintf("zq%03dz", len(w.words)-1)
	for id, letters := range named {
		w.words[id] = letters
	}
	for _, a := range actors {
		if a.company == "" {
			continue
		}
		token, err := w.app.CreateToken(context.Background(), local, a.company, a.person, "", []string{"admin"}, nil)
		if err != nil {
			w.t.Fatal(err)
		}
		w.tokens[a.letter] = token.Secret
	}
}

// answer is everything that came back: status, headers, body.
type answer struct {
	what   string
	asked  string // an answer may repeat what was asked
	status int
	all    string
	body   string
}

func (w *world) do(letter, method, path, body string, header ...string) answer {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if secret := w.tokens[letter]; secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	got := httptest.NewRecorder()
	if strings.HasPrefix(path, "/v1/stream") { // it has no end of its own
		ctx, cancel := context.WithTimeout(r.Context(), 300*time.Millisecond)
		defer cancel()
		r = r.WithContext(ctx)
	}
	w.api.ServeHTTP(got, r)
	var all bytes.Buffer
	if err := got.Result().Header.Write(&all); err != nil {
		w.t.Fatal(err)
	}
	return answer{what: method + " " + path + " " + body, asked: path + body, status: got.Code, all: all.String() + got.Body.String(), body: got.Body.String()}
}

// marks are the words that are nobody's but whose they are. Each has a fixed beginning,
// which is looked for as fast as memory is read.
var marks = []*regexp.Regexp{regexp.MustCompile(`zq[0-9]{3}z`), regexp.MustCompile(`walls[a-z]+`)}

// marked gives every mark in a text.
func marked(text string) (out []string) {
	for _, m := range marks {
		out = append(out, m.FindAllString(text, -1)...)
	}
	return out
}

// scan holds what an actor was told against what it may read.
func (w *world) scan(letter string, a answer) {
	w.t.Helper()
	if a.status >= 500 {
		w.t.Errorf("%s: %s: %d %s", letter, a.what, a.status, a.body)
	}
	if w.told[letter] == nil {
		w.told[letter] = map[string]bool{}
	}
	for _, word := range marked(a.all) {
		who, known := w.words[word]
		if !known || strings.Contains(a.asked, word) {
			continue
		}
		w.told[letter][word] = true
		if !slices.Contains(strings.Fields(who), letter) {
			w.t.Errorf("%s: %.160s: %d tells %s, which is for %s\n%.300s", letter, a.what, a.status, word, who, around(a.all, word))
		}
	}
}

func around(text, word string) string {
	at := strings.Index(text, word)
	return text[max(0, at-120):min(len(text), at+120)]
}

// play is the story: each line is who, method, path, body, with «readers» for
// each word that is written and {name} for what was made before. What a line
// makes is kept under the name before the colon.
func (w *world) play(lines ...string) {
	w.t.Helper()
	for _, line := range lines {
		if after, ok := strings.CutPrefix(line, "pass "); ok {
			d, err := time.ParseDuration(after)
			if err != nil {
				w.t.Fatal(err)
			}
			w.clock.pass(d)
			continue
		}
		name, rest, _ := strings.Cut(line, ": ")
		parts := strings.SplitN(w.mark(w.put(rest)), " ", 4)
		a := w.do(parts[0], parts[1], parts[2], parts[3])
		if a.status >= 300 {
			w.t.Fatalf("%s: %d %s", line, a.status, a.body)
		}
		w.scan(parts[0], a)
		w.keep(name, a.body)
	}
}

// relay writes what has happened to the companies' feeds, as the server does.
func (w *world) relay() {
	w.t.Helper()
	err := w.store.InTx(w.t.Context(), func(tx *store.Tx) error {
		pieces, err := tx.UnrelayedCases("", 1000)
		for i := 0; err == nil && i < len(pieces); i++ {
			var news *store.News
			if news, err = tx.News(pieces[i].ID); err == nil {
				err = tx.Relay(news)
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) keep(name, body string) {
	w.t.Helper()
	var c wire.Case
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		w.t.Fatal(err)
	}
	w.made[name] = c.Number
	if c.Handoff != nil {
		w.made[name+".h"] = c.Handoff.ID
	}
}

// put writes what was made for its name: {A} and {A.h}.
func (w *world) put(text string) string {
	for name, id := range w.made {
		text = strings.ReplaceAll(text, "{"+name+"}", id)
	}
	return text
}
