package app_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"switchboard/internal/i18n"
	"switchboard/internal/query"
	"switchboard/internal/store"
	"switchboard/wire"
)

// troubles are the codes of what is wrong in the whole store.
func (w *world) troubles() (codes []string) {
	w.t.Helper()
	part, err := w.VerifyStore(w.t.Context(), local, "", 200, i18n.English)
	if err != nil || part.Next != "" {
		w.t.Fatalf("%v %+v", err, part)
	}
	for _, t := range part.Troubles {
		codes = append(codes, t.Code)
	}
	return codes
}

func (w *world) onlyTrouble(what, want string) {
	w.t.Helper()
	if codes := w.troubles(); !slices.Equal(codes, []string{want}) {
		w.t.Errorf("%s: %v, want %s alone", what, codes, want)
	}
}

// duty does one job until it finds nothing to do.
func (w *world) duty(name string) {
	w.t.Helper()
	for _, job := range w.Duties(nil) {
		for job.Name == name {
			due, _, err := job.Look(w.t.Context())
			if err == nil && len(due) > 0 {
				err = job.Do(w.t.Context(), store.Lease{}, due)
			}
			if err != nil {
				w.t.Fatal(err)
			}
			if len(due) == 0 {
				break
			}
		}
	}
}

// riskAt is when a case is at risk in the lists of a company, as a row says it.
func (w *world) riskAt(number, company string) (out string) {
	w.t.Helper()
	err := w.store.View(w.t.Context(), func(tx *store.Tx) error {
		rows, _, err := tx.Inbox(query.Reader{Company: company, Now: w.clock.now()}, query.Query{}, 200, "")
		for _, r := range rows {
			if r.Number == number && !r.RiskAt.IsZero() {
				out = strconv.FormatInt(r.RiskAt.UnixMicro(), 10)
			}
		}
		return err
	})
	if err != nil || out == "" {
		w.t.Fatalf("case %s is never at risk for %s: %v", number, company, err)
	}
	return out
}

// New hours move a timer when the company's cases have been looked at, and not
// before; the rows of who reads nothing of it stay as they were. None of that is
// damage, and damage is found all the same.
func TestHoursThatHaveChangedAreNoDamage(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		w.handOver("p-fiona", c.Number, "contoso", 1)
		w.wholeStore()
		risk := "UPDATE case_inbox SET doc = REPLACE(doc, $2, $3) WHERE number = $1 AND company = 'contoso'"
		at := w.riskAt(c.Number, "contoso")
		w.sql(risk, c.Number, at, at[:len(at)-1]+"7")
		w.onlyTrouble("at risk a moment later", "verify.list-row")
		w.sql(risk, c.Number, at[:len(at)-1]+"7", at)
		w.wholeStore()

		w.clock.pass(time.Minute)
		change(w, func(tx *store.Tx) (*wire.Company, int64, error) { return tx.Company("contoso") }, func(c *wire.Company) {
			c.Support.Hours = "Mon-Fri 06:00-23:00"
		})
		w.wholeStore()
		w.duty(store.JobRecheck)
		w.wholeStore()
		w.duty(store.JobTick)
		w.wholeStore()
		w.sql("UPDATE cases SET due_at = due_at + 1000000 WHERE number = $1", c.Number)
		w.onlyTrouble("a timer of the new hours", "verify.due")
	})
}
