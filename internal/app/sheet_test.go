package app_test

import (
	"encoding/csv"
	"net/url"
	"slices"
	"strings"
	"testing"

	"switchboard/internal/access"
	"switchboard/internal/app"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/wire"
)

func sheetRows(t *testing.T, raw []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Each live purchase, each question, whom to call, as the customer is told.
func TestSheetSaysWhatTheCustomerIsTold(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		sheet, err := w.ContactSheet(t.Context(), w.as("p-will"), "woodgrove", "en")
		if err != nil {
			t.Fatal(err)
		}
		if len(sheet.Subscriptions) != 6 {
			t.Errorf("%d subscriptions", len(sheet.Subscriptions))
		}
		for _, entry := range sheet.Subscriptions {
			for _, line := range entry.Lines {
				told := w.who(w.as("p-will"), app.Ask{Subscription: entry.Subscription, Topic: line.Topic, Lang: "en"})
				if asJSON(t, told.Reach) != asJSON(t, line.Reach) {
					t.Errorf("%s, %s: the sheet says %s, the answer %s", entry.Subscription, line.Topic, asJSON(t, line.Reach), asJSON(t, told.Reach))
				}
			}
			_, sub, err := w.OpenLink(t.Context(), strings.TrimPrefix(entry.Link, "/s/"))
			if err != nil || sub.ID != entry.Subscription {
				t.Errorf("%s: the link opens %v, %v", entry.Subscription, sub, err)
			}
		}
	})
}

// A partner prints its own part of a customer's sheet; the publisher none, for
// the sheet names the reseller.
func TestSheetHoldsOnlyThePrintersPart(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for person, want := range map[string][]string{
			"p-will": {"wg-backup", "wg-flow-1", "wg-flow-2", "wg-guard", "wg-notes", "wg-shield"}, "p-greta": {"wg-flow-1", "wg-notes"},
			"p-rosa": {"wg-backup", "wg-guard"}, "p-fiona": {"wg-flow-2", "wg-shield"}, "p-eva": {"wg-notes"}, "p-priya": nil, "p-marta": {"wg-backup", "wg-flow-1", "wg-flow-2", "wg-guard", "wg-notes", "wg-shield"},
		} {
			sheet, err := w.ContactSheet(t.Context(), w.as(person), "woodgrove", "en")
			if err != nil {
				t.Fatalf("%s: %v", person, err)
			}
			var got []string
			for _, entry := range sheet.Subscriptions {
				got = append(got, entry.Subscription)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s prints %v, want %v", person, got, want)
			}
		}
		_, err := w.SubscriptionLink(t.Context(), w.as("p-priya"), "wg-shield")
		wantFault(t, "the publisher's link", err, fault.Denied, "denied.not-a-party")
	})
}

func TestSheetRunsNoFormula(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		evil := w.company("tailspin")
		evil.Name = wire.Plain("@SUM(1+1)")
		evil.Support.Name, evil.Support.Phone = "=cmd", "+49 30 1"
		offer := w.offer("contoso-backup")
		offer.Name = wire.Plain("=HYPERLINK(\"https://evil.example\";\"x\")")
		w.put(&evil, &offer, &wire.Subscription{ID: "nw-formula", Customer: "northwind", Offer: "contoso-backup", Plan: "-2+3", Model: wire.Direct, Seller: "tailspin", Purchaser: "tailspin"})
		headers := map[string]bool{}
		for _, lang := range []i18n.Lang{"en", "ja", "zh-TW"} {
			sheet, err := w.ContactSheet(t.Context(), w.as("p-nora"), "northwind", lang)
			if err != nil {
				t.Fatal(err)
			}
			rows := sheetRows(t, w.SheetCSV(sheet, lang))
			headers[strings.Join(rows[0], "|")] = true
			found := 0
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
						t.Errorf("%s: a cell begins %.12q", lang, cell)
					}
					if strings.HasPrefix(cell, "'=HYPERLINK") || cell == "'-2+3" || cell == "'@SUM(1+1)" || cell == "'+49 30 1" {
						found++
					}
				}
				if len(row) != len(rows[0]) {
					t.Errorf("%s: %d cells, want %d", lang, len(row), len(rows[0]))
				}
			}
			if found < 4 || len(rows) < 20 {
				t.Errorf("%s: %d formulas in %d rows", lang, found, len(rows))
			}
			if strings.Contains(strings.Join(rows[0], ""), "sheet.") {
				t.Errorf("%s: a key for a heading: %v", lang, rows[0])
			}
		}
		if len(headers) != 3 {
			t.Errorf("%d headings for three languages", len(headers))
		}
	})
}

// The message is in the language of whoever reads it, with the ids by which
// the purchase is found; its address can be opened by a mail program.
func TestMessageIsInTheLanguageOfItsReader(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, tc := range []struct {
			person, subscription, to, lang string
			contains                       []string
		}{
			{"p-haruto", "aoba-backup", "madoguchi@hinode.example", "ja", []string{"aoba-backup", "contoso-backup", "team", "2026-07-01"}},
			{"p-nora", "nw-backup", "help@tailspin.example", "en", []string{"nw-backup", "00000000-0000-4000-8000-000000001001"}},
			{"p-yating", "qh-backup", "fuwu@mingyue.example", "zh-TW", []string{"qh-backup"}},
		} {
			for _, reader := range []i18n.Lang{"en", "ja", "zh-TW"} {
				draft, err := w.Message(t.Context(), w.as(tc.person), app.Ask{Subscription: tc.subscription, Topic: wire.Billing, Text: "100% + & ? #\nsecond line", Lang: reader})
				if err != nil {
					t.Fatal(err)
				}
				if draft.To != tc.to || draft.Lang != tc.lang {
					t.Errorf("%s reading %s: to %s in %s", tc.subscription, reader, draft.To, draft.Lang)
				}
				for _, want := range append(tc.contains, "100% + & ? #\nsecond line") {
					if !strings.Contains(draft.Body, want) {
						t.Errorf("%s: no %q in\n%s", tc.subscription, want, draft.Body)
					}
				}
				checkMailto(t, draft)
			}
		}
	})
}

func checkMailto(t *testing.T, draft *wire.Draft) {
	t.Helper()
	u, err := url.Parse(draft.Mailto)
	if err != nil || u.Scheme != "mailto" || strings.Contains(draft.Mailto, "+") || strings.ContainsAny(draft.Mailto, "\r\n ") {
		t.Fatalf("%v: %s", err, draft.Mailto)
	}
	to, _ := url.PathUnescape(u.Opaque)
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil || to != draft.To || q.Get("subject") != draft.Subject || strings.ReplaceAll(q.Get("body"), "\r\n", "\n") != draft.Body || len(q) != 2 {
		t.Errorf("%v: to %q, %v", err, to, q)
	}
}

func TestMessageNamesNobodyHidden(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, topic := range wire.Topics() {
			draft, err := w.Message(t.Context(), w.as("p-haruto"), app.Ask{Subscription: "aoba-backup", Topic: topic, Lang: "ja"})
			if fault.Is(err, fault.NotFound) {
				continue // nobody to write to
			}
			if err != nil {
				t.Fatalf("%s: %v", topic, err)
			}
			for _, hidden := range []string{"wideworld", "Wide World", "ワイドワールド", "ww-"} {
				if strings.Contains(asJSON(t, draft), hidden) {
					t.Errorf("%s names %s", topic, hidden)
				}
			}
		}
	})
}

func TestMessageToNobodyIsNotFound(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		_, err := w.Message(t.Context(), access.Actor{}, app.Ask{Offer: "contoso-backup", Topic: wire.Billing, Lang: "en"})
		wantFault(t, "the company you want to buy from", err, fault.NotFound, "message.nobody")
	})
}

// The link of a subscription is always the same, on every node, and opens this
// one subscription and nothing else.
func TestLinkOpensOneSubscription(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		token := w.link("aoba-backup")
		other, err := w.node(false).SubscriptionLink(t.Context(), w.as("p-haruto"), "aoba-backup")
		if err != nil || other != token {
			t.Errorf("%v: %s, then %s", err, token, other)
		}
		holder, sub, err := w.OpenLink(t.Context(), token)
		if err != nil || sub.ID != "aoba-backup" || sub.Seller != "" || sub.Purchaser != "" || sub.External != nil {
			t.Fatalf("%v, %+v", err, sub)
		}
		answer := w.who(holder, app.Ask{Topic: wire.Billing, As: "wideworld", Customer: "northwind"})
		if *answer.Subscription != "aoba-backup" || reached(answer) != "hinode" || answer.Asker.As != wire.Customer {
			t.Errorf("%+v", answer)
		}
		_, err = w.Who(t.Context(), holder, app.Ask{Subscription: "aoba-guard", Topic: wire.Billing})
		wantFault(t, "another one of the same customer", err, fault.NotFound, "not-found.subscription")
		_, err = w.Who(t.Context(), holder, app.Ask{Offer: "litware-guard", Topic: wire.Billing})
		wantFault(t, "another offer", err, fault.Invalid, "invalid.offer-subscription-mismatch")
		head, tail, _ := strings.Cut(token, ".")
		foreign, _, _ := strings.Cut(w.link("nw-backup"), ".")
		for _, forged := range []string{"", ".", token + "A", head, foreign + "." + tail, head + "." + strings.ToUpper(tail), "s-" + token} {
			_, _, err := w.OpenLink(t.Context(), forged)
			wantFault(t, forged, err, fault.NotFound, "not-found.link")
		}
	})
}

func TestLinkOfADeletedSubscriptionOpensNothing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		token := w.link("nw-lamp")
		if err := w.Delete(t.Context(), local, "subscriptions", "nw-lamp", nil); err != nil {
			t.Fatal(err)
		}
		_, _, err := w.OpenLink(t.Context(), token)
		wantFault(t, "deleted", err, fault.NotFound, "not-found.link")
	})
}

// What would leave somebody without an answer, counted by hand from the world,
// within what each reader sees.
func TestGapsAreFoundWhereTheyAre(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for person, want := range map[string]map[string]int{
			"p-marta": {"gap.no-contact": 2, "gap.no-split": 3, "gap.no-agreement": 4},
			"p-maki":  {"gap.no-contact": 2, "gap.no-agreement": 1}, "p-priya": {}, "p-rosa": {"gap.no-contact": 2},
			"p-shufen": {"gap.no-contact": 2, "gap.no-split": 2}, "p-fiona": {"gap.no-contact": 2}, "p-omar": {"gap.no-contact": 2, "gap.no-split": 2},
		} {
			report, err := w.Gaps(t.Context(), w.as(person), "ja")
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for i, gap := range report.Gaps {
				if gap.Code != "gap.promise" {
					got[gap.Code]++
				} else if c := w.as(person).Company; c != "market" && gap.Company != c {
					t.Errorf("%s reads the promise of %s", person, gap.Company)
				}
				if gap.Text == "" || gap.Fix == "" || gap.Text == gap.Code || i > 0 && gap.Affects > report.Gaps[i-1].Affects {
					t.Errorf("%s: %+v", person, gap)
				}
			}
			if asJSON(t, got) != asJSON(t, want) {
				t.Errorf("%s: %v, want %v", person, got, want)
			}
		}
		for _, tc := range []struct {
			person, code, offer, severity, ours, behind string
			affects                                     int
		}{
			{"p-marta", "gap.no-contact", "litware-desk", "", "", "", 3}, {"p-omar", "gap.no-contact", "litware-desk", "", "", "", 2},
			{"p-greta", "gap.promise", "contoso-backup", "critical", "30m", "1h", 1}, {"p-greta", "gap.promise", "litware-guard", "moderate", "2h", "1bd", 1},
		} {
			report, err := w.Gaps(t.Context(), w.as(tc.person), "en")
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(report.Gaps, func(g wire.Gap) bool {
				return g.Code == tc.code && g.Offer == tc.offer && g.Severity == tc.severity && g.Ours == tc.ours && g.Behind == tc.behind && g.Affects == tc.affects
			}) {
				t.Errorf("%s finds no %+v", tc.person, tc)
			}
		}
		first, _ := w.Gaps(t.Context(), local, "en")
		if second, _ := w.Gaps(t.Context(), local, "en"); asJSON(t, first) != asJSON(t, second) {
			t.Error("two reports in a row differ")
		}
		_, err := w.Gaps(t.Context(), w.as("p-bela"), "en")
		wantFault(t, "billing admin", err, fault.Denied, "denied.role")
	})
}

func TestGapClosesWhenItIsMended(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		if _, err := w.AcceptSplit(t.Context(), w.as("p-omar"), "ww-mingyue", nil); err != nil {
			t.Fatal(err)
		}
		changeOffer(w, "litware-desk", func(o *wire.Offer) { o.Contacts[0].Unanswered = 0 })
		report, err := w.Gaps(t.Context(), local, "en")
		if err != nil {
			t.Fatal(err)
		}
		for _, gap := range report.Gaps {
			if gap.Code == "gap.no-split" && gap.Provider == "wideworld" && gap.Reseller == "mingyue" || gap.Code == "gap.no-contact" && gap.Offer == "litware-desk" {
				t.Errorf("still there: %+v", gap)
			}
		}
	})
}

func TestDoctorFindsWhatHurts(t *testing.T) {
	codes := func(t *testing.T, w *world) (out []string) {
		t.Helper()
		findings, err := w.Doctor(t.Context(), "zh-TW")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if f.Text == "" || f.Level != "ok" && f.Fix == "" {
				t.Errorf("%+v", f)
			}
			out = append(out, f.Code+" "+f.Level)
		}
		return out
	}
	eachEmpty(t, func(t *testing.T, w *world) {
		if got := codes(t, w); !slices.Equal(got, []string{"store ok", "no-operator warning", "no-people warning", "rules ok", "roles ok"}) {
			t.Errorf("empty: %v", got)
		}
		w.must(w.take("switchboard: 1\ncompanies:\n  - {id: market, kinds: [operator]}\npeople:\n  - {id: p, company: market, roles: [global-admin]}\n", app.ImportOptions{}))
		if got := codes(t, w); !slices.Equal(got, []string{"store ok", "rules ok", "roles ok"}) {
			t.Errorf("with an operator: %v", got)
		}
		if err := w.Health(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
