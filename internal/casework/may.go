package casework

import "slices"

// Verbs are the words of the protocol, everywhere the same (spec 2 section 4).
const (
	VerbMessage  = "message"
	VerbSend     = "send"
	VerbWithdraw = "withdraw"
	VerbAccept   = "accept"
	VerbDecline  = "decline"
	VerbAsk      = "ask"
	VerbAnswer   = "answer"
	VerbJoin     = "join"
	VerbPassOn   = "pass-on"
	VerbGiveBack = "give-back"
	VerbReclaim  = "reclaim"
	VerbUpdate   = "update"
	VerbPropose  = "propose"
	VerbConfirm  = "confirm"
	VerbReject   = "reject"
	VerbClose    = "close"
	VerbReopen   = "reopen"
)

// May lists the verbs that a company may try now. It is for buttons and menus:
// the command itself decides, also on what only the directory knows.
func (c *Case) May(company string) (out []string) {
	if !c.present(company) {
		return nil
	}
	say := func(when bool, verbs ...string) {
		if when {
			out = append(out, verbs...)
		}
	}
	h, requester := c.Handoff, slices.Contains([]string{c.Customer, c.Route.Sponsor}, company)
	if c.State == Closed {
		say(requester, VerbReopen)
		say(company != c.Customer, VerbMessage)
		return out
	}
	owner := company == c.Owner
	say(true, VerbMessage)
	say(owner && h == nil, VerbSend, VerbPropose)
	say(owner, VerbUpdate)
	say(owner && h == nil && c.previous() != "", VerbGiveBack)
	if h != nil {
		say(company == h.From, VerbWithdraw)
		say(company == h.From && h.Clarifying, VerbAnswer)
		say(company == h.To, VerbAccept, VerbJoin)
		say(company == h.To && !h.Back, VerbDecline)
		say(company == h.To && !h.Clarifying && h.Rounds < mostRounds, VerbAsk)
		say(company == h.To && h.For != "", VerbPassOn)
	}
	say(company == c.Route.Sponsor && !owner, VerbReclaim)
	say(requester && c.State == Proposed, VerbConfirm, VerbReject)
	say(h == nil && (owner || requester), VerbClose)
	return out
}
