package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/authn"
	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/internal/listing"
	"switchboard/internal/responsibility"
	"switchboard/internal/store"
	"switchboard/wire"
)

func itoa(n int) string { return strconv.Itoa(n) }

// sheetLines are the questions that a contact sheet answers, one topic each.
var sheetLines = []wire.SheetLine{
	{Group: "using", Topic: wire.HowTo},
	{Group: "down", Topic: wire.BreakFix},
	{Group: "money", Topic: wire.Billing},
	{Group: "change", Topic: wire.SubscriptionTopic},
	{Group: "security", Topic: wire.Security},
}

// sheetLimit bounds the page: a customer with more live subscriptions is asked
// to look at them one by one.
const sheetLimit = 200

// ContactSheet is the page that hangs on a customer's wall: every subscription
// and whom to call for what, as the customer would be told. The customer
// itself, and the companies on a subscription of it, may print it.
func (a *App) ContactSheet(ctx context.Context, actor access.Actor, customer string, lang i18n.Lang) (*wire.ContactSheet, error) {
	if err := access.Need(actor, access.SeeCustomerRecords); err != nil {
		return nil, err
	}
	out := &wire.ContactSheet{At: a.now().UTC(), Subscriptions: []wire.SheetEntry{}}
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	out.Rules = wire.RuleSet{ID: rules.ID, Version: rules.Version}
	err = a.store.View(ctx, func(tx *store.Tx) error {
		object, _, err := tx.See(reader(actor), directory.Companies, customer)
		if err != nil {
			return err
		}
		out.Customer = partyOf(object.(*wire.Company), wire.Customer, lang)
		items, _, err := tx.List(reader(actor), directory.Subscriptions, store.Filter{Customer: customer, Status: "live"}, sheetLimit, "")
		if err != nil {
			return err
		}
		for _, item := range items {
			sub := item.Object.(*wire.Subscription)
			if !mayStandIn(actor, sub) {
				continue
			}
			entry, err := a.sheetEntry(tx, sub, rules, lang)
			if err != nil {
				return err
			}
			out.Subscriptions = append(out.Subscriptions, entry)
		}
		return nil
	})
	return out, err
}

func (a *App) sheetEntry(tx *store.Tx, sub *wire.Subscription, rules *responsibility.Rules, lang i18n.Lang) (wire.SheetEntry, error) {
	entry := wire.SheetEntry{Subscription: sub.ID, Status: sub.Status, Plan: sub.Plan, Offer: sub.Offer,
		Link: "/s/" + authn.Sign(a.links, linkPurpose, sub.ID)}
	s, err := tx.Around(store.Keys{Asker: sub.Customer, Subscription: sub.ID, At: a.now().UTC()})
	if err != nil {
		return entry, err
	}
	if o := s.Offers[sub.Offer]; o != nil {
		entry.OfferName = o.Name
	}
	for _, line := range sheetLines {
		d, err := responsibility.Decide(responsibility.Question{Asker: sub.Customer, Subscription: sub.ID, Topic: line.Topic, At: a.now().UTC()}, s, rules)
		if err != nil {
			return entry, err
		}
		answer := d.Answer(printer(lang))
		line.Reach, line.Performs, line.Targets, line.Outcome = answer.Reach, answer.Performs, answer.Targets, answer.Outcome
		line.AfterHours = afterHours(answer.Reach)
		entry.Lines = append(entry.Lines, line)
	}
	return entry, nil
}

// afterHours: round the clock, at the next opening, or not known.
func afterHours(r *wire.Reach) string {
	switch {
	case r == nil || r.Contact == nil || r.Contact.OpenNow == nil:
		return "unknown"
	case strings.EqualFold(r.Contact.Hours, "24x7"):
		return "24x7"
	}
	return "next-opening"
}

// SheetCSV writes a contact sheet as CSV, one line per subscription and
// question, with the column names in the reader's language.
func (a *App) SheetCSV(sheet *wire.ContactSheet, lang i18n.Lang) []byte {
	p := printer(lang)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	header := []string{"subscription", "offer", "plan", "question", "company", "email", "phone", "url", "hours", "zone", "languages", "after_hours", "first_response", "link"}
	for i := range header {
		header[i] = p.T("sheet.column."+header[i], nil)
	}
	writeRow(w, header)
	for _, entry := range sheet.Subscriptions {
		name, _ := entry.OfferName.In(string(lang))
		for _, line := range entry.Lines {
			row := []string{entry.Subscription, name, entry.Plan, p.T("sheet.group."+line.Group, nil)}
			row = append(row, reachColumns(line.Reach)...)
			row = append(row, p.T("sheet.after."+line.AfterHours, nil), within(line.Targets.FirstResponse), entry.Link)
			writeRow(w, row)
		}
	}
	w.Flush()
	return b.Bytes()
}

func reachColumns(r *wire.Reach) []string {
	if r == nil {
		return make([]string, 7)
	}
	if r.Contact == nil {
		return []string{r.Name, "", "", "", "", "", ""}
	}
	c := r.Contact
	return []string{r.Name, c.Email, c.Phone, c.URL, c.Hours, c.TZ, strings.Join(c.Languages, " ")}
}

func within(p *wire.Promise) string {
	if p == nil {
		return ""
	}
	return p.Within
}

// writeRow keeps a spreadsheet from running a cell as a formula.
func writeRow(w *csv.Writer, row []string) {
	for i, cell := range row {
		row[i] = listing.Neutral(cell)
	}
	w.Write(row) // a bytes.Buffer does not fail
}
