package web

import (
	"time"

	"switchboard/wire"
)

// specimen is what the page of components shows: every part in every state.
type specimen struct {
	parties  []wire.Party
	contacts []wire.ContactPoint
	view     answerView
	moment   moment
}

func components(v *visit) error { return v.ok(componentsPage(v, v.specimen())) }

func (v *visit) specimen() specimen {
	s := specimen{moment: v.moment(v.now.Add(40*time.Minute), "Asia/Tokyo")}
	for _, kind := range wire.Kinds() {
		s.parties = append(s.parties, wire.Party{Company: kind, Kind: kind, Name: v.T("kind." + kind)})
	}
	open, closed := true, false
	until, opens := v.now.Add(3*time.Hour), v.now.Add(15*time.Hour)
	verified := v.now.AddDate(0, 0, -18).Format(time.DateOnly)
	full := wire.ContactPoint{Role: "support", Email: "support@seaglass.example", Phone: "+81 3 5550 0100", URL: "https://seaglass.example/support",
		Hours: "Mon-Fri 09:00-12:00,13:00-18:00", TZ: "Asia/Tokyo", Languages: []string{"ja", "en"}, OpenNow: &open, Until: &until, Verified: &verified}
	shut := full
	shut.OpenNow, shut.Until, shut.Opens, shut.Verified = &closed, nil, &opens, nil
	shut.Warnings = []wire.Warning{{Code: "contact.unverified"}}
	s.contacts = []wire.ContactPoint{full, shut, {Role: "support", URL: "https://seaglass.example"}}
	s.view = v.specimenAnswer(full)
	return s
}

// specimenAnswer is an answer with three companies and one still to come.
func (v *visit) specimenAnswer(contact wire.ContactPoint) answerView {
	publisher := wire.Party{Company: "publisher", Kind: wire.Publisher, Name: "シーグラス", Lang: "ja"}
	reseller := wire.Party{Company: "reseller", Kind: wire.Reseller, Name: "燈籠魚資訊", Lang: "zh-TW"}
	a := &wire.Answer{Outcome: wire.Decided, Topic: wire.BreakFix, Asker: wire.Asker{As: wire.Customer}, At: v.now, Severity: wire.DefaultSev,
		Accountable: &publisher, Performs: &publisher, Reach: &wire.Reach{Party: reseller, Contact: &contact}, Language: string(v.lang()),
		Path: []wire.Step{{Company: "reseller", Name: reseller.Name, Kind: wire.Reseller}, {Company: "publisher", Name: publisher.Name, Kind: wire.Publisher},
			{Company: "operator", Name: "Harborline", Kind: wire.Operator, When: "after-triage", Text: v.T("when.after-triage")}},
		Targets: wire.AnswerBy{FirstResponse: &wire.Promise{By: v.now.Add(4 * time.Hour), Company: "publisher", From: "seaglass-terms v3, moderate"}}}
	return v.arrange(question{}, a)
}
