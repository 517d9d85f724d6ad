package directory

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"switchboard/internal/calendar"
	"switchboard/wire"
)

const (
	maxContacts = 50
	maxLinks    = 200
)

// support checks a company's support profile.
func (c *checker) support(path string, p *wire.Support) {
	if p == nil {
		return
	}
	c.line(in(path, "name"), p.Name, maxName)
	c.channels(path, p.Email, p.Phone, p.URL)
	c.hours(in(path, "hours"), p.Hours)
	c.zone(in(path, "tz"), p.TZ)
	if p.Holidays != "" {
		_, err := calendar.New(calendar.Spec{Holidays: p.Holidays})
		c.relay(in(path, "holidays"), err)
	}
	c.days(in(path, "closed"), p.Closed, func(day []string) calendar.Spec { return calendar.Spec{Closed: day} })
	c.days(in(path, "open"), p.Open, func(day []string) calendar.Spec { return calendar.Spec{Open: day} })
	c.languages(in(path, "languages"), p.Languages)
}

func (c *checker) days(path string, days []string, spec func([]string) calendar.Spec) {
	c.most(path, len(days), maxList)
	for i := range days {
		_, err := calendar.New(spec(days[i : i+1]))
		c.relay(at(path, i), err)
	}
}

// contacts checks contact points. Those of an offer have a role; the named
// callers of an agreement need none.
func (c *checker) contacts(list []wire.Contact, roles bool) {
	c.most("contacts", len(list), maxContacts)
	for i := range list {
		path := at("contacts", i)
		if roles {
			c.required(in(path, "role"), list[i].Role)
		}
		c.contact(path, &list[i])
	}
}

func (c *checker) contact(path string, p *wire.Contact) {
	c.word(in(path, "role"), p.Role, wire.ContactRoles())
	c.line(in(path, "name"), p.Name, maxName)
	c.channels(path, p.Email, p.Phone, p.URL)
	c.hours(in(path, "hours"), p.Hours)
	c.zone(in(path, "tz"), p.TZ)
	c.languages(in(path, "languages"), p.Languages)
	c.words(in(path, "visible_to"), p.VisibleTo, Readers())
	c.date(in(path, "verified"), p.Verified)
	c.date(in(path, "bounced"), p.Bounced)
	c.line(in(path, "verified_by"), p.VerifiedBy, maxName)
	c.line(in(path, "source"), p.Source, maxURL)
	c.atLeast(in(path, "unanswered"), p.Unanswered, 0)
	if p.Email == "" && p.Phone == "" && p.URL == "" {
		c.warn(path, "contact.missing", "role", p.Role)
	}
}

// Readers lists what a contact's or link's visible_to may name (spec 1
// sections 5 and 10); partner = reseller, provider and direct partner.
func Readers() []string {
	return []string{wire.Customer, wire.Reseller, wire.Provider, wire.DirectPartner, wire.Operator, "partner"}
}

func (c *checker) links(list []wire.Link) {
	c.most("links", len(list), maxLinks)
	for i := range list {
		path, l := at("links", i), &list[i]
		if c.required(in(path, "kind"), l.Kind) {
			c.word(in(path, "kind"), l.Kind, wire.LinkKinds())
		}
		if c.required(in(path, "url"), l.URL) {
			c.url(in(path, "url"), l.URL)
		}
		c.names(in(path, "title"), l.Title)
		c.language(in(path, "lang"), l.Lang)
		c.words(in(path, "visible_to"), l.VisibleTo, Readers())
	}
}

func (c *checker) channels(path, email, phone, link string) {
	c.email(in(path, "email"), email)
	c.line(in(path, "phone"), phone, maxWord)
	c.url(in(path, "url"), link)
}

func (c *checker) email(path, value string) {
	if value != "" && !ValidEmail(value) {
		c.wrong(path, "field.email-invalid", "value", clip(value))
	}
}

func (c *checker) url(path, value string) {
	if value != "" && !ValidURL(value) {
		c.wrong(path, "field.url-invalid", "value", clip(value))
	}
}

func (c *checker) hours(path, value string) {
	if value == "" {
		return
	}
	c.line(path, value, maxHours)
	_, err := calendar.New(calendar.Spec{Hours: value})
	c.relay(path, err)
}

func (c *checker) zone(path, value string) {
	if value == "" {
		return
	}
	_, err := calendar.New(calendar.Spec{Zone: value})
	c.relay(path, err)
}

// ValidEmail tells whether s is one bare e-mail address: local@domain, with a
// domain of two labels or more, of at most 254 bytes. Quoted local parts are
// not taken: nobody has one, and they hide a second address.
func ValidEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || len(local) > 64 || len(s) > 254 || !ValidDomain(domain) {
		return false
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return false
	}
	for _, r := range local {
		if r <= ' ' || r == 0x7F || r == utf8.RuneError || strings.ContainsRune(`"(),:;<>@[\]`, r) || r > 0x7F && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) {
			return false
		}
	}
	return true
}

// ValidDomain tells whether s is a host name of two labels or more, in ASCII
// or in letters of any script.
func ValidDomain(s string) bool {
	if len(s) > 253 || !strings.Contains(s, ".") {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
				return false
			}
		}
	}
	return true
}

// ValidURL tells whether s may become a link on a page: http, https or mailto,
// without a user name, which dresses one host up as another. Every other
// scheme could run something.
func ValidURL(s string) bool {
	if len(s) > maxURL || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>\"`\\", r) }) || !printable(s) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Hostname() != "" && u.User == nil && u.Opaque == ""
	case "mailto":
		return ValidEmail(u.Opaque)
	}
	return false
}
