package responsibility

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"switchboard/internal/directory"
	"switchboard/wire"
)

// The cast of a random world. Every id is a word that occurs in nothing else,
// and every name, address and contract of a company contains its id.
var (
	publishers = []string{"pub0q", "pub1q"}
	directs    = []string{"dir0q", "dir1q"}
	providers  = []string{"pro0q", "pro1q"}
	resellers  = []string{"res0q", "res1q", "res2q"}
	customers  = []string{"cus0q", "cus1q"}
	supporters = []string{"sup0q"}
)

// maker draws a world piece by piece.
type maker struct{ *rapid.T }

func (m maker) coin(name string) bool { return rapid.Bool().Draw(m.T, name) }

// rarely is true once in six times.
func (m maker) rarely(name string) bool { return rapid.IntRange(0, 5).Draw(m.T, name) == 0 }

func (m maker) one(name string, words ...string) string {
	return rapid.SampledFrom(words).Draw(m.T, name)
}

func (m maker) some(name string, words ...string) []string {
	out := []string{}
	for _, w := range words {
		if m.coin(name + " " + w) {
			out = append(out, w)
		}
	}
	return out
}

func (m maker) maybe(name, word string) string {
	if m.coin(name) {
		return word
	}
	return ""
}

var hours = []string{"", "24x7", "Mon-Fri 09:00-17:00", "Mon-Sun 07:00-22:00"}

func (m maker) world() *wire.World {
	w := &wire.World{Switchboard: 1}
	if !m.rarely("no operator") {
		operator := m.company("opr0q", wire.Operator)
		operator.EntryPoints = &wire.EntryPoints{Partner: &wire.Support{Email: "opr0q-partner@opr0q.example"}, Publisher: &wire.Support{Email: "opr0q-publisher@opr0q.example"}}
		w.Companies = append(w.Companies, operator)
	}
	cast := map[string][]string{wire.Publisher: publishers, wire.DirectPartner: directs, wire.Provider: providers, wire.Reseller: append(supporters, resellers...), wire.Customer: customers}
	for _, kind := range wire.Kinds() {
		for _, id := range cast[kind] {
			w.Companies = append(w.Companies, m.company(id, kind))
		}
	}
	for _, provider := range providers {
		for _, reseller := range resellers {
			if !m.rarely("no relation") {
				w.Relations = append(w.Relations, m.relation(provider, reseller))
			}
			w.Agreements = append(w.Agreements, m.splits(provider, reseller)...)
		}
	}
	for _, partner := range append(append(append([]string{}, directs...), providers...), resellers...) {
		if m.coin("terms") {
			w.Agreements = append(w.Agreements, wire.Agreement{ID: "terms-" + partner, Kind: wire.PartnerTermsKind, Partner: partner, Targets: m.targets()})
		}
	}
	for i := range 3 {
		w.Offers = append(w.Offers, m.offer(i))
	}
	for i := range 4 {
		w.Subscriptions = append(w.Subscriptions, m.subscription(i, w))
	}
	if m.coin("policy") {
		w.Policies.Refund = []wire.RefundPolicy{{Kind: wire.Saas, Term: "monthly", Window: "72h", From: "2024-01-01"}}
	}
	return w
}

func (m maker) company(id, kind string) wire.Company {
	c := wire.Company{ID: id, Kinds: []string{kind}, Name: wire.Text{"en": id + " Ltd", "ja": id + " 株式会社", "zh-TW": id + " 公司"},
		Locale: m.one("locale", wire.Languages()...), TZ: m.one("tz", "Asia/Tokyo", "Europe/Berlin"), RedirectTechnical: m.one("company redirect", "", "", "redirect", "forward")}
	if m.rarely("second kind") {
		if other := m.one("second", wire.Publisher, wire.Provider, wire.Customer, wire.Reseller, wire.DirectPartner); other != kind {
			c.Kinds = append(c.Kinds, other)
		}
	}
	if !m.rarely("no profile") {
		c.Support = &wire.Support{Email: m.maybe("email", "help@"+id+".example"), Phone: "+1 " + id, URL: m.maybe("url", "https://"+id+".example/help"), Hours: m.one("hours", hours...)}
	}
	return c
}

func (m maker) relation(provider, reseller string) wire.Relation {
	r := wire.Relation{Provider: provider, Reseller: reseller, State: m.one("relation", "", "active", "selling-stopped", "ended"), Share: map[string]bool{}}
	for _, key := range directory.ShareKeys() {
		if m.coin("states " + key) {
			r.Share[key] = m.coin("shares " + key)
		}
	}
	return r
}

func (m maker) splits(provider, reseller string) []wire.Agreement {
	var out []wire.Agreement
	for i, customer := range []string{"", customers[0]} {
		if !m.coin("split") {
			continue
		}
		a := wire.Agreement{ID: fmt.Sprintf("split%d-%s-%s", i, provider, reseller), Kind: wire.SupportSplitKind, Provider: provider, Reseller: reseller, Customer: customer,
			Version: i + 1, State: m.one("state", "accepted", "accepted", "proposed"), From: m.one("from", "", "2026-01-01", "2027-01-01"),
			Redirect: m.one("split redirect", "", "", "redirect", "none"), Topics: map[string]wire.Share{}}
		if m.coin("split targets") {
			a.Targets = m.targets()
		}
		for _, topic := range m.some("row", wire.Topics()...) {
			row := wire.Share{Accountable: m.side(), Performs: m.side(), Face: m.side()}
			if m.coin("direct stated") {
				direct := m.coin("direct")
				row.PublisherDirect = &direct
			}
			a.Topics[topic] = row
		}
		out = append(out, a)
	}
	return out
}

func (m maker) side() string { return m.one("side", "", wire.Provider, wire.Reseller) }

func (m maker) targets() map[string]wire.Targets {
	return map[string]wire.Targets{"moderate": {FirstResponse: "4h", Resolution: "2bd"}}
}

func (m maker) offer(i int) wire.Offer {
	o := wire.Offer{ID: fmt.Sprintf("off%dq", i), Publisher: m.one("publisher", append([]string{providers[0], directs[0]}, publishers...)...),
		Kind: m.one("offer kind", wire.OfferKinds()...), License: m.one("license", "", "", "", "byol"), Listing: m.one("listing", "", "", "", "contact-me"),
		Channel: m.one("channel", "", "", "", "none", "some", "terminated"), Status: m.one("status", "", "", "", "delisted", "draft", "preview"),
		FirstParty: m.rarely("first-party"), Exclusive: m.rarely("exclusive")}
	o.Audience = m.some("audience", providers[0], directs[0], customers[0])
	roles := append([]string{wire.ContactSupport}, wire.ContactRoles()...)
	for n, role := range roles {
		if m.rarely("no contact") {
			continue
		}
		word := fmt.Sprintf("con%d%dq", i, n)
		c := wire.Contact{Role: role, Name: word + " Name", Email: m.maybe("contact email", word+"@mail.example"), Phone: m.maybe("contact phone", "+2 "+word),
			URL: m.maybe("contact url", "https://"+word+"-url.example/"), Hours: m.one("contact hours", hours...), Verified: m.one("verified", "", "2026-11-03", "2026-08-01", "2026-01-01"),
			Bounced: m.one("bounced", "", "", "", "2026-11-01"), Unanswered: rapid.SampledFrom([]int{0, 0, 0, 2, 3}).Draw(m.T, "unanswered")}
		if m.coin("stated readers") {
			c.VisibleTo = m.some("reader", wire.Reseller, wire.Provider, wire.DirectPartner, wire.Operator, "partner")
			if role == wire.ContactSupport && m.coin("open to customers") {
				c.VisibleTo = append(c.VisibleTo, wire.Customer)
			}
		}
		o.Contacts = append(o.Contacts, c)
	}
	for n, kind := range []string{wire.LinkDocumentation, wire.LinkTraining, wire.LinkCollateral, wire.LinkMarketing} {
		if m.coin("link") {
			o.Links = append(o.Links, wire.Link{Kind: kind, URL: fmt.Sprintf("https://lnk%d%dq.example/", i, n), Lang: m.one("link lang", "en", "ja")})
		}
	}
	return o
}

func (m maker) subscription(i int, w *wire.World) wire.Subscription {
	sub := wire.Subscription{ID: fmt.Sprintf("sub%dq", i), Customer: m.one("customer", customers...), Offer: m.one("offer", "off0q", "off1q", "off2q"),
		Model: m.one("model", wire.Direct, wire.Indirect, wire.Indirect, wire.SelfServe, wire.InPartner), Status: m.one("sub status", "active", "active", "suspended", "cancelled"),
		Term: m.one("term", "", "monthly"), From: "2026-10-01", RedirectTechnical: m.one("sub redirect", "", "", "", "redirect", "forward")}
	switch sub.Model {
	case wire.Direct:
		sub.Seller = m.one("seller", directs...)
	case wire.Indirect:
		sub.Seller, sub.Reseller = m.one("seller", providers...), m.one("reseller", append([]string{""}, resellers...)...)
	case wire.InPartner:
		sub.Seller, sub.Reseller = m.one("seller", append(directs, providers...)...), m.one("reseller", append([]string{"", ""}, resellers...)...)
		accountable := m.coin("accountable")
		sub.PartnerAccountable = &accountable
	}
	sub.Purchaser = sub.Seller
	if m.coin("hide stated") {
		hide := m.coin("hide")
		sub.HideProvider = &hide
	}
	others := append(append(append([]string{}, supporters...), providers...), resellers...)
	if m.rarely("designated") {
		sub.DesignatedSupport = m.one("designated support", others...)
	}
	if m.rarely("supported") {
		sub.SupportPartner, sub.SupportTopics = m.one("support partner", others...), m.some("support topic", directory.SupportTopics()...)
	}
	if i > 0 && m.rarely("replaces") {
		sub.Replaces = fmt.Sprintf("sub%dq", i-1)
	}
	return sub
}

func (m maker) question(w *wire.World) Question {
	ids := []string{""}
	for _, c := range w.Companies {
		ids = append(ids, c.ID)
	}
	q := Question{Asker: m.one("asker", ids...), Topic: m.one("topic", append(wire.Topics(), "")...), At: asked.AddDate(0, 0, rapid.IntRange(-400, 400).Draw(m.T, "day"))}
	if m.coin("by subscription") {
		sub := w.Subscriptions[rapid.IntRange(0, len(w.Subscriptions)-1).Draw(m.T, "subscription")]
		q.Subscription = sub.ID
		if m.coin("by one of the chain") {
			chain := []string{sub.Customer, sub.Customer, sub.Customer}
			for _, id := range []string{sub.Seller, sub.Reseller, sub.SupportPartner, w.Offers[strings.Index("012", sub.Offer[3:4])].Publisher} {
				if id != "" {
					chain = append(chain, id)
				}
			}
			q.Asker = m.one("of the chain", chain...)
		}
	} else {
		q.Offer = m.one("offer asked", "off0q", "off1q", "off2q")
		q.Customer = m.one("customer asked", append([]string{"", ""}, customers...)...)
	}
	if m.rarely("about") {
		q.About = m.one("about whom", ids...)
	}
	return q
}

// TestAnswersOfRandomWorlds: whatever the world and the question, the answer
// keeps its promises, in all three languages, and comes out the same again.
func TestAnswersOfRandomWorlds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := maker{t}
		w := m.world()
		s, o := directory.NewSnapshot(w), oracle{w: w, bare: true}
		for range 8 {
			q := m.question(w)
			d, err := Decide(q, s, Shipped())
			if err != nil {
				refusedWell(t, q, err)
				continue
			}
			for _, p := range everyLanguage() {
				for _, wrong := range o.judge(q, d, p) {
					t.Fatalf("%s: %s", describe(q), wrong)
				}
			}
			again, err := Decide(q, directory.NewSnapshot(w), Shipped())
			if err != nil || jsonOf(again.Answer(everyLanguage()[0])) != jsonOf(d.Answer(everyLanguage()[0])) {
				t.Fatalf("%s: not the same answer twice", describe(q))
			}
		}
	})
}

// TestHiddenCompaniesMakeNoDifference: were the hidden provider somebody else,
// with another name, other addresses and other contracts, its customer would
// read the very same bytes; and so would the publisher, were the reseller.
func TestHiddenCompaniesMakeNoDifference(t *testing.T) {
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		m := maker{t}
		w := m.world()
		for i := range w.Subscriptions {
			sub := &w.Subscriptions[i]
			publisher := w.Offers[strings.Index("012", sub.Offer[3:4])].Publisher
			if sub.Reseller == "" || anyOf([]string{sub.Seller, sub.SupportPartner, sub.DesignatedSupport}, publisher) {
				continue
			}
			for _, asker := range []string{sub.Customer, publisher} {
				hidden := sub.Seller
				if asker == publisher {
					hidden = sub.Reseller
				}
				if asker == sub.Customer && !(oracle{w: w}).hides(sub) {
					continue
				}
				q := Question{Asker: asker, Subscription: sub.ID, Topic: m.one("topic", wire.Topics()...), At: asked}
				here, there := answerIn(t, w, q), answerIn(t, renamed(t, w, hidden, "zzz9q"), q)
				if here != there {
					t.Fatalf("%s: the answer depends on %s, which is hidden:\n%s\n%s", describe(q), hidden, here, there)
				}
				compared++
			}
		}
	})
	if compared < 20 {
		t.Errorf("only %d answers compared", compared)
	}
}

func answerIn(t *rapid.T, w *wire.World, q Question) string {
	d, err := Decide(q, directory.NewSnapshot(w), Shipped())
	if err != nil {
		refusedWell(t, q, err)
		return err.Error()
	}
	return jsonOf(d.Answer(everyLanguage()[0]))
}

// renamed gives the same world with one company under another name everywhere.
func renamed(t *rapid.T, w *wire.World, from, to string) *wire.World {
	text, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	var out wire.World
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), from, to)), &out); err != nil {
		t.Fatal(err)
	}
	return &out
}

// TestTheInstantDecides: the answer is computed for an instant and for nothing
// else; another instant gives other targets and the split of its day.
func TestTheInstantDecides(t *testing.T) {
	s := directory.NewSnapshot(demoWorld(t))
	q := Question{Asker: "shirakaba", Subscription: "sk-backup", Topic: wire.Billing}
	answers := map[string]time.Time{}
	for _, at := range []time.Time{asked, asked.AddDate(0, 0, 3), asked.AddDate(-1, 0, 0)} {
		q.At = at
		d, err := Decide(q, s, Shipped())
		if err != nil {
			t.Fatal(err)
		}
		text := jsonOf(d.Answer(everyLanguage()[0]))
		if other, same := answers[text]; same {
			t.Errorf("the same answer at %s and at %s", at, other)
		}
		answers[text] = at
	}
}
