package app

import (
	"context"
	"slices"
	"strings"

	"switchboard/internal/access"
	"switchboard/internal/casework"
	"switchboard/internal/directory"
	"switchboard/internal/fault"
	"switchboard/internal/i18n"
	"switchboard/internal/query"
	"switchboard/internal/store"
	"switchboard/wire"
)

// HandoffFilter is a list of handoffs; "" does not narrow it.
type HandoffFilter struct {
	Direction string // in: offered to the company, out: by it
	State     string // open is offered or clarifying
	Cursor    string
	Limit     int
}

const (
	stateOpen       = "open"
	stateOffered    = "offered"
	stateClarifying = "clarifying"
	stateAccepted   = "accepted"
	stateDeclined   = "declined"
	stateWithdrawn  = "withdrawn"
	stateJoined     = "joined"
)

// HandoffStates are what a list of handoffs can be narrowed to.
func HandoffStates() []string {
	return []string{stateOpen, stateOffered, stateClarifying, stateAccepted, stateDeclined, stateWithdrawn, stateJoined}
}

// HandoffDirections are the sides of a handoff, seen from a company.
func HandoffDirections() []string { return []string{"in", "out"} }

func (f HandoffFilter) check() error {
	for _, one := range []struct {
		field, value string
		known        []string
	}{{"direction", f.Direction, HandoffDirections()}, {"state", f.State, HandoffStates()}} {
		if one.value != "" && !slices.Contains(one.known, one.value) {
			return fault.New(fault.Invalid, "fields.invalid").At(one.field, "field.choice", "value", one.value, "choices", one.known)
		}
	}
	return nil
}

func (f HandoffFilter) wants(h wire.HandoffSummary) bool {
	return (f.Direction == "" || h.Direction == f.Direction) && (f.State == "" || h.State == f.State || f.State == stateOpen && isOpen(h.State))
}

// needs tells whether a part of the list can hold what is wanted.
func (f HandoffFilter) needs(part handoffPart) bool {
	return f.State == "" || isOpen(f.State) == (part.name == stateOpen)
}

func isOpen(state string) bool {
	return state == stateOpen || state == stateOffered || state == stateClarifying
}

// handoffPart is a part of the list: of which cases, in their order, it takes what.
type handoffPart struct {
	name  string
	cases string
	of    func(*handoffList, *casework.Case, store.Listed) ([]wire.HandoffSummary, error)
}

// The open ones come first, by deadline; then what is over, by what moved last.
var handoffParts = []handoffPart{
	{stateOpen, "is:offered sort:due", (*handoffList).open},
	{"over", "sort:updated", (*handoffList).over},
}

// handoffCases is how many cases are looked at for one page: it may hold fewer
// handoffs than asked for and still have a cursor.
const handoffCases = 200

// Handoffs lists what was offered to the actor's company and what it has
// offered. Each case is read through the one door, and of it what the company
// itself has read.
func (a *App) Handoffs(ctx context.Context, actor access.Actor, f HandoffFilter, lang i18n.Lang) (page wire.Page[wire.HandoffSummary], err error) {
	page.Items = []wire.HandoffSummary{}
	if err := mayWork(actor, access.OpenCases); err != nil {
		return page, err
	}
	if err := f.check(); err != nil {
		return page, err
	}
	at, err := openHandoffPlace(f.Cursor)
	if err != nil {
		return page, err
	}
	if f.Limit <= 0 {
		f.Limit = pageUsual
	}
	f.Limit = min(f.Limit, pageMost)
	err = a.store.View(ctx, func(tx *store.Tx) error {
		as, err := a.asker(tx, actor)
		if err != nil {
			return err
		}
		l := &handoffList{tx: tx, actor: actor, as: as, filter: f, lang: lang, companies: map[string]*wire.Company{}}
		page.Items, page.Next, err = l.page(at)
		return err
	})
	return page, err
}

// handoffList is a list on its way through the cases of a company.
type handoffList struct {
	tx        *store.Tx
	actor     access.Actor
	as        query.Reader
	filter    HandoffFilter
	lang      i18n.Lang
	companies map[string]*wire.Company // that it has named
}

func (l *handoffList) page(at handoffPlace) (out []wire.HandoffSummary, next string, err error) {
	out = []wire.HandoffSummary{}
	for looked := 0; at.part < len(handoffParts); {
		rows, rest, err := l.rows(at, handoffCases-looked)
		if err != nil {
			return nil, "", err
		}
		for _, row := range rows {
			found, err := l.ofCase(handoffParts[at.part], row)
			if err != nil {
				return nil, "", err
			}
			for _, h := range behind(found, at.last) {
				if len(out) == l.filter.Limit {
					return out, at.seal(), nil
				}
				out, at.last = append(out, h), h.ID
			}
			at.rows, at.last = row.Cursor(), ""
		}
		if at.rows = rest; rest == "" {
			at = handoffPlace{part: at.part + 1}
		}
		if looked += len(rows); at.part < len(handoffParts) && (looked >= handoffCases || rest != "") {
			return out, at.seal(), nil
		}
	}
	return out, "", nil
}

func (l *handoffList) rows(at handoffPlace, most int) ([]store.Listed, string, error) {
	part := handoffParts[at.part]
	q, err := query.Parse(part.cases)
	if err != nil || !l.filter.needs(part) {
		return nil, "", err
	}
	return l.tx.Inbox(l.as, q, most, at.rows)
}

// behind leaves out what has been listed of a case; when it is not there any
// more, nothing has.
func behind(found []wire.HandoffSummary, last string) []wire.HandoffSummary {
	return found[slices.IndexFunc(found, func(h wire.HandoffSummary) bool { return h.ID == last })+1:]
}

// ofCase are the handoffs of one case that a part lists. A case of a topic that
// the actor's role does not reach is left out, as in every list.
func (l *handoffList) ofCase(part handoffPart, row store.Listed) (out []wire.HandoffSummary, err error) {
	c, err := seeCase(l.tx, l.actor, row.Number)
	if fault.Is(err, fault.Denied) {
		return nil, nil
	}
	if err != nil || c.Handoffs == 0 {
		return nil, err
	}
	if c, err = asLeft(l.tx, c, l.actor.Company); err != nil {
		return nil, err
	}
	found, err := part.of(l, c, row)
	for _, h := range found {
		if l.filter.wants(h) {
			out = append(out, h)
		}
	}
	return out, err
}

// open is the handoff of a case that awaits a decision.
func (l *handoffList) open(c *casework.Case, row store.Listed) ([]wire.HandoffSummary, error) {
	own := l.actor.Company
	if c.Handoff == nil || c.Handoff.From != own && c.Handoff.To != own {
		return nil, nil
	}
	d, err := l.desk(c)
	if err != nil {
		return nil, err
	}
	events, err := l.tx.SeenEvents(c.Number, c.Bit(own))
	if err != nil {
		return nil, err
	}
	shown := &wire.Case{Handoff: d.handoff(c, own, l.lang)}
	d.showPackage(shown, c, events, own)
	return []wire.HandoffSummary{{Handoff: *shown.Handoff, Direction: direction(c.Handoff.To == own), Subject: row.Subject}}, nil
}

func direction(in bool) string {
	if in {
		return "in"
	}
	return "out"
}

// desk is enough of one to name the companies of a case.
func (l *handoffList) desk(c *casework.Case) (*desk, error) {
	var missing []string
	for _, link := range c.Route.Chain {
		if _, known := l.companies[link.Company]; !known {
			missing = append(missing, link.Company)
		}
	}
	if len(missing) > 0 {
		found, err := l.tx.Companies(missing)
		if err != nil {
			return nil, err
		}
		for _, id := range missing {
			l.companies[id] = found[id] // nil: it has left; its cases keep its id
		}
	}
	return &desk{about: c, world: &directory.Snapshot{Companies: l.companies}}, nil
}

// over are the handoffs of a case that came to an end, the last first, made of
// the lines that the company itself reads.
func (l *handoffList) over(c *casework.Case, row store.Listed) ([]wire.HandoffSummary, error) {
	own := l.actor.Company
	events, err := l.tx.SeenEvents(c.Number, c.Bit(own))
	if err != nil {
		return nil, err
	}
	d, err := l.desk(c)
	if err != nil {
		return nil, err
	}
	var open *wire.HandoffSummary
	var out []wire.HandoffSummary
	for _, line := range casework.View(events, c.Bit(own)) {
		switch e := line.Event; {
		case plainKind(e) == "handoff-sent":
			open = d.sent(c, e, own, l.lang)
		case open != nil && ends(open, e):
			open.Subject = row.Subject
			out = append(out, *open)
			open = nil
		}
	}
	slices.Reverse(out)
	return out, nil
}

// sent is the handoff that an event begins; nil when the viewer is on neither
// side of it.
func (d *desk) sent(c *casework.Case, e casework.Event, viewer string, lang i18n.Lang) *wire.HandoffSummary {
	from, to := e.Word("by"), e.Word("to")
	if from != viewer && to != viewer {
		return nil
	}
	return &wire.HandoffSummary{Direction: direction(to == viewer), Handoff: wire.Handoff{ID: e.Open["handoff"], Case: c.Number, State: stateOffered,
		From: *d.party(c, from, viewer, lang), To: *d.party(c, to, viewer, lang), For: d.party(c, e.Word("for"), viewer, lang),
		Back: e.Open["back"] != "", Sent: e.At, Package: packageOf(e)}}
}

// ends takes a later event of the case into a handoff, and tells whether that
// was its end.
func ends(h *wire.HandoffSummary, e casework.Event) bool {
	kind := plainKind(e)
	if e.Open["handoff"] != h.ID && kind != "reclaimed" {
		return false
	}
	switch kind {
	case "handoff-asked":
		h.Rounds++
	case "handoff-overdue":
		h.Overdue = true
	case "handoff-accepted":
		h.State = stateAccepted
	case "handoff-declined":
		h.State, h.Reason = stateDeclined, e.Word("reason")
	case "handoff-withdrawn":
		h.State, h.Reason = stateWithdrawn, e.Word("reason")
	case "handoff-joined":
		h.State = stateJoined
	case "reclaimed": // the sponsor has taken the case back: nothing is offered any more
		h.State, h.Reason = stateWithdrawn, e.Word("reason")
	}
	if h.State == stateOffered {
		return false
	}
	h.Ended = &e.At
	return true
}

// handoffPlace is where a list has come to: in which part, behind which case,
// and within the next one behind which handoff.
type handoffPlace struct {
	part       int
	rows, last string
}

func (p handoffPlace) seal() string {
	return strings.Join([]string{handoffParts[p.part].name, p.rows, p.last}, ".")
}

func openHandoffPlace(cursor string) (p handoffPlace, err error) {
	if cursor == "" {
		return p, nil
	}
	words := strings.Split(cursor, ".")
	p.part = slices.IndexFunc(handoffParts, func(one handoffPart) bool { return one.name == words[0] })
	if p.part < 0 || len(words) != 3 {
		return p, fault.New(fault.Invalid, "cursor.invalid")
	}
	p.rows, p.last = words[1], words[2]
	return p, nil
}
