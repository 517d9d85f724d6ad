package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/i18n"
	"switchboard/internal/query"
	"switchboard/internal/store"
	"switchboard/internal/text"
)

// desk is the data with the use cases on it, in this process: what a list or a
// search costs the server, without the way there.
type desk struct {
	*scene
	place []string
	store *store.Store
	app   *app.App
	raw   *sql.DB // the same data, without the product
	cases *cases
	actor access.Actor
	n     int // cases that are there
}

const (
	lists = 100 // pages of each view in a round
	few   = 10_000
)

// desks fills cases in, and measures the lists at few of them beside all.
func (s *scene) desks(ctx context.Context) (err error) {
	if !s.any(caseResults()...) {
		return nil
	}
	all := &desk{scene: s, place: s.place, cases: s.world.cases(s.world.Subscriptions), actor: access.Actor{Company: directID(bigDesk), Person: "agent-0", Roles: []string{"admin-agent"}, Via: access.ViaAPI}}
	defer func() { err = errors.Join(err, all.end()) }()
	if err := all.begin(ctx); err != nil {
		return err
	}
	if err := all.grow(ctx, min(few, all.cases.of/3)); err != nil {
		return err
	}
	small, err := all.twin(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, small.end()) }()
	if err := small.recall(ctx); err != nil {
		return err
	}
	if err := all.grow(ctx, all.cases.of); err != nil {
		return err
	}
	return errors.Join(all.views(ctx, small), all.searches(ctx))
}

func (d *desk) begin(ctx context.Context) (err error) {
	o := store.Options{DSN: d.place[1]}
	if d.suffix == "" {
		o = store.Options{DataDir: d.place[1]}
	}
	if d.store, err = store.Open(ctx, o); err != nil {
		return err
	}
	if d.app, err = app.New(ctx, d.store, app.Options{}); err != nil {
		return err
	}
	d.raw, err = d.d.over(d.place)
	return err
}

func (d *desk) end() (err error) {
	if d.raw != nil {
		err = d.raw.Close()
	}
	if d.store != nil {
		err = errors.Join(err, d.store.Close())
	}
	d.raw, d.store = nil, nil
	return err
}

// twin is the desk as it is now: this one goes on growing.
func (d *desk) twin(ctx context.Context) (*desk, error) {
	if err := d.end(); err != nil {
		return nil, err
	}
	place, drop, err := d.d.twin(ctx, d.place, d.dir)
	d.drops = append(d.drops, drop)
	if err != nil {
		return nil, err
	}
	other := *d
	other.place = place
	return &other, errors.Join(other.begin(ctx), d.begin(ctx))
}

// grow fills cases in up to a number.
func (d *desk) grow(ctx context.Context, to int) error {
	d.tell(d.named("case-fill"))
	start := time.Now()
	err := d.store.Roomy(ctx, fillRoom)
	if err == nil {
		err = d.cases.fill(ctx, d.store, d.n, to)
	}
	if err == nil {
		err = d.store.Roomy(ctx, 0)
	}
	if rate := float64(to-d.n) / time.Since(start).Seconds(); to == d.cases.of {
		d.add(single(d.named("case-fill"), []float64{rate}, 0, rate))
	}
	d.n = to
	return err
}

// views measures the first page of each default view with all cases, and how
// much longer it takes than with few: round by round beside each other, because
// a machine is not as fast in one minute as in the next. The floor is a page of
// the same rows in the order of their index.
func (d *desk) views(ctx context.Context, small *desk) error {
	if !d.any(viewResults()...) {
		return nil
	}
	var growth []float64
	for _, v := range query.Views() {
		name := "inbox-" + v.Name
		d.tell(d.named(name))
		page := func(of *desk) func(int) error {
			return func(int) error {
				_, err := of.app.Cases(ctx, of.actor, app.CaseFilter{View: v.Name}, i18n.English)
				return err
			}
		}
		rounds, before, err := d.beside(name, lists, page(d), page(small))
		if err != nil {
			return err
		}
		floor, _, err := d.load(name, 1, lists, func(int) error {
			return readAll(ctx, d.raw, "SELECT doc FROM case_inbox WHERE company = $1 ORDER BY opened_at DESC, number DESC LIMIT 50", d.actor.Company)
		})
		if err != nil {
			return err
		}
		d.add(result(d.named(name), rounds, middle(floor, 95), 0))
		growth = append(growth, middle(rounds, 95)/middle(before, 95))
	}
	d.add(single(d.named("inbox-growth"), growth, 0, 0))
	return nil
}

func viewResults() []string {
	out := []string{"inbox-growth"}
	for _, v := range query.Views() {
		out = append(out, "inbox-"+v.Name)
	}
	return out
}

func readAll(ctx context.Context, db *sql.DB, statement string, args ...any) error {
	rows, err := db.QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var doc sql.RawBytes
		if err := rows.Scan(&doc); err != nil {
			return err
		}
	}
	return rows.Err()
}

// sought are searches as people type them: a code that thirty cases have, a word
// of many cases, two characters, and two words that stand in different messages.
var sought = map[string]string{
	"search-rare":           codeOf(perCode),
	"search-common":         "certificate",
	"search-two-characters": "請求",
	"search-two-messages":   codeOf(0) + " version",
	"search-chinese":        "備份失敗",
}

func (d *desk) searches(ctx context.Context) error {
	for name, words := range sought {
		if !d.any(name) {
			continue
		}
		d.tell(d.named(name))
		times, _, err := d.load(name, 1, lists, func(int) error {
			_, err := d.app.Cases(ctx, d.actor, app.CaseFilter{Query: words}, i18n.English)
			return err
		})
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(words, " ")
		floor, _, err := d.load(name, 1, lists, func(int) error { return d.d.find(ctx, d.raw, d.actor.Company, text.Terms(first)) })
		if err != nil {
			return err
		}
		d.add(result(d.named(name), times, middle(floor, 95), 0))
	}
	return nil
}

// recall is how many of the cases that hold the words are found, in per cent: a
// scan of every case reads them one by one.
func (d *desk) recall(ctx context.Context) error {
	if !d.wanted(d.named("search-recall")) {
		return nil
	}
	as := query.Reader{Company: d.actor.Company, Now: Now}
	meant, missed := 0, 0
	for name, words := range sought {
		q, err := query.Parse(words)
		if err != nil {
			return err
		}
		found := map[string]bool{}
		for cursor := ""; ; {
			page, err := d.app.Cases(ctx, d.actor, app.CaseFilter{Query: words, Cursor: cursor, Limit: 200}, i18n.English)
			if err != nil {
				return err
			}
			for _, row := range page.Items {
				found[row.Number] = true
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		err = d.scan(ctx, as, q, func(number string) {
			if meant++; !found[number] {
				missed++
			}
			delete(found, number)
		})
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return fmt.Errorf("%s: %d cases found that do not hold the words", name, len(found))
		}
	}
	d.add(single(d.named("search-recall"), []float64{100 * float64(meant-missed) / float64(max(meant, 1))}, 0, 0))
	return nil
}

// scan reads every case of the desk's company and tells those that a query means.
func (d *desk) scan(ctx context.Context, as query.Reader, q query.Query, hit func(number string)) error {
	return d.store.View(ctx, func(tx *store.Tx) error {
		for i := range d.n {
			c, err := tx.Case(caseNumber(i))
			if err != nil {
				return err
			}
			bit := c.Bit(as.Company)
			if bit < 0 {
				continue
			}
			events, err := tx.CaseEvents(c.Number, 0)
			if err != nil {
				return err
			}
			if query.Matches(q, query.Row{Number: c.Number, Texts: readable(events, bit)}, as) {
				hit(c.Number)
			}
		}
		return nil
	})
}

func readable(events []casework.Event, bit int) (out []string) {
	for _, line := range casework.View(events, bit) {
		for _, t := range line.Event.Texts() {
			out = append(out, t.Words)
		}
	}
	return out
}
