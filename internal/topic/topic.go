// Package topic reads a question in free text - English, Japanese or
// Traditional Chinese - and says which of the 25 topics of the responsibility
// table it is about.
//
// The same words mean different topics in different mouths, so the kind of the
// asker and of the offer take part (spec 1 section 2). Suggest never guesses:
// a question without a clear topic, or with two that contradict each other,
// comes back unsure, with the one question that settles it (spec 1 section 3.6).
//
// The judgement is local, pure and repeatable. It has two halves:
//
//	lexicon/*.txt   concepts and the words for them, written by hand
//	model.bin       weights learned from corpus/train.*.tsv over concepts,
//	                words, letters and character pairs
//
// After a change of either text, run go generate; TestModelIsCurrent tells when
// it was forgotten. corpus/test.tsv and corpus/held-out.tsv were written apart
// from the training part and are never learned from; Measure counts with them:
//
//	go test ./internal/topic -run 'NeverSeen|AsPeopleWrite' -v
//	go test ./internal/topic -run AsPeopleWrite -v -args -corpus FILE
//
// The second counts with any file of the same seven columns.
package topic

//go:generate go test -count=1 -run ^TestModelIsCurrent$ -timeout 30m -update .

import "slices"

// Asker is the party kind of the one who asks: customer, reseller, provider,
// direct-partner, publisher, operator, or "" when unknown.
type Asker string

// Context is what is known besides the text. Every field may be empty.
type Context struct {
	Asker     Asker
	OfferKind string   // saas, virtual-machine, azure-application, managed-application, container
	Names     []string // names of offers and companies: read over, they say nothing about the topic
}

// Suggestion is one topic and how likely it is, 0..1.
type Suggestion struct {
	Topic string
	Score float64
}

// Question is what to ask when the topic is not sure. Code is a translation
// key, Choices are the two or three topic codes to choose from; there is none
// when the text says nothing at all (Code "topic.ask-what").
type Question struct {
	Code    string
	Choices []string
}

// Result is the judgement of one text. Ranked holds at most five topics, best
// first; the rest of the probability is doubt. Sure tells that the first may be
// acted on; if not, Question is set. Lang is the language of the text: en, ja,
// zh-TW, or "" when it has no letters.
type Result struct {
	Ranked   []Suggestion
	Sure     bool
	Question *Question
	Lang     string
}

// codes are the topics of spec 1 section 2, in its order. The order is also
// that of the columns of the model.
var codes = []string{
	"billing", "payment", "subscription", "refund", "account-setup", "how-to", "break-fix", "outage",
	"product-sla", "platform-sla-credit", "platform-provisioning", "saas-provisioning", "product-access",
	"contract", "partner-terms", "documentation", "sales-material", "security", "abuse", "offer-management",
	"transaction", "marketplace-account", "support-split", "contact-details", "other",
}

// All returns the closed list of topic codes in the order of the specification.
func All() []string { return slices.Clone(codes) }

// Known reports whether code is a topic.
func Known(code string) bool { return slices.Contains(codes, code) }
