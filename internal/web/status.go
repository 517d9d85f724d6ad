package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"switchboard/internal/app"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// requestView is W3: where a request stands, for the side that asked.
type requestView struct {
	*app.Request
	typed url.Values
	fault mistakes
	files bool   // some came, and have to be chosen again
	link  string // just made; shown once
	made  string // for whom
	done  string // key of what was just done
	at    string // the address of the page, where it is not that of the side that asked

	pictures pictures // files that can be shown
}

func (r requestView) path() string { return cmp.Or(r.at, "/r/"+r.Number) }

// toShow are the pictures of a page that has addresses for them.
func (r requestView) toShow() pictures {
	if r.at != "" {
		return nil
	}
	return r.pictures
}

// enter finds who reads a request: the person who is signed in, else the guest
// whose link opened it in this browser. Without either it shows where to come
// in, and gives false.
func (v *visit) enter() (bool, error) {
	v.w.Header().Set("Referrer-Policy", "no-referrer")
	ref, secret := v.r.PathValue("ref"), cookie(v.r, v.site.guestCookie())
	if v.signedIn() {
		if secret == "" {
			return true, nil
		}
		if _, err := v.site.app.Case(v.ctx(), v.actor, ref, v.lang()); !fault.Is(err, fault.NotFound) {
			return true, nil
		}
	}
	if secret != "" {
		actor, err := v.site.app.Guest(v.ctx(), secret, ref)
		if err == nil && actor.Invited { // a page of its own is for those
			err = fault.New(fault.Denied, "auth.expired-link")
		}
		if err == nil {
			v.actor = actor
			return true, nil
		}
		if !fault.Is(err, fault.Denied) {
			return false, err
		}
		v.setGuest("", "/r/"+ref, -1)
	}
	switch {
	case v.signedIn():
		return true, nil
	case v.r.Method == http.MethodPost: // half an answer is not lost with the session
		p, err := v.parcel(ref, false)
		if err != nil {
			return false, err
		}
		return false, v.signinFirst("/r/"+ref, p.Values)
	case secret != "":
		return false, v.page(http.StatusGone, endedPage(v, app.Landing{}))
	}
	return false, v.redirect("/signin?to=" + url.QueryEscape(v.here()))
}

func (v *visit) openRequest() (*requestView, error) {
	in, err := v.enter()
	if err != nil || !in {
		return nil, err
	}
	full, err := v.site.app.Request(v.ctx(), v.actor, v.r.PathValue("ref"), v.lang())
	if err != nil {
		return nil, err
	}
	shown, err := v.picturesOf(full.Number, full.Lines)
	return &requestView{Request: full, typed: v.kept, pictures: shown}, err
}

func request(v *visit) error {
	view, err := v.openRequest()
	if err != nil || view == nil {
		return err
	}
	switch done := v.r.URL.Query().Get("done"); done {
	case "sent", "works", "reopened", "revoked":
		view.done = "web.request.done." + done
	}
	return v.ok(requestPage(v, *view))
}

// reply is what the side that asked says: words, files, "it works", "it does
// not". What the button means depends on where the case stands.
func reply(v *visit) error {
	ref := v.r.PathValue("ref")
	if in, err := v.enter(); err != nil || !in {
		return err
	}
	p, err := v.parcel(ref, true)
	if err != nil {
		return err
	}
	err = v.deliver(p, func(string) string { return "/r/" + ref + "?done=" + doneAs(pressedOf(p.Values)) + "#latest" }, func() (string, error) {
		return ref, v.sayOn(ref, p)
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view, err := v.openRequest()
	if err != nil || view == nil {
		return err
	}
	view.typed, view.fault, view.files = p.Values, wrong, p.Has("files")
	return v.page(wire.Status(string(wrong.fault.Kind)), requestPage(v, *view))
}

func (v *visit) sayOn(ref string, p *parcel) error {
	c, err := v.site.app.Case(v.ctx(), v.actor, ref, v.lang())
	if err != nil {
		return err
	}
	r := app.Reply{Verb: verbOf(pressedOf(p.Values), c.State), Text: trimmed(p.Values, "text"), Files: p.files, Confirm: p.Get("confirm")}
	if r.Text == "" && pressedOf(p.Values) == "broken" {
		r.Text = v.T("web.request.broken.words") // one press says it (experience 1, P1 5)
	}
	if r.Text == "" && (r.Verb == casework.VerbReopen || r.Verb == casework.VerbMessage && len(p.files) == 0) {
		return fault.New(fault.Invalid, "fields.invalid").At("text", "web.request.lacks-text.reply")
	}
	_, err = v.site.app.Reply(v.ctx(), v.actor, ref, r, v.lang())
	p.sent = err == nil
	return err
}

// verbOf is what a button means where the case stands.
func verbOf(do, state string) string {
	switch {
	case do == "works" && state == string(casework.Proposed):
		return casework.VerbConfirm
	case do == "works":
		return casework.VerbClose
	case state == string(casework.Closed):
		return casework.VerbReopen
	case do == "broken" && state == string(casework.Proposed):
		return casework.VerbReject
	}
	return casework.VerbMessage
}

func doneAs(do string) string {
	if do == "works" {
		return do
	}
	return "sent"
}

func requestFile(v *visit) error {
	if in, err := v.enter(); err != nil || !in {
		return err
	}
	return v.give(v.r.PathValue("ref"), v.r.PathValue("n"))
}

func (r requestView) may(verbs ...string) bool {
	return r.Asks && slices.ContainsFunc(verbs, func(verb string) bool { return slices.Contains(r.May, verb) })
}

// hero is the sentence of experience 8.3, and its company.
func (r requestView) hero() (key string, who wire.Party) {
	switch {
	case r.State == string(casework.Closed):
		if r.Until == nil {
			return "web.request.hero.closed-for-good", r.Sponsor
		}
		return "web.request.hero.closed", r.Sponsor
	case r.OnHold != nil:
		return "web.request.hero.hold", r.Owner
	case r.Handoff != nil && r.Handoff.To.Company != r.Owner.Company:
		return "web.request.hero.offered", r.Handoff.To
	case r.Handoff != nil:
		return "web.request.hero.in-work", r.Owner // it goes between companies that have one name here
	}
	return "web.request.hero." + r.State, r.Owner
}

func (r requestView) heroArgs(v *visit) []any {
	_, who := r.hero()
	args := []any{"company", who}
	if r.Closed != nil {
		args = append(args, "date", v.p.Date(*r.Closed, cmp.Or(v.zone, zoneOf(r.Zones[r.Sponsor.Company]), time.UTC)))
	}
	if r.OnHold != nil {
		args = append(args, "date", v.p.Date(*r.OnHold, cmp.Or(v.zone, zoneOf(r.Zones[r.Owner.Company]), time.UTC)))
	}
	return args
}

// late tells whether the promised word is overdue; it is shown as late.
func (r requestView) late(v *visit) bool { return r.Due != nil && r.Due.Before(v.now) }

// waits: the next step is the reader's, so no clock of others is shown.
func (r requestView) waits() bool {
	return r.State == string(casework.Waiting) || r.State == string(casework.Proposed)
}

// quiet are entries that say nothing to the side that asked.
var quiet = []string{"moved", "clock-warned", "clock-recomputed", "assigned", "referred"}

// shown are the entries of the timeline, newest first.
func (r requestView) shown() (out []wire.CaseEvent) {
	for _, l := range slices.Backward(r.Lines) {
		if !slices.Contains(quiet, l.Kind) {
			out = append(out, l)
		}
	}
	return out
}

// recent is how many entries stand above the reply form.
const recent = 4

func (r requestView) latest() []wire.CaseEvent { return r.shown()[:min(recent, len(r.shown()))] }

func (r requestView) earlier() []wire.CaseEvent { return r.shown()[min(recent, len(r.shown())):] }

// author is the person of an entry, where the reader may be told a name.
func (r requestView) author(l wire.CaseEvent) string {
	switch {
	case l.OnBehalf != "":
		return l.OnBehalf
	case l.Kind == "opened" && r.Requester != "":
		return cmp.Or(r.AskedBy, r.Requester)
	case l.By != nil && l.By.Company == r.own() && l.Via == "link":
		return l.Person
	case l.By != nil && l.By.Company == r.own():
		return cmp.Or(l.PersonName, l.Person)
	}
	return l.PersonName
}

func (r requestView) own() string {
	if r.Asks {
		return r.Customer.Company
	}
	return ""
}

func (r requestView) mine(l wire.CaseEvent) bool { return l.By != nil && l.By.Company == r.own() }

// stage is one step of the way that every request goes.
type stage struct {
	Key  string
	At   *time.Time
	Done bool
	Now  bool
}

// stages are received, worked on, answered, closed: what lies behind, and where
// it stands.
func (r requestView) stages() []stage {
	at := map[string]*time.Time{}
	for _, l := range r.Lines {
		when := l.At
		switch l.Kind {
		case "handoff-accepted":
			at["working"] = &when
		case "proposed":
			at["answered"] = &when
		}
	}
	place := map[casework.State]int{casework.New: 0, casework.Offered: 0, casework.InWork: 1, casework.Waiting: 1, casework.Proposed: 2, casework.Closed: 3}[casework.State(r.State)]
	at["received"], at["closed"] = &r.Opened, r.Closed
	var out []stage
	for i, key := range []string{"received", "working", "answered", "closed"} {
		s := stage{Key: "web.request.stage." + key, Done: i < place, Now: i == place}
		if i <= place {
			s.At = at[key]
		}
		out = append(out, s)
	}
	return out
}

// task says what each company does here, for the list of who is involved.
func (r requestView) task(p wire.CaseParty) string {
	switch {
	case p.Left:
		return "web.request.task.left"
	case !r.Asks && p.Company == r.Customer.Company:
		return "web.invited.task.customer"
	case !r.Asks && p.Company == r.Owner.Company && p.Company == r.Sponsor.Company:
		return "web.invited.task.both"
	case !r.Asks && p.Company == r.Sponsor.Company:
		return "web.invited.task.sponsor"
	case p.Company == r.own():
		return "web.request.task.you"
	case r.Handoff != nil && p.Company == r.Handoff.To.Company && p.Company != r.Owner.Company:
		return "web.request.task.asked"
	case p.Company == r.Owner.Company && p.Company == r.Sponsor.Company:
		return "web.request.task.both"
	case p.Company == r.Owner.Company:
		return "web.request.task.owner"
	case p.Company == r.Sponsor.Company:
		return "web.request.task.sponsor"
	}
	return "web.request.task.helps"
}

// size writes the size of a file.
func (v *visit) size(bytes string) string {
	n, err := strconv.ParseInt(bytes, 10, 64)
	switch {
	case err != nil:
		return ""
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
	}
	return strconv.FormatInt((n+1023)/1024, 10) + " KB"
}

func (s stage) current() string {
	if s.Now {
		return "step"
	}
	return "false"
}

func (r requestView) heroKey() string {
	key, _ := r.hero()
	return key
}

// tone is how the hero is drawn; its words say the same.
func (r requestView) tone(v *visit) string {
	switch {
	case r.waits():
		return "warn"
	case r.State == string(casework.Closed):
		return "ok"
	case r.late(v):
		return "danger"
	}
	return ""
}

// bubble marks an entry that holds words or a file, and whose it is.
func (r requestView) bubble(l wire.CaseEvent) templ.Attributes {
	out := templ.Attributes{}
	if l.Text != "" || l.Kind == "file" {
		out["data-said"] = true
	}
	if r.mine(l) {
		out["data-mine"] = true
	}
	return out
}

// short is an instant in the list of steps.
func (r requestView) short(v *visit, t time.Time) string {
	return v.p.DateTime(t, cmp.Or(v.zone, zoneOf(r.Zones[r.Sponsor.Company]), time.UTC))
}

// companies are the names that sentences of this case may hold.
func (r requestView) companies() names {
	n := names{}
	for _, p := range r.Companies {
		n.add(p.Name, p.Lang)
	}
	n.party(&r.Owner)
	n.party(&r.Sponsor)
	return n
}

// A mistake belongs to one of the page's two forms.
func (r requestView) linkWrong() bool { return r.fault.wrong("contact") }

func (r requestView) replyWrong() bool { return r.fault.fault != nil && !r.linkWrong() }

func (r requestView) linkFault() mistakes {
	if r.linkWrong() {
		return r.fault
	}
	return mistakes{}
}

func (r requestView) replyFault() mistakes {
	if r.replyWrong() {
		return r.fault
	}
	return mistakes{}
}

// firstReader is whom the button of a reply names.
func (r requestView) firstReader() wire.Party {
	for _, p := range r.Readers {
		if p.Company == r.Owner.Company {
			return p
		}
	}
	if len(r.Readers) > 0 {
		return r.Readers[0]
	}
	return r.Sponsor
}

func (r requestView) readerNames() (out []string) {
	for _, p := range r.Readers {
		out = append(out, p.Name)
	}
	return out
}

// readerName is whose view was printed.
func (r requestView) readerName() string { return r.Customer.Name }

func (r requestView) sentKey() string {
	if r.Sponsor.Company == r.Customer.Company {
		return "web.sent.hero.own"
	}
	return "web.sent.hero"
}
