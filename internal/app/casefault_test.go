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

// What somebody typed is repeated short and as it is seen, wherever a case does
// not know it.
func TestARefusalRepeatsWhatWasTypedShortAndClean(t *testing.T) {
	typed := "con\u202etoso\n\u200b" + strings.Repeat("請", 5000)
	want := "contoso " + strings.Repeat("請", 56) + "…"
	eachWorld(t, func(t *testing.T, w *world) {
		c := w.hidden()
		fiona, lang := w.as("p-fiona"), i18n.English
		_, toNobody := w.Say(t.Context(), fiona, c.Number, wire.NewMessage{Text: "x", Audience: []string{typed}}, nil, lang)
		_, handed := w.HandOver(t.Context(), fiona, c.Number, wire.NewHandoff{To: typed, Package: wire.Package{Summary: "x"}}, nil, lang)
		_, previewed := w.PreviewHandoff(t.Context(), fiona, c.Number, wire.NewHandoff{To: typed, Package: wire.Package{Summary: "x"}}, lang)
		_, closed := w.Solve(t.Context(), fiona, c.Number, casework.VerbClose, wire.CaseStep{Reason: typed}, nil, lang)
		_, read := w.Case(t.Context(), fiona, typed, lang)
		_, stepped := w.Step(t.Context(), fiona, typed, casework.VerbAccept, wire.HandoffStep{}, nil, lang)
		sent := w.handOver("p-fiona", c.Number, "wideworld")
		decline := func(s wire.HandoffStep) error {
			_, err := w.Step(t.Context(), w.as("p-jo"), sent.Handoff.ID, casework.VerbDecline, s, nil, lang)
			return err
		}
		for _, tc := range []struct {
			err       error
			code, arg string
		}{
			{toNobody, "message.not-on-case", "company"}, {handed, "handoff.not-on-chain", "company"}, {previewed, "handoff.not-on-chain", "company"}, {closed, "case.unknown-reason", "reason"},
			{read, "not-found.case", "id"}, {stepped, "not-found.handoff", "id"},
			{decline(wire.HandoffStep{Reason: "other", Evidence: "x", Other: typed}), "handoff.not-on-chain", "company"},
		} {
			if f := fault.Of(tc.err); tc.err == nil || f.Code != tc.code || f.Args[tc.arg] != want {
				t.Errorf("%s: %.300v", tc.code, tc.err)
			}
		}
	})
}
