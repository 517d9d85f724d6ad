package responsibility

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

// The oracle says what must not stand in an answer. It is written from spec 1
// section 5 alone and shares no code with the engine; it knows of the answer
// only in which role and about which subscription it was given.
type oracle struct {
	w     *wire.World
	bare  bool                // the ids of this world are words of their own, not part of any text
	known map[string][]string // forbidden words found before, if not nil
}

// sight is who reads an answer, and about what.
type sight struct {
	q       Question
	role    string
	offer   *wire.Offer
	sub     *wire.Subscription // nil: none, or not known yet
	several []*wire.Subscription
}

func (o oracle) company(id string) *wire.Company {
	for i := range o.w.Companies {
		if o.w.Companies[i].ID == id {
			return &o.w.Companies[i]
		}
	}
	return nil
}

func (o oracle) relation(provider, reseller string) *wire.Relation {
	for i := range o.w.Relations {
		if r := &o.w.Relations[i]; r.Provider == provider && r.Reseller == reseller {
			return r
		}
	}
	return nil
}

func (o oracle) lookOf(q Question, a *wire.Answer) sight {
	l := sight{q: q, role: a.Asker.As}
	for i := range o.w.Offers {
		if a.Offer != nil && o.w.Offers[i].ID == *a.Offer {
			l.offer = &o.w.Offers[i]
		}
	}
	customer := q.Customer
	if l.role == wire.Customer {
		customer = q.Asker
	}
	for i := range o.w.Subscriptions {
		sub := &o.w.Subscriptions[i]
		if a.Subscription != nil && sub.ID == *a.Subscription {
			l.sub = sub
		}
		if a.Subscription == nil && slices.Contains(a.Missing, "subscription") && l.offer != nil && sub.Offer == l.offer.ID && sub.Customer == customer && sub.Status != "cancelled" {
			l.several = append(l.several, sub)
		}
	}
	return l
}

func (l sight) sales() []*wire.Subscription {
	if l.sub != nil {
		return []*wire.Subscription{l.sub}
	}
	return l.several
}

func (o oracle) ended(sub *wire.Subscription) bool {
	r := o.relation(seller(sub), sub.Reseller)
	return r != nil && r.State == "ended"
}

func seller(sub *wire.Subscription) string {
	if sub.Seller == "" {
		return sub.Purchaser
	}
	return sub.Seller
}

// hides: the provider behind a reseller, unless the reseller allows it or their
// relation has ended.
func (o oracle) hides(sub *wire.Subscription) bool {
	return sub.Reseller != "" && (sub.HideProvider == nil || *sub.HideProvider) && !o.ended(sub)
}

// visible lists the companies that may stand in the answer.
func (o oracle) visible(l sight) map[string]bool {
	out := map[string]bool{l.q.Asker: true, l.q.Customer: true, l.q.Portal: true}
	for _, sub := range l.sales() {
		for _, id := range []string{sub.Customer, sub.Seller, sub.Purchaser, sub.Reseller, sub.SupportPartner, sub.DesignatedSupport} {
			out[id] = true
		}
	}
	if l.role == wire.Reseller && l.sub == nil {
		for _, r := range o.w.Relations {
			out[r.Provider] = out[r.Provider] || r.Reseller == l.q.Asker
		}
	}
	for _, sub := range l.sales() {
		o.hide(l, sub, out)
	}
	out[l.q.Asker] = true
	if l.offer != nil {
		out[l.offer.Publisher] = true
	}
	for _, c := range o.w.Companies {
		out[c.ID] = out[c.ID] || slices.Contains(c.Kinds, wire.Operator)
	}
	return out
}

func (o oracle) hide(l sight, sub *wire.Subscription, out map[string]bool) {
	switch {
	case l.role == wire.Customer && o.hides(sub):
		out[sub.Seller], out[sub.Purchaser] = false, false
		out[sub.Reseller] = true
	case l.role == wire.Publisher && sub.Reseller != "" && sub.Reseller != seller(sub) && sub.Reseller != sub.Customer:
		out[sub.Reseller] = false
	}
}

// readers of a contact role for which the publisher named none.
func (o oracle) readers(c *wire.Contact) []string {
	switch {
	case c.VisibleTo != nil:
		return c.VisibleTo
	case c.Role == wire.ContactEngineering || c.Role == wire.ContactEscalation:
		return []string{wire.Provider, wire.DirectPartner, wire.Operator}
	}
	return []string{"partner", wire.Operator}
}

func anyOf(list []string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
}

// reads: may this reader have the contact's name, e-mail and phone?
func (o oracle) reads(l sight, c *wire.Contact) bool {
	readers := o.readers(c)
	switch l.role {
	case wire.Publisher:
		return true
	case wire.Operator:
		return anyOf(readers, wire.Operator)
	case wire.Provider, wire.DirectPartner:
		return l.offer.Publisher == l.q.Asker || anyOf(readers, wire.Provider, "partner", l.role)
	case wire.Reseller:
		return l.offer.Publisher == l.q.Asker || o.shared(l, c)
	}
	if anyOf(readers, wire.Customer) || l.offer.Publisher == l.q.Asker {
		return true
	}
	// S20: a redirected customer reads what his partner was given
	return c.Role == wire.ContactSupport && o.redirects(l) &&
		(seller(l.sub) == l.offer.Publisher || anyOf(readers, wire.Reseller, wire.Provider, wire.DirectPartner, "partner"))
}

func (o oracle) shared(l sight, c *wire.Contact) bool {
	if c.VisibleTo != nil && !anyOf(c.VisibleTo, wire.Reseller, "partner") {
		return false // an explicit list beats the share
	}
	key, open := map[string]string{wire.ContactSupport: "support", wire.ContactProgram: "csp-program"}[c.Role], true
	if key == "" {
		key, open = "engineering", false
	}
	return slices.ContainsFunc(o.providers(l), func(provider string) bool {
		if r := o.relation(provider, l.q.Asker); r != nil {
			if stated, ok := r.Share[key]; ok {
				return stated
			}
		}
		return open
	})
}

// providers behind a reseller or supporting partner, for this question.
func (o oracle) providers(l sight) []string {
	var out []string
	for _, sub := range l.sales() {
		out = append(out, seller(sub))
	}
	if l.sub != nil {
		return out
	}
	for _, r := range o.w.Relations {
		if r.Reseller == l.q.Asker && r.State != "ended" {
			out = append(out, r.Provider)
		}
	}
	return out
}

// redirects: is S20 set anywhere around this sale, for a technical topic?
func (o oracle) redirects(l sight) bool {
	if l.sub == nil || !anyOf([]string{wire.HowTo, wire.BreakFix, wire.Outage, wire.SaasProvisioning, wire.ProductAccess}, l.q.Topic) {
		return false
	}
	for _, id := range []string{l.sub.Seller, l.sub.Reseller} {
		if c := o.company(id); c != nil && c.RedirectTechnical == "redirect" {
			return true
		}
	}
	return l.sub.RedirectTechnical == "redirect" || slices.ContainsFunc(o.w.Agreements, func(a wire.Agreement) bool {
		return a.Redirect == "redirect" && a.Provider == l.sub.Seller && a.Reseller == l.sub.Reseller
	})
}

// forbidden lists the words that must not stand in the answer.
func (o oracle) forbidden(l sight) []string {
	open := map[string]bool{"": true}
	var closed []string
	put := func(may bool, words ...string) {
		for _, w := range words {
			open[w] = open[w] || may
			closed = append(closed, w)
		}
	}
	visible := o.visible(l)
	for i := range o.w.Companies {
		c := &o.w.Companies[i]
		put(visible[c.ID], o.wordsOf(c)...)
	}
	for i := range o.w.Offers {
		offer := &o.w.Offers[i]
		mine := l.offer != nil && offer.ID == l.offer.ID
		for j := range offer.Contacts {
			c := &offer.Contacts[j]
			put(mine && o.reads(l, c), c.Name, c.Email, c.Phone)
			put(mine && (c.Role == wire.ContactSupport || o.reads(l, c)), c.URL)
		}
		for _, link := range offer.Links {
			put(mine && !(l.role == wire.Customer && anyOf([]string{wire.LinkCollateral, wire.LinkMarketing, wire.LinkTraining}, link.Kind)), link.URL)
		}
	}
	for i := range o.w.Agreements {
		a := &o.w.Agreements[i]
		put(o.readsAgreement(l, a, visible), a.ID)
	}
	return slices.DeleteFunc(closed, func(w string) bool { return open[w] })
}

// remembered is forbidden in lower case, found once for all topics that make no
// difference to it.
func (o oracle) remembered(l sight) []string {
	key := fmt.Sprint(l.q.Asker, l.q.Customer, l.q.Portal, l.role, l.publisher(), l.offer != nil, o.redirects(l), len(l.several))
	if l.offer != nil {
		key += " " + l.offer.ID
	}
	if l.sub != nil {
		key += " " + l.sub.ID
	}
	if words, ok := o.known[key]; ok {
		return words
	}
	words := o.forbidden(l)
	for i := range words {
		words[i] = strings.ToLower(words[i])
	}
	slices.Sort(words)
	words = slices.Compact(words)
	if o.known != nil {
		o.known[key] = words
	}
	return words
}

func (o oracle) wordsOf(c *wire.Company) []string {
	out := []string{`"` + c.ID + `"`}
	if o.bare {
		out = append(out, c.ID)
	}
	for _, name := range c.Name {
		out = append(out, name)
	}
	if c.Support != nil {
		out = append(out, c.Support.Email, c.Support.Phone, c.Support.URL)
	}
	return out
}

// readsAgreement: the split is nobody's business but the two partners' and the
// operator's; a supporting partner stands in for a reseller.
func (o oracle) readsAgreement(l sight, a *wire.Agreement, visible map[string]bool) bool {
	switch a.Kind {
	case wire.SupportSplitKind:
		return l.role == wire.Operator || l.role == wire.Reseller || l.role == wire.Provider && a.Provider == l.q.Asker
	case wire.PartnerTermsKind:
		return visible[a.Partner]
	}
	return true
}

// judge lists everything that is wrong with an answer, whatever was asked.
func (o oracle) judge(q Question, d *Decision, p *i18n.Printer) (wrong []string) {
	a := d.Answer(p)
	text := jsonOf(a)
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	lower := strings.ToLower(text)
	for _, word := range o.remembered(o.lookOf(q, a)) {
		if at := strings.Index(lower, word); at >= 0 {
			say("LEAK of %q: ...%s...", word, text[max(0, at-60):min(len(text), at+len(word)+30)])
		}
	}
	if a.Asker.As == wire.Customer {
		for _, word := range []string{`"S28"`, `"S29"`, `"split.`, wire.NotAgreed} {
			if strings.Contains(text, word) {
				say("a customer reads %s", word)
			}
		}
	}
	wrong = append(wrong, o.consistent(q, a)...)
	return wrong
}

func jsonOf(a *wire.Answer) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(a); err != nil {
		panic(err)
	}
	return b.String()
}

// product lists the topics that are about the product itself: nobody's but the
// publisher's and the partner's, never the operator's work (S25).
var product = []string{wire.HowTo, wire.BreakFix, wire.Outage, wire.ProductSLA, wire.SaasProvisioning, wire.ProductAccess, wire.Contract, wire.Documentation, wire.Security}

// consistent checks the shape of an answer (spec 1 sections 3 and 3.6).
func (o oracle) consistent(q Question, a *wire.Answer) (wrong []string) {
	must := func(holds bool, what string) {
		if !holds {
			wrong = append(wrong, what)
		}
	}
	must(a.Next.Do != "" && a.Next.Text != "", "no next step")
	must(len(a.Reasons) > 0 && !slices.ContainsFunc(a.Reasons, func(r wire.Reason) bool { return len(r.Statements) == 0 || r.Text == "" }), "a reason without a statement")
	must(a.Summary != "", "no summary")
	for i := 1; i < len(a.Path); i++ {
		must(a.Path[i].Company != a.Path[i-1].Company || a.Path[i].ContactRole != a.Path[i-1].ContactRole, "equal neighbours on the path")
	}
	for _, word := range []string{"{", "no value", "%!"} {
		must(!strings.Contains(a.Next.Text+a.Summary+a.Reasons[0].Text, word), "a placeholder is left in a sentence")
	}
	before := a.Model != nil && *a.Model == wire.PrePurchase
	switch a.Outcome {
	case wire.Decided:
		must(before || a.Accountable != nil && a.Performs != nil, "decided, but nobody answers")
		must((a.Accountable == nil) == (a.Performs == nil), "accountable and performs disagree about null")
		must(before || a.Reach != nil, "decided, but nobody can be reached")
		must(len(a.Missing) == 0 && len(a.Questions) == 0, "decided, but something is missing")
	case wire.Unclear:
		must(a.Accountable == nil && a.Performs == nil, "unclear, but somebody answers")
		must(len(a.Missing) > 0 && len(a.Questions) > 0, "unclear, but nothing is missing")
		must(a.Next.Do == "answer-questions", "unclear, but no question to answer")
		must((a.Reach != nil) == (a.Asker.As == wire.Customer), "unclear: a customer has somebody to turn to, the others have not")
	case wire.NotAgreed:
		must(warned(a, "split.missing"), "not agreed, and the gap is not shown")
		must(a.Asker.As != wire.Publisher, "a publisher sees the gap between the partners")
	case wire.OutOfScope:
		must(a.Reach != nil, "out of scope is a dead end")
	default:
		must(false, "unknown outcome "+a.Outcome)
	}
	wrong = append(wrong, o.sensible(q, a)...)
	return wrong
}

// sensible checks whom an answer names.
func (o oracle) sensible(q Question, a *wire.Answer) (wrong []string) {
	l := o.lookOf(q, a)
	operator := func(id string) bool {
		c := o.company(id)
		return c != nil && slices.Contains(c.Kinds, wire.Operator)
	}
	if l.offer != nil && !operator(l.offer.Publisher) && anyOf(product, a.Topic) && a.Performs != nil && operator(a.Performs.Company) {
		wrong = append(wrong, "the operator performs a product question")
	}
	if a.Reach == nil || a.Outcome == wire.Unclear {
		return wrong
	}
	if (a.Reach.Company == q.Asker) != (a.Next.Do == "answer") && (a.Performs == nil || a.Performs.Company != q.Asker) {
		wrong = append(wrong, "somebody is told to contact himself")
	}
	commerce := anyOf([]string{wire.Transaction, wire.MarketplaceAccount, wire.PlatformProvisioning, wire.PlatformSLACredit}, a.Topic)
	selfServe := a.Model != nil && *a.Model == wire.SelfServe
	if a.Asker.As == wire.Reseller && commerce && !selfServe && len(o.providers(l)) > 0 && operator(a.Reach.Company) && !operator(l.publisher()) {
		wrong = append(wrong, "a reseller is sent to the operator directly")
	}
	return wrong
}

func (l sight) publisher() string {
	if l.offer == nil {
		return ""
	}
	return l.offer.Publisher
}

// TestEveryQuestionOfTheDemo asks everything there is to ask: every company and
// nobody, about every sale and every offer, every topic.
func TestEveryQuestionOfTheDemo(t *testing.T) {
	w := demoWorld(t)
	s, o := directory.NewSnapshot(w), oracle{w: w, known: map[string][]string{}}
	askers := []string{""}
	for _, c := range w.Companies {
		askers = append(askers, c.ID)
	}
	var things []Question
	for _, sub := range w.Subscriptions {
		things = append(things, Question{Subscription: sub.ID}, Question{Offer: sub.Offer, Customer: sub.Customer})
	}
	for _, offer := range w.Offers {
		things = append(things, Question{Offer: offer.ID})
	}
	answered, seen := 0, map[string]int{}
	for _, thing := range things {
		for _, asker := range askers {
			for _, topic := range append(wire.Topics(), "") {
				q := thing
				q.Asker, q.Topic, q.At = asker, topic, asked
				d, err := Decide(q, s, Shipped())
				if err != nil {
					refusedWell(t, q, err)
					continue
				}
				answered++
				printer := everyLanguage()[answered%3]
				for _, wrong := range o.judge(q, d, printer) {
					if seen[wrong]++; seen[wrong] <= 2 {
						t.Errorf("%s\n\t%s", describe(q), wrong)
					}
				}
			}
		}
	}
	if answered < 10000 {
		t.Errorf("only %d questions were answered", answered)
	}
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// refusedWell: a question fails only for want of something to see, or because
// it contradicts itself.
func refusedWell(t fataler, q Question, err error) {
	t.Helper()
	kind := fault.Of(err).Kind
	if kind != fault.NotFound && kind != fault.Invalid {
		t.Fatalf("%s: %v", describe(q), err)
	}
}

func describe(q Question) string {
	return fmt.Sprintf("as=%q offer=%q subscription=%q customer=%q topic=%q about=%q at=%s", q.Asker, q.Offer, q.Subscription, q.Customer, q.Topic, q.About, q.At.Format("2006-01-02T15:04"))
}
