package access

import (
	"slices"

	"switchboard/internal/fault"
)

// Ability is something that a role may grant.
type Ability string

const (
	SeeOfferDetails    Ability = "see-offer-details" // support, documents, collateral, marketing, CSP contact
	SeeEngineering     Ability = "see-engineering"
	OpenCases          Ability = "open-cases" // and read them
	WorkCases          Ability = "work-cases" // answer, note, assign, propose, close
	HandOver           Ability = "hand-over"  // and accept, decline
	ProposeAgreement   Ability = "propose-agreement"
	AcceptAgreement    Ability = "accept-agreement"
	EditOffers         Ability = "edit-offers"
	EditContacts       Ability = "edit-contacts" // the contacts of an offer and nothing else of it
	PublishNotices     Ability = "publish-notices"
	ManagePeople       Ability = "manage-people"   // people, tokens, webhooks; the audit log
	ManageSettings     Ability = "manage-settings" // what roles grant in one's own company, where they leave it open
	SeeCustomerRecords Ability = "see-customers"   // contact sheets, subscriptions
	PublishRules       Ability = "publish-rules"
	PublishRoles       Ability = "publish-roles"
	EditDirectory      Ability = "edit-directory"
	ImportDirectory    Ability = "import"
)

// abilities are the words of a set of roles. Those on cases can be limited to
// topics; the operator's own can be granted at the company that runs the
// marketplace and nowhere else.
var abilities = []struct {
	ability               Ability
	byTopic, operatorOnly bool
}{
	{SeeOfferDetails, false, false}, {SeeEngineering, false, false}, {SeeCustomerRecords, false, false},
	{OpenCases, true, false}, {WorkCases, true, false}, {HandOver, true, false},
	{ProposeAgreement, false, false}, {AcceptAgreement, false, false},
	{EditOffers, false, false}, {EditContacts, false, false}, {PublishNotices, false, false},
	{ManagePeople, false, false}, {ManageSettings, false, false},
	{PublishRules, false, true}, {PublishRoles, false, true}, {EditDirectory, false, true}, {ImportDirectory, false, true},
}

// Abilities lists every ability that there is.
func Abilities() []Ability {
	out := make([]Ability, len(abilities))
	for i, a := range abilities {
		out[i] = a.ability
	}
	return out
}

// set is what roles grant where the actor works.
func (a Actor) set() *Set {
	if a.Set == nil {
		return Shipped()
	}
	return a.Set
}

// grants lists what the actor's roles grant of an ability.
func (a Actor) grants(ability Ability) []Grant {
	var out []Grant
	for _, id := range a.Roles {
		role := a.set().Role(id)
		if role == nil {
			continue
		}
		for _, g := range role.Grants {
			if g.Ability == ability && (!g.Operator || a.Operator) {
				out = append(out, g)
			}
		}
	}
	return out
}

// May tells whether the actor's roles grant an ability, for each of the topics
// that it is about. A grant that is limited to topics holds for these alone:
// without a topic it does not. The person at the local command line may do
// everything; a signed-out actor nothing.
func May(a Actor, ability Ability, topics ...string) bool {
	if a.Local {
		return true
	}
	if !a.SignedIn() {
		return false
	}
	granted := a.grants(ability)
	if len(topics) == 0 {
		return slices.ContainsFunc(granted, func(g Grant) bool { return g.Topics == nil })
	}
	for _, topic := range topics {
		if !slices.ContainsFunc(granted, func(g Grant) bool { return g.covers(topic) }) {
			return false
		}
	}
	return true
}

// MaySome tells whether there is any topic for which May says yes: what a menu
// shows. It opens nothing.
func MaySome(a Actor, ability Ability) bool {
	return a.Local || a.SignedIn() && len(a.grants(ability)) > 0
}

// Need gives a denied fault when the actor may not.
func Need(a Actor, ability Ability, topics ...string) error {
	if May(a, ability, topics...) {
		return nil
	}
	return fault.New(fault.Denied, "denied.role", "ability", string(ability))
}

// MayOn is May about one case. Its guest may read it and answer there, and decide
// on a handoff when it came with one; anything about another case no guest may.
func MayOn(a Actor, ability Ability, number, topic string) bool {
	if a.Case != "" {
		return a.Case == number && (ability == OpenCases || ability == WorkCases || a.Invited && ability == HandOver)
	}
	return May(a, ability, topic)
}

// NeedOn gives a denied fault when the actor may not on this case.
func NeedOn(a Actor, ability Ability, number, topic string) error {
	if MayOn(a, ability, number, topic) {
		return nil
	}
	return fault.New(fault.Denied, "denied.role", "ability", string(ability))
}
