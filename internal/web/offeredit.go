package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/wire"
)

// editView is the form of an offer, as it was read or as it was typed.
type editView struct {
	offer   *wire.Offer
	version int64
	fault   mistakes
	changed bool // somebody else saved in between
	waiting []wire.OfferContact
}

func editOffer(v *visit) error {
	own, err := v.ownOffer()
	if err != nil {
		return err
	}
	return v.ok(editPage(v, editView{offer: withBlanks(own.offer), version: own.version, waiting: own.waiting}))
}

// ownOffer is an offer to edit, with the changes of its contacts that wait.
type ownOffer struct {
	offer   *wire.Offer
	version int64
	waiting []wire.OfferContact
}

// ownOffer reads an offer to edit; who may not is told before he types.
func (v *visit) ownOffer() (own ownOffer, err error) {
	id := v.r.PathValue("id")
	details, err := v.site.app.OfferDetails(v.ctx(), v.actor, id, v.lang())
	if err != nil {
		return own, err
	}
	if !details.May.Edit {
		return own, fault.New(fault.Denied, "denied.not-yours")
	}
	object, version, err := v.site.app.Get(v.ctx(), v.actor, directory.Offers, id)
	if err != nil {
		return own, err
	}
	return ownOffer{object.(*wire.Offer), version, waiting(details.Contacts)}, nil
}

// withBlanks adds an empty contact and link to fill in; the offer of the store
// is shared, so the form works on a copy.
func withBlanks(o *wire.Offer) *wire.Offer {
	out := *o
	out.Contacts = append(slices.Clone(o.Contacts), wire.Contact{})
	out.Links = append(slices.Clone(o.Links), wire.Link{})
	return &out
}

func saveOffer(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	own, err := v.ownOffer()
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "web.form.unreadable")
	}
	typed := readOffer(own.offer, form)
	err = v.do(there("/offers/"+typed.ID), func() (string, error) {
		_, err := v.site.app.Put(v.ctx(), v.actor, typed, &version)
		return typed.ID, err
	})
	wrong, again := rejected(err)
	if !again {
		return err
	}
	view := editView{offer: withBlanks(typed), version: version, fault: wrong, waiting: own.waiting}
	if wrong.fault.Kind == fault.Stale {
		view.version, view.changed = own.version, true // sending again means these words
	}
	return v.page(wire.Status(string(wrong.fault.Kind)), editPage(v, view))
}

// readOffer puts what was typed over the offer as it is stored; what the form
// does not show stays. An emptied contact or link is taken away.
func readOffer(stored *wire.Offer, form url.Values) *wire.Offer {
	out := *stored
	out.Name = readText(form, "name")
	out.Contacts, out.Links = nil, nil
	for i := range rows(form, "contacts") {
		at := "contacts[" + strconv.Itoa(i) + "]."
		c := wire.Contact{}
		if i < len(stored.Contacts) {
			c = stored.Contacts[i]
		}
		c.Role, c.Name, c.Email, c.Phone, c.URL = form.Get(at+"role"), trimmed(form, at+"name"), trimmed(form, at+"email"), trimmed(form, at+"phone"), trimmed(form, at+"url")
		c.Hours, c.TZ, c.Languages = trimmed(form, at+"hours"), trimmed(form, at+"tz"), form[at+"languages"]
		c.VisibleTo = readVisible(form, at, c.VisibleTo)
		if c.Name+c.Email+c.Phone+c.URL != "" {
			out.Contacts = append(out.Contacts, c)
		}
	}
	for i := range rows(form, "links") {
		at := "links[" + strconv.Itoa(i) + "]."
		l := wire.Link{}
		if i < len(stored.Links) {
			l = stored.Links[i]
		}
		l.Kind, l.URL, l.Lang, l.Title = form.Get(at+"kind"), trimmed(form, at+"url"), form.Get(at+"lang"), readText(form, at+"title")
		if l.URL != "" {
			out.Links = append(out.Links, l)
		}
	}
	return &out
}

// readVisible: all boxes of a contact empty and "own list" not chosen means the
// default of its role.
func readVisible(form url.Values, at string, was []string) []string {
	switch form.Get(at + "visible") {
	case "default":
		return nil
	case "list":
		return append([]string{}, form[at+"visible_to"]...)
	}
	return was
}

func trimmed(form url.Values, name string) string { return strings.TrimSpace(form.Get(name)) }

// rows is how many rows of a list the form carried, within reason.
func rows(form url.Values, list string) int {
	n, err := strconv.Atoi(form.Get(list + ".rows"))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, 100)
}

// readText reads one field per language.
func readText(form url.Values, name string) wire.Text {
	out := wire.Text{}
	for _, tag := range append([]string{""}, wire.Languages()...) {
		if text := trimmed(form, name+"."+orPlain(tag)); text != "" {
			out[tag] = text
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func orPlain(tag string) string {
	if tag == "" {
		return "plain"
	}
	return tag
}

// visibleKinds are those a contact may be shown to.
func visibleKinds() []string {
	return []string{wire.Customer, wire.Reseller, wire.Provider, wire.Operator}
}

// sees tells whether a list names a kind; "partner" means every one of them.
func sees(list []string, kind string) bool {
	return slices.Contains(list, kind) || slices.Contains(list, "partner") && (kind == wire.Reseller || kind == wire.Provider)
}

// contactLanguages are the languages to tick: ours, and those a contact names
// besides.
func contactLanguages(named []string) []string {
	out := wire.Languages()
	for _, tag := range named {
		if !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

func linkLanguages(v *visit, now string) []choice {
	out := []choice{{Text: v.T("web.edit.no-language")}}
	tags := wire.Languages()
	if now != "" && !slices.Contains(tags, now) {
		tags = append(tags, now)
	}
	for _, tag := range tags {
		out = append(out, choice{Value: tag, Text: languageName(v, tag)})
	}
	return out
}

// waysOf are the ways to reach a contact point that wait.
func waysOf(p *wire.PendingContact) []string {
	return slices.DeleteFunc([]string{p.Email, p.Phone, p.URL}, func(way string) bool { return way == "" })
}
