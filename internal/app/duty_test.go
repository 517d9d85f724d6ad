package app_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/jobs"
	"switchboard/internal/store"
	"switchboard/wire"
)

// atWork does the duties of a node until stop, as a server does them.
func (w *world) atWork(node string) (stop func()) {
	w.t.Helper()
	return w.nodeAtWork(node, w.App, w.store)
}

func (w *world) nodeAtWork(node string, a *app.App, s *store.Store) (stop func()) {
	w.t.Helper()
	ear, err := w.hub.Listen(store.TopicCases)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer ear.Close()
		jobs.Run(ctx, jobs.Options{Store: s, Node: node, Now: w.clock.now, Log: slog.New(slog.DiscardHandler)}, append(a.Duties(ear.Woken()), a.Releases(nil))...)
	}()
	stop = func() { cancel(); <-done }
	w.t.Cleanup(stop)
	return stop
}

// eventually waits for what the duties are about to do.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for range 6000 {
		if is() {
			return
		}
		<-again.C
	}
	t.Fatal(what)
}

// idle tells whether nothing is left for the relay and the timer.
func (w *world) idle() bool {
	w.t.Helper()
	idle := false
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		unrelayed, err := tx.UnrelayedCases("", 1)
		if err != nil {
			return err
		}
		due, err := tx.DueCases(1)
		if err != nil {
			return err
		}
		rechecks, err := tx.DueRechecks(1)
		idle = len(unrelayed)+len(due)+len(rechecks) == 0
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return idle
}

func (w *world) feed(person string, after int64) []wire.FeedEntry {
	w.t.Helper()
	out, err := w.Feed(w.t.Context(), w.as(person), "", after, 200, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) say(person, number, text string, audience ...string) {
	w.t.Helper()
	if _, err := w.Say(w.t.Context(), w.as(person), number, wire.NewMessage{Text: text, Audience: audience}, nil, i18n.English); err != nil {
		w.t.Fatal(err)
	}
}

// events are the events of a case as the ledger keeps them.
func (w *world) events(number string) (out []casework.Event) {
	w.t.Helper()
	err := w.store.View(w.t.Context(), func(tx *store.Tx) (err error) { out, err = tx.CaseEvents(number, 0); return err })
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) count(number, kind string) (n int) {
	for _, e := range w.events(number) {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// The feed of a company is its view of its cases: the same lines, with its own
// numbers, and positions without a gap; nobody else's word is in it.
func TestAFeedIsTheCompanysOwnView(t *testing.T) {
	t.Run("written", func(t *testing.T) {
		eachWorld(t, func(t *testing.T, w *world) { w.atWork("a"); ownFeeds(t, w, func() {}) })
	})
	t.Run("read from the events", func(t *testing.T) { // what an older program left to be relayed
		eachWorld(t, func(t *testing.T, w *world) {
			ownFeeds(t, w, func() { w.sql("UPDATE outbox SET entries = ''"); w.atWork("a") })
		})
	})
}

func ownFeeds(t *testing.T, w *world, relay func()) {
	c := w.hidden()
	w.say("p-fiona", c.Number, "only we read this")
	w.say("p-fiona", c.Number, "to the customer", "customer")
	sent := w.handOver("p-fiona", c.Number, "wideworld", 1, 2)
	w.step("p-jo", sent.Handoff.ID, "accept", wire.HandoffStep{Reference: "WW-1"})
	w.say("p-jo", c.Number, "between us", "fabrikam")
	relay()
	eventually(t, "the relay does not come to an end", w.idle)
	for _, person := range []string{"p-will", "p-fiona", "p-jo"} {
		lines, err := w.Timeline(t.Context(), w.as(person), c.Number, 0, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		entries := w.feed(person, 0)
		if len(entries) != len(lines) || len(lines) == 0 {
			t.Fatalf("%s: %d entries for %d lines", person, len(entries), len(lines))
		}
		for i, e := range entries {
			if e.Position != int64(i)+1 || e.N != lines[i].N || e.Kind != lines[i].Kind || asJSON(t, e.Event) != asJSON(t, lines[i]) {
				t.Errorf("%s: %s\n%s", person, asJSON(t, e), asJSON(t, lines[i]))
			}
		}
	}
	if words := asJSON(t, w.feed("p-will", 0)); strings.Contains(words, "wideworld") || strings.Contains(words, "between us") || strings.Contains(words, "only we") {
		t.Errorf("the customer's feed tells %s", words)
	}
	if rival := w.feed("p-marta", 0); len(rival) != 0 {
		t.Errorf("a stranger's feed holds %s", asJSON(t, rival))
	}
	_, err := w.Feed(t.Context(), w.as("p-fiona"), "woodgrove", 0, 10, i18n.English)
	wantFault(t, "another company's feed", err, fault.NotFound, "not-found.company")
	_, err = w.Feed(t.Context(), access.Actor{}, "", 0, 10, i18n.English)
	wantFault(t, "signed out", err, fault.Denied, "")
}

// Eight write at once, two nodes want to relay, a reader follows all the while:
// it never sees a position before the one below it, and in the end it has read
// every line once.
func TestNoEventIsSkippedByAReaderOfTheFeed(t *testing.T) {
	const writers, each = 8, 12
	eachWorld(t, func(t *testing.T, w *world) {
		stop := w.atWork("a")
		if w.o.DSN != "" {
			w.atWorkElsewhere("b")
		}
		var numbers []string
		for range writers {
			numbers = append(numbers, w.hidden().Number)
		}
		reader := w.as("p-fiona")
		var writing sync.WaitGroup
		for i, number := range numbers {
			writing.Go(func() {
				for n := range each {
					if _, err := w.Say(t.Context(), reader, number, wire.NewMessage{Text: fmt.Sprint(i, "-", n)}, nil, i18n.English); err != nil {
						t.Error(err)
					}
				}
			})
		}
		at, seen := int64(0), map[string]bool{}
		read := func() {
			for _, e := range w.feed("p-fiona", at) {
				if e.Position != at+1 {
					t.Fatalf("position %d after %d", e.Position, at)
				}
				at = e.Position
				if key := fmt.Sprint(e.Case, " ", e.N); seen[key] {
					t.Fatalf("%s comes twice", key)
				} else {
					seen[key] = true
				}
			}
		}
		for range 20 {
			read()
		}
		stop() // the one node goes, in the middle of the work, and comes back
		w.atWork("a")
		writing.Wait()
		eventually(t, fmt.Sprintf("only %d lines came", len(seen)), func() bool { read(); return len(seen) >= writers*(each+1) })
		eventually(t, "the relay does not come to an end", w.idle)
		if read(); len(seen) != writers*(each+1) {
			t.Errorf("%d lines of %d", len(seen), writers*(each+1))
		}
	})
}

// atWorkElsewhere is a node with its own connections to the same PostgreSQL.
func (w *world) atWorkElsewhere(node string) {
	w.t.Helper()
	other, err := store.Open(w.t.Context(), w.o)
	if err != nil {
		w.t.Fatal(err)
	}
	a, err := app.New(w.t.Context(), other, app.Options{Now: w.clock.now, Live: w.hub})
	if err != nil {
		w.t.Fatal(err)
	}
	stop := w.nodeAtWork(node, a, other)
	w.t.Cleanup(func() {
		stop()
		if err := other.Close(); err != nil {
			w.t.Error(err)
		}
	})
}

// A killed node's work waits for nobody but the lease: itself it takes it back
// at once, another node when the lease has run out.
func TestTheWorkOfAKilledNodeGoesOn(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		killed := func() {
			err := w.store.InTx(t.Context(), func(tx *store.Tx) error { _, err := tx.Claim(store.JobRelay, "a", true); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		killed()
		c := w.hidden()
		stop := w.atWork("a")
		eventually(t, "a node waits for itself", func() bool { return len(w.feed("p-fiona", 0)) == 1 })
		stop()
		killed()
		w.say("p-fiona", c.Number, "later")
		w.atWork("b")
		if n := len(w.feed("p-fiona", 0)); n != 1 {
			t.Errorf("%d entries while another node holds the lease", n)
		}
		w.clock.pass(store.LeaseTime)
		eventually(t, "nobody takes over", func() bool { return len(w.feed("p-fiona", 0)) == 2 })
	})
}

// told collects which shares of which clock were warned of.
func (w *world) told(number string) map[string]int {
	w.t.Helper()
	out := map[string]int{}
	for _, e := range w.events(number) {
		if e.Kind != "clock-warned/1" {
			continue
		}
		var shares map[string]string
		if err := json.Unmarshal([]byte(e.Word("shares")), &shares); err != nil {
			w.t.Fatal(err)
		}
		for clock, share := range shares {
			out[clock+" "+share]++
		}
	}
	return out
}

// Each share is told once: by the running node, by one that was down when the
// instant came, and after the clock has jumped by a year and back.
func TestWarningsAreToldOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		stop := w.atWork("a")
		c := w.hidden()
		w.handOver("p-fiona", c.Number, "contoso")
		var next time.Time
		due := func() bool {
			err := w.store.View(t.Context(), func(tx *store.Tx) (err error) { next, err = tx.NextDue(); return err })
			if err != nil {
				t.Fatal(err)
			}
			return !next.IsZero()
		}
		eventually(t, "nothing falls due", func() bool { return w.idle() && due() })
		w.clock.pass(next.Sub(w.clock.now()))
		eventually(t, "no warning", func() bool { return len(w.told(c.Number)) > 0 })
		eventually(t, "nothing more falls due", func() bool { return w.idle() && due() })
		stop()
		before := w.count(c.Number, "clock-warned/1")
		w.clock.pass(next.Sub(w.clock.now()) + time.Hour)
		stop = w.atWork("a") // a restart
		eventually(t, "no late warning", func() bool { return w.count(c.Number, "clock-warned/1") > before })
		eventually(t, "it does not come to an end", w.idle)
		w.clock.pass(365 * 24 * time.Hour)
		eventually(t, "no end after a jump", func() bool { return w.idle() && !due() })
		stop()
		after := w.count(c.Number, "clock-warned/1")
		w.clock.pass(-365 * 24 * time.Hour)
		w.atWork("b")
		w.clock.pass(366 * 24 * time.Hour)
		w.say("p-fiona", c.Number, "still here")
		eventually(t, "it does not come to an end", w.idle)
		if n := w.count(c.Number, "clock-warned/1"); n != after {
			t.Errorf("%d warnings, then %d", after, n)
		}
		for share, n := range w.told(c.Number) {
			if n != 1 {
				t.Errorf("clock %s was told %d times", share, n)
			}
		}
		w.verified()
	})
}

// New hours count for running clocks: by the timer without anybody asking, and
// by the next command when that is earlier.
func TestNewHoursCountForRunningClocks(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		w.handOver("p-fiona", c.Number, "contoso")
		stop := w.atWork("a")
		eventually(t, "the import's own changes", w.idle)
		was := w.dues(c.Number)
		changeCompany(w, "contoso", func(company *wire.Company) { company.Support.Hours = "Sat-Sun 01:00-02:00" })
		eventually(t, "the timer does not count anew", func() bool { return w.count(c.Number, "clock-recomputed/1") == 1 })
		if now := w.dues(c.Number); now == was {
			t.Errorf("still due %s", now)
		}
		eventually(t, "it does not come to an end", w.idle)
		stop()
		changeCompany(w, "contoso", func(company *wire.Company) { company.Support.Hours = "24x7" })
		w.say("p-fiona", c.Number, "a word")
		if n := w.count(c.Number, "clock-recomputed/1"); n != 2 {
			t.Errorf("counted anew %d times", n)
		}
		w.atWork("a")
		eventually(t, "it does not come to an end", w.idle)
		if n := w.count(c.Number, "clock-recomputed/1"); n != 2 {
			t.Errorf("counted anew %d times for one change", n)
		}
		changeCompany(w, "alpine", func(company *wire.Company) { company.Name = wire.Plain("Alpine Ski") })
		eventually(t, "it does not come to an end", w.idle)
		if n := w.count(c.Number, "clock-recomputed/1"); n != 2 {
			t.Errorf("a stranger's change counted: %d", n)
		}
		w.verified()
	})
}

// Targets count as hours do, wherever they come from: an agreement, an import,
// another severity.
func TestNewTargetsCountForRunningClocks(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		w.handOver("p-fiona", c.Number, "contoso")
		w.atWork("a")
		eventually(t, "the import's own changes", w.idle)
		terms := func(how func(*wire.Agreement)) {
			change(w, func(tx *store.Tx) (*wire.Agreement, int64, error) { return tx.Agreement("contoso-terms") }, how)
		}
		counted := 0
		again := func(what string) {
			t.Helper()
			counted++
			eventually(t, what, func() bool { return w.count(c.Number, "clock-recomputed/1") == counted && w.idle() })
		}
		terms(func(a *wire.Agreement) {
			for severity := range a.Targets {
				a.Targets[severity] = wire.Targets{Acknowledge: "20h", FirstResponse: "30h", Resolution: "9bd"}
			}
		})
		again("an agreement")
		changed := strings.Replace(w.export("yaml"), "acknowledge: 20h", "acknowledge: 21h", -1)
		w.must(w.take(changed, app.ImportOptions{}))
		again("an import")
		terms(func(a *wire.Agreement) {
			a.Targets["critical"] = wire.Targets{Acknowledge: "3h"}
		})
		eventually(t, "it does not come to an end", w.idle) // nothing of it is promised for this case
		critical := "critical"
		if _, err := w.ChangeCase(t.Context(), w.as("p-fiona"), c.Number, wire.CaseChange{Severity: &critical}, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		again("another severity")
		w.must(w.take(changed, app.ImportOptions{}))
		eventually(t, "it does not come to an end", w.idle)
		w.verified()
	})
}

// Promises that begin and end by a date count from that day on for what runs, by
// the timer alone: nobody says that the day has come.
func TestPromisesBeginAndEndByTheirDate(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		day := func(n int) string { return directory.Date(w.clock.now().AddDate(0, 0, n)) }
		change(w, func(tx *store.Tx) (*wire.Agreement, int64, error) { return tx.Agreement("contoso-terms") }, func(a *wire.Agreement) {
			a.From, a.Until = "", day(2)
			for severity := range a.Targets {
				a.Targets[severity] = wire.Targets{Acknowledge: "60bd", FirstResponse: "80bd", Resolution: "99bd"}
			}
		})
		c := w.hidden()
		w.handOver("p-fiona", c.Number, "contoso")
		w.atWork("a")
		eventually(t, "the change of the agreement", w.idle)
		before, counted := w.dues(c.Number), w.count(c.Number, "clock-recomputed/1")
		midnight := w.clock.now().Truncate(24*time.Hour).AddDate(0, 0, 3)
		w.clock.pass(midnight.Add(-time.Second).Sub(w.clock.now()))
		eventually(t, "its last second", w.idle)
		if n := w.count(c.Number, "clock-recomputed/1"); n != counted || w.dues(c.Number) != before {
			t.Errorf("counted anew %d times on its last day; due %s, before %s", n-counted, w.dues(c.Number), before)
		}
		w.clock.pass(time.Second)
		eventually(t, "nothing comes of its end", func() bool { return w.count(c.Number, "clock-recomputed/1") == counted+1 && w.idle() })
		if w.dues(c.Number) == before {
			t.Errorf("still due %s", before)
		}
		w.verified()
	})
}

func (w *world) dues(number string) string {
	w.t.Helper()
	var out []string
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(number)
		if err != nil {
			return err
		}
		for _, k := range c.Clocks {
			out = append(out, k.Due.String())
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func changeCompany(w *world, id string, how func(*wire.Company)) {
	w.t.Helper()
	change(w, func(tx *store.Tx) (*wire.Company, int64, error) { return tx.Company(id) }, how)
}

// sql does by hand what no program of ours does.
func (w *world) sql(text string, args ...any) {
	w.t.Helper()
	driver, at := "pgx", w.o.DSN
	if at == "" {
		driver, at = "sqlite", "file:"+filepath.Join(w.o.DataDir, "switchboard.db")+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, at)
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(w.t.Context(), text, args...); err != nil {
		w.t.Fatal(err)
	}
}

// A case that cannot be worked on is put aside: the others go on, whoever runs
// the installation is told, and it goes on when the cause is gone.
func TestOneBadCaseDelaysNoOther(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		stop := w.atWork("a")
		bad := w.hidden()
		w.say("p-fiona", bad.Number, "before")
		eventually(t, "the relay does not come to an end", w.idle)
		stop()
		w.say("p-fiona", bad.Number, "after")
		w.sql("UPDATE cases SET doc = 'x' || doc, due_at = 1 WHERE number = '" + bad.Number + "'")
		w.sql("UPDATE outbox SET entries = 'x' || entries WHERE number = '" + bad.Number + "'")
		good := w.hidden()
		w.say("p-fiona", good.Number, "good")
		w.atWork("a")
		eventually(t, "the good case waits for the bad one", func() bool { return len(w.feed("p-fiona", 0)) == 4 })
		stuck := func(code string) int {
			found, err := w.Doctor(t.Context(), i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, f := range found {
				if f.Code == code && strings.Contains(f.Text, bad.Number) {
					n++
				}
			}
			return n
		}
		eventually(t, "the doctor does not see it", func() bool { return stuck("stuck") == 2 }) // relay and timer
		eventually(t, "it is not parked", func() bool { w.clock.pass(time.Minute); return stuck("parked") == 2 })
		w.sql("UPDATE cases SET doc = substr(doc, 2) WHERE number = '" + bad.Number + "'")
		w.sql("UPDATE outbox SET entries = substr(entries, 2) WHERE number = '" + bad.Number + "'")
		_, err := w.RetryStuck(t.Context(), w.as("p-fiona"))
		wantFault(t, "a partner retries", err, fault.NotFound, "")
		if n, err := w.RetryStuck(t.Context(), local); n != 2 || err != nil {
			t.Fatalf("%d %v", n, err)
		}
		eventually(t, "it does not go on", func() bool { return stuck("stuck")+stuck("parked") == 0 && w.idle() })
		for i, e := range w.feed("p-fiona", 0) {
			if e.Position != int64(i)+1 || e.Event == nil {
				t.Errorf("entry %d: %s", i, asJSON(t, e))
			}
		}
		w.verified()
	})
}
