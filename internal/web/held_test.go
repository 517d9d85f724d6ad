package web

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/i18n"
	"switchboard/internal/testkit"
	"switchboard/wire"
)

// undoAt are the addresses of the forms that take something back.
var undoAt = regexp.MustCompile(`action="(/held/[A-Z0-9]+)"`)

// actor is the reader as the use cases know it.
func (r *reader) actor() access.Actor {
	r.t.Helper()
	actor, _, err := r.w.app.Authenticate(r.t.Context(), r.cookie, access.ViaWeb)
	if err != nil {
		r.t.Fatal(err)
	}
	return actor
}

func (r *reader) waiting() []wire.Held {
	r.t.Helper()
	out, err := r.w.app.Helds(r.t.Context(), r.actor())
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// goesOut sends what waits on a case, as the next command of the same person does.
func (r *reader) goesOut(number string) error {
	r.t.Helper()
	_, err := r.w.app.Before(r.t.Context(), r.actor(), number, nil)
	return err
}

// pressed leaves a message that waits to go out, and on another case one that could
// not.
func (w *world) pressed(t testing.TB) (waits, stopped string) {
	t.Helper()
	tamago := w.reader(t, "tamago-owner", "en")
	w.undoes(t, "tamago-owner", 15)
	defer w.undoes(t, "tamago-owner", 0)
	press := func(text string) string {
		n := w.handed(t)
		p := app.Press{Verb: app.VerbSay, Message: &wire.NewMessage{Audience: []string{"kaede"}, Text: text}, For: app.DraftKey{Audience: "kaede"}}
		if _, err := w.app.Press(t.Context(), tamago.actor(), n, p, nil, i18n.English); err != nil {
			t.Fatal(err)
		}
		return n
	}
	waits, stopped = press("We can reproduce it with the log of the night."), press("Please send the log.")
	if _, err := w.app.Say(t.Context(), w.person("kaede", wire.DirectPartner), stopped, wire.NewMessage{Text: "ログを添付します。", Audience: []string{"tamago"}}, nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	if err := tamago.goesOut(stopped); err == nil {
		t.Fatal("it went out over something unread")
	}
	return waits, stopped
}

// Without scripts: what is sent waits, says until when, and is taken back by a
// form; its words stand in the composer again. One form is one command, also by a
// double click, and after it was taken back it can be sent again.
func TestWhatIsSentCanBeTakenBack(t *testing.T) {
	w := newWorld(t)
	w.undoes(t, "kaede-admin", 15)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede, aoba := w.reader(t, "kaede-admin", "en"), w.reader(t, "aoba-user", "en")
	form := filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "sent-in-haste")
	page := kaede.sent("/c/"+n+"/say", form.Encode())
	kaede.sent("/c/"+n+"/say", form.Encode()) // a double click
	contain(t, page, "Goes out at 12:00:15", "sent-in-haste", `data-left="15"`, `data-do="undo"`, "Undo: Message to")
	if len(kaede.waiting()) != 1 || strings.Contains(page, "Sent.") || strings.Contains(aoba.page("/r/"+n), "sent-in-haste") {
		t.Errorf("%+v", kaede.waiting())
	}
	contain(t, kaede.page("/inbox/needs-us"), "Goes out at 12:00:15", `class="held-bar`)
	undo := found(t, undoAt, page)
	if a := aoba.post(undo, "idem=a"); a.status != 404 {
		t.Errorf("the customer takes it back: %d", a.status)
	}
	back := kaede.sent(undo, "idem=b&back=/c/"+n)
	kaede.sent(undo, "idem=b&back=/c/"+n) // a double click
	contain(t, back, "Taken back.", "sent-in-haste</textarea>", `value="aoba" id="to-1" checked`)
	if len(kaede.waiting()) != 0 || strings.Contains(back, "Goes out at") {
		t.Error("it waits all the same")
	}
	again := kaede.sent("/c/"+n+"/say", form.Encode()) // the back button, and sent once more
	contain(t, again, "Goes out at")
	gone := w.reader(t, "", "en").post("/c/"+n+"/say", form.Encode())
	if gone.status != 401 || len(kaede.waiting()) != 1 {
		t.Errorf("signed out: %d", gone.status)
	}
	if err := kaede.goesOut(n); err != nil {
		t.Fatal(err)
	}
	contain(t, aoba.page("/r/"+n), "sent-in-haste")
	contain(t, kaede.sent(found(t, undoAt, again), "idem=c&back=/c/"+n), "It has gone out already.")
}

// Two tabs: what is pressed next comes after what waits, and who has seen it wait
// is not told that the case has changed.
func TestTwoTabsWhileSomethingWaits(t *testing.T) {
	w := newWorld(t)
	w.undoes(t, "kaede-admin", 15)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede, aoba := w.reader(t, "kaede-admin", "en"), w.reader(t, "aoba-user", "en")
	old := kaede.page("/c/" + n)
	page := kaede.sent("/c/"+n+"/say", filled(t, old, "say.to", "aoba", "say.text", "word-one").Encode())
	held := regexp.MustCompile(`name="held" value="([A-Z0-9]+)"`)
	kaede.sent("/c/"+n+"/say", filled(t, page, "say.to", "internal", "say.text", "a-note").Encode())
	if len(kaede.waiting()) != 1 {
		t.Error("a note has sent what waits")
	}
	next := filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "word-two", "held", found(t, held, page))
	kaede.sent("/c/"+n+"/say", next.Encode())
	if got := aoba.page("/r/" + n); !strings.Contains(got, "word-one") || strings.Contains(got, "word-two") || len(kaede.waiting()) != 1 {
		t.Errorf("%+v", kaede.waiting())
	}
	page = kaede.page("/c/" + n)
	if err := kaede.goesOut(n); err != nil {
		t.Fatal(err)
	}
	before := filled(t, old, "say.to", "aoba", "say.text", "word-three")
	before.Set("idem", "another-form")
	if a := kaede.post("/c/"+n+"/say", before.Encode()); a.status != 412 {
		t.Errorf("a tab from before: %d", a.status)
	}
	kaede.sent("/c/"+n+"/say", filled(t, page, "say.to", "aoba", "say.text", "word-three", "held", found(t, held, page)).Encode())
	if _, err := w.app.Say(t.Context(), w.person("aoba", wire.Customer), n, wire.NewMessage{Text: "one word more", Audience: []string{"kaede"}}, nil, i18n.English); err != nil {
		t.Fatal(err)
	}
	if err := kaede.goesOut(n); err == nil {
		t.Error("it went out over something unread")
	}
	stopped := kaede.page("/c/" + n)
	contain(t, stopped, "Needs your attention", "Something was written to the case", "word-three</textarea>", "one word more")
	contain(t, kaede.page("/drafts"), "Needs your attention", "word-three")
	kaede.sent("/c/"+n+"/say", filled(t, stopped, "say.from", "aoba", "say.to", "aoba", "say.text", "word-three").Encode())
	if page := kaede.page("/drafts"); strings.Contains(page, "Needs your attention") {
		t.Error("what goes out still needs attention")
	}
}

// A handoff and the closing of a case come back as they were filled in; so do files.
func TestFormsComeBackAsTheyWere(t *testing.T) {
	w := newWorld(t)
	w.undoes(t, "kaede-admin", 30)
	n := w.asked(t, "同期が止まりました", "朝から同期が終わりません")
	kaede := w.reader(t, "kaede-admin", "en")
	hand := filled(t, kaede.page("/c/"+n+"/handoff?send.to=tamago"), "send.to", "tamago", "send.summary", "the-summary", "send.tried", "the-steps", "send.messages", "1")
	page := kaede.sent("/c/"+n+"/handoff", hand.Encode())
	contain(t, page, "Handoff to", "Goes out at 12:00:30")
	page = kaede.sent(found(t, undoAt, page), "idem=a&back=/c/"+n)
	contain(t, page, "the-summary</textarea>", "the-steps</textarea>", `name="send.messages" value="1" checked`)
	contain(t, kaede.page("/drafts"), "/c/"+n+"/handoff")
	page = kaede.sent("/c/"+n+"/close", filled(t, kaede.page("/c/"+n), "close.reason", "duplicate", "close.text", "the-other-one").Encode())
	contain(t, page, "Closing the case", "the-other-one")
	page = kaede.sent(found(t, undoAt, page), "idem=b&back=/c/"+n)
	contain(t, page, "the-other-one</textarea>", `value="duplicate" selected`)
	a := kaede.postParcel("/c/"+n+"/say", filled(t, kaede.page("/c/"+n), "say.to", "aoba", "say.text", "with-a-file"), [2]string{"log.txt", "bytes"})
	if a.status != 303 {
		t.Fatalf("%d\n%s", a.status, a.body)
	}
	page = kaede.page(a.header.Get("Location"))
	contain(t, page, "with-a-file", "log.txt")
	page = kaede.sent(found(t, undoAt, page), "idem=c&back=/c/"+n)
	contain(t, page, "with-a-file</textarea>", `name="say.kept" value="0" checked`, "log.txt")
	form := filled(t, page, "say.from", "aoba", "say.to", "aoba", "say.text", "without-it")
	kaede.sent("/c/"+n+"/say", form.Encode())
	if left := w.files(t); left != 0 || len(kaede.waiting()[0].Files) != 0 {
		t.Errorf("%d files are left of what was not ticked, %+v", left, kaede.waiting())
	}
}

// A person says for how long; nothing else is one.
func TestThePersonChoosesTheTimeToUndo(t *testing.T) {
	w := newWorld(t)
	kaede := w.reader(t, "kaede-admin", "en")
	contain(t, kaede.page("/me"), `value="0" selected`, "At once, without undo", "150 seconds")
	contain(t, kaede.sent("/me", "idem=a&lang=en&theme=system&zone=&undo=60"), "Saved.", `value="60" selected`)
	if a := kaede.post("/me", "idem=b&lang=en&theme=system&zone=&undo=61"); a.status != 422 {
		t.Errorf("61 seconds: %d", a.status)
	}
	if page := w.reader(t, "aoba-user", "en").page("/me"); strings.Contains(page, `name="undo"`) {
		t.Error("who has no desk is asked")
	}
}

// Many cases in one form without scripts: what fails is told case by case, the rest
// is taken back as one.
func TestManyCasesOfAList(t *testing.T) {
	w := newWorld(t)
	w.undoes(t, "kaede-admin", 15)
	kaede := w.reader(t, "kaede-admin", "en")
	one, two := w.asked(t, "同期が止まりました", "朝から"), w.asked(t, "請求書について", "金額が")
	page := kaede.page("/inbox/needs-us")
	contain(t, page, `form="many" data-pick`, "All 2 cases of this view", `name="do" value="withdraw"`)
	pick := regexp.MustCompile(`name="case" value="([0-9.]+)"`)
	var picks []string
	for _, m := range pick.FindAllStringSubmatch(page, -1) {
		picks = append(picks, m[1])
	}
	assign := url.Values{"idem": {"m1"}, "case": picks, "do": {"assign"}, "assignee": {"kaede-admin"}}
	after := kaede.sent("/inbox/needs-us/many", assign.Encode())
	contain(t, after, "Assign: 2 cases", "Goes out at 12:00:15", "Assign: goes out at 12:00:15")
	kaede.sent("/inbox/needs-us/many", assign.Encode()) // a double click
	if len(kaede.waiting()) != 2 {
		t.Fatalf("%+v", kaede.waiting())
	}
	contain(t, kaede.sent(found(t, undoAt, after), "idem=u1&back=/inbox/needs-us"), "Taken back.")
	if len(kaede.waiting()) != 0 {
		t.Errorf("%+v", kaede.waiting())
	}
	closing := url.Values{"idem": {"m2"}, "case": {one + ".1", two + ".77"}, "do": {"close"}, "reason": {"duplicate"}, "text": {"the same"}}
	told := kaede.post("/inbox/needs-us/many", closing.Encode())
	if told.status != 200 {
		t.Fatalf("%d\n%s", told.status, told.body)
	}
	contain(t, told.body, "It waits on 1 case", "1 case was left out", "/c/"+two, "Closing the case")
	none := kaede.post("/inbox/needs-us/many", "idem=m3&do=close")
	if none.status != 422 {
		t.Errorf("nothing ticked: %d", none.status)
	}
	contain(t, none.body, "No case is ticked")
	all := kaede.post("/inbox/needs-us/many", url.Values{"idem": {"m4"}, "all": {"1"}, "do": {"withdraw"}}.Encode())
	contain(t, all.body, "2 cases were left out")
	w.undoes(t, "kaede-admin", 0)
	contain(t, kaede.sent("/inbox/needs-us/many", url.Values{"idem": {"m5"}, "all": {"1"}, "do": {"assign"}, "assignee": {""}}.Encode()), "Done on")
	if a := w.reader(t, "northgate-admin", "en").post("/inbox/needs-us/many", closing.Encode()); !strings.Contains(a.body, "2 cases were left out") || strings.Contains(a.body, "請求書") {
		t.Errorf("a stranger: %d", a.status)
	}
}

// Words for many cases that look like a secret come back with the cases that were left
// out, and go when their writer says so.
func TestASecretForManyCasesIsAskedAbout(t *testing.T) {
	w := newWorld(t)
	w.undoes(t, "kaede-admin", 15)
	kaede := w.reader(t, "kaede-admin", "en")
	one, two := w.asked(t, "同期が止まりました", "朝から"), w.asked(t, "請求書について", "金額が")
	key := "-----BEGIN RSA PRIVATE KEY-----"
	closing := url.Values{"idem": {"m6"}, "case": {two + ".1"}, "do": {"close"}, "reason": {"duplicate"}, "text": {key}}
	secret := kaede.post("/inbox/needs-us/many", closing.Encode()).body
	contain(t, secret, "1 case was left out", `value="`+key+`"`, `value="duplicate" selected`, `name="confirm" value="secrets"`)
	if !regexp.MustCompile(`value="`+two+`\.1" form="many" checked`).MatchString(secret) || strings.Contains(secret, one+`.1" form="many" checked`) {
		t.Error("what was left out is not ticked again, or something else is")
	}
	closing["idem"], closing["confirm"] = []string{"m7"}, []string{"secrets"}
	kaede.sent("/inbox/needs-us/many", closing.Encode())
	if waits := kaede.waiting(); len(waits) != 1 {
		t.Errorf("%+v", waits)
	}
}

// By keys: x ticks a row, Shift x all up to it, what was pressed counts down where it
// can be taken back, and z takes it back.
func TestManyCasesByKeys(t *testing.T) {
	w := newWorld(t)
	for n := range 4 {
		w.asked(t, fmt.Sprintf("同期が止まりました %d", n), "朝から同期が終わりません")
	}
	w.undoes(t, "kaede-admin", 60)
	persons := newCrowd(t, w)
	tab := persons.browser(t, "kaede-admin").Open(t, w.url+"/inbox/needs-us?lang=en", testkit.Look{Still: true, Width: 1280, Height: 900})
	ticked := func(want int) {
		t.Helper()
		if n := testkit.Eval[int](tab, `document.querySelectorAll("[data-pick]:checked").length`); n != want {
			t.Fatalf("%d are ticked, want %d", n, want)
		}
	}
	tab.Keys("jx")
	ticked(1)
	tab.Keys("x")
	ticked(0)
	tab.Keys("xjjX")
	ticked(3)
	tab.Keys("jj") // moving on leaves them
	ticked(3)
	if !testkit.Eval[bool](tab, `document.querySelector(".many").open && document.querySelector("[data-picked]").textContent === "(3)"`) {
		t.Error("it does not say how many are ticked")
	}
	if status := tab.Follow("#many [value=assign]"); status != 200 {
		t.Fatalf("assigning: %d", status)
	}
	kaede := w.reader(t, "kaede-admin", "en")
	if n := len(kaede.waiting()); n != 3 {
		t.Fatalf("%d wait", n)
	}
	left := `Number(document.querySelector("[data-left]:not([hidden])").textContent.match(/[0-9]+/)[0])`
	before := testkit.Eval[int](tab, left)
	if before < 1 || before > 60 {
		t.Errorf("%d seconds are left of 60", before)
	}
	tab.Await(left + " < " + fmt.Sprint(before))
	if status := tab.Leads("z", false); status != 200 || len(kaede.waiting()) != 0 {
		t.Errorf("z leads to %s, %d, and %+v wait", tab.URL(), status, kaede.waiting())
	}
}
