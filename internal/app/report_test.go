package app_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/store"
	"switchboard/internal/testkit/casewalk"
	"switchboard/wire"
)

// tally is what a recount finds: a number for each line of each report.
type tally map[string]int64

// recount goes through the events of every case and adds up what one company
// knew at each moment. It knows no table of the reports.
type recount struct {
	viewer      string
	from, until time.Time
	now         time.Time
	sums        tally
	took        map[string][]time.Duration
	cases       map[string]map[string]bool
}

func (r *recount) has(at time.Time) bool { return !at.Before(r.from) && at.Before(r.until) }

func (r *recount) note(line, number string, n int64) {
	r.sums[line] += n
	if r.cases[line] == nil {
		r.cases[line] = map[string]bool{}
	}
	r.cases[line][number] = true
}

// story is a case after each of its events.
type story struct {
	events []casework.Event
	after  []*casework.Case
}

func (r *recount) whole(s story) {
	var before *casework.Case
	for i, e := range s.events {
		c, events := s.after[i], s.events
		end := r.now
		if i+1 < len(events) {
			end = events[i+1].At
		}
		if bit := c.Bit(r.viewer); bit >= 0 && !c.Test {
			r.stretch(c, c.Parties[bit].Left, e.At, end)
			r.event(before, c, e, bit)
			r.clocks(before, c)
		}
		before = c
	}
}

// stretch is the time until the next event, second by second as it would be.
func (r *recount) stretch(c *casework.Case, left bool, from, to time.Time) {
	if from.Before(r.from) {
		from = r.from
	}
	if to.After(r.until) {
		to = r.until
	}
	if left || c.State == casework.Closed || !to.After(from) {
		return
	}
	owner, turn := c.Mask(r.viewer, c.Owner), c.Mask(r.viewer, c.Turn())
	r.note("owned "+owner, c.Number, int64(to.Sub(from)))
	r.note("turn "+turn, c.Number, int64(to.Sub(from)))
	r.note("time "+owner, c.Number, 0)
	r.note("time "+turn, c.Number, 0)
}

func (r *recount) event(before, c *casework.Case, e casework.Event, bit int) {
	if !r.has(e.At) || !e.Readers.Has(bit) {
		return
	}
	switch kind, _, _ := strings.Cut(e.Kind, "/"); kind {
	case "closed":
		r.note("closed", c.Number, 1)
	case "handoff-declined", "handoff-asked":
		by, from := c.Mask(r.viewer, before.Handoff.To), c.Mask(r.viewer, before.Handoff.From)
		if by != from {
			r.note(kind+" "+by+" "+from, c.Number, 1)
		}
	}
}

func (r *recount) clocks(before, c *casework.Case) {
	for i, k := range c.Clocks {
		stood := before != nil && i < len(before.Clocks) && !before.Clocks[i].Stopped.IsZero()
		left := c.Party(r.viewer).Left && (before == nil || before.Party(r.viewer) == nil || before.Party(r.viewer).Left)
		if k.Stopped.IsZero() || stood || left || !r.has(k.Stopped) || !c.SeesClock(r.viewer, k) {
			continue
		}
		if k.Kind == casework.ClockFirstResponse && (k.How == "met" || k.How == "missed" || k.How == "unmeasured") {
			took := k.Stopped.Sub(k.Started)
			for at := k.Started; at.Before(k.Stopped); at = at.Add(time.Minute) { // minute by minute: pauses may overlap
				if slices.ContainsFunc(k.Pauses, func(p casework.Pause) bool { return !at.Before(p.From) && at.Before(p.To) }) {
					took -= min(time.Minute, k.Stopped.Sub(at))
				}
			}
			r.note("replies "+k.Company+" "+string(k.How), c.Number, 1)
			r.took[k.Company] = append(r.took[k.Company], took)
		}
		if k.How == casework.ClockMissed {
			over := int64(k.Stopped.Sub(k.Due) / time.Second)
			r.sums["over "+c.Number] = max(r.sums["over "+c.Number], over)
		}
	}
}

// recounted is what the events of all cases but one tell one company of a week.
func (w *world) recounted(stories map[string]story, viewer string, from, until time.Time, but string) *recount {
	r := &recount{viewer: viewer, from: from, until: until, now: w.clock.now(), sums: tally{}, took: map[string][]time.Duration{}, cases: map[string]map[string]bool{}}
	for number, s := range stories {
		if number != but {
			r.whole(s)
		}
	}
	return r
}

// stories reads the events of all cases, and when the last of them was.
func (w *world) stories() (out map[string]story, last time.Time) {
	w.t.Helper()
	out = map[string]story{}
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		numbers, err := tx.CaseNumbers("", 1000)
		if err != nil {
			return err
		}
		for _, number := range numbers {
			events, err := tx.CaseEvents(number, 0)
			if err != nil {
				return err
			}
			s := story{events: events}
			for i, e := range events {
				c, err := casework.Fold(events[:i+1])
				if err != nil {
					return err
				}
				if s.after = append(s.after, c); e.At.After(last) {
					last = e.At
				}
			}
			out[number] = s
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out, last
}

// reported is the same of the reports.
func (w *world) reported(actor access.Actor, week string) (tally, *wire.Report) {
	w.t.Helper()
	out := tally{}
	var last *wire.Report
	for _, name := range []string{wire.ReportTime, wire.ReportReplies, wire.ReportBounces, wire.ReportWeek} {
		r, err := w.Report(w.t.Context(), actor, app.ReportFilter{Name: name, Week: week}, i18n.English)
		if err != nil {
			w.t.Fatal(err)
		}
		last = r
		for _, l := range r.Time {
			out["turn "+l.Company], out["owned "+l.Company], out["time "+l.Company] = l.Turn, l.Owned, int64(l.Cases)
		}
		for _, l := range r.Replies {
			out["replies "+l.Company+" met"], out["replies "+l.Company+" missed"] = int64(l.InTime), int64(l.Late)
			out["replies "+l.Company+" unmeasured"] = int64(l.Count - l.InTime - l.Late)
			out["median "+l.Company], out["p90 "+l.Company] = l.Median, l.P90
		}
		for _, l := range r.Bounces {
			pair := " " + l.By.Company + " " + l.From.Company
			out["handoff-declined"+pair], out["handoff-asked"+pair] = int64(l.Declined), int64(l.Asked)
		}
		for _, f := range r.Figures {
			if f.Key == "closed" {
				out["closed"] = *f.Value
			}
		}
	}
	return out, last
}

// lines are what the reports have to say after a recount.
func (r *recount) lines() tally {
	out := tally{}
	for line, n := range r.sums {
		switch word, _, _ := strings.Cut(line, " "); word {
		case "turn", "owned":
			out[line] = n / int64(time.Second)
		case "time", "closed":
			out[line] = int64(len(r.cases[line]))
		case "over":
		default:
			out[line] = n
		}
	}
	for company, took := range r.took {
		slices.Sort(took)
		rank := func(percent int) int64 { // the least of which so many percent are no longer
			for i := range took {
				if (i+1)*100 >= percent*len(took) {
					return int64(took[i] / time.Second)
				}
			}
			return 0
		}
		out["median "+company], out["p90 "+company] = rank(50), rank(90)
	}
	return out
}

// differences between two tallies; what is not there is nothing.
func differences(got, want tally) (out []string) {
	keys := map[string]bool{}
	for _, t := range []tally{got, want} {
		for key := range t {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if got[key] != want[key] {
			out = append(out, fmt.Sprintf("%s: %d, want %d", key, got[key], want[key]))
		}
	}
	return out
}

// Over random cases of random companies, on both engines: every number of every
// report is what the events tell, week by week, in the zone of its reader; and a
// recount that lacks one case is found wrong.
func TestReportsCountWhatTheEventsTell(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		w.must(w.take(casewalk.World, app.ImportOptions{}))
		w.inZone("zreseller", "Pacific/Auckland")
		w.inZone("zpartner", "America/New_York")
		began := w.clock.now()
		p := w.walked(t)
		for seed := uint64(35); seed < 44; seed++ {
			casewalk.Walk(t, p, seed, 30)
		}
		stories, last := w.stories()
		w.clock.at = last.Add(50 * time.Hour) // it may have been put back
		nonzero, found, led := map[string]int{}, 0, 0
		for _, company := range append(casewalk.Everybody(), casewalk.Rival) {
			actor := w.as(casewalk.Person(company))
			for week := range w.weeks(actor, began) {
				got, last := w.reported(actor, week)
				r := w.recounted(stories, company, last.From, last.Until, "")
				if wrong := differences(got, r.lines()); len(wrong) > 0 {
					t.Fatalf("%s, %s:\n%s", company, week, strings.Join(wrong, "\n"))
				}
				w.worstOf(last, r)
				led += w.leads(actor, week)
				for line, n := range got {
					word, _, _ := strings.Cut(line, " ")
					if n > 0 {
						nonzero[word]++
					}
				}
				if numbers := slices.Sorted(maps.Keys(r.cases["time "+company])); len(numbers) > 0 {
					if len(differences(got, w.recounted(stories, company, last.From, last.Until, numbers[0]).lines())) == 0 {
						t.Errorf("%s, %s: nobody notices that case %s is not counted", company, week, numbers[0])
					}
					found++
				}
			}
		}
		for _, word := range []string{"turn", "owned", "time", "replies", "median", "handoff-declined", "handoff-asked", "closed"} {
			if nonzero[word] == 0 {
				t.Errorf("no week has a number for %s: the walk shows nothing", word)
			}
		}
		if led == 0 || found == 0 {
			t.Errorf("%d recounts lacked a case, %d numbers lead to cases", found, led)
		}
	})
}

// worstOf holds the worst five against the clocks of the recount.
func (w *world) worstOf(last *wire.Report, r *recount) {
	w.t.Helper()
	var want []int64
	for line, n := range r.sums {
		if strings.HasPrefix(line, "over ") {
			want = append(want, n)
		}
	}
	slices.Sort(want)
	slices.Reverse(want)
	if !last.Until.After(last.At) { // while a week lasts, what is late now is among them
		var got []int64
		for _, o := range last.Worst {
			got = append(got, o.Over)
		}
		if !slices.Equal(got, want[:min(5, len(want))]) {
			w.t.Errorf("%s, %s: the worst are %v, want %v", r.viewer, last.Week, got, want)
		}
	}
}

func (w *world) inZone(company, zone string) {
	w.t.Helper()
	object, _, err := w.Get(w.t.Context(), local, directory.People, casewalk.Person(company))
	if err != nil {
		w.t.Fatal(err)
	}
	person := *object.(*wire.Person)
	person.TZ = zone
	if _, err := w.Put(w.t.Context(), local, &person, nil); err != nil {
		w.t.Fatal(err)
	}
}

// weeks are those since an instant, as a reader counts them.
func (w *world) weeks(actor access.Actor, since time.Time) map[string]bool {
	w.t.Helper()
	out := map[string]bool{}
	r, err := w.Report(w.t.Context(), actor, app.ReportFilter{Name: wire.ReportReplies}, i18n.English)
	if err != nil {
		w.t.Fatal(err)
	}
	out[app.WeekAfter(r)] = true // the one that lasts
	for r.Until.After(since) {
		out[r.Week] = true
		if r, err = w.Report(w.t.Context(), actor, app.ReportFilter{Name: wire.ReportReplies, Week: app.WeekBefore(r)}, i18n.English); err != nil {
			w.t.Fatal(err)
		}
	}
	return out
}

// A week is one of the calendar of its reader: it begins on a Monday at midnight
// there, and has an hour more or less when the clocks are changed.
func TestAWeekIsThatOfItsReader(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.clock.at = time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
		for _, tc := range []struct {
			zone, week, from string
			hours            float64
		}{
			{"", "2026-W47", "2026-11-16T00:00:00Z", 168}, {"Europe/Berlin", "2026-W43", "2026-10-18T22:00:00Z", 169}, {"Europe/Berlin", "2026-W13", "2026-03-22T23:00:00Z", 167},
			{"Asia/Tokyo", "2026-W47", "2026-11-15T15:00:00Z", 168}, {"America/New_York", "2026-W44", "2026-10-26T04:00:00Z", 169}, {"Pacific/Auckland", "2026-w53", "2026-12-27T11:00:00Z", 168},
			{"Asia/Beirut", "2026-W13", "2026-03-22T22:00:00Z", 167}, {"America/Santiago", "2026-W36", "2026-08-31T04:00:00Z", 167}, {"Asia/Taipei", "", "2027-01-24T16:00:00Z", 168},
			{"", "2021-W01", "2021-01-04T00:00:00Z", 168}, {"", "2020-W53", "2020-12-28T00:00:00Z", 168},
		} {
			object, _, err := w.Get(t.Context(), local, directory.People, "p-fiona")
			if err != nil {
				t.Fatal(err)
			}
			person := *object.(*wire.Person)
			person.TZ = tc.zone
			if _, err := w.Put(t.Context(), local, &person, nil); err != nil {
				t.Fatal(err)
			}
			r, err := w.Report(t.Context(), w.as("p-fiona"), app.ReportFilter{Name: wire.ReportReplies, Week: tc.week}, i18n.English)
			if err != nil {
				t.Errorf("%s in %s: %v", tc.week, tc.zone, err)
				continue
			}
			if r.From.Format(time.RFC3339) != tc.from || r.Until.Sub(r.From).Hours() != tc.hours {
				t.Errorf("%s in %s: from %s, %v hours; want %s, %v", tc.week, tc.zone, r.From, r.Until.Sub(r.From).Hours(), tc.from, tc.hours)
			}
		}
		for _, week := range []string{"2021-W53", "2026-W00", "2026-W54", "2027-W06", "1999-W01", "week", "2026-W47x", "2026-47", "2026-W-1"} {
			_, err := w.Report(t.Context(), w.as("p-fiona"), app.ReportFilter{Name: wire.ReportWeek, Week: week}, i18n.English)
			wantFault(t, week, err, fault.Invalid, "report.week")
		}
		_, err := w.Report(t.Context(), w.as("p-fiona"), app.ReportFilter{Name: "weak"}, i18n.English)
		wantFault(t, "weak", err, fault.NotFound, "not-found.report")
	})
}

// leads holds each number against the cases to which its query leads.
func (w *world) leads(actor access.Actor, week string) (n int) {
	w.t.Helper()
	hold := func(what, query string, cases int) {
		page, err := w.Cases(w.t.Context(), actor, app.CaseFilter{Query: query, Limit: 200}, i18n.English)
		if err != nil {
			w.t.Fatalf("%s, %q: %v", what, query, err)
		}
		if n++; query == "" || page.Next != "" || len(page.Items) != min(cases, wire.MostNamed) {
			w.t.Errorf("%s, %s: %q leads to %d cases, want %d", actor.Company, what, query, len(page.Items), cases)
		}
	}
	for _, name := range wire.Reports() {
		r, err := w.Report(w.t.Context(), actor, app.ReportFilter{Name: name, Week: week}, i18n.English)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range r.Figures {
			if f.Unit == "cases" && *f.Value > 0 {
				hold(name+" "+f.Key, f.Query, int(*f.Value))
			}
		}
		for _, l := range r.Time {
			hold(name+" "+l.Company, l.Query, l.Cases)
		}
		for _, l := range r.Late {
			hold(name+" "+l.Company, l.Query, l.Cases)
		}
		for _, l := range r.Bounces {
			hold(name+" "+l.By.Company, l.Query, l.Cases)
		}
		for _, l := range r.Contacts {
			if l.Cases > 0 {
				hold(name+" "+l.Offer, l.Query, l.Cases)
			}
		}
		for _, o := range r.Worst {
			hold(name+" "+o.Case, "n:"+o.Case, 1)
		}
	}
	return n
}

// The reports are of a company, for those of it who may read all its cases; a
// drill counts in none of them (spec 2 section 4).
func TestWhoReadsReportsAndWhatCountsInThem(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, actor := range []access.Actor{{}, {Local: true}, {Company: "northwind", Subscription: "nw-lamp"}, {Company: "fabrikam", Roles: []string{"billing-admin"}, Kinds: []string{wire.Reseller}}} {
			for _, name := range wire.Reports() {
				_, err := w.Report(t.Context(), actor, app.ReportFilter{Name: name}, i18n.English)
				wantFault(t, fmt.Sprint(actor, name), err, fault.Denied, "")
			}
		}
		for _, test := range []bool{true, false} {
			c, err := w.OpenCase(t.Context(), w.as("p-will"), wire.NewCase{Subscription: "wg-shield", Topic: wire.BreakFix, Severity: "moderate", Subject: "It stops", Text: "It stops", Test: test}, i18n.English)
			if err != nil {
				t.Fatal(err)
			}
			w.clock.pass(time.Hour)
			sent := w.handOver("p-fiona", c.Number, "wideworld")
			w.clock.pass(time.Hour)
			w.step("p-jo", sent.Handoff.ID, "decline", wire.HandoffStep{Reason: "not-our-topic", Evidence: "It is not"})
		}
		week, err := w.Report(t.Context(), w.as("p-fiona"), app.ReportFilter{Name: wire.ReportWeek, Week: "2026-W47"}, i18n.English)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range week.Figures {
			if want := map[string]int64{"opened": 1, "declined": 1}[f.Key]; f.Key != "late" && f.Value != nil && *f.Value != want {
				t.Errorf("%s: %d, want %d", f.Key, *f.Value, want)
			}
		}
		if asJSON(t, week.Time) == "[]" || len(week.Time) != 2 || week.Time[0].Turn+week.Time[1].Turn != 2*3600 || week.Time[0].Owned+week.Time[1].Owned != 2*3600 {
			t.Errorf("the time: %s", asJSON(t, week.Time))
		}
		bounces, err := w.Report(t.Context(), w.as("p-will"), app.ReportFilter{Name: wire.ReportBounces, Week: "2026-W47"}, i18n.English)
		if err != nil || strings.Contains(asJSON(t, bounces), "wideworld") || strings.Contains(asJSON(t, bounces), "Wide World") {
			t.Errorf("the customer reads who is behind its reseller: %s, %v", asJSON(t, bounces), err)
		}
	})
}

// Cases from before there were reports are read from their events by a job, and
// then count like any other.
func TestOldCasesComeIntoTheReports(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		w.must(w.take(casewalk.World, app.ImportOptions{}))
		p := w.walked(t)
		casewalk.Walk(t, p, 36, 30)
		_, last := w.stories()
		w.clock.at = last.Add(50 * time.Hour)
		actor := w.as(casewalk.Person("zpublisher"))
		before, _ := w.reported(actor, "")
		err := w.store.InTx(t.Context(), func(tx *store.Tx) error { return tx.ForgetFacts() })
		if err != nil {
			t.Fatal(err)
		}
		if none, r := w.reported(actor, ""); none["owned zpublisher"] != 0 || r.Whole {
			t.Errorf("nothing was read yet, and there is %v, whole %v", none, r.Whole)
		}
		for _, job := range w.Duties(nil) {
			if job.Name != store.JobFacts {
				continue
			}
			due, _, err := job.Look(t.Context())
			if err != nil || len(due) != 1 {
				t.Fatalf("due: %v, %v", due, err)
			}
			if err := job.Do(t.Context(), store.Lease{}, due); err != nil {
				t.Fatal(err)
			}
		}
		after, r := w.reported(actor, "")
		if wrong := differences(after, before); len(wrong) > 0 || !r.Whole || len(before) == 0 {
			t.Errorf("whole %v: %v", r.Whole, wrong)
		}
		w.wholeStore()
	})
}
