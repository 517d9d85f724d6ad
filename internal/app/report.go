package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/query"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

// ReportFilter asks for a report. Week is an ISO week ("2026-W47"); "" is the
// last whole one.
type ReportFilter struct {
	Name string
	Week string
}

// Report counts what happened to the cases of the actor's company in a week of
// its reader's zone. It counts all of them: a role that is limited to some topics
// does not open it.
func (a *App) Report(ctx context.Context, actor access.Actor, f ReportFilter, lang i18n.Lang) (*wire.Report, error) {
	if err := mayReport(actor); err != nil {
		return nil, err
	}
	fill, known := reports[f.Name]
	if !known {
		nearest, _ := text.Nearest(f.Name, wire.Reports())
		return nil, fault.New(fault.NotFound, "not-found.report", "id", f.Name, "nearest", nearest)
	}
	var out *wire.Report
	err := a.store.View(ctx, func(tx *store.Tx) error {
		as, err := a.asker(tx, actor)
		if err != nil {
			return err
		}
		week, err := weekOf(f.Week, as.Now)
		if err != nil {
			return err
		}
		r := &reporter{tx: tx, actor: actor, as: as, week: week, names: &namer{lang, map[string]*wire.Company{}},
			out: &wire.Report{Name: f.Name, Week: week.String(), From: week.from.UTC(), Until: week.until.UTC(), Zone: as.Now.Location().String(), At: as.Now.UTC()}}
		if r.out.Company, err = r.party(actor.Company); err != nil {
			return err
		}
		if r.out.Whole, err = tx.FactsWhole(); err != nil {
			return err
		}
		out = r.out
		return fill(r)
	})
	return out, err
}

func mayReport(actor access.Actor) error {
	if err := mayWork(actor, access.OpenCases); err != nil {
		return err
	}
	return access.Need(actor, access.OpenCases)
}

// MayReport tells whether the reports are open to an actor.
func MayReport(actor access.Actor) bool { return mayReport(actor) == nil }

var reports = map[string]func(*reporter) error{
	wire.ReportWeek: (*reporter).fillWeek, wire.ReportTime: (*reporter).fillTime, wire.ReportLate: (*reporter).fillLate, wire.ReportWorst: (*reporter).fillWorst,
	wire.ReportReplies: (*reporter).fillReplies, wire.ReportBounces: (*reporter).fillBounces, wire.ReportContacts: (*reporter).fillContacts,
}

// reporter makes one report in one transaction.
type reporter struct {
	tx    *store.Tx
	actor access.Actor
	as    query.Reader
	week  week
	names *namer
	out   *wire.Report
}

// week is an ISO week in the zone of a reader.
type week struct {
	year, number int
	from, until  time.Time
}

func (w week) String() string { return fmt.Sprintf("%04d-W%02d", w.year, w.number) }

// weekOf reads a week; "" is the last whole one before now. One that has not
// begun has nothing to report.
func weekOf(words string, now time.Time) (week, error) {
	current := weekAt(now)
	if words == "" {
		return current.before(), nil
	}
	var year, number int
	wrong := fault.New(fault.Invalid, "report.week", "value", words, "example", current.before().String())
	if n, err := fmt.Sscanf(strings.ToUpper(words), "%4d-W%2d", &year, &number); n != 2 || err != nil || year < 2000 || year > 9999 {
		return week{}, wrong
	}
	fourth := time.Date(year, 1, 4, 12, 0, 0, 0, now.Location()) // lies in the first week, always
	w := weekAt(fourth.AddDate(0, 0, 7*(number-1)))
	if w.String() != strings.ToUpper(words) || w.from.After(now) {
		return week{}, wrong
	}
	return w, nil
}

// weekAt is the week in which an instant lies, in the zone of that instant: from
// its Monday to the next, whatever the clocks do meanwhile.
func weekAt(t time.Time) week {
	year, number := t.ISOWeek()
	since := (int(t.Weekday()) + 6) % 7 // days since its Monday
	return week{year, number, query.Midnight(t, -since), query.Midnight(t, 7-since)}
}

func (w week) before() week { return weekAt(query.Midnight(w.from, -4)) }

// WeekAfter and WeekBefore are the weeks beside that of a report; "" where there
// is none yet.
func WeekAfter(r *wire.Report) string {
	at := query.Midnight(r.Until.In(zoneOf(r)), 3)
	if r.Until.After(r.At) {
		return ""
	}
	return weekAt(at).String()
}

// WeekBefore is the week before that of a report.
func WeekBefore(r *wire.Report) string {
	return weekAt(query.Midnight(r.From.In(zoneOf(r)), -4)).String()
}

func zoneOf(r *wire.Report) *time.Location {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// end is the instant up to which a week has gone.
func (r *reporter) end(w week) time.Time {
	if w.until.After(r.as.Now) {
		return r.as.Now
	}
	return w.until
}

// party names a company. What a report names has been masked before: it is known
// to its reader.
func (r *reporter) party(id string) (wire.Party, error) {
	if r.names.known[id] == nil {
		found, err := r.tx.Companies([]string{id})
		if err != nil {
			return wire.Party{}, err
		}
		if r.names.known[id] = found[id]; found[id] == nil {
			r.names.known[id] = &wire.Company{ID: id} // it has left; its cases keep its id
		}
	}
	return r.names.party(id, r.names.kind(id)), nil
}

// eachCase goes through all cases that a query means, in its order.
func (r *reporter) eachCase(q query.Query, visit func(store.Listed)) error {
	for cursor := ""; ; {
		rows, next, err := r.tx.Inbox(r.as, q, pageMost, cursor)
		if err != nil {
			return err
		}
		for _, row := range rows {
			visit(row)
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}

// asked reads a query that is written here.
func asked(words string) (query.Query, error) {
	q, err := query.Parse(words)
	if err != nil {
		return q, fmt.Errorf("app: query of a report: %w", err)
	}
	return q, nil
}

// heavy keeps the cases that weigh most, the heaviest first.
type heavy struct {
	all    int
	cases  []string
	weight []int64
}

func (h *heavy) add(number string, weight int64) {
	h.all++
	at := 0
	for at < len(h.weight) && h.weight[at] >= weight {
		at++
	}
	if at == wire.MostNamed {
		return
	}
	h.cases, h.weight = slices.Insert(h.cases, at, number), slices.Insert(h.weight, at, weight)
	if len(h.cases) > wire.MostNamed {
		h.cases, h.weight = h.cases[:wire.MostNamed], h.weight[:wire.MostNamed]
	}
}

// query finds them.
func (h *heavy) query() string {
	if len(h.cases) == 0 {
		return ""
	}
	return "n:" + strings.Join(h.cases, ",")
}

// fillWeek is the page of Monday morning.
func (r *reporter) fillWeek() error {
	for _, fill := range []func() error{r.fillFigures, r.fillTime, r.fillWorst, r.fillContacts} {
		if err := fill(); err != nil {
			return err
		}
	}
	r.out.Contacts = r.out.Contacts[:min(2, len(r.out.Contacts))] // two things to do, no more
	return nil
}

// ReportCSV writes a report as a table. What people have written begins no
// formula in it.
func ReportCSV(r *wire.Report) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range r.Table() {
		writeRow(w, row)
	}
	w.Flush()
	return b.Bytes()
}
