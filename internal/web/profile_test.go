package web

import (
	"maps"
	"net/url"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/wire"
)

// A company says how it is reached and in which hours its deadlines are counted;
// what the form does not show stays, and what is wrong comes back at its field.
func TestACompanySaysHowItIsReached(t *testing.T) {
	w := newWorld(t)
	kaede := w.reader(t, "kaede-admin", "en")
	company := func() *wire.Company {
		t.Helper()
		object, _, err := w.app.Get(t.Context(), access.Actor{Local: true}, directory.Companies, "kaede")
		if err != nil {
			t.Fatal(err)
		}
		return object.(*wire.Company)
	}
	before := company()
	form := func(pairs ...string) url.Values {
		page := kaede.page("/company/profile")
		out := url.Values{"version": {found(t, version, page)}, "idem": {found(t, mark, page)}}
		for i := 0; i+1 < len(pairs); i += 2 {
			out.Add(pairs[i], pairs[i+1])
		}
		return out
	}
	wrong := form("support.email", "help@kaede.example", "support.hours", "Mon-Fri 9 to 5", "support.tz", "Asia/Tokyo")
	a := kaede.post("/company/profile", wrong.Encode())
	if a.status != 422 || !strings.Contains(a.body, `value="Mon-Fri 9 to 5"`) || !strings.Contains(a.body, `id="f-support-hours-error"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	good := form("support.email", "help@kaede.example", "support.hours", "Mon-Fri 09:00-17:00", "support.tz", "Asia/Tokyo", "support.holidays", "JP",
		"support.closed", " 2026-12-28 \r\n\r\n2026-12-29 12:00-24:00", "support.languages", "ja", "support.languages", "en")
	if a := kaede.post("/company/profile", good.Encode()); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	now := company()
	if s := now.Support; s == nil || s.Hours != "Mon-Fri 09:00-17:00" || s.Holidays != "JP" || strings.Join(s.Closed, "|") != "2026-12-28|2026-12-29 12:00-24:00" || len(s.Languages) != 2 {
		t.Errorf("%+v", now.Support)
	}
	if now.TZ != before.TZ || now.Locale != before.Locale || !maps.Equal(now.Name, before.Name) {
		t.Errorf("%+v became %+v", before, now)
	}
	good.Set("support.phone", "+81 3 0000 0000")
	good.Set("idem", good.Get("idem")+"x")
	stale := kaede.post("/company/profile", good.Encode())
	if stale.status < 400 || !strings.Contains(stale.body, "+81 3 0000 0000") || !strings.Contains(stale.body, "meanwhile") {
		t.Errorf("a stale form: %d", stale.status)
	}
	contain(t, kaede.page("/company/profile?done=saved"), "The profile is saved", "Mon-Fri 09:00-17:00", "2026-12-29 12:00-24:00")
	contain(t, kaede.page("/audit"), "companies", "kaede")
	if a := w.reader(t, "aoba-user", "en").get("/audit"); a.status != 403 {
		t.Errorf("somebody without the right reads the log: %d", a.status)
	}
}
