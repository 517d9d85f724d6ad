package bench

import (
	"fmt"
	"iter"

	"switchboard/wire"
)

// Size is how big a world is. Everything else follows from these two numbers.
type Size struct {
	Name          string `json:"name"`
	Offers        int    `json:"offers"`
	Subscriptions int    `json:"subscriptions"`

	effort int // how often things are measured, in hundredths
}

// sizes are named by their subscriptions.
var sizes = []Size{
	{"small", 120, 600, 2}, // every sales model, in a second; its figures say little
	{"10k", 1_000, 10_000, 100},
	{"100k", 10_000, 100_000, 100},
	{"1m", 20_000, 1_000_000, 100},
}

// Sizes lists the sizes that a world can be made in.
func Sizes() []Size { return append([]Size(nil), sizes...) }

// SizeOf finds a size by its name; "" is the one that the budgets are for.
func SizeOf(name string) (Size, bool) {
	if name == "" {
		name = "100k"
	}
	for _, s := range sizes {
		if s.Name == name {
			return s, true
		}
	}
	return Size{}, false
}

// World is a marketplace of any size, the same each time: object i of a kind is
// computed from i alone, so that nothing is held and a question about any of
// them can be made without looking it up.
type World struct {
	Size
	Publishers, Providers, Resellers, Directs, Customers int
}

// NewWorld lays out a world.
func NewWorld(s Size) *World {
	return &World{Size: s,
		Publishers: s.Offers/20 + 2,
		Providers:  s.Subscriptions/5_000 + 2,
		Resellers:  s.Subscriptions/500 + 3,
		Directs:    s.Subscriptions/1_000 + 2,
		Customers:  s.Subscriptions/10 + 3,
	}
}

// OperatorAdmin is the person of the operator that may do everything.
const (
	OperatorID    = "market"
	OperatorAdmin = "market-admin"
)

// Base yields what subscriptions stand on, noun by noun: a few per cent of the
// rows of a world.
func (w *World) Base() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, part := range []iter.Seq[any]{w.companies, w.relations, w.offers, w.agreements, w.people, w.rest} {
			for object := range part {
				if !yield(object, nil) {
					return
				}
			}
		}
	}
}

// Sales yields the subscriptions.
func (w *World) Sales() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for i := range w.Subscriptions {
			if !yield(w.Subscription(i), nil) {
				return
			}
		}
	}
}

// Objects yields the whole world, what is named before what names it.
func (w *World) Objects() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, part := range []iter.Seq2[any, error]{w.Base(), w.Sales()} {
			for object, err := range part {
				if !yield(object, err) {
					return
				}
			}
		}
	}
}

// pick is a number below n, the same for the same thing and purpose.
func pick(n, i int, purpose string) int {
	h := uint64(i) + 0x9e3779b97f4a7c15
	for _, c := range []byte(purpose) {
		h = (h ^ uint64(c)) * 0x100000001b3
	}
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return int((h ^ h>>31) % uint64(n))
}

// chance tells what happens to a number of things in a hundred.
func chance(percent, i int, purpose string) bool { return pick(100, i, purpose) < percent }

func series(n int, yield func(any) bool, object func(i int) any) bool {
	for i := range n {
		if !yield(object(i)) {
			return false
		}
	}
	return true
}

func (w *World) companies(yield func(any) bool) {
	_ = yield(operator()) &&
		series(w.Publishers, yield, func(i int) any { return company(publisherID(i), i, wire.Publisher) }) &&
		series(w.Providers, yield, func(i int) any { return company(providerID(i), i, wire.Provider, wire.DirectPartner) }) &&
		series(w.Resellers, yield, func(i int) any { return company(resellerID(i), i, wire.Reseller) }) &&
		series(w.Directs, yield, w.direct) &&
		series(w.Customers, yield, func(i int) any { return company(customerID(i), i, wire.Customer) })
}

func publisherID(i int) string { return fmt.Sprintf("publisher-%d", i) }
func providerID(i int) string  { return fmt.Sprintf("provider-%d", i) }
func resellerID(i int) string  { return fmt.Sprintf("reseller-%d", i) }
func directID(i int) string    { return fmt.Sprintf("direct-%d", i) }
func customerID(i int) string  { return fmt.Sprintf("customer-%d", i) }
func offerID(i int) string     { return fmt.Sprintf("offer-%d", i) }
func saleID(i int) string      { return fmt.Sprintf("sub-%d", i) }

// place is where a company has its desk.
type place struct{ zone, lang, holidays, hours, phone string }

var places = []place{
	{"Europe/Berlin", "en", "DE", "Mon-Fri 09:00-12:00,13:00-17:30; Sat 09:00-12:00", "+49 30 5550"},
	{"Asia/Tokyo", "ja", "JP", "Mon-Fri 09:00-18:00", "+81 3 5550"},
	{"Asia/Taipei", "zh-TW", "TW", "Mon-Fri 09:00-12:00,13:30-18:00", "+886 2 5550"},
	{"America/New_York", "en", "US", "Mon-Fri 08:00-20:00", "+1 212 555"},
	{"Europe/London", "en", "GB", "24x7", "+44 20 7946"},
}

// Words that names are made of.
var (
	firstWords = []wire.Text{
		{"en": "Harbour", "ja": "ハーバー", "zh-TW": "海港"}, {"en": "Lantern", "ja": "ランタン", "zh-TW": "燈籠"},
		{"en": "Cedar", "ja": "シーダー", "zh-TW": "雪松"}, {"en": "Northern", "ja": "ノーザン", "zh-TW": "北方"},
		{"en": "Silver", "ja": "シルバー", "zh-TW": "銀河"}, {"en": "Maple", "ja": "メープル", "zh-TW": "楓葉"},
		{"en": "Summit", "ja": "サミット", "zh-TW": "頂峰"}, {"en": "Coral", "ja": "コーラル", "zh-TW": "珊瑚"}}
	companyWords = []wire.Text{
		{"en": "Software", "ja": "ソフトウェア", "zh-TW": "軟體"}, {"en": "Trading", "ja": "商事", "zh-TW": "貿易"},
		{"en": "Foods", "ja": "食品", "zh-TW": "食品"}, {"en": "Logistics", "ja": "物流", "zh-TW": "物流"},
		{"en": "Works", "ja": "製作所", "zh-TW": "工業"}}
	productWords = []wire.Text{
		{"en": "Backup", "ja": "バックアップ", "zh-TW": "備份"}, {"en": "Payroll", "ja": "給与計算", "zh-TW": "薪資"},
		{"en": "Firewall", "ja": "ファイアウォール", "zh-TW": "防火牆"}, {"en": "Signature", "ja": "電子署名", "zh-TW": "電子簽章"},
		{"en": "Warehouse", "ja": "倉庫管理", "zh-TW": "倉儲管理"}, {"en": "Telephony", "ja": "電話", "zh-TW": "電話"},
		{"en": "Analytics", "ja": "分析", "zh-TW": "分析"}}
)

// name joins two words and a number in each language.
func name(second []wire.Text, i int, purpose string) wire.Text {
	a, b := firstWords[pick(len(firstWords), i, purpose+"-1")], second[pick(len(second), i, purpose+"-2")]
	out := wire.Text{}
	for _, lang := range wire.Languages() {
		out[lang] = fmt.Sprintf("%s %s %d", a[lang], b[lang], i)
	}
	return out
}

func company(id string, i int, kinds ...string) *wire.Company {
	at := places[pick(len(places), i, kinds[0]+"-place")]
	c := &wire.Company{ID: id, Kinds: kinds, Name: name(companyWords, i, kinds[0]), Locale: at.lang, TZ: at.zone,
		Domains: []string{id + ".example"}, External: wire.External{"tenantId": fmt.Sprintf("5b0c0f6e-0000-4000-8000-%012d", i)}}
	if kinds[0] != wire.Customer {
		c.Support = &wire.Support{Email: "help@" + id + ".example", Phone: at.phone + fmt.Sprintf(" %04d", i%10_000),
			URL: "https://" + id + ".example/support", Hours: at.hours, Holidays: at.holidays, Languages: languagesOf(at)}
	}
	return c
}

func languagesOf(at place) []string {
	if at.lang == "en" {
		return []string{"en"}
	}
	return []string{at.lang, "en"}
}

// direct: every fifth direct partner sends technical questions on (S20).
func (w *World) direct(i int) any {
	c := company(directID(i), i, wire.DirectPartner)
	if i%5 == 4 {
		c.RedirectTechnical = "redirect"
	}
	return c
}

func operator() *wire.Company {
	c := company(OperatorID, 3, wire.Operator)
	c.Name = wire.Text{"en": "Harbour Marketplace", "ja": "ハーバー マーケットプレース", "zh-TW": "海港市集"}
	c.EntryPoints = &wire.EntryPoints{
		Partner:   &wire.Support{Email: "partners@market.example", URL: "https://market.example/partners"},
		Publisher: &wire.Support{Email: "publishers@market.example", URL: "https://market.example/publishers"}}
	return c
}

// providersOf: a reseller buys from one provider, every fourth from two.
func (w *World) providersOf(reseller int) []int {
	first := pick(w.Providers, reseller, "provider")
	if reseller%4 == 3 {
		return []int{first, (first + 1) % w.Providers}
	}
	return []int{first}
}

func (w *World) relations(yield func(any) bool) {
	for reseller := range w.Resellers {
		for _, r := range w.relationsOf(reseller) {
			if !yield(r) {
				return
			}
		}
	}
}

func (w *World) relationsOf(reseller int) (out []*wire.Relation) {
	for _, provider := range w.providersOf(reseller) {
		r := &wire.Relation{Provider: providerID(provider), Reseller: resellerID(reseller)}
		if chance(10, reseller, "selling") {
			r.State = "selling-stopped"
		}
		if chance(30, reseller, "share") {
			r.Share = map[string]bool{"support": true, "csp-program": true, "engineering": true}
		}
		out = append(out, r)
	}
	return out
}

func (w *World) people(yield func(any) bool) {
	_ = yield(&wire.Person{ID: OperatorAdmin, Company: OperatorID, Name: "Mara Lindqvist", Email: "mara@market.example", Roles: []string{"global-admin"}, Lang: "en"}) &&
		yield(&wire.Person{ID: customerPerson, Company: w.buyer(), Name: "Rin Aoki", Email: "rin@" + w.buyer() + ".example", Roles: []string{"customer-user"}, Lang: "ja"}) &&
		series(w.Directs, yield, func(i int) any {
			return &wire.Person{ID: fmt.Sprintf("agent-%d", i), Company: directID(i), Name: fmt.Sprintf("Agent %d", i),
				Email: fmt.Sprintf("agent@%s.example", directID(i)), Roles: []string{"admin-agent"}, Lang: "ja"}
		}) &&
		series(w.Publishers, yield, func(i int) any {
			return &wire.Person{ID: fmt.Sprintf("engineer-%d", i), Company: publisherID(i), Name: fmt.Sprintf("Engineer %d", i),
				Email: fmt.Sprintf("engineer@%s.example", publisherID(i)), Roles: []string{"publisher-support"}, Lang: "en"}
		})
}

// customerPerson is a person of a customer of the big desk.
const customerPerson = "buyer-0"

func (w *World) buyer() string { return w.Subscription(w.salesOf(bigDesk, 1)[0]).Customer }

func (w *World) rest(yield func(any) bool) {
	for _, form := range []*wire.IntakeForm{{Company: publisherID(0), Topic: wire.BreakFix, Version: 1,
		Fields: []wire.FormField{{ID: "tenant", Label: wire.Text{"en": "Tenant ID", "ja": "テナント ID", "zh-TW": "租用戶識別碼"}, Required: true}}}} {
		if !yield(form) {
			return
		}
	}
	for _, term := range []string{"monthly", "annual"} {
		if !yield(&wire.RefundPolicy{Kind: wire.Saas, Term: term, Window: "72h", From: "2024-01-01"}) {
			return
		}
	}
}
