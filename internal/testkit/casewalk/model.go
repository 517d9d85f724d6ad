package casewalk

import (
	"slices"
	"strings"
	"time"

	"switchboard/wire"
)

// set is some companies.
type set map[string]bool

func of(companies ...string) set {
	out := set{}
	for _, company := range companies {
		out[company] = true
	}
	return out
}

// written is one word of a case: who may read it, and what it stands in.
type written struct {
	word    string
	readers set
	by      string
	kind    string // message | file | opened | "" for what cannot be passed on
	at      int    // number of the step
}

type handoff struct {
	from, to, meant         string
	back, fresh, clarifying bool
	rounds                  int
}

// model is what a case must look like.
type model struct {
	sale     Sale
	clock    time.Time // of the machine
	now      time.Time // of the case: what happened is not put in another order by a clock that is put back
	severity string
	parted   bool // the relation of the sale's reseller is over
	i        int  // number of the step
	owner    string
	came     []string // by which owners it came here
	state    string
	before   string
	asked    time.Time
	ended    time.Time
	hold     time.Time
	handoff  *handoff
	bounces  int
	joint    int // the step that called the session, 0 = none
	sides    []string
	present  set // on the case
	left     set // reads what it has read, and nothing new
	hidden   map[[2]string]bool
	promised map[string][]time.Time
	words    []*written
	numbers  map[string]string // each company's own number for the case
}

func opened(sale Sale, now time.Time, word string) *model {
	m := &model{sale: sale, clock: now, now: now, severity: severities[0], owner: sale.Sponsor, came: []string{sale.Sponsor}, state: "new", present: of(sale.Customer, sale.Sponsor), left: set{},
		hidden: map[[2]string]bool{}, promised: map[string][]time.Time{}, numbers: map[string]string{}}
	m.write(word, "opened", sale.Customer, m.everyone())
	if provider := sale.inRole(wire.Provider); sale.HideProvider && provider != "" {
		m.hidden[[2]string{sale.Customer, provider}] = true
	}
	for _, l := range sale.Chain {
		if sale.between() != "" && small(l.As) {
			m.hidden[[2]string{sale.inRole(wire.Publisher), l.Company}] = true
		}
	}
	return m
}

func (m *model) sees(viewer, company string) bool { return !m.hidden[[2]string{viewer, company}] }

// knowers are the companies of some that may learn a name.
func (m *model) knowers(company string, some set) set {
	out := set{}
	for viewer := range some {
		if m.sees(viewer, company) {
			out[viewer] = true
		}
	}
	return out
}

// everyone takes part.
func (m *model) everyone() set {
	out := set{}
	for company := range m.present {
		if !m.left[company] {
			out[company] = true
		}
	}
	return out
}

// behind is everybody but the customer.
func (m *model) behind() set {
	out := m.everyone()
	delete(out, m.sale.Customer)
	return out
}

func (m *model) here(company string) bool { return m.present[company] && !m.left[company] }

func (m *model) join(company string) {
	m.present[company] = true
	delete(m.left, company)
}

func (m *model) reveal(viewer, company string) { delete(m.hidden, [2]string{viewer, company}) }

func (m *model) write(word, kind, by string, readers set) {
	if word != "" {
		m.words = append(m.words, &written{word, readers, by, kind, m.i})
	}
}

func (m *model) find(word string) *written {
	at := slices.IndexFunc(m.words, func(w *written) bool { return w.word == word })
	if at < 0 {
		return nil
	}
	return m.words[at]
}

// readable tells whether a company reads all of some words.
func (m *model) readable(company string, words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool {
		w := m.find(word)
		return w == nil || !w.readers[company]
	})
}

// work: somebody has begun.
func (m *model) work() {
	for _, s := range []*string{&m.state, &m.before} {
		if *s == "new" {
			*s = "in-work"
		}
	}
}

// take says whether a step is accepted, and moves the model when it is. What is
// refused leaves the model as it was.
func (m *model) take(s Step) bool {
	if !s.bySystem() && !m.here(s.By) || !m.readable(s.By, s.Messages) {
		return false
	}
	return rules[s.Verb](m, s)
}

var rules = map[string]func(*model, Step) bool{
	"say": (*model).say, "attach": (*model).say, "send": (*model).send, "withdraw": (*model).withdraw, "accept": (*model).accept,
	"decline": (*model).decline, "ask": (*model).ask, "answer": (*model).answer, "join": (*model).joins, "pass-on": (*model).passOn,
	"give-back": (*model).giveBack, "reclaim": (*model).reclaim, "update": (*model).update, "hold": (*model).putOnHold, "unhold": (*model).takeOffHold,
	"assign": (*model).assign, "refer": (*model).refer, "name": (*model).name, "change": (*model).change, "severity": (*model).grade, Relate: (*model).relate, "propose": (*model).propose,
	"confirm": (*model).confirm, "reject": (*model).reject, "close": (*model).close, "reopen": (*model).reopen, Tick: (*model).tick,
}

func (m *model) owning(by string) bool { return m.state != "closed" && m.owner == by }

// audience is who reads a message; false when somebody in it is not there for
// its writer.
func (m *model) audience(s Step) (set, bool) {
	readers := of(s.By)
	for _, company := range s.Audience {
		if !m.here(company) || !m.sees(s.By, company) {
			return nil, false
		}
		readers[company] = true
	}
	return readers, true
}

func (m *model) say(s Step) bool {
	readers, ok := m.audience(s)
	customer := m.sale.Customer
	if !ok || s.Wait && !readers[customer] || m.state == "closed" && s.By == customer {
		return false
	}
	kind := "message"
	if s.Verb == "attach" {
		kind = "file"
	}
	m.write(s.Word, kind, s.By, readers)
	switch {
	case !readers[customer] || m.state == "closed":
	case s.By == customer:
		if m.state == "waiting-customer" {
			m.state = "in-work"
		}
	default:
		if m.work(); s.Wait && m.state == "in-work" {
			m.state = "waiting-customer"
		}
	}
	return true
}

// destination is the company that a handoff really goes to; "" = nobody.
func (m *model) destination(from, to string) string {
	role := m.sale.role(to)
	if to == from || role == "" || role == wire.Customer || !m.sees(from, to) {
		return ""
	}
	if to = m.sale.reaches(from, to); !m.reached(to) {
		return ""
	}
	return to
}

func (m *model) send(s Step) bool {
	to := m.destination(s.By, s.To)
	if !m.owning(s.By) || m.handoff != nil || to == "" {
		return false
	}
	m.offer(s, to, false)
	return true
}

func (m *model) offer(s Step, to string, back bool) {
	m.handoff = &handoff{from: s.By, to: to, meant: s.To, back: back, fresh: !m.here(to)}
	m.join(to)
	m.reveal(to, s.By)
	m.reveal(to, s.To)
	m.before, m.state = m.state, "offered"
	m.write(s.Word, "", s.By, of(s.By, to))
	if number := m.find(m.numbers[s.By]); number != nil { // both numbers go along
		number.readers[to] = true
	}
	m.pass(to, s.Messages)
}

// pass shows older words to a company.
func (m *model) pass(to string, words []string) {
	for _, word := range words {
		m.find(word).readers[to] = true
	}
}

// over: the case stays where it was. A receiver that came for this offer alone
// reads nothing more.
func (m *model) over(joined bool) {
	if m.handoff.fresh && !joined {
		m.left[m.handoff.to] = true
	}
	m.state, m.before, m.handoff = m.before, "", nil
}

func (m *model) receiving(by string) bool { return m.handoff != nil && m.handoff.to == by }
func (m *model) sending(by string) bool   { return m.handoff != nil && m.handoff.from == by }

func (m *model) withdraw(s Step) bool {
	if !m.sending(s.By) {
		return false
	}
	m.write(s.Word, "", s.By, of(m.handoff.from, m.handoff.to))
	m.over(false)
	return true
}

func (m *model) accept(s Step) bool {
	if !m.receiving(s.By) || !m.reached(s.By) || !s.Next.IsZero() && !s.Next.After(m.now) {
		return false
	}
	m.write(s.Word, "", s.By, m.knowers(s.By, m.everyone()))
	if s.Word != "" {
		m.numbers[s.By] = s.Word
	}
	m.promised[m.handoff.from] = nil
	if !s.Next.IsZero() {
		m.promised[s.By] = append(m.promised[s.By], s.Next)
	}
	if at := slices.Index(m.came, s.By); m.handoff.back && at >= 0 {
		m.came = m.came[:at+1]
	} else {
		m.came = append(m.came, s.By)
	}
	m.owner, m.state, m.before, m.handoff = s.By, "in-work", "", nil
	return true
}

func (m *model) decline(s Step) bool {
	if !m.receiving(s.By) || m.handoff.back || m.joint > 0 && !m.evidence(s) {
		return false
	}
	h := m.handoff
	m.write(s.Word, "", s.By, of(h.from, h.to, m.sale.Sponsor))
	m.over(false)
	if m.bounces++; m.bounces >= 2 && m.joint == 0 {
		m.sitDown(h)
	}
	return true
}

// evidence: in a joint session only a message that both sides read, written
// since it began, lets a company decline once more.
func (m *model) evidence(s Step) bool {
	return slices.ContainsFunc(s.Messages, func(word string) bool {
		w := m.find(word)
		return w.kind == "message" && w.by == s.By && w.at > m.joint && w.readers[m.handoff.from]
	})
}

func (m *model) sitDown(h *handoff) {
	for _, company := range []string{m.sale.inRole(wire.Provider), m.sale.inRole(wire.Operator)} {
		if company == "" || company == h.from || company == h.to {
			continue
		}
		m.join(company)
		m.join(h.to)
		m.reveal(company, h.from)
		m.reveal(company, h.to)
		m.joint, m.sides = m.i, []string{h.from, h.to}
		return
	}
}

func (m *model) ask(s Step) bool {
	if !m.receiving(s.By) || m.handoff.clarifying || m.handoff.rounds == 2 {
		return false
	}
	m.handoff.clarifying = true
	m.handoff.rounds++
	m.write(s.Word, "", s.By, of(m.handoff.from, m.handoff.to))
	return true
}

func (m *model) answer(s Step) bool {
	if !m.sending(s.By) || !m.handoff.clarifying {
		return false
	}
	m.handoff.clarifying = false
	m.write(s.Word, "", s.By, of(m.handoff.from, m.handoff.to))
	m.pass(m.handoff.to, s.Messages)
	return true
}

func (m *model) joins(s Step) bool {
	if !m.receiving(s.By) {
		return false
	}
	m.over(true)
	return true
}

// passOn accepts and sends in one step, or sends on what one has.
func (m *model) passOn(s Step) bool {
	h := m.handoff
	if h == nil {
		return m.send(s)
	}
	if h.to != s.By {
		return false
	}
	if s.To == "" {
		s.To = h.meant
	}
	to := m.destination(s.By, s.To)
	if to == "" || !m.accept(Step{By: s.By}) {
		return false
	}
	m.reveal(s.To, h.from)
	m.offer(s, to, false)
	return true
}

func (m *model) giveBack(s Step) bool {
	if !m.owning(s.By) || m.handoff != nil || len(m.came) < 2 {
		return false
	}
	s.To = m.came[len(m.came)-2]
	to := m.destination(s.By, s.To)
	if to == "" {
		return false
	}
	m.offer(s, to, true)
	return true
}

// reclaim: a missed update plus one business day.
func (m *model) reclaim(s Step) bool {
	sponsor := m.sale.Sponsor
	if m.state == "closed" || s.By != sponsor || m.owner == sponsor {
		return false
	}
	var missed time.Time
	for _, at := range m.promised[m.owner] {
		if m.now.After(at) {
			missed = at
		}
	}
	if missed.IsZero() || m.now.Before(missed.AddDate(0, 0, 1)) {
		return false
	}
	m.write(s.Word, "", s.By, m.behind())
	if m.handoff != nil {
		m.over(false)
	}
	m.promised[m.owner] = nil
	m.owner, m.came, m.state, m.before = sponsor, []string{sponsor}, "in-work", ""
	return true
}

func (m *model) update(s Step) bool {
	if !m.owning(s.By) || !s.Next.After(m.now) || !m.say(s) {
		return false
	}
	m.work()
	m.promised[s.By] = []time.Time{s.Next}
	return true
}

func (m *model) putOnHold(s Step) bool {
	if !m.owning(s.By) || !m.hold.IsZero() || !s.Next.After(m.now) {
		return false
	}
	m.hold = s.Next
	m.write(s.Word, "", s.By, m.everyone())
	return true
}

func (m *model) takeOffHold(s Step) bool {
	if !m.owning(s.By) || m.hold.IsZero() {
		return false
	}
	m.hold = time.Time{}
	return true
}

func (m *model) assign(s Step) bool {
	if m.state == "closed" {
		return false
	}
	if s.By == m.owner {
		m.work()
	}
	m.write(s.Word, "", s.By, of(s.By))
	return true
}

func (m *model) refer(s Step) bool {
	m.numbers[s.By] = s.Word
	m.write(s.Word, "", s.By, m.knowers(s.By, m.everyone()))
	return true
}

func (m *model) name(s Step) bool {
	if m.joint == 0 || !slices.Contains(m.sides, s.By) {
		return false
	}
	m.write(s.Word, "", s.By, m.knowers(s.By, m.behind()))
	return true
}

func (m *model) change(s Step) bool { return m.owning(s.By) && m.toAll(s) }

// grade: the owner says how bad it is for the customer.
func (m *model) grade(s Step) bool {
	if !m.owning(s.By) {
		return false
	}
	m.severity = s.Reason
	return true
}

// relate: whatever becomes of the partners' relation, the case stays as it is
// (invariant 4); but a reseller that has left the sale is handed nothing more.
func (m *model) relate(s Step) bool {
	m.parted = s.Reason == "ended" || s.Reason == Removed
	return true
}

// reached tells whether a company can be handed the case.
func (m *model) reached(company string) bool {
	return !m.parted || m.sale.role(company) != wire.Reseller || m.sale.inRole(wire.Provider) == ""
}

// toAll writes a word that everybody reads.
func (m *model) toAll(s Step) bool {
	m.write(s.Word, "", s.By, m.everyone())
	return true
}

func (m *model) propose(s Step) bool {
	if !m.owning(s.By) || m.handoff != nil {
		return false
	}
	m.state, m.asked = "proposed", m.now
	return m.toAll(s)
}

// asking: the customer, or the sponsor for it, says whether a solution works.
func (m *model) asking(s Step) bool {
	return m.state == "proposed" && (s.By == m.sale.Customer || s.By == m.sale.Sponsor)
}

func (m *model) confirm(s Step) bool {
	if !m.asking(s) {
		return false
	}
	m.end()
	return m.toAll(s)
}

func (m *model) reject(s Step) bool {
	if !m.asking(s) {
		return false
	}
	m.state = "in-work"
	return m.toAll(s)
}

func (m *model) end() {
	m.state, m.ended, m.hold = "closed", m.now, time.Time{}
	clear(m.promised)
}

func (m *model) close(s Step) bool {
	customer, sponsor := s.By == m.sale.Customer, s.By == m.sale.Sponsor
	may := map[string]bool{"withdrawn": customer || sponsor, "confirmed": customer, "duplicate": s.By == m.owner || sponsor, "not-possible": s.By == m.owner || sponsor}
	if m.state == "closed" || m.handoff != nil || !may[s.Reason] {
		return false
	}
	m.end()
	return m.toAll(s)
}

func (m *model) reopen(s Step) bool {
	if m.state != "closed" || s.By != m.sale.Customer && s.By != m.sale.Sponsor || m.now.Sub(m.ended) > 30*24*time.Hour {
		return false
	}
	if !m.reached(m.owner) {
		if !m.reached(m.sale.Sponsor) {
			return false
		}
		m.owner, m.came = m.sale.Sponsor, []string{m.sale.Sponsor}
	}
	m.state = "in-work"
	return m.toAll(s)
}

// tick is the system's turn: by the machine's clock an agreed date has come, or a
// proposal was met with silence for ten business days.
func (m *model) tick(Step) bool {
	if !m.hold.IsZero() && !m.clock.Before(m.hold) {
		m.hold = time.Time{}
	}
	if m.state == "proposed" && !m.clock.Before(m.asked.AddDate(0, 0, 10)) {
		m.end()
	}
	return true
}

// lacks tells what a company reads and may not, or does not read and may.
func (m *model) lacks(company, text string) string {
	for _, w := range m.words {
		switch has, may := strings.Contains(text, w.word), w.readers[company]; {
		case has && !may:
			return company + " reads " + w.word + ", which was not written for it"
		case may && !has:
			return company + " does not read " + w.word
		}
	}
	for pair := range m.hidden {
		name := "Zname " + strings.ToUpper(pair[1][1:2]) + pair[1][2:]
		if pair[0] == company && (strings.Contains(text, pair[1]) || strings.Contains(text, name)) {
			return company + " reads the hidden name of " + pair[1]
		}
	}
	return ""
}
