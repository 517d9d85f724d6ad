//go:build unix

package walls

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// arrange leaves on everybody's desk a view of its own and, where that may be, one
// that is shared and a macro, each in words that are nobody else's.
func (w *world) arrange() {
	w.t.Helper()
	made := 0
	for _, a := range actors {
		if a.company == "" {
			continue
		}
		for _, shared := range []bool{false, true} {
			got := w.do(a.letter, http.MethodPost, "/v1/views", fmt.Sprintf(`{"name":%q,"query":%q,"shared":%v}`, w.word(a.letter), w.word(a.letter), shared))
			var view struct{ ID string }
			if err := json.Unmarshal([]byte(got.body), &view); err != nil {
				w.t.Fatal(err)
			}
			if got.status == http.StatusCreated {
				w.made[fmt.Sprintf("view.%s%v", a.letter, shared)] = view.ID
				made++
			} else {
				w.forget(2)
			}
		}
		body := fmt.Sprintf(`{"name":%q,"audience":"customer","text":{"en":%q}}`, w.word(a.letter), w.word(a.letter)+" {{customer}} {{person}} {{case}} {{offer}} {{company}}")
		if got := w.do(a.letter, http.MethodPut, "/v1/macros/walls"+strings.ToLower(a.letter), body); got.status < 300 {
			made++
		} else {
			w.forget(2)
		}
	}
	if made < 20 {
		w.t.Fatalf("%d views and macros: this test says little", made)
	}
}

// forget takes back the last words, which were not taken.
func (w *world) forget(n int) {
	for range n {
		delete(w.words, fmt.Sprintf("zq%03dz", len(w.words)-1))
	}
}

// savedViews are the ids of those that arrange has left, and of none.
func (w *world) savedViews() (out []string) {
	for name, id := range w.made {
		if strings.HasPrefix(name, "view.") {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return append(out, "none")
}

// macroIDs are those that arrange has left, and of none.
func macroIDs() (out []string) {
	for _, a := range actors[:len(actors)-1] {
		out = append(out, "walls"+strings.ToLower(a.letter))
	}
	return append(out, "none")
}

// A foreign view answers like none, byte for byte, whatever is tried on it.
func TestAForeignViewAnswersLikeNone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.arrange()
		for route, row := range rows {
			method, path, _ := strings.Cut(route, " ")
			if !strings.HasPrefix(path, "/v1/views/{id}") && path != "/v1/macros/{id}" || method == http.MethodPut && strings.Contains(path, "macros") {
				continue
			}
			foreign, none := w.made["view.Rfalse"], "aaaaaaaaaaaa"
			if strings.Contains(path, "macros") {
				foreign, none = "wallsr", "wallsz"
			}
			for _, letter := range strings.Fields("C P B O S V X W Y -") {
				ask := func(id string) string {
					a := w.do(letter, method, strings.ReplaceAll(path, "{id}", id), row.body, "X-Request-Id", "one")
					return strings.ReplaceAll(a.all, id, "ID")
				}
				if a, b := ask(foreign), ask(none); a != b {
					t.Errorf("%s %s:\n%s\n%s", letter, route, a, b)
				}
			}
		}
	})
}
