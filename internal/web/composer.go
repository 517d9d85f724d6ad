package web

import (
	"slices"

	"switchboard/wire"
)

// What the composer can do with a text beside sending it to one company.
const (
	toInternal = "internal" // kept in the house; the default
	toReaders  = "readers"  // those of the message that is answered
	toPropose  = "propose"  // a solution, which everybody on the case reads
)

// audience is one of those for whom a text can be meant (W5). Who reads it, and
// who does not, is said before anything is sent.
type audience struct {
	Value, Icon  string
	Title        string // what the choice is called
	To, Hidden   string // who reads it; who does not
	Send         string // the button
	AsksCustomer bool   // it can wait for the customer's answer
}

// audiences are the choices of the composer, the most private first.
func (w *caseView) audiences(v *visit) []audience {
	us := w.us(v)
	out := []audience{{Value: toInternal, Icon: "lock", Title: v.T("web.compose.internal"), To: v.T("web.compose.internal.to", "company", us), Send: v.T("web.compose.internal.send")}}
	if w.answers != nil && !isOwn(v, w.answers.Audience) {
		out = append(out, w.readersOf(v, *w.answers))
	}
	others := w.others(v)
	for _, p := range others {
		out = append(out, w.audienceOf(v, p, others))
	}
	if w.may("propose") {
		out = append(out, audience{Value: toPropose, Icon: "check", Title: v.T("web.compose.propose"),
			To: v.T("web.compose.propose.to", "companies", w.namesOf(v, others, "")), Send: v.T("web.compose.propose.send")})
	}
	return out
}

// others are the companies on the case that can be written to, the customer
// first.
func (w *caseView) others(v *visit) (out []wire.Party) {
	for _, p := range w.c.Companies {
		switch {
		case p.Left || p.Company == v.actor.Company:
		case p.Company == w.c.Customer.Company:
			out = slices.Insert(out, 0, p.Party)
		default:
			out = append(out, p.Party)
		}
	}
	return out
}

func (w *caseView) namesOf(v *visit, parties []wire.Party, but string) string {
	var out []string
	for _, p := range parties {
		if p.Company != but {
			out = append(out, p.Name)
		}
	}
	return v.p.List(out)
}

// audienceOf is one company as the reader of a text.
func (w *caseView) audienceOf(v *visit, p wire.Party, others []wire.Party) audience {
	out := audience{Value: p.Company, Icon: orText(p.Kind, "arrow"), Title: v.T("web.compose.message", "company", p), To: v.T("web.compose.to", "company", p), Send: v.T("web.compose.send", "company", p)}
	if p.Company == w.c.Customer.Company {
		out.Title, out.AsksCustomer = v.T("web.compose.reply", "company", p), true
		if w.c.Requester != "" {
			out.To = v.T("web.compose.to-person", "person", w.book.person(w.c.Requester), "company", p)
		}
	}
	if hidden := w.namesOf(v, others, p.Company); hidden != "" {
		out.Hidden = v.T("web.compose.hidden", "others", hidden)
	}
	return out
}

// readersOf: an answer reaches those who read what it answers, and nobody else
// (spec 2 section 5).
func (w *caseView) readersOf(v *visit, e wire.CaseEvent) audience {
	ids := w.outside(v, e.Audience)
	names := w.partyNames(v, ids)
	out := audience{Value: toReaders, Icon: "arrow", Title: v.T("web.compose.answer", "n", e.N), To: v.T("web.compose.to", "company", names), Send: v.T("web.compose.send", "company", names)}
	hidden := slices.DeleteFunc(w.others(v), func(p wire.Party) bool { return slices.Contains(ids, p.Company) })
	if len(hidden) > 0 {
		out.Hidden = v.T("web.compose.hidden", "others", w.namesOf(v, hidden, ""))
	}
	return out
}

// chosen is the audience that is chosen when the page opens: what was typed
// or kept before, the readers of what is answered, else nobody outside.
func (w *caseView) chosen(list []audience) string {
	wish := ""
	switch {
	case w.form.verb == "say":
		wish = w.value("say", "to", "")
	case w.filled != nil:
		wish = w.to.Audience
	case w.draft != nil:
		wish = w.draft.Audience
	case w.answers != nil:
		wish = toReaders
	}
	if slices.ContainsFunc(list, func(a audience) bool { return a.Value == wish }) {
		return wish
	}
	return toInternal
}
