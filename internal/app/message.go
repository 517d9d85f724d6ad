package app

import (
	"context"
	"net/url"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/wire"
)

// Message writes the message that the asker would send to the company to turn
// to: in that company's language, with the subscription's ids and what is
// known filled in. Nothing is sent.
func (a *App) Message(ctx context.Context, actor access.Actor, ask Ask) (*wire.Draft, error) {
	rules, err := a.rulesNow(ctx)
	if err != nil {
		return nil, err
	}
	d, err := a.decide(ctx, actor, ask, rules)
	if err != nil {
		return nil, err
	}
	reached := d.ReachedLanguages()
	lang := i18n.Match(append(reached, string(ask.Lang))...)
	if len(reached) == 0 {
		lang = ask.Lang
	}
	answer := d.Answer(printer(lang))
	if answer.Reach == nil || answer.Reach.Contact == nil {
		return nil, fault.New(fault.NotFound, "message.nobody")
	}
	return writeDraft(answer, ask, d, printer(lang)), nil
}

func writeDraft(answer *wire.Answer, ask Ask, d *responsibility.Decision, p *i18n.Printer) *wire.Draft {
	args := map[string]any{"company": answer.Reach.Name, "offer": d.OfferName(p.Lang()), "topic": i18n.Key("topic." + answer.Topic), "severity": i18n.Key("severity." + answer.Severity)}
	if answer.Topic == "" {
		args["topic"] = i18n.Key("topic.other")
	}
	lines := []string{p.T("message.greeting", args), "", p.T("message.intro", args), ""}
	for _, fact := range facts(answer, d.Subscription()) {
		lines = append(lines, p.T("message.fact."+fact.key, map[string]any{"value": fact.value}))
	}
	lines = append(lines, p.T("message.fact.severity", map[string]any{"value": args["severity"]}), "", p.T("message.question", args))
	text := strings.TrimSpace(ask.Text)
	if text == "" {
		text = p.T("message.your-words", nil)
	}
	lines = append(lines, text, "", p.T("message.closing", args))
	draft := &wire.Draft{To: answer.Reach.Contact.Email, URL: answer.Reach.Contact.URL, Lang: answer.Language,
		Subject: p.T("message.subject", args), Body: strings.Join(lines, "\n")}
	if draft.To != "" {
		draft.Mailto = "mailto:" + url.PathEscape(draft.To) + "?subject=" + escape(draft.Subject) + "&body=" + escape(strings.ReplaceAll(draft.Body, "\n", "\r\n"))
	}
	return draft
}

// escape: RFC 6068 knows %20 and no plus sign for a space.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

type fact struct{ key, value string }

// facts are the ids by which the other side finds the purchase.
func facts(answer *wire.Answer, sub *wire.Subscription) []fact {
	var out []fact
	add := func(key, value string) {
		if value != "" {
			out = append(out, fact{key, value})
		}
	}
	if answer.Offer != nil {
		add("offer", *answer.Offer)
	}
	if sub == nil {
		return out
	}
	add("subscription", sub.ID)
	add("plan", sub.Plan)
	add("since", sub.From)
	for _, name := range []string{"subscriptionId", "tenantId", "orderId"} {
		add(name, sub.External[name])
	}
	return out
}
