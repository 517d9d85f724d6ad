package listing

import (
	"maps"
	"slices"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// Merge lays what a listing says over an object that is there already, so that
// importing a listing again loses nothing that people added: who may read a
// contact, when it was verified, its hours, the agreement, names in other
// languages. Both are *wire.Offer or both *wire.Company; a nil old gives listed.
// Neither is changed.
func Merge(old, listed any) any {
	switch l := listed.(type) {
	case *wire.Offer:
		if o, ok := old.(*wire.Offer); ok && o != nil {
			return mergeOffer(*o, l)
		}
	case *wire.Company:
		if o, ok := old.(*wire.Company); ok && o != nil {
			return mergeCompany(*o, l)
		}
	}
	return listed
}

// mergeCompany: a company knows more of itself than a listing does of it.
func mergeCompany(o wire.Company, l *wire.Company) *wire.Company {
	for _, kind := range l.Kinds {
		if !directory.Has(o.Kinds, kind) {
			o.Kinds = append(slices.Clone(o.Kinds), kind)
		}
	}
	if len(o.Name) == 0 {
		o.Name = l.Name
	}
	o.External = merged(l.External, o.External)
	return &o
}

func mergeOffer(o wire.Offer, l *wire.Offer) *wire.Offer {
	o.External = merged(o.External, l.External)
	o.Name = mergeName(o.Name, l.Name)
	o.Kind = orElse(l.Kind, o.Kind)
	o.License = orElse(l.License, o.License)
	o.Listing = orElse(l.Listing, o.Listing)
	o.Channel = orElse(l.Channel, o.Channel)
	o.Status = orElse(l.Status, o.Status)
	o.FirstParty = l.FirstParty
	o.Contacts = mergeContacts(o.Contacts, l.Contacts)
	o.Links = mergeLinks(o.Links, l.Links)
	return &o
}

// mergeName: a listing with one name without a language changes the same; it
// does not throw away translations.
func mergeName(o, l wire.Text) wire.Text {
	if _, plain := l[""]; plain && len(o) > 0 {
		if _, same := o[""]; !same {
			return o
		}
	}
	return merged(o, l)
}

// mergeContacts goes role by role in order. A contact whose e-mail, phone or
// URL changed is another one: nobody has verified it.
func mergeContacts(o, l []wire.Contact) []wire.Contact {
	var out []wire.Contact
	used := map[int]bool{}
	for _, c := range l {
		at := slices.IndexFunc(o, func(old wire.Contact) bool { return old.Role == c.Role })
		for at >= 0 && used[at] {
			next := slices.IndexFunc(o[at+1:], func(old wire.Contact) bool { return old.Role == c.Role })
			if at += next + 1; next < 0 {
				at = -1
			}
		}
		if at >= 0 {
			used[at] = true
			c = mergeContact(o[at], c)
		}
		out = append(out, c)
	}
	for i, old := range o {
		if !used[i] && !listedSource(old.Source) {
			out = append(out, old)
		}
	}
	return out
}

func mergeContact(o, l wire.Contact) wire.Contact {
	changed := o.Email != l.Email || o.Phone != l.Phone || o.URL != l.URL
	o.Name, o.Email, o.Phone, o.URL, o.Source = l.Name, l.Email, l.Phone, l.URL, l.Source
	if changed {
		o.Verified, o.VerifiedBy, o.Bounced, o.Unanswered = "", "", "", 0
	}
	return o
}

// listedSource: a contact that came of a listing goes when the listing drops it.
func listedSource(source string) bool {
	return directory.Has([]string{ProductIngestion, IngestionV1, Azpc, CSV, SaasSample}, source)
}

func mergeLinks(o, l []wire.Link) []wire.Link {
	out := slices.Clone(o)
	for _, link := range l {
		at := slices.IndexFunc(out, func(old wire.Link) bool { return old.Kind == link.Kind && old.URL == link.URL })
		if at < 0 {
			out = append(out, link)
		}
	}
	return out
}

// merged lays the entries of b over those of a.
func merged[M ~map[string]string](a, b M) M {
	if len(b) == 0 {
		return a
	}
	out := maps.Clone(a)
	if out == nil {
		out = M{}
	}
	maps.Copy(out, b)
	return out
}
