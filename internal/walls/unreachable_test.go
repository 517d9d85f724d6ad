//go:build unix

package walls

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"switchboard/wire"
)

// silent is what takes the live contacts from the companies of the sales, which
// keep marked names.
var silent = []string{
	`x: O PUT /v1/companies/wallsprov {"kinds":["provider"],"name":"«R P B O S»","tz":"Europe/London"}`,
	`x: O PUT /v1/companies/wallsres {"kinds":["reseller"],"name":"«C R P O S»","tz":"Europe/London"}`,
	`x: O PUT /v1/companies/wallssup {"kinds":["reseller"],"name":"«C R P O S»","tz":"Europe/London"}`,
	`x: O PUT /v1/companies/wallsriv {"kinds":["direct-partner"],"name":"«B O V W»","tz":"Europe/Madrid"}`,
}

// Who cannot be reached is named to those alone who know it, whoever opens,
// reopens, hands over, previews, accepts or gives back, on every case and sale.
func TestWhoCannotBeReachedIsNamedToWhoKnowsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		w.play(`Z: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"«C R»","text":"«C R»"}`,
			`Z: R POST /v1/cases/{Z}/close {"reason":"not-possible","text":"«C R»"}`,
			`N: C POST /v1/cases {"subscription":"wallssub","topic":"break-fix","subject":"«C R»","text":"«C R»"}`,
			`N: R POST /v1/cases/{N}/handoffs {"to":"wallsprov","summary":"«R P»"}`)
		w.play(silent...)
		refused := map[string]map[string]bool{}
		for _, a := range actors {
			for _, asked := range w.unreachable(a) {
				for _, lang := range []string{"en", "ja", "zh-TW"} {
					got := w.do(a.letter, "POST", asked[0], asked[1], "Accept-Language", lang, "X-Request-Id", "one")
					w.scan(a.letter, got)
					if got.status < 300 {
						continue // it went to somebody who can be reached
					}
					var p wire.Problem
					if err := json.Unmarshal([]byte(got.body), &p); err != nil {
						t.Fatalf("%s: %d %s", got.what, got.status, got.body)
					}
					if p.Code != "case.no-owner" && p.Code != "handoff.unreachable" {
						continue
					}
					if refused[p.Code] == nil {
						refused[p.Code] = map[string]bool{}
					}
					refused[p.Code][a.letter] = true
					if len(marked(p.Detail)) == 0 || strings.ContainsAny(p.Detail, "{}") {
						t.Errorf("%s: %s names nobody: %s", a.letter, got.what, p.Detail)
					}
				}
			}
		}
		// The customer opens and reopens; the partners hand over and accept.
		for code, letters := range map[string]string{"case.no-owner": "C R P S W V", "handoff.unreachable": "R P S"} {
			for _, letter := range strings.Fields(letters) {
				if !refused[code][letter] {
					t.Errorf("%s is never told %s: %v", letter, code, refused)
				}
			}
		}
	})
}

// unreachable are the requests that need somebody who can be reached: path and body.
func (w *world) unreachable(a actor) (out [][2]string) {
	for _, sub := range strings.Fields("wallssub wallsosub wallsfsub wallsysub") {
		for _, topic := range strings.Fields("break-fix billing how-to security") {
			for _, customer := range strings.Fields("- wallscust wallsother") {
				out = append(out, [2]string{"/v1/cases", fmt.Sprintf(`{"subscription":%q,"topic":%q,"customer":%q,"subject":"x","text":"y"}`, sub, topic, strings.Trim(customer, "-"))})
			}
		}
	}
	for _, number := range strings.Fields(w.put(ids["cases"] + " {Z} {N}")) {
		at := "/v1/cases/" + number
		out = append(out, [2]string{at + "/reopen", `{"text":"again"}`}, [2]string{"/v1/handoffs/" + number + "/give-back", `{"text":"x"}`})
		for _, b := range actors { // nothing is sent to those who can be reached: they would come to know more
			out = append(out, [2]string{at + "/handoffs", fmt.Sprintf(`{"to":%q,"summary":"x","preview":true}`, b.company)})
			if strings.Contains("R P S V", b.letter) {
				out = append(out, [2]string{at + "/handoffs", fmt.Sprintf(`{"to":%q,"summary":"x"}`, b.company)}, [2]string{"/v1/handoffs/" + number + "/pass-on", fmt.Sprintf(`{"to":%q,"summary":"x"}`, b.company)})
			}
		}
	}
	for _, id := range strings.Fields(w.put(ids["handoffs"] + " {N.h}")) {
		out = append(out, [2]string{"/v1/handoffs/" + id + "/accept", `{"person":"x"}`})
	}
	return out
}
