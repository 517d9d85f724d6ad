package app

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

// Letter is what the product would write to somebody about an event of a case.
// Nothing is sent: a demonstration shows it.
type Letter struct {
	ID      string // of its place in the order
	At      time.Time
	Case    string
	Kind    string
	Company string // whose it is
	To      string // address
	Lang    i18n.Lang
	Subject string
	Body    string
	Link    string // in the body, where it goes on
	Guest   bool   // the link opens the case without an account
}

// LetterFilter is a part of the letters: of one company, of one case, behind one.
type LetterFilter struct {
	Company, Case string
	After         string // ID of the last one that was read
	Base          string // of the addresses in them: "https://desk.example"
}

// How many letters a page shows, and how far back a company's feed is looked at.
const (
	lettersShown = 40
	feedLooked   = 2000
)

// Letters are those that today's events give, the newest first. Each is made of the
// feed of the company that it goes to, under the rights of whoever it goes to: it
// holds nothing that its reader may not read. In an installation that is no
// demonstration there are none.
func (a *App) Letters(ctx context.Context, f LetterFilter) (out []Letter, more bool, err error) {
	if !a.demo {
		return nil, false, fault.New(fault.NotFound, "web.not-found")
	}
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, false, err
	}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		occasions, err := occasionsOf(tx, f)
		if err != nil {
			return err
		}
		p := &postman{app: a, tx: tx, rules: rules, base: f.Base, events: map[string][]casework.Event{}}
		for _, o := range occasions {
			letter, err := p.write(o)
			if err != nil {
				return err
			}
			if letter == nil {
				continue
			}
			if more = len(out) == lettersShown; more {
				return nil
			}
			out = append(out, *letter)
		}
		return nil
	})
	return out, more, err
}

// occasion is an entry of a company's feed.
type occasion struct {
	company string
	store.Fed
}

// id sorts as the occasions do.
func (o occasion) id() string {
	return strconv.FormatInt(o.At.UnixMicro(), 10) + "." + o.company + "." + strconv.FormatInt(o.Position, 10)
}

// occasionsOf are the entries of all feeds, the newest first.
func occasionsOf(tx *store.Tx, f LetterFilter) (out []occasion, err error) {
	companies, err := everyCompany(tx)
	if err != nil {
		return nil, err
	}
	for _, company := range companies {
		if f.Company != "" && f.Company != company {
			continue
		}
		end, err := tx.FeedEnd(company)
		if err != nil {
			return nil, err
		}
		fed, err := tx.Feed(company, max(0, end-feedLooked), feedLooked)
		if err != nil {
			return nil, err
		}
		for _, one := range fed {
			if f.Case == "" || f.Case == one.Case {
				out = append(out, occasion{company, one})
			}
		}
	}
	slices.SortFunc(out, func(a, b occasion) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.company, b.company), cmp.Compare(b.Position, a.Position))
	})
	if at := slices.IndexFunc(out, func(o occasion) bool { return o.id() == f.After }); at >= 0 {
		out = out[at+1:]
	}
	return out, nil
}

func everyCompany(tx *store.Tx) (out []string, err error) {
	for cursor := ""; ; {
		items, next, err := tx.List(store.Reader{Local: true}, directory.Companies, store.Filter{}, 200, cursor)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			out = append(out, item.Object.(*wire.Company).ID)
		}
		if cursor = next; cursor == "" {
			return out, nil
		}
	}
}

// postman writes letters; what he has read of a case he keeps.
type postman struct {
	app    *App
	tx     *store.Tx
	rules  *responsibility.Rules
	base   string
	events map[string][]casework.Event
}

// addressee is whom a letter goes to: a person with an account, or an address.
type addressee struct {
	actor     access.Actor
	person    *wire.Person // nil = an address without one
	address   string
	company   *wire.Company
	contact   *wire.Contact // whose address it is, at a publisher
	invited   *GuestLink    // the case is open to the address by this link
	languages []string
}

// write makes the letter of an occasion; nil = it calls for none, or for none that
// its reader may read.
func (p *postman) write(o occasion) (*Letter, error) {
	now, err := p.tx.Case(o.Case)
	if err != nil {
		return nil, err
	}
	m, err := p.moment(now, o)
	if m == nil || err != nil {
		return nil, err
	}
	to, err := p.addressee(m)
	if to == nil || err != nil {
		return nil, err
	}
	if _, err := seeCase(p.tx, to.actor, o.Case); err != nil {
		if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Denied) {
			return nil, nil
		}
		return nil, err
	}
	return p.letter(o, m, to), nil
}

// moment is a case as it stood with one of its lines, for one company: what a
// letter told when it was written it tells later, too.
type moment struct {
	*desk
	company string
	c       *casework.Case // with the event
	before  *casework.Case // without it; nil at the first
	line    casework.Line
	kind    string
}

func (p *postman) moment(now *casework.Case, o occasion) (*moment, error) {
	bit := now.Bit(o.company)
	events, known := p.events[o.Case]
	if !known {
		var err error
		if events, err = p.tx.CaseEvents(o.Case, 0); err != nil {
			return nil, err
		}
		p.events[o.Case] = events
	}
	lines := casework.View(events, bit)
	if bit < 0 || o.N < 1 || o.N > int64(len(lines)) || lines[o.N-1].Release != nil {
		return nil, nil // what was shared later came with a handoff or an answer
	}
	m := &moment{company: o.company, line: lines[o.N-1]}
	var err error
	if m.c, err = casework.Fold(events[:m.line.Event.Seq]); err != nil {
		return nil, err
	}
	if m.line.Event.Seq > 1 {
		if m.before, err = casework.Fold(events[:m.line.Event.Seq-1]); err != nil {
			return nil, err
		}
	}
	if m.desk, err = p.app.desk(p.tx, m.c, p.rules); err != nil {
		return nil, err
	}
	m.kind = m.letterKind()
	if m.kind == "" {
		return nil, nil
	}
	return m, nil
}

// asks tells whether the company is the customer that asked.
func (m *moment) asks() bool { return m.c.Customer == m.company && m.c.ForCustomer() }

func (m *moment) own() bool { return m.line.Event.Word("by") == m.company }

// offered is the handoff that an event decides on.
func (m *moment) offered() casework.Handoff {
	if m.before != nil && m.before.Handoff != nil {
		return *m.before.Handoff
	}
	return casework.Handoff{}
}

// letterKind is the letter that a line calls for; "" = none: nobody is written to
// about what he did himself, but that his request has arrived.
func (m *moment) letterKind() string {
	e := m.line.Event
	switch kind := plainKind(e); {
	case kind == "opened" && m.asks():
		return "received"
	case kind == "clock-warned" && m.c.Turn() == m.company && !m.asks():
		return "reminder"
	case kind == "handoff-overdue" && m.offered().To == m.company:
		return "reminder"
	case m.own():
		return ""
	case kind == "opened" && m.c.Owner == m.company:
		return "new"
	case kind == "handoff-sent" && e.Word("to") == m.company:
		return "handed"
	case kind == "handoff-sent" && m.asks():
		return "passed-on"
	case kind == "handoff-accepted" && (m.asks() || m.offered().From == m.company):
		return "accepted"
	case kind == "handoff-declined" && m.offered().From == m.company:
		return "declined"
	case kind == "handoff-asked" && m.offered().From == m.company:
		return "asked"
	case (kind == "handoff-answered" || kind == "handoff-withdrawn") && m.offered().To == m.company, kind == "rejected" && m.c.Owner == m.company:
		return "news"
	case kind == "message" && e.Open["wait"] != "" && m.asks():
		return "needs-you"
	case kind == "message":
		return "message"
	case kind == "proposed" && m.asks():
		return "answered"
	case kind == "closed":
		return "closed"
	}
	return ""
}

// addressee finds who is written to: who asked, who works on it, else the address
// of the company's desk. nil = nobody has one.
func (p *postman) addressee(m *moment) (*addressee, error) {
	company, _, err := p.tx.Company(m.company)
	if err != nil {
		if fault.Is(err, fault.NotFound) { // it has left; its cases keep its id
			return nil, nil
		}
		return nil, err
	}
	person := m.c.Party(m.company).Assignee
	if m.asks() {
		person = m.c.Requester.Person
	}
	if to, err := p.somebody(company, person); to != nil || err != nil || m.asks() {
		return to, err
	}
	return p.deskOf(m, company)
}

func (p *postman) somebody(company *wire.Company, person string) (*addressee, error) {
	if person == "" {
		return nil, nil
	}
	found, _, err := p.tx.Person(person)
	switch {
	case fault.Is(err, fault.NotFound): // a name that somebody has written down
		return nil, nil
	case err != nil:
		return nil, err
	case found.Company != company.ID || found.Email == "":
		return nil, nil
	}
	return p.person(company, found)
}

// person is an addressee with what his roles grant him now.
func (p *postman) person(company *wire.Company, person *wire.Person) (*addressee, error) {
	var door store.Door
	var err error
	if door.ForAll, _, err = p.tx.Setting(rolesKey); err != nil {
		return nil, err
	}
	if door.ForCompany, _, err = p.tx.Setting(companyRolesKey + company.ID); err != nil {
		return nil, err
	}
	set, err := p.app.rolesOf(door)
	return &addressee{person: person, address: person.Email, company: company, languages: []string{person.Lang, company.Locale},
		actor: access.Actor{Company: company.ID, Kinds: company.Kinds, Person: person.ID, Roles: person.Roles, Set: set, Via: access.ViaWeb,
			Operator: slices.Contains(company.Kinds, wire.Operator)}}, err
}

// deskOf is the desk of a company: a person, when its address is one's own. A
// guest link opens the case to an address of nobody.
func (p *postman) deskOf(m *moment, company *wire.Company) (*addressee, error) {
	address := m.letterbox(m.c, m.company, m.line.Event.Word("by"))
	person, err := accountAt(p.tx, m.company, address)
	if person != nil || address == "" || err != nil {
		if person == nil {
			return nil, err
		}
		return p.person(company, person)
	}
	to := &addressee{address: address, company: company, contact: m.contactAt(address)}
	if to.languages = []string{company.Locale}; to.contact != nil {
		to.languages = append(slices.Clone(to.contact.Languages), company.Locale)
	}
	links, err := p.tx.GuestLinks(m.c.Number, m.company)
	if err != nil {
		return nil, err
	}
	for i := range links {
		own := m.kind != "handed" || links[i].Handoff == m.line.Event.Open["handoff"]
		if links[i].Handoff != "" && links[i].Contact == address && own {
			to.invited, to.actor = &links[i], guest(&links[i])
			return to, nil
		}
	}
	return p.readBySomebody(to)
}

// readBySomebody: the address of a desk is read by those who work there, and holds
// what all of them may read. Without anybody there is no letter.
func (p *postman) readBySomebody(to *addressee) (*addressee, error) {
	items, _, err := p.tx.List(store.Reader{Local: true}, directory.People, store.Filter{Company: to.company.ID}, 100, "")
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		one, err := p.person(to.company, item.Object.(*wire.Person))
		if err != nil {
			return nil, err
		}
		if access.May(one.actor, access.OpenCases) {
			to.actor = one.actor
			return to, nil
		}
	}
	return nil, nil
}

// contactAt is the contact of the offer at an address.
func (d *desk) contactAt(address string) *wire.Contact {
	if offer := d.world.Offers[d.about.Offer]; offer != nil {
		for i := range offer.Contacts {
			if offer.Contacts[i].Email == address {
				return &offer.Contacts[i]
			}
		}
	}
	return nil
}

// letter writes it: each line is a whole sentence of its own.
func (p *postman) letter(o occasion, m *moment, to *addressee) *Letter {
	lang := i18n.Match(to.languages...)
	out := &Letter{ID: o.id(), At: o.At, Case: o.Case, Kind: m.kind, Company: m.company, To: to.address, Lang: lang, Guest: to.invited != nil}
	out.Link = p.base + p.path(m, to) + "?lang=" + string(lang)
	w := m.words(to, lang)
	if m.kind == "passed-on" && !w.passedOn() {
		return nil
	}
	w.args["url"] = out.Link
	key := "mail." + m.kind
	out.Subject = w.T(key + ".subject")
	lines := []string{w.T(w.greeting()), "", w.T(key + ".first"), w.T(key + ".next")}
	if said := w.said(); said != "" {
		lines = append(lines, "", w.T("mail.said"), quoted(said))
	}
	lines = append(lines, "", w.T(w.door()), "", w.T(w.why()))
	out.Body = strings.Join(lines, "\n")
	return out
}

// path is where the letter's link leads.
func (p *postman) path(m *moment, to *addressee) string {
	switch {
	case to.invited != nil:
		return "/link/" + p.app.invitation(*to.invited)
	case m.asks():
		return "/r/" + m.c.Number
	}
	return "/c/" + m.c.Number
}

// wording is what the sentences of one letter are made of, masked for its reader.
type wording struct {
	*i18n.Printer
	m    *moment
	to   *addressee
	line wire.CaseEvent
	args map[string]any
}

func (w *wording) T(key string) string { return w.Printer.T(key, w.args) }

func (m *moment) words(to *addressee, lang i18n.Lang) *wording {
	c := m.view(m.c, m.company, lang, m.line.Event.At)
	w := &wording{Printer: printer(lang), m: m, to: to, line: m.desk.line(m.c, m.line, m.company, lang)}
	own, _ := to.company.Name.In(string(lang))
	w.args = map[string]any{"number": c.Number, "subject": c.Subject, "company": cmp.Or(own, to.company.ID), "by": nameOf(w.line.By),
		"customer": c.Customer.Name, "with": nameOf(c.With), "state": c.StateText, "sponsor": c.Sponsor.Name, "address": to.address,
		"sentence": w.line.Sentence, "offer": m.offerName(lang), "time": nil, "reason": nil, "from": nameOf(w.line.By)}
	if to.person != nil {
		w.args["name"] = to.person.Name
	}
	if party := m.party(m.c, w.line.Details["to"], m.company, lang); party != nil {
		w.args["to"] = party.Name
	}
	if reason := w.line.Details["reason"]; m.kind == "declined" && w.Has("web.handoff.reason."+reason) {
		w.args["reason"] = i18n.Key("web.handoff.reason." + reason)
	}
	if due := m.due(c); due != nil {
		w.args["time"] = w.instant(*due)
	}
	return w
}

func (m *moment) offerName(lang i18n.Lang) string {
	if offer := m.world.Offers[m.c.Offer]; offer != nil {
		name, _ := offer.Name.In(string(lang))
		return cmp.Or(name, offer.ID)
	}
	return m.c.Offer
}

// due is the next instant that was promised to this reader, or by him.
func (m *moment) due(c *wire.Case) (due *time.Time) {
	if c.Handoff != nil && c.Handoff.Due != nil && m.kind != "passed-on" {
		return c.Handoff.Due
	}
	for i := range c.Clocks {
		k := &c.Clocks[i]
		if k.Kind != "customer" && k.Kind != "resolution" && k.Stopped == nil && !k.Paused && k.Due != nil && (due == nil || k.Due.Before(*due)) {
			due = k.Due
		}
	}
	return due
}

// instant is a time with its place, in the zone of the reader.
func (w *wording) instant(t time.Time) string {
	name := w.to.company.TZ
	if w.to.person != nil && w.to.person.TZ != "" {
		name = w.to.person.TZ
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		zone = time.UTC
	}
	return w.Printer.T("web.time.at", map[string]any{"time": w.DateTime(t, zone), "city": w.CityOf(zone.String())})
}

// passedOn tells whether the reader sees that it went to another company: one name
// may stand for both.
func (w *wording) passedOn() bool { return w.args["to"] != nil && w.args["to"] != w.args["by"] }

func (w *wording) greeting() string {
	if w.to.person != nil {
		return "mail.greeting.person"
	}
	return "mail.greeting.company"
}

// said are the words that the letter passes on.
func (w *wording) said() string {
	switch pack := w.line.Package; {
	case w.m.kind == "handed" && pack != nil:
		return pack.Summary
	case w.m.kind == "received", w.m.kind == "reminder":
		return ""
	case w.m.kind == "declined":
		return w.line.Details["evidence"]
	case w.m.kind == "asked":
		return strings.Join(questionTexts(w.line.Details["questions"]), "\n")
	}
	return w.line.Text
}

func (w *wording) door() string {
	switch {
	case w.to.invited != nil:
		return "mail.open.guest"
	case w.m.asks():
		return "mail.open.request"
	}
	return "mail.open.case"
}

func (w *wording) why() string {
	switch {
	case w.to.invited != nil:
		return "mail.why.guest"
	case w.m.asks():
		return "mail.why.request"
	}
	return "mail.why.case"
}

// quoted marks the words of somebody.
func quoted(words string) string {
	return "> " + strings.ReplaceAll(strings.TrimSpace(words), "\n", "\n> ")
}

// questionTexts are the questions of an event in words.
func questionTexts(list string) (out []string) {
	var questions []wire.Question
	if json.Unmarshal([]byte(list), &questions) != nil {
		return nil // of a later program
	}
	for _, q := range questions {
		out = append(out, q.Text)
	}
	return out
}
