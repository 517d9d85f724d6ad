package app

import (
	"context"
	"slices"
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

// Recipient is the company that would hold a case of this question first: the
// one that faces the customer, or the asker itself for its own dealings. It is
// told to the customer and to that company.
func (a *App) Recipient(ctx context.Context, actor access.Actor, ask Ask) (string, error) {
	if err := mayWork(actor, access.OpenCases); err != nil {
		return "", err
	}
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return "", err
	}
	d, err := a.decide(ctx, actor, ask, rules)
	if err != nil {
		return "", err
	}
	route := d.Route()
	if err := access.Need(actor, access.OpenCases, route.Topic); err != nil {
		return "", err
	}
	if actor.Company != route.Customer && actor.Company != route.Sponsor {
		// For others its name may be hidden, and they hand cases over instead.
		return "", fault.New(fault.Denied, "denied.not-a-party")
	}
	return route.Sponsor, decided(d)
}

// SendQuestion opens a case of a question with the files that came with it.
func (a *App) SendQuestion(ctx context.Context, actor access.Actor, n wire.NewCase, files []Upload, lang i18n.Lang) (*wire.Case, error) {
	return a.openCase(ctx, actor, n, files, lang)
}

// Reply is what the side that asked says on the page of its request. Verb is
// message, confirm, reject, close (it works) or reopen.
type Reply struct {
	Verb  string
	Text  string
	Files []Upload

	Confirm string // as in wire.NewMessage
}

// Reply writes it in one transaction. It reaches everybody whose name the asker
// may know; while a question waits for the asker, those who read the question
// (spec 2 section 5: an answer inherits the audience of what it answers).
func (a *App) Reply(ctx context.Context, actor access.Actor, number string, r Reply, lang i18n.Lang) (*wire.Case, error) {
	if err := clean("text", &r.Text, mostText); err != nil {
		return nil, err
	}
	var words string
	if err := language(&words, r.Text); err != nil {
		return nil, err
	}
	var with parcel
	w := step{needs: access.WorkCases, with: func() parcel { return with }, told: tells(r.Confirm).words("text", r.Text).files(r.Files)}
	w.make = func(tx *store.Tx, c *casework.Case) (cmd casework.Command, err error) {
		if c.Customer != actor.Company { // this page is for the side that asked
			return nil, fault.New(fault.NotFound, "not-found.case", "id", text.Typed(number))
		}
		if with.answers, err = waitingFor(tx, c); err != nil {
			return nil, err
		}
		if with.audience = nil; with.answers == 0 {
			with.audience = audience(c, c.Customer, []string{"all"})
		}
		cmd, with.files, err = r.command(words, with)
		return cmd, err
	}
	return a.work(ctx, actor, number, w, lang)
}

// command is what the verb means to the ledger, and the files that come after it.
func (r Reply) command(lang string, to parcel) (casework.Command, []Upload, error) {
	switch r.Verb {
	case casework.VerbConfirm:
		return casework.Confirm{Text: r.Text, Lang: lang}, r.Files, nil
	case casework.VerbReject:
		return casework.Reject{Text: r.Text, Lang: lang}, r.Files, nil
	case casework.VerbClose:
		return casework.Close{Reason: casework.Confirmed, Text: r.Text, Lang: lang}, r.Files, nil
	case casework.VerbReopen:
		return casework.Reopen{Text: r.Text, Lang: lang}, r.Files, nil
	case casework.VerbMessage:
	default:
		return nil, nil, fault.New(fault.NotFound, "not-found.verb", "verb", r.Verb)
	}
	if r.Text == "" && len(r.Files) > 0 { // a picture says enough
		return r.Files[0].command(to.audience, to.answers), r.Files[1:], nil
	}
	return casework.Say{Text: r.Text, Lang: lang, Audience: to.audience, Answers: to.answers}, r.Files, nil
}

// waitingFor are the readers of the question that waits for the customer; 0 =
// none does.
func waitingFor(tx *store.Tx, c *casework.Case) (casework.Bits, error) {
	if c.State != casework.Waiting {
		return 0, nil
	}
	events, err := tx.SeenEvents(c.Number, c.Bit(c.Customer))
	if err != nil {
		return 0, err
	}
	for _, e := range slices.Backward(events) {
		if e.Open["wait"] != "" {
			return casework.ByNow(events, e).Readers, nil
		}
	}
	return 0, nil
}

// Request is a case as the page of its request shows it to one company on it,
// masked already.
type Request struct {
	*wire.Case
	Lines   []wire.CaseEvent
	AskedBy string            // the name of the requester, for the own company
	Zones   map[string]string // IANA zone of each company that the reader may know
	Asks    bool              // the reader is of the side that asked
	Person  string            // how the reader is called here; "" = by the session
	Due     *time.Time        // by when the next word was promised
	By      *wire.Party       // by whom
	Readers []wire.Party      // who will read a reply
	Contact *wire.ContactPoint
	Until   *time.Time // until when a closed case can be opened again; nil = not any more
	Links   []GuestLink
	Product wire.Text // the offer's name

	ContactName string // how the contact is called to whom a handoff was sent; for its guest alone
}

// Request gives the page of a request. Who is not on the case finds none.
func (a *App) Request(ctx context.Context, actor access.Actor, number string, lang i18n.Lang) (*Request, error) {
	var out *Request
	err := a.look(ctx, actor, number, func(tx *store.Tx, c *casework.Case, d *desk) error {
		now := tellingOf(c, actor.Company, a.now())
		shown, err := d.shown(tx, c, nil, actor.Company, lang, now)
		if err != nil {
			return err
		}
		out = &Request{Case: shown, Asks: c.Customer == actor.Company}
		if actor.Case != "" {
			out.Person = actor.Person
		}
		return out.fill(tx, c, d, actor, lang)
	})
	return out, err
}

func (r *Request) fill(tx *store.Tx, c *casework.Case, d *desk, actor access.Actor, lang i18n.Lang) error {
	events, err := tx.SeenEvents(c.Number, c.Bit(actor.Company))
	if err != nil {
		return err
	}
	for _, l := range casework.View(events, c.Bit(actor.Company)) {
		r.Lines = append(r.Lines, d.line(c, l, actor.Company, lang))
	}
	if err := nameSigners(tx, r.Lines); err != nil {
		return err
	}
	if r.Requester != "" {
		names, err := tx.PersonNames([]string{r.Requester})
		if err != nil {
			return err
		}
		r.AskedBy = names[r.Requester]
	}
	r.Zones = map[string]string{}
	for _, p := range r.Companies {
		if known := d.world.Companies[p.Company]; known != nil {
			r.Zones[p.Company] = known.TZ
		}
	}
	if offer := d.world.Offers[c.Offer]; offer != nil {
		r.Product = offer.Name
	}
	r.nextWord(c, d, actor.Company, lang)
	if until := c.Ended.Add(casework.ReopenFor); c.State == casework.Closed && !tx.Now().After(until) {
		r.Until = &until
	}
	if actor.Invited {
		r.ContactName = d.invitedName(c, actor.Company)
	}
	if !r.Asks {
		return nil // who faces the asker may be hidden from others, and so is its desk
	}
	r.Contact = d.sponsorContact(c, tx.Now())
	answers, err := waitingFor(tx, c)
	if err != nil {
		return err
	}
	r.Readers = d.readers(c, actor.Company, answers, lang)
	if actor.Case == "" {
		r.Links, err = tx.GuestLinks(c.Number, actor.Company)
	}
	return err
}

// nextWord is the earliest word that was promised, of those that the reader may
// look at.
func (r *Request) nextWord(c *casework.Case, d *desk, viewer string, lang i18n.Lang) {
	for _, k := range d.seenClocks(c, viewer) {
		first := k.Kind == casework.ClockFirstResponse || k.Kind == casework.ClockNextUpdate
		if first && k.Running() && !k.Paused() && !k.Due.IsZero() && (r.Due == nil || k.Due.Before(*r.Due)) {
			r.Due, r.By = optional(k.Due), d.party(c, k.Company, viewer, lang)
		}
	}
}

// readers are the companies that would read a reply.
func (d *desk) readers(c *casework.Case, own string, answers casework.Bits, lang i18n.Lang) (out []wire.Party) {
	names := audience(c, own, []string{"all"})
	if answers != 0 {
		names = c.Audience(casework.Event{Readers: answers}, own)
	}
	for _, name := range names {
		if name != own {
			out = append(out, *d.party(c, name, own, lang))
		}
	}
	return out
}

// sponsorContact is the support desk of the partner that faces the customer; a
// publisher's and the marketplace's contacts are shown where the answer is.
func (d *desk) sponsorContact(c *casework.Case, at time.Time) *wire.ContactPoint {
	sponsor := d.world.Companies[c.Route.Sponsor]
	if sponsor == nil || sponsor.Support == nil || !access.IsPartner(access.Actor{Kinds: sponsor.Kinds}) {
		return nil
	}
	point := responsibility.ProfilePoint(d.world, sponsor.ID, wire.ContactSupport, sponsor.Support, at)
	point.Warnings = nil
	return &point
}
