package app_test

import (
	"strings"
	"testing"

	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// What a case refuses names a company as the reader knows it: by its name, and
// never one that is hidden from it.
func TestARefusalNamesACompanyAsItsReaderKnowsIt(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		sent := w.handOver("p-fiona", c.Number, "wideworld")
		w.step("p-jo", sent.Handoff.ID, "accept", wire.HandoffStep{Reference: "WW-1"})
		for _, lang := range []i18n.Lang{i18n.English, i18n.Japanese, i18n.TraditionalChinese} {
			for person, knows := range map[string]string{"p-will": "fabrikam", "p-fiona": "wideworld"} {
				_, err := w.Solve(t.Context(), w.as(person), c.Number, casework.VerbPropose, wire.CaseStep{Text: "x"}, nil, lang)
				f := fault.Of(err)
				if err == nil || f.Code != "case.not-owner" {
					t.Fatalf("%s: %v", person, err)
				}
				seen, err := w.Case(t.Context(), w.as(person), c.Number, lang)
				if err != nil {
					t.Fatal(err)
				}
				if f.Args["company"] != seen.Owner.Name || seen.Owner.Company != knows || seen.Owner.Name == "" {
					t.Errorf("%s is told %v, and knows the owner as %+v", person, f.Args, seen.Owner)
				}
				if sentence := i18n.For(lang).T(f.Code, f.Args); strings.Contains(sentence, "{") || person == "p-will" && strings.Contains(strings.ToLower(sentence), "wide") {
					t.Errorf("%s: %s", person, sentence)
				}
			}
		}
	})
}
