package responsibility

import (
	"testing"
	"time"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// Who faces the customer is somebody whose name it may know, also where the
// split gives the face to a provider that is hidden (spec 1 section 5).
func TestAHiddenProviderFacesNobody(t *testing.T) {
	s := directory.NewSnapshot(demoWorld(t))
	for _, topic := range []string{wire.Billing, wire.BreakFix} {
		d, err := Decide(Question{Asker: "aoba", Subscription: "aoba-backup", Topic: topic, Severity: "moderate", At: time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)}, s, Shipped())
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Route().Sponsor; got != "hinode" {
			t.Errorf("%s: faced by %s", topic, got)
		}
	}
}
