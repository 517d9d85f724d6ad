package topic

import (
	"fmt"
	"os"
	"testing"
)

func TestReadsTheTestPart(t *testing.T) {
	rows, err := TestQuestions()
	if err != nil {
		t.Fatal(err)
	}
	r := Measure(rows)
	show(t, r)
}

func show(t *testing.T, r Report) {
	t.Logf("all  %+v", r.All)
	for _, l := range []string{"en", "ja", "zh-TW"} {
		t.Logf("%-5s %+v", l, r.ByLang[l])
	}
	if os.Getenv("MISSES") != "" {
		for _, m := range r.Missed {
			fmt.Printf("%s %s/%s want %s got %s %.2f: %s\n", m.Question.Lang, m.Question.Context.Asker, m.Question.Context.OfferKind, m.Question.Topic, m.Got, m.Score, m.Question.Text)
		}
	}
}
