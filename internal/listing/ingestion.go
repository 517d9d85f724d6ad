package listing

import (
	"strings"

	"switchboard/wire"
)

// productIngestion reads configure payloads, resource trees, lists of
// resources and single resources of the Product Ingestion API.
func (c *collector) productIngestion(root *tree) error {
	for _, group := range productsOf(root) {
		l := &listed{line: group.line()}
		for _, r := range group.resources {
			l.resource(r)
		}
		l.license(group.resources)
		for _, r := range group.resources {
			if kindOf(r) == "listing" { // contacts first, so that the page joins its contact
				l.supportURL(r.str("globalSupportWebsite", "gloabalSupportWebsite"), ProductIngestion)
			}
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

// product is the resources that belong together.
type product struct{ resources []*tree }

func (p product) line() int {
	for _, r := range p.resources {
		if k := kindOf(r); k == "product" || k == "listing" {
			return r.line
		}
	}
	return p.resources[0].line
}

// productsOf groups resources by the product they stand in or name. Where a
// document has but one product, all of it belongs to that.
func productsOf(root *tree) []product {
	g := grouping{of: map[string]*product{}}
	g.collect(root, "")
	if only := g.products; len(only) == 1 {
		all := product{}
		for _, name := range g.order {
			all.resources = append(all.resources, g.of[name].resources...)
		}
		return []product{all}
	}
	var out []product
	for _, name := range g.order {
		if tells(g.of[name].resources) {
			out = append(out, *g.of[name])
		}
	}
	return out
}

type grouping struct {
	of       map[string]*product
	order    []string
	products map[string]bool
}

func (g *grouping) collect(t *tree, within string) {
	if t == nil {
		return
	}
	if kind := kindOf(t); kind != "" {
		name := orElse(productKey(t), within)
		if kind == "product" {
			within = name
			if g.products == nil {
				g.products = map[string]bool{}
			}
			g.products[name] = true
		}
		if g.of[name] == nil {
			g.of[name] = &product{}
			g.order = append(g.order, name)
		}
		g.of[name].resources = append(g.of[name].resources, t)
	}
	for _, item := range t.items() {
		g.collect(item, within)
	}
}

// tells: plans and prices alone say nothing about an offer's contacts.
func tells(resources []*tree) bool {
	for _, r := range resources {
		if k := kindOf(r); k == "product" || k == "listing" {
			return true
		}
	}
	return false
}

// kindOf is the type of a resource: by its schema, its id, or what it holds.
func kindOf(t *tree) string {
	if t == nil || t.members == nil {
		return ""
	}
	if _, rest, ok := strings.Cut(strings.ToLower(t.str("$schema")), "/schema/"); ok {
		kind, _, _ := strings.Cut(rest, "/")
		if kind == "configure" || kind == "resource-tree" {
			return ""
		}
		return kind
	}
	if kind, _, ok := strings.Cut(strings.ToLower(t.str("id")), "/"); ok && (kind == "listing" || kind == "product" || kind == "reseller") {
		return kind
	}
	switch {
	case t.get("supportContact", "engineeringContact", "cloudSolutionProviderContact") != nil:
		return "listing"
	case t.get("resellerChannelState") != nil:
		return "reseller"
	case t.get("identity").str("externalId") != "" && t.get("type") != nil:
		return "product"
	}
	return ""
}

// productKey names the product that a resource is or belongs to.
func productKey(r *tree) string {
	if kindOf(r) == "product" {
		return strings.ToLower(orElse(r.str("id"), r.get("identity").str("externalId")))
	}
	ref := r.get("product")
	if ref == nil {
		return ""
	}
	return strings.ToLower(orElse(ref.text, ref.str("externalId")))
}

// resource takes over what one resource says about the offer.
func (l *listed) resource(r *tree) {
	switch kindOf(r) {
	case "product":
		l.offerID = orElse(value(r.get("identity").str("externalId")), l.offerID)
		l.kind(r.str("type"))
		l.durable(r.str("id"))
		l.name("", orElse(r.str("alias"), r.str("name")))
		l.status(r)
	case "listing":
		l.listing(r)
		l.status(r)
	case "property":
		l.link(wire.LinkTerms, onlyURL(r.str("termsOfUse", "termsOfUseUrl")), "", "")
	case "reseller":
		l.channel(r.str("resellerChannelState", "state"), len(r.get("audiences").items()))
	case "commercial-marketplace-setup", "setup":
		l.setup(r)
	case "listing-asset":
		if strings.Contains(strings.ToLower(r.str("type")), "document") {
			l.link(wire.LinkCollateral, r.str("url"), orElse(r.str("friendlyName"), r.str("fileName")), tag(r.str("languageId")))
		}
	}
}

func (l *listed) listing(r *tree) {
	lang := tag(r.str("languageId"))
	if title := value(r.str("title")); title != "" {
		delete(l.offer.Name, "") // the alias is for the publisher's own eyes
		l.name(lang, title)
	}
	if l.offerID == "" {
		if _, id, ok := strings.Cut(productKey(r), "/"); ok {
			l.offerID = id
		}
	}
	l.kind(r.str("kind"))
	l.publisherID = orElse(l.publisherID, value(r.str("publisherId")))
	l.publisherName = orElse(l.publisherName, value(r.str("publisherDisplayName", "publisherName")))
	l.party(wire.ContactSupport, r.get("supportContact"))
	l.party(wire.ContactEngineering, r.get("engineeringContact"))
	l.party(wire.ContactProgram, r.get("cloudSolutionProviderContact"))
	l.link(wire.LinkMarketing, r.str("cloudSolutionProviderMarketingMaterials"), "", lang)
	l.link(wire.LinkPrivacy, r.str("privacyPolicyLink"), "", lang)
	for _, g := range r.get("generalLinks").items() {
		l.generalLink(g.str("link", "uri", "url"), g.str("displayText"), lang)
	}
}

func (l *listed) party(role string, c *tree) {
	if c != nil {
		l.contact(role, c.str("name"), c.str("email"), c.str("phone"), c.str("url", "uri"), ProductIngestion)
	}
}

// durable keeps the id that the marketplace gave the product.
func (l *listed) durable(id string) {
	if _, guid, ok := strings.Cut(id, "/"); ok {
		l.external("productId", value(guid))
	}
}

// status: what is withdrawn is delisted; everything else counts as live, since
// a listing is imported to be used.
func (l *listed) status(r *tree) {
	switch key(r.str("lifecycleState")) {
	case "deleted", "deprecated", "retired":
		l.offer.Status = "delisted"
	}
}

// setup says how the offer is sold.
func (l *listed) setup(r *tree) {
	switch key(r.str("callToAction")) {
	case "free":
		l.offer.Listing = "free"
	case "freetrial":
		l.offer.Listing = "trial"
	case "contactme":
		l.offer.Listing = "contact-me"
	}
}

// license: an offer is bring-your-own-licence when all its priced plans are.
func (l *listed) license(resources []*tree) {
	priced, own := 0, 0
	for _, r := range resources {
		if model := key(r.get("pricing").str("licenseModel")); model != "" {
			priced++
			if model == "byol" {
				own++
			}
		}
	}
	if priced > 0 && priced == own {
		l.offer.License = "byol"
	}
}

// onlyURL drops a text that stands where others put an address.
func onlyURL(s string) string {
	if s = value(s); strings.HasPrefix(strings.ToLower(s), "http") {
		return s
	}
	return ""
}
