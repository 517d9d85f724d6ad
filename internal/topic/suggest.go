package topic

import (
	"slices"
	"strings"

	"switchboard/internal/text"
)

// How sure is sure. Chosen on folds of the training part.
const (
	enough = 0.30 // probability of the best topic
	margin = 1.0  // best over "says nothing clear"
)

// Suggest reads a question. It is deterministic and has no state; it takes
// about 50 microseconds.
func Suggest(s string, c Context) Result {
	p := prepare(s, c.Names)
	res := Result{Lang: text.Language(s)}
	if len(p.words) == 0 && len(p.runs) == 0 {
		res.Question = &Question{Code: "topic.ask-what"}
		return res
	}
	prob := probabilities(modelFile, features(p, c))
	res.Ranked = rank(prob)
	best := res.Ranked[0].Score
	res.Sure = best >= enough && best >= margin*prob[unclear]
	if !res.Sure {
		res.Question = ask(res.Ranked, prob[unclear])
	}
	return res
}

// rank returns the five most likely topics, equal ones in the order of the
// specification.
func rank(prob [classes]float64) []Suggestion {
	all := make([]Suggestion, len(codes))
	for i, code := range codes {
		all[i] = Suggestion{code, prob[i]}
	}
	slices.SortStableFunc(all, func(a, b Suggestion) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return strings.Compare("", "")
	})
	return all[:5]
}

// ask builds the one question that settles an unsure reading: between the two
// or three topics that are in question, or openly when none stands out.
func ask(ranked []Suggestion, nothing float64) *Question {
	if nothing > 0.9 {
		return &Question{Code: "topic.ask-what"}
	}
	q := &Question{Code: "topic.ask-which"}
	for _, s := range ranked[:3] {
		if len(q.Choices) < 2 || s.Score > ranked[0].Score/3 {
			q.Choices = append(q.Choices, s.Topic)
		}
	}
	return q
}
