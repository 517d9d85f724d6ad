package listing

import (
	"strings"

	"switchboard/wire"
)

// ingestionV1 reads products, listings and reseller settings of the older
// Partner Center API. The listings of a document are one offer in several
// languages, unless each stands inside its own product.
func (c *collector) ingestionV1(root *tree) error {
	var products []*tree
	root.walk(func(t *tree) bool {
		if isProductV1(t) {
			products = append(products, t)
		}
		return false
	})
	if len(products) < 2 {
		products = []*tree{root}
	}
	for _, p := range products {
		l := &listed{line: p.line}
		found := false
		p.walk(func(t *tree) bool {
			found = l.partV1(t) || found
			return false
		})
		if !found {
			continue
		}
		if err := c.take(l); err != nil {
			return err
		}
	}
	if len(c.outcomes) == 0 {
		c.refuse(root.line, "listing.no-offer")
	}
	return nil
}

func isProductV1(t *tree) bool {
	return t.get("externalIds") != nil
}

// partV1 takes over what an object says; false when it is none of ours.
func (l *listed) partV1(t *tree) bool {
	switch {
	case isProductV1(t):
		l.productV1(t)
		return true
	case t.get("listingContacts", "listingUris") != nil:
		l.listingV1(t)
		return true
	case t.get("resellerChannelState") != nil:
		l.channel(t.str("resellerChannelState"), len(t.get("tenantIds").items()))
	}
	return false
}

func (l *listed) productV1(t *tree) {
	for _, id := range t.get("externalIds").items() {
		switch key(id.str("type")) {
		case "azureofferid", "offerid":
			l.offerID = value(id.str("value"))
		case "azurepublisherid", "publisherid":
			l.publisherID = value(id.str("value"))
		}
	}
	l.external("productId", value(t.str("id")))
	l.kind(t.str("resourceType"))
	l.publisherName = orElse(l.publisherName, value(t.str("publisherName", "publisherDisplayName")))
	l.name("", t.str("name"))
}

func (l *listed) listingV1(t *tree) {
	lang := tag(t.str("languageCode", "languageId", "language"))
	if title := value(t.str("title", "name")); title != "" {
		delete(l.offer.Name, "")
		l.name(lang, title)
	}
	l.publisherID = orElse(l.publisherID, value(t.str("publisherId")))
	l.publisherName = orElse(l.publisherName, value(t.str("publisherName", "publisherDisplayName")))
	l.offerID = orElse(l.offerID, value(t.str("offerId", "externalId")))
	for _, contact := range t.get("listingContacts").items() {
		l.contactV1(contact, IngestionV1)
	}
	for _, link := range t.get("listingUris").items() {
		l.linkV1(link, lang, IngestionV1)
	}
}

// contactV1: CustomerSupport, Engineering, ChannelManager (= csp-program).
func (l *listed) contactV1(c *tree, source string) {
	role := ""
	switch key(c.str("type")) {
	case "customersupport", "support":
		role = wire.ContactSupport
	case "engineering":
		role = wire.ContactEngineering
	case "channelmanager", "csp", "cspprogram", "cloudsolutionprovider":
		role = wire.ContactProgram
	default:
		l.warn("contacts", "listing.dropped", "field", "listingContacts.type", "value", clip(value(c.str("type"))))
		return
	}
	l.contact(role, c.str("name"), c.str("email"), c.str("phone"), c.str("uri", "url"), source)
}

func (l *listed) linkV1(u *tree, lang, source string) {
	address, title := u.str("uri", "url", "link"), u.str("displayText")
	kind := key(u.str("type"))
	switch {
	case kind == "publiccloudsupport" || kind == "supporturi" || kind == "support":
		l.supportURL(address, source)
	case strings.Contains(kind, "government"), kind == "video":
		// a door for one country's government, or a film: neither is a support channel
	case strings.Contains(kind, "privacy"):
		l.link(wire.LinkPrivacy, address, title, lang)
	case strings.Contains(kind, "terms"), strings.Contains(kind, "eula"):
		l.link(wire.LinkTerms, address, title, lang)
	case strings.Contains(kind, "csp"), strings.Contains(kind, "marketing"), strings.Contains(kind, "cloudsolutionprovider"):
		l.link(wire.LinkMarketing, address, title, lang)
	case strings.Contains(kind, "help"), strings.Contains(kind, "documentation"):
		l.link(wire.LinkDocumentation, address, title, lang)
	default:
		l.generalLink(address, title, lang)
	}
}
