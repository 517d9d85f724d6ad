package topic

import (
	"flag"
	"testing"
)

var folds = flag.Bool("folds", false, "learn on four fifths of the training part and measure on the rest, for tuning")

// TestFoldsOfTheTrainingPart is where numbers are tuned, so that the test part
// stays unseen. It costs half a minute and proves nothing by itself.
func TestFoldsOfTheTrainingPart(t *testing.T) {
	rows := trainingRows(t)
	step := 5
	if !*folds {
		step = 40
	}
	var learned, held []Labelled
	for i, row := range rows {
		switch {
		case i%step == 2:
			held = append(held, row)
		case *folds:
			learned = append(learned, row)
		}
	}
	for i := range held {
		held[i].Context = contextsOf(held[i])[0]
	}
	if *folds {
		defer func(keep string) { modelFile = keep }(modelFile)
		modelFile = string(learn(learned, [8]byte{}))
	}
	r := Measure(held)
	show(t, r)
	if !*folds && r.All.Accuracy < 0.97 {
		t.Errorf("the model has not learned its own corpus: %.3f", r.All.Accuracy)
	}
}
