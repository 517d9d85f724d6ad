package topic

import (
	"slices"
	"strings"
)

// joints are the words with which people start a second matter. Folded, with
// the spaces that keep them from matching inside other words.
var joints = []string{
	" and also ", " also ", ", also", ", and ", " besides", " in addition", " furthermore", " by the way", "; ", " plus ", " as well as ", " another thing", " and i also ", " moreover", " and the ", " and my ", " and our ",
	"それと", "それから", "あと、", "また、", "さらに", "ついでに", "加えて", "ほかに", "のと、", "別件", "、さらに",
	"另外", "還有", "而且", "順便", "以及", "再來", "此外", "同時",
}

// families are topics that meet in one honest question: a refund after a
// cancellation, an error while signing in. Two of different families are two
// questions, and no rule of the table can answer both.
var families = [][]string{
	{"billing", "payment", "subscription", "refund", "partner-terms", "transaction", "account-setup"},
	{"how-to", "break-fix", "outage", "product-access", "saas-provisioning", "platform-provisioning", "account-setup", "product-sla", "platform-sla-credit", "documentation"},
	{"contract", "partner-terms", "subscription", "product-sla"},
	{"documentation", "sales-material", "contact-details", "offer-management"},
	{"security", "abuse", "product-access"},
	{"outage", "product-sla", "platform-sla-credit", "refund"},
	{"offer-management", "transaction", "marketplace-account", "contact-details", "billing", "payment"},
	{"support-split", "contact-details", "partner-terms", "contract"},
}

// apart returns the two topics of a text that raises two matters at once, or
// nil. Only an outspoken joint counts; background told before the question
// ("we renewed last month, now ...") does not.
func apart(folded string, c Context) []string {
	head, tail, ok := cutJoint(folded)
	if !ok {
		return nil
	}
	a, b := strongTopic(head, c), strongTopic(tail, c)
	if a == "" || b == "" || related(a, b) {
		return nil
	}
	return []string{a, b}
}

// cutJoint cuts at the first joint that leaves something on both sides.
func cutJoint(folded string) (head, tail string, ok bool) {
	at, width := -1, 0
	for _, j := range joints {
		if i := strings.Index(folded, j); i > 0 && i+len(j) < len(folded) && (at < 0 || i < at) {
			at, width = i, len(j)
		}
	}
	if at < 0 {
		return "", "", false
	}
	return folded[:at], folded[at+width:], true
}

func strongTopic(part string, c Context) string {
	p := prepare(part, nil)
	if len(p.words) == 0 && len(p.runs) == 0 {
		return ""
	}
	prob := judge(p, c)
	best := rank(prob)[0]
	if best.Score < strong || best.Score < margin*prob[unclear] {
		return ""
	}
	return best.Topic
}

func related(a, b string) bool {
	return a == b || slices.ContainsFunc(families, func(f []string) bool { return slices.Contains(f, a) && slices.Contains(f, b) })
}
