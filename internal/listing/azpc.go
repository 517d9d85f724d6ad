package listing

import (
	"strings"

	"switchboard/wire"
)

// azpc reads the listing_config.json of the az-partner-center tool: one offer.
func (c *collector) azpc(root *tree) error {
	overview := root.get("offer_listing")
	if overview == nil {
		c.refuse(root.line, "listing.no-offer")
		return nil
	}
	l := &listed{line: overview.line}
	l.offerID = value(root.get("offer_setup").str("alias", "offerId", "name"))
	l.publisherName = value(overview.str("publisher_name", "publisherDisplayName"))
	l.publisherID = value(overview.str("publisher_id"))
	lang := tag(overview.str("language_code", "languageId"))
	l.name(lang, overview.str("title"))
	for _, contact := range overview.get("listing_contacts").items() {
		l.contactV1(contact, Azpc)
	}
	for _, link := range overview.get("listing_uris").items() {
		l.linkV1(link, lang, Azpc)
	}
	l.offer.Kind = kindOfPlans(root.get("plan_overview").items())
	resell := root.get("resell")
	l.channel(resell.str("resellerChannelState"), len(resell.get("tenantIds", "audiences").items()))
	return c.take(l)
}

// kindOfPlans: the tool is for applications on the operator's platform. An
// offer is a managed application when every plan of it is one.
func kindOfPlans(plans []*tree) string {
	managed := 0
	for _, plan := range plans {
		subtype := key(plan.get("plan_listing").str("subType"))
		technical := plan.get("technical_configuration")
		if strings.Contains(subtype, "managed") || len(technical.get("authorizations").items()) > 0 {
			managed++
		}
	}
	if managed > 0 && managed == len(plans) {
		return wire.ManagedApplication
	}
	return wire.AzureApplication
}

// saasSample reads the offers of the SaaS API emulator: an object of offers by
// their ids.
func (c *collector) saasSample(root *tree) error {
	for _, o := range root.items() {
		if o.get("offerId") == nil {
			continue
		}
		l := &listed{line: o.line, offerID: value(o.str("offerId"))}
		l.publisherName = value(o.str("publisher"))
		l.publisherID = value(o.str("publisherId"))
		l.name("", o.str("displayName"))
		l.offer.Kind = wire.Saas
		if stopped(o.get("plans").items()) {
			l.offer.Status = "delisted"
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

// stopped tells whether no plan is sold any more.
func stopped(plans []*tree) bool {
	for _, plan := range plans {
		if plan.str("isStopSell") != "true" {
			return false
		}
	}
	return len(plans) > 0
}
