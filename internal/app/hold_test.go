package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

const (
	heldOffer = "contoso-backup"
	fresh     = "new-desk@contoso.example"
)

// written is the offer as it was written, a copy to be changed.
func (w *world) written(id string) *wire.Offer {
	w.t.Helper()
	object, _, err := w.Get(w.t.Context(), local, directory.Offers, id)
	if err != nil {
		w.t.Fatal(err)
	}
	o := *object.(*wire.Offer)
	o.Contacts = slices.Clone(o.Contacts)
	return &o
}

// change writes the offer with its support contact changed.
func (w *world) change(person string, change func(o *wire.Offer)) {
	w.t.Helper()
	o := w.written(heldOffer)
	change(o)
	if _, err := w.Put(w.t.Context(), w.as(person), o, nil); err != nil {
		w.t.Fatal(err)
	}
}

func newEmail(o *wire.Offer) { o.Contacts[0].Email = fresh }

// support is the e-mail address at which an actor is sent to the publisher, at
// an instant, and that it must read everywhere else as well now.
func (w *world) support(person string, at time.Time) string {
	w.t.Helper()
	answer := w.who(w.as(person), app.Ask{Offer: heldOffer, Topic: wire.BreakFix, At: at.Format(time.RFC3339)})
	if answer.Reach == nil || answer.Reach.Contact == nil {
		w.t.Fatalf("%s is sent nowhere: %+v", person, answer)
	}
	if now := w.clock.now(); at.Equal(now) {
		w.sameEverywhere(person, answer.Reach.Contact.Email)
	}
	return answer.Reach.Contact.Email
}

func (w *world) sameEverywhere(person, email string) {
	w.t.Helper()
	details, err := w.OfferDetails(w.t.Context(), w.as(person), heldOffer, "en")
	if err != nil {
		w.t.Fatal(err)
	}
	object, _, err := w.Get(w.t.Context(), w.as(person), directory.Offers, heldOffer)
	if err != nil {
		w.t.Fatal(err)
	}
	list, _, err := w.List(w.t.Context(), w.as(person), directory.Offers, store.Filter{}, "", 500)
	if err != nil {
		w.t.Fatal(err)
	}
	draft, err := w.Message(w.t.Context(), w.as(person), app.Ask{Offer: heldOffer, Topic: wire.BreakFix})
	if err != nil {
		w.t.Fatal(err)
	}
	if draft.To != email {
		w.t.Errorf("%s writes to %s, is sent to %s", person, draft.To, email)
	}
	for what, text := range map[string]string{"details": asJSON(w.t, details), "the offer": asJSON(w.t, object), "the list": asJSON(w.t, list)} {
		if !strings.Contains(text, email) || email != fresh && strings.Contains(text, fresh) || strings.Contains(text, "pending") {
			w.t.Errorf("%s reads in %s something else than %s: %s", person, what, email, text)
		}
	}
}

// pending is what the publisher sees of the change of its support contact.
func (w *world) pending(person string) *wire.PendingContact {
	w.t.Helper()
	details, err := w.OfferDetails(w.t.Context(), w.as(person), heldOffer, "en")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range details.Contacts {
		if c.Ref == wire.ContactSupport {
			return c.Pending
		}
	}
	return nil
}

// A changed way to reach a published contact waits for a day. Nothing runs when
// the day is over: the instant that is asked about decides.
func TestAChangedContactWaitsForADay(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		old := w.support("p-rosa", noon)
		w.change("p-priya", newEmail)
		if got := w.support("p-rosa", noon); got != old {
			t.Errorf("at once: %s, want %s", got, old)
		}
		for after, want := range map[time.Duration]string{-time.Hour: old, 24*time.Hour - time.Second: old, 24 * time.Hour: fresh, 100 * time.Hour: fresh} {
			if got := w.support("p-rosa", noon.Add(after)); got != want {
				t.Errorf("at %v: %s, want %s", after, got, want)
			}
		}
		p := w.pending("p-tom")
		if p == nil || p.Email != fresh || !p.Effective.Equal(noon.Add(24*time.Hour)) || p.By != "p-priya" || !p.MayApprove {
			t.Errorf("the publisher sees %+v", p)
		}
		w.change("p-priya", func(o *wire.Offer) { o.Name = wire.Text{"en": "Another name"} }) // does not begin anew
		w.clock.pass(24 * time.Hour)
		if got := w.support("p-rosa", w.clock.now()); got != fresh || w.pending("p-priya") != nil {
			t.Errorf("a day later: %s, %+v", got, w.pending("p-priya"))
		}
	})
}

// The old contact counts for as long as something else is asked for; what is
// written back waits no longer.
func TestAChangeOfAChange(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		old := w.support("p-rosa", noon)
		w.change("p-priya", func(o *wire.Offer) { o.Contacts[0].Email = "first@contoso.example" })
		w.clock.pass(20 * time.Hour)
		w.change("p-priya", newEmail)
		if got := w.support("p-rosa", noon.Add(43*time.Hour)); got != old {
			t.Errorf("the second change took the time of the first: %s", got)
		}
		w.change("p-priya", func(o *wire.Offer) { o.Contacts[0].Email = old })
		if w.pending("p-priya") != nil || w.support("p-rosa", noon.Add(100*time.Hour)) != old {
			t.Errorf("the old one was written back and still waits: %+v", w.pending("p-priya"))
		}
	})
}

// Neither a detour nor what the publisher says of its own contact gets past the
// wait; a contact that does not work holds nobody up.
func TestWhatWaitsAndWhatDoesNot(t *testing.T) {
	for name, tc := range map[string]struct {
		steps []func(o *wire.Offer)
		bad   func(c *wire.Contact) // what the operator knows of the old one
		waits bool
	}{
		"phone":               {steps: []func(*wire.Offer){func(o *wire.Offer) { o.Contacts[0].Phone, o.Contacts[0].Email = "+1 555 0100", fresh }}, waits: true},
		"removed":             {steps: []func(*wire.Offer){func(o *wire.Offer) { o.Contacts = o.Contacts[1:] }}, waits: true},
		"removed, then added": {steps: []func(*wire.Offer){func(o *wire.Offer) { o.Contacts = o.Contacts[1:] }, prepended}, waits: true},
		"one put before it":   {steps: []func(*wire.Offer){prepended}, waits: true},
		"said to bounce":      {steps: []func(*wire.Offer){func(o *wire.Offer) { o.Contacts[0].Bounced = "2026-11-20" }, newEmail}, waits: true},
		"changed as a draft":  {steps: []func(*wire.Offer){func(o *wire.Offer) { o.Status = "draft" }, newEmail, func(o *wire.Offer) { o.Status = "live" }}, waits: true},
		"it bounced":          {steps: []func(*wire.Offer){newEmail}, bad: func(c *wire.Contact) { c.Bounced = "2026-11-20" }},
		"it has no channel":   {steps: []func(*wire.Offer){newEmail}, bad: func(c *wire.Contact) { c.Email, c.Phone, c.URL = "", "", "" }},
		"other fields":        {steps: []func(*wire.Offer){func(o *wire.Offer) { o.Contacts[0].Hours = "24x7" }}},
	} {
		t.Run(name, func(t *testing.T) {
			eachWorld(t, func(t *testing.T, w *world) {
				if tc.bad != nil {
					o := w.written(heldOffer)
					tc.bad(&o.Contacts[0])
					if _, err := w.Put(t.Context(), w.as("p-marta"), o, nil); err != nil {
						t.Fatal(err)
					}
				}
				old := w.written(heldOffer).Contacts[0].Email
				for _, step := range tc.steps {
					w.change("p-priya", step)
				}
				want := old
				if !tc.waits {
					want = w.written(heldOffer).Contacts[0].Email
				}
				if got := w.support("p-rosa", noon); got != want {
					t.Errorf("partners are sent to %s, want %s", got, want)
				}
				if waits := w.pending("p-priya") != nil; waits != tc.waits {
					t.Errorf("waits: %v, want %v", waits, tc.waits)
				}
			})
		})
	}
}

func prepended(o *wire.Offer) {
	o.Contacts = append([]wire.Contact{{Role: wire.ContactSupport, Email: fresh}}, o.Contacts...)
}

// A second person of the publisher lets it count at once: one who was there
// before, by a token that was. Nobody else can.
func TestASecondPersonApproves(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		old := w.support("p-rosa", noon)
		w.as("p-tom")
		w.clock.pass(time.Minute)
		w.change("p-priya", newEmail)
		w.clock.pass(time.Minute)
		late := w.actor(w.invited("p-priya", "contoso", "accomplice", "publisher-owner"))
		byToken := w.as("p-tom")
		byToken.Scopes, byToken.Since = []string{"read", "write"}, w.clock.now()
		for who, actor := range map[string]access.Actor{"who asked": w.as("p-priya"), "who came later": late, "a token made later": byToken} {
			_, err := w.ApproveContact(t.Context(), actor, heldOffer, "support", "en")
			wantFault(t, who, err, fault.Denied, "denied.second-person")
		}
		for person, kind := range map[string]fault.Kind{"p-rosa": fault.Denied, "p-nora": fault.Denied} {
			_, err := w.ApproveContact(t.Context(), w.as(person), heldOffer, "support", "en")
			wantFault(t, person, err, kind, "denied.role")
		}
		if got := w.support("p-rosa", w.clock.now()); got != old {
			t.Errorf("somebody approved: %s", got)
		}
		if _, err := w.ApproveContact(t.Context(), w.as("p-tom"), heldOffer, "support", "en"); err != nil {
			t.Fatal(err)
		}
		if got := w.support("p-rosa", w.clock.now()); got != fresh {
			t.Errorf("approved, and partners are sent to %s", got)
		}
		_, err := w.ApproveContact(t.Context(), w.as("p-tom"), heldOffer, "support", "en")
		wantFault(t, "again", err, fault.NotFound, "not-found.contact-change")
		w.logged("request-contact", "p-priya")
		w.logged("approve-contact", "p-tom")
	})
}

func TestTheRequestIsTakenBack(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		before := w.export("yaml")
		w.change("p-priya", newEmail)
		if !strings.Contains(w.export("yaml"), fresh) {
			t.Error("the export is not what was written")
		}
		if _, err := w.WithdrawContact(t.Context(), w.as("p-tom"), heldOffer, "support", "en"); err != nil {
			t.Fatal(err)
		}
		if after := w.export("yaml"); after != before {
			t.Error("the offer is not what it was")
		}
		w.support("p-rosa", noon)
		w.logged("withdraw-contact", "p-tom")
		w.change("p-priya", func(o *wire.Offer) { o.Contacts = o.Contacts[1:] })
		if _, err := w.WithdrawContact(t.Context(), w.as("p-priya"), heldOffer, "support", "en"); err != nil {
			t.Fatal(err)
		}
		w.support("p-rosa", noon)
	})
}

// What the operator writes or imports counts at once; what it leaves as it is
// goes on waiting, and so does an export that is read again.
func TestTheOperatorsWordCountsAtOnce(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		old := w.support("p-rosa", noon)
		w.change("p-priya", newEmail)
		written := w.export("yaml")
		w.must(w.take(written, app.ImportOptions{Prune: true}))
		renamed := w.written(heldOffer)
		renamed.External = wire.External{"tenantId": "other"}
		if _, err := w.Put(t.Context(), w.as("p-marta"), renamed, nil); err != nil {
			t.Fatal(err)
		}
		if got := w.support("p-rosa", noon); got != old {
			t.Errorf("what the operator did not touch counts: %s", got)
		}
		w.must(w.take(strings.ReplaceAll(written, fresh, "operator@contoso.example"), app.ImportOptions{}))
		if got := w.support("p-rosa", noon); got != "operator@contoso.example" || w.pending("p-priya") != nil {
			t.Errorf("imported: %s, %+v", got, w.pending("p-priya"))
		}
		o := w.written(heldOffer)
		newEmail(o)
		if _, err := w.Put(t.Context(), w.as("p-marta"), o, nil); err != nil {
			t.Fatal(err)
		}
		if got := w.support("p-rosa", noon); got != fresh {
			t.Errorf("written by the operator: %s", got)
		}
	})
}

// logged checks that the publisher's own log says who did it.
func (w *world) logged(act, person string) {
	w.t.Helper()
	entries, _, err := w.AuditLog(w.t.Context(), w.as("p-priya"), "", 100)
	if err != nil {
		w.t.Fatal(err)
	}
	if !slices.ContainsFunc(entries, func(e store.Entry) bool {
		return e.Act == act && e.Person == person && e.ID == heldOffer+"/support"
	}) {
		w.t.Errorf("no %s by %s in the log", act, person)
	}
}
