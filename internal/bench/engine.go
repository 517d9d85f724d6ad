package bench

import (
	"context"
	"encoding/json"
	"runtime"
	"time"

	"switchboard/internal/directory"
	"switchboard/internal/i18n"
	"switchboard/internal/responsibility"
	"switchboard/internal/topic"
	"switchboard/wire"
)

const (
	engineQuestions = 512
	engineSamples   = 20_000 // a round
)

// engine measures deciding without a database: index what the question looks
// at, decide, put into words. The floor is the JSON of the same answer.
func (b *bench) engine(context.Context) error {
	parts, asked := make([]*wire.World, engineQuestions), make([]responsibility.Question, engineQuestions)
	for i := range parts {
		q := b.world.Question(i)
		parts[i], asked[i] = b.world.around(q), engineQuestion(q)
	}
	rules, words := responsibility.Shipped(), []*i18n.Printer{}
	for _, lang := range i18n.Langs() {
		words = append(words, i18n.For(lang))
	}
	answers := make([]*wire.Answer, engineQuestions)
	decide := func(i int) (*responsibility.Decision, error) {
		return responsibility.Decide(asked[i], directory.NewSnapshot(parts[i]), rules)
	}
	worded, err := b.repeat("decide", func(n int) error {
		i := n % engineQuestions
		d, err := decide(i)
		if err == nil {
			answers[i] = d.Answer(words[n%len(words)])
		}
		return err
	})
	if err != nil {
		return err
	}
	unworded, err := b.repeat("decide-unworded", func(n int) error { _, err := decide(n % engineQuestions); return err })
	if err != nil {
		return err
	}
	floor, err := b.repeat("decide", func(n int) error { _, err := json.Marshal(answers[n%engineQuestions]); return err })
	if err != nil {
		return err
	}
	b.add(result("decide", worded, middle(floor, 50), rate(worded)))
	b.add(result("decide-unworded", unworded, middle(floor, 50), rate(unworded)))
	return b.topics()
}

// topics measures the reading of the questions that were never learned from.
func (b *bench) topics() error {
	if !b.wanted("topic") {
		return nil
	}
	texts, err := topic.TestQuestions()
	if err != nil {
		return err
	}
	read, err := b.repeat("topic", func(n int) error {
		t := texts[n%len(texts)]
		topic.Suggest(t.Text, t.Context)
		return nil
	})
	if err != nil {
		return err
	}
	b.add(result("topic", read, 0, rate(read)))
	return nil
}

// repeat times single calls, round by round, after a warm-up.
func (b *bench) repeat(name string, call func(n int) error) ([][]float64, error) {
	for n := range b.often(engineSamples / 4) {
		if err := call(n); err != nil {
			return nil, err
		}
	}
	rounds := make([][]float64, b.o.Rounds)
	for r := range rounds {
		runtime.GC() // the garbage of the round before is not this one's
		rounds[r] = make([]float64, b.often(engineSamples))
		for n := range rounds[r] {
			start := time.Now()
			if err := call(n); err != nil {
				return nil, err
			}
			rounds[r][n] = in(name, time.Since(start))
		}
	}
	return rounds, nil
}

// rate is how many calls of so many microseconds one caller makes in a second.
func rate(rounds [][]float64) float64 {
	total, n := 0.0, 0
	for _, samples := range rounds {
		for _, s := range samples {
			total += s
		}
		n += len(samples)
	}
	if total == 0 {
		return 0
	}
	return float64(n) * 1e6 / total
}
