package casework

import (
	"slices"
	"testing"

	"switchboard/internal/fault"
	"switchboard/wire"
)

// tenantForm is the publisher's form as it goes along with a package.
var tenantForm = &wire.FilledForm{Topic: "break-fix", Version: 3, Fields: []wire.FormField{
	{ID: "tenant", Label: wire.Text{"en": "Tenant ID", "ja": "テナント ID", "zh-TW": "租用戶識別碼"}, Required: true},
	{ID: "steps", Label: wire.Text{"en": "Steps to repeat it", "ja": "再現手順", "zh-TW": "重現步驟"}},
}}

// packed1 is a case at the publisher with a filled form.
func packed1(t *testing.T) *desk {
	d := newDesk(t, direct)
	d.must("tailspin", Send{ID: "h", To: "contoso", Package: Package{Summary: "loops", Facts: map[string]string{"tenant": "T-77", "extra": "x"}, Form: tenantForm}})
	return d
}

func (d *desk) known(company string) []Known { return KnownBy(View(d.events, d.c.Bit(company))) }

func (d *desk) ask(questions ...Question) Ask {
	return Ask{ID: "h", Questions: questions, Known: d.known("contoso")}
}

// What the package holds is not asked for again, in whichever of the three
// languages it is asked; what only looks like it is asked.
func TestNobodyAsksForWhatThePackageHolds(t *testing.T) {
	for _, asked := range []string{"What is your tenant ID?", "テナント ID を教えてください", "請問您的租用戶識別碼是多少？"} {
		d := packed1(t)
		err := d.do("contoso", d.ask(Question{Text: "Which region?"}, Question{Text: asked}))
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Conflict || f.Code != "handoff.answered-already" || len(f.Fields) != 1 || f.Fields[0].Path != "questions[1]" {
			t.Fatalf("%s: %v", asked, err)
		}
		told := f.Args["answered"].([]Answered)
		if len(told) != 1 || told[0].Answer != "T-77" || told[0].Asked["ja"] != "テナント ID" || told[0].Final || told[0].N == 0 || told[0].Question != asked {
			t.Errorf("%s: %+v", asked, told)
		}
		d.must("contoso", d.ask(Question{Text: asked, Because: "T-77 is no tenant of ours"}))
		if q := d.c.Handoff.Questions[0]; q.Because != "T-77 is no tenant of ours" {
			t.Errorf("the sender is not told why: %+v", q)
		}
	}
	d := packed1(t)
	d.must("contoso", d.ask(Question{Text: "Which subscription ID?"}, Question{Field: "steps", Text: "Which steps repeat it?"}))
}

// A fact of the form that stands in the package is never asked again, whatever
// the reason.
func TestAFactOfTheFormIsFinal(t *testing.T) {
	d := packed1(t)
	err := d.do("contoso", d.ask(Question{Field: "tenant", Text: "Which one?", Because: "it is wrong"}))
	told, _ := fault.Of(err).Args["answered"].([]Answered)
	if len(told) != 1 || !told[0].Final || told[0].N == 0 {
		t.Fatalf("%v: %+v", err, told)
	}
	d.refused("contoso", Ask{ID: "h", Questions: []Question{{Field: "tenant", Text: "Which one?", Because: "it is wrong"}}}, "handoff.answered-already")
}

// What was answered in an earlier round, or in an earlier handoff, is shown
// instead of being asked again.
func TestAnAnsweredQuestionIsNotAskedAgain(t *testing.T) {
	for again, questions := range map[string][2]string{
		"en": {"Which region is concerned?", "Which regions are concerned?"},
		"ja": {"影響を受ける地域はどれですか", "影響を受ける地域を教えてください"},
		"zh": {"受影響的區域是哪一個？", "請提供受影響的區域"},
	} {
		d := packed1(t)
		d.must("contoso", d.ask(Question{Text: questions[0]}))
		d.refused("contoso", d.ask(Question{Text: questions[0]}), "handoff.asked-already")
		d.must("tailspin", Answer{ID: "h", Text: "East Japan", Facts: map[string]string{"steps": "sign in twice"}})
		d.refused("contoso", d.ask(Question{Text: questions[1]}), "handoff.answered-already")
		d.refused("contoso", d.ask(Question{Text: "重現步驟"}), "handoff.answered-already")
		d.must("contoso", Decline{ID: "h", Reason: "other", Evidence: "x"})
		d.must("tailspin", Send{ID: "h", To: "contoso", Package: Package{Summary: "loops"}})
		err := d.do("contoso", d.ask(Question{Text: questions[1]}))
		if told, _ := fault.Of(err).Args["answered"].([]Answered); len(told) != 1 || told[0].Answer != "East Japan" {
			t.Errorf("%s: %v", again, err)
		}
		d.must("contoso", d.ask(Question{Text: questions[1], Because: "it has changed"}))
	}
}

// What somebody has been told is what he reads: nothing of it comes from lines of
// others, nor from what was erased.
func TestWhatIsKnownIsWhatIsRead(t *testing.T) {
	d := packed1(t)
	d.must("contoso", d.ask(Question{Text: "Which region?"}))
	d.must("tailspin", Answer{ID: "h", Text: "East Japan"})
	for company, want := range map[string]int{"northwind": 0, "tailspin": 3, "contoso": 3} {
		if known := d.known(company); len(known) != want {
			t.Errorf("%s knows %+v, want %d", company, known, want)
		}
	}
	gone := slices.Clone(d.events)
	for i := range gone {
		if seal, ok := gone[i].Sealed["package"]; ok {
			gone[i].Sealed["package"] = seal.Erase()
		}
		if seal, ok := gone[i].Sealed["questions"]; ok {
			gone[i].Sealed["questions"] = seal.Erase()
		}
	}
	if known := KnownBy(View(gone, d.c.Bit("contoso"))); len(known) != 0 {
		t.Errorf("what was erased is known: %+v", known)
	}
}
