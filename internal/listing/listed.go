package listing

import (
	"slices"
	"strings"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// listed is an offer on its way from a listing into the world.
type listed struct {
	line          int
	publisherID   string
	publisherName string
	offerID       string
	offer         wire.Offer
	warnings      []directory.Problem
}

func (l *listed) warn(path, code string, args ...any) {
	l.warnings = append(l.warnings, directory.Problem{Path: path, Code: code, Args: fault.New(fault.Invalid, code, args...).Args, Warning: true})
}

func (l *listed) external(key, id string) {
	if id == "" {
		return
	}
	if l.offer.External == nil {
		l.offer.External = wire.External{}
	}
	l.offer.External[key] = id
}

// name sets the offer's name in a language; "" when the language is not stated.
func (l *listed) name(lang, title string) {
	title = value(title)
	if title == "" {
		return
	}
	if l.offer.Name == nil {
		l.offer.Name = wire.Text{}
	}
	if _, taken := l.offer.Name[lang]; !taken {
		l.offer.Name[lang] = title
	}
}

// contact adds a contact point unless it says nothing or is there already.
func (l *listed) contact(role, name, email, number, link, source string) {
	c := wire.Contact{Role: role, Name: value(name), Phone: phone(number), Source: source}
	c.Email = l.email(role, email)
	if directory.ValidEmail(value(link)) && c.Email == "" {
		c.Email = value(link)
	} else {
		c.URL = l.url(role, link)
	}
	if c.Name == "" && c.Email == "" && c.Phone == "" && c.URL == "" {
		return
	}
	same := func(old wire.Contact) bool {
		return old.Role == c.Role && old.Name == c.Name && old.Email == c.Email && old.Phone == c.Phone && (old.URL == c.URL || c.URL == "")
	}
	if !slices.ContainsFunc(l.offer.Contacts, same) {
		l.offer.Contacts = append(l.offer.Contacts, c)
	}
}

// supportURL is the address of a support page that stands apart from the
// support contact: it becomes its URL, or a contact of its own.
func (l *listed) supportURL(link, source string) {
	link = l.url(wire.ContactSupport, link)
	if link == "" {
		return
	}
	for i := range l.offer.Contacts {
		if c := &l.offer.Contacts[i]; c.Role == wire.ContactSupport {
			if c.URL == "" {
				c.URL = link
			}
			return
		}
	}
	l.offer.Contacts = append([]wire.Contact{{Role: wire.ContactSupport, URL: link, Source: source}}, l.offer.Contacts...)
}

// email takes the first address of a field that may hold several.
func (l *listed) email(role, field string) string {
	field = value(field)
	parts := strings.FieldsFunc(field, func(r rune) bool { return strings.ContainsRune(";, <>", r) })
	for _, part := range parts {
		if address := strings.TrimPrefix(part, "mailto:"); directory.ValidEmail(address) {
			return address
		}
	}
	if field != "" {
		l.warn("contacts", "listing.dropped", "field", role+" e-mail", "value", clip(field))
	}
	return ""
}

// url takes an address as people write it, with or without https://.
func (l *listed) url(what, field string) string {
	field = value(field)
	if field == "" || directory.ValidURL(field) {
		return field
	}
	host, _, _ := strings.Cut(field, "/")
	if !strings.Contains(host, ":") && directory.ValidDomain(host) && directory.ValidURL("https://"+field) {
		return "https://" + field
	}
	l.warn("contacts", "listing.dropped", "field", what+" URL", "value", clip(field))
	return ""
}

// link adds a document or page.
func (l *listed) link(kind, address, title, lang string) {
	address = value(address)
	if address == "" {
		return
	}
	if address = l.url(kind, address); address == "" {
		return
	}
	for _, old := range l.offer.Links {
		if old.Kind == kind && old.URL == address {
			return
		}
	}
	entry := wire.Link{Kind: kind, URL: address, Lang: lang}
	if title = value(title); title != "" {
		entry.Title = wire.Text{lang: title}
	}
	l.offer.Links = append(l.offer.Links, entry)
}

// generalLink guesses what a "useful link" is for by the words in it. What says
// nothing is documentation: those links are shown to customers.
func (l *listed) generalLink(address, title, lang string) {
	words := strings.ToLower(title + " " + address)
	kind := wire.LinkDocumentation
	for _, guess := range []struct{ kind, words string }{
		{wire.LinkPrivacy, "privacy"}, {wire.LinkTerms, "terms eula license"}, {wire.LinkStatus, "status. /status health"},
		{wire.LinkTraining, "training academy course"}, {wire.LinkCollateral, "brochure datasheet data-sheet collateral whitepaper deck"},
	} {
		if slices.ContainsFunc(strings.Fields(guess.words), func(w string) bool { return strings.Contains(words, w) }) {
			kind = guess.kind
			break
		}
	}
	l.link(kind, address, title, lang)
}

// channel maps the states of the reseller channel, old and new.
func (l *listed) channel(state string, audience int) {
	switch key(strings.TrimSpace(state)) { // not value: none is a state here
	case "", "notset":
		return // as if nothing was said: every partner may sell
	case "none", "disabled", "optout":
		l.offer.Channel = "none"
	case "some", "partialoptin", "specific":
		l.offer.Channel = "some"
		if audience > 0 { // tenants of the marketplace, not companies of this world
			l.warn("audience", "listing.audience", "count", audience)
		}
	case "all", "optin", "enabled", "any":
		l.offer.Channel = "all"
	case "terminated":
		l.offer.Channel = "terminated"
	default:
		l.warn("channel", "listing.dropped", "field", "resellerChannelState", "value", clip(value(state)))
	}
}

// kinds of offers by the names that the formats use, spelled by key and without
// a leading azure.
var kinds = map[string]string{
	"saas": wire.Saas, "softwareasaservice": wire.Saas,
	"vm": wire.VirtualMachine, "virtualmachine": wire.VirtualMachine, "corevirtualmachine": wire.VirtualMachine,
	"application": wire.AzureApplication, "app": wire.AzureApplication, "solutiontemplate": wire.AzureApplication, "applicationsolutiontemplate": wire.AzureApplication,
	"managedapplication": wire.ManagedApplication, "applicationmanaged": wire.ManagedApplication, "managedapp": wire.ManagedApplication,
	"container": wire.Container, "kubernetes": wire.Container, "kubernetesapplication": wire.Container,
}

// kind sets the kind of the offer by a word of the format. An unknown one stays
// unset, which reads as saas, with a warning.
func (l *listed) kind(word string) {
	word = value(word)
	known, ok := kinds[strings.TrimPrefix(key(word), "azure")]
	switch {
	case ok:
		l.offer.Kind = known
	case word != "" && l.offer.Kind == "":
		l.warn("kind", "listing.kind-unknown", "value", clip(word))
	}
}

// key spells the name of a field in one way: externalID = external_id.
func key(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '_' || r == '-' || r == ' ' || r == '.':
			return -1
		}
		return r
	}, s)
}

func clip(s string) string {
	if runes := []rune(s); len(runes) > 64 {
		return string(runes[:64]) + "…"
	}
	return s
}
