package topic

import (
	_ "embed"
	"encoding/binary"
	"math"
)

//go:embed model.bin
var modelFile string

// classes are the topics and, as the last column, "says nothing clear".
const (
	classes = 26
	unclear = classes - 1
)

// The model file is a checksum of what it was learned from, a scale per class,
// a bias per class, and a row of one signed byte per class for every bucket.
// It is used in place: nothing is decoded when the program starts.
const (
	scalesAt = 8
	biasAt   = scalesAt + 4*classes
	rowsAt   = biasAt + 4*classes
	modelLen = rowsAt + buckets*classes
)

// scale shares the budget of a group among its n features.
func scale(n int) float32 { return float32(1 / math.Sqrt(float64(n))) }

// probabilities runs the features through the model file.
func probabilities(model string, fs []feature) [classes]float64 {
	var sum [classes]float32
	for _, f := range fs {
		row := model[rowsAt+int(f.bucket)*classes:][:classes]
		for c := range sum {
			sum[c] += f.value * float32(int8(row[c]))
		}
	}
	var score [classes]float64
	for c := range score {
		score[c] = float64(sum[c]*floatAt(model, scalesAt+4*c) + floatAt(model, biasAt+4*c))
	}
	return softmax(score)
}

func floatAt(s string, at int) float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32([]byte(s[at : at+4])))
}

func softmax(score [classes]float64) [classes]float64 {
	top := score[0]
	for _, s := range score {
		top = max(top, s)
	}
	total := 0.0
	for c, s := range score {
		score[c] = math.Exp(s - top)
		total += score[c]
	}
	for c := range score {
		score[c] /= total
	}
	return score
}
