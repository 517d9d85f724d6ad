package topic

import (
	"bufio"
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
)

//go:embed corpus/test.tsv
var testPart embed.FS

// Unclear is the label of a text that has no topic or several at odds.
const Unclear = "unclear"

// Labelled is one line of a corpus: a text, who asked it, and the topic a
// person gave it. Accept holds topics that are also right.
type Labelled struct {
	Lang, Topic, Text, Split string
	Context                  Context
	Accept                   []string
}

// columns are the head line of a corpus file.
const columns = "lang\ttopic\tasker\toffer-kind\ttext\tsplit\talso-accept"

// ReadCorpus reads lines of seven columns separated by tabs, under a head line.
// In a text \n stands for the end of a line: letters have several.
func ReadCorpus(r io.Reader) ([]Labelled, error) {
	var out []Labelled
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if n == 1 && lines.Text() == columns {
			continue
		}
		f := strings.Split(lines.Text(), "\t")
		if len(f) != 7 || f[1] != Unclear && !Known(f[1]) {
			return nil, fmt.Errorf("topic: corpus line %d is malformed", n)
		}
		row := Labelled{Lang: f[0], Topic: f[1], Text: strings.ReplaceAll(f[4], `\n`, "\n"), Split: f[5], Context: Context{Asker: Asker(f[2]), OfferKind: f[3]}}
		if f[6] != "" {
			row.Accept = strings.Split(f[6], ",")
		}
		out = append(out, row)
	}
	return out, lines.Err()
}

// TestQuestions returns the part of the corpus that was never learned from.
func TestQuestions() ([]Labelled, error) {
	f, err := testPart.Open("corpus/test.tsv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadCorpus(f)
}

// Figures says how well a set of questions was read. All rates are 0..1.
type Figures struct {
	Questions int
	Accuracy  float64 // the sure topic is right, or an unclear text was called unclear
	TopTwo    float64 // of the clear ones: one of the two best is right, sure or not
	Doubt     float64 // of the clear ones: called unclear
	Wrong     float64 // of all: a sure topic that is not right
	Unclear   int     // how many truly unclear ones there were
	Confident float64 // of the truly unclear ones: answered with a sure topic
}

// Report holds the figures over all questions, by language, and what failed.
type Report struct {
	All    Figures
	ByLang map[string]Figures
	Missed []Miss
}

// Miss is one question that was read wrongly; Got is a topic or Unclear.
type Miss struct {
	Question Labelled
	Got      string
	Score    float64
}

// Measure reads every question and counts.
func Measure(questions []Labelled) Report {
	r := Report{ByLang: map[string]Figures{}}
	var all tally
	by := map[string]*tally{}
	for _, q := range questions {
		res := Suggest(q.Text, q.Context)
		if by[q.Lang] == nil {
			by[q.Lang] = &tally{}
		}
		all.add(q, res)
		by[q.Lang].add(q, res)
		if got := verdict(res); !q.accepts(got) {
			miss := Miss{Question: q, Got: got}
			if len(res.Ranked) > 0 {
				miss.Score = res.Ranked[0].Score
			}
			r.Missed = append(r.Missed, miss)
		}
	}
	r.All = all.figures()
	for lang, t := range by {
		r.ByLang[lang] = t.figures()
	}
	return r
}

func verdict(r Result) string {
	if r.Sure {
		return r.Ranked[0].Topic
	}
	return Unclear
}

func (q Labelled) accepts(got string) bool {
	return got == q.Topic || slices.Contains(q.Accept, got)
}

// tally counts before the division.
type tally struct{ n, right, clear, top, doubt, wrong, unclear, confident int }

func (t *tally) add(q Labelled, res Result) {
	got := verdict(res)
	right := q.accepts(got)
	t.n++
	t.right += count(right)
	t.wrong += count(!right && got != Unclear)
	if q.Topic == Unclear {
		t.unclear++
		t.confident += count(!right)
		return
	}
	t.clear++
	t.doubt += count(got == Unclear)
	best := res.Ranked[:min(2, len(res.Ranked))]
	t.top += count(slices.ContainsFunc(best, func(s Suggestion) bool { return q.accepts(s.Topic) }))
}

func (t *tally) figures() Figures {
	return Figures{
		Questions: t.n, Accuracy: rateOf(t.right, t.n), TopTwo: rateOf(t.top, t.clear), Doubt: rateOf(t.doubt, t.clear),
		Wrong: rateOf(t.wrong, t.n), Unclear: t.unclear, Confident: rateOf(t.confident, t.unclear),
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func rateOf(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
