package casework

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"switchboard/internal/fault"
)

func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}

func send(to string, messages ...Event) Send {
	return Send{ID: "h-" + to, To: to, Package: Package{Summary: "loops, see logs", Facts: map[string]string{"tenant": "t-77"}}, Messages: messages}
}

func TestTheSponsorOwnsUntilTheReceiverAccepts(t *testing.T) {
	d := newDesk(t, indirect)
	d.must("fabrikam", send("contoso"))
	if d.c.Owner != "fabrikam" || d.c.State != Offered {
		t.Fatalf("owner %s, state %s", d.c.Owner, d.c.State)
	}
	d.now = d.now.Add(time.Hour)
	d.must("contoso", Accept{ID: "h-contoso", Person: "priya", Reference: "CON-9"})
	if d.c.Owner != "contoso" || d.c.State != InWork || d.c.Party("contoso").Reference != "CON-9" {
		t.Fatalf("%+v", d.c)
	}
	if h := d.c.Holdings; len(h) != 2 || !h[0].To.Equal(h[1].From) || !h[1].To.IsZero() {
		t.Fatalf("holdings %+v", h)
	}
	if d.c.Route.Sponsor != "fabrikam" {
		t.Fatal("the sponsor moved")
	}
}

func TestAWithdrawnReceiverReadsNothingNew(t *testing.T) {
	d := newDesk(t, indirect)
	d.must("fabrikam", send("contoso"))
	d.must("fabrikam", Withdraw{ID: "h-contoso", Reason: "found it"})
	d.refused("contoso", Accept{ID: "h-contoso", Person: "priya"}, "not-found.case")
	d.must("fabrikam", Say{Text: "secret-word", Lang: "en", Audience: []string{"northwind"}})
	if strings.Contains(d.reads("contoso"), "secret-word") {
		t.Fatal("a company that left reads on")
	}
}

func TestAReceiverReadsThePackageAndChosenMessagesOnly(t *testing.T) {
	d := newDesk(t, indirect)
	d.must("fabrikam", Say{Text: "private-word", Lang: "en"})
	d.must("fabrikam", Say{Text: "chosen-word", Lang: "en", Audience: []string{"northwind"}})
	d.must("fabrikam", send("contoso", d.last(message)))
	got := d.reads("contoso")
	for word, want := range map[string]bool{"private-word": false, "chosen-word": true, "loops, see logs": true, "Since the update": false} {
		if strings.Contains(got, word) != want {
			t.Errorf("%q: %v", word, !want)
		}
	}
	if err := Verify(d.c, d.events); err != nil {
		t.Fatal(err)
	}
}

func TestWhoCannotReadAMessageCannotPassItOn(t *testing.T) {
	d := newDesk(t, direct)
	d.must("tailspin", send("contoso"))
	d.must("contoso", Say{Text: "internal", Lang: "en"})
	d.must("tailspin", Withdraw{ID: "h-contoso"})
	d.refused("tailspin", send("market", d.last(message)), "not-found.message")
}

func TestAnAnswerIsNeverReadByMore(t *testing.T) {
	d := newDesk(t, indirect)
	d.must("fabrikam", send("contoso"))
	d.must("contoso", Say{Text: "for you", Lang: "en", Audience: []string{"fabrikam"}})
	d.refused("fabrikam", Say{Text: "all", Lang: "en", Audience: []string{"contoso", "northwind"}, Answers: d.last(message).Readers}, "message.audience-wider")
	d.must("fabrikam", Say{Text: "only-us", Lang: "en", Answers: d.last(message).Readers})
	if strings.Contains(d.reads("northwind"), "only-us") {
		t.Fatal("the customer reads an answer among companies")
	}
}

func TestAResellerReachesTheOperatorThroughItsProvider(t *testing.T) { // S22 S28
	d := newDesk(t, indirect)
	d.must("fabrikam", Send{ID: "h1", To: "market", Package: Package{Summary: "order stuck"}})
	if h := d.c.Handoff; h.To != "wideworld" || h.For != "market" {
		t.Fatalf("%+v", h)
	}
	d.must("wideworld", PassOn{ID: "h1", Person: "wei-ling", Send: Send{ID: "h2", Package: Package{Summary: "order stuck"}}})
	if h := d.c.Handoff; d.c.Owner != "wideworld" || h.To != "market" || h.From != "wideworld" {
		t.Fatalf("owner %s, %+v", d.c.Owner, h)
	}
}

func TestAPublisherLearnsOfTheResellerWhenTheProviderRelays(t *testing.T) {
	r := indirect
	r.PublisherDirect = false
	d := newDesk(t, r)
	d.must("fabrikam", Send{ID: "h1", To: "contoso", Package: Package{Summary: "loops"}})
	d.must("wideworld", PassOn{ID: "h1", Person: "wei-ling", Send: Send{ID: "h2", Package: Package{Summary: "loops"}}})
	if !d.c.Sees("contoso", "fabrikam") || d.c.Sees("northwind", "wideworld") {
		t.Fatalf("%+v", d.c.Hidden)
	}
	d2 := newDesk(t, r)
	d2.c.Hidden = slices.Clone(d2.c.Hidden)
	if d2.c.Sees("contoso", "fabrikam") || d2.c.Mask("contoso", "fabrikam") != "wideworld" {
		t.Fatal("the publisher knows the reseller before anybody relayed")
	}
}

func TestAHiddenProviderIsNowhereInWhatTheCustomerReads(t *testing.T) {
	d := newDesk(t, indirect)
	d.must("fabrikam", Send{ID: "h1", To: "wideworld", Package: Package{Summary: "loops"}})
	d.must("wideworld", Accept{ID: "h1", Person: "wei-ling", Reference: "WW-1"})
	d.must("wideworld", Say{Text: "hello", Lang: "en", Audience: []string{"fabrikam"}})
	d.must("wideworld", Propose{Text: "try again", Lang: "en"})
	got := d.reads("northwind")
	for _, word := range []string{"wideworld", "wei-ling", "WW-1"} {
		if strings.Contains(got, word) {
			t.Errorf("the customer reads %q", word)
		}
	}
	if d.c.Mask("northwind", "wideworld") != "fabrikam" {
		t.Error("the customer does not read its reseller in the provider's place")
	}
	d.refused("northwind", Say{Text: "x", Lang: "en", Audience: []string{"wideworld"}}, "message.not-on-case")
}

func TestTwoRoundsOfQuestionsThenDecide(t *testing.T) {
	d := newDesk(t, direct)
	d.must("tailspin", send("contoso"))
	d.refused("contoso", Ask{ID: "h-contoso", Questions: []Question{{Field: "tenant", Text: "Which tenant?"}}}, "handoff.answered-already")
	for range mostRounds {
		d.must("contoso", Ask{ID: "h-contoso", Questions: []Question{{Field: "region", Text: "Which region?"}}})
		d.refused("contoso", Ask{ID: "h-contoso", Questions: []Question{{Text: "And?"}}}, "handoff.asked-already")
		d.must("tailspin", Answer{ID: "h-contoso", Text: "East Japan"})
	}
	d.refused("contoso", Ask{ID: "h-contoso", Questions: []Question{{Text: "More?"}}}, "handoff.no-more-rounds")
	d.must("contoso", Accept{ID: "h-contoso", Person: "priya"})
}

func TestQuestionsPauseTheReceiverAndNotTheSender(t *testing.T) {
	d := newDesk(t, direct)
	d.must("tailspin", send("contoso"))
	d.must("contoso", Ask{ID: "h-contoso", Questions: []Question{{Text: "Which region?"}}})
	for _, c := range d.c.Clocks {
		if c.Paused() != (c.Company == "contoso") {
			t.Errorf("%s of %s: paused %v", c.Kind, c.Company, c.Paused())
		}
	}
}

func TestPingPongCallsAJointSession(t *testing.T) {
	d := newDesk(t, indirect)
	for range jointAfter {
		d.must("fabrikam", send("contoso"))
		d.must("contoso", Decline{ID: "h-contoso", Reason: "not-our-product", Evidence: "no such log"})
	}
	j := d.c.Joint
	if j == nil || j.Coordinator != "wideworld" || len(j.Engineers) != 2 {
		t.Fatalf("%+v", j)
	}
	d.must("contoso", Name{Person: "priya"})
	d.must("fabrikam", Name{Person: "ken"})
	d.must("fabrikam", send("contoso"))
	d.refused("contoso", Decline{ID: "h-contoso", Reason: "not-our-product", Evidence: "still not"}, "handoff.joint-session")
	d.must("contoso", Say{Text: "the trace", Lang: "en", Audience: []string{"fabrikam"}})
	d.must("contoso", Decline{ID: "h-contoso", Reason: "not-our-product", Evidence: "see trace", Attached: []Event{d.last(message)}})
}

func TestReclaimNeedsAMissedUpdateAndOneBusinessDay(t *testing.T) {
	d := newDesk(t, direct)
	d.must("tailspin", send("contoso"))
	d.must("contoso", Accept{ID: "h-contoso", Person: "priya", Next: begin.Add(4 * time.Hour)})
	d.now = begin.Add(5 * time.Hour)
	d.refused("tailspin", Reclaim{Reason: "silence"}, "case.reclaim-early")
	d.refused("market", Reclaim{Reason: "silence"}, "not-found.case")
	d.now = begin.Add(96 * time.Hour)
	d.must("tailspin", Reclaim{Reason: "silence"})
	if d.c.Owner != "tailspin" {
		t.Fatal(d.c.Owner)
	}
}

func TestAnOwnerThatCannotBeReachedLosesTheCaseAtOnce(t *testing.T) {
	d := newDesk(t, direct)
	d.must("tailspin", send("contoso"))
	d.must("contoso", Accept{ID: "h-contoso", Person: "priya"})
	gone := d.facts.Companies["contoso"]
	gone.Reachable = false
	d.facts.Companies["contoso"] = gone
	d.must("tailspin", Reclaim{Reason: "nobody there"})
	d.refused("tailspin", send("contoso"), "handoff.unreachable")
}

func TestGivingBackNeedsAcceptance(t *testing.T) {
	d := newDesk(t, direct)
	d.must("tailspin", send("contoso"))
	d.must("contoso", Accept{ID: "h-contoso", Person: "priya"})
	d.must("contoso", GiveBack{ID: "h-back", Done: "patched"})
	if d.c.Owner != "contoso" {
		t.Fatal("given back without acceptance")
	}
	d.refused("tailspin", Decline{ID: "h-back", Reason: "other", Evidence: "x"}, "handoff.back-not-declined")
	d.must("tailspin", Accept{ID: "h-back", Person: "ken"})
	if d.c.Owner != "tailspin" {
		t.Fatal(d.c.Owner)
	}
}

func TestJoiningHelpsWithoutOwning(t *testing.T) {
	d := newDesk(t, direct)
	d.must("tailspin", send("contoso"))
	d.must("contoso", Join{ID: "h-contoso", Person: "priya"})
	if d.c.Owner != "tailspin" || !d.c.present("contoso") || d.c.Handoff != nil {
		t.Fatalf("%+v", d.c)
	}
}

func TestASolutionIsConfirmedRejectedOrSilent(t *testing.T) {
	d := newDesk(t, direct)
	d.must("tailspin", Propose{Text: "clear the cookie"})
	d.must("northwind", Reject{Text: "still loops"})
	d.must("tailspin", Propose{Text: "update"})
	d.now = d.now.Add(30 * 24 * time.Hour)
	d.must("", Tick{})
	if d.c.State != Closed || d.c.Outcome != NoAnswer {
		t.Fatalf("%s %s", d.c.State, d.c.Outcome)
	}
	d.must("northwind", Reopen{Text: "loops again"})
	d.must("tailspin", Propose{Text: "new build"})
	d.must("northwind", Confirm{})
	d.now = d.now.Add(31 * 24 * time.Hour)
	d.refused("northwind", Reopen{Text: "again"}, "case.reopen-late")
}

func TestWarningsFireOnceAndTheSenderIsTold(t *testing.T) {
	d := newDesk(t, direct)
	d.must("tailspin", send("contoso"))
	d.now = begin.Add(240 * time.Hour)
	d.must("", Tick{})
	if !d.c.Handoff.Overdue || d.c.Handoff.Contact != 1 {
		t.Fatalf("%+v", d.c.Handoff)
	}
	n := len(d.events)
	d.must("", Tick{})
	if len(d.events) != n {
		t.Fatalf("%d more events at the same instant", len(d.events)-n)
	}
}

func TestAHandoffToNowhere(t *testing.T) {
	d := newDesk(t, indirect)
	for to, code := range map[string]string{"fabrikam": "handoff.to-oneself", "northwind": "handoff.to-customer", "rival": "handoff.not-on-chain"} {
		d.refused("fabrikam", send(to), code)
	}
	d.refused("northwind", send("contoso"), "case.not-owner")
	d.refused("rival", Say{Text: "x"}, "not-found.case")
}

func TestEveryTamperingIsFound(t *testing.T) {
	d := newDesk(t, indirect)
	d.must("fabrikam", Say{Text: "one", Lang: "en", Audience: []string{"northwind"}})
	d.must("fabrikam", send("contoso", d.last(message)))
	d.must("contoso", Accept{ID: "h-contoso", Person: "priya"})
	if err := Verify(d.c, d.events); err != nil {
		t.Fatal(err)
	}
	for name, tamper := range map[string]func([]Event) []Event{
		"removed":    func(e []Event) []Event { return slices.Delete(e, 1, 2) },
		"cut":        func(e []Event) []Event { return e[:len(e)-1] },
		"reordered":  func(e []Event) []Event { e[1], e[2] = e[2], e[1]; return e },
		"renumbered": func(e []Event) []Event { e[1], e[2] = e[2], e[1]; e[1].Seq, e[2].Seq = 2, 3; return e },
		"bytes": func(e []Event) []Event {
			e[1].Bytes = []byte(strings.Replace(string(e[1].Bytes), "message", "massage", 1))
			return e
		},
		"value":          func(e []Event) []Event { s := e[1].Sealed["text"]; s.Value = "two"; e[1].Sealed["text"] = s; return e },
		"readers":        func(e []Event) []Event { e[1].Readers |= 4; return e },
		"value's reader": func(e []Event) []Event { s := e[1].Sealed["text"]; s.Readers |= 4; e[1].Sealed["text"] = s; return e },
		"salt":           func(e []Event) []Event { e[1].Salt[0] ^= 1; return e },
	} {
		if Verify(d.c, tamper(copies(t, d.events))) == nil {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestAnErasedValueLeavesTheChainsValid(t *testing.T) {
	d := newDesk(t, indirect)
	d.must("fabrikam", Say{Text: "a name", Lang: "en", Audience: []string{"northwind"}})
	events := copies(t, d.events)
	events[1].Sealed["text"] = events[1].Sealed["text"].Erase()
	if err := Verify(d.c, events); err != nil {
		t.Fatal(err)
	}
}

// copies are events as a store gives them back.
func copies(t *testing.T, events []Event) (out []Event) {
	t.Helper()
	for _, e := range events {
		text, err := json.Marshal(e.Sealed)
		if err != nil {
			t.Fatal(err)
		}
		stored := Event{Case: e.Case, Seq: e.Seq, Readers: e.Readers, Salt: e.Salt, Bytes: slices.Clone(e.Bytes), Head: e.Head}
		if err := json.Unmarshal(text, &stored.Sealed); err != nil {
			t.Fatal(err)
		}
		read, err := Read(stored)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, read)
	}
	return out
}

func TestACaseHoldsAsManyCompaniesAsASetOfReaders(t *testing.T) {
	d := newDesk(t, direct)
	for i := len(d.c.Parties); i < mostParties; i++ {
		d.c.join("other-"+strings.Repeat("x", i), begin)
	}
	d.refused("tailspin", send("contoso"), "case.too-many-companies")
}

func TestWhatWasPassedOnCanBePassedOn(t *testing.T) {
	d := newDesk(t, indirect)
	d.must("fabrikam", Say{Text: "chosen-word", Lang: "en", Audience: []string{"northwind"}})
	chosen := d.last(message)
	d.must("fabrikam", Send{ID: "h1", To: "wideworld", Package: Package{Summary: "loops"}, Messages: []Event{chosen, chosen}})
	d.refused("wideworld", PassOn{ID: "h1", Person: "p", Send: Send{ID: "h2", To: "contoso", Package: Package{Summary: "loops"}, Messages: []Event{chosen}}}, "not-found.message")
	d.must("wideworld", PassOn{ID: "h1", Person: "p", Send: Send{ID: "h2", To: "contoso", Package: Package{Summary: "loops"}, Messages: []Event{ByNow(d.events, chosen)}}})
	for _, company := range []string{"wideworld", "contoso"} {
		if n := strings.Count(d.reads(company), "chosen-word"); n != 1 {
			t.Errorf("%s reads it %d times", company, n)
		}
	}
	if err := Verify(d.c, d.events); err != nil {
		t.Fatal(err)
	}
}

func TestAGivenBackCaseGoesBackTheWayItCame(t *testing.T) {
	d := newDesk(t, indirect)
	hand := func(id, from, to string) {
		d.must(from, Send{ID: id, To: to, Package: Package{Summary: "loops"}})
		d.must(to, Accept{ID: id, Person: "p"})
	}
	back := func(id, from, to string) {
		d.must(from, GiveBack{ID: id, Done: "looked"})
		d.must(to, Accept{ID: id, Person: "p"})
	}
	hand("h1", "fabrikam", "wideworld")
	hand("h2", "wideworld", "contoso")
	back("h3", "contoso", "wideworld")
	back("h4", "wideworld", "fabrikam")
	d.refused("fabrikam", GiveBack{ID: "h5", Done: "looked"}, "handoff.nobody-before")
}
