package casework

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// A reference that is taken stands in a sentence beside other text: it has no
// spaces, no line breaks, nothing invisible, and an end.
func FuzzPauseReference(f *testing.F) {
	for _, seed := range []string{"", "2", "02", "1000000", "2026-12-01", "2026-02-30", "ntc-7", "a b", "a\nb", "\u202e", "\xff"} {
		f.Add("question", seed)
		f.Add("agreed-date", seed)
		f.Add("planned-maintenance", seed)
	}
	f.Fuzz(func(t *testing.T, why, ref string) {
		if checkPause(PauseReason(why), ref) != nil {
			return
		}
		if ref == "" || len(ref) > longestRef || strings.ToValidUTF8(ref, "") != ref || strings.ContainsAny(ref, " \n\r\t\u202e\x00") {
			t.Errorf("%s took %q", why, ref)
		}
		if _, err := time.Parse(time.DateOnly, ref); why == string(PauseAgreedDate) && err != nil {
			t.Errorf("%q is no date", ref)
		}
	})
}

// Whatever clock a projection holds, reading it answers and does not change it.
func FuzzClockJSON(f *testing.F) {
	f.Add(`{"kind":"resolution","company":"contoso","leg":1,"started":"2026-11-20T08:00:00Z","target":"4h","due":"2026-11-24T03:00:00Z","pauses":[{"from":"2026-11-24T00:00:00Z","why":"question","ref":"2"}],"warned":3}`)
	f.Add(`{"kind":"next_update","company":"contoso","started":"2026-11-20T08:00:00Z","promised":"2026-11-20T09:00:00Z"}`)
	f.Add(`{"kind":"resolution","company":"contoso","started":"2028-02-29T08:00:00Z","target":"2bd","pin":{"at":"2028-02-29T09:00:00Z","due":"2028-03-01T00:00:00Z"},"pauses":[{"from":"2028-02-29T10:00:00Z","to":"2028-02-29T09:00:00Z","why":"question","ref":"2"}]}`)
	f.Add(`{"started":"0001-01-01T00:00:00Z","target":"9999h"}`)
	cal := clockCalendar(f, clockTokyo)
	f.Fuzz(func(t *testing.T, text string) {
		var c Clock
		if json.Unmarshal([]byte(text), &c) != nil {
			return
		}
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back Clock
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		now := c.Started.Add(30 * 24 * time.Hour)
		c.Explain(cal, now)
		c.NextWarning(cal)
		if percent, ok := c.Percent(cal, now); ok && percent < 0 {
			t.Errorf("%d %%", percent)
		}
		if left, ok := c.Left(cal, now); ok && left < 0 {
			t.Errorf("%v left", left)
		}
		if again, err := json.Marshal(c); err != nil || !reflect.DeepEqual(data, again) {
			t.Errorf("reading changed %s to %s", data, again)
		}
	})
}
