package query

import (
	"slices"
	"testing"
	"time"
)

var tokyo = mustZone("Asia/Tokyo")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// It is 10:00 on Friday in Tokyo; Ken of Tailspin asks.
var ken = Reader{Company: "tailspin", Person: "ken", Now: time.Date(2026, 11, 27, 10, 0, 0, 0, tokyo)}

func at(hours float64) time.Time { return ken.Now.Add(time.Duration(hours * float64(time.Hour))) }

// example is a case that tells every field.
func example() Row {
	return Row{
		Number: "10482391122", State: InWork, With: "contoso", Sponsor: "tailspin", From: "fabrikam",
		Offer: "contoso-backup", Customer: "northwind", Subscription: "sub-1", Topic: "break-fix", Severity: "critical",
		Lang: "ja", Assignee: "ken", Labels: []string{"VIP", "needs call"}, Refs: []string{"AOBA-1042", "INC 77"},
		Texts:  []string{"SSO login loops after update", "所得税の請求書が届きません", "Müller sees error 0x80070005"},
		Opened: at(-50), Updated: at(-1), Due: at(3), RiskAt: at(-1), HandedToUs: true,
	}
}

func TestExampleMatches(t *testing.T) {
	bare := Row{Number: "1", State: Closed, Severity: "none", Opened: at(-1), Updated: at(-1)}
	for _, c := range []struct {
		name  string
		row   Row
		yes   []string
		no    []string
		asker Reader
	}{
		{"companies", example(), []string{"with:contoso", "with:others", "with:us,others", "sponsor:us", "sponsor:tailspin", "from:fabrikam", "-from:us", "from:others", `-with:"us"`},
			[]string{"with:us", "with:customer", "with:none", "with:Contoso", "sponsor:others", "from:us", "from:customer", "-with:contoso,fabrikam"}, ken},
		{"the publisher looks at it", example(), []string{"with:us", "sponsor:others"}, []string{"with:others", "is:mine"}, Reader{Company: "contoso", Person: "priya", Now: ken.Now}},
		{"things", example(), []string{"offer:contoso-backup", "customer:northwind", "subscription:sub-1", "topic:billing,break-fix", "severity:critical", "lang:ja", "n:10482391122", "n:1048-2391-122"},
			[]string{"offer:contoso", "offer:none", "topic:none", "severity:none,minimal", "lang:en,zh-TW", "n:1048", "subscription:none"}, ken},
		{"what people write is folded", example(), []string{"label:vip", "label:ＶＩＰ", `label:"Needs Call"`, "ref:aoba-1042", `ref:"inc  77"`, "-label:none"}, []string{"label:vi", "ref:1042", "label:none", "ref:none"}, ken},
		{"people", example(), []string{"assignee:me", "assignee:ken", "is:mine", "-is:unassigned"}, []string{"assignee:none", "assignee:ada", "is:unassigned"}, ken},
		{"a program is nobody", example(), []string{"-is:mine", "-assignee:me"}, []string{"is:mine"}, Reader{Company: "tailspin", Now: ken.Now}},
		{"states and marks", example(), []string{"is:open", "is:in-work", "is:at-risk", "is:handed-to-us", "-is:late", "is:closed,open"}, []string{"is:closed", "is:new", "is:waiting", "is:offered", "is:proposed", "is:paused", "is:late", "is:test", "is:unread", "is:new is:open"}, ken},
		{"nothing stated", bare, []string{"is:closed", "is:unassigned", "with:none", "offer:none", "customer:none", "subscription:none", "topic:none", "lang:none", "label:none", "ref:none", "due:none", "assignee:none", "severity:none", "-offer:x", "-due:<4h", "-with:us"},
			[]string{"with:others", "with:us", "with:customer", "due:late", "due:<99999d", "due:>0h", "is:at-risk", "is:late", "is:open", "from:us", "from:others", "is:mine"}, ken},
		{"marks", Row{State: New, Paused: true, Test: true, Unread: true}, []string{"is:new", "is:paused", "is:test", "is:unread", "is:open"}, []string{"is:handed-to-us"}, ken},
		{"what is late is at risk no more", Row{State: New, Due: at(-1), RiskAt: at(-2)}, []string{"is:late", "due:late"}, []string{"is:at-risk"}, ken},
		{"the customer's turn", Row{With: "northwind", Customer: "northwind"}, []string{"with:customer", "with:others", "with:northwind"}, []string{"with:us"}, ken},
		{"a company called us", Row{With: "us"}, []string{`with:"us"`, "with:others"}, []string{"with:us"}, ken},
		{"an offer called none", Row{Offer: "none"}, []string{`offer:"none"`}, []string{"offer:none"}, ken},
	} {
		for _, q := range c.yes {
			if !Matches(parse(t, q), c.row, c.asker) {
				t.Errorf("%s: %s does not match", c.name, q)
			}
		}
		for _, q := range c.no {
			if Matches(parse(t, q), c.row, c.asker) {
				t.Errorf("%s: %s matches", c.name, q)
			}
		}
	}
}

func TestWordsAndPhrasesAreFound(t *testing.T) {
	for q, want := range map[string]bool{
		"":                     true,
		"login":                true,
		"LOGIN loo":            true, // the beginning of loops
		`"login loops"`:        true,
		`"login loop"`:         false, // in quotes, as it stands
		`"loops login"`:        false,
		"loops login":          true,
		"oops":                 false,
		"login 届きません":          true, // in different messages
		"請求書":                  true,
		"求書":                   true,
		"税":                    true,
		"請書":                   false,
		`"税の請求"`:               true,
		"muller":               true,
		"error:0x80070005":     true,
		`"0x8007"`:             false,
		"-printer":             true,
		"-login":               false,
		`-"login loop" login`:  true,
		"aoba":                 true, // a reference
		"AOBA-1042":            true,
		"10482391122":          true, // the number
		"1048":                 true,
		"contoso":              false, // an id is no text
		"update 所得":            true,
		`"update 所得"`:          false, // not in one text
		"zzz":                  false,
		"SSO loops -is:closed": true,
	} {
		if got := Matches(parse(t, q), example(), ken); got != want {
			t.Errorf("%q is found: %v, want %v", q, got, want)
		}
	}
}

// A phrase of two scripts follows the pieces into which a text is cut.
func TestPhrasesOfMixedScripts(t *testing.T) {
	for _, c := range []struct {
		phrase, text string
		want         bool
	}{
		{`"請求Teams"`, "請求Teams", true}, {`"請求 Teams"`, "再請求 Teams会議", true}, {`"請求Teams"`, "請求書Teams", false},
		{`"Teams税"`, "Teams税務", true}, {`"税Teams"`, "所得税Teams", true}, {`"税Teams"`, "税務Teams", false},
		{`"Teams"`, "Teamsに", true}, {`Team`, "Teamsに", true}, {`"Team"`, "Teamsに", false}, {"ﾃｽﾄ", "テスト", true},
		{`"請求 税"`, "請求 税務", true}, {`"請求 税"`, "請求 額", false}, {`"請求 税務"`, "請求 税金", false},
	} {
		if got := Matches(parse(t, c.phrase), Row{Texts: []string{c.text}}, ken); got != c.want {
			t.Errorf("%s in %s: %v, want %v", c.phrase, c.text, got, c.want)
		}
	}
}

// The boundaries of every comparison, for a deadline and for the past.
func TestMomentsAreComparedExactly(t *testing.T) {
	for _, c := range []struct {
		q    string
		at   time.Time
		want bool
	}{
		{"due:<4h", at(4), false}, {"due:<4h", at(4).Add(-tick), true}, {"due:<4h", at(-100), true}, // what is late is due as well
		{"due:<=4h", at(4), true}, {"due:<=4h", at(4).Add(tick), false}, {"due:4h", at(4), true},
		{"due:>4h", at(4), false}, {"due:>4h", at(4).Add(tick), true}, {"due:>=4h", at(4), true}, {"due:>=4h", at(4).Add(-tick), false},
		{"due:late", at(0), false}, {"due:late", at(0).Add(-tick), true},
		{"opened:<2d", at(-48), false}, {"opened:<2d", at(-48).Add(tick), true}, {"opened:<=2d", at(-48), true}, {"opened:2d", at(-49), false},
		{"opened:>2d", at(-48), false}, {"opened:>2d", at(-48).Add(-tick), true}, {"opened:>=2d", at(-48), true}, {"updated:>30m", at(-1), true},
		{"due:today", at(-10), true}, {"due:today", at(-10).Add(-tick), false}, {"due:today", at(14).Add(-tick), true}, {"due:today", at(14), false},
		{"due:<=today", at(-99), true}, {"due:<today", at(-10), false}, {"due:<today", at(-11), true}, {"due:>today", at(14), true}, {"due:>=today", at(-10), true},
		{"due:2026-11-28", at(14), true}, {"due:2026-11-28", at(38), false}, {"due:<2026-11-28", at(14), false}, {"due:>2026-11-27", at(14), true},
		{"due:<=2026-11-28", at(38), false}, {"due:>=2026-11-28", at(13), false},
		{"due:2026-11-27T10:00:00+09:00", at(0), true}, {"due:2026-11-27T10:00:00+09:00", at(0).Add(tick), false},
		{"due:<2026-11-27T01:00:00Z", at(0), false}, {"due:<=2026-11-27T01:00:00Z", at(0), true}, {"due:>2026-11-27T01:00:00Z", at(0), false},
		{"due:>=2026-11-27T01:00:00.5Z", at(0), false},
	} {
		row := Row{Due: c.at, Opened: c.at, Updated: c.at}
		if got := Matches(parse(t, c.q), row, ken); got != c.want {
			t.Errorf("%s at %s: %v, want %v", c.q, c.at.Format(time.RFC3339Nano), got, c.want)
		}
	}
}

// A day begins once and ends where the next begins, also where the clocks jump
// over midnight or over a whole date.
func TestDaysFollowTheReadersZone(t *testing.T) {
	for _, c := range []struct{ zone, day, from, until string }{
		{"Asia/Taipei", "2026-11-27", "2026-11-26T16:00:00Z", "2026-11-27T16:00:00Z"},
		{"Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"}, // 00:00 does not exist
		{"Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z"},
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"}, // there was no such day
	} {
		now := time.Date(2026, 1, 1, 12, 0, 0, 0, mustZone(c.zone))
		m := parse(t, "due:"+c.day).Terms[0].Any[0].(Moment)
		span := m.Span(Due, now)
		if got := span.From.UTC().Format(time.RFC3339) + " " + span.Until.UTC().Format(time.RFC3339); got != c.from+" "+c.until {
			t.Errorf("%s in %s is %s, want %s %s", c.day, c.zone, got, c.from, c.until)
		}
	}
}

func TestViewsMeanWhatTheySay(t *testing.T) {
	ours := Row{State: InWork, With: "tailspin", Sponsor: "tailspin", Due: at(2)}
	offered := Row{State: Offered, With: "tailspin", HandedToUs: true, Due: at(30)}
	theirs := Row{State: Offered, With: "contoso", Sponsor: "tailspin", Due: at(2)}
	held := Row{State: InWork, With: "tailspin", Paused: true}
	solved := Row{State: Proposed, With: "northwind", Customer: "northwind", Sponsor: "tailspin"}
	foreign := Row{State: Proposed, With: "northwind", Customer: "northwind", Sponsor: "fabrikam"}
	closed := Row{State: Closed, Sponsor: "tailspin", HandedToUs: true}
	rows := map[string]Row{"ours": ours, "offered": offered, "theirs": theirs, "held": held, "solved": solved, "foreign": foreign, "closed": closed}
	for name, want := range map[string][]string{
		"needs-us":          {"offered", "ours"},
		"due-today":         {"ours"},
		"waiting-on-others": {"foreign", "solved", "theirs"},
		"handed-to-us":      {"offered"},
		"close-the-loop":    {"solved"},
		"done":              {"closed"},
	} {
		q, err := View(name)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for key, row := range rows {
			if Matches(q, row, ken) {
				got = append(got, key)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s shows %v, want %v", name, got, want)
		}
	}
}

func TestOrders(t *testing.T) {
	rows := []Row{
		{Number: "1", Opened: at(-3), Updated: at(-1), Due: at(5)},
		{Number: "2", Opened: at(-2), Updated: at(-2)},
		{Number: "3", Opened: at(-1), Updated: at(-3), Due: at(4)},
		{Number: "4", Opened: at(-1), Updated: at(-3), Due: at(4)},
		{Number: "5", Opened: at(-9), Updated: at(-8), State: Closed},
		{Number: "6", Opened: at(-8), Updated: at(-7), State: Closed},
		{Number: "7", Opened: at(-7), Updated: at(-6), Paused: true},
		{Number: "8", Opened: at(-6), Updated: at(-5)},
	}
	for order, want := range map[Sort]string{Newest: "43218765", Oldest: "56781234", ByDue: "34128765", ByUpdate: "12438765", "": "43218765"} {
		got := ""
		for _, row := range slices.SortedFunc(slices.Values(rows), order.Compare) {
			got += row.Number
		}
		if got != want {
			t.Errorf("%q orders %s, want %s", order, got, want)
		}
	}
}
