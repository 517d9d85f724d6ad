package web

import (
	"net/url"
	"regexp"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/directory"
	"switchboard/wire"
)

var ofTargets = regexp.MustCompile(`name="version" value="([0-9]+)"`)

// A company sees what it has promised and changes it: the next version of its
// terms counts, what is wrong comes back as it was typed, and nobody changes
// another's.
func TestACompanyChangesWhatItPromised(t *testing.T) {
	w := newWorld(t)
	kaede := w.reader(t, "kaede-admin", "en")
	contain(t, kaede.page("/targets"), "kaede-terms", "Acknowledgement: 1 h", "First reply: 2 h")
	page := kaede.page("/targets/kaede-terms")
	form := url.Values{"idem": {"one"}, "version": {found(t, ofTargets, page)}, "targets.critical.first_response": {"soon<b>"}, "targets.moderate.acknowledge": {"1h"}, "targets.minimal.resolution": {"5bd"}}
	a := kaede.post("/targets/kaede-terms", form.Encode())
	if a.status != 422 {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	contain(t, a.body, `id="f-targets-critical-first_response-error"`, `value="soon&lt;b&gt;"`, `value="5bd"`)
	form.Set("targets.critical.first_response", "30m")
	form.Set("idem", "two")
	if a := kaede.post("/targets/kaede-terms", form.Encode()); a.status != 303 {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	object, _, err := w.app.Get(t.Context(), access.Actor{Local: true}, directory.Agreements, "kaede-terms")
	if terms := object.(*wire.Agreement); err != nil || terms.Version != 1 || terms.Targets["critical"].FirstResponse != "30m" || terms.Targets["minimal"].Resolution != "5bd" || terms.Targets["moderate"].FirstResponse != "" {
		t.Errorf("%v %+v", err, terms)
	}
	form.Set("idem", "three")
	if a := kaede.post("/targets/kaede-terms", form.Encode()); a.status != 412 {
		t.Errorf("over something unread: %d", a.status)
	}
	for _, foreign := range []string{"tamago-terms", "lantern-terms", "northgate-terms", "none"} {
		if a := kaede.get("/targets/" + foreign); a.status != 404 {
			t.Errorf("%s: %d", foreign, a.status)
		}
	}
	blue := w.reader(t, "bluewillow-admin", "en")
	contain(t, blue.page("/targets"), "/targets/new")
	form = url.Values{"idem": {"one"}, "version": {"0"}, "targets.moderate.first_response": {"4h"}}
	if a := blue.post("/targets/new", form.Encode()); a.status != 303 {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	contain(t, blue.page("/targets"), "bluewillow-terms", "First reply: 4 h")
	if a := w.reader(t, "aoba-user", "en").get("/targets/new"); a.status != 404 {
		t.Errorf("a customer promises: %d", a.status)
	}
}
