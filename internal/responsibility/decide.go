package responsibility

import (
	"slices"
	"strings"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// who is a company in the role it plays in an answer. The role decides what
// is hidden: the same company may be publisher and hidden provider at once.
type who struct{ id, kind string }

// point is a company and the door at which to reach it.
type point struct {
	who
	door door
}

// door is one way in: a contact point of the offer, a support profile, or a
// bare address such as a document.
type door struct {
	role    string
	contact *wire.Contact
	profile *wire.Support
	url     string
}

// hop is a step of the path before its company is named in words.
type hop struct {
	who
	role, when, url string
}

// Decision is an answer before it is put into words.
type Decision struct {
	sc   *scene
	set  *Rules
	rule *Rule
	sp   split

	outcome               string
	accountable, performs who
	reach                 *point
	also                  []point
	path                  []hop
	delegate              []wire.Delegation
	matched, lost         []wire.Match
	because               string
	statements            []string
	rejected              []refusal
	warnings              []warning
	redirect              bool     // S20 is in force and the publisher can be reached
	contactDataOnly       bool     // the operator stands in for a dead contact (S26)
	missing               []string // the facts without which the question stays open
	targets               wire.AnswerBy
	promised              who
	route                 Route // taken before the mask
}

// warning is about the answer as a whole, or about a company and its contact
// of a role.
type warning struct {
	who
	code, role string
}

type refusal struct {
	who
	code, statement string
}

// Decide answers a question. The error is a *fault.Error: not found for what
// the asker may not know of, invalid for what contradicts itself.
func Decide(q Question, s *directory.Snapshot, rules *Rules) (*Decision, error) {
	sc, err := look(q, s)
	if err != nil {
		return nil, err
	}
	d := &Decision{sc: sc, set: rules, outcome: wire.Decided, sp: sc.splitOf(q.Topic)}
	d.redirect = d.findRedirect()
	d.rule = d.findRule(nil)
	if d.missing = d.findMissing(); len(d.missing) > 0 {
		d.leaveOpen()
	} else {
		d.apply()
	}
	d.warnOfState()
	d.promise()
	d.route = d.makeRoute()
	d.mask()
	return d, nil
}

var technical = words("how-to break-fix outage saas-provisioning product-access")

// findRedirect: a redirect counts for the publisher's technical topics, and
// only while the publisher has a contact that works.
func (d *Decision) findRedirect() bool {
	sc := d.sc
	if sc.role != wire.Customer || !technical[sc.q.Topic] || sc.offer == nil || !sc.redirected(&d.sp) {
		return false
	}
	if sc.q.Topic == wire.ProductAccess && directory.PlatformBased(sc.offer) {
		return false // the partner's own topic
	}
	return d.firstUsable(wire.ContactSupport, d.partnerSees) != nil
}

// findRule gives the first rule that applies, looking behind after.
func (d *Decision) findRule(after *Rule) *Rule {
	passed := after == nil
	for _, rule := range d.set.index[place{d.sc.role, d.sc.q.Topic}] {
		if passed && d.applies(rule) {
			return rule
		}
		passed = passed || rule == after
	}
	return nil
}

func (d *Decision) applies(rule *Rule) bool {
	sc := d.sc
	if rule.Dealing == "own" && sc.onBehalf || rule.Dealing == "on-behalf" && !sc.onBehalf {
		return false
	}
	if len(rule.Sold) > 0 && !directory.Has(rule.Sold, sc.model) {
		return false
	}
	for _, condition := range rule.When {
		want := !strings.HasPrefix(condition, "!")
		if d.holds(strings.TrimPrefix(condition, "!")) != want {
			return false
		}
	}
	return true
}

func (d *Decision) holds(condition string) bool {
	if condition == "supported" {
		// Order on one subscription: redirect, supporting partner, designated
		// contact, the split's face (spec 1 section 10).
		return !d.redirect && d.sc.supporter != "" && directory.Has(d.sc.sub.SupportTopics, d.sc.q.Topic)
	}
	return d.sc.holds(condition)
}

// findMissing names the facts without which the question stays open, the one
// to settle first in front.
func (d *Decision) findMissing() []string {
	sc := d.sc
	unclearKind := !d.special() && contradicts(sc.q.Topic, sc.offer)
	switch {
	case sc.q.Topic == "":
		return []string{"topic"}
	case sc.missing == "subscription":
		return []string{sc.missing}
	case sc.missing == "provider" && d.needsProvider() && unclearKind:
		return []string{sc.missing, "platform-or-product"}
	case sc.missing == "provider" && d.needsProvider():
		return []string{sc.missing}
	case unclearKind:
		return []string{"platform-or-product"}
	case d.rule == nil:
		return []string{"topic"}
	case sc.offer == nil && d.needsOffer():
		return []string{"offer"}
	}
	return nil
}

// contradicts: a topic that cannot be, given the kind of the offer.
func contradicts(topic string, offer *wire.Offer) bool {
	if offer == nil {
		return false
	}
	return topic == wire.PlatformProvisioning && !directory.PlatformBased(offer) ||
		topic == wire.SaasProvisioning && directory.PlatformBased(offer)
}

// needsProvider: which of a reseller's providers is meant matters, unless the
// publisher answers whoever it is.
func (d *Decision) needsProvider() bool {
	if d.rule == nil {
		return true
	}
	publisherAnyway := d.special() && d.rule.Accountable == wire.Publisher || d.rule.Outcome == wire.OutOfScope && d.rule.Reach != wire.Provider
	return !publisherAnyway
}

// special: a rule for special offers, which stands before the topic's own.
func (d *Decision) special() bool {
	return d.rule != nil && strings.HasPrefix(d.rule.ID, "3.5/")
}

func (d *Decision) needsOffer() bool {
	return d.rule.Accountable == wire.Publisher || strings.HasPrefix(d.rule.Reach, wire.Publisher) ||
		d.rule.Reach == "documents"
}

// leaveOpen: never a guess. A customer still has somebody to turn to; the
// others answer the questions first (spec 1 section 3.6).
func (d *Decision) leaveOpen() {
	d.outcome, d.rule = wire.Unclear, nil
	d.because, d.statements = "unclear", []string{"S16"}
	if d.sc.role != wire.Customer {
		return
	}
	face := d.sp.face
	if d.sc.missing == "subscription" {
		face = d.commonFace()
	}
	if face != "" {
		d.reach = d.profilePoint(d.partner(face))
	} else {
		d.reach = d.publicPoint()
	}
	d.path = []hop{{who: d.reach.who}}
}

// commonFace is the company that faces the customer on every subscription
// that may be meant; "" when they differ.
func (d *Decision) commonFace() string {
	face := ""
	for i, id := range d.sc.choices {
		sub := d.sc.s.Subscriptions[id]
		f := sub.Seller
		if sub.Reseller != "" && !d.sc.formerReseller(sub) {
			f = sub.Reseller
		}
		if i > 0 && f != face {
			return ""
		}
		face = f
	}
	return face
}

// apply carries out the rule.
func (d *Decision) apply() {
	rule := d.rule
	d.outcome, d.because, d.statements = rule.Outcome, rule.Because, slices.Clone(rule.Statements)
	d.matched = []wire.Match{{Rule: d.set.ID + "/" + rule.ID, Statements: slices.Clone(rule.Statements)}}
	accountable, performs := rule.Accountable, rule.Performs
	if accountable == "underlying" || performs == "underlying" {
		below := d.findRule(rule)
		accountable = swap(accountable, "underlying", below.Accountable)
		performs = swap(performs, "underlying", below.Performs)
	}
	d.accountable = d.party(accountable, d.sp.accountable)
	d.performs = d.party(performs, d.sp.performs)
	if w, ok := d.agreedPerformer(); ok {
		d.performs = w
	}
	for _, code := range rule.Warn {
		d.warn(code, who{}, "")
	}
	d.judgeSplit(accountable)
	d.setReach()
	d.setAlso()
	d.setPath()
	d.setDelegation()
	d.setRejected()
}

func swap(word, from, to string) string {
	if word == from {
		return to
	}
	return word
}

// agreedPerformer: on the publisher's topics the split says who does the work
// for how-to and documentation only, and only toward customers (S15).
func (d *Decision) agreedPerformer() (who, bool) {
	topic := d.sc.q.Topic
	if d.sc.role != wire.Customer || topic != wire.HowTo && topic != wire.Documentation || !d.sp.found {
		return who{}, false
	}
	if d.sp.matched.Topics[topic].Performs == "" || d.redirect || d.rule.Performs != wire.Publisher {
		return who{}, false
	}
	return d.partner(d.sp.performs), true
}

// party gives the company behind a word of the rules; partner is the side of
// the split that the caller asks about.
func (d *Decision) party(word, partner string) who {
	sc := d.sc
	switch word {
	case "partner":
		return d.partner(partner)
	case wire.Publisher:
		if sc.offer != nil {
			return who{sc.offer.Publisher, wire.Publisher}
		}
	case wire.Operator:
		return who{d.operator(), wire.Operator}
	case wire.Provider:
		return d.partner(sc.provider)
	case "seller":
		return d.partner(sc.seller)
	case "purchaser":
		return d.partner(sc.purchaser())
	case "supporter":
		return d.partner(sc.supporter)
	case "self":
		return who{sc.q.Asker, sc.role}
	}
	return who{}
}

// purchaser is the provider or direct partner that bought from the operator,
// never the reseller (spec 1 section 3.4).
func (sc *scene) purchaser() string {
	if sc.sub == nil || sc.sub.Purchaser == "" || sc.sub.Purchaser == sc.sub.Reseller || sc.sub.Purchaser == sc.customer {
		return sc.seller
	}
	return sc.sub.Purchaser
}

// operator is the operator's id, also in a world that names none.
func (d *Decision) operator() string {
	if d.sc.s.Operator == "" {
		return directory.OperatorID
	}
	return d.sc.s.Operator
}

// partner gives a company of the partner side the role it has on this sale.
func (d *Decision) partner(id string) who {
	sc := d.sc
	switch {
	case id == "":
		return who{}
	case id == sc.reseller:
		return who{id, wire.Reseller}
	case id == sc.seller && sc.sub != nil:
		return who{id, sc.sellerKind(sc.sub)}
	case id == sc.q.Asker && sc.role != wire.Customer:
		return who{id, sc.role}
	case id == sc.provider:
		return who{id, wire.Provider}
	}
	return who{id, sc.kindAmong(id, wire.Reseller, wire.DirectPartner, wire.Provider)}
}

// judgeSplit says whether the two partners have agreed on this topic; if not,
// the provider answers by default; both partners and the operator see the gap.
func (d *Decision) judgeSplit(accountable string) {
	if !d.sp.shared {
		return
	}
	if d.sc.role == wire.Reseller && d.sc.q.Asker != d.sc.reseller {
		return // a supporting partner: the split is between two others
	}
	partnerTopic := accountable == "partner"
	switch {
	case d.sp.found && (partnerTopic || d.usesFace()):
		d.matched = append(d.matched, wire.Match{Agreement: d.sp.matched.ID, Version: d.sp.matched.Version, Statements: []string{"S28"}})
		d.lost = d.sp.lost
	case !d.sp.found && partnerTopic:
		d.outcome = wire.NotAgreed
		d.lost = d.sp.lost
		d.warn("split.missing", who{}, "")
	case !d.sp.found && accountable == wire.Publisher && (d.usesFace() || d.sc.role == wire.Provider || d.sc.role == wire.Operator):
		d.lost = d.sp.lost
		d.warn("split.missing", who{}, "")
	}
}

// usesFace: rules by which the split decides whom the asker turns to.
func (d *Decision) usesFace() bool {
	return d.sc.role == wire.Customer || d.sc.role == wire.Reseller && strings.HasPrefix(d.rule.Reach, wire.Publisher)
}

func (d *Decision) setAlso() {
	if d.rule.Also == "" {
		return
	}
	if p := d.publicPoint(); p.door != (door{}) {
		d.also = append(d.also, *p)
	}
}

// setPath: the reached company first, then the rule's hops, each once.
func (d *Decision) setPath() {
	if d.reach != nil {
		d.addHop(hop{who: d.reach.who, role: d.reachRole(), url: documentURL(d.reach.door)})
	}
	for _, h := range d.rule.Path {
		w := d.party(h.Party, d.sp.face)
		if w.id == "" {
			continue
		}
		role := h.Contact
		if h.Party == wire.Publisher || h.Party == "self" {
			if role = d.pathRole(h.Contact); role == "" && h.Contact != "" {
				continue
			}
		}
		d.addHop(hop{who: w, role: role, when: h.When})
	}
	if d.reach != nil && d.reach.door.role == wire.LinkDocumentation && d.sc.offer != nil {
		d.addHop(hop{who: who{d.sc.offer.Publisher, wire.Publisher}, role: wire.ContactSupport, url: d.sc.s.PublicURL(d.sc.offer)})
	}
}

func (d *Decision) reachRole() string {
	if d.reach.kind == wire.Publisher && d.reach.id != d.sc.q.Asker {
		return d.reach.door.role
	}
	return ""
}

func documentURL(dr door) string {
	if dr.contact == nil && dr.profile == nil {
		return dr.url
	}
	return ""
}

// pathRole: engineering only if it is visible to the partner on the path; the
// CSP-program contact, else support.
func (d *Decision) pathRole(role string) string {
	switch role {
	case wire.ContactEngineering:
		if c := d.firstUsable(role, d.partnerSees); c == nil {
			return ""
		}
	case wire.ContactProgram:
		if c := d.firstUsable(role, d.partnerSees); c == nil {
			return wire.ContactSupport
		}
	}
	return role
}

// partnerSees: may the partner that takes the question on read the contact?
func (d *Decision) partnerSees(c *wire.Contact) bool {
	v := d.sc.viewer
	if v.Kind == wire.Customer || v.Kind == wire.Operator {
		v = directory.Viewer{Company: d.sc.seller, Kind: wire.Provider}
	}
	return v.SeesContact(d.sc.offer, c)
}

func (d *Decision) addHop(h hop) {
	for _, old := range d.path {
		if old.id == h.id && old.role == h.role {
			return
		}
	}
	d.path = append(d.path, h)
}

// setDelegation says what may be done with the work; accountability stays.
func (d *Decision) setDelegation() {
	for _, c := range d.rule.Delegate {
		var to who
		switch c.Word {
		case "redirect", "forward", "finish-on-publisher-page":
			to = d.party(wire.Publisher, "")
		case "answer-first", "relay-notice", "file-on-behalf":
			to = d.partner(d.sp.face)
		case "relay":
			to = d.partner(d.sc.provider)
		}
		del := wire.Delegation{How: c.Word, Statements: []string{c.Statement}}
		if to.id != "" {
			id := d.seen(to).id
			del.To = &id
		}
		d.delegate = append(d.delegate, del)
	}
}

// setRejected says why the other companies are not the ones to ask.
func (d *Decision) setRejected() {
	for _, c := range d.rule.Rejects {
		w := d.party(c.Word, d.sp.accountable)
		if w.id == "" || w == d.accountable || w == d.performs && !d.neverDirectly(w) || d.reach != nil && w == d.reach.who && w.id != d.sc.q.Asker {
			continue
		}
		d.reject(w, c.Word, c.Statement)
	}
	if d.sc.role == wire.Reseller && !d.sp.direct && d.rule.Reach == "publisher/support" && d.reach != nil && d.reach.id == d.sc.provider && d.sc.offer != nil {
		d.reject(who{d.sc.offer.Publisher, wire.Publisher}, "publisher-not-direct", "S28")
	}
}

// neverDirectly: the operator does the work, and yet a reseller may not go to
// it itself (S22).
func (d *Decision) neverDirectly(w who) bool {
	return d.sc.role == wire.Reseller && w.kind == wire.Operator
}

func (d *Decision) reject(w who, word, statement string) {
	code, ok := rejectCodes[word+":"+statement]
	if !ok {
		code = word + "." + strings.ToLower(statement)
	}
	d.rejected = append(d.rejected, refusal{w, code, statement})
}

// rejectCodes names the refusals of the shipped table; a published table with
// others gets word.statement.
var rejectCodes = map[string]string{
	"operator:S25":             "operator.no-product-support",
	"operator:S22":             "operator.supports-partners",
	"publisher:S16":            "publisher.not-the-seller",
	"publisher:S5":             "publisher.first-party",
	"publisher:S24":            "publisher.not-the-platform",
	"publisher:S23":            "publisher.not-the-commerce-system",
	"self:S3":                  "self.partner-first",
	"self:S22":                 "self.partner-answers",
	"self:S25":                 "self.no-product-support",
	"publisher-not-direct:S28": "publisher.not-direct",
}

func (d *Decision) warn(code string, about who, role string) {
	w := warning{about, code, role}
	if !slices.Contains(d.warnings, w) {
		d.warnings = append(d.warnings, w)
	}
}
