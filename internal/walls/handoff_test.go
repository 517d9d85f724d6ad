//go:build unix

package walls

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"switchboard/wire"
)

// The list of handoffs, for everybody: what a company has sent or been sent and
// nothing else, by whatever page it is read.
func TestTheHandoffsOfEverybody(t *testing.T) {
	// What the story hands over, by case: from, to and how it came out.
	handed := []struct{ at, from, to, state string }{
		{"A", "R", "P", "withdrawn"}, {"A", "R", "P", "joined"}, {"A", "R", "P", "accepted"}, {"A", "P", "B", "declined"}, {"A", "P", "B", "accepted"}, {"A", "B", "P", "accepted"},
		{"L", "R", "P", "declined"}, {"H", "R", "P", "clarifying"}, {"J", "R", "P", "accepted"}, {"J", "P", "B", "declined"}, {"J", "P", "B", "declined"},
		{"E", "R", "S", "accepted"}, {"F", "R", "P", "accepted"}, {"D", "V", "B", "offered"},
	}
	each(t, func(t *testing.T, w *world) {
		w.play(story...)
		for _, a := range actors {
			if a.company == "" {
				continue
			}
			var want []string
			for _, h := range handed {
				if h.from == a.letter {
					want = append(want, w.put("{"+h.at+"}")+" out "+h.state)
				}
				if h.to == a.letter {
					want = append(want, w.put("{"+h.at+"}")+" in "+h.state)
				}
			}
			all := w.handoffs(a.letter, "?limit=200")
			if got := told(all); !slices.Equal(got, sorted(want)) {
				t.Errorf("%s reads\n%v, want\n%v", a.letter, got, sorted(want))
			}
			openFirst(t, a.letter, all)
			for _, one := range []string{"1", "3"} {
				if paged := w.handoffs(a.letter, "?limit="+one); asText(t, paged) != asText(t, all) {
					t.Errorf("%s by pages of %s:\n%s\n%s", a.letter, one, asText(t, paged), asText(t, all))
				}
			}
			for _, narrow := range []string{"direction=in", "direction=out", "state=open", "state=offered", "state=clarifying", "state=accepted", "state=declined", "state=withdrawn", "state=joined"} {
				if got := told(w.handoffs(a.letter, "?"+narrow+"&limit=2")); !slices.Equal(got, sorted(narrowed(want, narrow))) {
					t.Errorf("%s ?%s: %v of %v", a.letter, narrow, got, want)
				}
			}
		}
	})
}

// handoffs reads all pages of a list.
func (w *world) handoffs(letter, query string) (out []wire.HandoffSummary) {
	w.t.Helper()
	for cursor := ""; ; {
		got := w.do(letter, "GET", "/v1/handoffs"+query+cursor, "")
		w.scan(letter, got)
		var page wire.Page[wire.HandoffSummary]
		if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.status != 200 {
			w.t.Fatalf("%s %s: %d %s", letter, query, got.status, got.body)
		}
		if out = append(out, page.Items...); page.Next == "" {
			return out
		}
		cursor = "&cursor=" + page.Next
	}
}

func told(list []wire.HandoffSummary) (out []string) {
	for _, h := range list {
		out = append(out, h.Case+" "+h.Direction+" "+h.State)
	}
	return sorted(out)
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

func narrowed(want []string, by string) (out []string) {
	_, word, _ := strings.Cut(by, "=")
	for _, line := range want {
		words := strings.Fields(line)
		if slices.Contains(words, word) || word == "open" && (words[2] == "offered" || words[2] == "clarifying") {
			out = append(out, line)
		}
	}
	return out
}

// openFirst: what awaits a decision stands before what is over, which says when.
func openFirst(t *testing.T, letter string, list []wire.HandoffSummary) {
	t.Helper()
	over := false
	for _, h := range list {
		open := h.State == "offered" || h.State == "clarifying"
		if open && over || open != (h.Ended == nil) {
			t.Errorf("%s reads %+v behind what is over", letter, h)
		}
		over = over || !open
	}
}

func asText(t *testing.T, list []wire.HandoffSummary) string {
	t.Helper()
	data, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
