package app_test

import (
	"strings"
	"testing"

	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// TestQuestionsThatCannotBe: what contradicts itself, and an instant whose
// answer could not be written down, is refused by name.
func TestQuestionsThatCannotBe(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		cases := map[string]struct {
			ask  app.Ask
			code string
		}{
			"another offer":    {app.Ask{Subscription: "nw-backup", Offer: "contoso-shield"}, "invalid.offer-subscription-mismatch"},
			"another customer": {app.Ask{Subscription: "nw-backup", Customer: "aoba"}, "invalid.customer-subscription-mismatch"},
			"no time":          {app.Ask{Subscription: "nw-backup", At: "tomorrow"}, "invalid.at"},
			"the end of time":  {app.Ask{Subscription: "nw-backup", At: "9999-12-31T23:59:59Z"}, "invalid.at"},
		}
		for name, tc := range cases {
			tc.ask.As, tc.ask.Topic = "tailspin", wire.Billing
			_, err := w.Who(t.Context(), local, tc.ask)
			wantFault(t, name, err, fault.Invalid, tc.code)
		}
		if a := w.who(local, app.Ask{Subscription: "nw-backup", As: "northwind", Topic: wire.Billing, At: "9900-12-31T23:59:59Z"}); asJSON(t, a) == "" {
			t.Error("the last instant has no answer")
		}
	})
}

// TestASubscriptionAloneNamesNobody: who does not say who asks gets the public
// view of the offer, and the seller stays unnamed (spec 1 section 2).
func TestASubscriptionAloneNamesNobody(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, topic := range wire.Topics() {
			a := w.who(local, app.Ask{Subscription: "nw-backup", Topic: topic})
			text := asJSON(t, a)
			for _, word := range []string{"tailspin", "Tailspin", "northwind", "nw-backup"} {
				if strings.Contains(text, word) {
					t.Errorf("%s names %s: %s", topic, word, text)
				}
			}
			if a.Asker.As != wire.Customer || a.Model == nil || *a.Model != wire.PrePurchase {
				t.Errorf("%s is no public view: %s", topic, text)
			}
		}
		_, err := w.Who(t.Context(), local, app.Ask{Subscription: "nw-backup", Offer: "contoso-shield", Topic: wire.Billing})
		wantFault(t, "another offer", err, fault.NotFound, "not-found.subscription")
	})
}
