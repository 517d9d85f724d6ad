package responsibility

import (
	"switchboard/internal/directory"
	"switchboard/wire"
)

// setReach turns the rule's word into a company and a door.
func (d *Decision) setReach() {
	switch d.rule.Reach {
	case "partner", "partner/technical":
		d.reach = d.partnerPoint()
	case wire.Publisher:
		d.reach = d.listedPoint()
	case "publisher/support":
		d.reach = d.publisherPoint(wire.ContactSupport)
	case "publisher/program", "publisher/program-live":
		d.reach = d.publisherPoint(wire.ContactProgram)
	case "publisher/public":
		d.reach = d.publicPoint()
		if id := d.designated(); id != "" {
			d.matched = append(d.matched, wire.Match{Setting: "designated_support", Company: d.seen(d.partner(id)).id})
			d.reach = d.profilePoint(d.partner(id))
		}
	case "documents":
		d.reach = d.documentPoint()
	case "performer":
		d.reach = d.performerPoint()
	default:
		w := d.party(d.rule.Reach, d.sp.face)
		if w.kind == wire.Operator && w.id != d.sc.q.Asker {
			d.reach = d.operatorPoint()
		} else if w.id != "" {
			d.reach = d.profilePoint(w)
		}
	}
	if d.reach != nil && d.rule.Reach == "supporter" {
		d.matched = append(d.matched, wire.Match{Setting: "support_partner", Company: d.seen(d.reach.who).id, Statements: []string{"S15"}})
	}
}

// partnerPoint: redirect, designated contact, the split's face, in this order
// (a supporting partner has rules of its own).
func (d *Decision) partnerPoint() *point {
	sc := d.sc
	if d.redirect && d.rule.Reach == "partner/technical" {
		d.matched = append(d.matched, wire.Match{Setting: "redirect_technical", Company: d.seen(d.partner(d.sp.face)).id, Statements: []string{"S20"}})
		c := d.firstUsable(wire.ContactSupport, d.partnerSees)
		return &point{who{sc.offer.Publisher, wire.Publisher}, door{role: c.Role, contact: c}}
	}
	if sc.role == wire.Customer && technical[sc.q.Topic] && sc.sub != nil && sc.redirected(&d.sp) && d.rule.Reach == "partner/technical" {
		d.warnSkipped(wire.ContactSupport, d.partnerSees)
	}
	face := d.sp.face
	if id := d.designated(); id != "" {
		face = id
		d.matched = append(d.matched, wire.Match{Setting: "designated_support", Company: d.seen(d.partner(id)).id})
	}
	if face == "" {
		return nil // before the sale, with no partner known
	}
	if face == sc.q.Asker && sc.role == wire.Reseller {
		face = sc.provider // nobody is told to contact himself
	}
	if sc.role == wire.Reseller && sc.q.Asker == sc.supporter {
		face = sc.provider
	}
	return d.profilePoint(d.partner(face))
}

// designated: the designated support contact of a subscription sets reach
// only, for the technical topics; never money, never accountable.
func (d *Decision) designated() string {
	sc := d.sc
	if sc.sub == nil || sc.role != wire.Customer || !technical[sc.q.Topic] || sc.ended && sc.sub.DesignatedSupport == sc.sub.Reseller {
		return ""
	}
	return sc.sub.DesignatedSupport
}

// performerPoint: a provider is sent to the reseller where the split says that
// the reseller does the work, else to nobody but himself.
func (d *Decision) performerPoint() *point {
	if d.performs.id != "" && d.performs.id == d.sc.reseller {
		return d.profilePoint(d.performs)
	}
	return d.profilePoint(who{d.sc.q.Asker, d.sc.role})
}

func (d *Decision) profilePoint(w who) *point {
	p := &point{who: w}
	if c := d.sc.s.Companies[w.id]; c != nil && c.Support != nil {
		p.door = door{role: wire.ContactSupport, profile: c.Support}
	}
	return p
}

// operatorPoint: the operator has one door for partners and one for
// publishers (S21, S22).
func (d *Decision) operatorPoint() *point {
	p := d.profilePoint(who{d.operator(), wire.Operator})
	c := d.sc.s.Companies[p.id]
	if c == nil || c.EntryPoints == nil {
		return p
	}
	entry := c.EntryPoints.Partner
	if d.sc.role == wire.Publisher {
		entry = c.EntryPoints.Publisher
	}
	if d.sc.role != wire.Customer && entry != nil {
		p.door = door{role: wire.ContactSupport, profile: entry}
	}
	return p
}

// publisherPoint finds the publisher's contact that this asker may use, with
// the fallbacks of spec 1 section 8 when it is dead.
func (d *Decision) publisherPoint(role string) *point {
	sc := d.sc
	publisher := who{sc.offer.Publisher, wire.Publisher}
	switch {
	case sc.q.Asker == sc.offer.Publisher:
		return d.profilePoint(publisher)
	case sc.role == wire.Customer:
		return d.publicPoint()
	case sc.role == wire.Reseller && !d.sp.direct && role == wire.ContactSupport:
		return d.providerPoint() // papers need the provider's share alone
	}
	sees := func(c *wire.Contact) bool { return sc.viewer.SeesContact(sc.offer, c) }
	if c := d.firstUsable(role, sees); c != nil {
		d.warnSkippedBefore(c, sees)
		return &point{publisher, door{role: c.Role, contact: c}}
	}
	d.warnSkipped(role, sees)
	if sc.role == wire.Reseller {
		return d.providerPoint()
	}
	if d.rule.Reach == "publisher/program-live" {
		return d.operatorPoint() // for contact data only (S26)
	}
	return d.otherContact(role, sees)
}

// otherContact: provider or direct partner -> the other kind of contact -> the
// operator, for contact data only (S26).
func (d *Decision) otherContact(role string, sees func(*wire.Contact) bool) *point {
	publisher := who{d.sc.offer.Publisher, wire.Publisher}
	spare := wire.ContactProgram
	if role == wire.ContactProgram {
		spare = wire.ContactSupport
	}
	if c := d.firstUsable(spare, sees); c != nil {
		return &point{publisher, door{role: c.Role, contact: c}}
	}
	d.warn("contact.missing", publisher, role)
	if d.sc.role == wire.Operator {
		return d.profilePoint(publisher)
	}
	d.contactDataOnly = true
	return d.operatorPoint()
}

func (d *Decision) providerPoint() *point {
	if d.sc.provider == "" {
		return d.publicPoint() // a supporting partner of a customer that bought alone
	}
	return d.profilePoint(d.partner(d.sc.provider))
}

// listedPoint is the publisher itself, whoever stands between: by its support
// contact where the asker may read it, else by its public URL.
func (d *Decision) listedPoint() *point {
	sc := d.sc
	if sc.q.Asker != sc.offer.Publisher && sc.role != wire.Customer {
		sees := func(c *wire.Contact) bool { return sc.viewer.SeesContact(sc.offer, c) }
		if c := d.firstUsable(wire.ContactSupport, sees); c != nil {
			return &point{who{sc.offer.Publisher, wire.Publisher}, door{role: c.Role, contact: c}}
		}
		d.warnSkipped(wire.ContactSupport, sees)
	}
	return d.publicPoint()
}

// publicPoint is the publisher's public support URL; in full where the
// publisher lists the customer among the readers.
func (d *Decision) publicPoint() *point {
	sc := d.sc
	p := &point{who: who{sc.offer.Publisher, wire.Publisher}}
	if sc.q.Asker == sc.offer.Publisher {
		return d.profilePoint(p.who)
	}
	if doc := d.document(); doc != nil && d.rule != nil && d.rule.Reach == "publisher/public" && sc.q.Topic == wire.Documentation && sc.role == wire.Customer {
		p.door = door{role: doc.Kind, url: doc.URL}
		return p
	}
	sees := func(c *wire.Contact) bool {
		return sc.viewer.SeesContact(sc.offer, c)
	}
	if c := d.firstUsable(wire.ContactSupport, sees); c != nil && sc.role == wire.Customer && (d.rule == nil || d.rule.Also == "") {
		p.door = door{role: c.Role, contact: c}
		return p
	}
	if url := sc.s.PublicURL(sc.offer); url != "" {
		p.door = door{role: wire.ContactSupport, url: url}
		return p
	}
	if c := sc.s.Companies[sc.offer.Publisher]; c != nil && c.Support != nil && (d.rule == nil || d.rule.Also == "") {
		p.door = door{role: wire.ContactSupport, profile: c.Support}
		return p
	}
	d.warn("contact.missing", p.who, wire.ContactSupport)
	return p
}

// documentPoint: the published document itself, else the partner.
func (d *Decision) documentPoint() *point {
	if doc := d.document(); doc != nil {
		return &point{who{d.sc.offer.Publisher, wire.Publisher}, door{role: doc.Kind, url: doc.URL}}
	}
	return d.partnerPoint()
}

// document is the published document in the asker's language, else the first
// one that the asker may read.
func (d *Decision) document() *wire.Link {
	lang := d.sc.q.Lang
	if c := d.sc.s.Companies[d.sc.q.Asker]; c != nil && c.Locale != "" {
		lang = c.Locale
	}
	var first, english *wire.Link
	for i := range d.sc.offer.Links {
		l := &d.sc.offer.Links[i]
		if l.Kind != wire.LinkDocumentation || !d.sc.viewer.SeesLink(d.sc.offer, l) {
			continue
		}
		switch {
		case l.Lang == lang:
			return l
		case first == nil:
			first = l
		}
		if l.Lang == wire.DefaultLocale && english == nil {
			english = l
		}
	}
	if english != nil {
		return english
	}
	return first
}

// firstUsable is the first contact of a role that may be seen and works.
func (d *Decision) firstUsable(role string, sees func(*wire.Contact) bool) *wire.Contact {
	if d.sc.offer == nil {
		return nil
	}
	for i := range d.sc.offer.Contacts {
		c := &d.sc.offer.Contacts[i]
		if c.Role == role && directory.Usable(c) == "" && sees(c) {
			return c
		}
	}
	return nil
}

// warnSkipped names why each contact of a role that could be seen was skipped.
func (d *Decision) warnSkipped(role string, sees func(*wire.Contact) bool) {
	listed := false
	for i := range d.sc.offer.Contacts {
		c := &d.sc.offer.Contacts[i]
		listed = listed || c.Role == role
		if c.Role != role || !sees(c) {
			continue
		}
		if why := directory.Usable(c); why != "" {
			d.warn(why, d.party(wire.Publisher, ""), role)
		}
	}
	if !listed && role == wire.ContactSupport {
		d.warn("contact.missing", d.party(wire.Publisher, ""), role)
	}
}

func (d *Decision) warnSkippedBefore(used *wire.Contact, sees func(*wire.Contact) bool) {
	for i := range d.sc.offer.Contacts {
		c := &d.sc.offer.Contacts[i]
		if c == used {
			return
		}
		if c.Role == used.Role && sees(c) {
			d.warn(directory.Usable(c), d.party(wire.Publisher, ""), c.Role)
		}
	}
}
