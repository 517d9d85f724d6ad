package web

import (
	"strings"
	"testing"

	"switchboard/internal/i18n"
	"switchboard/wire"
)

// An empty list says which of the four kinds of empty it is, and what to do: never
// used, cleared, no match, not readable. None is taken for another.
func TestFourKindsOfEmpty(t *testing.T) {
	w := newWorld(t)
	n := w.asked(t, "Sync stopped", "Nothing syncs.")
	c, err := w.app.Case(t.Context(), w.person("kaede", wire.DirectPartner), n, i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.app.Solve(t.Context(), w.person("kaede", wire.DirectPartner), c.Number, "close", wire.CaseStep{Reason: "duplicate", Text: "asked twice"}, nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	kinds := []string{"Nothing has been asked yet", "Nothing needs you, and nothing waits on others.", "No case matches", "This list cannot be shown"}

	for _, tc := range []struct {
		person, path string
		kind, status int
		leads        string
	}{
		{"northgate-admin", "/inbox/needs-us", 0, 200, `href="/offers"`},
		{"kaede-admin", "/inbox/needs-us", 1, 200, `href="/inbox/done"`},
		{"kaede-admin", "/inbox/needs-us?q=zzzz", 2, 200, `href="/inbox/needs-us"`},
		{"kaede-admin", "/inbox/needs-us?q=due:never", 3, 422, `href="/inbox/needs-us"`},
	} {
		got := w.reader(t, tc.person, "en").get(tc.path)
		_, main, _ := strings.Cut(got.body, "<main")
		for kind, text := range kinds {
			if strings.Contains(main, text) != (kind == tc.kind) {
				t.Errorf("%s of %s says %q: %v", tc.path, tc.person, text, kind != tc.kind)
			}
		}
		if got.status != tc.status || !strings.Contains(main, tc.leads) {
			t.Errorf("%s of %s: %d, no way to %s", tc.path, tc.person, got.status, tc.leads)
		}
	}
	page := w.reader(t, "kaede-admin", "en").page("/offers?q=zzzz")
	contain(t, page, printerFor("en").T("web.offers.none", nil), `href="/offers"`)
}
