package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/store"
	"switchboard/wire"
)

// cast is everybody who reads: every side of a sale, strangers, each role.
func (w *world) cast() map[string]access.Actor {
	w.t.Helper()
	out := map[string]access.Actor{"signed out": {}}
	for name, person := range map[string]string{"customer": "p-haruto", "other customer": "p-nora", "customer of two": "p-sakura", "customer of a former reseller": "p-yating",
		"reseller": "p-fiona", "other reseller": "p-yuka", "reseller of two": "p-shufen", "reseller that stopped": "p-pete", "former reseller": "p-old", "supporting partner": "p-eva",
		"provider": "p-omar", "provider and publisher": "p-jonas", "rival": "p-rosa", "publisher": "p-priya", "publisher's support": "p-tom", "publisher's clerk": "p-clerk",
		"other publisher": "p-lena", "third publisher": "p-maki", "operator's admin": "p-marta", "operator's helpdesk": "p-diego"} {
		out[name] = w.as(person)
	}
	for _, role := range access.Shipped().IDs() {
		actor := w.as("p-greta")
		actor.Roles = []string{role}
		out["direct partner's "+role] = actor
	}
	for _, sub := range []string{"aoba-backup", "nw-lamp", "wg-notes"} {
		holder, _, err := w.OpenLink(w.t.Context(), w.link(sub))
		if err != nil {
			w.t.Fatal(err)
		}
		out["holder of "+sub] = holder
	}
	return out
}

// read is one thing an actor was shown.
type read struct {
	what   string
	asked  []string
	answer bool // of "who", which goes to the company, not to a role
	result any
	err    error
	holder bool // of a link: told as the customer is
}

// isSuccessor: who asks about a cancelled purchase is told the live one that
// replaces it (spec 1 section 10); the customer's link says so as well.
func isSuccessor(k mark) bool {
	s, ok := k.object.(*wire.Subscription)
	return ok && k.field == "id" && s.Replaces != ""
}

var everyNoun = []directory.Noun{directory.Companies, directory.Relations, directory.Offers, directory.Agreements, directory.Subscriptions, directory.People, directory.IntakeForms}

// reads makes every exported read of the application for an actor.
func (w *world) reads(m *marked, actor access.Actor, show func(read)) {
	ctx := w.t.Context()
	for _, noun := range everyNoun {
		w.lists(noun, actor, show)
	}
	for _, object := range m.objects {
		noun, id := directory.Identify(object)
		if !slices.Contains(everyNoun, noun) {
			continue
		}
		got, _, err := w.Get(ctx, actor, noun, id)
		show(read{what: "get " + string(noun) + " " + id, asked: wordPattern.FindAllString(id, -1), answer: false, result: got, err: err})
	}
	offers, err := w.Offers(ctx, actor, app.OfferFilter{Limit: 500}, "en")
	show(read{what: "offers", asked: nil, answer: false, result: offers, err: err})
	for _, o := range objects[*wire.Offer](m) {
		details, err := w.OfferDetails(ctx, actor, o.ID, "ja")
		if err == nil {
			show(read{what: "answers on details " + o.ID, answer: true, result: details.Answers})
			details.Answers = nil
		}
		show(read{what: "details " + o.ID, asked: []string{o.ID}, answer: false, result: details, err: err})
	}
	gaps, err := w.Gaps(ctx, actor, "en")
	show(read{what: "gaps", asked: nil, answer: false, result: gaps, err: err})
	for _, r := range objects[*wire.Relation](m) {
		splits, err := w.Splits(ctx, actor, r.Provider, r.Reseller)
		show(read{what: "splits", asked: []string{r.Provider, r.Reseller}, answer: false, result: splits, err: err})
	}
	log, _, err := w.AuditLog(ctx, actor, "", 500)
	show(read{what: "audit", asked: nil, answer: false, result: log, err: err})
	for _, c := range objects[*wire.Company](m) {
		settings, _, err := w.CompanySettings(ctx, actor, c.ID)
		show(read{what: "settings of " + c.ID, asked: []string{c.ID}, answer: false, result: settings, err: err})
	}
	portals, err := w.Portals(ctx, actor, "")
	show(read{what: "portal hosts", asked: nil, answer: false, result: portals, err: err})
	tokens, err := w.Tokens(ctx, actor)
	show(read{what: "tokens", asked: nil, answer: false, result: tokens, err: err})
	if len(actor.Roles) == 1 && actor.Company == "tailspin" && actor.Roles[0] != "billing-admin" {
		return // an answer goes to the company: one role stands for all
	}
	w.sheets(m, actor, show)
	w.answers(m, actor, show)
}

func (w *world) lists(noun directory.Noun, actor access.Actor, show func(read)) {
	filters := []store.Filter{{}, {Company: "wideworld"}, {Query: "zq"}}
	if noun == directory.IntakeForms {
		filters = []store.Filter{{}, {Company: "tailspin"}, {Company: "contoso"}}
	}
	if noun == directory.Subscriptions {
		filters = []store.Filter{{}, {Seller: "wideworld"}, {Reseller: "fabrikam"}, {Customer: "woodgrove"}}
	}
	for _, f := range filters {
		items, _, err := w.List(w.t.Context(), actor, noun, f, "", 500)
		show(read{what: fmt.Sprintf("list %s %+v", noun, f), asked: []string{"wideworld", "fabrikam", "woodgrove"}, answer: false, result: items, err: err})
	}
}

func (w *world) sheets(m *marked, actor access.Actor, show func(read)) {
	ctx := w.t.Context()
	for _, c := range objects[*wire.Company](m) {
		if !slices.Contains(c.Kinds, wire.Customer) {
			continue
		}
		sheet, err := w.ContactSheet(ctx, actor, c.ID, "zh-TW")
		show(read{what: "sheet " + c.ID, asked: []string{c.ID}, answer: true, result: sheet, err: err})
		if err == nil {
			show(read{what: "csv " + c.ID, answer: true, result: string(w.SheetCSV(sheet, "en"))})
		}
	}
	for _, s := range objects[*wire.Subscription](m) {
		token, err := w.SubscriptionLink(ctx, actor, s.ID)
		show(read{what: "link " + s.ID, asked: []string{s.ID}, answer: true, result: nil, err: err})
		if err != nil {
			continue
		}
		holder, sub, err := w.OpenLink(ctx, token)
		show(read{what: "opened " + s.ID, answer: true, result: sub, err: err})
		answer, err := w.Who(ctx, holder, app.Ask{Topic: wire.Billing})
		show(read{what: "who as holder of " + s.ID, asked: []string{s.ID}, answer: true, result: answer, err: err, holder: true})
	}
}

// What a decision looks at is loaded by one function, which the store's tests
// hold to be the same on both engines: on PostgreSQL one topic of each object
// is asked.
func (w *world) topics(some ...string) []string {
	if w.store.Engine() == "postgres" {
		return some[:1]
	}
	return some
}

func (w *world) answers(m *marked, actor access.Actor, show func(read)) {
	ask := func(a app.Ask) bool {
		answer, err := w.Who(w.t.Context(), actor, a)
		show(read{what: fmt.Sprintf("who %+v", a), asked: []string{a.Offer, a.Subscription, a.Customer, a.About}, answer: true, result: answer, err: err})
		return err == nil
	}
	for _, o := range objects[*wire.Offer](m) {
		for _, topic := range w.topics(wire.BreakFix, wire.Billing, wire.SalesMaterial, wire.ContactDetails) {
			if !ask(app.Ask{Offer: o.ID, Topic: topic, Lang: "en"}) {
				break
			}
		}
	}
	for _, s := range objects[*wire.Subscription](m) {
		for _, topic := range w.topics(wire.BreakFix, wire.Billing, wire.Security, wire.Documentation) {
			if !ask(app.Ask{Subscription: s.ID, Topic: topic, Lang: "ja"}) {
				break
			}
		}
		if w.store.Engine() == "postgres" {
			continue
		}
		a := app.Ask{Subscription: s.ID, Topic: wire.Contract, Lang: "en"}
		draft, err := w.Message(w.t.Context(), actor, a)
		show(read{what: "message " + s.ID, asked: []string{s.ID}, answer: true, result: draft, err: err})
		ask(app.Ask{Offer: s.Offer, Customer: s.Customer, Topic: wire.HowTo, Lang: "en"})
	}
	ask(app.Ask{Offer: "contoso-backup", Text: "the invoice of zq is wrong", Lang: "en"})
}

// Architecture rule 4. The oracle says what is hidden; no read shows a word of
// it, in any field.
func TestNobodyReadsAWordThatIsHidden(t *testing.T) {
	eachEmpty(t, func(t *testing.T, w *world) {
		m := markedWorld(t)
		m.into(w)
		w.asksForANewContact(m)
		shown := map[string]map[string]bool{}
		for name, actor := range w.cast() {
			o := oracle{m, actor}
			seen, told := map[string]bool{}, map[string]bool{}
			shown[name] = map[string]bool{}
			w.reads(m, actor, func(r read) {
				if r.err != nil && fault.Is(r.err, fault.Internal) {
					t.Errorf("%s, %s: %v", name, r.what, r.err)
				}
				text := asJSON(t, r.result)
				if r.err != nil {
					text = r.err.Error()
				}
				for _, word := range wordPattern.FindAllString(text, -1) {
					k, ok := m.words[word]
					if !ok || r.err != nil && slices.Contains(r.asked, word) || r.holder && isSuccessor(k) {
						continue
					}
					seen[word] = true
					noun, id := directory.Identify(k.object)
					shown[name][id+" "+k.field] = true
					what := fmt.Sprintf("the %s %d of %s %s", k.field, k.at, noun, id)
					if o.hidden(k, r.answer) && !told[what] {
						told[what] = true
						t.Errorf("%s: %s tells %s: %s", name, r.what, what, word)
					}
				}
			})
			if least := 60; len(seen) < least && actor.Company != "" && actor.Subscription == "" {
				t.Errorf("%s saw only %d words: the reads show nothing", name, len(seen))
			}
		}
		everybodyReadsWhatIsMeantForThem(t, shown)
	})
}

// asksForANewContact leaves a change of a contact point waiting, with a word of
// its own in it: it is for the publisher and the operator.
func (w *world) asksForANewContact(m *marked) {
	w.t.Helper()
	for _, o := range objects[*wire.Offer](m) {
		if o.ID != heldOffer {
			continue
		}
		changed := *o
		changed.Contacts = slices.Clone(o.Contacts)
		changed.Contacts[0].Email = m.word(o, "waiting contact", 0) + "@contoso.example"
		changed.Contacts[0].URL = "https://" + m.word(o, "waiting contact", 0) + ".example"
		if _, err := w.Put(w.t.Context(), w.as("p-priya"), &changed, nil); err != nil {
			w.t.Fatal(err)
		}
	}
}

// The words an actor must be able to read, so that hiding everything is no way
// to pass.
func everybodyReadsWhatIsMeantForThem(t *testing.T, shown map[string]map[string]bool) {
	for _, tc := range []struct{ who, object, field string }{
		{"rival", "contoso-backup", "contact"}, {"provider", "contoso-backup", "link"}, {"reseller", "contoso-backup", "contact"}, {"publisher", "contoso-backup", "contact"},
		{"customer", "contoso-backup", "link"}, {"customer", "fabrikam", "support"}, {"provider", "aoba-backup", "plan"}, {"publisher", "aoba-backup", "plan"},
		{"publisher", "wideworld", "name"}, {"reseller", "ww-fabrikam", "title"}, {"provider", "ww-fabrikam", "contact"}, {"customer of a former reseller", "wideworld", "name"},
		{"supporting partner", "wg-notes", "plan"}, {"signed out", "contoso-backup", "contact url"}, {"signed out", "contoso-notes", "contact"}, {"operator's admin", "fabrikam", "domains"},
		{"holder of nw-lamp", "tailspin", "support"}, {"rival", "market", "partner door"}, {"other publisher", "market", "publisher door"}, {"direct partner's admin-agent", "contoso-backup", "contact"}, {"publisher", "contoso-backup", "waiting contact"}, {"operator's admin", "contoso-backup", "waiting contact"},
		{"provider", "contoso:break-fix:1", "label"}, {"other customer", "tailspin:billing:1", "label"}, {"publisher", "contoso:break-fix:1", "label"}, {"operator's admin", "tailspin:billing:1", "label"},
	} {
		if !shown[tc.who][tc.object+" "+tc.field] {
			t.Errorf("%s does not read the %s of %s", tc.who, tc.field, tc.object)
		}
	}
}

// In a subscription itself: its customer does not read who is behind the
// reseller, nor its publisher who is before the provider.
func TestSubscriptionHidesItsOtherSide(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		items, _, err := w.List(t.Context(), local, directory.Subscriptions, store.Filter{}, "", 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			whole := item.Object.(*wire.Subscription)
			for _, person := range []string{"p-haruto", "p-sakura", "p-yating", "p-will"} {
				if actor := w.as(person); actor.Company == whole.Customer && whole.Reseller != "" && (whole.HideProvider == nil || *whole.HideProvider) && whole.Reseller != "oldport" {
					w.without(actor, whole, whole.Seller)
				}
			}
			for _, person := range []string{"p-priya", "p-maki", "p-lena"} {
				if actor := w.as(person); strings.HasPrefix(whole.Offer, actor.Company) && whole.Reseller != "" {
					w.without(actor, whole, whole.Reseller)
				}
			}
		}
	})
}

func (w *world) without(actor access.Actor, whole *wire.Subscription, hidden string) {
	w.t.Helper()
	object, _, err := w.Get(w.t.Context(), actor, directory.Subscriptions, whole.ID)
	if err != nil {
		w.t.Errorf("%s, %s: %v", actor.Company, whole.ID, err)
		return
	}
	if text := asJSON(w.t, object); strings.Contains(text, `"`+hidden+`"`) {
		w.t.Errorf("%s reads %s in %s", actor.Company, hidden, text)
	}
}

// A foreign id is answered like one that does not exist: same kind, same code,
// same arguments but for the id.
func TestForeignIsAnsweredLikeMissing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		get := func(noun directory.Noun) func(access.Actor, string) error {
			return func(a access.Actor, id string) error { _, _, err := w.Get(ctx, a, noun, id); return err }
		}
		who := func(ask func(id string) app.Ask) func(access.Actor, string) error {
			return func(a access.Actor, id string) error { _, err := w.Who(ctx, a, ask(id)); return err }
		}
		put := func(object func(id string) any) func(access.Actor, string) error {
			return func(a access.Actor, id string) error { _, err := w.Put(ctx, a, object(id), nil); return err }
		}
		for _, tc := range []struct {
			what, foreign string
			do            func(access.Actor, string) error
		}{
			{"get company", "wideworld", get(directory.Companies)}, {"get subscription", "wg-shield", get(directory.Subscriptions)},
			{"get agreement", "ww-fabrikam", get(directory.Agreements)}, {"get relation", "wideworld:fabrikam", get(directory.Relations)},
			{"get person", "p-omar", get(directory.People)}, {"get offer", "proseware-next", get(directory.Offers)},
			{"details", "proseware-next", func(a access.Actor, id string) error { _, err := w.OfferDetails(ctx, a, id, "en"); return err }},
			{"verify", "proseware-next", func(a access.Actor, id string) error { _, err := w.VerifyContact(ctx, a, id, "", "en"); return err }},
			{"sheet", "aoba", func(a access.Actor, id string) error { _, err := w.ContactSheet(ctx, a, id, "en"); return err }},
			{"link", "wg-shield", func(a access.Actor, id string) error { _, err := w.SubscriptionLink(ctx, a, id); return err }},
			{"delete", "wg-shield", func(a access.Actor, id string) error { return w.Delete(ctx, a, directory.Subscriptions, id, nil) }},
			{"who subscription", "wg-shield", who(func(id string) app.Ask { return app.Ask{Subscription: id, Topic: wire.Billing} })},
			{"who subscription, unreadable", "wg-shield", who(func(id string) app.Ask { return app.Ask{Subscription: id, Text: "invoice"} })},
			{"who offer", "proseware-next", who(func(id string) app.Ask { return app.Ask{Offer: id, Topic: wire.BreakFix} })},
			{"who customer", "aoba", who(func(id string) app.Ask { return app.Ask{Offer: "contoso-backup", Customer: id, Topic: wire.BreakFix} })},
			{"who as", "wideworld", who(func(id string) app.Ask { return app.Ask{Offer: "contoso-backup", As: id, Topic: wire.BreakFix} })},
			{"who mismatch", "wg-shield", who(func(id string) app.Ask {
				return app.Ask{Offer: "contoso-backup", Subscription: id, Topic: wire.BreakFix}
			})},
			{"message", "wg-shield", func(a access.Actor, id string) error {
				_, err := w.Message(ctx, a, app.Ask{Subscription: id, Topic: wire.Billing})
				return err
			}},
			{"put agreement", "ww-fabrikam", put(func(id string) any {
				return &wire.Agreement{ID: id, Kind: wire.CustomerAgreement, Publisher: "litware", Version: 1, From: "2026-01-01"}
			})},
			{"put person", "p-omar", put(func(id string) any { return &wire.Person{ID: id, Company: "wideworld"} })},
			{"put company", "wideworld", put(func(id string) any { return &wire.Company{ID: id, Kinds: []string{wire.Customer}} })},
			{"put subscription", "wg-shield", put(func(id string) any {
				return &wire.Subscription{ID: id, Customer: "northwind", Offer: "contoso-backup", Model: wire.SelfServe}
			})},
		} {
			for _, person := range []string{"p-nora", "p-jonas", "p-rosa", ""} {
				actor := access.Actor{}
				if person != "" {
					actor = w.as(person)
				}
				foreign, missing := fault.Of(tc.do(actor, tc.foreign)), fault.Of(tc.do(actor, "nothing-here"))
				if tc.what == "get relation" {
					missing = fault.Of(tc.do(actor, "no:body"))
				}
				if tc.what == "who as" && person == "" && foreign == nil && missing == nil {
					continue // signed out, "as" is not read at all
				}
				if foreign == nil || missing == nil || plain(foreign, tc.foreign) != plain(missing, "nothing-here", "no:body") {
					t.Errorf("%s by %q: foreign %v, missing %v", tc.what, person, foreign, missing)
				}
			}
		}
	})
}

// What a company asks for in a case is for itself, the operator and those who
// could send it one; for a rival it does not exist (spec 2 section 4).
func TestAnIntakeFormIsForThoseWhoCouldSendACase(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for person, may := range map[string]bool{"p-greta": true, "p-nora": true, "p-marta": true, "p-rosa": false, "p-omar": false} {
			forms, _, err := w.List(t.Context(), w.as(person), directory.IntakeForms, store.Filter{}, "", 50)
			if err != nil {
				t.Fatal(err)
			}
			listed := slices.ContainsFunc(forms, func(i store.Item) bool { return i.ID == "tailspin:billing:1" })
			_, _, err = w.Get(t.Context(), w.as(person), directory.IntakeForms, "tailspin:billing:1")
			_, _, missing := w.Get(t.Context(), w.as(person), directory.IntakeForms, "nobody:billing:1")
			foreign := plain(fault.Of(err), "tailspin:billing:1") == plain(fault.Of(missing), "nobody:billing:1")
			if listed != may || (err == nil) != may || !may && !foreign {
				t.Errorf("%s: listed %v, read %v, missing %v", person, listed, err, missing)
			}
		}
	})
}

// plain is a fault without the id that was asked for, and without its cause.
func plain(f *fault.Error, ids ...string) string {
	if f == nil {
		return ""
	}
	text := (&fault.Error{Kind: f.Kind, Code: f.Code, Args: f.Args, Fields: f.Fields}).Error()
	for _, id := range ids {
		text = strings.ReplaceAll(text, id, "ID")
	}
	return text
}

// A complaint about the hidden provider reads like one about any partner.
func TestComplaintDoesNotConfirmAHiddenName(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		ask := func(about string) string {
			return asJSON(t, w.who(w.as("p-haruto"), app.Ask{Subscription: "aoba-backup", Topic: wire.Abuse, About: about}))
		}
		for _, other := range []string{"relecloud", "hinode"} {
			if hidden, known := ask("wideworld"), ask(other); hidden != known {
				t.Errorf("about the hidden provider:\n%s\nabout %s:\n%s", hidden, other, known)
			}
		}
	})
}
