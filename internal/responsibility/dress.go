package responsibility

import (
	"strconv"
	"time"

	"switchboard/internal/calendar"
	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Answer puts the decision into words, in the printer's language.
func (d *Decision) Answer(p *i18n.Printer) *wire.Answer {
	sc := d.sc
	a := &wire.Answer{
		Outcome: d.outcome, Topic: sc.q.Topic, At: sc.q.At.UTC(), Severity: sc.q.Severity,
		Topics:   sc.q.Suggested,
		Asker:    wire.Asker{Company: orNil(sc.q.Asker), As: sc.role},
		Model:    orNil(d.modelSeen()),
		Targets:  d.targets,
		Matched:  list(d.matched),
		Lost:     d.lost,
		Missing:  []string{},
		Notices:  []any{},
		Rules:    wire.RuleSet{ID: d.set.ID, Version: d.set.Version, Author: d.set.Author, Date: d.set.Date},
		Language: string(p.Lang()),
	}
	if sc.onBehalf {
		a.Asker.OnBehalfOf = orNil(sc.customer)
	}
	if sc.offer != nil {
		a.Offer = orNil(sc.offer.ID)
	}
	if sc.sub != nil && sc.missing != "subscription" {
		a.Subscription = orNil(sc.sub.ID)
	}
	w := wording{d: d, p: p}
	w.parties(a)
	w.reasons(a)
	w.questions(a)
	w.next(a)
	a.Summary = w.summary()
	a.Warnings = w.all(d.warnings)
	return a
}

// modelSeen: for a customer direct and indirect read alike.
func (d *Decision) modelSeen() string {
	m := d.sc.model
	if d.sc.role == wire.Customer && (m == wire.Direct || m == wire.Indirect) {
		return wire.PartnerModel
	}
	return m
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}

// contactPoint shows a door as the asker may see it.
func (d *Decision) contactPoint(p *point) *wire.ContactPoint {
	at := d.sc.q.At
	dr := p.door
	switch {
	case dr.contact != nil:
		c := dr.contact
		out := &wire.ContactPoint{Role: c.Role, Name: c.Name, Email: c.Email, Phone: c.Phone, URL: c.URL, Hours: c.Hours,
			TZ: c.TZ, Languages: c.Languages, Verified: orNil(c.Verified), Warnings: contactAge(c, at)}
		if owner := d.sc.s.Companies[d.sc.offer.Publisher]; out.TZ == "" && c.Hours != "" && owner != nil {
			out.TZ = owner.TZ // its hours are in the publisher's zone
		}
		setOpen(out, d.sc.s.ContactCalendar(d.sc.offer, c), at)
		return out
	case dr.profile != nil:
		s := dr.profile
		c := d.sc.s.Companies[p.id]
		out := &wire.ContactPoint{Role: dr.role, Name: s.Name, Email: s.Email, Phone: s.Phone, URL: s.URL, Hours: s.Hours,
			TZ: s.TZ, Languages: s.Languages, Warnings: []wire.Warning{}}
		if out.TZ == "" {
			out.TZ = c.TZ
		}
		cal := d.sc.s.Calendar(p.id)
		if s != c.Support {
			cal = directory.ProfileCalendar(c, s)
		}
		setOpen(out, cal, at)
		return out
	case dr.url != "":
		return &wire.ContactPoint{Role: dr.role, URL: dr.url, Warnings: []wire.Warning{}}
	}
	return nil
}

// setOpen: unknown hours stay unknown.
func setOpen(out *wire.ContactPoint, cal calendar.Calendar, at time.Time) {
	if !cal.Known() {
		return
	}
	open := cal.OpenAt(at)
	out.OpenNow = &open
	if open {
		if until, ok := cal.OpenUntil(at); ok {
			until = until.UTC()
			out.Until = &until
		}
		return
	}
	if opens, ok := cal.NextOpening(at); ok {
		opens = opens.UTC()
		out.Opens = &opens
	}
}

// contactAge: no date = unverified; age only warns, at 90 and 180 days (spec 1
// section 8).
func contactAge(c *wire.Contact, at time.Time) []wire.Warning {
	code := ""
	checked, err := time.Parse(time.DateOnly, c.Verified)
	switch days := int(at.Sub(checked).Hours() / 24); {
	case err != nil:
		code = "contact.unverified"
	case days > 180:
		code = "contact.stale"
	case days > 90:
		code = "contact.aging"
	default:
		return []wire.Warning{}
	}
	return []wire.Warning{{Code: code, Role: c.Role}}
}

// endOfNextMonth is the last instant of the month after an incident's.
func endOfNextMonth(at time.Time) time.Time {
	first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 2, 0).Add(-time.Second)
}

// ContactPoint shows a contact of an offer as it stands at an instant; who may
// read it is for the caller to decide.
func ContactPoint(s *directory.Snapshot, o *wire.Offer, c *wire.Contact, at time.Time) wire.ContactPoint {
	d := Decision{sc: &scene{q: Question{At: at}, s: s, offer: o}}
	return *d.contactPoint(&point{door: door{role: c.Role, contact: c}})
}

// ProfilePoint shows a support profile of a company as it stands at an instant.
func ProfilePoint(s *directory.Snapshot, company, role string, profile *wire.Support, at time.Time) wire.ContactPoint {
	d := Decision{sc: &scene{q: Question{At: at}, s: s}}
	return *d.contactPoint(&point{who: who{id: company}, door: door{role: role, profile: profile}})
}

// Freshness sums up the pulse of a contact point: fresh, aging, stale,
// unverified, or dead when it is skipped.
func Freshness(c *wire.Contact, at time.Time) string {
	if directory.Usable(c) != "" {
		return "dead"
	}
	for _, w := range contactAge(c, at) {
		return w.Code[len("contact."):]
	}
	return "fresh"
}

// ReachedLanguages lists the languages of the contact to turn to, its company's
// own last; empty when nobody is to be reached.
func (d *Decision) ReachedLanguages() []string {
	if d.reach == nil {
		return nil
	}
	var out []string
	if c := d.contactPoint(d.reach); c != nil {
		out = append(out, c.Languages...)
	}
	if c := d.sc.s.Companies[d.reach.id]; c != nil && c.Locale != "" {
		out = append(out, c.Locale)
	}
	return out
}

// OfferName is the offer's name in a language, else its id; "" without an offer.
func (d *Decision) OfferName(lang i18n.Lang) string {
	if d.sc.offer == nil {
		return ""
	}
	if name, _ := d.sc.offer.Name.In(string(lang)); name != "" {
		return name
	}
	return d.sc.offer.ID
}

// Subscription is the one that the question turned out to be about; nil when
// there is none.
func (d *Decision) Subscription() *wire.Subscription {
	if d.sc.missing == "subscription" {
		return nil
	}
	return d.sc.sub
}
