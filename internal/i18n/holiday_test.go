package i18n_test

import (
	"testing"

	"switchboard/internal/calendar"
	"switchboard/internal/i18n"
)

// The calendar names holidays by key only: each has a name in the catalogs,
// and no name is left over.
func TestEveryHolidayHasAName(t *testing.T) {
	codes, err := calendar.HolidayCodes()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, key := range i18n.Keys() {
		if len(key) > 8 && key[:8] == "holiday." {
			named[key] = true
		}
	}
	for _, code := range codes {
		if !named[code] {
			t.Errorf("%s has no name", code)
		}
		delete(named, code)
	}
	for key := range named {
		t.Errorf("%s names no holiday", key)
	}
}
