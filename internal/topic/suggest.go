package topic

import (
	"cmp"
	"slices"

	"switchboard/internal/text"
)

// How sure is sure. Chosen on folds of the training part: of questions in
// everyday wording, 0.60 costs two of a hundred right answers and spares five
// wrong ones. An answer that is acted
// on although nothing was said costs more than one question too many.
const (
	enough = 0.60 // probability of the best topic
	margin = 3.0  // how many times it must exceed "says nothing clear"
	strong = 0.45 // probability of a topic in a part of the text that has its own
)

// Suggest reads a question. It is deterministic and has no state; it takes
// well under 200 microseconds for a text of ordinary length.
func Suggest(s string, c Context) Result {
	p := prepare(s, c.Names)
	res := Result{Lang: text.Language(s)}
	if len(p.words) == 0 && len(p.runs) == 0 {
		res.Question = &Question{Code: askWhat}
		return res
	}
	prob := judge(p, c)
	res.Ranked = rank(prob)
	if two := apart(p.folded, c); two != nil {
		res.Question = &Question{Code: askWhich, Choices: two}
		return res
	}
	best := res.Ranked[0].Score
	res.Sure = best >= enough && best >= margin*prob[unclear]
	if !res.Sure {
		res.Question = ask(res.Ranked, prob[unclear])
	}
	return res
}

// Translation keys of the questions.
const (
	askWhat  = "topic.ask-what"  // the text says nothing: what is it about?
	askWhich = "topic.ask-which" // one of the choices: which is it?
)

// judge is the probability of every topic, and of none, for a text in its
// context.
func judge(p prepared, c Context) [classes]float64 {
	found := lexicon().find(p)
	prob := probabilities(modelFile, features(p, found, c))
	platform, saas := &prob[platformProvisioning], &prob[saasProvisioning]
	// A topic that contradicts the kind of the offer cannot be meant (spec 1
	// section 2), except that Azure, a VM or a quota is named outright.
	switch kindOf(c.OfferKind) {
	case "platform":
		*platform, *saas = *platform+*saas, 0
	case "saas":
		if !slices.ContainsFunc(found, func(k string) bool { return k == "platform" || k == "vm" || k == "quota" }) {
			*platform, *saas = 0, *saas+*platform
		}
	}
	return prob
}

var (
	platformProvisioning = slices.Index(codes, "platform-provisioning")
	saasProvisioning     = slices.Index(codes, "saas-provisioning")
)

// rank returns the five most likely topics, equal ones in the order of the
// specification.
func rank(prob [classes]float64) []Suggestion {
	all := make([]Suggestion, len(codes))
	for i, code := range codes {
		all[i] = Suggestion{code, prob[i]}
	}
	slices.SortStableFunc(all, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	return all[:5]
}

// ask builds the one question that settles an unsure reading: between the two
// or three topics that are in question, or openly when none stands out.
func ask(ranked []Suggestion, nothing float64) *Question {
	if nothing > 0.9 {
		return &Question{Code: askWhat}
	}
	q := &Question{Code: askWhich}
	for _, s := range ranked[:3] {
		if len(q.Choices) < 2 || s.Score > ranked[0].Score/3 {
			q.Choices = append(q.Choices, s.Topic)
		}
	}
	return q
}
