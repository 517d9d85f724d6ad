package store

import (
	"bytes"
	"crypto/sha256"
	"testing"
	"time"

	"switchboard/internal/fault"
	"switchboard/wire"
)

func TestARepeatedRequestFindsItsOutcome(t *testing.T) {
	withClock(t, func(t *testing.T, s *Store, clock *time.Time) {
		r := Request{Caller: "tailspin", Route: "POST /v1/who", Key: "k", Body: sha256.Sum256([]byte("body"))}
		want := Outcome{Kind: "cases", ID: "7", Version: 3, Status: 201}
		if o, err := s.Outcome(t.Context(), r); err != nil || o != nil {
			t.Errorf("a new request has an outcome: %v %v", o, err)
		}
		inTx(t, s, func(tx *Tx) error { return tx.KeepOutcome(r, want) })
		if o, err := s.Outcome(t.Context(), r); err != nil || o == nil || *o != want {
			t.Errorf("got %+v %v", o, err)
		}
		other := r
		other.Body = sha256.Sum256([]byte("other"))
		_, wrong := s.Outcome(t.Context(), other)
		wantFault(t, wrong, fault.Conflict, "idempotency.other-body")
		for _, change := range []func(*Request){func(r *Request) { r.Caller = "x" }, func(r *Request) { r.Route = "x" }, func(r *Request) { r.Key = "x" }} {
			other := r
			change(&other)
			if o, err := s.Outcome(t.Context(), other); err != nil || o != nil {
				t.Errorf("%+v finds %v, %v", other, o, err)
			}
		}
		err := s.InTx(t.Context(), func(tx *Tx) error { return tx.KeepOutcome(r, want) })
		wantFault(t, err, fault.Conflict, "idempotency.running")
		for _, step := range []struct {
			after time.Duration
			swept int64
		}{{OutcomeAge, 0}, {time.Second, 1}} {
			*clock = clock.Add(step.after)
			var n int64
			inTx(t, s, func(tx *Tx) (err error) { n, err = tx.Sweep("idempotency"); return err })
			if n != step.swept {
				t.Errorf("after %v: swept %d, want %d", clock.Sub(start), n, step.swept)
			}
		}
	})
}

func TestTheAuditLogListsNewestFirstAndToEachItsOwn(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		inTx(t, s, func(tx *Tx) error {
			for _, e := range []Entry{
				{Company: "tailspin", Person: "ken", Via: "api", Act: "put", Noun: "offers", ID: "o", After: Digest([]byte("{}"))},
				{Company: "contoso", Act: "import"}, {Company: "tailspin", Act: "delete", Before: Digest([]byte("{}"))},
			} {
				if err := tx.AddEntry(e); err != nil {
					return err
				}
			}
			return nil
		})
		acts := func(r Reader, before int64, limit int) (out string, last int64) {
			view(t, s, func(tx *Tx) error {
				list, err := tx.Audit(r, before, limit)
				for _, e := range list {
					out, last = out+e.Act+" ", e.Seq
					if !e.At.Equal(start) {
						t.Errorf("at = %v", e.At)
					}
				}
				return err
			})
			return out, last
		}
		if got, _ := acts(Reader{Operator: true}, 0, 10); got != "delete import put " {
			t.Errorf("the operator reads %q", got)
		}
		got, last := acts(Reader{Company: "tailspin", Kinds: []string{wire.DirectPartner}}, 0, 1)
		if next, _ := acts(Reader{Company: "tailspin"}, last, 10); got != "delete " || next != "put " {
			t.Errorf("tailspin reads %q, then %q", got, next)
		}
		if got, _ := acts(Reader{}, 0, 10); got != "" {
			t.Errorf("nobody reads %q", got)
		}
		view(t, s, func(tx *Tx) error {
			list, err := tx.Audit(Reader{Local: true}, 0, 1)
			if err == nil && (!bytes.Equal(list[0].Before, Digest([]byte("{}"))) || len(list[0].After) != 0) {
				t.Errorf("digests = %+v", list[0])
			}
			return err
		})
	})
}

func TestPublishedRulesNeverChange(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		do := func(f func(tx *Tx) error) error { return s.InTx(t.Context(), f) }
		draft := func(version int, doc string) error {
			return do(func(tx *Tx) error {
				return tx.DraftRules(Ruleset{Version: version, Doc: []byte(doc), Author: "ann", Date: "2026-11-21"})
			})
		}
		for _, err := range []error{draft(2, "one"), draft(2, "two"), do(func(tx *Tx) error { return tx.PublishRules(2) }), draft(3, "three")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		wantFault(t, draft(2, "late"), fault.Conflict, "rules.published")
		wantFault(t, do(func(tx *Tx) error { return tx.PublishRules(2) }), fault.Conflict, "rules.published")
		wantFault(t, do(func(tx *Tx) error { return tx.PublishRules(9) }), fault.NotFound, "not-found")
		view(t, s, func(tx *Tx) error {
			r, err := tx.PublishedRules()
			if err != nil {
				return err
			}
			if r.Version != 2 || string(r.Doc) != "two" || r.Author != "ann" || r.State != "published" {
				t.Errorf("published = %+v", r)
			}
			history, err := tx.RuleHistory()
			if len(history) != 2 || history[0].Version != 3 || history[0].State != "draft" || len(history[0].Doc) != 0 {
				t.Errorf("history = %+v", history)
			}
			return err
		})
	})
}

func TestWithoutPublishedRulesThereAreNone(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		view(t, s, func(tx *Tx) error {
			r, err := tx.PublishedRules()
			if r != nil {
				t.Errorf("rules = %+v", r)
			}
			return err
		})
	})
}

func TestSettings(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		for _, value := range []string{"on", "off"} {
			inTx(t, s, func(tx *Tx) error { return tx.Set("k", value) })
			view(t, s, func(tx *Tx) error {
				got, set, err := tx.Setting("k")
				if got != value || !set {
					t.Errorf("setting %q %v, want %q", got, set, value)
				}
				return err
			})
		}
		inTx(t, s, func(tx *Tx) error { return tx.Unset("k") })
		view(t, s, func(tx *Tx) error {
			_, set, err := tx.Setting("k")
			if set {
				t.Error("the setting is still there")
			}
			return err
		})
	})
}

func TestSettingsBelowAPrefix(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		inTx(t, s, func(tx *Tx) error {
			for key, value := range map[string]string{"a:1": "one", "a:é": "two", "a": "none", "b:1": "other", "a;": "after"} {
				if err := tx.Set(key, value); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(tx *Tx) error {
			below, err := tx.SettingsBelow("a:")
			if len(below) != 2 || below["1"] != "one" || below["é"] != "two" {
				t.Errorf("below a: %v", below)
			}
			return err
		})
	})
}
