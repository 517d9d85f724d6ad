package app

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/internal/text"
	"switchboard/wire"
)

// cases is the noun of cases in outcomes and in the audit log.
const cases = "cases"

// OpenCase makes one case of a question: the answer to "who?" gives its route.
func (a *App) OpenCase(ctx context.Context, actor access.Actor, n wire.NewCase, lang i18n.Lang) (*wire.Case, error) {
	return a.openCase(ctx, actor, n, nil, lang)
}

// openCase opens a case together with the files that came with its question.
func (a *App) openCase(ctx context.Context, actor access.Actor, n wire.NewCase, files []Upload, lang i18n.Lang) (*wire.Case, error) {
	if err := mayWork(actor, access.OpenCases); err != nil {
		return nil, err
	}
	if err := cleanCase(&n); err != nil {
		return nil, err
	}
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	told := tells(n.Confirm).all(map[string]string{"subject": n.Subject, "text": n.Text}).files(files)
	for range mostDraws - 1 {
		c, err := a.openAs(ctx, actor, n, files, rules, told, a.chance(), lang)
		if f := fault.Of(err); f == nil || f.Code != "case.exists" { // the number was taken, whoever has it
			return c, err
		}
	}
	return a.openAs(ctx, actor, n, files, rules, told, a.chance(), lang)
}

// mostDraws is how often a number is drawn for a case: among a million cases one in ten
// thousand is taken.
const mostDraws = 8

// openAs opens a case under the number that was drawn.
func (a *App) openAs(ctx context.Context, actor access.Actor, n wire.NewCase, files []Upload, rules *responsibility.Rules, told *telling, drawn casework.Chance, lang i18n.Lang) (*wire.Case, error) {
	return a.change(ctx, actor, func(tx *store.Tx) (*ready, error) {
		route, err := a.route(tx, actor, n, rules)
		if err != nil {
			return nil, err
		}
		if err := access.Need(actor, access.OpenCases, route.Topic); err != nil {
			return nil, err
		}
		open := openOf(route, n, actor)
		open.Number = casework.Number(binary.BigEndian.Uint64(drawn.Seed[:8]))
		if open.Follows, err = followed(tx, actor, n.Follows); err != nil {
			return nil, err
		}
		d, err := a.desk(tx, &casework.Case{Route: open.Route, Hidden: open.Route.Hidden(), Customer: open.Customer, Offer: open.Offer, Subscription: open.Subscription, Severity: open.Severity}, rules)
		if err != nil {
			return nil, err
		}
		c, events, err := d.decide(nil, open, by(actor, n.Via, n.Requester), tx.Now(), drawn, lang)
		if err != nil {
			return nil, err
		}
		c, more, err := d.attach(c, by(actor, "", ""), tx.Now(), parcel{files: files, audience: audience(c, actor.Company, []string{"all"})}, drawn, lang)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
		if err := told.leaves(events, c, actor.Company); err != nil {
			return nil, err
		}
		return d.ready(nil, c, events, d.view(c, actor.Company, lang, tx.Now()))
	})
}

// mayWork: case work is done for a company by somebody who may. A role may be
// limited to some topics: those of a case are asked when it is known.
func mayWork(actor access.Actor, ability access.Ability) error {
	switch {
	case actor.Company == "":
		return fault.New(fault.Denied, "case.no-company")
	case access.MaySome(actor, ability):
		return nil
	}
	return access.Need(actor, ability)
}

// mayWorkOnOne is mayWork for what is about one case: there a guest may work as
// well, and seeCase holds that it is the guest's own.
func mayWorkOnOne(actor access.Actor, ability access.Ability) error {
	if actor.Case != "" {
		return access.NeedOn(actor, ability, actor.Case, "")
	}
	return mayWork(actor, ability)
}

// chance is drawn once per request; a second run of its transaction draws the
// same.
func chance() (out casework.Chance) {
	rand.Read(out.Seed[:]) // never fails (crypto/rand)
	return out
}

var short = base32.StdEncoding.WithPadding(base32.NoPadding)

// handoffID names a handoff by its case and 40 drawn bits; a count would tell
// of handoffs that the reader does not see.
func handoffID(number string) string {
	raw := make([]byte, 5)
	rand.Read(raw)
	return number + "-" + strings.ToLower(short.EncodeToString(raw))
}

// caseOf is the case of a handoff.
func caseOf(handoff string) string {
	number, _, _ := strings.Cut(handoff, "-")
	return number
}

func by(actor access.Actor, via, onBehalf string) casework.By {
	out := casework.By{Company: actor.Company, Person: actor.Person, Via: string(actor.Via)}
	if via == "phone" || via == "chat" { // logged by a person for the caller
		out.Via, out.OnBehalf = via, onBehalf
	}
	return out
}

func cleanCase(n *wire.NewCase) error {
	for _, f := range []struct {
		name string
		text *string
		most int
	}{{"subject", &n.Subject, mostLine}, {"text", &n.Text, mostText}, {"requester", &n.Requester, mostLine}} {
		if err := clean(f.name, f.text, f.most); err != nil {
			return err
		}
	}
	if err := cleanCaller(n.Via, &n.Requester); err != nil {
		return err
	}
	return language(&n.Lang, n.Text)
}

// route asks who answers; a case is opened only of a question that has one.
func (a *App) route(tx *store.Tx, actor access.Actor, n wire.NewCase, rules *responsibility.Rules) (responsibility.Route, error) {
	ask := Ask{Text: n.Subject + "\n" + n.Text, Offer: n.Offer, Subscription: n.Subscription, Customer: n.Customer, Topic: n.Topic, Severity: n.Severity, About: n.About}
	q, err := a.question(actor, ask)
	if err != nil {
		return responsibility.Route{}, err
	}
	q.Asker, q.At = actor.Company, tx.Now().Truncate(time.Second)
	if err := mayNameCustomer(tx, actor, q); err != nil {
		return responsibility.Route{}, err
	}
	s, err := around(tx, &q, actor)
	if err != nil {
		return responsibility.Route{}, err
	}
	if err := readText(&q, s, ask.Text); err != nil {
		return responsibility.Route{}, err
	}
	if q.Topic == "" {
		q.Topic = wire.Other // triage is the partner's (S16)
	}
	d, err := responsibility.Decide(q, s, rules)
	if err != nil {
		return responsibility.Route{}, err
	}
	return d.Route(), decided(d)
}

func decided(d *responsibility.Decision) error {
	switch outcome, missing := d.Outcome(); outcome {
	case wire.Unclear:
		return fault.New(fault.Invalid, "case.unclear", "missing", missing)
	case wire.OutOfScope:
		return fault.New(fault.Conflict, "case.out-of-scope")
	}
	return nil
}

func openOf(r responsibility.Route, n wire.NewCase, actor access.Actor) casework.Open {
	route := casework.Route{Sponsor: r.Sponsor, Performs: r.Performs, HideProvider: r.HideProvider, PublisherDirect: r.PublisherDirect, Reasons: r.Statements, Rules: r.Rules}
	for _, stop := range r.Chain {
		route.Chain = append(route.Chain, casework.Link{Company: stop.Company, As: stop.Kind})
	}
	requester := casework.Requester{Company: actor.Company, Person: n.Requester}
	if requester.Person == "" {
		requester.Person = actor.Person
	}
	return casework.Open{Route: route, Customer: r.Customer, Requester: requester, Offer: r.Offer, Subscription: r.Subscription, Topic: r.Topic,
		Severity: r.Severity, Lang: n.Lang, Subject: n.Subject, Text: n.Text, Test: n.Test}
}

// followed finds the earlier case, which the actor must be able to see.
func followed(tx *store.Tx, actor access.Actor, number string) (string, error) {
	if number == "" {
		return "", nil
	}
	c, err := seeCase(tx, actor, number)
	if err != nil {
		return "", err
	}
	return c.Number, nil
}

// seeCase is the one door to a case: for a company that is not on it there is
// none, whatever its number (invariant 6).
func seeCase(tx *store.Tx, actor access.Actor, number string) (*casework.Case, error) {
	missing := fault.New(fault.NotFound, "not-found.case", "id", text.Typed(number))
	plain, ok := casework.ValidNumber(number)
	if !ok {
		return nil, missing
	}
	c, err := tx.Case(plain)
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			return nil, missing
		}
		return nil, err
	}
	if actor.Company == "" || c.Bit(actor.Company) < 0 || actor.Case != "" && actor.Case != c.Number {
		return nil, missing
	}
	return c, access.NeedOn(actor, access.OpenCases, c.Number, c.Topic)
}

// look is every read of a case: see it, with what the directory says around it.
func (a *App) look(ctx context.Context, actor access.Actor, number string, show func(*store.Tx, *casework.Case, *desk) error) error {
	if err := mayWorkOnOne(actor, access.OpenCases); err != nil {
		return err
	}
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return err
	}
	return a.store.View(ctx, func(tx *store.Tx) error {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return err
		}
		if c, err = asLeft(tx, c, actor.Company); err != nil {
			return err
		}
		d, err := a.desk(tx, c, rules)
		if err != nil {
			return err
		}
		return show(tx, c, d)
	})
}

// asLeft is a case as it stood when a company left it: it keeps what it has
// read, and learns nothing new.
func asLeft(tx *store.Tx, c *casework.Case, company string) (*casework.Case, error) {
	if !c.Party(company).Left {
		return c, nil
	}
	events, err := tx.CaseEvents(c.Number, 0)
	if err != nil {
		return nil, err
	}
	return casework.Fold(casework.Until(events, c.Bit(company)))
}

// tellingOf is the instant for which a company is told about a case: now, or
// when it left.
func tellingOf(c *casework.Case, company string, now time.Time) time.Time {
	if c.Party(company).Left {
		return c.At
	}
	return now
}

// Case shows a case to a company on it.
func (a *App) Case(ctx context.Context, actor access.Actor, number string, lang i18n.Lang) (out *wire.Case, err error) {
	return a.CaseWith(ctx, actor, number, With{}, lang)
}

// Timeline is what a company may read of a case after its own number n.
func (a *App) Timeline(ctx context.Context, actor access.Actor, number string, after int64, lang i18n.Lang) (out []wire.CaseEvent, err error) {
	err = a.look(ctx, actor, number, func(tx *store.Tx, c *casework.Case, d *desk) error {
		lines, err := d.timeline(tx, c, actor.Company, lang)
		out = lines[min(max(0, after), int64(len(lines))):] // its own numbers have no gap
		return err
	})
	return out, err
}

// work is every change of a case: see it, hold the version against what the
// caller has read, decide, write.
func (a *App) work(ctx context.Context, actor access.Actor, number string, w step, lang i18n.Lang) (*wire.Case, error) {
	decide, err := a.decider(ctx, actor, number, w, lang)
	if err != nil {
		return nil, err
	}
	return a.change(ctx, actor, decide)
}

// decider is what a step comes to, decided on the data of a transaction; it may
// be asked more than once.
func (a *App) decider(ctx context.Context, actor access.Actor, number string, w step, lang i18n.Lang) (func(*store.Tx) (*ready, error), error) {
	if err := mayWorkOnOne(actor, w.needs); err != nil {
		return nil, err
	}
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	drawn := chance()
	return func(tx *store.Tx) (*ready, error) {
		c, err := seeCase(tx, actor, number)
		if err != nil {
			return nil, err
		}
		if err := access.NeedOn(actor, w.needs, c.Number, c.Topic); err != nil {
			return nil, err
		}
		version := c.Party(actor.Company).N
		if w.version != nil && *w.version != version {
			return nil, fault.New(fault.Stale, "case.changed", "case", c.Number)
		}
		if err := w.held.unmoved(tx, c, actor); err != nil {
			return nil, err
		}
		cmd, err := w.make(tx, c)
		if err != nil {
			return nil, err
		}
		d, err := a.desk(tx, c, rules)
		if err != nil {
			return nil, err
		}
		at := w.held.pressed(tx.Now())
		moved, events, err := d.decide(c, cmd, by(actor, w.via, w.onBehalf), at, drawn, lang)
		if err != nil {
			return nil, err
		}
		if w.with != nil {
			var more []casework.Event
			if moved, more, err = d.attach(moved, by(actor, w.via, w.onBehalf), at, w.with(), drawn, lang); err != nil {
				return nil, err
			}
			events = append(events, more...)
		}
		if err := w.told.leaves(events, moved, actor.Company); err != nil {
			return nil, err
		}
		shown, err := d.shown(tx, moved, events, actor.Company, lang, tx.Now())
		if err != nil {
			return nil, err
		}
		r, err := d.ready(c, moved, events, shown)
		if err != nil {
			return nil, err
		}
		r.sent, r.held, r.read = w.sent, w.held, version
		r.invites, err = invitations(tx, d, moved, events)
		return r, err
	}, nil
}

// step is one verb on its way to the ledger.
type step struct {
	needs         access.Ability
	version       *int64 // that the caller has read; nil = whatever it is
	via, onBehalf string
	make          func(*store.Tx, *casework.Case) (casework.Command, error)
	with          func() parcel // files that come with it; asked after make
	told          *telling      // what it tells that looks like a secret
	sent          DraftKey      // the draft whose words these are; zero = none
	held          *heldCommand  // the command of the desk that this is at last; nil = it did not wait
}

// always is a command that needs nothing but the caller's words.
func always(cmd casework.Command) func(*store.Tx, *casework.Case) (casework.Command, error) {
	return func(*store.Tx, *casework.Case) (casework.Command, error) { return cmd, nil }
}
