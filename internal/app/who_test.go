package app_test

import (
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
